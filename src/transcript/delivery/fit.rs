//! From what speaks for a filler to its probability: a logistic fit. Its numbers lie in `models/fillers/fit.toml`; they are
//! fitted on labelled recordings, and so are the precision and recall that the program states.

use serde::Deserialize;

use crate::transcript::delivery::fillers::Features;

/// The numbers that this program was built with.
const SHIPPED: &str = include_str!("../../../models/fillers/fit.toml");

/// A logistic fit, and how good it is.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fit {
    /// In the order of [`Features::values`].
    weights: [f32; Features::COUNT],
    constant: f32,
    /// Probability from which a sound is believed to be a filler.
    bound: f32,
    measured: Measured,
}

/// How good the fit is on recordings that it was not fitted on.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measured {
    /// Share of what is found that is a filler, 0 to 1.
    pub precision: f64,
    /// Share of the fillers that is found, 0 to 1.
    pub recall: f64,
    /// Fillers that this rests on.
    pub events: u32,
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

    /// Returns how likely a held sound is to be a filler, 0 to 1.
    #[must_use]
    pub fn probability(&self, features: &Features) -> f32 {
        let sum: f32 = self.weights.iter().zip(features.values()).map(|(weight, value)| weight * value).sum();
        1.0 / (1.0 + (-(sum + self.constant)).exp())
    }

    /// Returns whether a sound of that probability counts as a filler.
    #[must_use]
    pub fn is_believed(&self, probability: f32) -> bool {
        probability >= self.bound
    }

    /// Returns how good the fit is.
    #[must_use]
    pub const fn measured(&self) -> Measured {
        self.measured
    }
}

#[cfg(test)]
mod tests {
    use super::Fit;
    use crate::transcript::delivery::fillers::Features;

    #[test]
    fn the_shipped_fit_is_sound_and_believes_what_is_held_and_heard_more_than_what_is_not() {
        let fit = Fit::shipped();
        let held = Features {
            length_s: 0.5,
            periodicity: 0.8,
            centre_khz: 0.9,
            again: 0.9,
            silence_s: 0.4,
            ..Features::default()
        };
        let vowel = Features {
            length_s: 0.15,
            pitch_spread: 2.0,
            level_spread: 5.0,
            change: 0.2,
            centre_khz: 1.2,
            ..Features::default()
        };
        assert!(fit.is_believed(fit.probability(&held)) && !fit.is_believed(fit.probability(&vowel)));
        let measured = fit.measured();
        assert!(
            (0.1..1.0).contains(&measured.precision) && (0.1..1.0).contains(&measured.recall) && measured.events > 0
        );
    }

    #[test]
    fn a_fit_that_is_wrong_is_refused() {
        assert!(Fit::parse("weights = [1.0]").is_err());
        assert!(Fit::parse("").is_err());
    }
}
