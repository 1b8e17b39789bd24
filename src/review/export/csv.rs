//! A table for spreadsheets: a row for each answer. Columns are only ever added, at the end.
//!
//! A cell that begins as a formula does (`=`, `+`, `-`, `@`, a tab) gets an apostrophe before it, which spreadsheets do not show.
//! Else a spreadsheet would run what somebody said.

use csv::{Terminator, WriterBuilder};

use crate::judge::Verdict;
use crate::review::report::{Report, ReportedExchange};

/// The columns.
const COLUMNS: [&str; 26] = [
    "session",
    "started",
    "bank",
    "question",
    "follow_up",
    "asked_by",
    "prompt",
    "reason",
    "text",
    "recording",
    "seconds",
    "words",
    "words_per_minute",
    "response_delay_s",
    "long_pauses",
    "fillers_a_minute_low",
    "fillers_a_minute_high",
    "unsure_share",
    "corrected_words",
    "ended",
    "coverage",
    "band",
    "points_covered",
    "points_partial",
    "points_missing",
    "pitfalls",
];

/// Returns the answers of a report as comma-separated values after RFC 4180. Coverage and band are those that the question had
/// after the answer.
#[must_use]
pub fn write(report: &Report) -> String {
    let mut table = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(Vec::new());
    table.write_record(COLUMNS).expect("writing to memory cannot fail");
    for exchange in &report.exchanges {
        table.write_record(row(report, exchange).map(|cell| defused(&cell))).expect("writing to memory cannot fail");
    }
    let bytes = table.into_inner().expect("writing to memory cannot fail");
    String::from_utf8(bytes).expect("every cell is text")
}

fn row(report: &Report, exchange: &ReportedExchange) -> [String; COLUMNS.len()] {
    let delivery = &exchange.delivery;
    let fillers = delivery.sound.as_ref().and_then(|sound| sound.filler_estimate);
    let count = |verdict: Verdict| {
        let judged = exchange.coverage.is_some();
        let points = exchange.verdicts.iter().filter(|point| point.verdict == verdict);
        if judged { points.count().to_string() } else { String::new() }
    };
    let pitfalls: Vec<&str> = exchange.pitfalls.iter().map(|hit| hit.pitfall.id.as_str()).collect();
    [
        report.session.clone(),
        report.started.to_string(),
        report.bank.to_string(),
        exchange.question.to_string(),
        exchange.follow_up.as_ref().map_or_else(String::new, ToString::to_string),
        exchange.asked_by.as_ref().unwrap_or(&report.persona).clone(),
        exchange.prompt.clone(),
        exchange.reason_text.clone().unwrap_or_default(),
        exchange.text.clone(),
        exchange.recordings.last().cloned().unwrap_or_default(),
        exchange
            .timings
            .answer_ms
            .filter(|ms| *ms > 0)
            .map_or_else(String::new, |ms| (ms as f64 / 1_000.0).to_string()),
        delivery.words.to_string(),
        rounded(delivery.words_per_minute, 0),
        rounded(delivery.response_delay_s, 1),
        delivery.long_pauses.len().to_string(),
        rounded(fillers.map(|range| range.low), 0),
        rounded(fillers.map(|range| range.high), 0),
        rounded(Some(delivery.unsure_share), 3),
        exchange.words.iter().filter(|word| word.heard.is_some()).count().to_string(),
        exchange.ended.map_or_else(String::new, |ended| plain_name(&ended)),
        rounded(exchange.coverage.map(f64::from), 3),
        exchange.band.map_or_else(String::new, |band| band.get().to_string()),
        count(Verdict::Covered),
        count(Verdict::Partial),
        count(Verdict::Missing),
        pitfalls.join(" "),
    ]
}

fn rounded(value: Option<f64>, places: usize) -> String {
    value.map_or_else(String::new, |value| format!("{value:.places$}"))
}

/// Returns the name that a value has in JSON.
fn plain_name(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).ok().and_then(|value| value.as_str().map(ToOwned::to_owned)).unwrap_or_default()
}

fn defused(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{cell}") } else { cell.to_owned() }
}
