//! Checks a session that was kept by a run of the real program: the demo, or an interview through an audio server. The
//! session is named by `HOTSEAT_CHECK_SESSION`; without it there is nothing to check here.

use std::fs;
use std::path::PathBuf;

use hotseat::bank::candidate::{CandidateScript, Piece};
use hotseat::ids::{Asked, FollowUpId, QuestionId};
use hotseat::transcript::delivery::is_filler;
use serde_json::Value;

use crate::support::word_error_rate;

/// Highest word error rate of a synthetic voice in clean sound.
const CLEAN: f64 = 0.12;

#[expect(clippy::disallowed_methods, reason = "the script that ran the interview names its session here")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

#[test]
fn a_kept_session_has_words_verdicts_a_follow_up_and_feedback() {
    let Some(folder) = variable("HOTSEAT_CHECK_SESSION").map(PathBuf::from) else {
        println!("skipped: HOTSEAT_CHECK_SESSION names no session");
        return;
    };
    let text = fs::read_to_string(folder.join("report.json")).expect("the report was written");
    let report: Value = serde_json::from_str(&text).expect("the report is JSON");
    assert_eq!(report["ending"], "complete");
    let exchanges = report["exchanges"].as_array().expect("exchanges");
    assert!(
        exchanges.iter().any(|one| one["reason"]["points"].as_array().is_some_and(|points| !points.is_empty())),
        "a follow-up probes a point"
    );
    let said: Vec<&str> = exchanges.iter().filter_map(|one| one["text"].as_str()).collect();
    let quotes: Vec<&str> = exchanges
        .iter()
        .flat_map(|one| one["verdicts"].as_array().expect("verdicts"))
        .filter_map(|verdict| verdict["evidence"]["quote"].as_str())
        .collect();
    assert!(!quotes.is_empty(), "something was credited");
    assert!(quotes.iter().all(|quote| said.iter().any(|text| text.contains(quote))), "quotes are verbatim");
    assert!(report["feedback"]["spoken"].as_str().is_some_and(|spoken| spoken.split_whitespace().count() > 20));
    for exchange in exchanges {
        for recording in exchange["recordings"].as_array().expect("recordings") {
            let path = folder.join(recording.as_str().expect("a name"));
            hound::WavReader::open(&path).unwrap_or_else(|error| panic!("{} does not play: {error}", path.display()));
        }
    }
    print_timing(exchanges, "reply_after_speech_ms", "from the end of speech to the first sound of the next line");
    print_timing(exchanges, "reply_after_decision_ms", "from the decision that the turn had ended to that sound");
    print_timing(exchanges, "went_on_after_speech_ms", "from the end of speech to the line after that");
    if let Some(script) = variable("HOTSEAT_CHECK_SCRIPT") {
        assert_said_as_written(&script, exchanges);
    }
    if let Some(answer) = variable("HOTSEAT_CHECK_ANSWER") {
        let rate = word_error_rate(&answer, said[0]);
        println!("heard through the audio server, word error rate {rate:.3}: {}", said[0]);
        assert!(rate <= CLEAN, "word error rate {rate:.3}: {}", said[0]);
    }
    if let Some(path) = variable("HOTSEAT_CHECK_SOUND") {
        let bytes = fs::read(&path).expect("the interviewer's sound was recorded");
        let loud =
            bytes.chunks_exact(2).filter(|two| i16::from_le_bytes([two[0], two[1]]).unsigned_abs() > 1_000).count();
        println!("{:.1} s of the interviewer's sound are loud", loud as f64 / 16_000.0);
        assert!(loud > 16_000, "the interviewer was heard");
    }
}

/// Figures for people to read. They depend on the machine, so nothing is asserted of them.
fn print_timing(exchanges: &[Value], key: &str, what: &str) {
    let mut measured: Vec<u64> = exchanges.iter().filter_map(|one| one["timings"][key].as_u64()).collect();
    measured.sort_unstable();
    if let (Some(middle), Some(high)) = (measured.get(measured.len() / 2), measured.last()) {
        println!("{what}: p50 {middle} ms, highest {high} ms of {}", measured.len());
    }
}

/// The candidate's words must be heard as they are written, fillers aside: the recogniser leaves those out by design.
fn assert_said_as_written(script: &str, exchanges: &[Value]) {
    let text = fs::read_to_string(script).expect("the script is there");
    let script = CandidateScript::parse(&text, script).expect("the script is valid");
    let (mut written, mut heard) = (String::new(), String::new());
    for exchange in exchanges {
        let id = |key: &str| exchange[key].as_str().map(ToOwned::to_owned);
        let asked = Asked {
            question: QuestionId::new(id("question").expect("a question")).expect("an id"),
            follow_up: id("follow_up").map(|name| FollowUpId::new(name).expect("an id")),
            nth: u32::from(id("follow_up").is_some()),
        };
        let Some(answer) = script.answer_for(&asked) else { continue };
        for piece in answer.pieces() {
            if let Piece::Say(words) = piece {
                let spoken = words.split_whitespace().filter(|word| !is_filler(word));
                written.extend(spoken.flat_map(|word| [word, " "]));
            }
        }
        heard.extend([exchange["text"].as_str().unwrap_or_default(), " "]);
    }
    let rate = word_error_rate(&written, &heard);
    println!("the simulated candidate was heard with a word error rate of {rate:.3}");
    assert!(rate <= CLEAN, "word error rate {rate:.3}");
}
