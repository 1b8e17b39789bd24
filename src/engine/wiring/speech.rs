//! Chooses what hears and what speaks: models here, or such behind a server, with those here where it fails.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::config::load::{self, UnusableKey};
use crate::engine::conduct::Incoming;
use crate::engine::wiring::{KOKORO, kokoro_with, pronunciations};
use crate::http::address::{Address, BadAddress};
use crate::http::service::Service;
use crate::models::{ModelError, Weights};
use crate::stt::served::Served as ServedRecogniser;
use crate::stt::whisper::{SpeechModel, Whisper};
use crate::stt::worker::LoadTranscriber;
use crate::stt::{SttError, Transcriber};
use crate::tts::kokoro;
use crate::tts::served::Served as ServedVoice;
use crate::tts::worker::{VoiceWorker, Voices};

/// How long a server may take for a stretch of an answer or a sentence. The words of a turn wait for it.
const WITHIN: Duration = Duration::from_secs(10);

/// How long it may take for a stretch of a recording, for which nobody waits in a conversation.
const WITHIN_RECORDINGS: Duration = Duration::from_mins(2);

/// Which kind of speech model a server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It hears.
    Hears,
    /// It speaks.
    Speaks,
}

impl Kind {
    /// Returns the short name, by which its key is known.
    const fn name(self) -> &'static str {
        match self {
            Self::Hears => "stt",
            Self::Speaks => "tts",
        }
    }

    /// Returns the model that servers have where nobody names one: they take this name for the one that they have.
    const fn model(self) -> &'static str {
        match self {
            Self::Hears => "whisper-1",
            Self::Speaks => "tts-1",
        }
    }
}

/// A speech model behind a server.
#[derive(Clone, Debug)]
pub struct SpeechServer {
    service: Service,
    /// The server's name for the voice. None: as ours is called.
    voice: Option<String>,
    /// Which it is, and what is sent where, as one line for the user.
    pub note: String,
    /// What the user should mend, such as a key that others can read.
    pub warning: Option<String>,
}

/// Why a server of speech cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NoSpeechServer {
    /// The address cannot be understood.
    #[error(transparent)]
    Address(#[from] BadAddress),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] UnusableKey),
}

impl NoSpeechServer {
    /// Returns what the user can do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Address(_) => "name it such as `http://localhost:8000` or `https://api.example.com/v1`",
            Self::Key(_) => "put the key alone into its file, or into `HOTSEAT_STT_KEY` or `HOTSEAT_TTS_KEY`",
        }
    }
}

/// Returns the speech model at an address. Nothing is asked yet.
///
/// # Errors
/// [`NoSpeechServer`] says what is wrong with the address or the key.
pub fn speech_server(
    kind: Kind,
    address: &str,
    model: Option<String>,
    voice: Option<String>,
) -> Result<SpeechServer, NoSpeechServer> {
    let (address, found) = (Address::parse(address)?, load::key(kind.name())?);
    let (what, sent) = match kind {
        Kind::Hears => ("Your answers are heard by", "Your voice"),
        Kind::Speaks => ("The interviewer speaks through", "What the interviewer says"),
    };
    let model = model.unwrap_or_else(|| kind.model().into());
    let note = match address.told(sent) {
        Some(sent) => format!("{what} {model}. {sent}"),
        None => format!("{what} {model} at {address}, on this computer."),
    };
    let service = Service { address, model, key: found.key, within: WITHIN };
    Ok(SpeechServer { service, voice, note, warning: found.note })
}

/// What hears.
#[derive(Clone, Debug)]
pub struct Recogniser {
    /// The file of the speech model here.
    pub file: String,
    /// The server that it stands in for.
    pub server: Option<SpeechServer>,
}

impl Recogniser {
    /// Returns how the journal calls it.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.server {
            Some(SpeechServer { service, .. }) => format!("{} at {}", service.model, service.address.host()),
            None => self.file.clone(),
        }
    }

    /// Returns it with the patience that recordings allow.
    fn patient(self) -> Self {
        let server = self.server.map(|server| {
            let service = Service { within: WITHIN_RECORDINGS, ..server.service };
            SpeechServer { service, ..server }
        });
        Self { server, ..self }
    }
}

/// Speech models by their files, each loaded by whoever needs it first.
#[derive(Clone, Debug)]
pub(in crate::engine) struct SpeechModels {
    pub(in crate::engine) weights: Weights,
    loaded: Arc<Mutex<BTreeMap<String, SpeechModel>>>,
}

impl SpeechModels {
    pub(in crate::engine) fn new(weights: &Weights) -> Self {
        Self { weights: weights.clone(), loaded: Arc::default() }
    }

    /// Checking the digest of a large file takes a while the first time, so it happens where the model is loaded.
    pub(in crate::engine) fn get(&self, file: &str) -> Result<SpeechModel, SttError> {
        // Nothing is half loaded.
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = loaded.get(file) {
            return Ok(model.clone());
        }
        let why = |error: ModelError| format!("{error}; {}", error.hint);
        let path = self.weights.path(file).map_err(|error| SttError::Load { path: file.into(), why: why(error) })?;
        let model = SpeechModel::load(&path)?;
        loaded.insert(file.into(), model.clone());
        Ok(model)
    }
}

/// Returns what loads the recogniser, which computes with so many threads here. `tell` is told, once, when its server fails.
pub(in crate::engine) fn transcriber(
    models: SpeechModels,
    recogniser: &Recogniser,
    threads: usize,
    tell: impl Fn(String) + Send + 'static,
) -> LoadTranscriber {
    let Recogniser { file, server } = recogniser.clone();
    let load: LoadTranscriber = Box::new(move || Ok(Box::new(Whisper::over(&models.get(&file)?, threads)?)));
    match server {
        Some(server) => Box::new(move || Ok(Box::new(ServedRecogniser::new(server.service, load, tell)))),
        None => load,
    }
}

/// Returns what hears recordings, as [`transcriber`] does in a conversation, with more patience.
///
/// # Errors
/// [`SttError::Load`] when the model here is missing or broken. One that stands in for a server is loaded when it is needed.
pub fn recording_transcriber(
    weights: &Weights,
    recogniser: Recogniser,
    threads: usize,
    tell: impl Fn(String) + Send + 'static,
) -> Result<Box<dyn Transcriber>, SttError> {
    transcriber(SpeechModels::new(weights), &recogniser.patient(), threads, tell)()
}

pub(in crate::engine) fn telling(out: &Sender<Incoming>) -> impl Fn(String) + Send + Sync + 'static {
    let out = Mutex::new(out.clone());
    move |what| {
        // A sender is whole whatever happens.
        let out = out.lock().unwrap_or_else(PoisonError::into_inner);
        let _over = out.send(Incoming::Told(what));
    }
}

/// Starts the threads that render speech, which is kept in `cache`.
#[must_use]
pub fn voice_worker(weights: &Weights, cache: &Path) -> VoiceWorker {
    let (lexicon, _) = pronunciations();
    let identity = kokoro::identity(&weights.folder().join(KOKORO), &lexicon);
    let weights = weights.clone();
    let load = move || {
        let now = kokoro_with(&weights, lexicon)?;
        Ok(Voices { ahead: Box::new(now.patient()), now: Box::new(now) })
    };
    VoiceWorker::start(load, cache, identity)
}

/// Starts the threads that have speech rendered by a server.
pub(in crate::engine) fn served_voice_worker(
    weights: &Weights,
    server: SpeechServer,
    cache: &Path,
    out: &Sender<Incoming>,
) -> VoiceWorker {
    let (lexicon, _) = pronunciations();
    let identity = ServedVoice::identity(&server.service, server.voice.as_deref());
    let (weights, tell) = (weights.clone(), telling(out));
    let load = move || {
        let local = kokoro_with(&weights, lexicon)?;
        let ahead = Box::new(local.patient());
        let now = ServedVoice::new(server.service, server.voice, Box::new(local), tell);
        Ok(Voices { ahead: Box::new(now.beside(ahead)), now: Box::new(now) })
    };
    VoiceWorker::start(load, cache, identity)
}
