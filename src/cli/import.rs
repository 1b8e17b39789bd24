//! `hotseat import`: a session that somebody exported.

use std::path::PathBuf;

use clap::Args;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;
use crate::config::load::folders;
use crate::engine::handing_over;
use crate::session::import::ImportError;
use crate::session::store::Store;

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let hint = error.hint();
        Self::new(error.to_string()).hint(hint)
    }
}

/// Bring in a session that was exported as a zip file
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The zip file
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Give it this name, not the one that it had
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
}

/// Brings the session in.
///
/// # Errors
/// [`Failure`] says what is wrong with the file or the disk. Nothing of it is kept then.
pub fn run(arguments: &ImportArgs, ui: &mut Ui) -> Outcome {
    let store = Store::new(&folders()?.data);
    let imported = handing_over::import(&store, &arguments.file, arguments.name.as_deref())?;
    if arguments.json {
        ui.json(&imported);
        return Ok(());
    }
    let session = &imported.session;
    ui.status(&match (imported.already_here, imported.recordings) {
        (true, _) => format!("It is here already, as {session}. Nothing was changed."),
        (false, 0) => format!("Imported as {session}, without recordings."),
        (false, 1) => format!("Imported as {session}, with 1 recording."),
        (false, recordings) => format!("Imported as {session}, with {recordings} recordings."),
    });
    Ok(())
}
