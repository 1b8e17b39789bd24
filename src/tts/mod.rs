//! Text to speech. The trait is here; Kokoro is behind it.

pub mod alike;
pub mod cache;
#[cfg(feature = "app")]
pub mod g2p;
#[cfg(feature = "app")]
pub mod kokoro;
mod lazy;
#[cfg(feature = "app")]
mod letters;
#[cfg(feature = "app")]
pub mod lexicon;
#[cfg(feature = "app")]
mod numbers;
#[cfg(feature = "app")]
mod pacing;
#[cfg(feature = "app")]
pub mod phonemes;
#[cfg(feature = "app")]
mod pieces;
#[cfg(feature = "app")]
mod roman;
pub mod sentences;
#[cfg(feature = "app")]
pub mod served;
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

    /// Gives `text` to `give` piece by piece, each as soon as it is rendered and no later than it is needed to go on without
    /// a gap. The pieces, joined, are the whole. Stops early when `give` returns false.
    ///
    /// # Errors
    /// As [`Synthesizer::synthesize`], after the pieces that could be given.
    fn stream(&mut self, text: &str, voice: &Voice, give: &mut dyn FnMut(Speech) -> bool) -> Result<(), TtsError> {
        let _goes_on = give(self.synthesize(text, voice)?);
        Ok(())
    }

    /// Returns whether the last speech is another voice's, so that it is not to be kept as this one's.
    fn stood_in(&self) -> bool {
        false
    }

    /// Does ahead of time what the first text in `voice` would have to wait for.
    ///
    /// # Errors
    /// [`TtsError`] names the file.
    fn get_ready(&mut self, _voice: &Voice) -> Result<(), TtsError> {
        Ok(())
    }
}

impl<S: Synthesizer + ?Sized> Synthesizer for Box<S> {
    fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
        (**self).synthesize(text, voice)
    }

    fn stream(&mut self, text: &str, voice: &Voice, give: &mut dyn FnMut(Speech) -> bool) -> Result<(), TtsError> {
        (**self).stream(text, voice, give)
    }

    fn stood_in(&self) -> bool {
        (**self).stood_in()
    }

    fn get_ready(&mut self, voice: &Voice) -> Result<(), TtsError> {
        (**self).get_ready(voice)
    }
}
