//! Time and sound as Hotseat counts them. Says nothing about where samples come from.

use std::fmt;
use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Samples a second everywhere between a source and a model. Whisper, Silero and smart-turn are trained at this rate.
pub const SAMPLE_RATE_HZ: u32 = 16_000;

/// Samples in a frame: what Silero decides on. At 16 kHz this is exactly 32 ms, so frames never drift from milliseconds.
pub const FRAME_SAMPLES: usize = 512;

/// Milliseconds in a frame.
pub const FRAME_MS: u64 = (FRAME_SAMPLES as u64 * 1_000) / SAMPLE_RATE_HZ as u64;

/// A frame of 16 kHz mono sound, each sample in -1.0..=1.0.
pub type Frame = [f32; FRAME_SAMPLES];

/// A point in time counted in milliseconds of received audio. Never the host's clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct AudioTime(u64);

impl AudioTime {
    /// The moment before the first sample.
    pub const ZERO: Self = Self(0);

    /// Returns the time `ms` milliseconds after the first sample.
    #[must_use]
    pub const fn from_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// Returns the time after `samples` samples at [`SAMPLE_RATE_HZ`], rounded down to a millisecond.
    #[must_use]
    pub const fn from_samples(samples: u64) -> Self {
        Self(samples * 1_000 / SAMPLE_RATE_HZ as u64)
    }

    /// Returns the milliseconds since the first sample.
    #[must_use]
    pub const fn as_ms(self) -> u64 {
        self.0
    }

    /// Returns the seconds since the first sample.
    #[must_use]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    /// Returns how many samples lie before this time.
    #[must_use]
    pub const fn as_samples(self) -> u64 {
        self.0 * SAMPLE_RATE_HZ as u64 / 1_000
    }

    /// Returns the time `later` than this one, stopping at the largest representable time.
    #[must_use]
    pub fn plus(self, later: Duration) -> Self {
        let ms = u64::try_from(later.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(ms))
    }

    /// Returns how long this time is after `earlier`, zero if it is before.
    #[must_use]
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_millis(self.0.saturating_sub(earlier.0))
    }
}

impl fmt::Display for AudioTime {
    /// Writes minutes and seconds, as a listener would say where in a recording they are: `1:07`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0 / 1_000;
        write!(f, "{}:{:02}", seconds / 60, seconds % 60)
    }
}

/// A stretch of a recording. `end` is never before `start`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Span {
    /// First moment that belongs to it.
    #[serde(rename = "start_ms")]
    pub start: AudioTime,
    /// First moment after it.
    #[serde(rename = "end_ms")]
    pub end: AudioTime,
}

impl Span {
    /// Returns the span between two times, empty at `start` if `end` lies before it.
    #[must_use]
    pub fn new(start: AudioTime, end: AudioTime) -> Self {
        Self { start, end: end.max(start) }
    }

    /// Returns how long the span lasts.
    #[must_use]
    pub const fn duration(self) -> Duration {
        self.end.since(self.start)
    }
}

/// Speech ready to be played: mono samples in -1.0..=1.0 at their own rate.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Speech {
    /// Mono samples.
    pub samples: Vec<f32>,
    /// Samples a second.
    pub rate_hz: u32,
}

impl Speech {
    /// Returns how long the speech takes to play. Zero when the rate is unset.
    #[must_use]
    pub fn duration(&self) -> Duration {
        if self.rate_hz == 0 {
            return Duration::ZERO;
        }
        Duration::from_micros(self.samples.len() as u64 * 1_000_000 / u64::from(self.rate_hz))
    }
}

/// A voice of the interviewer and how it is used.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    /// The style file without its ending, such as `af_heart`. The first letter tells the accent: a American, b British.
    pub style: String,
    /// Speed of speech: 1 is the voice's own, 0.5 to 2.
    pub speed: f32,
}
