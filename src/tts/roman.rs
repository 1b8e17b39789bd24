//! Roman numerals, where it is sure that they are some: behind a word that is counted, as in "Phase II". Reads no others.

/// Words that are numbered so, in small letters.
const COUNTED: &[&str] = &[
    "act",
    "annex",
    "appendix",
    "article",
    "book",
    "chapter",
    "class",
    "clause",
    "grade",
    "generation",
    "layer",
    "level",
    "mark",
    "part",
    "phase",
    "schedule",
    "section",
    "stage",
    "step",
    "tier",
    "title",
    "type",
    "version",
    "volume",
    "war",
];

const DIGITS: [(&str, u32); 9] =
    [("X", 10), ("IX", 9), ("V", 5), ("IV", 4), ("I", 1), ("XL", 40), ("L", 50), ("XC", 90), ("C", 100)];

/// Returns the number that `word` stands for behind `before`. A lone `I` is one only behind a capital, where no sentence
/// would go on with a pronoun.
pub(crate) fn number(before: Option<&str>, word: &str) -> Option<u32> {
    let before = before?.trim_start_matches(|c: char| !c.is_alphabetic());
    if !COUNTED.contains(&before.to_lowercase().as_str()) {
        return None;
    }
    if word == "I" && !before.starts_with(char::is_uppercase) {
        return None;
    }
    let value = value(word)?;
    (value < 40).then_some(value)
}

fn value(word: &str) -> Option<u32> {
    if word.is_empty() {
        return None;
    }
    let (mut rest, mut sum, mut least) = (word, 0, u32::MAX);
    while !rest.is_empty() {
        let longest =
            DIGITS.iter().filter(|(written, _)| rest.starts_with(written)).max_by_key(|(written, _)| written.len())?;
        // Digits fall, and only I and X repeat, up to three times.
        if longest.1 > least {
            return None;
        }
        (rest, sum, least) = (&rest[longest.0.len()..], sum + longest.1, longest.1);
    }
    (written(sum) == word).then_some(sum)
}

fn written(mut number: u32) -> String {
    let mut digits = DIGITS;
    digits.sort_by_key(|(_, value)| std::cmp::Reverse(*value));
    let mut out = String::new();
    for (written, value) in digits {
        while number >= value {
            out.push_str(written);
            number -= value;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::number;

    #[test]
    fn numerals_behind_a_counted_word_are_numbers() {
        for (before, word, value) in [
            ("Phase", "II", 2),
            ("type", "III", 3),
            ("Part", "I", 1),
            ("chapter", "XIV", 14),
            ("War", "II", 2),
            ("appendix", "IX", 9),
        ] {
            assert_eq!(number(Some(before), word), Some(value), "{before} {word}");
        }
    }

    #[test]
    fn what_may_be_a_word_or_letters_is_left_alone() {
        for (before, word) in [
            ("the", "II"),
            ("step", "I"),
            ("type", "IIII"),
            ("part", "IC"),
            ("level", "ABC"),
            ("class", ""),
            ("phase", "VX"),
        ] {
            assert_eq!(number(Some(before), word), None, "{before} {word}");
        }
        assert_eq!(number(None, "II"), None);
    }
}
