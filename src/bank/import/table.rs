//! Says what a table means: each row a question, each row a labelled part of one question, or only a way to lay out text.

use super::block::{Block, Shape, Skipped};
use super::label::{Role, heading};

/// Longest name in the first cell of a row, in bytes.
const LONGEST_NAME: usize = 80;

/// A row: its cells, each with the blocks within it.
pub(super) type Row = Vec<Vec<Block>>;

/// Returns the table as blocks, with names of fields where it has labels.
pub(super) fn blocks(mut rows: Vec<Row>) -> Vec<Block> {
    rows.retain(|row| row.iter().any(|cell| !cell.is_empty()));
    let header: Vec<Option<Role>> =
        rows.first().map_or_else(Vec::new, |row| row.iter().map(|cell| role(cell)).collect());
    let named = header.iter().flatten().count();
    if named >= 2 && rows.len() > 1 {
        return by_columns(rows, header.contains(&Some(Role::Question)));
    }
    let has_header = header.len() > 1 && rows.len() > 1 && rows[0].iter().flatten().all(Block::is_strong);
    let mut found = Vec::new();
    if has_header {
        found.extend(headed(rows.remove(0), header[0]));
    }
    found.extend(rows.into_iter().flat_map(by_row));
    found
}

/// A header whose first cell is a label names what the rows list. Any other says nothing that a bank could keep.
fn headed(mut header: Row, first: Option<Role>) -> Vec<Block> {
    let mut found = Vec::new();
    if first.is_some_and(|role| role != Role::Question) {
        let label = header.remove(0);
        found.extend(label.first().map(|block| Block::of(block.line, Shape::Key, &text(&label))));
    }
    for mut block in header.into_iter().flatten() {
        block.shape = Shape::Skipped(Skipped::Reference);
        found.push(block);
    }
    found
}

fn text(cell: &[Block]) -> String {
    cell.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join(" ")
}

fn role(cell: &[Block]) -> Option<Role> {
    heading(&text(cell))
}

/// Each column has a name, and each row is a question where one of them is.
fn by_columns(rows: Vec<Row>, is_record: bool) -> Vec<Block> {
    let mut rows = rows.into_iter();
    let header: Vec<String> = rows.next().into_iter().flatten().map(|cell| text(&cell)).collect();
    let mut found = Vec::new();
    for row in rows {
        let line = row.iter().flatten().map(|block| block.line).next().unwrap_or(1);
        if is_record {
            found.push(Block::new(line, Shape::Record));
        }
        for (nth, cell) in row.into_iter().enumerate().filter(|(_, cell)| !cell.is_empty()) {
            found.push(Block::of(cell[0].line, Shape::Key, header.get(nth).map_or("", |name| name.as_str())));
            found.extend(cell);
        }
    }
    found
}

/// The first cell may be the name of what follows, or a question that the next cell answers.
fn by_row(mut row: Row) -> Vec<Block> {
    let first = row.first().map_or_else(String::new, |cell| text(cell));
    let Some(line) = row.iter().flatten().map(|block| block.line).next() else { return Vec::new() };
    if row.len() < 2 {
        return row.into_iter().flatten().collect();
    }
    match heading(&first) {
        Some(role) => {
            let mut found = Vec::new();
            if role == Role::Question {
                found.push(Block::new(line, Shape::Record));
            }
            found.push(Block::of(line, Shape::Key, &first));
            found.extend(row.drain(1..).flatten());
            found
        }
        None if first.ends_with('?') => {
            if let Some(block) = row.first_mut().and_then(|cell| cell.first_mut()) {
                block.strong = std::iter::once(0..block.text.len()).collect();
            }
            row.into_iter().flatten().collect()
        }
        None if first.len() <= LONGEST_NAME && row.iter().all(|cell| cell.len() == 1) => {
            let rest: Vec<String> = row.drain(1..).map(|cell| text(&cell)).collect();
            vec![Block::of(line, Shape::Item(0), &format!("{first}: {}", rest.join("; ")))]
        }
        None => row.into_iter().flatten().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Block, Row, Shape, blocks};

    fn row(cells: &[&str], is_header: bool) -> Row {
        let cell = |text: &&str| {
            let mut block = Block::of(1, Shape::Line, text);
            if is_header {
                block.strong = std::iter::once(0..block.text.len()).collect();
            }
            vec![block]
        };
        cells.iter().map(cell).collect()
    }

    fn told(rows: Vec<Row>) -> Vec<String> {
        blocks(rows).iter().map(|block| format!("{:?} {}", block.shape, block.text)).collect()
    }

    #[test]
    fn a_table_is_a_row_of_questions_or_a_list_or_the_parts_of_one_question() {
        let questions = vec![row(&["Question", "Answer"], true), row(&["Why?", "So."], false)];
        assert_eq!(told(questions), ["Record ", "Key Question", "Line Why?", "Key Answer", "Line So."]);
        let list = vec![row(&["What we assess", "Weight"], true), row(&["Order", "high"], false)];
        assert_eq!(told(list), ["Key What we assess", "Skipped(Reference) Weight", "Item(0) Order: high"]);
        let parts = vec![row(&["Sample answer", "So."], false), row(&["Red flags", "None."], false)];
        assert_eq!(told(parts), ["Key Sample answer", "Line So.", "Key Red flags", "Line None."]);
    }
}
