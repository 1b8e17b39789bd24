//! Shapes speech that comes piece by piece as [`super::shape`] does with whole sentences: silence cut from either end, at the
//! common loudness, faded at the edges. Within, nothing is changed, so that pieces fit as they came.

use crate::tts::shape::{FADE_MS, LEAD_MS, LEAST_RUN, PEAK, SILENCE, STRETCH_MS, TAIL_MS, rms};

/// Speech on its way.
pub(crate) struct Pieces {
    per_ms: usize,
    gain: f32,
    /// A stretch with this level or less is silence.
    floor: f32,
    /// What is not given yet: silence that may be the end.
    held: Vec<f32>,
    begun: bool,
}

impl Pieces {
    /// Begins speech at `rate_hz` that `gain` brings to the common loudness and that peaks near `peak` before.
    pub(crate) fn new(rate_hz: u32, gain: f32, peak: f32) -> Self {
        let per_ms = (rate_hz / 1_000).max(1) as usize;
        Self { per_ms, gain, floor: peak * SILENCE, held: Vec::new(), begun: false }
    }

    /// Takes the next samples and returns those that can be heard now.
    pub(crate) fn push(&mut self, samples: &[f32]) -> Vec<f32> {
        self.held.extend_from_slice(samples);
        let stretch = STRETCH_MS * self.per_ms;
        let loud: Vec<bool> = self.held.chunks_exact(stretch).map(|part| rms(part) > self.floor).collect();
        let mut runs = loud.windows(LEAST_RUN).map(|run| run.iter().all(|loud| *loud));
        let fades_in = !self.begun;
        if !self.begun {
            let Some(first) = runs.clone().position(|run| run) else { return Vec::new() };
            self.held.drain(..(first * stretch).saturating_sub(LEAD_MS * self.per_ms));
            self.begun = true;
            return self.give_to_last_sound(fades_in);
        }
        if runs.any(|run| run) { self.give_to_last_sound(fades_in) } else { Vec::new() }
    }

    /// Returns the end of the speech.
    pub(crate) fn finish(mut self) -> Vec<f32> {
        if !self.begun {
            return Vec::new();
        }
        self.held.truncate(TAIL_MS * self.per_ms);
        let mut samples = self.levelled(self.held.len());
        let (length, end) = ((FADE_MS * self.per_ms).min(samples.len()), samples.len());
        for at in 0..length {
            samples[end - 1 - at] *= at as f32 / length as f32;
        }
        samples
    }

    fn give_to_last_sound(&mut self, fades_in: bool) -> Vec<f32> {
        let stretch = STRETCH_MS * self.per_ms;
        let last = self.held.chunks_exact(stretch).rposition(|part| rms(part) > self.floor);
        let mut samples = self.levelled(last.map_or(0, |last| (last + 1) * stretch));
        if fades_in {
            let length = (FADE_MS * self.per_ms).min(samples.len());
            for (at, sample) in samples[..length].iter_mut().enumerate() {
                *sample *= at as f32 / length as f32;
            }
        }
        samples
    }

    fn levelled(&mut self, count: usize) -> Vec<f32> {
        self.held.drain(..count).map(|sample| (sample * self.gain).clamp(-PEAK, PEAK)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Pieces;
    use crate::tts::shape::shape;
    use crate::units::Speech;

    fn speech() -> Vec<f32> {
        let tone = |seconds: f32| (0..(24_000.0 * seconds) as usize).map(|at| 0.3 * (at as f32 * 0.05).sin());
        let silence = |seconds: f32| vec![0.0; (24_000.0 * seconds) as usize];
        [silence(0.4), tone(1.0).collect(), silence(0.6), tone(0.5).collect(), silence(0.7)].concat()
    }

    fn through(sizes: &[usize]) -> Vec<f32> {
        let whole = speech();
        let mut pieces = Pieces::new(24_000, 0.1 / 0.212, 0.3);
        let (mut rest, mut out) = (&whole[..], Vec::new());
        for size in sizes.iter().cycle() {
            let (now, later) = rest.split_at((*size).min(rest.len()));
            out.extend(pieces.push(now));
            rest = later;
            if rest.is_empty() {
                break;
            }
        }
        out.extend(pieces.finish());
        out
    }

    #[test]
    fn pieces_joined_are_the_sentence_as_it_is_shaped_in_one() {
        let whole = shape(&Speech { samples: speech(), rate_hz: 24_000 }).samples;
        for sizes in [&[9_600, 24_000, 48_000][..], &[2_400], &[100_000], &[997, 12_345]] {
            let joined = through(sizes);
            assert!(joined.len().abs_diff(whole.len()) <= 480, "{} against {}", joined.len(), whole.len());
            let step = joined.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
            assert!(step < 0.02, "a click of {step} with {sizes:?}");
            assert!(joined[0].abs() < 1e-6 && joined.last().unwrap().abs() < 1e-6, "it begins and ends at rest");
        }
    }

    #[test]
    fn silence_within_stays_and_silence_alone_is_nothing() {
        assert!((53_000..54_000).contains(&through(&[4_800]).len()), "{}", through(&[4_800]).len());
        let mut pieces = Pieces::new(24_000, 1.0, 0.3);
        assert!(pieces.push(&[0.0; 30_000]).is_empty() && pieces.finish().is_empty());
    }
}
