//! Puts a recogniser's tokens together to words. Judges none of them.

use crate::transcript::Word;
use crate::units::{AudioTime, Span};

/// A token as the recogniser gives it: a piece of text that begins with a space where a word begins.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// UTF-8, which tokens may cut in the middle of a character.
    pub bytes: Vec<u8>,
    /// Start from the start of the chunk, milliseconds; may be nonsense.
    pub start_ms: i64,
    /// End, likewise.
    pub end_ms: i64,
    /// How sure the recogniser is of it, 0 to 1.
    pub probability: f32,
}

/// Returns the words that the tokens of one segment make up, with times inside `length_ms` that never run backwards. A
/// word is as probable as its tokens are on average, punctuation left out.
pub fn words(tokens: &[Token], length_ms: u64) -> Vec<Word> {
    let mut groups: Vec<Vec<&Token>> = Vec::new();
    for token in tokens {
        match groups.last_mut() {
            Some(group) if !token.bytes.starts_with(b" ") => group.push(token),
            _ => groups.push(vec![token]),
        }
    }
    let mut words: Vec<Word> = groups.iter().filter_map(|group| word(group, length_ms)).collect();
    let mut free = AudioTime::ZERO;
    for word in &mut words {
        word.span = Span::new(word.span.start.max(free), word.span.end);
        free = word.span.end;
    }
    words
}

fn word(tokens: &[&Token], length_ms: u64) -> Option<Word> {
    let bytes: Vec<u8> = tokens.iter().flat_map(|token| token.bytes.iter().copied()).collect();
    let text = String::from_utf8_lossy(&bytes).trim().to_owned();
    if text.is_empty() {
        return None;
    }
    let clamp = |ms: i64| AudioTime::from_ms(u64::try_from(ms).unwrap_or(0).min(length_ms));
    let spoken: Vec<f32> =
        tokens.iter().filter(|token| !is_punctuation(token)).map(|token| token.probability).collect();
    let all = [tokens.iter().map(|token| token.probability).sum::<f32>() / tokens.len() as f32];
    let counted = if spoken.is_empty() { &all[..] } else { &spoken };
    let probability = (counted.iter().sum::<f32>() / counted.len() as f32).clamp(0.0, 1.0);
    let span = Span::new(clamp(tokens.first()?.start_ms), clamp(tokens.last()?.end_ms));
    Some(Word { text, span, probability })
}

fn is_punctuation(token: &Token) -> bool {
    token.bytes.iter().all(|byte| byte.is_ascii_punctuation() || byte.is_ascii_whitespace())
}

#[cfg(test)]
mod tests {
    use super::{Token, words};

    fn token(text: &str, start_ms: i64, end_ms: i64, probability: f32) -> Token {
        Token { bytes: text.as_bytes().to_vec(), start_ms, end_ms, probability }
    }

    #[test]
    fn tokens_join_where_no_space_begins_a_word() {
        let tokens = [
            token(" Kub", 0, 200, 0.8),
            token("ernetes", 200, 500, 0.6),
            token(",", 500, 510, 0.1),
            token(" yes", 600, 800, 1.0),
        ];
        let words = words(&tokens, 1_000);
        let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(texts, ["Kubernetes,", "yes"]);
        assert!((words[0].probability - 0.7).abs() < 1e-6, "the comma does not count");
        assert_eq!((words[0].span.start.as_ms(), words[0].span.end.as_ms()), (0, 510));
    }

    #[test]
    fn a_character_cut_into_two_tokens_is_whole_again() {
        let mut first = token(" caf", 0, 10, 1.0);
        first.bytes.push(0xC3);
        let second = Token { bytes: vec![0xA9], ..first.clone() };
        assert_eq!(words(&[first, second], 100)[0].text, "café");
    }

    #[test]
    fn times_outside_the_chunk_or_out_of_order_are_put_right() {
        let tokens = [token(" a", -50, 700, 1.0), token(" b", 300, 200, 1.0), token(" c", 5_000, 9_000, 1.0)];
        let spans: Vec<_> = words(&tokens, 1_000).iter().map(|w| (w.span.start.as_ms(), w.span.end.as_ms())).collect();
        assert_eq!(spans, [(0, 700), (700, 700), (1_000, 1_000)]);
    }

    #[test]
    fn no_tokens_and_blank_tokens_are_no_words() {
        assert_eq!(words(&[], 1_000), []);
        assert_eq!(words(&[token(" ", 0, 10, 1.0)], 1_000), []);
    }
}
