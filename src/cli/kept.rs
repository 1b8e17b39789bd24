//! What was kept, for all commands that ask for it: the index, compared with the folders.

use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::ui::Ui;
use crate::engine::salvage::salvage;
use crate::session::index::{Index, IndexError};
use crate::session::store::Store;

/// Sessions that are read without a word about it: it takes no longer than a moment.
const AT_ONCE: usize = 50;

impl From<IndexError> for Failure {
    fn from(error: IndexError) -> Self {
        let hint = error.hint();
        Self::new(error.to_string()).hint(hint)
    }
}

/// Opens the index in `data` and compares it with the folders.
///
/// # Errors
/// [`Failure`] when the folder of the sessions cannot be read.
pub(crate) fn index(data: &Path, ui: &mut Ui) -> Result<Index, Failure> {
    open(data, false, ui)
}

/// Makes the index in `data` anew from the folders.
///
/// # Errors
/// [`Failure`] when the folder of the sessions cannot be read.
pub(crate) fn index_made_anew(data: &Path, ui: &mut Ui) -> Result<Index, Failure> {
    open(data, true, ui)
}

fn open(data: &Path, anew: bool, ui: &mut Ui) -> Result<Index, Failure> {
    let (mut index, notice) = Index::open(data);
    let store = Store::new(data);
    if let Some(saved) = salvage(&store)?.told() {
        ui.status(&saved);
    }
    let mut tell = |done: usize, of: usize| {
        if of > AT_ONCE {
            ui.progress(&format!("Reading the sessions: {done} of {of}"));
        }
    };
    let refreshed = if anew { index.reindex(&store, &mut tell) } else { index.refresh(&store, &mut tell) };
    ui.clear_progress();
    for one in notice.into_iter().chain(refreshed?.notice) {
        ui.warning(&one);
    }
    Ok(index)
}
