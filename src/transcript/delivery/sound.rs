//! What the sound of an answer tells: speech and pauses, fillers, melody.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dsp::contour::Contour;
use crate::transcript::delivery::estimate::Estimate;
use crate::transcript::delivery::fillers::{Filler, Hearings, candidates, fillers};
use crate::transcript::delivery::fit::Fit;
use crate::transcript::delivery::melody::Melody;
use crate::transcript::delivery::pauses::{LONG_PAUSE_MS, Speech};
use crate::units::{AudioTime, Span};

/// What was measured in the sound of one answer. Times count from the start of its recording.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Sound {
    /// When the speech begins. None where nobody speaks.
    pub speech_start_ms: Option<AudioTime>,
    /// When it ends.
    pub speech_end_ms: Option<AudioTime>,
    /// Length of the stretches of speech together, in milliseconds.
    pub speech_ms: u64,
    /// Pauses of 200 ms and more within the speech.
    pub pauses: Vec<Span>,
    /// Fillers that were found. Some are none, and some are missing: see `filler_estimate`.
    pub fillers: Vec<Filler>,
    /// Whether a recogniser that keeps fillers was asked as well. Where it was not, most fillers go unfound and there is
    /// no estimate.
    pub heard_again: bool,
    /// Fillers a minute of speaking time. None where there is too little to tell.
    pub filler_estimate: Option<Estimate>,
    /// Width of the middle four fifths of the pitch, in semitones.
    pub pitch_range_semitones: Option<f32>,
    /// The same of the loudness of vowels, in dB.
    pub loudness_range_db: Option<f32>,
}

impl Sound {
    /// Measures an answer. `voice` is the probability of voice for each frame of 32 ms.
    #[must_use]
    pub fn of(contour: &Contour, voice: &[f32], hearings: Hearings<'_>, fit: &Fit) -> Self {
        let speech = Speech::find(contour, voice);
        let fillers = fillers(&candidates(contour, &speech, hearings), fit);
        let melody = Melody::of(contour, &speech);
        let mut sound = Self {
            speech_start_ms: speech.stretches.first().map(|first| first.start),
            speech_end_ms: speech.stretches.last().map(|last| last.end),
            speech_ms: speech.stretches.iter().map(|one| one.duration().as_millis() as u64).sum(),
            pauses: speech.pauses(),
            fillers,
            heard_again: !hearings.again.is_empty(),
            filler_estimate: None,
            pitch_range_semitones: melody.pitch_semitones,
            loudness_range_db: melody.loudness_db,
        };
        if sound.heard_again {
            sound.filler_estimate = Estimate::of(sound.fillers.len() as u32, sound.speaking_s(), fit.measured());
        }
        sound
    }

    /// Returns the time from the first to the last speech, in seconds.
    #[must_use]
    pub fn speaking_s(&self) -> f64 {
        let span = self.speech_start_ms.zip(self.speech_end_ms);
        span.map_or(0.0, |(start, end)| end.since(start).as_secs_f64())
    }

    /// Returns the pauses of a second and more.
    pub fn long_pauses(&self) -> impl Iterator<Item = Span> + '_ {
        self.pauses.iter().copied().filter(|pause| pause.duration().as_millis() >= u128::from(LONG_PAUSE_MS))
    }

    /// Returns the length of the longest pause in seconds. None where there is none.
    #[must_use]
    pub fn longest_pause_s(&self) -> Option<f64> {
        self.pauses.iter().map(|pause| pause.duration().as_secs_f64()).reduce(f64::max)
    }

    /// Returns the share of the time from the first to the last speech that is silence, 0 to 1. None where nobody speaks.
    #[must_use]
    pub fn silence_share(&self) -> Option<f64> {
        let all = self.speaking_s();
        (all > 0.0).then(|| (1.0 - self.speech_ms as f64 / 1_000.0 / all).clamp(0.0, 1.0))
    }
}
