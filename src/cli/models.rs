//! `hotseat models`: which weights there are and whether they are whole.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;
use crate::config::load;
use crate::models::catalogue::Entry;
use crate::models::verify::Condition;
use crate::models::{Weights, problem};

/// Where a command that needs weights finds them.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct ModelsFlag {
    /// Take the weights from this folder
    #[arg(long = "models", value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl ModelsFlag {
    /// Returns the weights: in the folder that was named, else where they usually are.
    ///
    /// # Errors
    /// [`Failure`] names the places where there are none.
    pub fn weights(&self) -> Result<Weights, Failure> {
        let weights = Weights::find(&load::model_places(self.folder.as_deref()))?;
        // Without a home folder nothing is remembered, and each file is read again.
        Ok(match load::folders() {
            Ok(folders) => weights.remembering(&folders.cache),
            Err(_) => weights,
        })
    }
}

/// List and check the weights
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the weights that Hotseat knows and say which are there
    List(Options),
    /// Read each file that is there and compare its digest
    Verify(Options),
}

#[derive(Debug, clap::Args)]
struct Options {
    #[command(flatten)]
    models: ModelsFlag,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Report<'a> {
    folder: PathBuf,
    files: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    entry: &'a Entry,
    shipped: bool,
    present: bool,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    condition: Option<Condition>,
}

/// Runs the command.
///
/// # Errors
/// Fails when there is no folder with weights, or when a file that is checked is not whole.
pub fn run(arguments: &Arguments, ui: &mut Ui) -> Outcome {
    match &arguments.command {
        Command::List(options) => list(options, ui),
        Command::Verify(options) => verify(options, ui),
    }
}

fn list(options: &Options, ui: &mut Ui) -> Outcome {
    let weights = options.models.weights()?;
    let lines = lines(&weights, |_| None);
    if options.json {
        ui.json(&Report { folder: weights.folder().to_owned(), files: lines });
        return Ok(());
    }
    let width = lines.iter().map(|line| line.entry.file.len()).max().unwrap_or(0);
    ui.status(&format!("Weights in {}:", weights.folder().display()));
    for Line { entry, shipped, present, .. } in lines {
        let state = match (present, shipped) {
            (true, _) => "here",
            (false, true) => "MISSING",
            (false, false) => "not here",
        };
        let size = format!("{:.1} MB", entry.bytes as f64 / 1e6);
        ui.data(&format!("{state:8} {:width$} {size:>10}  {:12}  {}", entry.file, entry.license, entry.what));
    }
    ui.status("What is not here does not come with Hotseat; `hotseat models list --json` says where to download it.");
    Ok(())
}

fn verify(options: &Options, ui: &mut Ui) -> Outcome {
    let weights = options.models.weights()?;
    let checked = |entry: &Entry| {
        // What does not come with Hotseat may be absent.
        (entry.is_shipped() || weights.has(&entry.file)).then(|| weights.verify(entry))
    };
    let mut lines = lines(&weights, checked);
    lines.retain(|line| line.condition.is_some());
    let bad: Vec<Failure> = lines.iter().filter_map(|line| line.failure(&weights)).collect();
    if options.json {
        ui.json(&Report { folder: weights.folder().to_owned(), files: lines });
    } else {
        for line in lines.iter().filter(|line| line.condition == Some(Condition::Whole)) {
            ui.data(&format!("ok  {}", line.entry.file));
        }
    }
    for failure in &bad {
        ui.failure(failure);
    }
    match bad.len() {
        0 => Ok(()),
        1 => Err(Failure::new("one file of weights cannot be used")),
        bad => Err(Failure::new(format!("{bad} files of weights cannot be used"))),
    }
}

impl Line<'_> {
    fn failure(&self, weights: &Weights) -> Option<Failure> {
        let condition = self.condition.as_ref().filter(|condition| **condition != Condition::Whole)?;
        Some(problem(self.entry, &weights.folder().join(&self.entry.file), condition).into())
    }
}

fn lines(weights: &Weights, condition: impl Fn(&Entry) -> Option<Condition>) -> Vec<Line<'_>> {
    let line = |entry| {
        let (shipped, present) = (Entry::is_shipped(entry), weights.has(&entry.file));
        Line { entry, shipped, present, condition: condition(entry) }
    };
    weights.catalogue().entries().iter().map(line).collect()
}
