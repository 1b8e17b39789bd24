//! Where sound comes from and where it goes. The traits are here; devices and files are behind them.

use crate::ids::{FollowUpId, QuestionId};
use crate::units::{Frame, Speech};

/// What the candidate was asked, so that a source of prepared answers knows which to play.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Asked {
    /// The question.
    pub question: QuestionId,
    /// The follow-up, if it is one.
    pub follow_up: Option<FollowUpId>,
    /// Which follow-up of the question this is, counted from 1; 0 for the question itself.
    pub nth: u32,
}

/// What is wrong with a device or a file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct AudioError {
    /// What kind of trouble, for a program.
    pub kind: AudioErrorKind,
    /// The device or file by name.
    pub what: String,
    /// Why, in words.
    pub why: String,
    /// What the user can do next.
    pub hint: String,
}

/// Kinds of trouble with sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AudioErrorKind {
    /// There is no such device, or no device at all.
    NotFound,
    /// Another program holds the device.
    Busy,
    /// The device went away or fell silent.
    Lost,
    /// The system does not allow it.
    Denied,
    /// The file or format cannot be read.
    Unreadable,
    /// Anything else.
    Other,
}

/// One step of a source.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// 32 ms of sound.
    Frame(Box<Frame>),
    /// Nothing yet; ask again. A live source waits a little before it says so.
    Nothing,
    /// The prepared answer is over; only silence would follow.
    Ended,
}

/// Gives sound as 16 kHz mono frames of 512 samples.
pub trait FrameSource: Send {
    /// Returns the next frame. A live source blocks for at most about 50 ms.
    ///
    /// # Errors
    /// [`AudioError`] when the device is lost or the file cannot be read further.
    fn next(&mut self) -> Result<Next, AudioError>;

    /// Tells the source that the candidate now has the floor, and what was asked. A microphone drops nothing.
    ///
    /// # Errors
    /// [`AudioError`] when the prepared answer cannot be opened.
    fn cue(&mut self, asked: &Asked) -> Result<(), AudioError>;

    /// Returns whether sound arrives at the pace of the clock, wanted or not.
    fn is_live(&self) -> bool;
}

/// Plays speech.
pub trait Player: Send {
    /// Plays `speech` to its end, or until `stop` becomes true.
    ///
    /// # Errors
    /// [`AudioError`] when the device is lost.
    fn play(&mut self, speech: &Speech, stop: &std::sync::atomic::AtomicBool) -> Result<(), AudioError>;
}
