//! The report and the transcript as Markdown. Text that was spoken is quoted, never interpreted.

use std::fmt::Write;
use std::time::Duration;

use crate::interview::effect::Ending;
use crate::judge::{Standing, Verdict};
use crate::review::delivery;
use crate::review::report::{EarlierTry, Report, ReportedExchange, ReportedPoint, ReportedQuestion, ReportedWord};
use crate::turn::EndReason;
use crate::units::{AudioTime, Span};

/// Probability under which a word is shown as unsure.
pub const UNSURE_BELOW: f32 = 0.5;

/// Returns the tick for a verdict.
#[must_use]
pub const fn tick(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Covered => "✔",
        Verdict::Partial => "½",
        Verdict::Missing => "✘",
    }
}

/// Returns the report as Markdown.
#[must_use]
pub fn report(report: &Report) -> String {
    let mut out = String::new();
    write_report(&mut out, report).expect("writing to a string cannot fail");
    out
}

/// Returns the conversation as Markdown, unsure words marked with a question mark in brackets.
#[must_use]
pub fn transcript(report: &Report) -> String {
    let mut out = String::new();
    write_transcript(&mut out, report).expect("writing to a string cannot fail");
    out
}

fn write_report(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(out, "# {}\n", report.title)?;
    writeln!(out, "Session {}, begun {}. {}\n", report.session, report.started, ended(report.ending))?;
    writeln!(out, "## Feedback\n\n{}\n", report.feedback.shown().trim())?;
    if let Some(by) = &report.feedback.worded_by {
        writeln!(out, "Worded by {by} from what was judged.\n")?;
    }
    if !report.competencies.is_empty() {
        writeln!(out, "## Competencies\n\n| competency | questions | coverage |\n|---|---|---|")?;
        for one in &report.competencies {
            writeln!(out, "| {} | {} | {:.0} % |", one.title, one.questions, one.coverage * 100.0)?;
        }
        writeln!(out)?;
    }
    for question in &report.questions {
        write_question(out, report, question)?;
    }
    write_pressure_effect(out, report)?;
    if report.exchanges.iter().any(|exchange| exchange.delivery.sound.is_some()) {
        writeln!(out, "Sources of the bands. {}\n", delivery::sources())?;
    }
    if !report.notes.is_empty() {
        writeln!(out, "## Notes\n")?;
        for note in &report.notes {
            writeln!(out, "- {note}")?;
        }
    }
    Ok(())
}

fn write_pressure_effect(out: &mut String, report: &Report) -> std::fmt::Result {
    let Some(effect) = &report.pressure_effect else { return Ok(()) };
    writeln!(out, "## What pressure does to you\n")?;
    for line in effect.lines() {
        writeln!(out, "- {line}")?;
    }
    writeln!(out)
}

pub(super) fn ended(ending: Option<Ending>) -> &'static str {
    match ending {
        Some(Ending::Complete) => "It ran to its end.",
        Some(Ending::Stopped) => "It was stopped by the candidate.",
        Some(Ending::SourceLost) => "It ended because the microphone was lost.",
        None => "It broke off; what follows is what was kept.",
    }
}

fn write_question(out: &mut String, report: &Report, question: &ReportedQuestion) -> std::fmt::Result {
    writeln!(out, "## {}\n", question.prompt)?;
    match (question.band, question.coverage, question.standing) {
        (Some(band), Some(coverage), Some(standing)) => {
            writeln!(
                out,
                "Band {} of 5 ({}): {}. Coverage {:.0} %.{}\n",
                band.get(),
                band.word(),
                question.band_reason.as_deref().unwrap_or_default(),
                coverage * 100.0,
                standing_text(standing)
            )?;
        }
        _ => writeln!(out, "Not judged.\n")?,
    }
    for point in &question.verdicts {
        write_point(out, point)?;
    }
    for hit in &question.pitfalls {
        writeln!(out, "- ⚠ Pitfall: {} — “{}”", hit.pitfall.text, hit.evidence.quote)?;
    }
    writeln!(out)?;
    for exchange in report.exchanges.iter().filter(|exchange| exchange.question == question.question) {
        write_exchange(out, exchange)?;
    }
    if let Some(stronger) = &question.stronger {
        let by = &stronger.by;
        writeln!(
            out,
            "### A stronger version of your answer, written by {by} from what you said; what stands in square brackets you did not say\n\n{}\n",
            stronger.text
        )?;
    }
    writeln!(out, "### What a good answer says\n\n{}\n", question.model_answer)
}

pub(super) fn standing_text(standing: Standing) -> &'static str {
    match standing {
        Standing::Attempt => "",
        Standing::Silent => " Too little was said to judge.",
        Standing::Echo => " The answer handed the question back.",
        Standing::OffTopic => " The answer was to something else.",
        Standing::NoSubstance => " The answer named terms and said nothing about them.",
    }
}

fn write_point(out: &mut String, point: &ReportedPoint) -> std::fmt::Result {
    let certainty = || format!("{:.0} % sure", point.confidence * 100.0);
    let certainty = point.doubt.map_or_else(certainty, |doubt| doubt.words().to_owned());
    write!(out, "- {} {} (weight {}, {certainty})", tick(point.verdict), point.point.text, point.point.weight)?;
    if let Some(evidence) = &point.evidence {
        write!(out, " — “{}”", evidence.quote)?;
        if let Some(span) = evidence.span {
            write!(out, " at {}", span.start)?;
        }
    }
    writeln!(out)
}

fn write_exchange(out: &mut String, exchange: &ReportedExchange) -> std::fmt::Result {
    let heading = if exchange.follow_up.is_some() { "Follow-up" } else { "Answer" };
    writeln!(out, "### {heading}\n")?;
    if exchange.follow_up.is_some() {
        writeln!(out, "{}\n", exchange.prompt)?;
    }
    if let Some(reason) = &exchange.reason_text {
        writeln!(out, "Why this was asked: {reason}\n")?;
    }
    for one in &exchange.earlier {
        writeln!(out, "> {}\n\n{}\n", one.text, after_try(one))?;
    }
    if exchange.text.is_empty() {
        writeln!(out, "Nothing was heard.\n")?;
    } else {
        writeln!(out, "> {}\n", marked_words(exchange))?;
        if exchange.ended == Some(EndReason::TimeUp) {
            writeln!(out, "The interviewer ended this answer: its time was up.\n")?;
        }
        write_delivery(out, exchange)?;
    }
    if !exchange.recordings.is_empty() {
        writeln!(out, "Recording: {}\n", exchange.recordings.join(", "))?;
    }
    if let Some(gained) = &exchange.gained_text {
        writeln!(out, "What it gained: {gained}\n")?;
    }
    Ok(())
}

/// Returns what came after a try that was not the last one.
pub(super) fn after_try(one: &EarlierTry) -> &'static str {
    match (one.given_again, one.ended) {
        (true, _) => "You gave this answer again. Only the later one was judged.",
        (_, Some(EndReason::Interrupted)) => {
            "The interviewer interrupted, since nothing of this answered the question, and led back to it. You went on:"
        }
        (_, None) => "The interview broke off here. When it was taken up again, you went on:",
        _ => "You went on:",
    }
}

/// Returns the words, unsure ones marked, and what could not be heard between them.
fn marked_words(exchange: &ReportedExchange) -> String {
    let mut gaps = exchange.gaps.iter().peekable();
    let mut marked = Vec::new();
    for word in &exchange.words {
        while let Some(gap) = gaps.next_if(|gap| gap.start <= word.word.span.start) {
            marked.push(marked_gap(*gap));
        }
        marked.push(marked_word(word));
    }
    marked.extend(gaps.map(|gap| marked_gap(*gap)));
    marked.join(" ")
}

fn marked_word(word: &ReportedWord) -> String {
    let text = &word.word.text;
    match &word.heard {
        Some(heard) => format!("{text} [heard: {heard}]"),
        None if word.word.probability < UNSURE_BELOW => format!("{text} [?]"),
        None => text.clone(),
    }
}

fn marked_gap(gap: Span) -> String {
    format!("[the microphone was away from {} to {}]", gap.start, gap.end)
}

/// The words and the recording, in a line; then how they were said, a line each.
fn write_delivery(out: &mut String, exchange: &ReportedExchange) -> std::fmt::Result {
    let length = exchange.timings.answer_ms.map(Duration::from_millis);
    let length =
        length.map_or_else(String::new, |length| format!(", recording of {}", delivery::spoken_duration(length)));
    writeln!(out, "{} words{length}.\n", exchange.delivery.words)?;
    for line in delivery::lines(&exchange.delivery, exchange.minutes) {
        writeln!(out, "- {line}")?;
    }
    writeln!(out)
}

fn write_transcript(out: &mut String, report: &Report) -> std::fmt::Result {
    writeln!(
        out,
        "# {}: transcript\n\nSession {}, begun {}. A word marked [?] is one the recogniser was unsure of.\n",
        report.title, report.session, report.started
    )?;
    for (index, exchange) in report.exchanges.iter().enumerate() {
        write_asides(out, report, index)?;
        let asked_by = exchange.asked_by.as_ref().unwrap_or(&report.persona);
        writeln!(out, "**{asked_by}:** {}\n", exchange.prompt)?;
        for one in &exchange.earlier {
            writeln!(out, "**You** ({}): {}\n\n*{}*\n", one.recording, one.text, after_try(one))?;
        }
        let start = exchange.words.first().map_or(AudioTime::ZERO, |word| word.word.span.start);
        let recording = exchange.recordings.last().map_or("", String::as_str);
        if exchange.text.is_empty() {
            writeln!(out, "**You** ({recording}): nothing was heard.\n")?;
        } else {
            writeln!(out, "**You** ({recording}, from {start}): {}\n", marked_words(exchange))?;
        }
    }
    write_asides(out, report, report.exchanges.len())
}

fn write_asides(out: &mut String, report: &Report, after: usize) -> std::fmt::Result {
    for aside in report.asides.iter().filter(|aside| aside.after == after) {
        writeln!(
            out,
            "**{}:** {} [interrupted]\n\n**You** ({}): {}\n",
            report.persona, aside.line, aside.recording, aside.text
        )?;
    }
    Ok(())
}
