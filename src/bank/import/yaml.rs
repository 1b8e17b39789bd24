//! Reads YAML, and JSON with it: a list of entries with named fields, or questions as keys and answers as values.

use saphyr_parser::{Event, Parser, ScanError, Span};

use super::block::{Block, MOST_BLOCKS, Page, Shape, Skipped};
use super::label::{Role, heading};
use super::{ImportError, plain};

/// How deep lists and mappings may be nested.
const DEEPEST: usize = 24;

/// A value with its line.
struct Node {
    line: usize,
    value: Value,
}

enum Value {
    Text(String),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

/// Reads a file.
///
/// # Errors
/// [`ImportError`] where it is no YAML, or nested too deep.
pub(super) fn read(text: &str, page: &mut Page) -> Result<(), ImportError> {
    let mut reader = Reader { parser: Parser::new_from_str(text), nodes: 0 };
    while let Some((event, span)) = reader.next()? {
        if let Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing =
            event
        {
            continue;
        }
        let node = reader.node(event, span, 0)?;
        write(&node, 0, page);
    }
    Ok(())
}

struct Reader<'t> {
    parser: Parser<'t, saphyr_parser::StrInput<'t>>,
    nodes: usize,
}

impl<'t> Reader<'t> {
    fn next(&mut self) -> Result<Option<(Event<'t>, Span)>, ImportError> {
        let broken =
            |error: ScanError| ImportError::Broken { line: error.marker().line(), why: error.info().to_owned() };
        self.parser.next_event().transpose().map_err(broken)
    }

    fn node(&mut self, event: Event<'t>, span: Span, depth: usize) -> Result<Node, ImportError> {
        let line = span.start.line();
        self.nodes += 1;
        if self.nodes > MOST_BLOCKS {
            return Err(ImportError::TooManyBlocks);
        }
        if depth > DEEPEST {
            return Err(ImportError::Broken { line, why: format!("it is nested more than {DEEPEST} deep") });
        }
        let value = match event {
            Event::Scalar(text, ..) => Value::Text(text.into_owned()),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                while let Some((event, span)) = self.inner(&Event::SequenceEnd)? {
                    items.push(self.node(event, span, depth + 1)?);
                }
                Value::List(items)
            }
            Event::MappingStart(..) => {
                let mut fields = Vec::new();
                while let Some((event, span)) = self.inner(&Event::MappingEnd)? {
                    let key = self.node(event, span, depth + 1)?;
                    let Some((event, span)) = self.next()? else { break };
                    fields.push((key, self.node(event, span, depth + 1)?));
                }
                Value::Map(fields)
            }
            // An alias repeats what stands elsewhere: it is told by its mark, since repeats of repeats have no end.
            _ => Value::Text("*".into()),
        };
        Ok(Node { line, value })
    }

    /// Returns the next event, none where it is `end`.
    fn inner(&mut self, end: &Event<'t>) -> Result<Option<(Event<'t>, Span)>, ImportError> {
        Ok(self.next()?.filter(|(event, _)| event != end))
    }
}

fn key_text(key: &Node) -> &str {
    match &key.value {
        Value::Text(text) => text,
        Value::List(_) | Value::Map(_) => "",
    }
}

/// Writes a value as blocks. `depth` is that of the list whose item it is.
fn write(node: &Node, depth: u8, page: &mut Page) {
    match &node.value {
        Value::Text(text) => plain::read(text, node.line, page),
        Value::List(items) => items.iter().for_each(|item| write_item(item, depth, page)),
        Value::Map(fields) => write_map(node.line, fields, page),
    }
}

fn write_item(item: &Node, depth: u8, page: &mut Page) {
    match &item.value {
        Value::Text(text) => page.add(Block::of(item.line, Shape::Item(depth), text)),
        Value::List(_) => write(item, depth + 1, page),
        Value::Map(fields) => write_map(item.line, fields, page),
    }
}

fn write_map(line: usize, fields: &[(Node, Node)], page: &mut Page) {
    let role = |key: &Node| heading(key_text(key));
    if fields.iter().any(|(key, value)| role(key) == Some(Role::Question) && !holds_entries(value)) {
        page.add(Block::new(line, Shape::Record));
    }
    for (key, value) in fields {
        let name = key_text(key);
        let role = role(key);
        let is_mapping = matches!(value.value, Value::Map(_));
        if name.trim_end().ends_with('?') && role.is_none() {
            page.add(Block::new(key.line, Shape::Record));
            page.add(Block::of(key.line, Shape::Key, "question"));
            page.add(Block::of(key.line, Shape::Line, name));
            if !is_mapping {
                page.add(Block::of(value.line, Shape::Key, "answer"));
            }
            write(value, 0, page);
        } else if (holds_entries(value) && role.is_none_or(|role| role == Role::Question))
            || (is_mapping && role.is_none())
        {
            write(value, 0, page);
        } else {
            page.add(Block::of(key.line, Shape::Key, name));
            write_field(value, page);
        }
    }
}

/// Returns whether it is a list with mappings in it.
fn holds_entries(value: &Node) -> bool {
    matches!(&value.value, Value::List(items) if items.iter().any(|item| matches!(item.value, Value::Map(_))))
}

/// Writes the value of a named field.
fn write_field(value: &Node, page: &mut Page) {
    let Value::List(items) = &value.value else { return write(value, 0, page) };
    for item in items {
        match &item.value {
            Value::Map(fields) => write_entry(fields, page),
            _ => write_item(item, 0, page),
        }
    }
}

/// Keys under which an entry of a list says what it is.
const SAYING: [&str; 5] = ["text", "prompt", "question", "point", "description"];

/// Writes an entry such as a point with a text and a weight: what it says is an item, the rest has no place.
fn write_entry(fields: &[(Node, Node)], page: &mut Page) {
    let saying = fields.iter().position(|(key, _)| SAYING.contains(&key_text(key))).unwrap_or(0);
    for (nth, (key, value)) in fields.iter().enumerate() {
        let mut text = String::new();
        flatten(value, &mut text);
        if nth == saying {
            page.add(Block::of(value.line, Shape::Item(0), &text));
        } else {
            let told = format!("{}: {text}", key_text(key));
            page.add(Block::of(key.line, Shape::Skipped(Skipped::Reference), &told));
        }
    }
}

/// Appends all text within a value.
fn flatten(value: &Node, text: &mut String) {
    match &value.value {
        Value::Text(own) => {
            text.push_str(own);
            text.push(' ');
        }
        Value::List(items) => items.iter().for_each(|item| flatten(item, text)),
        Value::Map(fields) => fields.iter().for_each(|(key, value)| {
            flatten(key, text);
            flatten(value, text);
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Page, read};

    fn told(text: &str) -> Vec<String> {
        let mut page = Page::new();
        read(text, &mut page).expect("it is YAML");
        page.finish().iter().map(|block| format!("{} {:?} {}", block.line, block.shape, block.text)).collect()
    }

    #[test]
    fn entries_and_questions_as_keys_are_both_read() {
        let entries = "questions:\n  - question: Why?\n    points:\n      - One\n      - text: Two\n    answer: |\n      It is.\n      So.\n";
        let wanted = [
            "2 Record ",
            "2 Key question",
            "2 Line Why?",
            "3 Key points",
            "4 Item(0) One",
            "5 Item(0) Two",
            "6 Key answer",
            "7 Line It is.",
            "8 Line So.",
        ];
        assert_eq!(told(entries), wanted);
        assert_eq!(
            told("\"Why?\": It is.\n"),
            ["1 Record ", "1 Key question", "1 Line Why?", "1 Key answer", "1 Line It is."]
        );
        assert_eq!(
            told("[{\"q\": \"Why?\", \"a\": \"So.\"}]"),
            ["1 Record ", "1 Key q", "1 Line Why?", "1 Key a", "1 Line So."]
        );
    }

    #[test]
    fn what_is_no_yaml_is_told_with_its_line_and_nesting_has_a_bound() {
        let mut page = Page::new();
        let error = read("a: [1\nb: }", &mut page).expect_err("it is broken").to_string();
        assert!(error.contains("line 2"), "{error}");
        assert!(read(&"[".repeat(10_000), &mut page).is_err());
        let bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n";
        assert!(read(bomb, &mut page).is_ok());
    }
}
