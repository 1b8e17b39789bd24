//! `hotseat bench`: the project's own figures.

mod baselines;
mod delivery;
mod judge;
mod rows;
mod scenes;

use clap::{Args, Subcommand};

use crate::cli::failure::Outcome;
use crate::cli::ui::Ui;

/// Measure Hotseat against labelled answers
#[derive(Debug, Args)]
pub struct BenchArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Judge(judge::BenchJudge),
    Delivery(delivery::BenchDelivery),
}

/// Measures.
///
/// # Errors
/// [`crate::cli::failure::Failure`] names the file that cannot be read or is not as it should be.
pub fn run(arguments: &BenchArgs, ui: &mut Ui) -> Outcome {
    match &arguments.what {
        What::Judge(arguments) => judge::run(arguments, ui),
        What::Delivery(arguments) => delivery::run(arguments, ui),
    }
}
