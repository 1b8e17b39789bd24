//! The lines of an interviewer: which words, and who of a panel says them.

use std::time::Duration;

use crate::ids::{Asked, UtteranceId};
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Purpose, Reason, Spoken};
use crate::interview::state::{State, Then};
use crate::prompt::{LineKind, Persona, Values};

/// Seconds that a word of the interviewer takes: 155 words a minute, the pace of the voices.
const SECONDS_A_WORD: f32 = 60.0 / 155.0;

/// A line before it has a number.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    pub(super) purpose: Purpose,
    pub(super) asked: Option<Asked>,
    pub(super) reason: Option<Reason>,
    pub(super) text: String,
    /// Which member of the panel says it; 0 is the one who leads.
    pub(super) member: usize,
}

impl Line {
    /// Returns these words as the one who leads says them.
    pub(super) fn led(purpose: Purpose, text: String) -> Self {
        Self { purpose, asked: None, reason: None, text, member: 0 }
    }

    fn is_spoken(&self) -> bool {
        !self.text.trim().is_empty()
    }

    /// Returns whether the line is said again in full when it was interrupted: without it nothing that follows makes sense.
    pub(super) fn must_be_heard(&self) -> bool {
        matches!(self.purpose, Purpose::Question | Purpose::FollowUp)
    }
}

impl Interviewer {
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
                speaker: self.name(line.member),
            });
        }
        (left, effects)
    }

    /// Returns a line in the words of whoever asks at present.
    pub(super) fn plain(&mut self, purpose: Purpose, kind: LineKind) -> Line {
        self.line_by(self.asker(), purpose, kind)
    }

    /// Returns a line in the words of the one who leads.
    pub(super) fn leading(&mut self, purpose: Purpose, kind: LineKind) -> Line {
        self.line_by(0, purpose, kind)
    }

    /// Returns a line in the words of a member. Acknowledgements vary from one to the next.
    pub(super) fn line_by(&mut self, member: usize, purpose: Purpose, kind: LineKind) -> Line {
        let nth = match kind {
            LineKind::Acknowledge => {
                self.numbers.acknowledgements += 1;
                self.numbers.acknowledgements - 1
            }
            LineKind::NoAnswer | LineKind::Encourage => {
                self.asked.last().map_or(0, |current| current.takes.saturating_sub(1) as usize)
            }
            _ => self.asked.len(),
        };
        let text = self.words(member, kind, nth);
        Line { purpose, asked: None, reason: None, text, member }
    }

    /// Returns the words of a member's line.
    pub(super) fn words(&self, member: usize, kind: LineKind, nth: usize) -> String {
        let values = Values { colleague: self.member(self.next_asker()).name.clone(), ..self.values() };
        self.member(member).line(kind, nth, &values)
    }

    /// Returns what is filled into lines.
    pub(super) fn values(&self) -> Values {
        let minutes = self.plan.minutes.unwrap_or_else(|| {
            let questions = self.plan.questions.iter().filter_map(|id| self.plan.bank.question(id));
            questions.map(|question| question.minutes).sum()
        });
        Values {
            title: self.plan.bank.title.clone(),
            count: self.plan.questions.len(),
            minutes: minutes.round().max(1.0) as u32,
            question: self.asked.last().map_or_else(String::new, |current| current.prompt.clone()),
            colleague: String::new(),
            panel: (0..self.members()).map(|member| self.member(member).name.clone()).collect(),
            think_s: self.plan.pressure.think_s,
        }
    }

    pub(super) fn members(&self) -> usize {
        self.plan.panel.len() + 1
    }

    pub(super) fn member(&self, member: usize) -> &Persona {
        member.checked_sub(1).and_then(|other| self.plan.panel.get(other)).unwrap_or(&self.plan.persona)
    }

    /// Returns a member's name. None for the one who leads, so that journals of one who asks alone stay as they were.
    fn name(&self, member: usize) -> Option<String> {
        (member > 0).then(|| self.member(member).name.clone())
    }

    /// Returns who asked what stands now. A panel takes turns with questions, and with the follow-ups of each.
    pub(super) fn asker(&self) -> usize {
        let current = self.asked.last();
        current.map_or(0, |current| (self.asked.len() - 1 + current.follow_ups.len()) % self.members())
    }

    /// Returns who asks the next follow-up.
    pub(super) fn next_prober(&self) -> usize {
        if self.asked.is_empty() { 0 } else { (self.asker() + 1) % self.members() }
    }

    /// Returns who asks the next question.
    pub(super) fn next_asker(&self) -> usize {
        self.asked.len() % self.members()
    }

    /// Returns words as a member would say them.
    pub(super) fn spoken_by(&self, member: usize, text: String) -> Spoken {
        Spoken { text, speaker: self.name(member) }
    }
}
