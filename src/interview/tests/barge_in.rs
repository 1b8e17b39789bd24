//! The candidate interrupts, or speaks on after their answer was taken to be over.

use super::stage::{Stage, ended, heard, id, said, words};
use crate::ids::{TurnId, UtteranceId};
use crate::interview::effect::{Effect, Purpose, Why};
use crate::interview::event::Event;
use crate::interview::state::State;
use crate::judge::Verdict::{Covered, Missing};

#[test]
fn whoever_interrupts_a_question_has_the_floor_for_it() {
    let mut stage = Stage::new(&[Covered]);
    stage.send(&Event::Begin);
    for said in 1..4 {
        stage.send(&Event::Said { utterance: UtteranceId(said) });
    }
    let effects = stage.send(&Event::BargedIn { utterance: UtteranceId(4) });
    assert_eq!(effects[0], Effect::StopSaying { utterance: UtteranceId(4) });
    assert!(matches!(&effects[1], Effect::Listen { asked, .. } if asked.question == id("first")), "{effects:?}");
    assert!(matches!(
        stage.send(&Event::Said { utterance: UtteranceId(4) })[..],
        [Effect::Ignored { why: Why::Late, .. }]
    ));
}

#[test]
fn whoever_interrupts_the_greeting_is_heard_out_and_then_asked() {
    let mut stage = Stage::new(&[Covered]);
    stage.send(&Event::Begin);
    let effects = stage.send(&Event::BargedIn { utterance: UtteranceId(1) });
    let stopped = [1, 2, 3, 4].map(|number| Effect::StopSaying { utterance: UtteranceId(number) });
    assert_eq!(effects[..4], stopped);
    assert!(matches!(effects[4], Effect::HearOut { turn: TurnId(1), utterance: UtteranceId(1), .. }), "{effects:?}");
    stage.send(&ended(TurnId(1)));
    let effects = stage.send(&heard(TurnId(1), words("Hello Ada can you hear me")));
    let left = [Purpose::Statement, Purpose::Bridge, Purpose::Question];
    assert_eq!(said(&effects), left, "the greeting is not said twice");
    for utterance in [5, 6, 7] {
        stage.send(&Event::Said { utterance: UtteranceId(utterance) });
    }
    assert!(matches!(stage.interviewer.state, State::Listening { turn: TurnId(2), .. }));
}

/// Plays to the end of the first answer and returns the acknowledgement's number.
fn answered_once(stage: &mut Stage) -> UtteranceId {
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Listen { .. }));
    let at_once = stage.send(&ended(TurnId(1)));
    let [Effect::Say { utterance, purpose: Purpose::Acknowledge, .. }] = at_once[..] else { panic!("{at_once:?}") };
    utterance
}

#[test]
fn whoever_speaks_into_the_acknowledgement_goes_on_with_the_answer() {
    let mut stage = Stage::new(&[Missing, Missing, Missing]);
    let utterance = answered_once(&mut stage);
    let effects = stage.send(&Event::BargedIn { utterance });
    assert_eq!(effects[0], Effect::StopSaying { utterance });
    let Effect::Listen { turn: TurnId(2), asked, take: 2, .. } = &effects[1] else { panic!("{effects:?}") };
    assert_eq!((&asked.question, &asked.follow_up), (&id("first"), &None));
    stage.send(&heard(TurnId(1), words("I ask first")));
    stage.send(&ended(TurnId(2)));
    let effects = stage.send(&heard(TurnId(2), words("and one more thing")));
    assert!(matches!(&effects[..], [Effect::Judge { turns, .. }] if *turns == [TurnId(1), TurnId(2)]), "{effects:?}");
}

#[test]
fn whoever_speaks_on_before_the_follow_up_is_heard_is_not_asked_it_yet() {
    for (event, judged) in [(Event::SpokeOn, false), (Event::SpokeOn, true)] {
        let mut stage = Stage::new(&[Missing, Missing, Missing]);
        let utterance = answered_once(&mut stage);
        let judge = stage.send(&heard(TurnId(1), words("I ask first")));
        stage.send(&Event::Said { utterance });
        if judged {
            stage.send(&stage.answer(&judge[0])[0].clone());
        }
        let effects = stage.send(&event);
        let listen = effects.iter().find(|effect| matches!(effect, Effect::Listen { .. }));
        let Some(Effect::Listen { asked, take: 2, .. }) = listen else { panic!("{effects:?}") };
        assert_eq!(asked.follow_up, None);
        stage.send(&ended(TurnId(2)));
        let effects = stage.send(&heard(TurnId(2), words("and one more thing")));
        assert!(matches!(&effects[..], [Effect::Judge { turns, .. }] if turns.len() == 2), "{effects:?}");
        let effects = stage.send(&stage.answer(&effects[0])[0].clone());
        assert_eq!(said(&effects), [Purpose::FollowUp], "it was taken back, not used up");
    }
}

#[test]
fn an_acknowledgement_that_is_interrupted_once_the_follow_up_is_chosen_takes_it_back() {
    let mut stage = Stage::new(&[Missing, Missing, Missing]);
    let utterance = answered_once(&mut stage);
    let judge = stage.send(&heard(TurnId(1), words("I ask first")));
    stage.send(&stage.answer(&judge[0])[0].clone());
    let effects = stage.send(&Event::BargedIn { utterance });
    assert_eq!(effects.iter().filter(|effect| matches!(effect, Effect::StopSaying { .. })).count(), 2);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Listen { asked, .. } if asked.follow_up.is_none())));
    stage.send(&ended(TurnId(2)));
    stage.send(&heard(TurnId(2), words("and one more thing")));
    assert_eq!(stage.interviewer.asked[0].follow_ups, [], "none was asked");
}

#[test]
fn a_noise_after_the_answer_costs_nothing_of_it() {
    let mut stage = Stage::new(&[Missing, Missing, Missing]);
    let utterance = answered_once(&mut stage);
    stage.send(&Event::BargedIn { utterance });
    stage.send(&heard(TurnId(1), words("I ask first")));
    stage.send(&ended(TurnId(2)));
    let effects = stage.send(&heard(TurnId(2), words("")));
    assert!(matches!(&effects[..], [Effect::Judge { turns, .. }] if *turns == [TurnId(1)]), "{effects:?}");
}

#[test]
fn an_interruption_of_a_line_that_is_over_is_late() {
    let mut stage = Stage::new(&[Covered]);
    stage.send(&Event::Begin);
    stage.send(&Event::Said { utterance: UtteranceId(1) });
    let effects = stage.send(&Event::BargedIn { utterance: UtteranceId(1) });
    assert!(matches!(effects[..], [Effect::Ignored { why: Why::Late, .. }]));
}
