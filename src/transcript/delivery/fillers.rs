//! Fillers in the sound: vowels and hums that are held and mean nothing. The recogniser leaves most of them out, so they are
//! looked for in level, pitch and colour, and in what a recogniser hears that was told to keep them.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::dsp::contour::{Contour, HOP_MS, Hop, hop_time};
use crate::transcript::Word;
use crate::transcript::delivery::fit::Fit;
use crate::transcript::delivery::is_filler;
use crate::transcript::delivery::pauses::Speech;
use crate::units::{AudioTime, Span};

/// A filler that was found.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Filler {
    /// When.
    #[serde(flatten)]
    pub span: Span,
    /// How sure this is one, 0 to 1.
    pub probability: f32,
}

/// What is known of the words where fillers are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hearings<'a> {
    /// What the recogniser heard of the answer.
    pub first: &'a [Word],
    /// What it heard when it was told, in one way or another, to keep fillers.
    pub again: &'a [Vec<Word>],
}

/// A held sound, and what speaks for a filler.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Candidate {
    /// When.
    pub span: Span,
    /// What speaks for it.
    pub features: Features,
}

/// What tells fillers from vowels of words.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Features {
    /// Length in seconds, 1 at most.
    pub length_s: f32,
    /// Middle half of the pitch, in semitones. Words move; 4 where there is no pitch to tell.
    pub pitch_spread: f32,
    /// Middle half of the level, in dB.
    pub level_spread: f32,
    /// Mean change of colour.
    pub change: f32,
    /// Middle of the spectrum, in kHz.
    pub centre_khz: f32,
    /// Mean periodicity.
    pub periodicity: f32,
    /// Silence before and after, in seconds, half a second each at most.
    pub silence_s: f32,
    /// How much longer the word that covers it lasts than its letters need, in seconds, 1 at most. 1 where no word does.
    pub unexplained_s: f32,
    /// How sure the first hearing is that it is a filler, 0 to 1.
    pub first: f32,
    /// How sure the surest of the others is, 0 to 1.
    pub again: f32,
}

impl Features {
    /// How many there are.
    pub const COUNT: usize = 10;

    /// Returns them in the order in which they stand above.
    #[must_use]
    pub const fn values(&self) -> [f32; Self::COUNT] {
        [
            self.length_s,
            self.pitch_spread,
            self.level_spread,
            self.change,
            self.centre_khz,
            self.periodicity,
            self.silence_s,
            self.unexplained_s,
            self.first,
            self.again,
        ]
    }
}

/// Shortest held sound that is looked at: 130 ms.
const SHORTEST_MS: u64 = 130;

/// Mean change of colour over three hops above which a sound is not held. Vowels stay below 0.15, glides reach 0.4.
const HELD: f32 = 0.24;

/// Middle of the spectrum above which a sound is a hiss, in hertz.
const HISS_HZ: f32 = 2_600.0;

/// Held sounds so close to each other belong together, if the pitch stays: the vowel and the hum of an um.
const TOGETHER_MS: u64 = 70;

/// Semitones within which the pitch stays.
const STAYS: f32 = 2.0;

/// How far the recogniser's time of a filler may be off. It has none of its own for what it is not sure to be a word.
const TIMES_OFF_MS: u64 = 900;

/// How far a filler is looked for where no sound is held: creaky voices and noisy rooms break them up.
const UNHELD_MS: u64 = 350;

/// A filler that is not held is taken to last so long at least, and at most.
const UNHELD_LENGTH_MS: (u64, u64) = (200, 500);

/// What is so much fainter than the loudest part of a held sound is its fading, in dB. The hum of an um may be 20 fainter.
const FADING_DB: f32 = 22.0;

/// Time that a letter of a word takes, at an easy pace.
const LETTER_S: f32 = 0.07;

/// Returns the held sounds of an answer and what the recogniser took for fillers, in order.
#[must_use]
pub fn candidates(contour: &Contour, speech: &Speech, hearings: Hearings<'_>) -> Vec<Candidate> {
    let mut spans = held(contour, speech);
    let heard = hearings.again.iter().map(Vec::as_slice).chain([hearings.first]);
    let heard: Vec<Vec<Span>> = heard.map(|words| located(words, &mut spans, contour, speech)).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup();
    let candidate =
        |span: &Span| Candidate { span: *span, features: features(*span, contour, speech, hearings, &heard) };
    spans.iter().map(candidate).collect()
}

/// Returns the fillers among held sounds: those that the fit believes, of two that overlap the likelier.
#[must_use]
pub fn fillers(candidates: &[Candidate], fit: &Fit) -> Vec<Filler> {
    let believed = candidates.iter().map(|one| Filler { span: one.span, probability: fit.probability(&one.features) });
    let mut believed: Vec<Filler> = believed.filter(|filler| fit.is_believed(filler.probability)).collect();
    believed.sort_by(|one, other| other.probability.total_cmp(&one.probability));
    let mut kept: Vec<Filler> = Vec::new();
    for filler in believed {
        if kept.iter().all(|other| overlap_ms(filler.span, other.span) == 0) {
            kept.push(filler);
        }
    }
    kept.sort_by_key(|filler| filler.span.start);
    kept
}

/// Returns the stretches in which colour, pitch and level hold still.
fn held(contour: &Contour, speech: &Speech) -> Vec<Span> {
    let hops = &contour.hops;
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for stretch in &speech.stretches {
        let (from, to) = ((stretch.start.as_ms() / HOP_MS) as usize, (stretch.end.as_ms() / HOP_MS) as usize);
        let mut open: Option<usize> = None;
        for hop in from..=to.min(hops.len()) {
            let holds = hop < to.min(hops.len()) && is_held(hops, hop, speech.threshold_db);
            match (holds, open) {
                (true, None) => open = Some(hop),
                (false, Some(start)) => {
                    runs.push((start, hop));
                    open = None;
                }
                _ => {}
            }
        }
    }
    together(&runs, hops)
        .into_iter()
        .map(|run| without_fading(run, hops))
        .map(|(start, end)| Span::new(hop_time(start), hop_time(end)))
        .filter(|span| ms(*span) >= SHORTEST_MS)
        .collect()
}

fn is_held(hops: &[Hop], hop: usize, threshold_db: f32) -> bool {
    let around = &hops[hop.saturating_sub(1)..(hop + 2).min(hops.len())];
    let change = around.iter().map(|hop| hop.change).sum::<f32>() / around.len() as f32;
    change < HELD && hops[hop].centre_hz < HISS_HZ && hops[hop].level_db >= threshold_db
}

/// Joins runs with little between them and the same pitch.
fn together(runs: &[(usize, usize)], hops: &[Hop]) -> Vec<(usize, usize)> {
    let mut joined: Vec<(usize, usize)> = Vec::new();
    for &(start, end) in runs {
        match joined.last_mut() {
            Some(last)
                if (start - last.1) as u64 * HOP_MS <= TOGETHER_MS
                    && stays(&hops[last.0..last.1], &hops[start..end]) =>
            {
                last.1 = end;
            }
            _ => joined.push((start, end)),
        }
    }
    joined
}

fn without_fading((start, end): (usize, usize), hops: &[Hop]) -> (usize, usize) {
    let loudest = hops[start..end].iter().map(|hop| hop.level_db).fold(f32::MIN, f32::max);
    let loud = |hop: &Hop| hop.level_db >= loudest - FADING_DB;
    let first = hops[start..end].iter().position(loud).unwrap_or(0);
    let last = hops[start..end].iter().rposition(loud).unwrap_or(end - start - 1);
    (start + first, start + last + 1)
}

fn stays(one: &[Hop], other: &[Hop]) -> bool {
    let last = one.iter().rev().find_map(|hop| hop.pitch_hz);
    let first = other.iter().find_map(|hop| hop.pitch_hz);
    last.zip(first).is_some_and(|(last, first)| (12.0 * (first / last).log2()).abs() <= STAYS)
}

/// Returns where the fillers among `words` are: at the held sound that fits best, long ones and ones beside silence rather
/// than others, near ones rather than far ones. Where there is none, the voiced sound nearest to the word's time becomes a
/// candidate.
fn located(words: &[Word], spans: &mut Vec<Span>, contour: &Contour, speech: &Speech) -> Vec<Span> {
    let mut located = Vec::new();
    for word in words.iter().filter(|word| is_filler(&word.text)) {
        let free = spans.iter().copied().filter(|span| !located.contains(span));
        let near = free.filter(|span| gap_ms(*span, word.span) <= TIMES_OFF_MS);
        let worth = |span: &Span| {
            let beside = 400.0 * silence_s(*span, speech);
            ms(*span).min(600) as f32 + beside - gap_ms(*span, word.span) as f32
        };
        let best = near.max_by(|one, other| worth(one).total_cmp(&worth(other)));
        let place = best.filter(|best| worth(best) > 0.0).unwrap_or_else(|| {
            let place = voiced_near(word.span, contour, speech);
            spans.push(place);
            place
        });
        located.push(place);
    }
    located
}

/// Returns the stretch as long as the word, near its time, that holds most voiced sound.
fn voiced_near(span: Span, contour: &Contour, speech: &Speech) -> Span {
    let length = ms(span).clamp(UNHELD_LENGTH_MS.0, UNHELD_LENGTH_MS.1);
    let is_voiced = |hop: &&Hop| hop.level_db >= speech.threshold_db && hop.centre_hz < HISS_HZ;
    let from = span.start.as_ms().saturating_sub(UNHELD_MS) / HOP_MS;
    let to = span.start.as_ms().saturating_add(UNHELD_MS) / HOP_MS;
    let at = |hop: u64| Span::new(AudioTime::from_ms(hop * HOP_MS), AudioTime::from_ms(hop * HOP_MS + length));
    let worth = |stretch: &Span| {
        let voiced = contour.within(stretch.start, stretch.end).iter().filter(is_voiced).count() as u64 * HOP_MS;
        // A move of 40 ms must bring 10 ms more of voice.
        (4 * voiced).cast_signed() - stretch.start.as_ms().abs_diff(span.start.as_ms()).cast_signed()
    };
    (from..=to).map(at).max_by_key(worth).unwrap_or(span)
}

/// Returns how far two spans are apart, zero if they touch.
fn gap_ms(one: Span, other: Span) -> u64 {
    let gap = |one: Span, other: Span| other.start.as_ms().saturating_sub(one.end.as_ms());
    gap(one, other).max(gap(other, one))
}

fn features(span: Span, contour: &Contour, speech: &Speech, hearings: Hearings<'_>, heard: &[Vec<Span>]) -> Features {
    let hops = contour.within(span.start, span.end);
    let pitches: Vec<f32> = hops.iter().filter_map(|hop| hop.pitch_hz).map(|hz| 12.0 * hz.log2()).collect();
    let pitched = pitches.len() * 3 >= hops.len();
    let (again, first) = heard.split_at(hearings.again.len());
    let sure = |words: &[Word], places: &[Span]| -> f32 {
        let fillers = words.iter().filter(|word| is_filler(&word.text));
        let here = fillers.zip(places).filter(|(_, place)| **place == span);
        here.map(|(word, _)| word.probability).fold(0.0, f32::max)
    };
    Features {
        length_s: (ms(span) as f32 / 1_000.0).min(1.0),
        pitch_spread: if pitched { spread(pitches).min(4.0) } else { 4.0 },
        level_spread: spread(hops.iter().map(|hop| hop.level_db).collect()),
        change: mean(hops, |hop| hop.change),
        centre_khz: mean(hops, |hop| hop.centre_hz) / 1_000.0,
        periodicity: mean(hops, |hop| hop.periodicity),
        silence_s: silence_s(span, speech),
        unexplained_s: unexplained_s(span, hearings.first),
        first: first.first().map_or(0.0, |places| sure(hearings.first, places)),
        again: hearings.again.iter().zip(again).map(|(words, places)| sure(words, places)).fold(0.0, f32::max),
    }
}

/// Returns the width of the middle half of the values.
fn spread(values: Vec<f32>) -> f32 {
    let at = |share| super::pauses::percentile(values.clone(), share);
    at(0.75).zip(at(0.25)).map_or(0.0, |(high, low)| high - low)
}

fn mean(hops: &[Hop], value: impl Fn(&Hop) -> f32) -> f32 {
    hops.iter().map(value).sum::<f32>() / hops.len().max(1) as f32
}

fn silence_s(span: Span, speech: &Speech) -> f32 {
    const MOST_MS: u64 = 500;
    // A held sound is up to two hops shorter than what is heard of it.
    const EDGE_MS: u64 = 60;
    let Some(at) = speech.stretches.iter().position(|one| overlap_ms(*one, span) > 0) else { return 0.0 };
    let stretch = speech.stretches[at];
    let before = at.checked_sub(1).map_or(AudioTime::ZERO, |before| speech.stretches[before].end);
    let after = speech.stretches.get(at + 1).map_or(u64::MAX, |after| after.start.as_ms());
    let first = span.start.as_ms() <= stretch.start.as_ms() + EDGE_MS;
    let last = span.end.as_ms() + EDGE_MS >= stretch.end.as_ms();
    let before = if first { stretch.start.since(before).as_millis() as u64 } else { 0 };
    let after = if last { after.saturating_sub(stretch.end.as_ms()) } else { 0 };
    (before.min(MOST_MS) + after.min(MOST_MS)) as f32 / 1_000.0
}

/// The recogniser gives every moment to some word: one that is followed by a filler seems too long for its letters.
fn unexplained_s(span: Span, words: &[Word]) -> f32 {
    let covering = words.iter().filter(|word| overlap_ms(word.span, span) > 0 && !is_filler(&word.text));
    let extra = covering.map(|word| {
        let letters = word.text.chars().filter(|c| c.is_alphanumeric()).count() as f32;
        ms(word.span) as f32 / 1_000.0 - letters * LETTER_S
    });
    extra.reduce(f32::max).map_or(1.0, |extra| extra.clamp(0.0, 1.0))
}

fn ms(span: Span) -> u64 {
    span.duration().as_millis() as u64
}

/// Returns how long two spans overlap, in milliseconds.
#[must_use]
pub fn overlap_ms(one: Span, other: Span) -> u64 {
    one.end.min(other.end).as_ms().saturating_sub(one.start.max(other.start).as_ms())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Hearings, candidates, fillers};
    use crate::dsp::contour::{Contour, Hop};
    use crate::transcript::Word;
    use crate::transcript::delivery::fit::Fit;
    use crate::transcript::delivery::pauses::Speech;
    use crate::units::{AudioTime, Span};

    fn span(start: u64, end: u64) -> Span {
        Span::new(AudioTime::from_ms(start), AudioTime::from_ms(end))
    }

    fn word(text: &str, start: u64, end: u64) -> Word {
        Word { text: text.into(), span: span(start, end), probability: 0.9 }
    }

    /// Three seconds: words that move from 0.2 s on, a held vowel with its hum from 1.2 to 1.7 s, words again from 2.0 s on.
    fn answer() -> (Contour, Speech) {
        let hop = |n: usize| match n {
            20..100 | 200..280 => {
                let change = if n % 8 < 4 { 0.5 } else { 0.1 };
                let pitch = 110.0 + (n % 30) as f32 * 2.0;
                Hop { level_db: -25.0, pitch_hz: Some(pitch), periodicity: 0.8, centre_hz: 1_200.0, change }
            }
            // The change from vowel to hum.
            140..144 => Hop { level_db: -25.0, pitch_hz: Some(105.0), periodicity: 0.8, centre_hz: 700.0, change: 0.5 },
            120..170 => {
                Hop { level_db: -24.0, pitch_hz: Some(105.0), periodicity: 0.9, centre_hz: 800.0, change: 0.05 }
            }
            _ => Hop { level_db: -70.0, centre_hz: 2_000.0, change: 0.1, ..Hop::default() },
        };
        let stretches = vec![span(200, 1_000), span(1_200, 1_700), span(2_000, 2_800)];
        (Contour { hops: (0..300).map(hop).collect() }, Speech { stretches, threshold_db: -50.0 })
    }

    #[test]
    fn a_held_vowel_and_its_hum_that_a_hearing_takes_for_an_um_is_one_filler_at_its_true_time() {
        let (contour, speech) = answer();
        let first = [word("We", 200, 600), word("asked.", 600, 1_900), word("Then", 1_900, 2_800)];
        // The recogniser's times are off, as they are.
        let again = [vec![word("asked,", 500, 900), word("um,", 950, 1_350), word("then", 1_350, 2_800)]];
        let found = candidates(&contour, &speech, Hearings { first: &first, again: &again });
        let fillers = fillers(&found, &Fit::shipped());
        assert_eq!(fillers.len(), 1, "{found:#?}");
        let at = fillers[0].span;
        assert!(at.start.as_ms().abs_diff(1_200) <= 40 && at.end.as_ms().abs_diff(1_700) <= 40, "{at:?}");
    }

    #[test]
    fn words_that_move_are_no_fillers() {
        let (contour, _) = answer();
        let speech = Speech { stretches: vec![span(200, 1_000), span(2_000, 2_800)], threshold_db: -50.0 };
        let first = [word("We", 200, 500), word("asked", 500, 1_000), word("everybody", 2_000, 2_800)];
        let again = [first.to_vec()];
        let found = candidates(&contour, &speech, Hearings { first: &first, again: &again });
        assert_eq!(fillers(&found, &Fit::shipped()), []);
    }

    #[test]
    fn no_sound_has_no_candidates_but_what_a_hearing_made_up_is_looked_at_and_not_believed_alone() {
        let nothing = Contour { hops: vec![Hop { level_db: -100.0, ..Hop::default() }; 300] };
        let silent = Hearings { first: &[], again: &[] };
        assert_eq!(candidates(&nothing, &Speech::default(), silent), []);
        let again = [vec![Word { probability: 0.3, ..word("um", 900, 960) }]];
        let found = candidates(&nothing, &Speech::default(), Hearings { first: &[], again: &again });
        assert_eq!(found.len(), 1);
        assert!(found[0].features.values().iter().all(|value| value.is_finite()), "{found:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn fillers_come_in_order_and_never_overlap(
            times in prop::collection::vec((0u64..3_500, 0u64..900), 0..12),
            levels in prop::collection::vec(-80f32..0.0, 300),
        ) {
            let hops = levels.iter().map(|level_db| Hop { level_db: *level_db, centre_hz: 900.0, ..Hop::default() });
            let contour = Contour { hops: hops.collect() };
            let speech = Speech { stretches: vec![span(100, 1_400), span(1_700, 2_900)], threshold_db: -60.0 };
            let again = [times.iter().map(|(start, length)| word("uh", *start, start + length)).collect::<Vec<_>>()];
            let found = fillers(&candidates(&contour, &speech, Hearings { first: &[], again: &again }), &Fit::shipped());
            prop_assert!(found.windows(2).all(|two| two[0].span.end <= two[1].span.start));
            prop_assert!(found.iter().all(|one| (0.0..=1.0).contains(&one.probability)));
        }
    }
}
