//! The page, the table and the schema.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{full, said};
use crate::review::export::html::{Carried, page};
use crate::review::export::{csv, schema};
use crate::review::report::Report;
use crate::review::tests::probed;
use crate::session::Session;

/// Returns the schema that is published.
fn published() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas/report.schema.json");
    std::fs::read_to_string(path).expect("the schema is committed")
}

fn plain(session: &Session) -> String {
    page(session, &Report::of(session), &BTreeMap::new())
}

/// Returns a page without its style, which says nothing about the session.
fn without_style(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").expect("the page has a style");
    let (_, after) = rest.split_once("</style>").expect("the style ends");
    format!("{before}{after}")
}

fn recordings(session: &Session) -> BTreeMap<String, Carried> {
    let carried = |name: &str| (name.to_owned(), Carried { kind: "audio/flac", bytes: b"fLaC".to_vec() });
    session.recordings().map(carried).collect()
}

#[test]
fn the_page_tells_everything_about_a_session() {
    insta::assert_snapshot!(without_style(&plain(&full())));
}

#[test]
fn a_page_with_recordings_plays_them_from_words_and_quotes() {
    let session = full();
    let page = page(&session, &Report::of(&session), &recordings(&session));
    assert_eq!(page.matches("<audio ").count(), 4);
    assert!(page.contains(r#"src="data:audio/flac;base64,ZkxhQw==""#));
    assert!(page.contains(r#"<span data-at="0.40">I</span>"#), "a word can be clicked");
    assert!(page.contains(r#"<button type="button" data-plays="question-01-answer-2.wav" data-at="6.00">"#));
    assert_eq!(page.matches("<script>").count(), 1);
    assert!(page.contains("script-src &#39;sha256-"), "and no other script may run");
    let silent = plain(&session);
    assert!(!silent.contains("<script") && !silent.contains("<audio") && !silent.contains("data-at="));
}

/// What somebody may say, type or be called, to get out of the text that it is.
const HOSTILE: &str =
    r#"</span><script>alert(1)</script><img src=x onerror=alert(1)>"' onload='x' {{ 7 }} &lt; </style> <!--"#;

#[test]
fn whatever_stands_in_a_session_is_text_in_the_page() {
    let mut session = full();
    for exchange in &mut session.exchanges {
        exchange.prompt = HOSTILE.into();
        exchange.speaker = Some(HOSTILE.into());
        for take in &mut exchange.takes {
            take.transcript = Some(said(HOSTILE));
            take.heard = None;
            take.recording = HOSTILE.into();
        }
    }
    session.notes = vec![HOSTILE.into()];
    session.asides[0].line = HOSTILE.into();
    for remark in session.remarks.values_mut() {
        *remark = HOSTILE.into();
    }
    for assessment in session.assessments.values_mut() {
        assessment.pitfalls[0].evidence.quote = HOSTILE.into();
    }
    for one in &mut session.rescored {
        one.by = HOSTILE.into();
    }
    let worded = session.worded.as_mut().expect("it was worded");
    (worded.feedback, worded.by) = (Some(HOSTILE.into()), HOSTILE.into());
    worded.stronger[0].text = HOSTILE.into();
    let opened = &mut session.opened;
    (opened.id, opened.hotseat) = (HOSTILE.into(), HOSTILE.into());
    opened.plan.persona.name = HOSTILE.into();
    let bank = &mut opened.plan.bank;
    bank.title = HOSTILE.into();
    let question = &mut bank.questions[0];
    (question.prompt, question.model_answer) = (HOSTILE.into(), HOSTILE.into());
    question.points[0].text = HOSTILE.into();
    question.pitfalls[0].text = HOSTILE.into();
    for carried in [BTreeMap::new(), recordings(&session)] {
        let page = page(&session, &Report::of(&session), &carried);
        assert!(page.matches("alert(1)").count() > 20, "it is all there");
        assert_eq!(page.matches("<script").count(), usize::from(!carried.is_empty()));
        assert!(!page.contains("<img") && !page.contains("onload='") && !page.contains("<!--"));
        assert_eq!(page.matches("</style>").count(), 1);
    }
}

#[test]
fn the_table_has_a_row_for_each_answer_under_columns_that_stay() {
    let mut session = full();
    session.exchanges[1].prompt = "=HYPERLINK(\"x\")".into();
    session.exchanges[1].takes[0].transcript = Some(said("-2 degrees, \"cold\""));
    let table = csv::write(&Report::of(&session));
    insta::assert_snapshot!(table.replace("\r\n", "\n"));
    assert!(table.ends_with("\r\n"));
    let mut read = ::csv::Reader::from_reader(table.as_bytes());
    let rows: Vec<::csv::StringRecord> = read.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), session.exchanges.len());
    assert_eq!((&rows[1][6], &rows[1][8]), ("'=HYPERLINK(\"x\")", "'-2 degrees, \"cold\""));
}

proptest! {
    #[test]
    fn no_cell_ever_begins_as_a_formula_does_and_texts_come_back_whole(text in "[=+@,\"\n\r\t a-z-]{0,12}") {
        let mut session = probed(None);
        session.exchanges[0].prompt.clone_from(&text);
        let table = csv::write(&Report::of(&session));
        let mut read = ::csv::ReaderBuilder::new().has_headers(true).from_reader(table.as_bytes());
        let rows: Vec<::csv::StringRecord> = read.records().map(Result::unwrap).collect();
        prop_assert_eq!(rows.len(), 2);
        prop_assert!(rows.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])));
        prop_assert_eq!(rows[0][6].trim_start_matches('\''), text.as_str());
    }
}

#[test]
fn the_published_schema_is_that_of_the_report() {
    assert!(
        published() == schema::report(),
        "the report has changed: write its schema with `hotseat export --schema > schemas/report.schema.json`"
    );
}
