//! Changes the rate of a stream of samples. Keeps time: nothing is added or lost but the rounding of the last sample.

use std::fmt;

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler as _};

/// Blocks a second that are transformed at a time, before rounding to what the two rates need: 25 ms each, and the
/// filter's delay is half of one. Shorter blocks cut into the speech band, longer ones delay a live stream.
const BLOCKS_A_SECOND: u32 = 40;

/// A rate that cannot be resampled from or to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{from_hz} Hz cannot be changed to {to_hz} Hz")]
pub struct BadRates {
    /// The stream's rate.
    pub from_hz: u32,
    /// The wanted rate.
    pub to_hz: u32,
}

/// Returns a whole mono sound at another rate.
///
/// # Errors
/// As [`Resampler::new`].
pub fn resampled(samples: &[f32], from_hz: u32, to_hz: u32) -> Result<Vec<f32>, BadRates> {
    let mut resampler = Resampler::new(from_hz, to_hz)?;
    let mut out = Vec::new();
    resampler.push(samples, &mut out);
    resampler.finish(&mut out);
    Ok(out)
}

/// Changes the rate of one mono stream, whatever the size of the pieces it comes in.
pub struct Resampler {
    from_hz: u32,
    to_hz: u32,
    /// None when the rates are equal.
    filter: Option<Filter>,
    taken: u64,
    given: u64,
}

struct Filter {
    fft: Fft<f32>,
    waiting: Vec<f32>,
    block: Vec<f32>,
    /// Samples of the filter's own delay that are still to be left out.
    late: usize,
}

impl fmt::Debug for Resampler {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Resampler({} Hz to {} Hz)", self.from_hz, self.to_hz)
    }
}

impl Resampler {
    /// Returns a resampler for a stream of `from_hz`.
    ///
    /// # Errors
    /// [`BadRates`] when one is outside 1 kHz to 1 MHz.
    pub fn new(from_hz: u32, to_hz: u32) -> Result<Self, BadRates> {
        let bad = BadRates { from_hz, to_hz };
        if [from_hz, to_hz].iter().any(|rate| !(1_000..=1_000_000).contains(rate)) {
            return Err(bad);
        }
        let filter = if from_hz == to_hz { None } else { Some(Filter::new(from_hz, to_hz).ok_or(bad)?) };
        Ok(Self { from_hz, to_hz, filter, taken: 0, given: 0 })
    }

    /// Takes `samples` and adds to `out` what can be given so far. The last few milliseconds wait for more.
    pub fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        let before = out.len();
        self.taken += samples.len() as u64;
        match &mut self.filter {
            None => out.extend_from_slice(samples),
            Some(filter) => filter.push(samples, out),
        }
        self.given += (out.len() - before) as u64;
    }

    /// Ends the stream: adds to `out` what still waits, so that over the whole stream `taken * to / from` samples were
    /// given, rounded up. Afterwards a new stream can begin.
    pub fn finish(&mut self, out: &mut Vec<f32>) {
        let due = (self.taken * u64::from(self.to_hz)).div_ceil(u64::from(self.from_hz));
        if let Some(filter) = &mut self.filter {
            let start = out.len();
            let missing = usize::try_from(due.saturating_sub(self.given)).unwrap_or(usize::MAX);
            while out.len() - start < missing {
                let silence = filter.fft.input_frames_next();
                filter.push(&vec![0.0; silence], out);
            }
            out.truncate(start + missing);
            filter.restart();
        }
        (self.taken, self.given) = (0, 0);
    }
}

/// Returns the samples in a block. They are even, since half an odd block would leave half a sample of delay.
fn block(from_hz: u32, to_hz: u32) -> usize {
    let (mut common, mut rest) = (from_hz, to_hz);
    while rest != 0 {
        (common, rest) = (rest, common % rest);
    }
    let smallest = from_hz / common;
    let unit = if smallest.is_multiple_of(2) { smallest } else { 2 * smallest };
    let units = (f64::from(from_hz) / f64::from(BLOCKS_A_SECOND) / f64::from(unit)).round().max(1.0);
    units as usize * unit as usize
}

impl Filter {
    fn new(from_hz: u32, to_hz: u32) -> Option<Self> {
        let fft = Fft::new_custom(
            from_hz as usize,
            to_hz as usize,
            block(from_hz, to_hz),
            1,
            1,
            rubato::WindowFunction::BlackmanHarris2,
            FixedSync::Both,
        )
        .ok()?;
        let late = fft.output_delay();
        Some(Self { block: vec![0.0; fft.output_frames_max()], waiting: Vec::new(), fft, late })
    }

    fn push(&mut self, samples: &[f32], out: &mut Vec<f32>) {
        self.waiting.extend_from_slice(samples);
        let size = self.fft.input_frames_next();
        let whole = self.waiting.len() / size * size;
        for piece in self.waiting[..whole].chunks_exact(size) {
            let input = InterleavedSlice::new(piece, 1, size).expect("a piece holds `size` mono samples");
            let length = self.block.len();
            let mut output =
                InterleavedSlice::new_mut(&mut self.block, 1, length).expect("the block holds `length` mono samples");
            let (_, given) = self
                .fft
                .process_into_buffer(&input, &mut output, None)
                .expect("both buffers have the size and the one channel that the filter asked for");
            let skipped = self.late.min(given);
            self.late -= skipped;
            out.extend_from_slice(&self.block[skipped..given]);
        }
        self.waiting.drain(..whole);
    }

    fn restart(&mut self) {
        self.fft.reset();
        self.waiting.clear();
        self.late = self.fft.output_delay();
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BadRates, Resampler};
    use crate::dsp::level::Level;

    fn tone(rate_hz: u32, pitch_hz: f32, samples: usize) -> Vec<f32> {
        (0..samples).map(|n| 0.5 * (n as f32 / rate_hz as f32 * pitch_hz * std::f32::consts::TAU).sin()).collect()
    }

    fn whole(from: u32, to: u32, samples: &[f32], piece: usize) -> Vec<f32> {
        let (mut resampler, mut out) = (Resampler::new(from, to).unwrap(), Vec::new());
        for part in samples.chunks(piece.max(1)) {
            resampler.push(part, &mut out);
        }
        resampler.finish(&mut out);
        out
    }

    #[test]
    fn a_tone_keeps_its_pitch_level_and_place_at_every_usual_rate() {
        for (from, to) in [
            (8_000, 16_000),
            (11_025, 16_000),
            (22_050, 16_000),
            (24_000, 16_000),
            (44_100, 16_000),
            (48_000, 16_000),
            (96_000, 16_000),
            (192_000, 16_000),
            (24_000, 44_100),
            (24_000, 48_000),
            (44_101, 16_000),
        ] {
            let out = whole(from, to, &tone(from, 1_000.0, from as usize), 480);
            let want = tone(to, 1_000.0, out.len());
            // The filter rings at both ends, where the tone begins and stops at once.
            let inner = (to / 10) as usize..out.len() - (to / 10) as usize;
            let error: Vec<f32> = out[inner.clone()].iter().zip(&want[inner]).map(|(a, b)| a - b).collect();
            assert!(Level::of(&error).rms_dbfs() < -60.0, "{from} to {to}: {:?}", Level::of(&error));
        }
    }

    #[test]
    fn what_the_new_rate_cannot_hold_is_removed_and_not_folded_back() {
        let out = whole(48_000, 16_000, &tone(48_000, 10_000.0, 48_000), 1_000);
        assert!(Level::of(&out[1_600..14_400]).rms_dbfs() < -70.0, "{:?}", Level::of(&out));
    }

    #[test]
    fn equal_rates_change_nothing() {
        let samples = tone(16_000, 300.0, 1_234);
        assert_eq!(whole(16_000, 16_000, &samples, 77), samples);
    }

    #[test]
    fn a_resampler_can_be_used_for_the_next_stream() {
        let (mut resampler, first) = (Resampler::new(48_000, 16_000).unwrap(), tone(48_000, 440.0, 5_000));
        let mut one = Vec::new();
        resampler.push(&first, &mut one);
        resampler.finish(&mut one);
        let mut two = Vec::new();
        resampler.push(&first, &mut two);
        resampler.finish(&mut two);
        assert_eq!(one, two);
    }

    #[test]
    fn absurd_rates_are_refused() {
        for (from_hz, to_hz) in [(0, 16_000), (16_000, 0), (10_000_000, 16_000), (u32::MAX, 1)] {
            assert_eq!(Resampler::new(from_hz, to_hz).unwrap_err(), BadRates { from_hz, to_hz });
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn the_length_is_exact_and_the_size_of_the_pieces_does_not_matter(
            from in prop::sample::select(vec![8_000_u32, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000]),
            to in prop::sample::select(vec![16_000_u32, 44_100, 48_000]),
            samples in 0_usize..20_000,
            piece in 1_usize..5_000,
        ) {
            let input = tone(from, 440.0, samples);
            let out = whole(from, to, &input, piece);
            let want = (samples as u64 * u64::from(to)).div_ceil(u64::from(from));
            prop_assert_eq!(out.len() as u64, want);
            prop_assert_eq!(out, whole(from, to, &input, usize::MAX));
        }
    }
}
