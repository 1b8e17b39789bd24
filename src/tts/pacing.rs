//! How much of a sentence to render next, so that it begins soon and never runs dry. All in seconds. Knows no sound
//! and no clock.

/// The first stretch of a sentence on a computer that keeps up: as short as leaves time to render the next.
const FIRST: f64 = 0.4;

/// No stretch is shorter: what is rendered and thrown away at its edges would cost too much.
const LEAST: f64 = 0.4;

/// No stretch is longer: a line that is stopped is stopped at the end of a stretch.
const MOST: f64 = 3.0;

/// Of the sound that is ahead, the share within which the next stretch is to be ready. The rest is for a computer that is
/// suddenly slower.
const SHARE: f64 = 0.5;

/// The same where a crumb is rendered with the stretch before it.
const SHARE_AT_MOST: f64 = 0.7;

/// Up to this time for a second of sound, stretches grow while it plays. Beyond it, sound has to be saved up first.
const KEEPS_UP: f64 = 0.4;

/// What is assumed before anything was measured: two cores of a laptop.
const ASSUMED: f64 = 0.25;

/// Weight of the newest measurement.
const NEWEST: f64 = 0.3;

/// How fast sound is rendered here, as measured.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pacing {
    /// Seconds of rendering for a second of sound.
    rate: f64,
    /// Seconds of sound that are rendered for nothing at the edges of a stretch.
    edges: f64,
}

impl Pacing {
    /// Returns the pacing of a voice that renders `edges` for nothing with every stretch.
    pub(crate) const fn new(edges: f64) -> Self {
        Self { rate: ASSUMED, edges }
    }

    /// Learns that `sound`, without what was thrown away, took `took`.
    pub(crate) fn learn(&mut self, took: f64, sound: f64) {
        let rate = took / (sound + self.edges);
        self.rate += NEWEST * (rate - self.rate);
    }

    /// Returns how much to render first of `all`: on a slow computer so much that the rest comes in time.
    pub(crate) fn first(&self, all: f64) -> f64 {
        let saved = if self.rate > KEEPS_UP { all * self.rate / (self.rate + SHARE) } else { 0.0 };
        whole_or(saved.max(FIRST), all)
    }

    /// Returns how much to render next of the `left`, while `ahead` is rendered and not yet heard.
    pub(crate) fn next(&self, left: f64, ahead: f64) -> f64 {
        let affordable = ahead * SHARE / self.rate.max(0.01) - self.edges;
        let wanted = affordable.clamp(LEAST, MOST);
        let too_late = (left + self.edges) * self.rate > ahead * SHARE_AT_MOST;
        if left > LEAST && left > wanted && too_late && left - wanted < LEAST {
            // All of it would come too late, and a stretch and a crumb cost as much as two halves.
            return left / 2.0;
        }
        whole_or(wanted, left)
    }
}

/// Returns `wanted`, or all that is left where no stretch worth the trouble would remain.
fn whole_or(wanted: f64, left: f64) -> f64 {
    if left - wanted < LEAST { left } else { wanted }
}

#[cfg(test)]
mod tests {
    use super::Pacing;
    use proptest::prelude::*;

    const EDGES: f64 = 0.2;

    fn pacing(rate: f64) -> Pacing {
        Pacing { rate, ..Pacing::new(EDGES) }
    }

    /// Plays a sentence while it is rendered at `real` times its length, and returns when it began and the longest gap, in
    /// seconds.
    fn play(mut pacing: Pacing, all: f64, real: f64) -> (f64, f64) {
        let (mut now, mut given, mut began, mut gap) = (0.0_f64, 0.0_f64, None::<f64>, 0.0_f64);
        while all - given > 1e-6 {
            let left = all - given;
            let stretch = match began {
                None => pacing.first(left),
                Some(began) => pacing.next(left, (began + given - now).max(0.0)),
            };
            let took = (stretch + EDGES) * real;
            pacing.learn(took, stretch);
            now += took;
            let began = began.get_or_insert(now);
            gap = gap.max(now - (*began + given));
            // What comes too late shifts the rest.
            *began += (now - (*began + given)).max(0.0);
            given += stretch;
        }
        (began.unwrap_or(0.0), gap)
    }

    #[test]
    fn a_quick_computer_begins_soon_and_a_slow_one_saves_up() {
        assert!((pacing(0.2).first(6.0) - 0.4).abs() < 1e-9);
        assert!((pacing(0.5).first(6.0) - 3.0).abs() < 1e-9);
        assert!(pacing(4.0).first(6.0) > 5.0);
        assert!((pacing(0.2).first(0.7) - 0.7).abs() < 1e-9, "no crumb is left");
    }

    proptest! {
        #[test]
        fn the_sound_never_runs_dry_at_the_speed_that_was_measured(rate in 0.02..3.0, all in 0.2..25.0) {
            let (_, gap) = play(pacing(rate), all, rate);
            prop_assert!(gap < 1e-6, "a gap of {gap} s");
        }

        #[test]
        fn nor_where_rendering_is_suddenly_half_slower(rate in 0.02..0.4, all in 0.2..25.0) {
            let (_, gap) = play(pacing(rate), all, rate * 1.3);
            prop_assert!(gap < 1e-6, "a gap of {gap} s");
        }
    }
}
