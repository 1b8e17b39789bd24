//! Whether the computer kept up while a turn was heard. Counts what it is told.

use serde::{Deserialize, Serialize};

/// How the hearing of a turn went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strain {
    /// Stretches of speech that were at the recogniser or waited for it at once, at most: one when it keeps up.
    pub behind: u32,
    /// Sound that was lost because nobody took it in time, milliseconds. Silence stands for it.
    pub lost_ms: u64,
}

/// Counts the stretches that the recogniser has not answered yet.
#[derive(Clone, Copy, Debug, Default)]
pub struct Backlog {
    waiting: u32,
    most: u32,
}

impl Backlog {
    /// Takes that a stretch was sent to the recogniser.
    pub fn sent(&mut self) {
        self.waiting += 1;
        self.most = self.most.max(self.waiting);
    }

    /// Takes that it answered one.
    pub fn answered(&mut self) {
        self.waiting = self.waiting.saturating_sub(1);
    }

    /// Returns the most stretches that waited at once.
    #[must_use]
    pub fn most(self) -> u32 {
        self.most
    }
}

#[cfg(test)]
mod tests {
    use super::Backlog;

    #[test]
    fn the_backlog_is_the_most_that_waited_at_once() {
        let mut backlog = Backlog::default();
        assert_eq!(backlog.most(), 0);
        backlog.sent();
        backlog.answered();
        backlog.sent();
        assert_eq!(backlog.most(), 1, "one after the other is no backlog");
        backlog.sent();
        backlog.answered();
        backlog.answered();
        backlog.answered();
        backlog.sent();
        assert_eq!(backlog.most(), 2);
    }
}
