//! The commands, one file each.

pub mod failure;
pub mod ui;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::cli::failure::Outcome;
use crate::cli::ui::Ui;

/// Rehearse a spoken interview, offline
#[derive(Debug, Parser)]
#[command(name = "hotseat", version, infer_subcommands = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {}

/// Runs the command line and returns its exit code: 0 on success, 1 on an explained failure, 2 on wrong usage.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let mut ui = Ui::new();
    match perform(arguments.command, &mut ui) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            ui.failure(&failure);
            ExitCode::from(1)
        }
    }
}

fn perform(command: Command, _ui: &mut Ui) -> Outcome {
    match command {}
}
