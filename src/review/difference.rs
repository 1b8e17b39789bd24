//! Whether two groups of one's own answers differ by more than chance brings. Whatever is compared over time or under pressure is
//! compared by this, so that "better" means one thing.

use schemars::JsonSchema;
use serde::Serialize;

use crate::review::rank_test::chance;

/// Fewest answers of each kind that anything is said from: with four each, not even two groups that lie wholly apart are
/// rarer than one in a hundred by chance.
pub const LEAST_ANSWERS: usize = 5;

/// Chance below which a difference is named.
const CHANCE: f64 = 0.01;

/// The middle of some values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Middle {
    /// How many answers.
    pub answers: usize,
    /// The median.
    pub median: f64,
    /// Where the middle half of the values begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
}

impl Middle {
    /// Returns the middle of the values, in any order. None where there are none.
    #[must_use]
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        let at = |share: f64| {
            let place = share * last as f64;
            let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
            below + (above - below) * place.fract()
        };
        Some(Self { answers: sorted.len(), median: at(0.5), low: at(0.25), high: at(0.75) })
    }
}

/// What can be said of the values of one group beside those of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// Fewer than five answers on one side.
    TooLittle,
    /// Nothing that chance could not bring.
    Same,
    /// They are higher.
    Higher,
    /// They are lower.
    Lower,
}

/// Two groups of values beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The first group. Null: it is empty.
    pub before: Option<Middle>,
    /// The second group. Null: it is empty.
    pub after: Option<Middle>,
    /// What can be said of the second.
    pub finding: Finding,
}

impl Difference {
    /// Returns how `after` differs from `before`. Takes time with the cube of their number: meant for some dozens.
    #[must_use]
    pub fn of(before: &[f64], after: &[f64]) -> Self {
        let middles = (Middle::of(before), Middle::of(after));
        let finding = match middles {
            (Some(one), Some(other)) if one.answers.min(other.answers) >= LEAST_ANSWERS => {
                match other.median.total_cmp(&one.median) {
                    std::cmp::Ordering::Greater if chance(before, after) < CHANCE => Finding::Higher,
                    std::cmp::Ordering::Less if chance(before, after) < CHANCE => Finding::Lower,
                    _ => Finding::Same,
                }
            }
            _ => Finding::TooLittle,
        };
        Self { before: middles.0, after: middles.1, finding }
    }
}
