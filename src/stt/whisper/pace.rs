//! How long a loaded model takes on this machine, encoder and decoder apart.

use std::time::Duration;

use crate::clock;
use crate::stt::SttError;
use crate::stt::cost::Measured;
use crate::stt::whisper::{LEAST_SAMPLES, Whisper, positions, seconds};

/// Times that the sound is heard. The faster counts: the first one waits for the disk, and any of them for other programs.
const TIMES: usize = 2;

impl Whisper {
    /// Hears `samples` (16 kHz mono speech, at most 30 s) a few times and returns how long that takes.
    ///
    /// # Errors
    /// [`SttError::Failed`] when the model fails or hears no word, so that nothing was decoded.
    pub fn measure(&mut self, samples: &[f32]) -> Result<Measured, SttError> {
        let seconds = seconds(samples);
        let failed = |why: String| SttError::Failed { seconds, why };
        let mut padded = samples.to_vec();
        padded.resize(samples.len().max(LEAST_SAMPLES), 0.0);
        let positions = positions(padded.len());
        self.prime(&[], &failed)?;
        let (mut whole, mut encoding) = (Duration::MAX, Duration::MAX);
        for _ in 0..TIMES {
            let begun = clock::now();
            let segments = self.decode(&padded, positions, 0.0, &failed)?;
            whole = whole.min(begun.elapsed());
            if segments.iter().all(|segment| segment.words.is_empty()) {
                return Err(failed("it heard no word".into()));
            }
            // The number of positions and the sound of the decoding before still hold.
            let begun = clock::now();
            let threads = usize::try_from(self.threads).unwrap_or(1);
            self.state.encode(0, threads).map_err(|error| failed(error.to_string()))?;
            encoding = encoding.min(begun.elapsed());
        }
        let sound = Duration::try_from_secs_f64(seconds).unwrap_or_default();
        Ok(Measured { sound, positions, encoding, decoding: whole.saturating_sub(encoding) })
    }
}
