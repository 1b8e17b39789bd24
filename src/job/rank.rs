//! Ranks banks and their questions by a job description, and says for each question which sentence asks for it.
//!
//! Two signs are added: how near in meaning the nearest sentence is, and which terms of the field both name. Either alone misleads:
//! meaning takes every "you will lead" for every question on leading, and terms miss whoever says the same in other words.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::bank::{Bank, Question};
use crate::ids::{BankId, QuestionId};
use crate::job::Related;
use crate::job::description::Description;
use crate::job::terms::{Term, Text};
use crate::judge::ScorerError;

/// What a term that only one bank knows adds to a question; one that all banks know adds nothing.
const WORTH_OF_A_TERM: f32 = 0.08;

/// Most that terms add.
const MOST_BY_TERMS: f32 = 0.30;

/// Questions of a bank whose mean is the bank's own score: as many as an interview has. Their terms are left out, since a bank
/// with many cues would win by them: with terms 14 of 20 descriptions got the bank that was meant, without them 18.
const BEST: usize = 5;

/// What the likeness of the bank's title and the whole description adds to the bank's score. With it 19 of 20 descriptions got the
/// bank that was meant, out of 27 (one for a presales architect got the other architect's); the title of the description alone
/// gave 18. The descriptions were written for this and chose this number, so others will fare somewhat worse.
const WORTH_OF_THE_TITLE: f32 = 0.6;

/// A bank beside a description.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RankedBank {
    /// Which.
    pub bank: BankId,
    /// How well it suits. Only good to compare.
    pub score: f32,
    /// Its questions, the best first.
    pub questions: Vec<RankedQuestion>,
}

/// A question beside a description.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RankedQuestion {
    /// Which.
    pub question: QuestionId,
    /// How well it suits. Only good to compare.
    pub score: f32,
    /// The sentence of the description that asks for it.
    pub sentence: String,
    /// How near that is in meaning, -1 to 1.
    pub relatedness: f32,
    /// Terms that the description and the question share, the rarest first.
    pub terms: Vec<String>,
}

/// Returns the banks with their questions, the best first.
///
/// # Errors
/// [`ScorerError`] when the model fails.
pub fn rank(
    banks: &[Bank],
    description: &Description,
    related: &mut dyn Related,
) -> Result<Vec<RankedBank>, ScorerError> {
    let read_at_once = format!("{}. {}", description.title, description.sentences.join(" "));
    let whole = Text::new(&description.sentences.join(" . "));
    let rarity = rarity(banks);
    let mut ranked = Vec::new();
    for bank in banks {
        let mut questions = Vec::new();
        for question in &bank.questions {
            questions.push(ranked_question(question, description, &whole, &rarity, related)?);
        }
        questions.sort_by(|one, other| other.score.total_cmp(&one.score));
        let title = related.relatedness(&bank.title, std::slice::from_ref(&read_at_once))?;
        let title = title.first().copied().unwrap_or_default();
        let score = mean_of_nearest(&questions) + WORTH_OF_THE_TITLE * title;
        ranked.push(RankedBank { bank: bank.id.clone(), score, questions });
    }
    ranked.sort_by(|one, other| other.score.total_cmp(&one.score));
    Ok(ranked)
}

fn mean_of_nearest(questions: &[RankedQuestion]) -> f32 {
    let mut near: Vec<f32> = questions.iter().map(|question| question.relatedness).collect();
    near.sort_by(|one, other| other.total_cmp(one));
    near.truncate(BEST);
    near.iter().sum::<f32>() / near.len().max(1) as f32
}

fn ranked_question(
    question: &Question,
    description: &Description,
    whole: &Text,
    rarity: &BTreeMap<String, f32>,
    related: &mut dyn Related,
) -> Result<RankedQuestion, ScorerError> {
    let about = format!("{} {}", question.prompt, question.assesses);
    let near = related.relatedness(&about, &description.sentences)?;
    let mut shared: Vec<(f32, Term)> = terms(question)
        .into_iter()
        .filter(|term| whole.has(term))
        .map(|term| (rarity.get(&term.key()).copied().unwrap_or_default(), term))
        .collect();
    shared.sort_by(|one, other| other.0.total_cmp(&one.0).then_with(|| one.1.cmp(&other.1)));
    let by_terms = (shared.iter().map(|(rarity, _)| rarity).sum::<f32>() * WORTH_OF_A_TERM).min(MOST_BY_TERMS);
    let nearest = near.iter().copied().zip(&description.sentences).max_by(|one, other| one.0.total_cmp(&other.0));
    let (relatedness, sentence) = nearest.map_or((0.0, String::new()), |(near, sentence)| (near, sentence.clone()));
    Ok(RankedQuestion {
        question: question.id.clone(),
        score: relatedness + by_terms,
        sentence,
        relatedness,
        terms: shared.into_iter().map(|(_, term)| term.shown).collect(),
    })
}

/// Returns what a question calls things: its skills and the cues of its points, each once.
fn terms(question: &Question) -> BTreeSet<Term> {
    let cues = question.points.iter().flat_map(|point| &point.cues);
    let mut known = BTreeSet::new();
    let all = question.skills.iter().chain(cues).filter_map(|text| Term::new(text));
    all.filter(|term| known.insert(term.key())).collect()
}

/// Returns how rare each term is: 1 where one bank of many knows it, 0 where all do.
fn rarity(banks: &[Bank]) -> BTreeMap<String, f32> {
    let mut known_by: BTreeMap<String, usize> = BTreeMap::new();
    for bank in banks {
        let of_bank: BTreeSet<String> = bank.questions.iter().flat_map(terms).map(|term| term.key()).collect();
        for key in of_bank {
            *known_by.entry(key).or_default() += 1;
        }
    }
    // With one bank there is nothing to compare, and every term counts.
    let all = (banks.len() as f32 + 1.0).ln();
    let rarity = |banks: usize| 1.0 - (banks as f32).ln() / all;
    known_by.into_iter().map(|(key, banks)| (key, rarity(banks))).collect()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::{RankedBank, rank};
    use crate::bank::Bank;
    use crate::job::Related;
    use crate::job::description::Description;
    use crate::judge::ScorerError;
    use crate::terms::{overlap, terms};

    /// Takes shared words for shared meaning.
    struct SharedWords;

    impl Related for SharedWords {
        fn relatedness(&mut self, text: &str, others: &[String]) -> Result<Vec<f32>, ScorerError> {
            Ok(others.iter().map(|other| overlap(&terms(text), &terms(other))).collect())
        }
    }

    /// A model that is broken.
    struct Broken;

    impl Related for Broken {
        fn relatedness(&mut self, _: &str, _: &[String]) -> Result<Vec<f32>, ScorerError> {
            Err(ScorerError("broken".into()))
        }
    }

    fn bank(id: &str, title: &str, questions: &[(&str, &str, &str)]) -> Bank {
        let mut text = format!("format = 1\nid = \"{id}\"\ntitle = \"{title}\"\nlicense = \"CC0-1.0\"\n");
        for (id, prompt, cue) in questions {
            let _written = writeln!(
                text,
                "[[question]]\nid = \"{id}\"\nprompt = \"{prompt}\"\nkind = \"case\"\nlevel = \"mid\"\nminutes = 2\n\
                 assesses = \"A\"\nmodel_answer = \"M\"\n\
                 [[question.point]]\nid = \"p\"\ntext = \"T\"\nweight = 1\ncues = [\"{cue}\"]"
            );
        }
        Bank::parse(&text, "bank.toml").expect("valid")
    }

    fn banks() -> [Bank; 2] {
        [
            bank(
                "cook",
                "Cook",
                &[("soup", "How do you season a soup?", "salt"), ("rush", "A rush of orders?", "team")],
            ),
            bank(
                "plumber",
                "Plumber",
                &[("leak", "How do you find a leak in a wall?", "moisture meter"), ("late", "You come late?", "team")],
            ),
        ]
    }

    fn ranked(job: &str) -> Vec<RankedBank> {
        rank(&banks(), &Description::parse(job).expect("sentences"), &mut SharedWords).expect("nothing is broken")
    }

    const JOB: &str = "Plumber wanted\nYou find a leak in any wall.\nYou own a moisture meter and work in a team.";

    #[test]
    fn the_bank_and_question_that_a_description_is_about_come_first_with_the_sentence_and_the_rarest_term() {
        let ranked = ranked(JOB);
        assert_eq!((ranked[0].bank.as_str(), ranked[1].bank.as_str()), ("plumber", "cook"));
        let best = &ranked[0].questions[0];
        assert_eq!(best.question.as_str(), "leak");
        assert_eq!(best.sentence, "You find a leak in any wall.");
        assert_eq!(best.terms, ["moisture meter"]);
    }

    #[test]
    fn a_term_that_every_bank_knows_says_less_than_one_that_a_single_bank_knows() {
        let ranked = ranked("Somebody wanted\nSalt and a team are here");
        let score = |bank: usize, id: &str| {
            let questions = &ranked[bank].questions;
            questions.iter().find(|one| one.question.as_str() == id).expect("it is there").score
        };
        let cook = usize::from(ranked[0].bank.as_str() != "cook");
        assert!(score(cook, "soup") > score(cook, "rush"));
    }

    #[test]
    fn a_model_that_fails_is_told_and_scores_are_numbers_in_order() {
        let description = Description::parse(JOB).expect("sentences");
        assert!(rank(&banks(), &description, &mut Broken).is_err());
        for bank in ranked(JOB) {
            assert!(bank.score.is_finite());
            assert!(bank.questions.is_sorted_by(|one, other| one.score >= other.score));
        }
    }
}
