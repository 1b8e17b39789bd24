//! A microphone that is away: for how long, when to try to open it again, how much silence stands for it. Opens nothing.

use std::time::{Duration, Instant};

use crate::units::{FRAME_SAMPLES, SAMPLE_RATE_HZ};

/// How long a microphone is looked for before it is given up: time to find a cable or to charge a headset a little.
pub const PATIENCE: Duration = Duration::from_mins(1);

/// Pause between two tries to open a device that was refused.
const RETRY: Duration = Duration::from_millis(500);

/// Longest time that one try may take, after which it is left to itself. Bluetooth headsets take a second or two.
const ATTEMPT: Duration = Duration::from_secs(5);

/// After this long without sound a device that fell mute is opened once more.
const REOPEN: Duration = Duration::from_secs(10);

/// Longest step of time that is believed. A computer that slept for hours needs no hours of silence.
const LONGEST_STEP: Duration = Duration::from_secs(3);

/// How far gaps stay behind the clock, so that sound which was on its way when the device came back still has its place.
const BEHIND: Duration = Duration::from_millis(100);

/// What to do about a microphone that is away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    Wait,
    /// Begin to open it.
    Ask,
    /// See whether it opened.
    Answer,
    /// It stays away.
    GiveUp,
}

#[derive(Clone, Copy, Debug)]
enum Attempt {
    Opening(Instant),
    Refused(Instant),
    Open(Instant),
}

/// The time that a microphone is away.
#[derive(Debug)]
pub(super) struct Absence {
    /// How long so far, up to `looked`.
    lasted: Duration,
    looked: Instant,
    /// Samples of silence that were given for it.
    given: u64,
    /// Whether it gave zeros, so that only sound shows that it is back.
    is_mute: bool,
    attempt: Attempt,
}

impl Absence {
    /// Begins an absence that was noticed `now`, `silent` after the last sound. `given` samples of silence stand for it
    /// already. The device is being opened again.
    pub(super) fn new(now: Instant, silent: Duration, given: usize, is_mute: bool) -> Self {
        let attempt = Attempt::Opening(now);
        Self { lasted: silent.min(LONGEST_STEP), looked: now, given: given as u64, is_mute, attempt }
    }

    /// Returns what to do next. `is_dead` says that the device which is open now is gone or calls no more.
    pub(super) fn step(&mut self, now: Instant, is_dead: bool) -> Step {
        self.tick(now);
        if self.lasted >= PATIENCE {
            return Step::GiveUp;
        }
        let since = |then: Instant| now.saturating_duration_since(then);
        let ask = match self.attempt {
            Attempt::Opening(then) if since(then) < ATTEMPT => return Step::Answer,
            Attempt::Opening(_) => true,
            Attempt::Refused(then) => since(then) >= RETRY,
            Attempt::Open(then) => is_dead || since(then) >= REOPEN,
        };
        if ask {
            self.attempt = Attempt::Opening(now);
        }
        if ask { Step::Ask } else { Step::Wait }
    }

    /// Notes that a device was opened.
    pub(super) fn opened(&mut self, now: Instant) {
        self.attempt = Attempt::Open(now);
    }

    /// Notes that no device could be opened.
    pub(super) fn refused(&mut self, now: Instant) {
        self.attempt = Attempt::Refused(now);
    }

    /// Returns from which sample on what was drawn shows that the microphone is back. None: it does not.
    pub(super) fn shows_return(&self, drawn: &[f32]) -> Option<usize> {
        match self.attempt {
            Attempt::Open(_) if self.is_mute => drawn.iter().position(|sample| *sample != 0.0),
            Attempt::Open(_) => (!drawn.is_empty()).then_some(0),
            _ => None,
        }
    }

    /// Returns whether one more frame of silence is due, and counts it.
    pub(super) fn gap_is_due(&mut self, now: Instant) -> bool {
        self.tick(now);
        let due = self.given + FRAME_SAMPLES as u64 <= samples(self.lasted.saturating_sub(BEHIND));
        if due {
            self.given += FRAME_SAMPLES as u64;
        }
        due
    }

    /// Returns how many samples of silence are still owed when sound is back that has lasted for `drawn`.
    pub(super) fn owed(&mut self, now: Instant, drawn: Duration) -> usize {
        self.tick(now);
        let owed = samples(self.lasted.saturating_sub(drawn)).saturating_sub(self.given);
        usize::try_from(owed).unwrap_or(0)
    }

    fn tick(&mut self, now: Instant) {
        self.lasted += now.saturating_duration_since(self.looked).min(LONGEST_STEP);
        self.looked = now;
    }
}

fn samples(time: Duration) -> u64 {
    time.as_millis() as u64 * u64::from(SAMPLE_RATE_HZ) / 1_000
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Absence, PATIENCE, Step};
    use crate::clock;

    fn after(start: Instant, ms: u64) -> Instant {
        start + Duration::from_millis(ms)
    }

    #[test]
    fn a_refused_device_is_tried_again_until_the_patience_is_over() {
        let start = clock::now();
        let mut absence = Absence::new(start, Duration::ZERO, 0, false);
        let (mut tries, mut at) = (1, 0);
        loop {
            at += 20;
            match absence.step(after(start, at), true) {
                Step::Answer => absence.refused(after(start, at)),
                Step::Ask => tries += 1,
                Step::Wait => {}
                Step::GiveUp => break,
            }
        }
        assert_eq!(Duration::from_millis(at), PATIENCE);
        assert!((100..=120).contains(&tries), "{tries} tries");
    }

    #[test]
    fn a_try_that_hangs_is_left_to_itself_and_another_is_made() {
        let start = clock::now();
        let mut absence = Absence::new(start, Duration::ZERO, 0, false);
        assert_eq!(absence.step(after(start, 2_900), false), Step::Answer);
        assert_eq!(absence.step(after(start, 5_000), false), Step::Ask);
        assert_eq!(absence.step(after(start, 5_020), false), Step::Answer);
    }

    #[test]
    fn any_sample_shows_that_a_lost_device_is_back_and_only_sound_that_a_mute_one_is() {
        let start = clock::now();
        for (is_mute, zeros, sound) in [(false, Some(0), Some(0)), (true, None, Some(2))] {
            let mut absence = Absence::new(start, Duration::ZERO, 0, is_mute);
            assert_eq!(absence.shows_return(&[0.1]), None, "that is the old stream's");
            absence.opened(start);
            assert_eq!(absence.shows_return(&[0.0; 3]), zeros);
            assert_eq!(absence.shows_return(&[0.0, 0.0, 0.1]), sound);
            assert_eq!(absence.shows_return(&[]), None);
        }
    }

    #[test]
    fn silence_stands_for_the_whole_time_away_to_the_millisecond() {
        let start = clock::now();
        let mut absence = Absence::new(start, Duration::from_secs(2), 100, false);
        let mut given = 100;
        for at in 1..=5_000 {
            while absence.gap_is_due(after(start, at)) {
                given += 512;
            }
        }
        let owed = absence.owed(after(start, 5_000), Duration::from_millis(40));
        assert_eq!(given + owed, 16 * (2_000 + 5_000 - 40));
    }

    #[test]
    fn a_computer_that_slept_goes_on_where_it_was() {
        let start = clock::now();
        let mut absence = Absence::new(start, Duration::from_secs(7_200), 0, false);
        assert_ne!(absence.step(after(start, 3_600_000), false), Step::GiveUp);
        assert_eq!(absence.owed(after(start, 3_600_000), Duration::ZERO), 16 * 6_000);
    }
}
