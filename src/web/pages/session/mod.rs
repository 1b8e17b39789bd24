//! One session: what came of it, then question by question what was said, what it made, and how it was said.

mod answer;
mod drawing;
mod question;
mod words;

use std::collections::BTreeMap;
use std::path::Path as FilePath;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use serde::Deserialize;

use crate::clock;
use crate::engine::waveforms;
use crate::interview::effect::Ending;
use crate::review::delivery::{self, spoken_duration};
use crate::review::report::Report;
use crate::session::Session;
use crate::session::record::Source;
use crate::session::store::Standing;
use crate::web::changes::Done;
use crate::web::failure::Trouble;
use crate::web::pages::session::answer::TakeView;
use crate::web::pages::session::question::QuestionView;
use crate::web::pages::session::words::Shown;
use crate::web::pages::{page, percent, session_address};
use crate::web::{Site, exports, read};

/// What the address of the page says beside the session.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Asked {
    done: String,
}

#[derive(Template)]
#[template(path = "session.html")]
struct SessionPage {
    id: String,
    address: String,
    title: String,
    date: String,
    iso: String,
    facts: Vec<(&'static str, String)>,
    ended: &'static str,
    broke_off: bool,
    runs: bool,
    /// What was just done.
    said: &'static str,
    coverage: Option<Bar>,
    competencies: Vec<(String, Bar)>,
    feedback: Vec<Vec<Part>>,
    /// The language model that worded it.
    worded_by: Option<String>,
    /// What was said before the first question.
    before: Vec<AsideView>,
    questions: Vec<QuestionView>,
    notes: Vec<String>,
    remark: String,
    sources: Option<String>,
    exports: [(&'static str, &'static str); exports::FORMS.len()],
}

/// A share, to be drawn and to be read.
struct Bar {
    /// 0 to 100.
    width: f32,
    text: String,
}

impl Bar {
    fn of(share: f32) -> Self {
        Self { width: share * 100.0, text: percent(share) }
    }
}

/// A part of a paragraph.
struct Part {
    strong: bool,
    text: String,
}

/// Something that the candidate put in, interrupting a line.
struct AsideView {
    line: String,
    take: TakeView,
}

/// What all parts of the page are made from.
struct Material<'s> {
    session: &'s Session,
    report: &'s Report,
    folder: &'s FilePath,
    /// How loud each recording is from moment to moment, by its name.
    peaks: BTreeMap<String, Vec<u8>>,
    address: &'s str,
}

/// Shows a session.
pub(in crate::web) async fn show(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let said = Done::named(&asked.done).map_or("", Done::words);
    site.beside(move |store| {
        let (session, standing) = read(store, &id)?;
        page(&SessionPage::of(&session, standing, &store.folder(&id), id, said))
    })
    .await
}

impl SessionPage {
    fn of(session: &Session, standing: Standing, folder: &FilePath, id: String, said: &'static str) -> Self {
        let report = Report::of(session);
        let address = session_address(&id);
        let peaks = waveforms::of(folder, session);
        let material = Material { session, report: &report, folder, peaks, address: &address };
        let judged: Vec<f32> = report.questions.iter().filter_map(|question| question.coverage).collect();
        let mean = judged.iter().sum::<f32>() / judged.len() as f32;
        let has_sound = report.exchanges.iter().any(|exchange| exchange.delivery.sound.is_some());
        Self {
            title: report.title.clone(),
            date: clock::local_day(report.started),
            iso: report.started.to_string(),
            facts: facts(&material, judged.len()),
            ended: ended(report.ending, standing),
            broke_off: standing == Standing::Interrupted,
            runs: standing == Standing::Running,
            said,
            coverage: mean.is_finite().then(|| Bar::of(mean)),
            competencies: report.competencies.iter().map(|one| (one.title.clone(), Bar::of(one.coverage))).collect(),
            feedback: report.feedback.shown().split("\n\n").map(parts).collect(),
            worded_by: report.feedback.worded_by.clone(),
            before: material.asides(0),
            questions: (0..report.questions.len()).map(|nth| QuestionView::of(&material, nth)).collect(),
            notes: report.notes.clone(),
            remark: report.remark.clone().unwrap_or_default(),
            sources: has_sound.then(delivery::sources),
            exports: exports::FORMS,
            id,
            address: address.clone(),
        }
    }
}

impl Material<'_> {
    /// Returns what was put in after so many exchanges.
    fn asides(&self, after: usize) -> Vec<AsideView> {
        let here = self.session.asides.iter().filter(|aside| aside.after == after);
        here.map(|aside| AsideView { line: aside.line.clone(), take: TakeView::of(self, &aside.take) }).collect()
    }
}

fn facts(material: &Material<'_>, judged: usize) -> Vec<(&'static str, String)> {
    let plan = &material.session.opened.plan;
    let takes = material.session.exchanges.iter().flat_map(|exchange| &exchange.takes);
    let spoken: u64 = takes.filter_map(|take| take.duration_ms).sum();
    let mut facts = vec![
        ("Answered", format!("{judged} of {}", plan.questions.len())),
        ("Pressure", plan.pressure.name.clone()),
        ("Interviewer", plan.persona.name.clone()),
        ("Answers", source(&material.session.opened.source).into()),
    ];
    if spoken > 0 {
        facts.push(("Recorded", spoken_duration(std::time::Duration::from_millis(spoken))));
    }
    facts
}

fn source(source: &Source) -> &'static str {
    match source {
        Source::Microphone { .. } => "spoken",
        Source::Folder { .. } => "from recordings",
        Source::Simulated { .. } => "by a simulated candidate",
        Source::Typed => "typed",
    }
}

fn ended(ending: Option<Ending>, standing: Standing) -> &'static str {
    match (ending, standing) {
        (Some(Ending::Complete), _) => "It ran to its end.",
        (Some(Ending::Stopped), _) => "You stopped it.",
        (Some(Ending::SourceLost), _) => "It ended because the microphone was lost.",
        (None, Standing::Running) => "It is running now. This page shows what was kept so far; load it again for more.",
        (None, _) => "It broke off. What was said up to then is kept.",
    }
}

/// Returns a paragraph of the feedback with what is strong in it. Two stars are all the Markdown that it has.
fn parts(paragraph: &str) -> Vec<Part> {
    let parts = paragraph.split("**").enumerate().filter(|(_, text)| !text.is_empty());
    parts.map(|(nth, text)| Part { strong: nth % 2 == 1, text: text.to_owned() }).collect()
}
