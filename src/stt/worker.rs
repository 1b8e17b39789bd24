//! Runs a transcriber on a thread of its own. Answers every chunk, in order; loses none and outlives a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::ids::TurnId;
use crate::stt::{Heard, SttError, Transcriber};
use crate::units::{AudioTime, SAMPLE_RATE_HZ};

/// Loads the transcriber when the first chunk asks for it, on the worker's thread.
pub type LoadTranscriber = Box<dyn FnOnce() -> Result<Box<dyn Transcriber>, SttError> + Send>;

/// A stretch of a turn to transcribe.
#[derive(Clone, Debug)]
pub struct Chunk {
    /// The turn that it belongs to.
    pub turn: TurnId,
    /// Where in the turn it begins.
    pub offset: AudioTime,
    /// 16 kHz mono.
    pub samples: Vec<f32>,
    /// Words worth hearing right.
    pub terms: Arc<[String]>,
    /// Whether the speaker may go on: then the same stretch, or a longer one, comes again. Transcribed only while nothing
    /// else waits, and remembered, so that it costs nothing when it comes again as it was.
    pub is_ahead: bool,
}

impl Chunk {
    fn until(&self) -> AudioTime {
        AudioTime::from_samples(self.offset.as_samples() + self.samples.len() as u64)
    }

    fn is_same_stretch(&self, other: &Self) -> bool {
        (self.turn, self.offset, self.samples.len()) == (other.turn, other.offset, other.samples.len())
    }
}

/// What the worker says.
#[derive(Debug)]
pub enum Answer {
    /// What it made of a chunk.
    Chunk {
        /// The turn.
        turn: TurnId,
        /// Where in the turn the chunk begins.
        offset: AudioTime,
        /// Where it ends.
        until: AudioTime,
        /// The words, with times from the start of the chunk, or why there are none.
        heard: Result<Heard, SttError>,
    },
    /// What it made of a chunk that may not be the last word.
    Ahead {
        /// The turn.
        turn: TurnId,
        /// Where in the turn the chunk begins.
        offset: AudioTime,
        /// Where it ends.
        until: AudioTime,
        /// The words, with times from the start of the chunk. None when it failed or was overtaken.
        heard: Option<Heard>,
    },
    /// All chunks of the turn were answered.
    TurnDone {
        /// The turn.
        turn: TurnId,
    },
}

enum Job {
    Load,
    Chunk(Chunk),
    TurnDone(TurnId),
}

/// The thread and the way to it.
#[derive(Debug)]
pub struct SttWorker {
    jobs: Option<SyncSender<Job>>,
    calling_off: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl SttWorker {
    /// Starts the thread. `answer` is called on it. Up to `waiting` jobs queue up before [`send`](Self::send) blocks.
    ///
    /// # Errors
    /// The system's own when it gives no thread.
    pub fn start(
        waiting: usize,
        load: LoadTranscriber,
        answer: impl FnMut(Answer) + Send + 'static,
    ) -> std::io::Result<Self> {
        let (jobs, inbox) = sync_channel(waiting);
        let calling_off = Arc::new(AtomicBool::new(false));
        let flag = calling_off.clone();
        let thread = std::thread::Builder::new()
            .name("transcribe".into())
            .spawn(move || work(&inbox, Model::Unloaded(load), &flag, answer))?;
        Ok(Self { jobs: Some(jobs), calling_off, thread: Some(thread) })
    }

    /// Loads the transcriber now, so that the first chunk need not wait for it.
    pub fn prepare(&self) {
        self.push(Job::Load);
    }

    /// Queues a chunk. Blocks while the queue is full.
    pub fn send(&self, chunk: Chunk) {
        self.push(Job::Chunk(chunk));
    }

    /// Asks for an [`Answer::TurnDone`] behind all chunks that were sent.
    pub fn finish(&self, turn: TurnId) {
        self.push(Job::TurnDone(turn));
    }

    fn push(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // The thread only goes when this sender is dropped, so the job always arrives.
            let _arrived = jobs.send(job);
        }
    }

    /// Finishes the chunk at hand, answers those that wait with [`SttError::Cancelled`], and joins the thread.
    pub fn shutdown(mut self) {
        self.call_off();
    }

    fn call_off(&mut self) {
        self.calling_off.store(true, Ordering::Relaxed);
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            // A panic of `answer` was its owner's; there is nobody left to tell.
            let _joined = thread.join();
        }
    }
}

impl Drop for SttWorker {
    fn drop(&mut self) {
        self.call_off();
    }
}

/// The transcriber before and after it was asked for.
enum Model {
    Unloaded(LoadTranscriber),
    Loaded(Box<dyn Transcriber>),
    Missing(SttError),
}

impl Model {
    fn load(self) -> Self {
        match self {
            Self::Unloaded(load) => match catch_unwind(AssertUnwindSafe(load)) {
                Ok(Ok(transcriber)) => Self::Loaded(transcriber),
                Ok(Err(error)) => Self::Missing(error),
                Err(panic) => Self::Missing(SttError::Load { path: "speech model".into(), why: said(&*panic) }),
            },
            ready => ready,
        }
    }

    fn transcribe(&mut self, chunk: &Chunk) -> Result<Heard, SttError> {
        let transcriber = match self {
            Self::Loaded(transcriber) => transcriber,
            Self::Missing(error) => return Err(error.clone()),
            Self::Unloaded(_) => return Ok(Heard::default()),
        };
        let outcome = catch_unwind(AssertUnwindSafe(|| transcriber.transcribe(&chunk.samples, &chunk.terms)));
        outcome.unwrap_or_else(|panic| {
            let seconds = chunk.samples.len() as f64 / f64::from(SAMPLE_RATE_HZ);
            Err(SttError::Failed { seconds, why: said(&*panic) })
        })
    }
}

fn work(inbox: &Receiver<Job>, mut model: Model, calling_off: &AtomicBool, mut answer: impl FnMut(Answer)) {
    let mut ahead: Option<(Chunk, Heard)> = None;
    let mut next = None;
    while let Some(job) = next.take().or_else(|| inbox.recv().ok()) {
        match job {
            Job::Load => model = model.load(),
            Job::TurnDone(turn) => answer(Answer::TurnDone { turn }),
            Job::Chunk(chunk) if chunk.is_ahead => {
                next = inbox.try_recv().ok();
                if next.is_none() && !calling_off.load(Ordering::Relaxed) {
                    model = model.load();
                    ahead = model.transcribe(&chunk).ok().map(|heard| (chunk.clone(), heard));
                } else {
                    ahead = None;
                }
                let heard = ahead.as_ref().map(|(_, heard)| heard.clone());
                answer(Answer::Ahead { turn: chunk.turn, offset: chunk.offset, until: chunk.until(), heard });
            }
            Job::Chunk(chunk) => {
                let heard = match ahead.take() {
                    Some((same, heard)) if same.is_same_stretch(&chunk) => Ok(Heard { took: Duration::ZERO, ..heard }),
                    _ if calling_off.load(Ordering::Relaxed) => Err(SttError::Cancelled),
                    _ => {
                        model = model.load();
                        model.transcribe(&chunk)
                    }
                };
                answer(Answer::Chunk { turn: chunk.turn, offset: chunk.offset, until: chunk.until(), heard });
            }
        }
    }
}

/// Returns what a panic said.
fn said(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "it panicked".into())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::{Answer, Chunk, LoadTranscriber, SttWorker};
    use crate::ids::TurnId;
    use crate::stt::scripted::ScriptedTranscriber;
    use crate::stt::{Heard, SttError, Transcriber};
    use crate::units::AudioTime;

    fn chunk(ms: u64) -> Chunk {
        Chunk {
            turn: TurnId(1),
            offset: AudioTime::from_ms(ms),
            samples: vec![ms as f32; 16_000],
            terms: std::sync::Arc::new([]),
            is_ahead: false,
        }
    }

    /// Runs `chunks` chunks and a turn's end through a worker and tells each answer in words.
    fn answers(load: LoadTranscriber, chunks: u64) -> Vec<String> {
        let (sender, answers) = channel();
        let worker = SttWorker::start(1, load, move |answer| sender.send(answer).unwrap()).unwrap();
        for n in 0..chunks {
            worker.send(chunk(n * 1_000));
        }
        worker.finish(TurnId(1));
        let tell = |answer| match answer {
            Answer::Chunk { offset, heard: Ok(heard), .. } => format!("{offset} {}", heard.words.len()),
            Answer::Chunk { offset, heard: Err(error), .. } => format!("{offset} {error}"),
            Answer::Ahead { offset, heard, .. } => format!("{offset} ahead {:?}", heard.map(|heard| heard.words.len())),
            Answer::TurnDone { .. } => "done".to_owned(),
        };
        let told = answers.iter().take(chunks as usize + 1).map(tell).collect();
        worker.shutdown();
        told
    }

    #[test]
    fn chunks_are_answered_in_order_and_then_the_turn_is_done() {
        let load: LoadTranscriber = Box::new(|| Ok(Box::new(ScriptedTranscriber::new(["a", "b c", "d"]))));
        assert_eq!(answers(load, 3), ["0:00 1", "0:01 2", "0:02 1", "done"]);
    }

    #[test]
    fn a_model_that_cannot_be_loaded_is_told_for_every_chunk() {
        let load: LoadTranscriber =
            Box::new(|| Err(SttError::Load { path: "x.bin".into(), why: "it is missing".into() }));
        let told = answers(load, 2);
        assert!(told[0].contains("x.bin") && told[1].contains("it is missing") && told[2] == "done", "{told:?}");
    }

    struct Fragile(u32);

    impl Transcriber for Fragile {
        fn transcribe(&mut self, _samples: &[f32], _terms: &[String]) -> Result<Heard, SttError> {
            self.0 += 1;
            assert!(self.0 != 1, "the first one breaks");
            Ok(Heard::default())
        }
    }

    #[test]
    fn a_panic_costs_one_chunk_and_no_more() {
        let told = answers(Box::new(|| Ok(Box::new(Fragile(0)))), 2);
        assert!(told[0].contains("the first one breaks"), "{told:?}");
        assert_eq!(told[1..], ["0:01 0", "done"]);
    }

    #[test]
    fn the_model_is_not_loaded_before_it_is_needed() {
        let load: LoadTranscriber = Box::new(|| panic!("loaded without need"));
        assert_eq!(answers(load, 0), ["done"]);
    }

    /// Counts how often it is asked, and hears as many words.
    struct Counting(usize);

    impl Transcriber for Counting {
        fn transcribe(&mut self, _samples: &[f32], _terms: &[String]) -> Result<Heard, SttError> {
            self.0 += 1;
            let text = vec!["word"; self.0].join(" ");
            ScriptedTranscriber::new([text]).transcribe(&[0.0; 1_600], &[])
        }
    }

    #[test]
    fn what_was_transcribed_ahead_costs_nothing_when_it_stays_so_and_is_done_anew_when_it_grew() {
        let (sender, answers) = channel();
        let worker =
            SttWorker::start(8, Box::new(|| Ok(Box::new(Counting(0)))), move |answer| sender.send(answer).unwrap())
                .unwrap();
        let words = |answer: Answer| match answer {
            Answer::Ahead { heard: Some(heard), .. } | Answer::Chunk { heard: Ok(heard), .. } => heard.words.len(),
            other => panic!("{other:?}"),
        };
        let told = |chunk: Chunk| {
            worker.send(chunk);
            words(answers.recv().unwrap())
        };
        assert_eq!(told(Chunk { is_ahead: true, ..chunk(0) }), 1);
        assert_eq!(told(chunk(0)), 1, "the same stretch");
        assert_eq!(told(Chunk { is_ahead: true, ..chunk(1_000) }), 2);
        assert_eq!(told(Chunk { samples: vec![1.0; 32_000], ..chunk(1_000) }), 3, "the speaker went on");
    }

    #[test]
    fn shutting_down_answers_what_waits() {
        let (sender, answers) = channel();
        let load: LoadTranscriber = Box::new(|| Ok(Box::new(ScriptedTranscriber::default())));
        let worker = SttWorker::start(8, load, move |answer| sender.send(answer).unwrap()).unwrap();
        for n in 0..5 {
            worker.send(chunk(n));
        }
        worker.shutdown();
        assert_eq!(answers.iter().count(), 5);
    }
}
