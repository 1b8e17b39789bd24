//! What a command says when it fails: one line, then what to do next.

/// A failure that the user can read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong, lower case, no full stop, names in backticks.
    pub message: String,
    /// What to do next, each a line of its own.
    pub hints: Vec<String>,
}

/// The result of a command.
pub type Outcome = Result<(), Failure>;

impl Failure {
    /// Returns a failure without a hint.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hints: Vec::new() }
    }

    /// Adds what the user can do next.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl From<crate::audio::AudioError> for Failure {
    fn from(error: crate::audio::AudioError) -> Self {
        Self::new(error.to_string()).hint(error.hint)
    }
}

impl From<crate::models::ModelError> for Failure {
    fn from(error: crate::models::ModelError) -> Self {
        Self::new(error.message).hint(error.hint)
    }
}

impl From<crate::config::load::NoHome> for Failure {
    fn from(error: crate::config::load::NoHome) -> Self {
        Self::new(error.to_string())
    }
}

impl From<crate::engine::wiring::WiringError> for Failure {
    fn from(error: crate::engine::wiring::WiringError) -> Self {
        use crate::engine::wiring::WiringError;
        match error {
            WiringError::Audio(error) => error.into(),
            WiringError::Model(error) => error.into(),
            WiringError::Home(error) => error.into(),
            WiringError::Network(why) => Self::new(why).hint("`hotseat models verify` checks the weights"),
            WiringError::Script(why) => Self::new(why).hint("mend the candidate's script, or name another"),
        }
    }
}

impl From<crate::engine::wiring::language::NoLanguageModel> for Failure {
    fn from(error: crate::engine::wiring::language::NoLanguageModel) -> Self {
        Self::new(error.to_string()).hint(error.hint())
    }
}
