//! What a language model is told, and what is believed of what it says. Knows no server: a [`LanguageModel`] is passed in.
//!
//! Nothing that a model says is taken as it is. A quote must stand in the transcript, a follow-up must keep to the manners of an
//! interviewer, a claim of the feedback must be one of the report. What does not hold is left out, and what Hotseat makes by
//! itself stands in its place.

#[cfg(test)]
pub(crate) mod canned;
mod claims;
pub mod drafting;
pub mod feedback;
pub mod judging;
pub mod merging;
mod quoting;
pub mod reply;
pub mod rewording;
pub mod stoppable;
pub mod stronger;
pub mod template;
pub mod trust;

use serde_json::Value;

/// What a language model is asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Ask {
    /// Who it is, and how it is to answer.
    pub system: String,
    /// What there is to work on.
    pub user: String,
    /// The form of the answer. None: plain text.
    pub form: Option<Form>,
    /// Most tokens of the answer.
    pub tokens: u32,
}

/// The form of an answer in JSON.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// Its name: letters, digits and underscores.
    pub name: &'static str,
    /// Its JSON schema.
    pub schema: Value,
}

/// Why a language model gave no answer, or none that can be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LanguageError {
    /// Nobody is there.
    #[error("the language model cannot be reached: {0}")]
    Unreachable(String),
    /// The server does not want to. Its status, and what it says.
    #[error("the language model's server refuses with status {status}: {why}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What the server says, shortened; never what was sent to it.
        why: String,
    },
    /// It takes too long.
    #[error("the language model takes too long: {0}")]
    Late(String),
    /// The answer broke off, or is longer than any answer may be.
    #[error("the language model's answer broke off: {0}")]
    Broken(String),
    /// Nobody waits for the answer any more.
    #[error("nobody waits for the language model's answer any more")]
    Stopped,
    /// More was said than it is given to read.
    #[error("{words} words were said, and a language model is given {most} at most")]
    TooLong {
        /// How many words were said.
        words: usize,
        /// How many it is given.
        most: usize,
    },
    /// The answer is there and is of no use.
    #[error("the language model's answer is of no use: {0}")]
    Nonsense(String),
}

impl LanguageError {
    /// Returns whether it makes no sense to ask for anything else.
    #[must_use]
    pub const fn is_lasting(&self) -> bool {
        match self {
            Self::Unreachable(_) | Self::Refused { .. } | Self::Late(_) | Self::Stopped => true,
            Self::Broken(_) | Self::Nonsense(_) | Self::TooLong { .. } => false,
        }
    }
}

/// A language model. A server is behind it.
pub trait LanguageModel: Send {
    /// Returns how the server calls the model.
    fn name(&self) -> &str;

    /// Returns the whole answer. `piece` gets each piece of it as it comes, and ends the answer by returning false. While nothing comes
    /// it gets an empty piece a few times a second, so that whoever waits can end it then too.
    ///
    /// # Errors
    /// [`LanguageError`] says why there is no answer. It is [`LanguageError::Stopped`] after `piece` returned false.
    fn answer(&mut self, ask: &Ask, piece: &mut dyn FnMut(&str) -> bool) -> Result<String, LanguageError>;
}
