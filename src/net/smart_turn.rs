//! Smart-turn: hears whether a turn is complete. Gives a probability; what follows from it is decided in `turn`.

use std::path::Path;

use rten::Model;
use rten_tensor::NdTensor;
use rten_tensor::prelude::*;

use crate::dsp::log_mel::{BANDS, LogMel};
use crate::net::{NetError, load};
use crate::turn::TurnModel;

/// Columns of 10 ms that the network reads: 8 s.
const COLUMNS: usize = 800;

/// Smart-turn v3.2.
#[derive(Debug)]
pub struct SmartTurn {
    model: Shown,
    mel: LogMel,
}

/// The network, which cannot be printed.
struct Shown(Model);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Model")
    }
}

impl SmartTurn {
    /// Loads the network and tries it on silence.
    ///
    /// # Errors
    /// [`NetError`] when the file is no smart-turn network.
    pub fn load(path: &Path) -> Result<Self, NetError> {
        let smart_turn = Self { model: Shown(load(path)?), mel: LogMel::new(COLUMNS) };
        smart_turn.run(&[])?;
        Ok(smart_turn)
    }

    fn run(&self, turn: &[f32]) -> Result<f32, NetError> {
        let spectrum = NdTensor::from_data([1, BANDS, COLUMNS], self.mel.of_normalised(turn));
        let failed = |error: &dyn std::fmt::Display| NetError::Run(error.to_string());
        let output = self.model.0.run_one(spectrum.view().into(), None).map_err(|error| failed(&error))?;
        let output: NdTensor<f32, 2> = output.try_into().map_err(|error| failed(&error))?;
        output.get([0, 0]).copied().ok_or_else(|| NetError::Run("it gave no probability".into()))
    }
}

impl TurnModel for SmartTurn {
    /// Returns the network's probability, or 0 should it fail, which it did not when it was loaded: then only a long
    /// pause ends the turn, and nobody is cut off.
    fn complete(&mut self, turn: &[f32]) -> f32 {
        self.run(turn).unwrap_or(0.0)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::SmartTurn;
    use crate::turn::TurnModel;

    #[test]
    fn the_network_gives_a_probability_for_any_length() {
        let mut model =
            SmartTurn::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/smart-turn-v3.2-cpu.onnx")).unwrap();
        for seconds in [0, 1, 8, 20] {
            let tone: Vec<f32> = (0..seconds * 16_000).map(|n| (n as f32 * 0.1).sin() * 0.1).collect();
            let probability = model.complete(&tone);
            assert!((0.0..=1.0).contains(&probability), "{probability}");
        }
    }

    #[test]
    fn another_network_is_refused_when_it_is_loaded() {
        assert!(SmartTurn::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("models/silero_vad_16k.onnx")).is_err());
    }
}
