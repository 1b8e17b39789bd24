//! `hotseat bank`, as a user runs it.

use std::fs;
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
        home.hotseat(["bank", "show", "infrastructure-architect", "--question", question]).output().expect("it runs")
    };
    let shown = out(&show("high-availability"));
    for part in ["3 requirements-first", "generic-cloud", "probes failure-testing", "goes deeper", "A good answer:"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let missing = show("high-availabilty");
    assert_eq!(missing.status.code(), Some(1));
    assert!(err(&missing).contains("did you mean `high-availability`?"), "{}", err(&missing));
}
