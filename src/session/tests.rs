//! Journals, written and read back.

use std::collections::BTreeMap;
use std::fs;

use super::outcome::{Outcome, outcomes};
use super::record::{Opened, Record, Source, parse_journal};
use super::revision::{Rescoring, Revised, Revision, Stronger, Worded};
use super::store::{Standing, Store, StoreError};
use super::{NotOpened, Session};
use crate::bank::Bank;
use crate::ids::Asked;
use crate::ids::{FollowUpId, QuestionId, RequestId, TurnId, UtteranceId};
use crate::interview::effect::{Effect, Ending, Purpose};
use crate::interview::event::{Event, Stamped};
use crate::interview::plan::Plan;
use crate::judge::{Assessment, Band, Standing as AnswerStanding};
use crate::prompt;
use crate::transcript::delivery::sound::Sound;
use crate::transcript::{Transcript, Word};
use crate::turn::EndReason;
use crate::turn::strain::Strain;
use crate::units::{AudioTime, Span};

const BANK: &str = r#"
format = 1
id = "small"
title = "Small Role"
license = "CC0-1.0"

[[question]]
id = "only"
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
"#;

fn opened(id: &str) -> Opened {
    Opened {
        id: id.into(),
        started: "2026-11-23T05:30:00Z".parse().expect("a date"),
        hotseat: "0.1.0".into(),
        source: Source::Typed,
        plan: Plan {
            bank: Bank::parse(BANK, "small.toml").expect("the bank of this test is valid"),
            questions: vec![QuestionId::new("only").expect("kebab-case")],
            reserve: Vec::new(),
            panel: Vec::new(),
            persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("the default persona exists"),
            pressure: prompt::pressure("standard").expect("the standard pressure exists"),
            minutes: None,
            wording: None,
        },
    }
}

fn at<T>(ms: u64, what: T) -> Stamped<T> {
    Stamped { at: AudioTime::from_ms(ms), what }
}

fn records() -> Vec<Record> {
    let asked = Asked { question: QuestionId::new("only").expect("kebab-case"), follow_up: None, nth: 0 };
    let pressure = prompt::pressure("standard").expect("the standard pressure exists");
    let word = Word {
        text: "Hello.".into(),
        span: Span::new(AudioTime::from_ms(10), AudioTime::from_ms(300)),
        probability: 0.75,
    };
    vec![
        Record::Event(at(0, Event::Begin)),
        Record::Effect(at(
            0,
            Effect::Say {
                utterance: UtteranceId(1),
                purpose: Purpose::Question,
                asked: Some(asked.clone()),
                reason: None,
                text: "How do you begin?".into(),
                speaker: None,
            },
        )),
        Record::Effect(at(
            9,
            Effect::Listen {
                turn: TurnId(1),
                asked,
                take: 1,
                patience: pressure.patience(2.0, false),
                replaces: false,
            },
        )),
        Record::Event(at(
            4_000,
            Event::TurnEnded {
                turn: TurnId(1),
                reason: EndReason::Complete,
                speech_end_ms: AudioTime::from_ms(3_000),
                duration_ms: 4_000,
                strain: Strain::default(),
            },
        )),
        Record::Event(at(
            4_200,
            Event::Heard {
                turn: TurnId(1),
                transcript: Transcript { words: vec![word] },
                took_ms: 200,
                worked_ms: 400,
                failure: None,
            },
        )),
        Record::Event(at(
            4_300,
            Event::Judged {
                request: RequestId(1),
                assessment: Assessment {
                    standing: AnswerStanding::Silent,
                    points: Vec::new(),
                    pitfalls: Vec::new(),
                    pitfall_chances: BTreeMap::new(),
                    coverage: 0.0,
                    band: Band::clamped(1),
                },
                took_ms: 9,
            },
        )),
        Record::Event(at(
            4_900,
            Event::Sounded { utterance: UtteranceId(2), since_speech_ms: Some(1_900), since_decision_ms: Some(900) },
        )),
    ]
}

#[test]
fn a_journal_says_what_was_asked_heard_judged_and_how_long_it_took() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::new(folder.path());
    let mut kept = store.begin(opened("one")).expect("the folder can be written");
    for record in records() {
        kept.append(&record).expect("the journal can be written");
    }
    let live = kept.session().clone();
    drop(kept);
    let (read, standing) = store.read("one").expect("the journal can be read");
    assert_eq!(read, live, "what is read back is what was live");
    assert_eq!(standing, Standing::Interrupted);
    let exchange = &read.exchanges[0];
    assert_eq!(exchange.takes[0].recording, "question-01-answer.wav");
    assert_eq!(exchange.takes[0].transcript.as_ref().map(Transcript::text).as_deref(), Some("Hello."));
    assert_eq!((exchange.reply_after_speech_ms, exchange.reply_after_decision_ms), (Some(1_900), Some(900)));
    assert_eq!(read.length, AudioTime::from_ms(4_900));
}

#[test]
fn a_follow_up_that_was_taken_back_before_it_was_heard_leaves_no_exchange() {
    let mut session = Session::new(opened("taken-back"));
    let first = Asked { question: QuestionId::new("only").expect("kebab-case"), follow_up: None, nth: 0 };
    let follow_up = FollowUpId::new("why").expect("kebab-case");
    let next = Asked { follow_up: Some(follow_up), nth: 1, ..first.clone() };
    let say = |utterance, asked: &Asked| Effect::Say {
        utterance: UtteranceId(utterance),
        purpose: Purpose::Question,
        asked: Some(asked.clone()),
        reason: None,
        text: "Why?".into(),
        speaker: None,
    };
    let pressure = prompt::pressure("standard").expect("the standard pressure exists");
    let listen = |turn, take| Effect::Listen {
        turn: TurnId(turn),
        asked: first.clone(),
        take,
        patience: pressure.patience(2.0, false),
        replaces: false,
    };
    for effect in [say(1, &first), listen(1, 1), say(2, &next), listen(2, 2)] {
        session.apply(&Record::Effect(at(0, effect)));
    }
    assert_eq!(session.exchanges.len(), 1);
    let recordings: Vec<&str> = session.exchanges[0].takes.iter().map(|take| take.recording.as_str()).collect();
    assert_eq!(recordings, ["question-01-answer.wav", "question-01-answer-2.wav"]);
}

#[test]
fn what_the_sound_tells_is_kept_with_its_answer_even_after_the_end_and_old_journals_read_without_it() {
    let opening = Record::Opened(Box::new(opened("one")));
    let sound = Sound {
        speech_start_ms: Some(AudioTime::from_ms(420)),
        speech_end_ms: Some(AudioTime::from_ms(2_900)),
        speech_ms: 2_000,
        pauses: vec![Span::new(AudioTime::from_ms(900), AudioTime::from_ms(1_380))],
        ..Sound::default()
    };
    let end = Record::Effect(at(5_000, Effect::End { ending: Ending::Complete }));
    let measured = Event::Measured { turn: TurnId(1), sound: sound.clone(), took_ms: 900 };
    let late = [end, Record::Event(at(5_500, measured))];
    let lines: Vec<String> =
        [opening].into_iter().chain(records()).chain(late).filter_map(|record| record.to_line()).collect();
    let session = |lines: &[String]| {
        let records = parse_journal(&(lines.join("\n") + "\n")).expect("the journal is whole");
        Session::fold(records).expect("it begins with its opening line")
    };
    let take = |session: &Session| session.exchanges[0].takes[0].clone();
    let whole = take(&session(&lines));
    assert_eq!(whole.sound, Some(sound));
    assert_eq!(whole.delivery().response_delay_s, Some(0.42));
    let old = take(&session(&lines[..lines.len() - 1]));
    assert_eq!(old.sound, None);
    assert_eq!(old.delivery().response_delay_s, Some(0.01), "the words tell it, if nothing else does");
}

#[test]
fn an_ending_makes_a_session_complete_and_a_lock_makes_it_running() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::new(folder.path());
    let mut kept = store.begin(opened("one")).expect("the folder can be written");
    assert_eq!(store.read("one").expect("readable").1, Standing::Running);
    kept.append(&Record::Effect(at(5, Effect::End { ending: Ending::Complete }))).expect("writable");
    drop(kept);
    assert_eq!(store.read("one").expect("readable").1, Standing::Complete);
}

#[test]
fn a_line_cut_off_by_a_crash_is_left_out_wherever_it_is_cut() {
    let mut text = Record::Opened(Box::new(opened("one"))).to_line().expect("a record is a line") + "\n";
    let whole = text.len();
    text += &records()[1].to_line().expect("a record is a line");
    for cut in whole..text.len() {
        let records = parse_journal(&text[..cut]).expect("a cut line is no damage");
        assert_eq!(records.len(), 1, "cut at {cut}");
    }
    assert_eq!(parse_journal(&(text.clone() + "\n")).expect("whole").len(), 2);
}

#[test]
fn damage_within_a_journal_is_named_by_its_line() {
    let good = Record::Opened(Box::new(opened("one"))).to_line().expect("a record is a line");
    let error = parse_journal(&format!("{good}\nnot json\n{good}\n")).expect_err("the second line is damaged");
    assert_eq!(error.line, 2);
}

#[test]
fn lines_of_a_later_version_are_passed_over() {
    let good = Record::Opened(Box::new(opened("one"))).to_line().expect("a record is a line");
    let later = r#"{"v":2,"type":"event","data":{"at_ms":1,"event":"thought"}}"#;
    let new_kind = r#"{"v":1,"type":"smell","data":{}}"#;
    let records = parse_journal(&format!("{good}\n{later}\n{new_kind}\n")).expect("later lines are no damage");
    assert_eq!(records[1..], [Record::Unknown, Record::Unknown]);
    assert!(Session::fold(records).is_ok());
}

#[test]
fn a_journal_must_begin_with_its_opening_line() {
    assert!(matches!(Session::fold(records()), Err(NotOpened)));
}

#[test]
fn a_taken_name_gets_a_number_and_nothing_is_overwritten() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = Store::new(folder.path());
    let first = store.begin(opened("one")).expect("writable");
    let second = store.begin(opened("one")).expect("writable");
    assert_ne!(first.folder(), second.folder());
    assert_eq!(second.session().opened.id, "one-2", "the name inside is the folder's");
    assert_eq!(store.ids().expect("readable"), ["one-2", "one"]);
    assert_eq!(store.resolve("last").expect("there is one"), "one-2");
    assert!(store.resolve("on").is_err(), "two begin so");
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_a_session() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let kept = Store::new(folder.path()).begin(opened("one")).expect("writable");
    kept.write("report.md", "text").expect("writable");
    let mode = |path: &std::path::Path| fs::metadata(path).expect("it exists").permissions().mode() & 0o777;
    assert_eq!(mode(kept.folder()), 0o700);
    assert_eq!(mode(&kept.folder().join("journal.jsonl")), 0o600);
    assert_eq!(mode(&kept.folder().join("report.md")), 0o600);
}

/// A session with one answer of one word.
fn answered() -> Session {
    let opened = Record::Opened(Box::new(opened("one")));
    Session::fold(std::iter::once(opened).chain(records())).expect("it is opened")
}

fn revised(what: Revision) -> Record {
    Record::Revision(Box::new(Revised { on: "2026-11-24T05:30:00Z".parse().expect("a date"), what }))
}

fn corrected(text: &str) -> Record {
    revised(Revision::Corrected { turn: TurnId(1), word: 0, text: text.into() })
}

fn said(session: &Session) -> (String, Option<String>) {
    let take = session.take(TurnId(1)).expect("the turn");
    (
        take.transcript.as_ref().expect("words").text(),
        take.words().first().and_then(|word| word.heard.map(str::to_owned)),
    )
}

#[test]
fn a_corrected_word_stands_in_the_answer_beside_what_was_heard_and_can_be_taken_back() {
    let mut session = answered();
    let as_it_was = session.clone();
    session.apply(&corrected("Yellow."));
    assert_eq!(said(&session), ("Yellow.".into(), Some("Hello.".into())));
    assert_eq!(session.answers(&[TurnId(1)])[0].transcript.text(), "Yellow.", "the judge reads what was said");
    session.apply(&corrected("Mellow fellow."));
    assert_eq!(said(&session), ("Mellow fellow.".into(), Some("Hello.".into())), "what was heard first stays");
    session.apply(&corrected("Hello."));
    assert_eq!(session, as_it_was);
    session.apply(&corrected("Yellow."));
    let transcript = Transcript::typed("Hello there.");
    session.apply(&revised(Revision::Reheard { turn: TurnId(1), transcript, by: "small".into() }));
    assert_eq!(said(&session), ("Hello there.".into(), None), "words of another hearing are corrected anew");
    session.apply(&revised(Revision::Corrected { turn: TurnId(7), word: 0, text: "x".into() }));
    session.apply(&revised(Revision::Corrected { turn: TurnId(1), word: 9, text: "x".into() }));
    assert_eq!(said(&session), ("Hello there.".into(), None), "what is not there is not corrected");
}

#[test]
fn a_question_that_is_judged_again_keeps_both_verdicts_and_the_rubric_that_it_was_judged_by() {
    let mut session = answered();
    let question = QuestionId::new("only").expect("kebab-case");
    let before = session.assessments.get(&question).cloned();
    let mut rubric = session.question(&question).expect("it is in the bank").clone();
    rubric.points[0].text = "Asks who wants it".into();
    let after = Assessment { coverage: 0.5, ..before.clone().expect("it was judged") };
    session.apply(&revised(Revision::Rescored {
        question: question.clone(),
        assessment: after.clone(),
        by: "another".into(),
        why: Rescoring::Rubric,
        rubric: Some(Box::new(rubric.clone())),
    }));
    assert_eq!(session.assessments.get(&question), Some(&after));
    assert_eq!((&session.rescored[0].before, &session.rescored[0].after), (&before, &after));
    assert_eq!(session.question(&question), Some(&rubric));
}

#[test]
fn what_a_language_model_wrote_is_forgotten_with_the_words_and_verdicts_that_it_was_about() {
    let only = QuestionId::new("only").expect("kebab-case");
    let other = QuestionId::new("other").expect("kebab-case");
    let version = |question: &QuestionId| Stronger { question: question.clone(), text: "I ask first.".into() };
    let stronger = vec![version(&only), version(&other)];
    let worded = Worded { feedback: Some("You ask.".into()), stronger, by: "a-model".into() };
    let line = revised(Revision::Worded(worded.clone())).to_line().expect("it can be written");
    let read = Record::from_line(&line, 1).expect("it can be read");
    let mut session = answered();
    session.apply(&read);
    assert_eq!(session.worded, Some(worded));
    session.apply(&corrected("Yellow."));
    let left = session.worded.clone().expect("the other answer is as it was");
    assert_eq!((left.feedback, left.stronger), (None, vec![version(&other)]));
    session.apply(&read);
    session.apply(&revised(Revision::Rescored {
        assessment: session.assessments[&only].clone(),
        question: only,
        by: "another".into(),
        why: Rescoring::Judge,
        rubric: None,
    }));
    assert_eq!(session.worded.map(|left| (left.feedback, left.stronger.len())), Some((None, 1)));
}

#[test]
fn a_remark_takes_the_place_of_the_one_before_and_an_empty_one_takes_it_away() {
    let mut session = answered();
    let remark = |text: &str| revised(Revision::Remarked { question: None, text: text.into() });
    session.apply(&remark("Too fast"));
    session.apply(&remark("Slower"));
    assert_eq!(session.remarks.get(&None).map(String::as_str), Some("Slower"));
    session.apply(&remark(" "));
    assert!(session.remarks.is_empty());
}

#[test]
fn a_session_that_is_opened_again_belongs_to_one_program_and_what_is_appended_stands_on_a_line_of_its_own() {
    let data = tempfile::tempdir().expect("a folder");
    let store = Store::new(data.path());
    let mut kept = store.begin(opened("one")).expect("begun");
    for record in records() {
        kept.append(&record).expect("written");
    }
    assert!(matches!(store.reopen("one"), Err(StoreError::Running(_))), "it is still going on");
    let whole = kept.session().clone();
    drop(kept);
    let path = store.folder("one").join("journal.jsonl");
    for torn in ["{\"v\":1,\"type\":\"no", "{\"v\":1,\"type\":\"note\",\"data\":\"whole, but for its end\"}"] {
        let before = fs::read_to_string(&path).expect("a journal");
        fs::write(&path, before + torn).expect("written");
        let mut kept = store.reopen("one").expect("opened");
        kept.append(&corrected("Yellow.")).expect("written");
        drop(kept);
    }
    let (session, _) = store.read("one").expect("read");
    assert_eq!(said(&session).0, "Yellow.");
    assert_eq!(session.notes.len(), whole.notes.len() + 1, "a whole line is kept, a torn one is not");
}

#[test]
fn what_came_of_a_question_is_told_once_it_was_answered_and_survives_json() {
    assert!(outcomes(&Session::new(opened("one"))).is_empty());
    let session = answered();
    let [outcome] = &outcomes(&session)[..] else { panic!("one question was answered") };
    let assessment = &session.assessments[&QuestionId::new("only").expect("kebab-case")];
    assert_eq!((outcome.coverage, outcome.band), (Some(assessment.coverage), Some(assessment.band)));
    assert_eq!((outcome.first.words, outcome.first.long_pauses_per_minute), (1, None), "too short to tell a rate");
    let json = serde_json::to_string(outcome).expect("JSON");
    assert_eq!(serde_json::from_str::<Outcome>(&json).expect("the same"), *outcome);
}
