//! Turns a voice probability a frame into stretches of speech and pauses. Decides nothing about turns.

/// A frame at least this likely to hold speech may begin it. Silero's own default.
pub const ONSET: f32 = 0.5;

/// Speech goes on while frames are at least this likely. Silero's own default is its onset less 0.15.
pub const STAY: f32 = 0.35;

/// Frames in a row that make an onset: 96 ms. A click or a key press is shorter, a spoken vowel is longer.
pub const ONSET_FRAMES: u64 = 3;

/// Frames within which an onset must come about: 320 ms. Else a hum that is neither voice nor silence would never settle.
const ONSET_WITHIN: u64 = 10;

/// Frames below [`STAY`] that end a stretch: 192 ms. The closure of a stop consonant is shorter.
pub const HANGOVER_FRAMES: u64 = 6;

/// A change between speech and pause. Frames are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Speech began; `first` is its first frame, some frames back.
    Onset {
        /// First frame that holds speech.
        first: u64,
    },
    /// Speech paused; `last` is its last frame, some frames back.
    Offset {
        /// Last frame that holds speech.
        last: u64,
    },
}

/// Follows the voice over frames.
#[derive(Clone, Debug, Default)]
pub struct Smoother {
    next: u64,
    voiced: bool,
    /// First frame of a run that may become an onset, and how many frames of it were likely enough.
    rising: Option<(u64, u64)>,
    last_voiced: Option<u64>,
}

impl Smoother {
    /// Takes the next frame's voice probability and returns the change that it completes, if any. A value that is no
    /// number counts as no voice.
    pub fn step(&mut self, probability: f32) -> Option<Edge> {
        let frame = self.next;
        self.next += 1;
        if self.voiced { self.step_voiced(frame, probability) } else { self.step_quiet(frame, probability) }
    }

    fn step_voiced(&mut self, frame: u64, probability: f32) -> Option<Edge> {
        if probability >= STAY {
            self.last_voiced = Some(frame);
            return None;
        }
        let last = self.last_voiced?;
        if frame - last < HANGOVER_FRAMES {
            return None;
        }
        self.voiced = false;
        Some(Edge::Offset { last })
    }

    fn step_quiet(&mut self, frame: u64, probability: f32) -> Option<Edge> {
        if self.rising.is_some_and(|(first, _)| frame - first >= ONSET_WITHIN) {
            self.rising = None;
        }
        if probability >= ONSET {
            let (first, likely) = self.rising.unwrap_or((frame, 0));
            self.rising = Some((first, likely + 1));
            if likely + 1 >= ONSET_FRAMES {
                self.rising = None;
                self.voiced = true;
                self.last_voiced = Some(frame);
                return Some(Edge::Onset { first });
            }
        } else if probability >= STAY {
            // Neither likely enough to count nor quiet enough to start over.
        } else {
            self.rising = None;
        }
        None
    }

    /// Returns whether the last frame belongs to a stretch of speech, its hangover included.
    pub fn is_voiced(&self) -> bool {
        self.voiced
    }

    /// Returns whether somebody speaks or may just be starting to: the moment not to cut in.
    pub fn is_stirring(&self) -> bool {
        self.rising.is_some() || (self.voiced && self.quiet_frames() == 0)
    }

    /// Returns how many frames were seen.
    pub fn frames(&self) -> u64 {
        self.next
    }

    /// Returns the last frame that held speech.
    pub fn last_voiced(&self) -> Option<u64> {
        self.last_voiced
    }

    /// Returns how many frames passed since the last one with speech; all of them if there was none.
    pub fn quiet_frames(&self) -> u64 {
        self.last_voiced.map_or(self.next, |last| self.next - 1 - last)
    }
}

#[cfg(test)]
mod tests {
    use super::{Edge, HANGOVER_FRAMES, Smoother};

    fn edges(probabilities: &[f32]) -> Vec<(usize, Edge)> {
        let mut smoother = Smoother::default();
        probabilities.iter().enumerate().filter_map(|(frame, p)| smoother.step(*p).map(|edge| (frame, edge))).collect()
    }

    #[test]
    fn three_likely_frames_make_an_onset_that_began_with_the_first() {
        assert_eq!(edges(&[0.0, 0.6, 0.9, 0.7]), [(3, Edge::Onset { first: 1 })]);
    }

    #[test]
    fn two_likely_frames_are_a_click() {
        assert_eq!(edges(&[0.9, 0.9, 0.1, 0.9, 0.9, 0.1]), []);
    }

    #[test]
    fn a_doubtful_frame_neither_counts_nor_breaks_an_onset() {
        assert_eq!(edges(&[0.6, 0.4, 0.6, 0.4, 0.6]), [(4, Edge::Onset { first: 0 })]);
    }

    #[test]
    fn a_hum_after_a_click_settles() {
        let mut smoother = Smoother::default();
        smoother.step(0.6);
        for _ in 0..20 {
            smoother.step(0.4);
        }
        assert!(!smoother.is_stirring());
    }

    #[test]
    fn a_gap_shorter_than_the_hangover_is_no_pause() {
        let mut frames = vec![0.9; 5];
        frames.extend(vec![0.0; HANGOVER_FRAMES as usize - 1]);
        frames.extend(vec![0.4; 3]);
        assert_eq!(edges(&frames), [(2, Edge::Onset { first: 0 })]);
    }

    #[test]
    fn a_pause_counts_from_the_last_frame_with_voice() {
        let mut frames = vec![0.9; 5];
        frames.extend(vec![0.0; HANGOVER_FRAMES as usize]);
        assert_eq!(edges(&frames), [(2, Edge::Onset { first: 0 }), (10, Edge::Offset { last: 4 })]);
    }

    #[test]
    fn what_is_no_number_counts_as_no_voice() {
        assert_eq!(edges(&[f32::NAN; 20]), []);
    }
}
