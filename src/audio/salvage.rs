//! Mends recordings that were cut off. A [`Recorder`](crate::audio::recorder::Recorder) tells in the header how much there is once a
//! second; what came after that is in the file, and no player knows of it. What a recording needs follows from its header and the
//! length of the file alone.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::audio::{AudioError, AudioErrorKind};
use crate::units::SAMPLE_RATE_HZ;

/// Length of the header of every recording.
const HEADER: usize = 44;

/// A sample has two bytes.
const SAMPLE: u64 = 2;

/// Where the header tells the length of the file after that place, and where the length of the sound.
const FILE_LENGTH: usize = 4;
const SOUND_LENGTH: usize = 40;

/// What a recording needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Needs {
    /// Nothing: its header tells all there is.
    Nothing,
    /// A header that tells so many bytes of sound, in place of so many, and the file cut off behind them.
    Header { told: u32, there: u32 },
    /// It has no header of ours: it is left alone.
    Leaving,
}

/// How long a recording was by its header, and how long it is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mended {
    /// Milliseconds that could be played before.
    pub told_ms: u64,
    /// Milliseconds that can be played now.
    pub plays_ms: u64,
}

/// Makes a recording play to its end. Returns none where it does already. Nobody may write to it meanwhile.
///
/// # Errors
/// [`AudioError`] when it is no recording of ours or shorter than a header, and then it is left as it is; or when it cannot be written.
pub fn mend(path: &Path) -> Result<Option<Mended>, AudioError> {
    let failed = |error: io::Error| {
        AudioError::new(
            AudioErrorKind::Unreadable,
            shown(path),
            error.to_string(),
            "check the disk and its permissions",
        )
    };
    let mut file = OpenOptions::new().read(true).write(true).open(path).map_err(failed)?;
    let length = file.metadata().map_err(failed)?.len();
    let mut header = Vec::with_capacity(HEADER);
    (&mut file).take(HEADER as u64).read_to_end(&mut header).map_err(failed)?;
    match needs(&header, length) {
        Needs::Nothing => Ok(None),
        Needs::Leaving => Err(AudioError::new(
            AudioErrorKind::Unreadable,
            shown(path),
            "it is no recording, or one that was cut off in its header",
            "it is left as it is",
        )),
        Needs::Header { told, there } => {
            write(&mut file, there).map_err(failed)?;
            Ok(Some(Mended { told_ms: ms(told), plays_ms: ms(there) }))
        }
    }
}

fn needs(header: &[u8], length: u64) -> Needs {
    let Some(told) = sound_told(header) else { return Needs::Leaving };
    let sound = length.saturating_sub(HEADER as u64).min(u64::from(u32::MAX) - HEADER as u64);
    let there = u32::try_from(sound - sound % SAMPLE).unwrap_or(u32::MAX);
    let is_whole = told == there && length == HEADER as u64 + u64::from(there);
    if is_whole { Needs::Nothing } else { Needs::Header { told, there } }
}

/// Returns how many bytes of sound a header tells. None where a recorder of ours did not write it.
fn sound_told(header: &[u8]) -> Option<u32> {
    let rate = SAMPLE_RATE_HZ.to_le_bytes();
    let bytes_a_second = (SAMPLE_RATE_HZ * SAMPLE as u32).to_le_bytes();
    // PCM, one channel; two bytes a sample, 16 bits.
    let format = [&[16, 0, 0, 0, 1, 0, 1, 0][..], &rate, &bytes_a_second, &[2, 0, 16, 0]].concat();
    let is_ours = header.len() == HEADER
        && header.starts_with(b"RIFF")
        && header[8..16] == *b"WAVEfmt "
        && header[16..36] == format[..]
        && header[36..SOUND_LENGTH] == *b"data";
    let told = header.get(SOUND_LENGTH..HEADER)?.try_into().ok()?;
    is_ours.then(|| u32::from_le_bytes(told))
}

/// A header that was written by half is mended by the next try: it only ever tells what is there.
fn write(file: &mut File, there: u32) -> io::Result<()> {
    file.set_len(HEADER as u64 + u64::from(there))?;
    file.seek(SeekFrom::Start(SOUND_LENGTH as u64))?;
    file.write_all(&there.to_le_bytes())?;
    file.seek(SeekFrom::Start(FILE_LENGTH as u64))?;
    file.write_all(&(there + (HEADER - FILE_LENGTH - 4) as u32).to_le_bytes())?;
    file.sync_all()
}

fn ms(bytes: u32) -> u64 {
    u64::from(bytes) * 1_000 / (u64::from(SAMPLE_RATE_HZ) * SAMPLE)
}

fn shown(path: &Path) -> String {
    format!("recording `{}`", path.display())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use proptest::prelude::*;

    use super::{HEADER, Mended, Needs, mend, needs};
    use crate::audio::recorder::Recorder;

    /// What a recorder leaves that is killed after so many frames.
    fn killed(path: &Path, frames: usize) {
        let mut recorder = Recorder::create(path).expect("a recorder");
        for _ in 0..frames {
            recorder.write(&[0.25; 512]).expect("it records");
        }
        std::mem::forget(recorder);
    }

    fn played(path: &Path) -> usize {
        hound::WavReader::open(path).expect("it plays").into_samples::<i16>().flatten().count()
    }

    #[test]
    fn everything_that_reached_the_file_plays_and_a_second_look_finds_nothing_to_do() {
        let folder = tempfile::tempdir().expect("a folder");
        for frames in [0, 1, 31, 40, 61, 100] {
            let path = folder.path().join(format!("{frames}.wav"));
            killed(&path, frames);
            let bytes = fs::metadata(&path).expect("it is there").len() as usize;
            let told = played(&path);
            let mended = mend(&path).expect("it is ours");
            let there = (bytes - HEADER) / 2;
            assert_eq!(played(&path), there, "{frames} frames");
            assert_eq!(mended.is_some(), told < there, "{frames} frames");
            assert!(frames * 512 - there <= 4_096, "no more is lost than a buffer of 8 KiB holds: {frames} frames");
            assert_eq!(mend(&path), Ok(None));
        }
    }

    #[test]
    fn half_a_sample_is_cut_off_and_a_header_that_tells_too_much_is_corrected() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("answer.wav");
        killed(&path, 62);
        let whole = fs::read(&path).expect("it is there");
        fs::write(&path, &whole[..whole.len() - 10_001]).expect("it can be cut");
        let mended = mend(&path).expect("it is ours").expect("there was something to mend");
        assert_eq!(mended, Mended { told_ms: 1_984, plays_ms: 1_671 });
        assert_eq!(played(&path), (whole.len() - 10_002 - HEADER) / 2);
    }

    #[test]
    fn what_is_no_recording_is_named_and_left_as_it_is() {
        let folder = tempfile::tempdir().expect("a folder");
        for content in [&b""[..], b"RIFF", b"fLaC and much more that is longer than any header of ours is ever"] {
            let path = folder.path().join("answer.wav");
            fs::write(&path, content).expect("written");
            let error = mend(&path).expect_err("it is none of ours");
            assert!(error.to_string().contains("answer.wav"), "{error}");
            assert_eq!(fs::read(&path).expect("it is there"), content);
        }
    }

    proptest! {
        #[test]
        fn no_file_gets_a_header_that_tells_more_than_is_there(header in prop::collection::vec(any::<u8>(), 0..60), length: u64) {
            if let Needs::Header { there, .. } = needs(&header, length) {
                prop_assert!(u64::from(there) + HEADER as u64 <= length);
                prop_assert_eq!(there % 2, 0);
            }
        }
    }
}
