//! A language model words follow-ups, in time or not.

use super::stage::{Stage, plan, said};
use crate::ids::{RequestId, TimerId};
use crate::interview::effect::{Effect, Ending, Purpose, Reason, Wait};
use crate::interview::event::{Command, Event};
use crate::interview::plan::{Plan, Wording};
use crate::judge::Verdict::Missing;

fn with_model() -> Plan {
    Plan { wording: Some(Wording::aloud("a model".into())), ..plan() }
}

/// An interview that waits for a model's words to its first follow-up. The request is the second one, the timer the first.
pub(super) fn in_other_words() -> Stage {
    let mut stage = Stage::with(with_model(), &[Missing, Missing, Missing]);
    stage.play(&Event::Begin, |effect| matches!(effect, Effect::Word { .. }));
    stage
}

const REQUEST: RequestId = RequestId(2);
const TIMER: TimerId = TimerId(1);

fn worded(text: &str) -> Event {
    Event::Worded { request: REQUEST, text: text.into(), took_ms: 300 }
}

#[test]
fn a_follow_up_is_asked_in_the_models_words_once_they_are_there() {
    let mut stage = in_other_words();
    let wanted = stage.effects.iter().rev().take(2).collect::<Vec<_>>();
    let [Effect::Word { request, follow_up, reason, .. }, Effect::StartTimer { timer, ms, wait }] = wanted[..] else {
        panic!("{wanted:?}")
    };
    assert_eq!((*request, follow_up.as_str(), *timer, *wait), (REQUEST, "who", TIMER, Wait::Words));
    assert_eq!(*ms, 800 - 105, "the words took 100 ms and the judge 5");
    assert!(matches!(reason, Reason::Probes { taken_up: None, .. }));
    assert!(stage.interviewer.awaits_words(REQUEST) && !stage.interviewer.awaits_words(RequestId(1)));

    let effects = stage.send(&worded("Before you build, whom do you ask?"));
    assert_eq!(effects[0], Effect::StopTimer { timer: TIMER });
    let Effect::Say { text, asked: Some(asked), purpose: Purpose::FollowUp, .. } = &effects[1] else {
        panic!("{effects:?}")
    };
    assert_eq!(text, "Before you build, whom do you ask?");
    assert_eq!(asked.follow_up.as_ref().map(ToString::to_string).as_deref(), Some("who"), "it is the bank's follow-up");
}

#[test]
fn a_model_that_says_nothing_in_time_fails_or_is_not_waited_for_leaves_the_banks_words() {
    for (event, stops) in [
        (Event::TimerDone { timer: TIMER }, false),
        (Event::WordingFailed { request: REQUEST, why: "it praises".into() }, true),
        (Event::Pressed { command: Command::Next }, true),
    ] {
        let mut stage = in_other_words();
        let effects = stage.send(&event);
        assert_eq!(effects[0] == Effect::StopTimer { timer: TIMER }, stops, "{event:?}");
        assert_eq!(stage.texts_of(Purpose::FollowUp), ["Whom do you ask?"], "{event:?}");
        let late = stage.send(&worded("Too late?"));
        assert!(matches!(late[..], [Effect::Ignored { .. }]), "{late:?}");
    }
}

#[test]
fn a_model_that_has_begun_has_a_little_longer_and_no_more() {
    let mut stage = in_other_words();
    let effects = stage.send(&Event::WordsBegan { request: REQUEST });
    let [Effect::StopTimer { timer: TIMER }, Effect::StartTimer { timer, ms: 850, wait: Wait::Words }] = effects[..]
    else {
        panic!("{effects:?}")
    };
    stage.send(&Event::TimerDone { timer: TIMER });
    assert!(stage.interviewer.awaits_words(REQUEST), "the first timer is over");
    stage.send(&Event::TimerDone { timer });
    assert_eq!(stage.texts_of(Purpose::FollowUp), ["Whom do you ask?"]);
}

#[test]
fn whoever_speaks_on_while_a_follow_up_is_worded_goes_on_with_the_answer() {
    let mut stage = in_other_words();
    let effects = stage.send(&Event::SpokeOn);
    assert_eq!(effects[0], Effect::StopTimer { timer: TIMER });
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Listen { .. })), "{effects:?}");
    assert!(said(&effects).is_empty());
}

#[test]
fn who_stops_while_a_follow_up_is_worded_has_stopped() {
    let mut stage = in_other_words();
    let effects = stage.send(&Event::Pressed { command: Command::Stop });
    assert!(effects.contains(&Effect::End { ending: Ending::Stopped }), "{effects:?}");
}

#[test]
fn after_a_break_or_a_crash_the_banks_words_are_asked() {
    let mut stage = in_other_words();
    stage.send(&Event::Pressed { command: Command::Pause });
    stage.send(&worded("In the break?"));
    stage.send(&Event::Pressed { command: Command::Next });
    assert_eq!(stage.texts_of(Purpose::FollowUp), ["Whom do you ask?"]);

    let mut stage = in_other_words();
    let effects = stage.send(&Event::PickedUp);
    assert_eq!(said(&effects), [Purpose::WelcomeBack, Purpose::FollowUp]);
}

#[test]
fn what_a_model_would_word_is_known_ahead_and_nothing_is_where_there_is_no_model() {
    let stage = in_other_words();
    let assessment = super::assessed(&super::bank().questions[0], &[Missing, Missing, Missing]);
    let (follow_up, _) = stage.interviewer.would_word(&assessment).expect("there is something to probe");
    assert_eq!(follow_up.prompt, "Whom do you ask?");
    let mut without = Stage::new(&[Missing]);
    without.play(&Event::Begin, |effect| matches!(effect, Effect::Judge { .. }));
    assert_eq!(without.interviewer.would_word(&assessment), None);
}
