//! Cuts answers into passages that can carry a point: sentences, and pairs of them. Works without punctuation.

use crate::judge::Answer;
use crate::transcript::Word;

/// Words after which a sentence without punctuation is cut.
const LONGEST: usize = 28;

/// Fewest words of a sentence: "Right." joins the next one.
const SHORTEST: usize = 3;

/// Silence between words that parts sentences where there is no punctuation, in milliseconds.
const PARTING_PAUSE_MS: u128 = 500;

/// Fewest words before a pause counts as a sentence's end; speakers pause within short phrases too.
const WORDS_BEFORE_PAUSE: usize = 8;

/// Words in a row of one answer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Passage<'a> {
    /// Which of the answers.
    pub answer: usize,
    /// The words.
    pub words: &'a [Word],
    /// How many sentences they are.
    pub sentences: usize,
}

impl Passage<'_> {
    /// Returns the words as the transcript has them, joined by single spaces.
    #[must_use]
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// Returns the passages of all answers: each sentence, and each pair of sentences in a row.
#[must_use]
pub fn passages(answers: &[Answer]) -> Vec<Passage<'_>> {
    let mut passages = Vec::new();
    for (answer, said) in answers.iter().enumerate() {
        let words = &said.transcript.words;
        let bounds = sentence_bounds(words);
        for count in 1..=2 {
            for run in bounds.windows(count + 1) {
                passages.push(Passage { answer, words: &words[run[0]..run[count]], sentences: count });
            }
        }
    }
    passages
}

/// Returns where sentences begin, and the number of words at the end.
fn sentence_bounds(words: &[Word]) -> Vec<usize> {
    let mut bounds = vec![0];
    let mut start = 0;
    for (index, word) in words.iter().enumerate() {
        let length = index + 1 - start;
        let ends = length >= SHORTEST && word.text.ends_with(['.', '?', '!']);
        let pauses = length >= WORDS_BEFORE_PAUSE
            && words
                .get(index + 1)
                .is_some_and(|next| next.span.start.since(word.span.end).as_millis() >= PARTING_PAUSE_MS);
        if ends || pauses || length >= LONGEST {
            start = index + 1;
            bounds.push(start);
        }
    }
    if start < words.len() {
        bounds.push(words.len());
    }
    bounds
}

#[cfg(test)]
mod tests {
    use super::passages;
    use crate::ids::TurnId;
    use crate::judge::Answer;
    use crate::transcript::{Transcript, Word};
    use crate::units::{AudioTime, Span};

    fn answer(text: &str, gap_after: Option<usize>) -> Answer {
        let mut at = 0;
        let words = text.split_whitespace().enumerate().map(|(index, word)| {
            let start = at;
            at += if gap_after == Some(index) { 1_200 } else { 300 };
            Word {
                text: word.into(),
                span: Span::new(AudioTime::from_ms(start), AudioTime::from_ms(start + 280)),
                probability: 0.9,
            }
        });
        Answer { turn: TurnId(1), transcript: Transcript { words: words.collect() } }
    }

    fn cut(text: &str, gap_after: Option<usize>) -> Vec<String> {
        let answers = [answer(text, gap_after)];
        passages(&answers).iter().filter(|one| one.sentences == 1).map(super::Passage::text).collect()
    }

    #[test]
    fn sentences_end_at_full_stops_and_crumbs_join_the_next_one() {
        assert_eq!(cut("Right. So we test it. Then we ship it.", None), ["Right. So we test it.", "Then we ship it."]);
    }

    #[test]
    fn without_punctuation_pauses_and_length_part_sentences() {
        let plain = "we put it in three zones and test it then we take a backup every night";
        assert_eq!(cut(plain, Some(8)).len(), 2);
        assert_eq!(cut(&"word ".repeat(100), None).len(), 4);
    }

    #[test]
    fn every_word_is_in_a_passage_and_no_words_make_none() {
        let text = "One two three four. Five six seven.";
        assert_eq!(cut(text, None).join(" "), text);
        assert!(cut("", None).is_empty());
    }
}
