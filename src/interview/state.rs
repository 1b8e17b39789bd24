//! What an interviewer is doing.

use crate::ids::Asked;
use crate::ids::{RequestId, TurnId, UtteranceId};
use crate::interview::effect::Ending;
use crate::interview::moves::Line;

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
        /// Whether the time for the answer ran out.
        time_was_up: bool,
    },
    /// Waits for the judge.
    Judging {
        /// The request.
        request: RequestId,
        /// What was asked.
        asked: Asked,
        /// Whether the time for the answer ran out.
        time_was_up: bool,
    },
    /// Over.
    Ended,
}

/// What follows when a line was said.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Then {
    /// The candidate gets the floor.
    Listen(Asked),
    /// The interview ends.
    End(Ending),
}

impl State {
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
            Self::Ended => "ended",
        }
    }
}
