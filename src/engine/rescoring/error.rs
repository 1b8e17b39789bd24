//! Why a session cannot be judged or heard again, and what to do then.

use crate::ids::{QuestionId, TurnId};
use crate::session::store::StoreError;

/// Why a session cannot be judged or heard again.
#[derive(Debug, thiserror::Error)]
pub enum RescoringError {
    /// The journal or the report cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The session has no such question.
    #[error("the session has no question `{0}`")]
    NoQuestion(QuestionId),
    /// The session has no such turn.
    #[error("the session has no answer {}", .0.0)]
    NoTurn(TurnId),
    /// The turn has no such word.
    #[error("answer {} has no word {word}: {words} were heard, counted from 0", turn.0)]
    NoWord {
        /// The turn.
        turn: TurnId,
        /// The word that was asked for.
        word: usize,
        /// How many there are.
        words: usize,
    },
    /// Nothing was heard in answer to a question.
    #[error("no words were heard in answer to `{0}`")]
    NoWords(QuestionId),
    /// The recording is gone, or there never was one.
    #[error("there is no recording `{0}`")]
    NoRecording(String),
    /// A recording could not be heard.
    #[error("`{recording}` could not be heard again: {why}")]
    NotHeard {
        /// The recording.
        recording: String,
        /// Why.
        why: String,
    },
    /// The judge's network is missing or failed.
    #[error("the score could not be computed: {0}")]
    NoJudge(String),
}

impl RescoringError {
    /// Returns what the user can do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Store(error) => error.hint(),
            Self::NoQuestion(_) | Self::NoTurn(_) | Self::NoWord { .. } => {
                "`hotseat export ID --format json` shows the questions, answers and words that there are".into()
            }
            Self::NoWords(_) => {
                "hear its recordings first, with `hotseat rescore ID --stt base.en`, if there are any".into()
            }
            Self::NoRecording(_) => "typed answers have none; others lie in the session's folder".into(),
            Self::NotHeard { .. } | Self::NoJudge(_) => "`hotseat models verify` checks the weights".into(),
        }
    }
}
