//! Lays the answers to a question end to end and cuts them into windows that a model can read.

use std::ops::Range;

use crate::judge::Answer;
use crate::transcript::Word;

/// Words of a window: about 325 tokens, which with a question and a statement of 55 fill the 384 that the model reads. An
/// answer that fits is read whole; the best of several windows tells less.
const WINDOW: usize = 250;

/// Words from the start of a window to that of the next: what lies on a border is whole in one of the two. Windows are
/// not shifted when more is said, so that what was read while the candidate spoke need not be read again.
const STRIDE: usize = 190;

/// A word and the answer it was said in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Placed<'a> {
    /// Which of the answers.
    pub(super) answer: usize,
    /// The word.
    pub(super) word: &'a Word,
}

/// Returns all words in the order they were said.
pub(super) fn said(answers: &[Answer]) -> Vec<Placed<'_>> {
    let answers = answers.iter().enumerate();
    answers.flat_map(|(answer, said)| said.transcript.words.iter().map(move |word| Placed { answer, word })).collect()
}

/// Returns the windows over so many words. They overlap, and together hold every word.
pub(super) fn windows(words: usize) -> Vec<Range<usize>> {
    let mut windows = Vec::new();
    let mut start = 0;
    loop {
        let end = (start + WINDOW).min(words);
        windows.push(start..end);
        if end == words {
            return windows;
        }
        start += STRIDE;
    }
}

#[cfg(test)]
mod tests {
    use super::windows;

    #[test]
    fn windows_overlap_hold_every_word_and_do_not_shift_when_more_is_said() {
        assert_eq!(windows(0), vec![0..0; 1]);
        assert_eq!(windows(250), vec![0..250; 1]);
        assert_eq!(windows(251), [0..250, 190..251]);
        for words in [300, 600, 5_000] {
            let cut = windows(words);
            assert!(cut.windows(2).all(|two| two[1].start + 60 <= two[0].end), "{cut:?}");
            assert_eq!(cut.last().map(|last| last.end), Some(words));
            assert_eq!(cut[0], windows(words + 40)[0]);
        }
    }
}
