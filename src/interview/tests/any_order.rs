//! Interviews in which everything that can happen does, in any order, under every preset.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::stage::{assessed, bigger_bank, ended_by, heard, id, pressed, words};
use crate::bank::{FollowUp, Probe};
use crate::ids::{FollowUpId, QuestionId, RequestId, TimerId, TurnId, UtteranceId};
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Ending, Purpose};
use crate::interview::event::{Command, Event};
use crate::interview::plan::{Plan, Wording};
use crate::interview::state::State;
use crate::judge::Verdict::{Covered, Missing, Partial};
use crate::judge::{Band, Verdict};
use crate::prompt;
use crate::turn::EndReason;
use crate::units::AudioTime;

/// More events than any interview of three questions needs.
const ENOUGH: usize = 600;

/// Everything around an interviewer: a mouth, ears, a judge, timers, and somebody at the keys.
pub(super) struct World {
    pub(super) interviewer: Interviewer,
    to_say: Vec<UtteranceId>,
    /// The turn that is open, and whether the interviewer wants it to end at the next pause.
    open: Option<(TurnId, bool)>,
    /// Turns that are over and whose words are to come.
    unheard: Vec<TurnId>,
    requests: Vec<(RequestId, QuestionId)>,
    /// Follow-ups that a language model is to word.
    wordings: Vec<RequestId>,
    pub(super) timers: BTreeSet<TimerId>,
    on_break: bool,
    pub(super) endings: Vec<Ending>,
    asked: Vec<QuestionId>,
    /// For each question the turns with words that count, by what was listened to.
    pub(super) said: BTreeMap<QuestionId, Vec<TurnId>>,
    /// Whether the next words stand for the last ones.
    replacing: bool,
    /// Turns that answer nothing.
    asides: BTreeSet<TurnId>,
    pub(super) judged: BTreeMap<QuestionId, Vec<TurnId>>,
    /// Turns so far.
    turns: BTreeSet<TurnId>,
    pub(super) broken: Option<String>,
}

impl World {
    pub(super) fn new(preset: &str) -> Self {
        let mut bank = bigger_bank();
        for question in &mut bank.questions {
            let (id, probed) = (FollowUpId::new("why").expect("kebab-case"), question.points[0].id.clone());
            question.follow_ups =
                vec![FollowUp { id, prompt: "Why is that?".into(), probes: vec![Probe::Point(probed)] }];
        }
        let plan = Plan {
            bank,
            wording: Some(Wording::aloud("a model".into())),
            questions: ["mid-one", "mid-two", "mid-three"].map(id).to_vec(),
            reserve: ["junior-one", "senior-one", "principal-one"].map(id).to_vec(),
            ..pressed(preset)
        };
        Self {
            interviewer: Interviewer::new(plan),
            to_say: Vec::new(),
            open: None,
            unheard: Vec::new(),
            requests: Vec::new(),
            wordings: Vec::new(),
            timers: BTreeSet::new(),
            on_break: false,
            endings: Vec::new(),
            asked: Vec::new(),
            said: BTreeMap::new(),
            replacing: false,
            asides: BTreeSet::new(),
            judged: BTreeMap::new(),
            turns: BTreeSet::new(),
            broken: None,
        }
    }

    pub(super) fn is_over(&self) -> bool {
        self.interviewer.is_over()
    }

    fn check(&mut self, holds: bool, what: &str) {
        if !holds && self.broken.is_none() {
            self.broken = Some(what.to_owned());
        }
    }

    pub(super) fn send(&mut self, event: &Event) {
        let was_over = self.is_over();
        let effects = self.interviewer.handle(event);
        self.check(!effects.is_empty(), "every pair of state and event says something");
        for effect in &effects {
            self.perform(effect);
        }
        if was_over {
            self.check(effects.iter().all(|effect| matches!(effect, Effect::Ignored { .. })), "over is over");
        }
        let running = self.timers.len();
        let wants_timer =
            matches!(self.interviewer.state, State::Thinking { .. } | State::Offering { .. } | State::Wording { .. });
        self.check(running == usize::from(wants_timer), "a timer runs when one is waited for, and only then");
    }

    fn perform(&mut self, effect: &Effect) {
        match effect {
            Effect::Say { utterance, purpose, asked, .. } => {
                self.to_say.push(*utterance);
                let microphone = matches!(purpose, Purpose::MicrophoneAway | Purpose::MicrophoneBack);
                let into_turn = self.open.is_some() && *purpose != Purpose::HalfMinute && !microphone;
                self.check(!into_turn, "nothing but the half minute is said into a turn");
                self.check(!self.on_break, "nothing is said in a break");
                if let Some(asked) = asked.as_ref().filter(|asked| asked.nth == 0)
                    && self.asked.last() != Some(&asked.question)
                {
                    self.check(!self.asked.contains(&asked.question), "no question is asked twice");
                    self.asked.push(asked.question.clone());
                    self.replacing = false;
                }
            }
            Effect::Listen { turn, asked, replaces, .. } => {
                self.opens(*turn);
                // What was to be asked next, and taken back since the candidate spoke on.
                while self.asked.last().is_some_and(|last| *last != asked.question) {
                    self.asked.pop();
                }
                self.open = Some((*turn, false));
                self.replacing |= *replaces;
            }
            Effect::HearOut { turn, .. } => {
                self.opens(*turn);
                self.open = Some((*turn, false));
                self.asides.insert(*turn);
            }
            // Ears that are told to end a turn do so, in a break as well.
            Effect::EndTurn { .. } => self.on_break = false,
            Effect::Interrupt { turn } => {
                if let Some(open) = self.open.as_mut().filter(|open| open.0 == *turn) {
                    open.1 = true;
                }
            }
            Effect::Judge { request, question, turns } => {
                self.requests.push((*request, question.clone()));
                self.judged.insert(question.clone(), turns.clone());
            }
            Effect::Word { request, .. } => self.wordings.push(*request),
            Effect::StartTimer { timer, .. } => {
                let is_new = self.timers.insert(*timer);
                self.check(is_new, "timers have numbers of their own");
            }
            Effect::StopTimer { timer } => {
                self.timers.remove(timer);
            }
            Effect::Pause => self.on_break = true,
            Effect::GoOn => self.on_break = false,
            Effect::End { ending } => {
                self.on_break = false;
                self.endings.push(*ending);
            }
            Effect::Prepare { .. } | Effect::StopSaying { .. } | Effect::Resume { .. } | Effect::Ignored { .. } => {}
        }
    }

    fn opens(&mut self, turn: TurnId) {
        self.check(self.open.is_none(), "one turn at a time");
        let is_new = self.turns.insert(turn);
        self.check(is_new, "turns have numbers of their own");
    }

    /// Everything but the interviewer is gone. Turns that were not heard are heard from their recordings, and what that asks for nobody
    /// does; then the interview is picked up.
    pub(super) fn break_off(&mut self, pick: u8) {
        self.to_say.clear();
        self.requests.clear();
        self.wordings.clear();
        self.timers.clear();
        self.on_break = false;
        let open = self.open.take().map(|(turn, _)| turn);
        let unheard: Vec<TurnId> = std::mem::take(&mut self.unheard).into_iter().chain(open).collect();
        for turn in unheard {
            let text = if pick.is_multiple_of(5) { "" } else { "I ask and then I build it" };
            self.remember(turn, text);
            let effects = self.interviewer.handle(&heard(turn, words(text)));
            self.endings.extend(effects.iter().filter_map(|effect| match effect {
                Effect::End { ending } => Some(*ending),
                _ => None,
            }));
        }
        if !self.is_over() {
            self.send(&Event::PickedUp);
        }
    }

    /// Lets the next thing happen that the world owes the interviewer. Returns false where there is none.
    pub(super) fn go_on(&mut self, pick: u8) -> bool {
        let mut ways: Vec<u8> = Vec::new();
        ways.extend((!self.to_say.is_empty()).then_some(0));
        // In a break nobody is heard and no time passes; what is under way comes all the same.
        ways.extend((self.open.is_some() && !self.on_break).then_some(1));
        ways.extend((!self.unheard.is_empty()).then_some(2));
        ways.extend((!self.requests.is_empty()).then_some(3));
        ways.extend((!self.timers.is_empty()).then_some(4));
        ways.extend((!self.wordings.is_empty()).then_some(5));
        let Some(way) = ways.get(usize::from(pick) % ways.len().max(1)).copied() else { return false };
        match way {
            0 => {
                let utterance = self.to_say.remove(0);
                self.send(&Event::Said { utterance });
            }
            1 => self.turn_ends(pick),
            2 => self.words_come(pick),
            3 => self.judge(pick),
            5 => self.word(pick),
            _ => {
                if let Some(timer) = self.timers.pop_first() {
                    self.send(&Event::TimerDone { timer });
                }
            }
        }
        true
    }

    fn turn_ends(&mut self, pick: u8) {
        let Some((turn, interrupted)) = self.open.take() else { return };
        let reason = match pick % 7 {
            _ if interrupted => EndReason::Interrupted,
            0 => EndReason::TimeUp,
            1 => EndReason::Silence,
            _ => EndReason::Complete,
        };
        self.unheard.push(turn);
        self.send(&ended_by(turn, reason));
    }

    fn words_come(&mut self, pick: u8) {
        let turn = self.unheard.remove(0);
        let text = if pick.is_multiple_of(5) { "" } else { "I ask and then I build it" };
        self.remember(turn, text);
        self.send(&heard(turn, words(text)));
    }

    /// Notes for itself which turns with words answer the question at hand.
    fn remember(&mut self, turn: TurnId, text: &str) {
        if !text.is_empty()
            && !self.asides.contains(&turn)
            && let Some(question) = self.asked.last()
        {
            let said = self.said.entry(question.clone()).or_default();
            if std::mem::take(&mut self.replacing) {
                said.pop();
            }
            said.push(turn);
        }
    }

    fn judge(&mut self, pick: u8) {
        let (request, question) = self.requests.remove(0);
        if pick.is_multiple_of(11) {
            return self.send(&Event::JudgeFailed { request, why: "no model".into() });
        }
        let bank = bigger_bank();
        let verdict: Verdict = [Missing, Partial, Covered][usize::from(pick) % 3];
        let mut assessment = assessed(bank.question(&question).expect("it is there"), &[verdict]);
        assessment.band = Band::clamped(pick % 5 + 1);
        assessment.points[0].confidence = f32::from(pick % 4) / 4.0;
        self.send(&Event::Judged { request, assessment, took_ms: 1 });
    }

    fn word(&mut self, pick: u8) {
        let request = self.wordings.remove(0);
        let event = match pick % 4 {
            0 => {
                self.wordings.push(request);
                Event::WordsBegan { request }
            }
            1 => Event::WordingFailed { request, why: "it praises".into() },
            _ => Event::Worded { request, text: "Why did you build it so?".into(), took_ms: 300 },
        };
        self.send(&event);
    }

    /// Somebody or something disturbs.
    pub(super) fn disturb(&mut self, pick: u8) {
        let turn = self.open.map(|(turn, _)| turn);
        let at = AudioTime::from_ms(60_000);
        let event = match (pick % 12, turn) {
            (0, _) => Event::Pressed { command: Command::Next },
            (1 | 2, _) => Event::Pressed { command: Command::Pause },
            (3, _) => Event::Pressed { command: Command::Retake },
            (4, Some(turn)) => Event::ReadSoFar { turn, within_ms: at, off_question: true },
            (5, Some(turn)) => Event::TimeShort { turn, left_ms: 30_000 },
            (6, None) => Event::SpokeOn,
            (7, None) if !self.to_say.is_empty() => Event::BargedIn { utterance: self.to_say[0] },
            (8, turn) => Event::SourceInterrupted { turn, within_ms: at, why: "unplugged".into() },
            (9, turn) => Event::SourceReturned { turn, within_ms: at, name: "other".into() },
            (10, _) => Event::TimerDone { timer: TimerId(u32::from(pick)) },
            (11, _) if pick > 240 => Event::Pressed { command: Command::Stop },
            _ => return,
        };
        if let Event::TimerDone { timer } = &event
            && self.timers.contains(timer)
        {
            return;
        }
        self.send(&event);
    }

    /// Everything that was promised is kept.
    pub(super) fn finish(&mut self) {
        for pick in 0..ENOUGH {
            if self.is_over() {
                break;
            }
            if self.on_break {
                self.send(&Event::Pressed { command: Command::Next });
            }
            if matches!(self.interviewer.state, State::Away { .. })
                && let Some((turn, _)) = self.open
            {
                let name = "other".into();
                self.send(&Event::SourceReturned { turn: Some(turn), within_ms: AudioTime::ZERO, name });
            }
            self.go_on(pick as u8);
        }
    }
}

pub(super) fn presets() -> impl Strategy<Value = &'static str> {
    prop::sample::select(prompt::pressure_names())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn an_interview_comes_to_its_end_loses_no_answer_and_leaks_no_timer(
        preset in presets(),
        picks in prop::collection::vec((any::<bool>(), any::<u8>()), 0..120),
    ) {
        let mut world = World::new(preset);
        world.send(&Event::Begin);
        for (disturbs, pick) in picks {
            if disturbs { world.disturb(pick) } else { world.go_on(pick); }
        }
        world.finish();
        prop_assert_eq!(&world.broken, &None, "under {}", preset);
        prop_assert_eq!(world.endings.len(), 1, "{} ends once, in {:?}", preset, world.interviewer.state);
        prop_assert!(world.timers.is_empty());
        if world.endings == [Ending::Complete] {
            for (question, turns) in &world.said {
                prop_assert_eq!(world.judged.get(question), Some(turns), "{}: {}", preset, question);
            }
        }
    }

    #[test]
    fn whatever_an_interview_is_doing_two_stops_end_it(
        preset in presets(),
        picks in prop::collection::vec((any::<bool>(), any::<u8>()), 0..80),
    ) {
        let mut world = World::new(preset);
        world.send(&Event::Begin);
        for (disturbs, pick) in picks {
            if disturbs { world.disturb(pick) } else { world.go_on(pick); }
        }
        world.send(&Event::Pressed { command: Command::Stop });
        world.send(&Event::Pressed { command: Command::Stop });
        prop_assert!(world.is_over(), "{} is still {:?}", preset, world.interviewer.state);
        prop_assert!(world.timers.is_empty());
    }
}
