//! The spectrum that whisper-like encoders read: 80 mel bands by 10 ms, logarithmic. Knows no model.

use std::f64::consts::PI;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{RealFftPlanner, RealToComplex};

use crate::units::SAMPLE_RATE_HZ;

/// Mel bands.
pub const BANDS: usize = 80;

/// Samples from one column to the next: 10 ms.
const HOP: usize = 160;

/// Samples under the window: 25 ms.
const WINDOW: usize = 400;

/// Frequencies of the transform.
const BINS: usize = WINDOW / 2 + 1;

/// Makes spectra of a fixed length. The constants are those of Whisper's feature extractor.
pub struct LogMel {
    columns: usize,
    transform: Arc<dyn RealToComplex<f32>>,
    hann: Vec<f32>,
    bands: Vec<Band>,
}

/// The bins that a mel band weighs, from `first` on.
struct Band {
    first: usize,
    weights: Vec<f32>,
}

impl std::fmt::Debug for LogMel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LogMel({BANDS} x {})", self.columns)
    }
}

impl LogMel {
    /// Prepares spectra of `columns` columns, that is of `columns` times 10 ms of sound. At least 2 columns.
    pub fn new(columns: usize) -> Self {
        let hann = (0..WINDOW).map(|n| (0.5 - 0.5 * (2.0 * PI * n as f64 / WINDOW as f64).cos()) as f32).collect();
        let transform = RealFftPlanner::new().plan_fft_forward(WINDOW);
        Self { columns: columns.max(2), transform, hann, bands: mel_bands() }
    }

    /// Returns how many samples a spectrum is made of.
    pub fn samples(&self) -> usize {
        self.columns * HOP
    }

    /// Returns the spectrum of the last samples of `sound` (16 kHz), band after band. Shorter sound is filled up with
    /// silence on the left; then the whole is brought to zero mean and unit variance, as smart-turn was trained.
    pub fn of_normalised(&self, sound: &[f32]) -> Vec<f32> {
        let samples = self.samples();
        let sound = &sound[sound.len().saturating_sub(samples)..];
        let mut padded = vec![0.0; samples - sound.len()];
        padded.extend(sound.iter().map(|sample| if sample.is_finite() { *sample } else { 0.0 }));
        normalise(&mut padded);
        self.of(&padded)
    }

    fn of(&self, sound: &[f32]) -> Vec<f32> {
        let mut spectrum = vec![0.0f32; BANDS * self.columns];
        let mut frame = self.transform.make_input_vec();
        let mut bins = self.transform.make_output_vec();
        let mut scratch = self.transform.make_scratch_vec();
        for column in 0..self.columns {
            for (n, slot) in frame.iter_mut().enumerate() {
                *slot = sound[mirrored(column * HOP + n, sound.len())] * self.hann[n];
            }
            self.transform
                .process_with_scratch(&mut frame, &mut bins, &mut scratch)
                .expect("all three buffers were made by this transform");
            for (band, row) in self.bands.iter().zip(spectrum.chunks_mut(self.columns)) {
                row[column] = band.power(&bins).max(1e-10).log10();
            }
        }
        let floor = spectrum.iter().copied().fold(f32::NEG_INFINITY, f32::max) - 8.0;
        for value in &mut spectrum {
            *value = (value.max(floor) + 4.0) / 4.0;
        }
        spectrum
    }
}

/// Returns the index of sample `n` of sound that is mirrored by half a window at both ends.
fn mirrored(n: usize, length: usize) -> usize {
    let from_start = n.abs_diff(WINDOW / 2);
    if from_start < length { from_start } else { 2 * (length - 1) - from_start }
}

fn normalise(samples: &mut [f32]) {
    let count = samples.len().max(1) as f64;
    let mean = samples.iter().map(|sample| f64::from(*sample)).sum::<f64>() / count;
    let variance = samples.iter().map(|sample| (f64::from(*sample) - mean).powi(2)).sum::<f64>() / count;
    // 1e-7 keeps silence silent: it is what Whisper's feature extractor adds.
    let scale = 1.0 / (variance + 1e-7).sqrt();
    for sample in samples {
        *sample = ((f64::from(*sample) - mean) * scale) as f32;
    }
}

impl Band {
    fn power(&self, bins: &[Complex<f32>]) -> f32 {
        self.weights.iter().zip(&bins[self.first..]).map(|(weight, bin)| weight * bin.norm_sqr()).sum()
    }
}

/// The mel scale of Slaney's Auditory Toolbox: linear up to 1 kHz (mel 15), logarithmic above.
fn hertz(mel: f64) -> f64 {
    if mel < 15.0 { mel * 200.0 / 3.0 } else { 1_000.0 * ((mel - 15.0) * 6.4f64.ln() / 27.0).exp() }
}

fn mel_bands() -> Vec<Band> {
    let nyquist = f64::from(SAMPLE_RATE_HZ) / 2.0;
    let top = 15.0 + (nyquist / 1_000.0).ln() * 27.0 / 6.4f64.ln();
    let edge = |n: usize| hertz(top * n as f64 / (BANDS + 1) as f64);
    (0..BANDS).map(|n| mel_band(edge(n), edge(n + 1), edge(n + 2), nyquist)).collect()
}

/// A triangle from `low` over `peak` to `high` with an area of one.
fn mel_band(low: f64, peak: f64, high: f64, nyquist: f64) -> Band {
    let weight = |bin: usize| {
        let hertz = nyquist * bin as f64 / (BINS - 1) as f64;
        let slope = ((hertz - low) / (peak - low)).min((high - hertz) / (high - peak));
        (slope.max(0.0) * 2.0 / (high - low)) as f32
    };
    let first = (0..BINS).find(|bin| weight(*bin) > 0.0).unwrap_or(0);
    Band { first, weights: (first..BINS).map(weight).take_while(|weight| *weight > 0.0).collect() }
}

#[cfg(test)]
mod tests {
    use super::{BANDS, LogMel};

    /// 3 s of a rising tone, keyed three times a second.
    fn rising_tone() -> Vec<f32> {
        let tone = |n: f64| {
            let on = (2.0 * std::f64::consts::PI * 3.0 * n / 16_000.0).sin() > 0.0;
            let phase = 2.0 * std::f64::consts::PI * (200.0 + n / 48_000.0 * 1_000.0) * n / 16_000.0;
            if on { (0.3 * phase.sin()) as f32 } else { 0.0 }
        };
        (0..48_000).map(|n| tone(f64::from(n))).collect()
    }

    #[test]
    fn the_spectrum_agrees_with_the_reference_implementation() {
        // Values of the same sound by the reference in double precision (NumPy).
        let spectrum = LogMel::new(800).of_normalised(&rising_tone());
        assert_eq!(spectrum.len(), BANDS * 800);
        let expected = [(0, 799, -0.139_995), (10, 700, 0.924_254), (40, 650, 1.020_681), (79, 600, 0.652_230)];
        for (band, column, value) in expected {
            let found = spectrum[band * 800 + column];
            assert!((found - value).abs() < 2e-3, "band {band}, column {column}: {found}, expected {value}");
        }
        let sum: f32 = spectrum.iter().sum();
        assert!((sum + 4_285.454).abs() < 3.0, "{sum}");
    }

    #[test]
    fn only_the_last_eight_seconds_count() {
        let mel = LogMel::new(800);
        let mut long = vec![0.5; 40_000];
        let tone: Vec<f32> = rising_tone().into_iter().cycle().take(128_000).collect();
        long.extend(&tone);
        assert_eq!(mel.of_normalised(&long), mel.of_normalised(&tone));
    }

    #[test]
    fn silence_and_broken_samples_give_numbers() {
        let mel = LogMel::new(800);
        for sound in [vec![], vec![0.0; 16_000], vec![f32::NAN; 16_000], vec![f32::INFINITY; 10]] {
            assert!(mel.of_normalised(&sound).iter().all(|value| value.is_finite()));
        }
    }
}
