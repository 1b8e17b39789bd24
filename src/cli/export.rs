//! `hotseat export`: a session in another form.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::compress::size;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::config::load::folders;
use crate::engine::measuring::measure;
use crate::engine::{handing_over, wiring};
use crate::review::export::timeline::{self, Recorded};
use crate::review::export::{csv, html, schema, srt, vtt};
use crate::review::markdown;
use crate::review::report::Report;
use crate::session::store::Store;
use crate::session::{Session, recordings};

/// Write a session in another form
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// The session: its name, the beginning of it, or `last`
    #[arg(value_name = "ID", required_unless_present = "schema")]
    id: Option<String>,
    /// The form
    #[arg(long, value_enum, default_value_t = Format::Md)]
    format: Format,
    /// Write to this file, or into this folder, not to stdout. With a folder, vtt and srt become a file for each recording
    #[arg(short, long, value_name = "FILE|FOLDER")]
    output: Option<PathBuf>,
    /// Leave the recordings out of the zip file
    #[arg(long)]
    no_audio: bool,
    /// Put the recordings into the html page, so that they can be played in it
    #[arg(long, conflicts_with = "no_audio")]
    audio: bool,
    /// Write the subtitles of this recording alone, from its own beginning
    #[arg(long, value_name = "NAME")]
    recording: Option<String>,
    /// Write the schema of the json form to stdout
    #[arg(long)]
    schema: bool,
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
    /// One page that needs no network and nothing beside it
    Html,
    /// Everything as one JSON document
    Json,
    /// Subtitles for the web, the words in step
    Vtt,
    /// Subtitles for any player
    Srt,
    /// A row for each answer, for a spreadsheet
    Csv,
    /// The whole session for a coach or another computer; `hotseat import` reads it
    Zip,
}

impl Format {
    fn ending(self) -> &'static str {
        match self {
            Self::Md => "md",
            Self::Html => "html",
            Self::Json => "json",
            Self::Vtt => "vtt",
            Self::Srt => "srt",
            Self::Csv => "csv",
            Self::Zip => "zip",
        }
    }
}

/// A session about to be written.
struct Leaving {
    folder: PathBuf,
    session: Session,
    report: Report,
}

/// Writes a session in another form.
///
/// # Errors
/// [`Failure`] when there is no such session, it has nothing of that form, or the file cannot be written.
pub fn run(arguments: &ExportArgs, ui: &mut Ui) -> Outcome {
    let Some(id) = arguments.id.as_ref().filter(|_| !arguments.schema) else {
        ui.data(schema::report().trim_end());
        return Ok(());
    };
    let store = Store::new(&folders()?.data);
    let id = store.resolve(id)?;
    let (mut session, _) = store.read(&id)?;
    let folder = store.folder(&id);
    if arguments.measure {
        measure_missing(&mut session, &folder, arguments, ui)?;
    }
    let report = Report::beside(&session, &store.before(&session));
    let leaving = Leaving { folder, session, report };
    if arguments.format == Format::Zip {
        return zip(&leaving, arguments, ui);
    }
    let into_folder = arguments.output.as_ref().filter(|path| is_folder(path));
    if let (Format::Vtt | Format::Srt, Some(folder)) = (arguments.format, into_folder) {
        return subtitles_beside(&leaving.session, folder, arguments.format, ui);
    }
    let text = text(&leaving, arguments, ui)?;
    let Some(path) = file(&leaving, arguments)? else {
        ui.data(text.trim_end());
        return Ok(());
    };
    let bytes = write(&path, |mut out| out.write_all(text.as_bytes()).map(|()| out))?;
    tell(&path, bytes, ui);
    Ok(())
}

fn tell(path: &Path, bytes: u64, ui: &mut Ui) {
    ui.status(&format!("Written to {} ({}).", path.display(), size(bytes)));
}

fn is_folder(path: &Path) -> bool {
    path.is_dir() || path.as_os_str().to_string_lossy().ends_with(['/', '\\'])
}

/// Returns the file that is written, named for the session where only a folder was given.
fn file(leaving: &Leaving, arguments: &ExportArgs) -> Result<Option<PathBuf>, Failure> {
    let Some(output) = &arguments.output else { return Ok(None) };
    if !is_folder(output) {
        return Ok(Some(output.clone()));
    }
    make(output)?;
    Ok(Some(output.join(format!("{}.{}", leaving.session.opened.id, arguments.format.ending()))))
}

fn make(folder: &Path) -> Outcome {
    fs::create_dir_all(folder).map_err(|error| unwritten(folder, &error))
}

fn text(leaving: &Leaving, arguments: &ExportArgs, ui: &mut Ui) -> Result<String, Failure> {
    let Leaving { folder, session, report } = leaving;
    Ok(match arguments.format {
        Format::Html if arguments.audio => {
            let (carried, wrong) = handing_over::carried(folder, session);
            for why in wrong {
                ui.warning(&why);
            }
            html::page(session, report, &carried)
        }
        Format::Html => html::page(session, report, &BTreeMap::new()),
        Format::Json => serde_json::to_string_pretty(report).map_err(|error| Failure::new(error.to_string()))?,
        Format::Csv => csv::write(report),
        Format::Vtt | Format::Srt => subtitles(&recorded(session, arguments.recording.as_deref())?, arguments.format),
        Format::Md | Format::Zip => markdown::report(report),
    })
}

fn subtitles(recorded: &[Recorded<'_>], format: Format) -> String {
    if format == Format::Srt { srt::write(recorded) } else { vtt::write(recorded) }
}

/// Returns the recordings that subtitles are for: the one that was named, or all.
fn recorded<'s>(session: &'s Session, name: Option<&str>) -> Result<Vec<Recorded<'s>>, Failure> {
    let all = timeline::recordings(session);
    if all.is_empty() {
        let hint = "`--format md` writes what was said";
        return Err(Failure::new(format!(
            "`{}` has no recordings, so there is nothing to put subtitles to",
            session.opened.id
        ))
        .hint(hint));
    }
    let Some(name) = name else { return Ok(all) };
    let names: Vec<&str> = all.iter().map(|one| one.name).collect();
    let one = timeline::recording(session, name).ok_or_else(|| {
        Failure::new(format!("there is no recording `{name}`")).hint(format!("there are `{}`", names.join("`, `")))
    })?;
    Ok(vec![one])
}

/// Writes the subtitles of each recording into a folder, under the recording's name.
fn subtitles_beside(session: &Session, folder: &Path, format: Format, ui: &mut Ui) -> Outcome {
    make(folder)?;
    let all = recorded(session, None)?;
    for one in &all {
        let alone: Vec<Recorded<'_>> = timeline::recording(session, one.name).into_iter().collect();
        let text = subtitles(&alone, format);
        let path = folder.join(one.name).with_extension(format.ending());
        write(&path, |mut out| out.write_all(text.as_bytes()).map(|()| out))?;
    }
    ui.status(&format!("Written to {}, a file for each of {} recordings.", folder.display(), all.len()));
    Ok(())
}

fn zip(leaving: &Leaving, arguments: &ExportArgs, ui: &mut Ui) -> Outcome {
    let default = PathBuf::from(format!("{}.zip", leaving.session.opened.id));
    let path = file(leaving, arguments)?.unwrap_or(default);
    let bytes = write(&path, |out| {
        handing_over::write_zip(&leaving.folder, &leaving.session, &leaving.report, !arguments.no_audio, out)
    })?;
    tell(&path, bytes, ui);
    Ok(())
}

/// What is written to, beside the file that it becomes.
type Draft = BufWriter<tempfile::NamedTempFile>;

/// Writes a file whole or not at all: beside it first, and under its name once everything is on the disk. Returns its bytes.
fn write(path: &Path, content: impl FnOnce(Draft) -> io::Result<Draft>) -> Result<u64, Failure> {
    let folder = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = || -> io::Result<u64> {
        let beside = tempfile::Builder::new().prefix(".hotseat-").tempfile_in(folder)?;
        let draft = content(BufWriter::new(beside))?;
        let draft = draft.into_inner().map_err(io::IntoInnerError::into_error)?;
        draft.as_file().sync_all()?;
        let bytes = draft.as_file().metadata()?.len();
        draft.persist(path).map_err(|error| error.error)?;
        Ok(bytes)
    };
    written().map_err(|error| unwritten(path, &error))
}

fn unwritten(path: &Path, error: &io::Error) -> Failure {
    let (why, hint) = match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => (
            "the disk is full".to_owned(),
            "make room on the disk, or choose another with `-o`; nothing half-written is left",
        ),
        io::ErrorKind::NotFound => {
            ("there is no such folder".to_owned(), "make the folder, or choose another with `-o`")
        }
        io::ErrorKind::PermissionDenied => ("it is not allowed".to_owned(), "choose another file with `-o`"),
        _ => (error.to_string(), "choose another file with `-o`"),
    };
    Failure::new(format!("`{}` cannot be written: {why}", path.display())).hint(hint)
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
        let Some(recording) = recordings::find(folder, &take.recording).filter(|_| !words.is_empty()) else { continue };
        match wiring::read(&recording) {
            Ok(samples) => take.sound = Some(measure(&samples, words, &mut means, &|| false)),
            Err(why) => ui.warning(&format!("{}: {why}", take.recording)),
        }
    }
    Ok(())
}
