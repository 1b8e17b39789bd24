//! Decides when a turn has begun, paused and ended. Never looks at text, sound or devices; callers pass all as numbers.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::turn::EndReason;
use crate::turn::chunk::{Chunker, frame_time};
use crate::turn::cues::{Cue, cue};
use crate::turn::habit::Habit;
use crate::turn::smooth::{Edge, STAY, Smoother};
use crate::turn::unheard::Unheard;
use crate::units::{AudioTime, FRAME_MS, Span};

/// How long the interviewer waits. The limits come from the pressure preset; these are the defaults without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Patience {
    /// Pause that ends a turn that sounds complete, if the speaker is not known to pause so long. 0.85 s by default: every
    /// sentence sounds complete, and most answers have more than one. `hotseat bench turn` gives the whole curve.
    #[serde(rename = "pause_complete_ms", with = "millis")]
    pub pause_complete: Duration,
    /// Pause that ends any turn: longer than a thinking pause. 2.3 s by default, never less than `pause_complete`.
    #[serde(rename = "pause_max_ms", with = "millis")]
    pub pause_max: Duration,
    /// No pause that is shorter ends a turn, whatever was said. None by default.
    #[serde(rename = "pause_least_ms", with = "millis::optional", default, skip_serializing_if = "Option::is_none")]
    pub pause_least: Option<Duration>,
    /// How long the candidate may think before the first word. 15 s by default.
    #[serde(rename = "silence_before_speech_ms", with = "millis")]
    pub silence_before_speech: Duration,
    /// How long a good answer is. None by default: nothing is expected.
    #[serde(rename = "usual_ms", with = "millis::optional", default, skip_serializing_if = "Option::is_none")]
    pub usual: Option<Duration>,
    /// After how long the answer is closed, at the next pause. None by default.
    #[serde(rename = "time_limit_ms", with = "millis::optional", default, skip_serializing_if = "Option::is_none")]
    pub time_limit: Option<Duration>,
    /// How long before the time limit it is told, at a pause, that it comes. Never by default.
    #[serde(rename = "warn_before_ms", with = "millis::optional", default, skip_serializing_if = "Option::is_none")]
    pub warn_before: Option<Duration>,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            pause_complete: Duration::from_millis(850),
            pause_max: Duration::from_millis(2_300),
            silence_before_speech: Duration::from_secs(15),
            pause_least: None,
            usual: None,
            time_limit: None,
            warn_before: None,
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

/// Pauses at which the turn model is asked, frames: from 256 ms on, and again since what follows a word, a breath or a room,
/// sways it: of one and the same pause it may say 0.9 and 0.4. The mean of what it said is believed.
const ASK_FRAMES: [u64; 4] = [8, 13, 20, 30];

/// Up to this mean answer the turn does not sound complete at all; from the other on it does. Between them the pause that
/// is needed falls steadily.
const OPEN: f32 = 0.1;
const COMPLETE: f32 = 0.6;

/// Share of the way from the longest to the short pause that a closed sentence is good for, whatever the melody was. Of
/// complete answers one in six sounds open to the turn model; but Whisper closes nearly every sentence that breaks off, so that
/// twice this share cut off twice as many of 68 turns.
const CLOSED_SHARE: f32 = 0.3;

/// Speech shorter than this is a "yes", on which turn models are unreliable (a complete "Yeah." can score 0.13), or the
/// beginning of more ("And so, my fellow Americans": 0.95).
const SHORT_MS: u64 = 2_500;

/// What is added to every pause after short speech.
const SHORT_EXTRA_MS: u64 = 500;

/// What is added to the longest pause after words that need more of them, such as "because".
const HANGING_EXTRA_MS: u64 = 1_000;

/// How long somebody may think who asked for time: "let me think".
const THINKING_MS: u64 = 8_000;

/// What is added to every pause while less than a third of a good answer's time was used, or heavy points are open before
/// two thirds of it were: more is to be expected.
const EXPECTED_EXTRA_MS: u64 = 300;

/// Pause that ends a turn whose speaker said that it was over.
const DONE_MS: u64 = 400;

/// Voice shorter than this is a cough, a breath or a chair: it counts as if nobody had spoken yet.
const BLIP_MS: u64 = 250;

/// How far past the time limit a sentence may run before it is cut off after all.
const GRACE_MS: u64 = 20_000;

/// Longest tail that is transcribed before it is known whether the speaker goes on: 12 s. A longer one takes too long.
const AHEAD_FRAMES: u64 = 12_000 / FRAME_MS;

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
    /// This stretch is the tail of what was said so far. Its words help to tell whether the speaker goes on, and are those
    /// of the answer if not. Pass them to [`TurnPolicy::heard`].
    Ahead(Span),
    /// This stretch can be transcribed. Stretches come in order and do not overlap.
    Chunk(Span),
    /// The time limit is near, and this is a pause. Comes once at most.
    TimeShort {
        /// What is left.
        left: Duration,
    },
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
    habit: Habit,
    smoother: Smoother,
    chunker: Chunker,
    /// First frame of the first speech.
    first: Option<u64>,
    /// Frames with voice.
    voiced: u64,
    /// The turn model's answers about the present pause.
    answers: Vec<f32>,
    /// How often it was asked about the present pause.
    asked: usize,
    /// What the words before the present pause promise, once they are known. Nobody waits for them.
    words: Option<Cue>,
    /// Whether the judge misses something heavy in what was said so far.
    is_thin: bool,
    unheard: Unheard,
    /// Whether the candidate was told that the time limit is near.
    warned: bool,
    /// Whether the interviewer wants to interrupt: the next pause ends the turn.
    interrupted: bool,
    ended: bool,
}

impl TurnPolicy {
    /// Begins a turn: the candidate has the floor from frame 0 on. `habit` is what earlier turns told of the speaker.
    pub fn new(patience: Patience, habit: &Habit) -> Self {
        Self {
            patience,
            habit: habit.next_turn(),
            smoother: Smoother::default(),
            chunker: Chunker::for_turns(),
            first: None,
            voiced: 0,
            answers: Vec::new(),
            asked: 0,
            words: None,
            is_thin: true,
            unheard: Unheard::default(),
            warned: false,
            interrupted: false,
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
            self.habit.paused(paused * FRAME_MS);
        }
        if self.smoother.is_voiced() && probability >= STAY {
            self.voiced += 1;
            self.unheard.voice();
        }
        self.report(edge, &mut events);
        let chunk = self.chunker.step(frame, probability, self.smoother.is_voiced(), edge);
        events.extend(chunk.map(TurnEvent::Chunk));
        self.ask(&mut events);
        if let Some(reason) = self.end_reason() {
            events.extend(self.end(reason));
        } else if let Some(left) = self.time_is_short() {
            self.warned = true;
            events.push(TurnEvent::TimeShort { left });
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
        let chunk = self.chunker.step(frame, 0.0, self.smoother.is_voiced(), edge);
        events.extend(chunk.map(TurnEvent::Chunk));
        self.unheard.pass();
        events
    }

    fn report(&mut self, edge: Option<Edge>, events: &mut Vec<TurnEvent>) {
        match edge {
            Some(Edge::Onset { first }) => {
                self.answers.clear();
                self.asked = 0;
                self.words = None;
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
        let Some(first) = self.first.filter(|_| !self.smoother.is_voiced()) else { return };
        let quiet = self.smoother.quiet_frames();
        if ASK_FRAMES.get(self.asked).is_some_and(|&at| quiet >= at) {
            if self.asked == 0
                && let Some(tail) = self.chunker.tail().filter(|tail| tail.1 - tail.0 <= AHEAD_FRAMES)
            {
                events.push(TurnEvent::Ahead(Span::new(frame_time(tail.0), frame_time(tail.1))));
            }
            self.asked += 1;
            events.push(TurnEvent::Ask { since: frame_time(first) });
        }
    }

    /// Takes the turn model's answer, 0 to 1, to the last [`TurnEvent::Ask`]. An answer to a pause that is over is dropped.
    pub fn judged(&mut self, complete: f32) {
        if self.answers.len() < self.asked && complete.is_finite() {
            self.answers.push(complete.clamp(0.0, 1.0));
        }
    }

    /// Takes the words of the turn up to `until`, the last hundred or so. Words before more speech tell nothing any more.
    pub fn heard(&mut self, until: AudioTime, words: &str) {
        let is_present = self.smoother.last_voiced().is_some_and(|last| until > frame_time(last));
        if is_present && !self.smoother.is_voiced() {
            self.words = Some(cue(words));
        }
    }

    /// Ends the turn at the next pause: the interviewer interrupts, but never within a word.
    pub fn interrupt(&mut self) {
        self.interrupted = true;
    }

    /// Takes whether heavy points are still open after what was said so far. Until it is told, they are.
    pub fn judged_thin(&mut self, is_thin: bool) {
        self.is_thin = is_thin;
    }

    /// Returns what the turns so far tell of the speaker's pauses.
    pub fn habit(&self) -> &Habit {
        &self.habit
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
            let over = self.heard_ms().checked_sub(in_ms(limit));
            if over.is_some_and(|over| over >= GRACE_MS || !self.in_speech()) {
                return Some(EndReason::TimeUp);
            }
        }
        if self.in_speech() {
            return None;
        }
        if self.interrupted {
            return Some(EndReason::Interrupted);
        }
        if self.voiced * FRAME_MS < BLIP_MS {
            // A blip restarts the wait: somebody is there and about to speak.
            return (self.pause_ms() >= in_ms(self.patience.silence_before_speech)).then_some(EndReason::Silence);
        }
        let (pause, reason) = self.needed_pause();
        let least = self.patience.pause_least.map_or(0, in_ms);
        (self.pause_ms() >= pause.max(least)).then_some(reason)
    }

    /// Returns what is left of the time, when that is little and it can be said without speaking into a word.
    fn time_is_short(&self) -> Option<Duration> {
        let (limit, before) = (self.patience.time_limit?, self.patience.warn_before?);
        let left = in_ms(limit).checked_sub(self.heard_ms())?;
        let may_say = !self.warned && !self.ended && self.first.is_some() && !self.in_speech();
        (may_say && left <= in_ms(before)).then(|| Duration::from_millis(left))
    }

    /// Returns how much of the turn counts towards its time: all but what nobody could hear.
    fn heard_ms(&self) -> u64 {
        self.elapsed_ms() - self.unheard.all() * FRAME_MS
    }

    /// Returns the pause that ends the turn, as far as the present one is known.
    fn needed_pause(&self) -> (u64, EndReason) {
        if self.unheard.broke_the_thread() {
            return (in_ms(self.patience.silence_before_speech), EndReason::LongPause);
        }
        let complete = in_ms(self.patience.pause_complete);
        let longest = in_ms(self.patience.pause_max).max(complete);
        let short = if self.voiced * FRAME_MS < SHORT_MS { SHORT_EXTRA_MS } else { 0 };
        let extra = short + if self.expects_more() { EXPECTED_EXTRA_MS } else { 0 };
        let sound = ((self.likely() - OPEN) / (COMPLETE - OPEN)).clamp(0.0, 1.0);
        let between = |share: f32| longest - ((longest - complete) as f32 * share) as u64;
        let habit = self.habit.needed_ms().min(longest);
        let by = |share: f32| between(share).max(habit) + extra;
        let reason = if sound >= 1.0 { EndReason::Complete } else { EndReason::LongPause };
        match self.words {
            Some(Cue::Done) => (DONE_MS, EndReason::Complete),
            Some(Cue::Thinking) => (longest.max(THINKING_MS), EndReason::LongPause),
            Some(Cue::Hanging) => (longest + HANGING_EXTRA_MS + extra, EndReason::LongPause),
            Some(Cue::InList) => (longest + extra, EndReason::LongPause),
            Some(Cue::Closed) => (by(sound.max(CLOSED_SHARE)), reason),
            Some(Cue::Unclear) | None => (by(sound), reason),
        }
    }

    /// Returns whether somebody who answers well would have more to say, as far as the question is known.
    fn expects_more(&self) -> bool {
        let share = if self.is_thin { 2 } else { 1 };
        self.patience.usual.is_some_and(|usual| self.elapsed_ms() * 3 < in_ms(usual) * share)
    }

    /// Returns how complete the turn sounds, 0 to 1. Nothing is complete before somebody was asked.
    fn likely(&self) -> f32 {
        self.answers.iter().sum::<f32>() / self.answers.len().max(1) as f32
    }

    /// Returns whether somebody speaks, may be starting to, or stopped so shortly ago that it may be a gap in a word.
    fn in_speech(&self) -> bool {
        self.smoother.is_voiced() || self.smoother.is_stirring()
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
