//! Kept sessions put right and judged again by the real program, with the real judge.

use std::fs;
use std::path::PathBuf;
use std::process::Output;

use hotseat::bank::Bank;
use hotseat::ids::{Asked, QuestionId, TurnId, UtteranceId};
use hotseat::interview::effect::{Effect, Ending, Purpose};
use hotseat::interview::event::{Event, Stamped};
use hotseat::interview::plan::Plan;
use hotseat::prompt;
use hotseat::session::record::{Opened, Record, Source};
use hotseat::session::store::{Kept, Store};
use hotseat::transcript::Transcript;
use hotseat::units::AudioTime;
use serde_json::Value;

use crate::llm::server::{Reply, Server};
use crate::support::Home;

const QUESTION: &str = "high-availability";

const ANSWER: &str = "I would run everything in three availability zones, so that there is never a single point of failure. In \
    front of the servers there is a low ballot sir with health checks, and it steers around a broken machine. And the low ballot \
    sir is there twice as well.";

/// Begins a session in which one question was answered, not yet judged, and leaves it open.
fn open_session(home: &Home) -> Kept {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("questions/infrastructure-architect.toml");
    let text = fs::read_to_string(&path).expect("the bank is there");
    let question = QuestionId::new(QUESTION).expect("kebab-case");
    let plan = Plan {
        bank: Bank::parse(&text, "infrastructure-architect.toml").expect("the bank is valid"),
        questions: vec![question.clone()],
        reserve: Vec::new(),
        panel: Vec::new(),
        persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("the default persona exists"),
        pressure: prompt::pressure("standard").expect("the standard pressure exists"),
        minutes: None,
        wording: None,
    };
    let patience = plan.pressure.patience(2.0, false);
    let opened = Opened {
        id: "2026-11-23-093000-infrastructure-architect".into(),
        started: "2026-11-23T09:30:00Z".parse().expect("a date"),
        hotseat: "0.1.0".into(),
        source: Source::Typed,
        plan,
    };
    let mut kept = Store::new(home.path()).begin(opened).expect("the folder can be written");
    let asked = Asked { question, follow_up: None, nth: 0 };
    let say = Effect::Say {
        utterance: UtteranceId(1),
        purpose: Purpose::Question,
        asked: Some(asked.clone()),
        reason: None,
        text: "How would you keep it running?".into(),
        speaker: None,
    };
    let listen = Effect::Listen { turn: TurnId(1), asked, take: 1, patience, replaces: false };
    let heard = Event::Heard {
        turn: TurnId(1),
        transcript: Transcript::typed(ANSWER),
        took_ms: 0,
        worked_ms: 0,
        failure: None,
    };
    let at = AudioTime::ZERO;
    let records = [
        Record::Effect(Stamped { at, what: say }),
        Record::Effect(Stamped { at, what: listen }),
        Record::Event(Stamped { at, what: heard }),
        Record::Effect(Stamped { at, what: Effect::End { ending: Ending::Complete } }),
    ];
    for record in &records {
        kept.append(record).expect("the journal can be written");
    }
    kept
}

fn run(home: &Home, arguments: &[&str]) -> Output {
    home.hotseat(arguments).output().expect("it runs")
}

fn json(output: &Output) -> Value {
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{stderr}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("no JSON: {error}\n{stderr}"))
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn journal(home: &Home) -> String {
    let folder = home.path().join("sessions/2026-11-23-093000-infrastructure-architect");
    fs::read_to_string(folder.join("journal.jsonl")).expect("a journal")
}

#[test]
fn a_phrase_is_put_right_by_its_words_and_the_score_is_computed_again_and_taken_back() {
    let home = Home::new();
    let open = open_session(&home);
    let told = refused(&run(&home, &["correct", "last", "low ballot sir", "load balancer", "--all"]));
    assert!(told.contains("is open in another program"), "{told}");
    drop(open);
    let told = refused(&run(&home, &["correct", "last", "low ballot sir", "load balancer"]));
    assert!(told.contains("stands at 2 places") && told.contains("--nth"), "{told}");
    let told = refused(&run(&home, &["correct", "last", "ballad", "load balancer"]));
    assert!(told.contains("`ballad` stands nowhere"), "{told}");
    let done = json(&run(&home, &["correct", "last", "Low ballot-sir", "load balancer", "--all", "--json"]));
    assert_eq!(done["places"].as_array().map(Vec::len), Some(2));
    let after = done["places"][0]["after"].as_str().expect("a sentence");
    assert!(after.contains("there is a [load balancer] with health checks"), "{after}");
    assert_eq!(
        (&done["questions"][0]["recomputed"], &done["questions"][0]["question"]),
        (&true.into(), &QUESTION.into())
    );
    let report = json(&run(&home, &["review", "last", "--json"]));
    let score = &done["questions"][0]["difference"]["after"];
    assert_eq!(report["questions"][0]["band"], score["band"]);
    let quotes = report["questions"][0]["verdicts"].to_string();
    assert!(quotes.contains("load balancer"), "the words that were put right earn the point: {quotes}");
    let listed = json(&run(&home, &["correct", "last", "--list", "--json"]));
    assert_eq!(listed["places"].as_array().map(Vec::len), Some(2));
    let back = json(&run(&home, &["correct", "last", "load balancer", "--undo", "--nth", "1", "--json"]));
    assert_eq!(back["places"].as_array().map(Vec::len), Some(1));
    let plain = run(&home, &["review", "--plain"]);
    let plain = String::from_utf8_lossy(&plain.stdout).into_owned();
    assert!(plain.contains("a low ballot sir with health") && plain.contains("load [heard: low]"), "{plain}");
}

#[test]
fn another_rubric_is_tried_out_and_then_kept_beside_the_first() {
    let home = Home::new();
    drop(open_session(&home));
    let first = json(&run(&home, &["rescore", "last", "--json"]));
    assert!(first["questions"][0]["before"].is_null(), "nobody had judged it");
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("questions/infrastructure-architect.toml");
    let text = fs::read_to_string(&path).expect("the bank is there").replace("weight = 3", "weight = 1");
    let other = home.path().join("other.toml");
    fs::write(&other, text).expect("writable");
    let other = other.to_str().expect("a name");
    let before = journal(&home);
    let tried = json(&run(&home, &["rescore", "last", "--bank", other, "--dry-run", "--json"]));
    assert_eq!((&tried["dry_run"], &tried["questions"][0]["changed"]), (&true.into(), &true.into()));
    assert_eq!(journal(&home), before, "nothing was kept");
    let shown = run(&home, &["rescore", "last", "--bank", other]);
    let shown = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(shown.contains("before: coverage") && shown.contains("points as before"), "{shown}");
    let again = run(&home, &["rescore", "last"]);
    let again = String::from_utf8_lossy(&again.stdout).into_owned();
    assert_eq!(again, "Judged as before: high-availability.\n", "the rubric in force is the last one");
    let told = refused(&run(&home, &["rescore", "last", "--bank", "nurse"]));
    assert!(told.contains("the bank `nurse` has no question `high-availability`"), "{told}");
    let told = refused(&run(&home, &["rescore", "last", "--question", "high-avail"]));
    assert!(told.contains("did not ask `high-avail`") && told.contains("`high-availability`"), "{told}");
}

#[test]
fn without_weights_a_word_is_put_right_all_the_same_and_it_is_said_that_the_score_is_old() {
    let home = Home::new();
    drop(open_session(&home));
    let mut command = home.hotseat(["correct", "last", "broken machine", "failed machine"]);
    let output = command.env("HOTSEAT_MODELS", home.path()).output().expect("it runs");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && told.contains("its score is as it was"), "{told}");
    assert!(journal(&home).contains("\"corrected\""));
}

#[test]
fn recordings_are_heard_again_by_a_server_and_by_the_model_here_where_it_fails() {
    let reply = r#"{"text":"There is a load balancer twice."}"#;
    let hears = Server::start(vec![Reply::new("200 OK\r\nContent-Type: application/json", reply)]);
    let breaks = Server::start(vec![Reply::refusal(500, "out of memory")]);
    let home = Home::new();
    drop(open_session(&home));
    let recording = home.path().join("sessions/2026-11-23-093000-infrastructure-architect/question-01-answer.wav");
    let said = "There is a load balancer in front of the servers.";
    let spoken = run(&home, &["say", said, "-o", recording.to_str().expect("a path of letters")]);
    assert!(spoken.status.success(), "{}", String::from_utf8_lossy(&spoken.stderr));

    let reheard = json(&run(&home, &["rescore", "last", "--json", "--stt", &hears.address(), "--stt-model", "large"]));
    assert_eq!((&reheard["recordings"][0]["words"], &reheard["notes"]), (&6.into(), &Value::Null));
    assert!(journal(&home).contains(r#""by":"large at 127.0.0.1""#), "{}", journal(&home));

    let reheard = json(&run(&home, &["rescore", "last", "--json", "--stt", &breaks.address()]));
    assert_eq!(reheard["recordings"][0]["words"], 10);
    let told = reheard["notes"][0].as_str().expect("it is told");
    assert!(told.contains("out of memory") && told.contains("the one here hears instead"), "{told}");
}
