//! The moves of an interview: open, ask, probe, go on, close.

use std::time::Duration;

use crate::bank::{FollowUp, Question};
use crate::feedback;
use crate::ids::Asked;
use crate::ids::{QuestionId, RequestId, TurnId, UtteranceId};
use crate::interview::effect::{Effect, Ending, Purpose, Reason};
use crate::interview::follow_up;
use crate::interview::state::{State, Then};
use crate::interview::{Interviewer, Progress};
use crate::judge::Assessment;
use crate::prompt::{LineKind, Values};
use crate::transcript::delivery::Delivery;
use crate::turn::endpoint::Patience;

/// Seconds that a word of the interviewer takes: 155 words a minute, the pace of the voices.
const SECONDS_A_WORD: f32 = 60.0 / 155.0;

/// A line before it has a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) purpose: Purpose,
    asked: Option<Asked>,
    reason: Option<Reason>,
    text: String,
}

impl Line {
    pub(super) fn plain(purpose: Purpose, text: String) -> Self {
        Self { purpose, asked: None, reason: None, text }
    }

    fn is_spoken(&self) -> bool {
        !self.text.trim().is_empty()
    }
}

/// How far the interview had come before lines were chosen that nobody has heard yet.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    /// What was answered last.
    pub(super) asked: Asked,
    questions: usize,
    follow_ups: usize,
    takes: u32,
}

impl Interviewer {
    /// Greets and asks the first question.
    pub(super) fn open(&mut self) -> Vec<Effect> {
        let Some(first) = self.plan.questions.first().cloned() else {
            return self.end(Ending::Complete);
        };
        let greeting = Line::plain(Purpose::Greeting, self.line(LineKind::Greeting));
        let (mut lines, asked) = self.asking(first, LineKind::FirstQuestion);
        lines.insert(0, greeting);
        self.say(lines, Then::Listen(asked))
    }

    /// Does what was to follow the last line.
    pub(super) fn proceed(&mut self, then: Then) -> Vec<Effect> {
        match then {
            Then::Listen(asked) => self.listen(asked),
            Then::End(ending) => self.end(ending),
        }
    }

    /// Gives the candidate the floor, and has ready what may be said next.
    pub(super) fn listen(&mut self, asked: Asked) -> Vec<Effect> {
        self.acknowledged = false;
        self.before = None;
        self.numbers.turns += 1;
        let turn = TurnId(self.numbers.turns);
        let take = self.asked.last_mut().map_or(1, |current| {
            current.takes += 1;
            current.gaps.clear();
            current.takes
        });
        let patience = self.patience(&asked);
        let prepare = Effect::Prepare { texts: self.likely_next() };
        self.state = State::Listening { turn, asked: asked.clone() };
        vec![Effect::Listen { turn, asked, take, patience }, prepare]
    }

    /// Helps once or twice, then moves on: nobody is left hanging, and nobody is asked for ever.
    pub(super) fn nothing_heard(&mut self, asked: Asked) -> Vec<Effect> {
        if let Some(ending) = self.leaving {
            return self.end(ending);
        }
        let takes = self.asked.last().map_or(0, |current| current.takes);
        if takes <= self.plan.pressure.prods_max {
            let prod = Line::plain(Purpose::Prod, self.line(LineKind::NoAnswer));
            return self.say(vec![prod], Then::Listen(asked));
        }
        let moving_on = Line::plain(Purpose::Bridge, self.line(LineKind::MovingOn));
        self.next_question(vec![moving_on])
    }

    /// Says at once that the answer was heard, as people do: what it was worth takes a moment longer.
    pub(super) fn acknowledge(&mut self, time_was_up: bool) -> Vec<Effect> {
        let line = self.acknowledgement(time_was_up);
        self.acknowledged = true;
        let (left, effects) = self.utter(vec![line]);
        self.meanwhile = left;
        effects
    }

    fn acknowledgement(&mut self, time_was_up: bool) -> Line {
        if time_was_up {
            Line::plain(Purpose::TimeUp, self.line(LineKind::TimeUp))
        } else {
            Line::plain(Purpose::Acknowledge, self.line(LineKind::Acknowledge))
        }
    }

    /// Remembers that a turn held words.
    pub(super) fn answered(&mut self, turn: TurnId, delivery: Delivery) {
        if let Some(current) = self.asked.last_mut() {
            current.answered.push(turn);
            current.deliveries.push(delivery);
        }
    }

    /// Has the judge look at everything that was said to this question.
    pub(super) fn judge(&mut self, asked: Asked, time_was_up: bool) -> Vec<Effect> {
        let Some(current) = self.asked.last_mut() else {
            return self.end(Ending::Complete);
        };
        self.numbers.requests += 1;
        let request = RequestId(self.numbers.requests);
        let judge = Effect::Judge { request, question: current.question.clone(), turns: current.answered.clone() };
        self.state = State::Judging { request, asked, time_was_up };
        vec![judge]
    }

    /// Probes what was thin, or asks the next question, or closes.
    pub(super) fn go_on(&mut self, asked: Asked, time_was_up: bool) -> Vec<Effect> {
        if let Some(ending) = self.leaving {
            return self.end(ending);
        }
        self.before = if time_was_up { None } else { self.mark(asked) };
        let mut lines = Vec::new();
        if !self.acknowledged {
            lines.push(self.acknowledgement(time_was_up));
        }
        let Some((follow_up, reason)) = self.next_follow_up() else {
            return self.next_question(lines);
        };
        let Some(current) = self.asked.last_mut() else {
            return self.next_question(lines);
        };
        current.follow_ups.push(follow_up.id.clone());
        current.takes = 0;
        current.goes_on = false;
        let asked = Asked {
            question: current.question.clone(),
            follow_up: Some(follow_up.id),
            nth: current.follow_ups.len() as u32,
        };
        lines.push(Line {
            purpose: Purpose::FollowUp,
            asked: Some(asked.clone()),
            reason: Some(reason),
            text: follow_up.prompt,
        });
        self.say(lines, Then::Listen(asked))
    }

    fn mark(&self, asked: Asked) -> Option<Mark> {
        let current = self.asked.last()?;
        Some(Mark { asked, questions: self.asked.len(), follow_ups: current.follow_ups.len(), takes: current.takes })
    }

    /// Forgets what was chosen since then.
    pub(super) fn return_to(&mut self, mark: &Mark) {
        self.asked.truncate(mark.questions);
        if let Some(current) = self.asked.last_mut() {
            current.follow_ups.truncate(mark.follow_ups);
            current.takes = mark.takes;
        }
    }

    fn next_follow_up(&self) -> Option<(FollowUp, Reason)> {
        self.follow_up_after(self.asked.last()?.assessment.as_ref()?)
    }

    fn follow_up_after(&self, assessment: &Assessment) -> Option<(FollowUp, Reason)> {
        let current = self.asked.last()?;
        if current.follow_ups.len() >= self.plan.pressure.follow_ups_max as usize || self.time_is_over() {
            return None;
        }
        let question = self.plan.bank.question(&current.question)?;
        let (follow_up, reason) = follow_up::choose(question, assessment, &current.follow_ups)?;
        Some((follow_up.clone(), reason))
    }

    /// Asks the next question after `lines`, or closes when there is none or the time is over.
    fn next_question(&mut self, mut lines: Vec<Line>) -> Vec<Effect> {
        let next = self.plan.questions.get(self.asked.len()).filter(|_| !self.time_is_over()).cloned();
        let Some(question) = next else {
            return self.close(lines);
        };
        let last = self.asked.len() + 1 == self.plan.questions.len();
        let (asking, asked) = self.asking(question, if last { LineKind::LastQuestion } else { LineKind::NextQuestion });
        lines.extend(asking);
        self.say(lines, Then::Listen(asked))
    }

    /// Says what was good and what was missing, and goodbye.
    fn close(&mut self, mut lines: Vec<Line>) -> Vec<Effect> {
        lines.push(Line::plain(Purpose::Feedback, self.feedback().spoken()));
        lines.push(Line::plain(Purpose::Closing, self.line(LineKind::Closing)));
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

    /// Stops talking at once. Nobody had the floor, so there is nothing to hear out.
    pub(super) fn break_off(&mut self, left: &[UtteranceId], ending: Ending) -> Vec<Effect> {
        self.meanwhile = left.to_vec();
        self.end(ending)
    }

    pub(super) fn end(&mut self, ending: Ending) -> Vec<Effect> {
        self.state = State::Ended;
        let left = std::mem::take(&mut self.meanwhile).into_iter();
        left.map(|utterance| Effect::StopSaying { utterance }).chain([Effect::End { ending }]).collect()
    }

    /// Begins a question: the bridge to it and the question itself.
    fn asking(&mut self, id: QuestionId, bridge: LineKind) -> (Vec<Line>, Asked) {
        let bridge = Line::plain(Purpose::Bridge, self.line(bridge));
        let prompt = self.plan.bank.question(&id).map_or_else(String::new, |question| question.prompt.clone());
        let asked = Asked { question: id.clone(), follow_up: None, nth: 0 };
        self.asked.push(Progress {
            question: id,
            follow_ups: Vec::new(),
            answered: Vec::new(),
            deliveries: Vec::new(),
            takes: 0,
            assessment: None,
            gaps: Vec::new(),
            goes_on: false,
        });
        let question = Line { purpose: Purpose::Question, asked: Some(asked.clone()), reason: None, text: prompt };
        (vec![bridge, question], asked)
    }

    /// Says lines one after the other, behind those that are still being said. Empty ones are left out.
    pub(super) fn say(&mut self, lines: Vec<Line>, then: Then) -> Vec<Effect> {
        let (numbers, effects) = self.utter(lines.clone());
        let spoken = lines.into_iter().filter(Line::is_spoken);
        self.saying = numbers.iter().copied().zip(spoken).collect();
        let mut left = std::mem::take(&mut self.meanwhile);
        left.extend(numbers);
        if left.is_empty() {
            return self.proceed(then);
        }
        self.state = State::Speaking { left, then };
        effects
    }

    /// Gives lines their numbers and returns these with the effects that say them. Empty lines are left out.
    pub(super) fn utter(&mut self, lines: Vec<Line>) -> (Vec<UtteranceId>, Vec<Effect>) {
        let mut left = Vec::new();
        let mut effects = Vec::new();
        for line in lines.into_iter().filter(Line::is_spoken) {
            self.numbers.utterances += 1;
            let utterance = UtteranceId(self.numbers.utterances);
            let words = line.text.split_whitespace().count() as f32;
            self.used += Duration::from_millis((words * SECONDS_A_WORD * 1_000.0) as u64);
            left.push(utterance);
            effects.push(Effect::Say {
                utterance,
                purpose: line.purpose,
                asked: line.asked,
                reason: line.reason,
                text: line.text,
            });
        }
        (left, effects)
    }

    /// Returns what would be said next if the judge stayed with this: its sound is worth having ready. Nothing where the
    /// interview would close.
    #[must_use]
    pub fn would_say(&self, assessment: &Assessment) -> Vec<String> {
        match self.follow_up_after(assessment) {
            Some((follow_up, _)) => vec![follow_up.prompt],
            None => self.next_question_texts(),
        }
    }

    fn next_question_texts(&self) -> Vec<String> {
        let position = self.asked.len();
        let Some(next) = self.plan.questions.get(position).and_then(|id| self.plan.bank.question(id)) else {
            return Vec::new();
        };
        let last = position + 1 == self.plan.questions.len();
        let bridge = if last { LineKind::LastQuestion } else { LineKind::NextQuestion };
        vec![self.line_at(bridge, position), next.prompt.clone()]
    }

    /// Returns what may be said after the answer, the likeliest first.
    fn likely_next(&self) -> Vec<String> {
        let mut texts = vec![self.line_at(LineKind::Acknowledge, self.numbers.acknowledgements)];
        let Some(current) = self.asked.last() else { return texts };
        let mut open: Vec<&FollowUp> = Vec::new();
        if let Some(question) = self.plan.bank.question(&current.question)
            && current.follow_ups.len() < self.plan.pressure.follow_ups_max as usize
        {
            open.extend(question.follow_ups.iter().filter(|one| !current.follow_ups.contains(&one.id)));
        }
        texts.extend(open.iter().map(|follow_up| follow_up.prompt.clone()));
        let next = self.next_question_texts();
        if next.is_empty() {
            texts.push(self.line_at(LineKind::Closing, 0));
        }
        texts.extend(next);
        texts.push(self.line_at(LineKind::NoAnswer, 0));
        texts.push(self.line_at(LineKind::TimeUp, 0));
        texts.push(self.line_at(LineKind::MovingOn, 0));
        texts
    }

    /// Returns how long to wait for what, by the length of a good answer and the manners of the pressure.
    fn patience(&self, asked: &Asked) -> Patience {
        let minutes = self.plan.bank.question(&asked.question).map_or(3.0, |question: &Question| question.minutes);
        self.plan.pressure.patience(minutes, asked.follow_up.is_some())
    }

    fn time_is_over(&self) -> bool {
        self.plan.minutes.is_some_and(|minutes| self.used.as_secs_f32() >= minutes * 60.0)
    }

    /// Returns a line of the persona; acknowledgements vary from one to the next.
    pub(super) fn line(&mut self, kind: LineKind) -> String {
        let nth = match kind {
            LineKind::Acknowledge => {
                self.numbers.acknowledgements += 1;
                self.numbers.acknowledgements - 1
            }
            LineKind::NoAnswer => self.asked.last().map_or(0, |current| current.takes.saturating_sub(1) as usize),
            _ => self.asked.len(),
        };
        self.line_at(kind, nth)
    }

    fn line_at(&self, kind: LineKind, nth: usize) -> String {
        let minutes = self.plan.minutes.unwrap_or_else(|| {
            self.plan
                .questions
                .iter()
                .filter_map(|id| self.plan.bank.question(id))
                .map(|question| question.minutes)
                .sum()
        });
        let values = Values {
            title: self.plan.bank.title.clone(),
            count: self.plan.questions.len(),
            minutes: minutes.round().max(1.0) as u32,
        };
        self.plan.persona.line(kind, nth, &values)
    }
}
