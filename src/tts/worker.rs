//! The threads that render speech: one for what is wanted now, which begins to sound before it is whole, and one for what may
//! be wanted later, which takes only what others leave of the processor. Plays nothing.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::tts::cache::{Cached, Store};
pub use crate::tts::lazy::Voices;
use crate::tts::lazy::lazily;
use crate::tts::sentences::{Sentence, sentences};
use crate::tts::shape::append_silence;
use crate::tts::{Synthesizer, TtsError, Voice};
use crate::units::Speech;

/// Renders in its own threads. Dropping it ends them after the sentences at hand, and does not wait for one that is only being
/// prepared: at its priority that may take long.
pub struct VoiceWorker {
    desk: Arc<Desk>,
    now: Option<JoinHandle<()>>,
}

/// A part of a line that can be played.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Its sound. Follows that of the part before without a gap.
    pub speech: Speech,
    /// Whether a sentence ends with it. Then the silence after the sentence is part of it.
    pub ends_sentence: bool,
}

/// What lies before the threads.
#[derive(Default)]
struct Desk {
    jobs: Mutex<Jobs>,
    changed: Condvar,
}

#[derive(Default)]
struct Jobs {
    wanted: VecDeque<Wanted>,
    prepared: VecDeque<(String, Voice)>,
    /// Voices that were asked for, and how many of them the thread that prepares has made ready.
    voices: Vec<Voice>,
    ready: usize,
    /// Jobs that the threads are at.
    at_work: usize,
    closed: bool,
}

struct Wanted {
    sentences: VecDeque<Sentence>,
    voice: Voice,
    to: Sender<Result<Part, TtsError>>,
}

/// What the thread that prepares does next.
enum Ahead {
    GetReady(Voice),
    Render(String, Voice),
}

impl VoiceWorker {
    /// Starts the threads. `load` is called on the first sentence that is not in the folder `cache`, or once there is
    /// nothing else to do. `model` tells this model's speech from that of others. Without a `cache` only this run's speech is
    /// remembered.
    pub fn start(
        load: impl FnOnce() -> Result<Voices, TtsError> + Send + 'static,
        cache: &Path,
        model: impl Into<String>,
    ) -> Self {
        let desk = Arc::new(Desk::default());
        let store = Arc::new(Store::new(cache, model));
        let (now, ahead) = lazily(load);
        let (now, ahead) = (Cached::over(now, Arc::clone(&store)), Cached::over(ahead, store));
        let (one, other) = (Arc::clone(&desk), Arc::clone(&desk));
        let thread = |name: &str| std::thread::Builder::new().name(name.into());
        // Without this one nothing is there before it is wanted, and all else works.
        let _unwatched = thread("voice-ahead").spawn(move || prepare(&other, ahead));
        Self { desk, now: thread("voice").spawn(move || say(&one, now)).ok() }
    }

    /// Renders `text` with what others leave of the processor, so that it is there when it is wanted.
    pub fn prepare(&self, text: &str, voice: &Voice) {
        let mut jobs = self.desk.jobs();
        jobs.know(voice);
        for sentence in sentences(text) {
            let job = (sentence.text, voice.clone());
            if !jobs.prepared.contains(&job) {
                jobs.prepared.push_back(job);
            }
        }
        self.desk.changed.notify_all();
    }

    /// Renders `text` before all else that is to be prepared.
    pub fn prepare_first(&self, text: &str, voice: &Voice) {
        let mut jobs = self.desk.jobs();
        jobs.know(voice);
        for sentence in sentences(text).into_iter().rev() {
            let job = (sentence.text, voice.clone());
            jobs.prepared.retain(|other| *other != job);
            jobs.prepared.push_front(job);
        }
        self.desk.changed.notify_all();
    }

    /// Renders `text` at once, whatever is being prepared. The receiver gives it part by part and ends after the last or after
    /// an error. Dropping it calls the rest off.
    pub fn speak(&self, text: &str, voice: &Voice) -> Receiver<Result<Part, TtsError>> {
        let (to, from) = channel();
        let sentences: VecDeque<Sentence> = sentences(text).into();
        if self.now.is_none() {
            let why = "the system gives it no thread".to_owned();
            let _receiver_is_here = to.send(Err(TtsError::Failed { text: text.to_owned(), why }));
        } else if !sentences.is_empty() {
            let mut jobs = self.desk.jobs();
            jobs.know(voice);
            // What is rendered now need not be rendered ahead.
            jobs.prepared.retain(|(text, with)| with != voice || sentences.iter().all(|wanted| wanted.text != *text));
            jobs.wanted.push_back(Wanted { sentences, voice: voice.clone(), to });
            self.desk.changed.notify_all();
        }
        from
    }

    /// Waits until all that was wanted and prepared is rendered.
    pub fn finish(&self) {
        let mut jobs = self.desk.jobs();
        while !jobs.is_done() {
            jobs = self.desk.changed.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Forgets what was to be prepared and is not yet.
    pub fn clear_preparations(&self) {
        self.desk.jobs().prepared.clear();
        self.desk.changed.notify_all();
    }
}

impl Drop for VoiceWorker {
    fn drop(&mut self) {
        self.desk.jobs().closed = true;
        self.desk.changed.notify_all();
        if let Some(thread) = self.now.take() {
            let _it_caught_its_panics = thread.join();
        }
    }
}

impl Desk {
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        // Nothing between lock and unlock leaves the lists half changed.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until `take` finds something to do, none when the worker is dropped.
    fn next<J>(&self, take: impl Fn(&mut Jobs) -> Option<J>) -> Option<J> {
        let mut jobs = self.jobs();
        loop {
            if jobs.closed {
                return None;
            }
            if let Some(job) = take(&mut jobs) {
                jobs.at_work += 1;
                return Some(job);
            }
            jobs = self.changed.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Puts the rest of a line back, and tells who waits for the end.
    fn done(&self, rest: Option<Wanted>) {
        let mut jobs = self.jobs();
        jobs.at_work -= 1;
        if let Some(rest) = rest {
            jobs.wanted.push_front(rest);
        }
        self.changed.notify_all();
    }
}

impl Jobs {
    fn is_done(&self) -> bool {
        self.wanted.is_empty() && self.prepared.is_empty() && self.ready == self.voices.len() && self.at_work == 0
    }

    fn know(&mut self, voice: &Voice) {
        if !self.voices.iter().any(|known| known.style == voice.style) {
            self.voices.push(voice.clone());
        }
    }

    /// The next sentence that is wanted, and the rest of its line.
    fn wanted(&mut self) -> Option<(Sentence, Wanted)> {
        while let Some(mut rest) = self.wanted.pop_front() {
            if let Some(sentence) = rest.sentences.pop_front() {
                return Some((sentence, rest));
            }
        }
        None
    }

    fn ahead(&mut self) -> Option<Ahead> {
        if let Some(voice) = self.voices.get(self.ready) {
            self.ready += 1;
            return Some(Ahead::GetReady(voice.clone()));
        }
        self.prepared.pop_front().map(|(text, voice)| Ahead::Render(text, voice))
    }
}

fn say(desk: &Desk, mut synthesizer: impl Synthesizer) {
    while let Some((sentence, rest)) = desk.next(Jobs::wanted) {
        let goes_on = match say_sentence(&mut synthesizer, &sentence, &rest) {
            Ok(goes_on) => goes_on,
            Err(error) => {
                let _nobody_may_listen = rest.to.send(Err(error));
                false
            }
        };
        desk.done(goes_on.then_some(rest));
    }
}

/// Gives a sentence part by part, and the silence after it. Returns whether anybody still listens.
fn say_sentence(synthesizer: &mut impl Synthesizer, sentence: &Sentence, line: &Wanted) -> Result<bool, TtsError> {
    let (mut listened_to, mut rate_hz) = (true, None);
    let mut give = |speech: Speech| {
        if !speech.samples.is_empty() {
            rate_hz = Some(speech.rate_hz);
            listened_to = line.to.send(Ok(Part { speech, ends_sentence: false })).is_ok();
        }
        listened_to
    };
    caught(&sentence.text, || synthesizer.stream(&sentence.text, &line.voice, &mut give))?;
    if let Some(rate_hz) = rate_hz {
        let mut speech = Speech { samples: Vec::new(), rate_hz };
        append_silence(&mut speech, sentence.gap);
        listened_to = listened_to && line.to.send(Ok(Part { speech, ends_sentence: true })).is_ok();
    }
    Ok(listened_to)
}

fn prepare(desk: &Desk, mut synthesizer: impl Synthesizer) {
    while let Some(job) = desk.next(Jobs::ahead) {
        // What fails now fails again when it is wanted, and is told then.
        let _done = match job {
            Ahead::GetReady(voice) => caught(&voice.style, || synthesizer.get_ready(&voice)),
            Ahead::Render(text, voice) => caught(&text, || synthesizer.synthesize(&text, &voice).map(drop)),
        };
        desk.done(None);
    }
}

fn caught(text: &str, work: impl FnOnce() -> Result<(), TtsError>) -> Result<(), TtsError> {
    catch_unwind(AssertUnwindSafe(work))
        .unwrap_or_else(|_| Err(TtsError::Failed { text: text.to_owned(), why: "the voice crashed".into() }))
}

#[cfg(test)]
mod tests;
