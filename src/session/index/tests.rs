//! The index beside folders of sessions, whole, changing and damaged.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use rusqlite::Connection;
use tempfile::TempDir;

use super::{FILE, Index};
use crate::bank::Bank;
use crate::ids::{QuestionId, TurnId};
use crate::prompt;
use crate::session::filter::Filter;
use crate::session::outcome::outcomes;
use crate::session::record::{Opened, Record};
use crate::session::revision::{Revised, Revision};
use crate::session::sample::Sample;
use crate::session::store::{Kept, Standing, Store};

const BANK: &str = r#"
format = 1
id = "small"
title = "Small Role"
license = "CC0-1.0"

[[question]]
id = "first"
prompt = "How do you begin a high-availability design?"
kind = "design"
level = "mid"
minutes = 2
assesses = "Order."
model_answer = "I ask first. Then I build three zones at the Café. Then I restore the backup as a test."

  [[question.point]]
  id = "asks"
  text = "Asks what is wanted"
  weight = 3

  [[question.follow_up]]
  id = "who"
  prompt = "Whom do you ask about naïve clients?"
  probes = ["asks"]

[[question]]
id = "second"
prompt = "What does it cost?"
kind = "design"
level = "mid"
minutes = 2
assesses = "Money."
model_answer = "Less than a kraken. It is cheap."

  [[question.point]]
  id = "cheap"
  text = "It is cheap"
  weight = 1
"#;

/// A data folder with so many sessions, a day apart, the last one the newest.
struct Data(TempDir);

impl Data {
    fn with(sessions: u32) -> Self {
        let data = Self(tempfile::tempdir().expect("a folder"));
        (1..=sessions).for_each(|day| drop(data.keep(day, "standard")));
        data
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn store(&self) -> Store {
        Store::new(self.path())
    }

    fn keep(&self, day: u32, pressure: &str) -> Kept {
        let bank = Bank::parse(BANK, "small.toml").expect("valid");
        let first: jiff::Timestamp = "2026-11-01T09:00:00Z".parse().expect("a date");
        let sample = Sample {
            bank: &bank,
            started: first + jiff::SignedDuration::from_hours(24 * i64::from(day - 1)),
            persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("it exists"),
            pressure: prompt::pressure(pressure).expect("it exists"),
            questions: 2,
            follow_ups: 1,
            words: 30,
            skill: 1.0,
            seed: 0,
        };
        let mut records = sample.records().into_iter();
        let Some(Record::Opened(opened)) = records.next() else { panic!("a journal begins so") };
        let opened = Opened { id: format!("day-{day:02}"), ..*opened };
        let mut kept = self.store().begin(opened).expect("it is begun");
        records.for_each(|record| kept.append(&record).expect("it is written"));
        kept
    }

    fn index(&self) -> Index {
        let (index, notice) = Index::open(self.path());
        assert_eq!(notice, None);
        index
    }

    fn refreshed(&self) -> Index {
        let mut index = self.index();
        index.refresh(&self.store(), &mut |_, _| {}).expect("it is compared");
        index
    }

    fn journal(&self, id: &str) -> std::path::PathBuf {
        self.store().folder(id).join("journal.jsonl")
    }
}

fn ids(index: &mut Index, filter: &Filter) -> Vec<String> {
    index.sessions(filter).expect("it is asked").into_iter().map(|one| one.id).collect()
}

fn text(text: &str) -> Filter {
    Filter { text: Some(text.into()), ..Filter::default() }
}

#[test]
fn the_newest_comes_first_with_its_figures_and_only_what_changed_is_read_again() {
    let data = Data::with(3);
    let mut index = data.index();
    let mut told = Vec::new();
    let first = index.refresh(&data.store(), &mut |done, of| told.push((done, of))).expect("compared");
    assert_eq!((first.read, first.dropped, first.notice), (3, 0, None));
    assert_eq!(told, [(0, 3), (1, 3), (2, 3), (3, 3)]);
    let listed = index.sessions(&Filter::default()).expect("listed");
    assert_eq!(ids(&mut index, &Filter::default()), ["day-03", "day-02", "day-01"]);
    let one = &listed[0];
    assert_eq!((one.questions, one.answered, one.standing), (2, 2, Standing::Complete));
    assert_eq!((one.bank.as_str(), one.title.as_str(), one.source.as_str()), ("small", "Small Role", "microphone"));
    assert!(one.recorded_s > 10.0 && one.coverage.is_some(), "{one:?}");
    let mut reopened = data.refreshed();
    assert_eq!(reopened.sessions(&Filter::default()).expect("listed"), listed, "it is kept");
    let nothing = index.refresh(&data.store(), &mut |_, _| panic!("nothing is read")).expect("compared");
    assert_eq!((nothing.read, nothing.dropped), (0, 0));
    data.store().remove("day-02").expect("removed");
    drop(data.keep(9, "calm"));
    let changed = index.refresh(&data.store(), &mut |_, _| {}).expect("compared");
    assert_eq!((changed.read, changed.dropped), (1, 1));
    assert_eq!(ids(&mut index, &Filter::default()), ["day-09", "day-03", "day-01"]);
    assert_eq!(index.ids().expect("asked"), ["day-09", "day-03", "day-01"]);
    let calm = Filter { pressure: Some("calm".into()), ..Filter::default() };
    assert_eq!(ids(&mut index, &calm), ["day-09"]);
    assert_eq!(ids(&mut index, &Filter { limit: Some(2), ..Filter::default() }), ["day-09", "day-03"]);
}

#[test]
fn whether_a_session_runs_is_asked_anew_though_its_journal_stays_as_it_was() {
    let data = Data::with(0);
    let kept = data.keep(1, "standard");
    let journal = data.journal("day-01");
    let whole = fs::read_to_string(&journal).expect("a journal");
    let without_end = whole.trim_end().rsplit_once('\n').expect("lines").0;
    fs::write(&journal, format!("{without_end}\n")).expect("written");
    let standing = |index: &mut Index| index.sessions(&Filter::default()).expect("listed")[0].standing;
    let mut index = data.refreshed();
    assert_eq!(standing(&mut index), Standing::Running);
    drop(kept);
    index.refresh(&data.store(), &mut |_, _| panic!("nothing is read")).expect("compared");
    assert_eq!(standing(&mut index), Standing::Interrupted);
    assert_eq!(ids(&mut index, &Filter { standing: Some(Standing::Running), ..Filter::default() }), [""; 0]);
}

#[test]
fn words_are_found_in_any_form_wherever_they_stand_in_a_session_and_the_place_is_told() {
    let data = Data::with(1);
    let mut index = data.refreshed();
    let shown = |index: &mut Index, words: &str| -> Option<String> {
        let hit = index.sessions(&text(words)).expect("asked").pop()?.hit.expect("a place");
        let show = |piece: &crate::session::snippet::Piece| {
            if piece.sought { format!("[{}]", piece.text) } else { piece.text.clone() }
        };
        let snippet: String = hit.snippet.iter().map(show).collect();
        Some(format!("{:?} {} {}: {snippet}", hit.whose, hit.question.unwrap_or_default(), hit.word))
    };
    let mut table = String::new();
    for words in [
        "cafe",
        "CAFÉ",
        "naive",
        "back",
        "high-availability",
        "kraken zones",
        "zones test",
        "three Zones",
        "zebra",
        "kraken zebra",
        "?!",
        "",
    ] {
        let found = shown(&mut index, words).unwrap_or_else(|| "nothing".into());
        writeln!(table, "{words:<18} {found}").expect("writing to a string cannot fail");
    }
    insta::assert_snapshot!(table);
}

#[test]
fn nothing_that_somebody_types_is_taken_for_a_command_of_the_search() {
    let data = Data::with(1);
    let mut index = data.refreshed();
    let hostile = [
        "\"",
        "zones\"",
        "a OR kraken",
        "NEAR(zones kraken)",
        "text:zones",
        "-zones",
        "^zones",
        "zones*",
        "{x}",
        "'; DROP",
    ];
    for words in
        hostile.into_iter().chain(["zones AND", "(", "\u{0}zones", "a\u{2}b\u{3}", "🦑", &"zones ".repeat(200)])
    {
        assert!(index.sessions(&text(words)).is_ok(), "{words}");
    }
    assert_eq!(ids(&mut index, &text("kraken OR zebra")), [""; 0], "OR is a word like any other");
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig::with_cases(300));
    runner
        .run(&"[\"'*():^{}a-z \u{0}-\u{4}+,.-]{0,20}", |words| {
            prop_assert!(data.index().sessions(&text(&words)).is_ok());
            Ok(())
        })
        .expect("every text can be searched for");
    assert_eq!(ids(&mut index, &Filter::default()).len(), 1);
}

#[test]
fn a_word_that_is_put_right_is_found_as_it_stands_and_no_longer_as_it_was_heard() {
    let data = Data::with(1);
    let mut index = data.refreshed();
    let mut kept = data.store().reopen("day-01").expect("opened");
    let take = kept.session().take(TurnId(1)).expect("the turn").clone();
    let word = take.words().iter().position(|one| one.word.text == "Café.").expect("it was said");
    let on = "2026-11-24T05:30:00Z".parse().expect("a date");
    let what = Revision::Corrected { turn: TurnId(1), word, text: "cathedral.".into() };
    kept.append(&Record::Revision(Box::new(Revised { on, what }))).expect("written");
    let remark = Revision::Remarked { question: None, text: "Slower next time".into() };
    kept.append(&Record::Revision(Box::new(Revised { on, what: remark }))).expect("written");
    drop(kept);
    index.refresh(&data.store(), &mut |_, _| {}).expect("compared");
    let found = ["cathedral", "slower"].map(|words| ids(&mut index, &text(words)).len());
    assert_eq!(found, [1, 1]);
    let hit = index.sessions(&text("cathedral")).expect("asked")[0].hit.clone().expect("a place");
    assert_eq!((hit.turn, hit.word), (Some(1), word));
}

#[test]
fn outcomes_are_those_of_the_sessions_the_oldest_first_or_of_one_question() {
    let data = Data::with(2);
    let mut index = data.refreshed();
    let of = |id: &str| outcomes(&data.store().read(id).expect("readable").0);
    let mut all: Vec<_> = of("day-01");
    all.extend(of("day-02"));
    assert_eq!(index.outcomes(None).expect("asked"), all);
    let (bank, question) = (all[0].bank.clone(), QuestionId::new("second").expect("an id"));
    all.retain(|one| one.question == question);
    assert_eq!(index.outcomes(Some((&bank, &question))).expect("asked"), all);
    assert_eq!(all.len(), 2);
}

#[test]
fn a_folder_that_was_renamed_is_listed_by_its_new_name() {
    let data = Data::with(1);
    fs::rename(data.store().folder("day-01"), data.store().folder("other")).expect("renamed");
    let mut index = data.refreshed();
    assert_eq!(ids(&mut index, &Filter::default()), ["other"]);
    assert!(index.outcomes(None).expect("asked").iter().all(|one| one.session == "other"));
}

#[test]
fn what_cannot_be_listed_is_named_once_with_what_to_do_and_the_others_are_listed() {
    let data = Data::with(3);
    let sessions = data.store().folder("");
    fs::write(sessions.join("notes.txt"), "x").expect("written");
    fs::write(sessions.join(".DS_Store"), "x").expect("written");
    fs::create_dir_all(sessions.join("half")).expect("made");
    fs::create_dir_all(sessions.join("odd").join("journal.jsonl")).expect("made");
    let journal = fs::read_to_string(data.journal("day-01")).expect("a journal");
    let put = |id: &str, text: &str| {
        fs::create_dir_all(sessions.join(id)).expect("made");
        fs::write(data.journal(id), text).expect("written");
    };
    put("broken", &journal.replacen("\"type\":\"event\"", "\"type\"", 1));
    put("empty", "");
    put("later", &journal.replacen("\"v\":1", "\"v\":2", 1));
    put("torn", &journal[..journal.len() - 9]);
    let mut index = data.refreshed();
    assert_eq!(ids(&mut index, &Filter::default()), ["day-03", "day-02", "torn", "day-01"]);
    assert_eq!(index.sessions(&Filter::default()).expect("listed")[2].standing, Standing::Interrupted);
    let mut told = String::new();
    for one in index.unreadable().expect("asked") {
        let path = sessions.display().to_string();
        told.push_str(
            &format!("{}: {}. {}\n", one.name, one.why, one.advice).replace(path.trim_end_matches('/'), "SESSIONS"),
        );
    }
    insta::assert_snapshot!(told);
    let again = index.refresh(&data.store(), &mut |_, _| panic!("nothing is read")).expect("compared");
    assert_eq!(again.read, 0, "what cannot be read is not read again and again");
    put("broken", &journal);
    assert_eq!(index.refresh(&data.store(), &mut |_, _| {}).expect("compared").read, 1);
    assert_eq!(ids(&mut index, &Filter::default()).len(), 5);
}

/// What is wrong, whether a new one takes its place, and how it is done.
type Damage = (&'static str, bool, fn(&Path));

/// Ways in which the file of the index can be unfit, and whether a new one takes its place.
fn damages() -> [Damage; 8] {
    let truncate: fn(&Path) = |file| {
        let whole = fs::read(file).expect("a file");
        fs::write(file, &whole[..whole.len() / 2]).expect("written");
    };
    let noise: fn(&Path) = |file| {
        let mut whole = fs::read(file).expect("a file");
        whole.iter_mut().skip(4_096).for_each(|byte| *byte = !*byte);
        fs::write(file, whole).expect("written");
    };
    let foreign: fn(&Path) = |file| {
        fs::remove_file(file).expect("removed");
        let other = Connection::open(file).expect("opened");
        other.execute_batch("CREATE TABLE sessions (id); INSERT INTO sessions VALUES (7)").expect("made");
    };
    let tables: fn(&Path) = |file| {
        Connection::open(file).expect("opened").execute_batch("DROP TABLE sessions").expect("dropped");
    };
    let form: fn(&Path) = |file| {
        Connection::open(file).expect("opened").execute_batch("UPDATE outcomes SET outcome = '{}'").expect("changed");
    };
    let later: fn(&Path) = |file| {
        Connection::open(file).expect("opened").pragma_update(None, "user_version", 999).expect("changed");
    };
    [
        ("garbage", true, |file| fs::write(file, "SQLite format 3\u{0}garbage".repeat(90)).expect("written")),
        ("half of it", true, truncate),
        ("noise behind its head", true, noise),
        ("another program's", true, foreign),
        ("a table is gone", true, tables),
        ("a form that nobody knows", true, form),
        ("a later version's", false, later),
        ("a folder", false, |file| {
            fs::remove_file(file).expect("removed");
            fs::create_dir(file).expect("made");
        }),
    ]
}

#[test]
fn an_index_that_is_damaged_or_none_of_ours_is_set_aside_or_left_and_the_list_is_right_all_the_same() {
    for (what, is_made_anew, damage) in damages() {
        let data = Data::with(3);
        drop(data.refreshed());
        let before = fs::read(data.journal("day-02")).expect("a journal");
        damage(&data.path().join(FILE));
        let (mut index, at_first) = Index::open(data.path());
        let then = index.refresh(&data.store(), &mut |_, _| {}).expect("compared").notice;
        let found = ids(&mut index, &Filter::default());
        assert_eq!(found, ["day-03", "day-02", "day-01"], "{what}");
        assert_eq!(ids(&mut index, &text("kraken")).len(), 3, "{what}");
        assert_eq!(index.outcomes(None).expect("asked").len(), 6, "{what}");
        let late = index.refresh(&data.store(), &mut |_, _| {}).expect("compared").notice;
        let told: Vec<String> = at_first.into_iter().chain(then).chain(late).collect();
        assert_eq!(told.len(), 1, "{what}: {told:?}");
        assert!(told[0].contains("untouched"), "{what}: {told:?}");
        assert_eq!(fs::read(data.journal("day-02")).expect("a journal"), before, "{what}");
        assert_eq!(data.path().join("index.sqlite.set-aside").exists(), is_made_anew, "{what}: {told:?}");
        drop(index);
        if is_made_anew {
            let mut index = data.index();
            let again = index.refresh(&data.store(), &mut |_, _| {}).expect("compared");
            assert_eq!((again.read, again.notice), (0, None), "{what}: the new one was kept");
        }
    }
}

#[test]
fn an_index_that_another_program_holds_is_made_in_memory_and_left_alone() {
    let data = Data::with(2);
    drop(data.refreshed());
    let holder = Connection::open(data.path().join(FILE)).expect("opened");
    holder.execute_batch("PRAGMA locking_mode = exclusive; BEGIN EXCLUSIVE; DELETE FROM journals").expect("held");
    let (mut index, notice) = Index::open_within(data.path(), Duration::from_millis(20));
    let then = index.refresh(&data.store(), &mut |_, _| {}).expect("compared").notice;
    let told = notice.or(then).expect("it is told");
    assert!(told.contains("in memory") && told.contains("locked"), "{told}");
    assert_eq!(ids(&mut index, &Filter::default()), ["day-02", "day-01"]);
    drop(holder);
    assert_eq!(ids(&mut data.refreshed(), &Filter::default()).len(), 2, "what was begun there was taken back");
}

#[test]
fn while_another_program_writes_for_long_what_is_there_is_read_and_what_is_new_is_read_into_memory() {
    let data = Data::with(2);
    drop(data.refreshed());
    let writer = Connection::open(data.path().join(FILE)).expect("opened");
    writer.execute_batch("BEGIN IMMEDIATE; DELETE FROM journals").expect("begun");
    let (mut index, notice) = Index::open_within(data.path(), Duration::from_millis(20));
    assert_eq!(notice, None);
    assert_eq!(
        index.refresh(&data.store(), &mut |_, _| {}).expect("compared").notice,
        None,
        "nothing has to be written"
    );
    drop(data.keep(3, "standard"));
    let told = index.refresh(&data.store(), &mut |_, _| {}).expect("compared").notice.expect("told");
    assert!(told.contains("in memory"), "{told}");
    assert_eq!(ids(&mut index, &Filter::default()).len(), 3);
}

#[test]
fn where_the_disk_is_full_what_is_new_is_read_into_memory_and_what_was_kept_stays() {
    let data = Data::with(2);
    let mut index = data.refreshed();
    let pages: i64 = index.database.pragma_query_value(None, "page_count", |row| row.get(0)).expect("asked");
    index.database.pragma_update(None, "max_page_count", pages).expect("limited");
    (3..=28).for_each(|day| drop(data.keep(day, "standard")));
    let told = index.refresh(&data.store(), &mut |_, _| {}).expect("compared").notice.expect("told");
    assert!(told.contains("full") && told.contains("in memory"), "{told}");
    assert_eq!(ids(&mut index, &Filter::default()).len(), 28);
    drop(index);
    let again = data.index().refresh(&data.store(), &mut |_, _| {}).expect("compared");
    assert_eq!((again.read, again.notice), (26, None));
}

#[test]
fn several_that_compare_at_once_all_list_everything() {
    let data = Data::with(40);
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..4)
            .map(|nth| {
                let data = &data;
                scope.spawn(move || {
                    let (mut index, notice) = Index::open(data.path());
                    assert_eq!(notice, None);
                    let store = data.store();
                    let made = if nth == 0 {
                        index.reindex(&store, &mut |_, _| {})
                    } else {
                        index.refresh(&store, &mut |_, _| {})
                    };
                    assert_eq!(made.expect("compared").notice, None);
                    index.refresh(&store, &mut |_, _| {}).expect("compared");
                    index.ids().expect("asked").len()
                })
            })
            .collect();
        let counts: Vec<usize> = all.into_iter().map(|one| one.join().expect("it ends")).collect();
        assert_eq!(counts, [40; 4]);
    });
    assert_eq!(data.refreshed().ids().expect("asked").len(), 40);
}

#[test]
fn a_kill_in_the_middle_of_an_index_that_is_made_anew_leaves_one_from_which_the_next_list_is_right() {
    let data = Data::with(40);
    drop(data.refreshed());
    for killed_at in [0, 1, 33, 39] {
        // A program that is killed leaves its files as they are at that moment: they are copied, and opened elsewhere.
        let elsewhere = tempfile::tempdir().expect("a folder");
        let mut index = data.index();
        let mut copy = |done: usize, _| {
            if done == killed_at {
                for ending in ["", "-wal"] {
                    let name = format!("{FILE}{ending}");
                    fs::copy(data.path().join(&name), elsewhere.path().join(&name)).expect("copied");
                }
            }
        };
        index.reindex(&data.store(), &mut copy).expect("made anew");
        let (mut after, notice) = Index::open(elsewhere.path());
        assert_eq!(notice, None);
        let refreshed = after.refresh(&data.store(), &mut |_, _| {}).expect("compared");
        assert_eq!(refreshed.notice, None);
        assert_eq!(refreshed.read, if killed_at < 33 { 40 } else { 8 }, "what was taken in before stays");
        assert_eq!(after.ids().expect("asked").len(), 40);
        assert_eq!(ids(&mut after, &text("kraken")).len(), 40);
    }
}

#[test]
fn a_kill_within_a_change_leaves_the_index_as_it_was_before() {
    let data = Data::with(3);
    let index = data.refreshed();
    let elsewhere = tempfile::tempdir().expect("a folder");
    // So little memory that what is changed goes to the file before it is committed.
    index.database.execute_batch("PRAGMA cache_size = 1; BEGIN IMMEDIATE; DELETE FROM journals").expect("begun");
    for ending in ["", "-wal"] {
        let name = format!("{FILE}{ending}");
        fs::copy(data.path().join(&name), elsewhere.path().join(&name)).expect("copied");
    }
    let (mut after, notice) = Index::open(elsewhere.path());
    assert_eq!(notice, None);
    assert_eq!(after.ids().expect("asked").len(), 3, "before anything is compared");
    assert_eq!(after.refresh(&data.store(), &mut |_, _| {}).expect("compared").read, 0);
}

#[test]
fn what_was_left_of_a_removed_session_is_swept_away_and_never_listed() {
    let data = Data::with(2);
    let left = data.store().folder(".deleted-day-02");
    fs::rename(data.store().folder("day-02"), &left).expect("renamed");
    assert_eq!(data.store().ids().expect("readable"), ["day-01"]);
    let mut index = data.refreshed();
    assert_eq!(ids(&mut index, &Filter::default()), ["day-01"]);
    assert!(!left.exists());
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_the_index() {
    use std::os::unix::fs::PermissionsExt;
    let data = Data::with(1);
    let _open = data.refreshed();
    for ending in ["", "-wal", "-shm"] {
        let about = fs::metadata(data.path().join(format!("{FILE}{ending}"))).expect("it is there");
        assert_eq!(about.permissions().mode() & 0o777, 0o600, "{ending}");
    }
}
