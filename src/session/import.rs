//! Brings a session in that was exported as a zip file: beside the others in a hidden folder first, and with its name once it is whole.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Seek, Write};
use std::path::Path;

use tempfile::TempDir;

use crate::session::Session;
use crate::session::archive::{Archive, ArchiveError, is_plain};
use crate::session::store::{JOURNAL, Kept, Store, StoreError, failed, private_file, private_folder};

/// What the hidden folders begin with.
const HIDDEN: &str = ".importing-";

/// The file that is locked while something is brought in, so that what lies around then was left by a program that was killed.
const LOCK: &str = ".importing";

/// A session that was brought in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Imported {
    /// Its name here.
    pub session: String,
    /// Whether it was here before; nothing was changed then.
    pub already_here: bool,
    /// How many recordings came with it.
    pub recordings: usize,
}

/// Why a session cannot be brought in.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("`{path}` cannot be opened: {source}")]
    Unopened {
        /// The file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is no export of a session, or what it holds cannot be written.
    #[error("`{path}` cannot be imported: {source}")]
    Archive {
        /// The file.
        path: String,
        /// Why.
        source: ArchiveError,
    },
    /// The name cannot be one.
    #[error("`{0}` is no name of a session: letters, digits, `-`, `_` and full stops make one")]
    Name(String),
    /// It cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImportError {
    /// Returns what the user can do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unopened { .. } => "check the path".into(),
            Self::Archive { source, .. } => source.hint().into(),
            Self::Name(_) => "give it a name with `--as`, such as `--as candidate-7`".into(),
            Self::Store(error) => error.hint(),
        }
    }
}

impl Store {
    /// Brings a session in from a zip file. Its name is `name`, or the one that it had; with a number after it when that is taken.
    /// `finish` is called before it is seen by anybody, to write what lies beside a journal.
    ///
    /// # Errors
    /// [`ImportError`] says what is wrong with the file or the disk. Nothing of it is kept then.
    pub fn import(
        &self,
        zip: &Path,
        name: Option<&str>,
        finish: impl FnOnce(&Kept) -> Result<(), StoreError>,
    ) -> Result<Imported, ImportError> {
        let path = zip.display().to_string();
        let file = File::open(zip).map_err(|source| ImportError::Unopened { path: path.clone(), source })?;
        let bad = |source| ImportError::Archive { path: path.clone(), source };
        let mut archive = Archive::open(BufReader::new(file)).map_err(bad)?;
        let wanted = name.unwrap_or(&archive.session().opened.id).to_owned();
        if !is_plain(&wanted) {
            return Err(ImportError::Name(wanted));
        }
        private_folder(&self.folder)?;
        let _held = self.alone()?;
        if let Some(session) = self.same_as(archive.session())? {
            return Ok(Imported { session, already_here: true, recordings: 0 });
        }
        let session = self.free_name(&wanted);
        let hidden = hidden_folder(&self.folder).map_err(failed(&self.folder, "written"))?;
        let recordings = unpack(&mut archive, &session, hidden.path()).map_err(bad)?;
        let hidden_name = hidden.path().file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        finish(&self.reopen(&hidden_name)?)?;
        let target = self.folder(&session);
        fs::rename(hidden.path(), &target).map_err(failed(&target, "made"))?;
        // It has its name; there is nothing left to clear away.
        let _named = hidden.keep();
        Ok(Imported { session, already_here: false, recordings })
    }

    /// Waits until nobody else brings a session in, and clears away what others left who were killed meanwhile.
    fn alone(&self) -> Result<File, StoreError> {
        let path = self.folder.join(LOCK);
        let lock = private_file().create(true).append(true).open(&path).map_err(failed(&path, "made"))?;
        lock.lock().map_err(failed(&path, "locked"))?;
        let entries = fs::read_dir(&self.folder).map_err(failed(&self.folder, "read"))?.flatten();
        for left in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(HIDDEN)) {
            fs::remove_dir_all(left.path()).map_err(failed(&left.path(), "removed"))?;
        }
        Ok(lock)
    }

    /// Returns the session here that is the same as this one but for its name.
    fn same_as(&self, session: &Session) -> Result<Option<String>, StoreError> {
        let began = session.opened.started.to_string();
        for id in self.ids()? {
            // Few sessions begin at the same moment, and only those need to be read whole.
            if first_line(&self.folder(&id).join(JOURNAL)).is_some_and(|line| line.contains(&began)) {
                let Ok((mut other, _)) = self.read(&id) else { continue };
                other.opened.id.clone_from(&session.opened.id);
                if other == *session {
                    return Ok(Some(id));
                }
            }
        }
        Ok(None)
    }

    fn free_name(&self, wanted: &str) -> String {
        let numbered = (2u32..).map(|number| format!("{wanted}-{number}"));
        let mut names = std::iter::once(wanted.to_owned()).chain(numbered);
        names.find(|name| self.folder(name).symlink_metadata().is_err()).unwrap_or_else(|| wanted.to_owned())
    }
}

fn hidden_folder(beside: &Path) -> std::io::Result<TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(HIDDEN);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(beside)
}

fn first_line(journal: &Path) -> Option<String> {
    let mut line = String::new();
    BufReader::new(File::open(journal).ok()?).read_line(&mut line).ok()?;
    Some(line)
}

/// Writes the journal, under the name that the session gets, and its recordings. Returns how many there are.
fn unpack<R: Read + Seek>(archive: &mut Archive<R>, name: &str, folder: &Path) -> Result<usize, ArchiveError> {
    let unwritten = |file: &str| {
        let name = file.to_owned();
        move |source| ArchiveError::Unwritten { name, source }
    };
    let create =
        |file: &str| private_file().write(true).create_new(true).open(folder.join(file)).map_err(unwritten(file));
    let journal = renamed(archive.journal(), &archive.session().opened.id, name);
    create(JOURNAL)?.write_all(&journal).map_err(unwritten(JOURNAL))?;
    let recordings = archive.recordings();
    for recording in &recordings {
        let mut file = create(recording)?;
        archive.extract(recording, &mut file)?;
        file.sync_all().map_err(unwritten(recording))?;
    }
    Ok(recordings.len())
}

/// Returns a journal whose first line says the session's new name, since a session has the name of its folder. All else stays as it
/// was written.
fn renamed(journal: &[u8], before: &str, name: &str) -> Vec<u8> {
    let end = journal.iter().position(|byte| *byte == b'\n').unwrap_or(journal.len());
    let (first, rest) = journal.split_at(end);
    let opening: Option<serde_json::Value> = serde_json::from_slice(first).ok();
    match opening {
        Some(mut line) if before != name => {
            line["data"]["id"] = name.into();
            [line.to_string().as_bytes(), rest].concat()
        }
        _ => journal.to_vec(),
    }
}
