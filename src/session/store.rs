//! The folders of the sessions. A session is a folder; whoever holds it needs no database to read it.

mod remove;
mod survey;

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

pub use remove::Extent;
pub use survey::{Fingerprint, Found, Unreadable};

use crate::session::outcome::{Outcome, outcomes};
use crate::session::record::{self, BadRecord, Opened, Record};
use crate::session::{NotOpened, Session};

/// Name of the journal in a session's folder.
pub(super) const JOURNAL: &str = "journal.jsonl";

/// Name of the report in a session's folder. It is written last, so a session without it broke off or goes on.
pub const REPORT: &str = "report.json";

/// Earlier sessions that one is seen beside, at most.
const EARLIER: usize = 50;

/// Why a session cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The file system refuses.
    #[error("`{path}` cannot be {verb}: {source}")]
    Io {
        /// The file or folder.
        path: String,
        /// What was tried: written, read, made, removed.
        verb: &'static str,
        /// What the system says.
        source: io::Error,
    },
    /// There is no such session.
    #[error("there is no session `{0}`")]
    Unknown(String),
    /// Several sessions begin like this.
    #[error("`{id}` could be any of {candidates}")]
    Ambiguous {
        /// What was asked for.
        id: String,
        /// The sessions that begin so.
        candidates: String,
    },
    /// Another program writes to it.
    #[error("the session `{0}` is open in another program")]
    Running(String),
    /// The journal is damaged.
    #[error("the journal `{path}` is damaged at {source}")]
    Damaged {
        /// The journal.
        path: String,
        /// Where and why.
        source: BadRecord,
    },
    /// The journal does not begin as it must.
    #[error("`{path}` is no journal of a session: {source}")]
    NotOpened {
        /// The journal.
        path: String,
        /// Why.
        source: NotOpened,
    },
    /// A later version of Hotseat kept it.
    #[error("the journal `{0}` was kept by a later version of Hotseat")]
    Later(String),
}

impl StoreError {
    /// Returns what the user can do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "make room on the disk; what was said up to then is kept, and `hotseat practice --resume` goes on"
                    .into()
            }
            Self::Io { source, .. } if source.kind() == io::ErrorKind::PermissionDenied => {
                "check who owns the folder, or set `HOTSEAT_HOME` to one that you can write".into()
            }
            Self::Io { .. } => "check the path, or set `HOTSEAT_HOME` to another folder".into(),
            Self::Unknown(_) | Self::Ambiguous { .. } => "`hotseat sessions` lists what was kept".into(),
            Self::Running(_) => "end the interview first, or wait until the other program is done".into(),
            Self::Damaged { .. } | Self::NotOpened { .. } => {
                "the recordings beside it are untouched; `hotseat transcribe` reads them".into()
            }
            Self::Later(_) => "update Hotseat; this version leaves it as it is".into(),
        }
    }
}

pub(super) fn failed(path: &Path, verb: &'static str) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.display().to_string();
    move |source| StoreError::Io { path, verb, source }
}

/// Whether a session can still go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// It reached its end.
    Complete,
    /// The candidate ended it, or the microphone was lost; everything was written.
    Stopped,
    /// Another program is in the middle of it.
    Running,
    /// It broke off: a crash, a power cut, a kill.
    Interrupted,
}

/// Where all sessions lie.
#[derive(Clone, Debug)]
pub struct Store {
    pub(super) folder: PathBuf,
}

impl Store {
    /// Returns the store in `data`, the user's data folder.
    #[must_use]
    pub fn new(data: &Path) -> Self {
        Self { folder: data.join("sessions") }
    }

    /// Begins a session: makes its folder and writes the first line. The folder's name becomes the session's id, with a
    /// number after it when the name is taken.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder or file cannot be made.
    pub fn begin(&self, mut opened: Opened) -> Result<Kept, StoreError> {
        private_folder(&self.folder)?;
        let wanted = opened.id.clone();
        let mut again = 1;
        let folder = loop {
            let folder = self.folder.join(&opened.id);
            match make_folder(&folder) {
                Ok(()) => break folder,
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                    again += 1;
                    opened.id = format!("{wanted}-{again}");
                }
                Err(error) => return Err(failed(&folder, "made")(error)),
            }
        };
        let path = folder.join(JOURNAL);
        let journal = private_file().write(true).create_new(true).open(&path).map_err(failed(&path, "made"))?;
        // Held until the process ends, however it ends: that is how others tell a running session from a broken one.
        let _other_systems_without_locks_go_on = journal.lock();
        let session = Session::new(opened.clone());
        let mut kept = Kept { folder, journal, session };
        kept.append(&Record::Opened(Box::new(opened)))?;
        Ok(kept)
    }

    /// Opens a session again, to go on with it or to change something. Nobody else can meanwhile. A last line that was cut off by a
    /// crash is taken away, so that what is appended stands on a line of its own.
    ///
    /// # Errors
    /// [`StoreError::Running`] while another program has it open; else as [`read_journal`].
    pub fn reopen(&self, id: &str) -> Result<Kept, StoreError> {
        let folder = self.folder(id);
        let path = folder.join(JOURNAL);
        let Hold(journal) = self.hold(id)?;
        let session = read_journal(&path)?;
        let bytes = fs::read(&path).map_err(failed(&path, "read"))?;
        let torn = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        if torn < bytes.len() {
            let is_whole = std::str::from_utf8(&bytes[torn..]).is_ok_and(|line| Record::from_line(line, 1).is_ok());
            let mended = if is_whole { (&journal).write_all(b"\n") } else { journal.set_len(torn as u64) };
            mended.map_err(failed(&path, "written"))?;
        }
        Ok(Kept { folder, journal, session })
    }

    /// Keeps other programs from a session, as long as what is returned lives.
    ///
    /// # Errors
    /// [`StoreError::Running`] while another program has it open, [`StoreError::Io`] when there is no journal.
    pub fn hold(&self, id: &str) -> Result<Hold, StoreError> {
        let path = self.folder(id).join(JOURNAL);
        let journal = OpenOptions::new().read(true).append(true).open(&path).map_err(failed(&path, "opened"))?;
        if matches!(journal.try_lock(), Err(fs::TryLockError::WouldBlock)) {
            return Err(StoreError::Running(id.into()));
        }
        Ok(Hold(journal))
    }

    /// Returns the ids of the sessions without a report, the newest first: they go on, or broke off. No journal is read for it.
    ///
    /// # Errors
    /// As [`Store::ids`].
    pub fn unfinished(&self) -> Result<Vec<String>, StoreError> {
        let mut ids = self.ids()?;
        ids.retain(|id| !self.folder(id).join(REPORT).is_file());
        Ok(ids)
    }

    /// Returns the ids of all sessions, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read. A folder that is not there holds no sessions.
    pub fn ids(&self) -> Result<Vec<String>, StoreError> {
        let entries = match fs::read_dir(&self.folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(&self.folder, "read")(error)),
        };
        let mut ids: Vec<String> = entries
            .flatten()
            .filter_map(|entry| entry.file_name().into_string().ok())
            .filter(|name| !survey::is_hidden(name) && self.folder.join(name).join(JOURNAL).is_file())
            .collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        Ok(ids)
    }

    /// Returns the id that `prefix` means: itself, the only one that begins so, or the newest for `last`.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] or [`StoreError::Ambiguous`].
    pub fn resolve(&self, prefix: &str) -> Result<String, StoreError> {
        let ids = self.ids()?;
        if prefix == "last" {
            return ids.into_iter().next().ok_or_else(|| StoreError::Unknown(prefix.into()));
        }
        if ids.iter().any(|id| id == prefix) {
            return Ok(prefix.into());
        }
        let mut matching: Vec<String> = ids.into_iter().filter(|id| id.starts_with(prefix)).collect();
        match matching.len() {
            1 => Ok(matching.remove(0)),
            0 => Err(StoreError::Unknown(prefix.into())),
            _ => Err(StoreError::Ambiguous { id: prefix.into(), candidates: matching.join(", ") }),
        }
    }

    /// Returns the folder of a session.
    #[must_use]
    pub fn folder(&self, id: &str) -> PathBuf {
        self.folder.join(id)
    }

    /// Returns what came of the questions of the sessions before this one, the newest session first and so many at most as say
    /// something of a person today. What cannot be read is left out.
    #[must_use]
    pub fn before(&self, session: &Session) -> Vec<Outcome> {
        let ids = self.ids().unwrap_or_default().into_iter();
        let earlier = ids.filter(|id| self.started(id).is_some_and(|started| started < session.opened.started));
        let read = earlier.filter_map(|id| Some(self.read(&id).ok()?.0)).take(EARLIER);
        read.flat_map(|other| outcomes(&other)).collect()
    }

    /// Returns when a session began, by the first line of its journal alone.
    fn started(&self, id: &str) -> Option<jiff::Timestamp> {
        let mut line = String::new();
        BufReader::new(File::open(self.folder(id).join(JOURNAL)).ok()?).read_line(&mut line).ok()?;
        record::started(&line)
    }

    /// Returns a session as its journal tells it, and whether it can still go on.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be read or is damaged.
    pub fn read(&self, id: &str) -> Result<(Session, Standing), StoreError> {
        let path = self.folder(id).join(JOURNAL);
        let session = read_journal(&path)?;
        let standing = match session.ending {
            Some(crate::interview::effect::Ending::Complete) => Standing::Complete,
            Some(_) => Standing::Stopped,
            None if is_locked(&path) => Standing::Running,
            None => Standing::Interrupted,
        };
        Ok((session, standing))
    }
}

/// Returns the session that a journal tells.
///
/// # Errors
/// [`StoreError`] when the journal cannot be read or is damaged.
pub fn read_journal(path: &Path) -> Result<Session, StoreError> {
    let records = read_records(path)?;
    Session::fold(records).map_err(|source| StoreError::NotOpened { path: path.display().to_string(), source })
}

fn read_records(path: &Path) -> Result<Vec<Record>, StoreError> {
    let bytes = fs::read(path).map_err(failed(path, "read"))?;
    // A crash may cut a line within a character; the cut line is left out anyway.
    let text = String::from_utf8_lossy(&bytes);
    let shown = || path.display().to_string();
    let records = record::parse_journal(&text).map_err(|source| StoreError::Damaged { path: shown(), source })?;
    if matches!(records.first(), Some(Record::Unknown)) {
        return Err(StoreError::Later(shown()));
    }
    Ok(records)
}

/// Keeps other programs from a session while it lives.
#[derive(Debug)]
pub struct Hold(File);

/// A session that is being kept: its folder, its journal and what the journal tells so far.
#[derive(Debug)]
pub struct Kept {
    folder: PathBuf,
    journal: File,
    session: Session,
}

impl Kept {
    /// Appends a record, then takes it in. Each line reaches the system at once, so a killed program loses none.
    ///
    /// # Errors
    /// [`StoreError::Io`] when it cannot be written.
    pub fn append(&mut self, record: &Record) -> Result<(), StoreError> {
        if let Some(mut line) = record.to_line() {
            line.push('\n');
            let path = self.folder.join(JOURNAL);
            self.journal.write_all(line.as_bytes()).map_err(failed(&path, "written"))?;
        }
        self.session.apply(record);
        Ok(())
    }

    /// Has the system write the journal to the disk itself, against a power cut.
    ///
    /// # Errors
    /// [`StoreError::Io`] when it cannot.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.journal.sync_data().map_err(failed(&self.folder.join(JOURNAL), "written"))
    }

    /// Returns what came of questions in the sessions before this one, as [`Store::before`] does.
    #[must_use]
    pub fn earlier(&self) -> Vec<Outcome> {
        let folder = self.folder.parent().map(Path::to_path_buf).unwrap_or_default();
        Store { folder }.before(&self.session)
    }

    /// Returns the records of the journal so far.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be read.
    pub fn records(&self) -> Result<Vec<Record>, StoreError> {
        read_records(&self.folder.join(JOURNAL))
    }

    /// Takes the report away, since the session goes on: what it says is no longer all.
    ///
    /// # Errors
    /// [`StoreError::Io`] when it cannot be removed. One that is not there need not be.
    pub fn forget_report(&self) -> Result<(), StoreError> {
        let path = self.folder.join(REPORT);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(&path, "removed")(error)),
            _ => Ok(()),
        }
    }

    /// Returns the session so far.
    #[must_use]
    pub fn session(&self) -> &Session {
        &self.session
    }

    /// Returns the session's folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Writes a file beside the journal, whole or not at all.
    ///
    /// # Errors
    /// [`StoreError::Io`] when it cannot be written.
    pub fn write(&self, name: &str, content: &str) -> Result<(), StoreError> {
        let path = self.folder.join(name);
        let mut draft = tempfile::NamedTempFile::new_in(&self.folder).map_err(failed(&path, "written"))?;
        draft.write_all(content.as_bytes()).map_err(failed(&path, "written"))?;
        draft.persist(&path).map_err(|error| failed(&path, "written")(error.error))?;
        Ok(())
    }
}

fn is_locked(journal: &Path) -> bool {
    File::open(journal).is_ok_and(|file| matches!(file.try_lock_shared(), Err(fs::TryLockError::WouldBlock)))
}

/// Makes a folder that nobody but its owner can read, and those above it, if it is not there.
pub(super) fn private_folder(folder: &Path) -> Result<(), StoreError> {
    if folder.is_dir() {
        return Ok(());
    }
    if let Some(parent) = folder.parent() {
        fs::create_dir_all(parent).map_err(failed(parent, "made"))?;
    }
    make_folder(folder).or_else(|error| if folder.is_dir() { Ok(()) } else { Err(failed(folder, "made")(error)) })
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)
}

/// Returns the options to make a file with that nobody but its owner can read.
#[cfg(unix)]
pub(super) fn private_file() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// Returns the options to make a file with.
#[cfg(not(unix))]
pub(super) fn private_file() -> OpenOptions {
    OpenOptions::new()
}
