//! What is sent to a server to be transcribed: a form with a recording in it.

use std::io::Cursor;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::units::SAMPLE_RATE_HZ;

/// Parts the fields: what no term and no recording holds.
const BOUNDARY: &str = "hotseat-7f3c1b0e9a5d4826b1c0d7e2f4a69853";

/// Most letters of the terms. OpenAI's model reads the last 224 tokens of a prompt.
const MOST_TERMS: usize = 600;

/// Returns the content type and the body of a request to transcribe `samples`, 16 kHz mono. `terms` are words worth hearing right.
pub(super) fn multipart(model: &str, samples: &[f32], terms: &[String]) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    let prompt: String = terms.join(", ").chars().take(MOST_TERMS).collect();
    let fields = [
        ("model", model),
        ("language", "en"),
        ("temperature", "0"),
        ("response_format", "verbose_json"),
        ("timestamp_granularities[]", "word"),
        ("timestamp_granularities[]", "segment"),
        ("prompt", prompt.as_str()),
    ];
    for (name, value) in fields.into_iter().filter(|(_, value)| !value.is_empty()) {
        body.extend(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
        );
    }
    let head = "Content-Disposition: form-data; name=\"file\"; filename=\"answer.wav\"\r\nContent-Type: audio/wav";
    body.extend(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").bytes());
    body.extend(wav(samples));
    body.extend(format!("\r\n--{BOUNDARY}--\r\n").bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

/// Returns sound as a WAV file of 16 bits.
fn wav(samples: &[f32]) -> Vec<u8> {
    let spec =
        WavSpec { channels: 1, sample_rate: SAMPLE_RATE_HZ, bits_per_sample: 16, sample_format: SampleFormat::Int };
    let mut file = Cursor::new(Vec::new());
    let write = |file: &mut Cursor<Vec<u8>>| -> hound::Result<()> {
        let mut writer = WavWriter::new(file, spec)?;
        for sample in samples {
            writer.write_sample((sample.clamp(-1.0, 1.0) * f32::from(i16::MAX)) as i16)?;
        }
        writer.finalize()
    };
    // Writing to memory fails for sounds of more than 4 GB alone; a chunk is half a minute long.
    write(&mut file).expect("a chunk fits into a WAV file");
    file.into_inner()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::multipart;

    #[test]
    fn a_form_holds_the_model_the_terms_and_the_recording() {
        let (content_type, body) = multipart("whisper-1", &[0.0, 0.5, -1.5], &["RTO".into(), "quorum".into()]);
        assert!(content_type.starts_with("multipart/form-data; boundary=hotseat-"));
        let text = String::from_utf8_lossy(&body);
        assert!(
            text.contains("name=\"model\"\r\n\r\nwhisper-1\r\n") && text.contains("\r\n\r\nRTO, quorum\r\n"),
            "{text}"
        );
        let start = body.windows(4).position(|four| four == b"RIFF").expect("a WAV file");
        let mut wav = hound::WavReader::new(Cursor::new(&body[start..])).expect("it can be read");
        let samples: Vec<i16> = wav.samples().collect::<Result<_, _>>().expect("samples");
        assert_eq!(samples, [0, 16_383, -32_767]);
        let (_, without) = multipart("whisper-1", &[], &[]);
        assert!(!String::from_utf8_lossy(&without).contains("name=\"prompt\""));
    }
}
