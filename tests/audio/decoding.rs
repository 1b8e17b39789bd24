//! Sound files of every kind, whole and broken.

use std::io::Write;
use std::path::PathBuf;

use hotseat::audio::AudioErrorKind;
use hotseat::audio::decode::Decoder;
use proptest::prelude::*;
use tempfile::TempDir;

use super::{assert_tone, data, read, speech_wav, tone, wav};

fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// Returns the tone on each of `channels` in a format.
fn encoded(format: u16, channels: u16, rate_hz: u32, bits: u16) -> Vec<u8> {
    let sample = |value: f32| match (format, bits) {
        (1, 8) => vec![(value * 127.0 + 128.0) as u8],
        (1, 16) => ((value * 32_767.0) as i16).to_le_bytes().to_vec(),
        (1, 24) => ((value * 8_388_607.0) as i32).to_le_bytes()[..3].to_vec(),
        (1, _) => ((f64::from(value) * 2_147_483_647.0) as i32).to_le_bytes().to_vec(),
        (_, 32) => value.to_le_bytes().to_vec(),
        _ => f64::from(value).to_le_bytes().to_vec(),
    };
    let sound: Vec<u8> =
        tone(rate_hz, 0.4).into_iter().flat_map(|value| sample(value).repeat(usize::from(channels))).collect();
    wav(format, channels, rate_hz, bits, &sound)
}

#[test]
fn wav_files_of_every_width_rate_and_number_of_channels_give_the_same_tone() {
    for (format, bits) in [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)] {
        for (channels, rate_hz) in [(1, 16_000), (2, 44_100), (1, 8_000), (8, 48_000), (2, 192_000)] {
            let (_folder, path) = file("a.wav", &encoded(format, channels, rate_hz, bits));
            let (samples, note) = read(&path).unwrap();
            let context = format!("format {format}, {bits} bits, {channels} channels, {rate_hz} Hz");
            assert_tone(&samples, 0.4, &context);
            assert_eq!(samples.len(), 6_400, "{context}");
            assert_eq!(note, None, "{context}");
        }
    }
}

#[test]
fn flac_mp3_aiff_and_compressed_wav_files_are_read() {
    for name in ["tone.flac", "tone.mp3", "tone.aiff", "tone-mu.wav", "tone-ima.wav"] {
        let (samples, note) = read(&data(name)).unwrap();
        assert_tone(&samples, 0.4, name);
        assert_eq!(note, None, "{name}");
    }
}

#[test]
fn an_mp3_that_is_called_wav_is_read_and_said_to_be_one() {
    let (_folder, path) = file("answer.wav", &std::fs::read(data("tone.mp3")).unwrap());
    let (samples, note) = read(&path).unwrap();
    assert_tone(&samples, 0.4, "mp3");
    assert!(note.unwrap().contains("really an MP3 file"));
}

#[test]
fn an_mp3_stream_within_a_wav_is_read() {
    let (_folder, path) = file("a.wav", &wav(0x55, 1, 44_100, 0, &std::fs::read(data("tone.mp3")).unwrap()));
    assert_tone(&read(&path).unwrap().0, 0.4, "mp3 in wav");
}

#[test]
fn the_length_is_known_before_the_sound_is_read() {
    for (name, ms) in [("tone.flac", 400), ("tone.aiff", 400), ("tone-mu.wav", 400)] {
        assert_eq!(Decoder::open(&data(name)).unwrap().duration().unwrap().as_millis(), ms, "{name}");
    }
}

#[test]
fn what_cannot_be_read_is_refused_with_its_name_the_reason_and_what_to_do() {
    let whole = speech_wav(&tone(16_000, 0.1));
    let folder = tempfile::tempdir().unwrap();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("empty.wav", vec![], "it is empty"),
        ("text.wav", b"Dear diary, today I was asked about high availability.".to_vec(), "it is not a sound file"),
        ("short.wav", whole[..9].to_vec(), "its header is cut off"),
        ("header.wav", whole[..30].to_vec(), "its header is cut off"),
        ("no-data.wav", whole[..36].to_vec(), "its header is cut off before the sound begins"),
        ("no-sound.wav", wav(1, 1, 16_000, 16, &[]), "it holds no sound"),
        ("rate-0.wav", wav(1, 1, 0, 16, &[0; 64]), "0 samples a second"),
        ("rate-10m.wav", wav(1, 1, 10_000_000, 16, &[0; 64]), "10000000 samples a second"),
        ("channels-0.wav", wav(1, 0, 16_000, 16, &[0; 64]), "0 channels"),
        ("channels-many.wav", wav(1, 65_535, 16_000, 32, &[0; 64]), "65535 channels"),
        ("bits-7.wav", wav(1, 1, 16_000, 7, &[0; 64]), "format 0x0001 with 7 bits"),
        ("unknown.wav", wav(0x1234, 1, 16_000, 16, &[0; 64]), "format 0x1234"),
        ("nan.wav", wav(3, 1, 16_000, 32, &f32::NAN.to_le_bytes().repeat(64)), "damaged throughout"),
        ("flac.flac", b"fLaC and nothing more of that kind".to_vec(), "it"),
        ("tag-only.mp3", b"ID3\x03\0\0\0\0\0\0".to_vec(), "it"),
        ("aiff.aiff", b"FORM\0\0\0\x04AIFF".to_vec(), "it"),
    ];
    for (name, bytes, why) in cases {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        let error = read(&path).unwrap_err();
        assert_eq!(error.kind, AudioErrorKind::Unreadable, "{name}");
        assert!(error.what.ends_with(name), "{error}");
        assert!(error.why.contains(why), "{error}");
        assert!(!error.hint.is_empty(), "{error}");
    }
}

#[test]
fn a_folder_and_a_missing_file_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let error = Decoder::open(folder.path()).unwrap_err();
    assert_eq!((error.kind, error.why.as_str()), (AudioErrorKind::Unreadable, "it is a folder"));
    let error = Decoder::open(&folder.path().join("none.wav")).unwrap_err();
    assert_eq!((error.kind, error.why.as_str()), (AudioErrorKind::NotFound, "there is no such file"));
}

#[test]
fn a_recording_that_was_cut_short_is_read_as_far_as_it_goes() {
    let whole = speech_wav(&tone(16_000, 0.8));
    let (_folder, path) = file("cut.wav", &whole[..44 + 12_801]);
    let (samples, note) = read(&path).unwrap();
    assert_tone(&samples, 0.4, "cut");
    assert!(note.unwrap().contains("it ends after 0.4 s of 0.8 s"));

    let (_folder, path) = file("cut.flac", &std::fs::read(data("tone.flac")).unwrap()[..3_000]);
    let (samples, note) = read(&path).unwrap();
    assert!(samples.len() > 1_000, "{}", samples.len());
    assert!(note.unwrap().contains("of 0.4 s"));
}

#[test]
fn a_header_that_was_never_finished_does_not_hide_the_sound() {
    for claimed in [0, u32::MAX] {
        let mut bytes = speech_wav(&tone(16_000, 0.4));
        bytes[40..44].copy_from_slice(&claimed.to_le_bytes());
        bytes[4..8].copy_from_slice(&claimed.to_le_bytes());
        let (_folder, path) = file("a.wav", &bytes);
        assert_tone(&read(&path).unwrap().0, 0.4, "unfinished");
    }
}

#[test]
fn samples_that_are_no_numbers_become_silence_and_a_note() {
    let mut samples = tone(16_000, 0.4);
    (samples[10], samples[11], samples[12]) = (f32::NAN, f32::INFINITY, 1e30);
    let sound: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let (_folder, path) = file("a.wav", &wav(3, 1, 16_000, 32, &sound));
    let (read, note) = read(&path).unwrap();
    assert_eq!((read[10], read[11], read[12]), (0.0, 0.0, 1.0));
    assert!(note.unwrap().contains("2 of its samples are no numbers"));
}

#[test]
fn chunks_before_and_behind_the_sound_are_stepped_over() {
    let plain = speech_wav(&tone(16_000, 0.4));
    let mut bytes = plain[..12].to_vec();
    bytes.extend(b"LIST\x05\0\0\0INFO!\0");
    bytes.extend(&plain[12..]);
    bytes.extend(b"LIST\x04\0\0\0INFO");
    let (_folder, path) = file("a.wav", &bytes);
    let (samples, note) = read(&path).unwrap();
    assert_eq!((samples.len(), note), (6_400, None));
}

#[test]
fn a_long_file_is_read_in_small_pieces() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.wav");
    let mut out = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    let seconds = 600_u32;
    out.write_all(&wav(1, 1, 8_000, 8, &[])[..40]).unwrap();
    out.write_all(&(8_000 * seconds).to_le_bytes()).unwrap();
    for _ in 0..seconds {
        out.write_all(&[128; 8_000]).unwrap();
    }
    drop(out);
    let mut decoder = Decoder::open(&path).unwrap();
    let (mut total, mut longest) = (0, 0);
    while let Some(piece) = decoder.read().unwrap() {
        (total, longest) = (total + piece.len(), longest.max(piece.len()));
    }
    assert_eq!(total, 16_000 * seconds as usize);
    assert!(longest < 16_000, "{longest}");
}

#[test]
fn real_recordings_are_read_whole() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/speech");
    let Ok(files) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    };
    for path in files.map(|entry| entry.unwrap().path()).filter(|path| path.extension().is_some()) {
        if !matches!(path.extension().and_then(|ending| ending.to_str()), Some("wav" | "flac")) {
            continue;
        }
        let (samples, note) = read(&path).unwrap();
        let length = Decoder::open(&path).unwrap().duration().unwrap();
        assert_eq!(samples.len() as u128, length.as_nanos() * 16_000 / 1_000_000_000, "{}", path.display());
        assert_eq!(note, None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_damage_to_a_file_is_more_than_an_error(
        which in 0_usize..7,
        changes in prop::collection::vec((0_usize..200, any::<u8>()), 1..12),
        far in prop::collection::vec((0_usize..6_000, any::<u8>()), 0..4),
        cut in 0_usize..8_000,
    ) {
        let mut bytes = match which {
            0 => speech_wav(&tone(16_000, 0.1)),
            1 => encoded(3, 2, 44_100, 32),
            n => {
                let names = ["tone.flac", "tone.mp3", "tone.aiff", "tone-mu.wav", "tone-ima.wav"];
                std::fs::read(data(names[n - 2])).unwrap()
            }
        };
        for (at, value) in changes.into_iter().chain(far) {
            if let Some(byte) = bytes.get_mut(at) {
                *byte = value;
            }
        }
        bytes.truncate(cut.max(1));
        let (_folder, path) = file("a.wav", &bytes);
        if let Err(error) = read(&path) {
            prop_assert!(!error.why.is_empty() && !error.hint.is_empty());
            prop_assert!(!error.why.contains("cannot bear"), "{}", error);
        }
    }
}
