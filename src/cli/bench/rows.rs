//! Labelled answers as files hold them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::cli::failure::Failure;
use crate::ids::{FollowUpId, PitfallId, PointId};
use crate::judge::Verdict;

/// An answer to a question of a bank, with what somebody made of it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Labelled {
    pub(super) id: String,
    pub(super) bank: String,
    pub(super) question: String,
    #[serde(default)]
    pub(super) quality: String,
    pub(super) text: String,
    pub(super) points: BTreeMap<PointId, Verdict>,
    #[serde(default)]
    pub(super) evidence: BTreeMap<PointId, String>,
    #[serde(default)]
    pub(super) pitfalls: Vec<PitfallId>,
    pub(super) band: usize,
    #[serde(default)]
    pub(super) good_follow_ups: Vec<FollowUpId>,
    #[serde(default)]
    pub(super) bad_follow_ups: Vec<FollowUpId>,
}

/// A short written answer beside reference answers, with a mark.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Short {
    pub(super) question: String,
    pub(super) answer: String,
    pub(super) references: Vec<String>,
    pub(super) label: String,
}

/// Reads a file of JSON objects, one a line.
///
/// # Errors
/// [`Failure`] names the file and the line.
pub(super) fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| Failure::new(format!("`{shown}` cannot be read: {error}")))?;
    let mut rows = Vec::new();
    for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let row = serde_json::from_str(line)
            .map_err(|error| Failure::new(format!("`{shown}`, line {}: {error}", index + 1)))?;
        rows.push(row);
    }
    if rows.is_empty() {
        return Err(Failure::new(format!("`{shown}` is empty")));
    }
    Ok(rows)
}
