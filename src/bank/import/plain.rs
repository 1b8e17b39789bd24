//! Reads plain text: a block a line, with the lists that people type by hand.

use super::block::{Block, Page, Shape};

/// Marks that people put before an item.
const BULLETS: &[char] =
    &['-', '*', '+', '•', '–', '—', '▪', '■', '●', '○', '◦', '‣', '➢', '➤', '►', '▸', '✓', '✔', '✗', '✘', '·', '»'];

/// Reads a text, of which the first line has the number `line`.
pub(super) fn read(text: &str, line: usize, page: &mut Page) {
    let mut within = false;
    for (nth, raw) in text.lines().enumerate() {
        let line = line + nth;
        if page.is_full() {
            return;
        }
        let bare = raw.trim();
        if bare.is_empty() {
            within = false;
        } else if let Some(level) = rule(bare) {
            // A line drawn under words makes a heading of them; one that stands alone parts what is before and behind.
            if !(within && page.underline(level)) {
                page.add(Block::new(line, Shape::Break));
            }
            within = false;
        } else {
            page.add(of_line(raw, line, within));
            within = true;
        }
    }
}

/// Returns the level of the heading that a drawn line makes, if it is one.
fn rule(bare: &str) -> Option<u8> {
    let first = bare.chars().next()?;
    let is_rule = bare.chars().count() >= 3 && "=-_*~#".contains(first) && bare.chars().all(|c| c == first);
    is_rule.then_some(if first == '=' { 1 } else { 2 })
}

fn of_line(raw: &str, line: usize, within: bool) -> Block {
    let indent: usize = raw.chars().take_while(|c| c.is_whitespace()).map(|c| if c == '\t' { 4 } else { 1 }).sum();
    let bare = raw.trim();
    if let Some(rest) = bullet(bare) {
        return Block::of(line, Shape::Item((indent / 2).min(9) as u8), rest);
    }
    if let Some((number, rest)) = ordinal(bare) {
        let shape = if indent < 2 { Shape::Line } else { Shape::Item((indent / 2).min(9) as u8) };
        let mut block = Block::of(line, shape, rest);
        block.ordinal = Some(number);
        return block;
    }
    let mut block = Block::of(line, Shape::Line, bare);
    block.goes_on = within;
    block
}

/// Returns what follows the mark of an item.
pub(super) fn bullet(text: &str) -> Option<&str> {
    let rest = text.strip_prefix(BULLETS)?;
    let rest = rest.strip_prefix('\u{fe0f}').unwrap_or(rest);
    let attached = text.starts_with(['•', '▪', '●', '➢', '✓', '✔']);
    (attached || rest.starts_with(char::is_whitespace)).then(|| rest.trim_start()).filter(|rest| !rest.is_empty())
}

/// Returns the number before a text, as in `12.`, `12)` or `(12)`, and what follows it.
pub(super) fn ordinal(text: &str) -> Option<(u64, &str)> {
    let opened = text.strip_prefix('(');
    let rest = opened.unwrap_or(text);
    let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    if !(1..=4).contains(&digits) {
        return None;
    }
    let number = rest[..digits].parse().ok()?;
    let after = &rest[digits..];
    let after = after.strip_prefix([')', '.', ':']).filter(|after| opened.is_none() || !after.is_empty())?;
    after.starts_with(char::is_whitespace).then(|| (number, after.trim_start())).filter(|(_, rest)| !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Page, Shape, ordinal, read};

    #[test]
    fn hand_made_lists_numbers_and_underlines_are_seen() {
        let mut page = Page::new();
        read("Title\n=====\n\n1. Why?\nLook for:\n• order\n  - depth\n\n-----\nThe end", 1, &mut page);
        let shapes: Vec<(usize, Shape)> = page.finish().iter().map(|block| (block.line, block.shape)).collect();
        let wanted = [
            (1, Shape::Heading(1)),
            (4, Shape::Line),
            (5, Shape::Line),
            (6, Shape::Item(0)),
            (7, Shape::Item(1)),
            (9, Shape::Break),
            (10, Shape::Line),
        ];
        assert_eq!(shapes, wanted);
    }

    #[test]
    fn a_number_is_no_ordinal_unless_it_is_marked_as_one() {
        assert_eq!(ordinal("12. Why"), Some((12, "Why")));
        assert_eq!(ordinal("(3) Why"), Some((3, "Why")));
        for none in ["2025 was", "3.5 percent", "1.", "12345. x", "a. b"] {
            assert_eq!(ordinal(none), None, "{none}");
        }
    }
}
