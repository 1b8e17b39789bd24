//! Takes up an interview that broke off: brings its interviewer to where the journal ends, and has heard what was said meanwhile.
//! [`Conductor`](crate::engine::conduct::Conductor) goes on from there.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::Duration;

use crate::bank::Question;
use crate::engine::conduct::{Start, write_report};
use crate::engine::salvage::{Salvage, mend_recordings};
use crate::ids::TurnId;
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Ending};
use crate::interview::event::{Event, Stamped};
use crate::session::Session;
use crate::session::record::Record;
use crate::session::store::{Kept, Store, StoreError};
use crate::transcript::Transcript;

/// Why an interview cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// It cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It did not break off.
    #[error("`{id}` {}", how(*ending))]
    Over {
        /// The session.
        id: String,
        /// How it ended.
        ending: Ending,
    },
    /// Another version of Hotseat conducted it.
    #[error("`{0}` was conducted by another version of Hotseat, which would go on differently")]
    Otherwise(String),
}

impl ResumeError {
    /// Returns what the user can do next.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Store(error) => error.hint(),
            Self::Over { .. } | Self::Otherwise(_) => {
                "what was said is kept; `hotseat practice --new` begins another interview".into()
            }
        }
    }
}

const fn how(ending: Ending) -> &'static str {
    match ending {
        Ending::Complete => "is complete",
        Ending::Stopped => "was ended by you, and did not break off",
        Ending::SourceLost => "ended because the microphone was lost, and did not break off",
    }
}

/// An answer whose words were never heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unheard {
    /// The turn.
    pub turn: TurnId,
    /// Its recording.
    pub recording: PathBuf,
    /// Words worth hearing right.
    pub terms: Vec<String>,
}

/// An interview that broke off.
#[derive(Debug)]
pub struct BrokenOff {
    kept: Kept,
    interviewer: Interviewer,
}

impl BrokenOff {
    /// Opens a session that broke off. Nobody else can meanwhile. Its recordings are mended, and what the last event asked for and
    /// a crash left out of the journal is put there.
    ///
    /// # Errors
    /// [`ResumeError`] when it is over, goes on elsewhere, is damaged, or was conducted by another version.
    pub fn reopen(store: &Store, id: &str) -> Result<Self, ResumeError> {
        let mut kept = store.reopen(id)?;
        if let Some(ending) = kept.session().ending {
            return Err(ResumeError::Over { id: id.into(), ending });
        }
        mend_recordings(id, kept.folder(), &mut Salvage::default());
        let mut interviewer = Interviewer::new(kept.session().opened.plan.clone());
        let records = kept.records()?;
        let told: Vec<TurnId> = records.iter().filter_map(turn_that_was_heard).collect();
        let missing = replay(&mut interviewer, records).ok_or_else(|| ResumeError::Otherwise(id.to_owned()))?;
        let at = kept.session().length;
        for what in missing {
            kept.append(&Record::Effect(Stamped { at, what }))?;
        }
        let mut broken_off = Self { kept, interviewer };
        broken_off.tell_what_was_heard_since(&told)?;
        Ok(broken_off)
    }

    /// Tells the interviewer the words of recordings that somebody has heard since it broke off.
    fn tell_what_was_heard_since(&mut self, told: &[TurnId]) -> Result<(), StoreError> {
        let takes = self.kept.session().exchanges.iter().flat_map(|exchange| &exchange.takes);
        let since = takes.filter(|take| !told.contains(&take.turn));
        let since: Vec<_> = since.filter_map(|take| Some((take.turn, take.transcript.clone()?))).collect();
        for (turn, transcript) in since {
            self.heard(turn, Ok(transcript), Duration::ZERO)?;
        }
        Ok(())
    }

    /// Returns the session so far.
    #[must_use]
    pub fn session(&self) -> &Session {
        self.kept.session()
    }

    /// Returns the answers that were recorded and never heard.
    #[must_use]
    pub fn unheard(&self) -> Vec<Unheard> {
        let session = self.kept.session();
        let takes = session.unheard().into_iter().map(|take| (take, self.kept.folder().join(&take.recording)));
        // A turn may never have begun, and typed answers have no recording.
        let recorded = takes.filter(|(_, recording)| recording.is_file());
        recorded
            .map(|(take, recording)| {
                let asked = session.exchanges.iter().find(|exchange| exchange.takes.contains(take));
                let question = asked.and_then(|exchange| session.question(&exchange.asked.question));
                Unheard { turn: take.turn, recording, terms: question.map_or_else(Vec::new, Question::terms) }
            })
            .collect()
    }

    /// Takes in the words of such an answer, or why there are none.
    ///
    /// # Errors
    /// [`StoreError`] when the journal cannot be written.
    pub fn heard(&mut self, turn: TurnId, words: Result<Transcript, String>, took: Duration) -> Result<(), StoreError> {
        let (transcript, failure) = match words {
            Ok(transcript) => (transcript, None),
            Err(why) => (Transcript::default(), Some(why)),
        };
        let took_ms = took.as_millis() as u64;
        let what = Event::Heard { turn, transcript, took_ms, worked_ms: took_ms, failure };
        // Time does not pass for an interview that stands still.
        let at = self.kept.session().length;
        self.kept.append(&Record::Event(Stamped { at, what: what.clone() }))?;
        for what in wanted(&mut self.interviewer, &what) {
            self.kept.append(&Record::Effect(Stamped { at, what }))?;
        }
        Ok(())
    }

    /// Returns whether the interview had come to its end, and only its report is missing.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.interviewer.is_over()
    }

    /// Writes the report of an interview that is over.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot be written.
    pub fn finish(self) -> Result<Kept, StoreError> {
        write_report(&self.kept)?;
        Ok(self.kept)
    }

    /// Returns what a conductor goes on from. A report that was written meanwhile is no longer all, and is taken away.
    ///
    /// # Errors
    /// [`StoreError`] when the folder cannot be written.
    pub fn start(mut self, note: &str) -> Result<Start, StoreError> {
        self.kept.forget_report()?;
        self.kept.append(&Record::Note(note.into()))?;
        Ok(Start::again(self.kept, self.interviewer))
    }
}

fn turn_that_was_heard(record: &Record) -> Option<TurnId> {
    match record {
        Record::Event(Stamped { what: Event::Heard { turn, .. }, .. }) => Some(*turn),
        _ => None,
    }
}

/// Brings an interviewer to where a journal ends. Returns what the last events ask for beyond what was written; none where an
/// interviewer of today asks for something else than the one who wrote it.
fn replay(interviewer: &mut Interviewer, records: Vec<Record>) -> Option<Vec<Effect>> {
    let mut owed = VecDeque::new();
    for record in records {
        match record {
            Record::Event(event) => {
                // An event is written once everything before it was done.
                if !owed.is_empty() {
                    return None;
                }
                owed.extend(wanted(interviewer, &event.what));
            }
            Record::Effect(effect) => {
                if !is_same(&owed.pop_front()?, &effect.what) {
                    return None;
                }
            }
            Record::Unknown => return None,
            Record::Opened(_) | Record::Note(_) | Record::Revision(_) => {}
        }
    }
    Some(owed.into())
}

/// Returns what an interviewer asks for, as far as it is written down.
fn wanted(interviewer: &mut Interviewer, event: &Event) -> Vec<Effect> {
    let mut effects = interviewer.handle(event);
    effects.retain(|effect| !matches!(effect, Effect::Ignored { .. }));
    effects
}

/// Returns whether two versions ask for the same. What they prepare is no difference.
fn is_same(one: &Effect, other: &Effect) -> bool {
    matches!((one, other), (Effect::Prepare { .. }, Effect::Prepare { .. })) || one == other
}

#[cfg(test)]
mod tests;
