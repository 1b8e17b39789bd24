//! Hearing as a whole: from frames to the words of a turn, with fakes and with the real models.

mod live;

use std::collections::VecDeque;
use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use hotseat::audio::{Asked, AudioError, AudioErrorKind, FrameSource, Next};
use hotseat::engine::hearing::{Hearing, HearingEvent, Listen};
use hotseat::ids::{QuestionId, TurnId};
use hotseat::stt::scripted::ScriptedTranscriber;
use hotseat::stt::worker::LoadTranscriber;
use hotseat::turn::EndReason;
use hotseat::turn::endpoint::Patience;
use hotseat::turn::plain::{Always, Loudness};
use hotseat::units::{AudioTime, FRAME_SAMPLES};

/// Long enough for any machine; a test that waits so long has failed.
const FOREVER: Duration = Duration::from_secs(120);

/// A source of prepared sound: one list of frames a turn, with an error behind it or none.
struct Prepared {
    turns: VecDeque<(Vec<f32>, Option<AudioError>)>,
    present: VecDeque<Box<[f32; FRAME_SAMPLES]>>,
    error: Option<AudioError>,
}

impl Prepared {
    fn new(turns: impl IntoIterator<Item = (Vec<f32>, Option<AudioError>)>) -> Self {
        Self { turns: turns.into_iter().collect(), present: VecDeque::new(), error: None }
    }
}

impl FrameSource for Prepared {
    fn next(&mut self) -> Result<Next, AudioError> {
        match (self.present.pop_front(), self.error.take()) {
            (Some(frame), error) => {
                self.error = error;
                Ok(Next::Frame(frame))
            }
            (None, Some(error)) => Err(error),
            (None, None) => Ok(Next::Ended),
        }
    }

    fn cue(&mut self, _asked: &Asked) -> Result<(), AudioError> {
        let (sound, error) = self.turns.pop_front().unwrap_or_default();
        let frame = |chunk: &[f32]| {
            let mut frame = Box::new([0.0; FRAME_SAMPLES]);
            frame[..chunk.len()].copy_from_slice(chunk);
            frame
        };
        self.present = sound.chunks(FRAME_SAMPLES).map(frame).collect();
        self.error = error;
        Ok(())
    }

    fn is_live(&self) -> bool {
        false
    }
}

/// A 200 Hz tone where the level is above zero: (milliseconds, level).
fn tones(stretches: &[(u64, f32)]) -> Vec<f32> {
    let total: u64 = stretches.iter().map(|(ms, _)| ms * 16).sum();
    let levels = stretches.iter().flat_map(|(ms, level)| std::iter::repeat_n(*level, *ms as usize * 16));
    levels.zip(0..total).map(|(level, n)| level * (n as f32 * 0.078).sin()).collect()
}

fn lost() -> AudioError {
    AudioError {
        kind: AudioErrorKind::Lost,
        what: "the headset".into(),
        why: "it was unplugged".into(),
        hint: "plug it in".into(),
    }
}

fn scripted(texts: &'static [&'static str]) -> LoadTranscriber {
    Box::new(|| Ok(Box::new(ScriptedTranscriber::new(texts.iter().copied()))))
}

/// A hearing with fakes all around, and what it says.
fn hearing(source: Prepared, complete: f32, load: LoadTranscriber) -> (Hearing, Receiver<HearingEvent>) {
    let (sender, events) = channel();
    let out = move |event| drop(sender.send(event));
    let hearing = Hearing::start(Box::new(source), Box::new(Loudness), Box::new(Always(complete)), load, out).unwrap();
    (hearing, events)
}

fn listen(turn: u32, folder: &Path) -> Listen {
    Listen {
        turn: TurnId(turn),
        asked: Asked { question: QuestionId::new("any").unwrap(), follow_up: None, nth: 0 },
        patience: Patience::default(),
        recording: folder.join(format!("answer-{turn:02}.wav")),
        terms: Vec::new(),
        echo: Duration::ZERO,
    }
}

/// Returns the events up to and with the turn's words, without levels.
fn until_heard(events: &Receiver<HearingEvent>) -> Vec<HearingEvent> {
    let mut seen = Vec::new();
    loop {
        let event = events.recv_timeout(FOREVER).expect("the turn is heard in the end");
        let over = matches!(event, HearingEvent::Heard { .. });
        if !matches!(event, HearingEvent::Level { .. }) {
            seen.push(event);
        }
        if over {
            return seen;
        }
    }
}

fn name(event: &HearingEvent) -> &'static str {
    match event {
        HearingEvent::Level { .. } => "level",
        HearingEvent::BargedIn => "barged in",
        HearingEvent::Started { .. } => "started",
        HearingEvent::Paused { .. } => "paused",
        HearingEvent::Resumed { .. } => "resumed",
        HearingEvent::TimeShort { .. } => "time short",
        HearingEvent::Words { .. } | HearingEvent::Ahead { .. } => "words",
        HearingEvent::Ended { .. } => "ended",
        HearingEvent::Heard { .. } => "heard",
        HearingEvent::Failed { .. } => "failed",
        HearingEvent::Interrupted { .. } => "interrupted",
        HearingEvent::Returned { .. } => "returned",
        HearingEvent::NotTranscribed { .. } => "not transcribed",
    }
}

/// Names the events without the words, which come from another thread in between.
fn names(events: &[HearingEvent]) -> Vec<&'static str> {
    events.iter().map(name).filter(|name| *name != "words").collect()
}

fn end(events: &[HearingEvent]) -> (EndReason, AudioTime) {
    let end = events.iter().find_map(|event| match event {
        HearingEvent::Ended { reason, speech_end, .. } => Some((*reason, *speech_end)),
        _ => None,
    });
    end.expect("the turn ended")
}

fn text(events: &[HearingEvent]) -> String {
    let Some(HearingEvent::Heard { transcript, .. }) = events.last() else {
        panic!("the words come last");
    };
    transcript.text()
}

fn recorded_samples(path: &Path) -> u32 {
    hound::WavReader::open(path).unwrap().duration()
}

#[test]
fn a_spoken_turn_is_recorded_followed_and_transcribed() {
    let folder = tempfile::tempdir().unwrap();
    let sound = tones(&[(960, 0.0), (11_008, 0.3), (800, 0.0), (3_008, 0.3), (4_000, 0.0)]);
    let (hearing, events) = hearing(Prepared::new([(sound, None)]), 0.0, scripted(&["the first part", "the second"]));
    hearing.listen(listen(1, folder.path()));
    let events = until_heard(&events);
    assert_eq!(names(&events), ["started", "paused", "resumed", "paused", "ended", "heard"]);
    assert_eq!(text(&events), "the first part the second");
    let (reason, speech_end) = end(&events);
    assert_eq!((reason, speech_end.as_ms()), (EndReason::LongPause, 15_776));
    let recorded = u64::from(recorded_samples(&folder.path().join("answer-01.wav"))) / 16;
    assert!(recorded.abs_diff(15_776 + 2_300) <= 64, "{recorded} ms");
}

#[test]
fn words_come_while_the_candidate_still_speaks() {
    let folder = tempfile::tempdir().unwrap();
    let speech = [(11_008, 0.3), (608, 0.0)];
    let sound = tones(&speech.repeat(4));
    let (hearing, events) = hearing(Prepared::new([(sound, None)]), 0.0, scripted(&["one", "two", "three", "four"]));
    hearing.listen(listen(1, folder.path()));
    let events = until_heard(&events);
    let first_words = events.iter().position(|event| name(event) == "words").unwrap();
    let ended = events.iter().position(|event| name(event) == "ended").unwrap();
    assert!(first_words < ended, "{:?}", events.iter().map(name).collect::<Vec<_>>());
    assert_eq!(text(&events), "one two three four");
}

#[test]
fn an_answer_that_sounds_complete_ends_sooner() {
    let folder = tempfile::tempdir().unwrap();
    let sound = tones(&[(6_016, 0.3), (4_000, 0.0)]);
    let (hearing, events) = hearing(Prepared::new([(sound, None)]), 0.9, scripted(&["done"]));
    hearing.listen(listen(1, folder.path()));
    assert_eq!(end(&until_heard(&events)).0, EndReason::Complete);
    let recorded = recorded_samples(&folder.path().join("answer-01.wav")) / 16;
    assert!(recorded < 6_016 + 1_300, "{recorded} ms");
}

#[test]
fn a_source_that_ends_or_has_nothing_ends_the_turn() {
    let folder = tempfile::tempdir().unwrap();
    let turns = [(tones(&[(2_016, 0.3)]), None), (Vec::new(), None)];
    let (hearing, events) = hearing(Prepared::new(turns), 0.0, scripted(&["cut short"]));
    hearing.listen(listen(1, folder.path()));
    let first = until_heard(&events);
    assert_eq!((end(&first).0, text(&first).as_str()), (EndReason::SourceEnded, "cut short"));
    hearing.listen(listen(2, folder.path()));
    let second = until_heard(&events);
    assert_eq!(names(&second), ["ended", "heard"]);
    assert_eq!((end(&second), text(&second).as_str()), ((EndReason::SourceEnded, AudioTime::ZERO), ""));
}

#[test]
fn a_lost_device_keeps_what_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let source = Prepared::new([(tones(&[(3_008, 0.3)]), Some(lost()))]);
    let (hearing, events) = hearing(source, 0.0, scripted(&["said before"]));
    hearing.listen(listen(1, folder.path()));
    let events = until_heard(&events);
    assert_eq!(names(&events), ["started", "failed", "ended", "heard"]);
    assert_eq!((end(&events).0, text(&events).as_str()), (EndReason::SourceEnded, "said before"));
    assert_eq!(recorded_samples(&folder.path().join("answer-01.wav")), 3_008 * 16);
}

#[test]
fn a_failing_recogniser_ends_the_turn_with_what_there_is() {
    let folder = tempfile::tempdir().unwrap();
    let sound = tones(&[(11_008, 0.3), (640, 0.0), (3_008, 0.3), (4_000, 0.0)]);
    let load: LoadTranscriber =
        Box::new(|| Ok(Box::new(ScriptedTranscriber::default().then_fail("no memory").then("the rest"))));
    let (hearing, events) = hearing(Prepared::new([(sound, None)]), 0.0, load);
    hearing.listen(listen(1, folder.path()));
    let events = until_heard(&events);
    assert_eq!(names(&events).iter().filter(|name| **name == "not transcribed").count(), 1);
    assert_eq!(text(&events), "the rest");
}

#[test]
fn an_existing_recording_is_left_alone_and_the_answer_is_heard() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("answer-01.wav");
    std::fs::write(&path, "precious").unwrap();
    let (hearing, events) = hearing(Prepared::new([(tones(&[(2_016, 0.3)]), None)]), 0.0, scripted(&["heard"]));
    hearing.listen(listen(1, folder.path()));
    let events = until_heard(&events);
    assert_eq!(names(&events), ["failed", "started", "ended", "heard"]);
    assert_eq!(text(&events), "heard");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}

#[test]
fn commands_between_turns_do_nothing_and_dropping_joins() {
    let (hearing, events) = hearing(Prepared::new([]), 0.0, scripted(&[]));
    hearing.end_answer();
    hearing.stop();
    hearing.prepare();
    drop(hearing);
    assert_eq!(events.iter().count(), 0);
}

/// A live source: a quiet room until it is cued, then an endless tone.
struct Endless(bool);

impl FrameSource for Endless {
    fn next(&mut self) -> Result<Next, AudioError> {
        let level = if self.0 { 0.3 } else { 0.0 };
        Ok(Next::Frame(Box::new([level; FRAME_SAMPLES])))
    }

    fn cue(&mut self, _asked: &Asked) -> Result<(), AudioError> {
        self.0 = true;
        Ok(())
    }

    fn is_live(&self) -> bool {
        true
    }
}

fn endless() -> (Hearing, Receiver<HearingEvent>) {
    let (sender, events) = channel();
    let out = move |event| drop(sender.send(event));
    let voice = Box::new(Loudness);
    let hearing =
        Hearing::start(Box::new(Endless(false)), voice, Box::new(Always(0.0)), scripted(&["live"]), out).unwrap();
    (hearing, events)
}

fn wait_for(events: &Receiver<HearingEvent>, wanted: &str) {
    while name(&events.recv_timeout(FOREVER).expect("it comes")) != wanted {}
}

#[test]
fn enter_ends_an_answer_that_goes_on_and_on() {
    let folder = tempfile::tempdir().unwrap();
    let (hearing, events) = endless();
    hearing.listen(listen(1, folder.path()));
    wait_for(&events, "started");
    hearing.end_answer();
    let events = until_heard(&events);
    assert_eq!(end(&events).0, EndReason::Key);
    assert!(text(&events).starts_with("live"));
}

#[test]
fn a_turn_that_is_given_up_leaves_a_whole_recording_and_no_answer() {
    let folder = tempfile::tempdir().unwrap();
    let (hearing, events) = endless();
    hearing.listen(listen(1, folder.path()));
    wait_for(&events, "started");
    hearing.stop();
    hearing.shutdown();
    let rest: Vec<_> = events.iter().map(|event| name(&event)).collect();
    assert!(!rest.contains(&"ended") && !rest.contains(&"heard"), "{rest:?}");
    assert!(recorded_samples(&folder.path().join("answer-01.wav")) > 0);
}

#[test]
fn the_interviewers_last_sound_in_the_room_is_not_the_candidates() {
    let folder = tempfile::tempdir().unwrap();
    let sound = tones(&[(224, 0.3), (2_016, 0.0), (3_200, 0.3), (4_000, 0.0)]);
    let (hearing, events) = hearing(Prepared::new([(sound, None)]), 0.9, scripted(&["mine"]));
    hearing.listen(Listen { echo: Duration::from_millis(256), ..listen(1, folder.path()) });
    let events = until_heard(&events);
    let started = events.iter().find_map(|event| match event {
        HearingEvent::Started { at, .. } => Some(at.as_ms()),
        _ => None,
    });
    assert_eq!((started, text(&events).as_str()), (Some(2_240), "mine"));
}

#[cfg(feature = "app")]
mod real {
    use std::path::{Path, PathBuf};

    use hotseat::audio::decode::Decoder;
    use hotseat::net::silero::Silero;
    use hotseat::net::smart_turn::SmartTurn;
    use hotseat::stt::whisper::Whisper;
    use hotseat::turn::TurnModel;

    use super::*;

    fn weights(file: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(file)
    }

    /// Returns a clip of real speech, or says that the test is skipped.
    fn speech(file: &str) -> Option<Vec<f32>> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/speech").join(file);
        if !path.exists() {
            eprintln!("SKIPPED: `{}` is not there", path.display());
            return None;
        }
        let mut decoder = Decoder::open(&path).unwrap();
        let mut samples = Vec::new();
        while let Some(piece) = decoder.read().unwrap() {
            samples.extend(piece);
        }
        Some(samples)
    }

    fn hearing(sound: Vec<f32>) -> (Hearing, Receiver<HearingEvent>) {
        let (sender, events) = channel();
        let source = Prepared::new([(sound, None)]);
        let voice = Silero::load(&weights("silero_vad_16k.onnx")).unwrap();
        let turn_model = SmartTurn::load(&weights("smart-turn-v3.2-cpu.onnx")).unwrap();
        let load: LoadTranscriber = Box::new(|| Ok(Box::new(Whisper::load(&weights("ggml-base-q8_0.bin"), 1)?)));
        let out = move |event| drop(sender.send(event));
        (Hearing::start(Box::new(source), Box::new(voice), Box::new(turn_model), load, out).unwrap(), events)
    }

    #[test]
    fn a_speech_of_kennedys_is_one_turn_with_its_words() {
        let Some(mut sound) = speech("jfk.wav") else { return };
        sound.extend(vec![0.0; 5 * 16_000]);
        let folder = tempfile::tempdir().unwrap();
        let (hearing, events) = hearing(sound);
        hearing.listen(listen(1, folder.path()));
        let events = until_heard(&events);
        let count = |wanted| events.iter().filter(|event| name(event) == wanted).count();
        assert_eq!((count("started"), count("ended"), count("heard"), count("failed")), (1, 1, 1, 0));
        assert_eq!(end(&events).0, EndReason::Complete);
        let Some(HearingEvent::Heard { transcript, .. }) = events.last() else { panic!("the words come last") };
        assert!(transcript.words.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
        let plain = transcript.text().to_lowercase().replace([',', '.'], "");
        assert!(plain.contains("ask not what your country can do for you"), "{plain}");
        assert!(plain.ends_with("ask what you can do for your country"), "{plain}");
        let first = transcript.words[0].span.start.as_ms();
        let last = transcript.words.last().unwrap().span.end.as_ms();
        assert!(first < 1_000 && (9_500..11_500).contains(&last), "{first} to {last} ms");
    }

    #[test]
    fn noise_without_speech_is_silence() {
        let Some(sound) = speech("office_0.flac") else { return };
        let folder = tempfile::tempdir().unwrap();
        let (hearing, events) = hearing(sound);
        hearing.listen(listen(1, folder.path()));
        let events = until_heard(&events);
        assert_eq!((end(&events).0, text(&events).as_str()), (EndReason::Silence, ""));
    }

    #[test]
    fn a_sentence_cut_in_the_middle_sounds_less_complete_than_a_whole_one() {
        let mut model = SmartTurn::load(&weights("smart-turn-v3.2-cpu.onnx")).unwrap();
        let Some(truck) = speech("mfa_truck.wav") else { return };
        let whole = model.complete(&truck);
        let cut = model.complete(&truck[..truck.len() * 6 / 10]);
        assert!(whole > 0.9 && cut < 0.1, "whole {whole}, cut {cut}");
    }
}
