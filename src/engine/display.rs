//! What somebody who watches an interview sees. A display shows; it never decides.

use crate::audio::AudioError;
use crate::bank::Question;
use crate::ids::Asked;
use crate::interview::effect::{Ending, Purpose, Reason, Wait};
use crate::judge::Assessment;
use crate::transcript::{Transcript, Word};
use crate::turn::EndReason;
use crate::turn::endpoint::Patience;

/// Something to show.
#[derive(Debug)]
pub enum Update<'a> {
    /// The interviewer says this.
    Says {
        /// What it is for.
        purpose: Purpose,
        /// Why this was chosen.
        reason: Option<&'a Reason>,
        /// The name of who says it.
        speaker: &'a str,
        /// The words.
        text: &'a str,
    },
    /// Time passes before the interview goes on; Enter goes on at once.
    Waiting {
        /// What for.
        wait: Wait,
        /// What is left.
        left: std::time::Duration,
    },
    /// The candidate makes a break.
    Paused,
    /// The break is over.
    WentOn,
    /// The candidate has the floor.
    Listening {
        /// What was asked.
        asked: &'a Asked,
        /// How long the interviewer waits for what.
        patience: &'a Patience,
    },
    /// How loud it is, and whether somebody speaks.
    Level {
        /// Root mean square of a frame, 0 to 1.
        rms: f32,
        /// Probability of speech, 0 to 1.
        voice: f32,
        /// Since the candidate got the floor.
        elapsed: std::time::Duration,
    },
    /// More words were recognised while the candidate speaks.
    Words(&'a [Word]),
    /// The turn is over.
    TurnEnded(EndReason),
    /// All words of the turn.
    Heard(&'a Transcript),
    /// The judge's verdicts.
    Judged {
        /// The question.
        question: &'a Question,
        /// The verdicts.
        assessment: &'a Assessment,
    },
    /// The microphone is away and is being looked for.
    MicrophoneAway(&'a AudioError),
    /// The microphone is back, or another stands in for it: its name.
    MicrophoneBack(&'a str),
    /// The candidate interrupted and is heard out.
    Interrupted,
    /// The candidate has the floor again, after the microphone was away.
    Resumed,
    /// Something to know.
    Note(&'a str),
    /// The interview is over.
    Ended(Ending),
}

/// Shows an interview.
pub trait Display {
    /// Shows one thing.
    fn show(&mut self, update: &Update<'_>);
}

/// Shows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unseen;

impl Display for Unseen {
    fn show(&mut self, _update: &Update<'_>) {}
}
