//! What an interviewer waits for by a timer: the time to think before an answer, and whether the candidate wants to give it
//! again. Timers have numbers; one that runs down late is recognised.

use crate::ids::{Asked, TimerId};
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Ending, Purpose, Wait, Why};
use crate::interview::event::{Command, Event};
use crate::interview::state::{Closed, State, Then};
use crate::prompt::LineKind;

/// How long a retake is on offer, milliseconds.
const OFFER_MS: u64 = 8_000;

impl Interviewer {
    /// Gives the candidate the floor, after time to think where there is some: before the first try at a question.
    pub(super) fn give_floor(&mut self, asked: Asked) -> Vec<Effect> {
        let is_first = self.asked.last().is_some_and(|current| current.takes == 0);
        if self.thinks(&asked) && is_first { self.think(asked) } else { self.listen(asked) }
    }

    /// Returns whether there is time to think before the answer.
    pub(super) fn thinks(&self, asked: &Asked) -> bool {
        self.plan.pressure.think_s > 0 && asked.follow_up.is_none()
    }

    pub(super) fn think(&mut self, asked: Asked) -> Vec<Effect> {
        let ms = u64::from(self.plan.pressure.think_s) * 1_000;
        let (timer, effect) = self.start_timer(ms, Wait::Think);
        self.state = State::Thinking { asked, timer };
        vec![effect]
    }

    pub(super) fn start_timer(&mut self, ms: u64, wait: Wait) -> (TimerId, Effect) {
        self.numbers.timers += 1;
        let timer = TimerId(self.numbers.timers);
        (timer, Effect::StartTimer { timer, ms, wait })
    }

    pub(super) fn when_thinking(&mut self, event: &Event, asked: Asked, timer: TimerId) -> Vec<Effect> {
        match event {
            Event::TimerDone { timer: done } if *done == timer => self.listen(asked),
            // Whoever begins to speak, or presses Enter, has thought enough.
            Event::Pressed { command: Command::Next } | Event::SpokeOn => {
                let mut effects = vec![Effect::StopTimer { timer }];
                effects.extend(self.listen(asked));
                effects
            }
            _ => self.between(event),
        }
    }

    /// Offers to take the answer again, if that may still be.
    pub(super) fn may_retake(&self) -> bool {
        let retakes = self.asked.last().map_or(0, |current| current.retakes);
        retakes < self.plan.pressure.retakes_max && self.leaving.is_none()
    }

    pub(super) fn propose_retake(&mut self, asked: Asked, closed: Closed) -> Vec<Effect> {
        let line = self.plain(Purpose::RetakeOffer, LineKind::Retake);
        self.say(vec![line], Then::Offer(asked, closed))
    }

    pub(super) fn offer(&mut self, asked: Asked, closed: Closed) -> Vec<Effect> {
        let (timer, effect) = self.start_timer(OFFER_MS, Wait::Retake);
        self.state = State::Offering { asked, closed, timer };
        vec![effect]
    }

    pub(super) fn when_offering(&mut self, event: &Event, asked: Asked, closed: Closed, timer: TimerId) -> Vec<Effect> {
        match event {
            Event::TimerDone { timer: done } if *done == timer => self.judge(asked, closed),
            Event::Pressed { command: Command::Next } => {
                let mut effects = vec![Effect::StopTimer { timer }];
                effects.extend(self.judge(asked, closed));
                effects
            }
            Event::Pressed { command: Command::Retake } => {
                if let Some(current) = self.asked.last_mut() {
                    current.retakes += 1;
                    // If nothing is said in it, the first answer stands.
                    current.goes_on = true;
                }
                let mut effects = vec![Effect::StopTimer { timer }];
                effects.extend(self.listen_to(asked, true));
                effects
            }
            Event::SpokeOn => {
                let mut effects = vec![Effect::StopTimer { timer }];
                effects.extend(self.spoke_on(event, asked));
                effects
            }
            // What was said is worth judging before the end.
            Event::Pressed { command: Command::Stop } => self.leave_judging(asked, closed, timer, Ending::Stopped),
            Event::SourceLost { .. } => self.leave_judging(asked, closed, timer, Ending::SourceLost),
            _ => self.between(event),
        }
    }

    fn leave_judging(&mut self, asked: Asked, closed: Closed, timer: TimerId, ending: Ending) -> Vec<Effect> {
        self.leaving.get_or_insert(ending);
        let mut effects = vec![Effect::StopTimer { timer }];
        effects.extend(self.judge(asked, closed));
        effects
    }

    /// Takes in what may happen while nobody has the floor and nothing is said.
    fn between(&mut self, event: &Event) -> Vec<Effect> {
        match event {
            Event::Pressed { command: Command::Stop } => self.end(Ending::Stopped),
            Event::SourceLost { .. } => self.end(Ending::SourceLost),
            Event::Pressed { .. }
            | Event::Sounded { .. }
            | Event::SourceInterrupted { .. }
            | Event::SourceReturned { .. } => vec![self.ignored(event, Why::Noted)],
            Event::Begin | Event::Measured { .. } => vec![self.ignored(event, Why::Unexpected)],
            _ => vec![self.ignored(event, Why::Late)],
        }
    }
}
