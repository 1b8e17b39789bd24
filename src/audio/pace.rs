//! How fast prepared answers are given. Delays only; never looks at the sound.

use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::clock;
use crate::units::FRAME_MS;

/// How fast frames from files come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As from a microphone: one frame every 32 ms.
    RealTime,
    /// As fast as they are taken.
    AsFast,
}

/// Waits for a while on a channel that nothing is ever sent through.
#[derive(Debug)]
pub(super) struct Pause {
    _open: mpsc::Sender<()>,
    never: mpsc::Receiver<()>,
}

impl Pause {
    pub(super) fn new() -> Self {
        let (open, never) = mpsc::channel();
        Self { _open: open, never }
    }

    pub(super) fn wait(&self, time: Duration) {
        let _timeout = self.never.recv_timeout(time);
    }
}

/// Holds frames back until their time.
#[derive(Debug)]
pub struct Metronome {
    pace: Pace,
    start: Option<Instant>,
    frames: u32,
    pause: Pause,
}

impl Metronome {
    /// Returns a metronome that begins with the first frame.
    #[must_use]
    pub fn new(pace: Pace) -> Self {
        Self { pace, start: None, frames: 0, pause: Pause::new() }
    }

    /// Returns how fast frames come.
    #[must_use]
    pub fn pace(&self) -> Pace {
        self.pace
    }

    /// Begins anew with the next frame.
    pub fn restart(&mut self) {
        (self.start, self.frames) = (None, 0);
    }

    /// Waits until the next frame would have been heard to its end.
    pub fn wait(&mut self) {
        if self.pace == Pace::AsFast {
            return;
        }
        let start = *self.start.get_or_insert_with(clock::now);
        self.frames = self.frames.saturating_add(1);
        let due = Duration::from_millis(u64::from(self.frames) * FRAME_MS);
        let left = due.saturating_sub(clock::now().saturating_duration_since(start));
        if !left.is_zero() {
            self.pause.wait(left);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Metronome, Pace};
    use crate::clock;

    #[test]
    fn frames_in_real_time_are_never_early() {
        let (mut metronome, start) = (Metronome::new(Pace::RealTime), clock::now());
        for n in 1..=4 {
            metronome.wait();
            assert!(start.elapsed().as_millis() >= 32 * n, "frame {n} after {:?}", start.elapsed());
        }
        metronome.restart();
        let again = clock::now();
        metronome.wait();
        assert!(again.elapsed().as_millis() >= 32);
    }
}
