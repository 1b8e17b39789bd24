//! The attempts at a question beside each other, point by point.

use crate::ids::{PointId, QuestionId};
use crate::judge::{Assessment, Standing, Verdict};
use crate::session::Session;
use crate::session::history::{Attempt, attempts};

/// All attempts at a question, the oldest first.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Table {
    pub(super) question: QuestionId,
    pub(super) columns: Vec<Column>,
    /// The points of the rubric in force, in words.
    pub(super) points: Vec<String>,
}

/// An attempt.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Column {
    /// When, as it heads the column.
    pub(super) day: String,
    /// Whether it is of the session that is shown.
    pub(super) is_this: bool,
    pub(super) band: u8,
    /// 0 to 1.
    pub(super) coverage: f32,
    /// The verdict on each point. None: nobody was asked for it then.
    pub(super) verdicts: Vec<Option<Verdict>>,
}

impl Table {
    /// Returns the attempts at a question of a session, of which the others are to be among `sessions`.
    pub(super) fn of(question: &QuestionId, session: &Session, sessions: &[Session]) -> Option<Self> {
        let rubric = session.question(question)?;
        let points: Vec<&PointId> = rubric.points.iter().map(|point| &point.id).collect();
        let all = attempts(sessions, &session.opened.plan.bank.id);
        let of_question = all.iter().filter(|attempt| attempt.question == *question);
        Some(Self {
            question: question.clone(),
            columns: of_question.map(|attempt| Column::of(attempt, &points, &session.opened.id)).collect(),
            points: rubric.points.iter().map(|point| point.text.clone()).collect(),
        })
    }
}

impl Column {
    fn of(attempt: &Attempt, points: &[&PointId], this: &str) -> Self {
        Self {
            day: crate::clock::local_date(attempt.started).strftime("%-d %b").to_string(),
            is_this: attempt.session == this,
            band: attempt.assessment.band.get(),
            coverage: attempt.assessment.coverage,
            verdicts: points.iter().map(|point| verdict(&attempt.assessment, point)).collect(),
        }
    }
}

/// What was no attempt made nothing.
fn verdict(assessment: &Assessment, point: &PointId) -> Option<Verdict> {
    let judged = assessment.points.iter().find(|judged| judged.point == *point).map(|judged| judged.verdict);
    judged.or_else(|| (assessment.standing != Standing::Attempt).then_some(Verdict::Missing))
}
