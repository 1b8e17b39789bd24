//! Banks, good and broken.

use std::fmt::Write;

use proptest::prelude::*;

use super::Bank;
use super::candidate::{CandidateScript, Piece};
use crate::ids::Asked;

const GOOD: &str = r#"format = 1
id = "small"
title = "Small Role"
license = "CC0-1.0"

[[competency]]
id = "craft"
title = "Craft"

[[question]]
id = "first"
prompt = "How do you begin?"
kind = "design"
level = "mid"
minutes = 2
competencies = ["craft"]
skills = ["order"]
assesses = "Order."
model_answer = "I ask first."

  [[question.point]]
  id = "asks"
  text = "Asks what is wanted"
  weight = 3
  cues = ["SLA"]

  [[question.pitfall]]
  id = "rushes"
  text = "Begins without a thought"

  [[question.follow_up]]
  id = "who"
  prompt = "Whom do you ask?"
  probes = ["asks", "rushes"]
"#;

#[test]
fn a_good_bank_is_read_whole_and_survives_a_journal() {
    let bank = Bank::parse(GOOD, "small.toml").expect("valid");
    assert_eq!(bank.questions[0].follow_ups[0].probes.len(), 2);
    assert_eq!(bank.questions[0].points[0].cues, ["SLA"]);
    let text = serde_json::to_string(&bank).expect("it can be written");
    assert_eq!(serde_json::from_str::<Bank>(&text).expect("and read"), bank);
}

#[test]
fn each_mistake_is_told_with_file_line_name_and_a_suggestion() {
    let mistakes = [
        ("weight = 3", "wieght = 3"),
        ("weight = 3", "weight = 4"),
        ("weight = 3", "weight = \"heavy\""),
        ("kind = \"design\"", "kind = \"desing\""),
        ("level = \"mid\"", "level = \"medium\""),
        ("minutes = 2", "minutes = 0"),
        ("minutes = 2", "minutes = 90"),
        ("probes = [\"asks\"", "probes = [\"ask\""),
        ("competencies = [\"craft\"]", "competencies = [\"graft\"]"),
        ("skills = [\"order\"]", "skills = [\"Tidy Order\"]"),
        ("id = \"first\"", "id = \"First One\""),
        ("id = \"rushes\"", "id = \"asks\""),
        ("text = \"Asks what is wanted\"", "text = \"  \""),
        ("format = 1", "format = 2"),
        ("title = \"Small Role\"\n", ""),
        ("[[question.point]]", "[question.point]"),
        ("[[question.point]]", "[[question.pitfall]]"),
        ("[[question.follow_up]]", "[[question.followup]]"),
        ("prompt = \"How do you begin?\"", "prompt = How do you begin?"),
    ];
    let mut told = String::new();
    for (right, wrong) in mistakes {
        assert!(GOOD.contains(right), "{right}");
        let errors = Bank::parse(&GOOD.replacen(right, wrong, 1), "small.toml").expect_err(wrong);
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        let _written = writeln!(told, "{} -> {}\n  {}", right.trim(), wrong.trim(), lines.join("\n  "));
    }
    insta::assert_snapshot!(told);
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once_in_the_order_of_its_lines() {
    let broken =
        GOOD.replace("weight = 3", "weight = 9").replace("minutes = 2", "minutes = -1").replace("\"craft\"]", "\"x\"]");
    let lines: Vec<usize> =
        Bank::parse(&broken, "small.toml").expect_err("broken").iter().map(|one| one.line).collect();
    assert_eq!(lines, [15, 16, 24]);
}

#[test]
fn an_empty_file_is_an_error_that_says_what_a_bank_needs() {
    let errors = Bank::parse("", "small.toml").expect_err("empty");
    assert!(errors.iter().any(|error| error.message.contains("has no `format`")), "{errors:?}");
}

#[test]
fn names_that_are_taken_are_told_where_they_stand() {
    let twice = |header: &str| GOOD[GOOD.find(header).expect("it is there")..].to_owned();
    let question = Bank::parse(&format!("{GOOD}{}", twice("[[question]]")), "small.toml").expect_err("two questions");
    assert_eq!(question[0].to_string(), "small.toml:36: `id` in a question: `first` is taken; choose another");
    let follow_up = Bank::parse(&format!("{GOOD}{}", twice("[[question.follow_up]]")), "small.toml");
    assert_eq!(follow_up.expect_err("two follow-ups").len(), 1);
    let competency = "[[competency]]\nid = \"craft\"\ntitle = \"Again\"\n";
    let competencies =
        Bank::parse(&GOOD.replacen("[[question]]", &format!("{competency}[[question]]"), 1), "small.toml");
    assert_eq!(competencies.expect_err("two competencies")[0].line, 11);
}

#[test]
fn another_format_is_the_only_thing_that_is_told_about_a_file() {
    for format in ["format = 2", "format = 1.5", "format = nan", "format = \"1\""] {
        let errors = Bank::parse(&GOOD.replace("format = 1", format).replace("weight = 3", "mass = 3"), "small.toml");
        assert!(errors.expect_err(format)[0].to_string().starts_with("small.toml:1:"), "{format}");
    }
    let errors = Bank::parse("format = 2\nquestions = \"many\"", "small.toml").expect_err("another format");
    assert_eq!(errors.len(), 1, "the rest would be misread: {errors:?}");
}

const SHIPPED: &str = include_str!("../../questions/infrastructure-architect.toml");

#[test]
fn the_bank_that_comes_with_hotseat_is_whole() {
    let bank = Bank::parse(SHIPPED, "infrastructure-architect.toml").expect("valid");
    assert_eq!((bank.questions.len(), bank.competencies.len()), (13, 3));
    let skills = [
        "cloud",
        "disaster-recovery",
        "enterprise-architecture",
        "finops",
        "iac",
        "networking-security",
        "scripting",
        "security-certification",
        "stakeholder-communication",
        "system-design",
        "virtualisation-containers",
    ];
    let mut found: Vec<&str> = bank.questions.iter().flat_map(|one| one.skills.iter().map(String::as_str)).collect();
    found.sort_unstable();
    found.dedup();
    assert_eq!(found, skills);
    for question in &bank.questions {
        assert!((1..=2).contains(&question.competencies.len()), "{}", question.id);
        for point in &question.points {
            let example = point.example.as_deref().unwrap_or_default();
            assert!(!example.is_empty() && question.model_answer.contains(example), "{}/{}", question.id, point.id);
        }
    }
}

#[test]
fn the_candidate_that_comes_with_hotseat_answers_every_follow_up_of_its_questions_at_the_length_of_speech() {
    let bank = Bank::parse(SHIPPED, "bank").expect("valid");
    let text = include_str!("../../questions/candidates/infrastructure-architect.toml");
    let script = CandidateScript::parse(text, "candidate").expect("valid");
    assert_eq!(script.bank, bank.id);
    let words = |asked: &Asked| -> usize {
        let answer = script.answer_for(asked).unwrap_or_else(|| panic!("{asked:?} has no answer"));
        answer
            .pieces()
            .iter()
            .map(|piece| if let Piece::Say(words) = piece { words.split(' ').count() } else { 0 })
            .sum()
    };
    for id in ["high-availability", "cost-optimisation"] {
        let question = bank.questions.iter().find(|question| question.id.as_str() == id).expect("it is there");
        let asked = Asked { question: question.id.clone(), follow_up: None, nth: 0 };
        assert!((50..=90).contains(&words(&asked)), "{id}: {}", words(&asked));
        for (nth, follow_up) in (1..).zip(&question.follow_ups) {
            let asked = Asked { follow_up: Some(follow_up.id.clone()), nth, ..asked.clone() };
            assert!((20..=50).contains(&words(&asked)), "{id}/{}: {}", follow_up.id, words(&asked));
        }
    }
}

proptest! {
    #[test]
    fn no_text_brings_the_reader_down(cut in 0..GOOD.len(), junk in "\\PC{0,12}") {
        let (head, tail) = GOOD.split_at(cut);
        for text in [format!("{head}{junk}{tail}"), head.to_owned(), junk] {
            match Bank::parse(&text, "small.toml") {
                Ok(bank) => prop_assert!(!bank.questions.is_empty()),
                Err(errors) => prop_assert!(!errors.is_empty(), "refused without a reason"),
            }
        }
    }
}
