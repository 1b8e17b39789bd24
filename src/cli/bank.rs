//! `hotseat bank`: which banks there are, what is in them, what is wrong with one.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use serde::Serialize;

use crate::bank::reader::suggestion;
use crate::bank::{Bank, Probe, Question};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;
use crate::cli::words::wrap;
use crate::config::load;
use crate::ids::CompetencyId;

/// Largest bank that is read, in bytes. The largest we know has 55 KB.
const LARGEST: u64 = 4 << 20;

/// Most mistakes of a file that are told where somebody wanted something else than to check it.
const MOST_TOLD: usize = 12;

/// Width of running text, in characters.
const WIDTH: usize = 98;

/// Width of the column of names, in characters.
const NAME_WIDTH: usize = 26;

/// Look at question banks
#[derive(Debug, Args)]
pub struct BankArgs {
    #[command(subcommand)]
    command: BankCommand,
}

#[derive(Debug, Subcommand)]
enum BankCommand {
    /// List the banks
    List {
        /// Write one JSON document to stdout
        #[arg(long)]
        json: bool,
    },
    /// Show a bank's questions, or one question with its rubric
    Show {
        /// The bank: its id, or a file
        bank: String,
        /// One question
        #[arg(long, value_name = "ID")]
        question: Option<String>,
        /// Write one JSON document to stdout
        #[arg(long)]
        json: bool,
    },
    /// Check bank files
    Check {
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Write one JSON document to stdout
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Serialize)]
struct Listed {
    id: String,
    title: String,
    questions: usize,
    license: String,
    file: PathBuf,
}

#[derive(Debug, Serialize)]
struct Checked {
    file: PathBuf,
    questions: usize,
    errors: Vec<String>,
}

/// Runs the command.
///
/// # Errors
/// [`Failure`] names the bank or file, and says why.
pub fn run(arguments: BankArgs, ui: &mut Ui) -> Outcome {
    match arguments.command {
        BankCommand::List { json } => {
            list(json, ui);
            Ok(())
        }
        BankCommand::Show { bank, question, json } => show(&bank, question.as_deref(), json, ui),
        BankCommand::Check { files, json } => check(&files, json, ui),
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

fn list(json: bool, ui: &mut Ui) {
    let mut listed = Vec::new();
    for file in load::bank_files() {
        match read(&file) {
            Ok(bank) => listed.push(Listed {
                id: bank.id.to_string(),
                title: bank.title,
                questions: bank.questions.len(),
                license: bank.license,
                file,
            }),
            Err(failure) => ui.failure(&failure),
        }
    }
    if json {
        return ui.json(&listed);
    }
    for one in &listed {
        ui.data(&format!("{:<28} {:>3} questions  {}", one.id, one.questions, one.title));
    }
}

fn show(name: &str, question: Option<&str>, json: bool, ui: &mut Ui) -> Outcome {
    let bank = load_bank(name)?;
    let Some(wanted) = question else {
        if json {
            ui.json(&bank);
        } else {
            show_bank(&bank, ui);
        }
        return Ok(());
    };
    let Some(question) = bank.questions.iter().find(|question| question.id.as_str() == wanted) else {
        let near = suggestion(wanted, bank.questions.iter().map(|question| question.id.as_str()));
        return Err(Failure::new(format!("the bank `{}` has no question `{wanted}`{near}", bank.id))
            .hint(format!("`hotseat bank show {name}` lists its questions")));
    };
    if json {
        ui.json(question);
    } else {
        show_question(question, ui);
    }
    Ok(())
}

fn show_bank(bank: &Bank, ui: &mut Ui) {
    ui.data(&format!("{} ({}), {} questions, {}", bank.title, bank.id, bank.questions.len(), bank.license));
    for competency in &bank.competencies {
        ui.data(&format!("  {:<24} {}", competency.id.as_str(), competency.title));
    }
    for question in &bank.questions {
        ui.data(&format!("\n{}  ({})", question.id, sort(question)));
        indented(&question.prompt, ui);
    }
}

/// Returns what sort of question it is: `design, senior, 3 min`.
fn sort(question: &Question) -> String {
    format!("{:?}, {:?}, {} min", question.kind, question.level, question.minutes).to_lowercase()
}

fn indented(text: &str, ui: &mut Ui) {
    for line in wrap(text, WIDTH) {
        ui.data(&format!("  {line}"));
    }
}

/// Writes names and their texts in two columns.
fn columns(heading: &str, rows: impl Iterator<Item = (String, String)>, ui: &mut Ui) {
    for (nth, (name, text)) in rows.enumerate() {
        if nth == 0 {
            ui.data(&format!("\n{heading}:"));
        }
        ui.data(&format!("  {name:<NAME_WIDTH$} {text}"));
    }
}

fn show_question(question: &Question, ui: &mut Ui) {
    ui.data(&format!("{}  ({})", question.id, sort(question)));
    indented(&question.prompt, ui);
    let competencies: Vec<&str> = question.competencies.iter().map(CompetencyId::as_str).collect();
    for (heading, names) in [("Competencies", competencies.join(", ")), ("Skills", question.skills.join(", "))] {
        if !names.is_empty() {
            ui.data(&format!("\n{heading}: {names}"));
        }
    }
    ui.data("\nAssesses:");
    indented(&question.assesses, ui);
    let points = question.points.iter().map(|one| (format!("{} {}", one.weight, one.id), one.text.clone()));
    columns("Points, each with its weight", points, ui);
    let pitfalls = question.pitfalls.iter().map(|one| (one.id.to_string(), one.text.clone()));
    columns("Pitfalls", pitfalls, ui);
    let follow_ups = question.follow_ups.iter().map(|one| {
        let probes: Vec<&str> = one.probes.iter().map(probe_name).collect();
        let probes = if probes.is_empty() { "goes deeper".into() } else { format!("probes {}", probes.join(", ")) };
        (one.id.to_string(), format!("{} ({probes})", one.prompt))
    });
    columns("Follow-ups", follow_ups, ui);
    ui.data("\nA good answer:");
    indented(&question.model_answer, ui);
}

fn probe_name(probe: &Probe) -> &str {
    match probe {
        Probe::Point(id) => id.as_str(),
        Probe::Pitfall(id) => id.as_str(),
    }
}

fn check(files: &[PathBuf], json: bool, ui: &mut Ui) -> Outcome {
    let mut checked = Vec::new();
    for file in files {
        let shown = file.display().to_string();
        let outcome = text(file).map_err(|failure| vec![failure.message]).and_then(|text| {
            Bank::parse(&text, &shown).map_err(|errors| errors.iter().map(ToString::to_string).collect())
        });
        let (questions, errors) = outcome.map_or_else(|errors| (0, errors), |bank| (bank.questions.len(), Vec::new()));
        checked.push(Checked { file: file.clone(), questions, errors });
    }
    if json {
        ui.json(&checked);
    }
    for one in checked.iter().filter(|_| !json) {
        for error in &one.errors {
            ui.data(error);
        }
        if one.errors.is_empty() {
            ui.data(&format!("{}: {} questions, nothing wrong", one.file.display(), one.questions));
        }
    }
    let broken = checked.iter().filter(|one| !one.errors.is_empty()).count();
    match (broken, checked.len()) {
        (0, _) => Ok(()),
        (_, 1) => Err(Failure::new("the bank is broken")),
        (_, all) => Err(Failure::new(format!("{broken} of {all} banks are broken"))),
    }
}
