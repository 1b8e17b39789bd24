//! Notices that a microphone died, since most never say so. Looks at no device and no clock: callers pass samples and times.

use std::time::Duration;

use crate::dsp::level::ZeroRun;

/// Longest time without a callback. Callbacks come every 20 ms or so; a loaded computer delays them by tenths of a second.
pub const STALL: Duration = Duration::from_secs(2);

/// Run of exact zeros after real sound from which on it is open whether anybody can be heard. A room has noise at any
/// moment; so long a run is a device that went away, or one that removes noise.
pub const DOUBT: Duration = Duration::from_millis(100);

/// Run of exact zeros after real sound that means that the device is lost or was switched off.
pub const MUTE: Duration = Duration::from_secs(3);

/// The same for a device that is known to give zeros whenever nobody speaks, since a pause to think must not be taken for
/// its death; but if it was switched off, somebody must be told before they speak for long.
pub const LONG_MUTE: Duration = Duration::from_secs(20);

/// Sound that a device must have given before its zeros mean anything: a click on opening it is no room.
const SOUND: Duration = Duration::from_millis(500);

/// How a live microphone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Health {
    /// Sound arrives.
    Well,
    /// The device gives exact zeros. It is not known yet whether it died or removes noise.
    Doubtful,
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
    /// Samples in pieces that held sound.
    sound: u64,
    /// Whether zeros came and went by themselves: then they are the device's silence.
    removes_noise: bool,
}

impl Watchdog {
    /// Returns a watchdog for a device of `rate_hz` that was opened at `now`.
    #[must_use]
    pub fn new(rate_hz: u32, now: Duration) -> Self {
        Self { rate_hz: rate_hz.max(1), last_call: now, zeros: ZeroRun::default(), sound: 0, removes_noise: false }
    }

    /// Notes the samples that had come by `now`.
    pub fn heard(&mut self, samples: &[f32], now: Duration) {
        if samples.is_empty() {
            return;
        }
        self.last_call = now;
        let leading = samples.iter().take_while(|sample| **sample == 0.0).count() as u64;
        let run = self.time(self.zeros.samples() + leading);
        self.zeros.push(samples);
        if leading < samples.len() as u64 {
            self.removes_noise |= self.gave_sound() && (DOUBT..MUTE).contains(&run);
            self.sound += samples.len() as u64 - leading;
        }
    }

    /// Notes that the device, or another in its place, was opened again at `now` and with `rate_hz`. Zeros mean something
    /// again once it gave sound. That the one before removed noise is taken to hold.
    pub fn reopened(&mut self, rate_hz: u32, now: Duration) {
        *self = Self { removes_noise: self.removes_noise, ..Self::new(rate_hz, now) };
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
        let mute = self.time(self.zeros.samples());
        let patience = if self.removes_noise { LONG_MUTE } else { MUTE };
        match mute {
            _ if !self.gave_sound() => Health::Well,
            mute if mute >= patience => Health::Mute(mute),
            mute if mute >= DOUBT && !self.removes_noise => Health::Doubtful,
            _ => Health::Well,
        }
    }

    fn gave_sound(&self) -> bool {
        self.time(self.sound) >= SOUND
    }

    fn time(&self, samples: u64) -> Duration {
        Duration::from_millis(samples.saturating_mul(1_000) / u64::from(self.rate_hz))
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

    /// A device that gave a second of sound.
    fn sounding() -> Watchdog {
        let mut dog = Watchdog::new(RATE, at(0));
        dog.heard(&[0.1; 1_000], at(1_000));
        dog
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
        dog.heard(&[0.1; 20], at(10_020));
        dog.heard(&[0.0; 4_000], at(14_020));
        assert_eq!(dog.health(at(14_020)), Health::Well, "a click is no room");
        let mut dog = sounding();
        dog.heard(&[0.0; 2_999], at(4_000));
        assert_eq!(dog.health(at(4_000)), Health::Doubtful);
        dog.heard(&[0.0], at(4_001));
        assert_eq!(dog.health(at(4_001)), Health::Mute(at(3_000)));
    }

    #[test]
    fn from_the_first_tenth_of_a_second_of_zeros_on_nobody_knows() {
        let mut dog = sounding();
        dog.heard(&[0.0; 99], at(1_099));
        assert_eq!(dog.health(at(1_099)), Health::Well);
        dog.heard(&[0.0], at(1_100));
        assert_eq!(dog.health(at(1_100)), Health::Doubtful);
        dog.heard(&[0.1], at(1_101));
        assert_eq!(dog.health(at(1_101)), Health::Well);
    }

    #[test]
    fn a_device_whose_zeros_end_by_themselves_removes_noise_and_is_borne_for_longer() {
        let mut dog = sounding();
        dog.heard(&[[0.0; 400], [0.1; 400]].concat(), at(1_800));
        dog.heard(&[0.0; 1_000], at(2_800));
        assert_eq!(dog.health(at(2_800)), Health::Well, "its zeros are silence");
        dog.heard(&vec![0.0; 18_999], at(21_799));
        assert_eq!(dog.health(at(21_799)), Health::Well);
        dog.heard(&[0.0], at(21_800));
        assert_eq!(dog.health(at(21_800)), Health::Mute(at(20_000)));
    }

    #[test]
    fn a_device_that_was_muted_by_hand_does_not_count_as_one_that_removes_noise() {
        let mut dog = sounding();
        dog.heard(&[0.0; 4_000], at(5_000));
        dog.heard(&[0.1; 100], at(5_100));
        dog.heard(&[0.0; 200], at(5_300));
        assert_eq!(dog.health(at(5_300)), Health::Doubtful);
    }

    #[test]
    fn sound_that_ends_in_zeros_within_a_piece_counts_as_sound() {
        let mut dog = Watchdog::new(RATE, at(0));
        dog.heard(&[vec![0.2; 600], vec![0.0; 3_000]].concat(), at(0));
        assert_eq!(dog.health(at(0)), Health::Mute(at(3_000)));
    }

    #[test]
    fn a_device_that_was_opened_again_must_give_sound_anew() {
        let mut dog = sounding();
        dog.reopened(2 * RATE, at(5_000));
        assert_eq!(dog.health(at(6_999)), Health::Well);
        dog.heard(&vec![0.0; 20_000], at(6_999));
        assert_eq!(dog.health(at(6_999)), Health::Well);
    }

    #[test]
    fn a_clock_that_steps_back_is_no_alarm() {
        assert_eq!(Watchdog::new(RATE, at(9_000)).health(at(0)), Health::Well);
    }
}
