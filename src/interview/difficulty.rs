//! Chooses the next question: the planned one, or one of the reserve that suits the candidate better.

use crate::bank::Question;
use crate::ids::QuestionId;
use crate::interview::effect::Reason;
use crate::interview::{Interviewer, Progress};
use crate::judge::Assessment;

impl Interviewer {
    /// Returns the question to ask next, and why if it is not the planned one. None when there is none or the time is over.
    /// `latest` is what the judge makes of the present question.
    pub(super) fn next_id(&self, latest: Option<&Assessment>) -> Option<(QuestionId, Option<Reason>)> {
        let planned = self.plan.questions.get(self.asked.len()).filter(|_| !self.time_is_over())?;
        let bent = self.bend(latest).and_then(|reason| Some((self.in_place_of(planned, &reason)?, Some(reason))));
        Some(bent.unwrap_or_else(|| (planned.clone(), None)))
    }

    /// Harder after a strong answer, easier after two weak ones.
    fn bend(&self, latest: Option<&Assessment>) -> Option<Reason> {
        if !self.plan.pressure.adapts {
            return None;
        }
        if latest.is_some_and(|assessment| assessment.band.is_strong()) {
            return Some(Reason::Harder);
        }
        let [.., before, last] = &self.asked[..] else { return None };
        let weak = is_weak(before, before.assessment.as_ref()) && is_weak(last, latest);
        weak.then_some(Reason::Easier)
    }

    /// Returns the question of the reserve that suits best: of the nearest level, and of the planned one's competency if it can
    /// be. None where the planned one is as hard or as easy as it should be, or nothing in the reserve is.
    fn in_place_of(&self, planned: &QuestionId, reason: &Reason) -> Option<QuestionId> {
        let bank = &self.plan.bank;
        let planned = bank.question(planned)?;
        let present = bank.question(&self.asked.last()?.question)?.level;
        let suits = |question: &Question| match reason {
            Reason::Harder => question.level > present,
            _ => question.level < present,
        };
        if suits(planned) {
            return None;
        }
        let shares = |question: &Question| question.competencies.iter().any(|one| planned.competencies.contains(one));
        let left = self.plan.reserve.iter().filter(|id| !self.was_asked(id)).filter_map(|id| bank.question(id));
        let best = left.filter(|question| suits(question)).min_by_key(|question| {
            let distance = (question.level as i32 - present as i32).abs();
            (distance, !shares(question))
        });
        best.map(|question| question.id.clone())
    }

    fn was_asked(&self, id: &QuestionId) -> bool {
        self.asked.iter().any(|progress| progress.question == *id)
    }
}

/// Returns whether a question was answered weakly or not at all. An answer that the judge failed on is not weak.
fn is_weak(progress: &Progress, assessment: Option<&Assessment>) -> bool {
    match assessment {
        Some(assessment) => assessment.band.is_weak(),
        None => progress.answered.is_empty(),
    }
}
