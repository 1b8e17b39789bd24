//! The judge on a thread of its own, so that listening and keys never wait for it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::clock;
use crate::ids::{QuestionId, RequestId, TurnId};
use crate::judge::{Answer, Assessment, Judge};

/// What the judge says.
#[derive(Debug)]
pub struct Judged {
    /// To what.
    pub about: About,
    /// The assessment, or why there is none.
    pub outcome: Result<Assessment, String>,
    /// How long it worked.
    pub took: Duration,
}

/// What the judge was asked to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// Everything that was said to a question.
    Request(RequestId),
    /// What was said so far, in a turn that goes on.
    SoFar(TurnId),
}

struct Request {
    about: About,
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
                    out(Judged { about: request.about, outcome, took: began.elapsed() });
                }
            }
        });
        Self { requests: Some(requests), thread: Some(thread) }
    }

    /// Asks for an assessment of what was said to a question so far.
    pub fn request(&self, id: RequestId, question: QuestionId, answers: Vec<Answer>) {
        if let Some(requests) = &self.requests {
            // The thread lives as long as this sender; it only ends when the sender is dropped.
            let _gone = requests.send(Request { about: About::Request(id), question, answers });
        }
    }

    /// Has what was said so far read while the candidate still speaks. What was read then is not read again when the
    /// assessment is asked for, so that it comes at once. What was overtaken by a later request is not told.
    pub fn read_ahead(&self, turn: TurnId, question: QuestionId, answers: Vec<Answer>) {
        if let Some(requests) = &self.requests {
            let _gone = requests.send(Request { about: About::SoFar(turn), question, answers });
        }
    }
}

/// Leaves out what is read ahead and was overtaken by a later request.
fn worth_doing(requests: impl Iterator<Item = Request>) -> Vec<Request> {
    let mut kept: Vec<Request> = Vec::new();
    for request in requests {
        kept.retain(|earlier| matches!(earlier.about, About::Request(_)));
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
    use super::{About, Request, worth_doing};
    use crate::ids::{QuestionId, RequestId, TurnId};

    #[test]
    fn what_is_read_ahead_is_left_out_once_something_later_was_asked_and_requests_never_are() {
        let request = |id: Option<u32>| Request {
            about: id.map_or(About::SoFar(TurnId(1)), |id| About::Request(RequestId(id))),
            question: QuestionId::new("why").unwrap(),
            answers: Vec::new(),
        };
        let done = |ids: &[Option<u32>]| -> Vec<Option<u32>> {
            let kept = worth_doing(ids.iter().map(|&id| request(id)));
            let id = |about| if let About::Request(id) = about { Some(id.0) } else { None };
            kept.iter().map(|one| id(one.about)).collect()
        };
        assert_eq!(done(&[None, None, Some(1)]), [Some(1)]);
        assert_eq!(done(&[Some(1), None, None]), [Some(1), None]);
        assert_eq!(done(&[Some(1), Some(2)]), [Some(1), Some(2)]);
    }
}
