//! What came of each question of a session, in figures: all that progress is told from, small enough for thousands of sessions.

use serde::{Deserialize, Serialize};

use crate::bank::Level;
use crate::ids::{BankId, CompetencyId, QuestionId};
use crate::judge::{Band, Standing};
use crate::session::rating::{Rating, rating};
use crate::session::record::Source;
use crate::session::{Exchange, Session};
use crate::transcript::delivery::estimate::LEAST_S;

/// What came of a question that was asked and answered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The session.
    pub session: String,
    /// When that began.
    pub started: jiff::Timestamp,
    /// Where its answers came from.
    pub source: Source,
    /// The name of its pressure.
    pub pressure: String,
    /// The bank.
    pub bank: BankId,
    /// The bank's title.
    pub title: String,
    /// The question.
    pub question: QuestionId,
    /// Its words.
    pub prompt: String,
    /// How hard it is.
    pub level: Level,
    /// What it counts towards, each with its title.
    pub competencies: Vec<(CompetencyId, String)>,
    /// What it is about.
    pub skills: Vec<String>,
    /// What kind of thing was said. None: it was never judged.
    pub standing: Option<Standing>,
    /// Share of the rubric's weight made, all follow-ups included, 0 to 1. None: it was never judged.
    pub coverage: Option<f32>,
    /// The answer as a whole. None: it was never judged.
    pub band: Option<Band>,
    /// The answer to the question itself, before any follow-up.
    pub first: FirstAnswer,
}

/// How the answer to a question itself was given. Presets differ in how many follow-ups they ask, so that only these compare.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FirstAnswer {
    /// How many words were heard.
    pub words: u32,
    /// Length of the recording, seconds. None for a typed answer.
    pub seconds: Option<f64>,
    /// Coverage after it, 0 to 1.
    pub coverage: Option<f32>,
    /// Seconds until the first word.
    pub delay_s: Option<f64>,
    /// Words a minute, long pauses left out.
    pub words_per_minute: Option<f64>,
    /// Fillers found a minute. None where the sound was not measured, or the answer is too short to tell.
    pub fillers_per_minute: Option<f64>,
    /// Pauses of a second and more, a minute. None where the answer is too short to tell.
    pub long_pauses_per_minute: Option<f64>,
}

/// Returns what came of each question of a session that was answered, in the order of asking.
#[must_use]
pub fn outcomes(session: &Session) -> Vec<Outcome> {
    session.exchanges.iter().filter_map(|exchange| outcome(session, exchange)).collect()
}

fn outcome(session: &Session, exchange: &Exchange) -> Option<Outcome> {
    if exchange.asked.nth != 0 || !exchange.takes.iter().any(|take| take.transcript.is_some()) {
        return None;
    }
    let plan = &session.opened.plan;
    let question = session.question(&exchange.asked.question)?;
    let assessment = session.assessments.get(&question.id);
    let titled = plan.bank.competencies.iter().filter(|one| question.competencies.contains(&one.id));
    Some(Outcome {
        session: session.opened.id.clone(),
        started: session.opened.started,
        source: session.opened.source.clone(),
        pressure: plan.pressure.name.clone(),
        bank: plan.bank.id.clone(),
        title: plan.bank.title.clone(),
        question: question.id.clone(),
        prompt: question.prompt.clone(),
        level: question.level,
        competencies: titled.map(|one| (one.id.clone(), one.title.clone())).collect(),
        skills: question.skills.clone(),
        standing: assessment.map(|assessment| assessment.standing),
        coverage: assessment.map(|assessment| assessment.coverage),
        band: assessment.map(|assessment| assessment.band),
        first: FirstAnswer::of(exchange),
    })
}

impl Outcome {
    /// Returns whether the candidate answered. What a simulated one says is nobody's progress.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        !matches!(self.source, Source::Simulated { .. })
    }

    /// Returns how well the question was remembered. None: it was never judged.
    #[must_use]
    pub fn rating(&self) -> Option<Rating> {
        Some(rating(self.standing?, self.band?, self.coverage?))
    }
}

impl FirstAnswer {
    /// Returns how an exchange's answer was given: that of its last take.
    #[must_use]
    pub fn of(exchange: &Exchange) -> Self {
        let Some(take) = exchange.takes.last() else { return Self::default() };
        let delivery = take.delivery();
        // In a few seconds a single one would make a rate of many.
        let a_minute = |count: usize, seconds: f64| (seconds >= LEAST_S).then(|| count as f64 * 60.0 / seconds);
        let heard_twice = delivery.sound.as_ref().filter(|sound| sound.heard_again);
        Self {
            words: delivery.words,
            seconds: take.duration_ms.filter(|ms| *ms > 0).map(|ms| ms as f64 / 1_000.0),
            coverage: exchange.assessment.as_ref().map(|assessment| assessment.coverage),
            delay_s: delivery.response_delay_s,
            words_per_minute: delivery.words_per_minute,
            fillers_per_minute: heard_twice.and_then(|sound| a_minute(sound.fillers.len(), sound.speaking_s())),
            long_pauses_per_minute: a_minute(delivery.long_pauses.len(), delivery.speaking_s),
        }
    }
}
