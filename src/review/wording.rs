//! What is worth saying of a session, and what a language model wrote about it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::feedback;
use crate::ids::QuestionId;
use crate::review::report::asked_questions;
use crate::session::Session;
use crate::transcript::delivery::Delivery;

/// What is worth saying.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Feedback {
    /// As it is said.
    pub spoken: String,
    /// As it is written, in Markdown.
    pub written: String,
    /// The same in the words of a language model, in paragraphs, plain text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worded: Option<String>,
    /// That model.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worded_by: Option<String>,
}

impl Feedback {
    /// Returns the feedback on a session.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        let plan = plan(session);
        let worded = session.worded.as_ref().filter(|worded| worded.feedback.is_some());
        Self {
            spoken: plan.spoken(),
            written: plan.written(),
            worded: worded.and_then(|worded| worded.feedback.clone()),
            worded_by: worded.map(|worded| worded.by.clone()),
        }
    }

    /// Returns the feedback as a reader gets it: in the words of a language model where there are any.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.worded.as_ref().unwrap_or(&self.written)
    }
}

/// A stronger version of the candidate's own answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct StrongerVersion {
    /// The version. What the candidate did not say, and what is theirs to fill in, stands in square brackets.
    pub text: String,
    /// The language model that wrote it.
    pub by: String,
}

impl StrongerVersion {
    pub(super) fn of(session: &Session, question: &QuestionId) -> Option<Self> {
        let worded = session.worded.as_ref()?;
        let version = worded.stronger.iter().find(|one| one.question == *question)?;
        Some(Self { text: version.text.clone(), by: worded.by.clone() })
    }
}

/// Returns what is worth saying of a session.
#[must_use]
pub fn plan(session: &Session) -> feedback::Feedback {
    let deliveries: Vec<(&QuestionId, Delivery)> = session
        .exchanges
        .iter()
        .flat_map(|exchange| exchange.takes.iter().map(|take| (&exchange.asked.question, take)))
        .filter(|(_, take)| take.transcript.as_ref().is_some_and(|transcript| !transcript.is_empty()))
        .map(|(question, take)| (question, take.delivery()))
        .collect();
    let judged: Vec<feedback::Judged<'_>> = asked_questions(session)
        .filter_map(|question| {
            Some(feedback::Judged {
                question,
                assessment: session.assessments.get(&question.id)?,
                delivery: deliveries.iter().filter(|(id, _)| **id == question.id).map(|(_, one)| one).collect(),
            })
        })
        .collect();
    feedback::plan(&judged)
}
