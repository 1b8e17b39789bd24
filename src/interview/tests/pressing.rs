//! What presets make an interviewer do: bring back, doubt, warn, give time to think, take answers again, hand over, adapt.

use super::stage::{Stage, assessed, bank, bigger_bank, ended, ended_by, heard, id, pressed, said, words};
use crate::ids::{TimerId, TurnId};
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Purpose, Reason, Wait, Why};
use crate::interview::event::{Command, Event};
use crate::interview::plan::Plan;
use crate::judge::Band;
use crate::judge::Verdict::{Covered, Missing, Partial};
use crate::turn::EndReason;
use crate::units::AudioTime;

fn until_the_floor(name: &str) -> Stage {
    let mut stage = Stage::with(pressed(name), &[Missing, Missing, Missing]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    stage
}

fn read_so_far(seconds: u64) -> Event {
    Event::ReadSoFar { turn: TurnId(1), within_ms: AudioTime::from_ms(seconds * 1_000), off_question: true }
}

#[test]
fn an_answer_to_something_else_is_interrupted_once_and_led_back_and_stays_a_part_of_the_answer() {
    let mut stage = until_the_floor("tough");
    assert!(matches!(stage.send(&read_so_far(39))[..], [Effect::Ignored { .. }]), "there was no time to come to it");
    assert_eq!(stage.send(&read_so_far(41)), [Effect::Interrupt { turn: TurnId(1) }]);
    assert!(matches!(stage.send(&read_so_far(42))[..], [Effect::Ignored { .. }]));
    let back = stage.send(&ended_by(TurnId(1), EndReason::Interrupted));
    let [Effect::Say { utterance, purpose: Purpose::BackToQuestion, text, .. }] = &back[..] else { panic!("{back:?}") };
    assert!(text.ends_with("How do you begin?"), "{text}");
    stage.send(&heard(TurnId(1), words("Last summer we went to the sea")));
    let listen = stage.send(&Event::Said { utterance: *utterance });
    assert!(matches!(&listen[0], Effect::Listen { turn: TurnId(2), take: 2, .. }), "{listen:?}");
    let again = Event::ReadSoFar { turn: TurnId(2), within_ms: AudioTime::from_ms(90_000), off_question: true };
    assert!(matches!(stage.send(&again)[..], [Effect::Ignored { .. }]), "once a question");
    stage.send(&ended(TurnId(2)));
    let judge = stage.send(&heard(TurnId(2), words("I ask first")));
    assert!(matches!(&judge[..], [Effect::Judge { turns, .. }] if *turns == [TurnId(1), TurnId(2)]), "{judge:?}");
}

#[test]
fn nobody_is_interrupted_under_a_preset_that_does_not_say_so() {
    for name in ["calm", "standard", "panel", "rapid-fire", "silent-treatment"] {
        let effects = until_the_floor(name).send(&read_so_far(300));
        assert!(matches!(effects[..], [Effect::Ignored { why: Why::Noted, .. }]), "{name}: {effects:?}");
    }
}

#[test]
fn half_a_minute_is_told_into_the_turn_which_goes_on() {
    let mut stage = until_the_floor("tough");
    let effects = stage.send(&Event::TimeShort { turn: TurnId(1), left_ms: 29_500 });
    assert_eq!(said(&effects), [Purpose::HalfMinute]);
    assert_eq!(stage.send(&Event::Pressed { command: Command::Next }), [Effect::EndTurn { turn: TurnId(1) }]);
}

#[test]
fn a_weak_claim_is_doubted_once_an_interview() {
    let mut stage = Stage::with(pressed("tough"), &[Covered, Missing, Missing]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Judge { .. }));
    let bank = bank();
    let mut unsure = assessed(&bank.questions[0], &[Covered, Missing, Missing]);
    unsure.points[0].confidence = 0.4;
    let judged = |request, assessment| Event::Judged { request, assessment, took_ms: 5 };
    let effects = stage.send(&judged(crate::ids::RequestId(1), unsure.clone()));
    let Some(Effect::Say { asked: Some(asked), reason: Some(Reason::Doubts { points, pitfalls }), text, .. }) =
        effects.last()
    else {
        panic!("{effects:?}")
    };
    assert!(text.contains("Are you sure?") && pitfalls.is_empty(), "{text}");
    assert_eq!(points[0].as_str(), "asks");
    assert_eq!((asked.nth, asked.follow_up.as_ref().map(crate::ids::FollowUpId::as_str)), (1, Some("are-you-sure")));
    // The acknowledgement was not said to its end yet.
    let mut events: Vec<Event> = stage
        .effects
        .iter()
        .filter(|effect| matches!(effect, Effect::Say { .. }))
        .flat_map(|effect| stage.answer(effect))
        .collect();
    let mut requests = 0;
    while let Some(event) = (!events.is_empty()).then(|| events.remove(0)) {
        for effect in stage.send(&event) {
            match &effect {
                Effect::Judge { request, .. } => {
                    requests += 1;
                    events.push(judged(*request, unsure.clone()));
                }
                other => events.extend(stage.answer(other)),
            }
        }
    }
    assert!(requests > 2);
    let doubts =
        stage.effects.iter().filter(|effect| matches!(effect, Effect::Say { reason: Some(Reason::Doubts { .. }), .. }));
    assert_eq!(doubts.count(), 1);
}

#[test]
fn calm_helps_in_the_words_of_encouragement_and_keeps_no_time() {
    let mut stage = Stage::with(pressed("calm"), &[Missing]);
    stage.silent = true;
    stage.play(&Event::Begin, |_| false);
    let prods: Vec<&str> = stage.texts_of(Purpose::Prod);
    assert_eq!(prods.len(), 4, "twice a question");
    assert!(prods.iter().all(|prod| !prod.contains("hear")), "{prods:?}");
    let limits = stage.effects.iter().filter_map(|effect| match effect {
        Effect::Listen { patience, .. } => patience.time_limit,
        _ => None,
    });
    assert_eq!(limits.count(), 0);
}

#[test]
fn where_nothing_is_acknowledged_nothing_is_said_when_an_answer_ends() {
    for name in ["silent-treatment", "one-way"] {
        let mut stage = Stage::with(pressed(name), &[Missing, Missing, Covered]);
        stage.play(&Event::Begin, |_| false);
        assert!(stage.texts_of(Purpose::Acknowledge).is_empty(), "{name}");
        assert!(stage.effects.iter().any(|effect| matches!(effect, Effect::Judge { .. })), "{name}");
    }
}

#[test]
fn there_is_time_to_think_until_it_is_over_or_enter_is_pressed_and_a_late_timer_means_nothing() {
    let thinking = || {
        let mut stage = Stage::with(pressed("one-way"), &[Covered]);
        let events = stage.play(&Event::Begin, |effect| matches!(effect, Effect::StartTimer { .. }));
        assert!(events.len() > 4);
        let start = stage.effects.last().cloned();
        assert_eq!(start, Some(Effect::StartTimer { timer: TimerId(1), ms: 30_000, wait: Wait::Think }));
        stage
    };
    let done = Event::TimerDone { timer: TimerId(1) };
    assert!(matches!(thinking().send(&done)[0], Effect::Listen { take: 1, .. }));
    let mut early = thinking();
    let effects = early.send(&Event::Pressed { command: Command::Next });
    assert!(matches!(effects[..2], [Effect::StopTimer { timer: TimerId(1) }, Effect::Listen { .. }]), "{effects:?}");
    assert!(matches!(early.send(&done)[..], [Effect::Ignored { why: Why::Late, .. }]));
}

/// Plays a one-way interview to the offer of a retake, and asks for it.
fn retaken() -> Stage {
    let mut stage = Stage::with(pressed("one-way"), &[Covered]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::StartTimer { wait: Wait::Retake, .. }));
    let effects = stage.send(&Event::Pressed { command: Command::Retake });
    assert!(
        matches!(effects[1], Effect::Listen { take: 2, replaces: true, .. }),
        "no time to think again: {effects:?}"
    );
    stage.send(&ended(TurnId(2)));
    stage
}

#[test]
fn an_answer_that_is_given_again_stands_for_the_first_and_there_is_no_third() {
    let judge = retaken().send(&heard(TurnId(2), words("I ask and then I build")));
    assert!(matches!(&judge[..], [Effect::Judge { turns, .. }] if *turns == [TurnId(2)]), "{judge:?}");
}

#[test]
fn a_second_try_in_which_nothing_is_said_leaves_the_first_standing() {
    let judge = retaken().send(&heard(TurnId(2), words("")));
    assert!(matches!(&judge[..], [Effect::Judge { turns, .. }] if *turns == [TurnId(1)]), "{judge:?}");
}

#[test]
fn a_panel_takes_turns_differs_at_the_first_follow_up_and_prepares_in_the_right_voice() {
    let mut stage = Stage::with(pressed("panel"), &[Missing, Missing, Missing]);
    stage.play(&Event::Begin, |_| false);
    let who: Vec<(Purpose, Option<&str>)> = stage
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Say { purpose, speaker, .. } => Some((*purpose, speaker.as_deref())),
            _ => None,
        })
        .filter(|(purpose, _)| *purpose != Purpose::Acknowledge)
        .collect();
    assert_eq!(
        who,
        [
            (Purpose::Greeting, None),
            (Purpose::Statement, None),
            (Purpose::Bridge, None),
            (Purpose::Question, None),
            (Purpose::Differ, Some("George")),
            (Purpose::FollowUp, Some("George")),
            (Purpose::FollowUp, Some("Bella")),
            (Purpose::Bridge, Some("Bella")),
            (Purpose::Bridge, Some("George")),
            (Purpose::Question, Some("George")),
            (Purpose::Differ, Some("Bella")),
            (Purpose::FollowUp, Some("Bella")),
            (Purpose::Feedback, None),
            (Purpose::Closing, None),
        ]
    );
    let mut prepared = Vec::new();
    for effect in &stage.effects {
        match effect {
            Effect::Prepare { texts, speakers } => {
                assert_eq!(texts.len(), speakers.len());
                prepared.extend(texts.iter().cloned().zip(speakers.iter().cloned()));
            }
            Effect::Say {
                purpose: Purpose::FollowUp | Purpose::Acknowledge | Purpose::Differ, text, speaker, ..
            } => {
                assert!(prepared.contains(&(text.clone(), speaker.clone())), "{speaker:?} says `{text}` unprepared");
            }
            _ => {}
        }
    }
}

/// The questions that are asked when every answer gets the band beside it.
fn asked_by_bands(bands: &[u8], reserve: &[&str]) -> Vec<(String, Option<Reason>)> {
    let mut plan =
        Plan { bank: bigger_bank(), reserve: reserve.iter().map(|one| id(one)).collect(), ..pressed("tough") };
    plan.questions = ["mid-one", "mid-two", "mid-three"].map(id).to_vec();
    plan.pressure.follow_ups_max = 0;
    let bank = bigger_bank();
    let mut interviewer = Interviewer::new(plan);
    let (mut events, mut asked) = (vec![Event::Begin], Vec::new());
    while let Some(event) = (!events.is_empty()).then(|| events.remove(0)) {
        for effect in interviewer.handle(&event) {
            match effect {
                Effect::Say { utterance, purpose, asked: what, reason, .. } => {
                    if let Some(what) = what.filter(|_| purpose == Purpose::Question) {
                        asked.push((what.question.to_string(), reason));
                    }
                    events.push(Event::Said { utterance });
                }
                Effect::Listen { turn, .. } => events.extend([ended(turn), heard(turn, words("I ask and I build"))]),
                Effect::Judge { request, question, .. } => {
                    let mut assessment = assessed(bank.question(&question).expect("it is there"), &[Partial]);
                    assessment.band = Band::clamped(bands[asked.len() - 1]);
                    events.push(Event::Judged { request, assessment, took_ms: 1 });
                }
                _ => {}
            }
        }
    }
    asked
}

#[test]
fn questions_follow_the_strength_of_answers_and_come_from_the_reserve() {
    let all = ["junior-one", "senior-one", "principal-one"];
    let names = |bands: &[u8], reserve: &[&str]| -> Vec<String> {
        let told = asked_by_bands(bands, reserve).into_iter().map(|(name, reason)| match reason {
            Some(reason) => format!("{name} {reason:?}"),
            None => name,
        });
        told.collect()
    };
    assert_eq!(names(&[3, 3, 3], &all), ["mid-one", "mid-two", "mid-three"]);
    assert_eq!(names(&[4, 4, 3], &all), ["mid-one", "senior-one Harder", "principal-one Harder"]);
    assert_eq!(names(&[2, 3, 3], &all), ["mid-one", "mid-two", "mid-three"], "one weak answer is no reason");
    assert_eq!(names(&[2, 1, 3], &all), ["mid-one", "mid-two", "junior-one Easier"]);
    assert_eq!(names(&[5, 2, 2], &all), ["mid-one", "senior-one Harder", "mid-three"]);
    assert_eq!(names(&[5, 5, 5], &[]), ["mid-one", "mid-two", "mid-three"], "named questions are asked as named");
    assert_eq!(names(&[5, 5, 5], &["senior-one"]), ["mid-one", "senior-one Harder", "mid-three"], "nothing twice");
}
