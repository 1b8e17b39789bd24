//! How a competency or a skill fares: each answer that counts towards it, and what has changed.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::ids::BankId;
use crate::review::difference::Difference;
use crate::review::progress::attempt::Attempt;
use crate::review::progress::over_time::{change, running_middle, told};
use crate::review::progress::words::percent;

/// A competency of a bank, or a skill whatever the bank. Its questions differ in how hard they are, so it takes many answers for
/// a change to be one of the candidate.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Topic<'o> {
    /// The competency's id, or the skill.
    pub id: &'o str,
    /// Its title; a skill is its own.
    pub title: &'o str,
    /// The bank whose competency it is. Null for a skill.
    pub bank: Option<&'o BankId>,
    /// The answers, in the order of time. There is at least one.
    pub attempts: Vec<Attempt<'o>>,
    /// For each of them the median coverage of it and the four before it, 0 to 1. Null for the first four.
    pub running: Vec<Option<f32>>,
    /// How the coverage of the later half differs from that of the earlier one, 0 to 1.
    pub change: Difference,
}

impl<'o> Topic<'o> {
    fn new(bank: Option<&'o BankId>, id: &'o str, (title, attempts): (&'o str, Vec<Attempt<'o>>)) -> Self {
        let coverages: Vec<f64> = attempts.iter().map(|one| f64::from(one.coverage)).collect();
        Self { id, title, bank, running: running_middle(&attempts), change: change(&coverages), attempts }
    }

    /// Returns the latest running middle.
    #[must_use]
    pub fn middle(&self) -> Option<f32> {
        self.running.last().copied().flatten()
    }

    /// Returns what has changed, in a sentence or two.
    #[must_use]
    pub fn told(&self) -> String {
        told(&self.change, "More is covered than before", "Less is covered than before", percent)
    }
}

/// Returns the competencies that were asked about, the most answered first.
#[must_use]
pub fn competencies<'o>(attempts: &[Attempt<'o>]) -> Vec<Topic<'o>> {
    topics(attempts, |attempt| {
        let of = attempt.outcome.competencies.iter();
        of.map(|(id, title)| (Some(attempt.bank), id.as_str(), title.as_str())).collect()
    })
}

/// Returns the skills that were asked about, the most answered first.
#[must_use]
pub fn skills<'o>(attempts: &[Attempt<'o>]) -> Vec<Topic<'o>> {
    topics(attempts, |attempt| {
        attempt.outcome.skills.iter().map(|skill| (None, skill.as_str(), skill.as_str())).collect()
    })
}

type Named<'o> = (Option<&'o BankId>, &'o str, &'o str);

/// A title, and the attempts under it.
type Titled<'o> = (&'o str, Vec<Attempt<'o>>);

fn topics<'o>(attempts: &[Attempt<'o>], named: impl Fn(&Attempt<'o>) -> Vec<Named<'o>>) -> Vec<Topic<'o>> {
    let mut found: BTreeMap<(Option<&BankId>, &str), Titled<'_>> = BTreeMap::new();
    for attempt in attempts {
        for (bank, id, title) in named(attempt) {
            let topic = found.entry((bank, id)).or_default();
            topic.0 = title;
            topic.1.push(*attempt);
        }
    }
    let mut topics: Vec<Topic<'_>> = found.into_iter().map(|((bank, id), of)| Topic::new(bank, id, of)).collect();
    topics.sort_by_key(|topic| (std::cmp::Reverse(topic.attempts.len()), topic.title));
    topics
}
