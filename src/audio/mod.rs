//! Where sound comes from and where it goes. The traits are here; devices and files are behind them.

#[cfg(feature = "app")]
pub mod absence;
#[cfg(feature = "app")]
pub mod decode;
#[cfg(feature = "app")]
pub mod device;
#[cfg(feature = "app")]
pub mod files;
#[cfg(feature = "app")]
pub mod flac;
#[cfg(feature = "app")]
mod header;
#[cfg(feature = "app")]
mod keeper;
#[cfg(feature = "app")]
pub mod mic;
pub mod pace;
pub mod recorder;
#[cfg(feature = "app")]
pub mod rt;
pub mod salvage;
#[cfg(feature = "app")]
pub mod speaker;
pub mod unheard;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::audio::pace::Pause;
pub use crate::ids::Asked;
use crate::units::{Frame, Speech};

/// How often a player looks whether there is more to play, and whether to stop. A stop must be heard within 50 ms, of which the
/// device's buffers take 40.
const LOOK: Duration = Duration::from_millis(5);

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

impl AudioError {
    /// Returns an error about `what`.
    #[must_use]
    pub fn new(kind: AudioErrorKind, what: impl Into<String>, why: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind, what: what.into(), why: why.into(), hint: hint.into() }
    }
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
    /// There is no more room on the disk.
    Full,
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
    /// 32 ms in which nobody could be heard, since the device is away or may be. Silence stands for them.
    Gap,
    /// The device is away and is being looked for. Gaps follow until it returned or is given up with an error.
    Interrupted(AudioError),
    /// The device is back, or another stands in for it: its name.
    Returned(String),
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

    /// Returns whether the source stands still while nobody takes its sound. A microphone does not.
    fn waits(&self) -> bool {
        !self.is_live()
    }

    /// Goes on after a break in which nothing was taken. A microphone has nothing to do.
    fn go_on(&mut self) {}

    /// Returns how much sound was lost so far because nobody took it in time. Only a device loses any.
    fn lost(&self) -> Duration {
        Duration::ZERO
    }
}

/// What comes next in speech that is still being rendered.
#[derive(Clone, Debug, PartialEq)]
pub enum More {
    /// This sound, right behind the one before.
    Sound(Speech),
    /// Nothing yet; ask again.
    Later,
    /// It is over.
    Over,
}

/// Plays speech.
pub trait Player: Send {
    /// Plays `speech` to its end, or until `stop` becomes true.
    ///
    /// # Errors
    /// [`AudioError`] when the device is lost.
    fn play(&mut self, speech: &Speech, stop: &AtomicBool) -> Result<(), AudioError>;

    /// Plays what `more` gives as one speech, without a gap as long as each sound comes before the one that plays is over, until
    /// it is over or `stop` becomes true. `more` is asked often and does not wait.
    ///
    /// # Errors
    /// As [`Player::play`].
    fn play_on(&mut self, more: &mut dyn FnMut() -> More, stop: &AtomicBool) -> Result<(), AudioError> {
        let pause = Pause::new();
        while !stop.load(Ordering::Acquire) {
            match more() {
                More::Sound(speech) => self.play(&speech, stop)?,
                More::Later => pause.wait(LOOK),
                More::Over => break,
            }
        }
        Ok(())
    }
}
