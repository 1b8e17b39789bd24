//! Simpler ways to tell whether an answer makes a point, for comparison.

use crate::engine::wiring::{self, WiringError};
use crate::job::Related;
use crate::judge::ScorerError;
use crate::models::Weights;
use crate::net::meaning::Meaning;
use crate::terms::{overlap, terms};

/// Term overlap and sentence embeddings.
pub(super) struct Baselines {
    meaning: Meaning,
}

impl Baselines {
    /// Loads the sentence embeddings.
    ///
    /// # Errors
    /// [`WiringError`] names the file that is missing or broken.
    pub(super) fn load(weights: &Weights) -> Result<Self, WiringError> {
        Ok(Self { meaning: wiring::meaning(weights)? })
    }

    /// Returns the share of the statement's terms that the text holds, 0 to 1.
    pub(super) fn overlap(statement: &str, text: &str) -> f32 {
        overlap(&terms(statement), &terms(text))
    }

    /// Returns the likeness of the statement and the sentence nearest to it, -1 to 1.
    ///
    /// # Errors
    /// [`ScorerError`] when the model fails.
    pub(super) fn likeness(&mut self, statement: &str, text: &str) -> Result<f32, ScorerError> {
        let sentences: Vec<String> = text.split_inclusive(['.', '?', '!']).map(|part| part.trim().to_owned()).collect();
        Ok(self.meaning.relatedness(statement, &sentences)?.into_iter().fold(0.0, f32::max))
    }
}
