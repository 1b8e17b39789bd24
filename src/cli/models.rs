//! `hotseat models`: which weights there are and whether they are whole. Fetching more is in `pull`.

use std::path::PathBuf;

use serde::Serialize;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::pull::{self, PullArgs};
use crate::cli::ui::Ui;
use crate::config::load;
use crate::engine::wiring::WHISPER;
use crate::models::catalogue::Entry;
use crate::models::pull::part::Part;
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
        let mut weights = Weights::find(&load::model_places(self.folder.as_deref()))?;
        if let Ok(pulled) = self.pulled_place() {
            weights = weights.with_pulled(pulled);
        }
        // Without a home folder nothing is remembered, and each file is read again.
        Ok(match load::folders() {
            Ok(folders) => weights.remembering(&folders.cache),
            Err(_) => weights,
        })
    }

    /// Returns the folder for what is pulled: the one that was named, else the user's own.
    ///
    /// # Errors
    /// [`Failure`] when there is none.
    pub fn pulled_place(&self) -> Result<PathBuf, Failure> {
        Ok(load::pulled_place(self.folder.as_deref())?)
    }
}

/// Which model writes down what is said.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct SttFlag {
    /// Write down what is said with this model, such as small.en-q8_0, or with the server with OpenAI's interface at this
    /// address, for which the model here stands in where it fails; HOTSEAT_STT names one for always
    #[arg(long, value_name = "NAME|URL")]
    stt: Option<String>,
}

impl SttFlag {
    /// Returns the file of the model: the one that was named, else that of `HOTSEAT_STT`, else the one that comes with
    /// Hotseat, which also stands in for a server. It is there; whether it is whole is seen when it is loaded.
    ///
    /// # Errors
    /// [`Failure`] when there is no such model, or when it was not pulled.
    pub fn file(&self, weights: &Weights) -> Result<String, Failure> {
        match self.named() {
            Some(name) if !is_address(&name) => file_of(&name, weights),
            _ => Ok(WHISPER.into()),
        }
    }

    /// Returns the address of the server that is named instead of a model, if one is.
    #[must_use]
    pub fn server(&self) -> Option<String> {
        self.named().filter(|name| is_address(name))
    }

    fn named(&self) -> Option<String> {
        self.stt.clone().or_else(load::speech_model)
    }

    /// Returns whether a model or a server was named on the command line.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.stt.is_some()
    }
}

fn is_address(name: &str) -> bool {
    name.contains("://")
}

fn file_of(name: &str, weights: &Weights) -> Result<String, Failure> {
    let entry = weights.speech_model(name)?;
    if weights.has(&entry.file) {
        return Ok(entry.file.clone());
    }
    Err(problem(entry, &weights.place(entry), &Condition::Missing).into())
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
    /// Fetch a model that does not come with Hotseat
    Pull(PullArgs),
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
    name: &'a str,
    #[serde(flatten)]
    entry: &'a Entry,
    shipped: bool,
    present: bool,
    /// Bytes that an unfinished pull left.
    #[serde(skip_serializing_if = "Option::is_none")]
    begun: Option<u64>,
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
        Command::Pull(arguments) => pull::run(arguments, ui),
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
    let width = lines.iter().map(|line| line.name.len()).max().unwrap_or(0);
    ui.status(&format!("Weights in {}:", weights.folder().display()));
    for Line { name, entry, shipped, present, begun, .. } in lines {
        let state = match (present, shipped, begun) {
            (true, _, _) => "here".into(),
            (false, true, _) => "MISSING".into(),
            (false, false, Some(begun)) => format!("{} %", begun.saturating_mul(100) / entry.bytes.max(1)),
            (false, false, None) => "not here".into(),
        };
        let size = format!("{:.1} MB", entry.bytes as f64 / 1e6);
        ui.data(&format!("{state:8} {name:width$} {size:>10}  {:12}  {}", entry.license, entry.what));
    }
    ui.status("`hotseat models pull NAME` fetches what does not come with Hotseat; `practice --stt NAME` uses it.");
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
        Some(problem(self.entry, &weights.place(self.entry), condition).into())
    }
}

fn lines(weights: &Weights, condition: impl Fn(&Entry) -> Option<Condition>) -> Vec<Line<'_>> {
    let line = |entry| {
        let (shipped, present) = (Entry::is_shipped(entry), weights.has(&entry.file));
        let part = Part::place(&weights.place(entry)).metadata().ok().filter(|_| !shipped);
        let begun = part.map(|part| part.len()).filter(|_| !present);
        Line { name: entry.name(), entry, shipped, present, begun, condition: condition(entry) }
    };
    weights.catalogue().entries().iter().map(line).collect()
}
