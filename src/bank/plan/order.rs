//! The place of each question in an interview.
//!
//! What is due comes first, if that was asked for. Else a story of one's own opens, or the easiest question: people settle
//! while they tell what they did, so that the first answer measures them and not their nerves. From there questions get harder. An
//! opinion closes, or the hardest: it is the most general, needs no other question after it, and costs the least where time
//! runs out before it.

use std::cmp::Reverse;

use super::choose::Chosen;
use super::{Planned, Why};
use crate::bank::{Kind, Question};

/// Fewest questions of which one opens and another closes.
const FEWEST: usize = 2;

/// Returns the chosen questions in the order in which they are asked.
pub(super) fn in_place(chosen: Vec<Chosen<'_>>, due_first: bool) -> Vec<Planned> {
    let (first, mut rest): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|one| due_first && one.is_due());
    // Stable: among those of one level the balance of the choice stays.
    rest.sort_by_key(|one| one.question.level);
    if first.is_empty() && rest.len() >= FEWEST {
        let mut opening = rest.remove(position(&rest, opens));
        opening.why.push(Why::Opens(opening.question.kind));
        rest.insert(0, opening);
    }
    let kept = usize::from(first.is_empty());
    if rest.len() > kept {
        let mut closing = rest.remove(kept + position(&rest[kept..], |question| Reverse(closes(question))));
        closing.why.push(Why::Closes(closing.question.kind));
        rest.push(closing);
    }
    first.into_iter().chain(rest).map(Chosen::planned).collect()
}

/// Returns the place of the question with the least key, the first of equals.
fn position<K: Ord>(of: &[Chosen<'_>], key: impl Fn(&Question) -> K) -> usize {
    (0..of.len()).min_by_key(|&at| key(of[at].question)).unwrap_or(0)
}

/// How little a question is fit to open.
fn opens(question: &Question) -> (bool, u8, u32) {
    (question.kind != Kind::Behavioural, question.level as u8, seconds(question))
}

/// How well a question is fit to close.
fn closes(question: &Question) -> (bool, u8, u32) {
    (question.kind == Kind::Opinion, question.level as u8, seconds(question))
}

fn seconds(question: &Question) -> u32 {
    (question.minutes * 60.0) as u32
}
