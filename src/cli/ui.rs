//! The two streams of a command: data on stdout, everything else on stderr.

use std::io::{BufRead, IsTerminal, Write};

use crate::cli::failure::Failure;

/// Narrowest running text, in characters. A narrower terminal breaks the lines by itself.
const NARROWEST: usize = 40;

/// Widest running text, in characters. Wider lines are hard to read.
const WIDEST: usize = 98;

/// Writes to the terminal. A closed pipe is no error: whoever stopped reading has what they wanted.
#[derive(Debug)]
pub struct Ui {
    interactive: bool,
    /// Whether a line of progress stands on the terminal.
    standing: bool,
}

impl Default for Ui {
    fn default() -> Self {
        Self::new()
    }
}

impl Ui {
    /// Looks at the terminal once.
    #[must_use]
    pub fn new() -> Self {
        Self { interactive: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(), standing: false }
    }

    /// Returns whether somebody sits at a terminal.
    #[must_use]
    pub fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// Returns the width of running text in characters: that of the terminal, as far as lines can still be read in it.
    #[must_use]
    pub fn width(&self) -> usize {
        let terminal = std::io::stdout().is_terminal().then(|| crossterm::terminal::size().ok()).flatten();
        terminal.map_or(WIDEST, |(columns, _)| usize::from(columns).clamp(NARROWEST, WIDEST))
    }

    /// Writes a line of data to stdout.
    pub fn data(&mut self, line: &str) {
        let _closed = writeln!(std::io::stdout().lock(), "{line}");
    }

    /// Writes one JSON document to stdout.
    pub fn json(&mut self, document: &impl serde::Serialize) {
        let text = serde_json::to_string_pretty(document).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"));
        self.data(&text);
    }

    /// Shows how far long work is, in the place of the line of progress before. Shows nothing where nobody watches.
    pub fn progress(&mut self, line: &str) {
        if self.interactive {
            let width = crossterm::terminal::size().map_or(80, |(columns, _)| usize::from(columns));
            let fitting: String = line.chars().take(width.saturating_sub(1)).collect();
            let mut out = std::io::stderr().lock();
            let _closed = write!(out, "\r{fitting}\x1b[K").and_then(|()| out.flush());
            self.standing = true;
        }
    }

    /// Takes the line of progress away again.
    pub fn clear_progress(&mut self) {
        if std::mem::take(&mut self.standing) {
            let mut out = std::io::stderr().lock();
            let _closed = write!(out, "\r\x1b[K").and_then(|()| out.flush());
        }
    }

    /// Asks whoever sits at the terminal, and returns whether the answer is yes. Enter alone means `by_default`; where nothing can be
    /// read, nobody agrees.
    pub fn agrees(&mut self, question: &str, by_default: bool) -> bool {
        self.clear_progress();
        let choice = if by_default { "[Y/n]" } else { "[y/N]" };
        let mut out = std::io::stderr().lock();
        let _closed = write!(out, "{question} {choice} ").and_then(|()| out.flush());
        let mut answer = String::new();
        let read = std::io::stdin().lock().read_line(&mut answer).unwrap_or(0);
        match answer.trim().to_lowercase().as_str() {
            "" => by_default && read > 0,
            answer => matches!(answer, "y" | "yes"),
        }
    }

    /// Writes a line about what is going on to stderr.
    pub fn status(&mut self, line: &str) {
        if std::mem::take(&mut self.standing) {
            let _closed = writeln!(std::io::stderr().lock());
        }
        let _closed = writeln!(std::io::stderr().lock(), "{line}");
    }

    /// Writes a warning to stderr.
    pub fn warning(&mut self, line: &str) {
        self.status(&format!("Warning: {line}"));
    }

    /// Writes a failure and its hints to stderr.
    pub fn failure(&mut self, failure: &Failure) {
        self.status(&format!("Error: {}", failure.message));
        for hint in &failure.hints {
            self.status(&format!("Hint: {hint}"));
        }
    }
}
