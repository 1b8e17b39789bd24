//! The outlines of a session's recordings, made of their sound where they are not kept yet.

use std::collections::BTreeMap;
use std::path::Path;

use crate::engine::wiring;
use crate::session::{Session, waveforms};

/// Returns the peaks of the recordings in a session's folder, by name: twenty for each second, 0 to 255 for full scale. Those that
/// are not there or cannot be read are left out. What had to be made is kept for the next time.
#[must_use]
pub fn of(folder: &Path, session: &Session) -> BTreeMap<String, Vec<u8>> {
    waveforms::of(folder, session.recordings(), wiring::read)
}
