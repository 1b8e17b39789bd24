//! Silero's voice activity network. Gives one probability a frame; what it means is decided in `turn`.

use std::path::Path;
use std::sync::Arc;

use rten::{Model, NodeId, RunOptions, ThreadPool};
use rten_tensor::prelude::*;
use rten_tensor::{NdTensor, Tensor};

use crate::net::{NetError, load, node};
use crate::turn::VoiceDetector;
use crate::turn::plain::Loudness;
use crate::turn::smooth::STAY;
use crate::units::{FRAME_MS, FRAME_SAMPLES, Frame, SAMPLE_RATE_HZ};

/// Samples of the frame before that the network hears again. Without them it hardly hears anything.
const CONTEXT: usize = 64;

/// Silence after which the memory is cleared: 5 s. Over long silence it drifts; during speech it is left alone.
const CLEAR_AFTER_FRAMES: u64 = 5_000 / FRAME_MS;

/// Silero v6 at 16 kHz.
pub struct Silero {
    model: Model,
    inputs: [NodeId; 3],
    outputs: [NodeId; 2],
    /// One thread: the network is so small that sharing it out costs more than it gains.
    pool: Arc<ThreadPool>,
    heard: NdTensor<f32, 2>,
    state: NdTensor<f32, 3>,
    silent_frames: u64,
}

impl std::fmt::Debug for Silero {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Silero")
    }
}

impl Silero {
    /// Loads the network and tries it on a silent frame.
    ///
    /// # Errors
    /// [`NetError`] when the file is no Silero network.
    pub fn load(path: &Path) -> Result<Self, NetError> {
        let model = load(path)?;
        let inputs = [node(&model, "input")?, node(&model, "state")?, node(&model, "sr")?];
        let outputs = [node(&model, "output")?, node(&model, "stateN")?];
        let mut silero = Self {
            model,
            inputs,
            outputs,
            pool: Arc::new(ThreadPool::with_num_threads(1)),
            heard: NdTensor::zeros([1, CONTEXT + FRAME_SAMPLES]),
            state: NdTensor::zeros([2, 1, 128]),
            silent_frames: 0,
        };
        silero.run(&[0.0; FRAME_SAMPLES])?;
        silero.reset();
        Ok(silero)
    }

    fn run(&mut self, frame: &Frame) -> Result<f32, NetError> {
        let heard = self.heard.data_mut().ok_or_else(|| NetError::Run("the input is not contiguous".into()))?;
        heard.copy_within(FRAME_SAMPLES.., 0);
        heard[CONTEXT..].copy_from_slice(frame);
        let rate = Tensor::from_scalar(SAMPLE_RATE_HZ.cast_signed());
        let inputs = vec![
            (self.inputs[0], self.heard.view().into()),
            (self.inputs[1], self.state.view().into()),
            (self.inputs[2], rate.view().into()),
        ];
        let mut options = RunOptions::default();
        options.thread_pool = Some(self.pool.clone());
        let failed = |error: &dyn std::fmt::Display| NetError::Run(error.to_string());
        let [output, state] = self.model.run_n(inputs, self.outputs, Some(options)).map_err(|error| failed(&error))?;
        let output: NdTensor<f32, 2> = output.try_into().map_err(|error| failed(&error))?;
        self.state = state.try_into().map_err(|error| failed(&error))?;
        output.get([0, 0]).copied().ok_or_else(|| NetError::Run("it gave no probability".into()))
    }
}

impl VoiceDetector for Silero {
    /// Returns the network's probability. Should the network fail, which it did not when it was loaded, loudness stands
    /// in, so that no speech is lost.
    fn probability(&mut self, frame: &Frame) -> f32 {
        let Ok(probability) = self.run(frame) else {
            return Loudness.probability(frame);
        };
        self.silent_frames = if probability < STAY { self.silent_frames + 1 } else { 0 };
        if self.silent_frames >= CLEAR_AFTER_FRAMES {
            self.silent_frames = 0;
            self.state = NdTensor::zeros([2, 1, 128]);
        }
        probability
    }

    fn reset(&mut self) {
        self.heard = NdTensor::zeros([1, CONTEXT + FRAME_SAMPLES]);
        self.state = NdTensor::zeros([2, 1, 128]);
        self.silent_frames = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::Silero;
    use crate::turn::VoiceDetector;

    fn silero() -> Silero {
        Silero::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/silero_vad_16k.onnx")).unwrap()
    }

    #[test]
    fn neither_silence_nor_a_tone_is_speech() {
        let mut silero = silero();
        for n in 0..400u32 {
            let mut frame = [0.0; 512];
            if n >= 200 {
                for (k, sample) in frame.iter_mut().enumerate() {
                    *sample = 0.2 * ((n * 512 + k as u32) as f32 * 0.4).sin();
                }
            }
            let probability = silero.probability(&frame);
            assert!(probability < 0.5, "frame {n}: {probability}");
        }
    }

    #[test]
    fn a_file_that_is_no_network_is_an_error_that_names_it() {
        let error = Silero::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap_err();
        assert!(error.to_string().contains("Cargo.toml"), "{error}");
        let error = Silero::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/smart-turn-v3.2-cpu.onnx"));
        assert!(error.is_err());
    }
}
