//! What an interviewer does when interrupted: stops at once, listens, and goes on. Whoever interrupts the line after which
//! they have the floor anyway has it now; whoever interrupts another is heard out, and then what followed is said after all.
//! Whoever speaks on after their answer was taken to be over goes on with it.

use crate::ids::{Asked, TurnId, UtteranceId};
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Ending, Why};
use crate::interview::event::{Command, Event};
use crate::interview::lines::Line;
use crate::interview::state::{State, Then};
use crate::transcript::{Transcript, delivery};
use crate::turn::endpoint::Patience;

impl Interviewer {
    /// Stops talking, and gives the floor to whoever interrupted.
    pub(super) fn barged_in(
        &mut self,
        event: &Event,
        utterance: UtteranceId,
        left: &[UtteranceId],
        then: Then,
    ) -> Vec<Effect> {
        if left.first() != Some(&utterance) {
            return vec![self.ignored(event, Why::Late)];
        }
        let is_acknowledgement = !self.saying.iter().any(|(id, _)| *id == utterance);
        if is_acknowledgement && let Some(effects) = self.take_back(event, left) {
            return effects;
        }
        let mut effects: Vec<Effect> = left.iter().map(|&utterance| Effect::StopSaying { utterance }).collect();
        match then {
            Then::Listen(asked) if left.len() == 1 => {
                effects.extend(self.listen(asked));
                return effects;
            }
            // Whoever speaks into the offer of a second try has not finished the first.
            Then::Offer(asked, _) => {
                effects.extend(self.spoke_on(event, asked));
                return effects;
            }
            Then::Listen(_) | Then::End(_) => {}
        }
        let lines =
            self.saying.iter().filter(|(id, line)| left.contains(id) && (*id != utterance || line.must_be_heard()));
        let lines = lines.map(|(_, line)| line.clone()).collect();
        self.numbers.turns += 1;
        let turn = TurnId(self.numbers.turns);
        self.state = State::HearingOut { turn, lines, then };
        effects.push(Effect::HearOut { turn, utterance, patience: Patience::default() });
        effects
    }

    /// Gives the floor back to whoever was taken to be done and speaks on before the next line is heard: it was no
    /// interruption, and what they say belongs to the answer.
    pub(super) fn spoke_on(&mut self, event: &Event, asked: Asked) -> Vec<Effect> {
        if self.leaving.is_some() {
            return vec![self.ignored(event, Why::Noted)];
        }
        let stopped = std::mem::take(&mut self.meanwhile).into_iter();
        let mut effects: Vec<Effect> = stopped.map(|utterance| Effect::StopSaying { utterance }).collect();
        if let Some(current) = self.asked.last_mut() {
            current.goes_on = true;
        }
        effects.extend(self.listen(asked));
        effects
    }

    /// The same, where the next lines were chosen already: they are taken back. None once one of them was heard: it is too late.
    pub(super) fn take_back(&mut self, event: &Event, left: &[UtteranceId]) -> Option<Vec<Effect>> {
        let nothing_heard = self.saying.iter().all(|(id, _)| left.contains(id));
        let mark = self.before.take().filter(|_| nothing_heard && self.leaving.is_none())?;
        self.meanwhile = left.to_vec();
        self.return_to(&mark);
        Some(self.spoke_on(event, mark.asked))
    }

    /// Returns whether the prompt that stands now was answered already.
    pub(super) fn goes_on(&self) -> bool {
        self.asked.last().is_some_and(|current| current.goes_on)
    }

    /// Remembers the words of a turn after which the candidate spoke on.
    pub(super) fn heard_before(&mut self, event: &Event, turn: TurnId, transcript: &Transcript) -> Vec<Effect> {
        let known = self.asked.iter().any(|progress| progress.answered.contains(&turn));
        if !known && self.goes_on() && !transcript.is_empty() {
            self.answered(turn, delivery::measure(transcript));
            return vec![self.ignored(event, Why::Noted)];
        }
        vec![self.ignored(event, Why::Late)]
    }

    pub(super) fn when_hearing_out(
        &mut self,
        event: &Event,
        turn: TurnId,
        lines: Vec<Line>,
        then: Then,
    ) -> Vec<Effect> {
        match event {
            Event::Heard { turn: heard, .. } if *heard == turn => match self.leaving {
                Some(ending) => self.end(ending),
                None => self.say(lines, then),
            },
            Event::Pressed { command: Command::Next } => vec![Effect::EndTurn { turn }],
            Event::Pressed { command: Command::Stop } if self.leaving.is_some() => self.end(Ending::Stopped),
            Event::Pressed { command: Command::Stop } => {
                self.leaving = Some(Ending::Stopped);
                vec![Effect::EndTurn { turn }]
            }
            // Nothing more is to be heard: the feedback is worth hearing all the same.
            Event::SourceLost { .. } => {
                if matches!(then, Then::Listen(_)) {
                    self.leaving.get_or_insert(Ending::SourceLost);
                }
                vec![Effect::EndTurn { turn }]
            }
            // What was being put in is over for the interviewer; the microphone is looked for while the lines are said.
            Event::SourceInterrupted { .. } => vec![Effect::EndTurn { turn }],
            Event::TurnEnded { .. } | Event::SpeechStarted { .. } | Event::SourceReturned { .. } => {
                vec![self.ignored(event, Why::Noted)]
            }
            Event::Begin => vec![self.ignored(event, Why::Unexpected)],
            _ => vec![self.ignored(event, Why::Late)],
        }
    }
}
