//! What became of one's answers over weeks. Told from the outcomes of all sessions and a date; the candidate's own answers only.
//!
//! Few answers are told as few: a change is named by the same rule as an effect of pressure (`review::difference`).

pub mod attempt;
pub mod manner;
pub mod over_time;
pub mod question;
pub mod repeating;
#[cfg(test)]
pub(crate) mod sample;
#[cfg(test)]
mod tests;
pub mod topic;
pub mod weeks;
pub mod words;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::ids::BankId;
use crate::review::pressure_effect::{PressureEffect, baseline};
use crate::review::progress::attempt::Attempt;
use crate::review::progress::manner::Manner;
use crate::review::progress::question::QuestionSoFar;
use crate::review::progress::repeating::{Due, Repeat};
use crate::review::progress::topic::Topic;
use crate::review::progress::weeks::Weeks;
use crate::session::outcome::Outcome;
use crate::session::record::Source;

/// What day it is, and where the candidate is.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// The day.
    pub today: Date,
    /// The time zone.
    pub zone: TimeZone,
}

impl Calendar {
    /// Returns on which day a moment is.
    #[must_use]
    pub fn day(&self, moment: Timestamp) -> Date {
        self.local(moment).date()
    }

    /// Returns what the clock on the wall says at a moment.
    #[must_use]
    pub fn local(&self, moment: Timestamp) -> DateTime {
        self.zone.to_datetime(moment)
    }
}

/// What progress is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// Of this bank only. Null: of all.
    pub bank: Option<BankId>,
    /// From this day on. What is due, and the weeks, are told from all days.
    pub since: Option<Date>,
}

/// A bank that was practised.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PractisedBank<'o> {
    /// Which.
    pub bank: &'o BankId,
    /// Its title.
    pub title: &'o str,
    /// Own answers to its questions.
    pub answers: usize,
}

/// What became of the answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Progress<'o> {
    /// The day that it is told on.
    pub today: Date,
    /// What was asked for.
    pub scope: Scope,
    /// All banks that were practised, by title, whatever was asked for.
    pub banks: Vec<PractisedBank<'o>>,
    /// Questions that were answered.
    pub answers: usize,
    /// Sessions in which they were.
    pub sessions: usize,
    /// Days of the first and the last of these answers. Null: there is none.
    pub days: Option<(Date, Date)>,
    /// Answers of simulated candidates, which are left out.
    pub simulated: usize,
    /// When it was practised.
    pub weeks: Weeks,
    /// The competencies, the most answered first.
    pub competencies: Vec<Topic<'o>>,
    /// The skills, the most answered first.
    pub skills: Vec<Topic<'o>>,
    /// How answers were given, beside the candidate's own baseline. Empty where none was spoken.
    pub delivery: Vec<Manner<'o>>,
    /// The preset that the baseline is of.
    pub baseline: &'static str,
    /// What each other preset did to spoken answers.
    pub pressure_effects: Vec<PressureEffect>,
    /// The questions that are due, the longest due first.
    pub due: Vec<Due<'o>>,
    /// The question that is due next after those.
    pub next_due: Option<Due<'o>>,
    /// The questions most worth repeating, the one with most to gain first.
    pub worth_repeating: Vec<Repeat<'o>>,
    /// Each question that was judged, by bank and name.
    pub questions: Vec<QuestionSoFar<'o>>,
}

impl<'o> Progress<'o> {
    /// Returns what the outcomes of all kept sessions, in any order, tell on a day.
    #[must_use]
    pub fn of(outcomes: &'o [Outcome], scope: Scope, calendar: &Calendar) -> Self {
        let of_bank = |outcome: &&Outcome| scope.bank.as_ref().is_none_or(|bank| outcome.bank == *bank);
        let lately = |outcome: &&Outcome| scope.since.is_none_or(|since| calendar.day(outcome.started) >= since);
        let mut own: Vec<&Outcome> = outcomes.iter().filter(|one| one.is_own()).filter(of_bank).collect();
        own.sort_by_key(|outcome| outcome.started);
        let weeks = Weeks::of(own.iter().map(|outcome| calendar.day(outcome.started)), calendar.today);
        let (due, next_due) = repeating::due(outcomes, &own, calendar);
        let own: Vec<&Outcome> = own.into_iter().filter(lately).collect();
        let attempts: Vec<Attempt<'_>> = own.iter().filter_map(|outcome| Attempt::of(outcome, calendar)).collect();
        let spoken: Vec<&Outcome> = own.iter().copied().filter(|one| one.source != Source::Typed).collect();
        let questions = question::questions(&attempts);
        Self {
            today: calendar.today,
            banks: banks(outcomes),
            answers: own.len(),
            sessions: count(own.iter().map(|outcome| &outcome.session)),
            days: own
                .first()
                .zip(own.last())
                .map(|(one, other)| (calendar.day(one.started), calendar.day(other.started))),
            simulated: outcomes.iter().filter(|one| !one.is_own()).filter(of_bank).filter(lately).count(),
            weeks,
            competencies: topic::competencies(&attempts),
            skills: topic::skills(&attempts),
            delivery: manner::delivery(&spoken, calendar),
            baseline: baseline(&spoken),
            pressure_effects: pressure_effects(&spoken),
            due,
            next_due,
            worth_repeating: repeating::worth_repeating(&questions),
            questions,
            scope,
        }
    }

    /// Returns the title of a bank.
    #[must_use]
    pub fn title(&self, bank: &'o BankId) -> &'o str {
        self.banks.iter().find(|one| one.bank == bank).map_or(bank.as_str(), |one| one.title)
    }
}

fn count<T: Ord>(values: impl Iterator<Item = T>) -> usize {
    values.collect::<std::collections::BTreeSet<T>>().len()
}

fn banks(outcomes: &[Outcome]) -> Vec<PractisedBank<'_>> {
    let mut found: Vec<PractisedBank<'_>> = Vec::new();
    for outcome in outcomes.iter().filter(|one| one.is_own()) {
        match found.iter_mut().find(|one| *one.bank == outcome.bank) {
            Some(bank) => bank.answers += 1,
            None => found.push(PractisedBank { bank: &outcome.bank, title: &outcome.title, answers: 1 }),
        }
    }
    found.sort_by_key(|one| (one.title, one.bank));
    found
}

fn pressure_effects(spoken: &[&Outcome]) -> Vec<PressureEffect> {
    let names: std::collections::BTreeSet<&str> = spoken.iter().map(|outcome| outcome.pressure.as_str()).collect();
    names.into_iter().filter_map(|name| PressureEffect::under(name, spoken)).collect()
}
