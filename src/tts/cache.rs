//! Speech that was rendered before, kept on disk sentence by sentence. A cache that cannot be used only costs time: nothing
//! that goes wrong with it reaches the caller.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::tts::sentences::sentences;
use crate::tts::shape::{append, append_silence, from_16_bit, to_16_bit};
use crate::tts::{Synthesizer, TtsError, Voice};
use crate::units::Speech;

/// Bytes that a cache may hold on disk: some three hours of speech.
const LIMIT_BYTES: u64 = 500_000_000;

/// Sentences that are remembered in memory where the folder cannot be written, some ten minutes of speech.
const REMEMBERED: usize = 100;

/// A voice that renders each sentence once.
pub struct Cached<S> {
    inner: S,
    store: Arc<Store>,
}

impl<S: Synthesizer> Cached<S> {
    /// Keeps the speech of `inner` in `folder`, which is made when it is first written to. `model` tells this voice's speech
    /// from that of other models.
    pub fn new(inner: S, folder: &Path, model: impl Into<String>) -> Self {
        Self::over(inner, Arc::new(Store::new(folder, model)))
    }

    /// Keeps the speech of `inner` in a store that others may use too.
    pub fn over(inner: S, store: Arc<Store>) -> Self {
        Self { inner, store }
    }

    fn sentence(&mut self, text: &str, voice: &Voice, give: &mut dyn FnMut(Speech) -> bool) -> Result<bool, TtsError> {
        let key = self.store.key(text, voice);
        if let Some(speech) = self.store.find(&key) {
            return Ok(give(speech));
        }
        let (mut whole, mut goes_on) = (Speech::default(), true);
        self.inner.stream(text, voice, &mut |piece| {
            let piece = in_16_bits(piece);
            append(&mut whole, piece.clone());
            goes_on = give(piece);
            goes_on
        })?;
        // What was called off may lack its end.
        if goes_on && !whole.samples.is_empty() && !self.inner.stood_in() {
            self.store.keep(key, whole);
        }
        Ok(goes_on)
    }
}

impl<S: Synthesizer> Synthesizer for Cached<S> {
    fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
        let mut whole = Speech::default();
        for sentence in sentences(text) {
            let key = self.store.key(&sentence.text, voice);
            let speech = match self.store.find(&key) {
                Some(speech) => speech,
                None => {
                    let speech = in_16_bits(self.inner.synthesize(&sentence.text, voice)?);
                    if !speech.samples.is_empty() && !self.inner.stood_in() {
                        self.store.keep(key, speech.clone());
                    }
                    speech
                }
            };
            append(&mut whole, speech);
            append_silence(&mut whole, sentence.gap);
        }
        Ok(whole)
    }

    fn stream(&mut self, text: &str, voice: &Voice, give: &mut dyn FnMut(Speech) -> bool) -> Result<(), TtsError> {
        for sentence in sentences(text) {
            let mut rate_hz = None;
            let mut goes_on = self.sentence(&sentence.text, voice, &mut |piece| {
                rate_hz = Some(piece.rate_hz);
                give(piece)
            })?;
            if let (true, Some(rate_hz), false) = (goes_on, rate_hz, sentence.gap.is_zero()) {
                let mut gap = Speech { samples: Vec::new(), rate_hz };
                append_silence(&mut gap, sentence.gap);
                goes_on = give(gap);
            }
            if !goes_on {
                break;
            }
        }
        Ok(())
    }

    fn get_ready(&mut self, voice: &Voice) -> Result<(), TtsError> {
        self.inner.get_ready(voice)
    }
}

/// Where speech is kept, by text, voice, speed and model.
pub struct Store {
    folder: PathBuf,
    model: String,
    limit: u64,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    /// Bytes in the folder; none until they are first counted.
    used: Option<u64>,
    remembered: VecDeque<(String, Speech)>,
}

impl Store {
    /// Returns the store in `folder` for the speech of `model`.
    pub fn new(folder: &Path, model: impl Into<String>) -> Self {
        Self { folder: folder.to_path_buf(), model: model.into(), limit: LIMIT_BYTES, kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // A count and a list: whole whatever happens.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn key(&self, text: &str, voice: &Voice) -> String {
        let mut hash = Sha256::new();
        for part in [self.model.as_bytes(), voice.style.as_bytes(), &voice.speed.to_le_bytes(), text.as_bytes()] {
            // With its length before it, so that no two lists of parts look alike.
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        hash.finalize().iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _infallible = write!(hex, "{byte:02x}");
            hex
        })
    }

    fn file(&self, key: &str) -> PathBuf {
        self.folder.join(format!("{key}.wav"))
    }

    fn find(&self, key: &str) -> Option<Speech> {
        read(&self.file(key)).or_else(|| {
            let kept = self.kept();
            kept.remembered.iter().find(|(known, _)| known == key).map(|(_, speech)| speech.clone())
        })
    }

    fn keep(&self, key: String, speech: Speech) {
        match write(&self.file(&key), &speech) {
            Ok(bytes) => self.make_room(bytes),
            Err(_unwritable) => {
                let mut kept = self.kept();
                if kept.remembered.len() == REMEMBERED {
                    kept.remembered.pop_front();
                }
                kept.remembered.push_back((key, speech));
            }
        }
    }

    /// Counts what was written and removes the oldest speech when there is too much.
    fn make_room(&self, written: u64) {
        let mut kept = self.kept();
        let used =
            kept.used.map_or_else(|| files(&self.folder).iter().map(|file| file.bytes).sum(), |used| used + written);
        kept.used = Some(used);
        if used <= self.limit {
            return;
        }
        let mut files = files(&self.folder);
        files.sort_by_key(|file| file.at);
        let mut used: u64 = files.iter().map(|file| file.bytes).sum();
        // A tenth more than needed, so that not every sentence from now on has to clear up.
        for file in files {
            if used <= self.limit / 10 * 9 {
                break;
            }
            if std::fs::remove_file(&file.path).is_ok() {
                used -= file.bytes;
            }
        }
        kept.used = Some(used);
    }
}

/// Returns the speech as it will come back from disk, so that the first time sounds like the second.
fn in_16_bits(mut speech: Speech) -> Speech {
    for sample in &mut speech.samples {
        *sample = from_16_bit(to_16_bit(*sample));
    }
    speech
}

struct File {
    path: PathBuf,
    bytes: u64,
    at: SystemTime,
}

fn files(folder: &Path) -> Vec<File> {
    let Ok(files) = std::fs::read_dir(folder) else { return Vec::new() };
    let wavs = files.flatten().filter(|file| file.path().extension().is_some_and(|ending| ending == "wav"));
    let sized = wavs.filter_map(|file| {
        let known = file.metadata().ok()?;
        Some(File { path: file.path(), bytes: known.len(), at: known.modified().ok()? })
    });
    sized.collect()
}

/// Returns the speech in a file, none if it is missing, cut short or no speech at all.
fn read(path: &Path) -> Option<Speech> {
    let mut wav = hound::WavReader::open(path).ok()?;
    let spec = wav.spec();
    if spec.channels != 1 || spec.bits_per_sample != 16 || spec.sample_format != hound::SampleFormat::Int {
        return None;
    }
    let samples: Vec<f32> =
        wav.samples::<i16>().map(|sample| sample.map(from_16_bit)).collect::<Result<_, _>>().ok()?;
    (!samples.is_empty()).then_some(Speech { samples, rate_hz: spec.sample_rate })
}

/// Writes a file that is whole or not there, and returns its bytes.
fn write(path: &Path, speech: &Speech) -> Result<u64, hound::Error> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    write_wav(BufWriter::new(file.as_file_mut()), speech)?;
    let bytes = file.as_file().metadata()?.len();
    file.persist(path).map_err(|error| error.error)?;
    Ok(bytes)
}

/// Writes speech as a WAV file with 16 bits a sample.
///
/// # Errors
/// [`hound::Error`] when it cannot be written.
pub fn write_wav(to: impl std::io::Write + std::io::Seek, speech: &Speech) -> Result<(), hound::Error> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: speech.rate_hz,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut wav = hound::WavWriter::new(to, spec)?;
    for sample in &speech.samples {
        wav.write_sample(to_16_bit(*sample))?;
    }
    wav.finalize()
}

#[cfg(test)]
mod tests {
    use super::{Cached, Store, files};
    use crate::tts::{Synthesizer, TtsError, Voice};
    use crate::units::Speech;
    use std::path::Path;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// Renders a ramp and counts how often.
    struct Counting(Arc<AtomicU32>);

    impl Synthesizer for Counting {
        fn synthesize(&mut self, text: &str, _voice: &Voice) -> Result<Speech, TtsError> {
            self.0.fetch_add(1, Ordering::SeqCst);
            let samples = (0..text.len() * 100).map(|at| (at as f32 * 0.001).sin() * 0.9).collect();
            Ok(Speech { samples, rate_hz: 24_000 })
        }
    }

    fn cached(folder: &Path) -> (Cached<Counting>, Arc<AtomicU32>) {
        let count = Arc::new(AtomicU32::new(0));
        (Cached::new(Counting(count.clone()), folder, "model/1"), count)
    }

    fn voice(style: &str, speed: f32) -> Voice {
        Voice { style: style.into(), speed }
    }

    #[test]
    fn a_sentence_is_rendered_once_and_sounds_the_same_ever_after() {
        let folder = tempfile::tempdir().unwrap();
        let (mut first, count) = cached(folder.path());
        let fresh = first.synthesize("One. Two.", &voice("a", 1.0)).unwrap();
        let again = first.synthesize("One. Two.", &voice("a", 1.0)).unwrap();
        let (mut later, later_count) = cached(folder.path());
        let kept = later.synthesize("One. Two.", &voice("a", 1.0)).unwrap();
        assert!(fresh == again && fresh == kept);
        assert_eq!((count.load(Ordering::SeqCst), later_count.load(Ordering::SeqCst)), (2, 0));
    }

    #[test]
    fn sentences_are_shared_between_texts_but_not_between_voices() {
        let folder = tempfile::tempdir().unwrap();
        let (mut cache, count) = cached(folder.path());
        for (text, voice, rendered) in [
            ("Thank you.", voice("a", 1.0), 1),
            ("Thank you. Next one.", voice("a", 1.0), 2),
            ("Thank you.", voice("b", 1.0), 3),
            ("Thank you.", voice("a", 1.1), 4),
            ("Next one.", voice("a", 1.0), 4),
        ] {
            cache.synthesize(text, &voice).unwrap();
            assert_eq!(count.load(Ordering::SeqCst), rendered, "{text} {voice:?}");
        }
    }

    #[test]
    fn a_corrupt_file_is_rendered_again_and_mended() {
        let folder = tempfile::tempdir().unwrap();
        let (mut cache, count) = cached(folder.path());
        let fresh = cache.synthesize("One.", &voice("a", 1.0)).unwrap();
        let path = files(folder.path()).remove(0).path;
        let whole = std::fs::read(&path).unwrap();
        for (nth, broken) in [&b""[..], b"RIFF", &whole[..whole.len() / 2], b"not a sound"].into_iter().enumerate() {
            std::fs::write(&path, broken).unwrap();
            assert!(cache.synthesize("One.", &voice("a", 1.0)).unwrap() == fresh);
            assert_eq!(count.load(Ordering::SeqCst), 2 + nth as u32);
            assert!(std::fs::read(&path).unwrap() == whole);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_written_only_costs_the_keeping() {
        let folder = tempfile::tempdir().unwrap();
        let blocked = folder.path().join("file");
        std::fs::write(&blocked, "in the way").unwrap();
        let (mut cache, count) = cached(&blocked.join("cache"));
        let first = cache.synthesize("One.", &voice("a", 1.0)).unwrap();
        let second = cache.synthesize("One.", &voice("a", 1.0)).unwrap();
        assert!(first == second && !first.samples.is_empty());
        assert_eq!(count.load(Ordering::SeqCst), 1, "it is remembered for this run");
    }

    #[test]
    fn the_folder_stays_within_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let store = Arc::new(Store { limit: 10_000, ..Store::new(folder.path(), "model/1") });
        let mut cache = Cached::over(Counting(Arc::default()), store);
        for nth in 0..40 {
            cache.synthesize(&format!("Sentence {nth}."), &voice("a", 1.0)).unwrap();
            let used: u64 = files(folder.path()).iter().map(|file| file.bytes).sum();
            assert!(used <= 10_000, "{used}");
        }
        assert!(!files(folder.path()).is_empty());
        let strays = std::fs::read_dir(folder.path()).unwrap().count() - files(folder.path()).len();
        assert_eq!(strays, 0, "no half-written file stays");
    }

    #[test]
    fn a_text_without_words_is_no_speech_and_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let (mut cache, count) = cached(folder.path());
        assert!(cache.synthesize(" ... ", &voice("a", 1.0)).unwrap().samples.is_empty());
        assert_eq!((count.load(Ordering::SeqCst), files(folder.path()).len()), (0, 0));
    }
}
