//! Texts spoken by our own voice, as a microphone would bring them: for figures that need known words.

use crate::cli::bench::failed;
use crate::cli::failure::Failure;
use crate::dsp::resample::resampled;
use crate::tts::Synthesizer;
use crate::units::{SAMPLE_RATE_HZ, Voice};

/// Pause between two sentences: 0.4 s.
const BETWEEN: usize = SAMPLE_RATE_HZ as usize * 4 / 10;

/// A voice that no persona uses by default.
const STYLE: &str = "am_michael";

/// Returns a text as speech, 16 kHz mono, sentence by sentence with pauses in between.
///
/// # Errors
/// [`Failure`] says which sentence could not be spoken.
pub(super) fn spoken(text: &str, voice: &mut dyn Synthesizer) -> Result<Vec<f32>, Failure> {
    let speaker = Voice { style: STYLE.into(), speed: 1.0 };
    let mut sound = vec![0.0; BETWEEN];
    for sentence in text.split_inclusive(['.', '?', '!']).filter(|sentence| !sentence.trim().is_empty()) {
        let speech = voice.synthesize(sentence.trim(), &speaker).map_err(failed)?;
        sound.extend(resampled(&speech.samples, speech.rate_hz, SAMPLE_RATE_HZ).map_err(failed)?);
        sound.resize(sound.len() + BETWEEN, 0.0);
    }
    Ok(sound)
}
