//! Puts misheard words right. What was heard stays: a correction names a word by its place among those that were heard.

use std::collections::BTreeMap;

use crate::transcript::{Transcript, Word};
use crate::units::{AudioTime, Span};

/// What was said in place of words that were misheard, by their place among those heard, counted from 0. Several words, or none,
/// may stand for one.
pub type Corrections = BTreeMap<usize, String>;

/// A word of a corrected transcript, and where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct Corrected<'h> {
    /// The word as it stands.
    pub word: Word,
    /// The place of the word among those heard.
    pub nth: usize,
    /// The word as it was heard, where it was put right.
    pub heard: Option<&'h str>,
}

/// Returns the words with the corrections made. Words that stand for one share its time evenly, and that of the words behind it that
/// became nothing: a pause there would seem to part a sentence. They are certain, since whoever said them says so. A correction of a word that is not there, or that says what was heard, does nothing.
#[must_use]
pub fn corrected<'h>(heard: &'h Transcript, corrections: &Corrections) -> Vec<Corrected<'h>> {
    let mut words = Vec::with_capacity(heard.words.len());
    for (nth, word) in heard.words.iter().enumerate() {
        match correction(heard, corrections, nth) {
            None => words.push(Corrected { word: word.clone(), nth, heard: None }),
            Some(text) => {
                let behind = heard.words.iter().enumerate().skip(nth + 1);
                let silent =
                    behind.take_while(|(next, _)| correction(heard, corrections, *next).is_some_and(is_nothing));
                let whole = Span::new(word.span.start, silent.last().map_or(word.span.end, |(_, last)| last.span.end));
                let said: Vec<&str> = text.split_whitespace().collect();
                words.extend(said.iter().enumerate().map(|(part, text)| Corrected {
                    word: Word { text: (*text).into(), span: share(whole, part, said.len()), probability: 1.0 },
                    nth,
                    heard: Some(&word.text),
                }));
            }
        }
    }
    words
}

/// Returns what stands for a word that was heard, where it is anything else.
fn correction<'c>(heard: &Transcript, corrections: &'c Corrections, nth: usize) -> Option<&'c str> {
    let text = corrections.get(&nth)?;
    heard.words.get(nth).is_some_and(|word| word.text != *text).then_some(text)
}

fn is_nothing(text: &str) -> bool {
    text.trim().is_empty()
}

/// Returns the transcript with the corrections made.
#[must_use]
pub fn transcript(heard: &Transcript, corrections: &Corrections) -> Transcript {
    Transcript { words: corrected(heard, corrections).into_iter().map(|one| one.word).collect() }
}

/// Returns the part of a span that belongs to one of so many words.
fn share(span: Span, part: usize, of: usize) -> Span {
    let (start, length) = (span.start.as_ms(), span.end.as_ms() - span.start.as_ms());
    let border = |part: usize| AudioTime::from_ms(start + length * part as u64 / of as u64);
    Span::new(border(part), border(part + 1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Corrections, corrected, transcript};
    use crate::transcript::{Transcript, Word};
    use crate::units::{AudioTime, Span};

    fn heard(texts: &[&str]) -> Transcript {
        let word = |(nth, text): (usize, &&str)| Word {
            text: (*text).into(),
            span: Span::new(AudioTime::from_ms(nth as u64 * 300), AudioTime::from_ms(nth as u64 * 300 + 300)),
            probability: 0.4,
        };
        Transcript { words: texts.iter().enumerate().map(word).collect() }
    }

    fn corrections(all: &[(usize, &str)]) -> Corrections {
        all.iter().map(|(nth, text)| (*nth, (*text).to_owned())).collect()
    }

    #[test]
    fn a_word_may_become_another_several_or_none_and_what_was_heard_is_told() {
        let heard = heard(&["a", "cooper", "netties", "um", "cluster"]);
        let corrections = corrections(&[(1, "Kubernetes is"), (2, "no"), (3, ""), (4, "cluster"), (9, "x")]);
        let words = corrected(&heard, &corrections);
        let seen = words.iter().map(|one| {
            let span = (one.word.span.start.as_ms(), one.word.span.end.as_ms());
            (one.word.text.as_str(), span, one.nth, one.heard, one.word.probability)
        });
        let expected = [
            ("a", (0, 300), 0, None, 0.4),
            ("Kubernetes", (300, 450), 1, Some("cooper"), 1.0),
            ("is", (450, 600), 1, Some("cooper"), 1.0),
            ("no", (600, 1_200), 2, Some("netties"), 1.0),
            ("cluster", (1_200, 1_500), 4, None, 0.4),
        ];
        assert_eq!(seen.collect::<Vec<_>>(), expected);
    }

    proptest! {
        #[test]
        fn times_never_run_backwards_and_nothing_to_correct_changes_nothing(
            texts in prop::collection::vec("[a-z]{1,4}", 0..8), said in prop::collection::btree_map(0usize..10, "[a-z ]{0,9}", 0..5)
        ) {
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let heard = heard(&texts);
            let after = transcript(&heard, &said);
            prop_assert!(after.words.windows(2).all(|two| two[0].span.end <= two[1].span.start));
            prop_assert!(after.words.iter().all(|word| !word.text.is_empty()));
            prop_assert_eq!(transcript(&heard, &Corrections::new()), heard);
        }
    }
}
