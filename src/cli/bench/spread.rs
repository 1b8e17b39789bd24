//! The middle of some measurements, and what is rarely exceeded.

use serde::Serialize;

use crate::judge::figures::percentile;

/// Two percentiles.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub(super) struct Spread {
    pub(super) p50: f64,
    pub(super) p95: f64,
}

impl Spread {
    /// Returns the percentiles of values; of none, no numbers.
    pub(super) fn of(values: &[f64]) -> Self {
        Self { p50: percentile(values, 0.5), p95: percentile(values, 0.95) }
    }
}
