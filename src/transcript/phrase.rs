//! Finds a phrase where it was said, by its letters alone, and says which words are to be corrected so that another stands there.

use std::ops::Range;

use crate::sentences::ends_sentence;
use crate::transcript::correct::Corrected;

/// Marks that close a phrase or a sentence.
const CLOSING: [char; 6] = ['.', ',', ';', ':', '!', '?'];

/// Returns where a phrase stands among the words, each place once. Case, punctuation and how letters are parted into words do not
/// count: "fail over" stands where "Fail-over," was written.
#[must_use]
pub fn occurrences(words: &[&str], phrase: &str) -> Vec<Range<usize>> {
    let wanted = letters(phrase);
    let written: Vec<String> = words.iter().map(|word| letters(word)).collect();
    let mut found = Vec::new();
    let mut from = 0;
    while from < written.len() {
        match ends_of(&written[from..], &wanted) {
            Some(length) => {
                found.push(from..from + length);
                from += length;
            }
            None => from += 1,
        }
    }
    found
}

fn letters(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Returns how many of the words make what is wanted, if the first ones do.
fn ends_of(words: &[String], wanted: &str) -> Option<usize> {
    let mut left = wanted;
    for (nth, word) in words.iter().enumerate() {
        // A dash between two words belongs to neither.
        if word.is_empty() && nth == 0 {
            return None;
        }
        left = left.strip_prefix(word.as_str())?;
        if left.is_empty() {
            return Some(nth + 1);
        }
    }
    None
}

/// Returns the sentence, or the sentences, around a stretch of words.
#[must_use]
pub fn sentence(words: &[&str], stretch: Range<usize>) -> Range<usize> {
    let ends = |nth: usize| ends_sentence(words[nth], words.get(nth + 1).copied(), &[]);
    let start = (0..stretch.start.min(words.len())).rev().find(|nth| ends(*nth)).map_or(0, |nth| nth + 1);
    let last = stretch.end.saturating_sub(1).max(stretch.start);
    let end = (last..words.len()).find(|nth| ends(*nth)).map_or(words.len(), |nth| nth + 1);
    start..end
}

/// Returns the corrections after which `said` stands in place of a stretch of words, each with the place of its word among those
/// heard. The first word carries what was said and the others become nothing; what stands for the same heard words beside the
/// stretch stays.
#[must_use]
pub fn replacement(words: &[Corrected<'_>], stretch: Range<usize>, said: &str) -> Vec<(usize, String)> {
    let Some(inside) = words.get(stretch.clone()).filter(|inside| !inside.is_empty()) else { return Vec::new() };
    let mut places: Vec<usize> = inside.iter().map(|word| word.nth).collect();
    places.dedup();
    let (first, last) = (places[0], places[places.len() - 1]);
    let beside = |range: Range<usize>, nth: usize| {
        let same = words[range].iter().filter(move |word| word.nth == nth);
        same.map(|word| word.word.text.clone()).collect::<Vec<_>>()
    };
    let text = |nth: usize| {
        let mut text = Vec::new();
        if nth == first {
            text.extend(beside(0..stretch.start, nth));
            text.extend(said.split_whitespace().map(str::to_owned));
        }
        if nth == last {
            text.extend(beside(stretch.end..words.len(), nth));
        }
        text.join(" ")
    };
    places.iter().map(|nth| (*nth, text(*nth))).collect()
}

/// Returns `said` with the mark that closes `heard`, unless it has one of its own: who puts a word right seldom means its comma.
#[must_use]
pub fn closed_like(said: &str, heard: &str) -> String {
    let said = said.trim();
    let bare = heard.trim_end_matches(CLOSING);
    let is_open = said.ends_with(char::is_alphanumeric);
    if is_open { format!("{said}{}", &heard[bare.len()..]) } else { said.to_owned() }
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use proptest::prelude::*;

    use super::{closed_like, occurrences, replacement, sentence};
    use crate::transcript::correct::{Corrections, corrected};
    use crate::transcript::{Transcript, Word};
    use crate::units::{AudioTime, Span};

    const SAID: &str = "We ran cooper netties, yes. Fail-over was slow! Cooper Netties (again) failed over.";

    fn words(text: &str) -> Vec<&str> {
        text.split_whitespace().collect()
    }

    #[expect(clippy::single_range_in_vec_init, reason = "a place is a range")]
    #[test]
    fn a_phrase_is_found_whatever_its_case_its_marks_and_its_gaps() {
        let cases: [(&str, &[Range<usize>]); 9] = [
            ("cooper netties", &[2..4, 8..10]),
            ("Coopernetties", &[2..4, 8..10]),
            ("fail over", &[5..6]),
            ("again", &[10..11]),
            ("netties yes", &[3..5]),
            ("nettie", &[]),
            ("over.", &[12..13]),
            ("...", &[]),
            ("", &[]),
        ];
        for (phrase, places) in cases {
            assert_eq!(occurrences(&words(SAID), phrase), places, "{phrase}");
        }
        assert_eq!(occurrences(&["a", "–", "b"], "ab"), [0..3], "a dash between words does not count");
    }

    #[test]
    fn the_sentence_around_a_phrase_goes_from_end_to_end() {
        let words = words(SAID);
        let cases = [(2..4, 0..5), (4..5, 0..5), (5..6, 5..8), (9..10, 8..13), (3..6, 0..8), (0..0, 0..5)];
        for (stretch, around) in cases {
            assert_eq!(sentence(&words, stretch.clone()), around, "{stretch:?}");
        }
        assert_eq!(sentence(&[], 0..0), 0..0);
    }

    #[test]
    fn the_mark_behind_a_word_outlives_its_correction() {
        let cases =
            [("Kubernetes", "netties,", "Kubernetes,"), ("Kubernetes.", "netties,", "Kubernetes."), ("a", "b", "a")];
        for (said, heard, closed) in cases {
            assert_eq!(closed_like(said, heard), closed);
        }
        assert_eq!(closed_like("", "um,"), "", "what was not said leaves no mark");
    }

    fn transcript(texts: &[String]) -> Transcript {
        let span =
            |nth: usize| Span::new(AudioTime::from_ms(nth as u64 * 100), AudioTime::from_ms(nth as u64 * 100 + 90));
        let word = |(nth, text): (usize, &String)| Word { text: text.clone(), span: span(nth), probability: 0.5 };
        Transcript { words: texts.iter().enumerate().map(word).collect() }
    }

    proptest! {
        #[test]
        fn what_was_said_stands_in_place_of_the_stretch_and_all_else_stays(
            texts in prop::collection::vec("[a-c]{1,2}", 1..9),
            earlier in prop::collection::btree_map(0usize..9, "[d-f ]{0,5}", 0..5),
            from in 0usize..9,
            length in 1usize..4,
            said in "[x-z ]{0,6}",
        ) {
            let heard = transcript(&texts);
            let mut corrections: Corrections = earlier;
            let before = corrected(&heard, &corrections);
            prop_assume!(from + length <= before.len());
            let shown = |words: &[crate::transcript::correct::Corrected<'_>]| -> Vec<String> {
                words.iter().map(|one| one.word.text.clone()).collect()
            };
            let mut expected = shown(&before);
            expected.splice(from..from + length, said.split_whitespace().map(str::to_owned));
            for (nth, text) in replacement(&before, from..from + length, &said) {
                corrections.insert(nth, text);
            }
            prop_assert_eq!(shown(&corrected(&heard, &corrections)), expected);
        }
    }
}
