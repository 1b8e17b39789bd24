//! A voice without a voice: silence as long as the words would take. For tests and for machines without the weights.

use std::time::Duration;

use crate::tts::{Synthesizer, TtsError, Voice};
use crate::units::Speech;

/// What a word takes at a speaking pace of 150 words a minute.
const WORD: Duration = Duration::from_millis(400);

/// Samples a second, as Kokoro has them.
const RATE_HZ: u32 = 24_000;

/// Renders silence of a plausible length.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Synthesizer for Silent {
    fn synthesize(&mut self, text: &str, _voice: &Voice) -> Result<Speech, TtsError> {
        let words = text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
        let samples = words * WORD.as_millis() as usize * RATE_HZ as usize / 1_000;
        Ok(Speech { samples: vec![0.0; samples], rate_hz: RATE_HZ })
    }
}

#[cfg(test)]
mod tests {
    use super::Silent;
    use crate::tts::{Synthesizer, Voice};

    #[test]
    fn silence_lasts_as_long_as_the_words_would() {
        let voice = Voice { style: "af_heart".into(), speed: 1.0 };
        for (text, ms) in [("", 0), ("— !", 0), ("one two three", 1_200)] {
            assert_eq!(Silent.synthesize(text, &voice).unwrap().duration().as_millis(), ms, "{text}");
        }
    }
}
