//! Cuts a stream of samples into frames of 512. Neither drops nor invents a sample, except the padding of the last frame.

use std::collections::VecDeque;

use crate::units::{FRAME_SAMPLES, Frame};

/// Collects pieces of any length and gives them back as frames.
#[derive(Clone, Debug, Default)]
pub struct Framer {
    waiting: VecDeque<f32>,
}

impl Framer {
    /// Adds samples behind those that wait already.
    pub fn push(&mut self, samples: &[f32]) {
        self.waiting.extend(samples);
    }

    /// Returns the next whole frame, none if fewer than [`FRAME_SAMPLES`] samples wait.
    pub fn pop(&mut self) -> Option<Box<Frame>> {
        if self.waiting.len() < FRAME_SAMPLES {
            return None;
        }
        let mut frame = Box::new([0.0; FRAME_SAMPLES]);
        for (slot, sample) in frame.iter_mut().zip(self.waiting.drain(..FRAME_SAMPLES)) {
            *slot = sample;
        }
        Some(frame)
    }

    /// Returns how many samples are missing until the last frame is whole.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.waiting.len().next_multiple_of(FRAME_SAMPLES) - self.waiting.len()
    }

    /// Returns the samples that do not fill a frame, with silence behind them; none if there are none.
    /// Whole frames must be taken with [`Framer::pop`] before.
    pub fn finish(&mut self) -> Option<Box<Frame>> {
        if self.waiting.is_empty() {
            return None;
        }
        let missing = FRAME_SAMPLES.saturating_sub(self.waiting.len());
        self.waiting.extend(std::iter::repeat_n(0.0, missing));
        self.pop()
    }

    /// Returns how many samples wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Forgets the samples that wait.
    pub fn clear(&mut self) {
        self.waiting.clear();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Framer;
    use crate::units::FRAME_SAMPLES;

    #[test]
    fn nothing_in_gives_nothing_out() {
        let mut framer = Framer::default();
        framer.push(&[]);
        assert_eq!(framer.pop(), None);
        assert_eq!(framer.finish(), None);
    }

    #[test]
    fn the_last_frame_is_padded_with_silence_once() {
        let mut framer = Framer::default();
        framer.push(&[1.0; FRAME_SAMPLES + 1]);
        assert_eq!(framer.pop(), Some(Box::new([1.0; FRAME_SAMPLES])));
        assert_eq!(framer.pop(), None);
        let last = framer.finish().unwrap();
        assert_eq!((last[0], last[1]), (1.0, 0.0));
        assert_eq!(framer.finish(), None);
    }

    proptest! {
        #[test]
        fn every_sample_comes_out_once_and_in_order(lengths in prop::collection::vec(0_usize..2_000, 0..20)) {
            let total: usize = lengths.iter().sum();
            let all: Vec<f32> = (0..total).map(|n| n as f32).collect();
            let (mut framer, mut out, mut at) = (Framer::default(), Vec::new(), 0);
            for length in lengths {
                framer.push(&all[at..at + length]);
                at += length;
                while let Some(frame) = framer.pop() {
                    out.extend_from_slice(&*frame);
                }
                prop_assert_eq!(out.len() + framer.waiting(), at);
            }
            if let Some(frame) = framer.finish() {
                out.extend_from_slice(&*frame);
            }
            prop_assert_eq!(out.len(), total.div_ceil(FRAME_SAMPLES) * FRAME_SAMPLES);
            prop_assert_eq!(&out[..total], &all[..]);
            prop_assert!(out[total..].iter().all(|sample| *sample == 0.0));
        }
    }
}
