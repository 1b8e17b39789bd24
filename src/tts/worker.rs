//! The thread that renders speech: what is wanted now before what may be wanted later, sentence by sentence. Plays nothing.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::tts::cache::Cached;
use crate::tts::sentences::{Sentence, sentences};
use crate::tts::shape::append_silence;
use crate::tts::{Synthesizer, TtsError, Voice};
use crate::units::Speech;

/// Renders in its own thread. Dropping it ends the thread after the sentence at hand.
pub struct VoiceWorker {
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
}

/// What lies before the thread.
#[derive(Default)]
struct Desk {
    jobs: Mutex<Jobs>,
    changed: Condvar,
}

#[derive(Default)]
struct Jobs {
    wanted: VecDeque<Wanted>,
    prepared: VecDeque<(String, Voice)>,
    closed: bool,
}

struct Wanted {
    sentences: VecDeque<Sentence>,
    voice: Voice,
    to: Sender<Result<Speech, TtsError>>,
}

/// One sentence to render.
enum Job {
    Speak { sentence: Sentence, voice: Voice, rest: Wanted },
    Prepare { text: String, voice: Voice },
}

impl VoiceWorker {
    /// Starts the thread. `load` is called on the first sentence that is not in the folder `cache`, so that speech that was
    /// rendered before needs no model. `model` tells this model's speech from that of others. Without a `cache` only this
    /// run's speech is remembered.
    pub fn start(
        load: impl FnOnce() -> Result<Box<dyn Synthesizer>, TtsError> + Send + 'static,
        cache: &Path,
        model: impl Into<String>,
    ) -> Self {
        let desk = Arc::new(Desk::default());
        let voice = Cached::new(Lazy::Unloaded(Some(Box::new(load))), cache, model);
        let at_work = Arc::clone(&desk);
        let thread = std::thread::Builder::new().name("voice".into()).spawn(move || work(&at_work, voice)).ok();
        Self { desk, thread }
    }

    /// Renders `text` when nothing else is to be done, so that it is there when it is wanted.
    pub fn prepare(&self, text: &str, voice: &Voice) {
        let mut jobs = self.desk.jobs();
        for sentence in sentences(text) {
            let job = (sentence.text, voice.clone());
            if !jobs.prepared.contains(&job) {
                jobs.prepared.push_back(job);
            }
        }
        self.desk.changed.notify_all();
    }

    /// Renders `text` before everything that is only being prepared. The receiver gives it sentence by sentence, each with the
    /// silence that follows it, and ends after the last or after an error. Dropping it calls the rest off.
    pub fn speak(&self, text: &str, voice: &Voice) -> Receiver<Result<Speech, TtsError>> {
        let (to, from) = channel();
        let sentences: VecDeque<Sentence> = sentences(text).into();
        if self.thread.is_none() {
            let why = "the system gives it no thread".to_owned();
            let _receiver_is_here = to.send(Err(TtsError::Failed { text: text.to_owned(), why }));
        } else if !sentences.is_empty() {
            self.desk.jobs().wanted.push_back(Wanted { sentences, voice: voice.clone(), to });
            self.desk.changed.notify_all();
        }
        from
    }

    /// Forgets what was to be prepared and is not yet.
    pub fn clear_preparations(&self) {
        self.desk.jobs().prepared.clear();
    }
}

impl Drop for VoiceWorker {
    fn drop(&mut self) {
        self.desk.jobs().closed = true;
        self.desk.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            let _it_caught_its_panics = thread.join();
        }
    }
}

impl Desk {
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        // Nothing between lock and unlock leaves the lists half changed.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the next sentence, none when the worker is dropped.
    fn next(&self) -> Option<Job> {
        let mut jobs = self.jobs();
        loop {
            if jobs.closed {
                return None;
            }
            if let Some(job) = jobs.take() {
                return Some(job);
            }
            jobs = self.changed.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl Jobs {
    fn take(&mut self) -> Option<Job> {
        while let Some(mut rest) = self.wanted.pop_front() {
            if let Some(sentence) = rest.sentences.pop_front() {
                return Some(Job::Speak { sentence, voice: rest.voice.clone(), rest });
            }
        }
        self.prepared.pop_front().map(|(text, voice)| Job::Prepare { text, voice })
    }
}

fn work(desk: &Desk, mut synthesizer: impl Synthesizer) {
    while let Some(job) = desk.next() {
        match job {
            Job::Prepare { text, voice } => {
                // What fails now fails again when it is wanted, and is told then.
                let _prepared = render(&mut synthesizer, &text, &voice);
            }
            Job::Speak { sentence, voice, rest } => {
                let rendered = render(&mut synthesizer, &sentence.text, &voice).map(|mut speech| {
                    append_silence(&mut speech, sentence.gap);
                    speech
                });
                let goes_on = rendered.is_ok();
                if rest.to.send(rendered).is_ok() && goes_on {
                    desk.jobs().wanted.push_front(rest);
                }
            }
        }
    }
}

fn render(synthesizer: &mut impl Synthesizer, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
    catch_unwind(AssertUnwindSafe(|| synthesizer.synthesize(text, voice)))
        .unwrap_or_else(|_| Err(TtsError::Failed { text: text.to_owned(), why: "the voice crashed".into() }))
}

type Load = Box<dyn FnOnce() -> Result<Box<dyn Synthesizer>, TtsError> + Send>;

/// A voice that is loaded when it is first used. A load that failed is not tried again, only told again.
enum Lazy {
    Unloaded(Option<Load>),
    Loaded(Box<dyn Synthesizer>),
    Broken { path: String, why: String },
}

impl Synthesizer for Lazy {
    fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
        if let Self::Unloaded(load) = self {
            *self = match load.take().map(|load| load()) {
                Some(Ok(synthesizer)) => Self::Loaded(synthesizer),
                Some(Err(TtsError::Load { path, why })) => Self::Broken { path, why },
                Some(Err(TtsError::Failed { why, .. })) => Self::Broken { path: "the model".into(), why },
                None => Self::Broken { path: "the model".into(), why: "loading it crashed".into() },
            };
        }
        match self {
            Self::Loaded(synthesizer) => synthesizer.synthesize(text, voice),
            Self::Broken { path, why } => Err(TtsError::Load { path: path.clone(), why: why.clone() }),
            // Replaced above.
            Self::Unloaded(_) => Err(TtsError::Failed { text: text.to_owned(), why: "it was never loaded".into() }),
        }
    }
}

#[cfg(test)]
mod tests;
