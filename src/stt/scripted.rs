//! A transcriber that returns prepared words, for tests and rehearsals without a model. Listens to nothing.

use std::collections::VecDeque;
use std::time::Duration;

use crate::stt::{Heard, SttError, Transcriber};
use crate::transcript::Word;
use crate::units::{AudioTime, SAMPLE_RATE_HZ, Span};

/// Answers the first chunk with the first text, and so on; nothing is heard once the texts run out. A chunk that grew, since
/// the speaker went on, keeps its text.
#[derive(Clone, Debug, Default)]
pub struct ScriptedTranscriber {
    texts: VecDeque<Result<String, String>>,
    last: Option<(Vec<f32>, Result<String, String>)>,
}

impl ScriptedTranscriber {
    /// Prepares the texts.
    pub fn new<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self { texts: texts.into_iter().map(|text| Ok(text.into())).collect(), last: None }
    }

    /// Lets the chunk after the texts so far fail.
    #[must_use]
    pub fn then_fail(mut self, why: impl Into<String>) -> Self {
        self.texts.push_back(Err(why.into()));
        self
    }

    /// Prepares one text more.
    #[must_use]
    pub fn then(mut self, text: impl Into<String>) -> Self {
        self.texts.push_back(Ok(text.into()));
        self
    }
}

impl Transcriber for ScriptedTranscriber {
    fn transcribe(&mut self, samples: &[f32], _terms: &[String]) -> Result<Heard, SttError> {
        let grew = |(last, _): &(Vec<f32>, _)| samples.starts_with(last);
        let text = match self.last.take().filter(grew) {
            Some((_, text)) => Some(text),
            None => self.texts.pop_front(),
        };
        self.last = text.clone().map(|text| (samples.to_vec(), text));
        match text {
            None => Ok(Heard::default()),
            Some(Ok(text)) => Ok(Heard { words: spread(&text, samples.len() as u64), took: Duration::ZERO }),
            Some(Err(why)) => Err(SttError::Failed { seconds: samples.len() as f64 / f64::from(SAMPLE_RATE_HZ), why }),
        }
    }
}

/// Spreads the words of a text evenly over the samples.
fn spread(text: &str, samples: u64) -> Vec<Word> {
    let texts: Vec<&str> = text.split_whitespace().collect();
    let count = texts.len().max(1) as u64;
    let at = |n: u64| AudioTime::from_samples(samples * n / count);
    let word = |(text, n): (&&str, u64)| Word {
        text: (*text).to_owned(),
        span: Span::new(at(n), at(n + 1)),
        probability: 1.0,
    };
    texts.iter().zip(0..).map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::ScriptedTranscriber;
    use crate::stt::Transcriber;

    #[test]
    fn a_chunk_that_grew_keeps_its_text() {
        let mut scripted = ScriptedTranscriber::new(["one two", "three"]);
        let sound: Vec<f32> = (0..32_000).map(|n| n as f32).collect();
        let heard = |scripted: &mut ScriptedTranscriber, samples: &[f32]| {
            scripted.transcribe(samples, &[]).unwrap().words.iter().map(|word| word.text.clone()).collect::<Vec<_>>()
        };
        assert_eq!(heard(&mut scripted, &sound[..8_000]), ["one", "two"]);
        assert_eq!(heard(&mut scripted, &sound[..16_000]), ["one", "two"]);
        assert_eq!(heard(&mut scripted, &sound[16_000..]), ["three"]);
    }

    #[test]
    fn texts_come_in_order_and_then_nothing() {
        let second = |level: f32| vec![level; 16_000];
        let mut scripted = ScriptedTranscriber::new(["one two"]).then_fail("no reason").then("three");
        let heard = scripted.transcribe(&second(0.1), &[]).unwrap();
        let spans: Vec<_> = heard.words.iter().map(|w| (w.span.start.as_ms(), w.span.end.as_ms())).collect();
        assert_eq!(spans, [(0, 500), (500, 1_000)]);
        assert!(scripted.transcribe(&second(0.2), &[]).is_err());
        assert_eq!(scripted.transcribe(&second(0.3), &[]).unwrap().words[0].text, "three");
        assert_eq!(scripted.transcribe(&second(0.4), &[]).unwrap().words, []);
    }
}
