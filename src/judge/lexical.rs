//! A scorer without a model: shared terms alone. It stands in where the model of meaning is missing, and in tests.

use crate::judge::terms::{overlap, terms};
use crate::judge::{PairScore, PairScorer, ScorerError, Statement};

/// Scores by the share of a statement's terms that a passage holds.
#[derive(Clone, Copy, Debug, Default)]
pub struct LexicalScorer;

impl PairScorer for LexicalScorer {
    fn score(&mut self, _: &str, statement: Statement<'_>, passages: &[String]) -> Result<Vec<PairScore>, ScorerError> {
        let wanted = terms(statement.text);
        let scored = passages.iter().map(|passage| {
            let found = terms(passage);
            let cued = cues_in(statement.cues, passage) > 0;
            let touched = (overlap(&wanted, &found) + if cued { 0.2 } else { 0.0 }).min(1.0);
            PairScore { touched, covered: touched * touched }
        });
        Ok(scored.collect())
    }

    fn relatedness(&mut self, _: &str, _: &[String]) -> Result<Option<Vec<f32>>, ScorerError> {
        Ok(None)
    }
}

/// Returns how many of the cues a passage names, all words of a cue together.
#[must_use]
pub fn cues_in(cues: &[String], passage: &str) -> usize {
    let found = terms(passage);
    let named = |cue: &&String| {
        let wanted = terms(cue);
        !wanted.is_empty() && wanted.is_subset(&found)
    };
    cues.iter().filter(named).count()
}
