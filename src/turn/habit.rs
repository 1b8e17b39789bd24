//! How long somebody pauses and goes on. Known from their own turns, and carried from one to the next.

use std::collections::VecDeque;

/// Pauses from here on are remembered, milliseconds; shorter ones are gaps between words.
const PAUSE_MS: u64 = 300;

/// Pauses that are remembered: one or two minutes of speech.
const REMEMBERED: usize = 24;

/// The next pause may be so much longer than the longest of this turn, in twentieths. Of 81 turns of real speech 25 cut two
/// off that 27 did not, for 60 ms of waiting.
const LONGER_NOW: u64 = 27;

/// And so much longer than what is usual over the turns, in twentieths.
const LONGER_USUALLY: u64 = 24;

/// Share of the pauses that are no longer than the usual one, in tenths: a single long thought is no habit.
const USUAL_TENTHS: usize = 8;

/// The pauses after which somebody went on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Habit {
    pauses: VecDeque<u64>,
    /// The longest of this turn.
    longest: u64,
}

impl Habit {
    /// Begins another turn of the same speaker.
    #[must_use]
    pub fn next_turn(&self) -> Self {
        Self { pauses: self.pauses.clone(), longest: 0 }
    }

    /// Remembers a pause of so many milliseconds, after which the speaker went on.
    pub fn paused(&mut self, ms: u64) {
        if ms < PAUSE_MS {
            return;
        }
        if self.pauses.len() == REMEMBERED {
            self.pauses.pop_front();
        }
        self.pauses.push_back(ms);
        self.longest = self.longest.max(ms);
    }

    /// Returns the shortest pause, milliseconds, that is out of the ordinary for this speaker; zero when nothing is known.
    #[must_use]
    pub fn needed_ms(&self) -> u64 {
        let mut pauses: Vec<u64> = self.pauses.iter().copied().collect();
        pauses.sort_unstable();
        let usual = pauses.get(pauses.len().saturating_sub(1) * USUAL_TENTHS / 10).copied().unwrap_or(0);
        (self.longest.saturating_mul(LONGER_NOW) / 20).max(usual.saturating_mul(LONGER_USUALLY) / 20)
    }
}

#[cfg(test)]
mod tests {
    use super::{Habit, REMEMBERED};

    fn habit(pauses: &[u64]) -> Habit {
        let mut habit = Habit::default();
        for &ms in pauses {
            habit.paused(ms);
        }
        habit
    }

    #[test]
    fn within_a_turn_a_speaker_is_given_a_third_more_than_the_longest_pause() {
        assert_eq!(Habit::default().needed_ms(), 0);
        assert_eq!(habit(&[400, 1_000, 200, 600]).needed_ms(), 1_350);
    }

    #[test]
    fn in_the_next_turn_one_long_thought_counts_for_little() {
        assert_eq!(habit(&[500, 500, 500, 500, 500, 2_000]).next_turn().needed_ms(), 600);
    }

    #[test]
    fn gaps_between_words_are_no_habit_and_old_pauses_are_forgotten() {
        assert_eq!(habit(&[200]), Habit::default());
        let mut old = vec![1_500; REMEMBERED];
        old.extend([400; REMEMBERED]);
        assert_eq!(habit(&old).next_turn().needed_ms(), 480);
    }
}
