//! How many terms of the trade are heard again when the voice says them. Each is said in a sentence, since that is how an
//! interviewer says it, and a recogniser that hears a lone word guesses.

use serde::Serialize;

use crate::cli::bench::failed;
use crate::cli::failure::Failure;
use crate::dsp::resample::resampled;
use crate::engine::wiring;
use crate::models::Weights;
use crate::stt::Transcriber;
use crate::stt::whisper::{Whisper, default_threads};
use crate::tts::alike::{ALIKE, difference};
use crate::tts::g2p::Pronouncer;
use crate::tts::lexicon::Lexicon;
use crate::tts::phonemes::Accent;
use crate::tts::spoken::spoken;
use crate::tts::{Synthesizer, Voice};
use crate::units::{SAMPLE_RATE_HZ, Speech};

/// The terms, by area.
static TERMS: &str = include_str!("../../../tests/data/terms.txt");

/// The area of everyday words, which tell what the recogniser itself gets wrong.
const CONTROLS: &str = "everyday";

/// What is said around a term.
const BEFORE: [&str; 3] = ["we", "talked", "about"];
const BEHIND: &str = "today";

/// Silence before and behind a sentence, samples: the recogniser drops words at a bare edge.
const EDGE: usize = SAMPLE_RATE_HZ as usize / 2;

/// What became of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Fate {
    Recognised,
    Alike,
    Different,
    Silent,
}

/// A term that was said.
#[expect(clippy::struct_field_names, reason = "the name that a reader of the figures looks for")]
#[derive(Clone, Debug, Serialize)]
pub(super) struct Term {
    term: String,
    area: String,
    heard: String,
    difference: f64,
    fate: Fate,
}

/// Terms recognised, with those that were not.
#[expect(clippy::struct_field_names, reason = "the name that a reader of the figures looks for")]
#[derive(Clone, Debug, Serialize)]
pub(super) struct Terms {
    terms: usize,
    recognised: usize,
    alike: usize,
    silent: usize,
    /// Share of terms that were recognised or heard as something that sounds alike.
    share: f64,
    /// The same of everyday words.
    share_of_controls: f64,
    bound: f64,
    missed: Vec<Term>,
}

/// Returns the terms with their areas.
fn listed() -> Vec<(&'static str, &'static str)> {
    let (mut area, mut found) = ("", Vec::new());
    for line in TERMS.lines() {
        match line.strip_prefix("## ") {
            Some(named) => area = named,
            None if line.starts_with('#') => {}
            None => found.extend(line.split(';').map(|term| (area, term.trim())).filter(|(_, term)| !term.is_empty())),
        }
    }
    found
}

/// Says `count` terms, spread over the list, or all of them, and has them recognised.
pub(super) fn measure(weights: &Weights, voice: &Voice, count: Option<usize>) -> Result<Terms, Failure> {
    let all = listed();
    let count = count.map_or(all.len(), |count| count.min(all.len()));
    let mut kokoro = wiring::synthesizer(weights)?;
    let path = weights.path(wiring::WHISPER)?;
    let mut hearer = Hearer {
        whisper: Whisper::load(&path, default_threads()).map_err(failed)?,
        pronouncer: Pronouncer::default(),
        accent: Accent::of_style(&voice.style),
    };
    let mut said = Vec::new();
    for (area, term) in (0..count).map(|nth| all[nth * all.len() / count]) {
        let sentence = format!("We talked about {term} {BEHIND}.");
        let speech = kokoro.synthesize(&sentence, voice)?;
        said.push(hearer.hear(area, term, &speech)?);
    }
    Ok(counted(said))
}

struct Hearer {
    whisper: Whisper,
    pronouncer: Pronouncer,
    accent: Accent,
}

impl Hearer {
    fn hear(&mut self, area: &str, term: &str, speech: &Speech) -> Result<Term, Failure> {
        let mut samples = vec![0.0; EDGE];
        samples.extend(resampled(&speech.samples, speech.rate_hz, SAMPLE_RATE_HZ).map_err(failed)?);
        samples.resize(samples.len() + EDGE, 0.0);
        let heard = self.whisper.transcribe(&samples, &[]).map_err(failed)?;
        let words: Vec<&str> = heard.words.iter().map(|word| word.text.trim()).collect();
        let heard = within(&words);
        let (wanted, got) =
            (self.pronouncer.phonemes(term, self.accent), self.pronouncer.phonemes(&heard, self.accent));
        let difference = difference(&wanted, &got);
        let fate = if wanted.is_empty() || heard.is_empty() {
            Fate::Silent
        } else if letters(term) == letters(&heard) {
            Fate::Recognised
        } else if difference <= ALIKE {
            Fate::Alike
        } else {
            Fate::Different
        };
        Ok(Term { term: term.into(), area: area.into(), heard, difference, fate })
    }
}

/// Returns what was heard between the words around a term.
fn within(words: &[&str]) -> String {
    let plain = |word: &str| word.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "");
    let before = words.iter().zip(BEFORE).take_while(|(word, said)| plain(word) == *said).count();
    let rest = &words[before..];
    let behind = rest.last().is_some_and(|word| plain(word) == BEHIND);
    let term = rest[..rest.len() - usize::from(behind)].join(" ");
    term.trim_matches(|c: char| c.is_whitespace() || ",;:".contains(c)).trim_end_matches('.').to_owned()
}

/// Returns the letters and digits of how a text is read.
fn letters(text: &str) -> String {
    spoken(text, &Lexicon::default()).to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

fn counted(said: Vec<Term>) -> Terms {
    let (controls, terms): (Vec<Term>, Vec<Term>) = said.into_iter().partition(|term| term.area == CONTROLS);
    let count = |terms: &[Term], fates: &[Fate]| terms.iter().filter(|term| fates.contains(&term.fate)).count();
    let share = |terms: &[Term]| count(terms, &[Fate::Recognised, Fate::Alike]) as f64 / terms.len().max(1) as f64;
    Terms {
        terms: terms.len(),
        recognised: count(&terms, &[Fate::Recognised]),
        alike: count(&terms, &[Fate::Alike]),
        silent: count(&terms, &[Fate::Silent]),
        share: share(&terms),
        share_of_controls: share(&controls),
        bound: ALIKE,
        missed: terms.into_iter().filter(|term| matches!(term.fate, Fate::Different | Fate::Silent)).collect(),
    }
}

impl Terms {
    /// Returns what a table shows.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            format!(
                "terms: {} of {} recognised, {} more heard as what sounds alike (at most {:.0} % of sounds differ), {} silent",
                self.recognised,
                self.terms,
                self.alike,
                self.bound * 100.0,
                self.silent
            ),
            format!(
                "       {:.1} % together; everyday words {:.1} %",
                self.share * 100.0,
                self.share_of_controls * 100.0
            ),
        ];
        lines.extend(self.missed.iter().map(|term| {
            format!("       missed: {} ({}) heard as “{}”, {:.2}", term.term, term.area, term.heard, term.difference)
        }));
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::{ALIKE, Accent, CONTROLS, Pronouncer, difference, letters, listed, within};

    #[test]
    fn the_list_has_three_hundred_terms_each_once_and_controls_beside_them() {
        let all = listed();
        let controls = all.iter().filter(|(area, _)| *area == CONTROLS).count();
        assert_eq!((all.len() - controls, controls), (300, 15));
        let mut names: Vec<&str> = all.iter().map(|(_, term)| *term).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), 315);
    }

    #[test]
    fn every_term_has_sounds_in_both_accents() {
        let mut pronouncer = Pronouncer::default();
        for (_, term) in listed() {
            for accent in [Accent::American, Accent::British] {
                assert!(pronouncer.phonemes(term, accent).chars().count() >= 2, "{term}");
            }
        }
    }

    #[test]
    fn different_terms_do_not_pass_for_one_another() {
        let mut pronouncer = Pronouncer::default();
        let sounds: Vec<String> =
            listed().iter().map(|(_, term)| pronouncer.phonemes(term, Accent::American)).collect();
        let (mut pairs, mut alike) = (0, 0);
        for (nth, one) in sounds.iter().enumerate() {
            for other in &sounds[nth + 1..] {
                pairs += 1;
                alike += usize::from(difference(one, other) <= ALIKE);
            }
        }
        assert!(alike * 100 <= pairs, "{alike} of {pairs} pairs would count as alike");
    }

    #[test]
    fn what_is_said_around_a_term_is_left_out() {
        for (words, term) in [
            (&["We", "talked", "about", "CIDR", "today."][..], "CIDR"),
            (&["We", "talked", "about", "load", "balancer,", "today."], "load balancer"),
            (&["We", "talked", "about", "today."], ""),
            (&["We", "talk", "about", "S3"], "talk about S3"),
            (&[], ""),
        ] {
            assert_eq!(within(words), term);
        }
        assert_eq!(letters("C++"), letters("C plus plus"));
    }
}
