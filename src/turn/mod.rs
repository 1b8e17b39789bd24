//! Who is speaking, and are they done. Never looks at devices or models: callers pass probabilities as numbers.

pub mod chunk;
pub mod cues;
pub mod endpoint;
pub mod habit;
pub mod interruption;
pub mod plain;
pub mod smooth;
pub mod strain;
pub mod unheard;
pub mod watchdog;
pub mod window;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Hears whether somebody speaks.
pub trait VoiceDetector: Send {
    /// Returns the probability, 0 to 1, that this frame holds speech. Frames must come in order.
    fn probability(&mut self, frame: &crate::units::Frame) -> f32;

    /// Forgets what was heard, before a new turn.
    fn reset(&mut self);
}

/// Hears from the melody of speech whether a turn is complete.
pub trait TurnModel: Send {
    /// Returns the probability, 0 to 1, that the speaker is done. `turn` is the turn so far at 16 kHz; only its last 8 s are heard.
    fn complete(&mut self, turn: &[f32]) -> f32;
}

/// Why a turn ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// The speech sounded complete and a pause followed.
    Complete,
    /// The pause was longer than any thinking pause.
    LongPause,
    /// The candidate pressed Enter.
    Key,
    /// Nobody spoke for as long as the patience allowed.
    Silence,
    /// The time for this answer was up.
    TimeUp,
    /// The interviewer interrupted, at a pause, since the answer was to something else.
    Interrupted,
    /// The source has no more sound.
    SourceEnded,
}
