//! The moves of an interview: open, ask, probe, go on, close.

use std::time::Duration;

use crate::bank::{FollowUp, Question};
use crate::feedback;
use crate::ids::Asked;
use crate::ids::{FollowUpId, QuestionId, RequestId, TurnId, UtteranceId};
use crate::interview::effect::{Effect, Ending, Purpose, Reason};
use crate::interview::follow_up;
use crate::interview::lines::Line;
use crate::interview::state::{Closed, State, Then};
use crate::interview::{Interviewer, Progress};
use crate::judge::Assessment;
use crate::prompt::LineKind;
use crate::transcript::delivery::Delivery;
use crate::turn::endpoint::Patience;

/// How far the interview had come before lines were chosen that nobody has heard yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    /// What was answered last.
    pub(super) asked: Asked,
    questions: usize,
    follow_ups: usize,
    takes: u32,
    prompt: String,
    doubts: u32,
}

impl Interviewer {
    /// Greets, says what the interview will be like, and asks the first question.
    pub(super) fn open(&mut self) -> Vec<Effect> {
        let Some(first) = self.plan.questions.first().cloned() else {
            return self.end(Ending::Complete);
        };
        let greeting = self.leading(Purpose::Greeting, LineKind::Greeting);
        let statement = Line::led(Purpose::Statement, self.plan.pressure.statement(&self.values()));
        let bridge = self.leading(Purpose::Bridge, LineKind::FirstQuestion);
        self.ask(vec![greeting, statement, bridge], first, None)
    }

    /// Does what was to follow the last line.
    pub(super) fn proceed(&mut self, then: Then) -> Vec<Effect> {
        match then {
            Then::Listen(asked) => self.give_floor(asked),
            Then::Offer(asked, closed) => self.offer(asked, closed),
            Then::End(ending) => self.end(ending),
        }
    }

    /// Gives the candidate the floor, and has ready what may be said next.
    pub(super) fn listen(&mut self, asked: Asked) -> Vec<Effect> {
        self.listen_to(asked, false)
    }

    /// The same; with `replaces`, for an answer that is given again.
    pub(super) fn listen_to(&mut self, asked: Asked, replaces: bool) -> Vec<Effect> {
        self.acknowledged = false;
        self.before = None;
        self.numbers.turns += 1;
        let turn = TurnId(self.numbers.turns);
        let take = self.asked.last_mut().map_or(1, |current| {
            current.takes += 1;
            current.replaces |= replaces;
            current.gaps.clear();
            current.takes
        });
        let patience = self.patience(&asked);
        let prepare = self.prepare();
        self.state = State::Listening { turn, asked: asked.clone() };
        vec![Effect::Listen { turn, asked, take, patience, replaces }, prepare]
    }

    /// Helps once or twice, then moves on: nobody is left hanging, and nobody is asked for ever.
    pub(super) fn nothing_heard(&mut self, asked: Asked) -> Vec<Effect> {
        if let Some(ending) = self.leaving {
            return self.end(ending);
        }
        let takes = self.asked.last().map_or(0, |current| current.takes);
        if takes <= self.plan.pressure.prods_max {
            let prod = self.plain(Purpose::Prod, self.prod_kind());
            return self.say(vec![prod], Then::Listen(asked));
        }
        let moving_on = self.plain(Purpose::Bridge, LineKind::MovingOn);
        self.next_question(vec![moving_on])
    }

    /// Says at once that the answer was heard, as people do: what it was worth takes a moment longer.
    pub(super) fn acknowledge(&mut self, closed: Closed) -> Vec<Effect> {
        let line = self.acknowledgement(closed);
        self.acknowledged = true;
        let (left, effects) = self.utter(line.into_iter().collect());
        self.meanwhile = left;
        effects
    }

    fn acknowledgement(&mut self, closed: Closed) -> Option<Line> {
        match closed {
            Closed::ByTime => Some(self.plain(Purpose::TimeUp, LineKind::TimeUp)),
            Closed::OffQuestion => Some(self.plain(Purpose::BackToQuestion, LineKind::BackToQuestion)),
            Closed::ByCandidate if !self.plan.pressure.acknowledges => None,
            Closed::ByCandidate => Some(self.plain(Purpose::Acknowledge, LineKind::Acknowledge)),
        }
    }

    /// Remembers that a turn held words.
    pub(super) fn answered(&mut self, turn: TurnId, delivery: Delivery) {
        if let Some(current) = self.asked.last_mut() {
            if std::mem::take(&mut current.replaces) {
                current.answered.pop();
                current.deliveries.pop();
            }
            current.answered.push(turn);
            current.deliveries.push(delivery);
        }
    }

    /// Has the judge look at everything that was said to this question.
    pub(super) fn judge(&mut self, asked: Asked, closed: Closed) -> Vec<Effect> {
        let Some(current) = self.asked.last_mut() else {
            return self.end(Ending::Complete);
        };
        self.numbers.requests += 1;
        let request = RequestId(self.numbers.requests);
        let judge = Effect::Judge { request, question: current.question.clone(), turns: current.answered.clone() };
        self.state = State::Judging { request, asked, closed };
        vec![judge]
    }

    /// Probes what was thin, or asks the next question, or closes.
    pub(super) fn go_on(&mut self, asked: Asked, closed: Closed) -> Vec<Effect> {
        if let Some(ending) = self.leaving {
            return self.end(ending);
        }
        self.before = if closed == Closed::ByCandidate { self.mark(asked.clone()) } else { None };
        let lines = if self.acknowledged { None } else { self.acknowledgement(closed) };
        let lines: Vec<Line> = lines.into_iter().collect();
        if let Some(reason) = self.next_doubt() {
            return self.doubt(lines, reason);
        }
        match self.next_follow_up() {
            Some((follow_up, reason)) => self.probe_in_other_words(lines, follow_up, reason, asked, closed),
            None => self.next_question(lines),
        }
    }

    /// Asks a follow-up after `lines`.
    pub(super) fn probe(&mut self, mut lines: Vec<Line>, follow_up: FollowUp, reason: Reason) -> Vec<Effect> {
        let member = self.next_prober();
        if self.differs(&reason) {
            lines.push(self.line_by(member, Purpose::Differ, LineKind::Differ));
        }
        let Some(asked) = self.follows_up(follow_up.id, &follow_up.prompt) else { return self.next_question(lines) };
        self.taking_up.remember(&reason);
        lines.push(Line {
            purpose: Purpose::FollowUp,
            asked: Some(asked.clone()),
            reason: Some(reason),
            text: follow_up.prompt,
            member,
        });
        self.say(lines, Then::Listen(asked))
    }

    /// Remembers that a follow-up is asked. None before the first question.
    pub(super) fn follows_up(&mut self, id: FollowUpId, prompt: &str) -> Option<Asked> {
        let current = self.asked.last_mut()?;
        current.follow_ups.push(id.clone());
        current.takes = 0;
        current.goes_on = false;
        current.replaces = false;
        current.prompt = prompt.into();
        let nth = current.follow_ups.len() as u32;
        Some(Asked { question: current.question.clone(), follow_up: Some(id), nth })
    }

    fn mark(&self, asked: Asked) -> Option<Mark> {
        let current = self.asked.last()?;
        Some(Mark {
            asked,
            questions: self.asked.len(),
            follow_ups: current.follow_ups.len(),
            takes: current.takes,
            prompt: current.prompt.clone(),
            doubts: self.numbers.doubts,
        })
    }

    /// Forgets what was chosen since then.
    pub(super) fn return_to(&mut self, mark: &Mark) {
        self.asked.truncate(mark.questions);
        self.numbers.doubts = mark.doubts;
        if let Some(current) = self.asked.last_mut() {
            current.follow_ups.truncate(mark.follow_ups);
            current.takes = mark.takes;
            current.prompt.clone_from(&mark.prompt);
        }
    }

    fn next_doubt(&self) -> Option<Reason> {
        self.doubts(self.asked.last()?.assessment.as_ref()?)
    }

    fn next_follow_up(&self) -> Option<(FollowUp, Reason)> {
        self.follow_up_after(self.asked.last()?.assessment.as_ref()?)
    }

    pub(super) fn follow_up_after(&self, assessment: &Assessment) -> Option<(FollowUp, Reason)> {
        let current = self.asked.last()?;
        if current.follow_ups.len() >= self.plan.pressure.follow_ups_max as usize || self.time_is_over() {
            return None;
        }
        let question = self.plan.bank.question(&current.question)?;
        let (follow_up, reason) = follow_up::choose(question, assessment, &current.follow_ups, self.time_to_spare())?;
        let is_first = current.follow_ups.is_empty();
        Some(if is_first { self.taking_up.begin(follow_up, reason, assessment) } else { (follow_up.clone(), reason) })
    }

    /// Asks the next question after `lines`, or closes when there is none or the time is over.
    pub(super) fn next_question(&mut self, mut lines: Vec<Line>) -> Vec<Effect> {
        let latest = self.asked.last().and_then(|current| current.assessment.as_ref());
        let Some((question, reason)) = self.next_id(latest) else {
            return self.close(lines);
        };
        for (member, kind) in self.bridges() {
            lines.push(self.line_by(member, Purpose::Bridge, kind));
        }
        self.ask(lines, question, reason)
    }

    /// Returns what leads to the next question, and who says it.
    pub(super) fn bridges(&self) -> Vec<(usize, LineKind)> {
        let (asker, next) = (self.asker(), self.next_asker());
        let last = self.asked.len() + 1 == self.plan.questions.len();
        let mut bridges = Vec::new();
        if asker != next {
            bridges.push((asker, LineKind::HandOver));
        }
        match last {
            true => bridges.push((next, LineKind::LastQuestion)),
            false if bridges.is_empty() => bridges.push((next, LineKind::NextQuestion)),
            false => {}
        }
        bridges
    }

    /// Says what was good and what was missing, and goodbye.
    fn close(&mut self, mut lines: Vec<Line>) -> Vec<Effect> {
        lines.push(Line::led(Purpose::Feedback, self.feedback().spoken()));
        lines.push(self.leading(Purpose::Closing, LineKind::Closing));
        self.say(lines, Then::End(Ending::Complete))
    }

    fn feedback(&self) -> feedback::Feedback {
        let judged: Vec<feedback::Judged<'_>> = self
            .asked
            .iter()
            .filter_map(|progress| {
                Some(feedback::Judged {
                    question: self.plan.bank.question(&progress.question)?,
                    assessment: progress.assessment.as_ref()?,
                    delivery: progress.deliveries.iter().collect(),
                })
            })
            .collect();
        feedback::plan(&judged)
    }

    /// Stops talking at once. Nobody had the floor, so there is nothing to hear out; an answer that was not judged yet is.
    pub(super) fn break_off(&mut self, left: &[UtteranceId], then: Then, ending: Ending) -> Vec<Effect> {
        let unjudged = match then {
            Then::Offer(asked, closed) => Some((asked, closed)),
            Then::Listen(asked) if self.goes_on() => Some((asked, Closed::ByCandidate)),
            Then::Listen(_) | Then::End(_) => None,
        };
        self.meanwhile = left.to_vec();
        let Some((asked, closed)) = unjudged else { return self.end(ending) };
        self.leaving = Some(ending);
        let silenced = std::mem::take(&mut self.meanwhile).into_iter();
        let mut effects: Vec<Effect> = silenced.map(|utterance| Effect::StopSaying { utterance }).collect();
        effects.extend(self.judge(asked, closed));
        effects
    }

    pub(super) fn end(&mut self, ending: Ending) -> Vec<Effect> {
        let timer = self.state.timer().map(|timer| Effect::StopTimer { timer });
        self.state = State::Ended;
        let left = std::mem::take(&mut self.meanwhile).into_iter();
        let silenced = left.map(|utterance| Effect::StopSaying { utterance });
        silenced.chain(timer).chain([Effect::End { ending }]).collect()
    }

    /// Begins a question: asks it after `lines`.
    fn ask(&mut self, mut lines: Vec<Line>, id: QuestionId, reason: Option<Reason>) -> Vec<Effect> {
        let member = self.next_asker();
        let prompt = self.plan.bank.question(&id).map_or_else(String::new, |question| question.prompt.clone());
        let asked = Asked { question: id.clone(), follow_up: None, nth: 0 };
        self.asked.push(Progress {
            question: id,
            prompt: prompt.clone(),
            follow_ups: Vec::new(),
            answered: Vec::new(),
            deliveries: Vec::new(),
            takes: 0,
            retakes: 0,
            assessment: None,
            gaps: Vec::new(),
            goes_on: false,
            replaces: false,
            was_brought_back: false,
        });
        lines.push(Line { purpose: Purpose::Question, asked: Some(asked.clone()), reason, text: prompt, member });
        if self.thinks(&asked) {
            lines.push(self.plain(Purpose::ThinkFirst, LineKind::ThinkFirst));
        }
        self.say(lines, Then::Listen(asked))
    }

    /// Returns how long to wait for what, by the length of a good answer and the manners of the pressure.
    fn patience(&self, asked: &Asked) -> Patience {
        let minutes = self.plan.bank.question(&asked.question).map_or(3.0, |question: &Question| question.minutes);
        self.plan.pressure.patience(minutes, asked.follow_up.is_some())
    }

    /// Returns the time that the questions still to come leave, if the interview has a length.
    fn time_to_spare(&self) -> Option<Duration> {
        let all = Duration::try_from_secs_f32(self.plan.minutes? * 60.0).ok()?;
        let to_come = self.plan.questions.iter().skip(self.asked.len()).filter_map(|id| self.plan.bank.question(id));
        let needed: f32 = to_come.map(|question| question.minutes * 60.0).sum();
        Some(all.saturating_sub(self.used).saturating_sub(Duration::try_from_secs_f32(needed).ok()?))
    }

    pub(super) fn time_is_over(&self) -> bool {
        self.plan.minutes.is_some_and(|minutes| self.used.as_secs_f32() >= minutes * 60.0)
    }
}
