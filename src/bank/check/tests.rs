//! What is told of which bank. Every case mends or breaks one thing of a bank of which nothing is told.

use std::fmt::Write;

use proptest::prelude::*;

use super::{Grade, Senses, Warning, check};
use crate::bank::template::template;

/// Knows nothing: no voice, no model.
struct Nobody;

impl Senses for Nobody {
    fn voice_knows(&self, _term: &str) -> bool {
        false
    }

    fn relatedness(&mut self, _one: &str, _other: &str) -> Option<f32> {
        None
    }
}

/// Knows one term, and finds all texts related to the same degree.
struct Somebody(&'static str, f32);

impl Senses for Somebody {
    fn voice_knows(&self, term: &str) -> bool {
        term == self.0
    }

    fn relatedness(&mut self, _one: &str, _other: &str) -> Option<f32> {
        Some(self.1)
    }
}

fn good() -> String {
    template("Shift Lead").expect("a name").1
}

fn told(text: &str, senses: &mut dyn Senses) -> Vec<Warning> {
    check(text, "bank.toml", senses).unwrap_or_else(|errors| panic!("{errors:?}")).1
}

fn replaced(right: &str, wrong: &str) -> String {
    let good = good();
    assert!(good.contains(right), "{right}");
    good.replacen(right, wrong, 1)
}

const PROMPT: &str =
    "prompt = \"Tell me about a time when something that you looked after went wrong. What did you do about it?\"";

/// A rule, what stands in the good bank, and what stands there instead.
const CASES: &[(&str, &str, &str)] = &[
    ("unspeakable", PROMPT, "prompt = \"What is your take on build/buy?\""),
    ("unspeakable", PROMPT, "prompt = \"How do you plan (or not)?\""),
    ("address", PROMPT, "prompt = \"What is wrong with https://example.com?\""),
    ("address", PROMPT, "prompt = \"Who reads mail to sales@example.com?\""),
    ("abbreviation", PROMPT, "prompt = \"Have you moved an ERP?\""),
    ("abbreviation", PROMPT, "prompt = \"What do you measure, e.g. in sales?\""),
    ("abbreviation", PROMPT, "prompt = \"How do you log in with OAuth2?\""),
    (
        "long-prompt",
        PROMPT,
        "prompt = \"Imagine one two three four five six seven eight nine ten one two three four five six seven eight nine ten one two three four five six seven eight nine ten one two three four five six seven eight nine ten.\"",
    ),
    ("long-prompt", PROMPT, "prompt = \"It is late. It rains. The till is down. What now?\""),
    ("two-questions", PROMPT, "prompt = \"What broke? Who was hurt?\""),
    ("two-questions", PROMPT, "prompt = \"What broke, who was hurt, and when did it end?\""),
    ("two-questions", "What could wait?", "What could wait? And why?"),
    (
        "overlapping-points",
        "text = \"Finds the reason beneath the single mistake\"",
        "text = \"Looks for the causes of the damage\"",
    ),
    ("unprobed-point", "probes = [\"informs-early\"]", "probes = [\"shows-outcome\"]"),
    ("unprobed-point", "probes = [\"limits-harm\", \"no-real-case\"]", "probes = [\"no-real-case\"]"),
    ("purposeless-follow-up", "probes = []", "probes = [\"finds-cause\"]"),
    ("purposeless-follow-up", "probes = []", "probes = [\"informs-early\"]"),
    (
        "repeated-prompt",
        "A colleague has the same trouble tomorrow. What do you advise?",
        "Somebody looked after something that went wrong at a time. What then?",
    ),
    (
        "repeated-prompt",
        "A colleague has the same trouble tomorrow. What do you advise?",
        "In the first hour, could it wait?",
    ),
    (
        "given-away",
        "What had made that possible, and what is different today?",
        "What was the reason beneath that mistake?",
    ),
    ("given-away", "What had made that possible, and what is different today?", "Who gave the approval?"),
    (
        "short-answer",
        "I told my manager and the sales desk within ten minutes, because they had to know before the next call came in. Then we wrote to the three customers, let them keep the old price, and sent the right list to everybody else. Only",
        "Only",
    ),
    (
        "long-answer",
        "What I took from it is",
        "I say that again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again and again. What I took from it is",
    ),
    ("minutes", "minutes = 3", "minutes = 1"),
    ("minutes", "minutes = 3", "minutes = 8"),
    ("foreign-example", "example = \"I added a step that refuses", "example = \"I built a step that refuses"),
    ("unused-cues", "cues = [\"export\", \"approval\"]", "cues = [\"root cause\"]"),
    ("unused-competency", "[[competency]]", "[[competency]]\nid = \"craft\"\ntitle = \"Craft\"\n[[competency]]"),
    ("no-competency", "competencies = [\"ownership\"]", "competencies = []"),
    ("skill", "skills = [\"incident-handling\"]", "skills = [\"handling-incidents-at-night\"]"),
    ("skill", "skills = [\"incident-handling\"]", "skills = [\"incident-handling\", \"incidents-handling\"]"),
    ("skill", "skills = [\"incident-handling\"]", "skills = [\"incidents\", \"incidents\"]"),
];

/// Rules whose slips cannot be made in the good bank without another: what its points quote goes with the model answer's
/// words, and its only question is all that its competency has.
const COMPANIONS: [(&str, &str); 2] = [("short-answer", "foreign-example"), ("no-competency", "unused-competency")];

#[test]
fn nothing_is_told_of_a_new_bank() {
    for mut senses in [Somebody("", 0.0), Somebody("", 0.71)] {
        let told = told(&good(), &mut senses);
        assert!(told.is_empty(), "{told:?}");
    }
    assert!(told(&good(), &mut Nobody).is_empty());
}

#[test]
fn each_slip_is_told_once_with_its_line_its_question_and_what_to_do() {
    let mut written = String::new();
    for (rule, right, wrong) in CASES {
        let warnings = told(&replaced(right, wrong), &mut Nobody);
        let mut rules: Vec<&str> = warnings.iter().map(|one| one.rule).collect();
        rules.retain(|told| !COMPANIONS.contains(&(rule, told)));
        let lines: Vec<String> = warnings.iter().map(ToString::to_string).collect();
        assert!(!rules.is_empty() && rules.iter().all(|told| told == rule), "{wrong}: {lines:?}");
        let _written = writeln!(written, "{}", lines.join("\n"));
    }
    insta::assert_snapshot!(written);
}

#[test]
fn every_rule_has_a_case() {
    let sources = [
        include_str!("abbreviations.rs"),
        include_str!("follow_ups.rs"),
        include_str!("model_answer.rs"),
        include_str!("overlap.rs"),
        include_str!("probing.rs"),
        include_str!("speech.rs"),
        include_str!("tags.rs"),
    ];
    for source in sources {
        let (mut before, rules) = (source.split("\", message").peekable(), source.matches("findings.").count());
        let mut named = 0;
        while let Some(text) = before.next().filter(|_| before.peek().is_some()) {
            let rule = text.rsplit('"').next().unwrap_or_default();
            assert!(CASES.iter().any(|(known, ..)| *known == rule), "`{rule}` has no case");
            named += 1;
        }
        assert_eq!(named, rules, "a rule is named on the line that tells it");
    }
}

#[test]
fn what_is_meant_so_is_not_told() {
    for (right, wrong) in [
        (PROMPT, "prompt = \"What does DNS do for a CV on a VPN?\""),
        (PROMPT, "prompt = \"What would an enterprise resource planning system, an ERP, change here?\""),
        (PROMPT, "prompt = \"What did 2.5 percent cost you?\""),
        (PROMPT, "prompt = \"What went wrong, and what did you do?\""),
        ("weight = 3\n  example", "weight = 3\n  cues = []\n  example"),
        ("minutes = 3", "minutes = 1.5"),
        ("minutes = 3", "minutes = 5"),
    ] {
        let told = told(&replaced(right, wrong), &mut Nobody);
        assert!(told.is_empty(), "{wrong}: {told:?}");
    }
}

#[test]
fn a_term_that_the_voice_was_taught_is_not_told() {
    let text = replaced(PROMPT, "prompt = \"How many ERPs have you moved?\"");
    assert_eq!(told(&text, &mut Somebody("ERP", 0.0)), []);
    assert_eq!(told(&text, &mut Somebody("CRM", 0.0))[0].rule, "abbreviation");
}

#[test]
fn meaning_finds_what_words_do_not_and_clears_what_only_shares_words() {
    let rules = |text: &str, related: f32| -> Vec<&str> {
        told(text, &mut Somebody("", related)).iter().map(|one| one.rule).collect()
    };
    assert!(rules(&good(), 0.71).is_empty());
    assert!(rules(&good(), 0.73).iter().all(|rule| *rule == "overlapping-points"));
    assert_eq!(rules(&good(), 0.73).len(), 10, "each pair of five points");
    assert!(rules(&good(), 0.81).contains(&"repeated-prompt"));
    let shared = replaced("Finds the reason beneath the single mistake", "Looks for the causes of the damage");
    assert!(rules(&shared, 0.3).is_empty());
    assert_eq!(rules(&shared, 0.61), ["overlapping-points"]);
}

/// Pairs of points that say the same, an honest pair of a bank as a careless author might have doubled it.
const OVERLAPS: &str = include_str!("../data/overlaps.tsv");

#[test]
fn words_alone_find_more_than_half_of_the_points_that_say_the_same() {
    let found = OVERLAPS.lines().filter(|line| {
        let (one, other) = line.split_once('\t').expect("a pair");
        super::overlap::say_the_same(one, other, &mut Nobody)
    });
    assert_eq!((found.count(), OVERLAPS.lines().count()), (17, 30));
}

#[test]
fn the_bank_that_comes_with_hotseat_has_little_that_should_be_mended() {
    let text = include_str!("../../../questions/infrastructure-architect.toml");
    let told: Vec<String> =
        told(text, &mut Nobody).iter().filter(|one| one.grade == Grade::Warning).map(ToString::to_string).collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn a_broken_bank_is_told_its_errors_and_nothing_else() {
    let broken = replaced("minutes = 3", "minutes = 300").replacen("that you looked after", "(that)", 1);
    let errors = check(&broken, "bank.toml", &mut Nobody).expect_err("broken");
    assert_eq!(errors.len(), 1, "{errors:?}");
}

proptest! {
    #[test]
    fn no_prompt_brings_the_check_down(prompt in "\\PC{1,60}", related in -1.0_f32..1.0) {
        let quoted = toml::Value::from(format!("a{prompt}")).to_string();
        let text = replaced(PROMPT, &format!("prompt = {quoted}"));
        let lines = text.lines().count();
        for warning in told(&text, &mut Somebody("", related)) {
            prop_assert!((1..=lines).contains(&warning.line));
        }
    }
}
