//! One interview under each preset, as a play: the time, who speaks, what they say, and why. Each candidate suits the preset.
//! The words are made of the rubric, the judge counts which of its words were said, and time is the length of what is said.

use std::fmt::Write;
use std::time::Duration;

use super::stage::{assessed, pressed, shown_bank};
use crate::bank::{Bank, Question};
use crate::ids::{QuestionId, TurnId};
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Purpose, Reason, Wait};
use crate::interview::event::{Command, Event};
use crate::interview::plan::Plan;
use crate::judge::{Assessment, Band, Standing, Verdict};
use crate::transcript::{Transcript, Word};
use crate::turn::EndReason;
use crate::turn::endpoint::Patience;
use crate::turn::strain::Strain;
use crate::units::{AudioTime, Span};

/// Words a minute of everybody.
const PACE: u64 = 150;

/// How a candidate is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Manner {
    /// Makes every point, and more so when asked again.
    Strong,
    /// Says little, and only what is asked for.
    Thin,
    /// Says nothing at first.
    Silent,
    /// Makes a point and then goes on for minutes.
    Rambling,
    /// Answers short and unwillingly, and speaks on when nothing is said.
    Hostile,
    /// Speaks of something else until led back.
    OffTopic,
}

/// What a candidate does with the floor.
struct Turn {
    text: String,
    /// Before the first word.
    waits: Duration,
}

impl Manner {
    /// Returns the `nth` answer to what was asked, counted from 0 for each question.
    fn answers(self, question: &Question, follow_up: bool, nth: usize) -> Turn {
        let point = |index: usize| question.points.get(index).map_or("", |point| point.text.as_str());
        let all: Vec<&str> = question.points.iter().map(|point| point.text.as_str()).collect();
        let turn = |text: String, seconds: u64| Turn { text, waits: Duration::from_secs(seconds) };
        match self {
            Self::Strong => turn(format!("In my last role I did this: {}.", all.join(", then ")), 1),
            Self::Thin if follow_up => turn(format!("Well, {}.", point(nth)), 2),
            Self::Thin => turn("I would look at it and then decide with the team what is best.".into(), 2),
            Self::Silent if nth == 0 => turn(String::new(), 120),
            Self::Silent => turn(format!("Sorry. I think {}.", point(0)), 20),
            Self::Rambling => {
                let on = " and that was really the thing, you know, and one could see it from another side as well"
                    .repeat(20);
                turn(format!("So {}{on}.", point(0)), 1)
            }
            Self::Hostile if nth == 0 => turn(format!("I have said that in my letter. {}.", point(0)), 4),
            Self::Hostile => turn(format!("Fine. {}.", point(1)), 4),
            Self::OffTopic if nth == 0 => {
                turn("Last summer we went to the sea, and the children learned to swim there. ".repeat(14), 1)
            }
            Self::OffTopic => turn(format!("Right, the question. {} and {}.", point(0), point(1)), 1),
        }
    }
}

/// A play as it is written down.
struct Play {
    interviewer: Interviewer,
    bank: Bank,
    manner: Manner,
    now: Duration,
    text: String,
    /// The answers to the question that stands.
    said: Vec<(TurnId, String)>,
    question: Option<QuestionId>,
    nth: usize,
    queue: Vec<Event>,
}

fn spoken_in(text: &str) -> Duration {
    Duration::from_millis(text.split_whitespace().count() as u64 * 60_000 / PACE)
}

/// Words one after the other.
fn timed(text: &str) -> Transcript {
    let words = text.split_whitespace().enumerate().map(|(index, word)| {
        let start = AudioTime::from_ms(index as u64 * 60_000 / PACE);
        Word { text: word.into(), span: Span::new(start, start.plus(Duration::from_millis(350))), probability: 0.9 }
    });
    Transcript { words: words.collect() }
}

/// The first words of a long text.
fn short(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    if words.len() <= 34 {
        return words.join(" ");
    }
    format!("{} … ({} words)", words[..18].join(" "), words.len())
}

impl Play {
    fn of(preset: &str, manner: Manner) -> String {
        let bank = shown_bank();
        let questions: Vec<QuestionId> = bank.questions.iter().take(3).map(|question| question.id.clone()).collect();
        let reserve = bank.questions.iter().skip(3).map(|question| question.id.clone()).collect();
        let plan = Plan { bank: bank.clone(), questions, reserve, ..pressed(preset) };
        let mut play = Self {
            interviewer: Interviewer::new(plan),
            bank,
            manner,
            now: Duration::ZERO,
            text: format!("{preset}; the candidate: {manner:?}\n\n").to_lowercase(),
            said: Vec::new(),
            question: None,
            nth: 0,
            queue: vec![Event::Begin],
        };
        while !play.queue.is_empty() {
            let event = play.queue.remove(0);
            for effect in play.interviewer.handle(&event) {
                play.perform(&effect);
            }
            assert!(play.text.len() < 30_000, "it does not end");
        }
        play.text
    }

    fn line(&mut self, who: &str, what: &str, why: &str) {
        let seconds = self.now.as_secs();
        let why = if why.is_empty() { String::new() } else { format!("   [{why}]") };
        let _written = writeln!(self.text, "{:>2}:{:02}  {who:<8} {what}{why}", seconds / 60, seconds % 60);
    }

    fn perform(&mut self, effect: &Effect) {
        match effect {
            Effect::Say { utterance, purpose, reason, text, speaker, asked } => {
                let who = speaker.clone().unwrap_or_else(|| self.interviewer.plan.persona.name.clone());
                self.line(&who, text, &why(*purpose, reason.as_ref()));
                if *purpose != Purpose::HalfMinute {
                    self.now += spoken_in(text);
                }
                if let Some(asked) = asked.as_ref().filter(|asked| asked.nth == 0)
                    && self.question.as_ref() != Some(&asked.question)
                {
                    self.question = Some(asked.question.clone());
                    self.said.clear();
                    self.nth = 0;
                }
                self.queue.push(Event::Said { utterance: *utterance });
            }
            Effect::Listen { turn, asked, patience, .. } => {
                self.answer(*turn, &asked.question.clone(), asked.follow_up.is_some(), patience);
            }
            Effect::Judge { request, question, turns } => {
                let answered: Vec<&str> =
                    self.said.iter().filter(|(turn, _)| turns.contains(turn)).map(|(_, text)| text.as_str()).collect();
                let assessment = self.judged(question, &answered.join(" "));
                let covered = assessment.points.iter().filter(|point| point.verdict == Verdict::Covered).count();
                let verdict =
                    format!("{covered} of {} points, band {}", assessment.points.len(), assessment.band.get());
                self.line("", &format!("({verdict})"), "");
                self.queue.push(Event::Judged { request: *request, assessment, took_ms: 600 });
            }
            Effect::StartTimer { timer, ms, wait } => {
                // This candidate has thought enough after ten seconds, and gives the first answer again.
                let again = self.interviewer.asked.len() == 1;
                let pressed = |command| Event::Pressed { command };
                let (takes, what, event) = match wait {
                    Wait::Think => (10_000, "(thinks, and presses Enter)", pressed(Command::Next)),
                    Wait::Retake if again => (2_000, "(presses R)", pressed(Command::Retake)),
                    Wait::Words => (0, "(waits)", Event::TimerDone { timer: *timer }),
                    Wait::Retake => (*ms, "(keeps the answer)", Event::TimerDone { timer: *timer }),
                };
                self.now += Duration::from_millis(takes);
                self.line("You", what, "");
                self.queue.push(event);
            }
            Effect::End { .. } => self.line("", "(the end)", ""),
            _ => {}
        }
    }

    /// The candidate speaks, and the ears do what the patience says.
    fn answer(&mut self, turn: TurnId, question: &QuestionId, follow_up: bool, patience: &Patience) {
        let question = self.bank.question(question).expect("it is there").clone();
        let Turn { text, waits } = self.manner.answers(&question, follow_up, self.nth);
        self.nth += 1;
        if text.is_empty() || waits >= patience.silence_before_speech {
            self.now += patience.silence_before_speech;
            self.line("You", "(silence)", "");
            return self.turn_is_over(turn, EndReason::Silence, Duration::ZERO, "");
        }
        let began = self.now + waits;
        self.now = began;
        let (text, reason) = self.heard_out(turn, &question, &text, patience);
        let spoke = spoken_in(&text);
        self.now = began;
        self.line("You", &short(&text), reason_words(reason));
        self.told_meanwhile(turn, spoke, patience, began);
        self.now = began + spoke;
        let pause = patience.pause_complete.max(patience.pause_least.unwrap_or_default());
        if reason == EndReason::Complete {
            self.now += pause;
            if pause >= Duration::from_secs(3) {
                self.line("", &format!("({} s of silence)", pause.as_secs()), "the pressure lets it stand");
            }
        }
        self.turn_is_over(turn, reason, spoke, &text);
    }

    /// Returns what is said before the turn ends, and why it ends: at a pause after the limit, or where the interviewer interrupts.
    fn heard_out(&mut self, turn: TurnId, question: &Question, text: &str, patience: &Patience) -> (String, EndReason) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let ends: Vec<usize> = (1..=words.len()).filter(|end| end % 15 == 0 || *end == words.len()).collect();
        for end in ends {
            let so_far = words[..end].join(" ");
            let within = spoken_in(&so_far);
            if end == words.len() {
                break;
            }
            if patience.time_limit.is_some_and(|limit| within >= limit) {
                return (so_far, EndReason::TimeUp);
            }
            let earlier: Vec<&str> = self.said.iter().map(|(_, text)| text.as_str()).collect();
            let standing = self.judged(&question.id, &format!("{} {so_far}", earlier.join(" "))).standing;
            if standing != Standing::Attempt {
                let within_ms = AudioTime::ZERO.plus(within);
                let read = Event::ReadSoFar { turn, within_ms, off_question: true };
                let effects = self.interviewer.handle(&read);
                if effects.iter().any(|effect| matches!(effect, Effect::Interrupt { .. })) {
                    return (so_far, EndReason::Interrupted);
                }
            }
        }
        (text.to_owned(), EndReason::Complete)
    }

    /// What the interviewer says while the candidate speaks.
    fn told_meanwhile(&mut self, turn: TurnId, spoke: Duration, patience: &Patience, began: Duration) {
        let (Some(limit), Some(before)) = (patience.time_limit, patience.warn_before) else { return };
        let at = limit.saturating_sub(before);
        if spoke > at {
            self.now = began + at;
            let effects = self.interviewer.handle(&Event::TimeShort { turn, left_ms: before.as_millis() as u64 });
            for effect in effects {
                self.perform(&effect);
            }
            self.queue.clear();
        }
    }

    fn turn_is_over(&mut self, turn: TurnId, reason: EndReason, spoke: Duration, text: &str) {
        self.said.push((turn, text.to_owned()));
        self.queue.push(Event::TurnEnded {
            turn,
            reason,
            speech_end_ms: AudioTime::ZERO.plus(spoke),
            duration_ms: spoke.as_millis() as u64,
            strain: Strain::default(),
        });
        let transcript = timed(text);
        self.queue.push(Event::Heard { turn, transcript, took_ms: 100, worked_ms: 300, failure: None });
    }

    /// A point is made when its words were said. What makes none and shares no word is an answer to something else.
    fn judged(&self, question: &QuestionId, text: &str) -> Assessment {
        let question = self.bank.question(question).expect("it is there");
        let made = |text_of: &str| if text.contains(text_of) { Verdict::Covered } else { Verdict::Missing };
        let verdicts: Vec<Verdict> = question.points.iter().map(|point| made(&point.text)).collect();
        let mut assessment = assessed(question, &verdicts);
        let covered = verdicts.iter().filter(|verdict| **verdict == Verdict::Covered).count();
        assessment.band = Band::clamped(1 + (covered * 4 / verdicts.len().max(1)) as u8);
        if covered == 0 && text.contains("summer") {
            assessment.standing = Standing::OffTopic;
        }
        // The first point of somebody who made only that is a claim that the judge is not sure of.
        if covered == 1 && verdicts[0] == Verdict::Covered {
            assessment.points[0].confidence = 0.45;
        }
        assessment
    }
}

fn why(purpose: Purpose, reason: Option<&Reason>) -> String {
    match (purpose, reason) {
        (_, Some(Reason::Probes { points, .. })) => {
            let points: Vec<&str> = points.iter().map(crate::ids::PointId::as_str).collect();
            format!("thin: {}", points.join(", "))
        }
        (_, Some(Reason::Deeper)) => "strong, so deeper".into(),
        (_, Some(Reason::Harder)) => "harder, after a strong answer".into(),
        (_, Some(Reason::Easier)) => "easier, after two weak answers".into(),
        (_, Some(Reason::Doubts { points, .. })) => {
            let points: Vec<&str> = points.iter().map(crate::ids::PointId::as_str).collect();
            format!("weak claim: {}", points.join(", "))
        }
        (Purpose::Statement, None) => "what the preset will do".into(),
        (Purpose::TimeUp, None) => "interrupts: the time is up, at a pause".into(),
        (Purpose::HalfMinute, None) => "at a pause, into the turn".into(),
        (Purpose::BackToQuestion, None) => "interrupts: nothing of it answers the question, at a pause".into(),
        (Purpose::Prod, None) => "nothing was heard".into(),
        _ => String::new(),
    }
}

fn reason_words(reason: EndReason) -> &'static str {
    match reason {
        EndReason::TimeUp => "until the time is up",
        EndReason::Interrupted => "until interrupted",
        _ => "",
    }
}

#[test]
fn a_strong_candidate_and_a_panel() {
    insta::assert_snapshot!(Play::of("panel", Manner::Strong));
}

#[test]
fn a_thin_candidate_and_the_standard() {
    insta::assert_snapshot!(Play::of("standard", Manner::Thin));
}

#[test]
fn a_silent_candidate_and_calm() {
    insta::assert_snapshot!(Play::of("calm", Manner::Silent));
}

#[test]
fn a_rambling_candidate_and_tough() {
    insta::assert_snapshot!(Play::of("tough", Manner::Rambling));
}

#[test]
fn an_off_topic_candidate_and_tough() {
    insta::assert_snapshot!(Play::of("tough", Manner::OffTopic));
}

#[test]
fn a_rambling_candidate_and_rapid_fire() {
    insta::assert_snapshot!(Play::of("rapid-fire", Manner::Rambling));
}

#[test]
fn a_strong_candidate_and_one_way() {
    insta::assert_snapshot!(Play::of("one-way", Manner::Strong));
}

#[test]
fn a_hostile_candidate_and_the_silent_treatment() {
    insta::assert_snapshot!(Play::of("silent-treatment", Manner::Hostile));
}

#[test]
fn a_thin_candidate_and_a_panel() {
    insta::assert_snapshot!(Play::of("panel", Manner::Thin));
}
