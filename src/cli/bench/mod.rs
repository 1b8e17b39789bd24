//! `hotseat bench`: the project's own figures.

mod baselines;
mod judge;
mod machine;
mod rows;
mod terms;
mod tts;

use clap::{Args, Subcommand};

use crate::cli::failure::Outcome;
use crate::cli::ui::Ui;

/// Measure Hotseat's own parts
#[derive(Debug, Args)]
pub struct BenchArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Judge(judge::BenchJudge),
    Tts(tts::BenchTts),
}

/// Measures.
///
/// # Errors
/// [`crate::cli::failure::Failure`] names the file that cannot be read or is not as it should be.
pub fn run(arguments: &BenchArgs, ui: &mut Ui) -> Outcome {
    match &arguments.what {
        What::Judge(arguments) => judge::run(arguments, ui),
        What::Tts(arguments) => tts::run(arguments, ui),
    }
}
