//! How fast a pull goes and how long it will take. Time is handed in.

use std::collections::VecDeque;
use std::time::Duration;

/// The stretch over which the rate is taken: long enough not to flicker, short enough to follow a network that slows down.
const WINDOW: Duration = Duration::from_secs(8);

/// No rate is told before this much time has gone by.
const LEAST: Duration = Duration::from_secs(1);

/// Knows when how many bytes were there.
#[derive(Clone, Debug)]
pub struct Meter {
    whole: u64,
    readings: VecDeque<(Duration, u64)>,
}

/// How far a pull is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// Bytes that are there.
    pub have: u64,
    /// Bytes of the whole.
    pub whole: u64,
    /// Bytes a second lately, once that is known.
    pub rate: Option<f64>,
    /// Time left at that rate, while something comes.
    pub left: Option<Duration>,
}

impl Meter {
    /// Returns a meter for a file of `whole` bytes.
    #[must_use]
    pub fn new(whole: u64) -> Self {
        Self { whole, readings: VecDeque::new() }
    }

    /// Notes that `have` bytes are there, `at` after the beginning, and returns how far the pull is. Fewer bytes than
    /// before mean that it began anew.
    pub fn read(&mut self, at: Duration, have: u64) -> Progress {
        if self.readings.back().is_some_and(|(_, before)| have < *before) {
            self.readings.clear();
        }
        self.readings.push_back((at, have));
        // The last reading before the window stays: it is where the window begins.
        while self.readings.get(1).is_some_and(|(second, _)| *second + WINDOW <= at) {
            self.readings.pop_front();
        }
        let rate = self.rate(at, have);
        let left = rate
            .filter(|rate| *rate > 0.0)
            .and_then(|rate| Duration::try_from_secs_f64(self.whole.saturating_sub(have) as f64 / rate).ok());
        Progress { have, whole: self.whole, rate, left }
    }

    fn rate(&self, at: Duration, have: u64) -> Option<f64> {
        let (begun, before) = self.readings.front()?;
        let elapsed = at.saturating_sub(*begun);
        (elapsed >= LEAST).then(|| (have - before) as f64 / elapsed.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::Meter;
    use std::time::Duration;

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_steady_pull_has_its_rate_and_the_time_left() {
        let mut meter = Meter::new(1_000);
        assert_eq!(meter.read(seconds(0), 0).rate, None);
        for second in 1..=5 {
            let progress = meter.read(seconds(second), second * 10);
            assert_eq!(progress.rate, Some(10.0));
            assert_eq!(progress.left, Some(seconds((1_000 - second * 10) / 10)));
        }
    }

    #[test]
    fn what_was_kept_from_before_is_no_rate() {
        let mut meter = Meter::new(1_000);
        meter.read(seconds(0), 900);
        assert_eq!(meter.read(seconds(2), 920).rate, Some(10.0));
    }

    #[test]
    fn a_pull_that_stalls_has_a_rate_of_nothing_and_no_time_left() {
        let mut meter = Meter::new(1_000);
        meter.read(seconds(0), 0);
        meter.read(seconds(1), 500);
        let mut last = meter.read(seconds(2), 500);
        for second in 3..=20 {
            last = meter.read(seconds(second), 500);
        }
        assert_eq!((last.rate, last.left), (Some(0.0), None));
    }

    #[test]
    fn a_pull_that_begins_anew_is_measured_anew() {
        let mut meter = Meter::new(1_000);
        meter.read(seconds(0), 500);
        meter.read(seconds(5), 600);
        assert_eq!(meter.read(seconds(6), 0).rate, None);
        assert_eq!(meter.read(seconds(8), 20).rate, Some(10.0));
    }

    #[test]
    fn many_readings_are_forgotten() {
        let mut meter = Meter::new(u64::MAX);
        for tick in 0..10_000_u64 {
            meter.read(Duration::from_millis(tick * 100), tick);
        }
        assert!(meter.readings.len() < 100);
    }
}
