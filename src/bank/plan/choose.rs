//! Which questions are asked: those that are due or new before those that were asked lately, the level asked for before those
//! beside it, and among these what suits a job and what came least so far. Says nothing about their order.

use std::collections::BTreeMap;

use super::{Candidate, DEFAULT_COUNT, Planned, Wanted, Why};
use crate::bank::Question;
use crate::ids::{CompetencyId, QuestionId};

/// What follow-ups and the interviewer's own lines add to the length of a good answer.
const WITH_FOLLOW_UPS: f32 = 1.5;

/// Places that a question loses among those that suit a job for each time that its competency came already: so that the best
/// three of one kind do not keep out everything else.
const COST_OF_MORE_OF_THE_SAME: usize = 2;

/// A question that was chosen.
#[derive(Clone, Debug)]
pub(super) struct Chosen<'b> {
    pub(super) question: &'b Question,
    pub(super) why: Vec<Why>,
}

impl Chosen<'_> {
    pub(super) fn is_due(&self) -> bool {
        self.why.contains(&Why::Due)
    }

    pub(super) fn planned(self) -> Planned {
        Planned { question: self.question.id.clone(), minutes: length(self.question), why: self.why }
    }
}

/// Returns how long a question takes with its follow-ups, in minutes.
#[must_use]
pub fn length(question: &Question) -> f32 {
    question.minutes * WITH_FOLLOW_UPS
}

/// Returns as many as fit, but never none: who has two minutes wants one question.
pub(super) fn choose<'b>(pool: &[Candidate<'b>], wanted: &Wanted) -> Vec<Chosen<'b>> {
    let mut choice = Choice::new(pool, wanted);
    let most = match (wanted.count, wanted.minutes) {
        (Some(count), _) => count,
        (None, Some(_)) => usize::MAX,
        (None, None) => DEFAULT_COUNT,
    };
    while choice.chosen.len() < most {
        let Some(next) = choice.next() else { break };
        choice.take(next);
    }
    while choice.exchange() {}
    let pool = choice.shuffled;
    choice.chosen.into_iter().map(|(at, why)| Chosen { question: pool[at].question, why }).collect()
}

/// A choice that is being made. Candidates are known by their place in a shuffled order, which decides among equals.
struct Choice<'a, 'b> {
    wanted: &'a Wanted,
    shuffled: Vec<&'a Candidate<'b>>,
    chosen: Vec<(usize, Vec<Why>)>,
    /// Minutes that are left.
    left: f32,
    competencies: BTreeMap<&'b CompetencyId, usize>,
    skills: BTreeMap<&'b str, usize>,
}

/// What cannot be made up for by balance: due before others where that was asked for, then not asked lately before asked lately,
/// then the level.
type Rank = (usize, bool, u8);

impl<'a, 'b> Choice<'a, 'b> {
    fn new(pool: &'a [Candidate<'b>], wanted: &'a Wanted) -> Self {
        Self {
            wanted,
            shuffled: shuffled(pool, wanted.seed),
            chosen: Vec::new(),
            left: wanted.minutes.unwrap_or(f32::INFINITY),
            competencies: BTreeMap::new(),
            skills: BTreeMap::new(),
        }
    }

    /// Returns the best of those that fit into the time that is left; the best of all, if nothing fits and nothing is chosen.
    fn next(&self) -> Option<usize> {
        let open = || (0..self.shuffled.len()).filter(|&at| !self.is_chosen(at));
        let fitting = open().filter(|&at| length(self.shuffled[at].question) <= self.left);
        let any = || if self.chosen.is_empty() { open().min_by_key(|&at| self.key(at)) } else { None };
        fitting.min_by_key(|&at| self.key(at)).or_else(any)
    }

    fn take(&mut self, at: usize) {
        let why = self.reasons(at);
        let question = self.shuffled[at].question;
        self.left -= length(question);
        for id in &question.competencies {
            *self.competencies.entry(id).or_default() += 1;
        }
        for skill in &question.skills {
            *self.skills.entry(skill).or_default() += 1;
        }
        self.chosen.push((at, why));
    }

    /// Exchanges a question for a longer one of the same rank and competencies, so that less time is left unused. Returns
    /// whether there was one.
    fn exchange(&mut self) -> bool {
        if self.wanted.minutes.is_none() || !self.wanted.suited.is_empty() {
            return false;
        }
        let mut best: Option<(f32, usize, usize)> = None;
        for (place, (at, _)) in self.chosen.iter().enumerate() {
            for other in (0..self.shuffled.len()).filter(|&other| !self.is_chosen(other)) {
                let (one, two) = (self.shuffled[*at].question, self.shuffled[other].question);
                let gain = length(two) - length(one);
                let alike = self.rank(*at) == self.rank(other) && one.competencies == two.competencies;
                if alike && gain > 0.0 && gain <= self.left && best.is_none_or(|(most, ..)| gain > most) {
                    best = Some((gain, place, other));
                }
            }
        }
        let Some((gain, place, other)) = best else { return false };
        self.left -= gain;
        self.chosen[place].0 = other;
        let on = &self.shuffled[other].on;
        for why in &mut self.chosen[place].1 {
            if matches!(why, Why::On(_)) {
                *why = Why::On(on.clone());
            }
        }
        true
    }

    fn is_chosen(&self, at: usize) -> bool {
        self.chosen.iter().any(|(chosen, _)| *chosen == at)
    }

    fn key(&self, at: usize) -> (Rank, usize, usize, usize) {
        let question = self.shuffled[at].question;
        let times = self.times(question);
        let skills = question.skills.iter().map(|skill| self.skills.get(skill.as_str()).copied().unwrap_or(0));
        match self.place(&self.wanted.suited, at) {
            Some(place) => (self.rank(at), place + COST_OF_MORE_OF_THE_SAME * times, 0, at),
            None if self.wanted.suited.is_empty() => (self.rank(at), times, skills.max().unwrap_or(0), at),
            None => (self.rank(at), usize::MAX, 0, at),
        }
    }

    /// Returns how often the competency of a question came that came least.
    fn times(&self, question: &Question) -> usize {
        let times = question.competencies.iter().map(|id| self.competencies.get(id).copied().unwrap_or(0));
        times.min().unwrap_or(0)
    }

    fn rank(&self, at: usize) -> Rank {
        let due = self.place(&self.wanted.due, at);
        let first = if self.wanted.due_first { due.unwrap_or(usize::MAX) } else { 0 };
        (first, due.is_none() && self.is_recent(at), self.shuffled[at].levels_off)
    }

    fn is_recent(&self, at: usize) -> bool {
        self.place(&self.wanted.recent, at).is_some()
    }

    fn place(&self, of: &[QuestionId], at: usize) -> Option<usize> {
        of.iter().position(|id| *id == self.shuffled[at].question.id)
    }

    fn reasons(&self, at: usize) -> Vec<Why> {
        let candidate = self.shuffled[at];
        let question = candidate.question;
        let due = self.place(&self.wanted.due, at).is_some();
        let mut why = Vec::new();
        if due && (self.wanted.due_first || self.is_recent(at)) {
            why.push(Why::Due);
        } else if self.is_recent(at) {
            why.push(Why::NothingElse);
        }
        if self.wanted.level.is_some() {
            let near = candidate.levels_off > 0;
            why.push(if near { Why::NearLevel(question.level) } else { Why::OfLevel(question.level) });
        }
        if !candidate.on.is_empty() {
            why.push(Why::On(candidate.on.clone()));
        }
        why.extend(self.place(&self.wanted.suited, at).map(|place| Why::Suits(place + 1)));
        let least = question.competencies.iter().min_by_key(|id| self.competencies.get(id).copied().unwrap_or(0));
        if self.wanted.suited.is_empty() && !why.contains(&Why::Due) {
            why.extend(least.map(|id| Why::Balances(id.clone())));
        }
        why
    }
}

/// Returns the candidates in an order that the seed decides.
fn shuffled<'a, 'b>(pool: &'a [Candidate<'b>], seed: u64) -> Vec<&'a Candidate<'b>> {
    let mut order: Vec<&Candidate<'b>> = pool.iter().collect();
    let mut random = seed;
    for end in (1..order.len()).rev() {
        let pick = (next_random(&mut random) % (end as u64 + 1)) as usize;
        order.swap(end, pick);
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
