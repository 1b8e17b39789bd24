//! Stretches of a recording in which the microphone was away. Nobody could be heard there, so they are nobody's pauses.

use crate::transcript::delivery::Delivery;
use crate::units::Span;

/// Returns the delivery without the pauses during which the microphone was away.
#[must_use]
pub fn left_out(mut delivery: Delivery, gaps: &[Span]) -> Delivery {
    delivery.long_pauses.retain(|pause| !gaps.iter().any(|gap| overlaps(*pause, *gap)));
    delivery
}

fn overlaps(one: Span, other: Span) -> bool {
    one.start <= other.end && other.start <= one.end
}

#[cfg(test)]
mod tests {
    use super::left_out;
    use crate::transcript::delivery::Delivery;
    use crate::units::{AudioTime, Span};

    fn span(start: u64, end: u64) -> Span {
        Span::new(AudioTime::from_ms(start), AudioTime::from_ms(end))
    }

    #[test]
    fn a_pause_in_which_nobody_could_be_heard_is_not_counted() {
        let pauses = vec![span(1_000, 2_500), span(8_000, 15_000), span(20_000, 21_500)];
        let delivery = Delivery { long_pauses: pauses, ..Delivery::default() };
        let left = left_out(delivery, &[span(8_500, 14_000)]);
        assert_eq!(left.long_pauses, [span(1_000, 2_500), span(20_000, 21_500)]);
    }
}
