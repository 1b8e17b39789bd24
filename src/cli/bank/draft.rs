//! `hotseat bank draft`: a language model proposes a bank for a job description. A person has to read it.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::bank::check::{Warning, check};
use crate::cli::bank::check::Equipped;
use crate::cli::bank::counted;
use crate::cli::bank::writing::{free, write};
use crate::cli::document;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::language::LanguageFlags;
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::ids::BankId;
use crate::job::description::Description;
use crate::language::LanguageModel;
use crate::language::drafting::{DraftError, Drafted, MOST_QUESTIONS, Wanted, draft};

/// Have a language model draft a bank for a job description
#[derive(Debug, Args)]
pub(super) struct DraftArgs {
    /// The job description: text, Markdown or PDF
    #[arg(long, value_name = "FILE")]
    job: PathBuf,
    /// How many questions
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u8).range(1..=MOST_QUESTIONS as i64))]
    count: u8,
    /// Write the bank to this file, which must not exist yet; standard output if none is named
    #[arg(short, long, value_name = "BANK.toml")]
    output: Option<PathBuf>,
    /// Write over the file where it exists
    #[arg(long, requires = "output")]
    force: bool,
    /// The bank's id, such as `ward-nurse`
    #[arg(long, value_name = "ID")]
    id: Option<BankId>,
    /// The bank's title
    #[arg(long)]
    title: Option<String>,
    /// Write what was drafted as one JSON document to standard output
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    language: LanguageFlags,
    #[command(flatten)]
    models: ModelsFlag,
}

/// What was done.
#[derive(Serialize)]
struct Done<'a> {
    job: String,
    output: Option<&'a Path>,
    id: &'a str,
    model: String,
    questions: usize,
    /// What the model gave that could not be used, and why.
    left_out: &'a [String],
    /// What should be mended.
    warnings: Vec<Warning>,
    /// The bank, where it was written to no file.
    bank: Option<&'a str>,
}

/// Drafts a bank.
///
/// # Errors
/// [`Failure`] when there is no job description or no language model, when it gives nothing that can be used, or when the bank cannot be
/// written.
pub(super) fn run(arguments: &DraftArgs, ui: &mut Ui) -> Outcome {
    let shown = arguments.job.display().to_string();
    let job = document::text(&arguments.job)?;
    Description::parse(&job).map_err(|error| {
        Failure::new(format!("`{shown}` is no job description: {error}"))
            .hint("name a file with the text of the advertisement")
    })?;
    if let Some(output) = &arguments.output {
        free(output, arguments.force)?;
    }
    let mut model = arguments.language.model(ui)?.ok_or_else(|| {
        Failure::new("a bank is drafted by a language model, and none was named")
            .hint("`--llm auto` looks for one on this computer, `--llm URL` names its server")
            .hint("`hotseat bank new ROLE` writes a bank to begin with, without a model")
    })?;
    let drafted = drafted(arguments, &job, model.as_mut(), ui)?;
    ui.clear_progress();
    if let Some(output) = &arguments.output {
        write(output, arguments.force, &drafted.toml)?;
    }
    let file = arguments.output.as_ref().map_or_else(|| "the draft".to_owned(), |output| output.display().to_string());
    let mut senses = Equipped::new(&arguments.models, ui);
    let warnings = check(&drafted.toml, &file, &mut senses).map_or_else(|_| Vec::new(), |(_, warnings)| warnings);
    if arguments.json {
        ui.json(&Done {
            job: shown,
            output: arguments.output.as_deref(),
            id: drafted.bank.id.as_str(),
            model: model.name().to_owned(),
            questions: drafted.bank.questions.len(),
            left_out: &drafted.left_out,
            warnings,
            bank: arguments.output.is_none().then_some(drafted.toml.as_str()),
        });
        return Ok(());
    }
    if arguments.output.is_none() {
        ui.data(drafted.toml.trim_end());
    }
    tell(&drafted, model.name(), &file, &warnings, ui);
    Ok(())
}

fn drafted(arguments: &DraftArgs, job: &str, model: &mut dyn LanguageModel, ui: &mut Ui) -> Result<Drafted, Failure> {
    let file = arguments.job.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let wanted = Wanted {
        job,
        file: &file,
        count: arguments.count.into(),
        id: arguments.id.clone(),
        title: arguments.title.clone(),
    };
    ui.progress("Asking for questions …");
    let mut progress = |nth: usize, all: usize| ui.progress(&format!("Drafting question {nth} of {all} …"));
    draft(model, &wanted, &mut progress).map_err(|error| {
        let failure = Failure::new(format!("no bank could be drafted: {error}"));
        match error {
            DraftError::Language(error) if error.is_lasting() => failure.hint("`hotseat doctor` looks for the model"),
            DraftError::Language(_) | DraftError::Nothing(_) => failure.hint("try it again, or with a larger model"),
            DraftError::Invalid(_) => failure.hint("please report this, with the job description"),
        }
    })
}

fn tell(drafted: &Drafted, model: &str, file: &str, warnings: &[Warning], ui: &mut Ui) {
    ui.status(&format!("{} by {model}, as a draft", counted(drafted.bank.questions.len(), "question")));
    if !drafted.left_out.is_empty() {
        ui.status("Left out:");
    }
    for why in &drafted.left_out {
        ui.status(&format!("  {why}"));
    }
    if !warnings.is_empty() {
        ui.status("To mend:");
    }
    for warning in warnings {
        ui.status(&format!("  {warning}"));
    }
    ui.status(&format!("Nobody has reviewed {file}: read every line before you practise with it."));
}
