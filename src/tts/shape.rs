//! What is done to a rendered sentence so that sentences fit together: trimmed, levelled, joined. Knows no text.

use std::time::Duration;

use crate::units::Speech;

/// Loudness that every sentence is brought to, as the root mean square of its voiced part: -20 dB below full scale,
/// usual for speech at a desk, with room for peaks.
const TARGET_RMS: f32 = 0.1;

/// No sample is louder.
pub(crate) const PEAK: f32 = 0.95;

/// A whisper is not blown up beyond this.
const MOST_GAIN: f32 = 4.0;

/// Below this share of a sentence's peak a stretch counts as silence: -40 dB.
pub(crate) const SILENCE: f32 = 0.01;

/// Levels are taken over stretches this long.
pub(crate) const STRETCH_MS: usize = 10;

/// Speech begins and ends with this many loud stretches in a row. Kokoro leaves a click of less at either end of a short
/// sentence, a quarter of a second away from the words.
pub(crate) const LEAST_RUN: usize = 3;

/// Silence kept before the first sound, so that a soft onset is whole.
pub(crate) const LEAD_MS: usize = 30;

/// Silence kept after the last sound, where breath fades and a final t is released.
pub(crate) const TAIL_MS: usize = 100;

/// The edges are faded over this long, so that no join clicks.
pub(crate) const FADE_MS: usize = 5;

/// Returns rendered speech without the silence around it, at the common loudness, faded at its edges. Speech without any
/// sound comes back empty.
#[must_use]
pub fn shape(speech: &Speech) -> Speech {
    let per_ms = (speech.rate_hz / 1_000).max(1) as usize;
    let samples = voiced(&speech.samples, per_ms);
    let gain = gain(samples, per_ms);
    let mut samples: Vec<f32> = samples.iter().map(|sample| (sample * gain).clamp(-PEAK, PEAK)).collect();
    fade(&mut samples, FADE_MS * per_ms);
    Speech { samples, rate_hz: speech.rate_hz }
}

/// Returns the factor that brings speech to the common loudness, and its peak before.
#[must_use]
pub fn loudness(samples: &[f32], rate_hz: u32) -> (f32, f32) {
    let per_ms = (rate_hz / 1_000).max(1) as usize;
    let samples = voiced(samples, per_ms);
    (gain(samples, per_ms), peak(samples))
}

fn voiced(samples: &[f32], per_ms: usize) -> &[f32] {
    let peak = peak(samples);
    if peak < 1e-4 {
        return &[];
    }
    let stretch = STRETCH_MS * per_ms;
    let loud: Vec<bool> = samples.chunks(stretch).map(|part| rms(part) > peak * SILENCE).collect();
    let runs = loud.windows(LEAST_RUN);
    let (Some(first), Some(last)) = (
        runs.clone().position(|run| run.iter().all(|loud| *loud)),
        runs.clone().rposition(|run| run.iter().all(|loud| *loud)),
    ) else {
        return &[];
    };
    let start = (first * stretch).saturating_sub(LEAD_MS * per_ms);
    let end = ((last + LEAST_RUN) * stretch + TAIL_MS * per_ms).min(samples.len());
    &samples[start..end]
}

fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// The factor to the common loudness, lower where peaks would be cut.
fn gain(samples: &[f32], per_ms: usize) -> f32 {
    let peak = peak(samples);
    let levels: Vec<f32> =
        samples.chunks(STRETCH_MS * per_ms).map(rms).filter(|level| *level > peak * SILENCE * 5.0).collect();
    if levels.is_empty() {
        return 1.0;
    }
    let power = levels.iter().map(|level| level * level).sum::<f32>() / levels.len() as f32;
    (TARGET_RMS / power.sqrt()).min(MOST_GAIN).min(PEAK / peak)
}

pub(crate) fn rms(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}

fn fade(samples: &mut [f32], length: usize) {
    let length = length.min(samples.len() / 2);
    let end = samples.len();
    for at in 0..length {
        let factor = at as f32 / length as f32;
        samples[at] *= factor;
        samples[end - 1 - at] *= factor;
    }
}

/// Appends silence.
pub fn append_silence(speech: &mut Speech, silence: Duration) {
    let samples = silence.as_micros() as usize * speech.rate_hz as usize / 1_000_000;
    speech.samples.resize(speech.samples.len() + samples, 0.0);
}

/// Appends other speech of the same rate. Empty speech takes over the other's rate.
pub fn append(speech: &mut Speech, other: Speech) {
    if speech.samples.is_empty() {
        *speech = other;
    } else {
        speech.samples.extend(other.samples);
    }
}

/// Returns the sample as it is kept in 16 bits.
#[must_use]
pub fn to_16_bit(sample: f32) -> i16 {
    (sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16
}

/// Returns a 16-bit sample in -1.0..=1.0.
#[must_use]
pub fn from_16_bit(sample: i16) -> f32 {
    (f32::from(sample) / f32::from(i16::MAX)).max(-1.0)
}

#[cfg(test)]
mod tests {
    use super::{PEAK, append, append_silence, from_16_bit, rms, shape, to_16_bit};
    use crate::units::Speech;
    use std::time::Duration;

    /// `seconds` of a tone between half a second of silence on either side.
    fn tone(level: f32, seconds: f32) -> Speech {
        let mut samples = vec![0.0; 12_000];
        samples.extend((0..(24_000.0 * seconds) as usize).map(|at| level * (at as f32 * 0.05).sin()));
        samples.extend(vec![0.0; 12_000]);
        Speech { samples, rate_hz: 24_000 }
    }

    #[test]
    fn silence_around_speech_is_cut_to_small_margins() {
        let ms = shape(&tone(0.3, 1.0)).duration().as_millis();
        assert!((1_120..1_150).contains(&ms), "{ms}");
    }

    #[test]
    fn a_click_apart_from_the_words_is_cut_with_the_silence() {
        let mut speech = tone(0.3, 1.0);
        let end = speech.samples.len();
        speech.samples[10..200].fill(0.1);
        speech.samples[end - 200..].fill(-0.1);
        assert!((1_120..1_150).contains(&shape(&speech).duration().as_millis()));
    }

    #[test]
    fn loud_and_soft_speech_come_out_alike_and_never_cut() {
        for level in [0.05, 0.3, 1.0, 3.0] {
            let shaped = shape(&tone(level, 1.0));
            let loudness = rms(&shaped.samples[4_000..20_000]);
            assert!((0.09..0.11).contains(&loudness), "{level}: {loudness}");
            assert!(shaped.samples.iter().all(|sample| sample.abs() <= PEAK));
        }
    }

    #[test]
    fn speech_begins_and_ends_at_rest() {
        let samples = (0..24_000).map(|at| 0.8 * (at as f32 * 0.05).cos()).collect();
        let loud = Speech { samples, rate_hz: 24_000 };
        let shaped = shape(&loud);
        assert!(shaped.samples[0].abs() < 1e-6 && shaped.samples.last().unwrap().abs() < 1e-6);
    }

    #[test]
    fn silence_and_nothing_have_no_speech_in_them() {
        for samples in [vec![], vec![0.0; 5_000], vec![1e-6; 3]] {
            assert!(shape(&Speech { samples, rate_hz: 24_000 }).samples.is_empty());
        }
        assert!(shape(&Speech::default()).samples.is_empty());
    }

    #[test]
    fn speech_and_silence_add_up() {
        let mut speech = Speech::default();
        append(&mut speech, Speech { samples: vec![0.1; 240], rate_hz: 24_000 });
        append_silence(&mut speech, Duration::from_millis(5));
        append(&mut speech, Speech { samples: vec![0.1; 120], rate_hz: 24_000 });
        assert_eq!(speech.duration(), Duration::from_millis(20));
    }

    #[test]
    fn sixteen_bits_come_back_as_they_went() {
        for sample in i16::MIN + 1..=i16::MAX {
            assert_eq!(to_16_bit(from_16_bit(sample)), sample);
        }
    }
}
