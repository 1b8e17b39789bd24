//! The words of a page as rows of a certain width, and the ways over them.

use std::ops::Range;

use ratatui::text::Span;

use crate::cli::review::pages::{Page, Tone};
use crate::cli::words::wrap;
use crate::transcript::phrase::sentence;

/// A row of the transcript.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Row {
    /// What stands around the words.
    Text(Tone, String),
    /// Words of the page, by their places.
    Words(Range<usize>),
}

/// Returns the rows of a page at a width in cells.
pub(super) fn rows(page: &Page, width: usize) -> Vec<Row> {
    let mut rows = Vec::new();
    for said in &page.answers {
        if !rows.is_empty() {
            rows.push(Row::Text(Tone::Quiet, String::new()));
        }
        for (tone, text) in &said.asked {
            rows.extend(wrap(text, width).into_iter().map(|line| Row::Text(*tone, line)));
        }
        if said.words.is_empty() {
            rows.push(Row::Text(Tone::Quiet, "Nothing was heard.".into()));
        }
        rows.extend(broken(page, said.words.clone(), width).into_iter().map(Row::Words));
    }
    rows
}

fn broken(page: &Page, words: Range<usize>, width: usize) -> Vec<Range<usize>> {
    let mut lines: Vec<Range<usize>> = Vec::new();
    let mut filled = 0;
    for word in words {
        let cells = cells(&page.words[word].text);
        match lines.last_mut() {
            Some(line) if filled + 1 + cells <= width => {
                line.end = word + 1;
                filled += 1 + cells;
            }
            _ => {
                lines.push(word..word + 1);
                filled = cells;
            }
        }
    }
    lines
}

fn cells(text: &str) -> usize {
    Span::raw(text).width()
}

/// Returns the row in which a word stands. The first one where it stands in none.
pub(super) fn row_of(rows: &[Row], word: usize) -> usize {
    rows.iter().position(|row| matches!(row, Row::Words(words) if words.contains(&word))).unwrap_or(0)
}

/// Returns the word above or below another one: the nearest in the next row of words that way.
pub(super) fn beside(page: &Page, rows: &[Row], word: usize, is_down: bool) -> usize {
    let of_words = |row: &Row| if let Row::Words(words) = row { Some(words.clone()) } else { None };
    let at = row_of(rows, word);
    let Some(here) = rows.get(at).and_then(of_words) else { return word };
    let other =
        if is_down { rows[at + 1..].iter().find_map(of_words) } else { rows[..at].iter().rev().find_map(of_words) };
    let Some(other) = other else { return word };
    let left = |row: &Range<usize>, word: usize| -> usize {
        page.words[row.start..word].iter().map(|word| cells(&word.text) + 1).sum()
    };
    let wanted = left(&here, word);
    other.clone().min_by_key(|word| left(&other, *word).abs_diff(wanted)).unwrap_or(word)
}

/// Returns the first word of the sentence after, or of the one that goes up to the word before.
pub(super) fn next_sentence(page: &Page, word: usize, is_down: bool) -> usize {
    let around = sentence_around(page, word);
    if is_down {
        around.end.min(page.words.len().saturating_sub(1))
    } else if around.start < word {
        around.start
    } else {
        sentence_around(page, word.saturating_sub(1)).start
    }
}

/// Returns the sentence around a word. None goes on in another answer.
fn sentence_around(page: &Page, word: usize) -> Range<usize> {
    let Some(said) = page.answers.iter().find(|said| said.words.contains(&word)) else { return word..word };
    let start = said.words.start;
    let around = sentence(&page.texts(said.words.clone()), word - start..word - start + 1);
    around.start + start..around.end + start
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Row, beside, next_sentence, row_of, rows};
    use crate::cli::review::pages::Pages;
    use crate::cli::review::sample;

    proptest! {
        #[test]
        fn each_word_stands_once_in_order_and_within_the_width_and_every_way_leads_to_a_word(
            width in 1usize..120, word in 0usize..60, is_down in any::<bool>()
        ) {
            let page = Pages::of(&sample::session()).questions.remove(0);
            let rows = rows(&page, width);
            let words: Vec<usize> =
                rows.iter().filter_map(|row| if let Row::Words(words) = row { Some(words.clone()) } else { None }).flatten().collect();
            prop_assert_eq!(words, (0..page.words.len()).collect::<Vec<_>>());
            for row in &rows {
                if let Row::Words(words) = row {
                    let cells = page.texts(words.clone()).join(" ").chars().count();
                    prop_assert!(cells <= width || words.len() == 1);
                }
            }
            let word = word.min(page.words.len() - 1);
            let near = beside(&page, &rows, word, is_down);
            let at = (row_of(&rows, word), row_of(&rows, near));
            let is_that_way = if is_down { at.1 >= at.0 } else { at.1 <= at.0 };
            prop_assert!(is_that_way);
            let next = next_sentence(&page, word, is_down);
            prop_assert!(next < page.words.len());
            let is_on = if is_down { next > word || next == page.words.len() - 1 } else { next < word || word == 0 };
            prop_assert!(is_on);
        }
    }
}
