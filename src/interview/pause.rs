//! A break, at any time: nobody is listened to, nothing is said, and no time passes. What happens meanwhile, such as the words
//! of the last answer, is taken in when the break is over, in its order.

use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Why};
use crate::interview::event::{Command, Event};
use crate::interview::state::State;

impl Interviewer {
    /// Makes a break. Not before the beginning, and not for somebody who is leaving anyway.
    pub(super) fn pause(&mut self, event: &Event) -> Vec<Effect> {
        if self.leaving.is_some() || self.state == State::Ready {
            return vec![self.ignored(event, Why::Noted)];
        }
        let silenced = match &self.state {
            State::Speaking { left, .. } | State::Away { left, .. } => left.clone(),
            _ => self.meanwhile.clone(),
        };
        let mut effects = vec![Effect::Pause];
        effects.extend(silenced.into_iter().map(|utterance| Effect::StopSaying { utterance }));
        effects.extend(self.state.timer().map(|timer| Effect::StopTimer { timer }));
        let under = Box::new(std::mem::replace(&mut self.state, State::Ready));
        self.state = State::Paused { under, missed: Vec::new() };
        effects
    }

    pub(super) fn when_paused(&mut self, event: &Event, under: State, mut missed: Vec<Event>) -> Vec<Effect> {
        match event {
            Event::Pressed { command: Command::Next } => self.go_on_after_break(under, &missed),
            Event::Pressed { command: Command::Pause | Command::Stop } => self.leave_in_break(under, &missed),
            // A room that is not listened to means nothing.
            Event::Pressed { command: Command::Retake }
            | Event::BargedIn { .. }
            | Event::SpokeOn
            | Event::SpeechStarted { .. }
            | Event::Sounded { .. }
            | Event::TimeShort { .. }
            | Event::ReadSoFar { .. } => vec![self.ignored(event, Why::Noted)],
            _ => {
                missed.push(event.clone());
                self.state = State::Paused { under: Box::new(under), missed };
                vec![self.ignored(event, Why::Noted)]
            }
        }
    }

    fn go_on_after_break(&mut self, under: State, missed: &[Event]) -> Vec<Effect> {
        let mut effects = vec![Effect::GoOn];
        effects.extend(match under {
            State::Speaking { left, then } => {
                // Lines that were cut are said again, but for the acknowledgement: the moment for it is over.
                let lines = self.saying.iter().filter(|(id, _)| left.contains(id)).map(|(_, line)| line.clone());
                let lines = lines.collect();
                self.say(lines, then)
            }
            State::Thinking { asked, .. } => self.think(asked),
            State::Offering { asked, closed, .. } => self.offer(asked, closed),
            State::Wording { worded, .. } => self.probe_as_planned(*worded),
            other => {
                self.state = other;
                Vec::new()
            }
        });
        effects.extend(missed.iter().flat_map(|event| self.react(event)));
        effects
    }

    /// Ends as from the state under the break: what was said before it is heard and judged.
    fn leave_in_break(&mut self, under: State, missed: &[Event]) -> Vec<Effect> {
        self.state = under;
        let stop = Event::Pressed { command: Command::Stop };
        let mut effects = self.react(&stop);
        effects.extend(missed.iter().flat_map(|event| self.react(event)));
        effects
    }
}
