//! A chart as it stands on a page: with a title, a description, and a table of the same numbers.

use crate::web::charts::SIZE;

/// Values that a chart shows, the latest. `hotseat progress --json` has all.
pub(super) const CHARTED: usize = 100;

/// A chart with what it says in words. The template `figure.html` writes it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Figure {
    /// A name that no other figure of the page has.
    pub(super) id: String,
    /// What it shows.
    pub(super) title: String,
    /// Of what it shows that.
    pub(super) of: String,
    /// The same in a sentence or two, for those who do not see it.
    pub(super) description: String,
    /// The drawing.
    pub(super) content: String,
    /// Its width and height.
    pub(super) size: (u32, u32),
    /// Heads of the table's columns.
    pub(super) columns: Vec<&'static str>,
    /// Its rows.
    pub(super) rows: Vec<Vec<Cell>>,
}

/// A cell of a table, which may be a link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    /// What stands in it.
    pub(super) text: String,
    /// Where it leads.
    pub(super) link: Option<String>,
}

impl Figure {
    /// Returns a figure of the usual size.
    pub(super) fn new(id: String, (title, of): (&str, &str), description: String, content: String) -> Self {
        let (title, of) = (title.to_owned(), of.to_owned());
        Self { id, title, of, description, content, size: SIZE, columns: Vec::new(), rows: Vec::new() }
    }

    /// Adds the numbers.
    pub(super) fn with_numbers(self, columns: &[&'static str], rows: Vec<Vec<Cell>>) -> Self {
        Self { columns: columns.to_vec(), rows, ..self }
    }
}

impl Cell {
    /// Returns a cell that leads nowhere.
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), link: None }
    }

    /// Returns a cell that leads somewhere.
    pub(super) fn to(text: impl Into<String>, link: String) -> Self {
        Self { text: text.into(), link: Some(link) }
    }
}

/// Returns the part of a list that a chart shows: its end.
pub(super) fn latest<T>(all: &[T]) -> &[T] {
    &all[all.len().saturating_sub(CHARTED)..]
}

/// Returns the address of a session's page.
pub(super) fn session_link(session: &str) -> String {
    format!("/sessions/{}", in_address(session))
}

/// Returns the address of a question's page.
pub(super) fn question_link(bank: &str, question: &str) -> String {
    format!("/questions/{}/{}", in_address(bank), in_address(question))
}

/// Returns the address of a recording.
pub(super) fn recording_link(session: &str, recording: &str) -> String {
    format!("{}/recordings/{}", session_link(session), in_address(recording))
}

/// Returns text as a part of an address: whatever might have a meaning there is written in hexadecimal.
fn in_address(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let written = |byte: u8| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(written).collect()
}

#[cfg(test)]
mod tests {
    use super::recording_link;

    #[test]
    fn no_name_leads_out_of_its_place_in_an_address() {
        let link = recording_link("2026-11-23-a?b", "../x y&z.wav");
        assert_eq!(link, "/sessions/2026-11-23-a%3Fb/recordings/..%2Fx%20y%26z.wav");
    }
}
