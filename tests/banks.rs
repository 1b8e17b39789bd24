//! `hotseat bank`, as a user runs it.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::support::Home;

const SHIPPED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/questions/infrastructure-architect.toml");

fn shipped() -> String {
    fs::read_to_string(SHIPPED).expect("the bank comes with Hotseat")
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

#[test]
fn a_bank_that_is_whole_passes_and_a_broken_one_tells_every_mistake_with_its_line() {
    let home = Home::new();
    let broken = home.path().join("broken.toml");
    fs::write(&broken, shipped().replacen("weight = 2", "wieght = 2", 1).replacen("minutes = 5", "minutes = 50", 1))
        .expect("it is written");
    let whole = home.hotseat(["bank", "check", SHIPPED]).output().expect("it runs");
    assert_eq!(whole.status.code(), Some(0), "{}", err(&whole));
    let output = home.hotseat(["bank", "check", SHIPPED]).arg(&broken).output().expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let told: Vec<String> = out(&output).lines().filter(|line| line.contains("broken.toml:")).map(Into::into).collect();
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("unknown key `wieght` in point `traffic-routing`; did you mean `weight`?"), "{told:?}");
    assert!(told[1].contains("`minutes` in question `video-streaming`"), "{told:?}");
    assert!(err(&output).contains("1 of 2 banks are broken"));
}

#[test]
fn every_bank_that_comes_with_hotseat_is_whole() {
    let home = Home::new();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/questions");
    let files = fs::read_dir(folder).expect("the folder comes with Hotseat");
    let banks = files.map(|file| file.expect("it is readable").path()).filter(|path| path.is_file());
    let output = home.hotseat(["bank", "check"]).args(banks).output().expect("it runs");
    assert_eq!(output.status.code(), Some(0), "{}{}", out(&output), err(&output));
}

#[test]
fn what_is_no_bank_is_refused_with_a_reason() {
    let home = Home::new();
    let write = |name: &str, bytes: &[u8]| {
        let path = home.path().join(name);
        fs::write(&path, bytes).expect("it is written");
        path
    };
    let cases = [
        (write("latin.toml", b"format = 1\nid = \"\xe9\"\n"), "no UTF-8 text, from line 2 on"),
        (write("huge.toml", &vec![b'#'; (4 << 20) + 1]), "more than 4 MB"),
        (write("prose.toml", b"Dear Sir or Madam"), "prose.toml:1: this is no TOML"),
        (home.path().join("nothing.toml"), "cannot be read"),
        (home.path().to_path_buf(), "it is a folder"),
    ];
    for (path, why) in cases {
        let output = home.hotseat(["bank", "check"]).arg(&path).output().expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{}", path.display());
        assert!(out(&output).contains(why), "{}: {}", path.display(), out(&output));
    }
}

#[test]
fn a_bank_of_the_users_own_is_found_by_its_id_and_not_by_the_name_of_its_file() {
    let home = Home::new();
    fs::create_dir(home.path().join("questions")).expect("a folder");
    let own = shipped().replacen("id = \"infrastructure-architect\"", "id = \"my-role\"", 1);
    fs::write(home.path().join("questions").join("notes.toml"), own).expect("it is written");
    let listed = home.hotseat(["bank", "list", "--json"]).output().expect("it runs");
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout).expect("one document");
    let ids: Vec<&str> = listed.as_array().expect("a list").iter().filter_map(|one| one["id"].as_str()).collect();
    assert_eq!(ids[0], "my-role", "the user's own come first");
    assert!(ids.contains(&"infrastructure-architect"), "{ids:?}");
    assert!(!ids.contains(&"notes"), "{ids:?}");
    let shown = home.hotseat(["bank", "show", "my-role", "--json"]).output().expect("it runs");
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).expect("one document");
    assert_eq!(shown["questions"].as_array().map(Vec::len), Some(13));
    let missing = home.hotseat(["bank", "show", "my-rol"]).output().expect("it runs");
    assert_eq!(missing.status.code(), Some(1));
    assert!(err(&missing).contains("did you mean `my-role`?"), "{}", err(&missing));
}

#[test]
fn a_question_is_shown_with_its_rubric_and_an_unknown_one_gets_a_suggestion() {
    let home = Home::new();
    let show = |question: &str| {
        home.hotseat(["bank", "show", "infrastructure-architect", question]).output().expect("it runs")
    };
    let shown = out(&show("high-availability"));
    for part in ["●●● requirements-first", "generic-cloud", "probes failure-testing", "goes deeper", "A good answer"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let missing = show("high-availabilty");
    assert_eq!(missing.status.code(), Some(1));
    assert!(err(&missing).contains("did you mean `high-availability`?"), "{}", err(&missing));
}

#[test]
fn a_new_bank_passes_the_check_and_is_never_written_over_another() {
    let home = Home::new();
    let file = home.path().join("lead.toml");
    let new = || home.hotseat(["bank", "new", "Shift Lead", "-o"]).arg(&file).output().expect("it runs");
    let written = new();
    assert_eq!(written.status.code(), Some(0), "{}", err(&written));
    assert!(err(&written).contains("hotseat bank check"), "{}", err(&written));
    let checked = home.hotseat(["bank", "check", "--strict"]).arg(&file).output().expect("it runs");
    assert_eq!(checked.status.code(), Some(0), "{}", out(&checked));
    assert!(out(&checked).contains("1 question, nothing wrong\n"), "{}", out(&checked));
    fs::write(&file, "mine").expect("it is written");
    let again = new();
    assert_eq!(again.status.code(), Some(1));
    assert!(err(&again).contains("there is a file"), "{}", err(&again));
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "mine");
}

#[test]
fn warnings_fail_only_the_strict_check_and_stand_in_its_document() {
    let home = Home::new();
    let file = home.path().join("long.toml");
    let prompt = "prompt = \"Say you have a blank page (or [two] of them";
    fs::write(&file, shipped().replacen("prompt = \"Say you have a blank page", prompt, 1)).expect("it is written");
    let check = |flags: &[&str]| home.hotseat(["bank", "check"]).args(flags).arg(&file).output().expect("it runs");
    assert_eq!(check(&[]).status.code(), Some(0));
    let strict = check(&["--strict", "--json"]);
    assert_eq!(strict.status.code(), Some(1));
    let checked: serde_json::Value = serde_json::from_slice(&strict.stdout).expect("one document");
    let warning = &checked[0]["warnings"][0];
    assert_eq!((warning["rule"].as_str(), warning["grade"].as_str()), (Some("unspeakable"), Some("warning")));
    assert_eq!((warning["question"].as_str(), warning["line"].as_u64()), (Some("high-availability"), Some(25)));
}

/// Returns how many points of banks are told to say the same as another of their question.
fn overlapping(home: &Home, files: &[PathBuf]) -> usize {
    let output = home.hotseat(["bank", "check", "--json"]).args(files).output().expect("it runs");
    let checked: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one document");
    let warnings = checked.as_array().expect("a list").iter().filter_map(|one| one["warnings"].as_array()).flatten();
    warnings.filter(|warning| warning["rule"] == "overlapping-points").count()
}

#[test]
fn points_that_say_the_same_are_found_by_their_meaning_and_honest_ones_hardly_ever() {
    let home = Home::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pairs = fs::read_to_string(root.join("src/bank/data/overlaps.tsv")).expect("the pairs");
    let mut bank = String::from("format = 1\nid = \"pairs\"\ntitle = \"Pairs\"\nlicense = \"CC0-1.0\"\n");
    for (nth, pair) in pairs.lines().enumerate() {
        let (one, other) = pair.split_once('\t').expect("a pair");
        let point =
            |id: &str, text: &str| format!("[[question.point]]\nid = \"{id}\"\ntext = \"{text}\"\nweight = 1\n");
        let _written = write!(
            bank,
            "[[question]]\nid = \"q{nth}\"\nprompt = \"P\"\nkind = \"case\"\nlevel = \"mid\"\nminutes = 2\nassesses = \"A\"\n\
             model_answer = \"M\"\n{}{}",
            point("one", one),
            point("other", other)
        );
    }
    let file = home.path().join("pairs.toml");
    fs::write(&file, bank).expect("it is written");
    assert_eq!(overlapping(&home, &[file]), 24, "of 30 that do");
    let folders = fs::read_dir(root.join("models/judge/data")).expect("the banks of the judge").flatten();
    let files = folders.flat_map(|folder| fs::read_dir(folder.path()).expect("a folder").flatten());
    let mut banks: Vec<PathBuf> = files.map(|file| file.path()).collect();
    banks.retain(|file| file.extension().is_some_and(|ending| ending == "toml"));
    assert_eq!(banks.len(), 26);
    assert!(overlapping(&home, &banks) <= 1, "of some 2,500 that do not");
}
