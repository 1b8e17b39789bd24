//! How answers were given over time, beside the candidate's own baseline: their latest calm answers. Nobody else's.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;

use crate::ids::{BankId, QuestionId};
use crate::review::difference::{Difference, LEAST_ANSWERS, Middle};
use crate::review::measure::Measure;
use crate::review::pressure_effect::{answers_under, baseline, latest_values};
use crate::review::progress::Calendar;
use crate::review::progress::over_time::{change, told};
use crate::session::outcome::Outcome;

/// A measure of delivery over time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Manner<'o> {
    /// What was measured. Fillers are those that were found: an estimate.
    pub measure: Measure,
    /// The candidate's baseline: the middle of their latest calm answers. Null: there are fewer than five.
    pub baseline: Option<Middle>,
    /// The value of each spoken answer that has one, in the order of time. Only answers to the questions themselves.
    pub values: Vec<Value<'o>>,
    /// How the later half of the calm answers differs from the earlier one. Answers under pressure are no part of it, since more
    /// pressure is no change of the candidate.
    pub change: Difference,
}

/// What was measured of one answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Value<'o> {
    /// The session.
    pub session: &'o str,
    /// When that began.
    pub started: Timestamp,
    /// On which day, where the candidate is.
    pub on: Date,
    /// The bank.
    pub bank: &'o BankId,
    /// The question.
    pub question: &'o QuestionId,
    /// The name of the pressure.
    pub pressure: &'o str,
    /// The value, in the unit of the measure.
    pub value: f64,
}

impl Manner<'_> {
    /// Returns what has changed, in a sentence or two.
    #[must_use]
    pub fn told(&self) -> String {
        let words = crate::prompt::pressure_effect::words();
        let unit = &self.measure.words(&words).unit;
        told(&self.change, "Higher than before", "Lower than before", |value| {
            format!("{}{unit}", self.measure.rounded(value))
        })
    }
}

/// Returns each measure of delivery of spoken answers, which come in the order of time. Empty where nothing was measured.
#[must_use]
pub fn delivery<'o>(spoken: &[&'o Outcome], calendar: &Calendar) -> Vec<Manner<'o>> {
    let mut calm = answers_under(baseline(spoken), spoken);
    let manners = Measure::DELIVERY.map(|measure| {
        let middle = Middle::of(&latest_values(measure, &calm)).filter(|middle| middle.answers >= LEAST_ANSWERS);
        let values = spoken.iter().filter_map(|outcome| value(measure, outcome, calendar));
        (measure, middle, values.collect::<Vec<_>>())
    });
    calm.reverse();
    let over_time =
        |measure: Measure| -> Vec<f64> { calm.iter().filter_map(|outcome| measure.value(&outcome.first)).collect() };
    let measured = manners.into_iter().filter(|(.., values)| !values.is_empty());
    measured
        .map(|(measure, baseline, values)| Manner { measure, baseline, values, change: change(&over_time(measure)) })
        .collect()
}

fn value<'o>(measure: Measure, outcome: &'o Outcome, calendar: &Calendar) -> Option<Value<'o>> {
    Some(Value {
        session: &outcome.session,
        started: outcome.started,
        on: calendar.day(outcome.started),
        bank: &outcome.bank,
        question: &outcome.question,
        pressure: &outcome.pressure,
        value: measure.value(&outcome.first)?,
    })
}
