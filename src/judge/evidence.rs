//! Finds the words that a verdict rests on: where the model points, and of several quotes the shortest that carries it.

use std::ops::Range;

use crate::judge::fit::sigmoid;
use crate::judge::passages::sentences;
use crate::judge::windows::Placed;

/// Fewest words of a quote: fewer say nothing by themselves.
const SHORTEST: usize = 4;

/// Most words of a quote: the longest of 3,174 pieces of labelled evidence has 45, half have 17 and fewer.
const LONGEST: usize = 45;

/// Share of the most pointed word's probability from which a word belongs to the quote.
const BELONGS: f32 = 0.4;

/// Returns quotes that may carry a verdict, as ranges of `words`: the stretch that the model points at, the sentence
/// around it, and that sentence with its better neighbour. `pointed` has the log odds of each word.
pub(super) fn candidates(words: &[Placed<'_>], pointed: &[f32]) -> Vec<Range<usize>> {
    let weight: Vec<f32> = pointed.iter().map(|&logit| sigmoid(logit)).collect();
    let most = weight.iter().copied().fold(0.0, f32::max);
    if most <= 0.0 {
        return Vec::new();
    }
    let bounds = sentences(words);
    let mut found = Vec::new();
    let stretch = heaviest(words, &weight, most * BELONGS);
    found.push(widened(words, stretch.clone()));
    let mass = |range: &Range<usize>| weight[range.clone()].iter().sum::<f32>();
    let overlap = |range: &Range<usize>| {
        let shared = range.start.max(stretch.start)..range.end.min(stretch.end);
        if shared.is_empty() { 0.0 } else { mass(&shared) }
    };
    let best = (0..bounds.len()).max_by(|&one, &other| overlap(&bounds[one]).total_cmp(&overlap(&bounds[other])));
    if let Some(best) = best {
        let sentence = bounds[best].clone();
        let joins = |other: &Range<usize>| words[other.start].answer == words[sentence.start].answer;
        let before = best.checked_sub(1).map(|index| bounds[index].clone()).filter(joins);
        let after = bounds.get(best + 1).cloned().filter(joins);
        let pair = match (before, after) {
            (Some(before), Some(after)) if mass(&before) > mass(&after) => Some(before.start..sentence.end),
            (_, Some(after)) => Some(sentence.start..after.end),
            (Some(before), None) => Some(before.start..sentence.end),
            (None, None) => None,
        };
        found.push(sentence);
        found.extend(pair);
    }
    found.retain(|range| range.len() <= LONGEST || range.len() == words.len());
    found.dedup();
    found
}

/// Returns the stretch within one answer whose words together stand highest above `bar`.
fn heaviest(words: &[Placed<'_>], weight: &[f32], bar: f32) -> Range<usize> {
    let (mut best, mut best_sum) = (0..1, f32::MIN);
    let (mut start, mut sum) = (0, 0.0_f32);
    for index in 0..words.len() {
        if sum <= 0.0 || words[index].answer != words[start].answer || index - start >= LONGEST {
            (start, sum) = (index, 0.0);
        }
        sum += weight[index] - bar;
        if sum > best_sum {
            (best, best_sum) = (start..index + 1, sum);
        }
    }
    best
}

/// Widens a stretch to the fewest words that say something by themselves.
fn widened(words: &[Placed<'_>], mut range: Range<usize>) -> Range<usize> {
    let answer = words[range.start].answer;
    while range.len() < SHORTEST {
        let after = words.get(range.end).is_some_and(|next| next.answer == answer);
        let before = range.start > 0 && words[range.start - 1].answer == answer;
        match (after, before) {
            (true, _) => range.end += 1,
            (false, true) => range.start -= 1,
            (false, false) => break,
        }
    }
    range
}

/// Share of the best quote's probability that a shorter one must keep to be taken in its place.
const CARRIES: f32 = 0.85;

/// Returns which of the quotes is the shortest that carries the verdict. `carried` has the log odds of each by itself.
pub(super) fn shortest(quotes: &[Range<usize>], carried: &[f32]) -> Option<usize> {
    let best = carried.iter().map(|&logit| sigmoid(logit)).fold(0.0, f32::max);
    let enough = (0..quotes.len()).filter(|&index| sigmoid(carried[index]) >= best * CARRIES);
    enough.min_by_key(|&index| quotes[index].len())
}

#[cfg(test)]
mod tests {
    use super::{candidates, shortest};
    use crate::judge::windows::Placed;
    use crate::transcript::Word;
    use crate::units::Span;

    fn words(text: &str) -> Vec<Word> {
        let words = text.split_whitespace();
        words.map(|word| Word { text: word.into(), span: Span::default(), probability: 0.9 }).collect()
    }

    fn pointed(words: &[Word], at: &str) -> Vec<f32> {
        let at: Vec<&str> = at.split_whitespace().collect();
        words.iter().map(|word| if at.contains(&word.text.as_str()) { 2.0 } else { -4.0 }).collect()
    }

    #[test]
    fn the_first_candidate_is_what_the_model_points_at_and_the_next_its_sentence() {
        let said = words("We start small. Then every night we copy the disks to a vault elsewhere. That is all.");
        let placed: Vec<Placed<'_>> = said.iter().map(|word| Placed { answer: 0, word }).collect();
        let found = candidates(&placed, &pointed(&said, "copy the disks to a vault"));
        let text = |index: usize| {
            said[found[index].clone()].iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(text(0), "copy the disks to a vault");
        assert_eq!(text(1), "Then every night we copy the disks to a vault elsewhere.");
    }

    #[test]
    fn a_quote_lies_within_one_answer() {
        let said = words("one two three four five six seven eight nine ten");
        let placed: Vec<Placed<'_>> =
            said.iter().enumerate().map(|(index, word)| Placed { answer: index / 5, word }).collect();
        for at in ["five six", "four five six seven", "one ten", "six"] {
            for range in candidates(&placed, &pointed(&said, at)) {
                assert!(range.start / 5 == (range.end - 1) / 5, "{range:?}");
            }
        }
    }

    #[test]
    fn the_shortest_quote_that_carries_nearly_as_much_is_taken() {
        assert_eq!(shortest(&[0..5, 0..12, 0..30], &[2.0, 2.2, 2.3]), Some(0));
        assert_eq!(shortest(&[0..5, 0..12, 0..30], &[-2.0, 2.2, 2.3]), Some(1));
        assert_eq!(shortest(&[], &[]), None);
    }
}
