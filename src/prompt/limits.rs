//! A pressure preset: how long an interviewer waits, how hard they press, and what they leave out.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::prompt::lines::Values;
use crate::turn::endpoint::Patience;

/// Limits and manners of an interview. Journals of earlier versions lack the keys that have a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pressure {
    /// What it is called.
    pub name: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    states: String,
    /// The personas of a panel, by name, the one who leads first. Empty: one person asks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub panel: Vec<String>,
    /// Follow-ups to one question at most.
    pub follow_ups_max: u32,
    /// How often somebody who says nothing is helped before moving on.
    pub prods_max: u32,
    /// Whether they are helped in the words of encouragement.
    #[serde(default)]
    pub encourages: bool,
    /// Whether an answer is acknowledged.
    #[serde(default = "yes")]
    pub acknowledges: bool,
    /// Whether questions become harder after strong answers and easier after weak ones.
    #[serde(default)]
    pub adapts: bool,
    /// How often an interview doubts a weak claim.
    #[serde(default)]
    pub doubts_max: u32,
    /// How often an answer may be given again.
    #[serde(default)]
    pub retakes_max: u32,
    /// Seconds to think before the answer to a question; 0: it begins at once.
    #[serde(default)]
    pub think_s: u32,
    /// Seconds after which an answer to something else is interrupted, at a pause. None: it is heard out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub brings_back_after_s: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    warns_at_s: Option<u32>,
    #[serde(default = "yes")]
    timed: bool,
    answer_time_factor: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer_minutes_least: Option<f32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer_minutes_most: Option<f32>,
    follow_up_minutes: f32,
    pause_complete_ms: u64,
    pause_max_ms: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pause_least_ms: Option<u64>,
    silence_before_speech_ms: u64,
}

const fn yes() -> bool {
    true
}

impl Pressure {
    /// Returns what is said of it before it starts. Empty where there is nothing to say.
    #[must_use]
    pub fn statement(&self, values: &Values) -> String {
        values.fill(&self.states)
    }

    /// Returns how long to wait for what. `minutes` is the length of a good answer to the question.
    #[must_use]
    pub fn patience(&self, minutes: f32, is_follow_up: bool) -> Patience {
        let limit = in_time(if is_follow_up { self.follow_up_minutes } else { self.answer_minutes(minutes) });
        Patience {
            pause_complete: Duration::from_millis(self.pause_complete_ms),
            pause_max: Duration::from_millis(self.pause_max_ms),
            pause_least: self.pause_least_ms.map(Duration::from_millis),
            silence_before_speech: Duration::from_millis(self.silence_before_speech_ms),
            // Nobody knows how long a good answer to a follow-up is.
            usual: (!is_follow_up).then(|| if self.timed { in_time(minutes).min(limit) } else { in_time(minutes) }),
            time_limit: self.timed.then_some(limit),
            warn_before: self.warns_at_s.filter(|_| self.timed).map(|left| Duration::from_secs(u64::from(left))),
        }
    }

    fn answer_minutes(&self, minutes: f32) -> f32 {
        let least = self.answer_minutes_least.unwrap_or(0.0);
        let most = self.answer_minutes_most.unwrap_or(f32::MAX);
        (minutes * self.answer_time_factor).max(least).min(most)
    }
}

fn in_time(minutes: f32) -> Duration {
    Duration::from_millis((minutes * 60_000.0) as u64)
}
