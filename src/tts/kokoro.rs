//! The Kokoro voice: text in, speech out, whole or as it is rendered. Decides nothing about when or whether something is said.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use sha2::{Digest, Sha256};

use crate::clock;
use crate::net::crew::Crew;
use crate::net::kokoro::{FRAME_SAMPLES, KokoroNet, MARGIN, MAX_PHONEMES, Norms, Plan, RATE_HZ, STYLE_SIZE, Score};
use crate::tts::g2p::{self, Pronouncer};
use crate::tts::lexicon::Lexicon;
use crate::tts::pacing::Pacing;
use crate::tts::phonemes::{Accent, id, is_sound_id};
use crate::tts::pieces::Pieces;
use crate::tts::sentences::{clauses, halves, sentences};
use crate::tts::shape::{append, append_silence, loudness, shape};
use crate::tts::{Synthesizer, TtsError, Voice};
use crate::units::Speech;

/// A sentence with more phonemes is parted. The model takes 510, but speaks hastily and drops words near that: its
/// authors part at 400 at the latest.
const MOST_PHONEMES: usize = 350;

/// What a voice says to itself before it first speaks by stretches, to learn its norms. As long as an interviewer's sentences
/// are, with a pause as they have, and with most sounds of English; nobody hears it.
const REHEARSAL: &str =
    "What would you measure first, and how would you know that the change really made things better?";

/// Frames by which a phoneme may sound before it begins: measured, vowels do by 40 ms and hissing sounds by 95 ms.
const ONSET: usize = 8;

/// Of the last phoneme, the share that may sound, in tenths: measured, a third at most. The rest is the pause behind it.
const LAST_SOUNDS: usize = 7;

/// A frame of a plan in seconds.
const FRAME: f64 = FRAME_SAMPLES as f64 / RATE_HZ as f64;

/// What is rendered for nothing at the edges of a stretch, in seconds.
const EDGES: f64 = FRAME * 2.0 * MARGIN as f64;

/// The voice, loaded.
pub struct Kokoro {
    shared: Arc<Shared>,
    crew: Crew,
    pacing: Pacing,
}

/// What all voices over one network share.
struct Shared {
    net: KokoroNet,
    voices: PathBuf,
    styles: Mutex<BTreeMap<String, Arc<Style>>>,
    pronouncer: Mutex<Pronouncer>,
}

/// How somebody sounds.
struct Style {
    rows: Vec<f32>,
    rehearsed: OnceLock<Arc<Rehearsed>>,
}

/// What a style's rehearsal showed.
struct Rehearsed {
    norms: Norms,
    /// Brings what is rendered with these norms to the common loudness.
    gain: f32,
    peak: f32,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is behind the locks is only added to.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Kokoro {
    /// Loads the network. Styles are read from the folder `voices` and lexicons set up when they are first wanted; `lexicon` is
    /// asked before them.
    ///
    /// # Errors
    /// [`TtsError::Load`] when the network cannot be loaded.
    pub fn load(model: &Path, voices: &Path, lexicon: Lexicon) -> Result<Self, TtsError> {
        let net = KokoroNet::load(model)
            .map_err(|error| TtsError::Load { path: model.display().to_string(), why: error.to_string() })?;
        let pronouncer = Mutex::new(Pronouncer::new(lexicon));
        let shared = Shared { net, voices: voices.to_path_buf(), styles: Mutex::default(), pronouncer };
        Ok(Self { shared: Arc::new(shared), crew: Crew::hasty(), pacing: Pacing::new(EDGES) })
    }

    /// Returns a second voice over the same network, which takes only what others leave of the processor.
    #[must_use]
    pub fn patient(&self) -> Self {
        Self { shared: Arc::clone(&self.shared), crew: Crew::patient(), pacing: Pacing::new(EDGES) }
    }

    fn style(&self, name: &str) -> Result<Arc<Style>, TtsError> {
        let mut styles = lock(&self.shared.styles);
        if let Some(style) = styles.get(name) {
            return Ok(Arc::clone(style));
        }
        let rows = read_style(&self.shared.voices, name)?;
        let style = Arc::new(Style { rows, rehearsed: OnceLock::new() });
        styles.insert(name.to_owned(), Arc::clone(&style));
        Ok(style)
    }

    fn phonemes(&self, text: &str, voice: &Voice) -> Vec<u8> {
        let accent = Accent::of_style(&voice.style);
        lock(&self.shared.pronouncer).phonemes(text, accent).chars().filter_map(id).collect()
    }

    /// Renders a sentence, in halves as long as it is too long for the network.
    fn render(&self, text: &str, voice: &Voice, style: &Style) -> Result<Speech, TtsError> {
        let phonemes = self.phonemes(text, voice);
        if phonemes.is_empty() {
            return Ok(Speech { samples: Vec::new(), rate_hz: RATE_HZ });
        }
        if phonemes.len() > MOST_PHONEMES
            && let Some((left, right)) = halves(text)
        {
            let mut speech = self.render(left, voice, style)?;
            append(&mut speech, self.render(right, voice, style)?);
            return Ok(speech);
        }
        let samples =
            self.shared.net.speak(style.score(&phonemes, voice), &self.crew).map_err(|error| failed(text, &error))?;
        Ok(shape(&Speech { samples, rate_hz: RATE_HZ }))
    }

    /// Renders a clause stretch by stretch. Returns whether anybody still listens.
    fn render_on(&self, clause: &str, voice: &Voice, style: &Style, way: &mut Way<'_>) -> Result<bool, TtsError> {
        let phonemes = self.phonemes(clause, voice);
        if phonemes.is_empty() {
            return Ok(true);
        }
        if phonemes.len() > MOST_PHONEMES
            && let Some((left, right)) = halves(clause)
        {
            return Ok(self.render_on(left, voice, style, way)? && self.render_on(right, voice, style, way)?);
        }
        let whole = |error| failed(clause, &error);
        let plan = self.shared.net.plan(style.score(&phonemes, voice), &self.crew).map_err(whole)?;
        let last = phonemes.iter().rposition(|id| is_sound_id(*id)).unwrap_or(phonemes.len() - 1);
        let end = plan.start(last) + (plan.start(last + 1) - plan.start(last)) * LAST_SOUNDS / 10;
        let mut at = plan.start(0).saturating_sub(ONSET);
        while at < end {
            let left = FRAME * (end - at) as f64;
            let stretch = if way.began.is_some() { way.pacing.next(left, way.ahead()) } else { way.pacing.first(left) };
            let frames = (stretch / FRAME).round().max(1.0) as usize;
            let until = (at + frames).min(end);
            if !self.render_stretch(&plan, at..until, way).map_err(whole)? {
                return Ok(false);
            }
            at = until;
        }
        Ok(true)
    }

    fn render_stretch(
        &self,
        plan: &Plan,
        frames: std::ops::Range<usize>,
        way: &mut Way<'_>,
    ) -> Result<bool, crate::net::NetError> {
        let began = clock::now();
        let sound = FRAME * frames.len() as f64;
        let samples = self.shared.net.sound(plan, frames, &way.rehearsed.norms, &self.crew)?;
        way.pacing.learn(began.elapsed().as_secs_f64(), sound);
        let heard = way.pieces.push(&samples);
        Ok(way.give(heard))
    }

    /// Returns what the style's rehearsal showed, and rehearses where it did not yet.
    fn rehearse(&self, voice: &Voice) -> Result<Arc<Rehearsed>, TtsError> {
        let style = self.style(&voice.style)?;
        if let Some(rehearsed) = style.rehearsed.get() {
            return Ok(Arc::clone(rehearsed));
        }
        let phonemes = self.phonemes(REHEARSAL, voice);
        let score = Score { speed: 1.0, ..style.score(&phonemes, voice) };
        let (samples, norms) = self.shared.net.measure(score, &self.crew).map_err(|error| failed(REHEARSAL, &error))?;
        let (gain, peak) = loudness(&samples, RATE_HZ);
        // Somebody else may have been faster; both found the same.
        Ok(Arc::clone(style.rehearsed.get_or_init(|| Arc::new(Rehearsed { norms, gain, peak }))))
    }
}

impl Style {
    fn score<'a>(&'a self, phonemes: &'a [u8], voice: &Voice) -> Score<'a> {
        // One letter or digit never has more sounds than the network takes.
        let phonemes = &phonemes[..phonemes.len().min(MAX_PHONEMES)];
        let row = phonemes.len().min(self.rows.len() / STYLE_SIZE - 1);
        let speed = if voice.speed.is_finite() { voice.speed.clamp(0.5, 2.0) } else { 1.0 };
        Score { phonemes, style: &self.rows[row * STYLE_SIZE..(row + 1) * STYLE_SIZE], speed }
    }
}

/// A sentence that is on its way to somebody who listens.
struct Way<'a> {
    rehearsed: Arc<Rehearsed>,
    pacing: Pacing,
    pieces: Pieces,
    give: &'a mut dyn FnMut(Speech) -> bool,
    began: Option<Instant>,
    given: Duration,
}

impl Way<'_> {
    fn give(&mut self, samples: Vec<f32>) -> bool {
        if samples.is_empty() {
            return true;
        }
        let speech = Speech { samples, rate_hz: RATE_HZ };
        self.began.get_or_insert_with(clock::now);
        self.given += speech.duration();
        (self.give)(speech)
    }

    /// Returns the seconds that were given and cannot have been heard yet.
    fn ahead(&self) -> f64 {
        self.given.saturating_sub(self.began.map_or(Duration::ZERO, |began| began.elapsed())).as_secs_f64()
    }
}

impl Synthesizer for Kokoro {
    fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
        // A voice that is not there is an error even if there is nothing to say.
        let style = self.style(&voice.style)?;
        let mut speech = Speech { samples: Vec::new(), rate_hz: RATE_HZ };
        for sentence in sentences(text) {
            append(&mut speech, self.render(&sentence.text, voice, &style)?);
            append_silence(&mut speech, sentence.gap);
        }
        Ok(speech)
    }

    fn stream(&mut self, text: &str, voice: &Voice, give: &mut dyn FnMut(Speech) -> bool) -> Result<(), TtsError> {
        let style = self.style(&voice.style)?;
        // Whoever has not rehearsed yet is sooner done without.
        let Some(rehearsed) = style.rehearsed.get() else {
            let _goes_on = give(self.synthesize(text, voice)?);
            return Ok(());
        };
        for sentence in sentences(text) {
            let pieces = Pieces::new(RATE_HZ, rehearsed.gain, rehearsed.peak);
            let rehearsed = Arc::clone(rehearsed);
            let mut way = Way { rehearsed, pacing: self.pacing, pieces, give, began: None, given: Duration::ZERO };
            let mut goes_on = true;
            for clause in clauses(&sentence.text) {
                goes_on = goes_on && self.render_on(&clause, voice, &style, &mut way)?;
            }
            self.pacing = way.pacing;
            if !goes_on {
                break;
            }
            let mut end = Speech { samples: way.pieces.finish(), rate_hz: RATE_HZ };
            append_silence(&mut end, sentence.gap);
            if !end.samples.is_empty() && !give(end) {
                break;
            }
        }
        Ok(())
    }

    fn get_ready(&mut self, voice: &Voice) -> Result<(), TtsError> {
        self.rehearse(voice).map(drop)
    }
}

fn failed(text: &str, error: &crate::net::NetError) -> TtsError {
    TtsError::Failed { text: text.to_owned(), why: error.to_string() }
}

/// Returns what tells the speech of one model, lexicon and state of this program from another's, for keys of a cache.
pub fn identity(model: &Path, lexicon: &Lexicon) -> String {
    let name = model.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let bytes = std::fs::metadata(model).map_or(0, |file| file.len());
    let words = Sha256::digest(lexicon.text());
    let words = words.iter().take(8).fold(0u64, |hash, byte| hash << 8 | u64::from(*byte));
    format!("{name}/{bytes}/{}/{words:016x}", g2p::VERSION)
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
