//! One question across its attempts.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::ids::{BankId, QuestionId};
use crate::review::progress::attempt::Attempt;

/// A question and every attempt at it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct QuestionSoFar<'o> {
    /// The bank.
    pub bank: &'o BankId,
    /// The question.
    pub question: &'o QuestionId,
    /// Its words, as they were asked last.
    pub prompt: &'o str,
    /// The attempts, in the order of time.
    pub attempts: Vec<Attempt<'o>>,
    /// The first of them.
    pub first: Attempt<'o>,
    /// The one that covered most; the latest of those that covered as much.
    pub best: Attempt<'o>,
    /// The last of them.
    pub latest: Attempt<'o>,
}

impl<'o> QuestionSoFar<'o> {
    /// Returns the question. None: there is no attempt at it.
    #[must_use]
    pub fn of(attempts: Vec<Attempt<'o>>) -> Option<Self> {
        let (first, latest) = (*attempts.first()?, *attempts.last()?);
        let best = attempts.iter().max_by(|one, other| one.coverage.total_cmp(&other.coverage));
        Some(Self {
            bank: latest.bank,
            question: latest.question,
            prompt: &latest.outcome.prompt,
            best: *best.unwrap_or(&latest),
            attempts,
            first,
            latest,
        })
    }

    /// Returns the two attempts that are to stand beside each other: those of the sessions that were asked for, else the first and
    /// the latest.
    #[must_use]
    pub fn chosen(&self, one: Option<&str>, other: Option<&str>) -> (Attempt<'o>, Attempt<'o>) {
        let of = |session: Option<&str>| self.attempts.iter().find(|attempt| Some(attempt.session) == session).copied();
        (of(one).unwrap_or(self.first), of(other).unwrap_or(self.latest))
    }
}

/// Returns each question that was judged, by bank and name. `attempts` come in the order of time.
#[must_use]
pub fn questions<'o>(attempts: &[Attempt<'o>]) -> Vec<QuestionSoFar<'o>> {
    let mut of: BTreeMap<(&BankId, &QuestionId), Vec<Attempt<'_>>> = BTreeMap::new();
    for attempt in attempts {
        of.entry((attempt.bank, attempt.question)).or_default().push(*attempt);
    }
    of.into_values().filter_map(QuestionSoFar::of).collect()
}
