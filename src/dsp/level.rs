//! How loud samples are, and whether they are the exact zeros of a dead device. Says nothing about speech.

/// Loudness of a stretch of sound, in shares of full scale.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Level {
    /// Root mean square, 0 to 1. A full-scale sine has 0.707.
    pub rms: f32,
    /// Largest magnitude, 0 to 1.
    pub peak: f32,
}

impl Level {
    /// Returns the level of `samples`; silence if there are none.
    #[must_use]
    pub fn of(samples: &[f32]) -> Self {
        if samples.is_empty() {
            return Self::default();
        }
        let power: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        let rms = (power / samples.len() as f64).sqrt() as f32;
        Self { rms, peak: samples.iter().fold(0.0, |peak, sample| sample.abs().max(peak)) }
    }

    /// Returns the root mean square in dB below full scale; negative infinity for silence.
    #[must_use]
    pub fn rms_dbfs(self) -> f32 {
        20.0 * self.rms.log10()
    }

    /// Returns the largest magnitude in dB below full scale; negative infinity for silence.
    #[must_use]
    pub fn peak_dbfs(self) -> f32 {
        20.0 * self.peak.log10()
    }
}

/// Counts the exact zeros at the end of a stream. A room is never exactly zero; a device that went away often is.
#[derive(Clone, Copy, Debug, Default)]
pub struct ZeroRun {
    samples: u64,
}

impl ZeroRun {
    /// Follows the stream by `samples`.
    pub fn push(&mut self, samples: &[f32]) {
        match samples.iter().rposition(|sample| *sample != 0.0) {
            Some(last) => self.samples = (samples.len() - 1 - last) as u64,
            None => self.samples += samples.len() as u64,
        }
    }

    /// Returns how many zeros end the stream.
    #[must_use]
    pub fn samples(self) -> u64 {
        self.samples
    }
}

#[cfg(test)]
mod tests {
    use super::{Level, ZeroRun};

    #[test]
    fn a_full_scale_sine_is_three_decibels_below_full_scale() {
        let sine: Vec<f32> = (0..16_000).map(|n| (n as f32 * std::f32::consts::TAU / 16.0).sin()).collect();
        let level = Level::of(&sine);
        assert!((level.rms_dbfs() + 3.01).abs() < 0.01, "{level:?}");
        assert!(level.peak_dbfs().abs() < 0.01, "{level:?}");
    }

    #[test]
    fn silence_and_nothing_have_no_level() {
        assert_eq!(Level::of(&[]), Level::default());
        assert!(Level::of(&[0.0; 8]).rms_dbfs().is_infinite());
    }

    #[test]
    fn a_run_of_zeros_lasts_over_pieces_and_ends_with_any_sound() {
        let mut run = ZeroRun::default();
        for (piece, want) in [
            (&[0.0, 0.0][..], 2),
            (&[][..], 2),
            (&[0.0][..], 3),
            (&[0.0, 0.1, 0.0][..], 1),
            (&[-0.0, 0.0][..], 3),
            (&[1e-9][..], 0),
        ] {
            run.push(piece);
            assert_eq!(run.samples(), want, "{piece:?}");
        }
    }
}
