//! Hears voice and turns without weights: by loudness alone, for tests and for a computer without the models. Tells no
//! speech from other noise.

use crate::dsp::level::Level;
use crate::turn::{TurnModel, VoiceDetector};
use crate::units::Frame;

/// Root mean square from which a frame counts as voice: -40 dBFS, between a quiet room (-60) and soft speech (-30).
const LOUD: f32 = 0.01;

/// Takes every loud frame for voice.
#[derive(Clone, Copy, Debug, Default)]
pub struct Loudness;

impl VoiceDetector for Loudness {
    fn probability(&mut self, frame: &Frame) -> f32 {
        if Level::of(frame).rms >= LOUD { 1.0 } else { 0.0 }
    }

    fn reset(&mut self) {}
}

/// A turn model that always says the same. At 0 only a long pause ends a turn.
#[derive(Clone, Copy, Debug, Default)]
pub struct Always(pub f32);

impl TurnModel for Always {
    fn complete(&mut self, _turn: &[f32]) -> f32 {
        self.0
    }
}
