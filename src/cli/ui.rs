//! The two streams of a command: data on stdout, everything else on stderr.

use std::io::{IsTerminal, Write};

use crate::cli::failure::Failure;

/// Writes to the terminal. A closed pipe is no error: whoever stopped reading has what they wanted.
#[derive(Debug)]
pub struct Ui {
    interactive: bool,
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
        Self { interactive: std::io::stdin().is_terminal() && std::io::stderr().is_terminal() }
    }

    /// Returns whether somebody sits at a terminal.
    #[must_use]
    pub fn is_interactive(&self) -> bool {
        self.interactive
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

    /// Writes a line about what is going on to stderr.
    pub fn status(&mut self, line: &str) {
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
