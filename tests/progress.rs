//! `hotseat progress` over sessions that are kept.

use std::process::Output;

use hotseat::bank::Bank;
use hotseat::ids::{Asked, QuestionId, TurnId, UtteranceId};
use hotseat::interview::effect::{Effect, Purpose};
use hotseat::interview::event::{Event, Stamped};
use hotseat::interview::plan::Plan;
use hotseat::judge::{Assessment, Band, Standing};
use hotseat::prompt;
use hotseat::session::record::{Opened, Record, Source};
use hotseat::session::revision::{Rescoring, Revised, Revision};
use hotseat::session::store::Store;
use hotseat::transcript::Transcript;
use hotseat::units::AudioTime;
use serde_json::Value;

use crate::support::Home;

/// Keeps a session of that day in which one question was answered by keyboard.
fn keep(home: &Home, day: u32, coverage: f32) {
    let bank = Bank::parse(include_str!("../questions/infrastructure-architect.toml"), "bank").expect("valid");
    let question = QuestionId::new("high-availability").expect("kebab-case");
    let asked = Asked { question: question.clone(), follow_up: None, nth: 0 };
    let pressure = prompt::pressure("standard").expect("it exists");
    let patience = pressure.patience(2.0, false);
    let started: jiff::Timestamp = format!("2025-10-{day:02}T09:00:00Z").parse().expect("a date");
    let opened = Opened {
        id: format!("2025-10-{day:02}-090000-infrastructure-architect"),
        started,
        hotseat: "0.1.0".into(),
        source: Source::Typed,
        plan: Plan {
            bank,
            questions: vec![question.clone()],
            reserve: Vec::new(),
            panel: Vec::new(),
            persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("it exists"),
            pressure,
            minutes: None,
            wording: None,
        },
    };
    let at = AudioTime::from_ms(0);
    let say = Effect::Say {
        utterance: UtteranceId(1),
        purpose: Purpose::Question,
        asked: Some(asked.clone()),
        reason: None,
        text: "How?".into(),
        speaker: None,
    };
    let listen = Effect::Listen { turn: TurnId(1), asked, take: 1, patience, replaces: false };
    let transcript = Transcript::typed("In three zones.");
    let heard = Event::Heard { turn: TurnId(1), transcript, took_ms: 0, worked_ms: 0, failure: None };
    let assessment = Assessment {
        standing: Standing::Attempt,
        points: Vec::new(),
        pitfalls: Vec::new(),
        pitfall_chances: std::collections::BTreeMap::new(),
        coverage,
        band: Band::clamped(3),
    };
    let judged = Revision::Rescored { question, assessment, by: "a test".into(), why: Rescoring::Judge, rubric: None };
    let records = [
        Record::Effect(Stamped { at, what: say }),
        Record::Effect(Stamped { at, what: listen }),
        Record::Event(Stamped { at, what: heard }),
        Record::Revision(Box::new(Revised { on: started, what: judged })),
    ];
    let mut kept = Store::new(home.path()).begin(opened).expect("it is begun");
    for record in records {
        kept.append(&record).expect("it is written");
    }
}

fn progress(home: &Home, arguments: &[&str]) -> (Output, String, String) {
    let output = home.hotseat([&["progress"], arguments].concat()).output().expect("it runs");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    (output, out, err)
}

#[test]
fn what_is_kept_is_told_in_eighty_columns_and_as_json() {
    let home = Home::new();
    let (empty, _, said) = progress(&home, &[]);
    assert!(empty.status.success() && said.contains("`hotseat practice` begins an interview"), "{said}");
    for day in 1..=12 {
        keep(&home, day, f32::from(day as u8) / 12.0);
    }
    std::fs::create_dir_all(home.path().join("sessions/torn")).expect("a folder");
    std::fs::write(home.path().join("sessions/torn/journal.jsonl"), "no journal\n").expect("a file");
    let (_, told, said) = progress(&home, &["--bank", "infrastructure-architect"]);
    assert!(said.contains("Sessions that cannot be read and are left out: 1"), "{said}");
    assert!(told.contains("12 answers in 12 sessions, from 2025-10-01 to 2025-10-12."), "{told}");
    assert!(told.contains("More is covered than before"), "{told}");
    assert!(told.contains("hotseat practice --due --bank infrastructure-architect"), "{told}");
    // A command stays on its line, to be copied.
    let is_command = |line: &str| line.trim_start().starts_with("hotseat ");
    assert!(told.lines().all(|line| line.chars().count() <= 80 || is_command(line)), "{told}");
    let (_, json, _) = progress(&home, &["--since", "2025-10-07", "--json"]);
    let json: Value = serde_json::from_str(&json).expect("one JSON document");
    assert_eq!((&json["answers"], &json["weeks"]["days"]), (&6.into(), &12.into()));
    assert_eq!(json["competencies"][0]["change"]["finding"], "too-little");
    assert_eq!(json["questions"][0]["first"]["on"], "2025-10-07");
}

#[test]
fn a_bank_that_was_never_practised_and_a_day_that_is_none_are_told_as_such() {
    let home = Home::new();
    keep(&home, 1, 0.5);
    let (output, _, said) = progress(&home, &["--bank", "nurse"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("Error: no answer to a question of `nurse` is kept"), "{said}");
    assert!(said.contains("Hint: you answered questions of `infrastructure-architect`"), "{said}");
    assert_eq!(progress(&home, &["--since", "soon"]).0.status.code(), Some(2));
}
