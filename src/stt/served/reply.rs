//! Reads what a server transcribed. Servers tell more or less: words with times, segments with times, or the text alone. Where a time or
//! a probability is guessed, the word counts as unsure.

use serde::Deserialize;

use crate::transcript::Word;
use crate::units::{AudioTime, Span};

/// Probability of a word of which the server tells none.
const UNTOLD: f32 = 0.7;

/// Probability of a word whose time is guessed as well: below it words are shown as unsure.
const GUESSED: f32 = 0.5;

/// A segment is no speech where the server is surer of that than so, and was unsure of the words.
const NO_SPEECH: f32 = 0.6;

/// Mean log probability of words below which a segment that may be no speech is none; whisper.cpp's own bound.
const UNSURE: f32 = -1.0;

#[derive(Debug, Default, Deserialize)]
struct Reply {
    text: Option<String>,
    #[serde(default)]
    segments: Option<Vec<Segment>>,
    #[serde(default)]
    words: Option<Vec<Said>>,
}

#[derive(Debug, Deserialize)]
struct Segment {
    start: f64,
    end: f64,
    #[serde(default)]
    text: String,
    avg_logprob: Option<f32>,
    no_speech_prob: Option<f32>,
    #[serde(default)]
    words: Option<Vec<Said>>,
}

#[derive(Debug, Deserialize)]
struct Said {
    word: String,
    start: f64,
    end: f64,
    probability: Option<f32>,
}

/// Returns the words of a reply to a sound of that length, in order, each within the sound.
///
/// # Errors
/// Says why it cannot be read.
pub fn words(body: &[u8], length_s: f64) -> Result<Vec<Word>, String> {
    let reply: Reply = serde_json::from_slice(body).map_err(|error| format!("its reply cannot be read: {error}"))?;
    let segments = reply.segments.unwrap_or_default();
    let said = reply.words.filter(|words| !words.is_empty());
    let within: Vec<Said> = match said {
        Some(said) => said,
        None => segments.iter().filter(|segment| is_speech(segment)).flat_map(of_segment).collect(),
    };
    let found = if within.is_empty() && segments.is_empty() {
        let text = reply.text.ok_or("its reply holds no text")?;
        spread(&text, 0.0, length_s, GUESSED)
    } else {
        within.into_iter().filter(|said| !segments.iter().any(|one| !is_speech(one) && holds(one, said))).collect()
    };
    Ok(in_order(found, length_s))
}

fn is_speech(segment: &Segment) -> bool {
    let silent = segment.no_speech_prob.is_some_and(|chance| chance > NO_SPEECH);
    !(silent && segment.avg_logprob.is_some_and(|chance| chance < UNSURE))
}

fn holds(segment: &Segment, said: &Said) -> bool {
    segment.start <= said.start && said.start < segment.end
}

fn of_segment(segment: &Segment) -> Vec<Said> {
    match &segment.words {
        Some(words) if !words.is_empty() => words
            .iter()
            .map(|said| Said {
                word: said.word.clone(),
                start: said.start,
                end: said.end,
                probability: said.probability,
            })
            .collect(),
        _ => spread(&segment.text, segment.start, segment.end, GUESSED),
    }
}

/// Spreads words over a time, longer ones having more of it.
fn spread(text: &str, start: f64, end: f64, probability: f32) -> Vec<Said> {
    let letters = text.split_whitespace().map(|word| word.chars().count()).sum::<usize>().max(1) as f64;
    let a_letter = (end - start).max(0.0) / letters;
    let mut at = start;
    let word = |word: &str| {
        let begins = at;
        at += a_letter * word.chars().count() as f64;
        Said { word: word.to_owned(), start: begins, end: at, probability: Some(probability) }
    };
    text.split_whitespace().map(word).collect()
}

/// Returns words whose times are in order and within the sound, whatever the server says.
fn in_order(found: Vec<Said>, length_s: f64) -> Vec<Word> {
    let mut earliest = 0.0_f64;
    let mut words = Vec::new();
    for said in found {
        let text = said.word.trim();
        if text.is_empty() {
            continue;
        }
        let sane = |time: f64| if time.is_finite() { time.clamp(earliest, length_s.max(earliest)) } else { earliest };
        let start = sane(said.start);
        let end = sane(said.end).max(start);
        earliest = end;
        let ms = |time: f64| AudioTime::from_ms((time * 1_000.0).round() as u64);
        let probability = said.probability.filter(|chance| chance.is_finite()).unwrap_or(UNTOLD).clamp(0.0, 1.0);
        words.push(Word { text: text.to_owned(), span: Span::new(ms(start), ms(end)), probability });
    }
    words
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{GUESSED, UNTOLD, words};

    fn told(body: &str) -> Vec<(String, u64, u64, f32)> {
        let found = words(body.as_bytes(), 4.0).expect(body).into_iter();
        found.map(|word| (word.text, word.span.start.as_ms(), word.span.end.as_ms(), word.probability)).collect()
    }

    #[test]
    fn servers_tell_words_segments_or_the_text_alone() {
        let whole = r#"{"text":"I ask.","words":[{"word":" I","start":0.5,"end":0.7},{"word":"ask.","start":0.8,"end":1.2,"probability":0.9}]}"#;
        assert_eq!(told(whole), [("I".into(), 500, 700, UNTOLD), ("ask.".into(), 800, 1_200, 0.9)]);
        let nested = r#"{"segments":[{"start":0,"end":2,"text":"I","words":[{"word":"I","start":0.5,"end":0.7,"probability":0.8}]}]}"#;
        assert_eq!(told(nested), [("I".into(), 500, 700, 0.8)]);
        let segments = r#"{"text":"I ask","segments":[{"start":1.0,"end":2.0,"text":" I ask","avg_logprob":-0.2}]}"#;
        assert_eq!(told(segments), [("I".into(), 1_000, 1_250, GUESSED), ("ask".into(), 1_250, 2_000, GUESSED)]);
        assert_eq!(
            told(r#"{"text":"I ask"}"#),
            [("I".into(), 0, 1_000, GUESSED), ("ask".into(), 1_000, 4_000, GUESSED)]
        );
        assert_eq!(told(r#"{"text":"","segments":[]}"#), []);
    }

    #[test]
    fn words_made_up_of_silence_are_left_out() {
        let silent = r#"{"text":"Thank you.","segments":[{"start":0,"end":2,"text":"Thank you.","avg_logprob":-1.4,"no_speech_prob":0.9}],
            "words":[{"word":"Thank","start":0.1,"end":0.4},{"word":"you.","start":0.4,"end":0.9}]}"#;
        assert_eq!(told(silent), []);
    }

    #[test]
    fn what_is_no_transcript_says_so() {
        assert!(words(b"<html>", 1.0).unwrap_err().contains("cannot be read"));
        assert!(words(b"{}", 1.0).unwrap_err().contains("no text"));
    }

    proptest! {
        #[test]
        fn times_are_in_order_and_within_the_sound_whatever_a_server_says(
            given in prop::collection::vec((-9.0..99.0_f64, -9.0..99.0_f64, prop::option::of(-2.0..2.0_f32)), 0..9),
        ) {
            let said: Vec<_> = given.iter().map(|(start, end, p)| serde_json::json!({"word": "so", "start": start, "end": end, "probability": p})).collect();
            let body = serde_json::json!({"text": "so", "words": said}).to_string();
            let found = words(body.as_bytes(), 4.0).expect("it can be read");
            let mut earliest = 0;
            for word in found {
                prop_assert!(earliest <= word.span.start.as_ms() && word.span.start <= word.span.end && word.span.end.as_ms() <= 4_000);
                prop_assert!((0.0..=1.0).contains(&word.probability));
                earliest = word.span.end.as_ms();
            }
        }
    }
}
