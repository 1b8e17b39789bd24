//! The interviewer, event by event. Nothing here waits, plays or listens.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use proptest::prelude::*;

use super::effect::{Effect, Ending, Purpose, Reason, Why};
use super::event::{Command, Event};
use super::plan::Plan;
use super::{Interviewer, follow_up};
use crate::bank::{Bank, Question};
use crate::ids::{FollowUpId, PitfallId, PointId, QuestionId, RequestId, TurnId, UtteranceId};
use crate::judge::{Assessment, Band, Evidence, PitfallHit, PointVerdict, Standing, Verdict};
use crate::prompt;
use crate::transcript::delivery::sound::Sound;
use crate::transcript::{Transcript, Word};
use crate::turn::EndReason;
use crate::units::{AudioTime, Span};

const BANK: &str = r#"
format = 1
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
assesses = "Order."
model_answer = "I ask first. Then I build. Then I test."

  [[question.point]]
  id = "asks"
  text = "Asks what is wanted"
  weight = 3

  [[question.point]]
  id = "builds"
  text = "Builds in small steps"
  weight = 2

  [[question.point]]
  id = "tests"
  text = "Tests what was built"
  weight = 1

  [[question.pitfall]]
  id = "rushes"
  text = "Begins without a thought"

  [[question.follow_up]]
  id = "who"
  prompt = "Whom do you ask?"
  probes = ["asks", "rushes"]

  [[question.follow_up]]
  id = "how"
  prompt = "How big is a step?"
  probes = ["builds"]

  [[question.follow_up]]
  id = "proof"
  prompt = "How do you know it works?"
  probes = ["tests"]

  [[question.follow_up]]
  id = "deeper"
  prompt = "When would you not?"
  probes = []

[[question]]
id = "second"
prompt = "How do you end?"
kind = "opinion"
level = "mid"
minutes = 1
competencies = ["craft"]
assesses = "Judgement."
model_answer = "I write down what I learned."

  [[question.point]]
  id = "notes"
  text = "Writes down what was learned"
  weight = 2

  [[question.follow_up]]
  id = "where"
  prompt = "Where do you keep it?"
  probes = ["notes"]
"#;

fn bank() -> Bank {
    Bank::parse(BANK, "small.toml").expect("the bank of this test is valid")
}

fn plan() -> Plan {
    Plan {
        bank: bank(),
        questions: vec![id("first"), id("second")],
        persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("the default persona exists"),
        pressure: prompt::pressure("standard").expect("the standard pressure exists"),
        minutes: None,
    }
}

fn id(text: &str) -> QuestionId {
    QuestionId::new(text).expect("kebab-case")
}

fn words(text: &str) -> Transcript {
    let words = text.split_whitespace().enumerate().map(|(index, word)| {
        let start = AudioTime::from_ms(index as u64 * 300);
        Word {
            text: word.into(),
            span: Span::new(start, AudioTime::from_ms(index as u64 * 300 + 250)),
            probability: 0.9,
        }
    });
    Transcript { words: words.collect() }
}

/// An assessment of the question with these verdicts in the rubric's order.
fn assessed(question: &Question, verdicts: &[Verdict]) -> Assessment {
    let points: Vec<PointVerdict> = question
        .points
        .iter()
        .zip(verdicts)
        .map(|(point, &verdict)| PointVerdict {
            point: point.id.clone(),
            verdict,
            confidence: 0.9,
            p_partial: 0.9,
            p_covered: 0.9,
            doubt: None,
            evidence: (verdict != Verdict::Missing).then(|| Evidence {
                turn: TurnId(1),
                quote: "I ask".into(),
                span: None,
            }),
        })
        .collect();
    let total: f32 = question.points.iter().map(|point| f32::from(point.weight)).sum();
    let made: f32 = question
        .points
        .iter()
        .zip(verdicts)
        .map(|(point, verdict)| f32::from(point.weight) * if *verdict == Verdict::Covered { 1.0 } else { 0.0 })
        .sum();
    Assessment {
        standing: Standing::Attempt,
        points,
        pitfalls: Vec::new(),
        pitfall_chances: BTreeMap::new(),
        coverage: made / total,
        band: Band::clamped(3),
    }
}

/// Plays an interview: says every line, answers every turn, judges as told.
struct Stage {
    interviewer: Interviewer,
    effects: Vec<Effect>,
    verdicts: Vec<Verdict>,
    silent: bool,
}

impl Stage {
    fn new(verdicts: &[Verdict]) -> Self {
        Self { interviewer: Interviewer::new(plan()), effects: Vec::new(), verdicts: verdicts.to_vec(), silent: false }
    }

    fn send(&mut self, event: &Event) -> Vec<Effect> {
        let effects = self.interviewer.handle(event);
        self.effects.extend(effects.clone());
        effects
    }

    /// Answers effects until the interview is over or `stop` holds for an effect.
    fn play(&mut self, first: &Event, stop: impl Fn(&Effect) -> bool) -> Vec<Event> {
        let mut queue = vec![first.clone()];
        let mut sent = Vec::new();
        while !queue.is_empty() {
            let event = queue.remove(0);
            sent.push(event.clone());
            for effect in self.send(&event) {
                if stop(&effect) {
                    return sent;
                }
                queue.extend(self.answer(&effect));
            }
            assert!(sent.len() < 200, "the interview does not end");
        }
        sent
    }

    fn answer(&self, effect: &Effect) -> Vec<Event> {
        match effect {
            Effect::Say { utterance, .. } => vec![Event::Said { utterance: *utterance }],
            Effect::Listen { turn, .. } | Effect::HearOut { turn, .. } => {
                let transcript = if self.silent { Transcript::default() } else { words("I ask and then I build it") };
                vec![ended(*turn), heard(*turn, transcript)]
            }
            Effect::Judge { request, question, .. } => {
                let bank = bank();
                let question = bank.question(question).expect("the bank has it");
                vec![Event::Judged { request: *request, assessment: assessed(question, &self.verdicts), took_ms: 5 }]
            }
            _ => Vec::new(),
        }
    }

    fn asked(&self) -> Vec<String> {
        let asked = self.effects.iter().filter_map(|effect| match effect {
            Effect::Say { asked: Some(asked), .. } => Some(match &asked.follow_up {
                Some(follow_up) => format!("{}.{follow_up}", asked.question),
                None => asked.question.to_string(),
            }),
            _ => None,
        });
        asked.collect()
    }

    fn purposes(&self) -> Vec<Purpose> {
        let says = self.effects.iter().filter_map(|effect| match effect {
            Effect::Say { purpose, .. } => Some(*purpose),
            _ => None,
        });
        says.collect()
    }
}

fn ended(turn: TurnId) -> Event {
    Event::TurnEnded { turn, reason: EndReason::Complete, speech_end_ms: AudioTime::from_ms(4_000), duration_ms: 5_000 }
}

fn heard(turn: TurnId, transcript: Transcript) -> Event {
    Event::Heard { turn, transcript, took_ms: 100, worked_ms: 300, failure: None }
}

use Verdict::{Covered, Missing, Partial};

#[test]
fn an_interview_greets_asks_probes_twice_and_closes_with_feedback() {
    let mut stage = Stage::new(&[Missing, Missing, Covered]);
    stage.play(&Event::Begin, |_| false);
    assert_eq!(stage.asked(), ["first", "first.who", "first.how", "second", "second.where"]);
    let purposes = stage.purposes();
    assert_eq!(purposes[..3], [Purpose::Greeting, Purpose::Bridge, Purpose::Question]);
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
    let typed =
        Event::TurnEnded { turn: TurnId(1), reason: EndReason::Key, speech_end_ms: AudioTime::ZERO, duration_ms: 0 };
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

fn interrupted(turn: u32, ms: u64) -> Event {
    let why = "microphone `headset`: it is gone".into();
    Event::SourceInterrupted { turn: Some(TurnId(turn)), within_ms: AudioTime::from_ms(ms), why }
}

fn returned(turn: u32, ms: u64) -> Event {
    Event::SourceReturned { turn: Some(TurnId(turn)), within_ms: AudioTime::from_ms(ms), name: "built-in".into() }
}

/// An interview whose microphone went away in the first answer, with the line that says so.
fn away() -> (Stage, UtteranceId) {
    let mut stage = Stage::new(&[Covered, Missing, Missing]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    let effects = stage.send(&interrupted(1, 4_000));
    let [Effect::Say { utterance, purpose: Purpose::MicrophoneAway, .. }] = effects[..] else { panic!("{effects:?}") };
    (stage, utterance)
}

#[test]
fn a_microphone_that_comes_back_is_greeted_before_the_answer_goes_on() {
    let (mut stage, away) = away();
    stage.send(&Event::Said { utterance: away });
    let effects = stage.send(&returned(1, 11_000));
    let [Effect::Say { utterance, purpose: Purpose::MicrophoneBack, .. }] = effects[..] else { panic!("{effects:?}") };
    assert_eq!(stage.send(&Event::Said { utterance }), [Effect::Resume { turn: TurnId(1) }]);
    stage.send(&ended(TurnId(1)));
    assert!(matches!(stage.send(&heard(TurnId(1), words("I ask first")))[..], [Effect::Judge { .. }]));
}

#[test]
fn a_microphone_that_comes_back_at_once_cuts_the_complaint_short() {
    let (mut stage, away) = away();
    let effects = stage.send(&returned(1, 4_500));
    assert_eq!(effects[0], Effect::StopSaying { utterance: away });
    let Effect::Say { utterance, .. } = effects[1] else { panic!("{effects:?}") };
    assert!(matches!(stage.send(&Event::Said { utterance: away })[..], [Effect::Ignored { why: Why::Late, .. }]));
    assert_eq!(stage.send(&Event::Said { utterance }), [Effect::Resume { turn: TurnId(1) }]);
}

#[test]
fn a_microphone_that_flickers_is_waited_for_again() {
    let (mut stage, _) = away();
    let effects = stage.send(&returned(1, 5_000));
    let Some(Effect::Say { utterance, .. }) = effects.last().cloned() else { panic!("{effects:?}") };
    stage.send(&interrupted(1, 5_500));
    assert!(matches!(stage.send(&Event::Said { utterance })[..], [Effect::Ignored { why: Why::Noted, .. }]));
    let effects = stage.send(&returned(1, 9_000));
    let Some(Effect::Say { utterance, .. }) = effects.last().cloned() else { panic!("{effects:?}") };
    assert_eq!(stage.send(&Event::Said { utterance }), [Effect::Resume { turn: TurnId(1) }]);
}

#[test]
fn who_waits_for_a_microphone_may_end_the_answer_or_the_interview() {
    for (event, ending) in [
        (Event::Pressed { command: Command::Next }, None),
        (Event::Pressed { command: Command::Stop }, Some(Ending::Stopped)),
        (Event::SourceLost { why: "it stays away".into() }, Some(Ending::SourceLost)),
    ] {
        let (mut stage, utterance) = away();
        assert_eq!(stage.send(&event), [Effect::StopSaying { utterance }, Effect::EndTurn { turn: TurnId(1) }]);
        stage.send(&ended(TurnId(1)));
        let judge = stage.send(&heard(TurnId(1), words("I ask first")));
        let judged = stage.answer(&judge[0]);
        let effects = stage.send(&judged[0]);
        let end = effects.iter().find_map(|effect| match effect {
            Effect::End { ending } => Some(*ending),
            _ => None,
        });
        assert_eq!(end, ending, "{event:?}: what was said is judged first");
    }
}

#[test]
fn the_time_away_is_no_pause_of_the_candidates() {
    let (mut stage, _) = away();
    stage.send(&returned(1, 11_000));
    stage.send(&ended(TurnId(1)));
    let mut transcript = words("I ask and then I build");
    for (index, word) in transcript.words.iter_mut().enumerate() {
        // Two pauses: one of the candidate's own, and one in which nobody could be heard.
        let later = Duration::from_secs(if index < 2 {
            0
        } else if index < 4 {
            2
        } else {
            12
        });
        word.span = Span::new(word.span.start.plus(later), word.span.end.plus(later));
    }
    stage.send(&heard(TurnId(1), transcript));
    assert_eq!(stage.interviewer.asked[0].deliveries[0].long_pauses.len(), 1);
}

/// The lines that effects say, by purpose.
fn said(effects: &[Effect]) -> Vec<Purpose> {
    let say = |effect: &Effect| match effect {
        Effect::Say { purpose, .. } => Some(*purpose),
        _ => None,
    };
    effects.iter().filter_map(say).collect()
}

#[test]
fn whoever_interrupts_a_question_has_the_floor_for_it() {
    let mut stage = Stage::new(&[Covered]);
    stage.send(&Event::Begin);
    stage.send(&Event::Said { utterance: UtteranceId(1) });
    stage.send(&Event::Said { utterance: UtteranceId(2) });
    let effects = stage.send(&Event::BargedIn { utterance: UtteranceId(3) });
    assert_eq!(effects[0], Effect::StopSaying { utterance: UtteranceId(3) });
    assert!(matches!(&effects[1], Effect::Listen { asked, .. } if asked.question == id("first")), "{effects:?}");
    assert!(matches!(
        stage.send(&Event::Said { utterance: UtteranceId(3) })[..],
        [Effect::Ignored { why: Why::Late, .. }]
    ));
}

#[test]
fn whoever_interrupts_the_greeting_is_heard_out_and_then_asked() {
    let mut stage = Stage::new(&[Covered]);
    stage.send(&Event::Begin);
    let effects = stage.send(&Event::BargedIn { utterance: UtteranceId(1) });
    let stopped = [1, 2, 3].map(|number| Effect::StopSaying { utterance: UtteranceId(number) });
    assert_eq!(effects[..3], stopped);
    assert!(matches!(effects[3], Effect::HearOut { turn: TurnId(1), utterance: UtteranceId(1), .. }), "{effects:?}");
    stage.send(&ended(TurnId(1)));
    let effects = stage.send(&heard(TurnId(1), words("Hello Ada can you hear me")));
    assert_eq!(said(&effects), [Purpose::Bridge, Purpose::Question], "the greeting is not said twice");
    for utterance in [4, 5] {
        stage.send(&Event::Said { utterance: UtteranceId(utterance) });
    }
    assert!(matches!(stage.interviewer.state, super::State::Listening { turn: TurnId(2), .. }));
}

#[test]
fn an_interrupted_acknowledgement_costs_no_follow_up() {
    let mut stage = Stage::new(&[Missing, Missing, Missing]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    let at_once = stage.send(&ended(TurnId(1)));
    let [Effect::Say { utterance, purpose: Purpose::Acknowledge, .. }] = at_once[..] else { panic!("{at_once:?}") };
    let judge = stage.send(&heard(TurnId(1), words("I ask first")));
    stage.send(&stage.answer(&judge[0])[0].clone());
    stage.send(&Event::BargedIn { utterance });
    stage.send(&ended(TurnId(2)));
    let effects = stage.send(&heard(TurnId(2), words("and one more thing")));
    assert_eq!(said(&effects), [Purpose::FollowUp]);
}

#[test]
fn an_interruption_of_a_line_that_is_over_is_late() {
    let mut stage = Stage::new(&[Covered]);
    stage.send(&Event::Begin);
    stage.send(&Event::Said { utterance: UtteranceId(1) });
    let effects = stage.send(&Event::BargedIn { utterance: UtteranceId(1) });
    assert!(matches!(effects[..], [Effect::Ignored { why: Why::Late, .. }]));
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
            let _written = writeln!(table, "{state:<11} {:<18} {}", event.name(), names.join(", "));
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
    let mut hearing_out = speaking.clone();
    hearing_out.handle(&Event::BargedIn { utterance: UtteranceId(1) });
    vec![
        ("ready", Interviewer::new(plan())),
        ("speaking", speaking),
        ("hearing-out", hearing_out),
        ("listening", listening),
        ("away", away.interviewer),
        ("hearing", hearing),
        ("judging", until(|effect| matches!(effect, Effect::Judge { .. }))),
        ("ended", until(|_| false)),
    ]
}

fn each_event() -> Vec<Event> {
    let bank = bank();
    let question = &bank.questions[0];
    vec![
        Event::Begin,
        Event::Sounded { utterance: UtteranceId(1), since_speech_ms: None, since_decision_ms: None },
        Event::Said { utterance: UtteranceId(1) },
        Event::SayFailed { utterance: UtteranceId(1), why: "no speaker".into() },
        Event::BargedIn { utterance: UtteranceId(1) },
        Event::SpeechStarted { turn: TurnId(1) },
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
    ]
}

fn short(effect: &Effect) -> String {
    match effect {
        Effect::Say { purpose, .. } => format!("say {purpose:?}").to_lowercase(),
        Effect::Prepare { .. } => "prepare".into(),
        Effect::StopSaying { .. } => "stop saying".into(),
        Effect::Listen { .. } => "listen".into(),
        Effect::Resume { .. } => "resume".into(),
        Effect::HearOut { .. } => "hear out".into(),
        Effect::EndTurn { .. } => "end turn".into(),
        Effect::Judge { .. } => "judge".into(),
        Effect::Ignored { why, .. } => format!("– {why:?}").to_lowercase(),
        Effect::End { ending } => format!("end {ending:?}").to_lowercase(),
    }
}

proptest! {
    #[test]
    fn no_order_of_events_ends_an_interview_twice_or_brings_it_down(picks in prop::collection::vec(0..16usize, 0..80)) {
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

    #[test]
    fn a_follow_up_is_never_one_whose_points_were_made_or_that_was_asked(
        verdicts in prop::collection::vec(prop::sample::select(vec![Missing, Partial, Covered]), 3),
        asked in prop::sample::subsequence(vec!["who", "how", "proof", "deeper"], 0..4),
    ) {
        let bank = bank();
        let question = &bank.questions[0];
        let asked: Vec<FollowUpId> = asked.into_iter().map(|id| FollowUpId::new(id).expect("kebab-case")).collect();
        let assessment = assessed(question, &verdicts);
        if let Some((follow_up, reason)) = follow_up::choose(question, &assessment, &asked) {
            prop_assert!(!asked.contains(&follow_up.id));
            match reason {
                Reason::Deeper => prop_assert!(assessment.coverage >= 0.75),
                Reason::Probes { points, pitfalls } => {
                    prop_assert!(!points.is_empty() || !pitfalls.is_empty());
                    prop_assert!(points.iter().all(|point| assessment.verdict(point) != Covered));
                }
            }
        }
    }
}

#[test]
fn the_heaviest_missing_point_is_probed_first_and_a_pitfall_adds_to_it() {
    let bank = bank();
    let question = &bank.questions[0];
    let choose =
        |assessment: &Assessment| follow_up::choose(question, assessment, &[]).map(|(one, _)| one.id.to_string());
    assert_eq!(choose(&assessed(question, &[Missing, Missing, Missing])).as_deref(), Some("who"));
    assert_eq!(choose(&assessed(question, &[Covered, Missing, Missing])).as_deref(), Some("how"));
    assert_eq!(choose(&assessed(question, &[Covered, Covered, Missing])).as_deref(), Some("proof"));
    let mut fallen = assessed(question, &[Partial, Missing, Missing]);
    assert_eq!(choose(&fallen).as_deref(), Some("how"));
    fallen.pitfalls.push(PitfallHit {
        pitfall: PitfallId::new("rushes").expect("kebab-case"),
        confidence: 0.8,
        evidence: Evidence { turn: TurnId(1), quote: "I just start".into(), span: None },
    });
    assert_eq!(choose(&fallen).as_deref(), Some("who"));
}

#[test]
fn a_reason_names_what_is_open_and_not_what_was_made() {
    let bank = bank();
    let question = &bank.questions[0];
    let assessment = assessed(question, &[Missing, Covered, Covered]);
    let (_, reason) = follow_up::choose(question, &assessment, &[]).expect("a heavy point is open");
    let open = vec![PointId::new("asks").expect("kebab-case")];
    assert_eq!(reason, Reason::Probes { points: open, pitfalls: Vec::new() });
}
