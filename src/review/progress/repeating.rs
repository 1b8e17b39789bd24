//! Which questions to practise: those that are due, and those with most to gain. Each with its reason.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::ids::{BankId, QuestionId};
use crate::review::progress::Calendar;
use crate::review::progress::attempt::Attempt;
use crate::review::progress::question::QuestionSoFar;
use crate::review::progress::words::percent;
use crate::session::due::{answered, repetitions};
use crate::session::outcome::Outcome;
use crate::session::rating::Rating;

/// Questions that are named as most worth repeating, at most.
const NAMED: usize = 5;

/// A question that is due for a repetition, or will be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Due<'o> {
    /// The bank.
    pub bank: &'o BankId,
    /// The question.
    pub question: &'o QuestionId,
    /// Its words.
    pub prompt: &'o str,
    /// From which day on.
    pub due: Date,
    /// How often it was answered.
    pub times: usize,
    /// The latest attempt.
    pub latest: Attempt<'o>,
    /// How well it was remembered then.
    pub rating: Rating,
}

impl Due<'_> {
    /// Returns since when it is due: `today`, `since yesterday`, `since 2026-11-20 (3 days)`; a day to come as `on 2026-11-29`.
    #[must_use]
    pub fn since(&self, today: Date) -> String {
        match self.due.until(today).map_or(0, |span| span.get_days()) {
            0 => "today".into(),
            1 => "since yesterday".into(),
            days if days > 0 => format!("since {} ({days} days)", self.due),
            _ => format!("on {}", self.due),
        }
    }

    /// Returns why: how the latest attempt went.
    #[must_use]
    pub fn why(&self) -> String {
        format!("{}: {}", self.rating.words(), went(&self.latest))
    }
}

/// A question that is worth repeating.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Repeat<'o> {
    /// The bank.
    pub bank: &'o BankId,
    /// The question.
    pub question: &'o QuestionId,
    /// Its words.
    pub prompt: &'o str,
    /// The attempt that covered most.
    pub best: Attempt<'o>,
    /// The latest attempt.
    pub latest: Attempt<'o>,
}

impl Repeat<'_> {
    /// Returns why: how the latest attempt went, and what was lost since the best one.
    #[must_use]
    pub fn why(&self) -> String {
        let lost = if self.lost() > 0.0 {
            format!("; {} were covered on {}", percent(self.best.coverage.into()), self.best.on)
        } else {
            String::new()
        };
        format!("{}{lost}", went(&self.latest))
    }

    fn lost(&self) -> f32 {
        self.best.coverage - self.latest.coverage
    }

    /// What is open, and once more what was made before and is no longer: that comes back soonest.
    fn gain(&self) -> f32 {
        1.0 - self.latest.coverage + self.lost()
    }
}

/// Returns how an attempt went, in a few words.
fn went(attempt: &Attempt<'_>) -> String {
    format!("{} covered, band {} of 5, on {}", percent(attempt.coverage.into()), attempt.band.get(), attempt.on)
}

/// Returns the questions that are due, the longest due first, and the one that is due next. By all answers there ever were; `own` are
/// those to the banks that are asked for.
#[must_use]
pub fn due<'o>(outcomes: &'o [Outcome], own: &[&'o Outcome], calendar: &Calendar) -> (Vec<Due<'o>>, Option<Due<'o>>) {
    let mut latest: BTreeMap<&BankId, BTreeMap<&QuestionId, Attempt<'_>>> = BTreeMap::new();
    for attempt in own.iter().filter_map(|outcome| Attempt::of(outcome, calendar)) {
        latest.entry(attempt.bank).or_default().insert(attempt.question, attempt);
    }
    let mut all = Vec::new();
    for (bank, latest) in latest {
        let repetitions = repetitions(&answered(outcomes, bank, |moment| calendar.day(moment)));
        all.extend(repetitions.into_iter().filter_map(|one| {
            let latest = *latest.get(&one.question)?;
            Some(Due {
                bank,
                question: latest.question,
                prompt: &latest.outcome.prompt,
                due: one.due,
                times: one.times,
                latest,
                rating: one.rating,
            })
        }));
    }
    all.sort_by_key(|one| (one.due, one.bank, one.question));
    let next = all.split_off(all.partition_point(|one| one.due <= calendar.today));
    (all, next.into_iter().next())
}

/// Returns the questions most worth repeating: of those that were not remembered as they should be, the ones with most to gain.
#[must_use]
pub fn worth_repeating<'o>(questions: &[QuestionSoFar<'o>]) -> Vec<Repeat<'o>> {
    let weak = questions.iter().filter(|one| one.latest.outcome.rating().is_some_and(|rating| rating < Rating::Good));
    let mut found: Vec<Repeat<'_>> = weak
        .map(|one| Repeat {
            bank: one.bank,
            question: one.question,
            prompt: one.prompt,
            best: one.best,
            latest: one.latest,
        })
        .collect();
    found.sort_by(|one, other| other.gain().total_cmp(&one.gain()));
    found.truncate(NAMED);
    found
}
