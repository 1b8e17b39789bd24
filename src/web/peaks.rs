//! How loud a recording is from moment to moment, for drawing it.

use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

/// Values a second.
pub(super) const A_SECOND: u32 = 20;

/// Bytes of a sample: recordings have 16 bits.
const SAMPLE: usize = 2;

/// Returns the highest amplitude of each twentieth of a second, 0 to 255. None where the recording cannot be read.
pub(super) fn of_recording(path: &Path) -> Option<Vec<u8>> {
    let reader = hound::WavReader::open(path).ok()?;
    let format = reader.spec();
    if format.bits_per_sample != 16 || format.channels != 1 || format.sample_rate < A_SECOND {
        return None;
    }
    let bytes = reader.len() as usize * SAMPLE;
    let step = (format.sample_rate / A_SECOND) as usize * SAMPLE;
    Some(of_samples(reader.into_inner(), bytes, step))
}

fn of_samples(mut sound: BufReader<File>, bytes: usize, step: usize) -> Vec<u8> {
    let mut peaks = Vec::with_capacity(bytes / step + 1);
    let mut piece = Vec::with_capacity(step);
    // What the header promises and the file lacks is left out.
    while peaks.len() * step < bytes {
        piece.clear();
        let read = sound.by_ref().take(step as u64).read_to_end(&mut piece);
        if !matches!(read, Ok(1..)) {
            break;
        }
        peaks.push(highest(&piece));
    }
    peaks
}

fn highest(samples: &[u8]) -> u8 {
    let amplitudes = samples.chunks_exact(SAMPLE).map(|two| i16::from_le_bytes([two[0], two[1]]).unsigned_abs());
    (amplitudes.max().unwrap_or(0) / 128).min(255) as u8
}
