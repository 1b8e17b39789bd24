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
    /// None: nobody waits for the outcome yet.
    id: Option<RequestId>,
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
            while let Ok(request) = inbox.recv() {
                for request in worth_doing(std::iter::once(request).chain(inbox.try_iter())) {
                    let began = clock::now();
                    let outcome = match &mut judge {
                        Ok(judge) => assess(judge, &request),
                        Err(why) => Err(why.clone()),
                    };
                    if let Some(id) = request.id {
                        out(Judged { request: id, outcome, took: began.elapsed() });
                    }
                }
            }
        });
        Self { requests: Some(requests), thread: Some(thread) }
    }

    /// Asks for an assessment of what was said to a question so far.
    pub fn request(&self, id: RequestId, question: QuestionId, answers: Vec<Answer>) {
        if let Some(requests) = &self.requests {
            // The thread lives as long as this sender; it only ends when the sender is dropped.
            let _gone = requests.send(Request { id: Some(id), question, answers });
        }
    }

    /// Has what was said so far read while the candidate still speaks. What was read then is not read again when the
    /// assessment is asked for, so that it comes at once. Nobody is told the outcome.
    pub fn read_ahead(&self, question: QuestionId, answers: Vec<Answer>) {
        if let Some(requests) = &self.requests {
            let _gone = requests.send(Request { id: None, question, answers });
        }
    }
}

/// Leaves out what is read ahead and was overtaken by a later request.
fn worth_doing(requests: impl Iterator<Item = Request>) -> Vec<Request> {
    let mut kept: Vec<Request> = Vec::new();
    for request in requests {
        kept.retain(|earlier| earlier.id.is_some());
        kept.push(request);
    }
    kept
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

#[cfg(test)]
mod tests {
    use super::{Request, worth_doing};
    use crate::ids::{QuestionId, RequestId};

    #[test]
    fn what_is_read_ahead_is_left_out_once_something_later_was_asked_and_requests_never_are() {
        let request = |id: Option<u32>| Request {
            id: id.map(RequestId),
            question: QuestionId::new("why").unwrap(),
            answers: Vec::new(),
        };
        let done = |ids: &[Option<u32>]| -> Vec<Option<u32>> {
            worth_doing(ids.iter().map(|&id| request(id))).iter().map(|one| one.id.map(|id| id.0)).collect()
        };
        assert_eq!(done(&[None, None, Some(1)]), [Some(1)]);
        assert_eq!(done(&[Some(1), None, None]), [Some(1), None]);
        assert_eq!(done(&[Some(1), Some(2)]), [Some(1), Some(2)]);
    }
}
