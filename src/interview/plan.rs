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
    /// Questions that may take the place of a planned one, where answers are stronger or weaker than it suits. None of them is
    /// among the planned ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reserve: Vec<QuestionId>,
    /// Who asks; with a panel, who leads.
    pub persona: Persona,
    /// Who else asks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub panel: Vec<Persona>,
    /// Limits and manners.
    pub pressure: Pressure,
    /// Length of the whole interview in minutes, if there is one. No new question is begun after it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minutes: Option<f32>,
}

impl Plan {
    /// Returns who has this name. Without a name, and where nobody has it, it is the one who leads.
    #[must_use]
    pub fn speaker(&self, name: Option<&str>) -> &Persona {
        self.panel.iter().find(|member| Some(member.name.as_str()) == name).unwrap_or(&self.persona)
    }
}
