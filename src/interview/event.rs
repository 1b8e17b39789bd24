//! Everything that can happen to an interviewer. Plain data: an event can be written to a journal and read back.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::ids::{RequestId, TimerId, TurnId, UtteranceId};
use crate::judge::Assessment;
use crate::transcript::Transcript;
use crate::transcript::delivery::sound::Sound;
use crate::turn::EndReason;
use crate::turn::strain::Strain;
use crate::units::AudioTime;

/// An event and when it happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stamped<T> {
    /// Time since the interview began.
    #[serde(rename = "at_ms")]
    pub at: AudioTime,
    /// What happened.
    #[serde(flatten)]
    pub what: T,
}

/// What a person at the keyboard can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Enter: my answer is done, or: I have read that line.
    Next,
    /// Ctrl-C: end the interview and keep everything.
    Stop,
    /// Escape: make a break. Pressed again in a break it ends the interview and keeps everything.
    Pause,
    /// R: I want to give that answer again.
    Retake,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// Everything is ready: begin.
    Begin,
    /// The interview, which had broken off, is gone on with. What was wanted of the world until then is void.
    PickedUp,
    /// The first sound of a line was heard.
    Sounded {
        /// Which line.
        utterance: UtteranceId,
        /// Since the candidate's last voiced frame. None when the candidate had not spoken just before.
        #[serde(skip_serializing_if = "Option::is_none")]
        since_speech_ms: Option<u64>,
        /// Since it was decided that the turn had ended.
        #[serde(skip_serializing_if = "Option::is_none")]
        since_decision_ms: Option<u64>,
    },
    /// A line was said to its end.
    Said {
        /// Which line.
        utterance: UtteranceId,
    },
    /// A line could not be spoken aloud; it was shown.
    SayFailed {
        /// Which line.
        utterance: UtteranceId,
        /// Why.
        why: String,
    },
    /// The candidate interrupted a line, which is cut.
    BargedIn {
        /// Which line.
        utterance: UtteranceId,
    },
    /// The candidate, whose turn was taken to be over, speaks on while no line is heard.
    SpokeOn,
    /// The candidate began to speak.
    SpeechStarted {
        /// In which turn.
        turn: TurnId,
    },
    /// The time limit of a turn is near, and the candidate pauses.
    TimeShort {
        /// Which turn.
        turn: TurnId,
        /// What is left.
        left_ms: u64,
    },
    /// The judge read what was said in a turn so far.
    ReadSoFar {
        /// Which turn.
        turn: TurnId,
        /// How far the turn has come.
        within_ms: AudioTime,
        /// Whether nothing of it is an answer to what was asked.
        off_question: bool,
    },
    /// A timer has run down.
    TimerDone {
        /// Which timer.
        timer: TimerId,
    },
    /// The candidate's turn is over; the words follow.
    TurnEnded {
        /// Which turn.
        turn: TurnId,
        /// Why it ended.
        reason: EndReason,
        /// End of the last voiced frame within the recording.
        speech_end_ms: AudioTime,
        /// Length of the recording.
        duration_ms: u64,
        /// Whether the computer kept up.
        #[serde(default)]
        strain: Strain,
    },
    /// The words of a turn.
    Heard {
        /// Which turn.
        turn: TurnId,
        /// The words. Empty when nothing was said, or when the recogniser failed.
        transcript: Transcript,
        /// How long the recogniser worked after the turn had ended.
        took_ms: u64,
        /// How long it worked on the turn in all, while the candidate spoke included.
        #[serde(default)]
        worked_ms: u64,
        /// Set when the recogniser failed. The recording is there all the same.
        #[serde(skip_serializing_if = "Option::is_none")]
        failure: Option<String>,
    },
    /// What the sound of a turn tells was measured. It may come late, and even after the end.
    Measured {
        /// Which turn.
        turn: TurnId,
        /// The measures.
        sound: Sound,
        /// How long it took.
        took_ms: u64,
    },
    /// The judge is done.
    Judged {
        /// Which request.
        request: RequestId,
        /// What it says.
        assessment: Assessment,
        /// How long it worked.
        took_ms: u64,
    },
    /// The judge failed.
    JudgeFailed {
        /// Which request.
        request: RequestId,
        /// Why.
        why: String,
    },
    /// The language model has begun to word a follow-up.
    WordsBegan {
        /// Which request.
        request: RequestId,
    },
    /// A follow-up is worded by a language model, and keeps to the manners of an interviewer.
    Worded {
        /// Which request.
        request: RequestId,
        /// The words.
        text: String,
        /// How long the model worked. It may have begun while the candidate still spoke.
        took_ms: u64,
    },
    /// The language model has no words for a follow-up that can be used.
    WordingFailed {
        /// Which request.
        request: RequestId,
        /// Why.
        why: String,
    },
    /// The microphone is away and is being looked for. It comes back, or [`Self::SourceLost`] follows.
    SourceInterrupted {
        /// The turn that is open, if one is.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        turn: Option<TurnId>,
        /// When, within its recording.
        within_ms: AudioTime,
        /// What and why.
        why: String,
    },
    /// The microphone is back, or another stands in for it. Silence stands in the recording for the time between.
    SourceReturned {
        /// The turn that is open, if one is.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        turn: Option<TurnId>,
        /// When, within its recording.
        within_ms: AudioTime,
        /// Which microphone it is now.
        name: String,
    },
    /// The microphone is gone and did not come back.
    SourceLost {
        /// What and why.
        why: String,
    },
    /// A key was pressed.
    Pressed {
        /// What it asks for.
        command: Command,
    },
}

impl Event {
    /// Returns the event's name as it stands in a journal.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Begin => "begin",
            Self::PickedUp => "picked-up",
            Self::Sounded { .. } => "sounded",
            Self::Said { .. } => "said",
            Self::SayFailed { .. } => "say-failed",
            Self::BargedIn { .. } => "barged-in",
            Self::SpokeOn => "spoke-on",
            Self::SpeechStarted { .. } => "speech-started",
            Self::TimeShort { .. } => "time-short",
            Self::ReadSoFar { .. } => "read-so-far",
            Self::TimerDone { .. } => "timer-done",
            Self::TurnEnded { .. } => "turn-ended",
            Self::Heard { .. } => "heard",
            Self::Measured { .. } => "measured",
            Self::Judged { .. } => "judged",
            Self::JudgeFailed { .. } => "judge-failed",
            Self::WordsBegan { .. } => "words-began",
            Self::Worded { .. } => "worded",
            Self::WordingFailed { .. } => "wording-failed",
            Self::SourceInterrupted { .. } => "source-interrupted",
            Self::SourceReturned { .. } => "source-returned",
            Self::SourceLost { .. } => "source-lost",
            Self::Pressed { .. } => "pressed",
        }
    }

    /// Returns how long the candidate had the floor, for an event that ends a turn.
    #[must_use]
    pub const fn floor_time(&self) -> Duration {
        match self {
            Self::TurnEnded { duration_ms, .. } => Duration::from_millis(*duration_ms),
            _ => Duration::ZERO,
        }
    }
}
