//! `hotseat bench tts`: how soon the voice is heard, whether it keeps up, what it costs the recogniser, and whether it is
//! understood.

use clap::Args;
use serde::Serialize;

use crate::cli::bank::load_bank;
use crate::cli::bench::failed;
use crate::cli::bench::machine::{Machine, machine};
use crate::cli::bench::spread::Spread;
use crate::cli::bench::terms::{self, Terms};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::clock;
use crate::dsp::resample::resampled;
use crate::engine::wiring;
use crate::models::Weights;
use crate::stt::Transcriber;
use crate::stt::whisper::{Whisper, default_threads};
use crate::tts::Voice;
use crate::tts::worker::VoiceWorker;
use crate::units::{SAMPLE_RATE_HZ, Speech};

/// Seconds of speech that the recogniser works on, alone and beside the voice: as long as a chunk of an answer.
const CHUNK_S: usize = 8;

/// How often it does.
const ROUNDS: usize = 5;

/// Measure the voice
#[derive(Debug, Args)]
pub(super) struct BenchTts {
    /// The voice
    #[arg(long, value_name = "STYLE", default_value = "af_heart")]
    voice: String,
    /// The bank whose follow-ups are said
    #[arg(long, value_name = "BANK", default_value = "infrastructure-architect")]
    bank: String,
    /// Also have terms of the trade recognised: all, or so many of them; takes minutes
    #[arg(long, value_name = "COUNT", num_args = 0..=1)]
    terms: Option<Option<usize>>,
    /// Measure no times
    #[arg(long, requires = "terms")]
    untimed: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    models: ModelsFlag,
}

/// All that takes time.
#[derive(Clone, Debug, Serialize)]
struct Times {
    lines: usize,
    seconds_of_speech: f64,
    /// From the wish to say a line that nobody prepared until its first sound can be played, milliseconds.
    first_sound_ms: Spread,
    /// The same of lines that were rendered before.
    first_sound_prepared_ms: Spread,
    /// Until such a line is rendered to its end: how long one would wait without streaming.
    whole_line_ms: Spread,
    real_time_factor: Spread,
    gaps: Gaps,
    recogniser: Beside,
}

/// Silences inside sentences that should not be there: a part that came after the one before was over.
#[derive(Clone, Copy, Debug, Default, Serialize)]
struct Gaps {
    count: usize,
    worst_ms: f64,
}

/// How long the recogniser takes for the same sound, milliseconds.
#[expect(clippy::struct_field_names, reason = "units stand in the names of figures")]
#[derive(Clone, Copy, Debug, Serialize)]
struct Beside {
    alone_ms: Spread,
    while_lines_are_prepared_ms: Spread,
    /// As if preparations were as urgent as lines that are wanted.
    while_lines_are_rendered_ms: Spread,
}

#[derive(Clone, Debug, Serialize)]
struct Report {
    machine: Machine,
    voice: String,
    times: Option<Times>,
    terms: Option<Terms>,
}

/// Measures.
///
/// # Errors
/// [`Failure`] names the file that is missing.
pub(super) fn run(arguments: &BenchTts, ui: &mut Ui) -> Outcome {
    let weights = arguments.models.weights()?;
    let voice = Voice { style: arguments.voice.clone(), speed: 1.0 };
    let times = if arguments.untimed { None } else { Some(times(arguments, &weights, &voice)?) };
    let terms = arguments.terms.map(|count| terms::measure(&weights, &voice, count)).transpose()?;
    let report = Report { machine: machine(), voice: voice.style, times, terms };
    if arguments.json {
        ui.json(&report);
    } else {
        show(&report, ui);
    }
    Ok(())
}

fn times(arguments: &BenchTts, weights: &Weights, voice: &Voice) -> Result<Times, Failure> {
    let bank = load_bank(&arguments.bank)?;
    let lines: Vec<&str> = bank
        .questions
        .iter()
        .flat_map(|question| question.follow_ups.iter().map(|follow_up| follow_up.prompt.as_str()))
        .collect();
    let answers: Vec<&str> = bank.questions.iter().map(|question| question.model_answer.as_str()).collect();
    if lines.is_empty() {
        return Err(Failure::new(format!("the bank `{}` has no follow-ups to say", arguments.bank)));
    }
    let folder = tempfile::tempdir().map_err(failed)?;
    let worker = wiring::voice_worker(weights, folder.path());
    // In an interview the model is loaded and the voice ready before the first follow-up.
    line(&worker, "Thank you, that is clear. Let us go on with something else.", voice)?;
    worker.finish();
    let fresh = lines.iter().map(|text| line(&worker, text, voice)).collect::<Result<Vec<_>, _>>()?;
    let again = lines.iter().map(|text| line(&worker, text, voice)).collect::<Result<Vec<_>, _>>()?;
    let gaps = fresh.iter().flat_map(|line| &line.gaps_ms);
    let spread = |of: fn(&Line) -> f64| Spread::of(&fresh.iter().map(of).collect::<Vec<_>>());
    Ok(Times {
        lines: fresh.len(),
        seconds_of_speech: fresh.iter().map(Line::seconds).sum(),
        first_sound_ms: spread(|line| line.first_ms),
        first_sound_prepared_ms: Spread::of(&again.iter().map(|line| line.first_ms).collect::<Vec<_>>()),
        whole_line_ms: spread(|line| line.whole_ms),
        real_time_factor: spread(|line| line.whole_ms / 1_000.0 / line.seconds()),
        gaps: Gaps { count: gaps.clone().count(), worst_ms: gaps.fold(0.0, |worst, gap| worst.max(*gap)) },
        recogniser: beside(&worker, &fresh, &answers, weights, voice)?,
    })
}

/// A line that was said to nobody.
struct Line {
    first_ms: f64,
    whole_ms: f64,
    gaps_ms: Vec<f64>,
    speech: Speech,
}

impl Line {
    fn seconds(&self) -> f64 {
        self.speech.duration().as_secs_f64().max(0.01)
    }
}

/// Renders a line as if it were played as soon as it can be.
fn line(worker: &VoiceWorker, text: &str, voice: &Voice) -> Result<Line, Failure> {
    let began = clock::now();
    let now_ms = || began.elapsed().as_secs_f64() * 1_000.0;
    let mut line = Line { first_ms: 0.0, whole_ms: 0.0, gaps_ms: Vec::new(), speech: Speech::default() };
    // When the sound that came so far is over.
    let mut over_ms: Option<f64> = None;
    let mut in_sentence = false;
    for part in worker.speak(text, voice) {
        let (part, at) = (part?, now_ms());
        let start = match over_ms {
            None => {
                line.first_ms = at;
                at
            }
            Some(over) => {
                if in_sentence && at > over && !part.speech.samples.is_empty() {
                    line.gaps_ms.push(at - over);
                }
                over.max(at)
            }
        };
        over_ms = Some(start + part.speech.duration().as_secs_f64() * 1_000.0);
        in_sentence = !part.ends_sentence;
        line.speech.rate_hz = part.speech.rate_hz;
        line.speech.samples.extend(part.speech.samples);
    }
    line.whole_ms = now_ms();
    Ok(line)
}

/// Has the recogniser hear the same sound alone, while lines are prepared, and while lines are rendered in haste.
fn beside(
    worker: &VoiceWorker,
    said: &[Line],
    answers: &[&str],
    weights: &Weights,
    voice: &Voice,
) -> Result<Beside, Failure> {
    let mut whisper = Whisper::load(&weights.path(wiring::WHISPER)?, default_threads()).map_err(failed)?;
    let mut samples = Vec::new();
    for line in said {
        samples.extend(resampled(&line.speech.samples, line.speech.rate_hz, SAMPLE_RATE_HZ).map_err(failed)?);
    }
    samples.truncate(CHUNK_S * SAMPLE_RATE_HZ as usize);
    let mut rounds = || -> Result<Spread, Failure> {
        let mut took = Vec::new();
        for _ in 0..ROUNDS {
            took.push(whisper.transcribe(&samples, &[]).map_err(failed)?.took.as_secs_f64() * 1_000.0);
        }
        Ok(Spread::of(&took))
    };
    let _warm = rounds()?;
    let alone_ms = rounds()?;
    // Long texts that were not said yet, so that there is work to the end.
    for answer in answers {
        worker.prepare(answer, voice);
    }
    let while_lines_are_prepared_ms = rounds()?;
    worker.clear_preparations();
    let urgent: Vec<_> = answers.iter().rev().map(|answer| worker.speak(answer, voice)).collect();
    let while_lines_are_rendered_ms = rounds()?;
    drop(urgent);
    Ok(Beside { alone_ms, while_lines_are_prepared_ms, while_lines_are_rendered_ms })
}

fn show(report: &Report, ui: &mut Ui) {
    ui.data(&format!("{}; voice {}", report.machine, report.voice));
    if let Some(times) = &report.times {
        ui.data(&format!("{} lines, {:.0} s of speech", times.lines, times.seconds_of_speech));
        ui.data(&format!("{:<54} {:>9} {:>9}", "", "p50", "p95"));
        for (name, spread) in [
            ("first sound of a line that nobody prepared, ms", times.first_sound_ms),
            ("… if it were rendered whole before, ms", times.whole_line_ms),
            ("first sound of a prepared line, ms", times.first_sound_prepared_ms),
            ("real-time factor", times.real_time_factor),
            ("recogniser, 8 s of speech, alone, ms", times.recogniser.alone_ms),
            ("… while lines are prepared, ms", times.recogniser.while_lines_are_prepared_ms),
            ("… while lines are rendered in haste, ms", times.recogniser.while_lines_are_rendered_ms),
        ] {
            ui.data(&format!("{name:<54} {:>9.3} {:>9.3}", spread.p50, spread.p95));
        }
        ui.data(&format!("gaps inside sentences: {}, the longest {:.0} ms", times.gaps.count, times.gaps.worst_ms));
    }
    for line in report.terms.iter().flat_map(Terms::lines) {
        ui.data(&line);
    }
}
