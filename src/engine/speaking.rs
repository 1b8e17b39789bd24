//! The interviewer's mouth: renders and plays lines one after another on its own thread, and tells what became of each.
//! Decides nothing about what is said, and holds nothing up where there is no speaker.

use std::collections::{BTreeMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::audio::{AudioError, More, Player};
use crate::clock;
use crate::ids::UtteranceId;
use crate::tts::worker::{Part, VoiceWorker};
use crate::tts::{TtsError, Voice};

/// How often a line that waits for its next sentence looks whether it was stopped. A tenth of what a stop may take.
const LOOK: Duration = Duration::from_millis(5);

/// What became of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpeakingEvent {
    /// The first sound of a line goes to the speaker, or its text is shown where there is none. Not for a line that is stopped
    /// before, fails before, or holds nothing to say.
    FirstSound {
        /// Which line.
        utterance: UtteranceId,
        /// When.
        at: Instant,
    },
    /// The line is over: said to its end, or stopped.
    Said {
        /// Which line.
        utterance: UtteranceId,
    },
    /// The line could not be said to its end.
    Failed {
        /// Which line.
        utterance: UtteranceId,
        /// Why, in words.
        why: String,
    },
}

/// Says lines. Every line gets exactly one of [`SpeakingEvent::Said`] and [`SpeakingEvent::Failed`], in the order of the
/// lines. Dropping it stops what is being said and waits for the thread; lines not begun by then are never told of.
pub struct Speaking {
    worker: Option<Arc<VoiceWorker>>,
    stops: Stops,
    lines: Option<Sender<Line>>,
    thread: Option<JoinHandle<()>>,
    out: Arc<dyn Fn(SpeakingEvent) + Send + Sync>,
}

type Stops = Arc<Mutex<BTreeMap<UtteranceId, Arc<AtomicBool>>>>;

struct Line {
    utterance: UtteranceId,
    text: String,
    voice: Voice,
    stop: Arc<AtomicBool>,
}

impl std::fmt::Debug for Speaking {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Speaking({})", if self.worker.is_some() { "with a voice" } else { "in text" })
    }
}

impl Speaking {
    /// Starts the thread. Without a `worker` or a `player` lines are text alone and count as said at once.
    pub fn start(
        worker: Option<VoiceWorker>,
        player: Option<Box<dyn Player>>,
        out: impl Fn(SpeakingEvent) + Send + Sync + 'static,
    ) -> Self {
        let out: Arc<dyn Fn(SpeakingEvent) + Send + Sync> = Arc::new(out);
        let worker = worker.filter(|_| player.is_some()).map(Arc::new);
        let stops = Stops::default();
        let (lines, to_say) = channel();
        let mouth =
            Mouth { device: worker.clone().zip(player), lost: false, stops: Arc::clone(&stops), out: Arc::clone(&out) };
        let thread = std::thread::Builder::new().name("speaking".into()).spawn(move || mouth.work(&to_say)).ok();
        Self { worker, stops, lines: Some(lines), thread, out }
    }

    /// Says `text` after the lines before it.
    pub fn say(&self, utterance: UtteranceId, text: String, voice: Voice) {
        let stop = Arc::new(AtomicBool::new(false));
        lock(&self.stops).insert(utterance, Arc::clone(&stop));
        let line = Line { utterance, text, voice, stop };
        let is_taken = self.thread.is_some() && self.lines.as_ref().is_some_and(|lines| lines.send(line).is_ok());
        if !is_taken {
            lock(&self.stops).remove(&utterance);
            (self.out)(SpeakingEvent::Failed { utterance, why: "the voice's thread is not there".into() });
        }
    }

    /// Renders `text` ahead of time, when nothing is to be said. Without a voice it does nothing.
    pub fn prepare(&self, text: String, voice: Voice) {
        if let Some(worker) = &self.worker {
            worker.prepare(&text, &voice);
        }
    }

    /// The same, before all else that is to be prepared.
    pub fn prepare_first(&self, text: &str, voice: &Voice) {
        if let Some(worker) = &self.worker {
            worker.prepare_first(text, voice);
        }
    }

    /// Forgets what was to be prepared and is not yet.
    pub fn clear_preparations(&self) {
        if let Some(worker) = &self.worker {
            worker.clear_preparations();
        }
    }

    /// Stops a line, whether it is being said or waits. A line that is over is left alone.
    pub fn stop(&self, utterance: UtteranceId) {
        if let Some(stop) = lock(&self.stops).get(&utterance) {
            stop.store(true, Ordering::Release);
        }
    }
}

impl Drop for Speaking {
    fn drop(&mut self) {
        for stop in lock(&self.stops).values() {
            stop.store(true, Ordering::Release);
        }
        self.lines = None;
        if let Some(thread) = self.thread.take() {
            let _it_caught_its_panics = thread.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A map is whole after every insertion and removal.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// How a line went.
enum End {
    Said,
    Failed(String),
    /// And neither will any line after it.
    Mute(String),
}

/// The thread's side.
struct Mouth {
    device: Option<(Arc<VoiceWorker>, Box<dyn Player>)>,
    /// Whether the speaker was lost and did not come back yet.
    lost: bool,
    stops: Stops,
    out: Arc<dyn Fn(SpeakingEvent) + Send + Sync>,
}

impl Mouth {
    fn work(mut self, lines: &Receiver<Line>) {
        while let Ok(line) = lines.recv() {
            let end = self.say(&line);
            let utterance = line.utterance;
            lock(&self.stops).remove(&utterance);
            (self.out)(match end {
                End::Said => SpeakingEvent::Said { utterance },
                End::Failed(why) => SpeakingEvent::Failed { utterance, why },
                End::Mute(why) => {
                    // Whatever is broken, the interview goes on in text.
                    self.device = None;
                    SpeakingEvent::Failed { utterance, why }
                }
            });
        }
    }

    fn say(&mut self, line: &Line) -> End {
        let sounds = || (self.out)(SpeakingEvent::FirstSound { utterance: line.utterance, at: clock::now() });
        let Some((worker, player)) = &mut self.device else {
            if !line.stop.load(Ordering::Acquire) {
                sounds();
            }
            return End::Said;
        };
        let mut parts = Parts::new(worker.speak(&line.text, &line.voice));
        let mut is_first = true;
        while parts.wait(&line.stop) {
            if std::mem::take(&mut is_first) {
                sounds();
            }
            let tries = if self.lost { 1 } else { 2 };
            match catch_unwind(AssertUnwindSafe(|| parts.play_sentence(&mut **player, &line.stop, tries))) {
                Ok(Ok(())) => self.lost = false,
                Ok(Err(error)) => {
                    self.lost = true;
                    return End::Failed(error.to_string());
                }
                Err(_) => return End::Mute("the speaker crashed".into()),
            }
        }
        match parts.failed {
            None => End::Said,
            Some(error @ TtsError::Load { .. }) => End::Mute(error.to_string()),
            Some(error) => End::Failed(error.to_string()),
        }
    }
}

/// A line as it is rendered, part by part.
struct Parts {
    from: Receiver<Result<Part, TtsError>>,
    /// The first part of the next sentence.
    next: Option<Part>,
    /// Parts that are to be played once more, since the device was lost in their sentence.
    again: VecDeque<Part>,
    failed: Option<TtsError>,
}

impl Parts {
    fn new(from: Receiver<Result<Part, TtsError>>) -> Self {
        Self { from, next: None, again: VecDeque::new(), failed: None }
    }

    /// Waits for the next sentence to begin. Returns false when there is none, or when the line is stopped.
    fn wait(&mut self, stop: &AtomicBool) -> bool {
        while self.next.is_none() && self.failed.is_none() && !stop.load(Ordering::Acquire) {
            match self.from.recv_timeout(LOOK) {
                Ok(Ok(part)) => self.next = Some(part),
                Ok(Err(error)) => self.failed = Some(error),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
        self.next.is_some() && !stop.load(Ordering::Acquire)
    }

    /// Plays the sentence that has begun, while its later parts are rendered, and once more from its start when the device is
    /// lost in it: the same or another may be there by then. One that cannot be rendered is heard as far as it came.
    fn play_sentence(&mut self, player: &mut dyn Player, stop: &AtomicBool, tries: u32) -> Result<(), AudioError> {
        let mut heard = VecDeque::new();
        let outcome = self.play_once(player, stop, &mut heard);
        if outcome.is_err() && tries > 1 {
            self.again = heard;
            return self.play_once(player, stop, &mut VecDeque::new());
        }
        outcome
    }

    fn play_once(
        &mut self,
        player: &mut dyn Player,
        stop: &AtomicBool,
        heard: &mut VecDeque<Part>,
    ) -> Result<(), AudioError> {
        let mut over = false;
        let mut more = || {
            if over {
                return More::Over;
            }
            let part = match self.again.pop_front().or_else(|| self.next.take()) {
                Some(part) => part,
                None => match self.from.try_recv() {
                    Ok(Ok(part)) => part,
                    Ok(Err(error)) => {
                        self.failed = Some(error);
                        return More::Over;
                    }
                    Err(TryRecvError::Empty) => return More::Later,
                    Err(TryRecvError::Disconnected) => return More::Over,
                },
            };
            over = part.ends_sentence;
            heard.push_back(part.clone());
            More::Sound(part.speech)
        };
        player.play_on(&mut more, stop)
    }
}

#[cfg(test)]
mod tests;
