//! `hotseat bench store`: how the index, the lists and the searches fare with thousands of sessions, and how they grow.

mod page;
mod samples;

use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::cli::bench::failed;
use crate::cli::bench::machine::{Machine, machine, peak_memory_mb};
use crate::cli::bench::spread::Spread;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::ui::Ui;
use crate::clock;
use crate::engine::conduct::write_report;
use crate::review::report::Report;
use crate::session::filter::Filter;
use crate::session::index::{FILE, Index};
use crate::session::store::{Kept, Store};

use page::Page;
pub(crate) use samples::Samples;

/// Times that each thing is measured.
const TIMES: usize = 30;

/// Sessions that are added one by one to measure what a new one costs.
const NEW: usize = 10;

/// Sessions on a page.
const PAGE: usize = 50;

/// A word that stands in nearly every answer.
const COMMON: &str = "the";

/// Measure lists and searches with so many sessions
#[derive(Debug, Args)]
pub(super) struct BenchStore {
    /// How many sessions are made up
    #[arg(long, value_name = "N", default_value_t = 2_000, value_parser = clap::value_parser!(u32).range(4..=100_000))]
    sessions: u32,
    /// Keep them in this folder, to look at with `HOTSEAT_HOME`
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
}

/// All figures.
#[derive(Debug, Serialize)]
struct Figures {
    machine: Machine,
    /// With a quarter of the sessions, and with all.
    stages: Vec<Stage>,
    long: Long,
    page: Page,
    /// The most memory that the process had, in MB. Null where the system does not tell.
    peak_memory_mb: Option<f64>,
}

/// What was measured with so many sessions. Times in milliseconds, but for the first.
#[derive(Debug, Serialize)]
struct Stage {
    sessions: usize,
    journals_mb: f64,
    index_mb: f64,
    /// The first index, seconds.
    indexing_s: f64,
    indexed_per_s: f64,
    /// Opening the index, comparing and listing: what `hotseat sessions` does.
    opened_and_listed_ms: Spread,
    refresh_unchanged_ms: Spread,
    refresh_one_new_ms: Spread,
    list_all_ms: Spread,
    list_page_ms: Spread,
    common_hits: usize,
    search_common_all_ms: Spread,
    search_common_page_ms: Spread,
    rare_hits: usize,
    search_rare_ms: Spread,
    outcomes: usize,
    outcomes_ms: Spread,
}

/// One long session.
#[derive(Debug, Serialize)]
struct Long {
    minutes: f64,
    words: usize,
    journal_mb: f64,
    read_ms: Spread,
    /// Reading the sessions before it, which the report compares with.
    earlier_ms: Spread,
    report_ms: Spread,
    /// All of it, and writing the three files.
    written_ms: Spread,
}

/// Makes sessions up and measures.
///
/// # Errors
/// [`Failure`] when a bank is not there, or the folder cannot be written.
pub(super) fn run(arguments: &BenchStore, ui: &mut Ui) -> Outcome {
    let temporary = tempfile::tempdir().map_err(failed)?;
    let data = arguments.into.as_deref().unwrap_or(temporary.path());
    let store = Store::new(data);
    if !store.ids()?.is_empty() {
        return Err(Failure::new(format!("`{}` holds sessions already", data.display()))
            .hint("name a folder of its own with `--into`"));
    }
    let all = arguments.sessions as usize;
    let samples = Samples::new(all)?;
    let mut filling = Filling { store: &store, samples: &samples, kept: 0 };
    let mut stages = Vec::new();
    for sessions in [all / 4, all] {
        filling.up_to(sessions, ui)?;
        ui.progress(&format!("Measuring with {sessions} sessions"));
        stages.push(stage(data, &mut filling)?);
    }
    let kept = samples.keep_long(filling.kept, &store)?;
    let page = page::page(data, &store, &kept)?;
    let long = long(&kept, &store)?;
    ui.clear_progress();
    let figures = Figures { machine: machine(), stages, long, page, peak_memory_mb: peak_memory_mb() };
    if arguments.json {
        ui.json(&figures);
    } else {
        show(&figures, ui);
    }
    Ok(())
}

/// A folder that is being filled.
struct Filling<'s> {
    store: &'s Store,
    samples: &'s Samples,
    kept: usize,
}

impl Filling<'_> {
    fn up_to(&mut self, sessions: usize, ui: &mut Ui) -> Outcome {
        while self.kept < sessions {
            ui.progress(&format!("Making up sessions: {} of {sessions}", self.kept));
            self.one_more()?;
        }
        Ok(())
    }

    fn one_more(&mut self) -> Outcome {
        self.samples.keep(self.kept, self.store)?;
        self.kept += 1;
        Ok(())
    }
}

fn stage(data: &Path, filling: &mut Filling<'_>) -> Result<Stage, Failure> {
    let store = filling.store;
    for ending in ["", "-wal", "-shm"] {
        let _there_was_none = fs::remove_file(data.join(format!("{FILE}{ending}")));
    }
    let began = clock::now();
    drop(opened(data, store)?);
    let indexing_s = began.elapsed().as_secs_f64();
    let sessions = filling.kept;
    let page = |text: Option<&str>, limit| Filter { text: text.map(Into::into), limit, ..Filter::default() };
    let rare = filling.samples.rare_word();
    let (common_page, rare) = (page(Some(COMMON), Some(PAGE)), page(Some(&rare), None));
    let opened_and_listed_ms =
        timed(TIMES, || opened(data, store)?.sessions(&Filter::default()).map_err(Failure::from))?;
    let mut index = opened(data, store)?;
    let mut measured = |filter: &Filter| timed(TIMES, || Ok(index.sessions(filter)?));
    let list_all_ms = measured(&Filter::default())?;
    let list_page_ms = measured(&page(None, Some(PAGE)))?;
    let search_common_all_ms = measured(&page(Some(COMMON), None))?;
    let search_common_page_ms = measured(&common_page)?;
    let search_rare_ms = measured(&rare)?;
    let refresh_unchanged_ms = timed(TIMES, || Ok(index.refresh(store, &mut |_, _| {})?))?;
    Ok(Stage {
        sessions,
        journals_mb: journals_mb(store)?,
        index_mb: megabytes(&data.join(FILE)) + megabytes(&data.join(format!("{FILE}-wal"))),
        indexing_s,
        indexed_per_s: sessions as f64 / indexing_s,
        opened_and_listed_ms,
        refresh_unchanged_ms,
        list_all_ms,
        list_page_ms,
        common_hits: index.sessions(&page(Some(COMMON), None))?.len(),
        search_common_all_ms,
        search_common_page_ms,
        rare_hits: index.sessions(&rare)?.len(),
        search_rare_ms,
        outcomes: index.outcomes(None)?.len(),
        outcomes_ms: timed(TIMES, || Ok(index.outcomes(None)?))?,
        refresh_one_new_ms: {
            let mut spans = Vec::new();
            for _ in 0..NEW {
                filling.one_more()?;
                let began = clock::now();
                index.refresh(store, &mut |_, _| {})?;
                spans.push(began.elapsed().as_secs_f64() * 1_000.0);
            }
            Spread::of(&spans)
        },
    })
}

fn opened(data: &Path, store: &Store) -> Result<Index, Failure> {
    let (mut index, notice) = Index::open(data);
    let refreshed = index.refresh(store, &mut |_, _| {})?;
    match notice.or(refreshed.notice) {
        Some(notice) => Err(Failure::new(notice)),
        None => Ok(index),
    }
}

fn long(kept: &Kept, store: &Store) -> Result<Long, Failure> {
    let session = kept.session();
    let takes = || session.exchanges.iter().flat_map(|exchange| &exchange.takes);
    let earlier = store.before(session);
    Ok(Long {
        minutes: takes().filter_map(|take| take.duration_ms).sum::<u64>() as f64 / 60_000.0,
        words: takes().map(|take| take.words().len()).sum(),
        journal_mb: megabytes(&kept.folder().join("journal.jsonl")),
        read_ms: timed(TIMES, || Ok(store.read(&session.opened.id)?))?,
        earlier_ms: timed(NEW, || Ok(store.before(session)))?,
        report_ms: timed(TIMES, || Ok(Report::beside(session, &earlier)))?,
        written_ms: timed(NEW, || Ok(write_report(kept)?))?,
    })
}

/// Does something several times and returns how long it takes, milliseconds.
fn timed<T>(times: usize, mut what: impl FnMut() -> Result<T, Failure>) -> Result<Spread, Failure> {
    let mut spans = Vec::with_capacity(times);
    for _ in 0..times {
        let began = clock::now();
        let made = what()?;
        spans.push(began.elapsed().as_secs_f64() * 1_000.0);
        drop(made);
    }
    Ok(Spread::of(&spans))
}

fn journals_mb(store: &Store) -> Result<f64, Failure> {
    Ok(store.ids()?.iter().map(|id| megabytes(&store.folder(id).join("journal.jsonl"))).sum())
}

fn megabytes(file: &Path) -> f64 {
    fs::metadata(file).map_or(0.0, |about| about.len() as f64 / 1e6)
}

fn show(figures: &Figures, ui: &mut Ui) {
    ui.data(&figures.machine.to_string());
    for stage in &figures.stages {
        ui.data(&format!(
            "\n{} sessions: journals {:.0} MB, index {:.1} MB, made in {:.1} s ({:.0} sessions a second)",
            stage.sessions, stage.journals_mb, stage.index_mb, stage.indexing_s, stage.indexed_per_s
        ));
        let common = format!("a search for `{COMMON}`, {} hits, all, ms", stage.common_hits);
        let common_page = format!("the same, a page of {PAGE}, ms");
        let rare = format!("a search for a rare word, {} hits, ms", stage.rare_hits);
        let outcomes = format!("{} outcomes, ms", stage.outcomes);
        spreads(
            &[
                ("open, compare and list, ms", stage.opened_and_listed_ms),
                ("compare, nothing changed, ms", stage.refresh_unchanged_ms),
                ("compare, one new session, ms", stage.refresh_one_new_ms),
                ("list, all, ms", stage.list_all_ms),
                ("list, a page, ms", stage.list_page_ms),
                (&common, stage.search_common_all_ms),
                (&common_page, stage.search_common_page_ms),
                (&rare, stage.search_rare_ms),
                (&outcomes, stage.outcomes_ms),
            ],
            ui,
        );
    }
    let long = &figures.long;
    ui.data(&format!(
        "\na session of {:.0} minutes: {} words, journal {:.1} MB",
        long.minutes, long.words, long.journal_mb
    ));
    spreads(
        &[
            ("read, ms", long.read_ms),
            ("read the sessions before it, ms", long.earlier_ms),
            ("its report, ms", long.report_ms),
            ("all of that, and its files written, ms", long.written_ms),
        ],
        ui,
    );
    let page = &figures.page;
    ui.data(&format!(
        "\nthe page; that session's has {:.1} MB and took {:.0} ms while its outlines were made",
        page.session_mb, page.session_first_ms
    ));
    let rows = [
        ("start, and the list of all sessions, ms", page.start_ms),
        ("the list, once it runs, ms", page.list_ms),
        ("that session, ms", page.session_ms),
    ];
    spreads(&rows, ui);
    match figures.peak_memory_mb {
        Some(peak) => ui.data(&format!("\nmemory at most {peak:.0} MB")),
        None => ui.data("\nmemory: not told by this system"),
    }
}

fn spreads(rows: &[(&str, Spread)], ui: &mut Ui) {
    ui.data(&format!("{:<44} {:>8} {:>8}", "", "p50", "p95"));
    for (name, spread) in rows {
        ui.data(&format!("{name:<44} {:>8.1} {:>8.1}", spread.p50, spread.p95));
    }
}
