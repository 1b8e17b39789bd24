//! What takes a while, on a thread of its own: putting words right and judging again, remarks, and looking for other attempts.

use std::sync::mpsc::{Sender, channel};
use std::thread::JoinHandle;

use crate::cli::review::attempts::Table;
use crate::engine::rescoring::{Correction, Recomputed, Rejudged, Rescorer, RescoringError, remark};
use crate::ids::QuestionId;
use crate::session::Session;
use crate::session::store::{Store, StoreError};

/// What is to be done.
#[derive(Debug)]
pub(super) enum Task {
    /// Put words right.
    Correct(Vec<Correction>),
    /// Keep a remark.
    Remark(Option<QuestionId>, String),
    /// Find all attempts at a question.
    Attempts(QuestionId),
}

/// What was done.
#[derive(Debug)]
pub(super) enum Done {
    /// The session as it is now, and what to tell.
    Revised(Box<Session>, String),
    /// All attempts at a question.
    Attempts(Table),
    /// It could not be done, and why.
    Failed(String),
}

/// Whoever works.
#[derive(Debug)]
pub(super) struct Work {
    tasks: Option<Sender<Task>>,
    thread: Option<JoinHandle<()>>,
}

impl Work {
    /// Starts the thread. `out` gets one [`Done`] for each task.
    pub(super) fn start(store: Store, id: String, rescorer: Rescorer, out: impl Fn(Done) + Send + 'static) -> Self {
        let (tasks, inbox) = channel();
        let mut worker = Worker { store, id, rescorer };
        let thread = std::thread::spawn(move || inbox.into_iter().for_each(|task| out(worker.perform(task))));
        Self { tasks: Some(tasks), thread: Some(thread) }
    }

    /// Asks for something to be done.
    pub(super) fn ask(&self, task: Task) {
        if let Some(tasks) = &self.tasks {
            // The thread lives as long as this sender.
            let _gone = tasks.send(task);
        }
    }
}

impl Drop for Work {
    /// What was asked for is done before.
    fn drop(&mut self) {
        self.tasks = None;
        if let Some(thread) = self.thread.take() {
            let _panicked = thread.join();
        }
    }
}

struct Worker {
    store: Store,
    id: String,
    rescorer: Rescorer,
}

impl Worker {
    fn perform(&mut self, task: Task) -> Done {
        let done = match task {
            Task::Correct(corrections) => self.correct(&corrections),
            Task::Remark(question, text) => self.remark(question, &text),
            Task::Attempts(question) => self.attempts(&question).map_err(RescoringError::from),
        };
        done.unwrap_or_else(|error| Done::Failed(format!("{error}; {}", error.hint())))
    }

    fn correct(&mut self, corrections: &[Correction]) -> Result<Done, RescoringError> {
        let mut kept = self.store.reopen(&self.id)?;
        let recomputed = self.rescorer.correct(&mut kept, corrections)?;
        let told = recomputed.iter().map(told).collect::<Vec<_>>().join(" ");
        Ok(Done::Revised(Box::new(kept.session().clone()), told))
    }

    fn remark(&self, question: Option<QuestionId>, text: &str) -> Result<Done, RescoringError> {
        let mut kept = self.store.reopen(&self.id)?;
        remark(&mut kept, question, text)?;
        Ok(Done::Revised(Box::new(kept.session().clone()), "The remark is kept.".into()))
    }

    /// Reads the sessions of the same bank, whose names end with it.
    fn attempts(&self, question: &QuestionId) -> Result<Done, StoreError> {
        let (session, _) = self.store.read(&self.id)?;
        let bank = session.opened.plan.bank.id.as_str();
        let ids = self.store.ids()?.into_iter().filter(|id| id.contains(bank));
        let sessions: Vec<Session> = ids.filter_map(|id| Some(self.store.read(&id).ok()?.0)).collect();
        let table = Table::of(question, &session, &sessions);
        Ok(table.map_or_else(|| Done::Failed("This question has no attempts.".into()), Done::Attempts))
    }
}

/// Returns what became of a score, in a line.
fn told(recomputed: &Recomputed) -> String {
    match &recomputed.outcome {
        Ok(rejudged) => score(rejudged),
        Err(why) => format!("The word is put right; {why}."),
    }
}

fn score(rejudged: &Rejudged) -> String {
    let (now, coverage) = (rejudged.after.band.get(), rejudged.after.coverage * 100.0);
    match &rejudged.before {
        Some(before) if (before.band.get(), before.coverage) != (now, rejudged.after.coverage) => format!(
            "Judged again: band {} → {now}, coverage {:.0} → {coverage:.0} %.",
            before.band.get(),
            before.coverage * 100.0
        ),
        Some(_) => format!("Judged again: band {now}, coverage {coverage:.0} %, as before."),
        None => format!("Judged: band {now}, coverage {coverage:.0} %."),
    }
}
