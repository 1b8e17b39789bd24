//! What was said, word by word. Times count from the start of the turn's own recording.

pub mod correct;
pub mod delivery;
pub mod gaps;
pub mod merge;
pub mod phrase;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::units::Span;

/// A word as the recogniser heard it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Word {
    /// The word with its punctuation, without surrounding spaces.
    pub text: String,
    /// When it was said.
    #[serde(flatten)]
    pub span: Span,
    /// How sure the recogniser is, 0 to 1.
    pub probability: f32,
}

/// The words of one turn, in the order of their start times.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Transcript {
    /// The words; each starts no earlier than the one before.
    pub words: Vec<Word>,
}

impl Transcript {
    /// Returns the words of a text that was typed: certain, and without times.
    #[must_use]
    pub fn typed(text: &str) -> Self {
        let words = text.split_whitespace();
        let words = words.map(|word| Word { text: word.into(), span: Span::default(), probability: 1.0 });
        Self { words: words.collect() }
    }

    /// Returns the words joined by single spaces.
    #[must_use]
    pub fn text(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.text.as_str()).collect();
        words.join(" ")
    }

    /// Returns whether nothing was heard.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }
}
