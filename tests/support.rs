//! What several tests need: a home of their own, and the measure of mishearing.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// A folder that stands for a user's home, gone when the test is over.
pub(crate) struct Home(TempDir);

impl Home {
    /// Makes an empty one.
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    /// Returns where it lies.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    /// Returns the program, about to run with this home and without the caller's settings.
    pub(crate) fn hotseat(&self, arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hotseat"));
        command.args(arguments).env("HOTSEAT_HOME", self.path()).env_remove("HOTSEAT_MODELS");
        command
    }
}

/// Returns the word error rate of `heard` against `said`: substitutions, deletions and insertions over the words said,
/// after lower-casing and removal of punctuation.
pub(crate) fn word_error_rate(said: &str, heard: &str) -> f64 {
    let words = |text: &str| -> Vec<String> {
        let plain: String =
            text.chars().map(|c| if c.is_alphanumeric() || c == '\'' { c.to_ascii_lowercase() } else { ' ' }).collect();
        plain.split_whitespace().map(ToOwned::to_owned).collect()
    };
    let (said, heard) = (words(said), words(heard));
    let mut row: Vec<usize> = (0..=heard.len()).collect();
    for (i, wanted) in said.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, got) in heard.iter().enumerate() {
            let substituted = diagonal + usize::from(wanted != got);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[heard.len()] as f64 / said.len().max(1) as f64
}

#[test]
fn the_word_error_rate_counts_each_kind_of_error_once() {
    assert!(word_error_rate("one two three four", "One, two three four.") < f64::EPSILON);
    assert!((word_error_rate("one two three four", "one too three four") - 0.25).abs() < 1e-9);
    assert!((word_error_rate("one two three four", "one three four") - 0.25).abs() < 1e-9);
    assert!((word_error_rate("one two three four", "one two two three four") - 0.25).abs() < 1e-9);
}
