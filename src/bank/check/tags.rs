//! Competencies that nothing counts towards, and skills that are written in two ways or as sentences.

use std::collections::BTreeMap;

use crate::bank::Bank;
use crate::bank::check::Findings;
use crate::bank::lines::Place;

/// Most parts of a skill: it is a tag.
const MOST_PARTS: usize = 3;

/// Letters from which two skills that differ by one are taken for one.
const LONG_ENOUGH: usize = 5;

pub(super) fn check(bank: &Bank, findings: &mut Findings) {
    competencies(bank, findings);
    skills(bank, findings);
}

fn competencies(bank: &Bank, findings: &mut Findings) {
    for (nth, competency) in bank.competencies.iter().enumerate() {
        if !bank.questions.iter().any(|question| question.competencies.contains(&competency.id)) {
            let message = format!("no question counts towards the competency `{}`", competency.id);
            let place = Place::default().part("competency", nth);
            findings.warn(place, "unused-competency", message, "name it in a question, or leave it out");
        }
    }
    for (nth, _) in bank.questions.iter().enumerate().filter(|(_, question)| question.competencies.is_empty()) {
        if !bank.competencies.is_empty() {
            let message = "it counts towards no competency".to_owned();
            findings.warn(Place::question(nth), "no-competency", message, "name one in `competencies`");
        }
    }
}

fn skills(bank: &Bank, findings: &mut Findings) {
    let mut first: BTreeMap<&str, usize> = BTreeMap::new();
    for (nth, question) in bank.questions.iter().enumerate() {
        let place = Place::question(nth).key("skills");
        for (at, skill) in question.skills.iter().enumerate() {
            if question.skills[..at].contains(skill) {
                let message = format!("the skill `{skill}` stands twice");
                findings.warn(place, "skill", message, "leave one out");
                continue;
            }
            if first.contains_key(skill.as_str()) {
                continue;
            }
            if skill.split('-').count() > MOST_PARTS {
                let message = format!("the skill `{skill}` has more than {MOST_PARTS} words");
                findings.warn(place, "skill", message, "name it in one to three");
            }
            if let Some(known) = first.keys().find(|known| are_one(known, skill)) {
                let message = format!("the skill `{skill}` is nearly `{known}`");
                findings.warn(place, "skill", message, "write both the same way");
            }
            first.insert(skill, nth);
        }
    }
}

fn are_one(one: &str, other: &str) -> bool {
    one.len().min(other.len()) >= LONG_ENOUGH && strsim::damerau_levenshtein(one, other) == 1
}
