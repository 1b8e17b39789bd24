//! What is chosen, why, and in which order.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::prelude::*;

use super::{PlanError, Planned, Wanted, Why, length, plan};
use crate::bank::{Bank, Kind, Level};
use crate::ids::QuestionId;

const SHIPPED: &str = include_str!("../../../questions/infrastructure-architect.toml");

fn shipped() -> Bank {
    Bank::parse(SHIPPED, "bank").expect("valid")
}

fn id(text: &str) -> QuestionId {
    QuestionId::new(text).expect("kebab-case")
}

fn ids(planned: &[Planned]) -> Vec<&str> {
    planned.iter().map(|one| one.question.as_str()).collect()
}

/// A bank of `count` questions whose competencies take turns in threes, and whose levels and lengths differ.
fn many(count: usize) -> Bank {
    let mut text = String::from("format = 1\nid = \"many\"\ntitle = \"Many\"\nlicense = \"CC0-1.0\"\n");
    for competency in ["a", "b", "c"] {
        let _written = writeln!(text, "[[competency]]\nid = \"{competency}\"\ntitle = \"{competency}\"");
    }
    for index in 0..count {
        let competency = ["a", "b", "c"][index % 3];
        let _written = writeln!(
            text,
            "[[question]]\nid = \"q{index}\"\nprompt = \"P\"\nkind = \"case\"\nlevel = \"mid\"\nminutes = 2\n\
             competencies = [\"{competency}\"]\nassesses = \"A\"\nmodel_answer = \"M\"\n\
             [[question.point]]\nid = \"p\"\ntext = \"T\"\nweight = 1"
        );
    }
    Bank::parse(&text, "many.toml").expect("valid")
}

/// The same with questions of every level, kind and length.
fn mixed(count: usize) -> Bank {
    let mut bank = many(count);
    let levels = [Level::Junior, Level::Mid, Level::Senior, Level::Principal];
    let kinds = [Kind::Case, Kind::Behavioural, Kind::Opinion, Kind::Design, Kind::Knowledge];
    for (nth, question) in bank.questions.iter_mut().enumerate() {
        question.level = levels[nth % 4];
        question.kind = kinds[nth % 5];
        question.minutes = 1.0 + (nth % 7) as f32 / 2.0;
    }
    bank
}

#[test]
fn named_questions_come_in_the_order_given_and_an_unknown_one_is_an_error_with_a_suggestion() {
    let bank = many(6);
    let wanted = Wanted { questions: vec![id("q4"), id("q1")], ..Wanted::default() };
    let planned = plan(&bank, &wanted).expect("both are there");
    assert_eq!(ids(&planned), ["q4", "q1"]);
    assert!(planned.iter().all(|one| one.why == [Why::Named]));
    let wanted = Wanted { questions: vec![id("q44")], ..Wanted::default() };
    let error = plan(&bank, &wanted).expect_err("there is none");
    assert!(matches!(&error, PlanError::Unknown { near, .. } if near.contains("q4")), "{error}");
    assert_eq!(plan(&bank, &Wanted { count: Some(0), ..Wanted::default() }), Err(PlanError::Nothing));
}

#[test]
fn as_many_questions_are_asked_as_fit_the_time_and_never_none() {
    let bank = many(9);
    let count =
        |minutes: f32| plan(&bank, &Wanted { minutes: Some(minutes), ..Wanted::default() }).expect("some").len();
    assert_eq!((count(0.5), count(6.0), count(9.5), count(600.0)), (1, 2, 3, 9));
    let both = Wanted { minutes: Some(600.0), count: Some(2), ..Wanted::default() };
    assert_eq!(plan(&bank, &both).expect("some").len(), 2, "a count holds as well");
}

#[test]
fn a_focus_means_skills_and_competencies_and_a_wrong_one_gets_a_suggestion() {
    let bank = shipped();
    let on = |focus: &str| {
        let focus = focus.split(',').map(Into::into).collect();
        plan(&bank, &Wanted { focus, count: Some(99), ..Wanted::default() })
    };
    let mut told = String::new();
    for focus in
        ["networking", "Business acumen and communication", "acumen", "finops,iac", "netwroking", "cooking", ""]
    {
        let line = match on(focus) {
            Ok(planned) => {
                let mut found = ids(&planned);
                found.sort_unstable();
                found.join(" ")
            }
            Err(error) => error.to_string(),
        };
        let _written = writeln!(told, "{focus:?}: {line}");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn a_level_that_has_too_few_is_filled_up_from_beside_it_and_one_with_none_near_is_an_error() {
    let bank = mixed(12);
    let of = |level, count| {
        let planned = plan(&bank, &Wanted { level: Some(level), count: Some(count), ..Wanted::default() });
        let planned = planned.expect("there are some");
        let mut times = BTreeMap::new();
        for one in &planned {
            *times.entry(bank.question(&one.question).expect("it is there").level).or_insert(0) += 1;
        }
        (planned, times)
    };
    assert_eq!(of(Level::Junior, 3).1, BTreeMap::from([(Level::Junior, 3)]));
    let (planned, times) = of(Level::Junior, 99);
    assert_eq!(times, BTreeMap::from([(Level::Junior, 3), (Level::Mid, 3)]));
    let near = planned.iter().filter(|one| one.why.contains(&Why::NearLevel(Level::Mid))).count();
    assert_eq!(near, 3, "and it is said which");
    assert_eq!(of(Level::Senior, 99).1.len(), 3);
    let only_senior = Wanted { level: Some(Level::Junior), focus: vec!["finops".into()], ..Wanted::default() };
    let error = plan(&shipped(), &only_senior).expect_err("it has only senior questions on that");
    assert!(error.to_string().contains("level junior") && error.to_string().contains("it has"), "{error}");
}

#[test]
fn an_interview_opens_with_a_story_gets_harder_and_closes_with_an_opinion() {
    let bank = mixed(20);
    let planned = plan(&bank, &Wanted { count: Some(20), ..Wanted::default() }).expect("all");
    let kinds: Vec<Kind> = planned.iter().map(|one| bank.question(&one.question).expect("it is there").kind).collect();
    let levels: Vec<Level> =
        planned.iter().map(|one| bank.question(&one.question).expect("it is there").level).collect();
    assert_eq!((kinds[0], kinds[19]), (Kind::Behavioural, Kind::Opinion));
    assert_eq!((levels[0], levels[19]), (Level::Junior, Level::Principal));
    assert!(levels[1..19].is_sorted(), "{levels:?}");
    assert!(
        planned[0].why.contains(&Why::Opens(Kind::Behavioural))
            && planned[19].why.contains(&Why::Closes(Kind::Opinion))
    );
    let one = plan(&bank, &Wanted { count: Some(1), ..Wanted::default() }).expect("one");
    assert!(!one[0].why.iter().any(|why| matches!(why, Why::Opens(_) | Why::Closes(_))), "a single question is both");
}

#[test]
fn what_was_asked_lately_comes_again_only_when_due_or_when_nothing_else_is_left() {
    let bank = many(6);
    let recent: Vec<QuestionId> = ["q0", "q1", "q2", "q3"].map(id).to_vec();
    let of = |count, due: &[&str]| {
        let due = due.iter().map(|text| id(text)).collect();
        plan(&bank, &Wanted { count: Some(count), recent: recent.clone(), due, ..Wanted::default() }).expect("some")
    };
    let mut fresh = of(2, &[]);
    fresh.sort_by(|one, other| one.question.cmp(&other.question));
    assert_eq!(ids(&fresh), ["q4", "q5"]);
    let again = of(4, &[]);
    assert_eq!(again.iter().filter(|one| one.why.contains(&Why::NothingElse)).count(), 2);
    let with_due = of(3, &["q0"]);
    assert!(ids(&with_due).contains(&"q0"));
    assert!(with_due.iter().any(|one| one.why.contains(&Why::Due)), "and it is said why");
}

#[test]
fn what_is_due_comes_first_the_longest_due_before_all() {
    let bank = many(6);
    let due = vec![id("q5"), id("q0")];
    let planned = plan(&bank, &Wanted { count: Some(4), due, due_first: true, ..Wanted::default() }).expect("some");
    assert_eq!(&ids(&planned)[..2], ["q5", "q0"]);
    assert_eq!(planned.iter().filter(|one| one.why.contains(&Why::Due)).count(), 2);
    assert!(planned[3].why.contains(&Why::Closes(Kind::Case)));
}

#[test]
fn what_suits_a_job_is_chosen_and_no_kind_keeps_out_all_others() {
    let bank = many(9);
    let suited = ["q0", "q3", "q6", "q1", "q2", "q4", "q5", "q7", "q8"].map(id).to_vec();
    let planned = plan(&bank, &Wanted { count: Some(3), suited, ..Wanted::default() }).expect("some");
    let mut found = ids(&planned);
    found.sort_unstable();
    assert_eq!(found, ["q0", "q1", "q3"], "the third best of competency a gives way to the best of b");
    assert!(planned.iter().all(|one| one.why.iter().any(|why| matches!(why, Why::Suits(_)))));
}

#[test]
fn half_an_hour_of_the_bank_that_comes_with_hotseat_reads_well() {
    let bank = shipped();
    let wanted = Wanted { minutes: Some(30.0), level: Some(Level::Senior), seed: 7, ..Wanted::default() };
    let mut told = String::new();
    for one in plan(&bank, &wanted).expect("some") {
        let why: Vec<String> = one.why.iter().map(|why| why.words(&bank)).collect();
        let _written = writeln!(told, "{} {:.1} min: {}", one.question, one.minutes, why.join("; "));
    }
    insta::assert_snapshot!(told);
}

proptest! {
    #[test]
    fn the_bank_that_comes_with_hotseat_gives_three_questions_that_touch_all_competencies(seed: u64) {
        let bank = shipped();
        let chosen = plan(&bank, &Wanted { seed, ..Wanted::default() }).expect("three");
        prop_assert_eq!(&chosen, &plan(&bank, &Wanted { seed, ..Wanted::default() }).expect("the same three"));
        let mut of: Vec<_> =
            chosen.iter().filter_map(|one| bank.question(&one.question)).flat_map(|one| &one.competencies).collect();
        of.sort();
        of.dedup();
        prop_assert_eq!((chosen.len(), of.len()), (3, 3));
    }

    #[test]
    fn competencies_come_equally_often_whatever_the_seed(seed: u64, count in 1_usize..9) {
        let bank = many(9);
        let chosen = plan(&bank, &Wanted { count: Some(count), seed, ..Wanted::default() }).expect("some");
        let mut times = BTreeMap::from([("a", 0), ("b", 0), ("c", 0)]);
        for one in &chosen {
            *times.get_mut(bank.question(&one.question).expect("it is there").competencies[0].as_str()).expect("known") += 1;
        }
        let (least, most) = (times.values().min().copied(), times.values().max().copied());
        prop_assert_eq!(chosen.len(), count);
        prop_assert!(most <= least.map(|least| least + 1), "{times:?}");
    }

    #[test]
    fn time_is_filled_until_nothing_more_fits_and_never_overrun(seed: u64, minutes in 4.0_f32..80.0, count in 3_usize..24) {
        let bank = mixed(count);
        let planned = plan(&bank, &Wanted { minutes: Some(minutes), seed, ..Wanted::default() }).expect("some");
        let used: f32 = planned.iter().map(|one| one.minutes).sum();
        let mut seen = ids(&planned);
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen.len(), planned.len(), "no question comes twice");
        prop_assert!(used <= minutes + 1e-3 || planned.len() == 1, "{used} of {minutes}");
        let fits = |one: &&crate::bank::Question| length(one) + used < minutes - 1e-3 && !seen.contains(&one.id.as_str());
        prop_assert!(!bank.questions.iter().any(|one| fits(&one)), "{used} of {minutes}");
    }
}
