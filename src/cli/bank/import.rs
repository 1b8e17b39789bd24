//! `hotseat bank import`: makes a bank of an article, a table or a deck of cards, and tells what it did not understand. A language model
//! may fill what the file leaves open.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::bank::import::{Counts, Filler, Format, ImportError, Imported, LARGEST_FILE, LeftOut, Wanted, import_with};
use crate::cli::bank::counted;
use crate::cli::bank::writing::{free, write};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::language::LanguageFlags;
use crate::cli::ui::Ui;
use crate::ids::BankId;
use crate::language::LanguageModel;
use crate::language::drafting::LanguageFiller;

/// Most things left out that are told one by one.
const MOST_TOLD: usize = 40;

/// Make a bank of an article, a table or a deck of cards
#[derive(Debug, Args)]
pub(super) struct ImportArgs {
    /// The file: text, Markdown, HTML, CSV, Anki's export as text, or YAML; `-` is standard input
    file: PathBuf,
    /// Write the bank to this file, which must not exist yet; standard output if none is named
    #[arg(short, long, value_name = "BANK.toml")]
    output: Option<PathBuf>,
    /// Write over the file where it exists
    #[arg(long, requires = "output")]
    force: bool,
    /// How to read the file: text, markdown, html, csv, anki or yaml. Told by its name and content if not given
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// The bank's id, such as `ward-nurse`
    #[arg(long, value_name = "ID")]
    id: Option<BankId>,
    /// The bank's title
    #[arg(long)]
    title: Option<String>,
    /// Make points of the answer's sentences even where points of assessment are listed
    #[arg(long)]
    answer_points: bool,
    /// Write what was found as one JSON document to standard output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    language: LanguageFlags,
}

/// What was done.
#[derive(Serialize)]
struct Done<'a> {
    file: String,
    output: Option<&'a Path>,
    format: Format,
    id: &'a str,
    found: Counts,
    to_review: usize,
    left_out: &'a [LeftOut],
    /// What a language model gave that could not be used, and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_filled: Option<&'a [String]>,
    /// The bank, where it was written to no file.
    bank: Option<&'a str>,
}

/// Imports a file.
///
/// # Errors
/// [`Failure`] when the file cannot be read, holds no questions, or the bank cannot be written.
pub(super) fn run(arguments: &ImportArgs, ui: &mut Ui) -> Outcome {
    let shown = arguments.file.display().to_string();
    let cannot =
        |error: &ImportError| Failure::new(format!("`{shown}` cannot be imported: {error}")).hint(error.hint());
    let name = arguments.file.file_name().map_or_else(|| shown.clone(), |name| name.to_string_lossy().into_owned());
    let bytes = read(&arguments.file)?;
    let wanted = Wanted {
        format: arguments.format,
        id: arguments.id.clone(),
        title: arguments.title.clone(),
        answer_points: arguments.answer_points,
    };
    if let Some(output) = &arguments.output {
        free(output, arguments.force)?;
    }
    let mut model = arguments.language.model(ui)?;
    let (imported, not_filled) = imported(&bytes, &name, &wanted, model.as_deref_mut(), ui);
    let imported = imported.map_err(|error| cannot(&error))?;
    if let Some(output) = &arguments.output {
        write(output, arguments.force, &imported.toml)?;
    }
    if arguments.json {
        let bank = arguments.output.is_none().then_some(imported.toml.as_str());
        ui.json(&Done {
            file: shown,
            output: arguments.output.as_deref(),
            format: imported.format,
            id: &imported.id,
            found: imported.counts,
            to_review: imported.to_review,
            left_out: &imported.left_out,
            not_filled: model.is_some().then_some(&not_filled),
            bank,
        });
        return Ok(());
    }
    if arguments.output.is_none() {
        ui.data(imported.toml.trim_end());
    }
    tell(&shown, &imported, ui);
    if let Some(model) = &model {
        tell_filled(model.name(), imported.filled, &not_filled, ui);
    }
    Ok(())
}

/// Returns what was imported, and what the model gave that cannot be used.
fn imported(
    bytes: &[u8],
    name: &str,
    wanted: &Wanted,
    model: Option<&mut (dyn LanguageModel + 'static)>,
    ui: &mut Ui,
) -> (Result<Imported, ImportError>, Vec<String>) {
    let Some(model) = model else { return (import_with(bytes, name, wanted, None), Vec::new()) };
    let mut progress = |prompt: &str| ui.progress(&format!("Filling what is left open of “{prompt}” …"));
    let mut filler = LanguageFiller::new(model, name, &mut progress);
    let imported = import_with(bytes, name, wanted, Some(&mut filler as &mut dyn Filler));
    let not_filled = filler.left_out();
    ui.clear_progress();
    (imported, not_filled)
}

/// Reads one byte more than is imported at most, so that a larger file is known without being read.
fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let cannot = |why: String| Failure::new(format!("`{}` cannot be read: {why}", path.display()));
    if path.is_dir() {
        return Err(cannot("it is a folder".into()).hint("name a file in it"));
    }
    let source: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin())
    } else {
        let file = fs::File::open(path).map_err(|error| cannot(error.to_string()).hint("check the path"))?;
        Box::new(file)
    };
    let mut bytes = Vec::new();
    let limit = LARGEST_FILE as u64 + 1;
    source.take(limit).read_to_end(&mut bytes).map_err(|error| cannot(error.to_string()).hint("check the path"))?;
    Ok(bytes)
}

fn tell(shown: &str, imported: &Imported, ui: &mut Ui) {
    let Counts { questions, points, answers, pitfalls, follow_ups } = imported.counts;
    ui.status(&format!(
        "{shown}, read as {}: {questions} questions, {points} points, {answers} answers, {pitfalls} pitfalls, {follow_ups} follow-ups",
        imported.format
    ));
    ui.status(&format!("{} guesses are marked `# review:` in the bank", imported.to_review));
    if imported.left_out.is_empty() {
        return ui.status("Nothing was left out");
    }
    ui.status("Left out:");
    for one in imported.left_out.iter().take(MOST_TOLD) {
        let lines = match (one.line, one.last_line) {
            (line, last) if line == last => format!("line {line}"),
            (line, last) => format!("lines {line}-{last}"),
        };
        ui.status(&format!("  {lines}: {} ({})", one.text, one.why.words()));
    }
    if let more @ 1.. = imported.left_out.len().saturating_sub(MOST_TOLD) {
        ui.status(&format!("  and {more} more; `--json` lists them all"));
    }
}

fn tell_filled(model: &str, filled: usize, not_filled: &[String], ui: &mut Ui) {
    let questions = counted(filled, "question");
    ui.status(&format!("{model} filled what was left open of {questions}; nobody has reviewed it, and it is marked"));
    for why in not_filled {
        ui.status(&format!("  not used: {why}"));
    }
}
