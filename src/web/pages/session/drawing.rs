//! An answer as a drawing: how loud it was, where there was speech and where none, fillers, and the pace below. Places are shares of
//! its width, so that it fits any window; all that it shows is also said in words.

use std::fmt::{self, Write};

use crate::dsp::peaks::PEAKS_A_SECOND;
use crate::session::Take;
use crate::transcript::delivery::Delivery;
use crate::turn::EndReason;
use crate::units::{AudioTime, Span};

/// Bars of the waveform, at most. More cannot be told apart.
const MOST_BARS: usize = 400;

/// Pace at which a bar is as high as its row, in words a minute.
const FULL_PACE: f64 = 220.0;

/// Height of the row of paces, in pixels.
const PACE_HEIGHT: f64 = 28.0;

/// Times that are written below, at most.
const MOST_TIMES: u64 = 6;

/// A share of the width, written as SVG has it.
#[derive(Clone, Copy)]
pub(super) struct Share(f64);

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2}%", self.0 * 100.0)
    }
}

/// A stretch that is marked, and what it is.
pub(super) struct Mark {
    pub(super) from: Share,
    pub(super) width: Share,
    pub(super) text: String,
}

/// The pace of half a minute.
pub(super) struct PaceBar {
    pub(super) from: Share,
    pub(super) width: Share,
    pub(super) middle: Share,
    pub(super) top: f64,
    pub(super) height: f64,
    pub(super) words: String,
}

pub(super) struct Drawing {
    pub(super) length_ms: u64,
    /// How many bars the waveform has; each is two units wide.
    pub(super) bars: usize,
    pub(super) wave: String,
    /// Where there was speech, in thousandths of the width.
    pub(super) speech: String,
    pub(super) pauses: Vec<Mark>,
    pub(super) fillers: Vec<Mark>,
    pub(super) away: Vec<Mark>,
    /// What the interviewer did at the end.
    pub(super) cut: Option<&'static str>,
    pub(super) paces: Vec<PaceBar>,
    pub(super) times: Vec<(Share, String)>,
    /// The whole in a sentence.
    pub(super) summary: String,
}

impl Drawing {
    /// Returns the drawing of a take. None where there is no sound to draw.
    pub(super) fn of(take: &Take, peaks: &[u8]) -> Option<Self> {
        let drawn_ms = peaks.len() as u64 * 1_000 / u64::from(PEAKS_A_SECOND);
        let length_ms = take.duration_ms.unwrap_or(0).max(drawn_ms);
        if drawn_ms == 0 {
            return None;
        }
        let delivery = take.delivery();
        let scale = Scale(length_ms as f64);
        let bars = bars(peaks);
        let pauses = delivery.long_pauses.iter().map(|pause| scale.mark(*pause, &pause_text(*pause)));
        let fillers = delivery.sound.iter().flat_map(|sound| &sound.fillers);
        let cut = match take.ended {
            Some(EndReason::Interrupted) => Some("the interviewer interrupted"),
            Some(EndReason::TimeUp) => Some("the interviewer ended it: the time was up"),
            _ => None,
        };
        Some(Self {
            length_ms,
            wave: wave(&bars),
            bars: bars.len(),
            speech: speech(&delivery, scale),
            pauses: pauses.collect(),
            fillers: fillers
                .map(|filler| scale.mark(filler.span, &format!("filler at {}, estimated", filler.span.start)))
                .collect(),
            away: take.gaps.iter().map(|gap| scale.mark(*gap, &away_text(*gap))).collect(),
            cut,
            paces: paces(&delivery, scale),
            times: times(length_ms, scale),
            summary: summary(take, &delivery, length_ms),
        })
    }
}

/// From milliseconds to shares of the width.
#[derive(Clone, Copy)]
struct Scale(f64);

impl Scale {
    fn at(self, time: AudioTime) -> Share {
        Share((time.as_ms() as f64 / self.0).clamp(0.0, 1.0))
    }

    fn mark(self, span: Span, text: &str) -> Mark {
        let (from, to) = (self.at(span.start), self.at(span.end));
        Mark { from, width: Share(to.0 - from.0), text: text.to_owned() }
    }
}

fn bars(peaks: &[u8]) -> Vec<u8> {
    let each = peaks.len().div_ceil(MOST_BARS).max(1);
    peaks.chunks(each).map(|some| some.iter().copied().max().unwrap_or(0)).collect()
}

/// Returns the waveform as upright strokes, two units apart, around a middle at 100. The loudest fills the height: rooms and microphones
/// differ more than answers do.
fn wave(bars: &[u8]) -> String {
    let loudest = f64::from(bars.iter().copied().max().unwrap_or(0).max(8));
    let mut path = String::with_capacity(bars.len() * 14);
    for (nth, bar) in bars.iter().enumerate() {
        let half = (f64::from(*bar) / loudest * 96.0).round().max(2.0);
        write!(path, "M{} {}v{}", nth * 2 + 1, 100.0 - half, half * 2.0).expect("writing to a string cannot fail");
    }
    path
}

/// Returns the stretches between pauses as a path over a width of 1,000.
fn speech(delivery: &Delivery, scale: Scale) -> String {
    let Some(sound) = &delivery.sound else { return String::new() };
    let Some((start, end)) = sound.speech_start_ms.zip(sound.speech_end_ms) else { return String::new() };
    let starts = std::iter::once(start).chain(sound.pauses.iter().map(|pause| pause.end));
    let ends = sound.pauses.iter().map(|pause| pause.start).chain([end]);
    let mut path = String::new();
    for (start, end) in starts.zip(ends) {
        let (from, to) = (scale.at(start).0 * 1_000.0, scale.at(end).0 * 1_000.0);
        write!(path, "M{from:.1} 2H{to:.1}").expect("writing to a string cannot fail");
    }
    path
}

fn paces(delivery: &Delivery, scale: Scale) -> Vec<PaceBar> {
    let bar = |pace: &crate::transcript::delivery::Pace| {
        let end = AudioTime::from_ms(pace.start.as_ms() + 30_000);
        let (from, to) = (scale.at(pace.start), scale.at(end));
        let height = (pace.words_per_minute / FULL_PACE).clamp(0.04, 1.0) * PACE_HEIGHT;
        PaceBar {
            from,
            width: Share((to.0 - from.0 - 0.004).max(0.0)),
            middle: Share(f64::midpoint(from.0, to.0)),
            top: PACE_HEIGHT - height,
            height,
            words: format!("{:.0}", (pace.words_per_minute / 5.0).round() * 5.0),
        }
    };
    delivery.pace_over_time.iter().map(bar).collect()
}

/// Returns round times along the width.
fn times(length_ms: u64, scale: Scale) -> Vec<(Share, String)> {
    let steps = [5, 10, 15, 30, 60, 120, 300, 600, 1_200];
    let fits = |step: &&u64| length_ms / 1_000 / **step < MOST_TIMES;
    let step = steps.iter().find(fits).copied().unwrap_or(3_600) * 1_000;
    // A time at the very end would be cut off.
    let last = length_ms.saturating_sub(length_ms / 20);
    let written = (0..=last / step).map(|nth| AudioTime::from_ms(nth * step));
    written.map(|time| (scale.at(time), time.to_string())).collect()
}

fn pause_text(pause: Span) -> String {
    format!("pause of {:.1} s at {}", pause.duration().as_secs_f64(), pause.start)
}

fn away_text(gap: Span) -> String {
    format!("the microphone was away from {} to {}", gap.start, gap.end)
}

fn summary(take: &Take, delivery: &Delivery, length_ms: u64) -> String {
    let mut parts = vec![format!("Waveform of {}", AudioTime::from_ms(length_ms))];
    let count = |count: usize, one: &str, many: &str| format!("{count} {}", if count == 1 { one } else { many });
    parts.push(count(delivery.long_pauses.len(), "pause of a second or more", "pauses of a second or more"));
    if let Some(sound) = &delivery.sound {
        parts.push(count(sound.fillers.len(), "filler found", "fillers found"));
    }
    if !take.gaps.is_empty() {
        parts.push(count(take.gaps.len(), "gap of the microphone", "gaps of the microphone"));
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MOST_BARS, Scale, bars, times, wave};

    #[test]
    fn times_below_are_round_and_few() {
        let texts = |ms| times(ms, Scale(ms as f64)).into_iter().map(|(_, text)| text).collect::<Vec<_>>();
        assert_eq!(texts(24_000), ["0:00", "0:05", "0:10", "0:15", "0:20"]);
        assert_eq!(texts(30_000), ["0:00", "0:10", "0:20"]);
        assert_eq!(texts(95_000), ["0:00", "0:30", "1:00", "1:30"]);
        assert_eq!(texts(2_400_000), ["0:00", "10:00", "20:00", "30:00"]);
        assert_eq!(texts(400), ["0:00"]);
    }

    #[test]
    fn silence_is_a_line_and_the_loudest_fills_the_height() {
        assert_eq!(wave(&[0, 255]), "M1 98v4M3 4v192");
        assert_eq!(wave(&[4]), "M1 52v96", "a quiet recording is not blown up to a loud one");
    }

    proptest! {
        #[test]
        fn a_long_recording_has_no_more_bars_than_a_window_shows(count in 1usize..50_000) {
            let drawn = bars(&vec![7; count]);
            prop_assert!(!drawn.is_empty() && drawn.len() <= MOST_BARS);
        }
    }
}
