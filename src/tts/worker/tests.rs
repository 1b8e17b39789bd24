use super::{VoiceWorker, Voices};
use crate::tts::silent::Silent;
use crate::tts::{Synthesizer, TtsError, Voice};
use crate::units::Speech;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

/// Renders when it is let, and writes down what it rendered.
struct Gated {
    rendered: Arc<Mutex<Vec<String>>>,
    started: Sender<()>,
    go: Receiver<()>,
}

impl Synthesizer for Gated {
    fn synthesize(&mut self, text: &str, _voice: &Voice) -> Result<Speech, TtsError> {
        let _test_may_be_over = self.started.send(());
        let _test_may_be_over = self.go.recv();
        assert!(!text.contains("crash"), "as asked");
        if text.contains("fail") {
            return Err(TtsError::Failed { text: text.into(), why: "as asked".into() });
        }
        self.rendered.lock().unwrap().push(text.into());
        Ok(Speech { samples: vec![0.5; 24], rate_hz: 24_000 })
    }
}

/// One of the two voices from outside.
struct Seen {
    rendered: Arc<Mutex<Vec<String>>>,
    started: Receiver<()>,
    go: Sender<()>,
}

impl Seen {
    fn allow(&self, sentences: usize) {
        for _ in 0..sentences {
            self.go.send(()).unwrap();
        }
    }

    fn rendered(&self) -> Vec<String> {
        self.rendered.lock().unwrap().clone()
    }
}

fn gated() -> (Gated, Seen) {
    let (rendered, (started, has_started), (go, goes)) = (Arc::default(), channel(), channel());
    let gated = Gated { rendered: Arc::clone(&rendered), started, go: goes };
    (gated, Seen { rendered, started: has_started, go })
}

struct Stage {
    worker: VoiceWorker,
    now: Seen,
    ahead: Seen,
    _folder: tempfile::TempDir,
}

fn stage() -> Stage {
    let ((now, now_seen), (ahead, ahead_seen)) = (gated(), gated());
    let folder = tempfile::tempdir().unwrap();
    let voices = Voices { now: Box::new(now), ahead: Box::new(ahead) };
    let worker = VoiceWorker::start(move || Ok(voices), folder.path(), "gated");
    Stage { worker, now: now_seen, ahead: ahead_seen, _folder: folder }
}

fn voice() -> Voice {
    Voice { style: "a".into(), speed: 1.0 }
}

#[test]
fn what_is_wanted_does_not_wait_for_what_is_prepared() {
    let stage = stage();
    stage.worker.prepare("Later one. Later two.", &voice());
    stage.ahead.started.recv().unwrap();
    stage.now.allow(2);
    assert_eq!(stage.worker.speak("Now one. Now two.", &voice()).iter().flatten().count(), 4);
    assert_eq!(stage.now.rendered(), ["Now one.", "Now two."]);
    assert!(stage.ahead.rendered().is_empty(), "it is still at its first sentence");
    stage.ahead.allow(2);
    stage.worker.finish();
    assert_eq!(stage.ahead.rendered(), ["Later one.", "Later two."]);
}

#[test]
fn each_sentence_ends_with_the_silence_after_it_and_the_last_without() {
    let stage = stage();
    stage.now.allow(2);
    let parts: Vec<(usize, bool)> = stage
        .worker
        .speak("One. Two.", &voice())
        .iter()
        .map(|part| part.map(|part| (part.speech.samples.len(), part.ends_sentence)).unwrap())
        .collect();
    assert_eq!(parts, [(24, false), (6_000, true), (24, false), (0, true)]);
}

#[test]
fn what_was_prepared_is_not_rendered_again() {
    let stage = stage();
    stage.worker.prepare("One.", &voice());
    stage.worker.prepare("One. Two.", &voice());
    stage.worker.prepare("Three.", &voice());
    stage.ahead.allow(2);
    for _ in 0..3 {
        stage.ahead.started.recv().unwrap();
    }
    assert_eq!(stage.worker.speak("Two. One.", &voice()).iter().count(), 4);
    assert_eq!(stage.ahead.rendered(), ["One.", "Two."]);
    assert!(stage.now.rendered().is_empty());
    stage.ahead.allow(1);
}

#[test]
fn what_is_rendered_because_it_is_wanted_is_no_longer_prepared() {
    let stage = stage();
    stage.worker.prepare("One. Two. Three.", &voice());
    stage.ahead.started.recv().unwrap();
    stage.now.allow(1);
    assert_eq!(stage.worker.speak("Two.", &voice()).iter().count(), 2);
    stage.ahead.allow(2);
    stage.worker.finish();
    assert_eq!(stage.ahead.rendered(), ["One.", "Three."]);
}

#[test]
fn cleared_preparations_are_not_rendered() {
    let stage = stage();
    stage.worker.prepare("One. Two. Three.", &voice());
    stage.ahead.started.recv().unwrap();
    stage.worker.clear_preparations();
    stage.worker.prepare("Four.", &voice());
    stage.ahead.allow(2);
    stage.worker.finish();
    assert_eq!(stage.ahead.rendered(), ["One.", "Four."]);
}

#[test]
fn an_error_ends_the_stream_and_the_worker_goes_on() {
    let stage = stage();
    stage.now.allow(4);
    let failed: Vec<_> = stage.worker.speak("This will fail. Never said.", &voice()).iter().collect();
    assert!(matches!(failed.as_slice(), [Err(TtsError::Failed { .. })]));
    let crashed: Vec<_> = stage.worker.speak("This will crash.", &voice()).iter().collect();
    assert!(matches!(crashed.as_slice(), [Err(TtsError::Failed { why, .. })] if why.contains("crashed")));
    assert!(stage.worker.speak("Fine.", &voice()).recv().unwrap().is_ok());
}

#[test]
fn a_dropped_receiver_calls_the_rest_off() {
    let stage = stage();
    drop(stage.worker.speak("One. Two. Three.", &voice()));
    stage.now.allow(2);
    assert_eq!(stage.worker.speak("Four.", &voice()).iter().count(), 2);
    assert_eq!(stage.now.rendered(), ["One.", "Four."]);
}

#[test]
fn a_sentence_sounds_before_it_is_whole_and_is_kept_whole() {
    /// Gives a sentence in three pieces, the last two only when let.
    struct Piecewise(Receiver<()>);
    impl Synthesizer for Piecewise {
        fn synthesize(&mut self, _text: &str, _voice: &Voice) -> Result<Speech, TtsError> {
            panic!("it is wanted piece by piece");
        }

        fn stream(
            &mut self,
            _text: &str,
            _voice: &Voice,
            give: &mut dyn FnMut(Speech) -> bool,
        ) -> Result<(), TtsError> {
            for level in [0.1, 0.2, 0.3] {
                if !give(Speech { samples: vec![level; 24], rate_hz: 24_000 }) {
                    break;
                }
                let _test_may_be_over = self.0.recv();
            }
            Ok(())
        }
    }
    let ((go, goes), folder) = (channel(), tempfile::tempdir().unwrap());
    let voices = Voices { now: Box::new(Piecewise(goes)), ahead: Box::new(Silent) };
    let worker = VoiceWorker::start(move || Ok(voices), folder.path(), "m");
    let parts = worker.speak("One.", &voice());
    assert_eq!(parts.recv().unwrap().unwrap().speech.samples.len(), 24, "the first is there before the others");
    for _ in 0..3 {
        go.send(()).unwrap();
    }
    assert_eq!(parts.iter().flatten().count(), 3);
    // From the folder it comes in one, as long as before.
    let kept = worker.speak("One.", &voice()).recv().unwrap().unwrap();
    assert_eq!(kept.speech.samples.len(), 72);
}

#[test]
fn a_voice_is_made_ready_before_anything_is_wanted_of_it() {
    struct Ready(Sender<String>);
    impl Synthesizer for Ready {
        fn synthesize(&mut self, _text: &str, _voice: &Voice) -> Result<Speech, TtsError> {
            Ok(Speech::default())
        }

        fn get_ready(&mut self, voice: &Voice) -> Result<(), TtsError> {
            let _test_may_be_over = self.0.send(voice.style.clone());
            Ok(())
        }
    }
    let ((told, ready), folder) = (channel(), tempfile::tempdir().unwrap());
    let voices = Voices { now: Box::new(Silent), ahead: Box::new(Ready(told)) };
    let worker = VoiceWorker::start(move || Ok(voices), folder.path(), "m");
    assert_eq!(worker.speak("One.", &voice()).iter().count(), 2);
    worker.prepare("Two.", &voice());
    worker.prepare("Two.", &Voice { style: "b".into(), speed: 1.0 });
    assert_eq!([ready.recv().unwrap(), ready.recv().unwrap()], ["a", "b"]);
    drop(worker);
    assert_eq!(ready.iter().count(), 0, "once is enough");
}

#[test]
fn nothing_to_say_ends_at_once_and_loads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let worker = VoiceWorker::start(|| panic!("nothing needs the model"), folder.path(), "none");
    assert_eq!(worker.speak(" … ", &voice()).iter().count(), 0);
}

#[test]
fn speech_rendered_before_needs_no_model() {
    let folder = tempfile::tempdir().unwrap();
    let load = || Ok(Voices { now: Box::new(Silent), ahead: Box::new(Silent) });
    let first = VoiceWorker::start(load, folder.path(), "m");
    let fresh = first.speak("One word.", &voice()).recv().unwrap().unwrap();
    drop(first);
    let second = VoiceWorker::start(|| panic!("it is cached"), folder.path(), "m");
    assert_eq!(second.speak("One word.", &voice()).recv().unwrap().unwrap(), fresh);
}

#[test]
fn a_model_that_cannot_be_loaded_is_told_every_time_and_tried_once() {
    let folder = tempfile::tempdir().unwrap();
    let (tries, tried) = channel();
    let load = move || {
        tries.send(()).unwrap();
        Err(TtsError::Load { path: "voice.onnx".into(), why: "it is missing".into() })
    };
    let worker = VoiceWorker::start(load, folder.path(), "m");
    for _ in 0..2 {
        let told = worker.speak("One.", &voice()).recv().unwrap().unwrap_err();
        assert_eq!(told.to_string(), "the voice `voice.onnx` could not be loaded: it is missing");
    }
    assert_eq!(tried.iter().count(), 1);
}

#[test]
fn what_became_likelier_is_prepared_first_and_once() {
    let stage = stage();
    stage.worker.prepare("One. Two. Three.", &voice());
    stage.ahead.started.recv().unwrap();
    stage.worker.prepare_first("Three. Four.", &voice());
    stage.ahead.allow(4);
    stage.worker.finish();
    assert_eq!(stage.ahead.rendered(), ["One.", "Three.", "Four.", "Two."]);
}
