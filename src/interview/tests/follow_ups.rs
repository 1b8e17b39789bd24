//! Which follow-up is chosen, and in which words it begins.

use std::time::Duration;

use proptest::prelude::*;

use super::stage::{Stage, assessed, bank, ended, heard, words};
use crate::bank::{Probe, Question};
use crate::ids::{FollowUpId, PitfallId, PointId, TurnId};
use crate::interview::effect::{Effect, Purpose, Reason};
use crate::interview::event::Event;
use crate::interview::follow_up::choose;
use crate::judge::{Assessment, Evidence, PitfallHit, Verdict};

use Verdict::{Covered, Missing, Partial};

fn follow_up(text: &str) -> FollowUpId {
    FollowUpId::new(text).expect("kebab-case")
}

/// What is chosen for the first question of the bank.
fn chosen(assessment: &Assessment, asked: &[&str], spare_s: Option<u64>) -> Option<String> {
    let bank = bank();
    let asked: Vec<FollowUpId> = asked.iter().map(|id| follow_up(id)).collect();
    let choice = choose(&bank.questions[0], assessment, &asked, spare_s.map(Duration::from_secs));
    choice.map(|(one, _)| one.id.to_string())
}

fn judged(verdicts: [Verdict; 3]) -> Assessment {
    assessed(&bank().questions[0], &verdicts)
}

fn with_pitfall(mut assessment: Assessment, confidence: f32) -> Assessment {
    assessment.pitfalls.push(PitfallHit {
        pitfall: PitfallId::new("rushes").expect("kebab-case"),
        confidence,
        evidence: Evidence { turn: TurnId(1), quote: "I just start".into(), span: None },
    });
    assessment
}

/// The assessment with other probabilities for a point, by its place in the rubric.
fn believed(mut assessment: Assessment, point: usize, p_partial: f32, p_covered: f32) -> Assessment {
    assessment.points[point].p_partial = p_partial;
    assessment.points[point].p_covered = p_covered;
    assessment
}

#[test]
fn the_heaviest_open_part_is_probed_first_and_a_pitfall_adds_to_it() {
    for (assessment, wanted) in [
        (judged([Missing, Missing, Missing]), Some("who")),
        (judged([Covered, Missing, Missing]), Some("how")),
        (judged([Partial, Missing, Missing]), Some("how")),
        (with_pitfall(judged([Partial, Missing, Missing]), 0.9), Some("who")),
        (judged([Covered, Covered, Missing]), Some("deeper")),
        (judged([Covered, Covered, Covered]), Some("deeper")),
    ] {
        assert_eq!(chosen(&assessment, &[], None).as_deref(), wanted, "{assessment:?}");
    }
}

#[test]
fn a_doubtful_missing_is_worth_less_than_a_sure_one_and_a_doubtful_covered_has_a_little_to_gain() {
    let sure = judged([Covered, Missing, Missing]);
    assert_eq!(chosen(&sure, &[], None).as_deref(), Some("how"));
    // The point of weight 2 may well have been half made; that of weight 1 is surely missing.
    let doubtful = believed(believed(sure, 1, 0.9, 0.5), 2, 0.0, 0.0);
    assert_eq!(chosen(&doubtful, &[], None).as_deref(), Some("proof"));
    // Nothing but the pitfall's doubt differs, and it is just enough.
    let fallen = |confidence| believed(with_pitfall(judged([Covered, Covered, Covered]), confidence), 0, 0.9, 0.8);
    assert_eq!(chosen(&fallen(0.2), &[], None).as_deref(), Some("deeper"));
    assert_eq!(chosen(&fallen(1.0), &[], None).as_deref(), Some("deeper"), "most of what it asks was said");
    let in_doubt = believed(fallen(1.0), 0, 0.6, 0.5);
    assert_eq!(chosen(&in_doubt, &[], None).as_deref(), Some("who"));
}

#[test]
fn with_little_time_only_heavy_gains_are_asked_for_and_nothing_goes_deeper() {
    let mut light = judged([Covered, Covered, Missing]);
    light.coverage = 0.6;
    for (spare, wanted) in [(None, Some("proof")), (Some(600), Some("proof")), (Some(119), None), (Some(0), None)] {
        assert_eq!(chosen(&light, &[], spare).as_deref(), wanted, "{spare:?} s to spare");
    }
    assert_eq!(chosen(&judged([Missing, Covered, Covered]), &[], Some(0)).as_deref(), Some("who"));
    assert_eq!(chosen(&judged([Covered, Covered, Covered]), &[], Some(0)), None);
}

#[test]
fn what_was_probed_already_is_worth_little_a_second_time() {
    let bank = bank();
    let mut question = bank.questions[0].clone();
    let probes = Probe::Point(PointId::new("asks").expect("kebab-case"));
    question.follow_ups[1].probes = vec![probes];
    question.follow_ups[1].prompt = "Whom else?".into();
    let assessment = assessed(&question, &[Missing, Covered, Missing]);
    let choice = choose(&question, &assessment, &[follow_up("who")], None);
    assert_eq!(choice.map(|(one, _)| one.id.to_string()).as_deref(), Some("proof"));
}

#[test]
fn a_reason_names_what_is_open_and_not_what_was_made() {
    let bank = bank();
    let assessment = judged([Missing, Covered, Covered]);
    let (_, reason) = choose(&bank.questions[0], &assessment, &[], None).expect("a heavy point is open");
    let open = vec![PointId::new("asks").expect("kebab-case")];
    assert_eq!(reason, Reason::Probes { points: open, pitfalls: Vec::new(), taken_up: None });
}

/// What somebody says to everything. Its first sentence half makes the first point, its second one the next.
const SAID: [&str; 2] = ["So we ask every user group.", "We take small steps every day."];

/// The assessment of [`SAID`], said in this turn.
fn half_made(question: &Question, turn: TurnId) -> Assessment {
    let mut assessment = assessed(question, &[Partial, Partial, Covered]);
    for (judged, quote) in assessment.points.iter_mut().zip(SAID) {
        judged.p_partial = 0.6;
        judged.p_covered = 0.0;
        judged.evidence = Some(Evidence { turn, quote: quote.into(), span: None });
    }
    assessment
}

/// An interview up to the first answer.
fn answered() -> (Stage, Vec<Effect>) {
    let mut stage = Stage::new(&[]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    let acknowledged = stage.send(&ended(TurnId(1)));
    let judge = stage.send(&heard(TurnId(1), words(&SAID.join(" "))));
    for said in acknowledged.iter().flat_map(|effect| stage.answer(effect)).collect::<Vec<Event>>() {
        stage.send(&said);
    }
    (stage, judge)
}

fn judged_as(judge: &[Effect], assessment: Assessment) -> Event {
    let Effect::Judge { request, .. } = judge[0] else { panic!("{judge:?}") };
    Event::Judged { request, assessment, took_ms: 5 }
}

fn asked_with(effects: &[Effect]) -> Option<(String, Option<String>)> {
    effects.iter().find_map(|effect| match effect {
        Effect::Say { purpose: Purpose::FollowUp, reason: Some(Reason::Probes { taken_up, .. }), text, .. } => {
            Some((text.clone(), taken_up.as_ref().map(|quoted| quoted.quote.clone())))
        }
        _ => None,
    })
}

#[test]
fn a_claim_is_taken_up_word_for_word_before_the_first_follow_up_and_made_ready_so() {
    let (mut stage, judge) = answered();
    let assessment = half_made(&bank().questions[0], TurnId(1));
    let ready = stage.interviewer.would_say(&assessment);
    let effects = stage.send(&judged_as(&judge, assessment));
    let (text, quoted) = asked_with(&effects).expect("a follow-up is asked");
    assert_eq!(quoted.as_deref(), Some("we ask every user group"));
    assert_eq!(text, "You said: we ask every user group. Whom do you ask?");
    assert_eq!(ready.iter().map(|line| &line.text).collect::<Vec<_>>(), [&text]);
}

#[test]
fn the_second_follow_up_to_a_question_and_one_with_words_that_were_taken_up_before_begin_plainly() {
    let (mut stage, judge) = answered();
    let bank = bank();
    let mut turn = TurnId(1);
    let mut queue = vec![judged_as(&judge, half_made(&bank.questions[0], turn))];
    let mut follow_ups = Vec::new();
    while !queue.is_empty() {
        let effects = stage.send(&queue.remove(0));
        follow_ups.extend(asked_with(&effects));
        for effect in effects {
            match effect {
                Effect::Say { utterance, .. } => queue.push(Event::Said { utterance }),
                Effect::Listen { turn: open, .. } => {
                    turn = open;
                    queue.extend([ended(open), heard(open, words(&SAID.join(" ")))]);
                }
                Effect::Judge { request, question, .. } => {
                    let assessment = half_made(bank.question(&question).expect("the bank has it"), turn);
                    queue.push(Event::Judged { request, assessment, took_ms: 5 });
                }
                _ => {}
            }
        }
    }
    assert_eq!(stage.asked(), ["first", "first.who", "first.how", "second", "second.where"]);
    let quoted: Vec<bool> = follow_ups.iter().map(|(_, quoted)| quoted.is_some()).collect();
    assert_eq!(quoted, [true, false, false], "{follow_ups:?}");
}

proptest! {
    #[test]
    fn a_follow_up_is_never_one_whose_points_were_made_or_that_was_asked(
        verdicts in prop::collection::vec(prop::sample::select(vec![Missing, Partial, Covered]), 3),
        chances in prop::collection::vec((0.0f32..=1.0, 0.0f32..=1.0), 3),
        asked in prop::sample::subsequence(vec!["who", "how", "proof", "deeper"], 0..4),
        spare in prop::option::of(0..900u64),
    ) {
        let bank = bank();
        let question = &bank.questions[0];
        let asked: Vec<FollowUpId> = asked.into_iter().map(follow_up).collect();
        let mut assessment = assessed(question, &verdicts);
        for (judged, (touched, covered)) in assessment.points.iter_mut().zip(chances) {
            judged.p_partial = touched;
            judged.p_covered = covered.min(touched);
        }
        if let Some((follow_up, reason)) = choose(question, &assessment, &asked, spare.map(Duration::from_secs)) {
            prop_assert!(!asked.contains(&follow_up.id));
            match reason {
                Reason::Doubts { .. } | Reason::Harder | Reason::Easier => prop_assert!(false, "no follow-up of a bank"),
                Reason::Deeper => prop_assert!(assessment.coverage >= 0.75),
                Reason::Probes { points, pitfalls, .. } => {
                    prop_assert!(!points.is_empty() || !pitfalls.is_empty());
                    prop_assert!(points.iter().all(|point| assessment.verdict(point) != Covered));
                }
            }
        }
    }
}
