//! Cuts what was said into sentences. Works without punctuation.

use std::ops::Range;

use crate::judge::windows::Placed;

/// Words after which a sentence without punctuation is cut.
const LONGEST: usize = 28;

/// Fewest words of a sentence: "Right." joins the next one.
const SHORTEST: usize = 3;

/// Silence between words that parts sentences where there is no punctuation, in milliseconds.
const PARTING_PAUSE_MS: u128 = 500;

/// Fewest words before a pause counts as a sentence's end; speakers pause within short phrases too.
const WORDS_BEFORE_PAUSE: usize = 8;

/// Returns the sentences as ranges of words. None crosses from one answer to another; together they hold every word.
pub(super) fn sentences(words: &[Placed<'_>]) -> Vec<Range<usize>> {
    cut(words.len(), |index, length| {
        let (placed, next) = (&words[index], words.get(index + 1));
        let pauses = length >= WORDS_BEFORE_PAUSE
            && next
                .is_some_and(|next| next.word.span.start.since(placed.word.span.end).as_millis() >= PARTING_PAUSE_MS);
        ends(&placed.word.text, length) || pauses || next.is_some_and(|next| next.answer != placed.answer)
    })
}

fn ends(word: &str, length: usize) -> bool {
    length >= SHORTEST && word.ends_with(['.', '?', '!'])
}

/// Cuts words where `is_end` says so of a word and the length of the sentence up to it, and where it grows too long.
fn cut(words: usize, is_end: impl Fn(usize, usize) -> bool) -> Vec<Range<usize>> {
    let mut sentences = Vec::new();
    let mut start = 0;
    for index in 0..words {
        let length = index + 1 - start;
        if is_end(index, length) || length >= LONGEST || index + 1 == words {
            sentences.push(start..index + 1);
            start = index + 1;
        }
    }
    sentences
}

#[cfg(test)]
mod tests {
    use super::sentences;
    use crate::judge::windows::Placed;
    use crate::transcript::Word;
    use crate::units::{AudioTime, Span};

    fn text(words: &[Placed<'_>]) -> String {
        words.iter().map(|placed| placed.word.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    fn parts(said: &str, gap_after: Option<usize>) -> Vec<String> {
        let mut at = 0;
        let word = |(index, word): (usize, &str)| {
            let start = at;
            at += if gap_after == Some(index) { 1_200 } else { 300 };
            let span = Span::new(AudioTime::from_ms(start), AudioTime::from_ms(start + 280));
            Word { text: word.into(), span, probability: 0.9 }
        };
        let words: Vec<Word> = said.split_whitespace().enumerate().map(word).collect();
        let placed: Vec<Placed<'_>> = words.iter().map(|word| Placed { answer: 0, word }).collect();
        sentences(&placed).into_iter().map(|range| text(&placed[range])).collect()
    }

    #[test]
    fn sentences_end_at_full_stops_and_crumbs_join_the_next_one() {
        assert_eq!(
            parts("Right. So we test it. Then we ship it.", None),
            ["Right. So we test it.", "Then we ship it."]
        );
    }

    #[test]
    fn without_punctuation_pauses_and_length_part_sentences() {
        let plain = "we put it in three zones and test it then we take a backup every night";
        assert_eq!(parts(plain, Some(8)).len(), 2);
        assert_eq!(parts(&"word ".repeat(100), None).len(), 4);
    }

    #[test]
    fn every_word_is_in_a_sentence_and_no_words_make_none() {
        let text = "One two three four. Five six seven.";
        assert_eq!(parts(text, None).join(" "), text);
        assert!(parts("", None).is_empty());
    }
}
