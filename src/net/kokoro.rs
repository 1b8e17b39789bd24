//! Kokoro-82M: phoneme ids and a style in, sound out. Knows no text, no files of voices and no silence around speech.

use std::path::Path;

use rten::{Model, NodeId};
use rten_tensor::{AsView, NdTensor, Tensor};

use crate::net::{NetError, load};

/// Most phonemes in one call: the length of the model's positional table, 512, less the mark at either end.
pub const MAX_PHONEMES: usize = 510;

/// Numbers in one style.
pub const STYLE_SIZE: usize = 256;

/// Samples a second of what comes out.
pub const RATE_HZ: u32 = 24_000;

/// Samples left out at either end: one frame of the network's inverse Fourier transform. Its outermost frames are divided
/// by a window that is nearly zero there, which makes single samples of up to 15 times full scale.
const EDGE_SAMPLES: usize = 20;

/// The mark at either end of the phonemes.
const EDGE: i32 = 0;

/// The network, loaded.
pub struct KokoroNet {
    model: Model,
    tokens: NodeId,
    style: NodeId,
    speed: NodeId,
    audio: NodeId,
}

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
        Ok(Self { model, tokens, style, speed, audio })
    }

    /// Returns the sound of `phonemes` as mono samples at [`RATE_HZ`]. `style` holds [`STYLE_SIZE`] numbers, `speed` is 1
    /// for the voice's own pace.
    ///
    /// # Errors
    /// [`NetError::Run`] for no or too many phonemes, a style of another size, or when the network fails.
    pub fn speak(&self, phonemes: &[u8], style: &[f32], speed: f32) -> Result<Vec<f32>, NetError> {
        if phonemes.is_empty() || phonemes.len() > MAX_PHONEMES {
            return Err(NetError::Run(format!("it takes 1 to {MAX_PHONEMES} phonemes, not {}", phonemes.len())));
        }
        if style.len() != STYLE_SIZE {
            return Err(NetError::Run(format!("a style has {STYLE_SIZE} numbers, not {}", style.len())));
        }
        let mut ids = vec![EDGE];
        ids.extend(phonemes.iter().map(|id| i32::from(*id)));
        ids.push(EDGE);
        let inputs = vec![
            (self.tokens, NdTensor::from_data([1, ids.len()], ids).into()),
            (self.style, NdTensor::from_data([1, STYLE_SIZE], style.to_vec()).into()),
            (self.speed, NdTensor::from_data([1], vec![speed]).into()),
        ];
        let [audio] = self.model.run_n(inputs, [self.audio], None).map_err(|error| NetError::Run(error.to_string()))?;
        let audio: Tensor<f32> = audio.try_into().map_err(|_| NetError::Run("its sound has the wrong type".into()))?;
        let samples = audio.to_vec();
        let end = samples.len().saturating_sub(EDGE_SAMPLES);
        Ok(samples.get(EDGE_SAMPLES..end).unwrap_or_default().to_vec())
    }
}
