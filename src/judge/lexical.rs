//! A scorer without a model: shared terms alone. It stands in where the judge's network is missing, and in tests.

use crate::judge::terms::{bare_words, overlap, stem, terms};
use crate::judge::{Pair, PairScorer, Reading, ScorerError};

/// Share of a statement's terms at which it is as likely touched as not.
const TOUCHED_AT: f32 = 0.35;

/// The same for covered.
const COVERED_AT: f32 = 0.55;

/// Log odds that a whole share is worth.
const STEEPNESS: f32 = 12.0;

/// Scores by the share of a statement's terms that the words hold.
#[derive(Clone, Copy, Debug, Default)]
pub struct LexicalScorer;

impl PairScorer for LexicalScorer {
    fn read(&mut self, pairs: &[Pair<'_>]) -> Result<Vec<Reading>, ScorerError> {
        let read = |pair: &Pair<'_>| {
            let wanted = terms(pair.statement);
            let share = overlap(&wanted, &terms(&pair.words.join(" ")));
            let holds = |word: &&str| if terms(word).is_subset(&wanted) { 2.0 } else { -2.0 };
            Reading {
                touched: (share - TOUCHED_AT) * STEEPNESS,
                covered: (share - COVERED_AT) * STEEPNESS,
                evidence: pair.words.iter().map(holds).collect(),
            }
        };
        Ok(pairs.iter().map(read).collect())
    }

    fn relatedness(&mut self, _: &str, _: &[String]) -> Result<Option<Vec<f32>>, ScorerError> {
        Ok(None)
    }
}

/// Returns how many of the cues a text names: the words of a cue in a row, whatever their endings.
#[must_use]
pub fn cues_in(cues: &[String], text: &str) -> usize {
    let stems = |text: &str| -> Vec<String> { bare_words(text).map(|word| stem(&word)).collect() };
    let said = stems(text);
    let named = |cue: &&String| {
        let wanted = stems(cue);
        !wanted.is_empty() && said.windows(wanted.len()).any(|run| run == wanted)
    };
    cues.iter().filter(named).count()
}

#[cfg(test)]
mod tests {
    use super::cues_in;

    #[test]
    fn a_cue_is_named_by_its_words_in_a_row_in_any_form() {
        let cues = ["roll back".to_owned(), "health check".to_owned()];
        assert_eq!(cues_in(&cues, "We rolled back after the health checks failed."), 2);
        assert_eq!(cues_in(&cues, "Roll the dough out, go back and check your health."), 0);
        assert_eq!(cues_in(&[], "anything"), 0);
    }
}
