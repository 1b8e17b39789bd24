//! A job description: which bank suits it, and which sentence asks for a question.

use std::path::Path;

use serde::Serialize;

use crate::bank::Bank;
use crate::cli::bank::load_bank;
use crate::cli::document;
use crate::cli::failure::Failure;
use crate::cli::practice::PracticeArgs;
use crate::cli::ui::Ui;
use crate::config::load::bank_files;
use crate::engine::wiring;
use crate::ids::{BankId, QuestionId};
use crate::job::description::Description;
use crate::job::rank::{RankedBank, RankedQuestion, rank};

/// Banks that are named beside the best one.
const ALSO_NAMED: usize = 2;

/// Banks that are told to a program.
const TOLD: usize = 5;

/// Terms of a question that are told.
const TERMS: usize = 6;

/// A job description that was compared.
#[derive(Clone, Debug)]
pub(super) struct Job {
    /// The bank that suits it best, of those that were compared.
    pub(super) bank: Bank,
    /// The banks that were compared, the best first.
    ranked: Vec<RankedBank>,
}

/// A bank's name and how well it suits.
#[derive(Clone, Debug, Serialize)]
pub(super) struct RankedName {
    bank: BankId,
    score: f32,
}

impl Job {
    /// Returns the questions of the bank, the best first.
    pub(super) fn suited(&self) -> Vec<QuestionId> {
        let questions = self.ranked.first().map_or(&[][..], |best| &best.questions);
        questions.iter().map(|one| one.question.clone()).collect()
    }

    /// Returns why a question suits.
    pub(super) fn question(&self, id: &QuestionId) -> Option<&RankedQuestion> {
        self.ranked.first()?.questions.iter().find(|one| one.question == *id)
    }

    /// Returns the best banks.
    pub(super) fn banks(&self) -> Vec<RankedName> {
        let best = self.ranked.iter().take(TOLD);
        best.map(|one| RankedName { bank: one.bank.clone(), score: one.score }).collect()
    }

    /// Tells which bank suits, where there was a choice.
    pub(super) fn tell(&self, ui: &mut Ui) {
        let mut names = self.ranked.iter().map(|one| format!("`{}`", one.bank));
        if let (Some(best), true) = (names.next(), self.ranked.len() > 1) {
            let others: Vec<String> = names.take(ALSO_NAMED).collect();
            ui.status(&format!(
                "Of {} banks {best} suits the job best, then {}.",
                self.ranked.len(),
                others.join(" and ")
            ));
        }
    }
}

/// Returns why a question suits, in a sentence.
pub(super) fn told(question: &RankedQuestion) -> String {
    let terms: Vec<&str> = question.terms.iter().take(TERMS).map(String::as_str).collect();
    let terms = if terms.is_empty() { String::new() } else { format!(" Shared terms: {}.", terms.join(", ")) };
    format!("The job asks: “{}”{terms}", question.sentence)
}

/// Reads a job description and compares it with all banks, or with the one that was named.
///
/// # Errors
/// [`Failure`] when the file cannot be read, holds no sentences, or the model is not there.
pub(super) fn read(file: &Path, arguments: &PracticeArgs) -> Result<Job, Failure> {
    let description = Description::parse(&document::text(file)?).map_err(|error| {
        Failure::new(format!("`{}` is no job description: {error}", file.display()))
            .hint("name a file with the text of the advertisement")
    })?;
    let banks = match &arguments.bank {
        Some(name) => vec![load_bank(name)?],
        None => all_banks()?,
    };
    let mut meaning = wiring::meaning(&arguments.models.weights()?)?;
    let ranked = rank(&banks, &description, &mut meaning).map_err(|error| {
        Failure::new(format!("the job description cannot be compared: {error}"))
            .hint("`hotseat models verify` checks the weights")
    })?;
    let best = ranked.first().and_then(|best| banks.into_iter().find(|bank| bank.id == best.bank));
    let bank = best.ok_or_else(|| Failure::new("there is no bank to compare with").hint("name one with `--bank`"))?;
    Ok(Job { bank, ranked })
}

/// Returns every bank that can be read, each id once as everywhere: the user's own before those that come with Hotseat.
/// `hotseat bank list` tells of the others.
fn all_banks() -> Result<Vec<Bank>, Failure> {
    let mut banks: Vec<Bank> = Vec::new();
    for file in bank_files() {
        let read = load_bank(&file.display().to_string()).ok();
        banks.extend(read.filter(|bank| banks.iter().all(|known| known.id != bank.id)));
    }
    if banks.is_empty() {
        return Err(Failure::new("there is no bank at all").hint("`hotseat bank list` says what is wrong"));
    }
    Ok(banks)
}
