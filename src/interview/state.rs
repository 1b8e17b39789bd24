//! What an interviewer is doing.

use crate::ids::Asked;
use crate::ids::{RequestId, TimerId, TurnId, UtteranceId};
use crate::interview::effect::Ending;
use crate::interview::event::Event;
use crate::interview::lines::Line;
use crate::interview::wording::Worded;
use crate::turn::EndReason;

/// What an interviewer is doing. Each state holds only what is needed to leave it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    /// Waits to begin.
    Ready,
    /// Says one or more lines.
    Speaking {
        /// The lines that were not said to their end.
        left: Vec<UtteranceId>,
        /// What follows the last of them.
        then: Then,
    },
    /// The candidate interrupted and is heard out.
    HearingOut {
        /// The turn.
        turn: TurnId,
        /// The lines that are still to be said.
        lines: Vec<Line>,
        /// What follows the last of them.
        then: Then,
    },
    /// The candidate has the floor.
    Listening {
        /// The turn.
        turn: TurnId,
        /// What was asked.
        asked: Asked,
    },
    /// The candidate thinks, and nobody listens yet.
    Thinking {
        /// What was asked.
        asked: Asked,
        /// The timer of it.
        timer: TimerId,
    },
    /// The candidate has the floor, and the microphone is or was away: the turn is held.
    Away {
        /// The turn.
        turn: TurnId,
        /// What was asked.
        asked: Asked,
        /// The lines about it that were not said to their end.
        left: Vec<UtteranceId>,
        /// Whether the microphone is back, so that the turn goes on once the lines were said.
        back: bool,
    },
    /// The turn is over; waits for the words.
    Hearing {
        /// The turn.
        turn: TurnId,
        /// What was asked.
        asked: Asked,
        /// Who ended the answer.
        closed: Closed,
    },
    /// Waits for the judge.
    Judging {
        /// The request.
        request: RequestId,
        /// What was asked.
        asked: Asked,
        /// Who ended the answer.
        closed: Closed,
    },
    /// A language model words a follow-up.
    Wording {
        /// What is to be asked.
        worded: Box<Worded>,
        /// The timer of it.
        timer: TimerId,
    },
    /// The candidate may ask to give the answer again.
    Offering {
        /// What was asked.
        asked: Asked,
        /// Who ended the answer.
        closed: Closed,
        /// The timer of it.
        timer: TimerId,
    },
    /// The candidate makes a break.
    Paused {
        /// What goes on after it.
        under: Box<State>,
        /// What happened meanwhile, and is taken in after it.
        missed: Vec<Event>,
    },
    /// Over.
    Ended,
}

/// Who ended an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    /// The candidate, by a pause or a key.
    ByCandidate,
    /// The interviewer, since the time for it was up.
    ByTime,
    /// The interviewer, since it was an answer to something else.
    OffQuestion,
}

impl From<EndReason> for Closed {
    fn from(reason: EndReason) -> Self {
        match reason {
            EndReason::TimeUp => Self::ByTime,
            EndReason::Interrupted => Self::OffQuestion,
            EndReason::Complete
            | EndReason::LongPause
            | EndReason::Key
            | EndReason::Silence
            | EndReason::SourceEnded => Self::ByCandidate,
        }
    }
}

/// What follows when a line was said.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Then {
    /// The candidate gets the floor, after time to think where there is some.
    Listen(Asked),
    /// The candidate may ask to give the answer again.
    Offer(Asked, Closed),
    /// The interview ends.
    End(Ending),
}

impl State {
    /// Returns the timer that runs.
    pub(super) const fn timer(&self) -> Option<TimerId> {
        match self {
            Self::Thinking { timer, .. } | Self::Offering { timer, .. } | Self::Wording { timer, .. } => Some(*timer),
            _ => None,
        }
    }

    /// Returns the state's name, for a journal and a table.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Speaking { .. } => "speaking",
            Self::HearingOut { .. } => "hearing-out",
            Self::Listening { .. } => "listening",
            Self::Away { .. } => "away",
            Self::Hearing { .. } => "hearing",
            Self::Judging { .. } => "judging",
            Self::Thinking { .. } => "thinking",
            Self::Wording { .. } => "wording",
            Self::Offering { .. } => "offering",
            Self::Paused { .. } => "paused",
            Self::Ended => "ended",
        }
    }
}
