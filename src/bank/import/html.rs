//! Reads HTML: from the tags it keeps what is a heading, a list, a table or bold, and where the article ends.

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};
use std::convert::Infallible;

use super::block::{Block, Page, Shape, Skipped, line_ends};
use super::table;

/// Elements whose text is beside the article.
const BESIDE: &[&[u8]] = &[b"nav", b"footer", b"aside", b"button", b"select", b"svg", b"template", b"menu", b"dialog"];

/// Elements whose text nobody reads.
const UNSEEN: &[&[u8]] = &[b"script", b"style", b"noscript", b"textarea", b"iframe", b"noframes", b"noembed"];

/// Elements that begin on a line of their own. Those with a meaning have a function of their own.
const PARTS: &[&[u8]] = &[
    b"p",
    b"div",
    b"section",
    b"article",
    b"main",
    b"header",
    b"blockquote",
    b"figure",
    b"figcaption",
    b"address",
    b"details",
    b"dl",
    b"form",
    b"fieldset",
    b"center",
    b"body",
    b"html",
    b"head",
];

struct List {
    ordered: bool,
    items: u64,
    within_item: bool,
}

struct Table {
    /// What stood before the table.
    before: Vec<Block>,
    rows: Vec<table::Row>,
    /// How many tables are open, this one included: those within a cell are read as running text.
    depth: usize,
    within_cell: bool,
}

/// What is open in the document so far. Markdown feeds it piece by piece.
#[derive(Default)]
pub(super) struct Html {
    lists: Vec<List>,
    table: Option<Table>,
    beside: Vec<Vec<u8>>,
    unseen: bool,
    code: bool,
}

/// Reads a whole document.
pub(super) fn read(html: &str, line: usize, page: &mut Page) {
    let mut state = Html::default();
    state.feed(html, line, page);
    state.finish(page);
}

impl Html {
    /// Reads a piece of HTML, of which the first line has the number `line`.
    pub(super) fn feed(&mut self, html: &str, line: usize, page: &mut Page) {
        let (mut at, mut line) = (0, line);
        let mut tag = Vec::new();
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, span: Span<usize>| -> Option<Infallible> {
            // An error in the text is told before the text, with a place within it.
            if page.is_full() || matches!(event, CallbackEvent::Error(_)) {
                return None;
            }
            if let Some(passed) = html.as_bytes().get(at..span.start) {
                line += line_ends(passed);
                at = span.start;
            }
            match event {
                CallbackEvent::OpenStartTag { name } => {
                    tag.clear();
                    tag.extend_from_slice(name);
                }
                CallbackEvent::CloseStartTag { .. } => self.open(&tag, line, page),
                CallbackEvent::EndTag { name } => self.close(name, line, page),
                CallbackEvent::String { value } => self.text(&String::from_utf8_lossy(value), line, page),
                _ => {}
            }
            None
        });
        emitter.naively_switch_states(true);
        let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
    }

    /// Ends what is still open.
    pub(super) fn finish(&mut self, page: &mut Page) {
        if let Some(table) = &mut self.table {
            table.depth = 1;
            self.close_table(page);
        }
        page.end();
    }

    fn text(&mut self, text: &str, line: usize, page: &mut Page) {
        if self.unseen {
            return;
        }
        let skipped = match (self.code, self.beside.is_empty()) {
            (true, _) => Some(Skipped::Code),
            (_, false) => Some(Skipped::Navigation),
            _ => None,
        };
        if let Some(why) = skipped {
            page.add(Block::of(line, Shape::Skipped(why), text));
        } else {
            page.text(text, line);
        }
    }

    fn open(&mut self, tag: &[u8], line: usize, page: &mut Page) {
        if BESIDE.contains(&tag) {
            page.end();
            self.beside.push(tag.to_vec());
            return;
        }
        if tag == b"main" {
            self.beside.clear();
        }
        match tag {
            b"br" => page.line_break(line),
            b"hr" => page.add(Block::new(line, Shape::Break)),
            b"b" | b"strong" => page.strong(true),
            b"pre" => {
                page.end();
                self.code = true;
            }
            b"title" => page.begin(Block::new(line, Shape::Heading(0))),
            [b'h', level @ b'1'..=b'6'] => {
                page.plain();
                page.begin(Block::new(line, Shape::Heading(level - b'0')));
            }
            b"ul" | b"ol" => {
                page.end();
                self.lists.push(List { ordered: tag == b"ol", items: 0, within_item: false });
            }
            b"li" => self.open_item(line, page),
            b"dt" | b"summary" | b"caption" => {
                self.part(line, page);
                page.plain();
                page.begin(Block::new(line, Shape::Line));
                page.strong(true);
            }
            b"dd" => {
                page.plain();
                page.begin(Block::new(line, Shape::Line));
            }
            b"table" => self.open_table(page),
            b"tr" => self.open_row(page),
            b"td" | b"th" => self.open_cell(tag == b"th", line, page),
            tag if UNSEEN.contains(&tag) => self.unseen = true,
            tag if PARTS.contains(&tag) => self.part(line, page),
            _ => {}
        }
    }

    fn close(&mut self, tag: &[u8], line: usize, page: &mut Page) {
        if let Some(at) = self.beside.iter().rposition(|open| open == tag) {
            self.beside.truncate(at);
            return;
        }
        match tag {
            b"b" | b"strong" => page.strong(false),
            b"pre" => self.code = false,
            b"ul" | b"ol" => {
                page.end();
                self.lists.pop();
            }
            b"li" => {
                page.end();
                if let Some(list) = self.lists.last_mut() {
                    list.within_item = false;
                }
            }
            b"dt" | b"summary" | b"caption" | b"th" => {
                page.plain();
                page.end();
            }
            b"article" | b"main" => page.add(Block::new(line, Shape::Break)),
            b"table" => self.close_table(page),
            b"title" | [b'h', b'1'..=b'6'] => page.end(),
            tag if UNSEEN.contains(&tag) => self.unseen = false,
            tag if PARTS.contains(&tag) => page.end(),
            _ => {}
        }
    }

    /// Begins a line of its own, within the item where there is one.
    fn part(&mut self, line: usize, page: &mut Page) {
        if page.is_fresh() {
            return;
        }
        page.end();
        if self.lists.last().is_some_and(|list| list.within_item) {
            let mut block = Block::new(line, Shape::Item(self.depth()));
            block.goes_on = true;
            page.begin(block);
        }
    }

    /// How deep the innermost list is nested, from 0.
    fn depth(&self) -> u8 {
        self.lists.len().saturating_sub(1).min(9) as u8
    }

    fn open_item(&mut self, line: usize, page: &mut Page) {
        page.plain();
        let mut block = Block::new(line, Shape::Item(self.depth()));
        if let Some(list) = self.lists.last_mut() {
            list.items += 1;
            list.within_item = true;
            block.ordinal = list.ordered.then_some(list.items);
        }
        page.begin(block);
    }

    fn open_table(&mut self, page: &mut Page) {
        page.plain();
        if let Some(table) = &mut self.table {
            table.depth += 1;
            page.end();
        } else {
            self.table = Some(Table { before: page.take(), rows: Vec::new(), depth: 1, within_cell: false });
        }
    }

    fn open_row(&mut self, page: &mut Page) {
        page.plain();
        page.end();
        if let Some(table) = self.table.as_mut().filter(|table| table.depth == 1) {
            table.end_cell(page);
            table.rows.push(Vec::new());
        }
    }

    fn open_cell(&mut self, is_header: bool, line: usize, page: &mut Page) {
        page.plain();
        page.end();
        if let Some(table) = self.table.as_mut().filter(|table| table.depth == 1) {
            table.end_cell(page);
            table.within_cell = true;
        }
        page.begin(Block::new(line, Shape::Line));
        if is_header {
            page.strong(true);
        }
    }

    fn close_table(&mut self, page: &mut Page) {
        page.plain();
        page.end();
        let Some(table) = &mut self.table else { return };
        table.depth -= 1;
        if table.depth > 0 {
            return;
        }
        table.end_cell(page);
        if let Some(table) = self.table.take() {
            page.restore(table.before);
            page.give_back(table::blocks(table.rows));
        }
    }
}

impl Table {
    fn end_cell(&mut self, page: &mut Page) {
        let blocks = page.take();
        if blocks.is_empty() && !self.within_cell {
            return;
        }
        self.within_cell = false;
        if self.rows.is_empty() {
            self.rows.push(Vec::new());
        }
        if let Some(row) = self.rows.last_mut() {
            row.push(blocks);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, Shape, read};

    fn blocks(html: &str) -> Vec<(usize, Shape, String)> {
        let mut page = Page::new();
        read(html, 1, &mut page);
        page.finish().into_iter().map(|block| (block.line, block.shape, block.text)).collect()
    }

    #[test]
    fn text_before_a_stray_bracket_keeps_its_line() {
        let blocks = blocks("<ul>\n  <li>One</li>\n  <<li>Two</li>\n</ul>\n<p>Three</p>\n\n  <<p>Four</p>");
        let lines: Vec<(usize, &str)> = blocks.iter().map(|(line, _, text)| (*line, text.as_str())).collect();
        assert_eq!(lines, [(2, "One"), (3, "<"), (3, "Two"), (5, "Three"), (7, "<"), (7, "Four")]);
    }

    #[test]
    fn headings_lists_and_paragraphs_keep_their_lines() {
        let html = "<h2>1. Why\n so?</h2>\r\n<ul>\n<li><p>One &amp; two</p>\n<p>More</p></li>\n<li>Three<ul><li>Deep</ul>\n</ul>\n<p>End<br>of it";
        let wanted = [
            (1, Shape::Heading(2), "1. Why so?"),
            (4, Shape::Item(0), "One & two"),
            (5, Shape::Item(0), "More"),
            (6, Shape::Item(0), "Three"),
            (6, Shape::Item(1), "Deep"),
            (8, Shape::Line, "End"),
            (8, Shape::Line, "of it"),
        ];
        assert_eq!(blocks(html), wanted.map(|(line, shape, text)| (line, shape, text.to_owned())));
    }

    #[test]
    fn scripts_are_no_text_and_navigation_is_marked() {
        let found = blocks("<script>let a = '<p>no</p>';</script><nav><a>Home</a></nav><p>Yes</p>");
        let texts: Vec<&str> = found.iter().map(|(_, _, text)| text.as_str()).collect();
        assert_eq!(texts, ["Home", "Yes"]);
        assert!(matches!(found[0].1, Shape::Skipped(_)));
    }

    #[test]
    fn a_bold_element_that_is_never_closed_ends_with_its_item() {
        let mut page = Page::new();
        read("<ul><li><b>One<li>two</ul>", 1, &mut page);
        let strong: Vec<bool> = page.finish().iter().map(super::Block::is_strong).collect();
        assert_eq!(strong, [true, false]);
    }
}
