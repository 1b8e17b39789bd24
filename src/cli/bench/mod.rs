//! `hotseat bench`: the project's own figures.

mod baselines;
mod clips;
mod delivery;
mod follow_ups;
mod judge;
mod judged;
mod machine;
mod model_answers;
mod replies;
mod rows;
mod scenes;
mod second_opinions;
mod spoken;
mod spread;
mod store;
mod stt;
mod terms;
mod tts;
mod turn;
mod word_errors;
mod worded_replies;

use clap::{Args, Subcommand};

use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;

/// Measure Hotseat's own parts
#[derive(Debug, Args)]
pub struct BenchArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Judge(Box<judge::BenchJudge>),
    Delivery(delivery::BenchDelivery),
    FollowUps(follow_ups::BenchFollowUps),
    Store(store::BenchStore),
    Stt(stt::BenchStt),
    Tts(tts::BenchTts),
    Turn(Box<turn::BenchTurn>),
}

/// Measures.
///
/// # Errors
/// [`crate::cli::failure::Failure`] names the file that cannot be read or is not as it should be.
pub fn run(arguments: &BenchArgs, ui: &mut Ui) -> Outcome {
    match &arguments.what {
        What::Judge(arguments) => judge::run(arguments, ui),
        What::Delivery(arguments) => delivery::run(arguments, ui),
        What::FollowUps(arguments) => follow_ups::run(arguments, ui),
        What::Store(arguments) => store::run(arguments, ui),
        What::Stt(arguments) => stt::run(arguments, ui),
        What::Tts(arguments) => tts::run(arguments, ui),
        What::Turn(arguments) => turn::run(arguments, ui),
    }
}

/// Says what went wrong, in the words of whatever did.
fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::new(error.to_string())
}
