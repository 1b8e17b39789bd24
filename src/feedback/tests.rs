//! Feedback over several interviews.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::{Feedback, Judged, plan};
use crate::bank::{Bank, Point};
use crate::ids::TurnId;
use crate::judge::{Assessment, Band, Doubt, Evidence, PointVerdict, Standing, Verdict};
use crate::transcript::delivery::Delivery;
use crate::transcript::delivery::fillers::Filler;
use crate::transcript::delivery::sound::Sound;
use crate::units::{AudioTime, Span};
use Verdict::{Covered, Missing, Partial};

const BANK: &str = r#"
format = 1
id = "small"
title = "Small Role"
license = "CC0-1.0"

[[question]]
id = "first"
prompt = "How do you keep it running?"
kind = "design"
level = "mid"
minutes = 2
assesses = "Order."
model_answer = "Before I draw anything I ask how long the business can be down. Everything runs in two zones behind a load balancer. We practise the failover every month, on purpose and with everybody watching, because a failover that nobody has tried is only a hope and nothing that I would bet my sleep on."

  [[question.point]]
  id = "asks"
  text = "Asks how long the business can be down"
  weight = 3

  [[question.point]]
  id = "zones"
  text = "Runs in several zones"
  weight = 2

  [[question.point]]
  id = "drill"
  text = "Practises the failover"
  weight = 2
"#;

/// Feedback on answers to the questions of a bank, each of one standing and with one verdict a point.
fn feedback(bank: &Bank, answers: &[(Standing, &[(Verdict, f32)])], delivery: &Delivery) -> Feedback {
    let assessed: Vec<Assessment> = bank
        .questions
        .iter()
        .zip(answers)
        .map(|(question, (standing, verdicts))| Assessment {
            standing: *standing,
            points: question.points.iter().zip(*verdicts).map(|(point, one)| verdict(point, one.0, one.1)).collect(),
            pitfalls: Vec::new(),
            pitfall_chances: BTreeMap::new(),
            coverage: 0.5,
            band: Band::clamped(3),
        })
        .collect();
    let judged = bank.questions.iter().zip(&assessed);
    let judged = judged.map(|(question, assessment)| Judged { question, assessment, delivery: vec![delivery] });
    plan(&judged.collect::<Vec<_>>())
}

fn verdict(point: &Point, verdict: Verdict, confidence: f32) -> PointVerdict {
    let quote = format!("what I said about {}, for as long as somebody spoke about it.", point.id);
    let evidence = (verdict != Missing).then_some(Evidence { turn: TurnId(1), quote, span: None });
    PointVerdict {
        point: point.id.clone(),
        verdict,
        confidence,
        p_partial: confidence,
        p_covered: confidence,
        doubt: None,
        evidence,
    }
}

fn told(standing: Standing, verdicts: &[(Verdict, f32)], delivery: &Delivery) -> (String, String) {
    let bank = Bank::parse(BANK, "small.toml").expect("valid");
    let feedback = feedback(&bank, &[(standing, verdicts)], delivery);
    (feedback.spoken(), feedback.written())
}

fn seconds(spoken: &str) -> f64 {
    spoken.split_whitespace().count() as f64 / 155.0 * 60.0
}

fn steady() -> Delivery {
    Delivery { words: 150, speaking_s: 60.0, words_per_minute: Some(150.0), ..Delivery::default() }
}

#[test]
fn a_strength_is_told_with_its_words_and_the_heaviest_gap_with_what_a_good_answer_says() {
    let (spoken, written) = told(Standing::Attempt, &[(Missing, 0.9), (Covered, 0.9), (Partial, 0.7)], &steady());
    insta::assert_snapshot!(format!("{spoken}\n\n{written}"));
}

#[test]
fn a_shaky_covered_point_is_not_praised() {
    let (spoken, _) = told(Standing::Attempt, &[(Covered, 0.5), (Missing, 0.9), (Missing, 0.9)], &steady());
    assert!(spoken.contains("will not pretend"), "{spoken}");
}

#[test]
fn a_covered_point_that_a_language_model_disputes_is_not_praised() {
    let bank = Bank::parse(BANK, "small.toml").expect("valid");
    let question = &bank.questions[0];
    let points = question.points.iter().map(|point| {
        let doubt = Some(Doubt::Disputed);
        PointVerdict { doubt, ..verdict(point, Covered, 0.9) }
    });
    let mut assessment = Assessment {
        standing: Standing::Attempt,
        points: points.collect(),
        pitfalls: Vec::new(),
        pitfall_chances: BTreeMap::new(),
        coverage: 1.0,
        band: Band::clamped(4),
    };
    let spoken = |assessment: &Assessment| plan(&[Judged { question, assessment, delivery: vec![&steady()] }]).spoken();
    assert!(!spoken(&assessment).contains("You said"), "{}", spoken(&assessment));
    assessment.points[0].doubt = None;
    assert!(spoken(&assessment).contains("You said"), "{}", spoken(&assessment));
}

#[test]
fn what_was_no_answer_is_called_by_its_name_and_never_praised() {
    let mut all = String::new();
    for standing in [Standing::Silent, Standing::Echo, Standing::OffTopic, Standing::NoSubstance] {
        // Whatever a judge said of the points, no attempt means no praise.
        let (spoken, written) = told(standing, &[(Missing, 1.0), (Covered, 1.0), (Missing, 1.0)], &steady());
        assert!(!spoken.contains("You said") && !written.contains("What worked"), "{standing:?}: {spoken}");
        assert!((15.0..=40.0).contains(&seconds(&spoken)), "{standing:?}: {:.0} s: {spoken}", seconds(&spoken));
        let _written = writeln!(all, "{standing:?}\n{spoken}\n\n{written}\n");
    }
    insta::assert_snapshot!(all);
}

#[test]
fn without_a_verdict_nothing_is_said_about_content() {
    let spoken = plan(&[]).spoken();
    assert!(spoken.contains("no verdict"), "{spoken}");
    assert!(!spoken.contains("too little"), "a judge that failed is not the candidate's silence: {spoken}");
}

#[test]
fn an_answer_that_was_silent_does_not_hide_one_that_was_an_attempt() {
    let two = BANK.replace("id = \"first\"", "id = \"second\"");
    let two = format!("{BANK}{}", &two[two.find("[[question]]").expect("there is one")..]);
    let bank = Bank::parse(&two, "two.toml").expect("valid");
    let silent: (Standing, &[(Verdict, f32)]) = (Standing::Silent, &[(Missing, 1.0), (Missing, 1.0), (Missing, 1.0)]);
    let attempt: (Standing, &[(Verdict, f32)]) = (Standing::Attempt, &[(Covered, 0.9), (Covered, 0.9), (Missing, 0.9)]);
    let spoken = feedback(&bank, &[silent, attempt], &steady()).spoken();
    assert!(spoken.contains("what I said about asks"), "{spoken}");
    assert!(spoken.contains("this: Practises the failover."), "the gap of the attempt, which can be closed: {spoken}");
}

#[test]
fn a_point_without_a_sentence_that_is_plainly_about_it_gets_no_advice() {
    let bank = BANK.replace("text = \"Practises the failover\"", "text = \"Names a second supplier\"");
    let bank = Bank::parse(&bank, "small.toml").expect("valid");
    let verdicts = [(Covered, 0.9), (Covered, 0.9), (Missing, 0.9)];
    let spoken = feedback(&bank, &[(Standing::Attempt, &verdicts)], &steady()).spoken();
    assert!(spoken.contains("Names a second supplier. On delivery"), "{spoken}");
}

#[test]
fn words_of_the_candidate_that_look_like_a_template_stay_as_they_are() {
    let bank = BANK.replace("id = \"asks\"\n  text = \"Asks", "id = \"asks\"\n  text = \"{quote} {advice} Asks");
    let bank = Bank::parse(&bank, "small.toml").expect("valid");
    let verdicts = [(Covered, 0.9), (Covered, 0.9), (Missing, 0.9)];
    let spoken = feedback(&bank, &[(Standing::Attempt, &verdicts)], &steady()).spoken();
    assert!(spoken.contains("{quote} {advice} Asks"), "{spoken}");
}

#[test]
fn a_full_rubric_has_no_gap() {
    let (spoken, _) = told(Standing::Attempt, &[(Covered, 0.9), (Covered, 0.8), (Covered, 0.7)], &steady());
    assert!(spoken.contains("no gap to name"), "{spoken}");
}

#[test]
fn the_note_on_delivery_is_the_one_that_matters_most() {
    let verdicts = [(Covered, 0.9), (Covered, 0.9), (Missing, 0.9)];
    let note = |delivery: &Delivery| told(Standing::Attempt, &verdicts, delivery).0;
    assert!(
        note(&Delivery { words_per_minute: Some(210.0), ..steady() }).contains("210 words a minute, which is hard")
    );
    assert!(
        note(&Delivery { words_per_minute: Some(180.0), ..steady() }).contains("180 words a minute, which is brisk")
    );
    assert!(note(&Delivery { words_per_minute: Some(72.0), ..steady() }).contains("more pace"));
    assert!(note(&Delivery { fillers_at_least: 9, ..steady() }).contains("at least 9 filler words"));
    assert!(
        note(&Delivery { fillers_at_least: 4, ..steady() }).contains("easy to follow"),
        "a few fillers are nobody's business"
    );
    assert!(note(&Delivery { words: 5, ..steady() }).contains("too few words"), "five words tell nothing");
    let once = Delivery { fillers_at_least: 1, speaking_s: 8.0, words: 21, ..steady() };
    assert!(note(&once).contains("easy to follow"), "one filler in a short answer is chance");
    let measured = |fillers: usize| {
        let sound = Sound {
            speech_end_ms: Some(AudioTime::from_ms(60_000)),
            speech_start_ms: Some(AudioTime::ZERO),
            fillers: vec![Filler { span: Span::default(), probability: 0.9 }; fillers],
            heard_again: true,
            ..Sound::default()
        };
        Delivery { sound: Some(sound), ..steady() }
    };
    assert!(note(&measured(14)).contains("filler sounds a minute. Up to five cost nothing"), "{}", note(&measured(14)));
    assert!(note(&measured(5)).contains("easy to follow"), "five a minute cost nothing with listeners");
    assert!(note(&measured(6)).contains("easy to follow"), "nobody is told off for what may be five");
    let typed = Delivery { speaking_s: 0.0, words_per_minute: None, ..steady() };
    assert!(!note(&typed).contains("On delivery"), "what was typed has no delivery");
}

#[test]
fn feedback_lasts_fifteen_to_forty_seconds_whatever_was_good_and_missing() {
    let bank = Bank::parse(include_str!("../../questions/infrastructure-architect.toml"), "bank").expect("valid");
    let deliveries = [steady(), Delivery { fillers_at_least: 40, ..steady() }, Delivery::default()];
    for question in &bank.questions {
        let bank = Bank { questions: vec![question.clone()], ..bank.clone() };
        let all = question.points.len();
        // Each point missing alone, all missing, none missing; then each covered alone.
        for (alone, others, at) in (0..=all).flat_map(|at| [(Missing, Covered, at), (Covered, Missing, at)]) {
            let verdicts: Vec<_> = (0..all).map(|i| (if i == at { alone } else { others }, 0.9)).collect();
            for delivery in &deliveries {
                let spoken = feedback(&bank, &[(Standing::Attempt, &verdicts)], delivery).spoken();
                let seconds = seconds(&spoken);
                assert!((15.0..=40.0).contains(&seconds), "{}: {seconds:.0} s: {spoken}", question.id);
            }
        }
    }
}
