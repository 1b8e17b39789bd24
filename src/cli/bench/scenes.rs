//! Sound that is put together so that the truth about it is known to the sample.

use crate::cli::bench::failed;
use crate::cli::failure::Failure;
use crate::config::load;
use crate::dsp::level::Level;
use crate::dsp::resample::resampled;
use crate::engine::wiring;
use crate::models::Weights;
use crate::tts::cache::Cached;
use crate::tts::{Synthesizer, Voice, kokoro};
use crate::units::{AudioTime, SAMPLE_RATE_HZ, Span};

/// Sound and what is known about it.
pub(super) struct Scene {
    pub(super) name: String,
    /// 16 kHz mono.
    pub(super) samples: Vec<f32>,
    /// The fillers, or the gaps.
    pub(super) spans: Vec<Span>,
}

/// Gaps between pieces, in milliseconds: around the classes of pauses.
const GAPS_MS: [u64; 8] = [220, 300, 450, 650, 900, 1_100, 1_600, 2_600];

/// Gaps before and after a spoken filler, in milliseconds.
const AROUND_MS: [u64; 4] = [60, 120, 250, 500];

/// Samples that a level is taken over when pieces are cut: 5 ms.
const STEP: usize = SAMPLE_RATE_HZ as usize / 200;

/// A piece begins and ends where it is no more than this much fainter than its loudest part: 25 dB. So its borders are cut
/// and hard, without breath or reverberation, and the truth about the gaps is in no doubt.
const EDGE: f32 = 0.056;

/// Silence within a recording at which it is cut into pieces, in steps: 200 ms, the shortest pause.
const CUT_STEPS: usize = 40;

/// Faintest and loudest noise of a room: -70 dBFS.
const QUIET_ROOM: f32 = 0.000_3;

/// How much fainter a noisy room is than the speech in it: 15 dB.
const NOISY_ROOM: f32 = 0.178;

const VOICES: [&str; 4] = ["af_bella", "am_michael", "bf_emma", "bm_george"];

const SPOKEN_FILLERS: [&str; 5] = ["Um,", "Uh,", "Hmm,", "Uhh,", "Umm,"];

const SENTENCES: [&str; 6] = [
    "We put the servers into three zones.",
    "The load balancer checks their health.",
    "I asked how much data we can lose.",
    "The database has a copy in another region.",
    "Every quarter we practise the failover.",
    "Then the team writes down what went wrong.",
];

/// Returns real speech put together with exact gaps: one scene for each recording, its pieces in order. With `room`, that
/// noise lies under all of it, 15 dB below the speech.
pub(super) fn gaps(recordings: &[Vec<f32>], room: Option<&[f32]>) -> Vec<Scene> {
    let mut length = 0;
    let scenes = recordings.iter().enumerate().filter_map(|(number, recording)| {
        let pieces = pieces(recording);
        if pieces.len() < 2 {
            return None;
        }
        let mut scene = Scene { name: format!("gaps {number}"), samples: vec![0.0; 8_000], spans: Vec::new() };
        for (at, piece) in pieces.iter().enumerate() {
            if at > 0 {
                length += 1;
                scene.gap(GAPS_MS[length % GAPS_MS.len()]);
            }
            scene.samples.extend_from_slice(piece);
        }
        scene.samples.extend([0.0; 8_000]);
        scene.lay_under(room);
        Some(scene)
    });
    scenes.collect()
}

impl Scene {
    fn now(&self) -> AudioTime {
        AudioTime::from_samples(self.samples.len() as u64)
    }

    fn silence(&mut self, ms: u64) {
        self.samples.extend(std::iter::repeat_n(0.0, ms as usize * SAMPLE_RATE_HZ as usize / 1_000));
    }

    /// Adds a gap and remembers it.
    fn gap(&mut self, ms: u64) {
        let start = self.now();
        self.silence(ms);
        self.spans.push(Span::new(start, self.now()));
    }

    fn lay_under(&mut self, room: Option<&[f32]>) {
        let speech = Level::of(&self.samples).rms;
        let hiss: Vec<f32>;
        let (noise, gain) = match room {
            Some(room) => (room, speech * NOISY_ROOM / Level::of(room).rms.max(1e-6)),
            None => {
                hiss = white();
                (hiss.as_slice(), QUIET_ROOM)
            }
        };
        for (sample, noise) in self.samples.iter_mut().zip(noise.iter().cycle()) {
            *sample += gain * noise;
        }
    }
}

/// Three seconds of white noise of full scale.
fn white() -> Vec<f32> {
    let mut state = 1u32;
    let noise = std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 8_388_608.0 - 1.0
    });
    noise.take(3 * SAMPLE_RATE_HZ as usize).collect()
}

/// Cuts a clean recording at its silences; each piece begins and ends with sound.
fn pieces(recording: &[f32]) -> Vec<&[f32]> {
    let levels: Vec<f32> = recording.chunks(STEP).map(|step| Level::of(step).rms).collect();
    let least = levels.iter().copied().fold(0.0, f32::max) * EDGE;
    let mut pieces: Vec<(usize, usize)> = Vec::new();
    for (step, _) in levels.iter().enumerate().filter(|(_, level)| **level >= least) {
        match pieces.last_mut() {
            Some(last) if step < last.1 + CUT_STEPS => last.1 = step + 1,
            _ => pieces.push((step, step + 1)),
        }
    }
    let long = pieces.iter().filter(|(start, end)| end - start >= 2 * CUT_STEPS);
    long.map(|(start, end)| &recording[start * STEP..(end * STEP).min(recording.len())]).collect()
}

/// Returns sentences of Hotseat's own voices with fillers between them, one scene a voice.
///
/// # Errors
/// [`Failure`] names the weight that is missing.
pub(super) fn fillers_spoken(weights: &Weights) -> Result<Vec<Scene>, Failure> {
    let refused = |error: &dyn std::fmt::Display| Failure::new(error.to_string());
    let synthesizer = wiring::synthesizer(weights).map_err(|error| refused(&error))?;
    let identity = kokoro::identity(&weights.folder().join(wiring::KOKORO), &wiring::pronunciations().0);
    let cache = load::folders().map_err(|error| refused(&error))?.cache.join("voice");
    let mut synthesizer = Cached::new(synthesizer, &cache, identity);
    let mut scenes = Vec::new();
    for (number, style) in VOICES.iter().enumerate() {
        let mut scene = Scene { name: format!("voice {style}"), samples: vec![0.0; 6_400], spans: Vec::new() };
        for (at, sentence) in SENTENCES.iter().enumerate() {
            scene.samples.extend(say(&mut synthesizer, sentence, style)?);
            let turn = at + number;
            scene.silence(AROUND_MS[turn % AROUND_MS.len()]);
            let start = scene.now();
            scene.samples.extend(say(&mut synthesizer, SPOKEN_FILLERS[turn % SPOKEN_FILLERS.len()], style)?);
            scene.spans.push(Span::new(start, scene.now()));
            scene.silence(AROUND_MS[(turn + at) % AROUND_MS.len()]);
        }
        scene.samples.extend(say(&mut synthesizer, "That is all.", style)?);
        scene.lay_under(None);
        scenes.push(scene);
    }
    Ok(scenes)
}

/// Returns a text as 16 kHz speech, without silence at its ends.
fn say(synthesizer: &mut dyn Synthesizer, text: &str, style: &str) -> Result<Vec<f32>, Failure> {
    let voice = Voice { style: style.into(), speed: 1.0 };
    let speech = synthesizer.synthesize(text, &voice).map_err(failed)?;
    let samples = resampled(&speech.samples, speech.rate_hz, SAMPLE_RATE_HZ).map_err(failed)?;
    let least = Level::of(&samples).peak * EDGE;
    let loud = |sample: &f32| sample.abs() >= least;
    let (start, end) = (samples.iter().position(loud), samples.iter().rposition(loud));
    Ok(start.zip(end).map_or_else(Vec::new, |(start, end)| samples[start..=end].to_vec()))
}
