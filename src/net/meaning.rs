//! The meaning of sentences: embeddings of all-MiniLM-L6-v2, and the scores of the first judge over them. Trained on
//! nothing of ours but five coefficients; it knows agreement of wording well and paraphrase badly.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use rten::{NodeId, RunOptions};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};
use tokenizers::Tokenizer;

use crate::judge::lexical::cues_in;
use crate::judge::terms::{overlap, terms};
use crate::judge::{PairScore, PairScorer, ScorerError, Statement};
use crate::net::{NetError, load, node};

/// Length of an embedding.
const DIMENSIONS: usize = 384;

/// Tokens of a text that are read; the model was trained on no more.
const LONGEST: usize = 256;

/// Embeddings that are remembered. An hour of interview makes about 2,000 passages, 3 MB.
const REMEMBERED: usize = 4_096;

/// Weights of similarity, shared terms, cues, how far the passage stands out, its length; and the constant. Logistic
/// fit on the labelled answers to train-a … train-f (6,684 pairs; area under the curve 0.69 there, 0.88 on the plain
/// answers of train-e and -f, 0.65 on the development set, which it never saw).
const COVERED: [f32; 6] = [-0.06, 2.18, 0.65, 4.31, 0.36, -2.29];

/// The same for "at least touched".
const TOUCHED: [f32; 6] = [0.11, 2.15, 1.42, 3.92, 0.31, -1.82];

/// Sentence embeddings and what the judge makes of them.
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
    pub fn load(model: &Path, vocabulary: &Path) -> Result<Self, NetError> {
        let failed = |why: String| NetError::Load { path: vocabulary.display().to_string(), why };
        let mut tokenizer = Tokenizer::from_file(vocabulary).map_err(|error| failed(error.to_string()))?;
        let truncation =
            tokenizers::TruncationParams { max_length: LONGEST, ..tokenizers::TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(|error| failed(error.to_string()))?;
        tokenizer.with_padding(None);
        let model = load(model)?;
        let (ids, mask, embedding) =
            (node(&model, "input_ids")?, node(&model, "attention_mask")?, node(&model, "embedding")?);
        Ok(Self { model, tokenizer, ids, mask, embedding, known: HashMap::new() })
    }

    /// Returns the embedding of a text, of length 1.
    ///
    /// # Errors
    /// [`ScorerError`] when the text cannot be cut into tokens or the model fails.
    pub fn embed(&mut self, text: &str) -> Result<Vec<f32>, ScorerError> {
        if let Some(known) = self.known.get(text) {
            return Ok(known.clone());
        }
        let failed = |why: String| ScorerError(why);
        let encoding = self.tokenizer.encode(text, true).map_err(|error| failed(error.to_string()))?;
        let tokens: Vec<i32> = encoding.get_ids().iter().map(|&id| id as i32).collect();
        let ids = NdTensor::from_data([1, tokens.len()], tokens);
        let mask = NdTensor::<i32, 2>::full(ids.shape(), 1);
        let inputs = vec![(self.ids, ids.into()), (self.mask, mask.into())];
        let options = RunOptions::default();
        let mut outputs =
            self.model.run(inputs, &[self.embedding], Some(options)).map_err(|error| failed(error.to_string()))?;
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

fn logistic(weights: &[f32; 6], features: &[f32; 5]) -> f32 {
    let sum: f32 = weights.iter().zip(features).map(|(weight, feature)| weight * feature).sum();
    1.0 / (1.0 + (-(sum + weights[5])).exp())
}

fn median(values: &[f32]) -> f32 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f32::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

impl PairScorer for Meaning {
    fn score(&mut self, _: &str, statement: Statement<'_>, passages: &[String]) -> Result<Vec<PairScore>, ScorerError> {
        let meant = self.embed(statement.text)?;
        let wanted = terms(statement.text);
        let mut similar = Vec::with_capacity(passages.len());
        for passage in passages {
            similar.push(cosine(&meant, &self.embed(passage)?));
        }
        // Each wording counts once: who says a thing twice must not make everything else stand out.
        let distinct: BTreeMap<&String, f32> = passages.iter().zip(similar.iter().copied()).collect();
        let usual = median(&distinct.into_values().collect::<Vec<_>>());
        let scored = passages.iter().zip(&similar).map(|(passage, similar)| {
            let features = [
                *similar,
                overlap(&wanted, &terms(passage)),
                cues_in(statement.cues, passage).min(2) as f32,
                similar - usual,
                (terms(passage).len() as f32).ln_1p(),
            ];
            let touched = logistic(&TOUCHED, &features);
            PairScore { touched, covered: logistic(&COVERED, &features).min(touched) }
        });
        Ok(scored.collect())
    }

    fn relatedness(&mut self, text: &str, others: &[String]) -> Result<Option<Vec<f32>>, ScorerError> {
        let meant = self.embed(text)?;
        let related: Result<Vec<f32>, ScorerError> =
            others.iter().map(|other| self.embed(other).map(|embedding| cosine(&meant, &embedding))).collect();
        related.map(Some)
    }
}
