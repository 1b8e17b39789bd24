//! Where a text may be parted: into sentences, and a long one at its clauses. Keeps every letter; knows no sounds.

use std::time::Duration;

use crate::sentences::ends_sentence;

/// The breath between two sentences: measured between sentences of read speech it is 200 to 400 ms; an interviewer's
/// lines are short, so the lower half sounds natural.
pub const SENTENCE_GAP: Duration = Duration::from_millis(250);

/// The breath between two paragraphs.
pub const PARAGRAPH_GAP: Duration = Duration::from_millis(500);

/// One sentence of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Its words and marks, single spaces between them.
    pub text: String,
    /// The silence that follows; none after the last.
    pub gap: Duration,
}

/// Parts a text into sentences. A text without letters or digits has none.
#[must_use]
pub fn sentences(text: &str) -> Vec<Sentence> {
    let mut all: Vec<Sentence> = Vec::new();
    for line in text.lines() {
        for sentence in of_line(line) {
            all.push(Sentence { text: sentence, gap: SENTENCE_GAP });
        }
        if let Some(last) = all.last_mut() {
            last.gap = PARAGRAPH_GAP;
        }
    }
    if let Some(last) = all.last_mut() {
        last.gap = Duration::ZERO;
    }
    all
}

fn of_line(line: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    let chunks: Vec<&str> = line.split_whitespace().collect();
    for (at, chunk) in chunks.iter().enumerate() {
        words.push(chunk);
        if ends_sentence(chunk, chunks.get(at + 1).copied(), &[]) {
            found.push(std::mem::take(&mut words).join(" "));
        }
    }
    found.push(words.join(" "));
    found.retain(|sentence| sentence.contains(char::is_alphanumeric));
    found
}

/// Parts a sentence in two near its middle: at a clause, else between words, else inside the one long word. None for a
/// single letter, which cannot be parted.
#[must_use]
pub fn halves(sentence: &str) -> Option<(&str, &str)> {
    let middle = sentence.len() / 2;
    let nearest = |cuts: Vec<usize>| {
        let inner = cuts.into_iter().filter(|cut| *cut > 0 && *cut < sentence.len());
        inner.min_by_key(|cut| cut.abs_diff(middle))
    };
    let after_marks = |marks: &[char]| -> Vec<usize> {
        sentence
            .match_indices(marks)
            .map(|(at, mark)| at + mark.len())
            .filter(|cut| sentence[*cut..].starts_with(' '))
            .collect()
    };
    // A clause far from the middle would leave one half as long as before.
    let central = |cut: &usize| cut.abs_diff(middle) <= sentence.len() / 3;
    let cut = nearest(after_marks(&[';', ':', '—', '…']))
        .filter(central)
        .or_else(|| nearest(after_marks(&[','])).filter(central))
        .or_else(|| nearest(sentence.match_indices(' ').map(|(at, _)| at).collect()))
        .or_else(|| nearest(sentence.char_indices().map(|(at, _)| at).collect()))?;
    let (left, right) = sentence.split_at(cut);
    Some((left.trim(), right.trim()))
}

/// Sentences up to this many letters, some five seconds, are read as a whole: their melody is best then.
const LONG: usize = 90;

/// Letters of a first clause: long enough to sound like one, and read soon.
const FIRST_CLAUSE: std::ops::RangeInclusive<usize> = 12..=70;

/// Letters of the clauses after it.
const LATER_CLAUSE: std::ops::RangeInclusive<usize> = 30..=140;

/// Words before which a speaker takes a breath.
const CONJUNCTIONS: &[&str] = &[
    "and", "but", "or", "so", "because", "which", "while", "when", "if", "where", "whether", "although", "before",
    "after",
];

/// Parts a sentence where a speaker would take a breath: a long one at a mark or before a conjunction, a short one not at all.
/// The first clause is short, so that it can be heard soon. What has no such place stays whole, whatever its length.
#[must_use]
pub fn clauses(sentence: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), sentence.trim());
    while rest.len() > LONG {
        let wanted = if found.is_empty() { FIRST_CLAUSE } else { LATER_CLAUSE };
        let Some(cut) = breath(rest, &wanted) else { break };
        let (clause, after) = rest.split_at(cut);
        // The comma tells the voice that it goes on.
        let mark = if clause.ends_with(char::is_alphanumeric) { "," } else { "" };
        found.push(format!("{}{mark}", clause.trim_end()));
        rest = after.trim_start();
    }
    found.push(rest.to_owned());
    found
}

/// Returns the best place for a breath within `wanted` letters: the last strong mark, else the last comma, else the last
/// conjunction. What follows must not be a crumb.
fn breath(sentence: &str, wanted: &std::ops::RangeInclusive<usize>) -> Option<usize> {
    let spaces = || {
        let fits = |at: &usize| wanted.contains(at) && sentence.len() - at > *LATER_CLAUSE.start();
        sentence.match_indices(' ').map(|(at, _)| at).filter(fits)
    };
    let after = |marks: &[char]| spaces().rfind(|at| sentence[..*at].ends_with(marks));
    let before_conjunction = || {
        let is_conjunction =
            |at: &usize| sentence[at + 1..].split(' ').next().is_some_and(|word| CONJUNCTIONS.contains(&word));
        spaces().rfind(is_conjunction)
    };
    after(&[';', ':', '—', '–', '…']).or_else(|| after(&[','])).or_else(before_conjunction)
}

#[cfg(test)]
mod tests {
    use super::{PARAGRAPH_GAP, SENTENCE_GAP, clauses, halves, sentences};
    use proptest::prelude::*;
    use std::time::Duration;

    fn texts(text: &str) -> Vec<String> {
        sentences(text).into_iter().map(|sentence| sentence.text).collect()
    }

    #[test]
    fn a_text_is_parted_where_sentences_end_and_nowhere_else() {
        for (text, expected) in [
            ("One. Two? Three!", vec!["One.", "Two?", "Three!"]),
            (
                "It took 3.5 s, e.g. for Dr. Smith vs. the rest.",
                vec!["It took 3.5 s, e.g. for Dr. Smith vs. the rest."],
            ),
            ("\"Why?\" she asked. Then left", vec!["\"Why?\" she asked.", "Then left"]),
            ("Logs, metrics, etc. are kept.", vec!["Logs, metrics, etc. are kept."]),
            ("Well… Go on.", vec!["Well…", "Go on."]),
            ("J. Smith came.", vec!["J. Smith came."]),
            ("first line\nsecond line", vec!["first line", "second line"]),
            ("", vec![]),
            (" ... — !!! \n ?", vec![]),
        ] {
            assert_eq!(texts(text), expected, "{text}");
        }
    }

    #[test]
    fn a_breath_follows_every_sentence_but_the_last() {
        let gaps: Vec<Duration> = sentences("A b. C d.\nE f.").into_iter().map(|sentence| sentence.gap).collect();
        assert_eq!(gaps, [SENTENCE_GAP, PARAGRAPH_GAP, Duration::ZERO]);
    }

    #[test]
    fn a_long_sentence_is_halved_at_a_clause_before_a_comma_before_a_space() {
        assert_eq!(halves("one two; three, four five"), Some(("one two;", "three, four five")));
        assert_eq!(halves("one two three, four five"), Some(("one two three,", "four five")));
        assert_eq!(halves("one two"), Some(("one", "two")));
        assert_eq!(halves("aaaa"), Some(("aa", "aa")));
        assert_eq!(halves("a"), None);
        assert_eq!(halves(""), None);
    }

    #[test]
    fn a_long_sentence_is_parted_where_one_breathes_and_a_short_one_is_not() {
        for (sentence, parts) in [
            ("How would you test it, and who would look?", vec!["How would you test it, and who would look?"]),
            (
                "You said that backups run every night: how do you know that they can be restored, and how long does it take?",
                vec![
                    "You said that backups run every night:",
                    "how do you know that they can be restored, and how long does it take?",
                ],
            ),
            (
                "Suppose the whole region goes down on a Friday night and the database has not been replicated for an hour.",
                vec![
                    "Suppose the whole region goes down on a Friday night,",
                    "and the database has not been replicated for an hour.",
                ],
            ),
            (
                "Tell me how you would move a very large monolithic application to containers without any downtime at all.",
                vec![
                    "Tell me how you would move a very large monolithic application to containers without any downtime at all.",
                ],
            ),
        ] {
            assert_eq!(clauses(sentence), parts);
        }
    }

    proptest! {
        #[test]
        fn clauses_joined_are_the_sentence(words in proptest::collection::vec("[a-z]{1,9}[,;—]?|and|é", 1..60)) {
            let sentence = words.join(" ");
            let parts = clauses(&sentence);
            let letters = |text: &str| text.replace([',', ' '], "");
            prop_assert_eq!(letters(&parts.join(" ")), letters(&sentence));
            prop_assert!(parts.iter().skip(1).all(|part| part.len() >= 30));
        }

        #[test]
        fn no_letter_is_lost_or_doubled(text in "[ a-zé.,;?!\n\"]{0,80}") {
            let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
            prop_assert_eq!(letters(&texts(&text).join(" ")), letters(&text));
            if let Some((left, right)) = halves(&text) {
                prop_assert_eq!(letters(left) + &letters(right), letters(&text));
                prop_assert!(left.len() < text.len() && right.len() < text.len());
            }
        }
    }
}
