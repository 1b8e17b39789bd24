//! What a question is on: whether a skill or a competency is what somebody named.

use super::PlanError;
use crate::bank::reader::suggestion;
use crate::bank::{Bank, Question};

/// Refuses what no question of the bank is on.
pub(super) fn check(bank: &Bank, focus: &[String]) -> Result<(), PlanError> {
    let names: Vec<String> = bank.questions.iter().flat_map(|question| names(bank, question)).collect();
    for wanted in focus {
        if names.iter().any(|name| is_on(wanted, name)) {
            continue;
        }
        let words: Vec<String> = names.iter().flat_map(|name| words(name)).filter(|word| word.len() > 3).collect();
        let known = names.iter().chain(&words).map(String::as_str);
        let near = suggestion(&wanted.trim().to_lowercase(), known);
        return Err(PlanError::Focus { bank: bank.id.to_string(), focus: wanted.trim().into(), near });
    }
    Ok(())
}

/// Returns the skills and competencies of a question that are meant by any of `focus`.
pub(super) fn shared(bank: &Bank, question: &Question, focus: &[String]) -> Vec<String> {
    let mut shared: Vec<String> =
        names(bank, question).into_iter().filter(|name| focus.iter().any(|wanted| is_on(wanted, name))).collect();
    // A competency is known by its id and its title: one of them is enough.
    shared.dedup_by(|title, id| bank.competencies.iter().any(|one| one.id.as_str() == id && one.title == *title));
    shared
}

/// Returns what a question is on: its skills, then its competencies, each by id and title.
fn names(bank: &Bank, question: &Question) -> Vec<String> {
    let competencies = bank.competencies.iter().filter(|one| question.competencies.contains(&one.id));
    let competencies = competencies.flat_map(|one| [one.id.to_string(), one.title.clone()]);
    question.skills.iter().cloned().chain(competencies).collect()
}

/// Returns whether every word of `wanted` is one of `name`: `networking` means `networking-security`.
fn is_on(wanted: &str, name: &str) -> bool {
    let (wanted, name) = (words(wanted), words(name));
    !wanted.is_empty() && wanted.iter().all(|word| name.contains(word))
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}
