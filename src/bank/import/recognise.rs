//! Finds the labels in blocks: a label may be a heading, bold, a line of its own, or stand before a colon.

use super::block::{Block, Shape, Skipped};
use super::label::{Role, exact, heading};

/// Longest text before a colon that may be a label, in bytes.
const LONGEST_LABEL: usize = 90;

/// Most words of a label that stands alone in a line like any other.
const MOST_WORDS_ALONE: usize = 7;

/// What a stretch of the document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    /// A new entry begins.
    Record,
    /// What was said so far is over.
    Break,
    /// A label that is known.
    Label(Role),
    /// The name of a field that is not known.
    Unknown,
    /// Text, or a heading without a label.
    Text,
    /// Something that has no place in a bank.
    Skipped(Skipped),
}

/// What marks a text as a question of a row of questions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Marker {
    None,
    Number,
    /// `Q:`, `Question 3`.
    Explicit,
}

/// A stretch of the document and what it is.
#[derive(Clone, Debug)]
pub(super) struct Mark {
    pub(super) line: usize,
    pub(super) what: What,
    /// The text, without marks and numbers before it.
    pub(super) text: String,
    pub(super) shape: Shape,
    pub(super) ordinal: Option<u64>,
    pub(super) goes_on: bool,
    pub(super) is_strong: bool,
    pub(super) marker: Marker,
    /// Whether it stands behind a label on the same line, and so asks nothing by itself.
    pub(super) is_labelled: bool,
}

/// Returns the stretches of a document.
pub(super) fn marks(blocks: Vec<Block>) -> Vec<Mark> {
    let mut found = Vec::with_capacity(blocks.len());
    let mut has_dotted_questions = false;
    let shapes: Vec<Shape> = blocks.iter().map(|block| block.shape).collect();
    for (nth, block) in blocks.into_iter().enumerate() {
        let opens_list = matches!(shapes.get(nth + 1), Some(Shape::Item(next)) if !matches!(block.shape, Shape::Item(own) if own >= *next));
        has_dotted_questions |=
            block.text.starts_with("Q.") || (block.text.starts_with('Q') && block.text.contains(". "));
        for piece in pieces(block) {
            of_piece(piece, opens_list, has_dotted_questions, &mut found);
        }
    }
    found
}

/// Cuts a block before each label within it: bold ones, and the answer behind a question on the same line.
fn pieces(block: Block) -> Vec<Block> {
    let mut cuts: Vec<usize> = block
        .strong
        .iter()
        .filter(|range| range.start > 0 && heading(&block.text[(*range).clone()]).is_some())
        .filter(|range| {
            block.text[(*range).clone()].ends_with(':') || block.text[range.end..].trim_start().starts_with(':')
        })
        .map(|range| range.start)
        .collect();
    if marker(&block.text).is_some() {
        cuts.extend(
            ["? A: ", "? Answer: ", "? A. "].iter().filter_map(|sign| block.text.find(sign)).min().map(|at| at + 2),
        );
    }
    if cuts.is_empty() {
        return vec![block];
    }
    cuts.sort_unstable();
    let mut found = Vec::new();
    let mut from = 0;
    for to in cuts.into_iter().chain([block.text.len()]) {
        let mut piece = Block { text: block.text[from..to].trim_end().to_owned(), strong: Vec::new(), ..block };
        piece.strong = block
            .strong
            .iter()
            .filter(|range| range.start >= from && range.end <= to)
            .map(|range| range.start - from..range.end - from)
            .collect();
        if from > 0 {
            piece.goes_on = false;
            piece.ordinal = None;
        }
        from = to;
        if !piece.text.is_empty() {
            found.push(piece);
        }
    }
    found
}

fn of_piece(block: Block, opens_list: bool, has_dotted_questions: bool, found: &mut Vec<Mark>) {
    let what = match block.shape {
        Shape::Record => What::Record,
        Shape::Break => What::Break,
        Shape::Skipped(why) => What::Skipped(why),
        Shape::Key => heading(&block.text).map_or(What::Unknown, What::Label),
        Shape::Heading(_) | Shape::Line | Shape::Item(_) => What::Text,
    };
    let is_strong = block.is_strong();
    let mark = |what: What, text: &str| Mark {
        line: block.line,
        what,
        text: text.to_owned(),
        shape: block.shape,
        ordinal: block.ordinal,
        goes_on: block.goes_on,
        is_strong,
        marker: Marker::None,
        is_labelled: false,
    };
    if what != What::Text {
        found.push(mark(what, &block.text));
        return;
    }
    let (ordinal, bare) = super::plain::ordinal(&block.text)
        .map_or((block.ordinal, block.text.as_str()), |(number, rest)| (Some(number), rest));
    let cut = block.text.len() - bare.len();
    if let Some((number, rest)) = marker(bare) {
        found.push(Mark { ordinal: number.or(ordinal), marker: Marker::Explicit, ..mark(What::Text, rest) });
        return;
    }
    let bold = block.strong.first().filter(|range| range.start <= cut + 2).map(|range| range.end.saturating_sub(cut));
    let dotted = if has_dotted_questions { dotted_answer(bare) } else { None };
    if let Some((role, end, rest)) = dotted.or_else(|| leading(bare, bold, &block, opens_list)) {
        found.push(mark(What::Label(role), &bare[..end]));
        let rest = rest.trim_start_matches([':', ' ', '-', '–', '—', '*']).trim();
        if !rest.is_empty() {
            let shape = if matches!(block.shape, Shape::Heading(_)) { block.shape } else { Shape::Line };
            found.push(Mark {
                shape: if role == Role::Question { shape } else { Shape::Line },
                goes_on: false,
                is_strong: false,
                is_labelled: true,
                ordinal: None,
                ..mark(What::Text, rest)
            });
        }
        return;
    }
    let bare = super::plain::bullet(bare).unwrap_or(bare);
    let marker = if ordinal.is_some() { Marker::Number } else { Marker::None };
    found.push(Mark { ordinal, marker, ..mark(What::Text, bare) });
}

/// Returns the label at the beginning of a text, where it ends, and the text behind it.
fn leading<'t>(text: &'t str, bold: Option<usize>, block: &Block, opens_list: bool) -> Option<(Role, usize, &'t str)> {
    let is_apart = matches!(block.shape, Shape::Heading(_)) || block.is_strong() || is_shouted(text);
    if let Some(end) = bold.filter(|end| *end <= LONGEST_LABEL && text.is_char_boundary(*end)) {
        let (phrase, rest) = text.split_at(end);
        let is_closed = phrase.trim_end().ends_with(':')
            || rest.trim_start().starts_with([':', '–', '—', '-'])
            || rest.trim().is_empty();
        if let Some(role) = if is_closed { heading(phrase) } else { exact(phrase) } {
            return Some((role, end, rest));
        }
    }
    let colon = text.find(':').filter(|at| *at <= LONGEST_LABEL);
    if let Some(at) = colon {
        let (phrase, rest) = (&text[..at], &text[at + 1..]);
        let is_label_alone = is_apart || rest.trim().is_empty();
        if let Some(role) = if is_label_alone { heading(phrase) } else { exact(phrase) } {
            return Some((role, at + 1, rest));
        }
    }
    if is_apart && let Some(role) = heading(text) {
        return Some((role, text.len(), ""));
    }
    for dash in [" – ", " — ", " - "] {
        if let Some(at) = text.find(dash).filter(|at| *at <= LONGEST_LABEL)
            && let Some(role) = exact(&text[..at])
        {
            return Some((role, at, &text[at + dash.len()..]));
        }
    }
    let stands_alone = (matches!(block.shape, Shape::Line) || opens_list)
        && text.split(' ').count() <= MOST_WORDS_ALONE
        && !text.ends_with(['.', ',', ';', '!'])
        && !text.starts_with(char::is_lowercase);
    exact(text).filter(|_| stands_alone).map(|role| (role, text.len(), ""))
}

fn is_shouted(text: &str) -> bool {
    text.chars().filter(|c| c.is_alphabetic()).count() > 3 && !text.contains(char::is_lowercase)
}

/// Returns what follows `A.` or `A3.` where questions are marked alike.
fn dotted_answer(text: &str) -> Option<(Role, usize, &str)> {
    let rest = text.strip_prefix('A')?.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = rest.strip_prefix(". ")?;
    Some((Role::Answer, text.len() - rest.len(), rest))
}

/// Returns the number and the text behind `Q:`, `Q3.`, `Question 3 –`, `Interview question #3 of 10:`.
pub(super) fn marker(text: &str) -> Option<(Option<u64>, &str)> {
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric() && !matches!(c, '"' | '“' | '('));
    let word = ["interview question", "question", "ques", "q"].iter().find(|word| {
        text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
            && !text[word.len()..].starts_with(char::is_alphabetic)
    })?;
    let rest = text[word.len()..]
        .trim_start_matches([' ', '#', '.', '-'])
        .trim_start_matches("no. ")
        .trim_start_matches("No. ");
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let number = rest[..digits].parse().ok().filter(|_| digits <= 4);
    let after = &rest[digits..];
    let after = after
        .strip_prefix(" of ")
        .or_else(|| after.strip_prefix('/'))
        .map_or(after, |total| total.trim_start_matches(|c: char| c.is_ascii_digit()));
    let marks: &[char] = &[':', '.', ')', ']', '–', '—', '-', '|'];
    let is_marked = after.trim_start().starts_with(marks) || text[word.len()..].starts_with(['.', ':', ')']);
    let ends = after.trim().is_empty() && number.is_some();
    let follows = number.is_some() && after.starts_with(' ');
    if !(is_marked || ends || follows) || (number.is_none() && !is_marked) {
        return None;
    }
    // A word such as `Question` alone before a colon may be the label of a table or list; it asks nothing yet.
    let rest = after.trim_start().trim_start_matches(marks).trim();
    Some((number, rest))
}

#[cfg(test)]
mod tests {
    use super::{Block, Marker, Shape, What, marker, marks};

    fn told(blocks: Vec<Block>) -> Vec<String> {
        let tell = |mark: super::Mark| match mark.what {
            What::Label(role) => format!("{role:?}"),
            What::Text => format!("{} {}", if mark.marker == Marker::None { "-" } else { "?" }, mark.text),
            other => format!("{other:?}"),
        };
        marks(blocks).into_iter().map(tell).collect()
    }

    fn line(text: &str) -> Block {
        Block::of(1, Shape::Line, text)
    }

    #[test]
    fn a_label_is_parted_from_the_text_behind_it() {
        let cases: [(&str, &[&str]); 7] = [
            ("Sample answer: I ask first.", &["Answer", "- I ask first."]),
            ("Common pitfalls — rushing", &["Pitfalls", "- rushing"]),
            ("What they're looking for", &["Points"]),
            ("2) Mistakes to avoid:", &["Pitfalls"]),
            ("Q3. Why so? A: Because.", &["? Why so?", "Answer", "- Because."]),
            ("My rule is this: answer first.", &["- My rule is this: answer first."]),
            ("3. How do you follow up?", &["? How do you follow up?"]),
        ];
        for (text, wanted) in cases {
            assert_eq!(told(vec![line(text)]), wanted, "{text}");
        }
    }

    #[test]
    fn bold_labels_within_one_paragraph_part_it() {
        let mut block = line("Looking for: order. Red flags: haste.");
        block.strong = vec![0..12, 20..30];
        assert_eq!(told(vec![block]), ["Points", "- order.", "Pitfalls", "- haste."]);
    }

    #[test]
    fn the_marks_before_questions_are_known() {
        let cases = [
            ("Q: Why?", Some((None, "Why?"))),
            ("Q1. Why?", Some((Some(1), "Why?"))),
            ("Question 12", Some((Some(12), ""))),
            ("Question #3 of 10 – Why?", Some((Some(3), "Why?"))),
            ("Interview Question 4: Why?", Some((Some(4), "Why?"))),
            ("Questions to ask", None),
            ("Question of taste", None),
            ("Quality matters", None),
            ("Q", None),
        ];
        for (text, wanted) in cases {
            assert_eq!(marker(text), wanted, "{text}");
        }
    }
}
