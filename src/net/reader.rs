//! The judge's network: reads a statement of a rubric beside an answer, and says whether it was made and by which words.

use std::collections::HashMap;
use std::path::Path;

use rten::NodeId;
use rten_tensor::NdTensor;
use tokenizers::Tokenizer;

use crate::judge::{Kind, Pair, PairScorer, Reading, ScorerError};
use crate::net::meaning::Meaning;
use crate::net::{NetError, load, node, vocabulary};

/// Tokens of a pair that are read, as in training.
const LONGEST: usize = 384;

/// Tokens of question and statement that are read, as in training.
const FIRST_SEGMENT: usize = 96;

/// Marks of the vocabulary: start of the pair, end of a segment.
const START: i32 = 101;
const END: i32 = 102;

/// What stands before a pitfall, as in training.
const PITFALL_MARK: &str = "Mistake:";

/// Pairs in one run of the network. More need more memory and are hardly faster.
const BATCH: usize = 4;

/// Words whose tokens are remembered.
const REMEMBERED: usize = 65_536;

/// The judge's network, and the model of meaning beside it.
pub struct Reader {
    model: rten::Model,
    inputs: [NodeId; 3],
    outputs: [NodeId; 2],
    words: Words,
    meaning: Meaning,
}

/// Cuts words into tokens, each word once.
struct Words {
    tokenizer: Tokenizer,
    known: HashMap<String, Vec<i32>>,
}

/// A pair as the network takes it.
struct Tokens {
    ids: Vec<i32>,
    /// Where the answer begins.
    answer: usize,
    /// Which word of the answer each of its tokens belongs to.
    word_of: Vec<usize>,
    words: usize,
}

impl Reader {
    /// Loads the network and its vocabulary, which is that of `meaning`.
    ///
    /// # Errors
    /// [`NetError`] names the file.
    pub fn load(model: &Path, words: &Path, meaning: Meaning) -> Result<Self, NetError> {
        let model = load(model)?;
        let inputs = [node(&model, "input_ids")?, node(&model, "token_type_ids")?, node(&model, "attention_mask")?];
        let outputs = [node(&model, "verdict")?, node(&model, "evidence")?];
        let words = Words { tokenizer: vocabulary(words)?, known: HashMap::new() };
        Ok(Self { model, inputs, outputs, words, meaning })
    }

    fn run(&self, batch: &[&Tokens]) -> Result<Vec<Reading>, ScorerError> {
        let failed = |why: String| ScorerError(why);
        let length = batch.iter().map(|tokens| tokens.ids.len()).max().unwrap_or(0);
        let shape = [batch.len(), length];
        let (mut ids, mut segments, mut mask) =
            (NdTensor::<i32, 2>::zeros(shape), NdTensor::<i32, 2>::zeros(shape), NdTensor::<i32, 2>::zeros(shape));
        for (row, tokens) in batch.iter().enumerate() {
            for (at, &id) in tokens.ids.iter().enumerate() {
                ids[[row, at]] = id;
                segments[[row, at]] = i32::from(at >= tokens.answer);
                mask[[row, at]] = 1;
            }
        }
        let [id, segment, masked] = self.inputs;
        let inputs = vec![(id, ids.into()), (segment, segments.into()), (masked, mask.into())];
        let outputs = self.model.run(inputs, &self.outputs, None).map_err(|error| failed(error.to_string()))?;
        let mut outputs = outputs.into_iter();
        let mut next = || -> Result<NdTensor<f32, 2>, ScorerError> {
            let output = outputs.next().ok_or_else(|| failed("the network gave too little".into()))?;
            output.try_into().map_err(|error| failed(format!("{error:?}")))
        };
        let (verdict, evidence) = (next()?, next()?);
        let readings = batch.iter().enumerate().map(|(row, tokens)| {
            let mut pointed = vec![f32::NEG_INFINITY; tokens.words];
            for (at, &word) in tokens.word_of.iter().enumerate() {
                pointed[word] = pointed[word].max(evidence[[row, tokens.answer + at]]);
            }
            Reading { touched: verdict[[row, 0]], covered: verdict[[row, 1]], evidence: pointed }
        });
        Ok(readings.collect())
    }
}

impl Words {
    fn tokens(&mut self, word: &str) -> Result<&[i32], ScorerError> {
        if self.known.len() >= REMEMBERED {
            self.known.clear();
        }
        if !self.known.contains_key(word) {
            let encoding = self.tokenizer.encode(word, false).map_err(|error| ScorerError(error.to_string()))?;
            let ids = encoding.get_ids().iter().map(|&id| id as i32).collect();
            self.known.insert(word.to_owned(), ids);
        }
        Ok(self.known.get(word).map_or(&[], Vec::as_slice))
    }

    fn pair(&mut self, pair: &Pair<'_>) -> Result<Tokens, ScorerError> {
        let mut ids = vec![START];
        let mark = if pair.kind == Kind::Pitfall { PITFALL_MARK } else { "" };
        for text in [pair.question, mark, pair.statement] {
            for word in text.split_whitespace() {
                ids.extend_from_slice(self.tokens(word)?);
            }
        }
        ids.truncate(1 + FIRST_SEGMENT);
        ids.push(END);
        let answer = ids.len();
        let mut word_of = Vec::new();
        for (index, word) in pair.words.iter().enumerate() {
            let tokens = self.tokens(word)?;
            ids.extend_from_slice(tokens);
            word_of.extend(std::iter::repeat_n(index, tokens.len()));
        }
        ids.truncate(LONGEST - 1);
        word_of.truncate(ids.len() - answer);
        ids.push(END);
        Ok(Tokens { ids, answer, word_of, words: pair.words.len() })
    }
}

impl PairScorer for Reader {
    fn read(&mut self, pairs: &[Pair<'_>]) -> Result<Vec<Reading>, ScorerError> {
        let tokens: Result<Vec<Tokens>, ScorerError> = pairs.iter().map(|pair| self.words.pair(pair)).collect();
        let tokens = tokens?;
        // Pairs of like length run together, so that little is spent on padding.
        let mut order: Vec<usize> = (0..tokens.len()).collect();
        order.sort_by_key(|&index| tokens[index].ids.len());
        let mut readings = vec![Reading::default(); tokens.len()];
        for batch in order.chunks(BATCH) {
            let taken: Vec<&Tokens> = batch.iter().map(|&index| &tokens[index]).collect();
            for (&index, reading) in batch.iter().zip(self.run(&taken)?) {
                readings[index] = reading;
            }
        }
        Ok(readings)
    }

    fn relatedness(&mut self, text: &str, others: &[String]) -> Result<Option<Vec<f32>>, ScorerError> {
        self.meaning.relatedness(text, others).map(Some)
    }
}
