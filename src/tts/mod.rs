//! Text to speech. The trait is here; Kokoro is behind it.

pub mod cache;
#[cfg(feature = "app")]
pub mod g2p;
#[cfg(feature = "app")]
pub mod kokoro;
#[cfg(feature = "app")]
mod letters;
#[cfg(feature = "app")]
mod lexicon;
#[cfg(feature = "app")]
mod numbers;
#[cfg(feature = "app")]
pub mod phonemes;
pub mod sentences;
pub mod shape;
pub mod silent;
#[cfg(feature = "app")]
pub mod spoken;
pub mod worker;

use crate::units::Speech;
pub use crate::units::Voice;

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

impl<S: Synthesizer + ?Sized> Synthesizer for Box<S> {
    fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
        (**self).synthesize(text, voice)
    }
}
