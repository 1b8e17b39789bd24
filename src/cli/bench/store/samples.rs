//! Folders full of interviews that nobody gave, to measure and to show with: the same each time.

use std::path::Path;

use crate::audio::recorder::Recorder;
use crate::bank::Bank;
use crate::cli::bank::load_bank;
use crate::cli::bench::failed;
use crate::cli::failure::{Failure, Outcome};
use crate::prompt::{self, Persona, Pressure};
use crate::session::Take;
use crate::session::record::Record;
use crate::session::sample::Sample;
use crate::session::store::{Kept, Store};
use crate::units::{FRAME_MS, FRAME_SAMPLES, Frame};

/// The banks that are asked from.
const BANKS: [&str; 6] = [
    "infrastructure-architect",
    "software-engineer",
    "general-behavioural",
    "nurse",
    "project-manager",
    "data-engineer",
];

/// The pressures, in turn: half of the sessions are the candidate's calm ones.
const PRESSURES: [&str; 4] = ["calm", "standard", "calm", "tough"];

/// When the first session began.
const FIRST: &str = "2024-01-08T07:30:00Z";

/// Hours from one session to the next.
const APART_H: i64 = 9;

/// What sessions are made of.
#[derive(Debug)]
pub(crate) struct Samples {
    banks: Vec<Bank>,
    personas: Vec<Persona>,
    pressures: Vec<Pressure>,
    first: jiff::Timestamp,
    /// After so many sessions the candidate is as good as they will be.
    of: usize,
}

impl Samples {
    /// Reads the banks that come with Hotseat. The candidate of the samples learns over `of` sessions.
    ///
    /// # Errors
    /// [`Failure`] when a bank is not there.
    pub(crate) fn new(of: usize) -> Result<Self, Failure> {
        Ok(Self {
            banks: BANKS.iter().map(|name| load_bank(name)).collect::<Result<_, _>>()?,
            personas: prompt::persona_names().iter().filter_map(|name| prompt::persona(name)).collect(),
            pressures: PRESSURES.iter().filter_map(|name| prompt::pressure(name)).collect(),
            first: FIRST.parse().map_err(failed)?,
            of: of.max(1),
        })
    }

    /// Keeps the session of that number, counted from 0, without recordings.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be written.
    pub(crate) fn keep(&self, nth: usize, store: &Store) -> Result<Kept, Failure> {
        let progress = (nth as f32 / self.of as f32).min(1.0);
        let sample = Sample {
            questions: 3 + nth % 4,
            follow_ups: 1 + nth % 2,
            words: 110 + nth * 37 % 90,
            // Somebody's good and bad days.
            skill: 0.35 + 0.4 * progress + 0.1 * ((nth * 29 % 11) as f32 / 10.0 - 0.5),
            ..self.sample(nth)
        };
        kept(&sample, store)
    }

    /// Keeps one session of about forty minutes with recordings, which began after `nth` others.
    ///
    /// # Errors
    /// [`Failure`] when it cannot be written.
    pub(crate) fn keep_long(&self, nth: usize, store: &Store) -> Result<Kept, Failure> {
        // The first bank has questions enough.
        let sample =
            Sample { bank: &self.banks[0], questions: 10, follow_ups: 2, words: 340, skill: 0.8, ..self.sample(nth) };
        let kept = kept(&sample, store)?;
        let takes = kept.session().exchanges.iter().flat_map(|exchange| &exchange.takes);
        takes.into_iter().try_for_each(|take| record(take, kept.folder()))?;
        Ok(kept)
    }

    fn sample(&self, nth: usize) -> Sample<'_> {
        let after = jiff::SignedDuration::from_hours(APART_H * nth as i64);
        Sample {
            bank: &self.banks[nth % self.banks.len()],
            started: self.first.checked_add(after).unwrap_or(self.first),
            persona: self.personas[nth % self.personas.len()].clone(),
            pressure: self.pressures[nth % self.pressures.len()].clone(),
            questions: 3,
            follow_ups: 1,
            words: 120,
            skill: 0.5,
            seed: nth as u64,
        }
    }

    /// Returns a word that stands in the model answer of a single question: what a search finds seldom.
    pub(crate) fn rare_word(&self) -> String {
        let answers = || self.banks.iter().flat_map(|bank| &bank.questions).map(|question| &question.model_answer);
        let letters = |word: &&str| word.len() > 9 && word.chars().all(|c| c.is_ascii_lowercase());
        let words = answers().flat_map(|answer| answer.split_whitespace()).filter(letters);
        let seldom = |word: &&str| answers().filter(|answer| answer.contains(word)).count() == 1;
        words.min_by_key(|word| (!seldom(word), word.len())).unwrap_or("nothing").to_owned()
    }
}

fn kept(sample: &Sample<'_>, store: &Store) -> Result<Kept, Failure> {
    let mut records = sample.records().into_iter();
    let Some(Record::Opened(opened)) = records.next() else {
        return Err(Failure::new("a sample does not begin as a journal does"));
    };
    let mut kept = store.begin(*opened)?;
    for record in records {
        kept.append(&record)?;
    }
    Ok(kept)
}

/// Writes a recording of noise that is loud where words are said.
fn record(take: &Take, folder: &Path) -> Outcome {
    let mut recorder = Recorder::create(&folder.join(&take.recording))?;
    let words = take.transcript.as_ref().map_or(&[][..], |transcript| &transcript.words);
    let mut words = words.iter().peekable();
    let mut noise = 1u32;
    for frame in 0..take.duration_ms.unwrap_or(0) / FRAME_MS {
        let at = frame * FRAME_MS;
        while words.next_if(|word| word.span.end.as_ms() <= at).is_some() {}
        let loud = words.peek().is_some_and(|word| word.span.start.as_ms() <= at);
        let level = if loud { 0.2 } else { 0.002 };
        let mut samples: Frame = [0.0; FRAME_SAMPLES];
        for sample in &mut samples {
            noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample = level * (noise as f32 / u32::MAX as f32 * 2.0 - 1.0);
        }
        recorder.write(&samples)?;
    }
    recorder.finish()?;
    Ok(())
}
