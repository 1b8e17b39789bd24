//! What is said between two attempts at the same question, from prompts/drill.toml.

use serde::{Deserialize, Serialize};

/// All templates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrillWords {
    /// Stands between two points.
    pub and: String,
    /// What came up that did not the last time: points.
    pub gained: String,
    /// What came up the last time and not now: points.
    pub lost: String,
    /// Nothing that is certain changed.
    pub same: String,
    /// The same, where no point was made at all.
    pub none: String,
    /// The answer is strong, and the drill is over.
    pub strong: String,
}

/// Returns the words.
#[must_use]
pub fn words() -> DrillWords {
    toml::from_str(include_str!("../../prompts/drill.toml")).expect("a test reads every file in prompts/")
}
