//! What the words tell of the delivery: repetitions, words broken off, hedges, syllables. The recogniser smooths speech, so
//! whatever is found here is a lower bound.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::transcript::Word;
use crate::transcript::delivery::is_filler;
use crate::units::{AudioTime, Span};

/// Longest phrase whose repetition is looked for, in words.
const LONGEST: usize = 3;

/// Words that are said twice on purpose.
const DOUBLED: [&str; 12] = ["very", "really", "much", "no", "yes", "so", "many", "had", "that", "bye", "again", "far"];

/// Phrases that take back half of what they stand beside. Each is one in nearly every place; "like", "just" and "actually"
/// are not, and are left alone.
const HEDGES: [&[&str]; 15] = [
    &["i", "guess"],
    &["i", "suppose"],
    &["i'm", "not", "sure"],
    &["i", "am", "not", "sure"],
    &["i", "don't", "really", "know"],
    &["kind", "of"],
    &["sort", "of"],
    &["kinda"],
    &["sorta"],
    &["maybe"],
    &["perhaps"],
    &["probably"],
    &["or", "something"],
    &["or", "whatever"],
    &["more", "or", "less"],
];

/// Before "kind of" and "sort of" these make a noun of it: "this kind of fault".
const NOUN_BEFORE: [&str; 14] =
    ["a", "the", "this", "that", "these", "those", "what", "which", "any", "some", "every", "each", "same", "another"];

/// Words that were found, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// The words.
    pub text: String,
    /// When they were said.
    #[serde(flatten)]
    pub span: Span,
}

/// Returns the phrases of up to three words that were said twice in a row, and words that were broken off.
#[must_use]
pub fn restarts(words: &[Word]) -> Vec<Said> {
    let words: Vec<&Word> = words.iter().filter(|word| !is_filler(&word.text)).collect();
    let plain: Vec<String> = words.iter().map(|word| plain(&word.text)).collect();
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let repeats = |length: &usize| {
            let again = at + length..at + 2 * length;
            again.end <= words.len()
                && plain[at..at + length] == plain[again.clone()]
                && !(*length == 1 && (plain[at].is_empty() || DOUBLED.contains(&plain[at].as_str())))
                && plain[at..at + length].iter().any(|word| word.parse::<f64>().is_err())
                // A sentence that ends between the two is no repetition: "It depends. It depends on …" is a figure.
                && !words[at..at + length].iter().any(|word| word.text.ends_with(['.', '?', '!']))
        };
        if let Some(length) = (1..=LONGEST).rev().find(repeats) {
            found.push(said(&words[at..at + 2 * length]));
            at += 2 * length;
        } else {
            if is_broken_off(&words[at].text) {
                found.push(said(&words[at..=at]));
            }
            at += 1;
        }
    }
    found
}

/// Returns the hedges.
#[must_use]
pub fn hedges(words: &[Word]) -> Vec<Said> {
    let plain: Vec<String> = words.iter().map(|word| plain(&word.text)).collect();
    let stands = |at: usize, hedge: &[&str]| {
        let is_noun = hedge.last() == Some(&"of") && at > 0 && NOUN_BEFORE.contains(&plain[at - 1].as_str());
        !is_noun && plain.len() >= at + hedge.len() && plain[at..at + hedge.len()].iter().eq(hedge.iter())
    };
    let starts = (0..words.len()).filter_map(|at| Some((at, HEDGES.iter().find(|hedge| stands(at, hedge))?)));
    starts.map(|(at, hedge)| said(&words[at..at + hedge.len()].iter().collect::<Vec<_>>())).collect()
}

/// Returns about how many syllables the words have: groups of vowels, an e at the end left out.
#[must_use]
pub fn syllables(words: &[Word]) -> u32 {
    words.iter().map(|word| in_word(&plain(&word.text))).sum()
}

fn in_word(word: &str) -> u32 {
    let is_vowel = |c: char| "aeiouyäöüéè".contains(c);
    let mut groups = 0;
    let mut before = false;
    for c in word.chars() {
        groups += u32::from(is_vowel(c) && !before);
        before = is_vowel(c);
    }
    let silent_e = groups > 1 && word.ends_with('e') && !word.ends_with("le") && !word.ends_with("ee");
    let some = word.chars().any(char::is_alphanumeric);
    (groups - u32::from(silent_e)).max(u32::from(some))
}

/// A dash behind half a word, as the recogniser writes what was broken off.
fn is_broken_off(text: &str) -> bool {
    let bare = text.trim_end_matches(['-', '–', '—']);
    bare.len() < text.len() && bare.chars().any(char::is_alphabetic)
}

fn said(words: &[&Word]) -> Said {
    let text: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    let start = words.first().map_or(AudioTime::ZERO, |word| word.span.start);
    let end = words.last().map_or(start, |word| word.span.end);
    Said { text: text.join(" "), span: Span::new(start, end) }
}

fn plain(text: &str) -> String {
    let kept = text.chars().map(|c| if c == '’' { '\'' } else { c }).filter(|c| c.is_alphanumeric() || *c == '\'');
    kept.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::{hedges, restarts, syllables};
    use crate::transcript::Transcript;

    fn texts(found: &[super::Said]) -> Vec<&str> {
        found.iter().map(|one| one.text.as_str()).collect()
    }

    #[test]
    fn phrases_said_twice_and_words_broken_off_are_restarts() {
        for (text, wanted) in [
            ("if if we define it", vec!["if if"]),
            ("so we would, we would ask", vec!["we would, we would"]),
            ("the uh the data", vec!["the the"]),
            ("the regi- the region fails", vec!["regi-"]),
            ("very very good, no no", vec![]),
            ("It depends. It depends on the load", vec![]),
            ("a well-known load balancer", vec![]),
            ("1 1 2 2", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(texts(&restarts(&Transcript::typed(text).words)), wanted, "{text}");
        }
    }

    #[test]
    fn hedges_are_phrases_that_take_back_and_not_their_homonyms() {
        for (text, wanted) in [
            ("I guess it is kind of slow", vec!["I guess", "kind of"]),
            ("this kind of fault, the same sort of thing", vec![]),
            ("Maybe. I’m not sure, or something", vec!["Maybe.", "I’m not sure,", "or something"]),
            ("I think we actually just like it", vec![]),
        ] {
            assert_eq!(texts(&hedges(&Transcript::typed(text).words)), wanted, "{text}");
        }
    }

    #[test]
    fn syllables_are_counted_about_right() {
        for (text, wanted) in
            [("the", 1), ("database", 3), ("availability", 6), ("table", 2), ("zone", 1), ("SLA", 1), ("…", 0)]
        {
            assert_eq!(syllables(&Transcript::typed(text).words), wanted, "{text}");
        }
    }
}
