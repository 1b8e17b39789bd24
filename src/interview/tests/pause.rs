//! Breaks: in every state, and what goes on after them.

use super::stage::{Stage, ended, heard, pressed, said, words};
use crate::ids::{RequestId, TimerId, TurnId, UtteranceId};
use crate::interview::effect::{Effect, Ending, Purpose, Wait, Why};
use crate::interview::event::{Command, Event};
use crate::judge::Verdict::{Covered, Missing};

const PAUSE: Event = Event::Pressed { command: Command::Pause };
const NEXT: Event = Event::Pressed { command: Command::Next };

fn listening() -> Stage {
    let mut stage = Stage::new(&[Missing, Missing, Missing]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    stage
}

#[test]
fn a_break_in_an_answer_holds_it_and_it_goes_on() {
    let mut stage = listening();
    assert_eq!(stage.send(&PAUSE), [Effect::Pause]);
    assert!(matches!(stage.send(&Event::SpokeOn)[..], [Effect::Ignored { why: Why::Noted, .. }]), "nobody listens");
    assert_eq!(stage.send(&NEXT), [Effect::GoOn]);
    stage.send(&ended(TurnId(1)));
    let judge = stage.send(&heard(TurnId(1), words("I ask first")));
    assert!(matches!(judge[..], [Effect::Judge { .. }]));
}

#[test]
fn lines_that_a_break_cut_are_said_again_after_it() {
    let mut stage = Stage::new(&[Missing]);
    stage.send(&Event::Begin);
    stage.send(&Event::Said { utterance: UtteranceId(1) });
    let effects = stage.send(&PAUSE);
    assert_eq!(effects.len(), 4, "three lines are cut: {effects:?}");
    stage.send(&Event::Said { utterance: UtteranceId(2) });
    let effects = stage.send(&NEXT);
    assert_eq!(effects[0], Effect::GoOn);
    assert_eq!(said(&effects), [Purpose::Statement, Purpose::Bridge, Purpose::Question]);
}

#[test]
fn what_happens_in_a_break_is_taken_in_after_it() {
    let mut stage = listening();
    stage.send(&ended(TurnId(1)));
    stage.send(&PAUSE);
    stage.send(&heard(TurnId(1), words("I ask first")));
    let effects = stage.send(&NEXT);
    assert!(matches!(&effects[..], [Effect::GoOn, Effect::Judge { .. }]), "{effects:?}");
    stage.send(&PAUSE);
    let judged = stage.answer(&Effect::Judge {
        request: RequestId(1),
        question: super::stage::id("first"),
        turns: vec![TurnId(1)],
    });
    stage.send(&judged[0]);
    let effects = stage.send(&NEXT);
    assert_eq!(said(&effects), [Purpose::FollowUp], "{effects:?}");
}

#[test]
fn time_to_think_begins_anew_after_a_break_and_the_old_timer_is_late() {
    let mut stage = Stage::with(pressed("one-way"), &[Covered]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::StartTimer { .. }));
    assert_eq!(stage.send(&PAUSE), [Effect::Pause, Effect::StopTimer { timer: TimerId(1) }]);
    stage.send(&Event::TimerDone { timer: TimerId(1) });
    let effects = stage.send(&NEXT);
    let again = Effect::StartTimer { timer: TimerId(2), ms: 30_000, wait: Wait::Think };
    assert_eq!(effects[..2], [Effect::GoOn, again]);
    assert!(matches!(effects[2..], [Effect::Ignored { why: Why::Late, .. }]), "{effects:?}");
}

#[test]
fn escape_again_ends_and_what_was_said_is_heard_and_judged() {
    let mut stage = listening();
    stage.send(&PAUSE);
    assert_eq!(stage.send(&PAUSE), [Effect::EndTurn { turn: TurnId(1) }]);
    stage.send(&ended(TurnId(1)));
    let judge = stage.send(&heard(TurnId(1), words("I ask first")));
    let judged = stage.answer(&judge[0]);
    assert_eq!(stage.send(&judged[0]), [Effect::End { ending: Ending::Stopped }]);
}

#[test]
fn escape_again_after_the_words_came_in_the_break_judges_them() {
    let mut stage = listening();
    stage.send(&ended(TurnId(1)));
    stage.send(&PAUSE);
    stage.send(&heard(TurnId(1), words("I ask first")));
    let effects = stage.send(&PAUSE);
    let judge = effects.iter().find(|effect| matches!(effect, Effect::Judge { .. })).expect("it is judged");
    let judged = stage.answer(judge);
    assert!(stage.send(&judged[0]).contains(&Effect::End { ending: Ending::Stopped }));
}

#[test]
fn somebody_who_leaves_or_has_not_begun_makes_no_break() {
    let mut stage = listening();
    stage.send(&Event::Pressed { command: Command::Stop });
    assert!(matches!(stage.send(&PAUSE)[..], [Effect::Ignored { why: Why::Noted, .. }]));
    let mut stage = Stage::new(&[Covered]);
    assert!(matches!(stage.send(&PAUSE)[..], [Effect::Ignored { why: Why::Noted, .. }]));
}
