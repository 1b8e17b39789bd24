//! `hotseat bank new`.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::PathBuf;

use clap::Args;

use crate::bank::template::template;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;
use crate::config::load;

/// Write a bank to begin with
#[derive(Debug, Args)]
pub(super) struct NewArgs {
    /// The role, such as "Site Reliability Engineer"
    role: String,
    /// The file. Without it the bank is written here, under its name
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub(super) fn run(arguments: &NewArgs, ui: &mut Ui) -> Outcome {
    let (id, text) = template(&arguments.role).map_err(|error| {
        Failure::new(error.to_string()).hint("name the role in English, as in `hotseat bank new \"Shift Lead\"`")
    })?;
    let file = arguments.output.clone().unwrap_or_else(|| PathBuf::from(format!("{id}.toml")));
    let shown = file.display();
    let written =
        OpenOptions::new().write(true).create_new(true).open(&file).and_then(|mut out| out.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Failure::new(format!("there is a file `{shown}` already, and it stays as it is"))
            .hint("name another with `-o FILE`, or move that one away"),
        _ => Failure::new(format!("the bank `{shown}` cannot be written: {error}"))
            .hint("name another place with `-o FILE`"),
    })?;
    ui.data(&shown.to_string());
    ui.status("Next:");
    ui.status("  replace its texts; the notes in it say how");
    ui.status(&format!("  hotseat bank check {shown}"));
    ui.status(&format!("  hotseat practice --bank {shown}"));
    if let Ok(folders) = load::folders() {
        let place = folders.data.join("questions");
        ui.status(&format!("Once it lies in `{}`, `--bank {id}` finds it.", place.display()));
    }
    Ok(())
}
