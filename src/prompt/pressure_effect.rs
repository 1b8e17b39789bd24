//! The words in which the effect of pressure is told, from prompts/pressure_effect.toml. Compares nothing.

use serde::{Deserialize, Serialize};

/// All of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PressureEffectWords {
    /// What is compared: pressure, baseline.
    pub intro: String,
    /// Another preset than the calm one is the baseline: baseline.
    pub stands_in: String,
    /// A measure: what, calm, baseline, pressed, pressure, finding.
    pub line: String,
    /// The values of a measure: median, answers, low, high.
    pub value: String,
    /// The finding that there is none.
    pub same: String,
    /// There are too few answers: what, before, baseline, under, pressure.
    pub too_little: String,
    /// The same in a table, where the counts stand beside it.
    pub too_few: String,
    /// How it is compared.
    pub method: String,
    /// Time to the first word.
    pub delay: MeasureWords,
    /// Speaking rate.
    pub rate: MeasureWords,
    /// Fillers.
    pub fillers: MeasureWords,
    /// Long pauses.
    pub pauses: MeasureWords,
    /// Share of the rubric made.
    pub coverage: MeasureWords,
}

/// The words for a measure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeasureWords {
    /// What was measured.
    pub what: String,
    /// What stands behind a number.
    pub unit: String,
    /// It is higher under pressure.
    pub higher: String,
    /// It is lower under pressure.
    pub lower: String,
}

/// Returns the words.
#[must_use]
pub fn words() -> PressureEffectWords {
    toml::from_str(include_str!("../../prompts/pressure_effect.toml")).expect("a test reads every file in prompts/")
}
