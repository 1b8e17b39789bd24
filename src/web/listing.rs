//! Which sessions there are, as the list shows them: those that the index finds, and what there is to choose from.

use crate::session::digest::Listed;
use crate::session::filter::Filter;
use crate::session::index::{Index, IndexError};
use crate::session::store::Unreadable;

/// The sessions that were found.
#[derive(Clone, Debug)]
pub(super) struct Listing {
    /// The newest first.
    pub(super) sessions: Vec<Listed>,
    /// All banks that there are sessions of, by id, each with its title.
    pub(super) banks: Vec<(String, String)>,
    /// All pressures that there are sessions under.
    pub(super) pressures: Vec<String>,
    /// What cannot be read.
    pub(super) unreadable: Vec<Unreadable>,
}

/// Returns the sessions that `filter` wants.
pub(super) fn listing(index: &mut Index, filter: &Filter) -> Result<Listing, IndexError> {
    let all = index.sessions(&Filter::default())?;
    let mut banks: Vec<(String, String)> = all.iter().map(|one| (one.bank.clone(), one.title.clone())).collect();
    banks.sort_by(|one, other| one.1.cmp(&other.1));
    banks.dedup();
    let mut pressures: Vec<String> = all.iter().map(|one| one.pressure.clone()).collect();
    pressures.sort();
    pressures.dedup();
    let sessions = if *filter == Filter::default() { all } else { index.sessions(filter)? };
    Ok(Listing { sessions, banks, pressures, unreadable: index.unreadable()? })
}
