//! How much of a sound that is played comes back through the microphone. Plays and hears nothing itself.

use realfft::RealFftPlanner;

use crate::dsp::level::Level;
use crate::units::{SAMPLE_RATE_HZ, Speech};

/// Length of the test sound: long enough to stand out of a room's noise, short enough to bear.
const LENGTH_S: f32 = 0.4;

/// The band of the test sound: where speech is loudest and small speakers play.
const FROM_HZ: f32 = 400.0;
const TO_HZ: f32 = 3_000.0;

/// Largest magnitude of the test sound.
const VOLUME: f32 = 0.3;

/// Likeness of what is heard to what was played from which on it came back, 0 to 1. The sound has 2,000 degrees of freedom, so
/// noise alone reaches 0.1 in the two seconds that are searched.
const ALIKE: f32 = 0.2;

/// Reverberation that counts as part of what comes back: 100 ms.
const TAIL: usize = SAMPLE_RATE_HZ as usize / 10;

/// Level under which a microphone is switched off rather than in a quiet room.
const DEAD: f32 = 1e-6;

/// What comes back.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Echo {
    /// Level of what comes back against what was played, dB. Where nothing was found, the most that may have been missed.
    pub gain_db: f32,
    /// How much later it came than the recording began, milliseconds. None: nothing was found.
    pub delay_ms: Option<u64>,
}

/// Returns the test sound: a tone that rises evenly.
#[must_use]
pub fn test_sound() -> Speech {
    let rate = SAMPLE_RATE_HZ as f32;
    let length = LENGTH_S * rate;
    let samples = (0..length as usize).map(|n| {
        let at = n as f32 / rate;
        let swell = (n as f32 / length * std::f32::consts::PI).sin().min(0.3) / 0.3;
        let turns = FROM_HZ * at + (TO_HZ - FROM_HZ) / (2.0 * LENGTH_S) * at * at;
        VOLUME * swell * (std::f32::consts::TAU * turns).sin()
    });
    Speech { samples: samples.collect(), rate_hz: SAMPLE_RATE_HZ }
}

/// Returns how much of `played` is in `heard`, both at 16 kHz. None when the microphone gave nothing at all.
#[must_use]
pub fn measure(played: &[f32], heard: &[f32]) -> Option<Echo> {
    if Level::of(heard).rms < DEAD || played.is_empty() || heard.len() < played.len() {
        return None;
    }
    let (sent, (lag, alike, direct)) = (Level::of(played).rms, best(played, heard));
    if alike < ALIKE {
        let missed = ALIKE * Level::of(heard).rms / sent;
        return Some(Echo { gain_db: decibels(missed), delay_ms: None });
    }
    let end = (lag + played.len() + TAIL).min(heard.len());
    let power = |samples: &[f32]| f64::from(Level::of(samples).rms).powi(2) * samples.len() as f64;
    let noise = if lag > TAIL { f64::from(Level::of(&heard[..lag]).rms).powi(2) } else { 0.0 };
    let came = (power(&heard[lag..end]) - noise * (end - lag) as f64).max(0.0);
    let gain = (came / power(played)).sqrt().max(f64::from(direct));
    let delay_ms = lag as u64 * 1_000 / u64::from(SAMPLE_RATE_HZ);
    Some(Echo { gain_db: decibels(gain as f32), delay_ms: Some(delay_ms) })
}

/// Returns where `played` is found best, how alike it is there, 0 to 1, and how loud against what was played.
fn best(played: &[f32], heard: &[f32]) -> (usize, f32, f32) {
    let energy: f32 = played.iter().map(|sample| sample * sample).sum();
    let mut there: f64 = heard[..played.len()].iter().map(|sample| f64::from(*sample).powi(2)).sum();
    let mut found = (0, 0.0, 0.0);
    for (lag, product) in correlation(played, heard).into_iter().enumerate() {
        let alike = product.abs() / (f64::from(energy) * there.max(1e-9)).sqrt() as f32;
        if alike > found.1 {
            found = (lag, alike, product.abs() / energy);
        }
        let leaves = f64::from(heard[lag]).powi(2);
        there += heard.get(lag + played.len()).map_or(0.0, |next| f64::from(*next).powi(2)) - leaves;
    }
    found
}

/// Returns the sum of products of `played` and `heard` from each sample on at which `played` fits into it.
fn correlation(played: &[f32], heard: &[f32]) -> Vec<f32> {
    let length = (played.len() + heard.len()).next_power_of_two();
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, backward) = (planner.plan_fft_forward(length), planner.plan_fft_inverse(length));
    let spectrum = |samples: &[f32]| {
        let mut padded = samples.to_vec();
        padded.resize(length, 0.0);
        let mut bins = forward.make_output_vec();
        // It fails only for lengths that do not fit, and these were made to.
        let _fits = forward.process(&mut padded, &mut bins);
        bins
    };
    let mut product = spectrum(heard);
    for (bin, other) in product.iter_mut().zip(spectrum(played)) {
        *bin *= other.conj() / length as f32;
    }
    let mut sums = backward.make_output_vec();
    let _fits = backward.process(&mut product, &mut sums);
    sums.truncate(heard.len() - played.len() + 1);
    sums
}

fn decibels(gain: f32) -> f32 {
    20.0 * gain.max(1e-6).log10()
}

#[cfg(test)]
mod tests {
    use super::{measure, test_sound};

    /// Two seconds of noise at `noise`, with the test sound at `gain` from 0.7 s on, and a second path a little later.
    fn heard(gain: f32, noise: f32, reverberant: bool) -> Vec<f32> {
        let mut seed = 1_u32;
        let mut heard: Vec<f32> = (0..32_000)
            .map(|_| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                noise * (f32::from((seed >> 16) as u16) / 32_768.0 - 1.0)
            })
            .collect();
        for (at, sample) in test_sound().samples.iter().enumerate() {
            heard[11_200 + at] += gain * sample;
            if reverberant {
                heard[11_900 + at] += 0.5 * gain * sample;
            }
        }
        heard
    }

    #[test]
    fn what_comes_back_is_measured_to_a_decibel_and_a_millisecond() {
        let played = test_sound().samples;
        for db in [-10.0_f32, -20.0, -30.0, -45.0] {
            let echo = measure(&played, &heard(10_f32.powf(db / 20.0), 0.001, false)).unwrap();
            assert!((echo.gain_db - db).abs() < 1.0 && echo.delay_ms == Some(700), "{db}: {echo:?}");
        }
        let echo = measure(&played, &heard(0.1, 0.001, true)).unwrap();
        assert!((echo.gain_db + 19.0).abs() < 0.5, "a second path adds to it: {echo:?}");
    }

    #[test]
    fn nothing_that_comes_back_gives_the_most_that_may_have_been_missed() {
        let echo = measure(&test_sound().samples, &heard(0.0, 0.001, false)).unwrap();
        assert!(echo.delay_ms.is_none() && echo.gain_db < -55.0, "{echo:?}");
        let noisy = measure(&test_sound().samples, &heard(0.0, 0.1, false)).unwrap();
        assert!(noisy.delay_ms.is_none() && noisy.gain_db > echo.gain_db + 30.0, "{noisy:?}");
    }

    #[test]
    fn a_dead_microphone_measures_nothing() {
        assert_eq!(measure(&test_sound().samples, &[0.0; 32_000]), None);
        assert_eq!(measure(&test_sound().samples, &[0.1; 100]), None);
    }
}
