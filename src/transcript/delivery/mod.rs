//! How something was said: pace, pauses, fillers. Measured from word times and from the sound, never guessed from text alone.

pub mod estimate;
pub mod fillers;
pub mod fit;
pub mod melody;
pub mod pauses;
pub mod sound;
pub mod wording;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::transcript::delivery::pauses::LONG_PAUSE_MS;
use crate::transcript::delivery::sound::Sound;
use crate::transcript::delivery::wording::Said;
use crate::transcript::{Transcript, Word};
use crate::units::{AudioTime, Span};

/// How an answer was delivered. Whatever cannot be measured is absent.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Delivery {
    /// Words heard.
    pub words: u32,
    /// From the first to the last word, seconds.
    pub speaking_s: f64,
    /// Words a minute from the first to the last word, pauses of a second and more left out. None below 10 words, and
    /// none where the times of the words cannot be true.
    pub words_per_minute: Option<f64>,
    /// From the start of the turn to the first word, seconds.
    pub response_delay_s: Option<f64>,
    /// Gaps of 1 s and more between words.
    pub long_pauses: Vec<Span>,
    /// Fillers that the recogniser wrote down. It leaves most of them out, so this is a lower bound.
    pub fillers_at_least: u32,
    /// Share of words that the recogniser was unsure of (probability under 0.5), 0 to 1.
    pub unsure_share: f64,
    /// Pace for each half minute. Empty where the answer is shorter than two of them.
    #[serde(default)]
    pub pace_over_time: Vec<Pace>,
    /// Phrases said twice in a row and words broken off, as far as the recogniser wrote them down.
    #[serde(default)]
    pub restarts: Vec<Said>,
    /// Phrases such as "kind of" and "I guess".
    #[serde(default)]
    pub hedges: Vec<Said>,
    /// About how many syllables the words have.
    #[serde(default)]
    pub syllables: u32,
    /// Syllables a second of speech, pauses left out. None without the sound.
    #[serde(default)]
    pub articulation_rate: Option<f64>,
    /// What the sound tells. None where it was not measured.
    #[serde(default)]
    pub sound: Option<Sound>,
}

/// How fast somebody spoke for a while.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Pace {
    /// When that while began.
    #[serde(rename = "start_ms")]
    pub start: AudioTime,
    /// Words a minute, pauses included.
    pub words_per_minute: f64,
}

/// Length of the stretches that a pace over time is told for.
const PACE_EVERY_MS: u64 = 30_000;

/// Fewest words that a pace can be told from.
const WORDS_FOR_A_PACE: u32 = 10;

/// Probability under which the recogniser is unsure of a word.
const UNSURE_BELOW: f32 = 0.5;

/// Fastest pace that is believed, in words a minute: auctioneers reach 250 to 400. Above it the word times are broken.
const FASTEST: f64 = 400.0;

/// Most syllables a second that are believed: fast speech has 8.
const FASTEST_SYLLABLES: f64 = 12.0;

/// Sounds that are fillers wherever they stand, each letter once. "Like" and "you know" need their context and are not
/// counted.
const FILLERS: [&str; 7] = ["um", "uh", "uhm", "er", "erm", "hm", "mhm"];

/// Returns how the words were said.
#[must_use]
pub fn measure(transcript: &Transcript) -> Delivery {
    let words = &transcript.words;
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Delivery::default() };
    // Typed words all stand at time zero: they have no pace.
    let is_timed = last.span.end > AudioTime::ZERO;
    let speaking = last.span.end.since(first.span.start);
    let long_pauses: Vec<Span> = words.windows(2).filter_map(|two| gap(&two[0], &two[1])).collect();
    let paused: f64 = long_pauses.iter().map(|pause| pause.duration().as_secs_f64()).sum();
    let voiced = speaking.as_secs_f64() - paused;
    let count = words.len() as u32;
    let unsure = words.iter().filter(|word| word.probability < UNSURE_BELOW).count();
    Delivery {
        words: count,
        speaking_s: speaking.as_secs_f64(),
        words_per_minute: pace(count, voiced),
        response_delay_s: is_timed.then(|| first.span.start.as_secs_f64()),
        long_pauses,
        fillers_at_least: words.iter().filter(|word| is_filler(&word.text)).count() as u32,
        unsure_share: unsure as f64 / f64::from(count),
        pace_over_time: if is_timed { pace_over_time(words) } else { Vec::new() },
        restarts: wording::restarts(words),
        hedges: wording::hedges(words),
        syllables: wording::syllables(words),
        articulation_rate: None,
        sound: None,
    }
}

impl Delivery {
    /// Returns the delivery with what the sound tells: its pauses and its beginning are truer than those of word times.
    #[must_use]
    pub fn with_sound(self, sound: Sound) -> Self {
        let enough = self.words >= WORDS_FOR_A_PACE && sound.speech_ms > 0;
        let rate = f64::from(self.syllables) / (sound.speech_ms.max(1) as f64 / 1_000.0);
        Self {
            long_pauses: sound.long_pauses().collect(),
            response_delay_s: sound.speech_start_ms.map(AudioTime::as_secs_f64).or(self.response_delay_s),
            articulation_rate: (enough && rate <= FASTEST_SYLLABLES).then_some(rate),
            sound: Some(sound),
            ..self
        }
    }
}

/// Returns the pace of each whole half minute from the first word on. What is left over at the end is left out.
fn pace_over_time(words: &[Word]) -> Vec<Pace> {
    let (Some(first), Some(last)) = (words.first(), words.last()) else { return Vec::new() };
    let stretches = last.span.end.as_ms().saturating_sub(first.span.start.as_ms()) / PACE_EVERY_MS;
    if stretches < 2 {
        return Vec::new();
    }
    let stretch = |n: u64| {
        let (from, to) =
            (first.span.start.as_ms() + n * PACE_EVERY_MS, first.span.start.as_ms() + (n + 1) * PACE_EVERY_MS);
        let count = words.iter().filter(|word| (from..to).contains(&word.span.start.as_ms())).count();
        Pace { start: AudioTime::from_ms(from), words_per_minute: count as f64 * 60_000.0 / PACE_EVERY_MS as f64 }
    };
    (0..stretches).map(stretch).collect()
}

fn pace(words: u32, voiced_s: f64) -> Option<f64> {
    let pace = f64::from(words) / voiced_s * 60.0;
    (words >= WORDS_FOR_A_PACE && voiced_s > 0.0 && pace <= FASTEST).then_some(pace)
}

fn gap(before: &Word, after: &Word) -> Option<Span> {
    let gap = Span::new(before.span.end, after.span.start);
    (gap.duration().as_millis() >= u128::from(LONG_PAUSE_MS)).then_some(gap)
}

/// Returns whether a word is a filler wherever it stands, however long it is drawn out. Capitals are an abbreviation, as in
/// "ER diagram", and "err" is a verb.
#[must_use]
pub fn is_filler(word: &str) -> bool {
    let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
    if bare == "err" || bare.chars().all(char::is_uppercase) {
        return false;
    }
    let mut letters: Vec<char> = bare.chars().flat_map(char::to_lowercase).collect();
    letters.dedup();
    FILLERS.iter().any(|filler| filler.chars().eq(letters.iter().copied()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{is_filler, measure};
    use crate::transcript::{Transcript, Word};
    use crate::units::{AudioTime, Span};

    fn word(text: &str, start: u64, end: u64) -> Word {
        Word {
            text: text.into(),
            span: Span::new(AudioTime::from_ms(start), AudioTime::from_ms(end)),
            probability: 0.9,
        }
    }

    #[test]
    fn pace_leaves_long_pauses_out_and_the_first_word_tells_the_delay() {
        let mut words: Vec<Word> = (0..10).map(|i| word("word", 2_000 + i * 500, 2_400 + i * 500)).collect();
        words.extend((0..10).map(|i| word("word", 10_000 + i * 500, 10_400 + i * 500)));
        let delivery = measure(&Transcript { words });
        assert_eq!(delivery.response_delay_s, Some(2.0));
        assert_eq!(delivery.long_pauses.len(), 1);
        // 20 words in 12.9 s less the pause of 3.1 s.
        let pace = delivery.words_per_minute.expect("twenty words have a pace");
        assert!((pace - 20.0 / 9.8 * 60.0).abs() < 0.1, "{pace}");
    }

    #[test]
    fn few_words_have_no_pace_and_none_have_no_delivery() {
        assert_eq!(measure(&Transcript { words: vec![word("Hi", 0, 300)] }).words_per_minute, None);
        assert_eq!(measure(&Transcript::default()), super::Delivery::default());
    }

    #[test]
    fn fillers_are_sounds_and_not_words_with_a_meaning() {
        for filler in ["um", "Uh,", "Hmm.", "er…", "Ummm", "uhhh", "-um-"] {
            assert!(is_filler(filler), "{filler}");
        }
        for word in ["like", "human", "so", "her", "error", "", "…", "ER", "UM", "err", "Ah", "umbrella"] {
            assert!(!is_filler(word), "{word}");
        }
    }

    #[test]
    fn a_pace_that_nobody_can_speak_is_none() {
        let words = (0..40).map(|i| word("word", 1_000 + i, 1_001 + i)).collect();
        assert_eq!(measure(&Transcript { words }).words_per_minute, None);
    }

    #[test]
    fn a_pace_over_time_shows_where_somebody_hurried() {
        let slow = (0..30).map(|i| word("word", 500 + i * 1_000, 900 + i * 1_000));
        let fast = (0..91).map(|i| word("word", 30_500 + i * 334, 30_700 + i * 334));
        let delivery = measure(&Transcript { words: slow.chain(fast).collect() });
        let paces: Vec<f64> = delivery.pace_over_time.iter().map(|pace| pace.words_per_minute).collect();
        assert_eq!(paces, [60.0, 180.0]);
        let short = (0..60).map(|i| word("word", 500 + i * 500, 900 + i * 500));
        assert!(measure(&Transcript { words: short.collect() }).pace_over_time.is_empty());
    }

    #[test]
    fn the_sound_knows_pauses_and_the_beginning_better_than_word_times_do() {
        let words: Vec<Word> = (0..20).map(|i| word("data", i * 400, i * 400 + 400)).collect();
        let ms = AudioTime::from_ms;
        let sound = super::Sound {
            speech_start_ms: Some(ms(700)),
            speech_end_ms: Some(ms(8_000)),
            speech_ms: 5_000,
            pauses: vec![Span::new(ms(2_000), ms(2_300)), Span::new(ms(3_000), ms(5_000))],
            ..super::Sound::default()
        };
        let delivery = measure(&Transcript { words }).with_sound(sound);
        assert_eq!(delivery.response_delay_s, Some(0.7));
        assert_eq!(delivery.long_pauses, [Span::new(ms(3_000), ms(5_000))]);
        // Forty syllables in five seconds.
        assert_eq!(delivery.articulation_rate, Some(8.0));
    }

    #[test]
    fn typed_words_have_no_times_to_measure() {
        let typed = measure(&Transcript { words: (0..40).map(|_| word("word", 0, 0)).collect() });
        assert_eq!((typed.words, typed.words_per_minute, typed.response_delay_s), (40, None, None));
    }

    proptest! {
        #[test]
        fn no_words_make_a_measure_that_is_no_number(times in prop::collection::vec((0u64..100_000, 0u64..5_000, 0f32..=1.0), 0..60)) {
            let words = times.iter().map(|(start, length, probability)| Word {
                probability: *probability, ..word("word", *start, start + length)
            });
            let delivery = measure(&Transcript { words: words.collect() });
            prop_assert!(delivery.words_per_minute.is_none_or(|pace| pace.is_finite() && pace > 0.0));
            prop_assert!(delivery.speaking_s.is_finite());
            prop_assert!((0.0..=1.0).contains(&delivery.unsure_share));
        }
    }
}
