//! Speech to text. The trait is here; whisper is behind it.

pub mod cost;
pub mod sanity;
pub mod scripted;
pub mod served;
#[cfg(feature = "app")]
pub mod whisper;
pub mod words;
pub mod worker;

use std::time::Duration;

use crate::transcript::Word;

/// Why a stretch of sound could not be transcribed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum SttError {
    /// The model could not be loaded.
    #[error("the speech model `{path}` could not be loaded: {why}")]
    Load {
        /// The file.
        path: String,
        /// What the loader said.
        why: String,
    },
    /// The model failed on this sound.
    #[error("the speech model failed on {seconds:.1} s of sound: {why}")]
    Failed {
        /// Length of the sound.
        seconds: f64,
        /// What the model said.
        why: String,
    },
    /// The work was called off.
    #[error("the transcription was called off")]
    Cancelled,
}

/// Turns sound into words.
pub trait Transcriber: Send {
    /// Returns the words in `samples` (16 kHz mono, at most 30 s), with times from the start of `samples`, in order.
    /// `terms` are words worth hearing right; they are never inserted when not said. No words for sound without speech.
    ///
    /// # Errors
    /// [`SttError::Failed`] when the model fails, [`SttError::Cancelled`] when it was stopped.
    fn transcribe(&mut self, samples: &[f32], terms: &[String]) -> Result<Heard, SttError>;
}

/// What a transcriber made of one chunk.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Heard {
    /// The words.
    pub words: Vec<Word>,
    /// How long the model worked.
    pub took: Duration,
}
