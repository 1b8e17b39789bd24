//! Looks over the folder of the sessions without reading any: what lies there, and whether it may have changed.

use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::UNIX_EPOCH;

use serde::Serialize;

use super::{JOURNAL, Store, StoreError, failed, is_locked};

/// By what it is told that a journal changed: a journal only grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    /// Its length, bytes.
    pub bytes: u64,
    /// When it was written to, nanoseconds since 1970. 0 where the system does not say.
    pub modified_ns: i64,
}

/// Something among the sessions that cannot be listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unreadable {
    /// The name of the file or folder.
    pub name: String,
    /// What is wrong with it, in a sentence without its full stop.
    pub why: String,
    /// What the user can do.
    pub advice: String,
}

/// What lies among the sessions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A session's folder, by its name.
    Session(String, Fingerprint),
    /// Something else.
    Other(Unreadable),
}

impl Store {
    /// Returns what lies in the folder of the sessions, in any order. Hidden names are nobody's business. One look at the file
    /// system for each session.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read. A folder that is not there holds no sessions.
    pub fn survey(&self) -> Result<Vec<Found>, StoreError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&self.folder, "read")(error)),
        };
        let visible = entries.flatten().filter(|entry| !is_hidden(&entry.file_name().to_string_lossy()));
        Ok(visible.map(|entry| self.found(&entry.path())).collect())
    }

    /// Returns whether another program is in the middle of a session.
    #[must_use]
    pub fn is_running(&self, id: &str) -> bool {
        is_locked(&self.folder(id).join(JOURNAL))
    }

    fn found(&self, path: &Path) -> Found {
        let name = path.file_name().unwrap_or_default();
        let shown = name.to_string_lossy().into_owned();
        let other = |why: String, advice: &str| {
            Found::Other(Unreadable { name: shown.clone(), why, advice: advice.to_owned() })
        };
        if name.to_str().is_none() {
            return other(format!("`{shown}` has a name that is no text"), "rename the folder");
        }
        match fs::metadata(path.join(JOURNAL)) {
            Ok(journal) if journal.is_file() => Found::Session(shown, fingerprint(&journal)),
            Ok(_) => other(
                format!("`{shown}` has a folder in the place of its journal"),
                "copy the session again, or move the folder away",
            ),
            Err(_) if path.is_file() => other(
                format!("`{shown}` is a file, and no session"),
                &format!("move it out of `{}`", self.folder.display()),
            ),
            Err(error) if error.kind() == io::ErrorKind::NotFound => other(
                format!("`{shown}` has no journal; it may have been copied by half"),
                "copy the folder again as a whole, or move it away; recordings in it are untouched",
            ),
            Err(error) => other(format!("`{shown}` cannot be read: {error}"), "check who owns the folder"),
        }
    }
}

/// Returns whether a name is one of those that are passed over: what is being removed or written, and what systems leave behind.
pub(super) fn is_hidden(name: &str) -> bool {
    name.starts_with('.')
}

fn fingerprint(journal: &Metadata) -> Fingerprint {
    let since = journal.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    let modified_ns = since.and_then(|since| i64::try_from(since.as_nanos()).ok()).unwrap_or(0);
    Fingerprint { bytes: journal.len(), modified_ns }
}
