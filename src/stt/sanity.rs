//! Tells what a recogniser heard from what it made up. Looks at words, probabilities and loudness, never at meaning.

use crate::dsp::level::Level;
use crate::transcript::Word;
use crate::units::SAMPLE_RATE_HZ;

/// Nobody says more words a second over a whole chunk; auctioneers reach 5.
const MOST_WORDS_A_SECOND: f64 = 7.0;

/// From 4 s on, fewer words a second than this in sound that holds voice means that something was left out.
const FEWEST_WORDS_A_SECOND: f64 = 0.35;

/// Seconds from which [`FEWEST_WORDS_A_SECOND`] says anything.
const FEWEST_FROM_S: f64 = 4.0;

/// Whisper's own threshold: above it, it believes that nobody speaks.
const NO_SPEECH: f32 = 0.6;

/// Whisper's own threshold for the mean logarithm of the tokens' probabilities: below it, it guesses.
const UNLIKELY: f32 = -1.0;

/// Times that a phrase stands in a row before it counts as a loop. People do say "very, very, very".
const LOOP: usize = 4;

/// Words of the longest phrase that is looked for in loops.
const LONGEST_PHRASE: usize = 12;

/// -60 dBFS: below it a microphone's own noise is all there is.
const SILENT_RMS: f32 = 0.001;

/// A word is doubted when the sound around it is this much fainter than the chunk: -20 dB.
const FAINT: f32 = 0.1;

/// Only words less probable than this are dropped for being where nobody speaks: times are not exact.
const DOUBTED: f32 = 0.5;

/// What whisper writes, unsure, when somebody breathes, since its training films ended so.
const PHANTOMS: [&str; 6] = ["thank you", "thanks for watching", "thank you for watching", "you", "bye", "bye bye"];

/// A chunk that consists of a phantom is believed from this mean probability on.
const PHANTOM_SURE: f32 = 0.65;

/// One segment of the recogniser's output.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Segment {
    /// Its words.
    pub words: Vec<Word>,
    /// How sure the recogniser is that nobody speaks, 0 to 1.
    pub no_speech: f32,
    /// Mean logarithm of the tokens' probabilities.
    pub mean_log_probability: f32,
}

/// Returns whether a decoding looks wrong enough to be done again: too many or too few words for its length, loops, or
/// nothing but guesses.
pub fn is_suspicious(segments: &[Segment], seconds: f64) -> bool {
    let words: Vec<&Word> = segments.iter().flat_map(|segment| &segment.words).collect();
    let rate = words.len() as f64 / seconds.max(0.1);
    let guessed = segments.iter().any(|segment| segment.mean_log_probability < UNLIKELY);
    rate > MOST_WORDS_A_SECOND
        || (seconds >= FEWEST_FROM_S && rate < FEWEST_WORDS_A_SECOND)
        || find_loop(&words).is_some()
        || guessed
}

/// Returns the words that were heard, without what the recogniser made up. `samples` is the chunk at 16 kHz, `prompt` what
/// the recogniser was primed with.
pub fn sound_words(segments: Vec<Segment>, samples: &[f32], prompt: &str) -> Vec<Word> {
    let seconds = samples.len() as f64 / f64::from(SAMPLE_RATE_HZ);
    let spoken = segments.into_iter().filter(|segment| !is_unheard(segment, seconds));
    let mut words: Vec<Word> = without_tags(spoken.flat_map(|segment| segment.words).collect());
    collapse_loops(&mut words);
    drop_where_faint(&mut words, samples);
    if is_made_up(&words, prompt) { Vec::new() } else { words }
}

/// Returns whether there is nothing to transcribe at all.
pub fn is_silent(samples: &[f32]) -> bool {
    Level::of(samples).rms < SILENT_RMS
}

fn is_unheard(segment: &Segment, seconds: f64) -> bool {
    (segment.no_speech > NO_SPEECH && segment.mean_log_probability < UNLIKELY)
        || segment.words.len() as f64 > (MOST_WORDS_A_SECOND * seconds).max(3.0)
}

/// Removes `[BLANK_AUDIO]`, `(upbeat music)`, `*sighs*` and notes: descriptions, not words.
fn without_tags(words: Vec<Word>) -> Vec<Word> {
    const LONGEST_TAG: usize = 6;
    let closes = |word: &Word, close: char| word.text.trim_end_matches(['.', ',', '!', '?']).ends_with(close);
    let mut kept: Vec<Word> = Vec::new();
    let mut rest = words.as_slice();
    while let Some(word) = rest.first() {
        let close = match word.text.chars().next() {
            Some('[') => Some(']'),
            Some('(') => Some(')'),
            Some('*') => Some('*'),
            _ => None,
        };
        let length = close.and_then(|close| {
            let opened_only = word.text.chars().count() == 1;
            rest.iter().take(LONGEST_TAG).position(|word| closes(word, close) && !opened_only).map(|last| last + 1)
        });
        if let Some(length) = length {
            rest = &rest[length..];
            continue;
        }
        if word.text.chars().any(char::is_alphanumeric) {
            kept.push(word.clone());
        }
        rest = &rest[1..];
    }
    kept
}

/// Returns where a phrase is repeated [`LOOP`] times or more: its start, its length in words, how often it stands there.
fn find_loop<W: std::borrow::Borrow<Word>>(words: &[W]) -> Option<(usize, usize, usize)> {
    let plain: Vec<String> = words.iter().map(|word| plain(&word.borrow().text)).collect();
    for start in 0..plain.len() {
        for length in 1..=LONGEST_PHRASE.min((plain.len() - start) / LOOP) {
            let phrase = &plain[start..start + length];
            let times = plain[start..].chunks_exact(length).take_while(|chunk| *chunk == phrase).count();
            if times >= LOOP {
                return Some((start, length, times));
            }
        }
    }
    None
}

/// Leaves one of every phrase that is repeated [`LOOP`] times or more.
fn collapse_loops(words: &mut Vec<Word>) {
    while let Some((start, length, times)) = find_loop(words) {
        words.drain(start + length..start + length * times);
    }
}

/// Drops doubted words where the chunk is all but silent.
fn drop_where_faint(words: &mut Vec<Word>, samples: &[f32]) {
    const AROUND_MS: u64 = 200;
    let chunk = Level::of(samples).rms;
    words.retain(|word| {
        let index = |ms: u64| ((ms * u64::from(SAMPLE_RATE_HZ) / 1_000) as usize).min(samples.len());
        let from = index(word.span.start.as_ms().saturating_sub(AROUND_MS));
        let around = &samples[from..index(word.span.end.as_ms() + AROUND_MS)];
        word.probability >= DOUBTED || around.is_empty() || Level::of(around).rms >= FAINT * chunk
    });
}

/// Returns whether all there is are a phantom or the prompt's own words, and doubtful.
fn is_made_up(words: &[Word], prompt: &str) -> bool {
    let mean = words.iter().map(|word| word.probability).sum::<f32>() / words.len().max(1) as f32;
    if words.is_empty() || mean >= PHANTOM_SURE {
        return false;
    }
    let said: Vec<String> = words.iter().map(|word| plain(&word.text)).collect();
    let primed: Vec<String> = prompt.split_whitespace().map(plain).collect();
    PHANTOMS.contains(&said.join(" ").as_str()) || primed.windows(said.len()).any(|window| window == said)
}

fn plain(word: &str) -> String {
    word.chars().filter(|c| c.is_alphanumeric() || *c == '\'').flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::{Segment, is_silent, is_suspicious, sound_words};
    use crate::transcript::Word;
    use crate::units::{AudioTime, Span};

    fn segment(text: &str, probability: f32) -> Segment {
        let words = text
            .split_whitespace()
            .zip(0u64..)
            .map(|(text, n)| {
                let span = Span::new(AudioTime::from_ms(n * 300), AudioTime::from_ms(n * 300 + 300));
                Word { text: text.into(), span, probability }
            })
            .collect();
        Segment { words, no_speech: 0.1, mean_log_probability: probability.ln() }
    }

    fn heard(segment: Segment) -> String {
        let words = sound_words(vec![segment], &vec![0.1; 10 * 16_000], "SLA, RTO, RPO.");
        words.iter().map(|word| word.text.clone()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn descriptions_of_sounds_are_no_words() {
        for (text, expected) in [
            ("[BLANK_AUDIO]", ""),
            ("(upbeat music) Hello there.", "Hello there."),
            ("Well *sighs* no. ♪", "Well no."),
            ("we (the team) did", "we did"),
            ("an open ( bracket stays away", "an open bracket stays away"),
            ("- Yes. - No.", "Yes. No."),
        ] {
            assert_eq!(heard(segment(text, 0.9)), expected);
        }
    }

    #[test]
    fn a_loop_is_suspicious_and_shrinks_to_one_phrase() {
        let looped = segment(&"and then we go ".repeat(6), 0.9);
        assert!(is_suspicious(std::slice::from_ref(&looped), 10.0));
        assert_eq!(heard(looped), "and then we go");
    }

    #[test]
    fn three_in_a_row_are_emphasis() {
        let emphasis = segment("that is very, very, very good", 0.9);
        assert!(!is_suspicious(std::slice::from_ref(&emphasis), 3.0));
        assert_eq!(heard(emphasis), "that is very, very, very good");
    }

    #[test]
    fn too_many_or_too_few_words_are_suspicious() {
        let text = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen";
        assert!(is_suspicious(&[segment(text, 0.9)], 2.0));
        assert!(!is_suspicious(&[segment(text, 0.9)], 5.0));
        assert!(is_suspicious(&[segment("one", 0.9)], 10.0));
        assert!(is_suspicious(&[], 10.0));
        assert!(!is_suspicious(&[segment("one", 0.9)], 1.0));
    }

    #[test]
    fn a_segment_without_speech_that_was_guessed_is_dropped() {
        let guessed = Segment { no_speech: 0.8, mean_log_probability: -1.5, ..segment("I am here", 0.9) };
        assert_eq!(heard(guessed), "");
        let sure = Segment { no_speech: 0.8, mean_log_probability: -0.2, ..segment("I am here", 0.9) };
        assert_eq!(heard(sure), "I am here");
    }

    #[test]
    fn a_doubtful_thank_you_is_a_phantom_and_a_sure_one_was_said() {
        assert_eq!(heard(segment("Thank you.", 0.4)), "");
        assert_eq!(heard(segment("Thank you.", 0.9)), "Thank you.");
    }

    #[test]
    fn a_doubtful_echo_of_the_prompt_was_not_said() {
        assert_eq!(heard(segment("SLA, RTO", 0.4)), "");
        assert_eq!(heard(segment("SLA, RTO", 0.9)), "SLA, RTO");
    }

    #[test]
    fn a_doubted_word_where_nobody_speaks_is_dropped() {
        let mut samples = vec![0.1; 16_000];
        samples.extend(vec![0.0001; 3 * 16_000]);
        let mut said = segment("yes indeed", 0.3);
        said.words[1].span = Span::new(AudioTime::from_ms(2_000), AudioTime::from_ms(2_500));
        let words = sound_words(vec![said], &samples, "");
        assert_eq!(words.len(), 1);
        assert_eq!(words[0].text, "yes");
    }

    #[test]
    fn silence_is_told_from_soft_speech() {
        assert!(is_silent(&[]));
        assert!(is_silent(&[0.0005; 1_600]));
        assert!(!is_silent(&[0.005; 1_600]));
    }
}
