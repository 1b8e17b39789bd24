//! Prompts that cannot be said well in one breath, or that ask too much at once.

use crate::bank::check::{Findings, Prompt};

/// Most words of a prompt. The longest of the banks that Hotseat comes with or was trained on has 38, of 638 prompts.
const MOST_WORDS: usize = 40;

/// Most sentences of a prompt: what a listener keeps in mind.
const MOST_SENTENCES: usize = 3;

/// Most questions in one sentence, such as "who decides, and why?". One of two is ordinary speech: 63 of 638 prompts.
const MOST_ASKS: usize = 2;

/// Words that begin a question.
const ASKING: [&str; 8] = ["how", "what", "why", "when", "who", "whom", "where", "which"];

/// Marks that a listener cannot hear.
const SILENT: &[char] = &['/', '\\', '(', ')', '[', ']', '{', '}', '<', '>', '*', '_', '#', '|', '`', '~', '='];

pub(super) fn check(prompt: &Prompt<'_>, findings: &mut Findings) {
    let &Prompt { ref what, text, place: at } = prompt;
    if let Some(address) = text.split_whitespace().find(|word| is_address(word)) {
        let message = format!("{what} reads out the address `{address}`");
        findings.warn(at, "address", message, "say what it is instead");
    } else if let Some(mark) = text.chars().find(|mark| SILENT.contains(mark)) {
        let message = format!("{what} has `{mark}`, which nobody can hear");
        findings.warn(at, "unspeakable", message, "write it as it would be said");
    }
    let words = text.split_whitespace().count();
    if words > MOST_WORDS {
        let message = format!("{what} has {words} words, more than {MOST_WORDS}");
        findings.warn(at, "long-prompt", message, "cut it to what must be known before one can answer");
    }
    let sentences = sentences(text);
    if sentences.len() > MOST_SENTENCES {
        let message = format!("{what} has {} sentences, more than {MOST_SENTENCES}", sentences.len());
        findings.warn(at, "long-prompt", message, "leave out what need not be known before one can answer");
    }
    let questions = text.matches('?').count();
    let asks = sentences.iter().map(|sentence| asks(sentence)).max().unwrap_or_default();
    if questions > 1 || asks > MOST_ASKS {
        let message = format!("{what} asks {} questions at once", questions.max(asks));
        findings.warn(at, "two-questions", message, "ask one, and make a follow-up of the other");
    }
}

fn is_address(word: &str) -> bool {
    word.contains("://") || word.contains("www.") || word.split_once('@').is_some_and(|(_, host)| host.contains('.'))
}

/// Returns the sentences of a text. A full stop within a word or a number ends none.
fn sentences(text: &str) -> Vec<&str> {
    let ended = text.split_inclusive([' ', '\n']).scan(0, |end, word| {
        *end += word.len();
        Some((word.trim_end(), *end))
    });
    let ends = ended.filter(|(word, _)| word.ends_with(['.', '?', '!'])).map(|(_, end)| end).chain([text.len()]);
    let mut from = 0;
    let sentences = ends.map(|end| &text[std::mem::replace(&mut from, end)..end]);
    sentences.map(str::trim).filter(|sentence| !sentence.is_empty()).collect()
}

/// Returns how many clauses of a sentence ask: those that begin with a question word, at its head, after a comma or an
/// "and". A last word that asks is no clause: "and why?" belongs to what stands before it.
fn asks(sentence: &str) -> usize {
    let words: Vec<&str> = sentence.split_whitespace().collect();
    let is_asking = |word: &str| ASKING.contains(&word.to_lowercase().trim_matches(|c: char| !c.is_alphabetic()));
    let begins = |at: usize| match at.checked_sub(1).map(|before| words[before]) {
        None => true,
        Some(before) => before.ends_with([',', ';', ':']) || ["and", "or"].contains(&before),
    };
    let clauses = words.iter().enumerate().take(words.len().saturating_sub(1));
    clauses.filter(|(at, word)| is_asking(word) && begins(*at)).count()
}

#[cfg(test)]
mod tests {
    use super::{asks, sentences};

    #[test]
    fn a_full_stop_within_a_number_ends_no_sentence() {
        let cases = [
            ("It costs 2.5 percent. Why?", vec!["It costs 2.5 percent.", "Why?"]),
            ("One. Two! Three", vec!["One.", "Two!", "Three"]),
            ("", vec![]),
        ];
        for (text, parts) in cases {
            assert_eq!(sentences(text), parts);
        }
    }

    #[test]
    fn clauses_that_ask_are_counted_and_those_that_tell_are_not() {
        let cases = [
            ("How do you know what is wrong?", 1),
            ("What is it, and how do you keep it out?", 2),
            ("What ran there, what did you keep off it, and how did you keep it healthy?", 3),
            ("When would you use one, when the other, and why?", 2),
            ("Tell me about a time when you failed.", 0),
            ("", 0),
        ];
        for (sentence, count) in cases {
            assert_eq!(asks(sentence), count, "{sentence}");
        }
    }
}
