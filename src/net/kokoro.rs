//! Kokoro-82M: phoneme ids and a style in, sound out, at once or stretch by stretch. Knows no text, no files of voices and no
//! silence around speech.
//!
//! The network has two parts. The first reads the whole sentence and plans it: how long each phoneme lasts, the melody, and
//! what the sound is made of, 80 frames a second. It takes an eighth of the time. The second turns frames into samples, and
//! each sample depends on a tenth of a second around it alone, but for its norms: the mean and the power of every channel
//! over the whole sentence. With norms that are known before, any stretch of a plan can be made sound by itself, and
//! neighbours fit without a seam.

use std::ops::Range;
use std::path::Path;

use rten::{Model, NodeId, Value, ValueOrView};
use rten_tensor::{AsView, Layout, NdTensor, Tensor};

use crate::net::crew::Crew;
use crate::net::{NetError, load};

/// Most phonemes in one call: the length of the model's positional table, 512, less the mark at either end.
pub const MAX_PHONEMES: usize = 510;

/// Numbers in one style.
pub const STYLE_SIZE: usize = 256;

/// Samples a second of what comes out.
pub const RATE_HZ: u32 = 24_000;

/// Samples in a frame of a plan.
pub const FRAME_SAMPLES: usize = 300;

/// Frames that are rendered on either side of a stretch and thrown away: as far as the second part's filters reach. Longest
/// are those of kernel 11 with dilations 1, 3 and 5: 60 steps at ten steps a frame, and two frames of the steps after.
pub const MARGIN: usize = 8;

/// Frames of a plan for one of durations.
const FRAMES_A_DURATION: usize = 2;

/// Steps of the harmonics in a frame.
const HARMONIC_STEPS: usize = 60;

/// Samples left out at either end: one frame of the network's inverse Fourier transform. Its outermost frames are divided
/// by a window that is nearly zero there, which makes single samples of up to 15 times full scale.
const EDGE_SAMPLES: usize = 20;

/// The mark at either end of the phonemes.
const EDGE: i32 = 0;

/// Where the two parts meet: the frames, the harmonics of the melody, and how long each phoneme lasts.
const FRAMES: &str = "/decoder/decoder/decode.3/Div_4_output_0";
const HARMONICS: &str = "/decoder/decoder/generator/Concat_3_output_0";
const DURATIONS: &str = "/encoder/Clip_output_0";

/// The network, loaded.
pub struct KokoroNet {
    model: Model,
    tokens: NodeId,
    style: NodeId,
    speed: NodeId,
    audio: NodeId,
    frames: NodeId,
    harmonics: NodeId,
    durations: NodeId,
    norms: Vec<NodeId>,
}

/// What is to be said.
#[derive(Clone, Copy, Debug)]
pub struct Score<'a> {
    /// Ids of phonemes, at most [`MAX_PHONEMES`].
    pub phonemes: &'a [u8],
    /// [`STYLE_SIZE`] numbers.
    pub style: &'a [f32],
    /// 1 for the voice's own pace.
    pub speed: f32,
}

/// A sentence that was read and is not yet sound.
pub struct Plan {
    frames: NdTensor<f32, 3>,
    harmonics: NdTensor<f32, 3>,
    style: NdTensor<f32, 2>,
    starts: Vec<usize>,
}

impl Plan {
    /// Returns the frame at which a phoneme begins, or, behind the last one, the silence after them.
    #[must_use]
    pub fn start(&self, phoneme: usize) -> usize {
        self.starts.get(phoneme).or(self.starts.last()).copied().unwrap_or(0)
    }
}

/// Mean and power of every channel of the second part, as a sentence had them.
pub struct Norms(Vec<Value>);

impl KokoroNet {
    /// Loads the network.
    ///
    /// # Errors
    /// [`NetError::Load`] when the file is no Kokoro network.
    pub fn load(path: &Path) -> Result<Self, NetError> {
        let model = load(path)?;
        let node = |name: &str| {
            model.node_id(name).map_err(|error| NetError::Load {
                path: path.display().to_string(),
                why: format!("it is no Kokoro network: {error}"),
            })
        };
        let (tokens, style, speed, audio) = (node("tokens")?, node("style")?, node("speed")?, node("audio")?);
        let (frames, harmonics, durations) = (node(FRAMES)?, node(HARMONICS)?, node(DURATIONS)?);
        let norms = norm_names().iter().map(|name| node(name)).collect::<Result<_, _>>()?;
        Ok(Self { model, tokens, style, speed, audio, frames, harmonics, durations, norms })
    }

    /// Returns the sound of a whole sentence as mono samples at [`RATE_HZ`].
    ///
    /// # Errors
    /// [`NetError::Run`] for no or too many phonemes, a style of another size, or when the network fails.
    pub fn speak(&self, score: Score<'_>, crew: &Crew) -> Result<Vec<f32>, NetError> {
        let [audio] = self.run(self.inputs(score)?, [self.audio], crew)?;
        Ok(whole(&samples(audio)?))
    }

    /// Returns the sound of a whole sentence and the norms that it had.
    ///
    /// # Errors
    /// As [`KokoroNet::speak`].
    pub fn measure(&self, score: Score<'_>, crew: &Crew) -> Result<(Vec<f32>, Norms), NetError> {
        let mut outputs = vec![self.audio];
        outputs.extend(&self.norms);
        let found = self.model.run(self.inputs(score)?, &outputs, Some(crew.options())).map_err(failed)?;
        let mut found = found.into_iter();
        let audio = found.next().ok_or_else(|| NetError::Run("it made no sound".into()))?;
        Ok((whole(&samples(audio)?), Norms(found.collect())))
    }

    /// Reads a sentence.
    ///
    /// # Errors
    /// As [`KokoroNet::speak`].
    pub fn plan(&self, score: Score<'_>, crew: &Crew) -> Result<Plan, NetError> {
        let outputs = [self.frames, self.harmonics, self.durations];
        let [frames, harmonics, durations] = self.run(self.inputs(score)?, outputs, crew)?;
        let durations: Tensor<f32> = durations.try_into().map_err(wrong_type)?;
        let frames: NdTensor<f32, 3> = frames.try_into().map_err(wrong_type)?;
        let harmonics: NdTensor<f32, 3> = harmonics.try_into().map_err(wrong_type)?;
        // Silence comes first, and as long as it lasts the first phoneme waits.
        let durations = durations.iter().map(|long| *long as usize * FRAMES_A_DURATION);
        let ends = durations.scan(0, |end, long| {
            *end += long;
            Some(*end)
        });
        let starts = ends.take(score.phonemes.len() + 1).collect();
        Ok(Plan { frames, harmonics, style: NdTensor::from_data([1, STYLE_SIZE], score.style.to_vec()), starts })
    }

    /// Returns the sound of some frames of a plan, with norms of a sentence in the same voice.
    ///
    /// # Errors
    /// [`NetError::Run`] when the network fails.
    pub fn sound(&self, plan: &Plan, stretch: Range<usize>, norms: &Norms, crew: &Crew) -> Result<Vec<f32>, NetError> {
        let all = plan.frames.shape()[2];
        let stretch = stretch.start.min(all)..stretch.end.min(all);
        if stretch.is_empty() {
            return Ok(Vec::new());
        }
        let (from, to) = (stretch.start.saturating_sub(MARGIN), (stretch.end + MARGIN).min(all));
        let frames = plan.frames.slice((.., .., from..to)).to_tensor();
        let harmonics = plan.harmonics.slice((.., .., from * HARMONIC_STEPS..to * HARMONIC_STEPS + 1)).to_tensor();
        let mut inputs: Vec<(NodeId, ValueOrView<'_>)> = vec![
            (self.frames, frames.into()),
            (self.harmonics, harmonics.into()),
            (self.style, plan.style.view().into()),
        ];
        inputs.extend(self.norms.iter().copied().zip(norms.0.iter().map(ValueOrView::from)));
        let [audio] = self.run(inputs, [self.audio], crew)?;
        let mut samples = samples(audio)?;
        let edges = samples.len().saturating_sub(EDGE_SAMPLES);
        samples[..EDGE_SAMPLES.min(edges)].fill(0.0);
        samples[edges..].fill(0.0);
        let start = (stretch.start - from) * FRAME_SAMPLES;
        Ok(samples.get(start..start + stretch.len() * FRAME_SAMPLES).unwrap_or_default().to_vec())
    }

    fn inputs(&self, score: Score<'_>) -> Result<Vec<(NodeId, ValueOrView<'static>)>, NetError> {
        let Score { phonemes, style, speed } = score;
        if phonemes.is_empty() || phonemes.len() > MAX_PHONEMES {
            return Err(NetError::Run(format!("it takes 1 to {MAX_PHONEMES} phonemes, not {}", phonemes.len())));
        }
        if style.len() != STYLE_SIZE {
            return Err(NetError::Run(format!("a style has {STYLE_SIZE} numbers, not {}", style.len())));
        }
        let mut ids = vec![EDGE];
        ids.extend(phonemes.iter().map(|id| i32::from(*id)));
        ids.push(EDGE);
        Ok(vec![
            (self.tokens, NdTensor::from_data([1, ids.len()], ids).into()),
            (self.style, NdTensor::from_data([1, STYLE_SIZE], style.to_vec()).into()),
            (self.speed, NdTensor::from_data([1], vec![speed]).into()),
        ])
    }

    fn run<const N: usize>(
        &self,
        inputs: Vec<(NodeId, ValueOrView<'_>)>,
        outputs: [NodeId; N],
        crew: &Crew,
    ) -> Result<[Value; N], NetError> {
        self.model.run_n(inputs, outputs, Some(crew.options())).map_err(failed)
    }
}

/// The places where the second part takes a mean or a power. The first norm of a row of blocks is shared by the row.
fn norm_names() -> Vec<String> {
    let mut names = Vec::new();
    let blocks = (0..2).map(|nth| format!("noise_res.{nth}")).chain((0..6).map(|nth| format!("resblocks.{nth}")));
    for block in blocks {
        let shares_the_first = ["resblocks.1", "resblocks.2", "resblocks.4", "resblocks.5"].contains(&block.as_str());
        for norm in ["1.0", "1.1", "1.2", "2.0", "2.1", "2.2"] {
            if norm == "1.0" && shares_the_first {
                continue;
            }
            for taken in ["ReduceMean", "ReduceMean_2"] {
                names.push(format!("/decoder/decoder/generator/{block}/adain{norm}/{taken}_output_0"));
            }
        }
    }
    names
}

fn whole(samples: &[f32]) -> Vec<f32> {
    let end = samples.len().saturating_sub(EDGE_SAMPLES);
    samples.get(EDGE_SAMPLES..end).unwrap_or_default().to_vec()
}

fn samples(audio: Value) -> Result<Vec<f32>, NetError> {
    let audio: Tensor<f32> = audio.try_into().map_err(wrong_type)?;
    Ok(audio.to_vec())
}

fn failed(error: impl std::fmt::Display) -> NetError {
    NetError::Run(error.to_string())
}

fn wrong_type<E>(_error: E) -> NetError {
    NetError::Run("what it gives has the wrong type".into())
}
