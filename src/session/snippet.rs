//! Cuts the words around what was searched for out of a text in which that is marked.

use serde::Serialize;

/// Stands before what was searched for.
pub const BEGIN: char = '\u{2}';

/// Stands after it.
pub const END: char = '\u{3}';

/// Words before the first that was searched for.
const BEFORE: usize = 6;

/// Words from it on.
const FROM: usize = 14;

/// A part of a snippet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Piece {
    /// Its text, with the spaces at its ends.
    pub text: String,
    /// Whether it was searched for.
    pub sought: bool,
}

/// Returns a text without the marks, for one that may hold such characters by itself.
#[must_use]
pub fn without_marks(text: &str) -> String {
    text.replace([BEGIN, END], "\u{fffd}")
}

/// Returns the place of the first marked word, counted from 0, and the words around it. None where nothing is marked.
#[must_use]
pub fn cut(marked: &str) -> Option<(usize, Vec<Piece>)> {
    let words: Vec<&str> = marked.split_whitespace().collect();
    let first = words.iter().position(|word| word.contains(BEGIN))?;
    let from = first.saturating_sub(BEFORE);
    let to = (first + FROM).min(words.len());
    let mut text = words[from..to].join(" ");
    if from > 0 {
        text.insert_str(0, "… ");
    }
    if to < words.len() {
        text.push_str(" …");
    }
    Some((first, pieces(&text)))
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut sought = false;
    for part in text.split_inclusive([BEGIN, END]) {
        let text = part.trim_end_matches([BEGIN, END]);
        if !text.is_empty() {
            pieces.push(Piece { text: text.into(), sought });
        }
        sought = part.ends_with(BEGIN);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Piece, cut, without_marks};

    fn shown(marked: &str) -> Option<(usize, String)> {
        let brackets = marked.replace('[', "\u{2}").replace(']', "\u{3}");
        let (word, pieces) = cut(&brackets)?;
        let show = |piece: &Piece| if piece.sought { format!("[{}]", piece.text) } else { piece.text.clone() };
        Some((word, pieces.iter().map(show).collect()))
    }

    #[test]
    fn the_words_around_the_first_match_are_shown_and_its_place_is_told() {
        let cases = [
            ("nothing here", None),
            ("", None),
            ("([zones], three)", Some((0, "([zones], three)"))),
            ("in three [availability zones] and [zones]", Some((2, "in three [availability zones] and [zones]"))),
            (
                "a b c d e f g h [i] j k l m n o p q r s t u v w",
                Some((8, "… c d e f g h [i] j k l m n o p q r s t u v …")),
            ),
        ];
        for (marked, expected) in cases {
            assert_eq!(shown(marked), expected.map(|(word, text)| (word, text.to_owned())), "{marked}");
        }
    }

    proptest! {
        #[test]
        fn any_text_gives_pieces_without_marks_of_which_one_was_searched_for(marked in "[a-c \u{2}\u{3}é…]{0,60}") {
            if let Some((word, pieces)) = cut(&marked) {
                prop_assert!(word < marked.split_whitespace().count());
                prop_assert!(pieces.iter().all(|piece| !piece.text.contains([super::BEGIN, super::END])));
            }
            prop_assert_eq!(cut(&without_marks(&marked)), None);
        }
    }
}
