//! The index: what is wanted of every session at a glance, in a SQLite database beside the sessions. The folders are the truth. Each
//! use begins with a comparison of the two, so that nobody who writes a session has to tell the index, and losing it loses nothing.

mod opening;
mod rows;
mod schema;
mod search;
mod taking_in;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::Connection;

use crate::ids::{BankId, QuestionId};
use crate::session::digest::Listed;
use crate::session::filter::{Filter, sought};
use crate::session::outcome::Outcome;
use crate::session::store::{Store, StoreError, Unreadable};

/// Name of the database in the user's data folder.
pub const FILE: &str = "index.sqlite";

/// How long is waited for another program that writes to the index. Hotseat itself writes for milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why there is no index.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The sessions cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Not even a database in memory works.
    #[error("the index of the sessions cannot be made: {0}")]
    Database(#[from] rusqlite::Error),
}

impl IndexError {
    /// Returns what the user can do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Store(error) => error.hint(),
            Self::Database(_) => {
                "the sessions are untouched; make room in memory and on the disk, and try again".into()
            }
        }
    }
}

/// What a comparison with the folders changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refreshed {
    /// Sessions that were read since they were new or had changed.
    pub read: usize,
    /// Sessions that are no longer there.
    pub dropped: usize,
    /// What the user should know of the index itself.
    pub notice: Option<String>,
}

/// How far a comparison is: sessions that were read, of those that have to be.
pub type Progress<'p> = dyn FnMut(usize, usize) + 'p;

/// The index. It never stops a user: one that is damaged is made anew, and one that cannot be written is made in memory.
#[derive(Debug)]
pub struct Index {
    data: PathBuf,
    patience: Duration,
    database: Connection,
    /// Whether the database lies in memory.
    in_memory: bool,
    /// What lies among the sessions and is none.
    others: Vec<Unreadable>,
    /// What is to be told the next time.
    notice: Option<String>,
}

impl Index {
    /// Opens the index in `data`, the user's data folder, or makes it. The second value is what the user should know of it.
    /// Nothing is in it for sure before [`Self::refresh`].
    ///
    /// # Panics
    /// When SQLite cannot even open a database in memory.
    #[must_use]
    pub fn open(data: &Path) -> (Self, Option<String>) {
        Self::open_within(data, PATIENCE)
    }

    /// Compares the index with the folders, reads what is new or changed, and drops what is gone. Asks of each session that has not
    /// ended whether it runs. A kill at any moment leaves an index from which the next comparison goes on.
    ///
    /// # Errors
    /// [`IndexError`] when the folder of the sessions cannot be read.
    pub fn refresh(&mut self, store: &Store, progress: &mut Progress<'_>) -> Result<Refreshed, IndexError> {
        store.sweep();
        loop {
            match self.compare(store, progress) {
                Ok(refreshed) => return Ok(Refreshed { notice: self.notice.take(), ..refreshed }),
                Err(IndexError::Database(error)) => self.mend(error)?,
                Err(error) => return Err(error),
            }
        }
    }

    /// Makes the index anew from the folders. A listing in another program meanwhile is right: it reads what is missing by itself.
    ///
    /// # Errors
    /// As [`Self::refresh`].
    pub fn reindex(&mut self, store: &Store, progress: &mut Progress<'_>) -> Result<Refreshed, IndexError> {
        if let Err(error) = schema::begin_anew(&mut self.database) {
            self.mend(error)?;
        }
        self.refresh(store, progress)
    }

    /// Returns the sessions that are wanted, the newest first. Where a text is searched for, each tells where it stands.
    ///
    /// # Errors
    /// [`IndexError`] when the index had to be made anew and the sessions cannot be read.
    pub fn sessions(&mut self, filter: &Filter) -> Result<Vec<Listed>, IndexError> {
        self.asked(|database| match filter.text.as_deref() {
            Some(text) => search::hits(database, &sought(text), filter),
            None => rows::sessions(database, filter),
        })
    }

    /// Returns what came of every question that was answered, or of one, the oldest first.
    ///
    /// # Errors
    /// As [`Self::sessions`].
    pub fn outcomes(&mut self, of: Option<(&BankId, &QuestionId)>) -> Result<Vec<Outcome>, IndexError> {
        self.asked(|database| rows::outcomes(database, of))
    }

    /// Returns the names of all sessions that can be read, the newest first.
    ///
    /// # Errors
    /// As [`Self::sessions`].
    pub fn ids(&mut self) -> Result<Vec<String>, IndexError> {
        self.asked(rows::ids)
    }

    /// Returns what cannot be listed, by name.
    ///
    /// # Errors
    /// As [`Self::sessions`].
    pub fn unreadable(&mut self) -> Result<Vec<Unreadable>, IndexError> {
        let mut all = self.asked(rows::unreadable)?;
        all.extend(self.others.iter().cloned());
        all.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(all)
    }

    /// Asks the database; where it turns out to be damaged, once more after it was made anew.
    fn asked<T>(&mut self, ask: impl Fn(&Connection) -> rusqlite::Result<T>) -> Result<T, IndexError> {
        let error = match ask(&self.database) {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        self.mend(error)?;
        let again = self.refresh(&Store::new(&self.data), &mut |_, _| {})?;
        self.notice = again.notice;
        Ok(ask(&self.database)?)
    }
}
