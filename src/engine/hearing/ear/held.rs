//! When the listening thread listens to nobody: while the source is away, in a break, and under a line that is said into a turn.

use super::Ear;
use crate::audio::AudioError;
use crate::engine::hearing::HearingEvent;
use crate::ids::TurnId;
use crate::units::{AudioTime, FRAME_MS, FRAME_SAMPLES};

/// Silence that stands in a recording for a break, 1 s: from so much on whoever went on is given the time of a first word.
const BREAK_FRAMES: u64 = 1_000_u64.div_ceil(FRAME_MS);

impl<Out: Fn(HearingEvent) + Send + Clone + 'static> Ear<Out> {
    /// Holds the open turn, if there is one, and tells that the source is away.
    pub(super) fn hold(&mut self, error: AudioError) {
        let (turn, at) = self.moment();
        if let Some(turn) = self.turn.as_mut() {
            turn.held = true;
        }
        (self.out)(HearingEvent::Interrupted { turn, at, error });
    }

    pub(super) fn resume(&mut self, turn: TurnId) {
        if let Some(turn) = self.turn.as_mut().filter(|open| open.id == turn) {
            turn.held = false;
            self.voice.reset();
        }
    }

    /// Begins or ends a break. What is said in it is neither heard nor recorded, and no time of a turn passes.
    pub(super) fn set_break(&mut self, on_break: bool) {
        let ends = self.on_break && !on_break;
        self.on_break = on_break;
        self.overhearing = None;
        if ends {
            self.source.go_on();
            self.voice.reset();
            for _ in 0..BREAK_FRAMES {
                self.pass(&[0.0; FRAME_SAMPLES]);
            }
        }
    }

    /// Takes sound below the gate for the interviewer's while a line is said into the turn, and for a moment after.
    pub(super) fn speak_into(&mut self, speaks: bool, echo_ms: u64) {
        if let Some(turn) = self.turn.as_mut() {
            turn.echo = if speaks { u64::MAX } else { echo_ms / FRAME_MS };
        }
    }

    /// Returns the open turn and how far its recording has come.
    pub(super) fn moment(&self) -> (Option<TurnId>, AudioTime) {
        let turn = self.turn.as_ref();
        let elapsed = turn.map_or(AudioTime::ZERO, |turn| AudioTime::ZERO.plus(turn.policy.elapsed()));
        (turn.map(|turn| turn.id), elapsed)
    }
}
