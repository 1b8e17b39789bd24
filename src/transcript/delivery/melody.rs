//! How far pitch and loudness move while somebody speaks. Says nothing about whether that is enough: no bound for it is
//! agreed on.

use crate::dsp::contour::{Contour, Hop};
use crate::transcript::delivery::pauses::{Speech, percentile};

/// Fewest pitched hops that a range can be told from: 3 s of voice.
const FEWEST: usize = 300;

/// How far something moves: between these shares of its values, so that a slip of the measure does not count.
const BETWEEN: (f64, f64) = (0.1, 0.9);

/// Pitches further than this from the speaker's middle are slips by an octave, in semitones.
const OCTAVE_SLIP: f32 = 10.0;

/// How far pitch and loudness move. None where there is too little to tell.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Melody {
    /// Width of the middle four fifths of the pitch, in semitones.
    pub pitch_semitones: Option<f32>,
    /// The same of the loudness of vowels, in dB.
    pub loudness_db: Option<f32>,
}

impl Melody {
    /// Measures the voiced parts of speech.
    #[must_use]
    pub fn of(contour: &Contour, speech: &Speech) -> Self {
        let stretches = speech.stretches.iter().flat_map(|one| contour.within(one.start, one.end));
        let voiced: Vec<&Hop> = stretches.filter(|hop| hop.pitch_hz.is_some()).collect();
        if voiced.len() < FEWEST {
            return Self::default();
        }
        let semitones: Vec<f32> = voiced.iter().filter_map(|hop| hop.pitch_hz).map(|hz| 12.0 * hz.log2()).collect();
        let middle = percentile(semitones.clone(), 0.5).unwrap_or_default();
        let pitches = semitones.into_iter().filter(|pitch| (pitch - middle).abs() <= OCTAVE_SLIP).collect();
        Self { pitch_semitones: width(pitches), loudness_db: width(voiced.iter().map(|hop| hop.level_db).collect()) }
    }
}

fn width(values: Vec<f32>) -> Option<f32> {
    Some(percentile(values.clone(), BETWEEN.1)? - percentile(values, BETWEEN.0)?)
}

#[cfg(test)]
mod tests {
    use super::Melody;
    use crate::dsp::contour::{Contour, Hop};
    use crate::transcript::delivery::pauses::Speech;
    use crate::units::{AudioTime, Span};

    fn voice(pitch_hz: impl Fn(usize) -> f32) -> (Contour, Speech) {
        let hop = |n: usize| Hop { pitch_hz: Some(pitch_hz(n)), level_db: -30.0, ..Hop::default() };
        let all = Span::new(AudioTime::ZERO, AudioTime::from_ms(5_000));
        (Contour { hops: (0..500).map(hop).collect() }, Speech { stretches: vec![all], threshold_db: -50.0 })
    }

    #[test]
    fn one_note_has_no_range_and_an_octave_up_and_down_has_nearly_one() {
        let (contour, speech) = voice(|_| 120.0);
        assert_eq!(Melody::of(&contour, &speech).pitch_semitones, Some(0.0));
        let (contour, speech) = voice(|n| 120.0 * 2.0f32.powf((n % 100) as f32 / 100.0));
        let range = Melody::of(&contour, &speech).pitch_semitones.expect("there is enough");
        assert!((9.0..10.0).contains(&range), "{range}");
    }

    #[test]
    fn slips_by_an_octave_do_not_count_and_little_voice_tells_nothing() {
        let (contour, speech) = voice(|n| if n % 7 == 0 { 240.0 } else { 120.0 });
        assert_eq!(Melody::of(&contour, &speech).pitch_semitones, Some(0.0));
        let short = Speech { stretches: vec![Span::new(AudioTime::ZERO, AudioTime::from_ms(900))], ..speech };
        assert_eq!(Melody::of(&contour, &short), Melody::default());
    }
}
