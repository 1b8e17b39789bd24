//! Plays speech to nobody, at the pace of the clock: what takes time around it takes as long as with a speaker.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::audio::pace::Pause;
use crate::audio::{AudioError, Player};
use crate::clock;
use crate::units::Speech;

/// How often it is looked whether to stop.
const LOOK: Duration = Duration::from_millis(5);

/// A speaker that nobody hears.
#[derive(Debug)]
pub struct Unheard {
    pause: Pause,
}

impl Default for Unheard {
    fn default() -> Self {
        Self { pause: Pause::new() }
    }
}

impl Player for Unheard {
    fn play(&mut self, speech: &Speech, stop: &AtomicBool) -> Result<(), AudioError> {
        let over = clock::now() + speech.duration();
        while !stop.load(Ordering::Acquire) {
            let left = over.saturating_duration_since(clock::now());
            if left.is_zero() {
                break;
            }
            self.pause.wait(left.min(LOOK));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::Unheard;
    use crate::audio::Player;
    use crate::clock;
    use crate::units::Speech;

    #[test]
    fn speech_takes_as_long_as_it_is_unless_it_is_stopped() {
        let speech = Speech { samples: vec![0.0; 2_400], rate_hz: 24_000 };
        let began = clock::now();
        Unheard::default().play(&speech, &AtomicBool::new(false)).unwrap();
        assert!(began.elapsed() >= speech.duration());
        let for_ever = Speech { samples: vec![0.0; 24_000_000], rate_hz: 24_000 };
        Unheard::default().play(&for_ever, &AtomicBool::new(true)).unwrap();
    }
}
