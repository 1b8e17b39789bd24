//! `hotseat bench stt`: word errors, speed, invented words and terms, beside whisper.cpp's own full pass over the same sound.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use cpu_time::ProcessTime;
use serde::{Deserialize, Serialize};

use crate::bank::Question;
use crate::cli::bank::bank_from;
use crate::cli::bench::clips::{Clip, clips, frames};
use crate::cli::bench::failed;
use crate::cli::bench::machine::{Machine, machine};
use crate::cli::bench::rows::read;
use crate::cli::bench::spoken::spoken;
use crate::cli::bench::word_errors::{plain_words, word_errors};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::clock;
use crate::engine::wiring;
use crate::net::silero::Silero;
use crate::net::smart_turn::SmartTurn;
use crate::stt::Transcriber;
use crate::stt::whisper::{Whisper, default_threads};
use crate::transcript::Word;
use crate::transcript::merge::Merger;
use crate::turn::endpoint::{Patience, TurnEvent, TurnPolicy};
use crate::turn::habit::Habit;
use crate::turn::{EndReason, TurnModel, VoiceDetector};
use crate::units::{SAMPLE_RATE_HZ, Span};

/// Measure the transcription
#[derive(Debug, Args)]
pub(super) struct BenchStt {
    /// Clips with a manifest.jsonl
    #[arg(long, value_name = "DIR")]
    speech: PathBuf,
    /// Minutes of each noise, music and silence to listen to
    #[arg(long, value_name = "N", default_value_t = 10.0)]
    minutes: f32,
    /// Have so many model answers of this bank spoken by our voice, to count its terms
    #[arg(long, value_name = "BANK")]
    terms: Option<String>,
    /// Model answers that are spoken for --terms
    #[arg(long, value_name = "N", default_value_t = 6)]
    answers: usize,
    /// What another recogniser heard in the same clips, as benches/faster-whisper.py writes it
    #[arg(long, value_name = "FILE")]
    beside: Option<PathBuf>,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    models: ModelsFlag,
}

#[derive(Debug, Serialize)]
struct Report {
    machine: Machine,
    /// The ways that the clips were heard, in the order of all figures.
    ways: Vec<&'static str>,
    clips: Vec<ClipRow>,
    /// Over clips whose transcript was published with them.
    published: Errors,
    /// Over clips on whose transcript two models agree, which flatters every model of their kind.
    agreed: Errors,
    invented: Vec<InventedRow>,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<Terms>,
}

#[derive(Debug, Serialize)]
struct ClipRow {
    clip: String,
    words: usize,
    errors: Vec<usize>,
}

#[derive(Debug, Default, Serialize)]
struct Errors {
    words: usize,
    seconds: f64,
    ways: Vec<Way>,
}

/// One way of hearing, over clips.
#[derive(Clone, Debug, Default, Serialize)]
struct Way {
    errors: usize,
    /// Word error rate, 0 to 1.
    rate: f64,
    /// Seconds of the clock for a second of sound.
    real_time_factor: f64,
    /// Seconds of processor for a second of sound.
    processor_factor: f64,
    #[serde(skip)]
    work: Work,
}

/// What hearing took.
#[derive(Clone, Copy, Debug, Default)]
struct Work {
    clock: Duration,
    processor: Duration,
}

/// What another recogniser heard.
#[derive(Clone, Debug, Deserialize)]
struct Other {
    file: String,
    text: String,
    took_s: f64,
    processor_s: f64,
}

#[derive(Debug, Serialize)]
struct InventedRow {
    clip: String,
    minutes: f64,
    words: usize,
    /// Of the full pass over the clip as it is, which no voice detector guards.
    full_pass_words: usize,
    heard: String,
}

#[derive(Debug, Default, Serialize)]
struct Terms {
    answers: usize,
    said: usize,
    heard_with_cues: usize,
    heard_without: usize,
    /// Cues of other questions that were offered and not said.
    offered: usize,
    inserted: usize,
}

struct Listener {
    silero: Silero,
    smart_turn: SmartTurn,
    whisper: Whisper,
}

/// Measures.
///
/// # Errors
/// [`Failure`] names the clip or the weight that cannot be used.
pub(super) fn run(arguments: &BenchStt, ui: &mut Ui) -> Outcome {
    let weights = arguments.models.weights()?;
    let refused = |error: crate::net::NetError| Failure::new(error.to_string());
    let mut listener = Listener {
        silero: Silero::load(&weights.path(wiring::SILERO)?).map_err(refused)?,
        smart_turn: SmartTurn::load(&weights.path(wiring::SMART_TURN)?).map_err(refused)?,
        whisper: Whisper::load(&weights.path(wiring::WHISPER)?, default_threads()).map_err(failed)?,
    };
    let others: Option<Vec<Other>> = arguments.beside.as_deref().map(read).transpose()?;
    let mut ways = vec!["in the chunks of a turn", "whisper.cpp's full pass", "the same, greedy"];
    ways.extend(others.as_ref().map(|_| "the other recogniser"));
    let (clip_rows, invented) = (Vec::new(), Vec::new());
    let (published, agreed) = (Errors::default(), Errors::default());
    let mut report = Report { machine: machine(), ways, clips: clip_rows, published, agreed, invented, terms: None };
    for clip in &clips(&arguments.speech)? {
        if clip.is_speech() {
            speech(clip, others.as_deref(), &mut listener, &mut report)?;
        } else if arguments.minutes > 0.0 {
            report.invented.push(listener.invented(&clip.name, &clip.samples, arguments.minutes)?);
        }
        if ui.is_interactive() {
            ui.status(&format!("{} …", clip.name));
        }
    }
    if arguments.minutes > 0.0 {
        report.invented.push(listener.invented("breath, made", &breath(), arguments.minutes)?);
    }
    report.published.rates();
    report.agreed.rates();
    if let Some(bank) = &arguments.terms {
        let bank = bank_from(std::path::Path::new("."), bank)?;
        let mut voice = wiring::synthesizer(&weights).map_err(failed)?;
        let mut terms = Terms::default();
        let all: Vec<&Question> = bank.questions.iter().collect();
        for (index, question) in all.iter().take(arguments.answers).enumerate() {
            let sound = spoken(&question.model_answer, &mut voice)?;
            let other = all[(index + 1) % all.len()];
            count_terms(question, other, &sound, &mut listener, &mut terms)?;
        }
        report.terms = Some(terms);
    }
    if arguments.json {
        ui.json(&report);
    } else {
        show(&report, ui);
    }
    Ok(())
}

fn speech(clip: &Clip, others: Option<&[Other]>, listener: &mut Listener, report: &mut Report) -> Outcome {
    let Some(reference) = &clip.text else { return Ok(()) };
    let mut heard = vec![listener.as_turn(&clip.samples, &[])?];
    for beams in [5, 1] {
        let (text, work) = worked(|| listener.whisper.full_pass(&clip.samples, beams).map_err(failed))?;
        heard.push((text, work));
    }
    if let Some(others) = others {
        let other = others.iter().find(|other| other.file == clip.name);
        let other = other.ok_or_else(|| Failure::new(format!("the other recogniser did not hear `{}`", clip.name)))?;
        let [clock, processor] = [other.took_s, other.processor_s].map(Duration::try_from_secs_f64);
        let work = Work { clock: clock.map_err(failed)?, processor: processor.map_err(failed)? };
        heard.push((other.text.clone(), work));
    }
    let sum = if clip.reference.starts_with("published") { &mut report.published } else { &mut report.agreed };
    sum.ways.resize(heard.len(), Way::default());
    sum.seconds += clip.samples.len() as f64 / f64::from(SAMPLE_RATE_HZ);
    let mut row = ClipRow { clip: clip.name.clone(), words: 0, errors: Vec::new() };
    for ((text, work), way) in heard.into_iter().zip(&mut sum.ways) {
        let (errors, words) = word_errors(reference, &text, &clip.uncertain);
        row.words = words;
        row.errors.push(errors);
        way.errors += errors;
        way.work.add(work);
    }
    sum.words += row.words;
    report.clips.push(row);
    Ok(())
}

/// Does something and returns also what it took. Nothing else works meanwhile.
fn worked<T>(work: impl FnOnce() -> Result<T, Failure>) -> Result<(T, Work), Failure> {
    let (began, processor) = (clock::now(), ProcessTime::now());
    let done = work()?;
    Ok((done, Work { clock: began.elapsed(), processor: processor.elapsed() }))
}

impl Work {
    fn add(&mut self, other: Self) {
        self.clock += other.clock;
        self.processor += other.processor;
    }
}

impl Errors {
    fn rates(&mut self) {
        let (words, sound) = (self.words.max(1) as f64, self.seconds.max(1e-9));
        for way in &mut self.ways {
            way.rate = way.errors as f64 / words;
            way.real_time_factor = way.work.clock.as_secs_f64() / sound;
            way.processor_factor = way.work.processor.as_secs_f64() / sound;
        }
    }
}

impl Listener {
    /// Transcribes a sound as an answer that nobody ends: in the chunks of a turn, what is done ahead included in the work.
    fn as_turn(&mut self, samples: &[f32], terms: &[String]) -> Result<(String, Work), Failure> {
        let for_ever = Duration::from_secs(1_000_000);
        let patience = Patience { pause_complete: for_ever, silence_before_speech: for_ever, ..Patience::default() };
        let mut policy = TurnPolicy::new(patience, &Habit::default());
        let (mut merger, mut work, mut ahead) = (Merger::default(), Work::default(), None);
        self.silero.reset();
        let all = frames(samples);
        for at in 0..=all.len() {
            let events = match all.get(at) {
                Some(frame) => policy.step(self.silero.probability(frame)),
                None => policy.end(EndReason::SourceEnded),
            };
            let seen = (at + 1) * crate::units::FRAME_SAMPLES;
            for event in events {
                match event {
                    TurnEvent::Ask { since } => {
                        let from = (since.as_samples() as usize).saturating_sub(SAMPLE_RATE_HZ as usize / 2);
                        policy.judged(self.smart_turn.complete(&samples[from..seen.min(samples.len())]));
                    }
                    TurnEvent::Ahead(span) => {
                        let (words, took) = worked(|| self.decode(samples, span, terms))?;
                        work.add(took);
                        ahead = Some((span, words));
                    }
                    TurnEvent::Chunk(span) => match ahead.take() {
                        Some((same, words)) if same == span => {
                            merger.add(span.start, words);
                        }
                        _ => {
                            let (words, took) = worked(|| self.decode(samples, span, terms))?;
                            work.add(took);
                            merger.add(span.start, words);
                        }
                    },
                    _ => {}
                }
            }
        }
        Ok((merger.take().text(), work))
    }

    fn decode(&mut self, samples: &[f32], span: Span, terms: &[String]) -> Result<Vec<Word>, Failure> {
        let range = span.start.as_samples() as usize..(span.end.as_samples() as usize).min(samples.len());
        Ok(self.whisper.transcribe(&samples[range], terms).map_err(failed)?.words)
    }

    /// Listens to minutes of a sound in which nobody speaks.
    fn invented(&mut self, name: &str, samples: &[f32], minutes: f32) -> Result<InventedRow, Failure> {
        let wanted = (minutes * 60.0 * SAMPLE_RATE_HZ as f32) as usize;
        let sound: Vec<f32> = samples.iter().copied().cycle().take(wanted).collect();
        let (heard, _) = self.as_turn(&sound, &[])?;
        let full = self.whisper.full_pass(samples, 5).map_err(failed)?;
        Ok(InventedRow {
            clip: name.into(),
            minutes: f64::from(minutes),
            words: plain_words(&heard).len(),
            full_pass_words: plain_words(&full).len(),
            heard: heard.chars().take(200).collect(),
        })
    }
}

/// Somebody who breathes close to the microphone: a noise that swells for 0.6 s and fades for 0.8 s, every 3.5 s.
fn breath() -> Vec<f32> {
    let (mut state, mut low) = (1u32, 0.0f32);
    let noise = move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let white = (state >> 8) as f32 / 8_388_608.0 - 1.0;
        low += 0.25 * (white - low);
        low
    };
    let level = |n: usize| {
        let at = (n % (SAMPLE_RATE_HZ as usize * 7 / 2)) as f32 / SAMPLE_RATE_HZ as f32;
        match at {
            at if at < 0.6 => at / 0.6,
            at if at < 1.4 => (1.4 - at) / 0.8,
            _ => 0.0,
        }
    };
    std::iter::repeat_with(noise)
        .take(SAMPLE_RATE_HZ as usize * 35)
        .enumerate()
        .map(|(n, x)| x * (0.002 + 0.1 * level(n)))
        .collect()
}

/// Counts the cues that a spoken model answer holds, and those of another question, which it does not.
fn count_terms(
    question: &Question,
    other: &Question,
    sound: &[f32],
    listener: &mut Listener,
    terms: &mut Terms,
) -> Outcome {
    let cues = |question: &Question| -> Vec<String> {
        question.points.iter().flat_map(|point| point.cues.iter().cloned()).collect()
    };
    let text = &question.model_answer;
    let said: Vec<String> = cues(question).into_iter().filter(|cue| holds(text, cue)).collect();
    let unsaid: Vec<String> = cues(other).into_iter().filter(|cue| !holds(text, cue)).collect();
    let (with, _) = listener.as_turn(sound, &cues(question))?;
    let (without, _) = listener.as_turn(sound, &[])?;
    let (misled, _) = listener.as_turn(sound, &unsaid)?;
    let count = |heard: &str, cues: &[String]| cues.iter().filter(|cue| holds(heard, cue)).count();
    terms.answers += 1;
    terms.said += said.len();
    terms.heard_with_cues += count(&with, &said);
    terms.heard_without += count(&without, &said);
    terms.offered += unsaid.len();
    terms.inserted += count(&misled, &unsaid);
    Ok(())
}

/// Returns whether a text holds a term, however its parts are written together.
fn holds(text: &str, term: &str) -> bool {
    let joined = |text: &str| plain_words(text).concat();
    let words = plain_words(text);
    let term = joined(term);
    (0..words.len()).any(|start| {
        let mut run = String::new();
        words[start..].iter().take(6).any(|word| {
            run.push_str(word);
            run == term || run.strip_suffix('s') == Some(&term)
        })
    })
}

fn show(report: &Report, ui: &mut Ui) {
    ui.data(&report.machine.to_string());
    for (number, way) in report.ways.iter().enumerate() {
        ui.data(&format!("({}) {way}", number + 1));
    }
    let numbers: Vec<String> = (1..=report.ways.len()).map(|number| format!("{:>8}", format!("({number})"))).collect();
    ui.data(&format!("{:<28} {:>7} {}", "clip", "words", numbers.concat()));
    for row in &report.clips {
        let errors: Vec<String> = row.errors.iter().map(|errors| format!("{errors:>8}")).collect();
        ui.data(&format!("{:<28} {:>7} {}", row.clip, row.words, errors.concat()));
    }
    for (name, errors) in
        [("published transcripts", &report.published), ("transcripts two models agree on", &report.agreed)]
    {
        ui.data(&format!("{name}: {} words in {:.0} s", errors.words, errors.seconds));
        ui.data(&format!("{:<28} {:>16} {:>14} {:>14}", "", "word error rate", "clock / sound", "work / sound"));
        for (way, name) in errors.ways.iter().zip(&report.ways) {
            let (rate, clock, work) = (way.rate * 100.0, way.real_time_factor, way.processor_factor);
            ui.data(&format!("{name:<28} {rate:>14.2} % {clock:>14.3} {work:>14.3}"));
        }
    }
    for row in &report.invented {
        let (clip, minutes, words, full) = (&row.clip, row.minutes, row.words, row.full_pass_words);
        ui.data(&format!("{clip:<22} {minutes:.0} minutes: {words} invented words (full pass over the clip: {full})"));
        if words > 0 {
            ui.data(&format!("    {}", row.heard));
        }
    }
    if let Some(terms) = &report.terms {
        ui.data(&format!(
            "terms in {} spoken model answers: {} of {} heard with cues, {} without; of {} cues that were not said, {} were inserted",
            terms.answers, terms.heard_with_cues, terms.said, terms.heard_without, terms.offered, terms.inserted
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::holds;

    #[test]
    fn a_term_is_found_however_its_parts_are_written() {
        assert!(holds("we use active active across zones", "active-active"));
        assert!(holds("Our SLAs say so", "SLA"));
        assert!(holds("The failover works.", "fail over"));
        assert!(!holds("we slack off", "SLA"));
    }
}
