//! The last step from what a model says to a verdict: a logistic fit, the bounds of the verdicts, the cuts of the bands.
//! Its numbers lie in `models/judge/fit.toml`; they are fitted on labelled answers to roles that the model had not seen.

use serde::Deserialize;

use crate::judge::Verdict;
use crate::judge::features::Features;

/// The numbers that this program was built with.
const SHIPPED: &str = include_str!("../../models/judge/fit.toml");

/// A logistic fit over the features, with calibrated probabilities.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fit {
    touched: Logistic,
    covered: Logistic,
    pitfall: Logistic,
    bounds: Bounds,
    /// How verdicts become a band.
    pub band: BandRule,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Logistic {
    /// In the order of [`Features::values`].
    weights: [f32; Features::COUNT],
    constant: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bounds {
    /// Probability from which a point counts as covered.
    covered: f32,
    /// Probability from which it counts as touched.
    touched: f32,
    /// Probability from which a pitfall counts as hit.
    pitfall: f32,
    /// Distance to a bound within which a verdict is close.
    close: f32,
}

/// How verdicts become a band. A person can follow it: share of the weight made, less something for each pitfall, cut at
/// four places.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandRule {
    /// What a partial point is worth, a covered one being worth 1.
    pub partial: f32,
    /// What a pitfall takes from the share.
    pub pitfall: f32,
    /// Shares from which the bands 2, 3, 4 and 5 begin.
    pub cuts: [f32; 4],
}

/// Probabilities of a point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Chances {
    /// At least touched, 0 to 1.
    pub touched: f32,
    /// Covered, 0 to 1 and never above `touched`.
    pub covered: f32,
}

impl Fit {
    /// Returns the fit that this program was built with.
    #[must_use]
    pub fn shipped() -> Self {
        Self::parse(SHIPPED).expect("the fit is part of the program, and a test reads it")
    }

    /// Reads a fit.
    ///
    /// # Errors
    /// Says what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    /// Returns the probabilities of a point.
    #[must_use]
    pub fn chances(&self, features: &Features) -> Chances {
        let touched = self.touched.probability(features);
        Chances { touched, covered: self.covered.probability(features).min(touched) }
    }

    /// Returns the probability that a pitfall was hit, 0 to 1.
    #[must_use]
    pub fn pitfall(&self, features: &Features) -> f32 {
        self.pitfall.probability(features)
    }

    /// Returns whether a pitfall of that probability counts as hit.
    #[must_use]
    pub fn is_hit(&self, probability: f32) -> bool {
        probability >= self.bounds.pitfall
    }

    /// Returns the verdict on a point.
    #[must_use]
    pub fn verdict(&self, chances: Chances) -> Verdict {
        if chances.covered >= self.bounds.covered {
            Verdict::Covered
        } else if chances.touched >= self.bounds.touched {
            Verdict::Partial
        } else {
            Verdict::Missing
        }
    }

    /// Returns whether a little more or less of what was heard would have given another verdict.
    #[must_use]
    pub fn is_close(&self, chances: Chances) -> bool {
        let near = |value: f32, bound: f32| (value - bound).abs() < self.bounds.close;
        let covered = chances.covered >= self.bounds.covered;
        near(chances.covered, self.bounds.covered) || (!covered && near(chances.touched, self.bounds.touched))
    }
}

impl Logistic {
    fn probability(&self, features: &Features) -> f32 {
        let values = features.values();
        let sum: f32 = self.weights.iter().zip(values).map(|(weight, value)| weight * value).sum();
        sigmoid(sum + self.constant)
    }
}

/// Returns the probability of log odds.
#[must_use]
pub fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

#[cfg(test)]
mod tests {
    use super::{Chances, Fit};
    use crate::judge::Verdict;
    use crate::judge::features::Features;

    #[test]
    fn the_shipped_fit_is_sound_and_follows_the_model() {
        let fit = Fit::shipped();
        let sure =
            Features { touched: 5.0, covered: 5.0, quote_touched: 5.0, quote_covered: 5.0, ..Features::default() };
        let no =
            Features { touched: -5.0, covered: -6.0, quote_touched: -5.0, quote_covered: -6.0, ..Features::default() };
        assert_eq!(fit.verdict(fit.chances(&sure)), Verdict::Covered);
        assert_eq!(fit.verdict(fit.chances(&no)), Verdict::Missing);
        assert!(!fit.is_close(fit.chances(&no)));
        assert!(fit.band.cuts.windows(2).all(|two| two[0] < two[1]));
    }

    #[test]
    fn covered_is_never_likelier_than_touched() {
        let fit = Fit::shipped();
        for covered in [-8.0, -1.0, 0.0, 3.0, 9.0] {
            let Chances { touched, covered } = fit.chances(&Features { covered, ..Features::default() });
            assert!(covered <= touched);
        }
    }

    #[test]
    fn a_fit_that_is_wrong_is_refused() {
        assert!(Fit::parse("[touched]\nweights = [1.0]\n").is_err());
        assert!(Fit::parse("").is_err());
    }
}
