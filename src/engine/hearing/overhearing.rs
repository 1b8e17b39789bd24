//! What is heard while the interviewer speaks: whether somebody interrupts, and what they said so far. Ends no line.

use std::collections::VecDeque;

use crate::turn::interruption::Interruption;
use crate::units::{FRAME_MS, Frame};

/// What is kept before an interruption: 1.5 s.
const KEPT_FRAMES: usize = 1_500 / FRAME_MS as usize;

/// What is kept in all until the interviewer gives the floor: 30 s.
const LONGEST_FRAMES: usize = 30_000 / FRAME_MS as usize;

/// What the turn hears before the voice began: 256 ms, for a soft first consonant.
const BEFORE_FRAMES: u64 = 256 / FRAME_MS;

/// The sound while a line is being said.
#[derive(Debug)]
pub(super) struct Overhearing {
    interruption: Interruption,
    interrupted: bool,
    frames: VecDeque<Box<Frame>>,
    /// Where among the frames the turn begins, once somebody interrupted.
    from: usize,
}

impl Overhearing {
    /// Begins with a line.
    pub(super) fn new(gate: f32) -> Self {
        Self { interruption: Interruption::new(gate), interrupted: false, frames: VecDeque::new(), from: 0 }
    }

    /// Begins with another line. What was said into the one before is kept.
    pub(super) fn next_line(&mut self, gate: f32) {
        if !self.interrupted {
            self.interruption = Interruption::new(gate);
        }
    }

    /// Takes a frame with its voice probability and root mean square. Returns whether it completes an interruption.
    pub(super) fn hear(&mut self, frame: &Frame, voice: f32, rms: f32) -> bool {
        let keep = if self.interrupted { LONGEST_FRAMES } else { KEPT_FRAMES };
        if self.frames.len() < keep {
            self.frames.push_back(Box::new(*frame));
        } else if !self.interrupted {
            self.frames.rotate_left(1);
            if let Some(oldest) = self.frames.back_mut() {
                **oldest = *frame;
            }
        }
        if self.interrupted || !self.interruption.step(voice, rms) {
            return false;
        }
        self.interrupted = true;
        self.from = self.beginning();
        true
    }

    /// Returns the sound that the next turn begins with: all since the candidate began to speak, if they do.
    pub(super) fn said(mut self) -> VecDeque<Box<Frame>> {
        let from = if self.interrupted { self.from } else { self.beginning() };
        self.frames.drain(..from);
        self.frames
    }

    fn beginning(&self) -> usize {
        let back = self.interruption.began().map_or(0, |began| began + BEFORE_FRAMES);
        self.frames.len().saturating_sub(usize::try_from(back).unwrap_or(usize::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::Overhearing;
    use crate::units::{FRAME_SAMPLES, Frame};

    fn frame(number: usize) -> Frame {
        [number as f32; FRAME_SAMPLES]
    }

    /// Hears frames 0.. of which `voiced` hold voice, and returns the numbers of those that the turn begins with.
    fn said(frames: usize, voiced: std::ops::Range<usize>) -> (usize, Vec<usize>) {
        let mut overhearing = Overhearing::new(0.0);
        let mut interruptions = 0;
        for number in 0..frames {
            let voice = if voiced.contains(&number) { 0.9 } else { 0.0 };
            interruptions += usize::from(overhearing.hear(&frame(number), voice, 0.1));
        }
        (interruptions, overhearing.said().iter().map(|frame| frame[0] as usize).collect())
    }

    #[test]
    fn an_interruption_keeps_everything_since_the_first_word_and_a_moment_before() {
        let (interruptions, kept) = said(200, 100..200);
        assert_eq!((interruptions, kept), (1, (92..200).collect()));
    }

    #[test]
    fn who_begins_just_before_the_end_of_a_line_loses_no_word_either() {
        assert_eq!(said(100, 95..100), (0, (87..100).collect()));
        assert_eq!(said(100, 40..44), (0, Vec::new()), "a cough is over");
    }
}
