//! The outline of a sound, to draw it: the loudest moment of every twentieth of a second.

use crate::units::SAMPLE_RATE_HZ;

/// Peaks for a second of sound.
pub const PEAKS_A_SECOND: u32 = 20;

/// Samples that a peak stands for.
const STEP: usize = (SAMPLE_RATE_HZ / PEAKS_A_SECOND) as usize;

/// Returns the peaks of 16 kHz samples: 0 for silence, 255 for full scale, in proportion. What is no number is silence.
#[must_use]
pub fn peaks(samples: &[f32]) -> Vec<u8> {
    samples.chunks(STEP).map(peak).collect()
}

fn peak(samples: &[f32]) -> u8 {
    let highest = samples.iter().fold(0.0f32, |highest, sample| highest.max(sample.abs()));
    (highest.min(1.0) * 255.0).round() as u8
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{STEP, peaks};

    #[test]
    fn a_peak_is_the_loudest_moment_of_its_twentieth_of_a_second() {
        let mut samples = vec![0.0; STEP * 3 + 1];
        samples[STEP - 1] = -0.5;
        samples[STEP] = 0.25;
        samples[STEP + 9] = -2.0;
        samples[STEP * 2] = f32::NAN;
        assert_eq!(peaks(&samples), [128, 255, 0, 0]);
        assert!(peaks(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn there_are_twenty_a_second_and_louder_sound_never_has_a_lower_peak(
            samples in prop::collection::vec(-1.0f32..1.0, 0..4_000), gain in 0.0f32..1.0,
        ) {
            let loud = peaks(&samples);
            let soft = peaks(&samples.iter().map(|sample| sample * gain).collect::<Vec<_>>());
            prop_assert_eq!(loud.len(), samples.len().div_ceil(STEP));
            prop_assert!(soft.iter().zip(&loud).all(|(soft, loud)| soft <= loud));
        }
    }
}
