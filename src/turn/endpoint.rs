//! Decides when a turn has begun, paused and ended. Never looks at text, sound or devices; callers pass all as numbers.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::turn::EndReason;
use crate::turn::chunk::{Chunker, frame_time};
use crate::turn::smooth::{Edge, STAY, Smoother};
use crate::turn::unheard::Unheard;
use crate::units::{AudioTime, FRAME_MS, Span};

/// How long the interviewer waits. The limits come from the pressure preset; these are the defaults without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patience {
    /// Pause that ends a turn that sounds complete. 1.1 s by default: every sentence sounds complete, and most answers
    /// have more than one. Of the 134 pauses inside 27 clips of real speech 0.9 s, without what else the policy weighs,
    /// cut 4 off, 1.2 s none.
    #[serde(rename = "pause_complete_ms", with = "millis")]
    pub pause_complete: Duration,
    /// Pause that ends any turn: longer than a thinking pause. 2.6 s by default, never less than `pause_complete`.
    #[serde(rename = "pause_max_ms", with = "millis")]
    pub pause_max: Duration,
    /// How long the candidate may think before the first word. 15 s by default.
    #[serde(rename = "silence_before_speech_ms", with = "millis")]
    pub silence_before_speech: Duration,
    /// After how long the answer is closed, at the next pause. None by default.
    #[serde(rename = "time_limit_ms", with = "millis::optional", default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<Duration>,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            pause_complete: Duration::from_millis(1_100),
            pause_max: Duration::from_millis(2_600),
            silence_before_speech: Duration::from_secs(15),
            time_limit: None,
        }
    }
}

/// Durations as whole milliseconds in data.
mod millis {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_millis)
    }

    pub(super) mod optional {
        use std::time::Duration;

        use serde::{Deserialize, Deserializer, Serializer};

        #[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
        pub(in super::super) fn serialize<S: Serializer>(
            duration: &Option<Duration>,
            serializer: S,
        ) -> Result<S::Ok, S::Error> {
            match duration {
                Some(duration) => super::serialize(duration, serializer),
                None => serializer.serialize_none(),
            }
        }

        pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(
            deserializer: D,
        ) -> Result<Option<Duration>, D::Error> {
            Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_millis))
        }
    }
}

/// Pause at which the turn model is asked. Pipecat asks after 200 ms; at 300 ms fewer mid-sentence gaps are asked about.
const ASK_MS: u64 = 300;

/// The turn model's answer that counts as complete: the threshold it was trained for.
const COMPLETE: f32 = 0.5;

/// Speech shorter than this is a "yes", on which turn models are unreliable (a complete "Yeah." can score 0.13), or the
/// first sentence of more ("And so, my fellow Americans": 0.91).
const SHORT_MS: u64 = 5_000;

/// What is added to both pauses after short speech.
const SHORT_EXTRA_MS: u64 = 600;

/// Voice shorter than this is a cough, a breath or a chair: it counts as if nobody had spoken yet.
const BLIP_MS: u64 = 250;

/// Whoever paused and went on may pause so again: the pause that ends is this much longer, in quarters.
const AGAIN_QUARTERS: u64 = 5;

/// How far past the time limit a sentence may run before it is cut off after all.
const GRACE_MS: u64 = 20_000;

/// What happened in a turn, in the order in which the caller must deal with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TurnEvent {
    /// The candidate began to speak.
    Started {
        /// When.
        at: AudioTime,
    },
    /// The candidate paused.
    Paused {
        /// When the pause began.
        at: AudioTime,
    },
    /// The candidate speaks again.
    Resumed {
        /// When.
        at: AudioTime,
    },
    /// The turn model should hear the turn from `since` on and its answer be passed to [`TurnPolicy::judged`].
    Ask {
        /// Where the first speech began.
        since: AudioTime,
    },
    /// This stretch can be transcribed. Stretches come in order and do not overlap.
    Chunk(Span),
    /// The turn is over; nothing follows.
    Ended {
        /// Why.
        reason: EndReason,
        /// The end of the last speech, zero if there was none.
        speech_end: AudioTime,
    },
}

/// Follows one turn. Make a new one for each.
#[derive(Clone, Debug)]
pub struct TurnPolicy {
    patience: Patience,
    smoother: Smoother,
    chunker: Chunker,
    /// First frame of the first speech.
    first: Option<u64>,
    /// Frames with voice.
    voiced: u64,
    /// The longest pause after which the candidate went on, milliseconds.
    survived_ms: u64,
    /// The turn model's answer about the present pause.
    verdict: Verdict,
    unheard: Unheard,
    ended: bool,
}

/// What is known about the present pause.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Verdict {
    NotAsked,
    Asked,
    Answered(f32),
}

impl TurnPolicy {
    /// Begins a turn: the candidate has the floor from frame 0 on.
    pub fn new(patience: Patience) -> Self {
        Self {
            patience,
            smoother: Smoother::default(),
            chunker: Chunker::for_turns(),
            first: None,
            voiced: 0,
            survived_ms: 0,
            verdict: Verdict::NotAsked,
            unheard: Unheard::default(),
            ended: false,
        }
    }

    /// Takes the voice probability of the next frame. Returns nothing once the turn is over.
    pub fn step(&mut self, probability: f32) -> Vec<TurnEvent> {
        let mut events = Vec::new();
        if self.ended {
            return events;
        }
        let frame = self.smoother.frames();
        let last = self.smoother.last_voiced();
        let edge = self.smoother.step(probability);
        if let (Some(Edge::Onset { first }), Some(last)) = (edge, last)
            && self.voiced * FRAME_MS >= BLIP_MS
            && !self.unheard.broke_the_thread()
        {
            let paused = (first - last - 1).saturating_sub(self.unheard.since_voice());
            self.survived_ms = self.survived_ms.max(paused * FRAME_MS);
        }
        if self.smoother.is_voiced() && probability >= STAY {
            self.voiced += 1;
            self.unheard.voice();
        }
        self.report(edge, &mut events);
        let complete = self.sounds_complete();
        let chunk = self.chunker.step(frame, probability, self.smoother.is_voiced(), edge, complete);
        events.extend(chunk.map(TurnEvent::Chunk));
        self.ask(&mut events);
        if let Some(reason) = self.end_reason() {
            events.extend(self.end(reason));
        }
        events
    }

    /// Lets a frame pass in which nobody could be heard, since the microphone was away: time goes on, and neither the pause
    /// nor the time of the answer does. Never ends a turn.
    pub fn pass(&mut self) -> Vec<TurnEvent> {
        let mut events = Vec::new();
        if self.ended {
            return events;
        }
        let frame = self.smoother.frames();
        let edge = self.smoother.step(0.0);
        self.report(edge, &mut events);
        let chunk = self.chunker.step(frame, 0.0, self.smoother.is_voiced(), edge, self.sounds_complete());
        events.extend(chunk.map(TurnEvent::Chunk));
        self.unheard.pass();
        events
    }

    fn report(&mut self, edge: Option<Edge>, events: &mut Vec<TurnEvent>) {
        match edge {
            Some(Edge::Onset { first }) => {
                self.verdict = Verdict::NotAsked;
                let at = frame_time(first);
                events.push(match self.first {
                    None => TurnEvent::Started { at },
                    Some(_) => TurnEvent::Resumed { at },
                });
                self.first.get_or_insert(first);
            }
            Some(Edge::Offset { last }) => events.push(TurnEvent::Paused { at: frame_time(last + 1) }),
            None => {}
        }
    }

    fn ask(&mut self, events: &mut Vec<TurnEvent>) {
        if let Some(first) = self.first
            && self.verdict == Verdict::NotAsked
            && !self.smoother.is_voiced()
            && self.pause_ms() >= ASK_MS
        {
            self.verdict = Verdict::Asked;
            events.push(TurnEvent::Ask { since: frame_time(first) });
        }
    }

    /// Takes the turn model's answer, 0 to 1, to the last [`TurnEvent::Ask`]. An answer to a pause that is over is dropped.
    pub fn judged(&mut self, complete: f32) {
        if self.verdict == Verdict::Asked {
            self.verdict = Verdict::Answered(complete);
        }
    }

    /// Ends the turn now: the candidate pressed a key, or the source is over. Returns nothing if it had ended.
    pub fn end(&mut self, reason: EndReason) -> Vec<TurnEvent> {
        if self.ended {
            return Vec::new();
        }
        self.ended = true;
        let speech_end = match (self.first, self.smoother.last_voiced()) {
            (Some(_), Some(last)) => frame_time(last + 1),
            _ => AudioTime::ZERO,
        };
        let tail = self.chunker.close().map(TurnEvent::Chunk);
        tail.into_iter().chain([TurnEvent::Ended { reason, speech_end }]).collect()
    }

    fn end_reason(&self) -> Option<EndReason> {
        if let Some(limit) = self.patience.time_limit {
            let heard = self.elapsed_ms() - self.unheard.all() * FRAME_MS;
            let over = heard.checked_sub(in_ms(limit));
            if over.is_some_and(|over| over >= GRACE_MS || !self.in_speech()) {
                return Some(EndReason::TimeUp);
            }
        }
        if self.in_speech() {
            return None;
        }
        if self.voiced * FRAME_MS < BLIP_MS {
            // A blip restarts the wait: somebody is there and about to speak.
            return (self.pause_ms() >= in_ms(self.patience.silence_before_speech)).then_some(EndReason::Silence);
        }
        let (pause, reason) = self.needed_pause();
        (self.pause_ms() >= pause).then_some(reason)
    }

    fn needed_pause(&self) -> (u64, EndReason) {
        if self.unheard.broke_the_thread() {
            return (in_ms(self.patience.silence_before_speech), EndReason::LongPause);
        }
        let extra = if self.voiced * FRAME_MS < SHORT_MS { SHORT_EXTRA_MS } else { 0 };
        let complete = in_ms(self.patience.pause_complete);
        let longest = in_ms(self.patience.pause_max).max(complete);
        if self.sounds_complete() {
            let again = (self.survived_ms / 4 * AGAIN_QUARTERS).min(longest);
            (complete.max(again) + extra, EndReason::Complete)
        } else {
            (longest + extra, EndReason::LongPause)
        }
    }

    /// Returns whether somebody speaks, may be starting to, or stopped so shortly ago that it may be a gap in a word.
    fn in_speech(&self) -> bool {
        self.smoother.is_voiced() || self.smoother.is_stirring()
    }

    fn sounds_complete(&self) -> bool {
        matches!(self.verdict, Verdict::Answered(complete) if complete > COMPLETE)
    }

    fn pause_ms(&self) -> u64 {
        self.smoother.quiet_frames().saturating_sub(self.unheard.since_voice()) * FRAME_MS
    }

    fn elapsed_ms(&self) -> u64 {
        self.smoother.frames() * FRAME_MS
    }

    /// Returns how much of the turn was received.
    pub fn elapsed(&self) -> Duration {
        Duration::from_millis(self.elapsed_ms())
    }

    /// Returns where the sound begins that a later chunk may still need, if speech is open.
    pub fn needed_from(&self) -> Option<AudioTime> {
        self.chunker.open_from().map(frame_time)
    }
}

fn in_ms(duration: Duration) -> u64 {
    // A century is as good as for ever and leaves room to add to.
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX).min(u64::MAX / 4)
}

#[cfg(test)]
mod tests;
