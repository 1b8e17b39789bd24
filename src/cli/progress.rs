//! `hotseat progress`: what became of one's answers over weeks.

mod shown;

use clap::Args;
use jiff::civil::Date;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::kept;
use crate::cli::ui::Ui;
use crate::clock;
use crate::config::load::folders;
use crate::ids::BankId;
use crate::review::progress::{Calendar, Progress, Scope};
use crate::session::outcome;

/// Widest text, in characters.
const WIDEST: usize = 80;

/// Show what became of your answers over weeks
#[derive(Debug, Args)]
pub struct ProgressArgs {
    /// Only this bank
    #[arg(long, value_name = "BANK")]
    bank: Option<String>,
    /// Only answers from this day on, such as 2026-11-01; what is due is told from all of them
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<Date>,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "it is a day such as 2026-11-01".into())
}

/// Shows what became of the answers that are kept.
///
/// # Errors
/// [`Failure`] when the sessions cannot be read, and for a bank that was never practised. A damaged session is counted and passed over.
pub fn run(arguments: &ProgressArgs, ui: &mut Ui) -> Outcome {
    let outcomes = kept_outcomes(ui)?;
    let bank = arguments.bank.as_deref().map(|name| practised(name, &outcomes)).transpose()?;
    let calendar = Calendar { today: clock::local_date(clock::date()), zone: clock::zone() };
    let progress = Progress::of(&outcomes, Scope { bank, since: arguments.since }, &calendar);
    if arguments.json {
        ui.json(&progress);
        return Ok(());
    }
    if progress.answers == 0 {
        ui.status(nothing(&progress));
    }
    for line in shown::lines(&progress, ui.width().min(WIDEST)) {
        ui.data(&line);
    }
    Ok(())
}

/// Returns what came of every question that was ever answered.
fn kept_outcomes(ui: &mut Ui) -> Result<Vec<outcome::Outcome>, Failure> {
    let mut index = kept::index(&folders()?.data, ui)?;
    let unreadable = index.unreadable()?.len();
    if unreadable > 0 {
        ui.warning(&format!(
            "Sessions that cannot be read and are left out: {unreadable}. `hotseat sessions` names them."
        ));
    }
    Ok(index.outcomes(None)?)
}

/// Returns the bank of that name, if a question of it was ever answered.
fn practised(name: &str, outcomes: &[outcome::Outcome]) -> Result<BankId, Failure> {
    if let Some(outcome) = outcomes.iter().find(|one| one.is_own() && one.bank.as_str() == name) {
        return Ok(outcome.bank.clone());
    }
    let mut names: Vec<String> =
        outcomes.iter().filter(|one| one.is_own()).map(|one| format!("`{}`", one.bank)).collect();
    names.sort();
    names.dedup();
    let hint = match names.as_slice() {
        [] => format!("`hotseat practice --bank {name}` begins with it"),
        names => format!("you answered questions of {}", names.join(", ")),
    };
    Err(Failure::new(format!("no answer to a question of `{name}` is kept")).hint(hint))
}

fn nothing(progress: &Progress<'_>) -> &'static str {
    match (progress.weeks.last, progress.simulated) {
        (Some(_), _) => "No answer is kept from that day on. Without `--since` all are told.",
        (None, 0) => "No answer is kept yet. `hotseat practice` begins an interview.",
        (None, _) => "Only answers of simulated candidates are kept, which are not yours. `hotseat practice` begins.",
    }
}
