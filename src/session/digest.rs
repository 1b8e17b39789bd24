//! What is wanted of a session at a glance: a line of a list, figures of its questions, and the texts that a search looks through.
//! Small enough for thousands of sessions.

use serde::Serialize;

use crate::ids::{QuestionId, TurnId};
use crate::session::outcome::{Outcome, outcomes};
use crate::session::record::Source;
use crate::session::snippet::Piece;
use crate::session::store::Standing;
use crate::session::{Session, Take};

/// A session in a line of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Listed {
    /// Its name, which is its folder's name.
    pub id: String,
    /// When it began.
    pub started: jiff::Timestamp,
    /// The bank.
    pub bank: String,
    /// The bank's title, which is the role.
    pub title: String,
    /// The name of its pressure.
    pub pressure: String,
    /// Who asked, or led the panel.
    pub persona: String,
    /// Where its answers came from: microphone, folder, simulated or typed.
    pub source: String,
    /// Whether it can still go on.
    pub standing: Standing,
    /// How many questions were planned.
    pub questions: usize,
    /// How many of them were answered.
    pub answered: usize,
    /// Mean coverage of those that were judged, 0 to 1. None: none was.
    pub coverage: Option<f32>,
    /// Length of all recordings together, seconds.
    pub recorded_s: f64,
    /// Where the words that were searched for stand. None where nothing was searched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hit: Option<Hit>,
}

/// A place where words that were searched for stand.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Hit {
    /// Whose text it is.
    pub whose: Whose,
    /// The question that it belongs to. None for a remark on the whole, and for what was put in between.
    pub question: Option<String>,
    /// The turn in which it was said. None for what was not said by the candidate.
    pub turn: Option<u32>,
    /// The place of the first such word among the words of that text, counted from 0.
    pub word: usize,
    /// The words around it.
    pub snippet: Vec<Piece>,
}

/// Whose text was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Whose {
    /// The interviewer's: a question or follow-up.
    Asked,
    /// The candidate's: an answer, or what they put in between.
    Said,
    /// The candidate's own remark, made afterwards.
    Remark,
}

/// A text of a session that a search looks through.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Whose it is.
    pub whose: Whose,
    /// The question that it belongs to.
    pub question: Option<QuestionId>,
    /// The turn in which it was said.
    pub turn: Option<TurnId>,
    /// The text, words joined by single spaces.
    pub text: String,
}

/// What is wanted of a session at a glance.
#[derive(Clone, Debug, PartialEq)]
pub struct Digest {
    /// Its line.
    pub listed: Listed,
    /// What came of its questions.
    pub outcomes: Vec<Outcome>,
    /// Its texts, in the order in which they came.
    pub passages: Vec<Passage>,
}

impl Digest {
    /// Returns what is wanted of a session. `id` is its folder's name, which counts even where the journal says another: a folder
    /// may have been renamed or copied, and is found by its name.
    #[must_use]
    pub fn of(id: &str, session: &Session, standing: Standing) -> Self {
        let mut outcomes = outcomes(session);
        for outcome in &mut outcomes {
            id.clone_into(&mut outcome.session);
        }
        Self { listed: listed(id, session, standing, &outcomes), passages: passages(session), outcomes }
    }
}

fn listed(id: &str, session: &Session, standing: Standing, outcomes: &[Outcome]) -> Listed {
    let plan = &session.opened.plan;
    let coverages: Vec<f32> = outcomes.iter().filter_map(|outcome| outcome.coverage).collect();
    let recorded_ms: u64 = takes(session).filter_map(|take| take.duration_ms).sum();
    Listed {
        id: id.into(),
        started: session.opened.started,
        bank: plan.bank.id.to_string(),
        title: plan.bank.title.clone(),
        pressure: plan.pressure.name.clone(),
        persona: plan.persona.name.clone(),
        source: source(&session.opened.source).into(),
        standing,
        questions: plan.questions.len(),
        answered: outcomes.len(),
        coverage: (!coverages.is_empty()).then(|| coverages.iter().sum::<f32>() / coverages.len() as f32),
        recorded_s: recorded_ms as f64 / 1_000.0,
        hit: None,
    }
}

const fn source(source: &Source) -> &'static str {
    match source {
        Source::Microphone { .. } => "microphone",
        Source::Folder { .. } => "folder",
        Source::Simulated { .. } => "simulated",
        Source::Typed => "typed",
    }
}

fn takes(session: &Session) -> impl Iterator<Item = &Take> {
    let asides = session.asides.iter().map(|aside| &aside.take);
    session.exchanges.iter().flat_map(|exchange| &exchange.takes).chain(asides)
}

fn passages(session: &Session) -> Vec<Passage> {
    let mut passages = Vec::new();
    for exchange in &session.exchanges {
        let question = Some(exchange.asked.question.clone());
        let asked =
            Passage { whose: Whose::Asked, question: question.clone(), turn: None, text: spaced(&exchange.prompt) };
        passages.push(asked);
        passages.extend(exchange.takes.iter().filter_map(|take| said(take, question.clone())));
    }
    passages.extend(session.asides.iter().filter_map(|aside| said(&aside.take, None)));
    passages.extend(session.remarks.iter().map(|(question, text)| Passage {
        whose: Whose::Remark,
        question: question.clone(),
        turn: None,
        text: spaced(text),
    }));
    passages
}

fn said(take: &Take, question: Option<QuestionId>) -> Option<Passage> {
    let transcript = take.transcript.as_ref().filter(|transcript| !transcript.is_empty())?;
    Some(Passage { whose: Whose::Said, question, turn: Some(take.turn), text: transcript.text() })
}

fn spaced(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
