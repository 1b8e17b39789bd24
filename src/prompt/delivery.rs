//! The words in which delivery is told, and the prompts that make a recogniser keep fillers, from prompts/delivery.toml.

use serde::{Deserialize, Serialize};

/// All of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryWords {
    /// Prompts after which a recogniser writes fillers down; each is tried on its own.
    pub keep_fillers: Vec<String>,
    /// The lines of the report.
    pub report: Lines,
}

/// The lines of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// Pace and articulation: pace, rate.
    pub pace: String,
    /// Pace alone: pace.
    pub pace_plain: String,
    /// The slowest and the fastest half minute: slowest, fastest.
    pub pace_over_time: String,
    /// Within what people do or coaches ask for.
    pub pace_usual: String,
    /// Below it.
    pub pace_slow: String,
    /// Above it.
    pub pace_fast: String,
    /// Pauses: medium, long, longest, share, delay.
    pub pauses: String,
    /// No pauses: delay.
    pub no_pauses: String,
    /// No fillers found: high.
    pub fillers_none: String,
    /// Fillers: low, high, found, times.
    pub fillers: String,
    /// At most five a minute.
    pub fillers_fine: String,
    /// Five a minute lies within the range.
    pub fillers_between: String,
    /// More than five a minute.
    pub fillers_some: String,
    /// Twelve a minute or more.
    pub fillers_many: String,
    /// How good the finder is: precision, recall, events.
    pub fillers_trust: String,
    /// Too short.
    pub fillers_too_little: String,
    /// Without the sound: found.
    pub fillers_at_least: String,
    /// Repetitions: texts.
    pub restarts: String,
    /// Hedges: texts.
    pub hedges: String,
    /// Melody: semitones, decibels.
    pub melody: String,
    /// Length: speech, limit.
    pub length: String,
    /// Where the bands come from.
    pub sources: String,
}

/// Returns the words.
#[must_use]
pub fn words() -> DeliveryWords {
    toml::from_str(include_str!("../../prompts/delivery.toml")).expect("a test reads every file in prompts/")
}
