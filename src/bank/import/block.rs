//! The neutral form of a document: blocks of text in order, each with its line. Knows no labels and no questions.

use std::ops::Range;

/// Most blocks of one document. An article has some hundreds; the bound keeps the memory small whatever the file holds.
pub(super) const MOST_BLOCKS: usize = 400_000;

/// What a block is in its document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Shape {
    /// A new entry begins, such as a row of a table of questions. Has no text.
    Record,
    /// What was said so far is over: a line across the page, the end of an article. Has no text.
    Break,
    /// The name of a field: a column's header, a key.
    Key,
    /// A heading and its level, 1 the highest.
    Heading(u8),
    /// A paragraph, or one line of it.
    Line,
    /// An item of a list and how deep it is nested, from 0.
    Item(u8),
    /// Something that has no place in a bank.
    Skipped(Skipped),
}

/// What has no place in a bank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Skipped {
    Code,
    Navigation,
    FrontMatter,
    Reference,
}

/// Returns how many lines end in a stretch of a file.
pub(super) fn line_ends(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// A block of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Block {
    /// Line of the file, from 1.
    pub(super) line: usize,
    pub(super) shape: Shape,
    /// The number before an item of an ordered list.
    pub(super) ordinal: Option<u64>,
    /// Whether it goes on with the paragraph or item before it, on a new line.
    pub(super) goes_on: bool,
    /// The stretches set in bold, in bytes of the text.
    pub(super) strong: Vec<Range<usize>>,
    /// The text, with single spaces and no control characters.
    pub(super) text: String,
}

impl Block {
    pub(super) fn new(line: usize, shape: Shape) -> Self {
        Self { line, shape, ordinal: None, goes_on: false, strong: Vec::new(), text: String::new() }
    }

    /// Returns a block of plain text.
    pub(super) fn of(line: usize, shape: Shape, text: &str) -> Self {
        let mut block = Self::new(line, shape);
        block.push(text);
        block.trim();
        block
    }

    /// Returns whether all of it is bold, but for marks around it.
    pub(super) fn is_strong(&self) -> bool {
        let bold: usize = self.strong.iter().map(Range::len).sum();
        bold > 0 && bold + 3 >= self.text.len()
    }

    /// Appends text: white space becomes single spaces, and what cannot be seen is left away.
    pub(super) fn push(&mut self, text: &str) {
        for c in text.chars() {
            match c {
                '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}' | '\u{feff}' | '\u{ad}' => {}
                c if c.is_whitespace() => {
                    if !self.text.is_empty() && !self.text.ends_with(' ') {
                        self.text.push(' ');
                    }
                }
                c if c.is_control() => {}
                c => self.text.push(c),
            }
        }
    }

    fn trim(&mut self) {
        self.text.truncate(self.text.trim_end().len());
        let end = self.text.len();
        for range in &mut self.strong {
            range.end = range.end.min(end);
            while range.start < range.end && self.text[range.start..].starts_with(' ') {
                range.start += 1;
            }
        }
        self.strong.retain(|range| range.start < range.end);
    }
}

/// Collects blocks from readers whose text comes in pieces.
#[derive(Debug)]
pub(super) struct Page {
    blocks: Vec<Block>,
    open: Option<Block>,
    /// How many bold elements are open.
    bold: usize,
    bold_from: usize,
    /// How many blocks were added, wherever they are now.
    added: usize,
}

impl Page {
    pub(super) fn new() -> Self {
        Self { blocks: Vec::new(), open: None, bold: 0, bold_from: 0, added: 0 }
    }

    /// Begins a block and ends the one before.
    pub(super) fn begin(&mut self, block: Block) {
        self.end();
        self.bold_from = 0;
        self.open = Some(block);
    }

    /// Appends text to the open block, or to a new paragraph.
    pub(super) fn text(&mut self, text: &str, line: usize) {
        if self.open.is_none() {
            if text.trim().is_empty() {
                return;
            }
            self.begin(Block::new(line, Shape::Line));
        }
        if let Some(open) = &mut self.open {
            if open.text.is_empty() {
                open.line = line + text[..text.len() - text.trim_start().len()].matches('\n').count();
            }
            open.push(text);
        }
    }

    /// Goes on with the open block on a new line.
    pub(super) fn line_break(&mut self, line: usize) {
        let Some(open) = &self.open else { return };
        if open.text.is_empty() {
            return;
        }
        let mut next = Block::new(line, open.shape);
        next.goes_on = true;
        self.begin(next);
    }

    /// Enters or leaves bold text.
    pub(super) fn strong(&mut self, on: bool) {
        if on {
            self.bold += 1;
            if self.bold == 1 {
                self.bold_from = self.open.as_ref().map_or(0, |open| open.text.len());
            }
        } else if self.bold == 1 {
            self.mark();
            self.bold = 0;
        } else {
            self.bold = self.bold.saturating_sub(1);
        }
    }

    fn mark(&mut self) {
        if let Some(open) = &mut self.open
            && open.text.len() > self.bold_from
        {
            open.strong.push(self.bold_from..open.text.len());
        }
    }

    /// Ends the open block. An empty one is forgotten.
    pub(super) fn end(&mut self) {
        if self.bold > 0 {
            self.mark();
            self.bold_from = 0;
        }
        if let Some(mut open) = self.open.take() {
            open.trim();
            if !open.text.is_empty() {
                self.add(open);
            }
        }
    }

    /// Ends the open block and adds a whole one.
    pub(super) fn add(&mut self, block: Block) {
        self.end();
        self.added += 1;
        if !self.is_full() {
            self.blocks.push(block);
        }
    }

    /// Makes a heading of the last block, and returns whether it could be one.
    pub(super) fn underline(&mut self, level: u8) -> bool {
        self.end();
        match self.blocks.last_mut() {
            Some(last) if last.shape == Shape::Line && !last.goes_on => {
                last.shape = Shape::Heading(level);
                true
            }
            _ => false,
        }
    }

    /// Returns whether a block is open that has no text yet.
    pub(super) fn is_fresh(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.text.is_empty())
    }

    /// Leaves all bold text: what was never closed must not make the rest bold.
    pub(super) fn plain(&mut self) {
        self.strong(false);
        self.bold = 0;
    }

    /// Returns whether no more blocks are taken.
    pub(super) fn is_full(&self) -> bool {
        self.added > MOST_BLOCKS
    }

    /// Ends the page and returns its blocks.
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.end();
        self.blocks
    }

    /// Takes the blocks so far away, such as those of a cell.
    pub(super) fn take(&mut self) -> Vec<Block> {
        self.end();
        std::mem::take(&mut self.blocks)
    }

    /// Puts blocks before what came since they were taken away.
    pub(super) fn restore(&mut self, mut blocks: Vec<Block>) {
        self.end();
        blocks.append(&mut self.blocks);
        self.blocks = blocks;
    }

    /// Adds blocks that were taken away.
    pub(super) fn give_back(&mut self, blocks: Vec<Block>) {
        self.end();
        self.blocks.extend(blocks);
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, Page, Shape};

    #[test]
    fn text_in_pieces_becomes_one_block_with_its_bold_stretches() {
        let mut page = Page::new();
        page.begin(Block::new(3, Shape::Line));
        page.strong(true);
        page.text("Sample\n answer:", 3);
        page.strong(false);
        page.text(" I\u{200b} ask\u{0} first. ", 4);
        let blocks = page.finish();
        assert_eq!(blocks[0].text, "Sample answer: I ask first.");
        assert_eq!(&blocks[0].text[blocks[0].strong[0].clone()], "Sample answer:");
    }

    #[test]
    fn bold_that_spans_blocks_marks_each_and_empty_blocks_are_forgotten() {
        let mut page = Page::new();
        page.strong(true);
        page.text("One", 1);
        page.begin(Block::new(2, Shape::Line));
        page.begin(Block::new(3, Shape::Line));
        page.text("Two", 3);
        page.strong(false);
        let blocks = page.finish();
        assert_eq!(blocks.iter().filter(|block| block.is_strong()).count(), 2, "{blocks:?}");
    }
}
