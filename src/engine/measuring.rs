//! Measures how answers were delivered, from their recordings, on a thread of its own. Nobody waits for it while the
//! interview goes on: it works with the lowest priority, on what is already heard.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::clock;
use crate::dsp::contour::Contour;
use crate::dsp::framer::Framer;
use crate::engine::transcribing::{TranscribingError, transcribe};
use crate::ids::TurnId;
use crate::prompt;
use crate::stt::Transcriber;
use crate::transcript::Word;
use crate::transcript::delivery::fillers::Hearings;
use crate::transcript::delivery::fit::Fit;
use crate::transcript::delivery::sound::Sound;
use crate::turn::VoiceDetector;
use crate::units::SAMPLE_RATE_HZ;

/// What is measured with.
pub struct Means {
    /// Hears whether somebody speaks.
    pub voice: Box<dyn VoiceDetector>,
    /// Hears the answer again, to keep the fillers.
    pub recogniser: Box<dyn Transcriber>,
    /// Reads a recording: 16 kHz mono. Says why where it cannot.
    pub read: fn(&Path) -> Result<Vec<f32>, String>,
}

/// What was measured of a turn.
#[derive(Debug)]
pub struct Measured {
    /// Which turn.
    pub turn: TurnId,
    /// The measures, or why there are none.
    pub outcome: Result<Sound, String>,
    /// How long it took.
    pub took: Duration,
}

struct Request {
    turn: TurnId,
    recording: PathBuf,
    words: Vec<Word>,
}

/// The thread that measures.
#[derive(Debug)]
pub struct Measuring {
    requests: Option<Sender<Request>>,
    calling_off: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Measuring {
    /// Starts the thread. `load` runs on it when there is something to measure; `out` gets exactly one [`Measured`] for each
    /// request, unless the requests are called off.
    pub fn start(
        load: impl FnOnce() -> Result<Means, String> + Send + 'static,
        out: impl Fn(Measured) + Send + 'static,
    ) -> Self {
        let (requests, inbox) = channel::<Request>();
        let calling_off = Arc::new(AtomicBool::new(false));
        let called_off = calling_off.clone();
        let thread = std::thread::spawn(move || {
            give_way();
            let mut load = Some(load);
            let mut means: Result<Means, String> = Err(String::new());
            while let Ok(request) = inbox.recv() {
                if called_off.load(Ordering::Relaxed) {
                    continue;
                }
                if let Some(load) = load.take() {
                    means = load();
                }
                let began = clock::now();
                let outcome = match &mut means {
                    Ok(means) => measured(means, &request, &called_off),
                    Err(why) => Err(why.clone()),
                };
                if !called_off.load(Ordering::Relaxed) {
                    out(Measured { turn: request.turn, outcome, took: began.elapsed() });
                }
            }
        });
        Self { requests: Some(requests), calling_off, thread: Some(thread) }
    }

    /// Asks for the measures of a turn whose recording is complete.
    pub fn request(&self, turn: TurnId, recording: PathBuf, words: Vec<Word>) {
        if let Some(requests) = &self.requests {
            // The thread lives as long as this sender.
            let _gone = requests.send(Request { turn, recording, words });
        }
    }
}

impl Drop for Measuring {
    /// Calls off what is not done yet and waits for the thread: for the chunk that the recogniser is at, at most.
    fn drop(&mut self) {
        self.calling_off.store(true, Ordering::Relaxed);
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

fn measured(means: &mut Means, request: &Request, called_off: &AtomicBool) -> Result<Sound, String> {
    let samples = (means.read)(&request.recording)?;
    let work = AssertUnwindSafe(|| measure(&samples, &request.words, means, &|| called_off.load(Ordering::Relaxed)));
    match catch_unwind(work) {
        Ok(sound) => Ok(sound),
        Err(_) => Err("a model panicked on this answer; the recording and the words are kept".into()),
    }
}

/// Measures an answer: `samples` at 16 kHz mono, and the words that were heard in it. Stops early, with less, once
/// `called_off` holds. Where the recogniser fails, everything but the fillers is measured all the same.
pub fn measure(samples: &[f32], words: &[Word], means: &mut Means, called_off: &dyn Fn() -> bool) -> Sound {
    let again = hear_again(samples, means, called_off).unwrap_or_default();
    let voice = voice(samples, means.voice.as_mut());
    let hearings = Hearings { first: words, again: &again };
    Sound::of(&Contour::of(samples), &voice, hearings, &Fit::shipped())
}

/// Returns what the recogniser hears with each of the prompts that make it keep fillers.
///
/// # Errors
/// [`TranscribingError`] when the recogniser fails.
pub fn hear_again(
    samples: &[f32],
    means: &mut Means,
    called_off: &dyn Fn() -> bool,
) -> Result<Vec<Vec<Word>>, TranscribingError> {
    let mut again = Vec::new();
    for prompt in prompt::delivery::words().keep_fillers {
        let mut pieces = samples.chunks(SAMPLE_RATE_HZ as usize);
        let read = || Ok(if called_off() { None } else { pieces.next().map(<[f32]>::to_vec) });
        let heard = transcribe(read, means.voice.as_mut(), means.recogniser.as_mut(), &[prompt], &mut |_| {})?;
        again.push(heard.transcript.words);
    }
    Ok(again)
}

/// Returns the probability of voice for each frame.
pub fn voice(samples: &[f32], detector: &mut dyn VoiceDetector) -> Vec<f32> {
    detector.reset();
    let mut framer = Framer::default();
    let mut probabilities = Vec::new();
    for piece in samples.chunks(SAMPLE_RATE_HZ as usize) {
        framer.push(piece);
        while let Some(frame) = framer.pop() {
            probabilities.push(detector.probability(&frame));
        }
    }
    if let Some(frame) = framer.finish() {
        probabilities.push(detector.probability(&frame));
    }
    probabilities
}

/// Lets every other thread go first, where the system knows priorities of threads. Without it the measures take a share of
/// the processor like anybody else.
fn give_way() {
    #[cfg(all(target_os = "linux", feature = "app"))]
    {
        /// The lowest there is.
        const LAST: i32 = 19;
        let _refused = rustix::process::setpriority_process(Some(rustix::thread::gettid()), LAST);
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::{Means, Measuring};
    use crate::ids::TurnId;
    use crate::stt::scripted::ScriptedTranscriber;
    use crate::turn::plain::Loudness;

    const FOREVER: Duration = Duration::from_secs(60);

    fn tone(path: &Path) -> Result<Vec<f32>, String> {
        if path.ends_with("missing.wav") {
            return Err("it is missing".into());
        }
        let at = |n: usize| (n as f32 / 16_000.0 * 150.0 * std::f32::consts::TAU).sin();
        let level = if path.ends_with("softer.wav") { 0.2 } else { 0.3 };
        let loud = |n: usize| if (8_000..24_000).contains(&n) || n >= 48_000 { level } else { 0.0 };
        Ok((0..64_000).map(|n| loud(n) * (0..9).map(|k| at(n * (k + 1)) / 9.0).sum::<f32>()).collect())
    }

    fn means(script: ScriptedTranscriber) -> Means {
        Means { voice: Box::new(Loudness), recogniser: Box::new(script), read: tone }
    }

    #[test]
    fn each_request_gets_one_answer_and_a_recording_that_cannot_be_read_says_why() {
        let (sender, answers) = channel();
        let load = || Ok(means(ScriptedTranscriber::new(["so", "so", "so", "so"])));
        let measuring = Measuring::start(load, move |measured| sender.send(measured).unwrap());
        measuring.request(TurnId(1), "answer.wav".into(), Vec::new());
        measuring.request(TurnId(2), "missing.wav".into(), Vec::new());
        let first = answers.recv_timeout(FOREVER).unwrap();
        let sound = first.outcome.unwrap();
        assert_eq!((first.turn, sound.pauses.len(), sound.heard_again), (TurnId(1), 1, true));
        let second = answers.recv_timeout(FOREVER).unwrap();
        assert_eq!((second.turn, second.outcome.unwrap_err().as_str()), (TurnId(2), "it is missing"));
    }

    #[test]
    fn a_failing_recogniser_costs_the_fillers_of_that_answer_and_no_more() {
        let (sender, answers) = channel();
        let script = ScriptedTranscriber::default().then_fail("out of memory");
        let measuring = Measuring::start(|| Ok(means(script)), move |measured| sender.send(measured).unwrap());
        measuring.request(TurnId(1), "answer.wav".into(), Vec::new());
        measuring.request(TurnId(2), "softer.wav".into(), Vec::new());
        let sounds = [(); 2].map(|()| answers.recv_timeout(FOREVER).unwrap().outcome.unwrap());
        assert_eq!(sounds.clone().map(|sound| sound.pauses.len()), [1, 1]);
        assert_eq!(sounds.map(|sound| sound.heard_again), [false, true]);
    }

    #[test]
    fn dropping_calls_off_what_waits() {
        let (sender, answers) = channel();
        let (go, wait) = channel::<()>();
        let load = move || {
            let _go = wait.recv();
            Ok(means(ScriptedTranscriber::default()))
        };
        let measuring = Measuring::start(load, move |measured| sender.send(measured).unwrap());
        for turn in 1..6 {
            measuring.request(TurnId(turn), "answer.wav".into(), Vec::new());
        }
        measuring.calling_off.store(true, std::sync::atomic::Ordering::Relaxed);
        drop(go);
        drop(measuring);
        assert!(answers.try_recv().is_err());
    }
}
