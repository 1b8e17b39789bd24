//! Plays kept recordings from any moment on, on a thread of its own, and says when sound begins and ends.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Instant;

use crate::audio::{More, Player};
use crate::clock;
use crate::units::{AudioTime, SAMPLE_RATE_HZ, Speech};

/// What became of something that was to be played.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlaybackEvent {
    /// Its sound begins.
    Began {
        /// Which, as [`Playback::play`] numbered it.
        nth: u64,
        /// When.
        at: Instant,
    },
    /// It is over: played to its end, or stopped.
    Over {
        /// Which.
        nth: u64,
    },
    /// It cannot be heard.
    Failed {
        /// Which.
        nth: u64,
        /// Why, in words.
        why: String,
    },
}

struct Request {
    nth: u64,
    recording: PathBuf,
    from: AudioTime,
    stop: Arc<AtomicBool>,
}

/// Opens a speaker, or says why there is none.
type Open = Box<dyn FnMut() -> Result<Box<dyn Player>, String> + Send>;

/// Reads a recording as 16 kHz mono, or says why it cannot.
type Read = fn(&Path) -> Result<Vec<f32>, String>;

/// Plays recordings, one at a time. Dropping it stops what plays and waits for the thread.
#[derive(Debug)]
pub struct Playback {
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
    stop: Arc<AtomicBool>,
    count: u64,
}

impl Playback {
    /// Starts the thread. The speaker is opened when something is to be played, and again after it failed; `out` gets exactly one
    /// [`PlaybackEvent::Over`] or [`PlaybackEvent::Failed`] for each request.
    pub fn start(open: Open, read: Read, out: impl Fn(PlaybackEvent) + Send + 'static) -> Self {
        let (requests, inbox) = channel();
        let thread = std::thread::spawn(move || work(&inbox, open, read, &out));
        Self { requests: Some(requests), thread: Some(thread), stop: Arc::default(), count: 0 }
    }

    /// Plays a recording from a moment on, in place of what plays now, and returns its number.
    pub fn play(&mut self, recording: PathBuf, from: AudioTime) -> u64 {
        self.stop();
        self.count += 1;
        self.stop = Arc::default();
        if let Some(requests) = &self.requests {
            // The thread lives as long as this sender.
            let _gone = requests.send(Request { nth: self.count, recording, from, stop: Arc::clone(&self.stop) });
        }
        self.count
    }

    /// Stops what plays.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Release);
    }
}

impl Drop for Playback {
    fn drop(&mut self) {
        self.stop();
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

fn work(inbox: &Receiver<Request>, mut open: Open, read: Read, out: &dyn Fn(PlaybackEvent)) {
    let mut speaker = None;
    let mut last: Option<(PathBuf, Vec<f32>)> = None;
    while let Ok(request) = inbox.recv() {
        let nth = request.nth;
        let samples = match last.take().filter(|(path, _)| *path == request.recording) {
            Some((_, samples)) => Ok(samples),
            None => read(&request.recording),
        };
        let played = samples.and_then(|samples| {
            let from = samples.len().min(request.from.as_samples() as usize);
            let played = play(&mut speaker, &mut open, &samples[from..], &request, out);
            last = Some((request.recording, samples));
            played
        });
        out(match played {
            Ok(()) => PlaybackEvent::Over { nth },
            Err(why) => PlaybackEvent::Failed { nth, why },
        });
    }
}

fn play(
    speaker: &mut Option<Box<dyn Player>>,
    open: &mut Open,
    samples: &[f32],
    request: &Request,
    out: &dyn Fn(PlaybackEvent),
) -> Result<(), String> {
    let mut player = match speaker.take() {
        Some(player) => player,
        None => open()?,
    };
    let mut sound = Some(Speech { samples: samples.to_vec(), rate_hz: SAMPLE_RATE_HZ });
    let mut more = || match sound.take() {
        Some(speech) => {
            out(PlaybackEvent::Began { nth: request.nth, at: clock::now() });
            More::Sound(speech)
        }
        None => More::Over,
    };
    player.play_on(&mut more, &request.stop).map_err(|error| error.to_string())?;
    *speaker = Some(player);
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::sync::atomic::AtomicBool;
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::{Playback, PlaybackEvent};
    use crate::audio::{AudioError, AudioErrorKind, Player};
    use crate::units::{AudioTime, Speech};

    /// Tells how many samples it got. The second speech finds it unplugged.
    struct Counting(Sender<usize>, usize);

    impl Player for Counting {
        fn play(&mut self, speech: &Speech, _: &AtomicBool) -> Result<(), AudioError> {
            self.1 += 1;
            if self.1 == 2 {
                return Err(AudioError::new(AudioErrorKind::Lost, "speaker", "it is gone", "plug it in"));
            }
            self.0.send(speech.samples.len()).map_err(|_| unreachable!("the test listens"))
        }
    }

    fn read(path: &Path) -> Result<Vec<f32>, String> {
        if path == Path::new("a.wav") { Ok(vec![0.0; 16_000]) } else { Err("there is no such file".into()) }
    }

    fn ends(events: &Receiver<PlaybackEvent>) -> PlaybackEvent {
        events.iter().find(|event| !matches!(event, PlaybackEvent::Began { .. })).expect("each request has an end")
    }

    #[test]
    fn a_recording_plays_from_the_moment_asked_for_and_a_lost_speaker_is_opened_again() {
        let (lengths, counted) = channel();
        let (out, events) = channel();
        let open = Box::new(move || Ok(Box::new(Counting(lengths.clone(), 0)) as Box<dyn Player>));
        let mut playback = Playback::start(open, read, move |event| out.send(event).expect("the test listens"));
        let from = AudioTime::from_ms;
        let over = |nth| PlaybackEvent::Over { nth };
        let failed = |nth, why: &str| PlaybackEvent::Failed { nth, why: why.into() };
        assert_eq!(playback.play("a.wav".into(), from(750)), 1);
        assert_eq!(ends(&events), over(1));
        playback.play("a.wav".into(), from(0));
        assert_eq!(ends(&events), failed(2, "speaker: it is gone"));
        playback.play(PathBuf::from("b.wav"), from(0));
        assert_eq!(ends(&events), failed(3, "there is no such file"));
        playback.play("a.wav".into(), from(5_000));
        assert_eq!(ends(&events), over(4));
        assert_eq!(counted.try_iter().collect::<Vec<_>>(), [4_000, 0]);
    }

    #[test]
    fn without_a_speaker_each_request_says_why() {
        let (out, events) = channel();
        let open = Box::new(|| Err("no speaker was found".to_owned()));
        let mut playback = Playback::start(open, read, move |event| out.send(event).expect("the test listens"));
        playback.play("a.wav".into(), AudioTime::ZERO);
        assert_eq!(ends(&events), PlaybackEvent::Failed { nth: 1, why: "no speaker was found".into() });
    }
}
