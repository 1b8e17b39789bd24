//! One typed struct for each file in prompts/: everything the interviewer says. Compiled in, so it cannot be missing.

pub mod delivery;
pub mod drill;
pub mod feedback;
#[cfg(test)]
mod tests;

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::turn::endpoint::Patience;
use crate::units::Voice;

/// Who asks when nobody is named.
pub const DEFAULT_PERSONA: &str = "ada";

/// What the machine says and hears to find out how fast it is.
pub const MEASURE: &str = include_str!("../../prompts/measure.txt");

const PERSONAS: [(&str, &str); 3] = [
    ("ada", include_str!("../../prompts/personas/ada.toml")),
    ("michael", include_str!("../../prompts/personas/michael.toml")),
    ("emma", include_str!("../../prompts/personas/emma.toml")),
];

const PRESSURES: [(&str, &str); 1] = [("standard", include_str!("../../prompts/pressure/standard.toml"))];

/// What a line of a persona is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineKind {
    /// Says hello and what will happen.
    Greeting,
    /// Leads to the first question.
    FirstQuestion,
    /// Leads to another question.
    NextQuestion,
    /// Leads to the last question.
    LastQuestion,
    /// Shows that an answer was heard.
    Acknowledge,
    /// Helps somebody who said nothing.
    NoAnswer,
    /// Leaves a question that nobody answered.
    MovingOn,
    /// The time for an answer is up.
    TimeUp,
    /// Says goodbye.
    Closing,
    /// The candidate cannot be heard any more.
    MicrophoneAway,
    /// The candidate is heard again.
    MicrophoneBack,
}

/// Voice and manner of an interviewer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// What the interviewer is called.
    pub name: String,
    /// How the interviewer sounds.
    pub voice: Voice,
    greeting: Vec<String>,
    first_question: Vec<String>,
    next_question: Vec<String>,
    last_question: Vec<String>,
    acknowledge: Vec<String>,
    no_answer: Vec<String>,
    moving_on: Vec<String>,
    time_up: Vec<String>,
    closing: Vec<String>,
    /// Journals of earlier versions have no such lines.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    microphone_away: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    microphone_back: Vec<String>,
}

/// What is filled into a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// The role.
    pub title: String,
    /// Questions of the interview.
    pub count: usize,
    /// Length of the interview.
    pub minutes: u32,
}

impl Persona {
    /// Returns the line for a purpose; `nth` chooses among its variants, which take turns. Empty when there is none.
    #[must_use]
    pub fn line(&self, kind: LineKind, nth: usize, values: &Values) -> String {
        let variants = self.variants(kind);
        let Some(line) = variants.get(nth.checked_rem(variants.len()).unwrap_or(0)) else { return String::new() };
        fill(
            line,
            &[
                ("title", &values.title),
                ("count", &counted(values.count, "question")),
                ("minutes", &counted(values.minutes as usize, "minute")),
            ],
        )
    }

    fn variants(&self, kind: LineKind) -> &[String] {
        match kind {
            LineKind::Greeting => &self.greeting,
            LineKind::FirstQuestion => &self.first_question,
            LineKind::NextQuestion => &self.next_question,
            LineKind::LastQuestion => &self.last_question,
            LineKind::Acknowledge => &self.acknowledge,
            LineKind::NoAnswer => &self.no_answer,
            LineKind::MovingOn => &self.moving_on,
            LineKind::TimeUp => &self.time_up,
            LineKind::Closing => &self.closing,
            LineKind::MicrophoneAway => &self.microphone_away,
            LineKind::MicrophoneBack => &self.microphone_back,
        }
    }
}

/// Limits and manners of an interview.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pressure {
    /// What it is called.
    pub name: String,
    /// Follow-ups to one question at most.
    pub follow_ups_max: u32,
    /// How often somebody who says nothing is helped before moving on.
    pub prods_max: u32,
    answer_time_factor: f32,
    follow_up_minutes: f32,
    pause_complete_ms: u64,
    pause_max_ms: u64,
    silence_before_speech_ms: u64,
}

impl Pressure {
    /// Returns how long to wait for what. `minutes` is the length of a good answer to the question.
    #[must_use]
    pub fn patience(&self, minutes: f32, is_follow_up: bool) -> Patience {
        let limit = if is_follow_up { self.follow_up_minutes } else { minutes * self.answer_time_factor };
        Patience {
            pause_complete: Duration::from_millis(self.pause_complete_ms),
            pause_max: Duration::from_millis(self.pause_max_ms),
            silence_before_speech: Duration::from_millis(self.silence_before_speech_ms),
            // Nobody knows how long a good answer to a follow-up is.
            usual: (!is_follow_up).then(|| Duration::from_millis((minutes * 60_000.0) as u64)),
            time_limit: Some(Duration::from_millis((limit * 60_000.0) as u64)),
        }
    }
}

/// Returns the persona of that name.
#[must_use]
pub fn persona(name: &str) -> Option<Persona> {
    parsed(&PERSONAS, name)
}

/// Returns the names of all personas.
#[must_use]
pub fn persona_names() -> Vec<&'static str> {
    PERSONAS.iter().map(|(name, _)| *name).collect()
}

/// Returns the pressure of that name.
#[must_use]
pub fn pressure(name: &str) -> Option<Pressure> {
    parsed(&PRESSURES, name)
}

/// Returns the names of all pressures.
#[must_use]
pub fn pressure_names() -> Vec<&'static str> {
    PRESSURES.iter().map(|(name, _)| *name).collect()
}

fn parsed<T: serde::de::DeserializeOwned>(files: &[(&str, &str)], name: &str) -> Option<T> {
    let (_, text) = files.iter().find(|(known, _)| *known == name)?;
    Some(toml::from_str(text).expect("a test reads every file in prompts/"))
}

/// Fills `{key}` with its value, in one go: braces within a value, such as a candidate's words, stay as they are. What is not
/// known stays as well; a test finds it.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        let known = after
            .split_once('}')
            .and_then(|(key, after)| values.iter().find(|(name, _)| *name == key).map(|(_, value)| (*value, after)));
        match known {
            Some((value, after)) => {
                filled.push_str(value);
                rest = after;
            }
            None => {
                filled.push('{');
                rest = after;
            }
        }
    }
    filled + rest
}

/// Returns a number and its noun: `1 question`, `2 questions`.
pub(crate) fn counted(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
