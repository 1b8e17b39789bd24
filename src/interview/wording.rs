//! Waits for a language model to word a follow-up, but never long: the bank has words for it.

use crate::bank::FollowUp;
use crate::ids::{Asked, RequestId, TimerId};
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Ending, Reason, Wait, Why};
use crate::interview::event::{Command, Event};
use crate::interview::lines::Line;
use crate::interview::state::{Closed, State};
use crate::judge::Assessment;

/// A follow-up that is being worded.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Worded {
    request: RequestId,
    /// What was answered last.
    asked: Asked,
    /// Who ended the answer.
    closed: Closed,
    /// What is to be said before it.
    lines: Vec<Line>,
    /// As the bank has it.
    follow_up: FollowUp,
    reason: Reason,
}

impl Interviewer {
    /// Returns the follow-up, in the bank's own words, that a language model would be asked to word if the judge stayed with this, and
    /// why it would be asked. None where no model words anything, and where no follow-up would be asked.
    #[must_use]
    pub fn would_word(&self, assessment: &Assessment) -> Option<(FollowUp, Reason)> {
        self.plan.wording.as_ref()?;
        if self.doubts(assessment).is_some() {
            return None;
        }
        let (follow_up, reason) = self.follow_up_after(assessment)?;
        Some((self.as_in_the_bank(&follow_up)?, reason.without_quote()))
    }

    /// Returns whether the words of this request are waited for.
    #[must_use]
    pub fn awaits_words(&self, wanted: RequestId) -> bool {
        matches!(&self.state, State::Wording { worded, .. } if worded.request == wanted)
    }

    /// Remembers how long the candidate has waited since the turn was over: for the words, and for the judge.
    pub(super) fn count_waiting(&mut self, event: &Event) {
        match event {
            Event::TurnEnded { .. } => self.waited_ms = 0,
            Event::Heard { took_ms, .. } | Event::Judged { took_ms, .. } => self.waited_ms += took_ms,
            _ => {}
        }
    }

    /// Asks a follow-up after `lines`; where a language model is at hand it may word it first.
    pub(super) fn probe_in_other_words(
        &mut self,
        lines: Vec<Line>,
        follow_up: FollowUp,
        reason: Reason,
        asked: Asked,
        closed: Closed,
    ) -> Vec<Effect> {
        let Some((wording, as_in_bank)) = self.plan.wording.as_ref().zip(self.as_in_the_bank(&follow_up)) else {
            return self.probe(lines, follow_up, reason);
        };
        let ms = wording.begins_within_ms.saturating_sub(self.waited_ms);
        self.numbers.requests += 1;
        let request = RequestId(self.numbers.requests);
        let (timer, start) = self.start_timer(ms, Wait::Words);
        let word = Effect::Word {
            request,
            question: asked.question.clone(),
            follow_up: as_in_bank.id.clone(),
            reason: reason.clone().without_quote(),
        };
        let worded = Box::new(Worded { request, asked, closed, lines, follow_up, reason });
        self.state = State::Wording { worded, timer };
        vec![start, word]
    }

    fn as_in_the_bank(&self, follow_up: &FollowUp) -> Option<FollowUp> {
        let question = self.plan.bank.question(&self.asked.last()?.question)?;
        question.follow_up(&follow_up.id).cloned()
    }

    pub(super) fn when_wording(&mut self, event: &Event, worded: Worded, timer: TimerId) -> Vec<Effect> {
        let stopped = |mut effects: Vec<Effect>| {
            effects.insert(0, Effect::StopTimer { timer });
            effects
        };
        match event {
            Event::WordsBegan { request } if *request == worded.request => self.wait_for_the_rest(worded, timer),
            Event::Worded { request, text, .. } if *request == worded.request => {
                let follow_up = FollowUp { prompt: text.clone(), ..worded.follow_up };
                stopped(self.probe(worded.lines, follow_up, worded.reason.without_quote()))
            }
            Event::WordingFailed { request, .. } if *request == worded.request => {
                stopped(self.probe_as_planned(worded))
            }
            Event::TimerDone { timer: done } if *done == timer => self.probe_as_planned(worded),
            Event::Pressed { command: Command::Next } => stopped(self.probe_as_planned(worded)),
            Event::Pressed { command: Command::Stop } => self.end(Ending::Stopped),
            Event::SourceLost { .. } => self.end(Ending::SourceLost),
            Event::BargedIn { utterance }
                if worded.closed == Closed::ByCandidate && self.meanwhile.contains(utterance) =>
            {
                stopped(self.spoke_on(event, worded.asked))
            }
            Event::SpokeOn if worded.closed == Closed::ByCandidate => stopped(self.spoke_on(event, worded.asked)),
            Event::Judged { .. } | Event::JudgeFailed { .. } => vec![self.ignored(event, Why::Late)],
            _ => self.meanwhile(event),
        }
    }

    /// The model has begun: it has a little longer to end.
    fn wait_for_the_rest(&mut self, worded: Worded, timer: TimerId) -> Vec<Effect> {
        let ms = self.plan.wording.as_ref().map_or(0, |wording| wording.ends_within_ms);
        let (rest, start) = self.start_timer(ms, Wait::Words);
        self.state = State::Wording { worded: Box::new(worded), timer: rest };
        vec![Effect::StopTimer { timer }, start]
    }

    /// Asks the follow-up in the words that there were without a model.
    pub(super) fn probe_as_planned(&mut self, worded: Worded) -> Vec<Effect> {
        self.probe(worded.lines, worded.follow_up, worded.reason)
    }

    /// The same, after a line more.
    pub(super) fn probe_after(&mut self, line: Line, mut worded: Worded) -> Vec<Effect> {
        worded.lines.insert(0, line);
        self.probe_as_planned(worded)
    }
}
