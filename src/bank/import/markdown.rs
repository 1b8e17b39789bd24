//! Reads Markdown, with the HTML and the tables that may stand in it.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::block::{Block, Page, Shape, Skipped, line_ends};
use super::chunks::chunks;
use super::html::Html;
use super::table;

/// Reads a text, of which the first line has the number `line`.
pub(super) fn read(text: &str, line: usize, page: &mut Page) {
    let mut html = Html::default();
    for (first, chunk) in chunks(text) {
        if page.is_full() {
            return;
        }
        let mut reader = Reader::new(chunk, line + first, page, &mut html);
        let mut options = Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS;
        options.set(Options::ENABLE_YAML_STYLE_METADATA_BLOCKS, first == 0);
        for (event, range) in Parser::new_ext(chunk, options).into_offset_iter() {
            reader.event(event, range);
        }
    }
    html.finish(page);
}

struct Reader<'a> {
    text: &'a str,
    /// How far the lines were counted, and the line there.
    counted: usize,
    line: usize,
    page: &'a mut Page,
    html: &'a mut Html,
    /// The open lists: the number of the next item of an ordered one, and whether an item is open.
    lists: Vec<(Option<u64>, bool)>,
    skipped: Option<Skipped>,
    table: Option<Table>,
    /// Whether the row is the table's header.
    is_header: bool,
}

/// A table so far, and what stood before it.
struct Table {
    before: Vec<Block>,
    rows: Vec<table::Row>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str, line: usize, page: &'a mut Page, html: &'a mut Html) -> Self {
        Self { text, counted: 0, line, page, html, lists: Vec::new(), skipped: None, table: None, is_header: false }
    }

    /// Returns the line of an offset. Offsets seldom go back, so each byte is counted about once.
    fn line_of(&mut self, offset: usize) -> usize {
        let count = |range: Range<usize>| self.text.as_bytes().get(range).map_or(0, line_ends);
        if offset >= self.counted {
            self.line += count(self.counted..offset);
        } else {
            self.line -= count(offset..self.counted);
        }
        self.counted = offset;
        self.line
    }

    fn event(&mut self, event: Event<'_>, range: Range<usize>) {
        let line = self.line_of(range.start);
        match event {
            Event::Start(tag) => self.start(&tag, line),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
                self.words(&text, line);
            }
            Event::Html(html) | Event::InlineHtml(html) => self.html.feed(&html, line, self.page),
            Event::SoftBreak | Event::HardBreak => self.page.line_break(line + 1),
            Event::Rule => self.page.add(Block::new(line, Shape::Break)),
            Event::FootnoteReference(_) | Event::TaskListMarker(_) => {}
        }
    }

    fn words(&mut self, text: &str, line: usize) {
        match self.skipped {
            Some(why) => self.page.add(Block::of(line, Shape::Skipped(why), text)),
            None => self.page.text(text, line),
        }
    }

    /// How deep the innermost list is nested, from 0.
    fn depth(&self) -> u8 {
        self.lists.len().saturating_sub(1).min(9) as u8
    }

    fn start(&mut self, tag: &Tag<'_>, line: usize) {
        match tag {
            Tag::Paragraph | Tag::CodeBlock(CodeBlockKind::Indented) => self.part(line),
            Tag::Heading { level, .. } => self.page.begin(Block::new(line, Shape::Heading(*level as u8))),
            Tag::List(first) => {
                self.page.end();
                self.lists.push((*first, false));
            }
            Tag::Item => {
                let mut block = Block::new(line, Shape::Item(self.depth()));
                if let Some((number, within)) = self.lists.last_mut() {
                    block.ordinal = *number;
                    *number = number.map(|number| number.saturating_add(1));
                    *within = true;
                }
                self.page.begin(block);
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(_)) => self.skip(Skipped::Code),
            Tag::MetadataBlock(_) => self.skip(Skipped::FrontMatter),
            Tag::Strong => self.page.strong(true),
            Tag::Table(_) => {
                let before = self.page.take();
                self.table = Some(Table { before, rows: Vec::new() });
            }
            Tag::TableHead | Tag::TableRow => {
                self.is_header = matches!(tag, Tag::TableHead);
                if let Some(table) = &mut self.table {
                    table.rows.push(Vec::new());
                }
            }
            Tag::TableCell => {
                self.page.begin(Block::new(line, Shape::Line));
                if self.is_header {
                    self.page.strong(true);
                }
            }
            _ => {}
        }
    }

    fn skip(&mut self, why: Skipped) {
        self.page.end();
        self.skipped = Some(why);
    }

    /// Begins a paragraph, within the item where there is one.
    fn part(&mut self, line: usize) {
        if self.page.is_fresh() {
            return;
        }
        let within = self.lists.last().is_some_and(|(_, within)| *within);
        let mut block = Block::new(line, if within { Shape::Item(self.depth()) } else { Shape::Line });
        block.goes_on = within;
        self.page.begin(block);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::HtmlBlock => self.page.end(),
            TagEnd::CodeBlock | TagEnd::MetadataBlock(_) => {
                self.page.end();
                self.skipped = None;
            }
            TagEnd::List(_) => {
                self.page.end();
                self.lists.pop();
            }
            TagEnd::Item => {
                self.page.end();
                if let Some((_, within)) = self.lists.last_mut() {
                    *within = false;
                }
            }
            TagEnd::Strong => self.page.strong(false),
            TagEnd::TableCell => {
                self.page.plain();
                let cell = self.page.take();
                if let Some(row) = self.table.as_mut().and_then(|table| table.rows.last_mut()) {
                    row.push(cell);
                }
            }
            TagEnd::Table => {
                if let Some(table) = self.table.take() {
                    self.page.restore(table.before);
                    self.page.give_back(table::blocks(table.rows));
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, read};

    #[test]
    fn lines_survive_lists_soft_breaks_tables_and_html() {
        let text = "# Title\n\n1. **Why?**\n   - *One*\n   - two\n     goes on\n\n**Q:** a\n**A:** b\n\n| Question | Answer |\n|---|---|\n| x | y |\n\n<details>\n<summary>Answer</summary>\n\nIt is.\n</details>\n";
        let mut page = Page::new();
        read(text, 1, &mut page);
        let found: Vec<String> =
            page.finish().iter().map(|block| format!("{} {:?} {}", block.line, block.shape, block.text)).collect();
        let wanted = [
            "1 Heading(1) Title",
            "3 Item(0) Why?",
            "4 Item(1) One",
            "5 Item(1) two",
            "6 Item(1) goes on",
            "8 Line Q: a",
            "9 Line A: b",
            "13 Record ",
            "13 Key Question",
            "13 Line x",
            "13 Key Answer",
            "13 Line y",
            "16 Line Answer",
            "18 Line It is.",
        ];
        assert_eq!(found, wanted);
    }
}
