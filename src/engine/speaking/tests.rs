use super::{Speaking, SpeakingEvent};
use crate::audio::{AudioError, AudioErrorKind, More, Player};
use crate::ids::UtteranceId;
use crate::tts::shape::append;
use crate::tts::silent::Silent;
use crate::tts::worker::{VoiceWorker, Voices};
use crate::tts::{Synthesizer, TtsError, Voice};
use crate::units::Speech;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Notes the length of what it plays. A long speech lasts until it is stopped, and a lost device plays nothing.
#[derive(Clone, Default)]
struct Noting {
    played: Arc<Mutex<Vec<Duration>>>,
    lost: Arc<AtomicBool>,
    endless: bool,
}

impl Player for Noting {
    fn play(&mut self, speech: &Speech, stop: &AtomicBool) -> Result<(), AudioError> {
        if self.lost.load(Ordering::SeqCst) {
            return Err(AudioError::new(AudioErrorKind::Lost, "headset", "it went away", "plug it in"));
        }
        self.played.lock().unwrap().push(speech.duration());
        while self.endless && !stop.load(Ordering::SeqCst) {
            std::thread::yield_now();
        }
        Ok(())
    }

    fn play_on(&mut self, more: &mut dyn FnMut() -> More, stop: &AtomicBool) -> Result<(), AudioError> {
        let mut whole = Speech::default();
        while !stop.load(Ordering::SeqCst) {
            match more() {
                More::Sound(speech) => append(&mut whole, speech),
                More::Later => std::thread::yield_now(),
                More::Over => break,
            }
        }
        self.play(&whole, stop)
    }
}

struct Stage {
    speaking: Speaking,
    events: Receiver<SpeakingEvent>,
    _folder: tempfile::TempDir,
}

fn stage(
    player: Option<Noting>,
    load: impl FnOnce() -> Result<Box<dyn Synthesizer>, TtsError> + Send + 'static,
) -> Stage {
    stage_with(player.map(|player| Box::new(player) as Box<dyn Player>), load)
}

fn stage_with(
    player: Option<Box<dyn Player>>,
    load: impl FnOnce() -> Result<Box<dyn Synthesizer>, TtsError> + Send + 'static,
) -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let (out, events) = channel();
    let load = move || Ok(Voices { now: load()?, ahead: Box::new(Silent) });
    let worker = VoiceWorker::start(load, folder.path(), "test");
    let speaking = Speaking::start(Some(worker), player, move |event| {
        let _over = out.send(event);
    });
    Stage { speaking, events, _folder: folder }
}

fn silent() -> Result<Box<dyn Synthesizer>, TtsError> {
    Ok(Box::new(Silent))
}

fn say(stage: &Stage, utterance: u32, text: &str) {
    stage.speaking.say(UtteranceId(utterance), text.into(), Voice { style: "a".into(), speed: 1.0 });
}

/// The next event in short: `first 1`, `said 1`, `failed 1: why`.
fn event(stage: &Stage) -> String {
    match stage.events.recv_timeout(Duration::from_secs(20)).expect("every line gets an answer") {
        SpeakingEvent::FirstSound { utterance, .. } => format!("first {utterance}"),
        SpeakingEvent::Said { utterance } => format!("said {utterance}"),
        SpeakingEvent::Failed { utterance, why } => format!("failed {utterance}: {why}"),
    }
}

fn events<const N: usize>(stage: &Stage) -> [String; N] {
    std::array::from_fn(|_| event(stage))
}

#[test]
fn lines_are_said_in_order_sentence_by_sentence() {
    let player = Noting::default();
    let stage = stage(Some(player.clone()), silent);
    say(&stage, 1, "One two. Three.");
    say(&stage, 2, "Four.");
    assert_eq!(events(&stage), ["first 1", "said 1", "first 2", "said 2"]);
    assert_eq!(*player.played.lock().unwrap(), [1_050, 400, 400].map(Duration::from_millis));
}

#[test]
fn without_a_player_lines_are_text_and_over_at_once() {
    let stage = stage(None, || panic!("nothing is rendered for nobody"));
    say(&stage, 1, "One.");
    say(&stage, 2, "Two.");
    assert_eq!(events(&stage), ["first 1", "said 1", "first 2", "said 2"]);
}

#[test]
fn a_line_that_is_stopped_while_it_sounds_ends_and_the_next_begins() {
    let player = Noting { endless: true, ..Noting::default() };
    let stage = stage(Some(player.clone()), silent);
    say(&stage, 1, "One. Never said.");
    say(&stage, 2, "Two.");
    assert_eq!(event(&stage), "first 1");
    stage.speaking.stop(UtteranceId(1));
    assert_eq!(events(&stage), ["said 1", "first 2"]);
    stage.speaking.stop(UtteranceId(2));
    assert_eq!(event(&stage), "said 2");
    assert_eq!(player.played.lock().unwrap().len(), 2, "the second sentence of the first line is not played");
}

#[test]
fn a_line_that_is_stopped_before_its_turn_never_sounds() {
    let stage = stage(Some(Noting { endless: true, ..Noting::default() }), silent);
    say(&stage, 1, "One.");
    say(&stage, 2, "Two.");
    assert_eq!(event(&stage), "first 1");
    stage.speaking.stop(UtteranceId(2));
    stage.speaking.stop(UtteranceId(1));
    assert_eq!(events(&stage), ["said 1", "said 2"]);
}

#[test]
fn a_line_that_is_stopped_while_it_is_rendered_ends_without_waiting_for_the_voice() {
    struct Slow(Receiver<()>);
    impl Synthesizer for Slow {
        fn synthesize(&mut self, _text: &str, _voice: &Voice) -> Result<Speech, TtsError> {
            let _released = self.0.recv();
            Ok(Speech::default())
        }
    }
    let (release, released) = channel();
    let stage = stage(Some(Noting::default()), move || Ok(Box::new(Slow(released))));
    say(&stage, 1, "One.");
    stage.speaking.stop(UtteranceId(1));
    assert_eq!(event(&stage), "said 1");
    drop(release);
}

#[test]
fn a_lost_speaker_fails_its_lines_until_it_is_back() {
    let player = Noting::default();
    let stage = stage(Some(player.clone()), silent);
    say(&stage, 1, "One.");
    assert_eq!(events(&stage), ["first 1", "said 1"]);
    player.lost.store(true, Ordering::SeqCst);
    say(&stage, 2, "Two.");
    assert_eq!(events(&stage), ["first 2", "failed 2: headset: it went away"]);
    player.lost.store(false, Ordering::SeqCst);
    say(&stage, 3, "Three.");
    assert_eq!(events(&stage), ["first 3", "said 3"]);
    assert_eq!(player.played.lock().unwrap().len(), 2);
}

#[test]
fn a_sentence_in_which_the_speaker_was_lost_is_said_again_on_the_one_that_is_there() {
    struct Flickering(u32, Noting);
    impl Player for Flickering {
        fn play(&mut self, speech: &Speech, stop: &AtomicBool) -> Result<(), AudioError> {
            self.0 += 1;
            self.1.lost.store(self.0 == 2, Ordering::SeqCst);
            self.1.play(speech, stop)
        }

        fn play_on(&mut self, more: &mut dyn FnMut() -> More, stop: &AtomicBool) -> Result<(), AudioError> {
            self.0 += 1;
            self.1.lost.store(self.0 == 2, Ordering::SeqCst);
            self.1.play_on(more, stop)
        }
    }
    let player = Noting::default();
    let stage = stage_with(Some(Box::new(Flickering(0, player.clone()))), silent);
    say(&stage, 1, "One. Two three.");
    assert_eq!(events(&stage), ["first 1", "said 1"]);
    assert_eq!(player.played.lock().unwrap().len(), 2, "both sentences were heard");
}

#[test]
fn a_voice_that_cannot_be_loaded_fails_one_line_and_the_rest_goes_on_in_text() {
    let stage = stage(Some(Noting::default()), || Err(TtsError::Load { path: "v".into(), why: "missing".into() }));
    say(&stage, 1, "One.");
    say(&stage, 2, "Two.");
    assert_eq!(events(&stage), ["failed 1: the voice `v` could not be loaded: missing", "first 2", "said 2"]);
}

#[test]
fn a_line_that_cannot_be_rendered_fails_alone() {
    struct Choosy;
    impl Synthesizer for Choosy {
        fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
            assert!(!text.contains("Crash"), "as asked");
            Silent.synthesize(text, voice)
        }
    }
    let stage = stage(Some(Noting::default()), || Ok(Box::new(Choosy)));
    say(&stage, 1, "Crash.");
    say(&stage, 2, "Two.");
    assert_eq!(events(&stage), ["failed 1: the voice failed on \"Crash.\": the voice crashed", "first 2", "said 2"]);
}

#[test]
fn a_line_without_words_is_said_without_a_sound() {
    let stage = stage(Some(Noting::default()), silent);
    say(&stage, 1, " … ");
    assert_eq!(event(&stage), "said 1");
}

#[test]
fn stopping_what_is_over_or_never_was_does_nothing() {
    let stage = stage(Some(Noting::default()), silent);
    say(&stage, 1, "One.");
    assert_eq!(events(&stage), ["first 1", "said 1"]);
    stage.speaking.stop(UtteranceId(1));
    stage.speaking.stop(UtteranceId(7));
    say(&stage, 2, "Two.");
    assert_eq!(events(&stage), ["first 2", "said 2"]);
}

#[test]
fn dropping_it_in_the_middle_of_a_line_ends_the_line() {
    let stage = stage(Some(Noting { endless: true, ..Noting::default() }), silent);
    say(&stage, 1, "One.");
    assert_eq!(event(&stage), "first 1");
    drop(stage.speaking);
    assert_eq!(stage.events.iter().count(), 1, "it is told to be over");
}
