//! Keeps the interviewer's timers: by the clock, or not at all where a prepared candidate needs no time.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::clock;
use crate::engine::conduct::{Conductor, Incoming};
use crate::engine::display::Update;
use crate::ids::TimerId;
use crate::interview::effect::Wait;

/// How often what is left is shown.
const SHOWN_EVERY: Duration = Duration::from_millis(500);

/// How time passes for whoever answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// As the clock says.
    Clock,
    /// At once: answers that are prepared or typed need no time to think.
    AtOnce,
}

/// The timers that run.
#[derive(Debug)]
pub(super) struct Timers {
    pace: Pace,
    running: Vec<(TimerId, Wait, Instant)>,
}

impl Timers {
    pub(super) fn new(pace: Pace) -> Self {
        Self { pace, running: Vec::new() }
    }

    pub(super) fn start(&mut self, timer: TimerId, wait: Wait, time: Duration) {
        // A language model needs its time whoever answers.
        let is_for_candidate = wait != Wait::Words;
        let time = if self.pace == Pace::AtOnce && is_for_candidate { Duration::ZERO } else { time };
        self.running.push((timer, wait, clock::now() + time));
    }

    pub(super) fn stop(&mut self, timer: TimerId) {
        self.running.retain(|(running, ..)| *running != timer);
    }

    /// Returns the timer that ends next, what it is for, and what is left of it.
    fn next(&self) -> Option<(TimerId, Wait, Duration)> {
        let (timer, wait, until) = self.running.iter().min_by_key(|(_, _, until)| *until)?;
        Some((*timer, *wait, until.saturating_duration_since(clock::now())))
    }
}

impl Conductor<'_> {
    /// Waits for what comes next. None when nothing can come any more.
    pub(super) fn next(&mut self, inbox: &Receiver<Incoming>) -> Option<Incoming> {
        loop {
            let Some((timer, wait, left)) = self.timers.next() else { return inbox.recv().ok() };
            if left.is_zero() {
                self.timers.stop(timer);
                return Some(Incoming::TimerDone(timer));
            }
            self.display.show(&Update::Waiting { wait, left });
            match inbox.recv_timeout(left.min(SHOWN_EVERY)) {
                Ok(incoming) => return Some(incoming),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Pace, Timers};
    use crate::ids::TimerId;
    use crate::interview::effect::Wait;

    #[test]
    fn the_timer_that_ends_first_is_next_and_one_that_was_stopped_never_is() {
        let mut timers = Timers::new(Pace::Clock);
        timers.start(TimerId(1), Wait::Think, Duration::from_secs(60));
        timers.start(TimerId(2), Wait::Retake, Duration::from_secs(30));
        assert_eq!(timers.next().map(|(timer, ..)| timer), Some(TimerId(2)));
        timers.stop(TimerId(2));
        assert_eq!(timers.next().map(|(timer, wait, _)| (timer, wait)), Some((TimerId(1), Wait::Think)));
        timers.stop(TimerId(1));
        assert_eq!(timers.next(), None);
    }

    #[test]
    fn a_candidate_who_is_prepared_waits_for_nothing() {
        let mut timers = Timers::new(Pace::AtOnce);
        timers.start(TimerId(1), Wait::Think, Duration::from_secs(30));
        assert_eq!(timers.next(), Some((TimerId(1), Wait::Think, Duration::ZERO)));
    }
}
