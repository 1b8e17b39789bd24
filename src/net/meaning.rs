//! The meaning of sentences: embeddings of all-MiniLM-L6-v2, and the judge's first form over them. It knows agreement of
//! wording well and paraphrase badly.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::path::Path;

use rten::NodeId;
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};
use tokenizers::Tokenizer;

use crate::judge::passages::sentences_of;
use crate::judge::remarks::{claims, lists, rejects};
use crate::judge::terms::{overlap, terms};
use crate::judge::{Pair, PairScorer, Reading, ScorerError};
use crate::net::{NetError, load, node, vocabulary};

/// Length of an embedding.
const DIMENSIONS: usize = 384;

/// Tokens of a text that are read; the model was trained on no more.
const LONGEST: usize = 256;

/// Embeddings that are remembered. An hour of interview makes about 2,000 passages, 3 MB.
const REMEMBERED: usize = 4_096;

/// Weights of similarity, shared terms, how far a passage stands out, its length; and the constant. Logistic fit on the
/// labelled answers of train-a to train-f, passage by passage.
const COVERED: [f32; 5] = [-0.06, 2.18, 4.31, 0.36, -2.29];

/// The same for "at least touched".
const TOUCHED: [f32; 5] = [0.11, 2.15, 3.92, 0.31, -1.82];

/// What a second sentence must gain over one to be read in its place, in log odds.
const WORTH_A_SECOND_SENTENCE: f32 = 0.35;

/// Passages from which it can be told how much one of them stands out.
const ENOUGH_TO_COMPARE: usize = 5;

/// Likeness of a statement and a passage that is about something else: the median over 231 pairs of an answer of the
/// training sets and a point (0.04 to 0.21 in eight of ten). Taken where an answer is too short to show it.
const USUAL: f32 = 0.12;

/// Log odds of what a passage takes back in the same breath.
const TAKEN_BACK: f32 = -6.0;

/// Log odds that a list of terms loses: a term in a bare list is named, not said.
const LISTED: f32 = 1.5;

/// Sentence embeddings.
pub struct Meaning {
    model: rten::Model,
    tokenizer: Tokenizer,
    ids: NodeId,
    mask: NodeId,
    embedding: NodeId,
    known: HashMap<String, Vec<f32>>,
}

impl Meaning {
    /// Loads the model and its vocabulary.
    ///
    /// # Errors
    /// [`NetError::Load`] names the file.
    pub fn load(model: &Path, words: &Path) -> Result<Self, NetError> {
        let mut tokenizer = vocabulary(words)?;
        let truncation =
            tokenizers::TruncationParams { max_length: LONGEST, ..tokenizers::TruncationParams::default() };
        tokenizer
            .with_truncation(Some(truncation))
            .map_err(|error| NetError::Load { path: words.display().to_string(), why: error.to_string() })?;
        let model = load(model)?;
        let (ids, mask, embedding) =
            (node(&model, "input_ids")?, node(&model, "attention_mask")?, node(&model, "embedding")?);
        Ok(Self { model, tokenizer, ids, mask, embedding, known: HashMap::new() })
    }

    /// Returns how closely each of `others` is related to `text`: the cosine of their embeddings, -1 to 1.
    ///
    /// # Errors
    /// [`ScorerError`] when the text cannot be cut into tokens or the model fails.
    pub fn relatedness(&mut self, text: &str, others: &[String]) -> Result<Vec<f32>, ScorerError> {
        let meant = self.embed(text)?;
        others.iter().map(|other| self.embed(other).map(|embedding| cosine(&meant, &embedding))).collect()
    }

    fn read_one(&mut self, pair: &Pair<'_>) -> Result<Reading, ScorerError> {
        let sentences = sentences_of(pair.words);
        let passages: Vec<Range<usize>> =
            sentences.iter().cloned().chain(sentences.windows(2).map(|two| two[0].start..two[1].end)).collect();
        let texts: Vec<String> = passages.iter().map(|passage| pair.words[passage.clone()].join(" ")).collect();
        let similar = self.relatedness(pair.statement, &texts)?;
        // Each wording counts once: who says a thing twice must not make everything else stand out.
        let distinct: BTreeMap<&String, f32> = texts.iter().zip(similar.iter().copied()).collect();
        let distinct: Vec<f32> = distinct.into_values().collect();
        let usual = if distinct.len() < ENOUGH_TO_COMPARE { USUAL } else { median(&distinct) };
        let wanted = terms(pair.statement);
        let scored: Vec<(f32, f32)> = texts
            .iter()
            .zip(&similar)
            .map(|(text, &similar)| {
                let found = terms(text);
                let length = (found.len() as f32).ln_1p();
                let numbers = [similar, overlap(&wanted, &found), similar - usual, length];
                sobered((log_odds(&TOUCHED, &numbers), log_odds(&COVERED, &numbers)), text)
            })
            .collect();
        let worth = |index: usize| {
            let cost = if index < sentences.len() { 0.0 } else { WORTH_A_SECOND_SENTENCE };
            f32::midpoint(scored[index].0, scored[index].1) - cost
        };
        let Some(best) = (0..scored.len()).max_by(|&one, &other| worth(one).total_cmp(&worth(other))) else {
            return Ok(Reading { touched: TAKEN_BACK, covered: TAKEN_BACK, evidence: Vec::new() });
        };
        let (touched, covered) = scored[best];
        let evidence = (0..pair.words.len()).map(|word| if passages[best].contains(&word) { 2.0 } else { -4.0 });
        Ok(Reading { touched, covered: covered.min(touched), evidence: evidence.collect() })
    }

    /// Returns the embedding of a text, of length 1.
    fn embed(&mut self, text: &str) -> Result<Vec<f32>, ScorerError> {
        if let Some(known) = self.known.get(text) {
            return Ok(known.clone());
        }
        let failed = |why: String| ScorerError(why);
        let encoding = self.tokenizer.encode(text, true).map_err(|error| failed(error.to_string()))?;
        let tokens: Vec<i32> = encoding.get_ids().iter().map(|&id| id as i32).collect();
        let ids = NdTensor::from_data([1, tokens.len()], tokens);
        let mask = NdTensor::<i32, 2>::full(ids.shape(), 1);
        let inputs = vec![(self.ids, ids.into()), (self.mask, mask.into())];
        let mut outputs = self.model.run(inputs, &[self.embedding], None).map_err(|error| failed(error.to_string()))?;
        let output = outputs.pop().ok_or_else(|| failed("the model gave nothing".into()))?;
        let embedding: NdTensor<f32, 2> = output.try_into().map_err(|error| failed(format!("{error:?}")))?;
        let view: NdTensorView<'_, f32, 2> = embedding.view();
        let embedding: Vec<f32> = view.iter().copied().collect();
        if embedding.len() != DIMENSIONS {
            return Err(failed(format!("the model gave {} numbers, not {DIMENSIONS}", embedding.len())));
        }
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        self.known.insert(text.to_owned(), embedding.clone());
        Ok(embedding)
    }
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}

fn log_odds(weights: &[f32; 5], numbers: &[f32; 4]) -> f32 {
    weights.iter().zip(numbers).map(|(weight, number)| weight * number).sum::<f32>() + weights[4]
}

/// Takes back what the wording of a passage takes back.
fn sobered((touched, covered): (f32, f32), passage: &str) -> (f32, f32) {
    if rejects(passage) || claims(passage) {
        (TAKEN_BACK, TAKEN_BACK)
    } else if lists(passage) {
        (touched - LISTED, TAKEN_BACK)
    } else {
        (touched, covered)
    }
}

fn median(values: &[f32]) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

impl PairScorer for Meaning {
    fn read(&mut self, pairs: &[Pair<'_>]) -> Result<Vec<Reading>, ScorerError> {
        pairs.iter().map(|pair| self.read_one(pair)).collect()
    }

    fn relatedness(&mut self, text: &str, others: &[String]) -> Result<Option<Vec<f32>>, ScorerError> {
        Meaning::relatedness(self, text, others).map(Some)
    }
}
