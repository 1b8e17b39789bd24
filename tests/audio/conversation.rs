//! Whole interviews against a real sound server, with the program, the voice and the recogniser that ship.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::Value;

use super::devices::{Running, plug_in, run_with_server, server, unplug, wait_until};
use crate::support::{Home, word_error_rate};

const BEFORE: &str = "First I would ask the business how long the system can be down and how much data it can lose.";

const AFTER: &str =
    "Then I put the servers in three availability zones behind a load balancer, and the database has a standby copy.";

/// Speaks `text` with the project's own voice into a WAV.
pub(super) fn spoken(home: &Home, name: &str, text: &str) -> PathBuf {
    let path = home.path().join(name);
    let output = home.hotseat(["say", text, "--voice", "am_michael", "-o"]).arg(&path).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    path
}

/// Plays noise at -65 dB into the room: no room is digitally silent.
pub(super) fn room_noise() -> Running {
    let args = ["--raw", "--format=s16le", "--rate=16000", "--channels=1", "--volume=6554", "--device=room"];
    Running(Command::new("paplay").args(args).arg("/dev/urandom").spawn().unwrap())
}

/// Plays a WAV into the room to its end.
fn play(path: &Path) {
    assert!(Command::new("paplay").arg("--device=room").arg(path).status().unwrap().success());
}

fn said(log: &Path, what: &str) -> bool {
    let mut text = String::new();
    File::open(log).unwrap().read_to_string(&mut text).unwrap();
    text.contains(what)
}

#[test]
fn an_answer_with_the_microphone_unplugged_in_its_middle_stays_one_answer_and_loses_no_word() {
    run_with_server("audio::conversation::is_unplugged_in_mid_answer");
}

#[test]
#[ignore = "needs the environment of a sound server"]
fn is_unplugged_in_mid_answer() {
    let (_server, home) = (server(), Home::new());
    let (before, after) = (spoken(&home, "before.wav", BEFORE), spoken(&home, "after.wav", AFTER));
    let (log, report) = (home.path().join("log"), home.path().join("report.json"));
    let noise = room_noise();
    let arguments =
        ["practice", "--bank", "infrastructure-architect", "--questions", "high-availability", "--json", "--seed", "1"];
    let mut practice = Running(
        home.hotseat(arguments)
            .stdin(Stdio::null())
            .stderr(File::create(&log).unwrap())
            .stdout(File::create(&report).unwrap())
            .spawn()
            .unwrap(),
    );
    for _ in 0..4 {
        if !said(&log, "[listening") {
            let (_open, never) = std::sync::mpsc::channel::<()>();
            let _timeout = never.recv_timeout(Duration::from_secs(12));
        }
    }
    wait_until("the candidate has the floor", || said(&log, "[listening"));
    play(&before);
    // The server would move them to the sink that is left.
    drop(noise);
    unplug();
    wait_until("the candidate is told", || said(&log, "digital silence"));
    plug_in();
    let _noise = room_noise();
    wait_until("the candidate is heard again", || said(&log, "You are heard again"));
    // The line that says so is said to its end before anybody is listened to.
    let (_open, never) = std::sync::mpsc::channel::<()>();
    let _timeout = never.recv_timeout(Duration::from_secs(10));
    play(&after);
    wait_until("the answer is over", || said(&log, "You: "));
    // Ctrl-C: the rest of the interview is of no interest here.
    let pid = practice.0.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    wait_until("the interview ends", || practice.0.try_wait().unwrap().is_some());
    let report: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
    eprintln!("{}", fs::read_to_string(&log).unwrap());
    let exchange = &report["exchanges"][0];
    let text = exchange["text"].as_str().unwrap();
    let rate = word_error_rate(&format!("{BEFORE} {AFTER}"), text);
    eprintln!("word error rate {rate:.3}, gaps {}", exchange["gaps"]);
    assert!(rate < 0.12, "{rate}: {text}");
    assert_eq!(exchange["recordings"].as_array().unwrap().len(), 1, "one turn");
    let gap = &exchange["gaps"][0];
    let (start, end) = (gap["start_ms"].as_u64().unwrap(), gap["end_ms"].as_u64().unwrap());
    assert!(end > start, "{gap}");
    let session = fs::read_dir(home.path().join("sessions")).unwrap().next().unwrap().unwrap().path();
    let transcript = fs::read_to_string(session.join("transcript.md")).unwrap();
    assert!(transcript.contains("[the microphone was away from"), "{transcript}");
    let words = exchange["words"].as_array().unwrap();
    let inside = words.iter().filter(|word| (start..end).contains(&word["start_ms"].as_u64().unwrap()));
    assert_eq!(inside.count(), 0, "nobody could be heard in the gap");
}
