//! The sentences of a job description, out of running text, Markdown or what a PDF gives: bullets, headings and broken lines.

use crate::sentences::ends_sentence;

/// Fewest letters of a sentence: what is shorter says nothing that could be asked about.
const FEWEST_LETTERS: usize = 12;

/// Most sentences that are looked at. The longest description we know has 90.
const MOST: usize = 300;

/// Letters of a line from which the next one may go on with it: half of a page's width.
const WRAPPED: usize = 40;

/// Shortened words of such texts whose full stop ends no sentence, in small letters.
const SHORTENED: [&str; 4] = ["etc", "incl", "min", "max"];

/// A job description.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Its first line, which nearly always names the job.
    pub title: String,
    /// Its sentences in order, without bullets, marks and headings.
    pub sentences: Vec<String>,
}

/// A text in which no sentence is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there are no sentences in it")]
pub struct NoSentences;

impl Description {
    /// Returns the description that a text holds.
    ///
    /// # Errors
    /// [`NoSentences`] when there are none.
    pub fn parse(text: &str) -> Result<Self, NoSentences> {
        let paragraphs = paragraphs(text);
        let (title, rest) = paragraphs.split_first().ok_or(NoSentences)?;
        // A description of one paragraph is its own title.
        let rest = if rest.is_empty() { &paragraphs } else { rest };
        let sentences = rest.iter().flat_map(|paragraph| split(paragraph));
        let sentences: Vec<String> = sentences.filter(|one| is_worth_reading(one)).take(MOST).collect();
        if sentences.is_empty() { Err(NoSentences) } else { Ok(Self { title: title.clone(), sentences }) }
    }
}

fn is_worth_reading(sentence: &str) -> bool {
    sentence.chars().filter(|letter| letter.is_alphabetic()).count() >= FEWEST_LETTERS
}

/// Returns what belongs together: lines that only a page's width parted are joined again. Such a line is long, or the next one
/// goes on in lower case.
fn paragraphs(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = Vec::new();
    let mut before = 0;
    for line in text.lines() {
        let (bare, is_new) = unmarked(line);
        let is_heading = line.trim_start().starts_with('#') || bare.ends_with(':');
        let goes_on = before >= WRAPPED || (before > 0 && bare.starts_with(char::is_lowercase));
        before = if is_heading { 0 } else { bare.chars().count() };
        if bare.is_empty() || (is_heading && !paragraphs.is_empty()) {
            continue;
        }
        match paragraphs.last_mut().filter(|_| goes_on && !is_new) {
            Some(paragraph) => {
                paragraph.push(' ');
                paragraph.push_str(&bare);
            }
            None => paragraphs.push(bare),
        }
    }
    paragraphs
}

/// Returns a line without the marks of Markdown and lists, and whether those begin something new.
fn unmarked(line: &str) -> (String, bool) {
    let line = line.trim();
    let bare = line.trim_start_matches(['-', '*', '+', '•', '·', '–', '▪', '●', '◦', '\u{f0b7}', '#', '>', '|']);
    let mut is_new = bare.len() < line.len();
    let mut bare = bare.trim_start();
    if let Some((number, rest)) = bare.split_once(['.', ')']).filter(|(number, _)| is_number(number)) {
        is_new |= !number.is_empty();
        bare = rest;
    }
    let words: Vec<&str> = bare.split_whitespace().collect();
    (words.join(" ").replace("**", "").replace("__", "").replace('`', ""), is_new)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.len() <= 2 && text.chars().all(|c| c.is_ascii_digit())
}

/// Returns the sentences of a paragraph.
fn split(paragraph: &str) -> Vec<String> {
    let words: Vec<&str> = paragraph.split(' ').collect();
    let mut sentences = vec![Vec::new()];
    for (at, word) in words.iter().enumerate() {
        if let Some(sentence) = sentences.last_mut() {
            sentence.push(*word);
        }
        if ends_sentence(word, words.get(at + 1).copied(), &SHORTENED) {
            sentences.push(Vec::new());
        }
    }
    sentences.into_iter().filter(|sentence| !sentence.is_empty()).map(|sentence| sentence.join(" ")).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use proptest::prelude::*;

    use super::{Description, NoSentences};

    #[test]
    fn markdown_lists_and_broken_lines_become_sentences() {
        let mut told = String::new();
        for text in [
            include_str!("../../tests/data/jobs/infrastructure-architect.md"),
            include_str!("../../tests/data/jobs/nurse.txt"),
            include_str!("../../tests/data/jobs/data-engineer.md"),
        ] {
            let description = Description::parse(text).expect("it has sentences");
            let _written = write!(told, "{}\n  {}\n", description.title, description.sentences.join("\n  "));
        }
        insta::assert_snapshot!(told);
    }

    #[test]
    fn a_title_stays_apart_from_the_text_below_it_and_a_line_that_goes_on_does_not() {
        let of = |text: &str| Description::parse(text).expect("it has sentences");
        let one = of(
            "Frontend Developer\nWe build a booking app for travellers.\nYou know the browser\nwell and write tests.",
        );
        assert_eq!(one.title, "Frontend Developer");
        assert_eq!(
            one.sentences,
            ["We build a booking app for travellers.", "You know the browser well and write tests."]
        );
    }

    #[test]
    fn a_text_without_sentences_is_refused() {
        for text in ["", "   \n\n", "- \n# \n", "12345 67890 12 34"] {
            assert_eq!(Description::parse(text), Err(NoSentences), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_brings_the_reader_down_and_no_sentence_has_a_broken_line(text in "[\\PC\n]{0,200}") {
            if let Ok(description) = Description::parse(&text) {
                prop_assert!(description.sentences.iter().all(|one| !one.contains('\n') && !one.trim().is_empty()));
            }
        }
    }
}
