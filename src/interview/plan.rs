//! What an interview is made of before it begins. It is kept with the session, so that a journal replays by itself.

use serde::{Deserialize, Serialize};

use crate::bank::Bank;
use crate::ids::QuestionId;
use crate::prompt::{Persona, Pressure};

/// Everything an interviewer needs to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// The bank, whole: later changes of its file do not change a kept session.
    pub bank: Bank,
    /// The questions to ask, in order.
    pub questions: Vec<QuestionId>,
    /// Who asks.
    pub persona: Persona,
    /// Limits and manners.
    pub pressure: Pressure,
    /// Length of the whole interview in minutes, if there is one. No new question is begun after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<f32>,
}
