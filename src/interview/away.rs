//! What an interviewer does while the microphone is away in the middle of an answer: says so, waits, and goes on. The turn
//! stays the candidate's: nothing that was said is lost, and the time away is not their silence.

use crate::ids::{Asked, TurnId, UtteranceId};
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Ending, Purpose, Why};
use crate::interview::event::{Command, Event};
use crate::interview::state::State;
use crate::prompt::LineKind;
use crate::units::{AudioTime, Span};

impl Interviewer {
    /// Holds the turn and says that the candidate cannot be heard.
    pub(super) fn hold(&mut self, turn: TurnId, asked: Asked, since: AudioTime) -> Vec<Effect> {
        self.gap_begins(since);
        let line = self.plain(Purpose::MicrophoneAway, LineKind::MicrophoneAway);
        let (left, effects) = self.utter(vec![line]);
        self.state = State::Away { turn, asked, left, back: false };
        effects
    }

    pub(super) fn when_away(
        &mut self,
        event: &Event,
        turn: TurnId,
        asked: Asked,
        mut left: Vec<UtteranceId>,
        back: bool,
    ) -> Vec<Effect> {
        match event {
            Event::Said { utterance } | Event::SayFailed { utterance, .. } => {
                if !left.contains(utterance) {
                    return vec![self.ignored(event, Why::Late)];
                }
                left.retain(|waiting| waiting != utterance);
                if left.is_empty() && back {
                    return self.resume(turn, asked);
                }
                self.state = State::Away { turn, asked, left, back };
                vec![self.ignored(event, Why::Noted)]
            }
            Event::SourceReturned { turn: Some(held), within_ms, .. } if *held == turn => {
                self.gap_ends(*within_ms);
                self.welcome_back(turn, asked, &left)
            }
            Event::SourceInterrupted { turn: Some(held), within_ms, .. } if *held == turn => {
                if back {
                    self.gap_begins(*within_ms);
                }
                self.state = State::Away { turn, asked, left, back: false };
                vec![self.ignored(event, Why::Noted)]
            }
            Event::TurnEnded { turn: ended, reason, .. } if *ended == turn => {
                self.state = State::Hearing { turn, asked, closed: (*reason).into() };
                let mut effects = stop_saying(&left);
                effects.push(self.ignored(event, Why::Noted));
                effects
            }
            Event::Pressed { command: Command::Stop } if self.leaving.is_some() => {
                self.meanwhile = left;
                self.end(Ending::Stopped)
            }
            Event::Pressed { command: Command::Stop } => self.end_turn(turn, &left, Some(Ending::Stopped)),
            Event::Pressed { command: Command::Next } => self.end_turn(turn, &left, None),
            Event::SourceLost { .. } => self.end_turn(turn, &left, Some(Ending::SourceLost)),
            Event::Pressed { .. }
            | Event::SpeechStarted { .. }
            | Event::TimeShort { .. }
            | Event::ReadSoFar { .. }
            | Event::BargedIn { .. }
            | Event::Sounded { .. }
            | Event::SourceInterrupted { .. }
            | Event::SourceReturned { .. } => vec![self.ignored(event, Why::Noted)],
            Event::Heard { turn: held, transcript, .. } if *held == turn => self.heard_in_part(event, turn, transcript),
            Event::Heard { turn: earlier, transcript, .. } => self.heard_before(event, *earlier, transcript),
            Event::SpokeOn
            | Event::TimerDone { .. }
            | Event::WordsBegan { .. }
            | Event::Worded { .. }
            | Event::WordingFailed { .. }
            | Event::TurnEnded { .. }
            | Event::Judged { .. }
            | Event::JudgeFailed { .. } => vec![self.ignored(event, Why::Late)],
            Event::Begin | Event::PickedUp | Event::Measured { .. } => vec![self.ignored(event, Why::Unexpected)],
        }
    }

    /// Says that the candidate is heard again; the turn goes on when that was said.
    fn welcome_back(&mut self, turn: TurnId, asked: Asked, left: &[UtteranceId]) -> Vec<Effect> {
        let line = self.plain(Purpose::MicrophoneBack, LineKind::MicrophoneBack);
        let (saying, lines) = self.utter(vec![line]);
        let mut effects = stop_saying(left);
        if saying.is_empty() {
            effects.extend(self.resume(turn, asked));
            return effects;
        }
        effects.extend(lines);
        self.state = State::Away { turn, asked, left: saying, back: true };
        effects
    }

    fn resume(&mut self, turn: TurnId, asked: Asked) -> Vec<Effect> {
        self.state = State::Listening { turn, asked };
        vec![Effect::Resume { turn }]
    }

    fn end_turn(&mut self, turn: TurnId, left: &[UtteranceId], leaving: Option<Ending>) -> Vec<Effect> {
        self.leaving = self.leaving.or(leaving);
        let mut effects = stop_saying(left);
        effects.push(Effect::EndTurn { turn });
        effects
    }

    fn gap_begins(&mut self, at: AudioTime) {
        if let Some(current) = self.asked.last_mut() {
            current.gaps.push(Span::new(at, at));
        }
    }

    fn gap_ends(&mut self, at: AudioTime) {
        if let Some(gap) = self.asked.last_mut().and_then(|current| current.gaps.last_mut()) {
            *gap = Span::new(gap.start, at);
        }
    }

    /// Returns the stretches of the present turn's recording in which the microphone was away.
    pub(super) fn gaps(&self) -> &[Span] {
        self.asked.last().map_or(&[], |current| &current.gaps)
    }
}

fn stop_saying(left: &[UtteranceId]) -> Vec<Effect> {
    left.iter().map(|&utterance| Effect::StopSaying { utterance }).collect()
}
