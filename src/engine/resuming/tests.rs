//! Journals that were cut off at every line, and in the middle of lines, and interviews that go on from there.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;

use super::{BrokenOff, ResumeError, replay, wanted};
use crate::audio::recorder::Recorder;
use crate::bank::Bank;
use crate::engine::conduct::Start;
use crate::engine::salvage::salvage;
use crate::ids::QuestionId;
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Ending};
use crate::interview::event::{Event, Stamped};
use crate::interview::plan::Plan;
use crate::judge::{Assessment, Band, Standing};
use crate::prompt;
use crate::session::Session;
use crate::session::record::{Opened, Record, Source};
use crate::session::revision::{Revised, Revision};
use crate::session::store::{Kept, REPORT, Store, StoreError};
use crate::transcript::Transcript;
use crate::turn::EndReason;
use crate::turn::strain::Strain;
use crate::units::AudioTime;

const BANK: &str = r#"
format = 1
id = "small"
title = "Small Role"
license = "CC0-1.0"

[[question]]
id = "first"
prompt = "How do you begin?"
kind = "design"
level = "mid"
minutes = 2
assesses = "Order."
model_answer = "I ask first."

  [[question.point]]
  id = "asks"
  text = "Asks what is wanted"
  weight = 3

  [[question.follow_up]]
  id = "who"
  prompt = "Whom do you ask?"
  probes = ["asks"]

[[question]]
id = "second"
prompt = "How do you end?"
kind = "opinion"
level = "mid"
minutes = 1
assesses = "Judgement."
model_answer = "I write down what I learned."

  [[question.point]]
  id = "notes"
  text = "Writes down what was learned"
  weight = 2
"#;

fn opened() -> Opened {
    let id = |name| QuestionId::new(name).expect("kebab-case");
    Opened {
        id: "one".into(),
        started: "2026-11-23T05:30:00Z".parse().expect("a date"),
        hotseat: "0.1.0".into(),
        source: Source::Microphone { name: "default".into() },
        plan: Plan {
            bank: Bank::parse(BANK, "small.toml").expect("the bank of this test is valid"),
            questions: vec![id("first"), id("second")],
            reserve: Vec::new(),
            panel: Vec::new(),
            persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("the default persona exists"),
            pressure: prompt::pressure("standard").expect("the standard pressure exists"),
            minutes: None,
            wording: None,
        },
    }
}

/// What the world does for an effect.
fn answer(effect: &Effect) -> Vec<Event> {
    match effect {
        Effect::Say { utterance, .. } => vec![Event::Said { utterance: *utterance }],
        Effect::Listen { turn, .. } => {
            let transcript = Transcript::typed(&format!("I said this in turn {turn}."));
            let ended = Event::TurnEnded {
                turn: *turn,
                reason: EndReason::Complete,
                speech_end_ms: AudioTime::from_ms(900),
                duration_ms: 1_000,
                strain: Strain::default(),
            };
            vec![ended, Event::Heard { turn: *turn, transcript, took_ms: 1, worked_ms: 1, failure: None }]
        }
        Effect::Judge { request, .. } => {
            let assessment = Assessment {
                standing: Standing::Attempt,
                points: Vec::new(),
                pitfalls: Vec::new(),
                pitfall_chances: BTreeMap::new(),
                coverage: 0.2,
                band: Band::clamped(2),
            };
            vec![Event::Judged { request: *request, assessment, took_ms: 1 }]
        }
        _ => Vec::new(),
    }
}

/// Conducts an interview to its end, and records a little of each answer, as far as a recorder has come that is killed.
fn conduct(start: Start) -> Kept {
    let Start { mut kept, mut interviewer, first } = start;
    let mut queue = vec![first];
    while !queue.is_empty() {
        let what = queue.remove(0);
        kept.append(&Record::Event(Stamped { at: AudioTime::from_ms(1), what: what.clone() })).expect("writable");
        for what in wanted(&mut interviewer, &what) {
            kept.append(&Record::Effect(Stamped { at: AudioTime::from_ms(1), what: what.clone() })).expect("writable");
            if let Effect::Listen { turn, .. } = what {
                record(&kept.folder().join(kept.session().recording(turn).expect("it has a name")));
            }
            queue.extend(answer(&what));
        }
    }
    kept
}

fn record(path: &Path) {
    let mut recorder = Recorder::create(path).expect("no recording has the name of another");
    for _ in 0..50 {
        recorder.write(&[0.25; 512]).expect("it records");
    }
    std::mem::forget(recorder);
}

/// Returns a store with an interview that broke off after the first `bytes` of its journal. Recordings are there of the turns that it
/// names, except for the last where that has only just been asked for.
fn broken_off(whole: &str, bytes: usize, with_last: bool) -> (tempfile::TempDir, Store) {
    let data = tempfile::tempdir().expect("a folder");
    let store = Store::new(data.path());
    drop(store.begin(opened()).expect("writable"));
    let folder = store.folder("one");
    fs::write(folder.join("journal.jsonl"), &whole.as_bytes()[..bytes]).expect("writable");
    let (session, _) = store.read("one").expect("a cut line is no damage");
    let takes: Vec<_> = session.exchanges.iter().flat_map(|exchange| &exchange.takes).collect();
    let begun = if with_last { takes.len() } else { takes.len().saturating_sub(1) };
    for (nth, take) in takes.into_iter().enumerate() {
        if nth < begun || take.ended.is_some() {
            record(&folder.join(&take.recording));
        }
    }
    (data, store)
}

/// Goes on with it to its end, the words of unheard recordings being `found`.
fn resume(store: &Store, found: &str) -> Kept {
    let mut broken_off = BrokenOff::reopen(store, "one").expect("it can go on");
    for unheard in broken_off.unheard() {
        broken_off.heard(unheard.turn, Ok(Transcript::typed(found)), Duration::ZERO).expect("writable");
    }
    if broken_off.is_over() { broken_off.finish() } else { broken_off.start("On we go.").map(conduct) }
        .expect("writable")
}

fn said(session: &Session) -> BTreeSet<String> {
    let takes = session.exchanges.iter().flat_map(|exchange| &exchange.takes);
    takes.filter_map(|take| take.transcript.as_ref()).map(Transcript::text).filter(|text| !text.is_empty()).collect()
}

fn assert_is_whole(kept: &Kept, before: &BTreeSet<String>, cut: &str) {
    let session = kept.session();
    assert_eq!(session.ending, Some(Ending::Complete), "{cut}");
    let mut again = Interviewer::new(session.opened.plan.clone());
    let owed = replay(&mut again, kept.records().expect("readable"));
    assert_eq!(owed, Some(Vec::new()), "the journal replays: {cut}");
    let asked: Vec<(&str, u32)> =
        session.exchanges.iter().map(|exchange| (exchange.asked.question.as_str(), exchange.asked.nth)).collect();
    assert_eq!(asked, [("first", 0), ("first", 1), ("second", 0)], "{cut}");
    assert!(said(session).is_superset(before), "nothing that was said is lost: {cut}");
    let takes: Vec<_> = session.exchanges.iter().flat_map(|exchange| &exchange.takes).collect();
    let names: BTreeSet<&str> = takes.iter().map(|take| take.recording.as_str()).collect();
    assert_eq!(names.len(), takes.len(), "{cut}");
    assert!(names.iter().all(|name| kept.folder().join(name).is_file()), "no turn is told that never was: {cut}");
    assert_all_is_judged(kept, cut);
}

/// The last request on each question is on all that was said to it.
fn assert_all_is_judged(kept: &Kept, cut: &str) {
    let mut judged = BTreeMap::new();
    for record in kept.records().expect("readable") {
        if let Record::Effect(Stamped { what: Effect::Judge { question, turns, .. }, .. }) = record {
            judged.insert(question, turns);
        }
    }
    for (question, turns) in judged {
        let said: Vec<_> = kept.session().answers_to(&question).into_iter().map(|answer| answer.turn).collect();
        assert_eq!(turns, said, "{question}: {cut}");
    }
}

#[test]
fn wherever_an_interview_breaks_off_it_goes_on_to_its_end_and_does_so_again() {
    let data = tempfile::tempdir().expect("a folder");
    let whole = conduct(Store::new(data.path()).begin(opened()).expect("writable").into());
    let journal = fs::read_to_string(whole.folder().join("journal.jsonl")).expect("it is there");
    let ends: Vec<usize> = journal.match_indices('\n').map(|(at, _)| at + 1).collect();
    let last = ends.len() - 1;
    for (nth, end) in ends[..last].iter().enumerate() {
        for (torn, with_last) in [(0, true), (9, false)] {
            let cut = format!("cut after line {} and {torn} bytes", nth + 1);
            let (_data, store) = broken_off(&journal, end + torn, with_last);
            let before = said(&store.read("one").expect("readable").0);
            let kept = resume(&store, "This was in the recording.");
            assert_is_whole(&kept, &before, &cut);
            // And once more, at another moment of what followed.
            let longer = fs::read_to_string(kept.folder().join("journal.jsonl")).expect("it is there");
            let lines: Vec<usize> = longer.match_indices('\n').map(|(at, _)| at + 1).collect();
            let later = nth + 1 + (nth * 7) % (lines.len() - nth - 2).max(1);
            drop(kept);
            let (_data, store) = broken_off(&longer, lines[later.min(lines.len() - 2)], true);
            let before = said(&store.read("one").expect("readable").0);
            let kept = resume(&store, "This was in the recording, too.");
            assert_is_whole(&kept, &before, &format!("{cut}, then after line {}", later + 1));
        }
    }
}

#[test]
fn what_was_heard_by_somebody_else_meanwhile_counts_and_a_recording_without_words_keeps_its_place() {
    let data = tempfile::tempdir().expect("a folder");
    let whole = conduct(Store::new(data.path()).begin(opened()).expect("writable").into());
    let journal = fs::read_to_string(whole.folder().join("journal.jsonl")).expect("it is there");
    let listen = journal.find("\"effect\":\"listen\"").expect("it listens");
    let end = listen + journal[listen..].find('\n').expect("a line") + 1;
    let (_data, store) = broken_off(&journal, end, true);
    let turn = store.read("one").expect("readable").0.unheard()[0].turn;
    let transcript = Transcript::typed("Heard elsewhere.");
    let what = Revision::Reheard { turn, transcript, by: "large".into() };
    let on = "2026-11-24T05:30:00Z".parse().expect("a date");
    let reheard = Record::Revision(Box::new(Revised { on, what }));
    store.reopen("one").expect("it can be opened").append(&reheard).expect("writable");
    let kept = resume(&store, "unused");
    assert_is_whole(&kept, &BTreeSet::from(["Heard elsewhere.".to_owned()]), "heard elsewhere");
    let (_data, store) = broken_off(&journal, end, true);
    let mut again = BrokenOff::reopen(&store, "one").expect("it can go on");
    again.heard(turn, Err("no model".into()), Duration::ZERO).expect("writable");
    let kept = conduct(again.start("On we go.").expect("writable"));
    let take = &kept.session().exchanges[0].takes[0];
    assert_eq!((take.turn, take.failure.as_deref()), (turn, Some("no model")));
}

#[test]
fn what_cannot_go_on_says_why() {
    let data = tempfile::tempdir().expect("a folder");
    let store = Store::new(data.path());
    assert!(matches!(BrokenOff::reopen(&store, "one"), Err(ResumeError::Store(StoreError::Io { .. }))));
    let running = store.begin(opened()).expect("writable");
    assert!(matches!(BrokenOff::reopen(&store, "one"), Err(ResumeError::Store(StoreError::Running(_)))));
    let whole = conduct(running.into());
    let journal = fs::read_to_string(whole.folder().join("journal.jsonl")).expect("it is there");
    drop(whole);
    let over = BrokenOff::reopen(&store, "one").expect_err("it is over");
    assert_eq!(over.to_string(), "`one` is complete");
    let other = journal.replace("\"utterance\":3", "\"utterance\":33");
    let (_data, store) = broken_off(&other, other.len() - 200, true);
    assert!(matches!(BrokenOff::reopen(&store, "one"), Err(ResumeError::Otherwise(_))));
}

#[test]
fn a_look_after_what_broke_off_mends_its_recordings_and_passes_over_what_goes_on_or_has_a_report() {
    let data = tempfile::tempdir().expect("a folder");
    let store = Store::new(data.path());
    let kept = |id: &str| store.begin(Opened { id: id.into(), ..opened() }).expect("writable");
    for id in ["broken", "reported"] {
        let session = kept(id);
        record(&session.folder().join("question-01-answer.wav"));
        fs::write(session.folder().join("question-02-answer.wav"), "RIFF").expect("writable");
        if id == "reported" {
            session.write(REPORT, "{}").expect("writable");
        }
    }
    let running = kept("running");
    record(&running.folder().join("question-01-answer.wav"));
    let found = salvage(&store).expect("readable");
    let mended: Vec<(&str, u64, u64)> =
        found.mended.iter().map(|(id, one)| (id.as_str(), one.told_ms, one.plays_ms)).collect();
    assert_eq!(mended, [("broken", 992, 1_504)]);
    assert_eq!(found.left.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["broken"]);
    let told = "An interview broke off: a recording was mended, and 0.5 s of sound saved, in broken.";
    assert_eq!(found.told().as_deref(), Some(told));
    assert_eq!(salvage(&store).expect("readable").told(), None);
}
