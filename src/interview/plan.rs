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
    /// The language model that words follow-ups, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wording: Option<Wording>,
}

/// A language model that words follow-ups, and how long it is waited for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wording {
    /// The model, as its server calls it.
    pub by: String,
    /// How long after the end of a turn it must have begun, milliseconds.
    pub begins_within_ms: u64,
    /// How long after that it must have ended, milliseconds.
    pub ends_within_ms: u64,
}

impl Wording {
    /// Where lines are heard: nobody waits longer than for a person. The voice needs a third of a second more, so that the first sound
    /// comes within 1.2 s of the first token.
    #[must_use]
    pub const fn aloud(by: String) -> Self {
        Self { by, begins_within_ms: 800, ends_within_ms: 850 }
    }

    /// Where answers are typed or prepared: a reader waits longer.
    #[must_use]
    pub const fn in_text(by: String) -> Self {
        Self { by, begins_within_ms: 15_000, ends_within_ms: 15_000 }
    }
}

impl Plan {
    /// Returns who has this name. Without a name, and where nobody has it, it is the one who leads.
    #[must_use]
    pub fn speaker(&self, name: Option<&str>) -> &Persona {
        self.panel.iter().find(|member| Some(member.name.as_str()) == name).unwrap_or(&self.persona)
    }
}
