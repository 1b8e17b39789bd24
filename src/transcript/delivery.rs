//! How something was said: pace, pauses, fillers. Measured from word times, never guessed from text alone.

use serde::{Deserialize, Serialize};

use crate::units::Span;

/// How an answer was delivered. Whatever cannot be measured is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Delivery {
    /// Words heard.
    pub words: u32,
    /// From the first to the last word, seconds.
    pub speaking_s: f64,
    /// Words a minute from the first to the last word, pauses of over a second left out. None below 10 words.
    pub words_per_minute: Option<f64>,
    /// From the start of the turn to the first word, seconds.
    pub response_delay_s: Option<f64>,
    /// Gaps of 1 s and more between words.
    pub long_pauses: Vec<Span>,
    /// Fillers that the recogniser wrote down. It leaves most of them out, so this is a lower bound.
    pub fillers_at_least: u32,
    /// Share of words that the recogniser was unsure of (probability under 0.5), 0 to 1.
    pub unsure_share: f64,
}
