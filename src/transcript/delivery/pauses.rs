//! Stretches of speech and the pauses between them, with borders to a few hundredths of a second. The voice detector says
//! where somebody speaks, the level says where exactly it begins and ends.

use crate::dsp::contour::{Contour, HOP_MS, Hop, hop_time};
use crate::units::{AudioTime, FRAME_MS, Span};

/// Gap from which a pause is a pause and not the closure of a consonant: Campione and Véronis (2002).
pub const PAUSE_MS: u64 = 200;

/// Pause from which it is long: the same.
pub const LONG_PAUSE_MS: u64 = 1_000;

/// Frames at least this likely to hold voice make the level around them speech.
const VOICE: f32 = 0.35;

/// How far from such a frame: the detector answers late, and a word may begin or end with a soft consonant.
const REACH_MS: u64 = 100;

/// Frames this unlikely to hold voice tell how loud the room is.
const ROOM: f32 = 0.1;

/// Speech is at least so much louder than the room, in dB.
const ABOVE_ROOM_DB: f32 = 6.0;

/// And so much louder than its bursts, in dB.
const ABOVE_BURSTS_DB: f32 = 2.0;

/// Nothing that is so much fainter than the loud parts of the speech belongs to it: the end of a reverberation, in dB.
const BELOW_SPEECH_DB: f32 = 35.0;

/// The threshold never comes closer to the loud parts than this, in dB.
const CLOSEST_DB: f32 = 8.0;

/// Gaps shorter than this belong to the speech around them: 100 ms, a stop consonant.
const CLOSURE_MS: u64 = 100;

/// Sounds shorter than this are no speech: 60 ms, a click.
const CLICK_MS: u64 = 60;

/// Where somebody speaks.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speech {
    /// The stretches, in order; at least [`CLOSURE_MS`] lie between two.
    pub stretches: Vec<Span>,
    /// Level above which a hop counts as speech, in dB of full scale.
    pub threshold_db: f32,
}

impl Speech {
    /// Finds speech. `voice` is the probability of voice for each frame of 32 ms.
    #[must_use]
    pub fn find(contour: &Contour, voice: &[f32]) -> Self {
        let hops = &contour.hops;
        let likely: Vec<f32> = (0..hops.len()).map(|hop| probability(voice, hop)).collect();
        let Some(threshold_db) = threshold(hops, &likely) else { return Self::default() };
        let near = spread(&likely);
        let loud = (0..hops.len()).map(|hop| near[hop] && hops[hop].level_db >= threshold_db);
        Self { stretches: without_clicks(joined(loud)), threshold_db }
    }

    /// Returns the pauses of [`PAUSE_MS`] and more between stretches.
    #[must_use]
    pub fn pauses(&self) -> Vec<Span> {
        let gaps = self.stretches.windows(2).map(|two| Span::new(two[0].end, two[1].start));
        gaps.filter(|gap| gap.duration().as_millis() >= u128::from(PAUSE_MS)).collect()
    }
}

fn probability(voice: &[f32], hop: usize) -> f32 {
    voice.get(hop * HOP_MS as usize / FRAME_MS as usize).copied().unwrap_or(0.0)
}

/// Returns the level that parts speech from the room. None where nobody speaks.
fn threshold(hops: &[Hop], likely: &[f32]) -> Option<f32> {
    let levels = |wanted: &dyn Fn(f32) -> bool| -> Vec<f32> {
        let chosen = hops.iter().zip(likely).filter(|(_, likely)| wanted(**likely));
        chosen.map(|(hop, _)| hop.level_db).collect()
    };
    let spoken = percentile(levels(&|likely| likely >= VOICE), 0.9)?;
    let quiet = levels(&|likely| likely < ROOM);
    let room = if quiet.len() >= 20 {
        (percentile(quiet.clone(), 0.5)? + ABOVE_ROOM_DB).max(percentile(quiet, 0.9)? + ABOVE_BURSTS_DB)
    } else {
        percentile(levels(&|_| true), 0.05)? + ABOVE_ROOM_DB
    };
    Some(room.max(spoken - BELOW_SPEECH_DB).min(spoken - CLOSEST_DB))
}

/// Returns the value below which that share of the values lies. None for no values.
pub(super) fn percentile(mut values: Vec<f32>, share: f64) -> Option<f32> {
    values.sort_by(f32::total_cmp);
    let last = values.len().checked_sub(1)?;
    values.get((share * last as f64).round() as usize).copied()
}

/// Returns for each hop whether a voiced frame is near.
fn spread(likely: &[f32]) -> Vec<bool> {
    let reach = (REACH_MS / HOP_MS) as usize;
    let mut near = vec![false; likely.len()];
    let mut reaches_to = 0;
    for hop in 0..likely.len() {
        if likely[hop] >= VOICE {
            let from = hop.saturating_sub(reach).max(reaches_to);
            reaches_to = (hop + reach + 1).min(likely.len());
            near[from..reaches_to].fill(true);
        }
    }
    near
}

/// Returns the stretches of hops that hold, gaps of less than [`CLOSURE_MS`] closed.
fn joined(holds: impl Iterator<Item = bool>) -> Vec<Span> {
    let mut stretches: Vec<Span> = Vec::new();
    for (hop, _) in holds.enumerate().filter(|(_, holds)| *holds) {
        let (start, end) = (hop_time(hop), AudioTime::from_ms((hop as u64 + 1) * HOP_MS));
        match stretches.last_mut() {
            Some(last) if start.as_ms() < last.end.as_ms() + CLOSURE_MS => last.end = end,
            _ => stretches.push(Span::new(start, end)),
        }
    }
    stretches
}

fn without_clicks(stretches: Vec<Span>) -> Vec<Span> {
    stretches.into_iter().filter(|one| one.duration().as_millis() >= u128::from(CLICK_MS)).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Speech;
    use crate::dsp::contour::Contour;

    /// Stretches of a buzz and of room noise in turns, and what a perfect detector with its delay says of them.
    fn scene(lengths_ms: &[u64], room: f32) -> (Vec<f32>, Vec<f32>) {
        let mut state = 7u32;
        let mut samples: Vec<f32> = Vec::new();
        for (turn, ms) in lengths_ms.iter().enumerate() {
            for n in 0..ms * 16 {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let noise = room * ((state >> 8) as f32 / 8_388_608.0 - 1.0);
                let phase = n as f32 / 16_000.0 * 140.0 * std::f32::consts::TAU;
                let tone = (1..20).map(|k| (phase * k as f32).sin() / k as f32).sum::<f32>() * 0.1;
                samples.push(if turn % 2 == 0 { noise } else { tone + noise });
            }
        }
        let speaks = |frame: usize| {
            let (mut at, mut speaks) = (0, false);
            for (turn, ms) in lengths_ms.iter().enumerate() {
                speaks = if (at..at + ms).contains(&(frame as u64 * 32)) { turn % 2 == 1 } else { speaks };
                at += ms;
            }
            speaks
        };
        // Two frames late, as a network with memory is.
        let voice = (0..samples.len() / 512).map(|frame| if speaks(frame.saturating_sub(2)) { 0.9 } else { 0.03 });
        let voice = voice.collect();
        (samples, voice)
    }

    #[test]
    fn borders_are_found_within_thirty_milliseconds_in_a_quiet_and_a_noisy_room() {
        for room in [0.0, 0.0005, 0.02] {
            let (samples, voice) = scene(&[500, 1_000, 250, 800, 1_400, 600, 500], room);
            let speech = Speech::find(&Contour::of(&samples), &voice);
            let pauses: Vec<(u64, u64)> = speech.pauses().iter().map(|p| (p.start.as_ms(), p.end.as_ms())).collect();
            let truth = [(1_500, 1_750), (2_550, 3_950)];
            assert_eq!(pauses.len(), 2, "room {room}: {pauses:?}");
            for (found, wanted) in pauses.iter().zip(truth) {
                assert!(found.0.abs_diff(wanted.0) <= 30 && found.1.abs_diff(wanted.1) <= 30, "{found:?} {wanted:?}");
            }
        }
    }

    #[test]
    fn a_gap_within_a_word_is_no_pause_and_a_click_no_speech() {
        let (samples, voice) = scene(&[300, 500, 90, 500, 600, 30, 600], 0.0005);
        let speech = Speech::find(&Contour::of(&samples), &voice);
        assert_eq!(speech.stretches.len(), 1, "{speech:?}");
        assert!(speech.pauses().is_empty());
    }

    #[test]
    fn silence_and_noise_without_voice_hold_no_speech() {
        let (samples, _) = scene(&[3_000], 0.1);
        assert_eq!(Speech::find(&Contour::of(&samples), &[0.02; 94]), Speech::default());
        assert_eq!(Speech::find(&Contour::of(&[]), &[]), Speech::default());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn stretches_come_in_order_within_the_recording(voice in prop::collection::vec(0f32..=1.0, 0..60), room in 0f32..0.2) {
            let (samples, _) = scene(&[700, 300, 500], room);
            let speech = Speech::find(&Contour::of(&samples), &voice);
            prop_assert!(speech.stretches.windows(2).all(|two| two[0].end < two[1].start));
            prop_assert!(speech.stretches.last().is_none_or(|last| last.end.as_ms() <= 1_510));
        }
    }
}
