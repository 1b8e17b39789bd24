//! Reads the speech that a server sends: a WAV file, also one whose lengths are not true since it was streamed, or samples alone.

use crate::units::Speech;

/// Samples a second where there is no header, as OpenAI's interface has it.
const BARE_RATE_HZ: u32 = 24_000;

/// Rates that speech may have.
const RATES_HZ: std::ops::RangeInclusive<u32> = 8_000..=192_000;

/// Returns the speech, mono.
///
/// # Errors
/// Says why the bytes are no speech.
pub fn speech(bytes: &[u8]) -> Result<Speech, String> {
    let speech = match bytes.strip_prefix(b"RIFF") {
        Some(_) => wav(bytes)?,
        None if is_text(bytes) => return Err("it sends no sound".into()),
        None if bytes.starts_with(b"ID3") || bytes.starts_with(b"OggS") || bytes.starts_with(b"fLaC") => {
            return Err("it sends packed sound, not WAV".into());
        }
        None => Speech { samples: samples(bytes, 1), rate_hz: BARE_RATE_HZ },
    };
    if speech.samples.is_empty() { Err("it sends no sound".into()) } else { Ok(speech) }
}

fn is_text(bytes: &[u8]) -> bool {
    let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
    first.is_none_or(|byte| matches!(byte, b'{' | b'<')) && std::str::from_utf8(bytes).is_ok()
}

fn wav(bytes: &[u8]) -> Result<Speech, String> {
    let (mut at, mut format) = (12, None);
    loop {
        let head = bytes.get(at..at + 8).ok_or("its WAV file has no sound")?;
        let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let body = &bytes[at + 8..];
        // A length that was not known when the file was begun goes beyond its end.
        let body = &body[..length.min(body.len())];
        match &head[..4] {
            b"fmt " => format = Some(read_format(body)?),
            b"data" => {
                let (channels, rate_hz) = format.ok_or("its WAV file does not tell its format")?;
                return Ok(Speech { samples: samples(body, channels), rate_hz });
            }
            _ => {}
        }
        at += 8 + length + length % 2;
    }
}

fn read_format(body: &[u8]) -> Result<(usize, u32), String> {
    let field = |at: usize| body.get(at..at + 2).map(|two| u16::from_le_bytes([two[0], two[1]]));
    let (channels, bits) = (field(2).unwrap_or(0), field(14).unwrap_or(0));
    let rate_hz = body.get(4..8).map_or(0, |four| u32::from_le_bytes([four[0], four[1], four[2], four[3]]));
    if !(1..=2).contains(&channels) || bits != 16 || !RATES_HZ.contains(&rate_hz) {
        return Err(format!("its WAV file has {channels} channels of {bits} bits at {rate_hz} Hz; 16 bits are read"));
    }
    Ok((usize::from(channels), rate_hz))
}

/// Returns samples of 16 bits, the mean of all channels.
fn samples(bytes: &[u8], channels: usize) -> Vec<f32> {
    let one = |two: &[u8]| f32::from(i16::from_le_bytes([two[0], two[1]])) / 32_768.0;
    let frames = bytes.chunks_exact(2 * channels);
    frames.map(|frame| frame.chunks_exact(2).map(one).sum::<f32>() / channels as f32).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::speech;

    fn wav(channels: u16, rate: u32, bits: u16, length: u32, data: &[u8]) -> Vec<u8> {
        let mut file = b"RIFF\xff\xff\xff\xffWAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0\x01\0".to_vec();
        file.extend(channels.to_le_bytes());
        file.extend(rate.to_le_bytes());
        file.extend([0; 6]);
        file.extend(bits.to_le_bytes());
        file.extend(b"data");
        file.extend(length.to_le_bytes());
        file.extend(data);
        file
    }

    #[test]
    fn wav_files_streamed_ones_and_bare_samples_are_speech() {
        let half = 16_384_i16.to_le_bytes();
        let data = [half, half].concat();
        let read = speech(&wav(1, 22_050, 16, 4, &data)).expect("a WAV file");
        assert_eq!((read.samples, read.rate_hz), (vec![0.5, 0.5], 22_050));
        let streamed = speech(&wav(1, 24_000, 16, u32::MAX, &data)).expect("a length that is not true");
        assert_eq!(streamed.samples, [0.5, 0.5]);
        let stereo = speech(&wav(2, 48_000, 16, 4, &[half, 0_i16.to_le_bytes()].concat())).expect("two channels");
        assert_eq!(stereo.samples, [0.25]);
        assert_eq!(speech(&data).map(|bare| (bare.samples.len(), bare.rate_hz)), Ok((2, 24_000)));
    }

    #[test]
    fn what_is_no_speech_says_so() {
        for (bytes, why) in [
            (b"".to_vec(), "no sound"),
            (b"{\"error\": \"no voice\"}".to_vec(), "no sound"),
            (b"<html></html>".to_vec(), "no sound"),
            (b"ID3\x03".to_vec(), "packed"),
            (b"RIFF\0\0\0\0WAVE".to_vec(), "no sound"),
            (wav(1, 24_000, 24, 3, &[0; 3]), "24 bits"),
            (wav(1, 24_000, 16, 0, &[]), "no sound"),
        ] {
            let error = speech(&bytes).expect_err(why);
            assert!(error.contains(why), "{error}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_panic(start in prop::sample::select(vec!["", "RIFF1234WAVE", "RIFF1234WAVEfmt ", "ID3"]), rest in prop::collection::vec(any::<u8>(), 0..80)) {
            let mut bytes = start.as_bytes().to_vec();
            bytes.extend(rest);
            let _either = speech(&bytes);
        }
    }
}
