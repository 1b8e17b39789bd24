//! `hotseat bench delivery`: fillers against labelled recordings, false alarms where there are none, borders of pauses
//! against sound that was put together with exact gaps, and what all this costs.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::cli::bench::failed;
use crate::cli::bench::rows::read;
use crate::cli::bench::scenes::{Scene, fillers_spoken, gaps};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::clock;
use crate::dsp::contour::Contour;
use crate::engine::measuring::{Means, hear_again, voice};
use crate::engine::transcribing::transcribe;
use crate::engine::wiring;
use crate::judge::figures::percentile;
use crate::models::Weights;
use crate::transcript::delivery::fillers::{Candidate, Features, Filler, Hearings, candidates, fillers, overlap_ms};
use crate::transcript::delivery::fit::Fit;
use crate::transcript::delivery::pauses::Speech;
use crate::units::{AudioTime, SAMPLE_RATE_HZ, Span};

/// Measure fillers and pauses against labelled recordings
#[derive(Debug, Args)]
pub(super) struct BenchDelivery {
    /// The folder of recordings, with their manifest.jsonl
    #[arg(long, value_name = "DIR", default_value = "../shared/speech")]
    speech: PathBuf,
    /// Where the fillers are in those recordings, one JSON object a line
    #[arg(long, value_name = "FILE", default_value = "tests/data/fillers.jsonl")]
    labels: PathBuf,
    /// Write the features of every held sound to a file, one JSON object a line; models/fillers/fit.py reads them
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
    /// Decide with these numbers, such as ones that are being fitted
    #[arg(long, value_name = "TOML")]
    fit: Option<PathBuf>,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    models: ModelsFlag,
}

/// A recording with the times of its fillers in milliseconds.
#[derive(Clone, Debug, Deserialize)]
struct Labelled {
    file: String,
    /// `published`: from a published transcript. `sound`: found in the sound alone.
    reference: String,
    fillers: Vec<(u64, u64)>,
}

/// A recording as the manifest has it.
#[derive(Clone, Debug, Deserialize)]
struct Listed {
    file: String,
    kind: String,
}

/// A held sound, for the fit.
#[derive(Clone, Debug, Serialize)]
struct Row {
    clip: String,
    made: bool,
    start_ms: u64,
    end_ms: u64,
    /// Which of the clip's fillers it is.
    filler: Option<usize>,
    /// How many fillers the clip has.
    fillers: usize,
    #[serde(flatten)]
    features: Features,
}

/// How well fillers were found.
#[derive(Clone, Debug, Default, Serialize)]
struct Found {
    clips: usize,
    minutes: f64,
    fillers: usize,
    right: usize,
    wrong: usize,
    precision: Option<f64>,
    recall: Option<f64>,
    f1: Option<f64>,
    /// What was missed and what was wrong, by clip and time in seconds.
    errors: Vec<String>,
}

/// How well pauses were found.
#[derive(Clone, Debug, Default, Serialize)]
struct Pauses {
    count: usize,
    missed: usize,
    extra: usize,
    border_ms_p50: f64,
    border_ms_p95: f64,
}

/// Work in milliseconds for a minute of sound.
#[derive(Clone, Debug, Default, Serialize)]
struct Cost {
    measures: f64,
    voice: f64,
    hearing_again: f64,
}

#[derive(Clone, Debug, Serialize)]
struct Report {
    /// Fillers of published transcripts, and none in read speech.
    labelled: Found,
    /// The same, with fillers that were found in the sound alone.
    with_unpublished: Found,
    /// What is no speech: noise, music, silence.
    no_speech: Found,
    /// Fillers spoken by Hotseat's own voices between sentences.
    own_voices: Found,
    /// Real speech put together with exact gaps, in a quiet and in a noisy room.
    pauses_quiet: Pauses,
    pauses_noisy: Pauses,
    /// Of the fit, on recordings left out of it.
    left_out: LeftOut,
    cost_ms_a_minute: Cost,
}

#[derive(Clone, Debug, Serialize)]
struct LeftOut {
    precision: f64,
    recall: f64,
    fillers: u32,
}

/// What works on all recordings.
struct Bench {
    means: Means,
    fit: Fit,
    rows: Vec<Row>,
    spent: [Duration; 3],
    heard: Duration,
}

/// Measures.
///
/// # Errors
/// [`Failure`] names the file or the weight that cannot be used.
pub(super) fn run(arguments: &BenchDelivery, ui: &mut Ui) -> Outcome {
    let weights = arguments.models.weights()?;
    let labelled: Vec<Labelled> = read(&arguments.labels)?;
    let listed: Vec<Listed> = read(&arguments.speech.join("manifest.jsonl"))?;
    let mut bench = Bench::load(&weights, arguments.fit.as_deref())?;
    let report = bench.report(arguments, &weights, &labelled, &listed)?;
    if let Some(path) = &arguments.rows {
        write_rows(path, &bench.rows).map_err(|error| failed(format!("`{}`: {error}", path.display())))?;
    }
    if arguments.json {
        ui.json(&report);
    } else {
        show(&report, ui);
    }
    Ok(())
}

fn write_rows(path: &Path, rows: &[Row]) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for row in rows {
        serde_json::to_writer(&mut file, row)?;
        writeln!(file)?;
    }
    file.flush()
}

impl Bench {
    fn load(weights: &Weights, fit: Option<&Path>) -> Result<Self, Failure> {
        let fit = match fit {
            None => Fit::shipped(),
            Some(path) => std::fs::read_to_string(path)
                .map_err(|error| error.to_string())
                .and_then(|text| Fit::parse(&text))
                .map_err(|error| failed(format!("`{}`: {error}", path.display())))?,
        };
        let means = wiring::means(weights).map_err(failed)?;
        Ok(Self { means, fit, rows: Vec::new(), spent: [Duration::ZERO; 3], heard: Duration::ZERO })
    }

    fn report(
        &mut self,
        arguments: &BenchDelivery,
        weights: &Weights,
        labelled: &[Labelled],
        listed: &[Listed],
    ) -> Result<Report, Failure> {
        let open = |file: &str| wiring::read(&arguments.speech.join(file)).map_err(failed);
        let (mut published, mut all, mut no_speech, mut own) =
            (Found::default(), Found::default(), Found::default(), Found::default());
        for one in labelled.iter().filter(|one| arguments.speech.join(&one.file).is_file()) {
            let spans = one.fillers.iter().map(|(start, end)| span(*start, *end)).collect();
            let scene = Scene { name: one.file.clone(), samples: open(&one.file)?, spans };
            let outcome = self.fillers(&scene, false)?;
            all.add(&outcome);
            if one.reference == "published" {
                published.add(&outcome);
            }
        }
        for one in listed.iter().filter(|one| ["noise", "music", "silence"].contains(&one.kind.as_str())) {
            let scene = Scene { name: one.file.clone(), samples: open(&one.file)?, spans: Vec::new() };
            no_speech.add(&self.fillers(&scene, false)?);
        }
        let (spent, heard) = (self.spent, self.heard);
        for scene in fillers_spoken(weights)? {
            own.add(&self.fillers(&scene, true)?);
        }
        let sources: Vec<Vec<f32>> = labelled
            .iter()
            .filter(|one| one.fillers.is_empty() && !one.file.contains("office"))
            .filter_map(|one| open(&one.file).ok())
            .collect();
        let room = open("office_0.flac").ok();
        Ok(Report {
            labelled: published.finished(),
            with_unpublished: all.finished(),
            no_speech: no_speech.finished(),
            own_voices: own.finished(),
            pauses_quiet: self.pauses(&gaps(&sources, None)),
            pauses_noisy: self.pauses(&gaps(&sources, room.as_deref())),
            left_out: self.left_out(),
            cost_ms_a_minute: cost(spent, heard),
        })
    }

    fn left_out(&self) -> LeftOut {
        let measured = self.fit.measured();
        LeftOut { precision: measured.precision, recall: measured.recall, fillers: measured.events }
    }

    /// Finds the fillers of a scene and compares them with its labels.
    fn fillers(&mut self, scene: &Scene, made: bool) -> Result<Compared, Failure> {
        let samples = &scene.samples;
        let mut pieces = samples.chunks(SAMPLE_RATE_HZ as usize);
        let read = || Ok(pieces.next().map(<[f32]>::to_vec));
        let Means { voice: detector, recogniser, .. } = &mut self.means;
        let first = transcribe(read, detector.as_mut(), recogniser.as_mut(), &[], &mut |_| {}).map_err(failed)?;
        let began = clock::now();
        let again = hear_again(samples, &mut self.means, &|| false).map_err(failed)?;
        let heard_again = clock::now();
        let likely = voice(samples, self.means.voice.as_mut());
        let voiced = clock::now();
        let contour = Contour::of(samples);
        let speech = Speech::find(&contour, &likely);
        let hearings = Hearings { first: &first.transcript.words, again: &again };
        let held = candidates(&contour, &speech, hearings);
        let found = fillers(&held, &self.fit);
        let stages = [voiced.elapsed(), voiced - heard_again, heard_again - began];
        for (spent, stage) in self.spent.iter_mut().zip(stages) {
            *spent += stage;
        }
        let length = AudioTime::from_samples(samples.len() as u64).since(AudioTime::ZERO);
        self.heard += length;
        self.rows.extend(held.iter().map(|one| row(scene, made, one)));
        Ok(Compared::of(scene, &found, length))
    }

    /// Finds the pauses of scenes whose gaps are known.
    fn pauses(&mut self, scenes: &[Scene]) -> Pauses {
        let mut pauses = Pauses::default();
        let mut errors = Vec::new();
        for scene in scenes {
            let likely = voice(&scene.samples, self.means.voice.as_mut());
            let mut found = Speech::find(&Contour::of(&scene.samples), &likely).pauses();
            pauses.count += scene.spans.len();
            for wanted in &scene.spans {
                match found.iter().position(|one| is_same(*one, *wanted)) {
                    None => pauses.missed += 1,
                    Some(at) => {
                        let one = found.remove(at);
                        errors.push(one.start.as_ms().abs_diff(wanted.start.as_ms()) as f64);
                        errors.push(one.end.as_ms().abs_diff(wanted.end.as_ms()) as f64);
                    }
                }
            }
            pauses.extra += found.len();
        }
        Pauses { border_ms_p50: percentile(&errors, 0.5), border_ms_p95: percentile(&errors, 0.95), ..pauses }
    }
}

fn span(start: u64, end: u64) -> Span {
    Span::new(AudioTime::from_ms(start), AudioTime::from_ms(end))
}

/// Two stretches are the same event if they share at least half of the shorter one.
fn is_same(one: Span, other: Span) -> bool {
    let shorter = one.duration().min(other.duration()).as_millis() as u64;
    overlap_ms(one, other) > 0 && 2 * overlap_ms(one, other) >= shorter
}

fn row(scene: &Scene, made: bool, held: &Candidate) -> Row {
    Row {
        clip: scene.name.clone(),
        made,
        start_ms: held.span.start.as_ms(),
        end_ms: held.span.end.as_ms(),
        filler: scene.spans.iter().position(|label| is_same(*label, held.span)),
        fillers: scene.spans.len(),
        features: held.features,
    }
}

/// What was found in one scene.
struct Compared {
    fillers: usize,
    right: usize,
    wrong: usize,
    errors: Vec<String>,
    length: Duration,
}

impl Compared {
    fn of(scene: &Scene, found: &[Filler], length: Duration) -> Self {
        let mut left: Vec<Span> = scene.spans.clone();
        let at = |one: Span| format!("{} at {:.2} s", scene.name, one.start.as_secs_f64());
        let mut errors = Vec::new();
        let mut wrong = 0;
        for filler in found {
            match left.iter().position(|label| is_same(*label, filler.span)) {
                Some(label) => {
                    left.remove(label);
                }
                None => {
                    wrong += 1;
                    errors.push(format!("wrong: {}", at(filler.span)));
                }
            }
        }
        errors.extend(left.iter().map(|label| format!("missed: {}", at(*label))));
        Self { fillers: scene.spans.len(), right: scene.spans.len() - left.len(), wrong, errors, length }
    }
}

impl Found {
    fn add(&mut self, one: &Compared) {
        self.clips += 1;
        self.minutes += one.length.as_secs_f64() / 60.0;
        self.fillers += one.fillers;
        self.right += one.right;
        self.wrong += one.wrong;
        self.errors.extend(one.errors.iter().cloned());
    }

    fn finished(self) -> Self {
        let share = |of: usize| (of > 0).then(|| self.right as f64 / of as f64);
        let (precision, recall) = (share(self.right + self.wrong), share(self.fillers));
        let f1 = share(1).map(|right| 2.0 * right / (2 * self.right + self.wrong + self.fillers - self.right) as f64);
        Self { precision, recall, f1: f1.filter(|_| self.fillers > 0), ..self }
    }
}

fn cost(spent: [Duration; 3], heard: Duration) -> Cost {
    let minutes = (heard.as_secs_f64() / 60.0).max(1e-9);
    let [measures, voice, again] = spent.map(|spent| spent.as_secs_f64() * 1_000.0 / minutes);
    Cost { measures, voice, hearing_again: again }
}

fn show(report: &Report, ui: &mut Ui) {
    let share = |share: Option<f64>| share.map_or_else(|| "–".into(), |share| format!("{share:.2}"));
    ui.data("fillers           clips  minutes  fillers  right  wrong  precision  recall  F1    wrong a minute");
    for (name, one) in [
        ("published", &report.labelled),
        ("and unpublished", &report.with_unpublished),
        ("no speech", &report.no_speech),
        ("own voices", &report.own_voices),
    ] {
        ui.data(&format!(
            "{name:<17} {:5}  {:7.1}  {:7}  {:5}  {:5}  {:>9}  {:>6}  {:<4}  {:.2}",
            one.clips,
            one.minutes,
            one.fillers,
            one.right,
            one.wrong,
            share(one.precision),
            share(one.recall),
            share(one.f1),
            one.wrong as f64 / one.minutes.max(1e-9)
        ));
    }
    let LeftOut { precision, recall, fillers } = &report.left_out;
    ui.data(&format!(
        "on recordings left out of the fit: precision {precision:.2}, recall {recall:.2} on {fillers} fillers"
    ));
    for error in report.with_unpublished.errors.iter().chain(&report.no_speech.errors) {
        ui.data(&format!("  {error}"));
    }
    ui.data("pauses   pauses  missed  extra  border p50  p95");
    for (name, one) in [("quiet", &report.pauses_quiet), ("noisy", &report.pauses_noisy)] {
        ui.data(&format!(
            "{name:<8} {:6}  {:6}  {:5}  {:7.0} ms  {:.0} ms",
            one.count, one.missed, one.extra, one.border_ms_p50, one.border_ms_p95
        ));
    }
    ui.data(&format!(
        "work for a minute of sound: measures {:.0} ms, voice activity {:.0} ms, hearing again {:.0} ms",
        report.cost_ms_a_minute.measures, report.cost_ms_a_minute.voice, report.cost_ms_a_minute.hearing_again
    ));
}
