//! Abbreviations that the voice may say in another way than people do. A listener cannot look twice.

use crate::bank::check::{Findings, Prompt, Senses};

/// Shortened words of writing, which people say in full.
const SHORTENED: [&str; 9] = ["e.g.", "i.e.", "etc.", "vs.", "approx.", "incl.", "resp.", "max.", "min."];

pub(super) fn check(prompt: &Prompt<'_>, senses: &dyn Senses, findings: &mut Findings) {
    let &Prompt { ref what, text, place: at } = prompt;
    let words: Vec<&str> = text.split_whitespace().collect();
    for word in &words {
        if SHORTENED.contains(&word.trim_matches(|c: char| !c.is_alphabetic() && c != '.').to_lowercase().as_str()) {
            let message = format!("{what} has `{word}`, which nobody says");
            findings.warn(at, "abbreviation", message, "write the words out");
            continue;
        }
        let term = bare(word);
        if is_doubtful(term) && !senses.voice_knows(term) && !is_explained(term, &words) {
            let message = format!("{what} has `{term}`, and the voice was not taught whether it is spelt or said");
            let advice = "hear it with `hotseat say`, and write it out or teach it in `pronunciations.txt`";
            findings.note(at, "abbreviation", message, advice);
        }
    }
}

/// Returns the term of a word, without marks around it and without the ending of a plural or possessive.
fn bare(word: &str) -> &str {
    let word = word.trim_matches(|c: char| !c.is_alphanumeric());
    let stem = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).or_else(|| word.strip_suffix('s'));
    stem.filter(|stem| stem.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())).unwrap_or(word)
}

/// Returns whether a term can be said in two ways: capitals with a vowel among them, or letters with digits behind. Two
/// letters, and letters without a vowel, can only be spelt; that is what the voice does with them.
fn is_doubtful(term: &str) -> bool {
    let letters = term.chars().filter(char::is_ascii_alphabetic).count();
    let is_capitals = term.chars().all(|c| c.is_ascii_uppercase() || "&-.".contains(c));
    let has_vowel = term.contains(['A', 'E', 'I', 'O', 'U', 'Y']);
    let begins_with_letter = term.starts_with(|c: char| c.is_ascii_alphabetic());
    let has_digits = letters > 0 && begins_with_letter && term.contains(|c: char| c.is_ascii_digit());
    has_digits || (is_capitals && has_vowel && letters > 2)
}

/// Returns whether the prompt has the words that an abbreviation is made of, one after the other.
fn is_explained(term: &str, words: &[&str]) -> bool {
    let initials: Vec<char> = term.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect();
    let initial = |word: &&str| bare(word).chars().next().map(|c| c.to_ascii_lowercase());
    words.windows(initials.len().max(1)).any(|run| run.iter().zip(&initials).all(|(word, c)| initial(word) == Some(*c)))
}

#[cfg(test)]
mod tests {
    use super::{bare, is_doubtful, is_explained};

    #[test]
    fn only_what_can_be_said_in_two_ways_is_doubtful() {
        for term in ["ERP", "RASCI", "SAN", "OAuth2", "K8S", "EBITDA"] {
            assert!(is_doubtful(bare(term)), "{term}");
        }
        for term in ["DNS", "CVs", "HR", "BGP", "I", "A", "2020s", "3rd", "Kubernetes", "DevOps", "R&D", "word"] {
            assert!(!is_doubtful(bare(term)), "{term}");
        }
    }

    #[test]
    fn an_abbreviation_is_explained_by_the_words_that_it_is_made_of() {
        let words: Vec<&str> = "What is an early warning score, or EWS?".split(' ').collect();
        assert!(is_explained("EWS", &words));
        assert!(!is_explained("EWT", &words));
        assert!(!is_explained("EWS", &words[5..]), "a term does not explain itself");
    }
}
