//! Where the recordings of a session lie. A journal names WAV files; one that was made smaller since lies beside it as FLAC.

use std::path::{Path, PathBuf};

use crate::session::Session;

impl Session {
    /// Returns the names of the recordings that the journal tells of, those of what was put in between last. Typed answers are among
    /// them: there is no file for those.
    pub fn recordings(&self) -> impl Iterator<Item = &str> {
        let asides = self.asides.iter().map(|aside| &aside.take);
        let takes = self.exchanges.iter().flat_map(|exchange| &exchange.takes).chain(asides);
        takes.map(|take| take.recording.as_str())
    }
}

/// Returns the file of a recording. None where the session does not know a recording of that name, whatever files there are: a name
/// that somebody sends never becomes a path.
#[must_use]
pub fn known(session: &Session, folder: &Path, name: &str) -> Option<PathBuf> {
    let known = session.recordings().find(|known| *known == name)?;
    find(folder, known)
}

/// Returns the file of a recording that a session in `folder` knows: as it was recorded, or made smaller.
#[must_use]
pub fn find(folder: &Path, name: &str) -> Option<PathBuf> {
    let recorded = folder.join(name);
    let smaller = recorded.with_extension("flac");
    [recorded, smaller].into_iter().find(|path| path.is_file())
}
