//! The wish to stop, from another thread such as the one that hears Ctrl-C.

use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

/// Says that a pull should stop. Clones say the same.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<(Mutex<bool>, Condvar)>);

impl Stop {
    /// Wishes it.
    pub fn wish(&self) {
        let (wished, told) = &*self.0;
        *wished.lock().unwrap_or_else(PoisonError::into_inner) = true;
        told.notify_all();
    }

    /// Returns whether it was wished.
    #[must_use]
    pub fn is_wished(&self) -> bool {
        self.wait(Duration::ZERO)
    }

    /// Waits, at most as long as nobody wishes to stop, and returns whether somebody did.
    #[must_use]
    pub fn wait(&self, time: Duration) -> bool {
        let (wished, told) = &*self.0;
        let wished = wished.lock().unwrap_or_else(PoisonError::into_inner);
        *told.wait_timeout_while(wished, time, |wished| !*wished).unwrap_or_else(PoisonError::into_inner).0
    }
}
