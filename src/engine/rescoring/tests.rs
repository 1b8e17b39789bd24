//! Kept sessions, put right and judged again by a scorer that looks for a word.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Correction, LoadJudge, Rescorer, RescoringError, finish, keep, remark};
use crate::bank::Bank;
use crate::ids::{Asked, QuestionId, TurnId, UtteranceId};
use crate::interview::effect::{Effect, Purpose};
use crate::interview::event::{Event, Stamped};
use crate::interview::plan::Plan;
use crate::judge::{Doubt, Excerpt, Judge, Reading, Scorer, ScorerError, Verdict};
use crate::language::{Ask, LanguageError, LanguageModel};
use crate::prompt;
use crate::session::record::{Opened, Record, Source};
use crate::session::revision::{Rescoring, Revision};
use crate::session::store::{Kept, Store, StoreError};
use crate::transcript::{Transcript, Word};
use crate::units::{AudioTime, Span};

const BANK: &str = r#"
format = 1
id = "small"
title = "Small Role"
license = "CC0-1.0"

[[question]]
id = "cluster"
prompt = "Where does it run?"
kind = "design"
level = "mid"
minutes = 2
assesses = "Order."
model_answer = "It runs on a cluster."

  [[question.point]]
  id = "orchestrated"
  text = "Kubernetes"
  weight = 3
  cues = ["Kubernetes", "K8s"]

[[question]]
id = "silent"
prompt = "And then?"
kind = "design"
level = "mid"
minutes = 2
assesses = "Order."
model_answer = "Nothing."

  [[question.point]]
  id = "something"
  text = "Something"
  weight = 1
"#;

const HEARD: &str = "So we would run the whole service on cooper netties, with a small team that was on call all week.";

/// Finds a statement made where its words stand among those that were said.
struct Containing;

impl Scorer for Containing {
    fn read(&mut self, excerpts: &[Excerpt<'_>]) -> Result<Vec<Vec<Reading>>, ScorerError> {
        let reading = |excerpt: &Excerpt<'_>, statement: &str| {
            let is_there = excerpt.words.iter().any(|word| word.trim_end_matches(',') == statement);
            let odds = if is_there { 9.0 } else { -9.0 };
            Reading { touched: odds, covered: odds, evidence: vec![odds; excerpt.words.len()] }
        };
        let of = |excerpt: &Excerpt<'_>| excerpt.statements.iter().map(|one| reading(excerpt, one.text)).collect();
        Ok(excerpts.iter().map(of).collect())
    }

    fn relatedness(&mut self, _: &str, others: &[String]) -> Result<Vec<f32>, ScorerError> {
        Ok(vec![0.5; others.len()])
    }
}

/// Holds the only point for covered, or is not there.
struct Generous(Result<(), LanguageError>);

impl LanguageModel for Generous {
    fn name(&self) -> &'static str {
        "generous"
    }
    fn answer(&mut self, _: &Ask, _: &mut dyn FnMut(&str) -> bool) -> Result<String, LanguageError> {
        let point = r#"{ "id": "orchestrated", "quotes": ["run the whole service"], "verdict": "covered" }"#;
        self.0.clone().map(|()| format!(r#"{{ "points": [{point}], "pitfalls": [] }}"#))
    }
}

fn bank() -> Bank {
    Bank::parse(BANK, "small.toml").expect("the bank of this test is valid")
}

fn id(text: &str) -> QuestionId {
    QuestionId::new(text).expect("kebab-case")
}

fn heard() -> Transcript {
    let span = |nth: u64| Span::new(AudioTime::from_ms(nth * 300), AudioTime::from_ms(nth * 300 + 250));
    let words = HEARD.split_whitespace().zip(0..);
    Transcript {
        words: words.map(|(text, nth)| Word { text: text.into(), span: span(nth), probability: 0.8 }).collect(),
    }
}

/// A session in which one question was answered, though not judged, and another was not.
fn kept(store: &Store) -> Kept {
    let plan = Plan {
        bank: bank(),
        questions: vec![id("cluster"), id("silent")],
        reserve: Vec::new(),
        panel: Vec::new(),
        persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("the default persona exists"),
        pressure: prompt::pressure("standard").expect("the standard pressure exists"),
        minutes: None,
        wording: None,
    };
    let patience = plan.pressure.patience(2.0, false);
    let started = "2026-11-23T05:30:00Z".parse().expect("a date");
    let opened = Opened { id: "one".into(), started, hotseat: "0.1.0".into(), source: Source::Typed, plan };
    let mut kept = store.begin(opened).expect("the folder can be written");
    for (nth, question) in ["cluster", "silent"].into_iter().enumerate() {
        let asked = Asked { question: id(question), follow_up: None, nth: 0 };
        let turn = TurnId(nth as u32 + 1);
        let say = Effect::Say {
            utterance: UtteranceId(turn.0),
            purpose: Purpose::Question,
            asked: Some(asked.clone()),
            reason: None,
            text: "Where does it run?".into(),
            speaker: None,
        };
        let listen = Effect::Listen { turn, asked, take: 1, patience, replaces: false };
        for what in [say, listen] {
            kept.append(&Record::Effect(Stamped { at: AudioTime::ZERO, what })).expect("writable");
        }
    }
    let what = Event::Heard { turn: TurnId(1), transcript: heard(), took_ms: 1, worked_ms: 1, failure: None };
    kept.append(&Record::Event(Stamped { at: AudioTime::ZERO, what })).expect("writable");
    kept
}

/// Returns a rescorer, and how often its judge was loaded.
fn rescorer() -> (Rescorer, Arc<AtomicUsize>) {
    let loaded = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&loaded);
    let load: LoadJudge = Box::new(move |bank| {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(Judge::new(bank, Box::new(Containing)))
    });
    (Rescorer::new("a scorer", load), loaded)
}

fn correction(word: usize, text: &str) -> Correction {
    Correction { turn: TurnId(1), word, text: text.into() }
}

fn lines(kept: &Kept) -> usize {
    fs::read_to_string(kept.folder().join("journal.jsonl")).expect("a journal").lines().count()
}

#[test]
fn a_word_that_is_put_right_earns_its_point_and_taking_it_back_loses_it_again_with_one_network_loaded() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = Store::new(home.path());
    drop(kept(&store));
    let mut kept = store.reopen("one").expect("nobody has it open");
    let (mut rescorer, loaded) = rescorer();
    let cluster = id("cluster");
    let plain = rescorer.judge_again(kept.session(), &cluster, None, Rescoring::Judge).expect("it can be judged");
    assert_eq!((plain.before, plain.after.points[0].verdict), (None, Verdict::Missing));
    let right = [correction(8, " Kubernetes, "), correction(9, "")];
    let recomputed = rescorer.correct(&mut kept, &right).expect("the words are there");
    let [one] = &recomputed[..] else { panic!("one question is concerned: {recomputed:?}") };
    let rejudged = one.outcome.as_ref().expect("there is a judge");
    assert_eq!((&one.question, rejudged.after.points[0].verdict), (&cluster, Verdict::Covered));
    let back = [correction(8, "cooper"), correction(9, "netties,")];
    let recomputed = rescorer.correct(&mut kept, &back).expect("the words are there");
    let comparison = recomputed[0].outcome.as_ref().expect("there is a judge").comparison().expect("it was judged");
    assert_eq!(comparison.lost().len(), 1);
    assert_eq!(
        kept.session().take(TurnId(1)).map(|take| take.heard.clone()),
        Some(None),
        "nothing is put right any more"
    );
    assert_eq!(loaded.load(Ordering::Relaxed), 1);
    let live = kept.session().clone();
    drop(kept);
    let (read, _) = store.read("one").expect("readable");
    assert_eq!(read, live, "all of it is in the journal");
    assert_eq!(read.rescored.iter().map(|one| one.why).collect::<Vec<_>>(), [Rescoring::Words; 2]);
}

#[test]
fn what_changes_nothing_adds_no_line() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut kept = kept(&Store::new(home.path()));
    let (mut rescorer, _) = rescorer();
    rescorer.correct(&mut kept, &[correction(9, "nettles,")]).expect("the word is there");
    let before = lines(&kept);
    assert_eq!(rescorer.correct(&mut kept, &[correction(9, "nettles,")]).expect("it stands there already"), []);
    let recomputed = rescorer.correct(&mut kept, &[correction(9, "needles,")]).expect("the word is there");
    assert!(!recomputed[0].outcome.as_ref().expect("there is a judge").is_change());
    assert_eq!(lines(&kept), before + 1, "the word, and no second verdict like the first");
}

#[test]
fn without_a_judge_the_word_is_put_right_and_the_outcome_says_why_there_is_no_score() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut kept = kept(&Store::new(home.path()));
    let mut rescorer = Rescorer::new("nobody", Box::new(|_| Err("the file is missing".into())));
    let recomputed = rescorer.correct(&mut kept, &[correction(8, "Kubernetes,")]).expect("the word is kept");
    let why = recomputed[0].outcome.as_ref().expect_err("there is no judge");
    assert_eq!(why, "the score could not be computed: the file is missing");
    let transcript = fs::read_to_string(kept.folder().join("transcript.md")).expect("it was written anew");
    assert!(transcript.contains("Kubernetes, [heard: cooper]"), "{transcript}");
}

#[test]
fn words_turns_and_questions_that_are_not_there_are_named_and_nothing_is_changed() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let store = Store::new(home.path());
    let mut kept = kept(&store);
    let (mut rescorer, _) = rescorer();
    let before = lines(&kept);
    let told = |outcome: Result<_, RescoringError>| outcome.map(drop).expect_err("it is not there").to_string();
    let far = [correction(8, "Kubernetes,"), correction(99, "x")];
    let nobody = Correction { turn: TurnId(7), word: 0, text: "x".into() };
    let errors = [
        told(rescorer.correct(&mut kept, &far).map(drop)),
        told(rescorer.correct(&mut kept, &[nobody]).map(drop)),
        told(rescorer.judge_again(kept.session(), &id("silent"), None, Rescoring::Judge).map(drop)),
        told(rescorer.judge_again(kept.session(), &id("nowhere"), None, Rescoring::Judge).map(drop)),
        told(remark(&mut kept, Some(id("nowhere")), "x")),
        told(rescorer.hear_again(kept.session(), home.path(), TurnId(1)).map(drop)),
    ];
    assert_eq!(
        errors,
        [
            "answer 1 has no word 99: 20 were heard, counted from 0",
            "the session has no answer 7",
            "no words were heard in answer to `silent`",
            "the session has no question `nowhere`",
            "the session has no question `nowhere`",
            "there is no recording `question-01-answer.wav`",
        ]
    );
    assert_eq!(lines(&kept), before);
    assert!(matches!(store.reopen("one").map(drop), Err(StoreError::Running(_))), "two programs at once are refused");
}

#[test]
fn another_rubric_is_kept_with_its_verdicts_and_stays_in_force() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut kept = kept(&Store::new(home.path()));
    let (mut rescorer, _) = rescorer();
    let mut rubric = bank().questions.remove(0);
    rubric.points[0].text = "call".into();
    let cluster = id("cluster");
    let rejudged =
        rescorer.judge_again(kept.session(), &cluster, Some(&rubric), Rescoring::Rubric).expect("it can be judged");
    assert_eq!(rejudged.after.points[0].verdict, Verdict::Covered);
    assert!(rejudged.is_change());
    keep(&mut kept, rejudged.revision()).expect("writable");
    finish(&kept).expect("writable");
    assert_eq!(kept.session().question(&cluster), Some(&rubric));
    let again = rescorer.judge_again(kept.session(), &cluster, None, Rescoring::Judge).expect("it can be judged");
    assert_eq!(again.after, rejudged.after, "the rubric in force is the last one");
    assert!(!again.is_change());
    assert!(matches!(again.revision(), Revision::Rescored { rubric: Some(_), .. }), "it is not the plan's");
}

#[test]
fn a_language_model_is_heard_beside_the_judge_and_where_it_fails_the_judge_alone_stands() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut kept = kept(&Store::new(home.path()));
    let cluster = id("cluster");
    let with = |outcome| {
        let mut rescorer = rescorer().0.consulting(Some(Box::new(Generous(outcome))));
        rescorer.judge_again(kept.session(), &cluster, None, Rescoring::Judge).expect("it can be judged")
    };
    let both = with(Ok(()));
    assert_eq!((both.by.as_str(), both.unheard.as_deref()), ("a scorer with generous", None));
    let point = &both.after.points[0];
    assert_eq!((point.verdict, point.doubt), (Verdict::Missing, Some(Doubt::Disputed)), "the scorer was sure");
    let failed = with(Err(LanguageError::Late("20 s".into())));
    assert_eq!(
        (failed.by.as_str(), failed.unheard.as_deref()),
        ("a scorer", Some("the language model takes too long: 20 s"))
    );
    assert_eq!(failed.after.points[0].doubt, None);
    keep(&mut kept, both.revision()).expect("writable");
    let by = kept.session().rescored.last().map(|one| one.by.clone());
    assert_eq!(by.as_deref(), Some("a scorer with generous"));
}

#[test]
fn a_recording_is_heard_again_with_the_terms_of_its_question_and_the_words_that_differ_are_counted() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut kept = kept(&Store::new(home.path()));
    let (rescorer, _) = rescorer();
    let hear = |path: &std::path::Path, terms: &[String]| {
        assert_eq!(terms, ["Kubernetes", "K8s"]);
        assert!(path.ends_with("question-01-answer.flac"), "{path:?}");
        Ok(Transcript::typed(&HEARD.replace("cooper netties", "Kubernetes").to_uppercase()))
    };
    let mut rescorer = rescorer.hearing_with("ears", Box::new(hear));
    fs::write(kept.folder().join("question-01-answer.flac"), "sound").expect("writable");
    let reheard = rescorer.hear_again(kept.session(), kept.folder(), TurnId(1)).expect("it can be heard");
    assert_eq!((reheard.before, reheard.after, reheard.changed), (20, 19, 2), "case does not count");
    keep(&mut kept, reheard.revision).expect("writable");
    assert_eq!(kept.session().take(TurnId(1)).and_then(|take| take.reheard_by.clone()).as_deref(), Some("ears"));
}

#[test]
fn a_remark_is_kept_with_the_report_and_an_empty_one_takes_it_away() {
    let home = tempfile::tempdir().expect("a temporary folder");
    let mut kept = kept(&Store::new(home.path()));
    let report = |kept: &Kept| fs::read_to_string(kept.folder().join("report.json")).expect("it was written");
    remark(&mut kept, Some(id("cluster")), " name the tool first ").expect("writable");
    assert!(report(&kept).contains("\"remark\": \"name the tool first\""));
    remark(&mut kept, Some(id("cluster")), "  ").expect("writable");
    assert!(!report(&kept).contains("remark"));
}

#[test]
fn a_rescorer_can_work_on_a_thread_of_its_own() {
    fn is_send<T: Send>(_: &T) {}
    is_send(&rescorer().0);
}
