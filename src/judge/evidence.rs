//! Finds the words that a verdict may rest on: where the model points, and what stands around it.

use std::ops::Range;

use crate::judge::passages::sentences;
use crate::judge::windows::Placed;

/// Sentences that are read by themselves to find the one that makes a statement.
const SENTENCES: usize = 3;

/// Fewest words of a quote: fewer say nothing by themselves.
const SHORTEST: usize = 4;

/// Most words of a quote: the longest of 3,174 pieces of labelled evidence has 45, half have 17 and fewer.
const LONGEST: usize = 45;

/// How much of the most pointed word's weight a word must have to belong to the quote.
const BELONGS: f32 = 0.35;

/// How steeply weight falls with the log odds.
const CONTRAST: f32 = 2.5;

/// Words before and after one that are seen with it.
const NEAR: usize = 2;

/// Returns the sentences that a verdict may rest on, as ranges of `words`: those that the model points at most. `pointed` has
/// the log odds of each word.
pub(super) fn sentences_pointed_at(words: &[Placed<'_>], pointed: &[f32]) -> Vec<Range<usize>> {
    let weight = contrasted(pointed);
    let most = |range: &Range<usize>| weight[range.clone()].iter().copied().fold(0.0, f32::max);
    let mut found = sentences(words);
    found.sort_by(|one, other| most(other).total_cmp(&most(one)));
    found.truncate(SENTENCES);
    found.into_iter().map(|range| shortened(range, &weight)).collect()
}

/// Returns another quote to try in place of a sentence: what the model points at within it where the sentence carries the
/// verdict and may be longer than need be, else the sentence with its better neighbour.
pub(super) fn instead(
    words: &[Placed<'_>],
    pointed: &[f32],
    sentence: &Range<usize>,
    carries: bool,
) -> Option<Range<usize>> {
    let weight = contrasted(pointed);
    if carries {
        let within = heaviest(&weight[sentence.clone()]);
        let stretch = widened(within.start + sentence.start..within.end + sentence.start, sentence);
        return (stretch.len() < sentence.len()).then_some(stretch);
    }
    let bounds = sentences(words);
    let at = bounds.iter().position(|other| other.contains(&sentence.start))?;
    let joins = |other: &&Range<usize>| words[other.start].answer == words[sentence.start].answer;
    let mass = |range: &Range<usize>| weight[range.clone()].iter().sum::<f32>();
    let before = at.checked_sub(1).and_then(|before| bounds.get(before)).filter(joins);
    let after = bounds.get(at + 1).filter(joins);
    let pair = match (before, after) {
        (Some(before), Some(after)) if mass(before) > mass(after) => before.start..sentence.end,
        (_, Some(after)) => sentence.start..after.end,
        (Some(before), None) => before.start..sentence.end,
        (None, None) => return None,
    };
    (pair.len() <= LONGEST).then_some(pair)
}

/// Cuts a sentence that is too long for a quote down to its heaviest part.
fn shortened(range: Range<usize>, weight: &[f32]) -> Range<usize> {
    if range.len() <= LONGEST {
        return range;
    }
    let mass = |start: usize| weight[start..start + LONGEST].iter().sum::<f32>();
    let starts = range.start..=range.end - LONGEST;
    let best = starts.max_by(|&one, &other| mass(one).total_cmp(&mass(other))).unwrap_or(range.start);
    best..best + LONGEST
}

/// Returns for each word how far it is from the one that is pointed at most, 1 being that word: the model points softly, and
/// what counts is where, not how hard. Each word is seen with its neighbours, since a single one is easily pointed at by chance.
fn contrasted(pointed: &[f32]) -> Vec<f32> {
    let around = |index: usize| {
        let near = &pointed[index.saturating_sub(NEAR)..(index + NEAR + 1).min(pointed.len())];
        near.iter().sum::<f32>() / near.len() as f32
    };
    let smooth: Vec<f32> = (0..pointed.len()).map(around).collect();
    let most = smooth.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    smooth.iter().map(|logit| (CONTRAST * (logit - most)).exp()).collect()
}

/// Returns the stretch whose words together stand highest above what belongs.
fn heaviest(weight: &[f32]) -> Range<usize> {
    let (mut best, mut best_sum) = (0..1, f32::MIN);
    let (mut start, mut sum) = (0, 0.0_f32);
    for (index, weight) in weight.iter().enumerate() {
        if sum <= 0.0 {
            (start, sum) = (index, 0.0);
        }
        sum += weight - BELONGS;
        if sum > best_sum {
            (best, best_sum) = (start..index + 1, sum);
        }
    }
    best
}

/// Widens a stretch within its sentence to the fewest words that say something by themselves.
fn widened(mut range: Range<usize>, sentence: &Range<usize>) -> Range<usize> {
    while range.len() < SHORTEST.min(sentence.len()) {
        if range.end < sentence.end { range.end += 1 } else { range.start -= 1 }
    }
    range
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use super::{LONGEST, SHORTEST, instead, sentences_pointed_at};
    use crate::judge::windows::Placed;
    use crate::transcript::Word;
    use crate::units::Span;

    fn words(text: &str) -> Vec<Word> {
        let words = text.split_whitespace();
        words.map(|word| Word { text: word.into(), span: Span::default(), probability: 0.9 }).collect()
    }

    fn pointed(words: &[Word], at: &str) -> Vec<f32> {
        let at: Vec<&str> = at.split_whitespace().collect();
        words.iter().map(|word| if at.contains(&word.text.as_str()) { 0.6 } else { -1.0 }).collect()
    }

    #[test]
    fn the_sentence_that_is_pointed_at_comes_first_and_what_is_pointed_at_is_tried_in_its_place() {
        let said = words("We start small. Then every night we copy the disks to a vault elsewhere. That is all.");
        let placed: Vec<Placed<'_>> = said.iter().map(|word| Placed { answer: 0, word }).collect();
        let pointed = pointed(&said, "copy the disks to a vault");
        let text =
            |range: Range<usize>| said[range].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
        let sentence = sentences_pointed_at(&placed, &pointed).remove(0);
        assert_eq!(text(sentence.clone()), "Then every night we copy the disks to a vault elsewhere.");
        let stretch = instead(&placed, &pointed, &sentence, true).expect("it is shorter");
        assert!(text(stretch.clone()).contains("the disks to a") && stretch.len() < sentence.len());
        let pair = instead(&placed, &pointed, &sentence, false).expect("it has neighbours");
        assert!(pair.len() > sentence.len());
    }

    #[test]
    fn a_quote_lies_within_one_answer_and_is_of_a_length_to_be_read() {
        let said = words(&"one two three four five six seven eight nine ten ".repeat(12));
        let placed: Vec<Placed<'_>> =
            said.iter().enumerate().map(|(index, word)| Placed { answer: index / 50, word }).collect();
        for at in ["five six", "four five six seven", "one ten", "six"] {
            let pointed = pointed(&said, at);
            for sentence in sentences_pointed_at(&placed, &pointed) {
                for carries in [true, false] {
                    let other = instead(&placed, &pointed, &sentence, carries);
                    for range in [Some(sentence.clone()), other].into_iter().flatten() {
                        assert!(range.start / 50 == (range.end - 1) / 50, "{range:?}");
                        assert!((SHORTEST..=LONGEST).contains(&range.len()), "{range:?}");
                    }
                }
            }
        }
    }
}
