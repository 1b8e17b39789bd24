//! One judged answer, as progress looks at it.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use serde::Serialize;

use crate::ids::{BankId, QuestionId};
use crate::judge::Band;
use crate::review::progress::Calendar;
use crate::session::outcome::Outcome;

/// One answer to one question, judged.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Attempt<'o> {
    /// The session.
    pub session: &'o str,
    /// When that began.
    pub started: Timestamp,
    /// On which day, where the candidate is.
    pub on: Date,
    /// When it began by the clock on their wall.
    #[serde(skip)]
    pub at: DateTime,
    /// The bank.
    pub bank: &'o BankId,
    /// The question.
    pub question: &'o QuestionId,
    /// The name of the pressure.
    pub pressure: &'o str,
    /// Share of the rubric's weight made, all follow-ups included, 0 to 1.
    pub coverage: f32,
    /// The answer as a whole.
    pub band: Band,
    /// All that came of it.
    #[serde(skip)]
    pub outcome: &'o Outcome,
}

impl<'o> Attempt<'o> {
    /// Returns the attempt. None: it was never judged.
    #[must_use]
    pub fn of(outcome: &'o Outcome, calendar: &Calendar) -> Option<Self> {
        Some(Self {
            session: &outcome.session,
            started: outcome.started,
            on: calendar.day(outcome.started),
            at: calendar.local(outcome.started),
            bank: &outcome.bank,
            question: &outcome.question,
            pressure: &outcome.pressure,
            coverage: outcome.coverage?,
            band: outcome.band?,
            outcome,
        })
    }
}
