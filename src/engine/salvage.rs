//! Looks after sessions that broke off: makes all of their recordings play to the end.

use std::path::Path;

use crate::audio::AudioError;
use crate::audio::salvage::{Mended, mend};
use crate::session::store::{Store, StoreError};

/// What was found in sessions that broke off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Salvage {
    /// The recordings that were mended, by session.
    pub mended: Vec<(String, Mended)>,
    /// The recordings that were left as they are, by session, and why.
    pub left: Vec<(String, AudioError)>,
}

impl Salvage {
    /// Returns what was saved, in a line. None where nothing was.
    #[must_use]
    pub fn told(&self) -> Option<String> {
        let (first, _) = self.mended.first()?;
        let saved_ms: u64 = self.mended.iter().map(|(_, one)| one.plays_ms.saturating_sub(one.told_ms)).sum();
        let recordings = match self.mended.len() {
            1 => "a recording was".to_owned(),
            many => format!("{many} recordings were"),
        };
        let others = if self.mended.iter().all(|(session, _)| session == first) { "" } else { " and others" };
        Some(format!(
            "An interview broke off: {recordings} mended, and {:.1} s of sound saved, in {first}{others}.",
            saved_ms as f64 / 1_000.0
        ))
    }
}

/// Mends the recordings of all sessions that broke off. Sessions that have a report are passed over without a look at them, and
/// no journal is read, so that this costs little where there is nothing to do.
///
/// # Errors
/// [`StoreError::Io`] when the folder of the sessions cannot be read.
pub fn salvage(store: &Store) -> Result<Salvage, StoreError> {
    let mut salvage = Salvage::default();
    for id in store.unfinished()? {
        // Another program is in the middle of it, or it is being deleted.
        let Ok(_hold) = store.hold(&id) else { continue };
        mend_recordings(&id, &store.folder(&id), &mut salvage);
    }
    Ok(salvage)
}

/// Mends the recordings in the folder of a session that nobody else can write to.
pub(super) fn mend_recordings(id: &str, folder: &Path, salvage: &mut Salvage) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut recordings: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    recordings.retain(|path| path.extension().is_some_and(|ending| ending == "wav"));
    recordings.sort();
    for recording in recordings {
        match mend(&recording) {
            Ok(mended) => salvage.mended.extend(mended.map(|mended| (id.to_owned(), mended))),
            Err(error) => salvage.left.push((id.to_owned(), error)),
        }
    }
}
