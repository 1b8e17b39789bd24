//! Measures how fast this machine hears: it speaks a sentence and has it written down. Once; then it remembers.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::dsp::resample::resampled;
use crate::engine::wiring::{WiringError, synthesizer};
use crate::models::Weights;
use crate::prompt;
use crate::stt::cost::Measured;
use crate::stt::whisper::{Whisper, default_threads};
use crate::tts::Synthesizer;
use crate::units::SAMPLE_RATE_HZ;

/// A measurement, and of what. It holds as long as all of it is the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Remembered {
    sha256: String,
    threads: usize,
    cores: usize,
    measured: Measured,
}

/// Returns how long the speech model `file` takes here. What was measured before, in the folder `cache`, is not measured
/// again, unless `anew`. `begin` is called before a measurement, which takes some seconds.
///
/// # Errors
/// [`WiringError`] when a weight file is missing or broken, or the model fails.
pub fn measure(
    weights: &Weights,
    file: &str,
    cache: Option<&Path>,
    anew: bool,
    begin: &mut dyn FnMut(),
) -> Result<Measured, WiringError> {
    let network = |error: String| WiringError::Network(error);
    let path = weights.path(file)?;
    let sha256 = weights.catalogue().entry(file).map(|entry| entry.sha256.clone()).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = default_threads();
    let place = cache.map(|cache| place(cache, file));
    let known = place
        .as_deref()
        .and_then(recall)
        .filter(|one| one.sha256 == sha256 && one.threads == threads && one.cores == cores);
    if let (Some(known), false) = (known, anew) {
        return Ok(known.measured);
    }
    begin();
    let sound = sentence(weights)?;
    let mut whisper = Whisper::load(&path, threads).map_err(|error| network(error.to_string()))?;
    let measured = whisper.measure(&sound).map_err(|error| network(error.to_string()))?;
    // Where nothing can be remembered, it is measured again the next time.
    if let Some(place) = place {
        let _not_remembered = remember(&place, &Remembered { sha256, threads, cores, measured });
    }
    Ok(measured)
}

/// Returns the sentence of prompts/measure.txt as the interviewer says it, at the rate that is listened to.
fn sentence(weights: &Weights) -> Result<Vec<f32>, WiringError> {
    let network = |error: String| WiringError::Network(error);
    let persona = prompt::persona(prompt::DEFAULT_PERSONA).ok_or_else(|| network("there is no persona".into()))?;
    let mut synthesizer = synthesizer(weights).map_err(|error| network(error.to_string()))?;
    let speech = synthesizer.synthesize(prompt::MEASURE, &persona.voice).map_err(|error| network(error.to_string()))?;
    resampled(&speech.samples, speech.rate_hz, SAMPLE_RATE_HZ).map_err(|error| network(error.to_string()))
}

fn place(cache: &Path, file: &str) -> PathBuf {
    cache.join("speed").join(format!("{file}.json"))
}

fn recall(place: &Path) -> Option<Remembered> {
    serde_json::from_slice(&std::fs::read(place).ok()?).ok()
}

fn remember(place: &Path, remembered: &Remembered) -> std::io::Result<()> {
    if let Some(folder) = place.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(place, serde_json::to_vec(remembered)?)
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::measure;
    use crate::models::Weights;

    #[test]
    fn a_machine_is_measured_once_on_the_length_of_a_usual_chunk() {
        let shipped: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("models");
        let (weights, cache) = (Weights::find(&[shipped]).unwrap(), tempfile::tempdir().unwrap());
        let mut times = 0;
        let mut hear = || {
            let mut begin = || times += 1;
            measure(&weights, "ggml-base-q8_0.bin", Some(cache.path()), false, &mut begin).unwrap()
        };
        let first = hear();
        assert!(!first.encoding.is_zero() && (6..15).contains(&first.sound.as_secs()), "{first:?}");
        assert_eq!(hear(), first);
        assert_eq!(times, 1);
    }
}
