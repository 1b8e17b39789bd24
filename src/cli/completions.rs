//! `hotseat completions`: what a shell needs to complete commands.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;

/// Write completions for a shell to stdout
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Writes the completions.
///
/// # Errors
/// [`Failure`] when they are no text, which would be an error of the generator.
pub fn run(arguments: &CompletionsArgs, ui: &mut Ui) -> Outcome {
    let mut text = Vec::new();
    clap_complete::generate(arguments.shell, &mut super::Arguments::command(), "hotseat", &mut text);
    let text = String::from_utf8(text).map_err(|error| Failure::new(error.to_string()))?;
    ui.data(text.trim_end());
    Ok(())
}
