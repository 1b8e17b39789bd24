//! Words that the main lexicon lacks or says wrong: the user's list, our own, then the CMU dictionary. Knows no rules of
//! spelling and reads no file.

use std::collections::BTreeMap;

use crate::tts::phonemes::Phone;

/// Our own pronunciations, terms of computing above all. See the head of the file.
static OWN: &str = include_str!("data/pronunciations.txt");

/// The CMU Pronouncing Dictionary as far as the main lexicon lacks it, sorted by bytes.
static CMU: &str = include_str!("data/cmudict-extra.txt");

/// How a term is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Entry<'a> {
    /// As these other words.
    Words(&'a str),
    /// With these sounds, in ARPABET.
    Sounds(&'a str),
}

/// How terms are said: as the user says, else as our own list does.
#[derive(Clone, Debug, Default)]
pub struct Lexicon {
    /// Terms in small letters, and how they are said.
    users: BTreeMap<String, Said>,
    /// The user's list as it was written.
    text: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Said {
    Words(String),
    Sounds(String),
}

/// A line of a user's list that says nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// Why, and what would be right.
    pub why: String,
}

impl Lexicon {
    /// Reads a user's list, a term a line: `kubectl = cube control` says it as those words, `nginx = [EH1 N JH IH N EH1 K S]`
    /// with those sounds of ARPABET, stress on the vowels. Lines that begin with `#` are notes. Returns the lines that could
    /// not be read beside a lexicon of all others.
    #[must_use]
    pub fn parse(text: &str) -> (Self, Vec<BadLine>) {
        let (mut users, mut bad) = (BTreeMap::new(), Vec::new());
        for (index, line) in text.lines().enumerate() {
            let line = line.trim().trim_start_matches('\u{feff}');
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match entry(line) {
                Ok((term, said)) => {
                    users.insert(term, said);
                }
                Err(why) => bad.push(BadLine { line: index + 1, why }),
            }
        }
        (Self { users, text: text.to_owned() }, bad)
    }

    /// Returns all that this lexicon rests on, for keys of a cache.
    pub(crate) fn text(&self) -> String {
        format!("{OWN}\0{}", self.text)
    }

    /// Returns the way of saying `term`, whatever its case.
    pub(crate) fn own(&self, term: &str) -> Option<Entry<'_>> {
        let term = term.to_lowercase();
        if let Some(said) = self.users.get(&term) {
            return Some(match said {
                Said::Words(words) => Entry::Words(words),
                Said::Sounds(sounds) => Entry::Sounds(sounds),
            });
        }
        OWN.lines().filter(|line| !line.starts_with('#')).find_map(|line| {
            let (known, said) = line.split_once(' ')?;
            (known == term).then(|| said.strip_prefix("= ").map_or(Entry::Sounds(said), Entry::Words))
        })
    }

    /// Returns the sounds of a word in small letters: our own, or those of the CMU dictionary.
    pub(crate) fn sounds(&self, word: &str) -> Option<Vec<Phone<'_>>> {
        let arpabet = match self.own(word) {
            Some(Entry::Sounds(arpabet)) => arpabet,
            _ => cmu(word)?,
        };
        Some(arpabet.split_ascii_whitespace().map(Phone::parse).collect())
    }
}

/// Reads a line of a user's list.
fn entry(line: &str) -> Result<(String, Said), String> {
    // Terms such as `a=b` are not to be said; the first sign parts.
    let (term, said) = line.split_once('=').ok_or("there is no `=`; write `term = as it is said`")?;
    let (term, said) = (term.trim().to_lowercase(), said.trim());
    if term.is_empty() || term.contains(char::is_whitespace) {
        return Err(format!("`{term}` is no single word; write one term without spaces before the `=`"));
    }
    let Some(sounds) = said.strip_prefix('[') else {
        let words = said.trim_matches('"');
        return if words.contains(char::is_alphanumeric) {
            Ok((term, Said::Words(words.to_owned())))
        } else {
            Err(format!("nothing is said for `{term}`; write words, or sounds in square brackets, behind the `=`"))
        };
    };
    let sounds = sounds.strip_suffix(']').ok_or("the closing `]` is missing")?;
    if !term.chars().all(|c| c.is_ascii_lowercase() || c == '\'') {
        return Err(format!(
            "`{term}` is more than letters, for which sounds cannot be given; write words behind the `=`"
        ));
    }
    let phones: Vec<Phone<'_>> = sounds.split_ascii_whitespace().map(Phone::parse).collect();
    if let Some(unknown) = sounds.split_ascii_whitespace().find(|sound| !is_arpabet(sound)) {
        return Err(format!("`{unknown}` is no sound of ARPABET; there are {ARPABET}, and a vowel may bear 0, 1 or 2"));
    }
    if !phones.iter().any(|phone| phone.is_vowel()) {
        return Err(format!("the sounds of `{term}` have no vowel"));
    }
    Ok((term, Said::Sounds(phones.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))))
}

/// The sounds of ARPABET.
const ARPABET: &str =
    "AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH";

fn is_arpabet(sound: &str) -> bool {
    let name = sound.trim_end_matches(['0', '1', '2']);
    sound.len() - name.len() <= 1 && ARPABET.split(' ').any(|known| known == name)
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
    use super::{ARPABET, CMU, Entry, Lexicon, OWN, cmu};

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
        let lexicon = Lexicon::default();
        let own = |term| lexicon.own(term);
        assert_eq!(own("IaC"), Some(Entry::Words("I A C")));
        assert!(matches!(own("KUBERNETES"), Some(Entry::Sounds(_))));
        assert_eq!(own("unheard"), None);
    }

    #[test]
    fn our_own_terms_are_each_listed_once_in_small_letters_and_with_sounds_that_exist() {
        let mut seen = std::collections::BTreeSet::new();
        for line in OWN.lines().filter(|line| !line.starts_with('#')) {
            let (term, said) = line.split_once(' ').unwrap();
            assert_eq!(term, term.to_lowercase());
            assert!(seen.insert(term), "`{term}` is listed twice");
            if !said.starts_with("= ") {
                for phone in said.split(' ') {
                    let name = phone.trim_end_matches(['0', '1', '2']);
                    assert!(ARPABET.split(' ').any(|known| known == name), "`{term}` has no sound `{phone}`");
                }
                assert_eq!(said.matches('1').count(), 1, "`{term}` needs one main stress");
            }
        }
    }

    #[test]
    fn the_user_s_way_of_saying_a_term_goes_before_ours() {
        let (lexicon, bad) = Lexicon::parse(
            "# mine\n\nKubectl = cube control\nnginx = [EH1 N JH IH0 N EH1 K S]\nacme-db=\"acme data base\"\n",
        );
        assert_eq!(bad, []);
        assert_eq!(lexicon.own("kubectl"), Some(Entry::Words("cube control")));
        assert_eq!(lexicon.own("NGINX"), Some(Entry::Sounds("EH1 N JH IH N EH1 K S")));
        assert_eq!(lexicon.own("Acme-DB"), Some(Entry::Words("acme data base")));
        assert_eq!(lexicon.own("IaC"), Some(Entry::Words("I A C")), "ours stay");
        assert_ne!(lexicon.text(), Lexicon::default().text());
    }

    #[test]
    fn a_bad_line_is_named_with_what_would_be_right_and_the_others_hold() {
        let text = "redis = red iss\nno sign\nhalf = \ntwo words = no\nk9s = [K EY1]\nx = [K UU]\ny = [K T]\nz = [EY1\nkafka = calf ka\n";
        let (lexicon, bad) = Lexicon::parse(text);
        let told: Vec<String> = bad.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!(told.join("\n"), @r"
        line 2: there is no `=`; write `term = as it is said`
        line 3: nothing is said for `half`; write words, or sounds in square brackets, behind the `=`
        line 4: `two words` is no single word; write one term without spaces before the `=`
        line 5: `k9s` is more than letters, for which sounds cannot be given; write words behind the `=`
        line 6: `UU` is no sound of ARPABET; there are AA AE AH AO AW AY B CH D DH EH ER EY F G HH IH IY JH K L M N NG OW OY P R S SH T TH UH UW V W Y Z ZH, and a vowel may bear 0, 1 or 2
        line 7: the sounds of `y` have no vowel
        line 8: the closing `]` is missing
        ");
        assert_eq!(lexicon.own("kafka"), Some(Entry::Words("calf ka")));
        assert_eq!(lexicon.own("redis"), Some(Entry::Words("red iss")));
    }
}
