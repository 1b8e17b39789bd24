//! Zip files of strangers: each is refused with what is wrong, and leaves nothing behind.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

use hotseat::session::store::Store;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::exports::session::{Said, keep, tone};

type Files = Vec<(String, Vec<u8>)>;

/// The files of an honest archive, the manifest left out.
fn honest() -> Files {
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = Store::new(home.path());
    keep(&store, "morning", &[Said::new("I ask first.", tone(3, 0.3))]);
    let read = |name: &str| (name.to_owned(), fs::read(store.folder("morning").join(name)).expect("it is there"));
    ["journal.jsonl", "report.json", "question-01-answer.wav"].map(read).into()
}

fn manifest(files: &Files) -> Value {
    let hex = |bytes: &[u8]| Sha256::digest(bytes).iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"));
    let listed = files.iter().map(|(name, bytes)| json!({"name": name, "bytes": bytes.len(), "sha256": hex(bytes)}));
    json!({"format": 1, "hotseat": "0.1.0", "session": "morning", "files": listed.collect::<Vec<_>>()})
}

fn zipped(files: &Files, manifest: Option<Value>, more: impl FnOnce(&mut ZipWriter<Cursor<Vec<u8>>>)) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let manifest = manifest.map(|manifest| ("manifest.json".to_owned(), manifest.to_string().into_bytes()));
    for (name, bytes) in files.iter().chain(&manifest) {
        zip.start_file(name, SimpleFileOptions::default()).expect("a file");
        zip.write_all(bytes).expect("memory");
    }
    more(&mut zip);
    zip.finish().expect("memory").into_inner()
}

/// Returns the honest archive with other files and a manifest that fits them.
fn changed(change: impl FnOnce(&mut Files)) -> Vec<u8> {
    let mut files = honest();
    change(&mut files);
    zipped(&files, Some(manifest(&files)), |_| {})
}

/// Returns the honest archive with another manifest.
fn listed(change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let files = honest();
    let mut manifest = manifest(&files);
    change(&mut manifest);
    zipped(&files, Some(manifest), |_| {})
}

fn with_file(name: &str) -> Vec<u8> {
    changed(|files| files.push((name.into(), b"x".to_vec())))
}

/// Returns an archive in which one name was overwritten by another of the same length, everywhere.
fn renamed(zip: &[u8], from: &str, to: &str) -> Vec<u8> {
    let (from, to, mut zip) = (from.as_bytes(), to.as_bytes(), zip.to_vec());
    for at in 0..zip.len() - from.len() {
        if zip[at..].starts_with(from) {
            zip[at..at + to.len()].copy_from_slice(to);
        }
    }
    zip
}

/// Returns the journal with another id in its first line.
fn with_id(id: &str) -> Vec<u8> {
    changed(|files| {
        let journal = String::from_utf8(files[0].1.clone()).expect("text");
        files[0].1 = journal.replace(r#""id":"morning""#, &format!(r#""id":"{id}""#)).into_bytes();
    })
}

fn attacks() -> Vec<(&'static str, Vec<u8>)> {
    let plain = SimpleFileOptions::default();
    let files = honest();
    let with = |more: fn(&mut ZipWriter<Cursor<Vec<u8>>>)| zipped(&files, Some(manifest(&files)), more);
    let whole = changed(|_| {});
    vec![
        ("no zip file", b"PK, they said".to_vec()),
        ("half of one", whole[..whole.len() / 2].to_vec()),
        ("an empty one", ZipWriter::new(Cursor::new(Vec::new())).finish().expect("memory").into_inner()),
        ("a path from the root", with_file("/tmp/x")),
        ("a path to above", with_file("../x.wav")),
        ("a path to above, for Windows", with_file("..\\x.wav")),
        ("a drive", with_file("c:x.wav")),
        ("a folder within", with_file("within/report.md")),
        ("a hidden file", with_file(".bashrc")),
        ("a name with a line break", with_file("a\nb")),
        ("a folder", with(|zip| zip.add_directory("x", SimpleFileOptions::default()).expect("memory"))),
        (
            "a link",
            zipped(&files, Some(manifest(&files)), |zip| {
                zip.add_symlink("report.md", "/etc/passwd", plain).expect("memory");
            }),
        ),
        ("two files of one name", renamed(&with_file("report.jsom"), "report.jsom", "report.json")),
        ("two names that differ in capitals", with_file("REPORT.json")),
        (
            "too many files",
            with(|zip| {
                for nth in 0..2_001 {
                    zip.start_file(format!("{nth}.wav"), SimpleFileOptions::default()).expect("memory");
                }
            }),
        ),
        ("a file that no session has", with_file("run.sh")),
        ("a recording that the journal does not know", with_file("question-02-answer.wav")),
        ("one recording twice", with_file("question-01-answer.flac")),
        ("no manifest", zipped(&files, None, |_| {})),
        ("no journal", changed(|files| drop(files.remove(0)))),
        ("a later format", listed(|manifest| manifest["format"] = 2.into())),
        ("a manifest that is none", listed(|manifest| *manifest = json!([]))),
        (
            "a file that the manifest leaves out",
            listed(|manifest| drop(manifest["files"].as_array_mut().expect("files").pop())),
        ),
        ("a file that only the manifest has", listed(|manifest| manifest["files"][1]["name"] = "report.md".into())),
        ("another digest", listed(|manifest| manifest["files"][2]["sha256"] = "00".repeat(32).into())),
        ("a bomb that is declared", listed(|manifest| manifest["files"][2]["bytes"] = (1u64 << 40).into())),
        ("a bomb that is not", {
            let bomb: Files = files.iter().cloned().chain([("report.md".to_owned(), vec![0; 8 << 20])]).collect();
            let mut manifest = manifest(&bomb);
            manifest["files"][0]["bytes"] = 10.into();
            zipped(&bomb, Some(manifest), |_| {})
        }),
        ("a journal that is damaged", changed(|files| files[0].1.splice(0..0, b"{}\n".iter().copied()).for_each(drop))),
        (
            "a journal that begins in the middle",
            changed(|files| {
                let end = files[0].1.iter().position(|byte| *byte == b'\n').expect("a line");
                files[0].1.drain(..=end);
            }),
        ),
        ("an id that is a path", with_id("../../morning")),
        ("an id that is nothing", with_id("")),
        ("an id that is hidden", with_id(".importing-x")),
    ]
}

/// Returns what lies in a folder, however deep.
fn contents(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut all: Vec<String> = entries
        .flat_map(|entry| {
            let below = if entry.path().is_dir() { contents(&entry.path()) } else { Vec::new() };
            [entry.file_name().to_string_lossy().into_owned()].into_iter().chain(below)
        })
        .collect();
    all.sort();
    all
}

#[test]
fn every_attack_is_refused_by_what_is_wrong_and_leaves_nothing() {
    let mut told = Vec::new();
    for (what, zip) in attacks() {
        let home = tempfile::tempdir().expect("a temporary folder");
        let path = home.path().join("in.zip");
        fs::write(&path, zip).expect("written");
        let store = Store::new(&home.path().join("data"));
        let error = hotseat::engine::handing_over::import(&store, &path, None).expect_err(what);
        let shown = error.to_string().replace(&path.display().to_string(), "in.zip");
        told.push(format!("{what}: {shown}\n   {}", error.hint()));
        let left = contents(home.path());
        assert!(
            left.iter().all(|name| ["data", "in.zip", "sessions", ".importing"].contains(&name.as_str())),
            "{what}: {left:?}"
        );
    }
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn an_id_that_is_a_path_comes_in_under_a_name_that_is_none_and_what_was_left_half_done_is_cleared_away() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let path = home.path().join("in.zip");
    fs::write(&path, with_id("../../morning")).expect("written");
    let store = Store::new(home.path());
    fs::create_dir_all(store.folder(".importing-killed")).expect("a folder");
    fs::write(store.folder(".importing-killed").join("journal.jsonl"), b"").expect("written");
    assert!(store.ids().expect("it can be read").is_empty(), "what is hidden is no session");
    let imported =
        hotseat::engine::handing_over::import(&store, &path, Some("candidate-7")).expect("it has a name now");
    assert_eq!(imported.session, "candidate-7");
    assert_eq!(store.read("candidate-7").expect("it is there").0.opened.id, "candidate-7");
    assert!(!store.folder(".importing-killed").exists());
    let refused = hotseat::engine::handing_over::import(&store, &path, Some("a/b")).expect_err("a path is no name");
    assert!(refused.to_string().contains("`a/b`"), "{refused}");
}
