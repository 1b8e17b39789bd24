//! Opens the database, sets aside what is none of ours or damaged, and does without a file where there can be none.

use std::fs;
use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode};

use super::{FILE, Index, IndexError, schema};
use crate::session::store::{private_file, private_folder};

/// What is added to the name of a file that was set aside.
const ASIDE: &str = "set-aside";

/// Why a file cannot be the index.
enum Refused {
    /// It is no index of ours, or damaged.
    Unfit(String),
    /// It cannot be opened or written, or a later version of Hotseat wrote it.
    OutOfReach(String),
}

impl From<rusqlite::Error> for Refused {
    fn from(error: rusqlite::Error) -> Self {
        if is_out_of_reach(&error) { Self::OutOfReach(error.to_string()) } else { Self::Unfit(error.to_string()) }
    }
}

/// Returns whether the file may be whole, and only cannot be used now. Whatever else goes wrong, a file made anew helps.
fn is_out_of_reach(error: &rusqlite::Error) -> bool {
    matches!(
        error.sqlite_error_code(),
        Some(
            ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen
                | ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::PermissionDenied
                | ErrorCode::FileLockingProtocolFailed
                | ErrorCode::OutOfMemory
        )
    )
}

impl Index {
    /// Opens the index, waiting for other programs as long as `patience`.
    pub(super) fn open_within(data: &Path, patience: Duration) -> (Self, Option<String>) {
        let (database, in_memory, notice) = database(data, patience);
        let index = Self { data: data.into(), patience, database, in_memory, others: Vec::new(), notice: None };
        (index, notice)
    }

    /// Puts another database in the place of one that failed: a new file for a damaged one, else one in memory.
    pub(super) fn mend(&mut self, error: rusqlite::Error) -> Result<(), IndexError> {
        if self.in_memory {
            return Err(error.into());
        }
        // The file is closed before it is moved.
        self.database = in_memory();
        self.in_memory = true;
        let notice = match Refused::from(error) {
            Refused::OutOfReach(why) => does_without(&self.data.join(FILE), &why),
            Refused::Unfit(why) => {
                let (database, in_memory, notice) = anew(&self.data, self.patience, &why);
                (self.database, self.in_memory) = (database, in_memory);
                notice
            }
        };
        self.notice = Some(notice);
        Ok(())
    }
}

/// Returns the database, whether it lies in memory, and what the user should know.
fn database(data: &Path, patience: Duration) -> (Connection, bool, Option<String>) {
    match open_file(data, patience) {
        Ok(database) => (database, false, None),
        Err(Refused::OutOfReach(why)) => (in_memory(), true, Some(does_without(&data.join(FILE), &why))),
        Err(Refused::Unfit(why)) => {
            let (database, in_memory, notice) = anew(data, patience, &why);
            (database, in_memory, Some(notice))
        }
    }
}

/// Sets the file aside and makes a new one.
fn anew(data: &Path, patience: Duration, why: &str) -> (Connection, bool, String) {
    let file = data.join(FILE);
    let opened = set_aside(&file).map_err(|error| Refused::OutOfReach(error.to_string()));
    match opened.and_then(|()| open_file(data, patience)) {
        Ok(database) => (database, false, was_set_aside(&file, why)),
        Err(Refused::OutOfReach(again) | Refused::Unfit(again)) => (in_memory(), true, does_without(&file, &again)),
    }
}

fn does_without(file: &Path, why: &str) -> String {
    format!(
        "the index `{}` cannot be used ({why}); it is made in memory this time, which takes longer. The sessions are untouched",
        file.display()
    )
}

fn was_set_aside(file: &Path, why: &str) -> String {
    format!(
        "`{}` was damaged or no index of Hotseat's ({why}); it was renamed to `{FILE}.{ASIDE}`, and a new one is made of the \
         sessions, which are untouched",
        file.display()
    )
}

fn set_aside(file: &Path) -> std::io::Result<()> {
    let with = |ending: &str| {
        let mut name = file.as_os_str().to_owned();
        name.push(ending);
        std::path::PathBuf::from(name)
    };
    fs::rename(file, with(&format!(".{ASIDE}")))?;
    // What belongs to the old file must not be taken for the new one's.
    for ending in ["-wal", "-shm", "-journal"] {
        let _was_not_there = fs::remove_file(with(ending));
    }
    Ok(())
}

fn in_memory() -> Connection {
    let mut database = Connection::open_in_memory().expect("SQLite opens a database in memory");
    schema::bring_up_to_date(&mut database).expect("an empty database takes every step");
    database
}

fn open_file(data: &Path, patience: Duration) -> Result<Connection, Refused> {
    let out_of_reach = |why: String| Refused::OutOfReach(why);
    private_folder(data).map_err(|error| out_of_reach(error.to_string()))?;
    let file = data.join(FILE);
    // SQLite would make a file that others can read; what it puts beside it gets the rights of this one.
    private_file().append(true).create(true).open(&file).map_err(|error| out_of_reach(error.to_string()))?;
    let mut database = Connection::open(&file)?;
    database.busy_timeout(patience)?;
    match schema::whose(&database)? {
        schema::Owner::Hotseat => {}
        schema::Owner::Later => return Err(out_of_reach("a later version of Hotseat made it".into())),
        schema::Owner::Other => return Err(Refused::Unfit("it is the database of another program".into())),
    }
    // Where two begin at once, one of them may be refused; the setting is the file's, and the other makes it.
    let _set_by_another = database.pragma_update(None, "journal_mode", "wal");
    database.pragma_update(None, "synchronous", "normal")?;
    schema::bring_up_to_date(&mut database)?;
    Ok(database)
}
