//! `hotseat sessions` and `hotseat export`: what was kept.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::config::load::folders;
use crate::engine::measuring::measure;
use crate::engine::wiring;
use crate::review::markdown;
use crate::review::report::Report;
use crate::session::Session;
use crate::session::store::{Standing, Store, StoreError};

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let hint = error.hint();
        Self::new(error.to_string()).hint(hint)
    }
}

/// List what was kept
#[derive(Debug, Args)]
pub struct SessionsArgs {
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
}

/// Write a session in another form
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The session: its name, the beginning of it, or `last`
    #[arg(value_name = "ID")]
    id: String,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Md)]
    format: Format,
    /// Write to this file, not to stdout
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Measure the delivery from the recordings where that was not done yet
    #[arg(long)]
    measure: bool,
    #[command(flatten)]
    models: ModelsFlag,
}

/// Forms of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// The report as Markdown
    Md,
    /// Everything as one JSON document
    Json,
}

#[derive(Debug, Serialize)]
struct Listed {
    id: String,
    started: jiff::Timestamp,
    bank: String,
    standing: Standing,
    questions: usize,
    answered: usize,
    coverage: Option<f32>,
    folder: PathBuf,
}

#[derive(Debug, Serialize)]
struct Listing {
    sessions: Vec<Listed>,
    unreadable: Vec<String>,
}

/// Lists the sessions, the newest first.
///
/// # Errors
/// [`Failure`] when the folder of the sessions cannot be read. A damaged session is named and passed over.
pub fn list(arguments: &SessionsArgs, ui: &mut Ui) -> Outcome {
    let store = Store::new(&folders()?.data);
    let mut listing = Listing { sessions: Vec::new(), unreadable: Vec::new() };
    for id in store.ids()? {
        match store.read(&id) {
            Ok((session, standing)) => listing.sessions.push(listed(&store, id, &session, standing)),
            Err(error) => listing.unreadable.push(error.to_string()),
        }
    }
    if arguments.json {
        ui.json(&listing);
        return Ok(());
    }
    for one in &listing.sessions {
        let coverage = one.coverage.map_or_else(|| "   –".into(), |coverage| format!("{:3.0} %", coverage * 100.0));
        let standing = format!("{:?}", one.standing).to_lowercase();
        ui.data(&format!(
            "{}  {standing:<11}  {} of {} answered  coverage {coverage}",
            one.id, one.answered, one.questions
        ));
    }
    for why in &listing.unreadable {
        ui.warning(why);
    }
    if listing.sessions.is_empty() && listing.unreadable.is_empty() {
        ui.status("Nothing is kept yet. `hotseat practice` begins an interview.");
    }
    Ok(())
}

fn listed(store: &Store, id: String, session: &Session, standing: Standing) -> Listed {
    let coverages: Vec<f32> = session.assessments.values().map(|assessment| assessment.coverage).collect();
    Listed {
        folder: store.folder(&id),
        id,
        started: session.opened.started,
        bank: session.opened.plan.bank.id.to_string(),
        standing,
        questions: session.opened.plan.questions.len(),
        answered: session.assessments.len(),
        coverage: (!coverages.is_empty()).then(|| coverages.iter().sum::<f32>() / coverages.len() as f32),
    }
}

/// Writes a session in another form.
///
/// # Errors
/// [`Failure`] when there is no such session, or the file cannot be written.
pub fn export(arguments: &ExportArgs, ui: &mut Ui) -> Outcome {
    let store = Store::new(&folders()?.data);
    let id = store.resolve(&arguments.id)?;
    let (mut session, _) = store.read(&id)?;
    if arguments.measure {
        measure_missing(&mut session, &store.folder(&id), arguments, ui)?;
    }
    let report = Report::beside(&session, &store.before(&session));
    let text = match arguments.format {
        Format::Md => markdown::report(&report),
        Format::Json => serde_json::to_string_pretty(&report).map_err(|error| Failure::new(error.to_string()))?,
    };
    let Some(path) = &arguments.output else {
        ui.data(text.trim_end());
        return Ok(());
    };
    std::fs::write(path, text).map_err(|error| {
        Failure::new(format!("`{}` cannot be written: {error}", path.display())).hint("choose another file with `-o`")
    })?;
    ui.status(&format!("Written to {}.", path.display()));
    Ok(())
}

/// Measures the answers whose sound was not measured, as far as their recordings are there. The journal stays as it is.
fn measure_missing(session: &mut Session, folder: &Path, arguments: &ExportArgs, ui: &mut Ui) -> Outcome {
    let weights = arguments.models.weights()?;
    let mut means = wiring::means(&weights)
        .map_err(|error| Failure::new(error.to_string()).hint("`hotseat models verify` checks the weights"))?;
    let takes = session.exchanges.iter_mut().flat_map(|exchange| &mut exchange.takes);
    for take in takes.filter(|take| take.sound.is_none()) {
        let words = take.transcript.as_ref().map_or(&[][..], |transcript| &transcript.words);
        // Typed answers have no recording.
        let recording = folder.join(&take.recording);
        if words.is_empty() || !recording.is_file() {
            continue;
        }
        match wiring::read(&recording) {
            Ok(samples) => take.sound = Some(measure(&samples, words, &mut means, &|| false)),
            Err(why) => ui.warning(&format!("{}: {why}", take.recording)),
        }
    }
    Ok(())
}
