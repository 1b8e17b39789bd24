//! The interviewer's voice on its way back through the microphone, and the candidate's voice above it, through PulseAudio.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use hotseat::audio::decode::Decoder;
use hotseat::audio::mic::Microphone;
use hotseat::audio::speaker::Speaker;
use hotseat::audio::{Asked, AudioError, FrameSource, Next, Player};
use hotseat::clock;
use hotseat::dsp::level::Level;
use hotseat::engine::echo_test;
use hotseat::engine::hearing::{Hearing, HearingEvent, Listen};
use hotseat::ids::{QuestionId, TurnId};
use hotseat::net::silero::Silero;
use hotseat::net::smart_turn::SmartTurn;
use hotseat::stt::whisper::Whisper;
use hotseat::stt::worker::LoadTranscriber;
use hotseat::turn::endpoint::Patience;
use hotseat::turn::interruption::Duplex;
use hotseat::units::Speech;

use super::conversation::{room_noise, spoken};
use super::devices::{Running, pactl, run_with_server, server, wait_until};
use crate::support::Home;

/// What the interviewer says over and over, about 20 s.
const LINES: [&str; 4] = [
    "Hello, I'm Ada. Today we rehearse for the role of infrastructure architect, with three questions, about nine minutes.",
    "Let's begin. How do you design a system that stays up when a whole data centre goes dark?",
    "Thank you. How would you prove that this survives losing a zone, and who would have to agree to that test?",
    "We come to the last question. Tell me about a time when you had to bring the cost of a platform down.",
];

/// What a candidate says who interrupts.
const INTERRUPTION: &str = "Sorry, may I ask something about that before we go on?";

fn weights(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(file)
}

fn speech(path: &Path) -> Speech {
    let mut decoder = Decoder::open(path).unwrap();
    let mut samples = Vec::new();
    while let Some(piece) = decoder.read().unwrap() {
        samples.extend(piece);
    }
    Speech { samples, rate_hz: 16_000 }
}

/// A microphone that notes when something loud first reached it.
struct Noting {
    microphone: Microphone,
    loud: Arc<Mutex<Option<Instant>>>,
}

impl FrameSource for Noting {
    fn next(&mut self) -> Result<Next, AudioError> {
        let next = self.microphone.next()?;
        if let Next::Frame(frame) = &next
            && Level::of(&frame[..]).rms > 0.01
        {
            self.loud.lock().unwrap().get_or_insert_with(clock::now);
        }
        Ok(next)
    }

    fn cue(&mut self, asked: &Asked) -> Result<(), AudioError> {
        self.microphone.cue(asked)
    }

    fn is_live(&self) -> bool {
        true
    }
}

fn hearing(source: impl FrameSource + 'static) -> (Hearing, Receiver<HearingEvent>) {
    let (sender, events) = channel();
    let voice = Silero::load(&weights("silero_vad_16k.onnx")).unwrap();
    let turn = SmartTurn::load(&weights("smart-turn-v3.2-cpu.onnx")).unwrap();
    let load: LoadTranscriber = Box::new(|| Ok(Box::new(Whisper::load(&weights("ggml-base-q8_0.bin"), 1)?)));
    let out = move |event| drop(sender.send(event));
    (Hearing::start(Box::new(source), Box::new(voice), Box::new(turn), load, out).unwrap(), events)
}

/// Mixes what the interviewer says into the room, so many dB softer.
fn loudspeaker(gain_db: i32) {
    pactl(&["load-module", "module-loopback", "source=ears.monitor", "sink=room", "latency_msec=40"]);
    let mut number = String::new();
    wait_until("the loudspeaker is there", || {
        let inputs = pactl(&["list", "short", "sink-inputs"]);
        let loopback = inputs.lines().find(|line| line.contains("module-loopback"));
        number = loopback.and_then(|line| line.split('\t').next()).unwrap_or_default().to_owned();
        !number.is_empty()
    });
    pactl(&["set-sink-input-volume", &number, &format!("{gain_db}dB")]);
}

/// Lets the interviewer speak for `length` at each level, a turn after each line, and returns for each level what was chosen,
/// how often somebody seemed to interrupt or speak, and the words that were heard.
fn own_speech(length: Duration) -> Vec<(i32, Duplex, usize, String)> {
    let mut results = Vec::new();
    for gain_db in [-10, -20, -30] {
        let (_server, home) = (server(), Home::new());
        let _noise = room_noise();
        loudspeaker(gain_db);
        let lines = LINES.iter().enumerate().map(|(n, line)| spoken(&home, &format!("{n}.wav"), line));
        let lines: Vec<Speech> = lines.map(|path| speech(&path)).collect();
        let (mut microphone, mut speaker) = (Microphone::open(None).unwrap(), Speaker::open(None).unwrap());
        let echo = echo_test::run(&mut microphone, &mut speaker).unwrap().expect("the room is not silent");
        assert!((echo.gain_db - gain_db as f32).abs() < 3.0, "{gain_db} dB was measured as {echo:?}");
        let duplex = Duplex::suiting(echo.gain_db);
        let (hearing, events) = hearing(microphone);
        let (start, mut turns) = (clock::now(), 0);
        while start.elapsed() < length {
            if let Duplex::Full { gate } = duplex {
                hearing.watch(gate);
            }
            speaker.play(&lines[turns as usize % lines.len()], &AtomicBool::new(false)).unwrap();
            turns += 1;
            hearing.listen(Listen {
                turn: TurnId(turns),
                asked: Asked { question: QuestionId::new("any").unwrap(), follow_up: None, nth: 0 },
                patience: Patience { silence_before_speech: Duration::from_secs(1), ..Patience::default() },
                recording: home.path().join(format!("{gain_db}-{turns}.wav")),
                terms: Vec::new(),
                echo: Duration::from_millis(256),
            });
            let is_over = |event: &HearingEvent| matches!(event, HearingEvent::Heard { .. });
            let mut seen = Vec::new();
            while !seen.last().is_some_and(is_over) {
                seen.push(events.recv_timeout(Duration::from_secs(60)).expect("the turn ends"));
            }
            for event in seen {
                record(&mut results, gain_db, duplex, &event);
            }
        }
        eprintln!("{gain_db} dB: measured {echo:?}, {duplex:?}, {turns} lines: {:?}", results.last());
    }
    results
}

fn record(results: &mut Vec<(i32, Duplex, usize, String)>, gain_db: i32, duplex: Duplex, event: &HearingEvent) {
    if results.last().is_none_or(|last| last.0 != gain_db) {
        results.push((gain_db, duplex, 0, String::new()));
    }
    let Some(last) = results.last_mut() else { return };
    match event {
        HearingEvent::BargedIn | HearingEvent::Started { .. } => last.2 += 1,
        HearingEvent::Heard { transcript, .. } => last.3 += &transcript.text(),
        _ => {}
    }
}

#[track_caller]
fn assert_unheard(results: &[(i32, Duplex, usize, String)]) {
    for (gain_db, duplex, started, words) in results {
        assert!(*started == 0 && words.is_empty(), "{gain_db} dB, {duplex:?}: {started} times, `{words}`");
    }
}

#[test]
fn the_interviewers_own_speech_starts_no_turn_and_puts_no_word_into_the_transcript() {
    run_with_server("audio::echo::own_speech_for_twenty_seconds");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn own_speech_for_twenty_seconds() {
    assert_unheard(&own_speech(Duration::from_secs(20)));
}

/// The same for ten minutes a level, half an hour in all: `cargo test --release -- --ignored for_ten_minutes`.
#[test]
#[ignore = "takes half an hour"]
fn the_interviewers_own_speech_is_not_heard_for_ten_minutes() {
    run_with_server("audio::echo::own_speech_at_length");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn own_speech_at_length() {
    assert_unheard(&own_speech(Duration::from_mins(10)));
}

#[test]
fn who_interrupts_through_a_headset_silences_the_interviewer_and_loses_no_word() {
    run_with_server("audio::echo::is_interrupted");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn is_interrupted() {
    let (_server, home) = (server(), Home::new());
    let _noise = room_noise();
    let line = spoken(&home, "line.wav", &LINES.join(" "));
    let line = speech(&line);
    let interruption = spoken(&home, "interruption.wav", INTERRUPTION);
    let (loud, mut waits) = (Arc::new(Mutex::new(None)), Vec::new());
    let microphone = Microphone::open(None).unwrap();
    let (hearing, events) = hearing(Noting { microphone, loud: Arc::clone(&loud) });
    let mut speaker = Speaker::open(None).unwrap();
    let Duplex::Full { gate } = Duplex::suiting(-60.0) else { panic!("a headset is within reach") };
    for turn in 1..=10 {
        *loud.lock().unwrap() = None;
        hearing.watch(gate);
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let playing = scope.spawn(|| {
                speaker.play(&line, &stop).unwrap();
                clock::now() + speaker.latency()
            });
            let start = clock::now();
            wait_until("the line is being said", || start.elapsed() > Duration::from_secs(1));
            let args = ["--device=room", "--latency-msec=50"];
            let _candidate = Running(Command::new("paplay").args(args).arg(&interruption).spawn().unwrap());
            while !matches!(events.recv_timeout(Duration::from_secs(20)).unwrap(), HearingEvent::BargedIn) {}
            stop.store(true, Ordering::Release);
            let silent = playing.join().unwrap();
            waits.push(silent.duration_since(loud.lock().unwrap().unwrap()).as_millis());
            hearing.listen(Listen {
                turn: TurnId(turn),
                asked: Asked { question: QuestionId::new("any").unwrap(), follow_up: None, nth: 0 },
                patience: Patience::default(),
                recording: home.path().join(format!("{turn}.wav")),
                terms: Vec::new(),
                echo: Duration::from_millis(256),
            });
            loop {
                let event = events.recv_timeout(Duration::from_secs(60)).unwrap();
                if let HearingEvent::Heard { transcript, .. } = event {
                    let rate = crate::support::word_error_rate(INTERRUPTION, &transcript.text());
                    assert!(rate < 0.2, "{rate}: {}", transcript.text());
                    break;
                }
            }
        });
    }
    waits.sort_unstable();
    eprintln!(
        "from the first loud frame to the last sample of the interviewer: p50 {} ms, p95 {} ms",
        waits[4], waits[9]
    );
}
