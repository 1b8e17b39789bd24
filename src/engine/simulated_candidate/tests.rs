use super::{Piece, SimulatedCandidate};
use crate::audio::{Asked, AudioError, FrameSource, Next, Player};
use crate::clock;
use crate::ids::QuestionId;
use crate::tts::{Synthesizer, TtsError, Voice};
use crate::units::{FRAME_SAMPLES, Frame, Speech};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A tone of 100 ms a word.
struct Tone;

impl Synthesizer for Tone {
    fn synthesize(&mut self, text: &str, _voice: &Voice) -> Result<Speech, TtsError> {
        if text.contains("fail") {
            return Err(TtsError::Failed { text: text.into(), why: "as asked".into() });
        }
        let words = text.split_whitespace().count();
        let samples = (0..words * 2_400).map(|at| 0.3 * (at as f32 * 0.1).sin()).collect();
        Ok(Speech { samples, rate_hz: 24_000 })
    }
}

fn asked(question: &str) -> Asked {
    Asked { question: QuestionId::new(question).unwrap(), follow_up: None, nth: 0 }
}

fn candidate(pieces: Vec<Piece>, real_time: bool) -> SimulatedCandidate {
    let script = move |asked: &Asked| (asked.question.as_str() == "known").then(|| pieces.clone());
    let voice = Voice { style: "am_puck".into(), speed: 1.0 };
    SimulatedCandidate::new(Box::new(script), Box::new(Tone), voice, real_time)
}

#[expect(clippy::vec_box, reason = "sources hand out frames boxed")]
fn to_end(candidate: &mut SimulatedCandidate) -> Vec<Box<Frame>> {
    let mut frames = Vec::new();
    loop {
        match candidate.next().unwrap() {
            Next::Frame(frame) => frames.push(frame),
            Next::Nothing => {}
            Next::Ended => return frames,
            other => panic!("a written candidate has no device: {other:?}"),
        }
    }
}

/// Which frames hold speech, as runs of (speech, frames).
fn runs(frames: &[Box<Frame>]) -> Vec<(bool, usize)> {
    let mut runs: Vec<(bool, usize)> = Vec::new();
    for frame in frames {
        let loud = frame.iter().any(|sample| sample.abs() > 0.05);
        match runs.last_mut() {
            Some((last, count)) if *last == loud => *count += 1,
            _ => runs.push((loud, 1)),
        }
    }
    runs
}

#[test]
fn an_answer_is_silence_words_pauses_words_and_silence() {
    let say = |text: &str| Piece::Say(text.into());
    let mut candidate =
        candidate(vec![say("one two three four"), Piece::Pause(Duration::from_secs(2)), say("five six")], false);
    candidate.cue(&asked("known")).unwrap();
    let runs = runs(&to_end(&mut candidate));
    let wanted = [(false, 600), (true, 400), (false, 2_000), (true, 200), (false, 6_000)];
    assert_eq!(runs.len(), wanted.len(), "{runs:?}");
    for ((loud, frames), (wanted, ms)) in runs.iter().zip(wanted) {
        assert_eq!(*loud, wanted);
        assert!((frames * 32).abs_diff(ms) <= 64, "{frames} frames for {ms} ms");
    }
}

#[test]
fn silence_is_a_quiet_room_and_never_digital_zero() {
    let mut candidate = candidate(Vec::new(), false);
    candidate.cue(&asked("known")).unwrap();
    for frame in to_end(&mut candidate) {
        let power = frame.iter().map(|sample| sample * sample).sum::<f32>() / FRAME_SAMPLES as f32;
        let level = 10.0 * power.log10();
        assert!((-68.0..-62.0).contains(&level), "{level} dB");
    }
}

#[test]
fn every_run_sounds_the_same() {
    let run = || {
        let mut candidate = candidate(vec![Piece::Say("one two".into())], false);
        candidate.cue(&asked("known")).unwrap();
        to_end(&mut candidate)
    };
    assert!(run() == run());
}

#[test]
fn what_the_script_does_not_answer_is_met_with_silence() {
    let mut candidate = candidate(vec![Piece::Say("one".into())], false);
    candidate.cue(&asked("unknown")).unwrap();
    let runs = runs(&to_end(&mut candidate));
    assert!(matches!(runs.as_slice(), [(false, frames)] if (190..220).contains(frames)), "{runs:?}");
}

#[test]
fn before_a_cue_and_after_an_answer_there_is_nothing_more() {
    let mut candidate = candidate(vec![Piece::Say("one".into())], false);
    assert_eq!(candidate.next().unwrap(), Next::Ended);
    candidate.cue(&asked("known")).unwrap();
    let first = to_end(&mut candidate).len();
    assert_eq!(candidate.next().unwrap(), Next::Ended);
    candidate.cue(&asked("known")).unwrap();
    assert_eq!(to_end(&mut candidate).len(), first);
    assert!(!candidate.is_live());
}

#[test]
fn a_new_cue_ends_the_answer_before() {
    let long = vec![Piece::Say("one two three four five six seven eight. ".repeat(20))];
    let mut candidate = candidate(long, false);
    candidate.cue(&asked("known")).unwrap();
    for _ in 0..30 {
        candidate.next().unwrap();
    }
    candidate.cue(&asked("unknown")).unwrap();
    assert_eq!(runs(&to_end(&mut candidate)).len(), 1);
}

#[test]
fn in_real_time_frames_come_no_faster_than_the_clock_and_the_room_is_always_there() {
    let mut candidate = candidate(vec![Piece::Say("one".into())], true);
    assert!(candidate.is_live());
    let start = clock::now();
    for nth in 1..=6 {
        assert!(matches!(candidate.next().unwrap(), Next::Frame(_)), "frame {nth}");
        assert!(start.elapsed() >= Duration::from_millis(32 * nth));
    }
}

#[test]
fn a_voice_that_fails_is_an_error_that_names_the_text() {
    let mut candidate = candidate(vec![Piece::Say("this will fail".into())], false);
    candidate.cue(&asked("known")).unwrap();
    let error = loop {
        match candidate.next() {
            Ok(next) => assert_ne!(next, Next::Ended),
            Err(error) => break error,
        }
    };
    assert!(error.to_string().contains("this will fail"), "{error}");
    assert_eq!(candidate.next().unwrap(), Next::Ended);
}

#[test]
fn the_words_are_played_aloud_when_asked_for() {
    struct Noting(Arc<Mutex<Vec<Duration>>>);
    impl Player for Noting {
        fn play(&mut self, speech: &Speech, _stop: &AtomicBool) -> Result<(), AudioError> {
            self.0.lock().unwrap().push(speech.duration());
            Ok(())
        }
    }
    let played = Arc::new(Mutex::new(Vec::new()));
    let mut candidate = candidate(vec![Piece::Say("one".into())], true).aloud(Box::new(Noting(played.clone())));
    candidate.cue(&asked("known")).unwrap();
    while played.lock().unwrap().is_empty() {
        candidate.next().unwrap();
    }
    assert_eq!(*played.lock().unwrap(), [Duration::from_millis(100)]);
}

/// A voice that takes its time.
struct Slow(std::sync::mpsc::Receiver<()>);

impl Synthesizer for Slow {
    fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
        // Goes on when the test lets it.
        let _gone = self.0.recv();
        Tone.synthesize(text, voice)
    }
}

#[test]
fn while_the_voice_is_late_no_silence_is_taken_for_the_end_of_the_answer() {
    let (go_on, wait) = std::sync::mpsc::channel();
    let pieces = vec![Piece::Say("one".into()), Piece::Say("two".into())];
    let script = move |_: &Asked| Some(pieces.clone());
    let voice = Voice { style: "am_michael".into(), speed: 1.0 };
    let mut candidate = SimulatedCandidate::new(Box::new(script), Box::new(Slow(wait)), voice, true);
    let question = crate::ids::QuestionId::new("q").unwrap();
    candidate.cue(&Asked { question, follow_up: None, nth: 0 }).unwrap();
    go_on.send(()).unwrap();
    let mut frames = 0;
    while candidate.next().unwrap() != Next::Nothing {
        frames += 1;
        assert!(frames < 500, "the second word never came, so time must stand still");
    }
    go_on.send(()).unwrap();
    drop(go_on);
    let more = std::iter::from_fn(|| Some(candidate.next().unwrap())).find(|next| matches!(next, Next::Frame(_)));
    assert!(more.is_some());
}
