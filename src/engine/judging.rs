//! The judge on a thread of its own, so that listening and keys never wait for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::clock;
use crate::ids::{QuestionId, RequestId};
use crate::judge::{Answer, Assessment, Judge};

/// What the judge says.
#[derive(Debug)]
pub struct Judged {
    /// To which request.
    pub request: RequestId,
    /// The assessment, or why there is none.
    pub outcome: Result<Assessment, String>,
    /// How long it worked.
    pub took: Duration,
}

struct Request {
    id: RequestId,
    question: QuestionId,
    answers: Vec<Answer>,
}

/// A judge at work.
#[derive(Debug)]
pub struct Judging {
    requests: Option<Sender<Request>>,
    thread: Option<JoinHandle<()>>,
}

impl Judging {
    /// Starts the thread. `load` runs on it, at once, so that the model is there when the first answer ends; `out` gets
    /// exactly one [`Judged`] for each request.
    pub fn start(
        load: impl FnOnce() -> Result<Judge, String> + Send + 'static,
        out: impl Fn(Judged) + Send + 'static,
    ) -> Self {
        let (requests, inbox) = channel::<Request>();
        let thread = std::thread::spawn(move || {
            let mut judge = load();
            for request in inbox {
                let began = clock::now();
                let outcome = match &mut judge {
                    Ok(judge) => assess(judge, &request),
                    Err(why) => Err(why.clone()),
                };
                out(Judged { request: request.id, outcome, took: began.elapsed() });
            }
        });
        Self { requests: Some(requests), thread: Some(thread) }
    }

    /// Asks for an assessment of what was said to a question so far.
    pub fn request(&self, id: RequestId, question: QuestionId, answers: Vec<Answer>) {
        if let Some(requests) = &self.requests {
            // The thread lives as long as this sender; it only ends when the sender is dropped.
            let _gone = requests.send(Request { id, question, answers });
        }
    }
}

fn assess(judge: &mut Judge, request: &Request) -> Result<Assessment, String> {
    let work = AssertUnwindSafe(|| judge.assess(&request.question, &request.answers));
    match catch_unwind(work) {
        Ok(outcome) => outcome.map_err(|error| error.to_string()),
        Err(_) => Err("it panicked on this answer; the recording and the words are kept".into()),
    }
}

impl Drop for Judging {
    fn drop(&mut self) {
        self.requests = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}
