//! Reads tables in text: CSV with any of the usual delimiters, and the text export of Anki. A row is an entry.

use super::block::{Block, Page, Shape};
use super::label::{Role, heading};
use super::{ImportError, html, plain};

/// What may stand between fields, the likeliest first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Bytes and records that are looked at to find the delimiter.
const SAMPLE: (usize, usize) = (64 << 10, 40);

/// Names of columns where a file has none.
const UNNAMED: [&str; 3] = ["question", "answer", "tags"];

/// How a file is laid out.
struct Layout {
    delimiter: u8,
    /// The name of each column; empty where the first record has them, or nobody.
    columns: Vec<String>,
    has_html: bool,
}

/// Reads a CSV file.
///
/// # Errors
/// [`ImportError`] where no delimiter parts the lines, or a record cannot be read.
pub(super) fn read(text: &str, page: &mut Page) -> Result<(), ImportError> {
    let delimiter = delimiter(text).ok_or(ImportError::NoColumns)?;
    records(text, 1, Layout { delimiter, columns: Vec::new(), has_html: false }, page)
}

/// Returns what parts the fields of most lines.
pub(super) fn delimiter(text: &str) -> Option<u8> {
    let sample = &text[..text.floor_char_boundary(SAMPLE.0)];
    let rated = DELIMITERS.iter().filter_map(|delimiter| {
        let mut widths: Vec<usize> =
            reader(sample, *delimiter).records().flatten().take(SAMPLE.1).map(|one| one.len()).collect();
        let all = widths.len();
        widths.sort_unstable();
        let usual = *widths.get(all / 2)?;
        let alike = widths.iter().filter(|width| **width == usual).count();
        (usual > 1).then_some((alike * 100 / all, *delimiter))
    });
    // The first of equals is kept.
    rated.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, delimiter)| delimiter)
}

fn reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(text.as_bytes())
}

/// Reads Anki's text export, which says in its first lines how it is laid out.
///
/// # Errors
/// [`ImportError`] where a record cannot be read.
pub(super) fn read_anki(text: &str, page: &mut Page) -> Result<(), ImportError> {
    let mut layout = Layout { delimiter: b'\t', columns: Vec::new(), has_html: true };
    let mut special: Vec<(usize, &str)> = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(directive) = rest.strip_prefix('#') {
        let (directive, after) = directive.split_once('\n').unwrap_or((directive, ""));
        (rest, line) = (after, line + 1);
        let (key, value) = directive.split_once(':').unwrap_or((directive, ""));
        let value = value.trim_end_matches('\r');
        match key.trim() {
            "separator" => layout.delimiter = separator(value),
            "html" => layout.has_html = value.trim() != "false",
            "columns" => {
                layout.columns = value.split(char::from(layout.delimiter)).map(|name| name.trim().to_owned()).collect();
            }
            // The tags of all notes, the deck of all notes: they tell nothing of one question.
            "tags" | "deck" | "notetype" | "if matches" => {}
            key => match (key.strip_suffix(" column"), value.trim().parse()) {
                (Some(name), Ok(number)) => special.push((number, name)),
                _ => page.add(Block::of(line - 1, Shape::Line, directive)),
            },
        }
    }
    if layout.columns.is_empty() && !special.is_empty() {
        layout.columns = named(&special);
    }
    if layout.columns.is_empty() {
        layout.columns = UNNAMED.map(String::from).to_vec();
    }
    records(rest, line, layout, page)
}

/// Returns the names of columns of which some are special: the first other one asks, the second answers.
fn named(special: &[(usize, &str)]) -> Vec<String> {
    let mut plain = UNNAMED.iter().take(2);
    let last = special.iter().map(|(number, _)| *number).max().unwrap_or(0).min(64) + 2;
    let name = |number: usize| match special.iter().find(|(at, _)| *at == number) {
        Some((_, name)) => (*name).to_owned(),
        None => plain.next().map_or_else(String::new, |name| (*name).to_owned()),
    };
    (1..=last).map(name).collect()
}

fn separator(name: &str) -> u8 {
    match name.trim().to_lowercase().as_str() {
        "comma" => b',',
        "semicolon" => b';',
        "pipe" => b'|',
        "colon" => b':',
        "space" => b' ',
        _ => name.bytes().next().filter(|byte| name.len() == 1 && byte.is_ascii()).unwrap_or(b'\t'),
    }
}

fn records(text: &str, first: usize, mut layout: Layout, page: &mut Page) -> Result<(), ImportError> {
    for (nth, record) in reader(text, layout.delimiter).records().enumerate() {
        let record = record
            .map_err(|error| ImportError::Broken { line: line(error.position(), first), why: error.to_string() })?;
        if page.is_full() {
            return Ok(());
        }
        let line = line(record.position(), first);
        if nth == 0 && layout.columns.is_empty() {
            if is_header(&record) {
                layout.columns = record.iter().map(ToOwned::to_owned).collect();
                continue;
            }
            layout.columns = UNNAMED.map(String::from).to_vec();
        }
        entry(&record, line, &layout, page);
    }
    Ok(())
}

fn line(position: Option<&csv::Position>, first: usize) -> usize {
    position.map_or(first, |position| position.line() as usize + first - 1)
}

/// Returns whether the first record names the columns: one of them is for questions, and none asks one.
fn is_header(record: &csv::StringRecord) -> bool {
    let roles: Vec<Option<Role>> = record.iter().map(heading).collect();
    let named = roles.iter().flatten().count();
    named > 0 && (roles.contains(&Some(Role::Question)) || named * 2 > record.len())
}

fn entry(record: &csv::StringRecord, line: usize, layout: &Layout, page: &mut Page) {
    page.add(Block::new(line, Shape::Record));
    let mut line = line;
    for (nth, field) in record.iter().enumerate() {
        if !field.trim().is_empty() {
            let unnamed = || format!("column {}", nth + 1);
            let name = layout.columns.get(nth).filter(|name| !name.is_empty()).cloned().unwrap_or_else(unnamed);
            page.add(Block::of(line, Shape::Key, &name));
            if layout.has_html {
                html::read(field, line, page);
            } else {
                plain::read(field, line, page);
            }
        }
        line += field.matches('\n').count();
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, delimiter, read, read_anki};

    fn told(page: Page) -> Vec<String> {
        page.finish().iter().map(|block| format!("{} {:?} {}", block.line, block.shape, block.text)).collect()
    }

    #[test]
    fn the_delimiter_is_the_one_that_parts_all_lines_alike() {
        let cases = [
            ("q,a\n\"x, y\",z\n", b','),
            ("q;a\nx, y, z;b\nu;c, d\n", b';'),
            ("q\ta\nx, y\tb; c\n", b'\t'),
            ("q|a\nx|y\n", b'|'),
        ];
        for (text, wanted) in cases {
            assert_eq!(delimiter(text), Some(wanted), "{text}");
        }
        assert_eq!(delimiter("no columns\nat all\n"), None);
    }

    #[test]
    fn rows_are_entries_with_and_without_a_header_and_lines_within_quotes_count() {
        let mut page = Page::new();
        read("Question,Answer\n\"Why,\nso?\",Yes\nHow?,So\n", &mut page).expect("it is CSV");
        let wanted = [
            "2 Record ",
            "2 Key Question",
            "2 Line Why,",
            "3 Line so?",
            "3 Key Answer",
            "3 Line Yes",
            "4 Record ",
            "4 Key Question",
            "4 Line How?",
            "4 Key Answer",
            "4 Line So",
        ];
        assert_eq!(told(page), wanted);
        let mut page = Page::new();
        read("Why?;Yes;x\n", &mut page).expect("it is CSV");
        assert_eq!(
            told(page),
            ["1 Record ", "1 Key question", "1 Line Why?", "1 Key answer", "1 Line Yes", "1 Key tags", "1 Line x"]
        );
    }

    #[test]
    fn an_export_of_anki_says_itself_how_it_is_laid_out() {
        let mut page = Page::new();
        read_anki(
            "#separator:tab\n#html:true\n#guid column:1\n#tags column:4\nx1\tWhy?\t<b>Yes</b><br>no\tone two\n",
            &mut page,
        )
        .expect("it is read");
        let wanted = [
            "5 Record ",
            "5 Key guid",
            "5 Line x1",
            "5 Key question",
            "5 Line Why?",
            "5 Key answer",
            "5 Line Yes",
            "5 Line no",
            "5 Key tags",
            "5 Line one two",
        ];
        assert_eq!(told(page), wanted);
    }
}
