//! What the last words say about whether more is coming. Reads words only; how long to wait is decided in `endpoint`.

/// What the end of a text promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cue {
    /// The speaker said that this was the answer.
    Done,
    /// A sentence has ended.
    Closed,
    /// Nothing can be told.
    Unclear,
    /// A list was begun and not finished.
    InList,
    /// The sentence needs more words.
    Hanging,
    /// The speaker asked for time to think.
    Thinking,
}

/// Sentences that close an answer, at its very end.
const DONE: [&str; 22] = [
    "that's my answer",
    "that is my answer",
    "that would be my answer",
    "that's it",
    "that's all",
    "that's all i have",
    "that's all i've got",
    "that's about it",
    "that would be it",
    "i'm done",
    "i am done",
    "i'm finished",
    "that covers it",
    "that about covers it",
    "that sums it up",
    "that's it from me",
    "that's everything",
    "i'll stop there",
    "i'll leave it there",
    "i'll leave it at that",
    "does that answer your question",
    "i have nothing to add",
];

/// Sentences that ask for time, at the end of what was said so far.
const THINKING: [&str; 20] = [
    "let me think",
    "let me think about that",
    "let me think about it",
    "let me think for a second",
    "let me think for a moment",
    "let me see",
    "let's see",
    "let me recall",
    "let me remember",
    "give me a second",
    "give me a moment",
    "give me a minute",
    "one second",
    "one moment",
    "just a second",
    "just a moment",
    "hold on",
    "good question",
    "how do i put this",
    "where was i",
];

/// Words after which a clause goes on: conjunctions, prepositions, articles, auxiliaries, and thinking sounds.
const HANGING: [&str; 80] = [
    "a",
    "about",
    "after",
    "also",
    "although",
    "am",
    "an",
    "and",
    "are",
    "as",
    "at",
    "basically",
    "because",
    "been",
    "before",
    "between",
    "but",
    "by",
    "can",
    "could",
    "did",
    "does",
    "during",
    "each",
    "either",
    "er",
    "erm",
    "every",
    "for",
    "from",
    "had",
    "has",
    "have",
    "hm",
    "hmm",
    "i",
    "if",
    "in",
    "into",
    "is",
    "its",
    "just",
    "like",
    "may",
    "might",
    "mm",
    "must",
    "my",
    "of",
    "on",
    "or",
    "our",
    "per",
    "should",
    "since",
    "so",
    "than",
    "that's",
    "the",
    "their",
    "then",
    "these",
    "they",
    "to",
    "uh",
    "uhm",
    "um",
    "unless",
    "until",
    "very",
    "was",
    "we",
    "were",
    "when",
    "where",
    "which",
    "while",
    "will",
    "with",
    "would",
];

/// Words that open a list, the words that go on with it, and those that end it.
const FIRST: [&str; 4] = ["first", "firstly", "first of all", "number one"];
const NEXT: [&str; 6] = ["second", "secondly", "then", "next", "also", "another"];
const LAST: [&str; 8] = ["third", "thirdly", "finally", "last", "lastly", "and then", "fourth", "so that"];

/// Words of a text that are looked at for a list: about a minute.
const LIST_WORDS: usize = 120;

/// Returns what the end of `text` promises. Punctuation is the recogniser's: it is believed where it opens a pause (a comma,
/// three dots), and where it closes a sentence whose last word could close one.
#[must_use]
pub fn cue(text: &str) -> Cue {
    let trimmed = text.trim_end();
    let words: Vec<String> = trimmed.split_whitespace().map(plain).filter(|word| !word.is_empty()).collect();
    let Some(last) = words.last() else { return Cue::Unclear };
    let ends_with = |phrases: &[&str]| phrases.iter().any(|phrase| ends_with(&words, phrase));
    if ends_with(&DONE) {
        Cue::Done
    } else if ends_with(&THINKING) {
        Cue::Thinking
    } else if HANGING.binary_search(&last.as_str()).is_ok()
        || trimmed.ends_with([',', '-', '–', '—', '…'])
        || trimmed.ends_with("...")
    {
        Cue::Hanging
    } else if in_list(&words) {
        Cue::InList
    } else if trimmed.ends_with(['.', '?', '!']) {
        Cue::Closed
    } else {
        Cue::Unclear
    }
}

/// Returns whether a list was opened and neither gone on with nor ended.
fn in_list(words: &[String]) -> bool {
    let recent = &words[words.len().saturating_sub(LIST_WORDS)..];
    let last_of = |phrases: &[&str]| phrases.iter().filter_map(|phrase| find_last(recent, phrase)).max();
    let Some(opened) = last_of(&FIRST) else { return false };
    let later = |phrases: &[&str]| last_of(phrases).is_some_and(|at| at > opened);
    !later(&NEXT) && !later(&LAST)
}

fn find_last(words: &[String], phrase: &str) -> Option<usize> {
    (0..words.len()).rev().find(|&at| ends_with(&words[..=at], phrase))
}

fn ends_with(words: &[String], phrase: &str) -> bool {
    let count = phrase.split(' ').count();
    words.len() >= count
        && words[words.len() - count..].iter().zip(phrase.split(' ')).all(|(word, wanted)| word == wanted)
}

fn plain(word: &str) -> String {
    word.chars()
        .map(|c| if c == '\u{2019}' { '\'' } else { c })
        .filter(|c| c.is_alphanumeric() || *c == '\'')
        .flat_map(char::to_lowercase)
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Cue, HANGING, cue};

    #[test]
    fn the_list_of_hanging_words_is_sorted_since_it_is_searched_so() {
        assert!(HANGING.is_sorted());
    }

    #[test]
    fn the_last_words_tell_what_is_to_come() {
        for (text, expected) in [
            ("", Cue::Unclear),
            ("We run three zones and", Cue::Hanging),
            ("We run three zones and...", Cue::Hanging),
            ("It failed because.", Cue::Hanging),
            ("So, um,", Cue::Hanging),
            ("The team, the budget,", Cue::Hanging),
            ("I would look at the", Cue::Hanging),
            ("Let me think.", Cue::Thinking),
            ("Hmm, good question.", Cue::Thinking),
            ("We run in three zones.", Cue::Closed),
            ("How would that even work?", Cue::Closed),
            ("in three zones", Cue::Unclear),
            ("First, I ask what the business needs.", Cue::InList),
            ("First I ask. Second, I write it down.", Cue::Closed),
            ("At first I was wrong, and finally I saw it.", Cue::Closed),
            ("So I moved it, and that\u{2019}s my answer.", Cue::Done),
            ("I think that covers it.", Cue::Done),
            ("Okay, I'm done.", Cue::Done),
            ("I'm done with clouds.", Cue::Closed),
        ] {
            assert_eq!(cue(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(text in "\\PC{0,200}") {
            let _ = cue(&text);
        }
    }
}
