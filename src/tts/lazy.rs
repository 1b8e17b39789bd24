//! A voice that is loaded when it is first needed, by whichever thread needs it first. A load that failed is not tried again,
//! only told again.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use crate::tts::{Synthesizer, TtsError, Voice};
use crate::units::Speech;

/// Two voices over one model, so that neither waits for the other.
pub struct Voices {
    /// Renders as fast as it can.
    pub now: Box<dyn Synthesizer>,
    /// Renders with what the others leave of the processor.
    pub ahead: Box<dyn Synthesizer>,
}

type Load = Box<dyn FnOnce() -> Result<Voices, TtsError> + Send>;

enum State {
    Unloaded(Load),
    Loaded { now: Option<Box<dyn Synthesizer>>, ahead: Option<Box<dyn Synthesizer>> },
    Broken { path: String, why: String },
}

/// Which of the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Which {
    Now,
    Ahead,
}

/// One of [`Voices`], which loads them when it is first used.
pub(crate) struct Lazy {
    shared: Arc<Mutex<State>>,
    which: Which,
    own: Option<Box<dyn Synthesizer>>,
}

/// Returns both voices, to be loaded by `load` when the first of them is used.
pub(crate) fn lazily(load: impl FnOnce() -> Result<Voices, TtsError> + Send + 'static) -> (Lazy, Lazy) {
    let shared = Arc::new(Mutex::new(State::Unloaded(Box::new(load))));
    let one = |which| Lazy { shared: Arc::clone(&shared), which, own: None };
    (one(Which::Now), one(Which::Ahead))
}

impl Lazy {
    fn voice(&mut self) -> Result<&mut dyn Synthesizer, TtsError> {
        if self.own.is_none() {
            self.own = Some(self.take()?);
        }
        match &mut self.own {
            Some(own) => Ok(&mut **own),
            // Filled above.
            None => Err(TtsError::Load { path: "the model".into(), why: "it was never loaded".into() }),
        }
    }

    fn take(&self) -> Result<Box<dyn Synthesizer>, TtsError> {
        // A load that panics is caught below, so the state is always whole.
        let mut state = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Unloaded(_)) {
            let crashed = State::Broken { path: "the model".into(), why: "loading it crashed".into() };
            if let State::Unloaded(load) = std::mem::replace(&mut *state, crashed)
                && let Ok(loaded) = catch_unwind(AssertUnwindSafe(load))
            {
                *state = match loaded {
                    Ok(voices) => State::Loaded { now: Some(voices.now), ahead: Some(voices.ahead) },
                    Err(TtsError::Load { path, why }) => State::Broken { path, why },
                    Err(TtsError::Failed { why, .. }) => State::Broken { path: "the model".into(), why },
                };
            }
        }
        let (path, why) = match &mut *state {
            State::Loaded { now, ahead } => {
                let own = if self.which == Which::Now { now.take() } else { ahead.take() };
                match own {
                    Some(own) => return Ok(own),
                    None => ("the model".to_owned(), "it is in use already".to_owned()),
                }
            }
            State::Broken { path, why } => (path.clone(), why.clone()),
            State::Unloaded(_) => ("the model".to_owned(), "it was never loaded".to_owned()),
        };
        Err(TtsError::Load { path, why })
    }
}

impl Synthesizer for Lazy {
    fn synthesize(&mut self, text: &str, voice: &Voice) -> Result<Speech, TtsError> {
        self.voice()?.synthesize(text, voice)
    }

    fn stream(&mut self, text: &str, voice: &Voice, give: &mut dyn FnMut(Speech) -> bool) -> Result<(), TtsError> {
        self.voice()?.stream(text, voice, give)
    }

    fn get_ready(&mut self, voice: &Voice) -> Result<(), TtsError> {
        self.voice()?.get_ready(voice)
    }
}
