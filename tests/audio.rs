//! Sound from files and, where there is a sound server, from devices.

mod conversation;
mod decoding;
mod devices;
mod echo;
mod folder;
mod realtime;

use std::path::{Path, PathBuf};

use hotseat::audio::AudioError;
use hotseat::audio::decode::Decoder;

/// Returns a file of `tests/data/audio`. Each holds 0.4 s of a 1 kHz tone at half of full scale.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/audio").join(name)
}

/// Returns the bytes of a WAV file.
fn wav(format: u16, channels: u16, rate_hz: u32, bits: u16, sound: &[u8]) -> Vec<u8> {
    let block = channels.wrapping_mul(bits / 8);
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + sound.len() as u32).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16_u32.to_le_bytes());
    bytes.extend(format.to_le_bytes());
    bytes.extend(channels.to_le_bytes());
    bytes.extend(rate_hz.to_le_bytes());
    bytes.extend(rate_hz.wrapping_mul(u32::from(block)).to_le_bytes());
    bytes.extend(block.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend((sound.len() as u32).to_le_bytes());
    bytes.extend(sound);
    bytes
}

/// Returns a 1 kHz tone at half of full scale.
fn tone(rate_hz: u32, seconds: f32) -> Vec<f32> {
    let samples = (rate_hz as f32 * seconds) as usize;
    (0..samples).map(|n| 0.5 * (n as f32 * 1_000.0 / rate_hz as f32 * std::f32::consts::TAU).sin()).collect()
}

/// Returns the bytes of a 16-bit mono WAV file at 16 kHz.
fn speech_wav(samples: &[f32]) -> Vec<u8> {
    let sound: Vec<u8> = samples.iter().flat_map(|sample| ((sample * 32_767.0) as i16).to_le_bytes()).collect();
    wav(1, 1, 16_000, 16, &sound)
}

/// Reads a file to its end.
fn read(path: &Path) -> Result<(Vec<f32>, Option<String>), AudioError> {
    let mut decoder = Decoder::open(path)?;
    let mut all = Vec::new();
    while let Some(piece) = decoder.read()? {
        assert!(piece.iter().all(|sample| (-1.0..=1.0).contains(sample)));
        all.extend(piece);
    }
    Ok((all, decoder.note()))
}

/// Asserts that `samples` are a 1 kHz tone at half of full scale of that length. MP3 adds up to 70 ms of its own.
#[track_caller]
fn assert_tone(samples: &[f32], seconds: f32, context: &str) {
    let length = samples.len() as f32 / 16_000.0;
    assert!((length - seconds).abs() < 0.08, "{context}: {length} s");
    let inner = &samples[samples.len() / 4..samples.len() * 3 / 4];
    let (share, level) = pitch(inner, 16_000.0, 1_000.0);
    assert!(share > 0.99, "{context}: {share} of the power is at 1 kHz");
    assert!((level - 0.5).abs() < 0.03, "{context}: amplitude {level}");
}

/// Returns the share of power of `samples` at `pitch_hz`, and its amplitude.
fn pitch(samples: &[f32], rate_hz: f64, pitch_hz: f64) -> (f64, f64) {
    // Whole periods only, else the ends blur the pitch.
    let period = rate_hz / pitch_hz;
    let length = ((samples.len() as f64 / period).floor() * period).round() as usize;
    let (mut re, mut im, mut power) = (0.0, 0.0, 0.0);
    for (n, sample) in samples[..length].iter().enumerate() {
        let (sin, cos) = (n as f64 / period * std::f64::consts::TAU).sin_cos();
        re += f64::from(*sample) * cos;
        im += f64::from(*sample) * sin;
        power += f64::from(*sample).powi(2);
    }
    let amplitude = 2.0 * re.hypot(im) / length as f64;
    (amplitude.powi(2) / 2.0 / (power / length as f64), amplitude)
}
