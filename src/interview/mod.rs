//! The interviewer: a pure state machine. Events in, effects out; no clock, no sound, no disk.
//!
//! Requests, turns and lines carry numbers, so an answer that comes late is recognised and harmless. Whatever is not
//! expected in a state is an [`Effect::Ignored`] with the reason, never silence.

mod away;
mod barge_in;
mod difficulty;
pub mod effect;
pub mod event;
pub mod follow_up;
mod likely;
mod lines;
mod moves;
mod pause;
mod picking_up;
pub mod plan;
mod pressing;
mod state;
pub mod taking_up;
#[cfg(test)]
mod tests;
mod waiting;
mod wording;

use std::time::Duration;

use crate::ids::Asked;
use crate::ids::{FollowUpId, QuestionId, RequestId, TurnId, UtteranceId};
use crate::interview::effect::{Effect, Ending, Why};
use crate::interview::event::{Command, Event};
use crate::interview::lines::Line;
use crate::interview::moves::Mark;
use crate::interview::plan::Plan;
use crate::interview::state::{Closed, State, Then};
use crate::interview::taking_up::TakingUp;
use crate::judge::Assessment;
use crate::transcript::delivery::sound::Sound;
use crate::transcript::delivery::{self, Delivery};
use crate::transcript::gaps;
use crate::turn::EndReason;
use crate::units::{AudioTime, Span};

/// Somebody who asks, listens and probes.
#[derive(Clone, Debug, PartialEq)]
pub struct Interviewer {
    plan: Plan,
    state: State,
    /// How the interview will end, once that is decided while an answer is still being heard out.
    leaving: Option<Ending>,
    numbers: Numbers,
    /// The questions so far, the current one last.
    asked: Vec<Progress>,
    /// The lines of the present speech, with their numbers.
    saying: Vec<(UtteranceId, Line)>,
    /// Time used so far: the candidate's turns and an estimate for the interviewer's lines.
    used: Duration,
    /// Lines that are said while the answer is still being heard out and judged.
    meanwhile: Vec<UtteranceId>,
    /// Whether the candidate was told that the answer at hand was heard.
    acknowledged: bool,
    /// Where the interview stood before the lines that are being said, until the first of them is heard.
    before: Option<Mark>,
    /// What the candidate said, as far as follow-ups may take it up.
    taking_up: TakingUp,
    /// How long the candidate has waited since the last turn was over: for the words, and for the judge. Milliseconds.
    waited_ms: u64,
}

/// The numbers handed out so far.
#[derive(Clone, Debug, Default, PartialEq)]
struct Numbers {
    turns: u32,
    utterances: u32,
    requests: u32,
    timers: u32,
    acknowledgements: usize,
    doubts: u32,
}

/// How far one question has come.
#[derive(Clone, Debug, PartialEq)]
struct Progress {
    question: QuestionId,
    /// The words of the prompt that stands now.
    prompt: String,
    follow_ups: Vec<FollowUpId>,
    /// Turns that held words.
    answered: Vec<TurnId>,
    deliveries: Vec<Delivery>,
    /// Takes of the prompt that stands now.
    takes: u32,
    /// How often the answer was taken again at the candidate's wish.
    retakes: u32,
    assessment: Option<Assessment>,
    /// Stretches of the present turn's recording in which the microphone was away.
    gaps: Vec<Span>,
    /// Whether the prompt that stands now was answered already, and the candidate goes on.
    goes_on: bool,
    /// Whether the next words stand for the last ones: the answer is given again.
    replaces: bool,
    /// Whether the candidate was interrupted and brought back to the question.
    was_brought_back: bool,
}

impl Interviewer {
    /// Returns an interviewer who waits for [`Event::Begin`].
    #[must_use]
    pub fn new(plan: Plan) -> Self {
        Self {
            plan,
            state: State::Ready,
            leaving: None,
            numbers: Numbers::default(),
            asked: Vec::new(),
            saying: Vec::new(),
            used: Duration::ZERO,
            meanwhile: Vec::new(),
            acknowledged: false,
            before: None,
            taking_up: TakingUp::default(),
            waited_ms: 0,
        }
    }

    /// Returns whether the interview is over.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.state == State::Ended
    }

    /// Takes in what happened and returns what is wanted next, in order.
    pub fn handle(&mut self, event: &Event) -> Vec<Effect> {
        self.used += event.floor_time();
        self.taking_up.hear(event);
        self.count_waiting(event);
        self.react(event)
    }

    fn react(&mut self, event: &Event) -> Vec<Effect> {
        if let Event::Measured { turn, sound, .. } = event {
            return vec![self.measured(event, *turn, sound)];
        }
        if *event == Event::PickedUp {
            return self.pick_up(event);
        }
        let is_at_rest = matches!(self.state, State::Paused { .. } | State::Ended);
        if *event == (Event::Pressed { command: Command::Pause }) && !is_at_rest {
            return self.pause(event);
        }
        match self.state.clone() {
            State::Ready => self.when_ready(event),
            State::Speaking { left, then } => self.when_speaking(event, left, then),
            State::HearingOut { turn, lines, then } => self.when_hearing_out(event, turn, lines, then),
            State::Listening { turn, asked } => self.when_listening(event, turn, asked),
            State::Away { turn, asked, left, back } => self.when_away(event, turn, asked, left, back),
            State::Hearing { turn, asked, closed } => self.when_hearing(event, turn, asked, closed),
            State::Judging { request, asked, closed } => self.when_judging(event, request, asked, closed),
            State::Thinking { asked, timer } => self.when_thinking(event, asked, timer),
            State::Wording { worded, timer } => self.when_wording(event, *worded, timer),
            State::Offering { asked, closed, timer } => self.when_offering(event, asked, closed, timer),
            State::Paused { under, missed } => self.when_paused(event, *under, missed),
            State::Ended => vec![self.ignored(event, Why::Over)],
        }
    }

    /// Remembers what the sound of an answer tells, whenever that is known.
    fn measured(&mut self, event: &Event, turn: TurnId, sound: &Sound) -> Effect {
        for progress in &mut self.asked {
            let answers = progress.answered.iter().zip(&mut progress.deliveries);
            for (_, delivery) in answers.filter(|(answered, _)| **answered == turn) {
                *delivery = std::mem::take(delivery).with_sound(sound.clone());
            }
        }
        self.ignored(event, if self.is_over() { Why::Over } else { Why::Noted })
    }

    fn when_ready(&mut self, event: &Event) -> Vec<Effect> {
        match event {
            Event::Begin => self.open(),
            Event::Pressed { command: Command::Stop } => self.end(Ending::Stopped),
            Event::SourceLost { .. } => self.end(Ending::SourceLost),
            Event::SourceInterrupted { .. } | Event::SourceReturned { .. } => vec![self.ignored(event, Why::Noted)],
            _ => vec![self.ignored(event, Why::Unexpected)],
        }
    }

    fn when_speaking(&mut self, event: &Event, mut left: Vec<UtteranceId>, then: Then) -> Vec<Effect> {
        match event {
            Event::Said { utterance } | Event::SayFailed { utterance, .. } => {
                if !left.contains(utterance) {
                    return vec![self.ignored(event, Why::Late)];
                }
                left.retain(|waiting| waiting != utterance);
                if left.is_empty() {
                    return self.proceed(then);
                }
                self.state = State::Speaking { left, then };
                vec![self.ignored(event, Why::Noted)]
            }
            Event::BargedIn { utterance } => self.barged_in(event, *utterance, &left, then),
            Event::SpokeOn => self.take_back(event, &left).unwrap_or_else(|| vec![self.ignored(event, Why::Noted)]),
            Event::Pressed { command: Command::Next } => {
                left.first().map(|&utterance| Effect::StopSaying { utterance }).into_iter().collect()
            }
            Event::Pressed { command: Command::Stop } => self.break_off(&left, then, Ending::Stopped),
            // Nothing more is to be heard: the feedback is worth hearing out.
            Event::SourceLost { .. } if matches!(then, Then::End(_)) => vec![self.ignored(event, Why::Noted)],
            Event::SourceLost { .. } => self.break_off(&left, then, Ending::SourceLost),
            Event::Pressed { .. }
            | Event::Sounded { .. }
            | Event::SourceInterrupted { .. }
            | Event::SourceReturned { .. } => vec![self.ignored(event, Why::Noted)],
            Event::TimeShort { .. }
            | Event::ReadSoFar { .. }
            | Event::TimerDone { .. }
            | Event::Judged { .. }
            | Event::JudgeFailed { .. }
            | Event::WordsBegan { .. }
            | Event::Worded { .. }
            | Event::WordingFailed { .. } => vec![self.ignored(event, Why::Late)],
            _ => vec![self.ignored(event, Why::Unexpected)],
        }
    }

    fn when_listening(&mut self, event: &Event, turn: TurnId, asked: Asked) -> Vec<Effect> {
        match event {
            Event::TurnEnded { turn: ended, reason, speech_end_ms, .. } if *ended == turn => {
                let closed = Closed::from(*reason);
                self.state = State::Hearing { turn, asked, closed };
                let spoke = *speech_end_ms > AudioTime::ZERO && *reason != EndReason::Silence;
                let said = if spoke && self.leaving.is_none() { self.acknowledge(closed) } else { Vec::new() };
                if said.is_empty() { vec![self.ignored(event, Why::Noted)] } else { said }
            }
            Event::Pressed { command: Command::Next } => vec![Effect::EndTurn { turn }],
            Event::Pressed { command: Command::Stop } if self.leaving.is_none() => {
                self.leaving = Some(Ending::Stopped);
                vec![Effect::EndTurn { turn }]
            }
            Event::Pressed { command: Command::Stop } => self.end(Ending::Stopped),
            Event::SourceLost { .. } => {
                self.leaving.get_or_insert(Ending::SourceLost);
                vec![Effect::EndTurn { turn }]
            }
            Event::SourceInterrupted { turn: Some(held), within_ms, .. } if *held == turn => {
                self.hold(turn, asked, *within_ms)
            }
            Event::TimeShort { turn: open, .. } if *open == turn => self.time_is_short(event),
            Event::ReadSoFar { turn: open, within_ms, off_question: true } if *open == turn => {
                self.read_so_far(event, turn, *within_ms)
            }
            Event::Pressed { .. }
            | Event::ReadSoFar { .. }
            | Event::SpeechStarted { .. }
            | Event::Sounded { .. }
            | Event::SourceInterrupted { .. }
            | Event::SourceReturned { .. } => vec![self.ignored(event, Why::Noted)],
            Event::Heard { turn: open, transcript, .. } if *open == turn => self.heard_in_part(event, turn, transcript),
            Event::Heard { turn: earlier, transcript, .. } => self.heard_before(event, *earlier, transcript),
            Event::Said { .. }
            | Event::SayFailed { .. }
            | Event::BargedIn { .. }
            | Event::SpokeOn
            | Event::TimeShort { .. }
            | Event::TimerDone { .. }
            | Event::TurnEnded { .. }
            | Event::Judged { .. }
            | Event::JudgeFailed { .. }
            | Event::WordsBegan { .. }
            | Event::Worded { .. }
            | Event::WordingFailed { .. } => vec![self.ignored(event, Why::Late)],
            Event::Begin | Event::PickedUp | Event::Measured { .. } => vec![self.ignored(event, Why::Unexpected)],
        }
    }

    fn when_hearing(&mut self, event: &Event, turn: TurnId, asked: Asked, closed: Closed) -> Vec<Effect> {
        match event {
            Event::Heard { turn: heard, transcript, .. } if *heard == turn => {
                if !transcript.is_empty() {
                    let delivery = gaps::left_out(delivery::measure(transcript), self.gaps());
                    self.answered(turn, delivery);
                } else if !self.goes_on() && closed != Closed::OffQuestion {
                    return self.nothing_heard(asked);
                }
                self.heard(event, asked, closed)
            }
            Event::BargedIn { utterance } if closed == Closed::ByCandidate && self.meanwhile.contains(utterance) => {
                self.spoke_on(event, asked)
            }
            Event::SpokeOn if closed == Closed::ByCandidate => self.spoke_on(event, asked),
            _ => self.meanwhile(event),
        }
    }

    fn when_judging(&mut self, event: &Event, request: RequestId, asked: Asked, closed: Closed) -> Vec<Effect> {
        match event {
            Event::Judged { request: judged, assessment, .. } if *judged == request => {
                if let Some(current) = self.asked.last_mut() {
                    current.assessment = Some(assessment.clone());
                }
                self.go_on(asked, closed)
            }
            Event::JudgeFailed { request: failed, .. } if *failed == request => self.go_on(asked, closed),
            Event::BargedIn { utterance } if closed == Closed::ByCandidate && self.meanwhile.contains(utterance) => {
                self.spoke_on(event, asked)
            }
            Event::SpokeOn if closed == Closed::ByCandidate => self.spoke_on(event, asked),
            _ => self.meanwhile(event),
        }
    }

    /// Goes on with an answer whose words are there.
    fn heard(&mut self, event: &Event, asked: Asked, closed: Closed) -> Vec<Effect> {
        if closed == Closed::OffQuestion && self.leaving.is_none() {
            self.listen_again(event, asked)
        } else if self.may_retake() {
            self.propose_retake(asked, closed)
        } else {
            self.judge(asked, closed)
        }
    }

    /// Takes in what may happen between the end of a turn and the next question.
    fn meanwhile(&mut self, event: &Event) -> Vec<Effect> {
        match event {
            Event::Said { utterance } | Event::SayFailed { utterance, .. } if self.meanwhile.contains(utterance) => {
                self.meanwhile.retain(|waiting| waiting != utterance);
                vec![self.ignored(event, Why::Noted)]
            }
            Event::Sounded { utterance, .. } if self.meanwhile.contains(utterance) => {
                vec![self.ignored(event, Why::Noted)]
            }
            // The words of a turn after which the candidate spoke on.
            Event::Heard { turn: earlier, transcript, .. } => self.heard_before(event, *earlier, transcript),
            Event::Pressed { command: Command::Stop } => self.leave_after_this(event, Ending::Stopped),
            Event::SourceLost { .. } => self.leave_after_this(event, Ending::SourceLost),
            Event::SourceInterrupted { .. } | Event::SourceReturned { .. } => vec![self.ignored(event, Why::Noted)],
            Event::Begin => vec![self.ignored(event, Why::Unexpected)],
            _ => vec![self.ignored(event, Why::Late)],
        }
    }

    /// Remembers to end once the answer at hand was heard and judged, so that nothing said is lost. Who asks twice is
    /// let go at once: the recording is there all the same.
    fn leave_after_this(&mut self, event: &Event, ending: Ending) -> Vec<Effect> {
        if self.leaving == Some(Ending::Stopped) && ending == Ending::Stopped {
            return self.end(ending);
        }
        self.leaving.get_or_insert(ending);
        vec![self.ignored(event, Why::Noted)]
    }

    fn ignored(&self, event: &Event, why: Why) -> Effect {
        Effect::Ignored { state: self.state.name().into(), event: event.name().into(), why }
    }
}
