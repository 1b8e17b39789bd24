//! The only place that reads the host's clock. Interviews run on audio time; this is for dates, durations of work and devices.

use std::time::Instant;

/// Returns the host's monotonic clock now.
#[expect(clippy::disallowed_methods, reason = "this is the one place that reads it")]
pub fn now() -> Instant {
    Instant::now()
}
