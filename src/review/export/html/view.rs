//! The parts of the page, ready to be set.

use std::collections::BTreeMap;

use askama::Template;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::ids::TurnId;
use crate::judge::{Evidence, Verdict};
use crate::review::delivery;
use crate::review::export::html::{Carried, percent};
use crate::review::markdown::{UNSURE_BELOW, after_try, standing_text, tick};
use crate::review::report::{
    Report, ReportedAside, ReportedExchange, ReportedPitfall, ReportedPoint, ReportedQuestion, ReportedRescoring,
    ReportedWord,
};
use crate::session::Session;
use crate::turn::EndReason;
use crate::units::{AudioTime, Span};

/// The recordings that can be played, and which turn each is of.
pub(super) struct Sounds<'r> {
    session: &'r Session,
    sources: BTreeMap<&'r str, String>,
}

impl<'r> Sounds<'r> {
    pub(super) fn new(session: &'r Session, carried: &'r BTreeMap<String, Carried>) -> Self {
        let source = |one: &Carried| format!("data:{};base64,{}", one.kind, STANDARD.encode(&one.bytes));
        let sources = carried.iter().map(|(name, one)| (name.as_str(), source(one))).collect();
        Self { session, sources }
    }

    fn source(&self, recording: &str) -> Option<String> {
        self.sources.get(recording).cloned()
    }

    /// Returns the recording of a turn, if it can be played.
    fn playable(&self, turn: TurnId) -> Option<&'r str> {
        self.session.recording(turn).filter(|name| self.sources.contains_key(name))
    }
}

/// A question and everything about it.
pub(super) struct QuestionView<'r> {
    pub(super) question: &'r ReportedQuestion,
    /// Band and coverage.
    pub(super) result: Option<String>,
    pub(super) standing: &'static str,
    pub(super) points: Vec<PointView<'r>>,
    pub(super) rescored: Vec<String>,
    pub(super) exchanges: Vec<ExchangeView<'r>>,
}

impl<'r> QuestionView<'r> {
    pub(super) fn of(question: &'r ReportedQuestion, report: &'r Report, sounds: &Sounds<'r>) -> Self {
        let result = question.band.zip(question.coverage);
        let points = question.verdicts.iter().map(|point| PointView::of(point, sounds));
        let pitfalls = question.pitfalls.iter().map(|hit| PointView::of_pitfall(hit, sounds));
        let exchanges = report.exchanges.iter().enumerate().filter(|(_, one)| one.question == question.question);
        Self {
            question,
            result: result.map(|(band, coverage)| {
                format!("Band {} of 5 ({}), coverage {}", band.get(), band.word(), percent(coverage))
            }),
            standing: question.standing.map_or("", standing_text),
            points: points.chain(pitfalls).collect(),
            rescored: question.rescored.iter().map(rescored).collect(),
            exchanges: exchanges.map(|(nth, exchange)| ExchangeView::of(exchange, nth, report, sounds)).collect(),
        }
    }
}

fn rescored(one: &ReportedRescoring) -> String {
    let change = one.change.as_ref().map(|change| {
        let (before, after) = change.coverage;
        format!(" Coverage was {} before and {} after.", percent(before), percent(after))
    });
    let day = one.on.strftime("%Y-%m-%d");
    format!("Judged again on {day} by {}: {}.{}", one.by, one.why.words(), change.unwrap_or_default())
}

/// A point or a pitfall.
pub(super) struct PointView<'r> {
    pub(super) class: &'static str,
    pub(super) tick: &'static str,
    /// What the tick says, in words.
    pub(super) word: &'static str,
    pub(super) text: &'r str,
    /// Its weight, and how sure the judge is.
    pub(super) how: String,
    pub(super) quote: Option<Quote<'r>>,
}

impl<'r> PointView<'r> {
    fn of(point: &'r ReportedPoint, sounds: &Sounds<'r>) -> Self {
        let (class, word) = match point.verdict {
            Verdict::Covered => ("covered", "Made"),
            Verdict::Partial => ("partial", "Half made"),
            Verdict::Missing => ("missing", "Open"),
        };
        let sure = point.doubt.map_or_else(|| sure(point.confidence), |doubt| doubt.words().to_owned());
        Self {
            class,
            tick: tick(point.verdict),
            word,
            text: &point.point.text,
            how: format!("weight {}, {sure}", point.point.weight),
            quote: point.evidence.as_ref().map(|evidence| Quote::of(evidence, sounds)),
        }
    }

    fn of_pitfall(hit: &'r ReportedPitfall, sounds: &Sounds<'r>) -> Self {
        Self {
            class: "pitfall",
            tick: "⚠",
            word: "Pitfall",
            text: &hit.pitfall.text,
            how: sure(hit.confidence),
            quote: Some(Quote::of(&hit.evidence, sounds)),
        }
    }
}

fn sure(confidence: f32) -> String {
    format!("{} sure", percent(confidence))
}

/// The words that a verdict rests on.
#[derive(Template)]
#[template(path = "export_quote.html")]
pub(super) struct Quote<'r> {
    text: &'r str,
    /// When they were said. None for a typed answer.
    time: Option<AudioTime>,
    at: String,
    /// The recording that can be played from there.
    plays: Option<&'r str>,
}

impl<'r> Quote<'r> {
    fn of(evidence: &'r Evidence, sounds: &Sounds<'r>) -> Self {
        let start = evidence.span.map(|span| span.start);
        Self {
            text: &evidence.quote,
            time: start,
            at: start.map(seconds).unwrap_or_default(),
            plays: sounds.playable(evidence.turn),
        }
    }
}

/// Something that was asked, and what was said to it.
pub(super) struct ExchangeView<'r> {
    pub(super) exchange: &'r ReportedExchange,
    pub(super) asides: Vec<Answer<'r>>,
    pub(super) heading: &'static str,
    pub(super) asked_by: &'r str,
    pub(super) earlier: Vec<Answer<'r>>,
    pub(super) answer: Answer<'r>,
    pub(super) delivery: Vec<String>,
}

impl<'r> ExchangeView<'r> {
    fn of(exchange: &'r ReportedExchange, nth: usize, report: &'r Report, sounds: &Sounds<'r>) -> Self {
        let earlier = exchange.earlier.iter();
        let said = !exchange.text.is_empty();
        Self {
            exchange,
            asides: asides(report, nth, sounds),
            heading: if exchange.follow_up.is_some() { "Follow-up" } else { "Answer" },
            asked_by: exchange.asked_by.as_ref().unwrap_or(&report.persona),
            earlier: earlier
                .map(|one| Answer { note: after_try(one), ..Answer::plain(&one.text, &one.recording, sounds) })
                .collect(),
            answer: Answer::of(exchange, sounds),
            delivery: if said { delivery::lines(&exchange.delivery, exchange.minutes) } else { Vec::new() },
        }
    }
}

/// What was said, with its recording.
#[derive(Template)]
#[template(path = "export_answer.html")]
pub(super) struct Answer<'r> {
    /// The line that it cut.
    cut: Option<&'r str>,
    words: Vec<WordView<'r>>,
    /// Name of its recording. Empty: it was typed.
    recording: &'r str,
    source: Option<String>,
    /// What came of it. Empty for an answer that counts.
    note: &'static str,
}

/// A word, or a text whose words are not known one by one.
struct WordView<'r> {
    class: &'static str,
    text: &'r str,
    heard: Option<&'r str>,
    /// When it was said, seconds into the recording. None where that cannot be played.
    at: Option<String>,
    /// What could not be heard before it.
    gap: Option<String>,
}

impl<'r> Answer<'r> {
    fn of(exchange: &'r ReportedExchange, sounds: &Sounds<'r>) -> Self {
        let name = exchange.recordings.last().map_or("", String::as_str);
        let source = sounds.source(name);
        let mut gaps = exchange.gaps.iter().peekable();
        let mut words: Vec<WordView<'r>> = Vec::with_capacity(exchange.words.len());
        for (nth, word) in exchange.words.iter().enumerate() {
            let before = std::iter::from_fn(|| gaps.next_if(|gap| gap.start <= word.word.span.start));
            // What was heard stands once behind the words that take its place.
            let is_last = exchange.words.get(nth + 1).is_none_or(|next| next.nth != word.nth);
            words.push(WordView {
                class: class(word),
                text: &word.word.text,
                heard: word.heard.as_deref().filter(|_| is_last),
                at: source.is_some().then(|| seconds(word.word.span.start)),
                gap: told(before),
            });
        }
        words.extend(told(gaps).map(|gap| WordView { gap: Some(gap), ..WordView::plain("") }));
        let note = if exchange.ended == Some(EndReason::TimeUp) {
            "The interviewer ended this answer: its time was up."
        } else {
            ""
        };
        let recording = if is_typed(exchange) { "" } else { name };
        Self { cut: None, words, recording, source, note }
    }

    fn plain(text: &'r str, recording: &'r str, sounds: &Sounds<'r>) -> Self {
        let words = if text.is_empty() { Vec::new() } else { vec![WordView::plain(text)] };
        Self { cut: None, words, recording, source: sounds.source(recording), note: "" }
    }
}

impl<'r> WordView<'r> {
    fn plain(text: &'r str) -> Self {
        Self { class: "", text, heard: None, at: None, gap: None }
    }

    fn is_plain(&self) -> bool {
        self.class.is_empty() && self.at.is_none()
    }
}

fn class(word: &ReportedWord) -> &'static str {
    match &word.heard {
        Some(_) => "corrected",
        None if word.word.probability < UNSURE_BELOW => "unsure",
        None => "",
    }
}

fn told<'g>(gaps: impl Iterator<Item = &'g Span>) -> Option<String> {
    let told: Vec<String> =
        gaps.map(|gap| format!("the microphone was away from {} to {}", gap.start, gap.end)).collect();
    (!told.is_empty()).then(|| told.join("; "))
}

fn is_typed(exchange: &ReportedExchange) -> bool {
    exchange.timings.answer_ms == Some(0)
}

fn seconds(at: AudioTime) -> String {
    format!("{:.2}", at.as_secs_f64())
}

/// Returns what the candidate put in after so many exchanges.
pub(super) fn asides<'r>(report: &'r Report, after: usize, sounds: &Sounds<'r>) -> Vec<Answer<'r>> {
    let here = report.asides.iter().filter(|aside| aside.after == after);
    here.map(|aside: &ReportedAside| Answer {
        cut: Some(&aside.line),
        ..Answer::plain(&aside.text, &aside.recording, sounds)
    })
    .collect()
}
