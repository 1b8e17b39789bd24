//! Tells whether somebody interrupts the interviewer. Looks at no sound: callers pass probabilities and levels.

use crate::turn::smooth::{HANGOVER_FRAMES, ONSET};
use crate::units::FRAME_MS;

/// Voice that makes an interruption: half a second. A cough and an "mm-hm" are shorter.
const SPEECH_MS: u64 = 500;

/// Echo at which the candidate can be told from the interviewer, dB against what is played, and any below it. At -30 dB the
/// interviewer's loudest sound comes back softer than somebody speaks into a headset or a laptop.
pub const REACH_DB: f32 = -30.0;

/// The loudest frames of the interviewer's voices, dB below full scale.
const LOUDEST_LINE_DB: f32 = -10.0;

/// How much louder than what may come back of the interviewer somebody has to be.
const MARGIN_DB: f32 = 6.0;

/// The softest frame that is speech into a microphone and no breath or crosstalk, dB below full scale.
const SOFTEST_DB: f32 = -50.0;

/// How the interviewer's own voice is kept from being taken for the candidate's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Duplex {
    /// The interviewer cannot be heard by the microphone: in text, or with prepared answers.
    Apart,
    /// While the interviewer speaks, and a moment after, the microphone is not listened to.
    Half,
    /// The candidate may interrupt with frames of at least this root mean square.
    Full {
        /// Root mean square, 0 to 1.
        gate: f32,
    },
}

impl Duplex {
    /// Returns full duplex where `gain_db` of the interviewer comes back, whether or not that is within reach.
    #[must_use]
    pub fn full(gain_db: f32) -> Self {
        let gate_db = (LOUDEST_LINE_DB + gain_db + MARGIN_DB).clamp(SOFTEST_DB, 0.0);
        Self::Full { gate: 10_f32.powf(gate_db / 20.0) }
    }

    /// Returns what suits an echo: full duplex where the candidate can be told from the interviewer, else half.
    #[must_use]
    pub fn suiting(gain_db: f32) -> Self {
        if gain_db <= REACH_DB { Self::full(gain_db) } else { Self::Half }
    }
}

/// Follows the voice while the interviewer speaks. Made anew with every line: since half a second of voice is needed, nobody
/// interrupts a line's first word.
#[derive(Clone, Copy, Debug)]
pub struct Interruption {
    gate: f32,
    voiced: u64,
    quiet: u64,
    /// Frames since the first one with voice.
    since: u64,
}

impl Interruption {
    /// Begins with a line. Frames below `gate`, a root mean square, are no voice of the candidate's.
    #[must_use]
    pub fn new(gate: f32) -> Self {
        Self { gate, voiced: 0, quiet: 0, since: 0 }
    }

    /// Takes the next frame's voice probability and root mean square. Returns whether this is an interruption.
    pub fn step(&mut self, probability: f32, rms: f32) -> bool {
        self.since += u64::from(self.voiced > 0);
        if probability >= ONSET && rms >= self.gate {
            self.voiced += 1;
            self.quiet = 0;
        } else {
            self.quiet += 1;
            if self.quiet >= HANGOVER_FRAMES {
                *self = Self::new(self.gate);
            }
        }
        self.voiced * FRAME_MS >= SPEECH_MS
    }

    /// Returns how many frames ago the voice began that is still heard. None: nobody speaks.
    #[must_use]
    pub fn began(self) -> Option<u64> {
        (self.voiced > 0).then_some(self.since + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::{Duplex, Interruption};

    /// Runs stretches of (milliseconds, probability, level) and returns after how many ms somebody interrupted.
    fn after(stretches: &[(u64, f32, f32)]) -> Option<u64> {
        let mut interruption = Interruption::new(0.01);
        let frames =
            stretches.iter().flat_map(|(ms, voice, rms)| std::iter::repeat_n((*voice, *rms), *ms as usize / 32));
        frames.enumerate().find_map(|(at, (voice, rms))| interruption.step(voice, rms).then_some((at as u64 + 1) * 32))
    }

    #[test]
    fn half_a_second_of_speech_interrupts_and_less_does_not() {
        assert_eq!(after(&[(320, 0.0, 0.0), (2_000, 0.9, 0.1)]), Some(320 + 512));
        assert_eq!(after(&[(480, 0.9, 0.1), (3_000, 0.1, 0.001)]), None, "a cough or a hum");
        assert_eq!(after(&[(320, 0.9, 0.3), (640, 0.0, 0.0), (320, 0.9, 0.3), (640, 0.0, 0.0)]), None, "two coughs");
        assert!(after(&[(320, 0.9, 0.1), (96, 0.2, 0.01), (320, 0.9, 0.1)]).is_some(), "a stop consonant is no end");
    }

    #[test]
    fn voice_below_the_gate_is_the_interviewers_own() {
        assert_eq!(after(&[(60_000, 0.99, 0.009)]), None);
        assert_eq!(after(&[(60_000, 0.2, 0.5)]), None, "noise is no voice");
    }

    #[test]
    fn where_the_voice_began_is_known_for_the_words_before_the_interruption() {
        let mut interruption = Interruption::new(0.01);
        assert_eq!(interruption.began(), None);
        for n in 1..=10 {
            interruption.step(0.9, 0.1);
            assert_eq!(interruption.began(), Some(n));
        }
        for _ in 0..6 {
            interruption.step(0.0, 0.0);
        }
        assert_eq!(interruption.began(), None);
    }

    #[test]
    fn the_louder_the_echo_the_louder_one_must_be_and_beyond_reach_turns_are_taken() {
        let gate = |gain: f32| match Duplex::suiting(gain) {
            Duplex::Full { gate } => Some(20.0 * gate.log10()),
            _ => None,
        };
        assert_eq!(gate(-80.0).map(f32::round), Some(-50.0));
        assert_eq!(gate(-30.0).map(f32::round), Some(-34.0));
        assert_eq!((gate(-29.0), gate(-10.0)), (None, None));
        assert!(matches!(Duplex::full(-10.0), Duplex::Full { gate } if gate < 1.0));
    }
}
