//! `hotseat transcribe`: what was said in sound files, word by word.

use std::path::{Path, PathBuf};
use std::sync::mpsc::Receiver;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::audio::decode::Decoder;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::{ModelsFlag, SttFlag};
use crate::cli::speech_servers::{HearingServerFlags, telling};
use crate::cli::ui::Ui;
use crate::engine::measuring::{Means, measure as measure_sound};
use crate::engine::transcribing::{Progress, Recorded, TranscribingError, transcribe};
use crate::engine::wiring::speech::{Recogniser, recording_transcriber};
use crate::engine::wiring::{self, SILERO};
use crate::models::Weights;
use crate::net::silero::Silero;
use crate::review;
use crate::stt::Transcriber;
use crate::stt::whisper::{Whisper, default_threads};
use crate::transcript::delivery::{Delivery, measure};
use crate::transcript::{Transcript, Word};
use crate::units::{AudioTime, Span};

/// Words less probable than this are marked in the text.
const UNSURE: f32 = 0.5;

/// Sound between two reports of progress.
const REPORT_EVERY: Duration = Duration::from_mins(1);

/// Longest recording whose delivery is measured: it is held in memory.
const MEASURED_AT_MOST: Duration = Duration::from_mins(30);

/// Write down what is said in sound files, and how: words, times, confidence, pauses, pace and fillers
#[derive(Debug, Args)]
pub struct Transcribe {
    /// Sound files: WAV, FLAC, MP3 or AIFF
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Words worth hearing right, such as "SLA, RTO, Kubernetes"
    #[arg(long, value_name = "TEXT")]
    prompt: Option<String>,
    /// Threads to compute with; more are faster only while the computer does nothing else
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(1..=64))]
    threads: Option<u8>,
    /// Do not measure the delivery, which hears the sound a second time
    #[arg(long)]
    words_only: bool,
    /// Write one JSON document
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    stt: SttFlag,
    #[command(flatten)]
    hearing_server: HearingServerFlags,
    #[command(flatten)]
    models: ModelsFlag,
}

#[derive(Serialize)]
struct Document {
    files: Vec<FileReport>,
}

/// One file in the JSON document.
#[derive(Serialize)]
struct FileReport {
    file: String,
    seconds: f64,
    text: String,
    words: Vec<Word>,
    pauses: Vec<Span>,
    delivery: Delivery,
    /// Seconds of recognition a second of sound.
    real_time_factor: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

/// The models that listen.
struct Listener {
    means: Means,
    /// The server that hears the words in place of the model here.
    server: Option<Box<dyn Transcriber>>,
    /// What it could not do.
    told: Receiver<String>,
    terms: Vec<String>,
}

/// Returns the words of one recording, for the judge.
///
/// # Errors
/// [`Failure`] names the file or the weight that cannot be used.
pub(super) fn transcript_of(file: &Path, terms: Vec<String>, weights: &Weights) -> Result<Transcript, Failure> {
    let mut decoder = Decoder::open(file)?;
    let recogniser = Recogniser { file: SttFlag::default().file(weights)?, server: None };
    let mut listener = Listener::load(weights, recogniser, terms, default_threads())?;
    Ok(listener.hear(&mut decoder, &mut |_| {})?.transcript)
}

/// Transcribes files.
///
/// # Errors
/// [`Failure`] names the file or the weight that cannot be used.
pub fn perform(arguments: Transcribe, ui: &mut Ui) -> Outcome {
    // A file that cannot be read is known before any model is loaded or any long file is transcribed.
    for file in &arguments.files {
        Decoder::open(file)?;
    }
    let weights = arguments.models.weights()?;
    let threads = arguments.threads.map_or_else(default_threads, usize::from);
    let recogniser = arguments.hearing_server.recogniser(&arguments.stt, &weights, ui)?;
    let mut listener = Listener::load(&weights, recogniser, arguments.prompt.iter().cloned().collect(), threads)?;
    let mut document = Document { files: Vec::new() };
    let outcome = arguments.files.iter().try_for_each(|file| {
        if !arguments.json && arguments.files.len() > 1 {
            ui.data(&format!("{}:", file.display()));
        }
        document.files.push(one_file(&mut listener, file, &arguments, ui)?);
        Ok(())
    });
    if arguments.json {
        // What was transcribed before a failure is not lost.
        ui.json(&document);
    }
    outcome
}

fn one_file(listener: &mut Listener, file: &Path, arguments: &Transcribe, ui: &mut Ui) -> Result<FileReport, Failure> {
    let mut decoder = Decoder::open(file)?;
    let recorded = listen(listener, &mut decoder, arguments.json, ui)?;
    let notes: Vec<String> = decoder.note().into_iter().chain(listener.told.try_iter()).collect();
    for note in &notes {
        ui.warning(&format!("{}: {note}", file.display()));
    }
    let note = Some(notes.join(" ")).filter(|note| !note.is_empty());
    let delivery =
        if arguments.words_only { measure(&recorded.transcript) } else { delivery(listener, file, &recorded)? };
    if !arguments.json {
        ui.status(&summary(&recorded));
        for line in review::delivery::lines(&delivery, None) {
            ui.status(&line);
        }
    }
    Ok(report(file, recorded, delivery, note))
}

/// Measures the sound too, unless there is too much of it.
fn delivery(listener: &mut Listener, file: &Path, recorded: &Recorded) -> Result<Delivery, Failure> {
    let words = measure(&recorded.transcript);
    if recorded.duration > MEASURED_AT_MOST {
        return Ok(words);
    }
    let samples = wiring::read(file).map_err(Failure::new)?;
    Ok(words.with_sound(measure_sound(&samples, &recorded.transcript.words, &mut listener.means, &|| false)))
}

impl Listener {
    fn load(weights: &Weights, from: Recogniser, terms: Vec<String>, threads: usize) -> Result<Self, Failure> {
        let refused = |error: String| Failure::new(error).hint("check the weights with `hotseat models verify`");
        let voice = Silero::load(&weights.path(SILERO)?).map_err(|error| refused(error.to_string()))?;
        let whisper = Whisper::load(&weights.path(&from.file)?, threads).map_err(|error| refused(error.to_string()))?;
        let means = Means { voice: Box::new(voice), recogniser: Box::new(whisper), read: wiring::read };
        let (tell, told) = telling();
        let is_served = from.server.is_some();
        let server = is_served.then(|| recording_transcriber(weights, from, threads, tell)).transpose();
        Ok(Self { means, server: server.map_err(|error| refused(error.to_string()))?, told, terms })
    }

    fn hear(&mut self, decoder: &mut Decoder, progress: &mut dyn FnMut(Progress<'_>)) -> Result<Recorded, Failure> {
        let Means { voice, recogniser, .. } = &mut self.means;
        let recogniser = self.server.as_mut().unwrap_or(recogniser);
        transcribe(|| decoder.read(), voice.as_mut(), recogniser.as_mut(), &self.terms, progress).map_err(failed)
    }
}

fn listen(listener: &mut Listener, decoder: &mut Decoder, json: bool, ui: &mut Ui) -> Result<Recorded, Failure> {
    let length = decoder.duration().map(|length| AudioTime::ZERO.plus(length));
    let mut reported = AudioTime::ZERO;
    let mut progress = |progress: Progress<'_>| match progress {
        Progress::Words { at, words } if !json => ui.data(&line(at, words)),
        Progress::Read(at) if ui.is_interactive() && at.since(reported) >= REPORT_EVERY => {
            reported = at;
            ui.status(&length.map_or_else(|| format!("… {at}"), |length| format!("… {at} of {length}")));
        }
        Progress::Words { .. } | Progress::Read(_) => {}
    };
    listener.hear(decoder, &mut progress)
}

fn failed(error: TranscribingError) -> Failure {
    match error {
        TranscribingError::Audio(error) => error.into(),
        TranscribingError::Stt(error) => {
            Failure::new(error.to_string()).hint("check the weights with `hotseat models verify`")
        }
    }
}

/// Returns the words with their time in front. Doubtful ones carry a question mark in brackets.
fn line(at: AudioTime, words: &[Word]) -> String {
    let at = words.first().map_or(at, |word| word.span.start);
    let mark = |word: &Word| {
        let doubt = if word.probability < UNSURE { "(?)" } else { "" };
        format!("{}{doubt}", word.text)
    };
    format!("[{at}] {}", words.iter().map(mark).collect::<Vec<_>>().join(" "))
}

fn summary(recorded: &Recorded) -> String {
    let words = recorded.transcript.words.len();
    if words == 0 {
        return format!("No words in {:.1} s of sound.", recorded.duration.as_secs_f64());
    }
    let unsure = recorded.transcript.words.iter().filter(|word| word.probability < UNSURE).count();
    let longest = recorded.pauses.iter().map(|pause| pause.duration()).max().unwrap_or_default().as_secs_f64();
    let paused = match recorded.pauses.len() {
        0 => "no pause of 1 s or more".to_owned(),
        1 => format!("a pause of {longest:.1} s"),
        count => format!("{count} pauses of 1 s or more, the longest {longest:.1} s"),
    };
    format!(
        "{words} words in {:.1} s, {unsure} of them doubtful (?); {paused}; {:.2} s of work a second of sound.",
        recorded.duration.as_secs_f64(),
        real_time_factor(recorded)
    )
}

fn real_time_factor(recorded: &Recorded) -> f64 {
    let seconds = recorded.duration.as_secs_f64();
    if seconds > 0.0 { recorded.stt_took.as_secs_f64() / seconds } else { 0.0 }
}

fn report(file: &Path, recorded: Recorded, delivery: Delivery, note: Option<String>) -> FileReport {
    FileReport {
        file: file.display().to_string(),
        seconds: recorded.duration.as_secs_f64(),
        text: recorded.transcript.text(),
        real_time_factor: real_time_factor(&recorded),
        delivery,
        pauses: recorded.pauses,
        words: recorded.transcript.words,
        note,
    }
}
