//! Chooses what judges and hears kept sessions again, and what plays them.

use std::path::{Path, PathBuf};

use crate::audio::Player;
use crate::audio::decode::Decoder;
use crate::audio::speaker::Speaker;
use crate::engine::playback::{Playback, PlaybackEvent};
use crate::engine::rescoring::{Hear, Rescorer};
use crate::engine::transcribing::transcribe;
use crate::engine::wiring::speech::{Recogniser, recording_transcriber};
use crate::engine::wiring::{JUDGE, SILERO, judge_over, read};
use crate::models::Weights;
use crate::net::silero::Silero;
use crate::stt::Transcriber;
use crate::stt::whisper::default_threads;

/// Returns what judges kept sessions again: the judge that comes with Hotseat, or a network of another place. Nothing is loaded yet.
#[must_use]
pub fn rescorer(weights: &Weights, network: Option<&Path>) -> Rescorer {
    let (weights, network) = (weights.clone(), network.map(network_in));
    let by = judge_name(network.as_deref());
    let load = move |bank| {
        let network = match &network {
            Some(network) => network.clone(),
            None => weights.path(JUDGE).map_err(|error| error.to_string())?,
        };
        judge_over(bank, &network, &weights).map_err(|error| error.to_string())
    };
    Rescorer::new(by, Box::new(load))
}

/// Returns what a judge is called in a journal: the one that comes with Hotseat, or the network in a file.
#[must_use]
pub fn judge_name(network: Option<&Path>) -> String {
    let file = network.and_then(Path::file_name).map_or_else(|| JUDGE.into(), |name| name.to_string_lossy());
    format!("{file} of Hotseat {}", env!("CARGO_PKG_VERSION"))
}

/// Returns the network that a path names: the file, or the one that judges in a folder.
fn network_in(path: &Path) -> PathBuf {
    if path.is_dir() { path.join(JUDGE) } else { path.into() }
}

/// Returns what hears recordings again. Nothing is loaded yet. `tell` is told, once, when its server fails.
#[must_use]
pub fn ear(weights: &Weights, recogniser: Recogniser, tell: impl Fn(String) + Clone + Send + 'static) -> Hear {
    let weights = weights.clone();
    let mut loaded: Option<(Silero, Box<dyn Transcriber>)> = None;
    Box::new(move |recording, terms| {
        let (voice, transcriber) = match &mut loaded {
            Some(loaded) => loaded,
            None => loaded.insert(load_ear(&weights, recogniser.clone(), tell.clone())?),
        };
        let mut decoder = Decoder::open(recording).map_err(|error| error.to_string())?;
        let heard = transcribe(|| decoder.read(), voice, transcriber.as_mut(), terms, &mut |_| {});
        heard.map(|heard| heard.transcript).map_err(|error| error.to_string())
    })
}

fn load_ear(
    weights: &Weights,
    recogniser: Recogniser,
    tell: impl Fn(String) + Send + 'static,
) -> Result<(Silero, Box<dyn Transcriber>), String> {
    let silero = weights.path(SILERO).map_err(|error| error.to_string())?;
    let voice = Silero::load(&silero).map_err(|error| error.to_string())?;
    let recogniser = recording_transcriber(weights, recogniser, default_threads(), tell);
    Ok((voice, recogniser.map_err(|error| error.to_string())?))
}

/// Starts what plays recordings through the system's speaker.
pub fn playback(out: impl Fn(PlaybackEvent) + Send + 'static) -> Playback {
    let open = || match Speaker::open(None) {
        Ok(speaker) => Ok(Box::new(speaker) as Box<dyn Player>),
        Err(error) => Err(error.to_string()),
    };
    Playback::start(Box::new(open), read, out)
}
