//! Everything an interviewer can ask for. It says what is wanted; the engine knows how.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::Asked;
use crate::ids::{FollowUpId, PitfallId, PointId, QuestionId, RequestId, TimerId, TurnId, UtteranceId};
use crate::judge::Evidence;
use crate::turn::endpoint::Patience;

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Says hello and what will happen.
    Greeting,
    /// Says what the interview will be like.
    Statement,
    /// Leads from one question to the next.
    Bridge,
    /// Asks a question.
    Question,
    /// Asks a follow-up.
    FollowUp,
    /// Helps somebody who said nothing.
    Prod,
    /// Shows that the answer was heard, without praise.
    Acknowledge,
    /// Says that the time for this answer is up.
    TimeUp,
    /// Says that half a minute is left. The only line that is said into a turn, at a pause of it.
    HalfMinute,
    /// Interrupts an answer to something else, and asks again.
    BackToQuestion,
    /// Does not agree with a colleague, before a follow-up.
    Differ,
    /// Gives time to think.
    ThinkFirst,
    /// Offers to take the answer again.
    RetakeOffer,
    /// Says what was good and what was missing.
    Feedback,
    /// Says goodbye.
    Closing,
    /// Says that the candidate cannot be heard.
    MicrophoneAway,
    /// Says that the candidate is heard again.
    MicrophoneBack,
    /// Says that an interview that broke off goes on.
    WelcomeBack,
}

/// Why a follow-up or a question was chosen. None for a question that stood in the plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Reason {
    /// It gets at parts of the rubric that are thin.
    Probes {
        /// Points that it probes and that are not covered.
        points: Vec<PointId>,
        /// Pitfalls that it probes and that were hit.
        pitfalls: Vec<PitfallId>,
        /// The candidate's words that it begins with, if it does.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        taken_up: Option<Evidence>,
    },
    /// The answer was strong: it goes deeper.
    Deeper,
    /// The claim was weak: is the candidate sure of it?
    Doubts {
        /// Points that were made, and not surely.
        points: Vec<PointId>,
        /// Pitfalls that were hit.
        pitfalls: Vec<PitfallId>,
    },
    /// The last answer was strong: the question is harder than the planned one.
    Harder,
    /// The last two answers were weak: the question is easier than the planned one.
    Easier,
}

impl Reason {
    /// Returns the reason of a follow-up that does not begin with the candidate's words.
    #[must_use]
    pub fn without_quote(mut self) -> Self {
        if let Self::Probes { taken_up, .. } = &mut self {
            *taken_up = None;
        }
        self
    }
}

/// What a timer is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Wait {
    /// The candidate thinks before the answer.
    Think,
    /// The candidate may ask to give the answer again.
    Retake,
    /// A language model words a follow-up.
    Words,
}

/// Words, and who will say them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// The words.
    pub text: String,
    /// The member of the panel, by name. None: the one who leads.
    pub speaker: Option<String>,
}

/// How an interview ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// All questions were asked and the feedback was given.
    Complete,
    /// The candidate ended it.
    Stopped,
    /// The microphone was lost.
    SourceLost,
}

/// Something that is wanted.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "effect", rename_all = "kebab-case")]
pub enum Effect {
    /// Say this.
    Say {
        /// Its number.
        utterance: UtteranceId,
        /// What it is for.
        purpose: Purpose,
        /// What was asked, for a question or a follow-up.
        #[serde(skip_serializing_if = "Option::is_none")]
        asked: Option<Asked>,
        /// Why this was chosen.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<Reason>,
        /// The words.
        text: String,
        /// The member of the panel who says it, by name. None: the one who leads, or the only one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        speaker: Option<String>,
    },
    /// These may be said soon, the likeliest first: make their sound ready.
    Prepare {
        /// The words of each.
        texts: Vec<String>,
        /// Who would say each, as in `Say`. Empty where one person asks.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        speakers: Vec<Option<String>>,
    },
    /// Let this time pass. It may be stopped; else [`TimerDone`](crate::interview::event::Event::TimerDone) follows.
    StartTimer {
        /// Its number.
        timer: TimerId,
        /// How long.
        ms: u64,
        /// What for.
        wait: Wait,
    },
    /// That time need not pass any more.
    StopTimer {
        /// Its number.
        timer: TimerId,
    },
    /// End the candidate's turn at the next pause, never within a word. What was said is heard out.
    Interrupt {
        /// Number of the turn.
        turn: TurnId,
    },
    /// Make a break: listen to nobody, and let no time of a turn pass.
    Pause,
    /// The break is over.
    GoOn,
    /// Stop saying this.
    StopSaying {
        /// Its number.
        utterance: UtteranceId,
    },
    /// Give the candidate the floor.
    Listen {
        /// Number of the turn.
        turn: TurnId,
        /// What was asked.
        asked: Asked,
        /// Which try at answering this, counted from 1.
        take: u32,
        /// How long to wait for what.
        patience: Patience,
        /// Whether the answer is given again: if there are words in this turn, those of the turn before count no more.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        replaces: bool,
    },
    /// Hear out somebody who interrupted a line after which they did not have the floor. What they say answers no question.
    HearOut {
        /// Number of the turn.
        turn: TurnId,
        /// The line that was cut.
        utterance: UtteranceId,
        /// How long to wait for what.
        patience: Patience,
    },
    /// Listen to the turn again, which was held while the microphone was away.
    Resume {
        /// Number of the turn.
        turn: TurnId,
    },
    /// End the candidate's turn now; what was said is heard out.
    EndTurn {
        /// Number of the turn.
        turn: TurnId,
    },
    /// Judge what was said to a question so far.
    Judge {
        /// Number of the request.
        request: RequestId,
        /// The question.
        question: QuestionId,
        /// The turns that answered it.
        turns: Vec<TurnId>,
    },
    /// Have a language model word a follow-up. Until its words are there, or do not come in time, nothing is said.
    Word {
        /// Number of the request.
        request: RequestId,
        /// The question.
        question: QuestionId,
        /// The follow-up, as the bank has it.
        follow_up: FollowUpId,
        /// Why it is asked.
        reason: Reason,
    },
    /// Nothing is wanted, and this is why.
    Ignored {
        /// In which state.
        state: String,
        /// What happened.
        event: String,
        /// Why nothing follows.
        why: Why,
    },
    /// The interview is over.
    End {
        /// How it ended.
        ending: Ending,
    },
}

/// Why an event has no effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It belongs to a turn, line or request that is over.
    Late,
    /// It only tells; nothing needs to follow.
    Noted,
    /// It cannot happen in this state; the sender is wrong.
    Unexpected,
    /// The interview is over.
    Over,
}
