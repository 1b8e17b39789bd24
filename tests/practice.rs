//! Whole interviews through the command line, with the real recogniser, voice, judge and disk.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use hotseat::interview::Interviewer;
use hotseat::interview::effect::Effect;
use hotseat::session::record::{Record, parse_journal};
use serde_json::Value;

use crate::support::{Home, word_error_rate};

const QUESTION: &str = "high-availability";

const ANSWER: &str = "First I would ask the business how long the system can be down and how much data it can afford to lose. \
    Then I put the servers in three availability zones behind a load balancer with health checks, so that traffic goes \
    around a broken machine. The database has a standby copy in another zone, and we take backups every night.";

const FOLLOW_UP: &str = "If a zone goes dark, the health checks fail and the load balancer sends everybody to the other zones, \
    and new machines are started without any human.";

pub(crate) fn json(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{stderr}"))
}

/// Every quote of a report must stand, word for word, in what was heard.
pub(crate) fn assert_quotes_are_verbatim(report: &Value) {
    let exchanges = report["exchanges"].as_array().expect("exchanges");
    let said: Vec<&str> = exchanges.iter().filter_map(|exchange| exchange["text"].as_str()).collect();
    let mut quotes = 0;
    for verdict in exchanges.iter().flat_map(|exchange| exchange["verdicts"].as_array().expect("verdicts")) {
        let quote = verdict["evidence"]["quote"].as_str();
        assert_eq!(quote.is_some(), verdict["verdict"] != "missing", "{verdict}");
        if let Some(quote) = quote {
            assert!(said.iter().any(|text| text.contains(quote)), "`{quote}` was never said");
            quotes += 1;
        }
    }
    assert!(quotes > 0, "an answer with substance earns at least one quote: {report:#}");
}

/// The journal's events, handled again, give the effects that it recorded.
pub(crate) fn assert_journal_replays(folder: &Path) {
    let text = fs::read_to_string(folder.join("journal.jsonl")).expect("the journal is there");
    let mut records = parse_journal(&text).expect("the journal is whole").into_iter();
    let Some(Record::Opened(opened)) = records.next() else { panic!("the journal begins with its opening line") };
    let mut interviewer = Interviewer::new(opened.plan);
    let (mut wanted, mut replayed) = (Vec::new(), Vec::new());
    for record in records {
        match record {
            Record::Event(event) => replayed.extend(interviewer.handle(&event.what)),
            Record::Effect(effect) => wanted.push(effect.what),
            _ => {}
        }
    }
    replayed.retain(|effect| !matches!(effect, Effect::Ignored { .. }));
    assert_eq!(replayed, wanted);
}

pub(crate) fn only_session(home: &Home) -> PathBuf {
    let mut sessions = fs::read_dir(home.path().join("sessions")).expect("sessions are kept").flatten();
    let folder = sessions.next().expect("one session").path();
    assert!(sessions.next().is_none(), "only one session");
    folder
}

/// Speaks `text` with the project's own voice.
fn say(home: &Home, text: &str, path: &Path) {
    let output = home.hotseat(["say", text, "--voice", "am_michael", "-o"]).arg(path).output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn a_typed_interview_is_asked_judged_followed_up_kept_and_replays() {
    let home = Home::new();
    let mut child = home
        .hotseat(["practice", "--text", "--no-voice", "--json", "--seed", "1", "--questions", QUESTION])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    let mut stdin = child.stdin.take().expect("stdin is piped");
    for answer in [ANSWER, FOLLOW_UP, "We run a drill every quarter and switch a zone off on purpose."] {
        writeln!(stdin, "{answer}").expect("it reads");
    }
    drop(stdin);
    let report = json(&child.wait_with_output().expect("it ends"));
    assert_eq!(report["ending"], "complete");
    let exchanges = report["exchanges"].as_array().expect("exchanges");
    assert!(exchanges.len() >= 2, "a rubric with gaps is followed up");
    assert_eq!(exchanges[0]["text"], ANSWER.split_whitespace().collect::<Vec<_>>().join(" "));
    let probes = |exchange: &Value| exchange["reason"]["points"].as_array().is_some_and(|points| !points.is_empty());
    assert!(exchanges.iter().any(probes), "what was missed is probed, if only after going deeper: {exchanges:?}");
    assert_quotes_are_verbatim(&report);
    let folder = only_session(&home);
    for file in ["journal.jsonl", "report.json", "report.md", "transcript.md"] {
        assert!(folder.join(file).is_file(), "{file}");
    }
    assert_journal_replays(&folder);
}

#[test]
fn a_folder_of_recordings_is_heard_word_by_word_judged_and_kept() {
    let home = Home::new();
    let answers = home.path().join("answers");
    fs::create_dir(&answers).expect("a folder");
    say(&home, ANSWER, &answers.join(format!("{QUESTION}.wav")));
    say(&home, FOLLOW_UP, &answers.join(format!("{QUESTION}.followup-1.wav")));
    let output = home
        .hotseat(["practice", "--no-voice", "--json", "--questions", QUESTION, "--candidate"])
        .arg(&answers)
        .output()
        .expect("it runs");
    let report = json(&output);
    let first = &report["exchanges"][0];
    let heard = first["text"].as_str().expect("words were heard");
    let rate = word_error_rate(ANSWER, heard);
    assert!(rate <= 0.12, "word error rate {rate:.3}: {heard}");
    let words = first["words"].as_array().expect("words");
    let starts: Vec<u64> = words.iter().filter_map(|word| word["start_ms"].as_u64()).collect();
    assert_eq!(starts.len(), words.len());
    assert!(starts.is_sorted(), "words come in order");
    let length = first["timings"]["answer_ms"].as_u64().expect("a length");
    assert!(starts.last().is_some_and(|last| *last < length), "the last word lies within the recording");
    assert!(first["delivery"]["words_per_minute"].as_f64().is_some_and(|pace| (80.0..260.0).contains(&pace)));
    assert!(first["timings"]["transcribed_in_ms"].as_u64().is_some());
    let sound = &first["delivery"]["sound"];
    assert!(sound["speech_ms"].as_u64().is_some_and(|speech| (length / 3..length).contains(&speech)), "{sound}");
    assert!(sound["filler_estimate"].is_null() || sound["filler_estimate"]["low"] == 0.0, "nobody said um: {sound}");
    assert_quotes_are_verbatim(&report);
    let folder = only_session(&home);
    let recording = hound::WavReader::open(folder.join("question-01-answer.wav")).expect("the recording plays");
    assert_eq!((recording.spec().sample_rate, recording.spec().channels), (16_000, 1));
    assert_eq!(u64::from(recording.duration()) / 16, length, "the recording is as long as the turn");
    assert_journal_replays(&folder);
}

#[test]
fn a_killed_interview_leaves_a_recording_that_plays_and_shows_as_interrupted() {
    let home = Home::new();
    let answers = home.path().join("answers");
    fs::create_dir(&answers).expect("a folder");
    say(&home, ANSWER, &answers.join(format!("{QUESTION}.wav")));
    let mut child = home
        .hotseat(["practice", "--no-voice", "--real-time", "--plain", "--questions", QUESTION, "--candidate"])
        .arg(&answers)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("it runs");
    let seconds = wait_for(Duration::from_secs(60), || {
        let folder = fs::read_dir(home.path().join("sessions")).ok()?.flatten().next()?.path();
        let recording = hound::WavReader::open(folder.join("question-01-answer.wav")).ok()?;
        let seconds = recording.duration() / 16_000;
        (seconds >= 3).then_some(seconds)
    });
    let listed = json(&home.hotseat(["sessions", "--json"]).output().expect("it runs"));
    assert_eq!(listed["sessions"][0]["standing"], "running");
    child.kill().expect("it can be killed");
    child.wait().expect("it is gone");
    let recording = hound::WavReader::open(only_session(&home).join("question-01-answer.wav")).expect("it plays");
    assert!(recording.duration() / 16_000 >= seconds.expect("three seconds were recorded"));
    let listed = json(&home.hotseat(["sessions", "--json"]).output().expect("it runs"));
    assert_eq!(listed["sessions"][0]["standing"], "interrupted");
    let export = json(&home.hotseat(["export", "last", "--format", "json"]).output().expect("it runs"));
    assert!(export["ending"].is_null());
    assert_eq!(export["exchanges"][0]["recordings"][0], "question-01-answer.wav");
    assert_goes_on_to_its_end(&home, &answers);
}

/// The interview that broke off in its first answer goes on at the same question, and what was said before counts.
fn assert_goes_on_to_its_end(home: &Home, answers: &Path) {
    let arguments = ["practice", "--no-voice", "--json", "--resume", "--candidate"];
    let report = json(&home.hotseat(arguments).arg(answers).stdin(Stdio::null()).output().expect("it runs"));
    assert_eq!(report["ending"], "complete");
    let first = &report["exchanges"][0];
    let earlier = first["earlier"][0]["text"].as_str().expect("words before the break");
    assert!(earlier.to_lowercase().contains("ask the business"), "{earlier}");
    assert_eq!(first["recordings"][1], "question-01-answer-2.wav");
    let rate = word_error_rate(ANSWER, first["text"].as_str().expect("words after it"));
    assert!(rate <= 0.12, "word error rate {rate:.3}: {first}");
    let folder = only_session(home);
    let written = fs::read_to_string(folder.join("report.md")).expect("the report is written");
    assert!(written.contains("The interview broke off here."), "{written}");
    assert_journal_replays(&folder);
}

#[expect(clippy::disallowed_methods, reason = "another process is watched, and only its files tell how far it is")]
fn wait_for<T>(limit: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let began = Instant::now();
    while began.elapsed() < limit {
        if let Some(found) = look() {
            return Some(found);
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    None
}

#[test]
fn an_interrupt_ends_cleanly_with_everything_kept() {
    let home = Home::new();
    let answers = home.path().join("answers");
    fs::create_dir(&answers).expect("a folder");
    say(&home, ANSWER, &answers.join(format!("{QUESTION}.wav")));
    let child = home
        .hotseat(["practice", "--no-voice", "--real-time", "--json", "--questions", QUESTION, "--candidate"])
        .arg(&answers)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it runs");
    wait_for(Duration::from_secs(60), || {
        let folder = fs::read_dir(home.path().join("sessions")).ok()?.flatten().next()?.path();
        let recording = hound::WavReader::open(folder.join("question-01-answer.wav")).ok()?;
        (recording.duration() >= 5 * 16_000).then_some(())
    })
    .expect("five seconds were recorded");
    let interrupted = Command::new("kill").args(["-INT", &child.id().to_string()]).status().expect("kill runs");
    assert!(interrupted.success());
    let report = json(&child.wait_with_output().expect("it ends"));
    assert_eq!(report["ending"], "stopped");
    let heard = report["exchanges"][0]["text"].as_str().expect("what was said was heard out");
    assert!(heard.to_lowercase().contains("business"), "{heard}");
    assert_journal_replays(&only_session(&home));
}

#[test]
fn what_cannot_work_is_said_in_a_line_with_a_hint() {
    let home = Home::new();
    let empty = home.path().join("empty");
    fs::create_dir(&empty).expect("a folder");
    let cases: [(&[&str], &str); 8] = [
        (&["practice", "--bank", "infrastructure-architekt"], "infrastructure-architect"),
        (&["practice", "--questions", "high-availabilty"], "high-availability"),
        (&["practice", "--persona", "nobody"], "nobody"),
        (&["practice", "--candidate", "no-such-folder"], "no-such-folder"),
        (&["practice", "--minutes=-3"], "--minutes"),
        (&["export", "2001"], "2001"),
        (&["practice", "--resume"], "no interview broke off"),
        (&["practice", "--resume", "2001", "--text"], "2001"),
    ];
    for (arguments, named) in cases {
        let output = home.hotseat(arguments).stdin(Stdio::null()).output().expect("it runs");
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(matches!(output.status.code(), Some(1 | 2)), "{arguments:?}: {stderr}");
        assert!(stderr.contains(named), "{arguments:?}: {stderr}");
        assert!(!stderr.contains("panicked"), "{stderr}");
    }
    let output = home.hotseat(["practice", "--candidate"]).arg(&empty).stdin(Stdio::null()).output().expect("it runs");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1), "{stderr}");
    assert!(stderr.contains("Hint: "), "{stderr}");
}
