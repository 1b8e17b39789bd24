//! Level, pitch and colour of a recording over time, a hundred values a second. Knows nothing of words or speech.

use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use crate::units::{AudioTime, SAMPLE_RATE_HZ};

/// Samples from one hop to the next: 10 ms, the usual step of pitch trackers.
pub const HOP: usize = SAMPLE_RATE_HZ as usize / 100;

/// Milliseconds from one hop to the next.
pub const HOP_MS: u64 = 10;

/// Samples that one hop is measured on: 40 ms, more than two periods of the lowest pitch.
const WINDOW: usize = 4 * HOP;

/// Length of the transforms: the window and the longest lag fit in, so that the correlation does not wrap around.
const FFT: usize = 1_024;

/// Lowest and highest pitch that is looked for, in hertz: creaky male to excited female voices.
const PITCH_HZ: (f32, f32) = (65.0, 400.0);

/// Least periodicity of a pitch. Noise stays below 0.4, vowels above 0.6.
const PERIODIC: f32 = 0.45;

/// A shorter period is preferred where it is nearly as good as the best: else a pitch drops by an octave now and then.
const NEARLY: f32 = 0.9;

/// Below this frequency there is mains hum and handling noise; a voice shows its pitch in the harmonics above.
const HIGH_PASS_HZ: f64 = 110.0;

/// Level of digital silence.
const FLOOR_DBFS: f32 = -100.0;

/// Edges of the bands that colour is told by, in hertz: about one vowel formant's width each.
const EDGES_HZ: [f32; BANDS + 1] = [80.0, 250.0, 450.0, 700.0, 1_000.0, 1_400.0, 1_900.0, 2_500.0, 3_300.0, 5_000.0];

/// How many bands there are.
const BANDS: usize = 9;

/// Ten milliseconds of sound.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Hop {
    /// Root mean square of the 20 ms around it in dB of full scale, -100 at least, without what is below 110 Hz.
    pub level_db: f32,
    /// Pitch in hertz, 65 to 400. None where nothing repeats.
    pub pitch_hz: Option<f32>,
    /// How alike one period is to the next, 0 to 1.
    pub periodicity: f32,
    /// Middle of the spectrum in hertz, weighted by power: vowels lie below 1500, an s above 4000.
    pub centre_hz: f32,
    /// Change of colour since the hop before: mean difference of the logarithms of nine bands' power.
    pub change: f32,
}

/// A recording, hop by hop.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contour {
    /// The hops, from the start.
    pub hops: Vec<Hop>,
}

impl Contour {
    /// Returns the contour of `samples`, 16 kHz mono. Samples that are no numbers count as silence.
    #[must_use]
    pub fn of(samples: &[f32]) -> Self {
        let clean: Vec<f32> =
            samples.iter().map(|sample| if sample.is_nan() { 0.0 } else { sample.clamp(-1.0, 1.0) }).collect();
        let filtered = high_pass(&high_pass(&clean));
        let mut meter = Meter::new();
        Self { hops: (0..filtered.len() / HOP).map(|hop| meter.measure(&filtered, hop)).collect() }
    }

    /// Returns the hops of a stretch, as far as they exist.
    #[must_use]
    pub fn within(&self, start: AudioTime, end: AudioTime) -> &[Hop] {
        let index = |at: AudioTime| ((at.as_ms() / HOP_MS) as usize).min(self.hops.len());
        &self.hops[index(start)..index(end).max(index(start))]
    }
}

/// Returns the time of a hop's middle, which is where its window is centred.
#[must_use]
pub fn hop_time(hop: usize) -> AudioTime {
    AudioTime::from_ms(hop as u64 * HOP_MS)
}

/// What one hop is measured with.
struct Meter {
    forward: Arc<dyn RealToComplex<f32>>,
    backward: Arc<dyn ComplexToReal<f32>>,
    hann: Vec<f32>,
    /// Correlation of the window with itself: what a steady tone would give.
    own: Vec<f32>,
    before: [f32; BANDS],
}

impl Meter {
    fn new() -> Self {
        let mut planner = RealFftPlanner::new();
        let turn = std::f32::consts::TAU / WINDOW as f32;
        let hann: Vec<f32> = (0..WINDOW).map(|n| 0.5 - 0.5 * (turn * n as f32).cos()).collect();
        let mut meter = Self {
            forward: planner.plan_fft_forward(FFT),
            backward: planner.plan_fft_inverse(FFT),
            hann: hann.clone(),
            own: Vec::new(),
            before: [0.0; BANDS],
        };
        let (_, own) = meter.spectrum_and_correlation(&hann);
        meter.own = own;
        meter
    }

    /// Returns the power spectrum of a window and its correlation with itself.
    fn spectrum_and_correlation(&self, window: &[f32]) -> (Vec<f32>, Vec<f32>) {
        let mut frame = self.forward.make_input_vec();
        frame[..window.len()].copy_from_slice(window);
        let mut bins = self.forward.make_output_vec();
        self.forward.process(&mut frame, &mut bins).expect("both buffers were made by this transform");
        let power: Vec<f32> = bins.iter().map(Complex::norm_sqr).collect();
        for (bin, power) in bins.iter_mut().zip(&power) {
            (bin.re, bin.im) = (*power, 0.0);
        }
        let mut correlation = self.backward.make_output_vec();
        self.backward.process(&mut bins, &mut correlation).expect("both buffers were made by this transform");
        (power, correlation)
    }

    fn measure(&mut self, samples: &[f32], hop: usize) -> Hop {
        let middle = hop * HOP;
        let at = |n: usize| (middle + n).checked_sub(WINDOW / 2).and_then(|n| samples.get(n)).copied().unwrap_or(0.0);
        let window: Vec<f32> = (0..WINDOW).map(|n| at(n) * self.hann[n]).collect();
        let around = &samples[middle.saturating_sub(HOP)..(middle + HOP).min(samples.len())];
        let level = 20.0 * crate::dsp::level::Level::of(around).rms.max(1e-5).log10();
        let (power, correlation) = self.spectrum_and_correlation(&window);
        let (pitch_hz, periodicity) = self.pitch(&correlation);
        let bands = bands(&power);
        let change = if hop == 0 { 0.0 } else { difference(&bands, &self.before) };
        self.before = bands;
        Hop { level_db: level.max(FLOOR_DBFS), pitch_hz, periodicity, centre_hz: centre(&power), change }
    }

    /// The lag at which the sound is most like itself, the window's own fall-off taken out.
    fn pitch(&self, correlation: &[f32]) -> (Option<f32>, f32) {
        if correlation[0] <= f32::MIN_POSITIVE {
            return (None, 0.0);
        }
        let rate = SAMPLE_RATE_HZ as f32;
        let (shortest, longest) = ((rate / PITCH_HZ.1) as usize, (rate / PITCH_HZ.0) as usize);
        let alike = |lag: usize| correlation[lag] / correlation[0] * self.own[0] / self.own[lag];
        let is_peak = |lag: usize| alike(lag) >= alike(lag - 1) && alike(lag) >= alike(lag + 1);
        let peaks: Vec<(usize, f32)> =
            (shortest..=longest).filter(|lag| is_peak(*lag)).map(|lag| (lag, alike(lag))).collect();
        let best = peaks.iter().map(|(_, value)| *value).fold(0.0, f32::max);
        let first = peaks.iter().find(|(_, value)| *value >= NEARLY * best);
        match first {
            Some((lag, value)) if *value >= PERIODIC => (Some(rate / *lag as f32), value.min(1.0)),
            _ => (None, best.clamp(0.0, 1.0)),
        }
    }
}

fn hertz(bin: usize) -> f32 {
    bin as f32 * SAMPLE_RATE_HZ as f32 / FFT as f32
}

/// Returns the logarithm of each band's power, with a floor far below a quiet room.
fn bands(power: &[f32]) -> [f32; BANDS] {
    let mut sums = [1e-7f32; BANDS];
    for (bin, power) in power.iter().enumerate() {
        if let Some(band) = EDGES_HZ.windows(2).position(|edge| (edge[0]..edge[1]).contains(&hertz(bin))) {
            sums[band] += power;
        }
    }
    sums.map(f32::log10)
}

fn difference(one: &[f32; BANDS], other: &[f32; BANDS]) -> f32 {
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).sum::<f32>() / BANDS as f32
}

fn centre(power: &[f32]) -> f32 {
    let all: f32 = power.iter().sum();
    if all <= f32::MIN_POSITIVE {
        return 0.0;
    }
    power.iter().enumerate().map(|(bin, power)| hertz(bin) * power).sum::<f32>() / all
}

/// A second-order Butterworth high-pass (Bristow-Johnson's cookbook).
fn high_pass(samples: &[f32]) -> Vec<f32> {
    let angle = std::f64::consts::TAU * HIGH_PASS_HZ / f64::from(SAMPLE_RATE_HZ);
    let (sine, cosine) = angle.sin_cos();
    let alpha = sine / std::f64::consts::SQRT_2;
    let whole = 1.0 + alpha;
    let outer = f64::midpoint(1.0, cosine) / whole;
    let feed = [outer, -2.0 * outer, outer];
    let back = [-2.0 * cosine / whole, (1.0 - alpha) / whole];
    let (mut x, mut y) = ([0.0f64; 2], [0.0f64; 2]);
    let filtered = samples.iter().map(|sample| {
        let now = f64::from(*sample);
        let out = feed[0] * now + feed[1] * x[0] + feed[2] * x[1] - back[0] * y[0] - back[1] * y[1];
        (x, y) = ([now, x[0]], [out, y[0]]);
        out as f32
    });
    filtered.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Contour;
    use crate::units::AudioTime;

    /// A buzz, as the vocal folds make it: all harmonics up to 4 kHz.
    fn buzz(pitch_hz: f32, seconds: f32) -> Vec<f32> {
        let harmonics = (4_000.0 / pitch_hz) as usize;
        let at = |n: usize, k: usize| (n as f32 / 16_000.0 * pitch_hz * k as f32 * std::f32::consts::TAU).sin();
        (0..(seconds * 16_000.0) as usize)
            .map(|n| (1..=harmonics).map(|k| at(n, k) / k as f32).sum::<f32>() * 0.1)
            .collect()
    }

    #[test]
    fn the_pitch_of_a_buzz_is_found_at_every_height_and_not_an_octave_away() {
        for pitch in [72.0, 85.0, 110.0, 150.0, 210.0, 290.0, 380.0] {
            let contour = Contour::of(&buzz(pitch, 0.5));
            for hop in contour.within(AudioTime::from_ms(100), AudioTime::from_ms(400)) {
                let found = hop.pitch_hz.expect("a buzz has a pitch");
                assert!((found / pitch - 1.0).abs() < 0.04, "{pitch} Hz: {found} Hz");
                assert!(hop.periodicity > 0.9 && hop.change < 0.1, "{hop:?}");
            }
        }
    }

    #[test]
    fn noise_and_silence_have_no_pitch_and_hum_is_left_out() {
        let mut state = 1u32;
        let noise = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        });
        let contour = Contour::of(&noise.take(16_000).map(|sample| sample * 0.1).collect::<Vec<_>>());
        let pitched = contour.hops.iter().filter(|hop| hop.pitch_hz.is_some()).count();
        assert!(pitched * 20 < contour.hops.len(), "{pitched} of {}", contour.hops.len());
        assert!(Contour::of(&[0.0; 8_000]).hops.iter().all(|hop| hop.pitch_hz.is_none() && hop.level_db == -100.0));
        let hum: Vec<f32> =
            (0..16_000).map(|n| 0.1 * (n as f32 / 16_000.0 * 50.0 * std::f32::consts::TAU).sin()).collect();
        // -23 dBFS of mains hum.
        assert!(Contour::of(&hum).hops[50].level_db < -45.0, "{:?}", Contour::of(&hum).hops[50]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn any_sound_gives_numbers(samples in prop::collection::vec(prop::num::f32::ANY, 0..2_000)) {
            for hop in Contour::of(&samples).hops {
                prop_assert!(hop.level_db.is_finite() && hop.centre_hz.is_finite() && hop.change.is_finite());
                prop_assert!((0.0..=1.0).contains(&hop.periodicity));
            }
        }
    }
}
