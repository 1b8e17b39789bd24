//! `hotseat bank check`: errors, and what a careful reader would mend.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::bank::check::{Grade, Senses, Warning, check};
use crate::cli::bank::{counted, text};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::engine::wiring;
use crate::job::Related;
use crate::net::meaning::Meaning;
use crate::tts::lexicon::Lexicon;

/// Check bank files
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// The files
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Fail on warnings as well; notes never fail
    #[arg(long)]
    strict: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    models: ModelsFlag,
}

#[derive(Debug, Serialize)]
struct Checked {
    file: PathBuf,
    questions: usize,
    errors: Vec<String>,
    warnings: Vec<Warning>,
}

impl Checked {
    fn count(&self, grade: Grade) -> usize {
        self.warnings.iter().filter(|warning| warning.grade == grade).count()
    }

    fn summary(&self) -> String {
        let (file, questions) = (self.file.display(), counted(self.questions, "question"));
        match (self.count(Grade::Warning), self.count(Grade::Note)) {
            (0, 0) => format!("{file}: {questions}, nothing wrong"),
            (0, notes) => format!("{file}: {questions}, nothing wrong, {}", counted(notes, "note")),
            (warnings, notes) => {
                format!("{file}: {questions}, {}, {}", counted(warnings, "warning"), counted(notes, "note"))
            }
        }
    }
}

/// The voice's list of terms, and the model of meaning where it is at hand.
pub(super) struct Equipped {
    terms: Lexicon,
    meaning: Option<Meaning>,
}

impl Equipped {
    pub(super) fn new(models: &ModelsFlag, ui: &mut Ui) -> Self {
        let meaning = models.weights().and_then(|weights| Ok(wiring::meaning(&weights)?));
        if meaning.is_err() {
            ui.status("The model of meaning is not at hand, so texts are compared by their words alone.");
        }
        Self { terms: wiring::pronunciations().0, meaning: meaning.ok() }
    }
}

impl Senses for Equipped {
    fn voice_knows(&self, term: &str) -> bool {
        self.terms.own(term).is_some()
    }

    fn relatedness(&mut self, one: &str, other: &str) -> Option<f32> {
        self.meaning.as_mut()?.relatedness(one, &[other.to_owned()]).ok()?.first().copied()
    }
}

pub(super) fn run(arguments: &CheckArgs, ui: &mut Ui) -> Outcome {
    let mut senses = Equipped::new(&arguments.models, ui);
    let checked: Vec<Checked> = arguments.files.iter().map(|file| checked(file, &mut senses)).collect();
    if arguments.json {
        ui.json(&checked);
    }
    for one in checked.iter().filter(|_| !arguments.json) {
        for line in one.errors.iter().cloned().chain(one.warnings.iter().map(ToString::to_string)) {
            ui.data(&line);
        }
        if one.errors.is_empty() {
            ui.data(&one.summary());
        }
    }
    outcome(&checked, arguments.strict)
}

fn checked(file: &Path, senses: &mut Equipped) -> Checked {
    let shown = file.display().to_string();
    let outcome = text(file).map_err(|failure| vec![failure.message]).and_then(|text| {
        check(&text, &shown, senses).map_err(|errors| errors.iter().map(ToString::to_string).collect())
    });
    let (questions, errors, warnings) = match outcome {
        Ok((bank, warnings)) => (bank.questions.len(), Vec::new(), warnings),
        Err(errors) => (0, errors, Vec::new()),
    };
    Checked { file: file.to_path_buf(), questions, errors, warnings }
}

fn outcome(checked: &[Checked], strict: bool) -> Outcome {
    let broken = checked.iter().filter(|one| !one.errors.is_empty()).count();
    let warnings: usize = checked.iter().map(|one| one.count(Grade::Warning)).sum();
    match (broken, checked.len()) {
        (0, _) if strict && warnings > 0 => {
            Err(Failure::new(format!("the check found {}", counted(warnings, "warning")))
                .hint("without `--strict` only errors count"))
        }
        (0, _) => Ok(()),
        (_, 1) => Err(Failure::new("the bank is broken")),
        (_, all) => Err(Failure::new(format!("{broken} of {all} banks are broken"))),
    }
}
