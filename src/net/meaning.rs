//! The meaning of sentences: embeddings of all-MiniLM-L6-v2. They tell what two texts are about, and little of what they say.

use std::collections::HashMap;
use std::path::Path;

use rten::NodeId;
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, NdTensorView};
use tokenizers::Tokenizer;

use crate::job::Related;
use crate::judge::ScorerError;
use crate::net::{NetError, load, node, vocabulary};

/// Length of an embedding.
const DIMENSIONS: usize = 384;

/// Tokens of a text that are read; the model was trained on no more.
const LONGEST: usize = 256;

/// Embeddings that are remembered. An hour of interview makes about 2,000 passages, 3 MB.
const REMEMBERED: usize = 4_096;

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

impl Related for Meaning {
    fn relatedness(&mut self, text: &str, others: &[String]) -> Result<Vec<f32>, ScorerError> {
        let meant = self.embed(text)?;
        others.iter().map(|other| self.embed(other).map(|embedding| cosine(&meant, &embedding))).collect()
    }
}

fn cosine(one: &[f32], other: &[f32]) -> f32 {
    one.iter().zip(other).map(|(a, b)| a * b).sum()
}
