//! Sessions as they are told: what follow-ups probed and gained, and what pressure did.

use proptest::prelude::*;

use super::difference::Finding;
use super::markdown;
use super::measure::Measure;
use super::pressure_effect::PressureEffect;
use super::report::Report;
use crate::bank::Bank;
use crate::ids::{Asked, FollowUpId, PitfallId, PointId, QuestionId, TurnId};
use crate::interview::effect::Reason;
use crate::interview::plan::Plan;
use crate::judge::{Assessment, Band, Doubt, Evidence, PitfallHit, PointVerdict, Standing, Verdict};
use crate::prompt;
use crate::session::outcome::outcomes;
use crate::session::record::{Opened, Source};
use crate::session::{Exchange, Session, Take};
use crate::transcript::delivery::sound::Sound;
use crate::transcript::{Transcript, Word};
use crate::turn::strain::Strain;
use crate::units::{AudioTime, Span};

pub(super) const BANK: &str = r#"
format = 1
id = "small"
title = "Small Role"
license = "CC0-1.0"

[[question]]
id = "only"
prompt = "How do you begin?"
kind = "design"
level = "mid"
minutes = 2
assesses = "Order."
model_answer = "I ask first. Then I build."

  [[question.point]]
  id = "asks"
  text = "Asks what is wanted"
  weight = 3

  [[question.point]]
  id = "builds"
  text = "Builds in small steps."
  weight = 2

  [[question.pitfall]]
  id = "rushes"
  text = "Begins without a thought"

  [[question.follow_up]]
  id = "who"
  prompt = "Whom do you ask?"
  probes = ["asks", "builds", "rushes"]
"#;

/// A session under a pressure, begun on that day of a month.
pub(super) fn session(pressure: &str, day: u32, exchanges: Vec<Exchange>) -> Session {
    let question = QuestionId::new("only").expect("kebab-case");
    let assessments = exchanges.iter().filter_map(|one| Some((question.clone(), one.assessment.clone()?))).collect();
    let mut named = prompt::pressure("standard").expect("the standard pressure exists");
    named.name = pressure.into();
    let plan = Plan {
        bank: Bank::parse(BANK, "small.toml").expect("the bank of this test is valid"),
        questions: vec![question],
        reserve: Vec::new(),
        panel: Vec::new(),
        persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("the default persona exists"),
        pressure: named,
        minutes: None,
        wording: None,
    };
    let opened = Opened {
        id: format!("{pressure}-{day}"),
        started: format!("2026-10-{day:02}T08:00:00Z").parse().expect("a date"),
        hotseat: "0.1.0".into(),
        source: Source::Typed,
        plan,
    };
    Session { exchanges, assessments, ..Session::new(opened) }
}

pub(super) fn exchange(nth: u32, transcript: Transcript, assessment: Option<Assessment>) -> Exchange {
    let follow_up = (nth > 0).then(|| FollowUpId::new("who").expect("kebab-case"));
    let take = Take {
        turn: TurnId(nth + 1),
        recording: format!("{nth}.wav"),
        ended: None,
        duration_ms: Some(30_000),
        speech_end_ms: None,
        transcript: Some(transcript),
        heard: None,
        corrections: crate::transcript::correct::Corrections::new(),
        reheard_by: None,
        transcribed_in_ms: None,
        recognised_in_ms: None,
        failure: None,
        strain: Strain::default(),
        gaps: Vec::new(),
        sound: None,
        given_again: false,
    };
    Exchange {
        worded_by: None,
        asked: Asked { question: QuestionId::new("only").expect("kebab-case"), follow_up, nth },
        prompt: if nth == 0 { "How do you begin?".into() } else { "You said: I just start. Whom do you ask?".into() },
        speaker: None,
        reason: None,
        takes: vec![take],
        assessment,
        judged_in_ms: None,
        reply_after_speech_ms: None,
        reply_after_decision_ms: None,
        went_on_after_speech_ms: None,
    }
}

pub(super) fn judged(verdicts: [(Verdict, Option<Doubt>); 2], coverage: f32) -> Assessment {
    let points = ["asks", "builds"].into_iter().zip(verdicts).map(|(id, (verdict, doubt))| PointVerdict {
        point: PointId::new(id).expect("kebab-case"),
        verdict,
        confidence: 0.8,
        p_partial: 0.5,
        p_covered: 0.5,
        doubt,
        evidence: None,
    });
    let pitfall = PitfallId::new("rushes").expect("kebab-case");
    let evidence = Evidence { turn: TurnId(1), quote: "I just start.".into(), span: None };
    Assessment {
        standing: Standing::Attempt,
        points: points.collect(),
        pitfalls: vec![PitfallHit { pitfall, confidence: 0.7, evidence }],
        pitfall_chances: std::collections::BTreeMap::new(),
        coverage,
        band: Band::clamped(3),
    }
}

/// A session in which a follow-up probed both points and the pitfall.
pub(super) fn probed(after: Option<Assessment>) -> Session {
    let before = judged([(Verdict::Missing, None), (Verdict::Partial, Some(Doubt::Close))], 0.2);
    let id = |text: &str| PointId::new(text).expect("kebab-case");
    let quoted = Evidence { turn: TurnId(1), quote: "I just start".into(), span: None };
    let reason = Reason::Probes {
        points: vec![id("asks"), id("builds")],
        pitfalls: vec![PitfallId::new("rushes").expect("kebab-case")],
        taken_up: Some(quoted),
    };
    let first = exchange(0, Transcript::typed("I just start. In small bits, I guess."), Some(before));
    let second = Exchange { reason: Some(reason), ..exchange(1, Transcript::typed("The users, each of them."), after) };
    session("standard", 1, vec![first, second])
}

#[test]
fn the_report_tells_what_a_follow_up_probed_what_was_believed_of_it_and_what_it_gained() {
    let after = judged([(Verdict::Covered, None), (Verdict::Partial, Some(Doubt::Misheard))], 0.8);
    insta::assert_snapshot!(markdown::report(&Report::of(&probed(Some(after)))));
}

#[test]
fn what_a_follow_up_gained_is_told_either_way_and_not_at_all_where_its_answer_was_not_judged() {
    let gain = |after| Report::of(&probed(after)).exchanges[1].gained_text.clone();
    let fell = gain(Some(judged([(Verdict::Missing, None), (Verdict::Missing, None)], 0.0))).expect("it was judged");
    assert!(fell.contains("“Asks what is wanted” stayed missing."), "{fell}");
    assert!(fell.contains("“Builds in small steps” fell from half made to missing"), "{fell}");
    assert!(fell.contains("from 20 to 0 %"), "{fell}");
    assert_eq!(gain(None), None);
}

/// An answer of some 24 s, whose first word comes after so many milliseconds.
pub(super) fn spoken(delay_ms: u64) -> Exchange {
    let word = |n: u64| {
        let start = AudioTime::from_ms(delay_ms + n * 400);
        Word {
            text: "word".into(),
            span: Span::new(start, AudioTime::from_ms(delay_ms + n * 400 + 350)),
            probability: 0.9,
        }
    };
    let mut exchange = exchange(0, Transcript { words: (0..60).map(word).collect() }, None);
    exchange.takes[0].sound = Some(Sound {
        speech_start_ms: Some(AudioTime::from_ms(delay_ms)),
        speech_end_ms: Some(AudioTime::from_ms(delay_ms + 24_000)),
        speech_ms: 20_000,
        heard_again: true,
        ..Sound::default()
    });
    exchange
}

pub(super) fn under(pressure: &str, day: u32, delays_ms: &[u64]) -> Session {
    session(pressure, day, delays_ms.iter().map(|delay| spoken(*delay)).collect())
}

fn beside(session: &Session, earlier: &[Session]) -> Option<PressureEffect> {
    PressureEffect::of(&outcomes(session), &earlier.iter().flat_map(outcomes).collect::<Vec<_>>())
}

fn finding(effect: &PressureEffect, measure: Measure) -> Finding {
    effect.measures.iter().find(|one| one.measure == measure).expect("every measure is there").finding
}

pub(super) const CALM: [u64; 6] = [800, 900, 1_000, 1_100, 1_200, 1_300];
pub(super) const SLOW: [u64; 5] = [2_000, 2_200, 2_400, 2_600, 2_800];

#[test]
fn a_difference_that_chance_does_not_bring_is_named_with_counts_and_ranges() {
    let session = under("tough", 9, &SLOW);
    let earlier = [under("calm", 1, &CALM[..3]), under("calm", 2, &CALM[3..]), under("standard", 3, &[9_000; 6])];
    let effect = beside(&session, &earlier).expect("it is compared");
    assert_eq!(finding(&effect, Measure::Delay), Finding::Higher);
    assert_eq!(finding(&effect, Measure::Rate), Finding::Same);
    assert_eq!(finding(&effect, Measure::Coverage), Finding::TooLittle);
    let stands_in = beside(&session, &earlier[2..]).expect("it is compared");
    assert_eq!(finding(&stands_in, Measure::Delay), Finding::Lower);
    assert!(effect.lines().iter().chain(&stands_in.lines()).all(|line| !line.contains('{')));
    insta::assert_snapshot!(format!("{}\n\n{}", effect.lines().join("\n"), stands_in.lines().join("\n")));
}

#[test]
fn the_baseline_is_not_compared_with_itself_and_answers_that_came_in_another_way_are_none_of_it() {
    let calm = [under("calm", 1, &CALM)];
    assert_eq!(beside(&under("calm", 9, &CALM), &calm), None);
    assert_eq!(beside(&under("standard", 9, &CALM), &[]), None);
    assert!(beside(&under("standard", 9, &CALM), &calm).is_some());
    let mut by_ear = under("calm", 1, &CALM);
    by_ear.opened.source = Source::Microphone { name: "desk".into() };
    let effect = beside(&under("tough", 9, &SLOW), &[by_ear]).expect("there is something to say");
    assert_eq!(finding(&effect, Measure::Delay), Finding::TooLittle);
}

#[test]
fn four_answers_are_too_little_however_far_apart_and_earlier_ones_under_the_same_pressure_count() {
    let calm = under("calm", 1, &CALM);
    let session = under("tough", 9, &SLOW[..3]);
    let effect = beside(&session, std::slice::from_ref(&calm)).expect("it is compared");
    assert_eq!(finding(&effect, Measure::Delay), Finding::TooLittle);
    let effect = beside(&session, &[calm, under("tough", 5, &SLOW[3..])]).expect("it is compared");
    assert_eq!(finding(&effect, Measure::Delay), Finding::Higher);
}

proptest! {
    #[test]
    fn nothing_is_named_where_both_are_the_same_answers_or_one_side_has_few(
        delays in prop::collection::vec(0u64..9_000, 1..12), few in prop::collection::vec(0u64..9_000, 0..5),
    ) {
        let effect = beside(&under("tough", 9, &delays), &[under("calm", 1, &delays)]).expect("it is compared");
        prop_assert!(![Finding::Higher, Finding::Lower].contains(&finding(&effect, Measure::Delay)));
        let effect = beside(&under("tough", 9, &delays), &[under("calm", 1, &few)]).expect("it is compared");
        prop_assert!(effect.measures.iter().all(|one| one.finding == Finding::TooLittle));
    }
}
