//! Joins the words of a turn's chunks to one transcript whose times never run backwards. Changes no word.

use crate::transcript::{Transcript, Word};
use crate::units::{AudioTime, Span};

/// A transcript that grows chunk by chunk, in the order in which they were spoken.
#[derive(Clone, Debug, Default)]
pub struct Merger {
    transcript: Transcript,
}

impl Merger {
    /// Adds the words of a chunk that begins at `offset` and returns them with their times in the turn. A word that would
    /// begin before the one before it begins with that one's end instead.
    pub fn add(&mut self, offset: AudioTime, words: Vec<Word>) -> &[Word] {
        let already = self.transcript.words.len();
        for word in words {
            let free = self.transcript.words.last().map_or(AudioTime::ZERO, |last| last.span.end);
            let start = offset.plus(word.span.start.since(AudioTime::ZERO)).max(free);
            let end = offset.plus(word.span.end.since(AudioTime::ZERO));
            self.transcript.words.push(Word { span: Span::new(start, end), ..word });
        }
        &self.transcript.words[already..]
    }

    /// Returns the last `count` words so far, joined by spaces.
    #[must_use]
    pub fn last_words(&self, count: usize) -> String {
        let words = &self.transcript.words;
        let last: Vec<&str> =
            words[words.len().saturating_sub(count)..].iter().map(|word| word.text.as_str()).collect();
        last.join(" ")
    }

    /// Returns the words so far and begins anew.
    pub fn take(&mut self) -> Transcript {
        std::mem::take(&mut self.transcript)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Merger;
    use crate::transcript::Word;
    use crate::units::{AudioTime, Span};

    fn word(text: &str, start: u64, end: u64) -> Word {
        let span = Span::new(AudioTime::from_ms(start), AudioTime::from_ms(end));
        Word { text: text.into(), span, probability: 0.9 }
    }

    #[test]
    fn words_of_a_later_chunk_count_from_the_start_of_the_turn() {
        let mut merger = Merger::default();
        merger.add(AudioTime::ZERO, vec![word("one", 100, 300)]);
        let added = merger.add(AudioTime::from_ms(5_000), vec![word("two", 200, 400)]).to_vec();
        assert_eq!(added, [word("two", 5_200, 5_400)]);
        assert_eq!(merger.take().text(), "one two");
        assert!(merger.take().is_empty());
    }

    #[test]
    fn a_word_that_reaches_into_the_next_chunk_pushes_it_back() {
        let mut merger = Merger::default();
        merger.add(AudioTime::ZERO, vec![word("one", 100, 5_100)]);
        merger.add(AudioTime::from_ms(5_000), vec![word("two", 0, 50)]);
        assert_eq!(merger.take().words, [word("one", 100, 5_100), word("two", 5_100, 5_100)]);
    }

    proptest! {
        #[test]
        fn times_never_run_backwards(chunks in prop::collection::vec((0u64..10_000, prop::collection::vec((0u64..9_000, 0u64..9_000), 0..8)), 0..8)) {
            let mut merger = Merger::default();
            let mut count = 0;
            for (offset, words) in chunks {
                count += words.len();
                let words = words.into_iter().map(|(start, end)| word("w", start, end)).collect();
                merger.add(AudioTime::from_ms(offset), words);
            }
            let words = merger.take().words;
            prop_assert_eq!(words.len(), count);
            prop_assert!(words.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
            prop_assert!(words.iter().all(|word| word.span.start <= word.span.end));
        }
    }
}
