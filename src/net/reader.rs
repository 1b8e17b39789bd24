//! The judge's network: reads the statements of a rubric beside an answer, all of them at once, and says of each whether it
//! was made and by which words.

use std::collections::HashMap;
use std::path::Path;

use rten::NodeId;
use rten_tensor::NdTensor;
use tokenizers::Tokenizer;

use crate::job::Related;
use crate::judge::{Excerpt, Kind, Reading, Scorer, ScorerError};
use crate::net::meaning::Meaning;
use crate::net::{NetError, load, node, vocabulary};

/// Tokens of the question that are read, as in training.
const QUESTION: usize = 60;

/// Where an answer begins, whatever stands before it: each statement begins where the question ends, so that none of them is
/// nearer to the answer than another. As in training.
const ANSWER_AT: usize = 96;

/// Tokens of the answer that are read, as in training.
const ANSWER: usize = 340;

/// Marks of the vocabulary: start of the text, end of a part.
const START: i32 = 101;
const END: i32 = 102;

/// What stands before a pitfall, as in training.
const PITFALL_MARK: &str = "Mistake:";

/// To which part a token belongs: padding, the question, the answer. Statements are counted from [`FIRST_STATEMENT`].
const PADDING: i32 = 0;
const OF_QUESTION: i32 = 1;
const OF_ANSWER: i32 = -1;
const FIRST_STATEMENT: i32 = 2;

/// Tokens in one run of the network. More need more memory and are hardly faster.
const BATCH: usize = 640;

/// Words whose tokens are remembered.
const REMEMBERED: usize = 65_536;

/// The judge's network, and the model of meaning beside it.
pub struct Reader {
    model: rten::Model,
    inputs: [NodeId; 4],
    outputs: [NodeId; 2],
    words: Words,
    meaning: Meaning,
}

/// Cuts words into tokens, each word once.
struct Words {
    tokenizer: Tokenizer,
    known: HashMap<String, Vec<i32>>,
}

/// An excerpt as the network takes it.
#[derive(Default)]
struct Tokens {
    ids: Vec<i32>,
    positions: Vec<i32>,
    parts: Vec<i32>,
    statements: usize,
    /// Where the answer begins.
    answer: usize,
    /// Which word of the answer each of its tokens belongs to.
    word_of: Vec<usize>,
    words: usize,
}

impl Tokens {
    /// Adds a part that starts at a position.
    fn add(&mut self, ids: &[i32], position: usize, part: i32) {
        self.ids.extend_from_slice(ids);
        self.positions.extend((position..position + ids.len()).map(|position| position as i32));
        self.parts.extend(std::iter::repeat_n(part, ids.len()));
    }
}

impl Reader {
    /// Loads the network and its vocabulary, which is that of `meaning`.
    ///
    /// # Errors
    /// [`NetError`] names the file.
    pub fn load(model: &Path, words: &Path, meaning: Meaning) -> Result<Self, NetError> {
        let model = load(model)?;
        let inputs = [
            node(&model, "input_ids")?,
            node(&model, "positions")?,
            node(&model, "parts")?,
            node(&model, "statements")?,
        ];
        let outputs = [node(&model, "verdict")?, node(&model, "evidence")?];
        let words = Words { tokenizer: vocabulary(words)?, known: HashMap::new() };
        Ok(Self { model, inputs, outputs, words, meaning })
    }

    fn run(&self, batch: &[&Tokens]) -> Result<Vec<Vec<Reading>>, ScorerError> {
        let failed = |why: String| ScorerError(why);
        let length = batch.iter().map(|tokens| tokens.ids.len()).max().unwrap_or(0);
        let statements = batch.iter().map(|tokens| tokens.statements).max().unwrap_or(0);
        let grid = |of: fn(&Tokens) -> &[i32], padding: i32| {
            let mut grid = NdTensor::<i32, 2>::full([batch.len(), length], padding);
            for (row, tokens) in batch.iter().enumerate() {
                of(tokens).iter().enumerate().for_each(|(at, &value)| grid[[row, at]] = value);
            }
            grid
        };
        let asked: Vec<i32> = (FIRST_STATEMENT..).take(statements).collect();
        let [ids, positions, parts, numbers] = self.inputs;
        let inputs = vec![
            (ids, grid(|tokens| &tokens.ids, 0).into()),
            (positions, grid(|tokens| &tokens.positions, 0).into()),
            (parts, grid(|tokens| &tokens.parts, PADDING).into()),
            (numbers, NdTensor::from_data([statements], asked).into()),
        ];
        let outputs = self.model.run(inputs, &self.outputs, None).map_err(|error| failed(error.to_string()))?;
        let mut outputs = outputs.into_iter();
        let mut next = || -> Result<NdTensor<f32, 3>, ScorerError> {
            let output = outputs.next().ok_or_else(|| failed("the network gave too little".into()))?;
            output.try_into().map_err(|error| failed(format!("{error:?}")))
        };
        let (verdict, evidence) = (next()?, next()?);
        let reading = |row: usize, tokens: &Tokens, statement: usize| {
            let mut pointed = vec![f32::NEG_INFINITY; tokens.words];
            for (at, &word) in tokens.word_of.iter().enumerate() {
                pointed[word] = pointed[word].max(evidence[[row, statement, tokens.answer + at]]);
            }
            let verdict = |level: usize| verdict[[row, statement, level]];
            Reading { touched: verdict(0), covered: verdict(1), evidence: pointed }
        };
        let of_excerpt = |(row, tokens): (usize, &&Tokens)| {
            (0..tokens.statements).map(|statement| reading(row, tokens, statement)).collect()
        };
        Ok(batch.iter().enumerate().map(of_excerpt).collect())
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

    fn text(&mut self, text: &str, most: usize) -> Result<Vec<i32>, ScorerError> {
        let mut ids = Vec::new();
        for word in text.split_whitespace() {
            ids.extend_from_slice(self.tokens(word)?);
        }
        ids.truncate(most);
        Ok(ids)
    }

    fn excerpt(&mut self, excerpt: &Excerpt<'_>) -> Result<Tokens, ScorerError> {
        let mut tokens =
            Tokens { statements: excerpt.statements.len(), words: excerpt.words.len(), ..Tokens::default() };
        let question = self.text(excerpt.question, QUESTION)?;
        tokens.add(&[&[START], question.as_slice(), &[END]].concat(), 0, OF_QUESTION);
        let start = tokens.ids.len();
        for (statement, part) in excerpt.statements.iter().zip(FIRST_STATEMENT..) {
            let mark = if statement.kind == Kind::Pitfall { PITFALL_MARK } else { "" };
            let ids = self.text(&format!("{mark} {}", statement.text), ANSWER_AT - start - 1)?;
            tokens.add(&[ids.as_slice(), &[END]].concat(), start, part);
        }
        tokens.answer = tokens.ids.len();
        let mut answer = Vec::new();
        for (index, word) in excerpt.words.iter().enumerate() {
            let ids = self.tokens(word)?;
            answer.extend_from_slice(ids);
            tokens.word_of.extend(std::iter::repeat_n(index, ids.len()));
        }
        answer.truncate(ANSWER);
        tokens.word_of.truncate(ANSWER);
        answer.push(END);
        tokens.add(&answer, ANSWER_AT, OF_ANSWER);
        Ok(tokens)
    }
}

impl Scorer for Reader {
    fn read(&mut self, excerpts: &[Excerpt<'_>]) -> Result<Vec<Vec<Reading>>, ScorerError> {
        let tokens: Result<Vec<Tokens>, ScorerError> =
            excerpts.iter().map(|excerpt| self.words.excerpt(excerpt)).collect();
        let tokens = tokens?;
        // Excerpts of like length run together, so that little is spent on padding.
        let mut order: Vec<usize> = (0..tokens.len()).collect();
        order.sort_by_key(|&index| tokens[index].ids.len());
        let mut readings = vec![Vec::new(); tokens.len()];
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let fitting = (1..=rest.len()).take_while(|&size| size * tokens[rest[size - 1]].ids.len() <= BATCH);
            let (batch, later) = rest.split_at(fitting.last().unwrap_or(1));
            let taken: Vec<&Tokens> = batch.iter().map(|&index| &tokens[index]).collect();
            for (&index, reading) in batch.iter().zip(self.run(&taken)?) {
                readings[index] = reading;
            }
            rest = later;
        }
        Ok(readings)
    }

    fn relatedness(&mut self, text: &str, others: &[String]) -> Result<Vec<f32>, ScorerError> {
        self.meaning.relatedness(text, others)
    }
}
