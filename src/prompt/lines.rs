//! What a persona says, and how it sounds.

use serde::{Deserialize, Serialize};

use crate::prompt::{counted, fill};
use crate::units::Voice;

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
    /// The same, in the words of encouragement.
    Encourage,
    /// Leaves a question that nobody answered.
    MovingOn,
    /// The time for an answer is up.
    TimeUp,
    /// Half a minute of it is left.
    HalfMinute,
    /// Leads back to the question, interrupting an answer to something else.
    BackToQuestion,
    /// Doubts a claim.
    AreYouSure,
    /// Does not agree with a colleague, before a follow-up.
    Differ,
    /// Lets a colleague ask the next question.
    HandOver,
    /// Gives time to think before the answer.
    ThinkFirst,
    /// Offers to take the answer again.
    Retake,
    /// Says goodbye.
    Closing,
    /// The candidate cannot be heard any more.
    MicrophoneAway,
    /// The candidate is heard again.
    MicrophoneBack,
    /// An interview that broke off goes on.
    WelcomeBack,
}

/// Voice and manner of an interviewer. Journals of earlier versions lack the keys that have a default.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Persona {
    /// What the interviewer is called.
    pub name: String,
    /// How the interviewer sounds.
    pub voice: Voice,
    /// How the interviewer is, in a word: warm, dry, brisk.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub manner: String,
    greeting: Vec<String>,
    first_question: Vec<String>,
    next_question: Vec<String>,
    last_question: Vec<String>,
    acknowledge: Vec<String>,
    no_answer: Vec<String>,
    moving_on: Vec<String>,
    time_up: Vec<String>,
    closing: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    microphone_away: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    microphone_back: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    welcome_back: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    encourage: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    half_minute: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    back_to_question: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    are_you_sure: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    differ: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    hand_over: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    think_first: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    retake: Vec<String>,
}

/// What is filled into a line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values {
    /// The role.
    pub title: String,
    /// Questions of the interview.
    pub count: usize,
    /// Length of the interview.
    pub minutes: u32,
    /// What was asked, in the words in which it was asked.
    pub question: String,
    /// The name of whoever asks next.
    pub colleague: String,
    /// The names of all who ask.
    pub panel: Vec<String>,
    /// Seconds to think before an answer.
    pub think_s: u32,
}

impl Values {
    /// Returns `template` with everything filled in.
    #[must_use]
    pub fn fill(&self, template: &str) -> String {
        let panel = match self.panel.split_last() {
            Some((last, before)) if !before.is_empty() => format!("{} and {last}", before.join(", ")),
            Some((only, _)) => only.clone(),
            None => String::new(),
        };
        fill(
            template,
            &[
                ("title", &self.title),
                ("count", &counted(self.count, "question")),
                ("minutes", &counted(self.minutes as usize, "minute")),
                ("question", &self.question),
                ("colleague", &self.colleague),
                ("panel", &panel),
                ("think", &counted(self.think_s as usize, "second")),
            ],
        )
    }
}

impl Persona {
    /// Returns the line for a purpose; `nth` chooses among its variants, which take turns. Empty when there is none.
    #[must_use]
    pub fn line(&self, kind: LineKind, nth: usize, values: &Values) -> String {
        let variants = self.variants(kind);
        let line = variants.get(nth.checked_rem(variants.len()).unwrap_or(0));
        line.map_or_else(String::new, |line| values.fill(line))
    }

    /// Returns whether there is a line for a purpose.
    #[must_use]
    pub fn has(&self, kind: LineKind) -> bool {
        !self.variants(kind).is_empty()
    }

    pub(super) fn variants(&self, kind: LineKind) -> &[String] {
        match kind {
            LineKind::Greeting => &self.greeting,
            LineKind::FirstQuestion => &self.first_question,
            LineKind::NextQuestion => &self.next_question,
            LineKind::LastQuestion => &self.last_question,
            LineKind::Acknowledge => &self.acknowledge,
            LineKind::NoAnswer => &self.no_answer,
            LineKind::Encourage => &self.encourage,
            LineKind::MovingOn => &self.moving_on,
            LineKind::TimeUp => &self.time_up,
            LineKind::HalfMinute => &self.half_minute,
            LineKind::BackToQuestion => &self.back_to_question,
            LineKind::AreYouSure => &self.are_you_sure,
            LineKind::Differ => &self.differ,
            LineKind::HandOver => &self.hand_over,
            LineKind::ThinkFirst => &self.think_first,
            LineKind::Retake => &self.retake,
            LineKind::Closing => &self.closing,
            LineKind::MicrophoneAway => &self.microphone_away,
            LineKind::MicrophoneBack => &self.microphone_back,
            LineKind::WelcomeBack => &self.welcome_back,
        }
    }
}
