//! Makes the recordings of a session smaller, without loss.

use crate::audio::AudioError;
use crate::audio::flac::{self, Sizes};
use crate::session::store::Kept;

/// What was made of a session's recordings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compressed {
    /// How many recordings became smaller.
    pub recordings: usize,
    /// Their bytes before and after.
    pub sizes: Sizes,
}

/// Makes the recordings of a session smaller. Those that are so already are left, and those that were typed.
///
/// # Errors
/// [`AudioError`] names the first recording that cannot be. Those before it are done, and none is lost.
pub fn compress(kept: &Kept) -> Result<Compressed, AudioError> {
    let mut all = Compressed::default();
    for name in kept.session().recordings() {
        let path = kept.folder().join(name);
        if !path.is_file() {
            continue;
        }
        if let Some(sizes) = flac::replace(&path)? {
            all.recordings += 1;
            all.sizes.before += sizes.before;
            all.sizes.after += sizes.after;
        }
    }
    Ok(all)
}
