//! Cuts a turn into chunks for the recogniser, at pauses, while the speaker still speaks. Never looks at samples.

use crate::turn::smooth::Edge;
use crate::units::{AudioTime, FRAME_MS, FRAME_SAMPLES, Span};

/// 256 ms kept before the first and after the last frame with voice: a soft first consonant is below the detector's
/// threshold, and whisper hallucinates on sound that is cut off abruptly.
const PAD_FRAMES: u64 = 8;

/// 10 s: from this length on a chunk of a turn may be cut at any real pause. The shorter the chunks, the shorter the wait
/// at the end, but the less context there is: on 6 minutes of speech with published transcripts, two of them noisy, whisper base
/// made 5.9 % word errors with chunks of 5 s and more, 5.1 % with 10 s, 4.7 % with 14 s, and 6.3 % where sentences that sounded
/// complete were cut off as well.
const TURN_FRAMES: u64 = 10_000 / FRAME_MS;

/// 20 s: the same for recordings, where nobody waits.
const RECORDING_FRAMES: u64 = 20_000 / FRAME_MS;

/// 400 ms: a pause between sentences or clauses, not one inside a word.
const PAUSE_FRAMES: u64 = 400 / FRAME_MS;

/// 15 s: from here on the shortest pause there is will do.
const LONG_FRAMES: u64 = 15_000 / FRAME_MS;

/// 25 s: nothing is longer, since whisper hears 30 s at most.
const LONGEST_FRAMES: u64 = 25_000 / FRAME_MS;

/// 1.8 s: the turn is about to end or the speaker thinks; either way what was said is decoded now.
const TURN_PAUSE_FRAMES: u64 = 1_800 / FRAME_MS;

/// 4 s: in a recording, silence that would only be decoded for nothing.
const RECORDING_PAUSE_FRAMES: u64 = 4_000 / FRAME_MS;

/// How far back from [`LONGEST_FRAMES`] the least voiced frame is looked for when nobody paused: 8 s.
const SEARCH_FRAMES: u64 = 8_000 / FRAME_MS;

/// A chunk that is being spoken.
#[derive(Clone, Debug)]
struct Open {
    start: u64,
    last_voiced: u64,
    /// The last frame that was heard: nothing later can be in the chunk yet.
    seen: u64,
    /// The least voiced frame of the search window, with its probability.
    weakest: Option<(u64, f32)>,
}

/// Follows the smoothed voice and says which spans to decode.
#[derive(Clone, Debug)]
pub struct Chunker {
    /// Frames from which a chunk may be cut at any real pause.
    enough: u64,
    /// Pause that closes any chunk, frames.
    long_pause: u64,
    open: Option<Open>,
    /// First frame that no chunk holds yet.
    free: u64,
}

/// Returns the time of a frame's first sample.
pub fn frame_time(frame: u64) -> AudioTime {
    AudioTime::from_samples(frame * FRAME_SAMPLES as u64)
}

impl Chunker {
    /// Cuts for somebody who waits for the words.
    pub fn for_turns() -> Self {
        Self { enough: TURN_FRAMES, long_pause: TURN_PAUSE_FRAMES, open: None, free: 0 }
    }

    /// Cuts for the fewest errors.
    pub fn for_recordings() -> Self {
        Self { enough: RECORDING_FRAMES, long_pause: RECORDING_PAUSE_FRAMES, open: None, free: 0 }
    }

    /// Takes frame `frame` with its voice probability, whether it belongs to speech, and the edge that it completed.
    /// Returns the span of a chunk that is ready, if any.
    pub fn step(&mut self, frame: u64, probability: f32, voiced: bool, edge: Option<Edge>) -> Option<Span> {
        if let Some(Edge::Onset { first }) = edge
            && self.open.is_none()
        {
            let start = first.saturating_sub(PAD_FRAMES).max(self.free);
            self.open = Some(Open { start, last_voiced: frame, seen: frame, weakest: None });
        }
        let open = self.open.as_mut()?;
        open.seen = frame;
        if voiced && probability >= crate::turn::smooth::STAY {
            open.last_voiced = frame;
        }
        let length = frame + 1 - open.start;
        if length + SEARCH_FRAMES > LONGEST_FRAMES && open.weakest.is_none_or(|(_, least)| probability <= least) {
            open.weakest = Some((frame, probability));
        }
        let pause = frame - open.last_voiced;
        let spoken = open.last_voiced + 1 - open.start;
        let ready = (spoken >= self.enough && pause >= PAUSE_FRAMES)
            || (spoken >= LONG_FRAMES.max(self.enough) && !voiced)
            || pause >= self.long_pause;
        if ready {
            return self.close();
        }
        match (length >= LONGEST_FRAMES, voiced) {
            (true, true) => self.split(),
            (true, false) => self.close(),
            (false, _) => None,
        }
    }

    /// Returns what has not been cut yet: the tail, when the turn is over.
    pub fn close(&mut self) -> Option<Span> {
        let (start, end) = self.tail()?;
        self.open = None;
        self.free = end;
        Some(Span::new(frame_time(start), frame_time(end)))
    }

    /// Returns what [`close`](Self::close) would cut now: the first frame and the one after the last.
    pub fn tail(&self) -> Option<(u64, u64)> {
        let open = self.open.as_ref()?;
        Some((open.start, (open.last_voiced + PAD_FRAMES).min(open.seen) + 1))
    }

    /// Cuts at the least voiced frame, since somebody speaks without any pause. The rest stays open.
    fn split(&mut self) -> Option<Span> {
        let open = self.open.as_mut()?;
        let (cut, _) = open.weakest?;
        let span = Span::new(frame_time(open.start), frame_time(cut));
        open.start = cut;
        open.weakest = None;
        open.last_voiced = open.last_voiced.max(cut);
        self.free = cut;
        Some(span)
    }

    /// Returns the first frame of the chunk that is being spoken: sound from there on is still needed.
    pub fn open_from(&self) -> Option<u64> {
        self.open.as_ref().map(|open| open.start)
    }
}

#[cfg(test)]
mod tests {
    use super::{Chunker, FRAME_MS};
    use crate::turn::smooth::Smoother;
    use crate::units::Span;

    /// Runs stretches of (milliseconds, probability) through smoother and chunker.
    fn spans(stretches: &[(u64, f32)]) -> Vec<Span> {
        let mut smoother = Smoother::default();
        let mut chunker = Chunker::for_turns();
        let mut spans = Vec::new();
        for (ms, probability) in stretches {
            for _ in 0..ms / FRAME_MS {
                let frame = smoother.frames();
                let edge = smoother.step(*probability);
                spans.extend(chunker.step(frame, *probability, smoother.is_voiced(), edge));
            }
        }
        spans.extend(chunker.close());
        spans
    }

    fn lengths_ms(spans: &[Span]) -> Vec<u64> {
        spans.iter().map(|span| u64::try_from(span.duration().as_millis()).unwrap()).collect()
    }

    #[test]
    fn silence_gives_no_chunk() {
        assert_eq!(spans(&[(60_000, 0.1)]), []);
    }

    #[test]
    fn a_chunk_of_ten_seconds_is_cut_at_the_next_pause() {
        let spans = spans(&[(1_000, 0.0), (11_008, 0.9), (480, 0.0), (2_016, 0.9), (3_200, 0.0)]);
        assert_eq!(spans.len(), 2);
        assert_eq!(spans[0].start.as_ms(), 736, "256 ms before the voice at 992 ms");
        assert_eq!(spans[0].end.as_ms(), 992 + 11_008 + 256);
        assert_eq!(spans[1].start, spans[0].end, "the padding of the second does not reach into the first");
    }

    #[test]
    fn a_short_chunk_waits_for_more() {
        assert_eq!(spans(&[(3_200, 0.9), (640, 0.0), (3_200, 0.9), (640, 0.0)]).len(), 1);
    }

    #[test]
    fn a_long_pause_closes_even_a_short_chunk() {
        assert_eq!(spans(&[(960, 0.9), (4_000, 0.0), (960, 0.9), (4_000, 0.0)]).len(), 2);
    }

    #[test]
    fn two_minutes_without_a_pause_are_cut_below_whispers_limit_and_lose_nothing() {
        let spans = spans(&[(120_000, 0.9)]);
        assert!(lengths_ms(&spans).iter().all(|ms| *ms <= 26_000), "{:?}", lengths_ms(&spans));
        assert!(spans.windows(2).all(|pair| pair[0].end == pair[1].start));
    }

    #[test]
    fn without_a_pause_the_cut_falls_on_the_least_voiced_frame() {
        let spans = spans(&[(20_000, 0.9), (32, 0.4), (20_000, 0.9)]);
        assert_eq!(spans[0].end.as_ms(), 20_000);
    }

    #[test]
    fn recordings_are_cut_into_longer_chunks() {
        let stretches = [(10_240, 0.9), (960, 0.0)].repeat(6);
        let cut = |mut chunker: Chunker| {
            let mut smoother = Smoother::default();
            let mut spans = Vec::new();
            for (ms, probability) in &stretches {
                for _ in 0..ms / FRAME_MS {
                    let frame = smoother.frames();
                    let edge = smoother.step(*probability);
                    spans.extend(chunker.step(frame, *probability, smoother.is_voiced(), edge));
                }
            }
            spans.extend(chunker.close());
            spans.len()
        };
        assert_eq!((cut(Chunker::for_turns()), cut(Chunker::for_recordings())), (6, 3));
    }

    mod properties {
        use proptest::prelude::*;

        use super::spans;

        proptest! {
            #[test]
            fn chunks_are_ordered_disjoint_and_short_enough(
                stretches in prop::collection::vec((32u64..9_000, 0.0f32..1.0), 0..40),
            ) {
                let spans = spans(&stretches);
                for span in &spans {
                    prop_assert!(span.start < span.end);
                    prop_assert!(span.duration().as_millis() <= 28_000);
                }
                for pair in spans.windows(2) {
                    prop_assert!(pair[0].end <= pair[1].start);
                }
            }
        }
    }
}
