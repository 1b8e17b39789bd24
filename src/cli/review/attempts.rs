//! The attempts at a question beside each other, point by point.

use crate::ids::{PointId, QuestionId};
use crate::judge::{Assessment, Standing, Verdict};
use crate::session::Session;

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
        let bank = &session.opened.plan.bank.id;
        let mut of_bank: Vec<&Session> = sessions.iter().filter(|one| one.opened.plan.bank.id == *bank).collect();
        of_bank.sort_by_key(|one| one.opened.started);
        let columns = of_bank
            .into_iter()
            .filter_map(|one| Some(Column::of(one, one.assessments.get(question)?, &points, &session.opened.id)));
        Some(Self {
            question: question.clone(),
            columns: columns.collect(),
            points: rubric.points.iter().map(|point| point.text.clone()).collect(),
        })
    }
}

impl Column {
    fn of(session: &Session, assessment: &Assessment, points: &[&PointId], this: &str) -> Self {
        Self {
            day: crate::clock::local_date(session.opened.started).strftime("%-d %b").to_string(),
            is_this: session.opened.id == this,
            band: assessment.band.get(),
            coverage: assessment.coverage,
            verdicts: points.iter().map(|point| verdict(assessment, point)).collect(),
        }
    }
}

/// What was no attempt made nothing.
fn verdict(assessment: &Assessment, point: &PointId) -> Option<Verdict> {
    let judged = assessment.points.iter().find(|judged| judged.point == *point).map(|judged| judged.verdict);
    judged.or_else(|| (assessment.standing != Standing::Attempt).then_some(Verdict::Missing))
}
