//! Words as the rules sound them out.

use super::sound_out;

fn sounds(word: &str) -> String {
    let written = |phone: &crate::tts::phonemes::Phone<'_>| {
        if phone.stress == 0 { phone.name.to_owned() } else { format!("{}{}", phone.name, phone.stress) }
    };
    sound_out(word).iter().map(written).collect::<Vec<_>>().join(" ")
}

#[test]
fn regular_words_are_read_as_the_dictionary_has_them() {
    for (word, expected) in [
        ("cat", "K AE1 T"),
        ("make", "M EY1 K"),
        ("night", "N AY1 T"),
        ("phone", "F OW1 N"),
        ("station", "S T EY1 SH AH N"),
        ("splunk", "S P L AH1 NG K"),
        ("kibana", "K IH B AE1 N AH"),
        ("knight", "N AY1 T"),
        ("table", "T EY1 B AH L"),
        ("quick", "K W IH1 K"),
    ] {
        assert_eq!(sounds(word), expected, "{word}");
    }
}

#[test]
fn every_letter_alone_and_every_pair_makes_a_sound_or_follows_a_mute_rule() {
    for a in b'a'..=b'z' {
        for b in b'a'..=b'z' {
            let word = String::from_utf8(vec![a, b, b'a']).unwrap();
            assert!(!sounds(&word).is_empty(), "{word}");
        }
    }
}

#[test]
fn a_word_with_vowels_has_exactly_one_stress() {
    for word in ["grafana", "terraform", "zookeeper", "databricks", "observability", "idempotency", "xylophone"] {
        assert_eq!(sounds(word).matches('1').count(), 1, "{word}: {}", sounds(word));
    }
}
