//! The Kokoro voice: text in, speech out. Decides nothing about when or whether something is said.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::net::kokoro::{KokoroNet, MAX_PHONEMES, RATE_HZ, STYLE_SIZE};
use crate::tts::g2p::{self, Pronouncer};
use crate::tts::phonemes::{Accent, id};
use crate::tts::sentences::{halves, sentences};
use crate::tts::shape::{append, append_silence, shape};
use crate::tts::{Synthesizer, TtsError, Voice};
use crate::units::Speech;

/// A sentence with more phonemes is parted. The model takes 510, but speaks hastily and drops words near that: its
/// authors part at 400 at the latest.
const MOST_PHONEMES: usize = 350;

/// The voice, loaded.
pub struct Kokoro {
    net: KokoroNet,
    voices: PathBuf,
    styles: BTreeMap<String, Vec<f32>>,
    pronouncer: Pronouncer,
}

impl Kokoro {
    /// Loads the network. Styles are read from the folder `voices` and lexicons set up when they are first wanted.
    ///
    /// # Errors
    /// [`TtsError::Load`] when the network cannot be loaded.
    pub fn load(model: &Path, voices: &Path) -> Result<Self, TtsError> {
        let net = KokoroNet::load(model)
            .map_err(|error| TtsError::Load { path: model.display().to_string(), why: error.to_string() })?;
        Ok(Self { net, voices: voices.to_path_buf(), styles: BTreeMap::new(), pronouncer: Pronouncer::default() })
    }

    fn style(&mut self, name: &str) -> Result<&[f32], TtsError> {
        if !self.styles.contains_key(name) {
            let style = read_style(&self.voices, name)?;
            self.styles.insert(name.to_owned(), style);
        }
        Ok(&self.styles[name])
    }

    /// Renders a sentence, in halves as long as it is too long for the network.
    fn render(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
        let phonemes: Vec<u8> =
            self.pronouncer.phonemes(text, Accent::of_style(&voice.style)).chars().filter_map(id).collect();
        if phonemes.is_empty() {
            return Ok(Speech { samples: Vec::new(), rate_hz: RATE_HZ });
        }
        if phonemes.len() > MOST_PHONEMES
            && let Some((left, right)) = halves(text)
        {
            let mut speech = self.render(left, voice)?;
            append(&mut speech, self.render(right, voice)?);
            return Ok(speech);
        }
        // One letter or digit never has more sounds than the network takes.
        let phonemes = &phonemes[..phonemes.len().min(MAX_PHONEMES)];
        let speed = if voice.speed.is_finite() { voice.speed.clamp(0.5, 2.0) } else { 1.0 };
        let rows = self.style(&voice.style)?;
        let row = phonemes.len().min(rows.len() / STYLE_SIZE - 1);
        let style = rows[row * STYLE_SIZE..(row + 1) * STYLE_SIZE].to_vec();
        let samples = self
            .net
            .speak(phonemes, &style, speed)
            .map_err(|error| TtsError::Failed { text: text.to_owned(), why: error.to_string() })?;
        Ok(shape(&Speech { samples, rate_hz: RATE_HZ }))
    }
}

impl Synthesizer for Kokoro {
    fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
        // A voice that is not there is an error even if there is nothing to say.
        self.style(&voice.style)?;
        let mut speech = Speech { samples: Vec::new(), rate_hz: RATE_HZ };
        for sentence in sentences(text) {
            append(&mut speech, self.render(&sentence.text, voice)?);
            append_silence(&mut speech, sentence.gap);
        }
        Ok(speech)
    }
}

/// Returns what tells the speech of one model and state of this program from another's, for keys of a cache.
pub fn identity(model: &Path) -> String {
    let name = model.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = std::fs::metadata(model).map_or(0, |file| file.len());
    format!("{name}/{bytes}/{}", g2p::VERSION)
}

/// Returns the names of the styles in a folder, sorted.
pub fn styles(voices: &Path) -> Vec<String> {
    let Ok(files) = std::fs::read_dir(voices) else { return Vec::new() };
    let names = files.flatten().filter_map(|file| Some(file.file_name().to_str()?.strip_suffix(".bin")?.to_owned()));
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

fn read_style(voices: &Path, name: &str) -> Result<Vec<f32>, TtsError> {
    let known = styles(voices);
    if !known.iter().any(|known| known == name) {
        let why = if known.is_empty() {
            format!("there are no voices in `{}`", voices.display())
        } else {
            format!("there is no such voice; there are {}", known.join(", "))
        };
        return Err(TtsError::Load { path: name.to_owned(), why });
    }
    let path = voices.join(format!("{name}.bin"));
    let failed = |why: String| TtsError::Load { path: path.display().to_string(), why };
    let bytes = std::fs::read(&path).map_err(|error| failed(error.to_string()))?;
    let (numbers, rest) = bytes.as_chunks::<4>();
    let style: Vec<f32> = numbers.iter().copied().map(f32::from_le_bytes).collect();
    if style.is_empty()
        || !rest.is_empty()
        || !style.len().is_multiple_of(STYLE_SIZE)
        || style.iter().any(|n| !n.is_finite())
    {
        return Err(failed(format!("{} bytes are no style, which has rows of {STYLE_SIZE} numbers", bytes.len())));
    }
    Ok(style)
}
