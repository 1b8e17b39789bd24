//! A session as one page that needs nothing beside it: no network, no script, and no other file. What somebody said or wrote is
//! text in it, whatever it looks like, and the page forbids itself to load anything.

mod view;

use std::collections::BTreeMap;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::review::delivery;
use crate::review::export::html::view::{Answer, QuestionView, Sounds};
use crate::review::markdown;
use crate::review::pressure_effect::PressureEffect;
use crate::review::report::Report;
use crate::session::Session;

/// How the page looks.
const STYLE: &str = include_str!("../../../templates/export.css");

/// Plays a recording from a word. It is in the page only where recordings are.
const SCRIPT: &str = include_str!("../../../templates/export.js");

/// A recording that the page carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// What kind of file it is, such as `audio/flac`.
    pub kind: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

#[derive(Template)]
#[template(path = "export.html")]
struct Page<'r> {
    report: &'r Report,
    policy: String,
    style: &'static str,
    script: &'static str,
    plays: bool,
    begun: String,
    ended: &'static str,
    feedback: Vec<(&'r str, &'r str)>,
    competencies: Vec<(&'r str, usize, String)>,
    questions: Vec<QuestionView<'r>>,
    /// What was put in after the last answer.
    asides: Vec<Answer<'r>>,
    pressure: Vec<String>,
    sources: Option<String>,
}

/// Returns a session, whose report this is, as a page. `carried` are the recordings that can be played in it, by name.
#[must_use]
pub fn page(session: &Session, report: &Report, carried: &BTreeMap<String, Carried>) -> String {
    let sounds = Sounds::new(session, carried);
    let measured = report.exchanges.iter().any(|exchange| exchange.delivery.sound.is_some());
    let page = Page {
        report,
        policy: policy(!carried.is_empty()),
        style: STYLE,
        script: SCRIPT,
        plays: !carried.is_empty(),
        begun: report.started.strftime("%Y-%m-%d, %H:%M UTC").to_string(),
        ended: markdown::ended(report.ending),
        feedback: report.feedback.shown().split("\n\n").map(lead).collect(),
        competencies: report
            .competencies
            .iter()
            .map(|one| (&*one.title, one.questions, percent(one.coverage)))
            .collect(),
        questions: report.questions.iter().map(|question| QuestionView::of(question, report, &sounds)).collect(),
        asides: view::asides(report, report.exchanges.len(), &sounds),
        pressure: report.pressure_effect.as_ref().map(PressureEffect::lines).unwrap_or_default(),
        sources: measured.then(delivery::sources),
    };
    page.render().expect("writing to a string cannot fail")
}

/// Returns what the page may do: nothing but show itself, and play what it carries.
fn policy(plays: bool) -> String {
    let style = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
    if plays {
        format!("{style}; media-src data:; script-src 'sha256-{}'", STANDARD.encode(Sha256::digest(SCRIPT)))
    } else {
        style.into()
    }
}

/// Parts the bold words at the beginning of a paragraph from the rest.
fn lead(paragraph: &str) -> (&str, &str) {
    let parts = paragraph.trim().strip_prefix("**").and_then(|rest| rest.split_once("**"));
    parts.unwrap_or(("", paragraph.trim()))
}

fn percent(share: f32) -> String {
    format!("{:.0} %", share * 100.0)
}
