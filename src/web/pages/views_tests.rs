//! The pages of progress and of a question, over made-up weeks with titles that would be programs.

use std::collections::BTreeSet;

use serde_json::json;

use super::progress::progress_page;
use super::question::question_page;
use crate::bank::Bank;
use crate::interview::plan::Plan;
use crate::prompt;
use crate::review::progress::sample::{HOSTILE, calendar, days_ago, outcome, ten_weeks};
use crate::review::progress::{Progress, Scope};
use crate::session::outcome::Outcome;
use crate::session::record::{Opened, Source};
use crate::session::{Exchange, Session};

const BANK: &str = r#"
format = 1
id = "small"
title = "Small <i>Role</i>"
license = "CC0-1.0"

[[question]]
id = "only"
prompt = "How do you keep <b>it</b> running?"
kind = "design"
level = "mid"
minutes = 2
assesses = "Order."
model_answer = "I ask how long the business can be down, and then I build it twice."

  [[question.point]]
  id = "asks"
  text = "Asks how long it may be down"
  weight = 3

  [[question.point]]
  id = "twice"
  text = "Builds it twice"
  weight = 2

  [[question.point]]
  id = "tests"
  text = "Tests it"
  weight = 1

  [[question.pitfall]]
  id = "rushes"
  text = "Begins without a thought"
"#;

/// A session in which the question was answered by these words, with a verdict on each point and what it rests on.
fn session(days: i64, said: &str, verdicts: [(&str, Option<&str>); 3], coverage: f32, pitfall: bool) -> Session {
    let words = said.split(' ').enumerate().map(|(nth, text)| {
        let start = 900 + nth as u64 * 400;
        json!({ "text": text, "start_ms": start, "end_ms": start + 350, "probability": if nth == 3 { 0.3 } else { 0.9 } })
    });
    let points = ["asks", "twice", "tests"].iter().zip(verdicts).map(|(id, (verdict, quote))| {
        let evidence = quote.map(|quote| json!({ "turn": 1, "quote": quote }));
        json!({ "point": id, "verdict": verdict, "confidence": 0.8, "p_partial": 0.8, "p_covered": 0.5, "evidence": evidence,
            "doubt": if *id == "tests" { Some("close") } else { None } })
    });
    let evidence = json!({ "turn": 1, "quote": "I just start." });
    let hit = json!({ "pitfall": "rushes", "confidence": 0.7, "evidence": evidence });
    let assessment = json!({
        "standing": "attempt", "points": points.collect::<Vec<_>>(), "coverage": coverage, "band": (coverage * 5.0).round() as u8,
        "pitfalls": if pitfall { vec![hit] } else { Vec::new() }, "pitfall_chances": {},
    });
    let take = json!({
        "turn": 1, "recording": "question-01-answer.wav", "ended": null, "duration_ms": 31_000, "speech_end_ms": null,
        "transcript": { "words": words.collect::<Vec<_>>() }, "transcribed_in_ms": null, "recognised_in_ms": null, "failure": null,
    });
    let exchange: Exchange = serde_json::from_value(json!({
        "asked": { "question": "only", "follow_up": null, "nth": 0 }, "prompt": "How do you keep <b>it</b> running?",
        "reason": null, "takes": [take], "assessment": assessment, "judged_in_ms": null, "reply_after_speech_ms": null,
        "reply_after_decision_ms": null, "went_on_after_speech_ms": null,
    }))
    .expect("an exchange");
    let bank = Bank::parse(BANK, "small.toml").expect("the bank of this test is valid");
    let mut session = Session::new(Opened {
        id: outcome("small", "only", days, coverage).session,
        started: days_ago(days),
        hotseat: "0.1.0".into(),
        source: Source::Microphone { name: "desk".into() },
        plan: Plan {
            questions: vec![bank.questions[0].id.clone()],
            bank,
            reserve: Vec::new(),
            panel: Vec::new(),
            persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("it exists"),
            pressure: prompt::pressure("standard").expect("it exists"),
            minutes: None,
            wording: None,
        },
    });
    session.assessments.extend(exchange.assessment.clone().map(|one| (exchange.asked.question.clone(), one)));
    session.exchanges.push(exchange);
    session
}

fn earlier() -> Session {
    let verdicts =
        [("missing", None), ("partial", Some("I put it in two places")), ("covered", Some("and I try <it>"))];
    session(20, "I just start. I put it in two places and I try <it> once a year", verdicts, 0.4, true)
}

fn later() -> Session {
    let verdicts = [
        ("covered", Some("I ask the business how long it may be down")),
        ("covered", Some("everything is there twice")),
        ("missing", None),
    ];
    session(
        3,
        "First I ask the business how long it may be down, then I see to it that everything is there twice",
        verdicts,
        0.8,
        false,
    )
}

fn question(of: &[&Session], one: &Session, other: &Session) -> String {
    let outcomes: Vec<Outcome> = of.iter().flat_map(|session| crate::session::outcome::outcomes(session)).collect();
    let progress = Progress::of(&outcomes, Scope::default(), &calendar());
    question_page(&progress.questions[0], one, other)
}

/// Returns the values of an attribute, in order.
fn attribute<'h>(html: &'h str, name: &str) -> Vec<&'h str> {
    let marked = format!(" {name}=\"");
    html.split(&marked).skip(1).map(|rest| rest.split('"').next().unwrap_or_default()).collect()
}

/// Holds a page to what a policy without inline scripts and styles, and a reader with a screen reader, need.
fn assert_sound(html: &str) {
    for banned in ["<script>", "style=", "<style", "onclick", "onload", "javascript:", "NaN"] {
        assert!(!html.contains(banned), "{banned} in the page");
    }
    let ids = attribute(html, "id");
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "an id stands twice: {ids:?}");
    for names in attribute(html, "aria-labelledby") {
        assert!(names.split(' ').all(|name| ids.contains(&name)), "{names} names nothing");
    }
    let mut last = 0;
    for level in html.split("<h").skip(1).filter_map(|rest| rest.chars().next()?.to_digit(10)) {
        assert!(level <= last + 1, "a heading of level {level} after one of level {last}");
        last = level;
    }
    assert_eq!(html.matches("<h1").count(), 1);
    assert!(!html.contains("<th>"), "a head of a table says of what it is one");
    for svg in html.split("<svg ").skip(1) {
        let head = svg.split('>').next().unwrap_or_default();
        assert!(head.contains("role=\"img\"") || head.contains("aria-hidden=\"true\""), "{head}");
    }
}

#[test]
fn ten_weeks_are_drawn_and_told_and_titles_of_users_are_text() {
    let outcomes = ten_weeks();
    let html = progress_page(&Progress::of(&outcomes, Scope::default(), &calendar()));
    assert_sound(&html);
    assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "the title is there, as text");
    assert!(html.contains("&#60;b&#62;bold&#60;/b&#62;"), "and the skill");
    for told in [
        "2 days this week",
        "More is covered than before",
        "No change that chance could not bring",
        "Too few answers to tell a change",
        "<code>hotseat practice --due --bank infrastructure-architect</code>",
        "Answers of simulated candidates are left out: 3.",
        "/questions/infrastructure-architect/high-availability",
        "You speak faster.",
    ] {
        assert!(html.contains(told), "`{told}` is not told");
    }
    assert_eq!(html.matches("<figure").count(), 1 + 2 * 4 + 4);
}

#[test]
fn where_nothing_is_kept_the_page_says_what_to_do_and_shows_no_empty_charts() {
    let html = progress_page(&Progress::of(&[], Scope::default(), &calendar()));
    assert_sound(&html);
    assert!(html.contains("Nothing is kept yet") && html.contains("<code>hotseat practice</code>"));
    assert!(!html.contains("<figure") && !html.contains("<form") && !html.contains("<h2"));
    let outcomes = [outcome("hostile", "why", 9, 0.5)];
    let since = Some(calendar().today);
    let html = progress_page(&Progress::of(&outcomes, Scope { bank: None, since }, &calendar()));
    assert_sound(&html);
    assert!(html.contains("from this day on") && html.contains("<form"));
    assert!(!html.contains(HOSTILE));
}

#[test]
fn two_attempts_stand_beside_each_other_point_by_point_with_quotes_and_sound() {
    let (earlier, later) = (earlier(), later());
    let html = question(&[&earlier, &later], &earlier, &later);
    assert_sound(&html);
    let ways: Vec<&str> = html.split("question-way\">").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(ways, ["better", "better", "worse"]);
    for told in [
        "How do you keep &#60;b&#62;it&#60;/b&#62; running?",
        "Coverage 40 % → 80 %, band 2 → 4. Points that got better: 2; that got worse: 1.",
        "and I try &#60;it&#62;",
        "I ask the business how long it may be down",
        "missing (not sure)",
        "Begins without a thought",
        "src=\"/sessions/2026-11-06-093000-small/recordings/question-01-answer.wav\"",
        "src=\"/sessions/2026-11-23-093000-small/recordings/question-01-answer.wav\"",
        "<span class=\"question-unsure\">I</span>",
        "<td>150 words a minute</td>",
    ] {
        assert!(html.contains(told), "`{told}` is not told");
    }
    assert_eq!(html.matches("preload=\"none\"").count(), 2);
    let back = question(&[&earlier, &later], &later, &earlier);
    assert!(back.contains("Pitfalls fallen into") && !back.contains("Pitfalls avoided"));
}

#[test]
fn a_single_attempt_stands_alone_and_says_how_another_comes_and_a_typed_one_is_not_heard() {
    let mut only = later();
    only.opened.source = Source::Typed;
    let html = question(&[&only], &only, &only);
    assert_sound(&html);
    assert!(html.contains("<code>hotseat practice --bank small --drill only</code>"));
    assert!(!html.contains("<audio") && !html.contains("<select"));
}
