//! An interview that plays itself, with a bank of two questions.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::bank::{Bank, Question};
use crate::ids::{QuestionId, TurnId};
use crate::interview::Interviewer;
use crate::interview::effect::{Effect, Purpose};
use crate::interview::event::Event;
use crate::interview::plan::Plan;
use crate::judge::{Assessment, Band, Evidence, PointVerdict, Standing, Verdict};
use crate::prompt;
use crate::transcript::{Transcript, Word};
use crate::turn::EndReason;
use crate::turn::strain::Strain;
use crate::units::{AudioTime, Span};

const BANK: &str = r#"
format = 1
id = "small"
title = "Small Role"
license = "CC0-1.0"

[[competency]]
id = "craft"
title = "Craft"

[[question]]
id = "first"
prompt = "How do you begin?"
kind = "design"
level = "mid"
minutes = 2
competencies = ["craft"]
assesses = "Order."
model_answer = "I ask first. Then I build. Then I test."

  [[question.point]]
  id = "asks"
  text = "Asks what is wanted"
  weight = 3

  [[question.point]]
  id = "builds"
  text = "Builds in small steps"
  weight = 2

  [[question.point]]
  id = "tests"
  text = "Tests what was built"
  weight = 1

  [[question.pitfall]]
  id = "rushes"
  text = "Begins without a thought"

  [[question.follow_up]]
  id = "who"
  prompt = "Whom do you ask?"
  probes = ["asks", "rushes"]

  [[question.follow_up]]
  id = "how"
  prompt = "How big is a step?"
  probes = ["builds"]

  [[question.follow_up]]
  id = "proof"
  prompt = "How do you know it works?"
  probes = ["tests"]

  [[question.follow_up]]
  id = "deeper"
  prompt = "When would you not?"
  probes = []

[[question]]
id = "second"
prompt = "How do you end?"
kind = "opinion"
level = "mid"
minutes = 1
competencies = ["craft"]
assesses = "Judgement."
model_answer = "I write down what I learned."

  [[question.point]]
  id = "notes"
  text = "Writes down what was learned"
  weight = 2

  [[question.follow_up]]
  id = "where"
  prompt = "Where do you keep it?"
  probes = ["notes"]
"#;

pub(super) fn bank() -> Bank {
    Bank::parse(BANK, "small.toml").expect("the bank of this test is valid")
}

/// A bank with questions of every level and one point each.
pub(super) fn bigger_bank() -> Bank {
    let mut text = BANK[..BANK.find("[[question]]").expect("it has questions")].to_owned();
    for (name, level) in [
        ("mid-one", "mid"),
        ("mid-two", "mid"),
        ("mid-three", "mid"),
        ("junior-one", "junior"),
        ("senior-one", "senior"),
        ("principal-one", "principal"),
    ] {
        let _written = write!(
            text,
            "[[question]]\nid = \"{name}\"\nprompt = \"What about {name}?\"\nkind = \"design\"\nlevel = \"{level}\"\n\
             minutes = 2\ncompetencies = [\"craft\"]\nassesses = \"Order.\"\nmodel_answer = \"I ask first.\"\n\
             [[question.point]]\nid = \"asks\"\ntext = \"Asks what is wanted\"\nweight = 3\n"
        );
    }
    Bank::parse(&text, "bigger.toml").expect("the bank of this test is valid")
}

/// A bank that is worth reading in a play: three questions for the plan and two for the reserve.
pub(super) fn shown_bank() -> Bank {
    Bank::parse(include_str!("play.toml"), "play.toml").expect("the bank of the plays is valid")
}

pub(super) fn plan() -> Plan {
    Plan {
        bank: bank(),
        questions: vec![id("first"), id("second")],
        reserve: Vec::new(),
        panel: Vec::new(),
        persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("the default persona exists"),
        pressure: prompt::pressure("standard").expect("the standard pressure exists"),
        minutes: None,
        wording: None,
    }
}

/// The plan under a preset, with its panel.
pub(super) fn pressed(name: &str) -> Plan {
    let pressure = prompt::pressure(name).expect("the preset exists");
    let mut members = pressure.panel.iter().filter_map(|name| prompt::persona(name));
    let persona = members.next().unwrap_or_else(|| plan().persona);
    Plan { panel: members.collect(), persona, pressure, ..plan() }
}

pub(super) fn id(text: &str) -> QuestionId {
    QuestionId::new(text).expect("kebab-case")
}

pub(super) fn words(text: &str) -> Transcript {
    let words = text.split_whitespace().enumerate().map(|(index, word)| {
        let start = AudioTime::from_ms(index as u64 * 300);
        Word {
            text: word.into(),
            span: Span::new(start, AudioTime::from_ms(index as u64 * 300 + 250)),
            probability: 0.9,
        }
    });
    Transcript { words: words.collect() }
}

/// An assessment of the question with these verdicts in the rubric's order.
pub(super) fn assessed(question: &Question, verdicts: &[Verdict]) -> Assessment {
    let points: Vec<PointVerdict> = question
        .points
        .iter()
        .zip(verdicts)
        .map(|(point, &verdict)| PointVerdict {
            point: point.id.clone(),
            verdict,
            confidence: 0.9,
            p_partial: if verdict == Verdict::Missing { 0.1 } else { 0.9 },
            p_covered: if verdict == Verdict::Covered { 0.9 } else { 0.1 },
            doubt: None,
            evidence: (verdict != Verdict::Missing).then(|| Evidence {
                turn: TurnId(1),
                quote: "I ask".into(),
                span: None,
            }),
        })
        .collect();
    let total: f32 = question.points.iter().map(|point| f32::from(point.weight)).sum();
    let made: f32 = question
        .points
        .iter()
        .zip(verdicts)
        .map(|(point, verdict)| f32::from(point.weight) * if *verdict == Verdict::Covered { 1.0 } else { 0.0 })
        .sum();
    Assessment {
        standing: Standing::Attempt,
        points,
        pitfalls: Vec::new(),
        pitfall_chances: BTreeMap::new(),
        coverage: made / total,
        band: Band::clamped(3),
    }
}

/// Plays an interview: says every line, answers every turn, judges as told.
pub(super) struct Stage {
    pub(super) interviewer: Interviewer,
    pub(super) effects: Vec<Effect>,
    pub(super) verdicts: Vec<Verdict>,
    pub(super) silent: bool,
}

impl Stage {
    pub(super) fn new(verdicts: &[Verdict]) -> Self {
        Self::with(plan(), verdicts)
    }

    pub(super) fn with(plan: Plan, verdicts: &[Verdict]) -> Self {
        Self { interviewer: Interviewer::new(plan), effects: Vec::new(), verdicts: verdicts.to_vec(), silent: false }
    }

    pub(super) fn send(&mut self, event: &Event) -> Vec<Effect> {
        let effects = self.interviewer.handle(event);
        self.effects.extend(effects.clone());
        effects
    }

    /// Answers effects until the interview is over or `stop` holds for an effect.
    pub(super) fn play(&mut self, first: &Event, stop: impl Fn(&Effect) -> bool) -> Vec<Event> {
        let mut queue = vec![first.clone()];
        let mut sent = Vec::new();
        while !queue.is_empty() {
            let event = queue.remove(0);
            sent.push(event.clone());
            for effect in self.send(&event) {
                if stop(&effect) {
                    return sent;
                }
                queue.extend(self.answer(&effect));
            }
            assert!(sent.len() < 200, "the interview does not end");
        }
        sent
    }

    pub(super) fn answer(&self, effect: &Effect) -> Vec<Event> {
        match effect {
            Effect::Say { utterance, .. } => vec![Event::Said { utterance: *utterance }],
            Effect::Listen { turn, .. } | Effect::HearOut { turn, .. } => {
                let transcript = if self.silent { Transcript::default() } else { words("I ask and then I build it") };
                vec![ended(*turn), heard(*turn, transcript)]
            }
            Effect::Judge { request, question, .. } => {
                let bank = bank();
                let question = bank.question(question).expect("the bank has it");
                vec![Event::Judged { request: *request, assessment: assessed(question, &self.verdicts), took_ms: 5 }]
            }
            Effect::StartTimer { timer, .. } => vec![Event::TimerDone { timer: *timer }],
            _ => Vec::new(),
        }
    }

    pub(super) fn asked(&self) -> Vec<String> {
        let asked = self.effects.iter().filter_map(|effect| match effect {
            Effect::Say { asked: Some(asked), .. } => Some(match &asked.follow_up {
                Some(follow_up) => format!("{}.{follow_up}", asked.question),
                None => asked.question.to_string(),
            }),
            _ => None,
        });
        asked.collect()
    }

    /// The words of the lines with this purpose.
    pub(super) fn texts_of(&self, wanted: Purpose) -> Vec<&str> {
        let says = self.effects.iter().filter_map(|effect| match effect {
            Effect::Say { purpose, text, .. } if *purpose == wanted => Some(text.as_str()),
            _ => None,
        });
        says.collect()
    }

    pub(super) fn purposes(&self) -> Vec<Purpose> {
        let says = self.effects.iter().filter_map(|effect| match effect {
            Effect::Say { purpose, .. } => Some(*purpose),
            _ => None,
        });
        says.collect()
    }
}

pub(super) fn ended(turn: TurnId) -> Event {
    ended_by(turn, EndReason::Complete)
}

pub(super) fn ended_by(turn: TurnId, reason: EndReason) -> Event {
    Event::TurnEnded {
        turn,
        reason,
        speech_end_ms: AudioTime::from_ms(4_000),
        duration_ms: 5_000,
        strain: Strain::default(),
    }
}

pub(super) fn heard(turn: TurnId, transcript: Transcript) -> Event {
    Event::Heard { turn, transcript, took_ms: 100, worked_ms: 300, failure: None }
}

/// The lines that effects say, by purpose.
pub(super) fn said(effects: &[Effect]) -> Vec<Purpose> {
    let say = |effect: &Effect| match effect {
        Effect::Say { purpose, .. } => Some(*purpose),
        _ => None,
    };
    effects.iter().filter_map(say).collect()
}
