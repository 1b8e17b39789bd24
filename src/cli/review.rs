//! `hotseat review`: a kept session on the whole terminal, word by word, to hear, put right and remark on; or as text.

mod attempts;
mod draw;
mod input;
mod look;
mod pages;
mod rows;
#[cfg(test)]
pub(super) mod sample;
mod scene;
mod stage;
#[cfg(test)]
mod tests;
mod work;

use std::io::IsTerminal;

use clap::Args;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::review::look::Look;
use crate::cli::review::pages::Pages;
use crate::cli::review::scene::Scene;
use crate::cli::ui::Ui;
use crate::config::load::{folders, no_colour};
use crate::review::markdown;
use crate::review::report::Report;
use crate::session::store::Store;

/// Read a kept session word by word, hear it, put words right and remark on it
#[derive(Debug, Args)]
pub struct ReviewArgs {
    /// The session: its name, the beginning of it, or `last`
    #[arg(value_name = "ID", default_value = "last")]
    id: String,
    /// Print the report, and take no full screen
    #[arg(long)]
    plain: bool,
    /// Write the report as one JSON document to stdout
    #[arg(long, conflicts_with = "plain")]
    json: bool,
    #[command(flatten)]
    models: ModelsFlag,
}

/// Shows a session.
///
/// # Errors
/// [`Failure`] when there is no such session, or when the terminal cannot be used.
pub fn run(arguments: &ReviewArgs, ui: &mut Ui) -> Outcome {
    let store = Store::new(&folders()?.data);
    let id = store.resolve(&arguments.id)?;
    let (session, _) = store.read(&id)?;
    let is_watched = ui.is_interactive() && std::io::stdout().is_terminal();
    if arguments.json || arguments.plain || !is_watched {
        let report = Report::beside(&session, &store.before(&session));
        if arguments.json {
            ui.json(&report);
        } else {
            ui.data(markdown::report(&report).trim_end());
        }
        return Ok(());
    }
    let scene = Scene::new(Pages::of(&session), Look { colour: !no_colour() });
    stage::show(scene, store, id, &arguments.models)
        .map_err(|error| Failure::new(format!("the terminal cannot be used: {error}")).hint("try `--plain`"))
}
