//! Text to speech. The trait is here; Kokoro is behind it.

use serde::{Deserialize, Serialize};

use crate::units::Speech;

/// A voice of the interviewer and how it is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    /// The style file without its ending, such as `af_heart`. The first letter tells the accent: a American, b British.
    pub style: String,
    /// Speed of speech: 1 is the voice's own, 0.5 to 2.
    pub speed: f32,
}

/// Why a line could not be spoken.
#[derive(Debug, thiserror::Error)]
pub enum TtsError {
    /// The model or a voice could not be loaded.
    #[error("the voice `{path}` could not be loaded: {why}")]
    Load {
        /// The file.
        path: String,
        /// What the loader said.
        why: String,
    },
    /// The model failed on this text.
    #[error("the voice failed on \"{text}\": {why}")]
    Failed {
        /// The text.
        text: String,
        /// What the model said.
        why: String,
    },
}

/// Speaks a text.
pub trait Synthesizer: Send {
    /// Returns `text` as speech. Every word is spoken: what no lexicon knows is sounded out or spelt.
    ///
    /// # Errors
    /// [`TtsError`] names the file or the text.
    fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError>;
}
