//! Chooses the questions of an interview. The same seed chooses the same ones.

use std::collections::BTreeMap;

use crate::bank::reader::suggestion;
use crate::bank::{Bank, Question};
use crate::ids::{CompetencyId, QuestionId};

/// Questions that are asked when nobody says how many.
const DEFAULT_COUNT: usize = 3;

/// What follow-ups and the interviewer's own lines add to the length of a good answer.
const WITH_FOLLOW_UPS: f32 = 1.5;

/// What somebody asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// These, in this order. Empty: choose.
    pub questions: Vec<QuestionId>,
    /// So many.
    pub count: Option<usize>,
    /// As many as fit into so many minutes.
    pub minutes: Option<f32>,
    /// Chooses among equals.
    pub seed: u64,
}

/// Why there is nothing to ask.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A question that the bank does not have.
    #[error("the bank `{bank}` has no question `{question}`{near}")]
    Unknown {
        /// The bank.
        bank: String,
        /// What was asked for.
        question: String,
        /// A suggestion, or nothing.
        near: String,
    },
    /// Zero questions were asked for.
    #[error("an interview needs at least one question")]
    Nothing,
}

/// Returns the questions to ask, in order.
///
/// # Errors
/// [`PlanError`] names what the bank does not have.
pub fn plan(bank: &Bank, wanted: &Wanted) -> Result<Vec<QuestionId>, PlanError> {
    for id in &wanted.questions {
        if bank.question(id).is_none() {
            let near = suggestion(id.as_str(), bank.questions.iter().map(|question| question.id.as_str()));
            return Err(PlanError::Unknown { bank: bank.id.to_string(), question: id.to_string(), near });
        }
    }
    if wanted.count == Some(0) {
        return Err(PlanError::Nothing);
    }
    if !wanted.questions.is_empty() {
        let most = wanted.count.unwrap_or(usize::MAX);
        return Ok(wanted.questions.iter().take(most).cloned().collect());
    }
    let order = balanced(bank, wanted.seed);
    let chosen = match (wanted.count, wanted.minutes) {
        (Some(count), _) => order.into_iter().take(count).collect(),
        (None, Some(minutes)) => fitting(order, minutes),
        (None, None) => order.into_iter().take(DEFAULT_COUNT).collect(),
    };
    Ok(ids(chosen))
}

fn ids(questions: Vec<&Question>) -> Vec<QuestionId> {
    questions.into_iter().map(|question| question.id.clone()).collect()
}

/// Returns as many as fit, but never none: who has two minutes wants one question.
fn fitting(order: Vec<&Question>, minutes: f32) -> Vec<&Question> {
    let mut left = minutes;
    let mut chosen = Vec::new();
    for question in order {
        let length = question.minutes * WITH_FOLLOW_UPS;
        if chosen.is_empty() || length <= left {
            left -= length;
            chosen.push(question);
        }
    }
    chosen
}

/// Returns all questions, shuffled, so that each next one is of the competency that came least so far.
fn balanced(bank: &Bank, seed: u64) -> Vec<&Question> {
    let mut left: Vec<&Question> = bank.questions.iter().collect();
    let mut random = seed;
    for end in (1..left.len()).rev() {
        let pick = (next_random(&mut random) % (end as u64 + 1)) as usize;
        left.swap(end, pick);
    }
    let mut times: BTreeMap<&CompetencyId, usize> = BTreeMap::new();
    let mut order = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let times_seen =
            |question: &Question| question.competencies.iter().map(|id| times.get(id).copied().unwrap_or(0)).min();
        let next = (0..left.len()).min_by_key(|&index| times_seen(left[index]).unwrap_or(0)).unwrap_or(0);
        let question = left.remove(next);
        for id in &question.competencies {
            *times.entry(id).or_default() += 1;
        }
        order.push(question);
    }
    order
}

/// One step of SplitMix64 (Steele, Lea and Flood 2014).
fn next_random(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut mixed = *state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}
