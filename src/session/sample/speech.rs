//! Somebody's speech without any sound: words with times, pauses and fillers, as a recogniser and a measurement would give them.

use crate::transcript::delivery::estimate::Estimate;
use crate::transcript::delivery::fillers::Filler;
use crate::transcript::delivery::fit::Measured;
use crate::transcript::delivery::sound::Sound;
use crate::transcript::{Transcript, Word};
use crate::units::{AudioTime, Span};

/// Precision and recall of the fillers that nobody measured here.
const MEASURED: Measured = Measured { precision: 0.9, recall: 0.8, events: 100 };

/// Chance, always the same for the same seed.
#[derive(Clone, Debug)]
pub(super) struct Chance(u64);

impl Chance {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Returns a number from 0 to 1, 1 left out.
    pub(super) fn share(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Returns a number from `least` to below `most`.
    pub(super) fn between(&mut self, least: u64, most: u64) -> u64 {
        least + (self.share() * (most - least) as f32) as u64
    }
}

/// What was heard of an answer.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    pub(super) transcript: Transcript,
    pub(super) sound: Sound,
    pub(super) speech_end: AudioTime,
    /// Length of the recording, whole frames of 32 ms.
    pub(super) duration_ms: u64,
}

/// Returns these words as somebody says them: slower and with more pauses and fillers the less sure they are. `ease` is 0 to 1.
pub(super) fn speak(words: &[&str], ease: f32, chance: &mut Chance) -> Heard {
    let start = chance.between(400, 2_600);
    let (mut at, mut voiced) = (start, 0);
    let (mut spoken, mut pauses, mut fillers) = (Vec::with_capacity(words.len()), Vec::new(), Vec::new());
    for text in words {
        let length = chance.between(120, 200) + 38 * text.chars().count() as u64;
        let word = Span::new(AudioTime::from_ms(at), AudioTime::from_ms(at + length));
        spoken.push(Word { text: (*text).into(), span: word, probability: 0.55 + 0.45 * chance.share().sqrt() });
        voiced += length;
        at += length;
        let gap = gap_after(text, ease, chance);
        if gap >= 200 {
            pauses.push(Span::new(word.end, AudioTime::from_ms(at + gap)));
            if chance.share() > 0.8 + 0.2 * ease {
                let filler = Span::new(AudioTime::from_ms(at + 20), AudioTime::from_ms(at + gap - 20));
                fillers.push(Filler { span: filler, probability: 0.6 + 0.4 * chance.share() });
            }
        } else {
            voiced += gap;
        }
        at += gap;
    }
    // No pause follows the last word.
    pauses.retain(|pause| spoken.last().is_some_and(|last| pause.start < last.span.end));
    let speech_end = spoken.last().map_or(AudioTime::from_ms(start), |last| last.span.end);
    let mut sound = Sound {
        speech_start_ms: Some(AudioTime::from_ms(start)),
        speech_end_ms: Some(speech_end),
        speech_ms: voiced,
        pauses,
        fillers,
        heard_again: true,
        filler_estimate: None,
        pitch_range_semitones: Some(3.0 + 4.0 * chance.share()),
        loudness_range_db: Some(6.0 + 4.0 * chance.share()),
    };
    sound.filler_estimate = Estimate::of(sound.fillers.len() as u32, sound.speaking_s(), MEASURED);
    let duration_ms = (speech_end.as_ms() + 800).next_multiple_of(crate::units::FRAME_MS);
    Heard { transcript: Transcript { words: spoken }, sound, speech_end, duration_ms }
}

fn gap_after(text: &str, ease: f32, chance: &mut Chance) -> u64 {
    let hesitates = chance.share() > 0.93 + 0.06 * ease;
    match text.chars().last() {
        Some('.' | '?' | '!') => chance.between(350, 900) + if hesitates { 900 } else { 0 },
        Some(',' | ';' | ':') => chance.between(120, 420),
        _ if hesitates => chance.between(300, 1_300),
        _ => chance.between(0, 60),
    }
}
