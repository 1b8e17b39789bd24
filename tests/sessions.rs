//! What was kept, as a user sees it: lists, searches, removal.

use std::fs;
use std::path::PathBuf;
use std::process::{Output, Stdio};

use hotseat::bank::Bank;
use hotseat::prompt;
use hotseat::session::record::Record;
use hotseat::session::sample::Sample;
use hotseat::session::store::{Kept, Store};
use serde_json::Value;

use crate::support::Home;

/// Keeps a session that began on that day of November.
fn keep(home: &Home, bank: &str, day: u32, pressure: &str) -> Kept {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("questions").join(format!("{bank}.toml"));
    let bank = Bank::parse(&fs::read_to_string(file).expect("a bank"), bank).expect("valid");
    let sample = Sample {
        bank: &bank,
        started: format!("2026-11-{day:02}T23:30:00Z").parse().expect("a date"),
        persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("it exists"),
        pressure: prompt::pressure(pressure).expect("it exists"),
        questions: 2,
        follow_ups: 1,
        words: 60,
        skill: 0.6,
        seed: u64::from(day),
    };
    let mut records = sample.records().into_iter();
    let Some(Record::Opened(opened)) = records.next() else { panic!("a journal begins so") };
    let mut kept = Store::new(home.path()).begin(*opened).expect("it is begun");
    records.for_each(|record| kept.append(&record).expect("it is written"));
    kept
}

fn with_sessions() -> Home {
    let home = Home::new();
    drop(keep(&home, "nurse", 3, "calm"));
    drop(keep(&home, "infrastructure-architect", 9, "standard"));
    drop(keep(&home, "nurse", 12, "tough"));
    home
}

/// Runs the program where nobody sits at a terminal, in the time zone of Greenwich.
fn run(home: &Home, arguments: &[&str]) -> Output {
    home.hotseat(arguments).env("TZ", "UTC").stdin(Stdio::null()).output().expect("it runs")
}

fn told(home: &Home, arguments: &[&str]) -> String {
    let output = run(home, arguments);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let folder = home.path().display().to_string();
    let code = output.status.code().expect("it ends by itself");
    let shown = format!("$ hotseat {}\n{}{}", arguments.join(" "), text(&output.stdout), text(&output.stderr));
    let shown = shown.replace(&folder, "HOME");
    if code == 0 { shown } else { format!("{shown}(exit {code})\n") }
}

#[test]
fn sessions_are_listed_the_newest_first_by_bank_role_day_words_and_pressure() {
    let home = Home::new();
    let mut shown = told(&home, &["sessions"]);
    let home = with_sessions();
    for arguments in [
        &["sessions"][..],
        &["sessions", "--bank", "nurse", "--limit", "1"],
        &["sessions", "--role", "architect"],
        &["sessions", "--since", "2026-11-04", "--until", "2026-11-09"],
        &["sessions", "--pressure", "tough"],
        &["sessions", "--text", "PATIENT befo"],
        &["sessions", "--text", "xylophone"],
        &["sessions", "--bank", "nurses"],
        &["sessions", "--pressure", "panel"],
        &["sessions", "--since", "2026-11-09", "--until", "2026-11-04"],
        &["sessions", "--since", "yesterday"],
    ] {
        shown.push('\n');
        shown.push_str(&told(&home, arguments));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn a_program_reads_the_list_as_json_and_what_cannot_be_read_with_what_to_do() {
    let home = with_sessions();
    let sessions = home.path().join("sessions");
    fs::write(sessions.join("notes.txt"), "mine").expect("written");
    fs::create_dir(sessions.join("copied-by-half")).expect("made");
    let output = run(&home, &["sessions", "--json", "--text", "patient", "--limit", "1"]);
    let listing: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let first = &listing["sessions"][0];
    assert_eq!(first["id"], "2026-11-12-233000-nurse");
    assert_eq!(first["folder"], sessions.join("2026-11-12-233000-nurse").display().to_string());
    assert_eq!(
        (&first["standing"], &first["questions"], &first["answered"]),
        (&"complete".into(), &2.into(), &2.into())
    );
    let sought = first["hit"]["snippet"].as_array().expect("pieces").iter().find(|piece| piece["sought"] == true);
    assert!(
        sought.expect("what was searched for")["text"]
            .as_str()
            .is_some_and(|text| text.to_lowercase().contains("patient"))
    );
    assert!(first["hit"]["word"].is_u64(), "{first:#}");
    let names: Vec<&Value> = listing["unreadable"].as_array().expect("a list").iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["copied-by-half", "notes.txt"]);
    let shown = told(&home, &["sessions"]);
    assert_eq!(shown.matches("Warning: ").count(), 2, "{shown}");
    assert_eq!(fs::read_to_string(sessions.join("notes.txt")).expect("it is there"), "mine");
}

#[test]
fn an_index_that_is_damaged_or_made_anew_changes_nothing_in_the_list() {
    let home = with_sessions();
    let before = told(&home, &["sessions"]);
    let anew = told(&home, &["sessions", "--reindex"]);
    assert_eq!(anew.replace(" --reindex", ""), before);
    fs::write(home.path().join("index.sqlite"), "no database".repeat(100)).expect("written");
    let after = told(&home, &["sessions"]);
    let warning = after.lines().find(|line| line.starts_with("Warning: ")).expect("it is told");
    assert!(warning.contains("untouched"), "{warning}");
    assert_eq!(after.replace(&format!("{warning}\n"), ""), before);
    assert_eq!(told(&home, &["sessions"]), before, "it is told once");
}

#[test]
fn a_session_is_removed_with_all_that_belongs_to_it_and_nothing_else_is() {
    let home = with_sessions();
    let id = "2026-11-03-233000-nurse";
    let cached = home.path().join("cache/sessions").join(id);
    fs::create_dir_all(&cached).expect("made");
    let folder = home.path().join("sessions").join(id);
    fs::write(folder.join("question-01-answer.wav"), [0; 44]).expect("written");
    let mut shown = told(&home, &["delete", "2026-11-03"]);
    assert!(folder.exists(), "it was not confirmed");
    for arguments in [&["delete", "2026-11-03", "--yes"][..], &["delete", "2026-11-03", "--yes"], &["sessions"]] {
        shown.push('\n');
        shown.push_str(&told(&home, arguments));
    }
    // Lengths of journals depend on the prompts.
    let shown: String = shown.lines().map(|line| without_size(line) + "\n").collect();
    insta::assert_snapshot!(shown);
    assert!(!folder.exists() && !cached.exists());
    assert_eq!(fs::read_dir(home.path().join("sessions")).expect("a folder").count(), 2, "nothing hidden is left");
}

fn without_size(line: &str) -> String {
    let Some((before, after)) = line.split_once(" files, ") else { return line.to_owned() };
    let rest = after.split_once("kB").map_or("", |(_, rest)| rest);
    format!("{before} files, N kB{rest}")
}

#[test]
fn a_session_that_runs_is_not_removed() {
    let home = Home::new();
    let kept = keep(&home, "nurse", 3, "calm");
    let refused = told(&home, &["delete", "last", "--yes"]);
    assert!(refused.contains("Error: the session `2026-11-03-233000-nurse` is open in another program"), "{refused}");
    assert!(refused.contains("Hint: ") && refused.ends_with("(exit 1)\n"), "{refused}");
    assert!(kept.folder().join("journal.jsonl").exists());
}
