//! Subtitles in the web's format, the words in step with the sound.

use std::fmt::Write;

use crate::review::export::cues::{Cue, cues, text};
use crate::review::export::timeline::Recorded;
use crate::transcript::Word;
use crate::units::{AudioTime, Span};

/// Returns recordings as WebVTT. Where each begins, and what was asked, stands in notes, which no player shows: the interviewer
/// is not in the recordings.
#[must_use]
pub fn write(recordings: &[Recorded<'_>]) -> String {
    let mut out = String::from("WEBVTT\n");
    for recorded in recordings {
        write_recording(&mut out, recorded).expect("writing to a string cannot fail");
    }
    out
}

fn write_recording(out: &mut String, recorded: &Recorded<'_>) -> std::fmt::Result {
    writeln!(out, "\nNOTE {} begins at {}", noted(recorded.name), time(recorded.start))?;
    writeln!(out, "\nNOTE {}: {}", noted(recorded.asked_by), noted(recorded.asked))?;
    for cue in cues(recorded.words, recorded.length()) {
        write_cue(out, recorded.start, &cue)?;
    }
    Ok(())
}

fn write_cue(out: &mut String, offset: AudioTime, cue: &Cue<'_>) -> std::fmt::Result {
    let at = |within: AudioTime| AudioTime::from_ms(offset.as_ms() + within.as_ms());
    let span = Span::new(at(cue.span.start), at(cue.span.end));
    writeln!(out, "\n{} --> {}", time(span.start), time(span.end))?;
    let mut last = span.start;
    for line in &cue.lines {
        let words: Vec<String> = line.iter().map(|word| stamped(word, at(word.span.start), span, &mut last)).collect();
        writeln!(out, "{}", words.join(" "))?;
    }
    Ok(())
}

/// Returns a word with its time before it, where that lies behind all times so far and within the cue, as the format asks for.
fn stamped(word: &Word, start: AudioTime, cue: Span, last: &mut AudioTime) -> String {
    let text = escaped(&text(word));
    if start <= *last || start >= cue.end {
        return text;
    }
    *last = start;
    format!("<{}>{text}", time(start))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Returns a text as it can stand in a note: on one line, without the arrow that begins a cue.
fn noted(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").replace("-->", "→")
}

/// Returns a time as the format writes it: `00:01:07.500`.
fn time(at: AudioTime) -> String {
    let (seconds, ms) = (at.as_ms() / 1_000, at.as_ms() % 1_000);
    format!("{:02}:{:02}:{:02}.{ms:03}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}
