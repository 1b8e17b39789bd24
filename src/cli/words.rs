//! Small words for the terminal: bars, ticks, wrapped text.

use std::time::Duration;

use crate::audio::AudioError;
use crate::audio::absence::PATIENCE;
use crate::ids::{PitfallId, PointId};
use crate::interview::effect::{Purpose, Reason, Wait};
use crate::judge::{Assessment, Doubt, Standing};

/// Returns the share, 0 to 1, as a bar of `width` cells.
#[must_use]
pub fn bar(share: f32, width: usize) -> String {
    let full = (share.clamp(0.0, 1.0) * width as f32).round() as usize;
    format!("{}{}", "█".repeat(full), "░".repeat(width - full))
}

/// Returns how loud a frame is on a scale of 0 to 1: -60 dBFS and below is 0, -12 dBFS and above is 1.
#[must_use]
pub fn loudness(rms: f32) -> f32 {
    let decibels = 20.0 * rms.max(1e-6).log10();
    ((decibels + 60.0) / 48.0).clamp(0.0, 1.0)
}

/// Returns `text` broken into lines of at most `width` characters, at spaces where there are any.
#[must_use]
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let full = lines
            .last()
            .is_some_and(|line| !line.is_empty() && line.chars().count() + 1 + word.chars().count() > width);
        if full {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

/// Returns why this was chosen, in a few words.
#[must_use]
pub fn reason(reason: &Reason) -> String {
    let named = |points: &[PointId], pitfalls: &[PitfallId]| {
        let names = points.iter().map(ToString::to_string).chain(pitfalls.iter().map(ToString::to_string));
        names.collect::<Vec<_>>().join(", ")
    };
    match reason {
        Reason::Deeper => "going deeper".into(),
        Reason::Harder => "harder, after a strong answer".into(),
        Reason::Easier => "easier, after two weak answers".into(),
        Reason::Doubts { points, pitfalls } => format!("a weak claim: {}", named(points, pitfalls)),
        Reason::Probes { points, pitfalls, .. } => format!("probing {}", named(points, pitfalls)),
    }
}

/// Returns what time passes for, and which key is there for it.
#[must_use]
pub const fn waiting(wait: Wait) -> (&'static str, &'static str) {
    match wait {
        Wait::Think => ("Time to think", "Enter: begin now"),
        Wait::Retake => ("Once more?", "R: give the answer again   Enter: go on"),
        Wait::Words => ("The language model words a follow-up", "Enter: do not wait for it"),
    }
}

/// Returns a time as minutes and seconds, the last second counted whole: `1:05`.
#[must_use]
pub fn minutes(time: Duration) -> String {
    let seconds = time.as_millis().div_ceil(1_000);
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// Returns what is told while the microphone is away.
#[must_use]
pub fn away(error: &AudioError) -> String {
    format!(
        "{error}. It or another is looked for, for {} s at most; the answer waits, and Ctrl-C ends and keeps everything. {}",
        PATIENCE.as_secs(),
        error.hint
    )
}

/// Returns what is told when the microphone is back.
#[must_use]
pub fn back(name: &str) -> String {
    format!("You are heard again, through microphone `{name}`.")
}

/// Returns whether a line is one that the candidate must read or hear to answer.
#[must_use]
pub const fn is_asked(purpose: Purpose) -> bool {
    matches!(purpose, Purpose::Question | Purpose::FollowUp)
}

/// Returns a doubt as it stands behind a verdict, or nothing.
#[must_use]
pub fn doubt(doubt: Option<Doubt>) -> String {
    doubt.map_or_else(String::new, |doubt| format!(" ({})", doubt.words()))
}

/// Returns the verdict on the whole in a line.
#[must_use]
pub fn summary(assessment: &Assessment) -> String {
    let standing = match assessment.standing {
        Standing::Attempt => "",
        Standing::Silent => " — too little was said to judge",
        Standing::Echo => " — that handed the question back",
        Standing::OffTopic => " — that answered something else",
        Standing::NoSubstance => " — terms, with nothing said about them",
    };
    format!(
        "coverage {} {:.0} %, band {} of 5 ({}){standing}",
        bar(assessment.coverage, 10),
        assessment.coverage * 100.0,
        assessment.band.get(),
        assessment.band.word()
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{bar, loudness, minutes, wrap};

    #[test]
    fn a_time_that_is_left_is_told_to_its_last_second() {
        for (ms, told) in [(30_000, "0:30"), (29_001, "0:30"), (1, "0:01"), (0, "0:00"), (65_000, "1:05")] {
            assert_eq!(minutes(Duration::from_millis(ms)), told);
        }
    }

    #[test]
    fn a_bar_is_as_wide_as_asked_whatever_the_share() {
        for share in [-1.0, 0.0, 0.33, 1.0, 7.0, f32::NAN] {
            assert_eq!(bar(share, 10).chars().count(), 10, "{share}");
        }
        assert_eq!(bar(0.5, 4), "██░░");
    }

    #[test]
    fn silence_shows_no_level_and_speech_shows_some() {
        assert!(loudness(0.0).abs() < f32::EPSILON);
        assert!(loudness(0.05) > 0.5);
        assert!((loudness(1.0) - 1.0).abs() < f32::EPSILON);
    }

    #[test]
    fn wrapping_loses_no_word_and_keeps_the_width() {
        let text = "one two three four a-word-that-is-far-too-long-for-a-line five";
        let lines = wrap(text, 12);
        assert_eq!(lines.join(" "), text);
        assert!(lines.iter().all(|line| line.chars().count() <= 12 || !line.contains(' ')));
    }
}
