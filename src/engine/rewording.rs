//! A language model that words follow-ups, on a thread of its own: while the candidate still speaks, so that its words may be there when
//! the turn ends. One follow-up at a time; a newer one calls off the one before.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use crate::clock;
use crate::language::rewording::Rewording;
use crate::language::{LanguageError, LanguageModel};

/// Number of a follow-up that is being worded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job(u32);

/// What comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reworded {
    /// The first token is there.
    Began(Job),
    /// The words are there and keep to the manners of an interviewer, or why there are none.
    Done {
        /// Which follow-up.
        job: Job,
        /// The words.
        outcome: Result<String, String>,
        /// How long the model worked.
        took: Duration,
    },
}

/// The model at work.
#[derive(Debug)]
pub struct Rewordings {
    requests: Sender<(u32, Box<Rewording>)>,
    /// The only one that is still wanted.
    wanted: Arc<AtomicU32>,
}

impl Rewordings {
    /// Starts the thread. `out` gets what comes of each follow-up, unless it is called off. The thread ends when the model has answered or
    /// stopped, which nobody waits for.
    pub fn start(mut model: Box<dyn LanguageModel>, out: impl Fn(Reworded) + Send + 'static) -> Self {
        let (requests, inbox) = channel::<(u32, Box<Rewording>)>();
        let wanted = Arc::new(AtomicU32::new(0));
        let still_wanted = wanted.clone();
        std::thread::spawn(move || {
            while let Ok((number, rewording)) = inbox.recv() {
                let is_wanted = || still_wanted.load(Ordering::Relaxed) == number;
                if !is_wanted() {
                    continue;
                }
                let began = clock::now();
                let mut has_begun = false;
                let mut piece = |text: &str| {
                    if !text.is_empty() && !std::mem::replace(&mut has_begun, true) {
                        out(Reworded::Began(Job(number)));
                    }
                    is_wanted()
                };
                let work = AssertUnwindSafe(|| rewording.from(model.as_mut(), &mut piece));
                let outcome = catch_unwind(work).unwrap_or_else(|_| Err(LanguageError::Nonsense("it panicked".into())));
                if is_wanted() {
                    let outcome = outcome.map_err(|error| error.to_string());
                    out(Reworded::Done { job: Job(number), outcome, took: began.elapsed() });
                }
            }
        });
        Self { requests, wanted }
    }

    /// Has a follow-up worded, in place of the one before.
    pub fn want(&self, rewording: Rewording) -> Job {
        let number = self.wanted.load(Ordering::Relaxed) + 1;
        self.wanted.store(number, Ordering::Relaxed);
        // The thread lives as long as this sender.
        let _gone = self.requests.send((number, Box::new(rewording)));
        Job(number)
    }

    /// Calls off what is being worded.
    pub fn call_off(&self) {
        self.wanted.fetch_add(1, Ordering::Relaxed);
    }
}

impl Drop for Rewordings {
    fn drop(&mut self) {
        self.call_off();
    }
}
