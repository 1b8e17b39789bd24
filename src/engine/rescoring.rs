//! Judges kept sessions again, puts misheard words right and hears recordings again. Holds its networks, so that one correction after
//! another is quick, and loads them when they are first needed. What it makes are lines of the journal beside those of the interview.

mod error;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use crate::bank::{Bank, Question};
use crate::clock;
use crate::engine::conduct::write_report;
pub use crate::engine::rescoring::error::RescoringError;
use crate::ids::{QuestionId, TurnId};
use crate::judge::{Answer, Assessment, Judge};
use crate::language::LanguageModel;
use crate::language::merging::heard;
use crate::language::trust::Trust;
use crate::review::attempts::{Comparison, compare};
use crate::session::record::Record;
use crate::session::revision::{Rescoring, Revised, Revision};
use crate::session::store::Kept;
use crate::session::{Session, Take, recordings};
use crate::terms::bare_words;
use crate::transcript::Transcript;

/// Loads a judge of a bank's questions, or says why it cannot.
pub type LoadJudge = Box<dyn FnMut(Bank) -> Result<Judge, String> + Send>;

/// Hears a recording, with terms worth hearing right, or says why it cannot.
pub type Hear = Box<dyn FnMut(&Path, &[String]) -> Result<Transcript, String> + Send>;

/// Judges again, and hears again.
pub struct Rescorer {
    by: String,
    load: LoadJudge,
    judge: Option<Judge>,
    model: Option<Box<dyn LanguageModel>>,
    /// What its word has proved to be worth.
    trust: Trust,
    ear: Option<(String, Hear)>,
}

impl std::fmt::Debug for Rescorer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Rescorer({})", self.by)
    }
}

/// A word that was misheard, and what was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Correction {
    /// The turn.
    pub turn: TurnId,
    /// Which word of those that were heard, counted from 0.
    pub word: usize,
    /// What was said: one word, several, or none. The word as it was heard takes the correction back.
    pub text: String,
}

/// A question that was judged again.
#[derive(Clone, Debug, PartialEq)]
pub struct Rejudged {
    /// The question, with the rubric that it was judged by.
    pub question: Question,
    /// What the judge had said. None: it had never been judged.
    pub before: Option<Assessment>,
    /// What the judge says now.
    pub after: Assessment,
    /// Who judges, as the journal calls it.
    pub by: String,
    /// Why the language model was not heard, so that the judge's own verdict stands. None: it was, or none was to be.
    pub unheard: Option<String>,
    why: Rescoring,
    /// Whether the rubric is not the one of the plan.
    is_other_rubric: bool,
    /// Whether the rubric is not the one that was in force.
    is_new_rubric: bool,
}

/// What became of the score of a question whose words were put right.
#[derive(Clone, Debug, PartialEq)]
pub struct Recomputed {
    /// The question.
    pub question: QuestionId,
    /// How it was judged, or why it was not. The words are put right all the same.
    pub outcome: Result<Box<Rejudged>, String>,
}

/// A recording that was heard again.
#[derive(Clone, Debug, PartialEq)]
pub struct Reheard {
    /// What is to be kept.
    pub revision: Revision,
    /// How many words were heard before.
    pub before: usize,
    /// How many are heard now.
    pub after: usize,
    /// How many words differ: put in, left out, or heard as another. Case and punctuation do not count.
    pub changed: usize,
    /// How many corrections of what was heard before no longer apply.
    pub dropped: usize,
}

impl Rejudged {
    /// Returns whether the judge says anything else than before, down to probabilities and quotes, or says it by another rubric.
    #[must_use]
    pub fn is_change(&self) -> bool {
        self.is_new_rubric || self.before.as_ref() != Some(&self.after)
    }

    /// Returns what became of the points and pitfalls. None where there is nothing to compare with.
    #[must_use]
    pub fn comparison(&self) -> Option<Comparison> {
        self.before.as_ref().map(|before| compare(&self.question, before, &self.after))
    }

    /// Returns what is to be kept.
    #[must_use]
    pub fn revision(&self) -> Revision {
        Revision::Rescored {
            question: self.question.id.clone(),
            assessment: self.after.clone(),
            by: self.by.clone(),
            why: self.why,
            rubric: self.is_other_rubric.then(|| Box::new(self.question.clone())),
        }
    }
}

impl Rescorer {
    /// Returns a rescorer whose judge is called `by` in the journal. `load` is called when there is something to judge, and again after
    /// it failed.
    #[must_use]
    pub fn new(by: impl Into<String>, load: LoadJudge) -> Self {
        Self { by: by.into(), load, judge: None, model: None, trust: Trust::default(), ear: None }
    }

    /// Adds a language model that is heard beside the judge. Where it fails the judge's own verdict stands.
    #[must_use]
    pub fn consulting(mut self, model: Option<Box<dyn LanguageModel>>) -> Self {
        self.model = model;
        self
    }

    /// Adds what hears recordings again, and how it is called in the journal.
    #[must_use]
    pub fn hearing_with(mut self, by: impl Into<String>, hear: Hear) -> Self {
        self.ear = Some((by.into(), hear));
        self
    }

    /// Puts words right, judges the questions concerned again and writes the report anew. A new verdict is kept only where it differs
    /// from the one before. Where there is no judge the words are put right all the same, and the outcome says why the score is as
    /// it was. What stands there already is passed over.
    ///
    /// # Errors
    /// [`RescoringError`] when a turn or word is not there, in which case nothing is changed, or when the journal cannot be written.
    pub fn correct(&mut self, kept: &mut Kept, corrections: &[Correction]) -> Result<Vec<Recomputed>, RescoringError> {
        for correction in corrections {
            check(kept.session(), correction)?;
        }
        let mut turns = Vec::new();
        for Correction { turn, word, text } in corrections {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if kept.session().take(*turn).is_some_and(|take| standing(take, *word) != text) {
                turns.push(*turn);
                keep(kept, Revision::Corrected { turn: *turn, word: *word, text })?;
            }
        }
        let mut recomputed = Vec::new();
        for question in questions(kept.session(), &turns) {
            let outcome = self.judge_again(kept.session(), &question, None, Rescoring::Words);
            if let Ok(rejudged) = &outcome
                && rejudged.is_change()
            {
                keep(kept, rejudged.revision())?;
            }
            let outcome = outcome.map(Box::new).map_err(|error| error.to_string());
            recomputed.push(Recomputed { question, outcome });
        }
        finish(kept)?;
        Ok(recomputed)
    }

    /// Judges everything that was said to a question, by the rubric in force or by another one. Keeps nothing.
    ///
    /// # Errors
    /// [`RescoringError`] when the session has no such question or no words in answer to it, or when the judge cannot be had.
    pub fn judge_again(
        &mut self,
        session: &Session,
        question: &QuestionId,
        rubric: Option<&Question>,
        why: Rescoring,
    ) -> Result<Rejudged, RescoringError> {
        let unknown = || RescoringError::NoQuestion(question.clone());
        let in_force = session.question(question).ok_or_else(unknown)?;
        let planned = session.opened.plan.bank.question(question);
        let rubric = rubric.unwrap_or(in_force);
        let answers = session.answers_to(question);
        if answers.is_empty() {
            return Err(RescoringError::NoWords(question.clone()));
        }
        let local = self.assess(bank_with(session, rubric), question, &answers)?;
        let (after, by, unheard) = self.consult(rubric, &answers, local);
        Ok(Rejudged {
            question: rubric.clone(),
            before: session.assessments.get(question).cloned(),
            after,
            by,
            unheard,
            why,
            is_other_rubric: planned != Some(rubric),
            is_new_rubric: in_force != rubric,
        })
    }

    fn assess(&mut self, bank: Bank, question: &QuestionId, answers: &[Answer]) -> Result<Assessment, RescoringError> {
        let mut judge = match self.judge.take() {
            Some(mut judge) => {
                judge.turn_to(bank);
                judge
            }
            None => (self.load)(bank).map_err(RescoringError::NoJudge)?,
        };
        let judged = catch_unwind(AssertUnwindSafe(|| judge.assess(question, answers)));
        // After a panic nobody knows what it remembers; it is loaded again.
        let judged = judged.map_err(|_| RescoringError::NoJudge("the judge panicked on this answer".into()))?;
        self.judge = Some(judge);
        judged.map_err(|error| RescoringError::NoJudge(error.to_string()))
    }

    /// Returns what is said after the language model was heard, by whom, and why it was not.
    fn consult(
        &mut self,
        rubric: &Question,
        answers: &[Answer],
        local: Assessment,
    ) -> (Assessment, String, Option<String>) {
        let Some(model) = &mut self.model else { return (local, self.by.clone(), None) };
        match heard(model.as_mut(), &mut self.trust, rubric, answers, &local) {
            Ok((_, opinion)) if opinion.is_empty() => (local, self.by.clone(), None),
            Ok((merged, opinion)) => (merged, heard_with(&self.by, &opinion.by), None),
            Err(error) => (local, self.by.clone(), Some(error.to_string())),
        }
    }

    /// Hears the recording of a turn again, in the session's folder. Keeps nothing.
    ///
    /// # Errors
    /// [`RescoringError`] when there is no such turn or recording, or when it cannot be heard.
    pub fn hear_again(&mut self, session: &Session, folder: &Path, turn: TurnId) -> Result<Reheard, RescoringError> {
        let take = session.take(turn).ok_or(RescoringError::NoTurn(turn))?;
        let recording = recordings::find(folder, &take.recording)
            .ok_or_else(|| RescoringError::NoRecording(take.recording.clone()))?;
        let not_heard = |why: String| RescoringError::NotHeard { recording: take.recording.clone(), why };
        let Some((by, hear)) = &mut self.ear else { return Err(not_heard("no speech model was named".into())) };
        let transcript = hear(&recording, &terms(session, turn)).map_err(not_heard)?;
        let words = |transcript: &Transcript| bare_words(&transcript.text()).collect::<Vec<_>>();
        let before = take.as_heard().map(words).unwrap_or_default();
        let after = words(&transcript);
        Ok(Reheard {
            changed: strsim::generic_levenshtein(&before, &after),
            before: before.len(),
            dropped: take.corrections.len(),
            after: after.len(),
            revision: Revision::Reheard { turn, transcript, by: by.clone() },
        })
    }
}

/// Keeps the candidate's remark on a question, or on the whole session, and writes the report anew. An empty text takes it away.
///
/// # Errors
/// [`RescoringError`] when the session has no such question, or cannot be written.
pub fn remark(kept: &mut Kept, question: Option<QuestionId>, text: &str) -> Result<(), RescoringError> {
    if let Some(unknown) = question.as_ref().filter(|id| kept.session().question(id).is_none()) {
        return Err(RescoringError::NoQuestion(unknown.clone()));
    }
    keep(kept, Revision::Remarked { question, text: text.trim().into() })?;
    finish(kept)
}

/// Returns what a judge is called in the journal where a language model was heard beside it.
pub(super) fn heard_with(judge: &str, model: &str) -> String {
    format!("{judge} with {model}")
}

/// Appends a change to the journal.
///
/// # Errors
/// [`RescoringError::Store`] when it cannot be written.
pub fn keep(kept: &mut Kept, what: Revision) -> Result<(), RescoringError> {
    Ok(kept.append(&Record::Revision(Box::new(Revised { on: clock::date(), what })))?)
}

/// Has the journal written to the disk itself, and the report and the transcript written anew.
///
/// # Errors
/// [`RescoringError::Store`] when they cannot be written.
pub fn finish(kept: &Kept) -> Result<(), RescoringError> {
    kept.sync()?;
    Ok(write_report(kept)?)
}

fn check(session: &Session, correction: &Correction) -> Result<(), RescoringError> {
    let Correction { turn, word, .. } = *correction;
    let take = session.take(turn).ok_or(RescoringError::NoTurn(turn))?;
    let words = take.as_heard().map_or(0, |heard| heard.words.len());
    if word < words { Ok(()) } else { Err(RescoringError::NoWord { turn, word, words }) }
}

/// Returns what stands in the place of a word that was heard.
fn standing(take: &Take, nth: usize) -> String {
    let words = take.words().into_iter().filter(|word| word.nth == nth);
    words.map(|word| word.word.text).collect::<Vec<_>>().join(" ")
}

/// Returns the questions that the turns answered, each once. What was put in between answers none.
fn questions(session: &Session, turns: &[TurnId]) -> Vec<QuestionId> {
    let mut found: Vec<QuestionId> = Vec::new();
    for exchange in &session.exchanges {
        let question = &exchange.asked.question;
        if exchange.takes.iter().any(|take| turns.contains(&take.turn)) && !found.contains(question) {
            found.push(question.clone());
        }
    }
    found
}

/// Returns the plan's bank with that rubric in it: what is said of a question depends on the others of its bank.
fn bank_with(session: &Session, rubric: &Question) -> Bank {
    let mut bank = session.opened.plan.bank.clone();
    match bank.questions.iter_mut().find(|question| question.id == rubric.id) {
        Some(question) => *question = rubric.clone(),
        None => bank.questions.push(rubric.clone()),
    }
    bank
}

/// Returns the terms of the question that a turn answered.
fn terms(session: &Session, turn: TurnId) -> Vec<String> {
    let question = questions(session, &[turn]).pop();
    let points = question.and_then(|id| session.question(&id)).map_or(&[][..], |question| &question.points);
    points.iter().flat_map(|point| point.cues.iter().cloned()).collect()
}
