//! Clips of speech with their transcripts, as they are and as a bad room or line would carry them.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::cli::bench::failed;
use crate::cli::bench::rows::read;
use crate::cli::failure::Failure;
use crate::dsp::framer::Framer;
use crate::dsp::level::Level;
use crate::dsp::resample::resampled;
use crate::engine::wiring;
use crate::units::{FRAME_SAMPLES, Frame, SAMPLE_RATE_HZ};

/// Speech above office noise: 15 dB.
const OFFICE_DB: f32 = 15.0;

/// What a telephone carries: nothing below 300 Hz, and nothing above 3.4 kHz, which a rate of 7 kHz leaves.
const TELEPHONE_LOW_HZ: f32 = 300.0;
const TELEPHONE_RATE_HZ: u32 = 7_000;

/// A line of the manifest.
#[derive(Clone, Debug, Deserialize)]
struct Line {
    file: String,
    kind: String,
    text: Option<String>,
    reference: String,
    #[serde(default)]
    uncertain: Vec<String>,
}

/// A clip.
#[derive(Clone, Debug)]
pub(super) struct Clip {
    /// Its file within the folder.
    pub(super) name: String,
    /// `spontaneous`, `read`, `noise`, `music`, `silence`.
    pub(super) kind: String,
    /// What is said; empty where nothing is, none where nobody wrote it down.
    pub(super) text: Option<String>,
    /// Where the transcript comes from.
    pub(super) reference: String,
    /// Words that the references dispute.
    pub(super) uncertain: Vec<String>,
    /// 16 kHz mono.
    pub(super) samples: Vec<f32>,
}

impl Clip {
    /// Returns whether somebody speaks in it.
    pub(super) fn is_speech(&self) -> bool {
        self.kind == "spontaneous" || self.kind == "read"
    }
}

/// How a clip reaches the ear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Condition {
    /// As it was recorded.
    Quiet,
    /// With an office around it, 15 dB below the speech.
    Office,
    /// Through a telephone: its band, and 8 bits by mu-law.
    Telephone,
}

impl Condition {
    pub(super) const ALL: [Self; 3] = [Self::Quiet, Self::Office, Self::Telephone];
}

/// Reads the clips of a folder with a `manifest.jsonl`.
///
/// # Errors
/// [`Failure`] names the file that cannot be read.
pub(super) fn clips(folder: &Path) -> Result<Vec<Clip>, Failure> {
    let lines: Vec<Line> = read(&folder.join("manifest.jsonl"))?;
    lines.into_iter().map(|line| clip(line, folder)).collect()
}

fn clip(line: Line, folder: &Path) -> Result<Clip, Failure> {
    let samples = wiring::read(&folder.join(&line.file)).map_err(failed)?;
    Ok(Clip {
        uncertain: line.uncertain,
        name: line.file,
        kind: line.kind,
        text: line.text,
        reference: line.reference,
        samples,
    })
}

/// Returns the frames of a sound, the last one filled with silence.
pub(super) fn frames(samples: &[f32]) -> Vec<Frame> {
    let mut framer = Framer::default();
    framer.push(samples);
    let mut frames: Vec<Frame> = std::iter::from_fn(|| framer.pop()).map(|frame| *frame).collect();
    frames.extend(framer.finish().map(|frame| *frame));
    frames
}

/// Returns the sound as it arrives under a condition, with `quiet_s` seconds of the room behind it.
pub(super) fn heard(samples: &[f32], condition: Condition, office: &[f32], quiet_s: f32) -> Result<Vec<f32>, Failure> {
    let mut sound = samples.to_vec();
    let floor = floor(samples);
    let mut noise = Noise(1);
    sound.extend((0..(quiet_s * SAMPLE_RATE_HZ as f32) as usize).map(|_| floor * 1.7 * noise.next()));
    match condition {
        Condition::Quiet => Ok(sound),
        Condition::Office => {
            let gain = loud(samples) / Level::of(office).rms.max(1e-6) * 10f32.powf(-OFFICE_DB / 20.0);
            let noise = office.iter().cycle();
            Ok(sound.iter().zip(noise).map(|(speech, noise)| speech + gain * noise).collect())
        }
        Condition::Telephone => telephone(&sound),
    }
}

fn telephone(sound: &[f32]) -> Result<Vec<f32>, Failure> {
    let narrow = resampled(&without_low(sound), SAMPLE_RATE_HZ, TELEPHONE_RATE_HZ).map_err(failed)?;
    let coded: Vec<f32> = narrow.iter().map(|&sample| by_mu_law(sample)).collect();
    let mut wide = resampled(&coded, TELEPHONE_RATE_HZ, SAMPLE_RATE_HZ).map_err(failed)?;
    wide.resize(sound.len(), 0.0);
    Ok(wide)
}

/// Takes out what lies below the telephone's band: two poles, as in the RBJ audio cookbook.
fn without_low(samples: &[f32]) -> Vec<f32> {
    let w = std::f32::consts::TAU * TELEPHONE_LOW_HZ / SAMPLE_RATE_HZ as f32;
    let (cos, alpha) = (w.cos(), w.sin() / 2f32.sqrt());
    let (b0, b1, a0, a1, a2) = (f32::midpoint(1.0, cos), -(1.0 + cos), 1.0 + alpha, -2.0 * cos, 1.0 - alpha);
    let (mut x1, mut x2, mut y1, mut y2) = (0.0, 0.0, 0.0, 0.0);
    let step = |&x: &f32| {
        let y = (b0 * x + b1 * x1 + b0 * x2 - a1 * y1 - a2 * y2) / a0;
        (x2, x1, y2, y1) = (x1, x, y1, y);
        y
    };
    samples.iter().map(step).collect()
}

/// 8 bits on the logarithmic scale of ITU-T G.711 and back.
fn by_mu_law(sample: f32) -> f32 {
    const MU: f32 = 255.0;
    let coded = sample.clamp(-1.0, 1.0).signum() * (1.0 + MU * sample.abs().min(1.0)).ln() / (1.0 + MU).ln();
    let coded = (coded * 127.0).round() / 127.0;
    coded.signum() * ((1.0 + MU).powf(coded.abs()) - 1.0) / MU
}

/// Root mean square of the loud quarter of the frames: the speech.
fn loud(samples: &[f32]) -> f32 {
    quantile(samples, 0.75)
}

/// Root mean square of the quietest frames: the room.
fn floor(samples: &[f32]) -> f32 {
    quantile(samples, 0.05)
}

fn quantile(samples: &[f32], share: f32) -> f32 {
    let mut levels: Vec<f32> = samples.chunks(FRAME_SAMPLES).map(|frame| Level::of(frame).rms).collect();
    levels.sort_by(f32::total_cmp);
    levels.get((levels.len() as f32 * share) as usize).copied().unwrap_or(0.0)
}

/// White noise, -1 to 1, the same in every run.
struct Noise(u32);

impl Noise {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) as f32 / 8_388_608.0 - 1.0
    }
}
