//! Gives prepared answers from a folder of sound files, as if they were spoken. Decides nothing about what is asked.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::audio::decode::Decoder;
use crate::audio::pace::{Metronome, Pace};
use crate::audio::{Asked, AudioError, AudioErrorKind, FrameSource, Next};
use crate::dsp::framer::Framer;
use crate::units::{FRAME_MS, FRAME_SAMPLES};

/// Endings of the files that are looked at, the preferred first.
const ENDINGS: [&str; 6] = ["wav", "flac", "mp3", "aiff", "aif", "aifc"];

/// Frames of silence behind an answer: 6 s, longer than any pause that ends a turn.
const SILENT_FRAMES: u64 = 6_000 / FRAME_MS;

/// A folder with one sound file for each answer: `<question>.wav`, and for follow-ups `<question>.<follow-up>.wav` or
/// `<question>.followup-<n>.wav`, counted from 1.
#[derive(Debug)]
pub struct AnswerFolder {
    files: BTreeMap<String, PathBuf>,
    notes: Vec<String>,
    metronome: Metronome,
    answer: Option<Decoder>,
    framer: Framer,
    silence_left: u64,
}

impl AnswerFolder {
    /// Opens a folder and looks into each of its sound files, so that a broken one is known before the interview begins.
    ///
    /// # Errors
    /// [`AudioError`] when there is no such folder, it holds no sound file, or one of them cannot be read.
    pub fn open(dir: &Path, pace: Pace) -> Result<Self, AudioError> {
        let files = sound_files(dir)?;
        if files.is_empty() {
            let hint = "name each answer after its question, such as `high-availability.wav`";
            return Err(AudioError::new(
                AudioErrorKind::NotFound,
                dir.display().to_string(),
                "the folder holds no sound file",
                hint,
            ));
        }
        let mut notes = Vec::new();
        for path in files.values() {
            notes.extend(Decoder::open(path)?.note());
        }
        let (metronome, framer) = (Metronome::new(pace), Framer::default());
        Ok(Self { files, notes, metronome, answer: None, framer, silence_left: 0 })
    }

    /// Returns the names of the files without their endings, in lower case and in order: what is answered.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Returns what is odd about the files, a line each.
    #[must_use]
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    fn file(&self, asked: &Asked) -> Option<&PathBuf> {
        let question = asked.question.as_str();
        match &asked.follow_up {
            None => self.files.get(question),
            Some(id) => self
                .files
                .get(&format!("{question}.{id}"))
                .or_else(|| self.files.get(&format!("{question}.followup-{}", asked.nth))),
        }
    }
}

impl FrameSource for AnswerFolder {
    fn next(&mut self) -> Result<Next, AudioError> {
        let frame = loop {
            if let Some(frame) = self.framer.pop() {
                break frame;
            }
            match &mut self.answer {
                Some(answer) => match answer.read()? {
                    Some(piece) => self.framer.push(&piece),
                    None => self.answer = None,
                },
                None => match self.framer.finish() {
                    Some(frame) => break frame,
                    None if self.silence_left > 0 => {
                        self.silence_left -= 1;
                        break Box::new([0.0; FRAME_SAMPLES]);
                    }
                    None => return Ok(Next::Ended),
                },
            }
        };
        self.metronome.wait();
        Ok(Next::Frame(frame))
    }

    /// Opens the answer to what was asked. Without a file there is only silence: a question that nobody answered.
    fn cue(&mut self, asked: &Asked) -> Result<(), AudioError> {
        self.answer = None;
        self.answer = self.file(asked).map(|path| Decoder::open(path)).transpose()?;
        self.framer.clear();
        self.silence_left = SILENT_FRAMES;
        self.metronome.restart();
        Ok(())
    }

    fn go_on(&mut self) {
        self.metronome.restart();
    }

    fn is_live(&self) -> bool {
        self.metronome.pace() == Pace::RealTime
    }
}

/// Returns the sound files of a folder by name. Of two with the same name, the one with the preferred ending is taken.
fn sound_files(dir: &Path) -> Result<BTreeMap<String, PathBuf>, AudioError> {
    let what = dir.display().to_string();
    let failed = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            AudioError::new(AudioErrorKind::NotFound, &what, "there is no such folder", "check the path")
        }
        std::io::ErrorKind::NotADirectory => AudioError::new(
            AudioErrorKind::Unreadable,
            &what,
            "it is no folder",
            "name the folder that holds the answers",
        ),
        _ => AudioError::new(AudioErrorKind::Unreadable, &what, error.to_string(), "check the folder's permissions"),
    };
    let mut found: BTreeMap<String, (usize, PathBuf)> = BTreeMap::new();
    for entry in std::fs::read_dir(dir).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let lower = |part: Option<&std::ffi::OsStr>| part.map(|part| part.to_string_lossy().to_lowercase());
        let (Some(name), Some(ending)) = (lower(path.file_stem()), lower(path.extension())) else { continue };
        let Some(rank) = ENDINGS.iter().position(|known| *known == ending) else { continue };
        // Copies of files between systems leave hidden companions such as `._answer.wav`.
        if name.starts_with('.') {
            continue;
        }
        let better = found.get(&name).is_none_or(|(other, _)| rank < *other);
        if better {
            found.insert(name, (rank, path));
        }
    }
    Ok(found.into_iter().map(|(name, (_, path))| (name, path)).collect())
}
