//! How an answer was delivered, line by line, with where the bands come from. States ranges where the measure is no surer.

use std::time::Duration;

use crate::prompt::delivery::{Lines, words};
use crate::prompt::fill;
use crate::transcript::delivery::Delivery;
use crate::transcript::delivery::estimate::Estimate;
use crate::transcript::delivery::fit::Fit;
use crate::transcript::delivery::sound::Sound;
use crate::transcript::delivery::wording::Said;
use crate::units::AudioTime;

/// Paces, in words a minute, below which most who practise do not speak and above which coaches say it is too fast.
const USUAL: (f64, f64) = (83.0, 165.0);

/// Fillers a minute up to which listeners mind nothing, and from which they do.
const FILLERS: (f64, f64) = (5.0, 12.0);

/// Places or phrases that are told one by one.
const TOLD: usize = 8;

/// Paces are told to the nearest five words a minute: the times of words are no surer.
const PACE_STEP: f64 = 5.0;

/// Returns the lines of a delivery. `minutes` is what the question allows.
#[must_use]
pub fn lines(delivery: &Delivery, minutes: Option<f64>) -> Vec<String> {
    let words = words().report;
    let mut lines = Vec::new();
    lines.extend(pace(delivery, &words));
    lines.extend(pace_over_time(delivery, &words));
    if let Some(sound) = &delivery.sound {
        lines.extend(pauses(sound, &words));
        lines.push(fillers(sound, &words));
    } else if delivery.fillers_at_least > 0 {
        lines.push(fill(&words.fillers_at_least, &[("found", &delivery.fillers_at_least.to_string())]));
    }
    for (found, template) in [(&delivery.restarts, &words.restarts), (&delivery.hedges, &words.hedges)] {
        if !found.is_empty() {
            lines.push(fill(template, &[("texts", &phrases(found))]));
        }
    }
    lines.extend(delivery.sound.as_ref().and_then(|sound| melody(sound, &words)));
    if let (Some(sound), Some(minutes)) = (&delivery.sound, minutes) {
        let said = |seconds: f64| spoken_duration(Duration::try_from_secs_f64(seconds).unwrap_or_default());
        let values = [("speech", said(sound.speaking_s())), ("limit", said(minutes * 60.0))];
        lines.push(filled(&words.length, &values));
    }
    lines
}

/// Returns where the bands come from.
#[must_use]
pub fn sources() -> String {
    words().report.sources
}

/// Returns a duration as a reader says it: `1 min 5 s`.
#[must_use]
pub fn spoken_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 { format!("{seconds} s") } else { format!("{} min {} s", seconds / 60, seconds % 60) }
}

fn filled(template: &str, values: &[(&str, String)]) -> String {
    let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    fill(template, &values)
}

fn rounded(pace: f64) -> String {
    format!("{:.0}", (pace / PACE_STEP).round() * PACE_STEP)
}

fn pace(delivery: &Delivery, words: &Lines) -> Option<String> {
    let pace = delivery.words_per_minute?;
    let told = match delivery.articulation_rate {
        Some(rate) => filled(&words.pace, &[("pace", rounded(pace)), ("rate", format!("{rate:.1}"))]),
        None => filled(&words.pace_plain, &[("pace", rounded(pace))]),
    };
    let band = match pace {
        pace if pace < USUAL.0 => &words.pace_slow,
        pace if pace > USUAL.1 => &words.pace_fast,
        _ => &words.pace_usual,
    };
    Some(format!("{told} {band}"))
}

fn pace_over_time(delivery: &Delivery, words: &Lines) -> Option<String> {
    let paces = || delivery.pace_over_time.iter().map(|pace| pace.words_per_minute);
    let (slowest, fastest) = (paces().reduce(f64::min)?, paces().reduce(f64::max)?);
    Some(filled(&words.pace_over_time, &[("slowest", rounded(slowest)), ("fastest", rounded(fastest))]))
}

fn pauses(sound: &Sound, words: &Lines) -> Option<String> {
    let delay = format!("{:.1}", sound.speech_start_ms?.as_secs_f64());
    let Some(longest) = sound.longest_pause_s() else {
        return Some(filled(&words.no_pauses, &[("delay", delay)]));
    };
    let long = sound.long_pauses().count();
    let values = [
        ("medium", (sound.pauses.len() - long).to_string()),
        ("long", long.to_string()),
        ("longest", format!("{longest:.1}")),
        ("share", format!("{:.0}", sound.silence_share().unwrap_or_default() * 100.0)),
        ("delay", delay),
    ];
    Some(filled(&words.pauses, &values))
}

fn fillers(sound: &Sound, words: &Lines) -> String {
    let found = sound.fillers.len();
    if !sound.heard_again {
        return filled(&words.fillers_at_least, &[("found", found.to_string())]);
    }
    let Some(estimate) = &sound.filler_estimate else { return words.fillers_too_little.clone() };
    let Estimate { low, high, precision, recall, .. } = *estimate;
    let (low, high) = (format!("{low:.0}"), format!("{high:.0}"));
    let times = some_of(sound.fillers.iter().map(|filler| filler.span.start.to_string()));
    let values = [("low", low), ("high", high), ("found", found.to_string()), ("times", times)];
    let told = filled(if found == 0 { &words.fillers_none } else { &words.fillers }, &values);
    let share = |share: f64| format!("{:.0}", share * 100.0);
    let events = Fit::shipped().measured().events.to_string();
    let trust = [("precision", share(precision)), ("recall", share(recall)), ("events", events)];
    format!("{told} {} {}", filler_band(estimate, words), filled(&words.fillers_trust, &trust))
}

/// A band is named only where the whole range lies in it.
fn filler_band<'w>(estimate: &Estimate, words: &'w Lines) -> &'w str {
    match (estimate.low, estimate.high) {
        (_, high) if high <= FILLERS.0 => &words.fillers_fine,
        (low, _) if low <= FILLERS.0 => &words.fillers_between,
        (low, _) if low >= FILLERS.1 => &words.fillers_many,
        _ => &words.fillers_some,
    }
}

fn melody(sound: &Sound, words: &Lines) -> Option<String> {
    let (semitones, decibels) = (sound.pitch_range_semitones?, sound.loudness_range_db?);
    let values = [("semitones", format!("{semitones:.0}")), ("decibels", format!("{decibels:.0}"))];
    Some(filled(&words.melody, &values))
}

fn phrases(found: &[Said]) -> String {
    let bare = |text: &str| text.trim_end_matches([',', '.', ';', ':']).to_owned();
    some_of(found.iter().map(|one| {
        let at = if one.span.end > AudioTime::ZERO { format!(" ({})", one.span.start) } else { String::new() };
        format!("“{}”{at}", bare(&one.text))
    }))
}

/// Returns the first few, and how many are left.
fn some_of(all: impl Iterator<Item = String>) -> String {
    let all: Vec<String> = all.collect();
    let told = all.iter().take(TOLD).cloned().collect::<Vec<_>>().join(", ");
    if all.len() > TOLD { format!("{told} and {} more", all.len() - TOLD) } else { told }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::lines;
    use crate::transcript::delivery::estimate::Estimate;
    use crate::transcript::delivery::fillers::Filler;
    use crate::transcript::delivery::sound::Sound;
    use crate::transcript::delivery::{Delivery, Pace, measure};
    use crate::transcript::{Transcript, Word};
    use crate::units::{AudioTime, Span};

    fn ms(ms: u64) -> AudioTime {
        AudioTime::from_ms(ms)
    }

    fn span(start: u64, end: u64) -> Span {
        Span::new(ms(start), ms(end))
    }

    /// A minute of speech with `fillers` fillers, evenly spread, between `low` and `high` a minute.
    fn answer(fillers: u64, low: f64, high: f64) -> Delivery {
        let text =
            "I guess we would, we would put the servers in three zones, kind of, and a load balancer before them";
        let words = text.split_whitespace().cycle().take(120).enumerate().map(|(n, text)| Word {
            text: text.into(),
            span: span(900 + n as u64 * 500, 1_350 + n as u64 * 500),
            probability: 0.9,
        });
        let filler = |n| Filler { span: span(2_000 + n * 4_000, 2_400 + n * 4_000), probability: 0.9 };
        let estimate = Estimate { found: fillers as u32, low, high, precision: 0.9, recall: 0.8 };
        measure(&Transcript { words: words.collect() }).with_sound(Sound {
            speech_start_ms: Some(ms(900)),
            speech_end_ms: Some(ms(61_000)),
            speech_ms: 48_000,
            pauses: vec![span(5_000, 5_300), span(9_000, 9_900), span(20_000, 21_400)],
            fillers: (0..fillers).map(filler).collect(),
            heard_again: true,
            filler_estimate: Some(estimate),
            pitch_range_semitones: Some(6.4),
            loudness_range_db: Some(11.2),
        })
    }

    #[test]
    fn what_was_measured_is_told_as_a_range_with_places_bands_and_their_sources() {
        let mut all = String::new();
        let mut tell = |title: &str, delivery: &Delivery, minutes: Option<f64>| {
            let _written = writeln!(all, "{title}\n{}\n", lines(delivery, minutes).join("\n"));
        };
        tell("few fillers", &answer(3, 2.0, 5.0), Some(2.5));
        tell("none found", &answer(0, 0.0, 2.0), None);
        tell("about five", &answer(6, 4.0, 9.0), None);
        tell("more than five", &answer(10, 8.0, 13.0), None);
        tell("many", &answer(14, 12.0, 18.0), None);
        let short = answer(1, 0.0, 0.0);
        let short = Delivery { sound: short.sound.map(|one| Sound { filler_estimate: None, ..one }), ..short };
        tell("too short", &short, None);
        let slow = Delivery { words_per_minute: Some(72.0), sound: None, fillers_at_least: 2, ..answer(0, 0.0, 0.0) };
        tell("slow, without the sound", &slow, Some(1.0));
        let paces = [80.0, 190.0].map(|words_per_minute| Pace { start: ms(0), words_per_minute });
        let fast = Delivery { words_per_minute: Some(191.0), pace_over_time: paces.to_vec(), ..answer(0, 0.0, 2.0) };
        tell("fast", &fast, None);
        tell("typed", &measure(&Transcript::typed("I would ask first, maybe")), Some(2.0));
        tell("silent", &Delivery::default(), Some(2.0));
        insta::assert_snapshot!(all);
    }
}
