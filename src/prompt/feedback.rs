//! The words of the feedback, from prompts/feedback.toml. Decides nothing about what is worth saying.

use serde::{Deserialize, Serialize};

use crate::judge::Standing;

/// All templates of the feedback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FeedbackWords {
    /// As it is said.
    pub spoken: Spoken,
    /// As it is written.
    pub written: Written,
}

/// What is said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spoken {
    /// Begins it.
    pub opening: String,
    /// A point that was made: point, quote.
    pub strength: String,
    /// No point was fully made.
    pub no_strength: String,
    /// The gap that costs most: point, advice.
    pub gap: String,
    /// The same where nothing is known to say there: point.
    pub gap_plain: String,
    /// There is no gap.
    pub no_gap: String,
    /// Why nothing can be credited.
    #[serde(flatten)]
    pub uncredited: Uncredited,
    /// Where to begin the next time: point, advice.
    pub start: String,
    /// The same where nothing is known to say there: point.
    pub start_plain: String,
    /// Too fast: pace.
    pub pace_fast: String,
    /// Faster than coaches ask for, and not yet too fast: pace.
    pub pace_brisk: String,
    /// Too slow: pace.
    pub pace_slow: String,
    /// Long pauses: count.
    pub pauses: String,
    /// Fillers, a lower bound: count, minutes.
    pub fillers: String,
    /// Fillers, estimated from the sound: low, high.
    pub filler_sounds: String,
    /// Nothing to mend: pace.
    pub steady: String,
    /// Too few words to tell.
    pub too_short: String,
}

/// What is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// A point that was made: question, point, quote.
    pub strength: String,
    /// No point was fully made.
    pub no_strength: String,
    /// The gap that costs most: question, point, weight, advice.
    pub gap: String,
    /// The same where nothing is known to say there: question, point, weight.
    pub gap_plain: String,
    /// There is no gap.
    pub no_gap: String,
    /// Why nothing can be credited.
    #[serde(flatten)]
    pub uncredited: Uncredited,
    /// The note on delivery: note.
    pub delivery: String,
}

/// What is told where no answer can be judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uncredited {
    unjudged: String,
    silent: String,
    echo: String,
    off_topic: String,
    no_substance: String,
}

impl Uncredited {
    /// Returns what is told where nothing is known or an attempt was not judged (`None`), and about any other standing.
    #[must_use]
    pub fn line(&self, standing: Option<Standing>) -> &str {
        match standing {
            None | Some(Standing::Attempt) => &self.unjudged,
            Some(Standing::Silent) => &self.silent,
            Some(Standing::Echo) => &self.echo,
            Some(Standing::OffTopic) => &self.off_topic,
            Some(Standing::NoSubstance) => &self.no_substance,
        }
    }
}

/// Returns the words.
#[must_use]
pub fn words() -> FeedbackWords {
    toml::from_str(include_str!("../../prompts/feedback.toml")).expect("a test reads every file in prompts/")
}
