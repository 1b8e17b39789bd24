//! Goes on with an interview that broke off. Whatever was wanted before is void, for nobody did it: lines are said again, a turn that
//! was open is taken anew, what was to be judged is judged. What was said in the turn that broke off stays part of the answer.

use crate::ids::{Asked, TurnId};
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Purpose, Why};
use crate::interview::event::Event;
use crate::interview::lines::Line;
use crate::interview::state::{Closed, State, Then};
use crate::prompt::LineKind;
use crate::transcript::{Transcript, delivery, gaps};

impl Interviewer {
    /// Goes on where the interview stood. Whoever was about to leave stays.
    pub(super) fn pick_up(&mut self, event: &Event) -> Vec<Effect> {
        if self.is_over() {
            return vec![self.ignored(event, Why::Over)];
        }
        self.leaving = None;
        self.meanwhile.clear();
        self.before = None;
        match self.state.clone() {
            State::Ready => self.open(),
            State::Speaking { left, then } => {
                let unsaid = self.saying.iter().filter(|(id, _)| left.contains(id)).map(|(_, line)| line.clone());
                let unsaid = unsaid.collect();
                self.say_again(unsaid, then)
            }
            State::HearingOut { lines, then, .. } => self.say_again(lines, then),
            // Where a turn was over and its words are not there, nothing of it is known.
            State::Listening { asked, .. }
            | State::Away { asked, .. }
            | State::Thinking { asked, .. }
            | State::Hearing { asked, .. } => self.say_again(Vec::new(), Then::Listen(asked)),
            State::Judging { asked, closed, .. } => self.judge_again(asked, closed),
            State::Wording { worded, .. } => {
                let welcome = self.welcome();
                self.probe_after(welcome, *worded)
            }
            State::Offering { asked, closed, .. } => {
                let offer = self.plain(Purpose::RetakeOffer, LineKind::Retake);
                self.say_again(vec![offer], Then::Offer(asked, closed))
            }
            State::Paused { under, missed } => self.pick_up_in_break(event, *under, &missed),
            State::Ended => vec![self.ignored(event, Why::Over)],
        }
    }

    /// Remembers the words of a turn that broke off: the answer goes on in the next one.
    pub(super) fn heard_in_part(&mut self, event: &Event, turn: TurnId, transcript: &Transcript) -> Vec<Effect> {
        let known = self.asked.iter().any(|progress| progress.answered.contains(&turn));
        if !known && !transcript.is_empty() {
            let delivery = gaps::left_out(delivery::measure(transcript), self.gaps());
            self.answered(turn, delivery);
            if let Some(current) = self.asked.last_mut() {
                current.goes_on = true;
            }
        }
        vec![self.ignored(event, Why::Noted)]
    }

    /// Says lines that were not said to their end. Before the candidate gets the floor that is the question at least.
    fn say_again(&mut self, unsaid: Vec<Line>, then: Then) -> Vec<Effect> {
        // Whoever was not greeted yet is not welcomed back.
        let begins = unsaid.first().is_some_and(|line| line.purpose == Purpose::Greeting);
        let lines = match &then {
            Then::Listen(asked) if unsaid.iter().all(|line| line.asked.is_none()) => self.ask_again(asked),
            _ => unsaid,
        };
        let welcome = (!begins).then(|| self.welcome());
        self.say(welcome.into_iter().chain(lines).collect(), then)
    }

    fn welcome(&mut self) -> Line {
        self.plain(Purpose::WelcomeBack, LineKind::WelcomeBack)
    }

    /// Returns what was asked, in the same words, and the time to think about it where that is still to come.
    fn ask_again(&mut self, asked: &Asked) -> Vec<Line> {
        let as_asked = self.saying.iter().map(|(_, line)| line).find(|line| line.asked.as_ref() == Some(asked));
        let question = as_asked.cloned().unwrap_or_else(|| self.in_its_words(asked));
        let is_first = self.asked.last().is_some_and(|current| current.takes == 0);
        let think = (self.thinks(asked) && is_first).then(|| self.plain(Purpose::ThinkFirst, LineKind::ThinkFirst));
        std::iter::once(question).chain(think).collect()
    }

    fn in_its_words(&self, asked: &Asked) -> Line {
        Line {
            purpose: if asked.follow_up.is_some() { Purpose::FollowUp } else { Purpose::Question },
            asked: Some(asked.clone()),
            reason: None,
            text: self.asked.last().map_or_else(String::new, |current| current.prompt.clone()),
            member: self.asker(),
        }
    }

    /// Has the answer judged that nobody judged, and welcomes the candidate meanwhile.
    fn judge_again(&mut self, asked: Asked, closed: Closed) -> Vec<Effect> {
        let welcome = self.welcome();
        let (left, mut effects) = self.utter(vec![welcome]);
        self.meanwhile = left;
        self.acknowledged = true;
        effects.extend(self.judge(asked, closed));
        effects
    }

    /// Ends the break first. Words and verdicts that came in it are known; what was to follow from them is wanted anew.
    fn pick_up_in_break(&mut self, event: &Event, under: State, missed: &[Event]) -> Vec<Effect> {
        self.state = under;
        let known = missed.iter().filter(|came| {
            matches!(
                came,
                Event::TurnEnded { .. } | Event::Heard { .. } | Event::Judged { .. } | Event::JudgeFailed { .. }
            )
        });
        let void: Vec<Effect> = known.flat_map(|came| self.react(came)).collect();
        if self.is_over() { void } else { self.pick_up(event) }
    }
}
