//! Counts the frames in which nobody could be heard, since the microphone was away. They are nobody's silence.

use crate::units::FRAME_MS;

/// From this long on a gap breaks the thread of what was being said: whoever was lost is then given the time of a first word.
const BREAKS_THE_THREAD_MS: u64 = 1_000;

/// Frames of a turn in which nobody could be heard.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unheard {
    all: u64,
    since_voice: u64,
}

impl Unheard {
    /// Counts one more.
    pub fn pass(&mut self) {
        self.all += 1;
        self.since_voice += 1;
    }

    /// Notes that somebody spoke.
    pub fn voice(&mut self) {
        self.since_voice = 0;
    }

    /// Returns how many there were in the turn.
    #[must_use]
    pub fn all(self) -> u64 {
        self.all
    }

    /// Returns how many there were since somebody spoke.
    #[must_use]
    pub fn since_voice(self) -> u64 {
        self.since_voice
    }

    /// Returns whether the speaker was lost for so long that they need time to find the thread again.
    #[must_use]
    pub fn broke_the_thread(self) -> bool {
        self.since_voice * FRAME_MS >= BREAKS_THE_THREAD_MS
    }
}
