//! The microphone goes away and comes back in the middle of an answer.

use std::time::Duration;

use super::stage::{Stage, ended, heard, words};
use crate::ids::{TurnId, UtteranceId};
use crate::interview::effect::{Effect, Ending, Purpose, Why};
use crate::interview::event::{Command, Event};
use crate::judge::Verdict::{Covered, Missing};
use crate::units::{AudioTime, Span};

pub(super) fn interrupted(turn: u32, ms: u64) -> Event {
    let why = "microphone `headset`: it is gone".into();
    Event::SourceInterrupted { turn: Some(TurnId(turn)), within_ms: AudioTime::from_ms(ms), why }
}

pub(super) fn returned(turn: u32, ms: u64) -> Event {
    Event::SourceReturned { turn: Some(TurnId(turn)), within_ms: AudioTime::from_ms(ms), name: "built-in".into() }
}

/// An interview whose microphone went away in the first answer, with the line that says so.
pub(super) fn away() -> (Stage, UtteranceId) {
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
