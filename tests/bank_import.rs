//! `hotseat bank import`, as a user runs it, and what it needs for files of 50 MB.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use hotseat::clock;

use crate::support::Home;

const ARTICLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/import/nurse.md");

/// Largest file that is imported, in bytes.
const LARGEST: usize = 50 << 20;

/// Most memory that any such file may take, in MB: the file, its text, and its blocks.
const MOST_MEMORY: u64 = 700;

/// Longest time that any such file may take, in seconds. It takes a few; a step that is not linear would take hours.
const LONGEST: u64 = 60;

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).expect("text")
}

#[test]
fn an_article_becomes_a_bank_that_passes_the_check() {
    let home = Home::new();
    let bank = home.path().join("nurse.toml");
    let output = home.hotseat(["bank", "import", ARTICLE, "-o"]).arg(&bank).output().expect("it runs");
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "{told}");
    assert!(told.contains("read as markdown: 3 questions, 7 points, 3 answers, 6 pitfalls, 5 follow-ups"), "{told}");
    assert!(told.contains("Left out:") && told.contains("front matter"), "{told}");
    let checked = home.hotseat(["bank", "check"]).arg(&bank).output().expect("it runs");
    assert_eq!(checked.status.code(), Some(0), "{}", text(&checked.stdout));
    let again = home.hotseat(["bank", "import", ARTICLE, "-o"]).arg(&bank).output().expect("it runs");
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again.stderr).contains("--force"), "{}", text(&again.stderr));
}

#[test]
fn standard_input_and_json_serve_programs() {
    let home = Home::new();
    let mut command = home.hotseat(["bank", "import", "-", "--json", "--id", "own", "--title", "Own"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it runs");
    child.stdin.take().expect("a pipe").write_all(b"Hello\n\nQ: Why?\nA: I like it here.\n").expect("it is read");
    let output = child.wait_with_output().expect("it ends");
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
    assert_eq!((&told["found"]["questions"], &told["id"]), (&1.into(), &"own".into()));
    assert_eq!((&told["left_out"][0]["line"], &told["left_out"][0]["text"]), (&1.into(), &"Hello".into()));
    assert!(told["bank"].as_str().is_some_and(|bank| bank.contains("title = \"Own\"")), "{told}");
}

#[test]
fn a_draft_without_a_language_model_says_what_to_do_and_writes_nothing() {
    let home = Home::new();
    let bank = home.path().join("draft.toml");
    let job = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/jobs/nurse.txt");
    let output = home.hotseat(["bank", "draft", "--job", job, "-o"]).arg(&bank).output().expect("it runs");
    let told = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert!(told.contains("none was named") && told.contains("--llm auto"), "{told}");
    assert!(!bank.exists());
}

/// Runs an import and returns it with its time in seconds and its peak of memory in MB.
fn measured(home: &Home, file: &Path) -> (Output, u64, u64) {
    let begun = clock::now();
    let mut command = home.hotseat(["bank", "import", "--json"]);
    let mut child = command.arg(file).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("it runs");
    let status = format!("/proc/{}/status", child.id());
    let (_kept, never) = std::sync::mpsc::channel::<()>();
    let mut peak = 0;
    while child.try_wait().expect("it can be waited for").is_none() {
        let now = fs::read_to_string(&status).unwrap_or_default();
        let line = now.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
        peak = peak.max(line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) >> 10);
        let _timeout = never.recv_timeout(std::time::Duration::from_millis(5));
    }
    (child.wait_with_output().expect("it ended"), begun.elapsed().as_secs(), peak)
}

#[test]
#[cfg(target_os = "linux")]
fn fifty_megabytes_of_anything_take_bounded_memory_and_time() {
    let home = Home::new();
    let shapes = [
        ("prose.txt", "A long line that says nothing of any use to anybody, over and over again until it is full.\n"),
        ("short.txt", "a\n"),
        ("questions.md", "## Why is it so?\n\nIt is so since nobody asked. **Red flags:** none.\n\n- one\n- two\n\n"),
        ("marks.md", "*_`[<!"),
        ("open.html", "<div><ul><li><b>"),
        ("table.html", "<table><tr><td>a<td>b"),
        ("entities.html", "&amp;&#x3C;&notanentity"),
        ("quotes.csv", "\"a\",\"b\"\"\n"),
        ("cells.csv", ",,,,,,,\n"),
        ("open.yaml", "- [\"a\", {b: c}]\n"),
        ("deep.yaml", "[{\"a\":"),
    ];
    for (name, piece) in shapes {
        let file = home.path().join(name);
        fs::write(&file, piece.repeat(LARGEST / piece.len())).expect("it is written");
        let (output, seconds, peak) = measured(&home, &file);
        println!(
            "{name:<16} {seconds:>3} s  {peak:>4} MB  {}",
            text(&output.stderr).lines().next().unwrap_or_default()
        );
        assert!(output.status.code().is_some_and(|code| code < 2), "{name}: {}", text(&output.stderr));
        assert!(peak <= MOST_MEMORY && seconds <= LONGEST, "{name}: {peak} MB, {seconds} s");
        fs::remove_file(&file).expect("it is removed");
    }
    let file = home.path().join("larger.txt");
    fs::write(&file, vec![b'a'; LARGEST + 1]).expect("it is written");
    let (output, _, _) = measured(&home, &file);
    assert!(text(&output.stderr).contains("more than 50 MB"), "{}", text(&output.stderr));
}
