//! Notices that a microphone died, since most never say so. Looks at no device and no clock: callers pass samples and times.

use std::time::Duration;

use crate::dsp::level::ZeroRun;

/// Longest time without a callback. Callbacks come every 20 ms or so; a loaded computer delays them by tenths of a second.
pub const STALL: Duration = Duration::from_secs(2);

/// Longest run of exact zeros after real sound, at first. Even a quiet room has noise, so a device that gives this is lost,
/// muted, or removes noise so well that a thinking pause becomes nothing.
pub const MUTE: Duration = Duration::from_secs(3);

/// Longest run of exact zeros once opening the device again did not end them. Then it is one that removes noise, and a
/// pause to think must not be taken for its death; or it is muted, and somebody must be told before they speak for long.
pub const LONG_MUTE: Duration = Duration::from_secs(20);

/// How a live microphone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Sound arrives.
    Well,
    /// The device called no more, for this long.
    Stalled(Duration),
    /// The device gave nothing but exact zeros, for this long, after it had given sound.
    Mute(Duration),
}

/// Follows one microphone. Times count from any fixed moment.
#[derive(Clone, Debug)]
pub struct Watchdog {
    rate_hz: u32,
    last_call: Duration,
    zeros: ZeroRun,
    heard_sound: bool,
    patience: Duration,
}

impl Watchdog {
    /// Returns a watchdog for a device of `rate_hz` that was opened at `now`.
    #[must_use]
    pub fn new(rate_hz: u32, now: Duration) -> Self {
        Self { rate_hz: rate_hz.max(1), last_call: now, zeros: ZeroRun::default(), heard_sound: false, patience: MUTE }
    }

    /// Notes the samples that had come by `now`.
    pub fn heard(&mut self, samples: &[f32], now: Duration) {
        if samples.is_empty() {
            return;
        }
        self.last_call = now;
        self.zeros.push(samples);
        self.heard_sound |= self.zeros.samples() < samples.len() as u64;
    }

    /// Notes that the device was opened again, at `now` and with `rate_hz`. That it once gave sound is remembered, so zeros
    /// still mean something, but from now on only after [`LONG_MUTE`].
    pub fn reopened(&mut self, rate_hz: u32, now: Duration) {
        let heard_sound = self.heard_sound;
        *self = Self { heard_sound, patience: LONG_MUTE, ..Self::new(rate_hz, now) };
    }

    /// Returns when the device last called.
    #[must_use]
    pub fn last_call(&self) -> Duration {
        self.last_call
    }

    /// Returns how the microphone is at `now`.
    #[must_use]
    pub fn health(&self, now: Duration) -> Health {
        let stalled = now.saturating_sub(self.last_call);
        if stalled >= STALL {
            return Health::Stalled(stalled);
        }
        let mute = Duration::from_millis(self.zeros.samples().saturating_mul(1_000) / u64::from(self.rate_hz));
        if self.heard_sound && mute >= self.patience { Health::Mute(mute) } else { Health::Well }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Health, Watchdog};

    const RATE: u32 = 1_000;

    fn at(ms: u64) -> Duration {
        Duration::from_millis(ms)
    }

    #[test]
    fn a_device_that_stops_calling_is_noticed_after_two_seconds() {
        let mut dog = Watchdog::new(RATE, at(500));
        assert_eq!(dog.health(at(2_499)), Health::Well);
        assert_eq!(dog.health(at(2_500)), Health::Stalled(at(2_000)));
        dog.heard(&[0.1], at(2_500));
        assert_eq!(dog.health(at(4_499)), Health::Well);
        dog.heard(&[], at(4_499));
        assert_eq!(dog.health(at(4_500)), Health::Stalled(at(2_000)));
    }

    #[test]
    fn zeros_mean_a_dead_device_only_after_it_gave_sound() {
        let mut dog = Watchdog::new(RATE, at(0));
        dog.heard(&vec![0.0; 10_000], at(10_000));
        assert_eq!(dog.health(at(10_000)), Health::Well);
        dog.heard(&[0.1], at(10_001));
        dog.heard(&[0.0; 2_999], at(13_000));
        assert_eq!(dog.health(at(13_000)), Health::Well);
        dog.heard(&[0.0], at(13_001));
        assert_eq!(dog.health(at(13_001)), Health::Mute(at(3_000)));
    }

    #[test]
    fn sound_that_ends_in_zeros_within_a_piece_counts_as_sound() {
        let mut dog = Watchdog::new(RATE, at(0));
        dog.heard(&[vec![0.2], vec![0.0; 3_000]].concat(), at(0));
        assert_eq!(dog.health(at(0)), Health::Mute(at(3_000)));
    }

    #[test]
    fn zeros_are_borne_for_longer_once_opening_again_did_not_end_them() {
        let mut dog = Watchdog::new(RATE, at(0));
        dog.heard(&[0.1], at(0));
        dog.reopened(2 * RATE, at(5_000));
        assert_eq!(dog.health(at(6_999)), Health::Well);
        dog.heard(&vec![0.0; 2 * 19_999], at(6_999));
        assert_eq!(dog.health(at(6_999)), Health::Well);
        dog.heard(&[0.0, 0.0], at(6_999));
        assert_eq!(dog.health(at(6_999)), Health::Mute(at(20_000)));
    }

    #[test]
    fn a_clock_that_steps_back_is_no_alarm() {
        assert_eq!(Watchdog::new(RATE, at(9_000)).health(at(0)), Health::Well);
    }
}
