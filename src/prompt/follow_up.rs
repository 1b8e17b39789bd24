//! The words about follow-ups, from prompts/follow_up.toml. Decides nothing about which is asked.

use serde::{Deserialize, Serialize};

/// All of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FollowUpWords {
    /// Ways to take up the candidate's words, which take turns: quote.
    pub taking_up: Vec<String>,
    /// The lines of the report.
    pub report: Lines,
}

/// The lines of the report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lines {
    /// It goes deeper after a strong answer.
    pub deeper: String,
    /// A question in place of the planned one, after a strong answer.
    pub harder: String,
    /// The same, after two weak ones.
    pub easier: String,
    /// It asks whether the candidate is sure: parts.
    pub doubts: String,
    /// Why it was asked: parts.
    pub probes: String,
    /// A point that it probes: text, belief.
    pub part: String,
    /// A pitfall that it probes: text, sure.
    pub pitfall: String,
    /// It began with the candidate's words: quote.
    pub took_up: String,
    /// A language model worded it: model, prompt.
    pub worded: String,
    /// The verdict "missing".
    pub missing: String,
    /// The verdict "partial".
    pub half_made: String,
    /// The verdict "covered".
    pub made: String,
    /// Behind a verdict that another was nearly as likely as.
    pub unsure: String,
    /// Behind a verdict that rests on words which may be others.
    pub misheard: String,
    /// Behind a verdict that a language model does not share.
    pub disputed: String,
    /// A point is better made after it: text, before, after.
    pub rose: String,
    /// A point is worse made after it: text, before, after.
    pub fell: String,
    /// A point is made as before: text, after.
    pub stayed: String,
    /// The share of the rubric made: before, after.
    pub coverage: String,
}

/// Returns the words.
#[must_use]
pub fn words() -> FollowUpWords {
    toml::from_str(include_str!("../../prompts/follow_up.toml")).expect("a test reads every file in prompts/")
}
