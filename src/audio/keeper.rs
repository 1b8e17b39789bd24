//! Threads that own a device's stream, since on some systems a stream may not move between threads, and closing one hangs
//! when its sound server died. Knows nothing of what the stream carries.

use std::convert::Infallible;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use cpal::Stream;

use crate::audio::{AudioError, AudioErrorKind, device};

/// Longest time to open a device. Bluetooth headsets take a second or two.
pub(super) const OPENING: Duration = Duration::from_secs(5);

/// Longest time to wait for the old stream to close. PulseAudio's library waits for ever for a server that was killed.
const CLOSING: Duration = Duration::from_secs(1);

type Open<T> = Arc<dyn Fn(Time) -> Result<(Stream, T), AudioError> + Send + Sync>;

/// Whether a stream is opened for the first time. Later, another device may stand in for the one that went away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    First,
    Again,
}

/// Opens a stream on a thread of its own, and closes it when the stream is opened anew or the keeper is dropped.
pub(super) struct Keeper<T> {
    name: &'static str,
    open: Open<T>,
    kept: Option<Kept<T>>,
}

/// A thread that opens a stream and holds it.
struct Kept<T> {
    /// The stream is closed when this is dropped.
    _hold: mpsc::Sender<Infallible>,
    /// Hangs up when the stream is closed.
    closed: mpsc::Receiver<Infallible>,
    answer: mpsc::Receiver<Result<T, AudioError>>,
}

impl<T> std::fmt::Debug for Keeper<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Keeper({})", self.name)
    }
}

impl<T: Send + 'static> Keeper<T> {
    /// Returns a keeper that opens nothing yet. `open` returns a playing stream and the other end of what it carries.
    pub(super) fn new(
        name: &'static str,
        open: impl Fn(Time) -> Result<(Stream, T), AudioError> + Send + Sync + 'static,
    ) -> Self {
        Self { name, open: Arc::new(open), kept: None }
    }

    /// Begins to open the stream, the old one first being closed: many devices allow one stream only.
    ///
    /// # Errors
    /// [`AudioError`] when the system gives no thread.
    pub(super) fn ask(&mut self) -> Result<(), AudioError> {
        let (hold, release) = mpsc::channel();
        let (closing, closed) = mpsc::channel::<Infallible>();
        let (tell, answer) = mpsc::channel();
        let before = self.kept.replace(Kept { _hold: hold, closed, answer }).map(|kept| kept.closed);
        let open = Arc::clone(&self.open);
        let time = if before.is_some() { Time::Again } else { Time::First };
        let keep = move || {
            device::quieten();
            if let Some(before) = before {
                let _hung_up_or_hanging = before.recv_timeout(CLOSING);
            }
            match open(time) {
                Ok((stream, link)) => {
                    if tell.send(Ok(link)).is_ok() {
                        let _hung_up = release.recv();
                    }
                    drop(stream);
                }
                Err(error) => {
                    let _nobody_waits = tell.send(Err(error));
                }
            }
            drop(closing);
        };
        let spawned = std::thread::Builder::new().name(self.name.to_owned()).spawn(keep);
        spawned.map(|_detached| ()).map_err(|error| {
            AudioError::new(AudioErrorKind::Other, self.name, error.to_string(), "close other programs and try again")
        })
    }

    /// Returns the answer to [`Keeper::ask`] if it comes within `wait`.
    pub(super) fn answer(&self, wait: Duration) -> Option<Result<T, AudioError>> {
        self.kept.as_ref().and_then(|kept| kept.answer.recv_timeout(wait).ok())
    }
}
