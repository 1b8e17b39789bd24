//! What a Whisper model costs on this machine: measured for one, estimated for the others from their sizes.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Seconds of work for a second of speech, at most, for a model that keeps up: the other half is for the voice, the judge
/// and whatever else the computer does.
pub const KEEPS_UP: f64 = 0.5;

/// The end of an answer that is still to be written down when the speaker stops.
const TAIL: Duration = Duration::from_secs(5);

/// Positions of the encoder for the tail: the fewest that are ever computed.
const TAIL_POSITIONS: usize = 384;

/// Words and parts of words that Whisper knows.
const VOCABULARY: f64 = 51_865.0;

/// Bands of the spectrogram; 128 in large-v3-turbo, which makes no difference worth counting.
const BANDS: f64 = 80.0;

/// The dimensions of a Whisper model, as its authors publish them (openai/whisper, model card and checkpoints).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    name: &'static str,
    width: u32,
    encoder_layers: u32,
    decoder_layers: u32,
}

const fn size(name: &'static str, width: u32, encoder_layers: u32, decoder_layers: u32) -> Size {
    Size { name, width, encoder_layers, decoder_layers }
}

const SIZES: [Size; 6] = [
    size("tiny", 384, 4, 4),
    size("base", 512, 6, 6),
    size("small", 768, 12, 12),
    size("medium", 1_024, 24, 24),
    size("large-v3-turbo", 1_280, 32, 4),
    size("large-v3", 1_280, 32, 32),
];

impl Size {
    /// Returns the size of a model by its short name, such as `small.en-q8_0`.
    #[must_use]
    pub fn of(model: &str) -> Option<Self> {
        let of_form = |size: &&Self| {
            let rest = model.strip_prefix(size.name).map(|rest| rest.strip_prefix(".en").unwrap_or(rest));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with("-q"))
        };
        SIZES.iter().find(of_form).copied()
    }

    /// Multiplications of the encoder for so many positions, with what the decoder prepares once for each position.
    fn encoding(self, positions: usize) -> f64 {
        let (width, positions) = (f64::from(self.width), positions as f64);
        let convolutions = 2.0 * 3.0 * BANDS * width + 3.0 * width * width;
        let layer = 12.0 * width * width + 2.0 * positions * width;
        let prepared = 2.0 * width * width;
        let (layers, decoder) = (f64::from(self.encoder_layers), f64::from(self.decoder_layers));
        positions * (convolutions + layers * layer + decoder * prepared)
    }

    /// Multiplications of the decoder for a part of a word.
    fn decoding(self, positions: usize) -> f64 {
        let (width, positions) = (f64::from(self.width), positions as f64);
        let layer = 14.0 * width * width + 2.0 * positions * width;
        f64::from(self.decoder_layers) * layer + VOCABULARY * width
    }
}

/// How long a model took to write down a piece of speech.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The speech.
    pub sound: Duration,
    /// Positions that the encoder computed.
    pub positions: usize,
    /// The encoder.
    pub encoding: Duration,
    /// All else, which is mostly the decoder.
    pub decoding: Duration,
}

/// What a model costs here.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Cost {
    /// The model's short name.
    pub model: String,
    /// Seconds of work for a second of speech.
    pub work: f64,
    /// Work for the last 5 s of an answer, which the speaker waits for.
    pub wait: Duration,
}

impl Cost {
    /// Returns whether the model keeps up with somebody who speaks without a pause, with a margin.
    #[must_use]
    pub fn keeps_up(&self) -> bool {
        self.work <= KEEPS_UP
    }
}

impl Measured {
    /// Returns what `model` costs, when `measured_on` took this long. For another model than that it is an estimate: its
    /// multiplications over those of the other, encoder and decoder apart. It takes both to be stored in as many bits.
    /// Nothing for a model of unknown size.
    #[must_use]
    pub fn cost(&self, measured_on: &str, model: &str) -> Option<Cost> {
        let (from, to) = (Size::of(measured_on)?, Size::of(model)?);
        let sound = self.sound.as_secs_f64();
        if sound <= 0.0 {
            return None;
        }
        let encoding =
            |positions| self.encoding.as_secs_f64() * to.encoding(positions) / from.encoding(self.positions.max(1));
        let decoding =
            |positions| self.decoding.as_secs_f64() / sound * to.decoding(positions) / from.decoding(self.positions);
        let work = encoding(self.positions) / sound + decoding(self.positions);
        let wait = encoding(TAIL_POSITIONS) + TAIL.as_secs_f64() * decoding(TAIL_POSITIONS);
        Some(Cost { model: model.into(), work, wait: Duration::try_from_secs_f64(wait).ok()? })
    }

    /// Returns what the models of other sizes cost, the cheapest first: of `models` those that are stored in 8 bits as the
    /// one that comes with Hotseat is, and of two with one size the English one, which hears English better.
    #[must_use]
    pub fn others<'a>(&self, measured_on: &str, models: impl Iterator<Item = &'a str>) -> Vec<Cost> {
        let mut chosen: Vec<(Size, &str)> = Vec::new();
        for model in models.filter(|model| model.ends_with("-q8_0")) {
            let Some(size) = Size::of(model).filter(|size| Some(*size) != Size::of(measured_on)) else { continue };
            match chosen.iter_mut().find(|(known, _)| *known == size) {
                Some((_, known)) if model.contains(".en") => *known = model,
                Some(_) => {}
                None => chosen.push((size, model)),
            }
        }
        let mut costs: Vec<Cost> = chosen.iter().filter_map(|(_, model)| self.cost(measured_on, model)).collect();
        costs.sort_by(|one, other| one.work.total_cmp(&other.work));
        costs
    }
}

#[cfg(test)]
mod tests {
    use super::{Cost, Measured, SIZES, Size};
    use std::time::Duration;

    const MEASURED: Measured = Measured {
        sound: Duration::from_secs(8),
        positions: 576,
        encoding: Duration::from_millis(1_200),
        decoding: Duration::from_millis(400),
    };

    const MODELS: [&str; 9] = [
        "base-q8_0",
        "tiny.en-q8_0",
        "base.en-q8_0",
        "small-q8_0",
        "small.en-q8_0",
        "small.en",
        "medium.en-q8_0",
        "large-v3-turbo-q8_0",
        "large-v3-turbo-q5_0",
    ];

    #[test]
    fn a_size_is_known_by_the_name_in_any_form() {
        for (model, name) in [
            ("small", "small"),
            ("small.en", "small"),
            ("small.en-q5_1", "small"),
            ("base-q8_0", "base"),
            ("large-v3-turbo-q8_0", "large-v3-turbo"),
            ("large-v3-q5_0", "large-v3"),
        ] {
            assert_eq!(Size::of(model).map(|size| size.name), Some(name), "{model}");
        }
        for unknown in ["", "smaller", "large-v4", "small.en-tdrz", "voices/af_heart.bin"] {
            assert_eq!(Size::of(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn the_dimensions_give_the_published_numbers_of_parameters() {
        // openai/whisper, model card: 39, 74, 244, 769, 809 and 1550 million.
        for (size, millions) in SIZES.iter().zip([39.0, 74.0, 244.0, 769.0, 809.0, 1_550.0]) {
            let width = f64::from(size.width);
            let (encoder, decoder) = (f64::from(size.encoder_layers), f64::from(size.decoder_layers));
            let parameters = width * width * (12.0 * encoder + 16.0 * decoder) + super::VOCABULARY * width;
            let share = parameters / 1e6 / millions;
            assert!((0.93..1.07).contains(&share), "{}: {share}", size.name);
        }
    }

    #[test]
    fn what_was_measured_costs_what_it_took() {
        let cost = MEASURED.cost("base-q8_0", "base-q8_0").unwrap();
        assert!((cost.work - 0.2).abs() < 1e-9, "{cost:?}");
        assert!(cost.keeps_up());
        // 384 of 576 positions take a little less than two thirds, and 5 of 8 s of words five eighths.
        assert!((0.95..1.06).contains(&cost.wait.as_secs_f64()), "{cost:?}");
    }

    #[test]
    fn larger_models_cost_more_and_in_the_order_of_their_encoders() {
        let costs = MEASURED.others("base-q8_0", MODELS.into_iter());
        let names: Vec<&str> = costs.iter().map(|cost| cost.model.as_str()).collect();
        assert_eq!(names, ["tiny.en-q8_0", "small.en-q8_0", "medium.en-q8_0", "large-v3-turbo-q8_0"]);
        let ratio = |cost: &Cost| cost.work / 0.2;
        assert!((0.3..0.7).contains(&ratio(&costs[0])), "{costs:?}");
        assert!((3.5..4.5).contains(&ratio(&costs[1])), "{costs:?}");
        assert!((11.0..15.0).contains(&ratio(&costs[2])), "{costs:?}");
        assert!((20.0..30.0).contains(&ratio(&costs[3])), "{costs:?}");
    }

    #[test]
    fn nothing_is_estimated_from_nothing() {
        assert_eq!(MEASURED.cost("base-q8_0", "unheard-of"), None);
        let silent = Measured { sound: Duration::ZERO, ..MEASURED };
        assert_eq!(silent.cost("base-q8_0", "small"), None);
        assert!(silent.others("base-q8_0", MODELS.into_iter()).is_empty());
    }
}
