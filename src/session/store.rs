//! The folders of the sessions. A session is a folder; whoever holds it needs no database to read it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::session::outcome::{Outcome, outcomes};
use crate::session::record::{self, BadRecord, Opened, Record};
use crate::session::{NotOpened, Session};

/// Name of the journal in a session's folder.
const JOURNAL: &str = "journal.jsonl";

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
        /// What was tried: written, read, made.
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
}

impl StoreError {
    /// Returns what the user can do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Io { source, .. } if source.kind() == io::ErrorKind::StorageFull => {
                "make room on the disk; what was said up to then is kept".into()
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
        }
    }
}

fn failed(path: &Path, verb: &'static str) -> impl FnOnce(io::Error) -> StoreError {
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
    folder: PathBuf,
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
        let _other_systems_without_locks_go_on = journal.try_lock();
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
        let journal = OpenOptions::new().read(true).append(true).open(&path).map_err(failed(&path, "opened"))?;
        if matches!(journal.try_lock(), Err(fs::TryLockError::WouldBlock)) {
            return Err(StoreError::Running(id.into()));
        }
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
            .filter(|entry| entry.path().join(JOURNAL).is_file())
            .filter_map(|entry| entry.file_name().into_string().ok())
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
        let read = ids.filter(|id| *id != session.opened.id).filter_map(|id| Some(self.read(&id).ok()?.0));
        let earlier = read.filter(|other| other.opened.started < session.opened.started).take(EARLIER);
        earlier.flat_map(|other| outcomes(&other)).collect()
    }

    /// Returns what came of every question that was ever answered, and how many sessions cannot be read.
    ///
    /// # Errors
    /// [`StoreError::Io`] when the folder cannot be read.
    pub fn outcomes(&self) -> Result<(Vec<Outcome>, usize), StoreError> {
        let mut unreadable = 0;
        let mut all = Vec::new();
        for id in self.ids()? {
            match self.read(&id) {
                Ok((session, _)) => all.extend(outcomes(&session)),
                Err(_) => unreadable += 1,
            }
        }
        Ok((all, unreadable))
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
    let shown = || path.display().to_string();
    let bytes = fs::read(path).map_err(failed(path, "read"))?;
    // A crash may cut a line within a character; the cut line is left out anyway.
    let text = String::from_utf8_lossy(&bytes);
    let records = record::parse_journal(&text).map_err(|source| StoreError::Damaged { path: shown(), source })?;
    Session::fold(records).map_err(|source| StoreError::NotOpened { path: shown(), source })
}

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

fn private_folder(folder: &Path) -> Result<(), StoreError> {
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

#[cfg(unix)]
fn private_file() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

#[cfg(not(unix))]
fn private_file() -> OpenOptions {
    OpenOptions::new()
}
