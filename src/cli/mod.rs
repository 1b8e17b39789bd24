//! The commands, one file each.

pub mod bank;
pub mod bench;
pub mod completions;
pub mod compress;
pub mod correct;
pub mod delete;
pub mod devices;
mod differences;
pub mod doctor;
mod document;
pub mod export;
pub mod failure;
pub mod import;
pub mod judge;
mod kept;
pub mod language;
pub mod models;
pub mod plain;
pub mod practice;
pub mod progress;
pub mod pull;
pub mod rescore;
pub mod review;
pub mod say;
pub mod screen;
mod second_opinion;
pub mod sessions;
pub mod speech_servers;
pub mod transcribe;
pub mod ui;
pub mod web;
mod whole_screen;
pub mod words;

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
enum Command {
    Practice(Box<practice::PracticeArgs>),
    Transcribe(transcribe::Transcribe),
    Judge(judge::JudgeArgs),
    Say(say::SayArgs),
    Sessions(sessions::SessionsArgs),
    Export(export::ExportArgs),
    Import(import::ImportArgs),
    Compress(compress::CompressArgs),
    Delete(delete::DeleteArgs),
    Review(review::ReviewArgs),
    Rescore(rescore::RescoreArgs),
    Correct(correct::CorrectArgs),
    Web(web::WebArgs),
    Progress(progress::ProgressArgs),
    Bank(bank::BankArgs),
    Models(models::Arguments),
    Bench(bench::BenchArgs),
    Devices(devices::Arguments),
    Doctor(doctor::DoctorArgs),
    Completions(completions::CompletionsArgs),
}

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

fn perform(command: Command, ui: &mut Ui) -> Outcome {
    match command {
        Command::Practice(arguments) => practice::run(*arguments, ui),
        Command::Transcribe(arguments) => transcribe::perform(arguments, ui),
        Command::Judge(arguments) => judge::run(&arguments, ui),
        Command::Say(arguments) => say::run(&arguments, ui),
        Command::Sessions(arguments) => sessions::list(&arguments, ui),
        Command::Export(arguments) => export::run(&arguments, ui),
        Command::Import(arguments) => import::run(&arguments, ui),
        Command::Compress(arguments) => compress::run(&arguments, ui),
        Command::Delete(arguments) => delete::run(&arguments, ui),
        Command::Review(arguments) => review::run(&arguments, ui),
        Command::Rescore(arguments) => rescore::run(&arguments, ui),
        Command::Correct(arguments) => correct::run(&arguments, ui),
        Command::Web(arguments) => web::run(&arguments, ui),
        Command::Progress(arguments) => progress::run(&arguments, ui),
        Command::Bank(arguments) => bank::run(arguments, ui),
        Command::Bench(arguments) => bench::run(&arguments, ui),
        Command::Models(arguments) => models::run(&arguments, ui),
        Command::Devices(arguments) => devices::run(&arguments, ui),
        Command::Doctor(arguments) => doctor::run(&arguments, ui),
        Command::Completions(arguments) => completions::run(&arguments, ui),
    }
}
