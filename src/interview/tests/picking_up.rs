//! Interviews that broke off, at any moment, and are gone on with.

use proptest::prelude::*;

use super::any_order::{World, presets};
use super::stage::{Stage, ended, heard, pressed, said, words};
use crate::ids::{RequestId, TurnId, UtteranceId};
use crate::interview::effect::{Effect, Ending, Purpose, Wait, Why};
use crate::interview::event::{Command, Event};
use crate::judge::Verdict::{Covered, Missing};

const PAUSE: Event = Event::Pressed { command: Command::Pause };
const STOP: Event = Event::Pressed { command: Command::Stop };

fn listening() -> Stage {
    let mut stage = Stage::new(&[Missing, Missing, Missing]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    stage
}

/// Says all that is to be said, and returns what is wanted then.
fn say_all(stage: &mut Stage, effects: &[Effect]) -> Vec<Effect> {
    let mut wanted = Vec::new();
    for effect in effects {
        if let Effect::Say { utterance, .. } = effect {
            wanted = stage.send(&Event::Said { utterance: *utterance });
        }
    }
    wanted
}

#[test]
fn a_turn_that_broke_off_is_taken_anew_and_what_was_said_in_it_counts() {
    let mut stage = listening();
    stage.send(&heard(TurnId(1), words("I ask first")));
    let effects = stage.send(&Event::PickedUp);
    assert_eq!(said(&effects), [Purpose::WelcomeBack, Purpose::Question]);
    let listen = say_all(&mut stage, &effects);
    assert!(matches!(listen[0], Effect::Listen { turn: TurnId(2), take: 2, replaces: false, .. }), "{listen:?}");
    stage.send(&ended(TurnId(2)));
    let judge = stage.send(&heard(TurnId(2), words("and then I build it")));
    let [Effect::Judge { turns, .. }] = &judge[..] else { panic!("{judge:?}") };
    assert_eq!(turns, &[TurnId(1), TurnId(2)]);
}

#[test]
fn somebody_who_says_nothing_more_after_the_break_has_said_enough_before_it_and_not_before_nothing() {
    for (before, after) in [("I ask first", "judged"), ("", "helped")] {
        let mut stage = listening();
        stage.send(&heard(TurnId(1), words(before)));
        let effects = stage.send(&Event::PickedUp);
        say_all(&mut stage, &effects);
        stage.send(&ended(TurnId(2)));
        let effects = stage.send(&heard(TurnId(2), words("")));
        let judged = matches!(effects[..], [Effect::Judge { .. }]);
        assert_eq!(judged, after == "judged", "{before:?}: {effects:?}");
    }
}

#[test]
fn lines_that_were_not_said_to_their_end_are_said_again_and_the_greeting_needs_no_welcome() {
    let mut stage = Stage::new(&[Missing]);
    stage.send(&Event::Begin);
    let greeted = [Purpose::Greeting, Purpose::Statement, Purpose::Bridge, Purpose::Question];
    assert_eq!(said(&stage.send(&Event::PickedUp)), greeted);
    stage.send(&Event::Said { utterance: UtteranceId(5) });
    let again = stage.send(&Event::PickedUp);
    assert_eq!(said(&again), [Purpose::WelcomeBack, Purpose::Statement, Purpose::Bridge, Purpose::Question]);
    assert!(matches!(again[0], Effect::Say { utterance: UtteranceId(9), .. }), "numbers go on: {again:?}");
}

#[test]
fn an_answer_that_was_complete_is_judged_and_the_interview_goes_on_behind_the_welcome() {
    let mut stage = listening();
    stage.send(&ended(TurnId(1)));
    stage.send(&heard(TurnId(1), words("I ask first")));
    let effects = stage.send(&Event::PickedUp);
    assert_eq!(said(&effects), [Purpose::WelcomeBack]);
    let judge = effects.iter().find(|effect| matches!(effect, Effect::Judge { .. })).expect("it is judged");
    assert!(matches!(judge, Effect::Judge { request: RequestId(2), .. }), "{judge:?}");
    let judged = stage.answer(judge);
    assert_eq!(said(&stage.send(&judged[0])), [Purpose::FollowUp], "and no second acknowledgement");
}

#[test]
fn the_feedback_is_given_where_it_broke_off() {
    let mut stage = Stage::new(&[Covered]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Say { purpose: Purpose::Closing, .. }));
    let effects = stage.send(&Event::PickedUp);
    let purposes = said(&effects);
    assert_eq!(purposes[purposes.len() - 2..], [Purpose::Feedback, Purpose::Closing], "{purposes:?}");
    assert_eq!(say_all(&mut stage, &effects), [Effect::End { ending: Ending::Complete }]);
}

#[test]
fn time_to_think_is_given_anew_and_a_second_try_is_offered_again() {
    let mut stage = Stage::with(pressed("one-way"), &[Covered]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::StartTimer { .. }));
    let effects = stage.send(&Event::PickedUp);
    assert_eq!(said(&effects), [Purpose::WelcomeBack, Purpose::Question, Purpose::ThinkFirst]);
    let think = say_all(&mut stage, &effects);
    assert!(matches!(think[..], [Effect::StartTimer { wait: Wait::Think, .. }]), "{think:?}");
    stage.play(&stage.answer(&think[0])[0].clone(), |effect| {
        matches!(effect, Effect::StartTimer { wait: Wait::Retake, .. })
    });
    let effects = stage.send(&Event::PickedUp);
    assert_eq!(said(&effects), [Purpose::WelcomeBack, Purpose::RetakeOffer]);
}

#[test]
fn a_break_is_over_and_words_that_came_in_it_are_known() {
    let mut stage = listening();
    stage.send(&ended(TurnId(1)));
    stage.send(&PAUSE);
    stage.send(&heard(TurnId(1), words("I ask first")));
    let effects = stage.send(&Event::PickedUp);
    let judges = effects.iter().filter(|effect| matches!(effect, Effect::Judge { .. })).count();
    assert_eq!((said(&effects), judges), (vec![Purpose::WelcomeBack], 1), "{effects:?}");
}

#[test]
fn whoever_was_about_to_leave_stays_and_what_is_over_stays_over() {
    let mut stage = listening();
    stage.send(&STOP);
    let effects = stage.send(&Event::PickedUp);
    assert_eq!(say_all(&mut stage, &effects).len(), 2, "the candidate has the floor");
    stage.send(&ended(TurnId(2)));
    stage.send(&heard(TurnId(2), words("I ask first")));
    let mut stage = Stage::new(&[Covered]);
    stage.play(&Event::Begin, |_| false);
    assert!(matches!(stage.send(&Event::PickedUp)[..], [Effect::Ignored { why: Why::Over, .. }]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn an_interview_that_breaks_off_again_and_again_comes_to_its_end_loses_no_answer_and_asks_nothing_twice(
        preset in presets(),
        picks in prop::collection::vec((0..5u8, any::<u8>()), 0..120),
    ) {
        let mut world = World::new(preset);
        world.send(&Event::Begin);
        for (way, pick) in picks {
            match way {
                0 if pick.is_multiple_of(3) => world.break_off(pick),
                1 => world.disturb(pick),
                _ => drop(world.go_on(pick)),
            }
        }
        world.finish();
        prop_assert_eq!(&world.broken, &None, "under {}", preset);
        prop_assert_eq!(world.endings.len(), 1, "{} ends once", preset);
        prop_assert!(world.timers.is_empty());
        if world.endings == [Ending::Complete] {
            for (question, turns) in &world.said {
                prop_assert_eq!(world.judged.get(question), Some(turns), "{}: {}", preset, question);
            }
        }
    }
}
