//! `hotseat sessions`: what was kept.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;
use crate::config::load::folders;
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
