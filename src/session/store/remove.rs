//! Removes a session, so that a kill in between leaves nothing that looks like one.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use super::{JOURNAL, Store, StoreError, failed};

/// How the name of a folder begins that is being removed.
const REMOVED: &str = ".deleted-";

/// How much there is of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Extent {
    /// How many files.
    pub files: usize,
    /// Their length together.
    pub bytes: u64,
}

impl Store {
    /// Returns how much there is of a session.
    ///
    /// # Errors
    /// [`StoreError::Io`] when its folder cannot be read.
    pub fn extent(&self, id: &str) -> Result<Extent, StoreError> {
        let folder = self.folder(id);
        extent(&folder).map_err(failed(&folder, "read"))
    }

    /// Removes a session with all that lies in its folder, and returns how much that was. The folder first takes a hidden name, in
    /// one step: what a kill leaves of it is no session any more, and [`Self::sweep`] removes the rest.
    ///
    /// # Errors
    /// [`StoreError::Running`] while another program has it open, [`StoreError::Io`] when it cannot be removed.
    pub fn remove(&self, id: &str) -> Result<Extent, StoreError> {
        let folder = self.folder(id);
        let journal = folder.join(JOURNAL);
        let open = File::open(&journal).map_err(failed(&journal, "opened"))?;
        if matches!(open.try_lock(), Err(fs::TryLockError::WouldBlock)) {
            return Err(StoreError::Running(id.into()));
        }
        let extent = self.extent(id)?;
        let hidden = self.folder.join(format!("{REMOVED}{id}"));
        gone(fs::remove_dir_all(&hidden)).map_err(failed(&hidden, "removed"))?;
        fs::rename(&folder, &hidden).map_err(failed(&folder, "removed"))?;
        gone(fs::remove_dir_all(&hidden)).map_err(failed(&hidden, "removed"))?;
        Ok(extent)
    }

    /// Removes what is left of sessions whose removal was interrupted.
    pub fn sweep(&self) {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(REMOVED)) {
            // What cannot be removed today is tried again the next time; it is hidden and counts as nothing.
            let _left = fs::remove_dir_all(entry.path());
        }
    }
}

/// What is not there need not be removed: another program may be sweeping as well.
fn gone(removed: io::Result<()>) -> io::Result<()> {
    removed.or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) })
}

fn extent(folder: &Path) -> io::Result<Extent> {
    let mut all = Extent::default();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let about = entry.metadata()?;
        let within = if about.is_dir() { extent(&entry.path())? } else { Extent { files: 1, bytes: about.len() } };
        all.files += within.files;
        all.bytes += within.bytes;
    }
    Ok(all)
}
