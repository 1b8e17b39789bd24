//! A job description beside question banks: which questions it asks for, and by which of its sentences. Knows no model: whatever
//! tells how alike two sentences are in meaning is passed in.

pub mod description;
pub mod rank;
mod terms;

use crate::judge::ScorerError;

/// Tells how closely texts are related in meaning. A model is behind it.
pub trait Related {
    /// Returns how closely each of `others` is related to `text`, -1 to 1.
    ///
    /// # Errors
    /// [`ScorerError`] when the model fails.
    fn relatedness(&mut self, text: &str, others: &[String]) -> Result<Vec<f32>, ScorerError>;
}
