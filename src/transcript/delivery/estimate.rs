//! From the fillers that were found to how many there may have been. The finder errs both ways, by amounts that were
//! measured, so this is a range and never a count.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::transcript::delivery::fit::Measured;

/// Least speaking time that a rate can be told from, in seconds.
pub const LEAST_S: f64 = 20.0;

/// Nine times in ten the truth lies within so many standard deviations.
const DEVIATIONS: f64 = 1.645;

/// A range of fillers a minute.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// How many were found.
    pub found: u32,
    /// Fillers a minute, at least; a whole number.
    pub low: f64,
    /// Fillers a minute, at most; a whole number.
    pub high: f64,
    /// Share of what is found that is a filler, as measured, 0 to 1.
    pub precision: f64,
    /// Share of the fillers that is found, as measured, 0 to 1.
    pub recall: f64,
}

impl Estimate {
    /// Returns the range for `found` fillers in `speaking_s` seconds. None where that is too short to tell.
    #[must_use]
    pub fn of(found: u32, speaking_s: f64, measured: Measured) -> Option<Self> {
        if speaking_s.is_nan() || speaking_s < LEAST_S {
            return None;
        }
        let Measured { precision, recall, .. } = measured;
        let right = f64::from(found) * precision;
        let true_count = right / recall;
        // Some of what was found is wrong, and an unknown number was missed.
        let variance = (right * (1.0 - precision) + right * (1.0 - recall)) / recall.powi(2);
        let margin = DEVIATIONS * variance.sqrt();
        // So many can be missed without any being found, one time in ten.
        let unseen = 0.1f64.ln() / (1.0 - recall).max(0.01).ln();
        let minutes = speaking_s / 60.0;
        let low = ((true_count - margin).max(0.0) / minutes).floor();
        let high = ((true_count + margin).max(unseen) / minutes).ceil();
        Some(Self { found, low, high, precision, recall })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Estimate;
    use crate::transcript::delivery::fit::Measured;

    const MEASURED: Measured = Measured { precision: 0.9, recall: 0.8, events: 20 };

    #[test]
    fn the_range_holds_what_was_found_and_grows_with_the_doubt() {
        let good = Estimate::of(12, 120.0, MEASURED).expect("two minutes are enough");
        assert!(good.low <= 6.0 && good.high >= 6.0 && good.high - good.low <= 5.0, "{good:?}");
        let bad = Estimate::of(12, 120.0, Measured { recall: 0.5, ..MEASURED }).expect("two minutes are enough");
        assert!(bad.high > good.high, "{bad:?}");
    }

    #[test]
    fn none_found_is_none_at_least_and_a_few_at_most_and_a_short_answer_tells_nothing() {
        let none = Estimate::of(0, 60.0, MEASURED).expect("a minute is enough");
        assert_eq!((none.low, none.high), (0.0, 2.0));
        assert_eq!(Estimate::of(3, 12.0, MEASURED), None);
        assert_eq!(Estimate::of(3, f64::NAN, MEASURED), None);
    }

    proptest! {
        #[test]
        fn the_range_is_made_of_numbers(found in 0u32..500, seconds in 0f64..4_000.0, precision in 0.1f64..=1.0, recall in 0.1f64..=1.0) {
            if let Some(range) = Estimate::of(found, seconds, Measured { precision, recall, events: 9 }) {
                prop_assert!(range.low.is_finite() && range.high.is_finite() && range.low <= range.high);
            }
        }
    }
}
