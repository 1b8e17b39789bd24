//! `hotseat delete`: removes a session with all that belongs to it.

use std::fs;
use std::path::Path;

use clap::Args;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::kept;
use crate::cli::sessions::of_answered;
use crate::cli::ui::Ui;
use crate::clock::local_minute;
use crate::config::load::folders;
use crate::session::digest::Listed;
use crate::session::filter::Filter;
use crate::session::store::{Extent, Store};

/// Remove a session: recordings, words, verdicts, reports
#[derive(Debug, Args)]
pub struct DeleteArgs {
    /// The session: its name, the beginning of it, or `last`
    #[arg(value_name = "ID")]
    id: String,
    /// Do not ask
    #[arg(long)]
    yes: bool,
}

/// Shows what the session is, asks, and removes it.
///
/// # Errors
/// [`Failure`] when there is no such session, when it runs, when nobody can be asked, and when it cannot be removed.
pub fn run(arguments: &DeleteArgs, ui: &mut Ui) -> Outcome {
    let folders = folders()?;
    let store = Store::new(&folders.data);
    let mut index = kept::index(&folders.data, ui)?;
    let id = store.resolve(&arguments.id)?;
    let listed = index.sessions(&Filter::default())?.into_iter().find(|one| one.id == id);
    ui.status(&listed.as_ref().map_or_else(|| format!("{id}: its journal cannot be read"), described));
    ui.status(&format!("{}: {}", store.folder(&id).display(), size(store.extent(&id)?)));
    if !arguments.yes && !is_wanted(ui)? {
        ui.status("Nothing was removed.");
        return Ok(());
    }
    let removed = store.remove(&id)?;
    remove_cached(&folders.cache, &id);
    index.refresh(&store, &mut |_, _| {})?;
    ui.status(&format!("Removed `{id}`: {}, and what the index held of it.", size(removed)));
    Ok(())
}

fn is_wanted(ui: &mut Ui) -> Result<bool, Failure> {
    if !ui.is_interactive() {
        return Err(
            Failure::new("nothing was removed, since there is nobody to ask").hint("`--yes` removes without asking")
        );
    }
    Ok(ui.agrees("Remove all of it? Nothing brings it back.", false))
}

fn described(listed: &Listed) -> String {
    let minutes = listed.recorded_s / 60.0;
    let sound = if listed.recorded_s > 0.0 { format!("{minutes:.1} minutes of sound") } else { "no sound".into() };
    format!("{}, {}, {}, {sound}", local_minute(listed.started), listed.title, of_answered(listed))
}

fn size(extent: Extent) -> String {
    let files = if extent.files == 1 { "1 file".into() } else { format!("{} files", extent.files) };
    match extent.bytes {
        bytes @ 0..1_000_000 => format!("{files}, {:.1} kB", bytes as f64 / 1e3),
        bytes => format!("{files}, {:.1} MB", bytes as f64 / 1e6),
    }
}

/// Removes what was made of a session and can be made again, which lies under its name.
fn remove_cached(cache: &Path, id: &str) {
    let _there_was_none = fs::remove_dir_all(cache.join("sessions").join(id));
}
