//! `hotseat sessions`: what was kept.

use std::path::PathBuf;

use clap::Args;
use jiff::civil::Date;
use serde::Serialize;

use crate::cli::failure::{Failure, Outcome};
use crate::cli::kept;
use crate::cli::ui::Ui;
use crate::clock;
use crate::config::load::folders;
use crate::session::digest::{Hit, Listed, Whose};
use crate::session::filter::Filter;
use crate::session::snippet::Piece;
use crate::session::store::{Store, StoreError, Unreadable};

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let hint = error.hint();
        Self::new(error.to_string()).hint(hint)
    }
}

/// List what was kept
#[derive(Debug, Args)]
pub struct SessionsArgs {
    /// Only of this bank
    #[arg(long, value_name = "BANK")]
    bank: Option<String>,
    /// Only for this role: a part of the bank's title
    #[arg(long, value_name = "TEXT")]
    role: Option<String>,
    /// Only from this day on, such as 2026-11-23
    #[arg(long, value_name = "DATE", value_parser = day)]
    since: Option<Date>,
    /// Only up to this day
    #[arg(long, value_name = "DATE", value_parser = day)]
    until: Option<Date>,
    /// Only where all of these words were said, asked or remarked, and show where
    #[arg(long, value_name = "WORDS")]
    text: Option<String>,
    /// Only under this pressure
    #[arg(long, value_name = "NAME")]
    pressure: Option<String>,
    /// Only so many, the newest
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
    /// Make the index anew from the sessions' folders
    #[arg(long)]
    reindex: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Serialize)]
struct Row {
    #[serde(flatten)]
    listed: Listed,
    folder: PathBuf,
}

#[derive(Debug, Serialize)]
struct Listing {
    sessions: Vec<Row>,
    unreadable: Vec<Unreadable>,
}

/// Lists the sessions that are wanted, the newest first.
///
/// # Errors
/// [`Failure`] when the folder of the sessions cannot be read, or no session can be wanted. What cannot be listed is named and passed
/// over.
pub fn list(arguments: &SessionsArgs, ui: &mut Ui) -> Outcome {
    let filter = arguments.filter()?;
    let data = folders()?.data;
    let mut index = if arguments.reindex { kept::index_made_anew(&data, ui)? } else { kept::index(&data, ui)? };
    let sessions = index.sessions(&filter)?;
    let unreadable = index.unreadable()?;
    if arguments.json {
        let store = Store::new(&data);
        let row = |listed: Listed| Row { folder: store.folder(&listed.id), listed };
        ui.json(&Listing { sessions: sessions.into_iter().map(row).collect(), unreadable });
        return Ok(());
    }
    show(&sessions, ui);
    for one in &unreadable {
        ui.warning(&format!("{}; {}", one.why, one.advice));
    }
    if sessions.is_empty() {
        ui.status(&nothing(&filter, &index.sessions(&Filter::default())?));
    }
    Ok(())
}

impl SessionsArgs {
    fn filter(&self) -> Result<Filter, Failure> {
        if let (Some(since), Some(until)) = (self.since, self.until)
            && since > until
        {
            return Err(
                Failure::new(format!("`--since {since}` lies after `--until {until}`")).hint("exchange the two days")
            );
        }
        // The last day is meant as a whole.
        let next_day = |day: Date| day.tomorrow().map_or(jiff::Timestamp::MAX, clock::day_begins);
        Ok(Filter {
            bank: self.bank.clone(),
            role: self.role.clone(),
            since: self.since.map(clock::day_begins),
            until: self.until.map(next_day),
            text: self.text.clone(),
            pressure: self.pressure.clone(),
            standing: None,
            limit: self.limit,
        })
    }
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "it is a day such as 2026-11-23".into())
}

/// Writes a line a session, its columns below each other, and what was found below it.
fn show(sessions: &[Listed], ui: &mut Ui) {
    let widest = |of: fn(&Listed) -> String| sessions.iter().map(|one| of(one).chars().count()).max().unwrap_or(0);
    let (title, pressure) = (widest(|one| one.title.clone()), widest(|one| one.pressure.clone()));
    let answered = widest(of_answered);
    for one in sessions {
        let coverage = one.coverage.map_or_else(|| "–".into(), |coverage| format!("{:.0} %", coverage * 100.0));
        ui.data(&format!(
            "{}  {:<title$}  {:<pressure$}  {:<answered$}  {coverage:>5}  {:<11}  {}",
            clock::local_minute(one.started),
            one.title,
            one.pressure,
            of_answered(one),
            format!("{:?}", one.standing).to_lowercase(),
            one.id,
        ));
        if let Some(hit) = &one.hit {
            ui.data(&format!("    {}", found(hit)));
        }
    }
}

/// Returns how many questions of a session were answered, in words.
pub(crate) fn of_answered(listed: &Listed) -> String {
    format!("{} of {} answered", listed.answered, listed.questions)
}

/// Returns where the words stand that were searched for, these in brackets.
fn found(hit: &Hit) -> String {
    let whose = match hit.whose {
        Whose::Asked => "asked",
        Whose::Said => "said",
        Whose::Remark => "remark",
    };
    let piece = |piece: &Piece| if piece.sought { format!("[{}]", piece.text) } else { piece.text.clone() };
    let snippet: String = hit.snippet.iter().map(piece).collect();
    let question = hit.question.as_ref().map_or_else(String::new, |question| format!("{question}, "));
    format!("{question}{whose}: {snippet}")
}

/// Says why nothing is listed, and of what there is something.
fn nothing(filter: &Filter, all: &[Listed]) -> String {
    if all.is_empty() {
        return "Nothing is kept yet. `hotseat practice` begins an interview.".into();
    }
    let others = |what: &str, wanted: &Option<String>, of: fn(&Listed) -> &str| {
        let wanted = wanted.as_ref().filter(|wanted| !all.iter().any(|one| of(one) == **wanted))?;
        let mut there: Vec<&str> = all.iter().map(of).collect();
        there.sort_unstable();
        there.dedup();
        Some(format!("No session {what} `{wanted}` is kept; there are some {what} `{}`.", there.join("`, `")))
    };
    let by_bank = others("of the bank", &filter.bank, |one| &one.bank);
    by_bank
        .or_else(|| others("under the pressure", &filter.pressure, |one| &one.pressure))
        .unwrap_or_else(|| format!("None of {} kept sessions is like that.", all.len()))
}
