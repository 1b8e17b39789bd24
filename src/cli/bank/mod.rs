//! `hotseat bank`: which banks there are, what is in them, what is wrong with one. One file a subcommand.

mod check;
mod draft;
mod import;
mod list;
mod new;
mod show;
mod writing;

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use clap::{Args, Subcommand};

use crate::bank::reader::suggestion;
use crate::bank::{Bank, Question};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;
use crate::config::load;

/// Largest bank that is read, in bytes. The largest we know has 55 KB.
const LARGEST: u64 = 4 << 20;

/// Most mistakes of a file that are told where somebody wanted something else than to check it.
const MOST_TOLD: usize = 12;

/// Look at question banks, and write new ones
#[derive(Debug, Args)]
pub struct BankArgs {
    #[command(subcommand)]
    command: BankCommand,
}

#[derive(Debug, Subcommand)]
enum BankCommand {
    List(list::ListArgs),
    Show(show::ShowArgs),
    Check(check::CheckArgs),
    New(new::NewArgs),
    Import(import::ImportArgs),
    Draft(draft::DraftArgs),
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] names the bank or file, and says why.
pub fn run(arguments: BankArgs, ui: &mut Ui) -> Outcome {
    match arguments.command {
        BankCommand::List(arguments) => {
            list::run(&arguments, ui);
            Ok(())
        }
        BankCommand::Show(arguments) => show::run(&arguments, ui),
        BankCommand::Check(arguments) => check::run(&arguments, ui),
        BankCommand::New(arguments) => new::run(&arguments, ui),
        BankCommand::Import(arguments) => import::run(&arguments, ui),
        BankCommand::Draft(arguments) => draft::run(&arguments, ui),
    }
}

/// Returns a bank by its id or by its file.
///
/// # Errors
/// [`Failure`] lists the banks that exist, or everything that is wrong with the file.
pub fn load_bank(name: &str) -> Result<Bank, Failure> {
    let path = Path::new(name);
    if path.extension().is_some() || path.components().count() > 1 || path.is_file() {
        return read(path);
    }
    let files = load::bank_files();
    let mut ids = Vec::new();
    for file in &files {
        match read(file) {
            Ok(bank) if bank.id.as_str() == name => return Ok(bank),
            Ok(bank) => ids.push(bank.id.to_string()),
            // Nobody knows a broken file's id; most are named after it.
            Err(failure) if file.file_stem().is_some_and(|stem| stem == name) => return Err(failure),
            Err(_) => {}
        }
    }
    Err(Failure::new(format!("there is no bank `{name}`{}", suggestion(name, ids.iter().map(String::as_str))))
        .hint(if ids.is_empty() {
            "there is no bank at all".into()
        } else {
            format!("there is `{}`", ids.join("`, `"))
        })
        .hint("a file can be named as well, with its ending"))
}

/// Returns a bank that a file of answers names: a file beside them, with or without its ending, or else a bank by its id.
///
/// # Errors
/// As [`load_bank`].
pub fn bank_from(folder: &Path, name: &str) -> Result<Bank, Failure> {
    let beside = [folder.join(name), folder.join(format!("{name}.toml"))];
    match beside.iter().find(|path| path.is_file()) {
        Some(path) => read(path),
        None => load_bank(name),
    }
}

fn read(path: &Path) -> Result<Bank, Failure> {
    let shown = path.display().to_string();
    let text = text(path)?;
    Bank::parse(&text, &shown).map_err(|errors| {
        let told: Vec<String> = errors.iter().take(MOST_TOLD).map(ToString::to_string).collect();
        let failure = Failure::new(told.join("\n       ")).hint("mend the file, then `hotseat bank check` it");
        match errors.len().saturating_sub(MOST_TOLD) {
            0 => failure,
            more => failure.hint(format!("it has {more} more mistakes; `hotseat bank check` tells them all")),
        }
    })
}

fn text(path: &Path) -> Result<String, Failure> {
    let shown = path.display();
    let cannot = |why: String| {
        Failure::new(format!("the bank `{shown}` cannot be read: {why}"))
            .hint("`hotseat bank list` lists the banks that there are")
    };
    if path.is_dir() {
        return Err(cannot("it is a folder, and a bank is a file".into()));
    }
    // The size that the system tells is no guide: a pipe or a device has none.
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(|error| cannot(error.to_string()))?;
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| cannot(error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err(cannot(format!("it has more than {} MB, and no bank is so large", LARGEST >> 20)));
    }
    let not_text = |error: std::string::FromUtf8Error| {
        let text = String::from_utf8_lossy(&error.as_bytes()[..error.utf8_error().valid_up_to()]);
        cannot(format!("it is no UTF-8 text, from line {} on", text.matches('\n').count() + 1))
    };
    String::from_utf8(bytes).map_err(not_text)
}

/// Returns the minutes that all questions take together.
fn minutes(questions: &[Question]) -> f32 {
    questions.iter().map(|question| question.minutes).sum()
}

/// Returns a name as it stands in a bank: `Senior` is `senior`.
fn named(value: impl std::fmt::Debug) -> String {
    format!("{value:?}").to_lowercase()
}

/// Returns the levels that questions have, from the lowest to the highest.
fn levels(questions: &[Question]) -> Vec<String> {
    let levels: BTreeSet<_> = questions.iter().map(|question| question.level).collect();
    levels.into_iter().map(named).collect()
}

/// Returns levels in a few words: `mid to principal`.
fn span(levels: &[String]) -> String {
    match levels {
        [] => String::new(),
        [only] => only.clone(),
        [first, .., last] => format!("{first} to {last}"),
    }
}

/// Returns an amount of things: `1 question`, `2 questions`.
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}
