//! Sessions on their way out and back in: every form through the command line, zip files there and back, and zip files of strangers.

mod attacks;
mod session;

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor, Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Output;

use hotseat::engine::handing_over;
use hotseat::engine::{compressing, waveforms};
use hotseat::review::report::Report;
use hotseat::session::archive::{self, Content};
use hotseat::session::recordings;
use hotseat::session::store::Store;
use proptest::prelude::*;
use serde_json::Value;

use crate::exports::session::{Said, keep, tone};
use crate::support::Home;

fn run(home: &Home, arguments: &[&str]) -> Output {
    home.hotseat(arguments).current_dir(home.path()).output().expect("it runs")
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("it is text")
}

fn complaint(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).expect("it is text")
}

/// A home with one session of two answers.
fn home_with_session() -> (Home, Store) {
    let home = Home::new();
    let store = Store::new(home.path());
    keep(
        &store,
        "morning",
        &[Said::new("I ask first.", tone(60, 0.3)), Said::new("Then <I> build & test.", tone(90, 0.2))],
    );
    (home, store)
}

/// Returns the files of a folder but for those that can be made again.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("the folder is there").flatten();
    let read = entries.map(|entry| {
        let name = entry.file_name().into_string().expect("a plain name");
        (name, fs::read(entry.path()).expect("a file"))
    });
    read.filter(|(name, _)| name != "peaks.json").collect()
}

#[test]
fn every_form_is_written_to_stdout_a_file_or_a_folder() {
    let (home, _) = home_with_session();
    for (format, holds) in [
        ("md", "# Small Role"),
        ("html", "<!doctype html>"),
        ("json", "\"session\": \"morning\""),
        ("vtt", "WEBVTT"),
        ("srt", "00:00:00,100 --> "),
        ("csv", "session,started,bank"),
    ] {
        let out = text(&run(&home, &["export", "morning", "--format", format]));
        assert!(out.contains(holds), "{format}: {out}");
        text(&run(&home, &["export", "last", "--format", format, "-o", "out.txt"]));
        assert_eq!(fs::read_to_string(home.path().join("out.txt")).expect("written").trim_end(), out.trim_end());
    }
    text(&run(&home, &["export", "morning", "--format", "html", "--audio", "-o", "pages/"]));
    let page = fs::read_to_string(home.path().join("pages/morning.html")).expect("it has the session's name");
    assert_eq!(page.matches("data:audio/flac;base64,Zkx").count(), 2);
    text(&run(&home, &["export", "morning", "--format", "vtt", "-o", "pages"]));
    let second = fs::read_to_string(home.path().join("pages/question-01-answer-2.vtt")).expect("beside each other");
    assert!(second.contains("00:00:00.100 --> ") && second.contains("&lt;I&gt;"), "{second}");
    let alone = text(&run(&home, &["export", "morning", "--format", "vtt", "--recording", "question-01-answer-2.wav"]));
    assert_eq!(alone.trim_end(), second.trim_end());
}

#[test]
fn what_cannot_be_exported_is_named_with_what_to_do() {
    let (home, store) = home_with_session();
    keep(&store, "typed", &[Said::typed("I ask first.")]);
    let mut told = Vec::new();
    for arguments in [
        &["export", "morning", "--format", "vtt", "--recording", "../journal.jsonl"][..],
        &["export", "typed", "--format", "srt"],
        &["export", "evening"],
        &["export", "morning", "-o", "nowhere/at/all.md"],
        &["import", "nothing.zip"],
        &["import", "sessions/morning/question-01-answer.wav"],
        &["compress", "evening"],
    ] {
        told.push(format!("$ hotseat {}\n{}", arguments.join(" "), complaint(&run(&home, arguments))));
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn the_schema_that_is_printed_is_the_one_that_is_published() {
    let published = include_str!("../schemas/report.schema.json");
    assert_eq!(text(&run(&Home::new(), &["export", "--schema"])).trim_end(), published.trim_end());
}

#[test]
fn a_session_goes_to_another_home_and_the_second_time_it_is_said_to_be_there() {
    let (home, store) = home_with_session();
    text(&run(&home, &["export", "morning", "--format", "zip"]));
    let zip = home.path().join("morning.zip");
    let other = Home::new();
    let import = |arguments: &[&str]| {
        let output = other.hotseat(["import", "--json"]).arg(&zip).args(arguments).output().expect("it runs");
        serde_json::from_str::<Value>(&text(&output)).expect("JSON")
    };
    let first = import(&[]);
    assert_eq!((&first["session"], &first["recordings"]), (&"morning".into(), &2.into()));
    assert_eq!(import(&["--as", "again"])["already_here"], true);
    let here = Store::new(other.path());
    assert_eq!(here.read("morning").expect("it is there"), store.read("morning").expect("it is there"));
    let report = text(&other.hotseat(["export", "morning", "--format", "json"]).output().expect("it runs"));
    assert_eq!(serde_json::from_str::<Value>(&report).expect("JSON")["exchanges"][0]["text"], "Then <I> build & test.");
    keep(&here, "evening", &[Said::new("Another.", tone(3, 0.1))]);
    fs::remove_dir_all(here.folder("morning")).expect("it can be removed");
    fs::rename(here.folder("evening"), here.folder("morning")).expect("it takes the name");
    let numbered = import(&[]);
    assert_eq!(numbered["session"], "morning-2");
    assert_eq!(
        here.read("morning-2").expect("it is there").0.opened.id,
        "morning-2",
        "a session has its folder's name"
    );
}

#[test]
fn recordings_become_flac_and_everything_still_finds_them() {
    let (home, store) = home_with_session();
    let (session, _) = store.read("morning").expect("it is there");
    let folder = store.folder("morning");
    let before = waveforms::of(&folder, &session);
    let rows: Value = serde_json::from_str(&text(&run(&home, &["compress", "--all", "--json"]))).expect("JSON");
    assert_eq!(rows[0]["recordings"], 2);
    assert!(rows[0]["bytes_after"].as_u64() < rows[0]["bytes_before"].as_u64(), "{rows}");
    assert!(text(&run(&home, &["compress", "morning"])).contains("no recording is left"));
    let found = recordings::known(&session, &folder, "question-01-answer-2.wav").expect("it is found");
    assert!(found.ends_with("question-01-answer-2.flac"));
    assert_eq!(waveforms::of(&folder, &session), before, "it is the same sound");
    text(&run(&home, &["export", "morning", "--format", "zip", "-o", "small.zip"]));
    let elsewhere = Home::new();
    let other = Store::new(elsewhere.path());
    let imported = handing_over::import(&other, &home.path().join("small.zip"), None).expect("it comes in");
    assert_eq!(imported.recordings, 2);
    for name in ["../morning/question-01-answer.wav", "journal.jsonl", "question-01-answer.flac", "report.json", ""] {
        assert_eq!(recordings::known(&session, &folder, name), None, "{name}");
    }
}

#[test]
fn an_interview_that_may_go_on_keeps_its_recordings_as_they_are() {
    let (home, store) = home_with_session();
    let journal = store.folder("morning").join("journal.jsonl");
    let text = fs::read_to_string(&journal).expect("it is there");
    let cut = text.trim_end().rfind('\n').expect("more lines than one");
    fs::write(&journal, &text[..=cut]).expect("written");
    assert!(complaint(&run(&home, &["compress", "morning"])).contains("may still go on"));
    assert!(store.folder("morning").join("question-01-answer.wav").is_file());
}

#[test]
fn outlines_are_kept_and_made_again_when_a_recording_changes() {
    let (_home, store) = home_with_session();
    let (session, _) = store.read("morning").expect("it is there");
    let folder = store.folder("morning");
    let first = waveforms::of(&folder, &session);
    assert_eq!(first["question-01-answer.wav"].len(), (60 * 512usize).div_ceil(800));
    let kept = fs::read(folder.join("peaks.json")).expect("they are kept");
    let asked = std::cell::Cell::new(0);
    let read = |_: &Path| {
        asked.set(asked.get() + 1);
        Ok(vec![1.0; 1_600])
    };
    let names = || session.recordings();
    assert_eq!(hotseat::session::waveforms::of(&folder, names(), read), first);
    assert_eq!(asked.get(), 0, "nothing is read again");
    fs::write(folder.join("question-01-answer.wav"), b"other").expect("written");
    assert_eq!(hotseat::session::waveforms::of(&folder, names(), read)["question-01-answer.wav"], [255, 255]);
    fs::write(folder.join("peaks.json"), &kept[..kept.len() / 2]).expect("written");
    assert_eq!(hotseat::session::waveforms::of(&folder, names(), read).len(), 2);
    assert_eq!(asked.get(), 3, "a damaged file is made again");
}

/// A disk that is full after so many bytes.
struct Small {
    disk: Cursor<Vec<u8>>,
    room: u64,
}

impl Write for Small {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = self.room.saturating_sub(self.disk.position()) as usize;
        if room == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.disk.write(&bytes[..bytes.len().min(room)])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Seek for Small {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.disk.seek(to)
    }
}

#[test]
fn a_disk_that_is_full_at_any_moment_of_an_export_is_told_as_that() {
    let files = [
        ("journal.jsonl".to_owned(), Content::Bytes(b"words ".repeat(400))),
        ("a.flac".into(), Content::Bytes(vec![7; 900])),
    ];
    let small = |room| Small { disk: Cursor::new(Vec::new()), room };
    let whole =
        archive::write(small(u64::MAX), "morning", &files).expect("there is room").disk.into_inner().len() as u64;
    for room in (0..whole).step_by(13) {
        let error = archive::write(small(room), "morning", &files).map(drop).expect_err("there is no room");
        assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room} of {whole} bytes");
    }
    assert!(archive::write(small(whole), "morning", &files).is_ok());
}

fn clips() -> impl Strategy<Value = Vec<(String, usize, f32)>> {
    prop::collection::vec(("[a-z<é]{1,9}( [a-z.]{1,9}){0,6}", 0usize..20, 0.0f32..0.9), 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn what_goes_out_and_comes_in_is_the_same_session_with_the_same_files(clips in clips(), flac: bool, torn: bool) {
        let (home, other) = (tempfile::tempdir()?, tempfile::tempdir()?);
        let (store, there) = (Store::new(home.path()), Store::new(other.path()));
        let said: Vec<Said> = clips.iter().map(|(text, frames, level)| Said::new(text, tone(*frames, *level))).collect();
        keep(&store, "morning", &said);
        let folder = store.folder("morning");
        if flac {
            compressing::compress(&store.reopen("morning")?)?;
        }
        if torn {
            let journal = fs::OpenOptions::new().append(true).open(folder.join("journal.jsonl"));
            journal?.write_all(b"{\"v\":1,\"type\":\"no")?;
        }
        let (session, _) = store.read("morning")?;
        let zip = home.path().join("out.zip");
        handing_over::write_zip(&folder, &session, &Report::of(&session), true, fs::File::create(&zip)?)?;
        let imported = handing_over::import(&there, &zip, None)?;
        prop_assert_eq!(&imported.session, "morning");
        prop_assert_eq!(there.read("morning")?, store.read("morning")?);
        let (before, mut after) = (files(&folder), files(&there.folder("morning")));
        if torn {
            // What was cut off is no part of the session.
            prop_assert!(before["journal.jsonl"].starts_with(&after["journal.jsonl"]));
            after.insert("journal.jsonl".into(), before["journal.jsonl"].clone());
        }
        prop_assert_eq!(before, after);
        for name in session.recordings() {
            prop_assert!(recordings::find(&there.folder("morning"), name).is_some());
        }
        prop_assert!(handing_over::import(&there, &zip, None)?.already_here);
        prop_assert!(handing_over::import(&store, &zip, Some("other"))?.already_here);
        #[cfg(unix)]
        for (path, mode) in fs::read_dir(there.folder("morning"))?.flatten().map(|file| (file.path(), 0o600)).chain([(there.folder("morning"), 0o700)]) {
            let found = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path)?.permissions()) & 0o777;
            prop_assert_eq!(found, mode, "{}", path.display());
        }
    }
}
