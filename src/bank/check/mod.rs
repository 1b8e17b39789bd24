//! Reads a valid bank as a careful colleague would: what will not sound, what counts twice, what nobody asks for.
//!
//! A warning is no error: the bank can be used. One idea a file, and each rule tells what to do.

mod abbreviations;
mod follow_ups;
mod model_answer;
mod overlap;
mod probing;
mod speech;
mod tags;
#[cfg(test)]
mod tests;

use std::fmt;

use serde::Serialize;

use crate::bank::lines::{Lines, Place};
use crate::bank::reader::BankError;
use crate::bank::{Bank, FollowUp, Question};
use crate::ids::QuestionId;

/// What the check has to ask others about.
pub trait Senses {
    /// Returns whether the voice was taught how this term is said.
    fn voice_knows(&self, term: &str) -> bool;

    /// Returns how closely two texts are related in meaning, -1 to 1. None: there is no model of meaning at hand.
    fn relatedness(&mut self, one: &str, other: &str) -> Option<f32>;
}

/// How much a warning matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grade {
    /// Should be mended.
    Warning,
    /// May be meant so.
    Note,
}

/// Something about a bank that is allowed and seldom meant.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Warning {
    /// Line, counted from 1.
    pub line: usize,
    /// The file, as it was named.
    #[serde(skip)]
    pub file: String,
    /// How much it matters.
    pub grade: Grade,
    /// The rule, a short name that stays the same.
    pub rule: &'static str,
    /// The question, none when it is about the bank as a whole.
    pub question: Option<QuestionId>,
    /// What is the matter, names in backticks.
    pub message: String,
    /// What to do.
    pub advice: &'static str,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let grade = if self.grade == Grade::Warning { "warning" } else { "note" };
        write!(f, "{}:{}: {grade}: ", self.file, self.line)?;
        if let Some(question) = &self.question {
            write!(f, "question `{question}`: ")?;
        }
        write!(f, "{}; {} ({})", self.message, self.advice, self.rule)
    }
}

/// Returns the bank that `text` holds, and what a careful reader would say about it in the order of the lines.
///
/// # Errors
/// As [`Bank::parse`]: a bank that is broken is not read any further.
pub fn check(text: &str, file: &str, senses: &mut dyn Senses) -> Result<(Bank, Vec<Warning>), Vec<BankError>> {
    let bank = Bank::parse(text, file)?;
    let mut findings = Findings::default();
    tags::check(&bank, &mut findings);
    for (nth, question) in bank.questions.iter().enumerate() {
        let at = Place::question(nth);
        for prompt in prompts(question, at) {
            speech::check(&prompt, &mut findings);
            abbreviations::check(&prompt, senses, &mut findings);
        }
        overlap::check(question, at, senses, &mut findings);
        probing::check(question, at, &mut findings);
        follow_ups::check(question, at, senses, &mut findings);
        model_answer::check(question, at, &mut findings);
    }
    let warnings = Lines::of(text).map_or_else(Vec::new, |lines| findings.told(&bank, file, &lines));
    Ok((bank, warnings))
}

/// Returns why a prompt cannot be said well, as the check tells it. None: it can.
#[must_use]
pub fn unspeakable(text: &str) -> Option<String> {
    let mut findings = Findings::default();
    speech::check(&Prompt { what: "it".into(), text, place: Place::question(0) }, &mut findings);
    findings.0.into_iter().next().map(|found| found.message)
}

/// What the interviewer says.
struct Prompt<'q> {
    /// What it is, for messages.
    what: String,
    text: &'q str,
    place: Place,
}

/// Returns all that the interviewer says of a question.
fn prompts(question: &Question, at: Place) -> impl Iterator<Item = Prompt<'_>> {
    let asked = Prompt { what: "the prompt".into(), text: &question.prompt, place: at.key("prompt") };
    let follow_ups = each_follow_up(question, at).map(|(place, one)| Prompt {
        what: format!("the follow-up `{}`", one.id),
        text: &one.prompt,
        place: place.key("prompt"),
    });
    std::iter::once(asked).chain(follow_ups)
}

fn each_follow_up(question: &Question, at: Place) -> impl Iterator<Item = (Place, &FollowUp)> {
    question.follow_ups.iter().enumerate().map(move |(nth, one)| (at.part("follow_up", nth), one))
}

/// What was found so far.
#[derive(Default)]
struct Findings(Vec<Finding>);

struct Finding {
    place: Place,
    grade: Grade,
    rule: &'static str,
    message: String,
    advice: &'static str,
}

impl Findings {
    fn warn(&mut self, place: Place, rule: &'static str, message: String, advice: &'static str) {
        self.0.push(Finding { place, grade: Grade::Warning, rule, message, advice });
    }

    fn note(&mut self, place: Place, rule: &'static str, message: String, advice: &'static str) {
        self.0.push(Finding { place, grade: Grade::Note, rule, message, advice });
    }

    fn told(self, bank: &Bank, file: &str, lines: &Lines<'_>) -> Vec<Warning> {
        let told = |found: Finding| Warning {
            line: lines.line(found.place),
            file: file.to_owned(),
            grade: found.grade,
            rule: found.rule,
            question: found.place.question.and_then(|nth| bank.questions.get(nth)).map(|one| one.id.clone()),
            message: found.message,
            advice: found.advice,
        };
        let mut warnings: Vec<Warning> = self.0.into_iter().map(told).collect();
        // Stable: what stands on one line is told in the order of the rules.
        warnings.sort_by_key(|warning| warning.line);
        warnings
    }
}
