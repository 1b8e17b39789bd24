//! What is measured of an answer to a question itself, and how precisely it is told.

use schemars::JsonSchema;
use serde::Serialize;

use crate::prompt::pressure_effect::{MeasureWords, PressureEffectWords};
use crate::session::outcome::FirstAnswer;

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Seconds to the first word.
    Delay,
    /// Words a minute, long pauses left out.
    Rate,
    /// Fillers that were found, a minute.
    Fillers,
    /// Pauses of a second and more, a minute.
    Pauses,
    /// Per cent of the rubric's weight that the first answer made.
    Coverage,
}

impl Measure {
    /// All of them, in the order of telling.
    pub const ALL: [Self; 5] = [Self::Delay, Self::Rate, Self::Fillers, Self::Pauses, Self::Coverage];

    /// Those that tell how something was said. A typed answer has none.
    pub const DELIVERY: [Self; 4] = [Self::Rate, Self::Pauses, Self::Fillers, Self::Delay];

    /// Returns the value of an answer. None where it was not measured.
    #[must_use]
    pub fn value(self, answer: &FirstAnswer) -> Option<f64> {
        match self {
            Self::Delay => answer.delay_s,
            Self::Rate => answer.words_per_minute,
            Self::Pauses => answer.long_pauses_per_minute,
            Self::Fillers => answer.fillers_per_minute,
            Self::Coverage => answer.coverage.map(|coverage| f64::from(coverage) * 100.0),
        }
    }

    /// Returns the words for it.
    #[must_use]
    pub const fn words(self, words: &PressureEffectWords) -> &MeasureWords {
        match self {
            Self::Delay => &words.delay,
            Self::Rate => &words.rate,
            Self::Fillers => &words.fillers,
            Self::Pauses => &words.pauses,
            Self::Coverage => &words.coverage,
        }
    }

    /// Returns a value as precisely as it is known.
    #[must_use]
    pub fn rounded(self, value: f64) -> String {
        match self {
            Self::Delay | Self::Pauses => format!("{value:.1}"),
            // The times of words are no surer than that.
            Self::Rate => format!("{:.0}", (value / 5.0).round() * 5.0),
            Self::Fillers | Self::Coverage => format!("{value:.0}"),
        }
    }
}
