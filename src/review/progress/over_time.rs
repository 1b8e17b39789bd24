//! How values change over time: a running middle, and the earlier half beside the later one. Never a trend from a few.

use crate::review::difference::{Difference, Finding, LEAST_ANSWERS};
use crate::review::progress::attempt::Attempt;

/// Attempts that a running middle is of: each with the four before it.
pub const RUNNING: usize = 5;

/// Values on each side of a change at most: the first ones and the latest ones.
const COMPARED: usize = 10;

/// Returns for each attempt the median coverage of it and the four before it, 0 to 1; none for the first four.
#[must_use]
pub fn running_middle(attempts: &[Attempt<'_>]) -> Vec<Option<f32>> {
    let middle = |last: usize| {
        let window = attempts.get((last + 1).checked_sub(RUNNING)?..=last)?;
        let mut coverages: Vec<f32> = window.iter().map(|one| one.coverage).collect();
        coverages.sort_by(f32::total_cmp);
        Some(coverages[RUNNING / 2])
    };
    (0..attempts.len()).map(middle).collect()
}

/// Returns how the later half of some values, in the order of time, differs from the earlier half: ten of each at most, the first
/// and the latest.
#[must_use]
pub fn change(values: &[f64]) -> Difference {
    let half = (values.len() / 2).min(COMPARED);
    Difference::of(&values[..half], &values[values.len() - half..])
}

/// Returns what a change says, in a sentence or two. `higher` and `lower` name the way, `shown` writes a value.
#[must_use]
pub fn told(change: &Difference, higher: &str, lower: &str, shown: impl Fn(f64) -> String) -> String {
    let too_little = || format!("Too few answers to tell a change: it takes {}.", 2 * LEAST_ANSWERS);
    let (Some(before), Some(after)) = (change.before, change.after) else { return too_little() };
    let values = format!(
        "the middle of the first {} answers is {}, that of the latest {} is {}",
        before.answers,
        shown(before.median),
        after.answers,
        shown(after.median)
    );
    let named = |way: &str| {
        format!("{way}: {values}. Chance alone brings such a difference less than once in a hundred times.")
    };
    match change.finding {
        Finding::TooLittle => too_little(),
        Finding::Same => format!("No change that chance could not bring: {values}."),
        Finding::Higher => named(higher),
        Finding::Lower => named(lower),
    }
}
