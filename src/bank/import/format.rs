//! Tells in which format a file is, and turns its bytes into text.

use std::fmt;

use serde::Serialize;

use super::block::line_ends;
use super::{ImportError, delimited};

/// A format that can be imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// HTML.
    Html,
    /// A table in text, whatever parts its columns.
    Csv,
    /// Anki's export as text.
    Anki,
    /// YAML, and JSON with it.
    Yaml,
}

/// The formats by their names.
const NAMES: [(&str, Format); 6] = [
    ("text", Format::Text),
    ("markdown", Format::Markdown),
    ("html", Format::Html),
    ("csv", Format::Csv),
    ("anki", Format::Anki),
    ("yaml", Format::Yaml),
];

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NAMES.iter().find(|(_, format)| format == self).map_or("", |(name, _)| name))
    }
}

impl std::str::FromStr for Format {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        let known = NAMES.iter().find(|(name, _)| *name == text).map(|(_, format)| *format);
        known.ok_or_else(|| format!("it is none of {}", names.join(", ")))
    }
}

/// How files begin that are no text, and what they are.
const BINARY: [(&[u8], &str); 6] = [
    (b"%PDF", "a PDF"),
    (b"PK\x03\x04", "a zip archive, as Word, Excel and Anki packages are"),
    (b"\xd0\xcf\x11\xe0", "an old Word or Excel file"),
    (b"{\\rtf", "a rich-text file"),
    (b"SQLite format 3", "a database"),
    (b"\x1f\x8b", "a compressed file"),
];

/// Returns the text of a file: UTF-8, or UTF-16 with its mark.
///
/// # Errors
/// [`ImportError`] says what it is instead, or from which line on it is no text.
pub(super) fn decode(bytes: &[u8]) -> Result<String, ImportError> {
    if let Some((_, what)) = BINARY.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(ImportError::Binary { what });
    }
    let text = match bytes {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            std::str::from_utf8(bytes)
                .map(ToOwned::to_owned)
                .map_err(|error| line_ends(&bytes[..error.valid_up_to()]) + 1)
        }
    };
    let text = text.map_err(|line| ImportError::NotText { line })?;
    match text.find('\0') {
        Some(at) => Err(ImportError::NotText { line: text[..at].matches('\n').count() + 1 }),
        None => Ok(if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }),
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, usize> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let mut text = String::new();
    for c in char::decode_utf16(units) {
        text.push(c.map_err(|_| text.matches('\n').count() + 1)?);
    }
    Ok(text)
}

/// Returns the format of a text by the ending of its name, or by what is in it.
pub(super) fn detect(name: &str, text: &str) -> Format {
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
    if text.starts_with("#separator:") || text.starts_with("#html:") {
        return Format::Anki;
    }
    match ending.as_str() {
        "html" | "htm" | "xhtml" => Format::Html,
        "md" | "markdown" | "mdown" => Format::Markdown,
        "csv" | "tsv" => Format::Csv,
        "yaml" | "yml" | "json" => Format::Yaml,
        _ => by_content(text),
    }
}

/// Characters that are looked at.
const LOOKED_AT: usize = 64 << 10;

fn by_content(text: &str) -> Format {
    let sample = &text[..text.floor_char_boundary(LOOKED_AT)];
    let start = sample.trim_start();
    let has_line = |is: &dyn Fn(&str) -> bool| sample.lines().any(is);
    let lower = start.get(..start.floor_char_boundary(512)).unwrap_or(start).to_lowercase();
    if lower.starts_with("<!doctype") || lower.starts_with("<html") || (start.starts_with('<') && lower.contains("</"))
    {
        return Format::Html;
    }
    if start.starts_with(['{', '[']) && start.contains('"') && start.contains(':') {
        return Format::Yaml;
    }
    let is_heading = |line: &str| line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
    if has_line(&is_heading)
        || sample.contains("**")
        || has_line(&|line| line.starts_with("|--") || line.starts_with("| --"))
    {
        return Format::Markdown;
    }
    let lines = sample.lines().filter(|line| !line.trim().is_empty()).count();
    let tabbed = sample.lines().filter(|line| line.trim().contains('\t')).count();
    if lines > 0 && tabbed * 5 >= lines * 4 && delimited::delimiter(sample) == Some(b'\t') {
        return Format::Csv;
    }
    Format::Text
}

#[cfg(test)]
mod tests {
    use super::{Format, decode, detect};

    #[test]
    fn the_format_is_told_by_the_ending_or_by_the_text() {
        let cases = [
            ("a.html", "", Format::Html),
            ("a.MD", "", Format::Markdown),
            ("a.txt", "#separator:tab\nx\ty", Format::Anki),
            ("a.txt", "# Title\ntext", Format::Markdown),
            ("a.txt", "1. Why?\n**Answer:** so", Format::Markdown),
            ("-", "<!DOCTYPE html><p>x</p>", Format::Html),
            ("-", "[{\"q\": \"x\"}]", Format::Yaml),
            ("a.txt", "Why?\tSo\nHow?\tThus\n", Format::Csv),
            ("a", "1. Why?\nAnswer: so", Format::Text),
        ];
        for (name, text, wanted) in cases {
            assert_eq!(detect(name, text), wanted, "{name}: {text}");
        }
    }

    #[test]
    fn bytes_become_text_or_an_error_with_its_line() {
        assert_eq!(decode(b"\xef\xbb\xbfa\r\nb").expect("text"), "a\nb");
        assert_eq!(decode(b"\xff\xfea\0\n\0").expect("text"), "a\n");
        for (bytes, told) in [(&b"%PDF-1.7"[..], "a PDF"), (b"a\n\xe9", "line 2"), (b"a\0", "line 1")] {
            let error = decode(bytes).expect_err("no text").to_string();
            assert!(error.contains(told), "{error}");
        }
    }
}
