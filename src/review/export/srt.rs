//! Subtitles in the format that every player reads.

use std::fmt::Write;

use crate::review::export::cues::{cues, text};
use crate::review::export::timeline::Recorded;
use crate::units::AudioTime;

/// Returns recordings as SubRip. The format knows no notes, so that only what was said is in it.
#[must_use]
pub fn write(recordings: &[Recorded<'_>]) -> String {
    let mut out = String::new();
    let all = recordings
        .iter()
        .flat_map(|recorded| cues(recorded.words, recorded.length()).into_iter().map(move |cue| (recorded, cue)));
    for (nth, (recorded, cue)) in all.enumerate() {
        let at = |within: AudioTime| time(recorded.start.as_ms() + within.as_ms());
        let gap = if nth == 0 { "" } else { "\n" };
        writeln!(out, "{gap}{}\n{} --> {}", nth + 1, at(cue.span.start), at(cue.span.end))
            .expect("writing to a string cannot fail");
        for line in cue.lines {
            let words: Vec<String> = line.iter().map(|word| text(word).replace("-->", "→")).collect();
            writeln!(out, "{}", words.join(" ")).expect("writing to a string cannot fail");
        }
    }
    out
}

/// Returns a time as the format writes it: `00:01:07,500`.
fn time(ms: u64) -> String {
    let seconds = ms / 1_000;
    format!("{:02}:{:02}:{:02},{:03}", seconds / 3_600, seconds / 60 % 60, seconds % 60, ms % 1_000)
}
