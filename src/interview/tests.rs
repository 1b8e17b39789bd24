//! The interviewer, event by event. Nothing here waits, plays or listens.

use std::fmt::Write;

use proptest::prelude::*;

mod any_order;
mod away;
mod barge_in;
mod follow_ups;
mod pause;
mod picking_up;
mod pressing;
mod shows;
mod stage;
mod wording;

use self::away::{away, interrupted, returned};
use self::stage::{Stage, assessed, bank, ended, heard, id, plan, pressed, words};
use self::wording::in_other_words;
use super::Interviewer;
use super::effect::{Effect, Ending, Purpose, Spoken, Wait, Why};
use super::event::{Command, Event};
use crate::ids::{RequestId, TimerId, TurnId, UtteranceId};
use crate::judge::Verdict;
use crate::transcript::delivery::sound::Sound;
use crate::turn::EndReason;
use crate::turn::strain::Strain;
use crate::units::AudioTime;

use Verdict::{Covered, Missing, Partial};

#[test]
fn an_interview_greets_asks_probes_twice_and_closes_with_feedback() {
    let mut stage = Stage::new(&[Missing, Missing, Covered]);
    stage.play(&Event::Begin, |_| false);
    assert_eq!(stage.asked(), ["first", "first.who", "first.how", "second", "second.where"]);
    let purposes = stage.purposes();
    assert_eq!(purposes[..4], [Purpose::Greeting, Purpose::Statement, Purpose::Bridge, Purpose::Question]);
    assert_eq!(purposes[purposes.len() - 2..], [Purpose::Feedback, Purpose::Closing]);
    assert_eq!(stage.effects.last(), Some(&Effect::End { ending: Ending::Complete }));
}

#[test]
fn a_covered_rubric_is_probed_no_further_but_taken_deeper() {
    let mut stage = Stage::new(&[Covered, Covered, Covered]);
    stage.play(&Event::Begin, |_| false);
    assert_eq!(stage.asked(), ["first", "first.deeper", "second"]);
}

#[test]
fn somebody_who_says_nothing_is_helped_once_and_then_the_interview_moves_on() {
    let mut stage = Stage::new(&[Missing]);
    stage.silent = true;
    stage.play(&Event::Begin, |_| false);
    assert_eq!(stage.asked(), ["first", "second"]);
    let prods = stage.purposes().iter().filter(|purpose| **purpose == Purpose::Prod).count();
    assert_eq!(prods, 2, "once a question");
    assert!(!stage.effects.iter().any(|effect| matches!(effect, Effect::Judge { .. })), "nothing was said to judge");
    let takes: Vec<u32> = stage
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Listen { take, .. } => Some(*take),
            _ => None,
        })
        .collect();
    assert_eq!(takes, [1, 2, 1, 2]);
}

#[test]
fn what_would_be_said_next_is_known_while_the_candidate_still_speaks() {
    let mut stage = Stage::new(&[Missing, Missing, Covered]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    let bank = bank();
    let first = bank.question(&id("first")).expect("the bank has it");
    let probed = stage.interviewer.would_say(&assessed(first, &[Missing, Missing, Covered]));
    assert_eq!(texts(&probed), [first.follow_ups[0].prompt.as_str()]);
    stage.interviewer.plan.pressure.follow_ups_max = 0;
    let next = stage.interviewer.would_say(&assessed(first, &[Missing, Missing, Covered]));
    let second = bank.question(&id("second")).map(|second| second.prompt.as_str());
    assert_eq!(texts(&next).last().copied(), second);
}

fn texts(lines: &[Spoken]) -> Vec<&str> {
    lines.iter().map(|line| line.text.as_str()).collect()
}

#[test]
fn an_answer_is_acknowledged_as_soon_as_it_ends_and_once() {
    let mut stage = Stage::new(&[Missing, Missing, Missing]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    let at_once = stage.send(&ended(TurnId(1)));
    let [Effect::Say { purpose: Purpose::Acknowledge, utterance, .. }] = at_once[..] else { panic!("{at_once:?}") };
    let judge = stage.send(&heard(TurnId(1), words("I ask first")));
    let next = stage.send(&stage.answer(&judge[0])[0].clone());
    assert!(matches!(next[..], [Effect::Say { purpose: Purpose::FollowUp, .. }]), "{next:?}");
    let Effect::Say { utterance: question, .. } = next[0] else { panic!("{next:?}") };
    stage.send(&Event::Said { utterance });
    let listen = stage.send(&Event::Said { utterance: question });
    assert!(matches!(listen[0], Effect::Listen { .. }), "both lines were said: {listen:?}");
}

#[test]
fn an_answer_without_sound_is_acknowledged_once_its_words_are_there() {
    let mut stage = Stage::new(&[Missing, Missing, Missing]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    let typed = Event::TurnEnded {
        turn: TurnId(1),
        reason: EndReason::Key,
        speech_end_ms: AudioTime::ZERO,
        duration_ms: 0,
        strain: Strain::default(),
    };
    assert!(matches!(stage.send(&typed)[..], [Effect::Ignored { why: Why::Noted, .. }]));
    let judge = stage.send(&heard(TurnId(1), words("I ask first")));
    let next = stage.send(&stage.answer(&judge[0])[0].clone());
    assert!(matches!(next[..], [Effect::Say { purpose: Purpose::Acknowledge, .. }, Effect::Say { .. }]), "{next:?}");
}

#[test]
fn enter_ends_the_answer_and_skips_a_line() {
    let mut stage = Stage::new(&[Covered]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    assert_eq!(stage.send(&Event::Pressed { command: Command::Next }), [Effect::EndTurn { turn: TurnId(1) }]);
    let mut stage = Stage::new(&[Covered]);
    stage.send(&Event::Begin);
    let effects = stage.send(&Event::Pressed { command: Command::Next });
    assert_eq!(effects, [Effect::StopSaying { utterance: UtteranceId(1) }]);
}

#[test]
fn a_stop_in_an_answer_hears_it_out_judges_it_and_ends() {
    let mut stage = Stage::new(&[Covered, Missing, Missing]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    assert_eq!(stage.send(&Event::Pressed { command: Command::Stop }), [Effect::EndTurn { turn: TurnId(1) }]);
    stage.send(&ended(TurnId(1)));
    let effects = stage.send(&heard(TurnId(1), words("I ask first")));
    assert!(matches!(effects[..], [Effect::Judge { .. }]));
    stage.play(&stage.answer(&effects[0])[0].clone(), |_| false);
    assert_eq!(stage.effects.last(), Some(&Effect::End { ending: Ending::Stopped }));
    assert!(!stage.purposes().contains(&Purpose::Closing), "who stops wants no speech");
}

#[test]
fn a_second_stop_does_not_wait_for_the_words() {
    let mut stage = Stage::new(&[Covered]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    stage.send(&Event::Pressed { command: Command::Stop });
    assert_eq!(stage.send(&Event::Pressed { command: Command::Stop }), [Effect::End { ending: Ending::Stopped }]);
}

#[test]
fn a_lost_microphone_keeps_what_was_said_and_ends() {
    let mut stage = Stage::new(&[Covered, Missing, Missing]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    stage.send(&Event::SourceLost { why: "unplugged".into() });
    stage.send(&ended(TurnId(1)));
    let judge = stage.send(&heard(TurnId(1), words("I ask first")));
    let judged = stage.answer(&judge[0]);
    assert_eq!(stage.send(&judged[0]), [Effect::End { ending: Ending::SourceLost }]);
}

#[test]
fn a_microphone_that_is_lost_during_the_feedback_ends_nothing() {
    let mut stage = Stage::new(&[Covered]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Say { purpose: Purpose::Closing, .. }));
    let effects = stage.send(&Event::SourceLost { why: "unplugged".into() });
    assert!(matches!(effects[..], [Effect::Ignored { why: Why::Noted, .. }]), "{effects:?}");
    assert!(!stage.interviewer.is_over());
}

#[test]
fn what_comes_late_is_ignored_with_the_reason() {
    let mut stage = Stage::new(&[Covered]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    for late in [
        Event::Said { utterance: UtteranceId(1) },
        heard(TurnId(9), words("old words")),
        Event::JudgeFailed { request: RequestId(9), why: "slow".into() },
    ] {
        let effects = stage.send(&late);
        assert!(matches!(effects[..], [Effect::Ignored { why: Why::Late, .. }]), "{late:?}: {effects:?}");
    }
}

#[test]
fn a_judge_that_fails_costs_the_follow_ups_and_nothing_else() {
    let mut stage = Stage::new(&[Covered]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Judge { .. }));
    let failed = Event::JudgeFailed { request: RequestId(1), why: "no model".into() };
    stage.play(&failed, |effect| matches!(effect, Effect::Listen { .. }));
    assert_eq!(stage.asked(), ["first", "second"]);
}

#[test]
fn when_the_time_is_over_no_new_question_is_begun() {
    let mut stage = Stage::new(&[Missing, Missing, Missing]);
    let mut short = plan();
    short.minutes = Some(0.05);
    stage.interviewer = Interviewer::new(short);
    stage.play(&Event::Begin, |_| false);
    assert_eq!(stage.asked(), ["first"]);
    assert!(stage.purposes().contains(&Purpose::Feedback));
}

#[test]
fn the_same_events_give_the_same_effects() {
    let mut stage = Stage::new(&[Missing, Partial, Covered]);
    let events = stage.play(&Event::Begin, |_| false);
    let mut again = Interviewer::new(plan());
    let replayed: Vec<Effect> = events.iter().flat_map(|event| again.handle(event)).collect();
    assert_eq!(replayed, stage.effects);
}

#[test]
fn every_state_says_what_it_does_with_every_event() {
    let mut table = String::new();
    for (state, interviewer) in each_state() {
        for event in each_event() {
            let effects = interviewer.clone().handle(&event);
            let names: Vec<String> = effects.iter().map(short).collect();
            let name = match &event {
                Event::Pressed { command } => format!("pressed {command:?}").to_lowercase(),
                _ => event.name().to_owned(),
            };
            let _written = writeln!(table, "{state:<11} {name:<18} {}", names.join(", "));
        }
    }
    insta::assert_snapshot!(table);
}

fn each_state() -> Vec<(&'static str, Interviewer)> {
    let until = |stop: fn(&Effect) -> bool| {
        let mut stage = Stage::new(&[Missing, Missing, Missing]);
        stage.play(&Event::Begin, stop);
        stage.interviewer
    };
    let listening = until(|effect| matches!(effect, Effect::Listen { .. }));
    let mut hearing = listening.clone();
    hearing.handle(&ended(TurnId(1)));
    let mut speaking = Interviewer::new(plan());
    speaking.handle(&Event::Begin);
    let (away, _) = away();
    let mut paused = listening.clone();
    paused.handle(&Event::Pressed { command: Command::Pause });
    let one_way = |stop: fn(&Effect) -> bool| {
        let mut stage = Stage::with(pressed("one-way"), &[Missing, Missing, Missing]);
        stage.play(&Event::Begin, stop);
        stage.interviewer
    };
    let thinking = one_way(|effect| matches!(effect, Effect::StartTimer { wait: Wait::Think, .. }));
    let offering = one_way(|effect| matches!(effect, Effect::StartTimer { wait: Wait::Retake, .. }));
    let mut hearing_out = speaking.clone();
    hearing_out.handle(&Event::BargedIn { utterance: UtteranceId(1) });
    vec![
        ("ready", Interviewer::new(plan())),
        ("speaking", speaking),
        ("hearing-out", hearing_out),
        ("thinking", thinking),
        ("listening", listening),
        ("away", away.interviewer),
        ("hearing", hearing),
        ("judging", until(|effect| matches!(effect, Effect::Judge { .. }))),
        ("wording", in_other_words().interviewer),
        ("offering", offering),
        ("paused", paused),
        ("ended", until(|_| false)),
    ]
}

fn each_event() -> Vec<Event> {
    let bank = bank();
    let question = &bank.questions[0];
    vec![
        Event::Begin,
        Event::PickedUp,
        Event::Sounded { utterance: UtteranceId(1), since_speech_ms: None, since_decision_ms: None },
        Event::Said { utterance: UtteranceId(1) },
        Event::SayFailed { utterance: UtteranceId(1), why: "no speaker".into() },
        Event::BargedIn { utterance: UtteranceId(1) },
        Event::SpokeOn,
        Event::SpeechStarted { turn: TurnId(1) },
        Event::TimeShort { turn: TurnId(1), left_ms: 30_000 },
        Event::ReadSoFar { turn: TurnId(1), within_ms: AudioTime::from_ms(60_000), off_question: true },
        Event::TimerDone { timer: TimerId(1) },
        Event::WordsBegan { request: RequestId(2) },
        Event::Worded { request: RequestId(2), text: "Whom do you ask?".into(), took_ms: 300 },
        Event::WordingFailed { request: RequestId(2), why: "it praises".into() },
        ended(TurnId(1)),
        heard(TurnId(1), words("I ask first")),
        Event::Judged {
            request: RequestId(1),
            assessment: assessed(question, &[Missing, Missing, Missing]),
            took_ms: 1,
        },
        Event::Measured { turn: TurnId(1), sound: Sound::default(), took_ms: 1 },
        Event::JudgeFailed { request: RequestId(1), why: "no model".into() },
        interrupted(1, 4_000),
        returned(1, 9_000),
        Event::SourceLost { why: "unplugged".into() },
        Event::Pressed { command: Command::Next },
        Event::Pressed { command: Command::Stop },
        Event::Pressed { command: Command::Pause },
        Event::Pressed { command: Command::Retake },
    ]
}

fn short(effect: &Effect) -> String {
    match effect {
        Effect::Say { purpose, .. } => format!("say {purpose:?}").to_lowercase(),
        Effect::Prepare { .. } => "prepare".into(),
        Effect::StopSaying { .. } => "stop saying".into(),
        Effect::Listen { .. } => "listen".into(),
        Effect::StartTimer { wait, .. } => format!("start timer {wait:?}").to_lowercase(),
        Effect::StopTimer { .. } => "stop timer".into(),
        Effect::Interrupt { .. } => "interrupt".into(),
        Effect::Pause => "pause".into(),
        Effect::GoOn => "go on".into(),
        Effect::Resume { .. } => "resume".into(),
        Effect::HearOut { .. } => "hear out".into(),
        Effect::EndTurn { .. } => "end turn".into(),
        Effect::Judge { .. } => "judge".into(),
        Effect::Word { .. } => "word".into(),
        Effect::Ignored { why, .. } => format!("– {why:?}").to_lowercase(),
        Effect::End { ending } => format!("end {ending:?}").to_lowercase(),
    }
}

proptest! {
    #[test]
    fn no_order_of_events_ends_an_interview_twice_or_brings_it_down(picks in prop::collection::vec(0..26usize, 0..80)) {
        let events = each_event();
        let mut interviewer = Interviewer::new(plan());
        let mut ends = 0;
        for pick in picks {
            let over = interviewer.is_over();
            let effects = interviewer.handle(&events[pick]);
            prop_assert!(!effects.is_empty(), "an unhandled pair must be an explicit one");
            ends += effects.iter().filter(|effect| matches!(effect, Effect::End { .. })).count();
            if over {
                let ignored = matches!(effects[..], [Effect::Ignored { why: Why::Over, .. }]);
                prop_assert!(ignored);
            }
        }
        prop_assert!(ends <= 1);
    }
}
