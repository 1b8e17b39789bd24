//! Chooses the parts of an interview: which ears, which mouth, which judge. The only place where all adapters meet.

pub mod language;
pub mod rescoring;
pub mod speech;

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Sender, channel};

use crate::audio::decode::Decoder;
use crate::audio::files::AnswerFolder;
use crate::audio::mic::Microphone;
use crate::audio::pace::Pace;
use crate::audio::speaker::Speaker;
use crate::audio::unheard::Unheard;
use crate::audio::{AudioError, FrameSource, Player};
use crate::bank::Bank;
use crate::bank::candidate::CandidateScript;
use crate::config::load;
use crate::engine::conduct::{self, Ears, Incoming, Parts};
use crate::engine::echo_test;
use crate::engine::hearing::Hearing;
use crate::engine::judging::Judging;
use crate::engine::measuring::{Means, Measuring};
use crate::engine::rewording::Rewordings;
use crate::engine::simulated_candidate::SimulatedCandidate;
use crate::engine::speaking::{Speaking, SpeakingEvent};
use crate::engine::transcribing::{Recorded, transcribe};
pub use crate::engine::wiring::speech::voice_worker;
use crate::engine::wiring::speech::{
    Recogniser, SpeechModels, SpeechServer, served_voice_worker, telling, transcriber,
};
use crate::ids::{Asked, UtteranceId};
use crate::judge::Judge;
use crate::language::LanguageModel;
use crate::models::{ModelError, Weights};
use crate::net::meaning::Meaning;
use crate::net::reader::Reader;
use crate::net::silero::Silero;
use crate::net::smart_turn::SmartTurn;
use crate::session::record::Source;
use crate::stt::whisper::{Whisper, default_threads};
use crate::tts::cache::Cached;
use crate::tts::kokoro::{self, Kokoro};
use crate::tts::lexicon::Lexicon;
use crate::tts::{TtsError, Voice};
use crate::turn::interruption::Duplex;

/// What is taken to come back where no test was made and interruptions are wanted: headphones.
const HEADPHONES_DB: f32 = -40.0;

/// The default speech model.
pub const WHISPER: &str = "ggml-base-q8_0.bin";
/// Voice activity.
pub const SILERO: &str = "silero_vad_16k.onnx";
/// End of turn.
pub const SMART_TURN: &str = "smart-turn-v3.2-cpu.onnx";
/// The voice.
pub const KOKORO: &str = "kokoro-82m-int8.onnx";
/// The user's list of how terms are said, in the folder of what the user writes.
pub const PRONUNCIATIONS: &str = "pronunciations.txt";
/// Folder of the voice's styles.
pub const VOICES: &str = "voices";
/// The judge's network.
pub const JUDGE: &str = "judge-int8.onnx";
/// Meaning of sentences.
pub const MEANING: &str = "all-minilm-l6-v2-int8.onnx";
/// Its vocabulary.
pub const MEANING_TOKENS: &str = "all-minilm-l6-v2-tokenizer.json";

/// Where the answers come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answers {
    /// A microphone, by a part of its name.
    Microphone(Option<String>),
    /// A folder of recordings.
    Folder(PathBuf),
    /// A script, spoken by a voice of ours.
    Script(PathBuf),
    /// The keyboard.
    Typed,
}

impl Answers {
    /// Returns how this is written down.
    #[must_use]
    pub fn source(&self) -> Source {
        match self {
            Self::Microphone(name) => Source::Microphone { name: name.clone().unwrap_or_else(|| "default".into()) },
            Self::Folder(path) => Source::Folder { path: path.display().to_string() },
            Self::Script(path) => Source::Simulated { path: path.display().to_string() },
            Self::Typed => Source::Typed,
        }
    }
}

/// Where the interviewer's lines are heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mouth {
    /// Nowhere: they are shown.
    InText,
    /// From a speaker, by a part of its name. One that is named must be there; where there is none at all they are shown.
    Speaker(Option<String>),
    /// From a speaker that nobody hears: for figures of what takes how long.
    Unheard,
}

/// What an interview needs.
pub struct Wanted {
    /// Where the answers come from.
    pub answers: Answers,
    /// The bank that is asked from.
    pub bank: Bank,
    /// Where lines are heard.
    pub mouth: Mouth,
    /// Folder in which rendered speech is kept.
    pub voice_cache: PathBuf,
    /// Whether a prepared candidate keeps the pace of the clock although nobody listens.
    pub real_time: bool,
    /// Whether the interviewer may be interrupted. None: what the last test of the echo says.
    pub barge_in: Option<bool>,
    /// The weights.
    pub weights: Weights,
    /// The file of the speech model among them.
    pub stt: String,
    /// The server that hears, if one does; the speech model stands in for it.
    pub hears_at: Option<SpeechServer>,
    /// The server that speaks, if one does; the voice here stands in for it.
    pub speaks_at: Option<SpeechServer>,
    /// The language model that words follow-ups, if there is one.
    pub language: Option<Box<dyn LanguageModel>>,
}

/// The parts, and what the candidate should know about them.
#[derive(Debug)]
pub struct Wired {
    /// The parts.
    pub parts: Parts,
    /// Such as: there is no speaker.
    pub notes: Vec<String>,
}

/// Why the parts cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum WiringError {
    /// A device or a recording.
    #[error(transparent)]
    Audio(#[from] AudioError),
    /// A weight file.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A network.
    #[error("{0}")]
    Network(String),
    /// The candidate's script.
    #[error("{0}")]
    Script(String),
    /// No home folder.
    #[error(transparent)]
    Home(#[from] load::NoHome),
}

/// Returns the parts of an interview. Networks that take long to load do so on their own threads, so that the first
/// line is heard at once.
///
/// # Errors
/// [`WiringError`] when something is missing that there is no way around: a microphone, a recording, a weight file.
pub fn parts(wanted: Wanted, out: &Sender<Incoming>) -> Result<Wired, WiringError> {
    let weights = wanted.weights;
    let recogniser = Recogniser { file: wanted.stt, server: wanted.hears_at };
    let models = SpeechModels::new(&weights);
    let mut notes = Vec::new();
    let player = player(&wanted.mouth, &mut notes)?;
    let audible = player.is_some() && wanted.mouth != Mouth::Unheard;
    if audible {
        notes.extend(pronunciations().1);
    }
    let by_clock = match &wanted.answers {
        Answers::Microphone(_) => true,
        Answers::Typed => false,
        Answers::Folder(_) | Answers::Script(_) => player.is_some() || wanted.real_time,
    };
    let ears = match &wanted.answers {
        Answers::Typed => Ears::Typing,
        Answers::Microphone(name) => {
            let microphone = Microphone::open(name.as_deref())?;
            Ears::Hearing(ears(Box::new(microphone), &models, &recogniser, out)?)
        }
        Answers::Folder(path) => {
            let pace = if by_clock { Pace::RealTime } else { Pace::AsFast };
            Ears::Hearing(ears(Box::new(AnswerFolder::open(path, pace)?), &models, &recogniser, out)?)
        }
        Answers::Script(path) => {
            let candidate = simulated(path, &weights, &wanted.voice_cache, by_clock, audible)?;
            Ears::Hearing(ears(candidate, &models, &recogniser, out)?)
        }
    };
    let is_live = matches!(wanted.answers, Answers::Microphone(_));
    let duplex = if is_live && audible { duplex(wanted.barge_in, &mut notes) } else { Duplex::Apart };
    let speaking = speaking(player, &weights, wanted.speaks_at, &wanted.voice_cache, out);
    let judging = judging(wanted.bank, &weights, out);
    let measuring = measuring(&models, out);
    let rewordings = wanted.language.map(|model| {
        let out = out.clone();
        Rewordings::start(model, move |reworded| {
            let _over = out.send(Incoming::Reworded(reworded));
        })
    });
    let pace = if by_clock { conduct::Pace::Clock } else { conduct::Pace::AtOnce };
    Ok(Wired { parts: Parts { ears, speaking, judging, duplex, measuring, pace, rewordings }, notes })
}

fn player(mouth: &Mouth, notes: &mut Vec<String>) -> Result<Option<Box<dyn Player>>, AudioError> {
    let name = match mouth {
        Mouth::InText => return Ok(None),
        Mouth::Unheard => return Ok(Some(Box::new(Unheard::default()))),
        Mouth::Speaker(name) => name.as_deref(),
    };
    match Speaker::open(name) {
        Ok(speaker) => Ok(Some(Box::new(speaker))),
        Err(error) if name.is_some() => Err(error),
        Err(error) => {
            notes.push(format!("Nothing can be heard: {error}. The interview goes on in text."));
            Ok(None)
        }
    }
}

/// Chooses whether the interviewer may be interrupted, and says so.
fn duplex(wanted: Option<bool>, notes: &mut Vec<String>) -> Duplex {
    let echo = load::folders().ok().and_then(|folders| echo_test::remembered(&folders.data));
    let duplex = match (wanted, echo) {
        (Some(true), echo) => Duplex::full(echo.map_or(HEADPHONES_DB, |echo| echo.gain_db)),
        (Some(false), _) | (None, None) => Duplex::Half,
        (None, Some(echo)) => Duplex::suiting(echo.gain_db),
    };
    notes.push(echo_test::told(duplex, wanted, echo));
    duplex
}

fn ears(
    source: Box<dyn FrameSource>,
    models: &SpeechModels,
    recogniser: &Recogniser,
    out: &Sender<Incoming>,
) -> Result<Hearing, WiringError> {
    let weights = &models.weights;
    let network = |error: crate::net::NetError| WiringError::Network(error.to_string());
    let voice = Silero::load(&weights.path(SILERO)?).map_err(network)?;
    let turn = SmartTurn::load(&weights.path(SMART_TURN)?).map_err(network)?;
    let transcriber = transcriber(models.clone(), recogniser, default_threads(), telling(out));
    let out = out.clone();
    Hearing::start(source, Box::new(voice), Box::new(turn), transcriber, move |event| {
        let _over = out.send(Incoming::Hearing(event));
    })
    .map_err(|error| WiringError::Network(format!("the system gives no threads: {error}")))
}

/// Returns the voice, loaded.
///
/// # Errors
/// [`TtsError`] names the file.
pub fn synthesizer(weights: &Weights) -> Result<Kokoro, TtsError> {
    kokoro_with(weights, pronunciations().0)
}

fn kokoro_with(weights: &Weights, lexicon: Lexicon) -> Result<Kokoro, TtsError> {
    let load = |error: ModelError| TtsError::Load { path: KOKORO.into(), why: format!("{error}; {}", error.hint) };
    let model = weights.path(KOKORO).map_err(load)?;
    for style in kokoro::styles(&weights.folder().join(VOICES)) {
        weights.path(&format!("{VOICES}/{style}.bin")).map_err(load)?;
    }
    Kokoro::load(&model, &weights.folder().join(VOICES), lexicon)
}

/// Returns how terms are said: the user's list, where there is one, before ours; and what in it could not be read. Such lines
/// are left out and all else holds.
#[must_use]
pub fn pronunciations() -> (Lexicon, Vec<String>) {
    let Ok(folders) = load::folders() else { return (Lexicon::default(), Vec::new()) };
    let path = folders.config.join(PRONUNCIATIONS);
    let left_out = |what: String| format!("The pronunciations `{}`, {what}.", path.display());
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let (lexicon, bad) = Lexicon::parse(&text);
            let notes = bad.iter().map(|line| left_out(format!("{line}; it is left out"))).collect();
            (lexicon, notes)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => (Lexicon::default(), Vec::new()),
        Err(error) => (Lexicon::default(), vec![left_out(format!("cannot be read: {error}; ours hold"))]),
    }
}

fn speaking(
    player: Option<Box<dyn Player>>,
    weights: &Weights,
    server: Option<SpeechServer>,
    cache: &Path,
    out: &Sender<Incoming>,
) -> Speaking {
    let worker = player.as_ref().map(|_| match server {
        Some(server) => served_voice_worker(weights, server, cache, out),
        None => voice_worker(weights, cache),
    });
    let out = out.clone();
    Speaking::start(worker, player, move |event| {
        let _over = out.send(Incoming::Speaking(event));
    })
}

/// Says a line outside an interview, and returns when it was said. Nothing happens where nothing can be heard: whatever is in
/// the way of that was told when the interview began.
///
/// # Errors
/// [`WiringError::Audio`] when the speaker that was named is not there.
pub fn say(text: &str, voice: &Voice, mouth: &Mouth, weights: &Weights, voice_cache: &Path) -> Result<(), WiringError> {
    let Some(player) = player(mouth, &mut Vec::new())? else { return Ok(()) };
    let (out, events) = channel();
    let speaking = speaking(Some(player), weights, None, voice_cache, &out);
    speaking.say(UtteranceId(0), text.into(), voice.clone());
    let is_over = |event: &Incoming| {
        matches!(event, Incoming::Speaking(SpeakingEvent::Said { .. } | SpeakingEvent::Failed { .. }))
    };
    // Every line is told of exactly once.
    let _over = events.iter().find(is_over);
    Ok(())
}

fn judging(bank: Bank, weights: &Weights, out: &Sender<Incoming>) -> Judging {
    let (weights, out) = (weights.clone(), out.clone());
    Judging::start(
        move || judge(bank, &weights).map_err(|error| error.to_string()),
        move |judged| {
            let _over = out.send(Incoming::Judged(judged));
        },
    )
}

/// Returns a judge of a bank's questions.
///
/// # Errors
/// [`WiringError`] names the file that is missing or broken.
pub fn judge(bank: Bank, weights: &Weights) -> Result<Judge, WiringError> {
    judge_over(bank, &weights.path(JUDGE)?, weights)
}

/// Returns a judge over a network of another place, such as one that is being trained.
///
/// # Errors
/// [`WiringError`] names the file that is missing or broken.
pub fn judge_over(bank: Bank, network: &Path, weights: &Weights) -> Result<Judge, WiringError> {
    let reader = Reader::load(network, &weights.path(MEANING_TOKENS)?, meaning(weights)?)
        .map_err(|error| WiringError::Network(error.to_string()))?;
    Ok(Judge::new(bank, Box::new(reader)))
}

/// Returns the model of meaning.
///
/// # Errors
/// [`WiringError`] names the file that is missing or broken.
pub fn meaning(weights: &Weights) -> Result<Meaning, WiringError> {
    let (model, words) = (weights.path(MEANING)?, weights.path(MEANING_TOKENS)?);
    Meaning::load(&model, &words).map_err(|error| WiringError::Network(error.to_string()))
}

fn measuring(models: &SpeechModels, out: &Sender<Incoming>) -> Measuring {
    let (models, out) = (models.clone(), out.clone());
    Measuring::start(
        move || means_with(&models).map_err(|error| error.to_string()),
        move |measured| {
            let _over = out.send(Incoming::Measured(measured));
        },
    )
}

/// Returns what the delivery of answers is measured with.
///
/// # Errors
/// [`WiringError`] names the file that is missing or broken.
pub fn means(weights: &Weights) -> Result<Means, WiringError> {
    means_with(&SpeechModels::new(weights))
}

fn means_with(models: &SpeechModels) -> Result<Means, WiringError> {
    let network = |error: &dyn std::fmt::Display| WiringError::Network(error.to_string());
    let voice = Silero::load(&models.weights.path(SILERO)?).map_err(|error| network(&error))?;
    // One thread: whoever speaks or listens meanwhile needs the others.
    let model = models.get(WHISPER).map_err(|error| network(&error))?;
    let recogniser = Whisper::over(&model, 1).map_err(|error| network(&error))?;
    Ok(Means { voice: Box::new(voice), recogniser: Box::new(recogniser), read })
}

/// Returns what is said in a recording. `terms` are words worth hearing right, `stt` is the file of the speech model.
///
/// # Errors
/// Says in words which file cannot be read or used, and why.
pub fn hear(path: &Path, terms: &[String], stt: &str, weights: &Weights) -> Result<Recorded, String> {
    let model = SpeechModels::new(weights).get(stt).map_err(|error| error.to_string())?;
    let mut recogniser = Whisper::over(&model, default_threads()).map_err(|error| error.to_string())?;
    let silero = weights.path(SILERO).map_err(|error| error.to_string())?;
    let mut voice = Silero::load(&silero).map_err(|error| error.to_string())?;
    let mut decoder = Decoder::open(path).map_err(|error| error.to_string())?;
    transcribe(|| decoder.read(), &mut voice, &mut recogniser, terms, &mut |_| {}).map_err(|error| error.to_string())
}

/// Returns a recording as 16 kHz mono.
///
/// # Errors
/// Says which file cannot be read, and why.
pub fn read(path: &Path) -> Result<Vec<f32>, String> {
    let all = || -> Result<Vec<f32>, AudioError> {
        let mut decoder = Decoder::open(path)?;
        let mut samples = Vec::new();
        while let Some(piece) = decoder.read()? {
            samples.extend(piece);
        }
        Ok(samples)
    };
    all().map_err(|error| error.to_string())
}

fn simulated(
    path: &Path,
    weights: &Weights,
    cache: &Path,
    real_time: bool,
    aloud: bool,
) -> Result<Box<dyn FrameSource>, WiringError> {
    let shown = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| WiringError::Script(format!("the candidate `{shown}` cannot be read: {error}")))?;
    let script = CandidateScript::parse(&text, &shown).map_err(|errors| {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        WiringError::Script(lines.join("\n"))
    })?;
    let voice = Voice { style: script.voice.clone(), speed: script.speed };
    let network = |error: TtsError| WiringError::Network(error.to_string());
    let lexicon = pronunciations().0;
    let identity = kokoro::identity(&weights.folder().join(KOKORO), &lexicon);
    let kokoro = kokoro_with(weights, lexicon).map_err(network)?;
    let synthesizer = Cached::new(kokoro, cache, identity);
    let script = Box::new(move |asked: &Asked| script.answer_for(asked).map(|answer| answer.pieces().to_vec()));
    let candidate = SimulatedCandidate::new(script, Box::new(synthesizer), voice, real_time);
    // A second way to the same speaker, so that somebody who watches hears both sides.
    match if aloud { Speaker::open(None).ok() } else { None } {
        Some(speaker) => Ok(Box::new(candidate.aloud(Box::new(speaker)))),
        None => Ok(Box::new(candidate)),
    }
}

/// Returns the script of the demo's candidate, where Hotseat's own files are.
#[must_use]
pub fn demo_candidate() -> Option<PathBuf> {
    let places = load::bank_places().into_iter();
    places.map(|place| place.join("candidates").join("infrastructure-architect.toml")).find(|path| path.is_file())
}
