//! A language model drafts a bank, or fills what an article leaves open. In short requests, one for each part, since small models lose
//! their way in long ones. What cannot be used is left out and told; what is used is a draft, and says so.

mod filling;
mod listing;
mod parts;
#[cfg(test)]
mod tests;

use crate::bank::import::{Ids, slug};
use crate::bank::written::written;
use crate::bank::{Bank, Question};
use crate::ids::{BankId, QuestionId};
use crate::language::claims::{count, one_line};
use crate::language::{LanguageError, LanguageModel};
pub use filling::LanguageFiller;
use listing::Listed;
use parts::{Subject, answer, follow_ups, pitfalls, points};

/// Most questions that are drafted at once.
pub const MOST_QUESTIONS: usize = 20;

/// Most letters of a job description that are shown to the model.
const JOB_LETTERS: usize = 8_000;

/// Words a minute that leave time to think, where somebody says the model answer.
const PACE: usize = 90;

/// A licence that says that nobody knows it.
const UNKNOWN_LICENSE: &str = "LicenseRef-unknown";

/// What is to be drafted.
#[derive(Clone, Debug)]
pub struct Wanted<'w> {
    /// The job description.
    pub job: &'w str,
    /// The name of its file.
    pub file: &'w str,
    /// How many questions, 1 to [`MOST_QUESTIONS`].
    pub count: usize,
    /// The bank's id. None: it is made of the title.
    pub id: Option<BankId>,
    /// The bank's title. None: the model names the role.
    pub title: Option<String>,
}

/// A bank that was drafted.
#[derive(Clone, Debug, PartialEq)]
pub struct Drafted {
    /// The bank.
    pub bank: Bank,
    /// Its file, valid.
    pub toml: String,
    /// What the model gave that cannot be used, and why.
    pub left_out: Vec<String>,
}

/// Why there is no draft.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// The model gave no questions.
    #[error(transparent)]
    Language(#[from] LanguageError),
    /// None of its questions can be used.
    #[error("none of its questions can be used: {0}")]
    Nothing(String),
    /// What was made of them is no bank, which is a fault of the program.
    #[error("what was made of its questions is no valid bank: {0}")]
    Invalid(String),
}

/// Drafts a bank for a job. `progress` is told which question is drafted, counted from 1, and of how many.
///
/// # Errors
/// [`DraftError`] says why there is none.
pub fn draft(
    model: &mut dyn LanguageModel,
    wanted: &Wanted<'_>,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Drafted, DraftError> {
    let mut left_out = Vec::new();
    let job: String = wanted.job.chars().take(JOB_LETTERS).collect();
    if job.len() < wanted.job.len() {
        left_out
            .push(format!("the job description is longer than {JOB_LETTERS} letters: what comes later was not read"));
    }
    let list = listing::list(model, &job, wanted.count, &mut left_out)?;
    let mut ids = Ids::default();
    let mut questions = Vec::new();
    let all = list.questions.len();
    for (nth, listed) in list.questions.into_iter().enumerate() {
        progress(nth + 1, all);
        let shown = listed.prompt.clone();
        match question(model, &job, listed, &mut ids, &mut left_out) {
            Ok(question) => questions.push(question),
            Err(error) => {
                left_out.push(format!("the question “{shown}”: {error}"));
                if error.is_lasting() {
                    break;
                }
            }
        }
    }
    if questions.is_empty() {
        return Err(DraftError::Nothing(left_out.pop().unwrap_or_else(|| "it gave none".into())));
    }
    if questions.len() < wanted.count {
        left_out.push(format!("{} of {} questions could be drafted", questions.len(), wanted.count));
    }
    let stem = wanted.file.split('.').next().unwrap_or_default();
    let title = wanted.title.clone().or(list.title).unwrap_or_else(|| format!("Questions for {stem}"));
    let id = wanted.id.clone().or_else(|| BankId::new(slug(&title)).ok());
    let source = source(model.name(), wanted.file);
    let bank = Bank {
        id: id.unwrap_or_else(|| BankId::new("draft").expect("it is kebab-case")),
        title,
        license: UNKNOWN_LICENSE.into(),
        source: Some(source.clone()),
        competencies: Vec::new(),
        questions,
    };
    let toml = written(&bank, &note(&source));
    let invalid = |error: Option<String>| DraftError::Invalid(error.unwrap_or_default());
    let bank = Bank::parse(&toml, "the draft").map_err(|errors| invalid(errors.first().map(ToString::to_string)))?;
    Ok(Drafted { bank, toml, left_out })
}

/// Returns where the texts of a draft come from.
fn source(model: &str, file: &str) -> String {
    format!("draft by {} from {}, not reviewed", one_line(model), one_line(file))
}

/// Returns what stands at the top of a draft.
fn note(source: &str) -> String {
    format!("A {source}: read every line, mend it, and take this note and the `source` away then.")
}

fn question(
    model: &mut dyn LanguageModel,
    job: &str,
    listed: Listed,
    ids: &mut Ids,
    left_out: &mut Vec<String>,
) -> Result<Question, LanguageError> {
    let subject = Subject { prompt: &listed.prompt, job: Some(job), answer: None };
    let points = points(model, &subject, left_out)?;
    let model_answer = answer(model, &subject, &points)?;
    let pitfalls = told(pitfalls(model, &subject, &points, left_out), &listed.prompt, "pitfalls", left_out)?;
    let follow_ups = follow_ups(model, &subject, &points, &pitfalls, left_out);
    let follow_ups = told(follow_ups, &listed.prompt, "follow-ups", left_out)?;
    let gist: Vec<&str> = points.iter().take(3).map(|point| point.text.trim_end_matches('.')).collect();
    Ok(Question {
        id: QuestionId::new(ids.of(&listed.prompt, "question")).expect("ids are kebab-case"),
        kind: listed.kind,
        level: listed.level,
        minutes: minutes(&model_answer),
        competencies: Vec::new(),
        skills: listed.skills,
        assesses: listed.assesses.unwrap_or_else(|| format!("{}.", gist.join(". "))),
        model_answer,
        points,
        pitfalls,
        follow_ups,
        prompt: listed.prompt,
    })
}

/// Returns what a part of a question holds, or nothing where it cannot be believed, which is told. A model that is away is an error.
fn told<T>(
    part: Result<Vec<T>, LanguageError>,
    question: &str,
    name: &str,
    left_out: &mut Vec<String>,
) -> Result<Vec<T>, LanguageError> {
    match part {
        Err(error) if !error.is_lasting() => {
            left_out.push(format!("the {name} of “{question}”: {error}"));
            Ok(Vec::new())
        }
        part => part,
    }
}

/// Returns how long a question takes whose answer is such, in halves of a minute.
fn minutes(answer: &str) -> f32 {
    ((count(answer) * 2).div_ceil(PACE) as f32 / 2.0).clamp(1.5, 4.0)
}
