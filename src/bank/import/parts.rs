//! Turns the pieces of a part into what a bank lists: items where there are items, else sentences.

use super::assemble::Piece;
use super::left_out::{LeftOut, Why};
use super::questions::asks;
use super::sentences::{listed, sentences, tidy};

/// A line at least this long was probably wrapped, and the next goes on with its sentence. In characters.
const WRAPPED: usize = 56;

/// One listed thing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) line: usize,
    pub(super) text: String,
}

/// Returns what a part lists. What leads in to a list, or stands beside one, goes to `beside`.
pub(super) fn list(pieces: &[Piece], beside: &mut Vec<Part>) -> Vec<Part> {
    let base = pieces.iter().filter_map(|piece| piece.depth).min();
    let found = match base {
        Some(base) => items(pieces, base, beside),
        None => lines(pieces)
            .into_iter()
            .flat_map(|line| listed(&line.text).into_iter().map(move |text| Part { line: line.line, text }))
            .collect(),
    };
    found.into_iter().map(|part| Part { text: tidy(&part.text), ..part }).filter(|part| !part.text.is_empty()).collect()
}

/// Items of the outermost list; what is nested or goes on belongs to the item above it.
fn items(pieces: &[Piece], base: u8, beside: &mut Vec<Part>) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    let mut within = false;
    for piece in pieces {
        let begins = piece.depth == Some(base) && !piece.goes_on;
        match found.last_mut() {
            _ if begins => {
                found.push(Part { line: piece.line, text: piece.text.clone() });
                within = true;
            }
            Some(last) if within && (piece.depth.is_some() || piece.goes_on) => {
                append(&mut last.text, &piece.text, piece.depth > Some(base));
            }
            _ => {
                within = false;
                match beside.last_mut() {
                    Some(last) if piece.goes_on && last.line + 4 > piece.line => {
                        append(&mut last.text, &piece.text, false);
                    }
                    _ => beside.push(Part { line: piece.line, text: piece.text.clone() }),
                }
            }
        }
    }
    found
}

fn append(text: &mut String, more: &str, is_nested: bool) {
    let is_parted = text.ends_with([':', '.', '?', '!', ';', ',']);
    text.push_str(if is_nested && !is_parted { "; " } else { " " });
    text.push_str(more);
}

/// Lines, with those put together that were only wrapped.
fn lines(pieces: &[Piece]) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    let mut length = 0;
    for piece in pieces {
        let goes_on =
            piece.goes_on && piece.text.chars().next().is_some_and(|first| first.is_lowercase() || length >= WRAPPED);
        length = piece.text.chars().count();
        match found.last_mut() {
            Some(last) if goes_on => append(&mut last.text, &piece.text, false),
            _ => found.push(Part { line: piece.line, text: piece.text.clone() }),
        }
    }
    found
}

/// Returns the questions among follow-ups. Answers to them are left out.
pub(super) fn follow_ups(pieces: &[Piece], left_out: &mut Vec<LeftOut>) -> Vec<Part> {
    let base = pieces.iter().filter_map(|piece| piece.depth).min();
    let whole: Vec<Part> = match base {
        Some(base) => {
            let mut beside = Vec::new();
            let (own, nested): (Vec<Piece>, Vec<Piece>) =
                pieces.iter().cloned().partition(|piece| piece.depth.is_none_or(|depth| depth == base));
            left_out.extend(nested.iter().map(|piece| LeftOut::new(piece.line, &piece.text, Why::FollowUpAnswer)));
            let mut found = items(&own, base, &mut beside);
            let (asking, other): (Vec<Part>, Vec<Part>) = beside.into_iter().partition(|part| part.text.ends_with('?'));
            left_out.extend(other.iter().map(|part| LeftOut::new(part.line, &part.text, Why::BesideList)));
            found.extend(asking);
            found.sort_by_key(|part| part.line);
            found
        }
        None => lines(pieces),
    };
    whole.into_iter().flat_map(|part| asked(part, base.is_some(), left_out)).collect()
}

/// Parts a text at its question marks. What stands behind the last asks nothing.
fn asked(part: Part, is_item: bool, left_out: &mut Vec<LeftOut>) -> Vec<Part> {
    let text = part.text.trim_matches(['"', '“', '”', ' ', '*']);
    let of = |text: &str| Part { line: part.line, text: text.trim_matches(['"', '“', '”', ' ']).to_owned() };
    if !text.contains('?') {
        let texts = if is_item { vec![text.to_owned()] } else { text.split(';').flat_map(sentences).collect() };
        return texts.iter().map(|text| of(text)).filter(|part| !part.text.is_empty()).collect();
    }
    let mut found: Vec<Part> = Vec::new();
    let mut before = String::new();
    for sentence in text.split("; ").flat_map(sentences) {
        let bare = sentence.trim_end_matches(['"', '”', '’', ')', '*']);
        let is_question = bare.ends_with('?');
        before = if before.is_empty() { sentence.clone() } else { format!("{before} {sentence}") };
        if is_question && is_item && found.len() == 1 {
            // One item is one follow-up, though it may ask twice.
            let first = &mut found[0];
            first.text = format!("{} {before}", first.text);
            before.clear();
        } else if is_question {
            found.push(of(&before));
            before.clear();
        }
    }
    let rest = before.trim_matches(['"', '”', ')', ' ']);
    if asks(rest) && !is_item {
        found.push(of(rest));
    } else if rest.chars().any(char::is_alphanumeric) {
        left_out.push(LeftOut::new(part.line, rest, Why::FollowUpAnswer));
    }
    found
}

/// Returns an answer as running text: items become sentences. Nothing where no word is in it.
pub(super) fn prose(pieces: &[Piece]) -> String {
    let mut text = String::new();
    for piece in pieces {
        let begins = !piece.goes_on;
        if begins && piece.depth.is_some() && text.ends_with(char::is_alphanumeric) {
            text.push('.');
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&piece.text);
    }
    if text.contains(char::is_alphanumeric) { unquoted(&text).to_owned() } else { String::new() }
}

/// Returns a text without the quotation marks around the whole of it.
pub(super) fn unquoted(text: &str) -> &str {
    let text = text.trim();
    for (open, close) in [('"', '"'), ('“', '”'), ('‘', '’'), ('«', '»')] {
        if let Some(inner) = text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close))
            && !inner.contains([open, close])
        {
            return inner.trim();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Piece, follow_ups, list, prose, unquoted};

    fn piece(line: usize, depth: Option<u8>, goes_on: bool, text: &str) -> Piece {
        Piece { line, text: text.into(), depth, goes_on }
    }

    #[test]
    fn nested_and_continued_items_belong_to_the_item_above() {
        let pieces = [
            piece(1, None, false, "You should hear:"),
            piece(2, Some(1), false, "names the layers:"),
            piece(3, Some(2), false, "network"),
            piece(4, Some(2), false, "data"),
            piece(5, Some(1), false, "draws a line"),
            piece(6, Some(1), true, "between them"),
        ];
        let mut beside = Vec::new();
        let found: Vec<String> = list(&pieces, &mut beside).into_iter().map(|part| part.text).collect();
        assert_eq!(found, ["Names the layers: network; data", "Draws a line between them"]);
        assert_eq!(beside.len(), 1);
    }

    #[test]
    fn follow_ups_are_parted_at_question_marks_and_their_answers_left_out() {
        let mut left_out = Vec::new();
        let prose = [piece(1, None, false, "Why so? You said you failed. What then?")];
        let told: Vec<String> = follow_ups(&prose, &mut left_out).into_iter().map(|part| part.text).collect();
        assert_eq!(told, ["Why so?", "You said you failed. What then?"]);
        let items = [piece(1, Some(0), false, "“Who pays?” The owner does."), piece(2, Some(1), false, "Always.")];
        let told: Vec<String> = follow_ups(&items, &mut left_out).into_iter().map(|part| part.text).collect();
        assert_eq!((told, left_out.len()), (vec!["Who pays?".to_owned()], 2));
    }

    #[test]
    fn items_of_an_answer_become_sentences() {
        let pieces = [
            piece(1, None, false, "I would"),
            piece(2, Some(0), false, "Ask first"),
            piece(3, Some(0), false, "Draw it."),
        ];
        assert_eq!(prose(&pieces), "I would. Ask first. Draw it.");
        assert_eq!(unquoted("“I ask.”"), "I ask.");
        assert_eq!(unquoted("\"A\" and \"b\""), "\"A\" and \"b\"");
    }
}
