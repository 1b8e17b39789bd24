use super::VoiceWorker;
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

struct Stage {
    worker: VoiceWorker,
    rendered: Arc<Mutex<Vec<String>>>,
    started: Receiver<()>,
    go: Sender<()>,
    _folder: tempfile::TempDir,
}

fn stage() -> Stage {
    let (rendered, (started, has_started), (go, goes)) = (Arc::default(), channel(), channel());
    let folder = tempfile::tempdir().unwrap();
    let gated = Gated { rendered: Arc::clone(&rendered), started, go: goes };
    let worker = VoiceWorker::start(move || Ok(Box::new(gated)), folder.path(), "gated");
    Stage { worker, rendered, started: has_started, go, _folder: folder }
}

fn voice() -> Voice {
    Voice { style: "a".into(), speed: 1.0 }
}

fn allow(stage: &Stage, sentences: usize) {
    for _ in 0..sentences {
        stage.go.send(()).unwrap();
    }
}

#[test]
fn what_is_wanted_overtakes_what_is_prepared_at_the_next_sentence() {
    let stage = stage();
    stage.worker.prepare("Later one. Later two. Later three.", &voice());
    stage.started.recv().unwrap();
    let speech = stage.worker.speak("Now one. Now two.", &voice());
    allow(&stage, 5);
    assert_eq!(speech.iter().flatten().count(), 2);
    for _ in 0..4 {
        stage.started.recv().unwrap();
    }
    drop(stage.worker);
    let rendered = stage.rendered.lock().unwrap().clone();
    assert_eq!(rendered[..4], ["Later one.", "Now one.", "Now two.", "Later two."]);
}

#[test]
fn each_sentence_arrives_with_the_silence_after_it_and_the_last_without() {
    let stage = stage();
    allow(&stage, 2);
    let lengths: Vec<usize> =
        stage.worker.speak("One. Two.", &voice()).iter().map(|speech| speech.unwrap().samples.len()).collect();
    assert_eq!(lengths, [24 + 6_000, 24]);
}

#[test]
fn what_was_prepared_is_not_rendered_again() {
    let stage = stage();
    stage.worker.prepare("One.", &voice());
    stage.worker.prepare("One. Two.", &voice());
    allow(&stage, 2);
    stage.started.recv().unwrap();
    stage.started.recv().unwrap();
    assert_eq!(stage.worker.speak("Two. One.", &voice()).iter().count(), 2);
    assert_eq!(*stage.rendered.lock().unwrap(), ["One.", "Two."]);
}

#[test]
fn cleared_preparations_are_not_rendered() {
    let stage = stage();
    stage.worker.prepare("One. Two. Three.", &voice());
    stage.started.recv().unwrap();
    stage.worker.clear_preparations();
    allow(&stage, 2);
    assert_eq!(stage.worker.speak("Four.", &voice()).iter().count(), 1);
    assert_eq!(*stage.rendered.lock().unwrap(), ["One.", "Four."]);
}

#[test]
fn an_error_ends_the_stream_and_the_worker_goes_on() {
    let stage = stage();
    allow(&stage, 4);
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
    allow(&stage, 2);
    assert_eq!(stage.worker.speak("Four.", &voice()).iter().count(), 1);
    assert_eq!(*stage.rendered.lock().unwrap(), ["One.", "Four."]);
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
    let first = VoiceWorker::start(|| Ok(Box::new(crate::tts::silent::Silent)), folder.path(), "m");
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
