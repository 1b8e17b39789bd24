//! Terms of a field in running text: words in a row, whatever their endings. Knows no banks.

use crate::terms::{bare_words, is_function_word, stem};

/// Running text, ready to be looked through.
#[derive(Clone, Debug)]
pub(super) struct Text {
    stems: Vec<String>,
}

impl Text {
    pub(super) fn new(text: &str) -> Self {
        Self { stems: stems(text) }
    }

    /// Returns whether the words of a term stand in the text, one behind the other.
    pub(super) fn has(&self, term: &Term) -> bool {
        self.stems.windows(term.stems.len()).any(|words| words == term.stems)
    }
}

/// A term, as a bank writes it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Term {
    stems: Vec<String>,
    pub(super) shown: String,
}

impl Term {
    /// Returns the term, none if it has no word that says anything.
    pub(super) fn new(text: &str) -> Option<Self> {
        let stems = stems(text);
        let says_something = bare_words(text).any(|word| !is_function_word(&word) && word.chars().count() > 1);
        says_something.then(|| Self { stems, shown: text.replace('-', " ") })
    }

    /// Returns what makes two spellings of a term the same.
    pub(super) fn key(&self) -> String {
        self.stems.join(" ")
    }
}

fn stems(text: &str) -> Vec<String> {
    bare_words(text).map(|word| stem(&word)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Term, Text};

    #[test]
    fn a_term_is_found_with_other_endings_and_only_with_all_its_words_in_a_row() {
        let text = Text::new("You place load-balancers in front of the servers, and test the failover of each zone.");
        for (term, is_there) in [
            ("load balancer", true),
            ("failover", true),
            ("zones", true),
            ("server load", false),
            ("balancer", true),
            ("disaster-recovery", false),
        ] {
            assert_eq!(text.has(&Term::new(term).expect("it says something")), is_there, "{term}");
        }
        assert!(Term::new("the of").is_none());
        assert!(Term::new("").is_none());
    }
}
