//! Words that the main lexicon lacks or says wrong: our own list, then the CMU dictionary. Knows no rules of spelling.

use crate::tts::phonemes::Phone;

/// Our own pronunciations, terms of computing above all. See the head of the file.
static OWN: &str = include_str!("data/pronunciations.txt");

/// The CMU Pronouncing Dictionary as far as the main lexicon lacks it, sorted by bytes.
static CMU: &str = include_str!("data/cmudict-extra.txt");

/// How a term is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry {
    /// As these other words.
    Words(&'static str),
    /// With these sounds, in ARPABET.
    Sounds(&'static str),
}

/// Returns our own way of saying `term`, whatever its case.
pub(crate) fn own(term: &str) -> Option<Entry> {
    let term = term.to_lowercase();
    OWN.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let (known, said) = line.split_once(' ')?;
        (known == term).then(|| said.strip_prefix("= ").map_or(Entry::Sounds(said), Entry::Words))
    })
}

/// Returns the sounds of a word in small letters: our own, or those of the CMU dictionary.
pub(crate) fn sounds(word: &str) -> Option<Vec<Phone<'static>>> {
    let arpabet = match own(word) {
        Some(Entry::Sounds(arpabet)) => arpabet,
        _ => cmu(word)?,
    };
    Some(arpabet.split_ascii_whitespace().map(Phone::parse).collect())
}

/// Looks a word up by bisecting the text itself, so that nothing is parsed at start.
fn cmu(word: &str) -> Option<&'static str> {
    let (mut low, mut high) = (0, CMU.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let start = CMU[..middle].rfind('\n').map_or(0, |at| at + 1).max(low);
        let end = CMU[middle..].find('\n').map_or(CMU.len(), |at| middle + at);
        let line = &CMU[start..end];
        // The head of the file sorts before every word.
        let known = if line.starts_with('#') { "" } else { line.split(' ').next().unwrap_or("") };
        match known.cmp(word) {
            std::cmp::Ordering::Equal if !known.is_empty() => return line.get(known.len() + 1..),
            std::cmp::Ordering::Less | std::cmp::Ordering::Equal => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{CMU, Entry, OWN, cmu, own};

    #[test]
    fn every_word_of_the_dictionary_is_found_by_bisection() {
        let words: Vec<&str> = CMU.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(words.len() > 30_000);
        for line in words.iter().step_by(97).chain([&words[0], words.last().unwrap()]) {
            let (word, sounds) = line.split_once(' ').unwrap();
            assert_eq!(cmu(word), Some(sounds), "{word}");
        }
    }

    #[test]
    fn a_word_that_is_not_there_is_not_found() {
        for word in ["", "#", "aaaaa", "zzzzz", "kubernetes", "mmmm", " ", "é"] {
            assert_eq!(cmu(word), None, "{word}");
        }
    }

    #[test]
    fn our_own_terms_are_found_whatever_their_case() {
        assert_eq!(own("IaC"), Some(Entry::Words("I A C")));
        assert!(matches!(own("KUBERNETES"), Some(Entry::Sounds(_))));
        assert_eq!(own("unheard"), None);
    }

    #[test]
    fn our_own_terms_are_each_listed_once_in_small_letters_and_with_sounds_that_exist() {
        let known =
            "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH";
        let mut seen = std::collections::BTreeSet::new();
        for line in OWN.lines().filter(|line| !line.starts_with('#')) {
            let (term, said) = line.split_once(' ').unwrap();
            assert_eq!(term, term.to_lowercase());
            assert!(seen.insert(term), "`{term}` is listed twice");
            if !said.starts_with("= ") {
                for phone in said.split(' ') {
                    let name = phone.trim_end_matches(['0', '1', '2']);
                    assert!(known.split(' ').any(|known| known == name), "`{term}` has no sound `{phone}`");
                }
                assert_eq!(said.matches('1').count(), 1, "`{term}` needs one main stress");
            }
        }
    }
}
