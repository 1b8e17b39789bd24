//! How well a question was remembered, as the scheduler of repetitions asks for it, from what the judge said.

use crate::judge::{Band, Standing};

/// Coverage from which a strong answer counts as remembered. Band 4 begins where less than half of the rubric was made, and
/// whoever leaves out half of the points had better say them once more soon.
const REMEMBERED: f32 = 0.6;

/// Coverage from which an outstanding answer counts as easy.
const EASY: f32 = 0.9;

/// How well a question was remembered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rating {
    /// Not: nothing to credit, or major gaps.
    Again = 1,
    /// With much left out.
    Hard,
    /// As it should be.
    Good,
    /// Without effort.
    Easy,
}

impl Rating {
    /// Returns the rating in words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Again => "not remembered",
            Self::Hard => "remembered with much left out",
            Self::Good => "remembered",
            Self::Easy => "remembered without effort",
        }
    }
}

/// Returns how well the question was remembered. The band decides, since it counts pitfalls as well; among strong answers
/// coverage does.
#[must_use]
pub fn rating(standing: Standing, band: Band, coverage: f32) -> Rating {
    if standing != Standing::Attempt {
        return Rating::Again;
    }
    match (band.get(), coverage) {
        (..=2, _) => Rating::Again,
        (3, _) => Rating::Hard,
        (_, coverage) if coverage < REMEMBERED => Rating::Hard,
        (5, coverage) if coverage >= EASY => Rating::Easy,
        _ => Rating::Good,
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::rating;
    use crate::judge::{Band, Standing};

    #[test]
    fn the_rule_is_this_table() {
        let mut table = String::from("coverage:     0.0     0.3    0.59     0.6    0.89     0.9     1.0\n");
        for band in 1..=5 {
            let ratings = [0.0, 0.3, 0.59, 0.6, 0.89, 0.9, 1.0].map(|coverage| {
                let rating = |standing| rating(standing, Band::clamped(band), coverage);
                for standing in [Standing::Silent, Standing::Echo, Standing::OffTopic, Standing::NoSubstance] {
                    assert_eq!(rating(standing), super::Rating::Again, "{standing:?}");
                }
                format!("{:>8}", format!("{:?}", rating(Standing::Attempt)))
            });
            let _written = writeln!(table, "band {band}    {}", ratings.concat());
        }
        insta::assert_snapshot!(table);
    }
}
