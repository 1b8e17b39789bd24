//! Keeps the last of a turn's samples, as many as are still needed. Holds no more than it is told to.

use crate::units::{AudioTime, Span};

/// Samples from some moment of a turn to its present end.
#[derive(Clone, Debug, Default)]
pub struct Window {
    /// Number of the first sample that is kept.
    base: u64,
    samples: Vec<f32>,
}

impl Window {
    /// Adds what was just heard.
    pub fn push(&mut self, samples: &[f32]) {
        self.samples.extend_from_slice(samples);
    }

    /// Returns the moment after the last sample.
    pub fn end(&self) -> AudioTime {
        AudioTime::from_samples(self.base + self.samples.len() as u64)
    }

    /// Returns the samples of a span, as far as they were heard and are kept.
    pub fn span(&self, span: Span) -> &[f32] {
        let index = |at: AudioTime| (at.as_samples().saturating_sub(self.base) as usize).min(self.samples.len());
        &self.samples[index(span.start)..index(span.end)]
    }

    /// Lets go of what lies before `keep`. Moves samples only once at least half of them can go, so that the cost of a
    /// frame stays the same however long the turn is.
    pub fn forget_before(&mut self, keep: AudioTime) {
        let gone = (keep.as_samples().saturating_sub(self.base) as usize).min(self.samples.len());
        if gone > 0 && gone * 2 >= self.samples.len() {
            self.samples.drain(..gone);
            self.base += gone as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Window;
    use crate::units::{AudioTime, Span};

    fn ms(ms: u64) -> AudioTime {
        AudioTime::from_ms(ms)
    }

    #[test]
    fn a_span_is_found_again_after_earlier_sound_was_let_go() {
        let mut window = Window::default();
        let sound: Vec<f32> = (0..16_000).map(|n| n as f32).collect();
        window.push(&sound);
        window.forget_before(ms(600));
        assert_eq!(window.span(Span::new(ms(700), ms(701))), &sound[11_200..11_216]);
        assert_eq!(window.end(), ms(1_000));
    }

    #[test]
    fn what_was_let_go_or_never_heard_is_left_out() {
        let mut window = Window::default();
        window.push(&[1.0; 1_600]);
        window.forget_before(ms(80));
        assert_eq!(window.span(Span::new(ms(0), ms(500))).len(), 320);
        assert!(window.span(Span::new(ms(200), ms(500))).is_empty());
    }

    #[test]
    fn a_long_turn_holds_little_when_little_is_kept() {
        let mut window = Window::default();
        for frame in 1..10_000u64 {
            window.push(&[0.0; 512]);
            window.forget_before(ms((frame * 32).saturating_sub(8_000)));
        }
        assert!(window.samples.len() <= 2 * 8_000 * 16 + 512);
    }
}
