//! Recordings at half their size, without loss. What was made smaller is read back and compared before the recording goes.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use flacenc::bitsink::ByteSink;
use flacenc::component::BitRepr;
use flacenc::config;
use flacenc::error::Verify;
use flacenc::source::MemSource;

use crate::audio::decode::Decoder;
use crate::audio::header::Header;
use crate::audio::{AudioError, AudioErrorKind};
use crate::units::SAMPLE_RATE_HZ;

/// Bytes of a recording before and after.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sizes {
    /// As WAV.
    pub before: u64,
    /// As FLAC.
    pub after: u64,
}

/// Puts a FLAC file in the place of a WAV file of ours. At every moment one of the two is there and whole: the FLAC takes its name in
/// one step, and the WAV goes only after that was read back and is the same, sample by sample. Returns none for a recording without
/// sound, which stays as it is.
///
/// # Errors
/// [`AudioError`] when it cannot be read, is not as we record, or the disk is full. The recording is untouched then.
pub fn replace(wav: &Path) -> Result<Option<Sizes>, AudioError> {
    let samples = read(wav)?;
    if samples.is_empty() {
        return Ok(None);
    }
    let flac = wav.with_extension("flac");
    if !flac.exists() {
        write(&flac, &encode(&samples)?)?;
    }
    compare(&flac, &samples)?;
    let sizes = Sizes { before: size(wav)?, after: size(&flac)? };
    fs::remove_file(wav).map_err(failed(wav, "removed"))?;
    Ok(Some(sizes))
}

/// Returns a recording of ours as the bytes of a FLAC file.
///
/// # Errors
/// [`AudioError`] when it cannot be read or is not as we record.
pub fn of(wav: &Path) -> Result<Vec<u8>, AudioError> {
    encode(&read(wav)?)
}

/// Returns 16 kHz mono samples as the bytes of a FLAC file.
///
/// # Errors
/// [`AudioError`] when the encoder fails.
pub fn encode(samples: &[i16]) -> Result<Vec<u8>, AudioError> {
    let refused = |why: String| AudioError::new(AudioErrorKind::Other, "FLAC", why, "the recording stays as it is");
    let config = config::Encoder::default().into_verified().map_err(|(_, error)| refused(error.to_string()))?;
    let samples: Vec<i32> = samples.iter().map(|sample| i32::from(*sample)).collect();
    let source = MemSource::from_samples(&samples, 1, 16, SAMPLE_RATE_HZ as usize);
    let mut stream = flacenc::encode_with_fixed_block_size(&config, source, config.block_size)
        .map_err(|error| refused(error.to_string()))?;
    // The encoder counts the last block, which is shorter, among the sizes. Readers then take the blocks for ones of any size, and
    // find none.
    let sizes = stream.stream_info_mut().set_block_sizes(config.block_size, config.block_size);
    sizes.map_err(|error| refused(error.to_string()))?;
    let mut bytes = ByteSink::new();
    stream.write(&mut bytes).map_err(|error| refused(error.to_string()))?;
    Ok(bytes.into_inner())
}

/// Returns the samples of a WAV file of ours. What lies behind the end that its header states, since the program was killed, is
/// sound too.
fn read(wav: &Path) -> Result<Vec<i16>, AudioError> {
    let cannot = |why: &str| {
        AudioError::new(
            AudioErrorKind::Unreadable,
            wav.display().to_string(),
            why,
            "it stays as it is; `hotseat transcribe` reads it",
        )
    };
    let mut file = File::open(wav).map_err(failed(wav, "read"))?;
    let header = Header::read(&mut file, size(wav)?).map_err(|why| cannot(&why))?;
    if !header.is_ours() {
        return Err(cannot("it is not 16 kHz mono of 16 bits, as recordings are"));
    }
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(header.start)).and_then(|_| file.read_to_end(&mut bytes)).map_err(failed(wav, "read"))?;
    Ok(bytes.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect())
}

/// Writes the file whole or not at all, for its owner alone, and onto the disk itself.
fn write(path: &Path, bytes: &[u8]) -> Result<(), AudioError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut draft = tempfile::NamedTempFile::new_in(folder).map_err(failed(path, "written"))?;
    draft.write_all(bytes).and_then(|()| draft.as_file().sync_all()).map_err(failed(path, "written"))?;
    draft.persist(path).map_err(|error| failed(path, "written")(error.error))?;
    // The name must be on the disk as well before the recording goes. Systems that cannot sync a folder need not.
    let _unknown_elsewhere = File::open(folder).and_then(|folder| folder.sync_all());
    Ok(())
}

/// Reads the file back, and refuses it where a sample differs.
fn compare(flac: &Path, samples: &[i16]) -> Result<(), AudioError> {
    let mut decoder = Decoder::open(flac)?;
    let mut rest = samples;
    let mut same = true;
    while let Some(piece) = decoder.read()?.filter(|_| same) {
        let (now, after) = rest.split_at(piece.len().min(rest.len()));
        same = now.len() == piece.len()
            && piece.iter().zip(now).all(|(read, sample)| *read == f32::from(*sample) / 32_768.0);
        rest = after;
    }
    if same && rest.is_empty() {
        return Ok(());
    }
    let why = "it is not the sound of the recording beside it";
    Err(AudioError::new(
        AudioErrorKind::Other,
        flac.display().to_string(),
        why,
        "move it away; the recording is untouched",
    ))
}

fn size(path: &Path) -> Result<u64, AudioError> {
    fs::metadata(path).map(|about| about.len()).map_err(failed(path, "read"))
}

fn failed(path: &Path, verb: &'static str) -> impl FnOnce(io::Error) -> AudioError {
    let what = path.display().to_string();
    move |error| {
        let (why, hint) = match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                ("the disk is full".to_owned(), "make room on the disk; the recording is untouched")
            }
            _ => (error.to_string(), "check the path; the recording is untouched"),
        };
        AudioError::new(AudioErrorKind::Other, what, format!("it cannot be {verb}: {why}"), hint)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use proptest::prelude::*;

    use super::{encode, replace};
    use crate::audio::decode::Decoder;
    use crate::audio::recorder::Recorder;

    fn record(path: &Path, samples: &[f32]) {
        let mut recorder = Recorder::create(path).unwrap();
        for frame in samples.chunks_exact(512) {
            recorder.write(frame.try_into().unwrap()).unwrap();
        }
        recorder.finish().unwrap();
    }

    fn heard(path: &Path) -> Vec<f32> {
        let mut decoder = Decoder::open(path).unwrap();
        let mut samples = Vec::new();
        while let Some(piece) = decoder.read().unwrap() {
            samples.extend(piece);
        }
        samples
    }

    fn tone(frames: usize) -> Vec<f32> {
        (0..frames * 512).map(|n| (n as f32 / 16_000.0 * 1_400.0).sin() * 0.4).collect()
    }

    #[test]
    fn a_recording_is_the_same_afterwards_and_smaller_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let (wav, flac) = (folder.path().join("answer.wav"), folder.path().join("answer.flac"));
        record(&wav, &tone(100));
        let before = heard(&wav);
        let sizes = replace(&wav).unwrap().unwrap();
        assert!(sizes.after < sizes.before / 2, "{sizes:?}");
        assert!(!wav.exists());
        assert_eq!(heard(&flac), before);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left");
        #[cfg(unix)]
        assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&flac).unwrap().permissions()) & 0o777, 0o600);
    }

    #[test]
    fn after_a_kill_between_the_two_steps_the_second_is_done_the_next_time() {
        let folder = tempfile::tempdir().unwrap();
        let (wav, flac) = (folder.path().join("answer.wav"), folder.path().join("answer.flac"));
        record(&wav, &tone(10));
        fs::write(&flac, super::of(&wav).unwrap()).unwrap();
        assert!(replace(&wav).unwrap().is_some());
        assert!(!wav.exists() && flac.exists());
    }

    #[test]
    fn other_sound_under_the_name_is_never_lost_and_the_recording_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (wav, flac) = (folder.path().join("answer.wav"), folder.path().join("answer.flac"));
        record(&wav, &tone(10));
        for other in [encode(&[1, 2, 3]).unwrap(), encode(&[0; 9_000]).unwrap()] {
            fs::write(&flac, &other).unwrap();
            let error = replace(&wav).unwrap_err();
            assert!(error.to_string().contains("answer.flac") && error.hint.contains("untouched"), "{error}");
            assert_eq!(fs::read(&flac).unwrap(), other);
            assert!(wav.exists());
        }
    }

    #[test]
    fn sound_behind_the_end_that_the_header_states_is_kept_and_a_recording_without_sound_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let (wav, flac) = (folder.path().join("answer.wav"), folder.path().join("answer.flac"));
        record(&wav, &tone(10));
        let bytes = [fs::read(&wav).unwrap(), vec![7; 1_001]].concat();
        fs::write(&wav, bytes).unwrap();
        replace(&wav).unwrap().unwrap();
        assert_eq!(heard(&flac).len(), 10 * 512 + 500);
        let empty = folder.path().join("empty.wav");
        record(&empty, &[]);
        assert_eq!(replace(&empty).unwrap(), None);
        assert!(empty.exists());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn whatever_was_heard_comes_back_sample_by_sample(
            samples in prop_oneof![prop::collection::vec(any::<i16>(), 1..9_000), prop::collection::vec(-3i16..3, 1..9_000)],
        ) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("answer.flac");
            fs::write(&path, encode(&samples).unwrap()).unwrap();
            prop_assert!(super::compare(&path, &samples).is_ok());
        }
    }
}
