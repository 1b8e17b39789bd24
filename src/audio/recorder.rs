//! Writes what the microphone hears to a WAV that can be played at any moment, even after a crash. Never overwrites.

use std::fs::{File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::audio::{AudioError, AudioErrorKind};
use crate::units::{FRAME_SAMPLES, Frame, SAMPLE_RATE_HZ};

/// Frames between two updates of the header: 1 s. So much is lost at most when the program is killed.
const FLUSH_FRAMES: u64 = (SAMPLE_RATE_HZ as u64) / FRAME_SAMPLES as u64;

/// Frames between two calls that push the file to the disk itself: 10 s. So much is lost at most when the power fails.
const SYNC_FRAMES: u64 = 10 * FLUSH_FRAMES;

/// A file, buffered, that can be synced to the disk under a WAV writer.
struct Recording(BufWriter<File>);

impl Write for Recording {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.0.flush()
    }
}

impl Seek for Recording {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.0.seek(to)
    }
}

/// A recording in progress: 16 kHz mono, 16 bit.
pub struct Recorder {
    path: PathBuf,
    writer: WavWriter<Recording>,
    /// A second handle on the same file, to sync by.
    file: File,
    frames: u64,
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Recorder({})", self.path.display())
    }
}

impl Recorder {
    /// Creates the file, readable by its owner alone, with a header that says it is empty.
    ///
    /// # Errors
    /// [`AudioError`] when the file exists already or cannot be created.
    pub fn create(path: &Path) -> Result<Self, AudioError> {
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let failed = |error: &std::io::Error| trouble(path, error, 0);
        let file = options.open(path).map_err(|error| failed(&error))?;
        let second = file.try_clone().map_err(|error| failed(&error))?;
        let spec =
            WavSpec { channels: 1, sample_rate: SAMPLE_RATE_HZ, bits_per_sample: 16, sample_format: SampleFormat::Int };
        let writer = WavWriter::new(Recording(BufWriter::new(file)), spec)
            .and_then(|mut writer| writer.flush().map(|()| writer))
            .map_err(|error| failed(&plain(error)))?;
        Ok(Self { path: path.to_owned(), writer, file: second, frames: 0 })
    }

    /// Adds a frame. Samples beyond full scale are clipped.
    ///
    /// # Errors
    /// [`AudioError`] says how much was kept when the disk is full or gone. Nothing can be written after that.
    pub fn write(&mut self, frame: &Frame) -> Result<(), AudioError> {
        self.try_write(frame).map_err(|error| trouble(&self.path, &error, self.frames / FLUSH_FRAMES))
    }

    fn try_write(&mut self, frame: &Frame) -> std::io::Result<()> {
        let mut samples = self.writer.get_i16_writer(FRAME_SAMPLES as u32);
        for sample in frame {
            samples.write_sample((sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)).round() as i16);
        }
        samples.flush().map_err(plain)?;
        self.frames += 1;
        if self.frames.is_multiple_of(FLUSH_FRAMES) {
            self.writer.flush().map_err(plain)?;
        }
        if self.frames.is_multiple_of(SYNC_FRAMES) {
            self.file.sync_data()?;
        }
        Ok(())
    }

    /// Completes the file and returns how long the recording is.
    ///
    /// # Errors
    /// [`AudioError`] when the last second could not be written.
    pub fn finish(self) -> Result<Duration, AudioError> {
        let Self { path, writer, file, frames } = self;
        let kept = frames / FLUSH_FRAMES;
        writer.finalize().map_err(|error| trouble(&path, &plain(error), kept))?;
        file.sync_all().map_err(|error| trouble(&path, &error, kept))?;
        Ok(Duration::from_millis(frames * crate::units::FRAME_MS))
    }
}

fn plain(error: hound::Error) -> std::io::Error {
    match error {
        hound::Error::IoError(error) => error,
        other => std::io::Error::other(other.to_string()),
    }
}

fn trouble(path: &Path, error: &std::io::Error, kept_seconds: u64) -> AudioError {
    let (kind, why, hint) = match error.kind() {
        ErrorKind::AlreadyExists => (
            AudioErrorKind::Other,
            "there is a recording already".into(),
            "move it away; recordings are never overwritten",
        ),
        ErrorKind::PermissionDenied => {
            (AudioErrorKind::Denied, "the folder may not be written to".into(), "choose another with `HOTSEAT_HOME`")
        }
        ErrorKind::NotFound => {
            (AudioErrorKind::NotFound, "its folder does not exist".into(), "choose another with `HOTSEAT_HOME`")
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            (AudioErrorKind::Full, "the disk is full".into(), "free some space; what was recorded is kept")
        }
        _ => (AudioErrorKind::Other, error.to_string(), "check the disk; what was recorded is kept"),
    };
    let kept = if kept_seconds == 0 { String::new() } else { format!("; the first {kept_seconds} s are kept") };
    AudioError { kind, what: format!("recording `{}`", path.display()), why: format!("{why}{kept}"), hint: hint.into() }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use super::Recorder;
    use crate::audio::AudioErrorKind;

    fn samples(path: &Path) -> usize {
        hound::WavReader::open(path).unwrap().samples::<i16>().map(Result::unwrap).count()
    }

    #[test]
    fn a_finished_recording_holds_every_sample() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answer.wav");
        let mut recorder = Recorder::create(&path).unwrap();
        for value in [0.5, -1.0, 2.0, f32::NAN] {
            recorder.write(&[value; 512]).unwrap();
        }
        assert_eq!(recorder.finish().unwrap(), Duration::from_millis(128));
        let mut reader = hound::WavReader::open(&path).unwrap();
        assert_eq!((reader.spec().sample_rate, reader.spec().channels, reader.spec().bits_per_sample), (16_000, 1, 16));
        let samples: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        assert_eq!(
            (samples.len(), samples[0], samples[512], samples[1_024], samples[1_536]),
            (2_048, 16_384, -32_767, 32_767, 0)
        );
    }

    #[test]
    fn a_recording_that_was_never_finished_can_be_played_up_to_its_last_second() {
        let folder = tempfile::tempdir().unwrap();
        for frames in [0usize, 1, 31, 32, 100, 330] {
            let path = folder.path().join(format!("{frames}.wav"));
            let mut recorder = Recorder::create(&path).unwrap();
            for _ in 0..frames {
                recorder.write(&[0.25; 512]).unwrap();
            }
            std::mem::forget(recorder);
            let kept = samples(&path) / 512;
            assert!(kept <= frames && kept + 31 >= frames, "{kept} of {frames} frames");
        }
    }

    #[test]
    fn an_earlier_recording_is_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answer.wav");
        let mut recorder = Recorder::create(&path).unwrap();
        recorder.write(&[0.25; 512]).unwrap();
        recorder.finish().unwrap();
        let error = Recorder::create(&path).unwrap_err();
        assert!(error.to_string().contains("answer.wav"), "{error}");
        assert_eq!(samples(&path), 512);
    }

    #[test]
    fn a_folder_that_is_missing_is_named() {
        let error = Recorder::create(Path::new("/nowhere/answer.wav")).unwrap_err();
        assert_eq!(error.kind, AudioErrorKind::NotFound);
        assert!(!error.hint.is_empty() && error.to_string().contains("/nowhere/answer.wav"));
    }

    #[cfg(unix)]
    #[test]
    fn a_recording_is_for_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("answer.wav");
        Recorder::create(&path).unwrap();
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_with_what_was_kept() {
        // Writing to /dev/full always fails like a full disk; only the header cannot be written there.
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let error = std::io::Write::write_all(&mut &full, b"x").unwrap_err();
        let told = super::trouble(Path::new("answer.wav"), &error, 12);
        assert_eq!(told.to_string(), "recording `answer.wav`: the disk is full; the first 12 s are kept");
        assert_eq!(told.kind, AudioErrorKind::Full);
    }
}
