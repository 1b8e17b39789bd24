//! Follow-ups in a language model's words: asked for ahead, while the candidate speaks, and again when they are wanted.

use crate::bank::FollowUp;
use crate::engine::conduct::Conductor;
use crate::engine::rewording::{Job, Reworded};
use crate::ids::{FollowUpId, QuestionId, RequestId, TurnId};
use crate::interview::effect::Reason;
use crate::interview::event::Event;
use crate::judge::{Answer, Assessment};
use crate::language::rewording::Rewording;
use crate::session::store::StoreError;

/// Words that an answer must have grown by before the same follow-up is worded anew.
const GROWN: usize = 40;

/// What is being worded, or is.
#[derive(Debug)]
pub(super) struct Ahead {
    question: QuestionId,
    follow_up: FollowUpId,
    job: Job,
    /// Words of the answer when it was asked for.
    words: usize,
    has_begun: bool,
    /// The words or why there are none, and the milliseconds that they took.
    outcome: Option<(Result<String, String>, u64)>,
    /// The request that waits for it.
    awaited_by: Option<RequestId>,
}

impl Conductor<'_> {
    /// Has the follow-up worded that would be asked now, unless it is already.
    pub(super) fn word_ahead(&mut self, turn: TurnId, assessment: &Assessment) {
        let Some((follow_up, reason)) = self.interviewer.would_word(assessment) else { return };
        let Some((question, answers)) = self.said_so_far(turn, &[]) else { return };
        let words = count(&answers);
        let is_known = self.ahead.as_ref().is_some_and(|ahead| {
            ahead.question == question && ahead.follow_up == follow_up.id && words < ahead.words + GROWN
        });
        let is_at_work =
            self.ahead.as_ref().is_some_and(|ahead| ahead.outcome.is_none() && ahead.follow_up == follow_up.id);
        if !is_known && !is_at_work {
            self.want_words(&question, follow_up, reason, answers);
        }
    }

    /// Gives the interviewer the words of a follow-up as soon as they are there.
    pub(super) fn word(
        &mut self,
        request: RequestId,
        question: &QuestionId,
        follow_up: &FollowUpId,
        reason: Reason,
    ) -> Result<(), StoreError> {
        let is_ahead =
            self.ahead.as_ref().is_some_and(|ahead| ahead.question == *question && ahead.follow_up == *follow_up);
        if !is_ahead {
            let in_bank = self.kept.session().question(question).and_then(|known| known.follow_up(follow_up)).cloned();
            let answers = self.kept.session().answers_to(question);
            let Some(in_bank) = in_bank.filter(|_| self.parts.rewordings.is_some()) else {
                return self.take(Event::WordingFailed { request, why: "there is no language model any more".into() });
            };
            self.want_words(question, in_bank, reason, answers);
        }
        let Some(ahead) = &mut self.ahead else { return Ok(()) };
        ahead.awaited_by = Some(request);
        let has_begun = ahead.has_begun;
        if self.ahead.as_ref().is_some_and(|ahead| ahead.outcome.is_some()) {
            return self.hand_over_words();
        }
        if has_begun { self.take(Event::WordsBegan { request }) } else { Ok(()) }
    }

    pub(super) fn reworded(&mut self, reworded: Reworded) -> Result<(), StoreError> {
        let about = match &reworded {
            Reworded::Began(job) | Reworded::Done { job, .. } => *job,
        };
        let Some(ahead) = self.ahead.as_mut().filter(|ahead| ahead.job == about) else { return Ok(()) };
        match reworded {
            Reworded::Began(_) => {
                ahead.has_begun = true;
                let request = ahead.awaited_by.filter(|request| self.interviewer.awaits_words(*request));
                request.map_or(Ok(()), |request| self.take(Event::WordsBegan { request }))
            }
            Reworded::Done { outcome, took, .. } => {
                if let Ok(words) = &outcome {
                    // Whoever leads or probes says it; with a panel its sound is made when it is wanted.
                    self.parts.speaking.prepare_first(words, &self.kept.session().opened.plan.persona.voice);
                }
                ahead.outcome = Some((outcome, took.as_millis() as u64));
                if ahead.awaited_by.is_some() { self.hand_over_words() } else { Ok(()) }
            }
        }
    }

    /// Tells the interviewer what the model says. Words that come too late are told of once: nobody asked them.
    fn hand_over_words(&mut self) -> Result<(), StoreError> {
        let Some((request, (outcome, took_ms))) =
            self.ahead.take().and_then(|ahead| Some((ahead.awaited_by?, ahead.outcome?)))
        else {
            return Ok(());
        };
        if !self.interviewer.awaits_words(request) {
            if !std::mem::replace(&mut self.told_of_late_words, true) {
                self.note(
                    "The language model's words for a follow-up came too late: it was asked in the bank's words.",
                )?;
            }
            return Ok(());
        }
        match outcome {
            Ok(text) => self.take(Event::Worded { request, text, took_ms }),
            Err(why) => self.take(Event::WordingFailed { request, why }),
        }
    }

    fn want_words(&mut self, question: &QuestionId, follow_up: FollowUp, reason: Reason, answers: Vec<Answer>) {
        let session = self.kept.session();
        let Some((rewordings, known)) = self.parts.rewordings.as_ref().zip(session.question(question).cloned()) else {
            return;
        };
        let exchanges = session.exchanges.iter().filter(|exchange| exchange.asked.question == *question);
        let asked = exchanges.map(|exchange| exchange.prompt.clone()).collect();
        let (words, id) = (count(&answers), follow_up.id.clone());
        let job = rewordings.want(Rewording { question: known, follow_up, reason, answers, asked });
        self.ahead = Some(Ahead {
            question: question.clone(),
            follow_up: id,
            job,
            words,
            has_begun: false,
            outcome: None,
            awaited_by: None,
        });
    }
}

fn count(answers: &[Answer]) -> usize {
    answers.iter().map(|answer| answer.transcript.words.len()).sum()
}
