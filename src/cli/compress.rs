//! `hotseat compress`: recordings at half their size, without loss.

use clap::Args;
use serde::Serialize;

use crate::audio::AudioError;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;
use crate::config::load::folders;
use crate::engine::compressing::{Compressed, compress};
use crate::engine::waveforms;
use crate::session::store::{Kept, Standing, Store, StoreError};

/// Keep recordings as FLAC, at half their size and without loss
#[derive(Debug, Args)]
pub struct CompressArgs {
    /// The session: its name, the beginning of it, or `last`
    #[arg(value_name = "ID", required_unless_present = "all", conflicts_with = "all")]
    id: Option<String>,
    /// All sessions that are over
    #[arg(long)]
    all: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
}

/// What became of a session.
#[derive(Debug, Serialize)]
struct Row {
    session: String,
    recordings: usize,
    bytes_before: u64,
    bytes_after: u64,
    /// Why its recordings stay as they are.
    left: Option<String>,
}

/// Makes the recordings of one session or of all smaller.
///
/// # Errors
/// [`Failure`] when there is no such session, it is not over, or a recording cannot be read or written.
pub fn run(arguments: &CompressArgs, ui: &mut Ui) -> Outcome {
    let store = Store::new(&folders()?.data);
    let mut rows = Vec::new();
    match &arguments.id {
        Some(id) => rows.push(row(&store, store.resolve(id)?)?),
        None => {
            for id in store.ids()? {
                // What is wrong with one session is told, and is no reason to leave the others.
                let left = |failure: Failure| Row { left: Some(failure.message), ..Row::nothing(id.clone()) };
                rows.push(row(&store, id.clone()).unwrap_or_else(left));
            }
        }
    }
    if arguments.json {
        ui.json(&rows);
        return Ok(());
    }
    for row in &rows {
        match &row.left {
            Some(why) => ui.warning(why),
            None => ui.data(&told(&row.session, row.recordings, row.bytes_before, row.bytes_after)),
        }
    }
    Ok(())
}

/// Makes the recordings of a session that just ended smaller, and says so. It is no failure of the interview if that cannot be done.
pub fn after(kept: &Kept, ui: &mut Ui) {
    match compress(kept) {
        Ok(Compressed { recordings, sizes }) => {
            ui.status(&told(&kept.session().opened.id, recordings, sizes.before, sizes.after));
        }
        Err(error) => ui.warning(&format!("{error}; {}", error.hint)),
    }
}

impl Row {
    fn nothing(session: String) -> Self {
        Self { session, recordings: 0, bytes_before: 0, bytes_after: 0, left: None }
    }
}

fn row(store: &Store, id: String) -> Result<Row, Failure> {
    let (_, standing) = store.read(&id)?;
    if standing == Standing::Interrupted {
        return Err(Failure::new(format!("`{id}` broke off, and may still go on"))
            .hint("recordings are made smaller once an interview is over"));
    }
    let kept: Kept = store.reopen(&id).map_err(|error: StoreError| Failure::from(error))?;
    let Compressed { recordings, sizes } = compress(&kept).map_err(|error: AudioError| Failure::from(error))?;
    drop(waveforms::of(kept.folder(), kept.session()));
    Ok(Row { recordings, bytes_before: sizes.before, bytes_after: sizes.after, ..Row::nothing(id) })
}

fn told(session: &str, recordings: usize, before: u64, after: u64) -> String {
    if recordings == 0 {
        return format!("{session}: no recording is left to make smaller");
    }
    let share = after as f64 * 100.0 / before.max(1) as f64;
    let counted = if recordings == 1 { "1 recording".into() } else { format!("{recordings} recordings") };
    format!("{session}: {counted}, {} before and {} after ({share:.0} %)", size(before), size(after))
}

/// Returns a number of bytes as a reader says it.
pub(super) fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
