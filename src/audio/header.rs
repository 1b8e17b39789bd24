//! Reads the header of a WAV file. Trusts no length or count in it: recordings are cut short, and headers lie.

use std::io::{Read, Seek, SeekFrom};

use crate::units::SAMPLE_RATE_HZ;

/// Channels that a decoder can place.
const MOST_CHANNELS: u16 = 26;

/// Rates of real recordings, telephones to laboratories, in Hz.
pub(super) const RATES_HZ: std::ops::RangeInclusive<u32> = 4_000..=768_000;

/// Chunks before the sound. Real files have a handful.
const MOST_CHUNKS: usize = 1_000;

/// Format tags of WAVE files (mmreg.h).
const PCM: u16 = 0x0001;
const MS_ADPCM: u16 = 0x0002;
const FLOAT: u16 = 0x0003;
const A_LAW: u16 = 0x0006;
const MU_LAW: u16 = 0x0007;
const IMA_ADPCM: u16 = 0x0011;
const MP3: u16 = 0x0055;
const EXTENSIBLE: u16 = 0xfffe;

/// What a WAV file holds and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header {
    format: u16,
    format_chunk: Vec<u8>,
    /// 1 to 26.
    pub(super) channels: u16,
    /// Samples a second.
    pub(super) rate_hz: u32,
    bits: u16,
    block_bytes: u16,
    /// Where the sound begins, bytes from the start of the file.
    pub(super) start: u64,
    /// Bytes of sound that are there, whole blocks only.
    pub(super) bytes: u64,
    /// What is odd about the file, in words.
    pub(super) note: Option<String>,
}

impl Header {
    /// Reads the header of `file`, which is `length` bytes long and begins with `RIFF` or one of its like.
    ///
    /// # Errors
    /// Says in words what is wrong.
    pub(super) fn read(file: &mut (impl Read + Seek), length: u64) -> Result<Self, String> {
        let (mut at, mut format) = (12, None);
        for _ in 0..MOST_CHUNKS {
            let Some((name, size)) = chunk(file, at, length)? else {
                return Err("its header is cut off before the sound begins".into());
            };
            match &name {
                b"fmt " => format = Some(format_chunk(file, size)?),
                b"data" => {
                    let format = format.ok_or("its header does not say in which format the sound is")?;
                    return Self::new(format, at + 8, u64::from(size), length, trailer(file, size));
                }
                _ => {}
            }
            at = at.saturating_add(8 + u64::from(size) + u64::from(size % 2));
        }
        Err("its header goes on without end".into())
    }

    fn new(chunk: Vec<u8>, start: u64, claimed: u64, length: u64, trailer: bool) -> Result<Self, String> {
        let word = |at: usize| u16::from_le_bytes([chunk[at], chunk[at + 1]]);
        let (channels, bits) = (word(2), word(14));
        let rate_hz = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
        // The first two bytes of the sub-format are the format tag that it extends.
        let format = if word(0) == EXTENSIBLE && chunk.len() >= 26 { word(24) } else { word(0) };
        if !(1..=MOST_CHANNELS).contains(&channels) {
            return Err(format!("its header says {channels} channels; 1 to {MOST_CHANNELS} can be read"));
        }
        if !RATES_HZ.contains(&rate_hz) {
            return Err(format!("its header says {rate_hz} samples a second, which no recording has"));
        }
        let block_bytes = match (format, bits) {
            (PCM, 8 | 16 | 24 | 32) | (FLOAT, 32 | 64) | (A_LAW | MU_LAW, 8) => channels * (bits / 8),
            (MS_ADPCM | IMA_ADPCM, 4) if word(12) > 0 => word(12),
            (MP3, _) => 1,
            _ => return Err(format!("its sound is in format {format:#06x} with {bits} bits, which cannot be read")),
        };
        let there = length.saturating_sub(start);
        // A recorder that was stopped hard leaves a length of zero, one that wrote into a pipe leaves the largest.
        let unknown = (claimed == 0 && !trailer) || claimed == u64::from(u32::MAX);
        let whole = |bytes: u64| bytes - bytes % u64::from(block_bytes);
        let bytes = whole(if unknown { there } else { claimed.min(there) });
        let mut header =
            Self { format, format_chunk: chunk, channels, rate_hz, bits, block_bytes, start, bytes, note: None };
        if unknown && claimed == 0 && there > 0 {
            header.note = Some("its header gives no length, as when a recording is cut short".into());
        } else if !unknown && claimed > there {
            header.note = Some(header.cut_short(claimed));
        }
        Ok(header)
    }

    fn cut_short(&self, claimed: u64) -> String {
        match (self.seconds(self.bytes), self.seconds(claimed)) {
            (Some(there), Some(claimed)) => format!("it ends after {there:.1} s of {claimed:.1} s"),
            _ => "it ends before its end".into(),
        }
    }

    fn seconds(&self, bytes: u64) -> Option<f64> {
        let plain = matches!(self.format, PCM | FLOAT | A_LAW | MU_LAW);
        plain.then(|| (bytes / u64::from(self.block_bytes)) as f64 / f64::from(self.rate_hz))
    }

    /// Returns how many samples a channel has, where that can be told from the length.
    pub(super) fn frames(&self) -> Option<u64> {
        matches!(self.format, PCM | FLOAT | A_LAW | MU_LAW).then(|| self.bytes / u64::from(self.block_bytes))
    }

    /// Returns whether this is sound as we record it: 16 kHz mono of 16 bits.
    pub(super) fn is_ours(&self) -> bool {
        (self.format, self.channels, self.rate_hz, self.bits) == (PCM, 1, SAMPLE_RATE_HZ, 16)
    }

    /// Returns whether the sound is an MP3 stream within a WAV file.
    pub(super) fn is_mp3(&self) -> bool {
        self.format == MP3
    }

    /// Returns a header without anything odd, for the same sound.
    pub(super) fn clean(&self) -> Vec<u8> {
        let format = match self.format {
            MS_ADPCM | IMA_ADPCM => self.format_chunk.clone(),
            _ => {
                let rate = self.rate_hz.to_le_bytes();
                let bytes = self.rate_hz.saturating_mul(u32::from(self.block_bytes)).to_le_bytes();
                let [tag, channels, block, bits] =
                    [self.format, self.channels, self.block_bytes, self.bits].map(u16::to_le_bytes);
                let extra: &[u8] = if matches!(self.format, A_LAW | MU_LAW) { &[0, 0] } else { &[] };
                [&tag, &channels, &rate[..], &bytes, &block, &bits, extra].concat()
            }
        };
        let size = u32::try_from(self.bytes).unwrap_or(u32::MAX).to_le_bytes();
        let format_size = u32::try_from(format.len()).expect("a format chunk is at most 64 bytes").to_le_bytes();
        // The largest length stands for "to the end"; the data chunk says where that is.
        [&b"RIFF"[..], &[0xff; 4], b"WAVEfmt ", &format_size[..], &format, b"data", &size].concat()
    }
}

/// Returns name and size of the chunk at `at`, none behind the end.
fn chunk(file: &mut (impl Read + Seek), at: u64, length: u64) -> Result<Option<([u8; 4], u32)>, String> {
    if at.saturating_add(8) > length {
        return Ok(None);
    }
    let mut bytes = [0; 8];
    file.seek(SeekFrom::Start(at)).and_then(|_| file.read_exact(&mut bytes)).map_err(|error| error.to_string())?;
    let [a, b, c, d, size @ ..] = bytes;
    Ok(Some(([a, b, c, d], u32::from_le_bytes(size))))
}

fn format_chunk(file: &mut impl Read, size: u32) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    file.take(u64::from(size).min(64)).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    // Odd lengths are padded, so that the clean header's chunks stay aligned.
    if bytes.len() % 2 == 1 {
        bytes.push(0);
    }
    if bytes.len() < 16 { Err("its header is cut off".into()) } else { Ok(bytes) }
}

/// Returns whether an empty data chunk is followed by another chunk, and so really is empty.
fn trailer(file: &mut impl Read, size: u32) -> bool {
    let mut name = [0; 4];
    size == 0 && file.read_exact(&mut name).is_ok() && matches!(&name, b"LIST" | b"id3 " | b"ID3 " | b"bext" | b"iXML")
}
