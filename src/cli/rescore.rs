//! `hotseat rescore`: judges a kept session again, by another rubric, with another judge or with words that were heard again.

use clap::Args;
use serde::Serialize;
use std::path::PathBuf;

use crate::bank::{Bank, Question};
use crate::cli::bank::load_bank;
use crate::cli::differences::{self, Difference};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::language::LanguageFlags;
use crate::cli::models::{ModelsFlag, SttFlag};
use crate::cli::speech_servers::{HearingServerFlags, telling};
use crate::cli::ui::Ui;
use crate::clock;
use crate::config::load::folders;
use crate::engine::rescoring::{self, Rejudged, Rescorer, RescoringError};
use crate::engine::wiring::rescoring::{ear, rescorer};
use crate::engine::wording::word;
use crate::ids::{QuestionId, TurnId};
use crate::session::record::Record;
use crate::session::revision::{Rescoring, Revised, Revision};
use crate::session::store::{Kept, Store};
use crate::session::{Session, Take};

/// Judge a kept session again; both verdicts are kept
#[derive(Debug, Args)]
pub struct RescoreArgs {
    /// The session: its name, the beginning of it, or `last`
    #[arg(value_name = "ID")]
    id: String,
    /// Only this question
    #[arg(long, value_name = "ID")]
    question: Option<String>,
    /// By the rubrics of this bank, its id or a file, for questions of the same name
    #[arg(long, value_name = "BANK")]
    bank: Option<String>,
    /// Judge with this network, or the one in this folder
    #[arg(long, value_name = "ONNX|DIR")]
    judge: Option<PathBuf>,
    /// Show what would change, and keep nothing
    #[arg(long)]
    dry_run: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    /// Have the language model word the feedback anew and write stronger versions of the answers
    #[arg(long, conflicts_with = "dry_run")]
    words: bool,
    #[command(flatten)]
    language: LanguageFlags,
    #[command(flatten)]
    stt: SttFlag,
    #[command(flatten)]
    hearing_server: HearingServerFlags,
    #[command(flatten)]
    models: ModelsFlag,
}

impl From<RescoringError> for Failure {
    fn from(error: RescoringError) -> Self {
        let hint = error.hint();
        Self::new(error.to_string()).hint(hint)
    }
}

/// What was done, for a program.
#[derive(Debug, Serialize)]
struct Document {
    session: String,
    dry_run: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    recordings: Vec<Recording>,
    questions: Vec<Difference>,
    /// What could not be heard, judged or worded, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
    /// The questions on which the language model was not heard, and why. The judge's own verdicts stand.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    unheard: Vec<String>,
    /// What a reader should know, such as that a server failed and the model here heard instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

/// A recording that was heard again.
#[expect(clippy::struct_field_names, reason = "the name that a reader of the document looks for")]
#[derive(Debug, Serialize)]
struct Recording {
    recording: String,
    words_before: usize,
    words: usize,
    changed: usize,
    /// Corrections that no longer apply.
    corrections_dropped: usize,
}

/// Where changes go: into the journal, or nowhere.
enum Book {
    Kept(Box<Kept>),
    Trial(Box<Session>),
}

impl Book {
    fn session(&self) -> &Session {
        match self {
            Self::Kept(kept) => kept.session(),
            Self::Trial(session) => session,
        }
    }

    fn take(&mut self, what: Revision) -> Result<(), RescoringError> {
        match self {
            Self::Kept(kept) => rescoring::keep(kept, what),
            Self::Trial(session) => {
                session.apply(&Record::Revision(Box::new(Revised { on: clock::date(), what })));
                Ok(())
            }
        }
    }
}

/// Judges a session again.
///
/// # Errors
/// [`Failure`] names the session, the question, the bank or the weights that are not there.
pub fn run(arguments: &RescoreArgs, ui: &mut Ui) -> Outcome {
    let store = Store::new(&folders()?.data);
    let id = store.resolve(&arguments.id)?;
    let bank = arguments.bank.as_deref().map(load_bank).transpose()?;
    let weights = arguments.models.weights()?;
    let mut model = arguments.language.model(ui)?;
    if arguments.words && model.is_none() {
        return Err(Failure::new("`--words` needs a language model").hint("name one with `--llm`"));
    }
    let mut rescorer = rescorer(&weights, arguments.judge.as_deref()).consulting(arguments.language.model(ui)?);
    let (tell, told) = telling();
    let hears_again = arguments.stt.is_given();
    if hears_again {
        let recogniser = arguments.hearing_server.recogniser(&arguments.stt, &weights, ui)?;
        rescorer = rescorer.hearing_with(recogniser.name(), ear(&weights, recogniser, tell));
    }
    let mut book = if arguments.dry_run {
        Book::Trial(Box::new(store.read(&id)?.0))
    } else {
        Book::Kept(Box::new(store.reopen(&id)?))
    };
    let questions = questions(book.session(), arguments.question.as_deref())?;
    let mut document = Document {
        session: id.clone(),
        dry_run: arguments.dry_run,
        recordings: Vec::new(),
        questions: Vec::new(),
        left_out: Vec::new(),
        unheard: Vec::new(),
        notes: Vec::new(),
    };
    if hears_again {
        let turns = turns(book.session(), &questions, arguments.question.is_none());
        if turns.is_empty() {
            document.left_out.push("there is nothing to hear again: no answer was spoken".into());
        }
        hear(&mut rescorer, &mut book, &store.folder(&id), &turns, &mut document, ui)?;
        document.notes.extend(told.try_iter());
    }
    let why = match (&bank, &arguments.judge) {
        (Some(_), _) => Rescoring::Rubric,
        (None, None) if hears_again => Rescoring::Words,
        (None, _) => Rescoring::Judge,
    };
    let rejudged = judge(&mut rescorer, &mut book, &questions, bank.as_ref(), why, &mut document, ui)?;
    if rejudged.is_empty() && document.recordings.is_empty() {
        return Err(Failure::new(format!("nothing could be judged: {}", document.left_out.join("; ")))
            .hint(format!("`hotseat review {id} --plain` shows what was asked and heard")));
    }
    if let Book::Kept(kept) = &mut book {
        rescoring::finish(kept)?;
        if let Some(model) = model.as_deref_mut().filter(|_| arguments.words) {
            ui.progress(&format!("{} looks for words …", model.name()));
            document.left_out.extend(word(model, kept)?);
        }
    }
    document.questions = rejudged.iter().map(Difference::of).collect();
    if arguments.json {
        ui.json(&document);
    } else {
        show(&document, &rejudged, ui);
    }
    Ok(())
}

/// Returns the questions that were asked, or the one that was named.
fn questions(session: &Session, named: Option<&str>) -> Result<Vec<QuestionId>, Failure> {
    let main = session.exchanges.iter().filter(|exchange| exchange.asked.nth == 0);
    let asked: Vec<QuestionId> = main.map(|exchange| exchange.asked.question.clone()).collect();
    let Some(named) = named else { return Ok(asked) };
    let found = asked.iter().find(|id| id.as_str() == named);
    found.map(|id| vec![id.clone()]).ok_or_else(|| {
        let names: Vec<&str> = asked.iter().map(QuestionId::as_str).collect();
        Failure::new(format!("the session did not ask `{named}`")).hint(format!("it asked `{}`", names.join("`, `")))
    })
}

/// Returns the turns that answered the questions and have a recording; with `all`, what was put in between as well.
fn turns(session: &Session, questions: &[QuestionId], all: bool) -> Vec<TurnId> {
    let asked = session.exchanges.iter().filter(|exchange| questions.contains(&exchange.asked.question));
    let asides = session.asides.iter().filter(|_| all).map(|aside| &aside.take);
    // A typed answer has no length, and no recording.
    let is_recorded = |take: &&Take| take.duration_ms != Some(0);
    asked.flat_map(|exchange| &exchange.takes).chain(asides).filter(is_recorded).map(|take| take.turn).collect()
}

fn hear(
    rescorer: &mut Rescorer,
    book: &mut Book,
    folder: &std::path::Path,
    turns: &[TurnId],
    document: &mut Document,
    ui: &mut Ui,
) -> Outcome {
    for (nth, turn) in turns.iter().enumerate() {
        ui.progress(&format!("Hearing recording {} of {} again …", nth + 1, turns.len()));
        let recording = book.session().recording(*turn).unwrap_or_default().to_owned();
        match rescorer.hear_again(book.session(), folder, *turn) {
            Ok(reheard) => {
                book.take(reheard.revision)?;
                document.recordings.push(Recording {
                    recording,
                    words_before: reheard.before,
                    words: reheard.after,
                    changed: reheard.changed,
                    corrections_dropped: reheard.dropped,
                });
            }
            // One recording that cannot be heard is no reason to leave the others.
            Err(error @ (RescoringError::NoRecording(_) | RescoringError::NotHeard { .. })) => {
                document.left_out.push(error.to_string());
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn judge(
    rescorer: &mut Rescorer,
    book: &mut Book,
    questions: &[QuestionId],
    bank: Option<&Bank>,
    why: Rescoring,
    document: &mut Document,
    ui: &mut Ui,
) -> Result<Vec<Rejudged>, Failure> {
    let mut all = Vec::new();
    for (nth, question) in questions.iter().enumerate() {
        ui.progress(&format!("Judging question {} of {} …", nth + 1, questions.len()));
        let rubric: Option<&Question> = match bank {
            None => None,
            Some(bank) => match bank.question(question) {
                Some(rubric) => Some(rubric),
                None => {
                    document.left_out.push(format!("the bank `{}` has no question `{question}`", bank.id));
                    continue;
                }
            },
        };
        match rescorer.judge_again(book.session(), question, rubric, why) {
            Ok(rejudged) => {
                document.unheard.extend(rejudged.unheard.iter().map(|why| format!("{question}: {why}")));
                if rejudged.is_change() {
                    book.take(rejudged.revision())?;
                }
                all.push(rejudged);
            }
            Err(error @ RescoringError::NoWords(_)) => document.left_out.push(error.to_string()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(all)
}

fn show(document: &Document, rejudged: &[Rejudged], ui: &mut Ui) {
    for one in &document.recordings {
        let Recording { recording, words_before, words, changed, corrections_dropped } = one;
        ui.data(&format!("{recording}: {changed} words differ ({words} were heard, {words_before} before)"));
        if *corrections_dropped > 0 {
            ui.warning(&format!("{corrections_dropped} corrections of what was heard before no longer apply"));
        }
    }
    for one in rejudged.iter().filter(|one| one.is_change()) {
        ui.data(&format!("{} ({})", one.question.prompt, one.question.id));
        for line in differences::lines(one) {
            ui.data(&line);
        }
    }
    let same: Vec<&str> = rejudged.iter().filter(|one| !one.is_change()).map(|one| one.question.id.as_str()).collect();
    if !same.is_empty() {
        ui.data(&format!("Judged as before: {}.", same.join(", ")));
    }
    for note in &document.notes {
        ui.warning(note);
    }
    for why in &document.left_out {
        ui.warning(&format!("left out: {why}"));
    }
    for why in &document.unheard {
        ui.warning(&format!("{why}; the verdict is that of the judge alone"));
    }
    if document.dry_run {
        ui.status("Nothing was kept.");
    } else if same.len() < rejudged.len() {
        ui.status("Both verdicts are kept; the report was written anew.");
    }
}
