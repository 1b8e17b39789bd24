//! A session to show: two questions, one of them followed up, heard with mistakes.

use crate::bank::Bank;
use crate::ids::{Asked, FollowUpId, PitfallId, PointId, QuestionId, TurnId, UtteranceId};
use crate::interview::effect::{Effect, Ending, Purpose, Reason};
use crate::interview::event::{Event, Stamped};
use crate::interview::plan::Plan;
use crate::judge::{Assessment, Band, Doubt, Evidence, PitfallHit, PointVerdict, Standing, Verdict};
use crate::prompt;
use crate::session::Session;
use crate::session::record::{Opened, Record, Source};
use crate::transcript::{Transcript, Word};
use crate::turn::EndReason;
use crate::turn::strain::Strain;
use crate::units::{AudioTime, Span};

const BANK: &str = r#"
format = 1
id = "platform"
title = "Platform Architect"
license = "CC0-1.0"

[[question]]
id = "where-it-runs"
prompt = "Where would you run a service that must not go down, and why there?"
kind = "design"
level = "senior"
minutes = 2
assesses = "Order."
model_answer = "I first ask how long it may be down. Then I run it in three zones, on a scheduler that restarts what fails, and I test that."

  [[question.point]]
  id = "asks"
  text = "Asks how long it may be down before choosing anything"
  weight = 3

  [[question.point]]
  id = "zones"
  text = "Spreads it over several zones"
  weight = 2

  [[question.point]]
  id = "scheduler"
  text = "Names a scheduler that restarts what fails, such as Kubernetes"
  weight = 2

  [[question.pitfall]]
  id = "cloud"
  text = "Only says to use the cloud"

  [[question.follow_up]]
  id = "fails"
  prompt = "And what restarts it when it fails?"
  probes = ["scheduler"]

[[question]]
id = "disagreement"
prompt = "Tell me about a time you disagreed with a colleague."
kind = "behavioural"
level = "mid"
minutes = 2
assesses = "Manner."
model_answer = "We looked at the figures together."

  [[question.point]]
  id = "outcome"
  text = "Says how it ended"
  weight = 1
"#;

/// Unsure words carry a question mark in front here.
const ANSWER: &str = "I would put it in the cloud, and that is mostly it. We ran it in three zones on ?cooper ?netties, with a team on call.";
const FOLLOW_UP: &str = "Well, ?cooper ?netties does that. It looks every few seconds and starts what is gone.";

fn id(text: &str) -> QuestionId {
    QuestionId::new(text).expect("kebab-case")
}

fn heard(text: &str) -> Transcript {
    let words = text.split_whitespace().zip(1u64..).map(|(text, nth)| Word {
        text: text.trim_start_matches('?').into(),
        span: Span::new(AudioTime::from_ms(nth * 400), AudioTime::from_ms(nth * 400 + 350)),
        probability: if text.starts_with('?') { 0.31 } else { 0.93 },
    });
    Transcript { words: words.collect() }
}

fn point(name: &str, verdict: Verdict, quote: Option<(u32, &str)>) -> PointVerdict {
    PointVerdict {
        point: PointId::new(name).expect("kebab-case"),
        verdict,
        confidence: 0.8,
        p_partial: 0.6,
        p_covered: 0.4,
        doubt: (verdict == Verdict::Partial).then_some(Doubt::Misheard),
        evidence: quote.map(|(turn, quote)| Evidence { turn: TurnId(turn), quote: quote.into(), span: None }),
    }
}

/// Returns what the judge says of the first question. With `after`, once its follow-up was answered.
pub(crate) fn assessment(after: bool) -> Assessment {
    let zones = (1, "We ran it in three zones on cooper netties, with a team on call.");
    let scheduler = (2, "Well, cooper netties does that.");
    let pitfall = Evidence { turn: TurnId(1), quote: "I would put it in the cloud,".into(), span: None };
    Assessment {
        standing: Standing::Attempt,
        points: vec![
            point("asks", Verdict::Missing, None),
            point("zones", Verdict::Covered, Some(zones)),
            if after {
                point("scheduler", Verdict::Partial, Some(scheduler))
            } else {
                point("scheduler", Verdict::Missing, None)
            },
        ],
        pitfalls: vec![PitfallHit {
            pitfall: PitfallId::new("cloud").expect("kebab-case"),
            confidence: 0.7,
            evidence: pitfall,
        }],
        pitfall_chances: std::collections::BTreeMap::new(),
        coverage: if after { 0.43 } else { 0.29 },
        band: Band::clamped(2),
    }
}

/// Returns the session, begun on that day of November.
pub(crate) fn session_on(day: u32) -> Session {
    let plan = Plan {
        bank: Bank::parse(BANK, "platform.toml").expect("the bank of this sample is valid"),
        questions: vec![id("where-it-runs"), id("disagreement")],
        reserve: Vec::new(),
        panel: Vec::new(),
        persona: prompt::persona(prompt::DEFAULT_PERSONA).expect("the default persona exists"),
        pressure: prompt::pressure("standard").expect("the standard pressure exists"),
        minutes: None,
        wording: None,
    };
    let mut session = Session::new(Opened {
        id: format!("2026-11-{day:02}-platform"),
        started: format!("2026-11-{day:02}T12:00:00Z").parse().expect("a date"),
        hotseat: "0.1.0".into(),
        source: Source::Microphone { name: "default".into() },
        plan,
    });
    let reason = Reason::Probes {
        points: vec![PointId::new("scheduler").expect("kebab-case")],
        pitfalls: Vec::new(),
        taken_up: None,
    };
    let follow_up = FollowUpId::new("fails").expect("kebab-case");
    let first = Asked { question: id("where-it-runs"), follow_up: None, nth: 0 };
    let second = Asked { follow_up: Some(follow_up), nth: 1, ..first.clone() };
    let third = Asked { question: id("disagreement"), follow_up: None, nth: 0 };
    ask(&mut session, 1, &first, None, Some(ANSWER));
    judged(&mut session, assessment(false));
    ask(&mut session, 2, &second, Some(reason), Some(FOLLOW_UP));
    judged(&mut session, assessment(true));
    ask(&mut session, 3, &third, None, None);
    apply(&mut session, Record::Effect(Stamped { at: AudioTime::ZERO, what: Effect::End { ending: Ending::Stopped } }));
    session
}

/// Returns the session.
pub(crate) fn session() -> Session {
    session_on(23)
}

fn apply(session: &mut Session, record: Record) {
    session.apply(&record);
}

fn judged(session: &mut Session, assessment: Assessment) {
    let what = Event::Judged { request: crate::ids::RequestId(1), assessment, took_ms: 9 };
    apply(session, Record::Event(Stamped { at: AudioTime::ZERO, what }));
}

fn ask(session: &mut Session, turn: u32, asked: &Asked, reason: Option<Reason>, answer: Option<&str>) {
    let question = session.question(&asked.question).expect("it is in the bank");
    let follow_up = asked.follow_up.as_ref().and_then(|id| question.follow_up(id));
    let text = follow_up.map_or_else(|| question.prompt.clone(), |follow_up| follow_up.prompt.clone());
    let patience = session.opened.plan.pressure.patience(2.0, false);
    let effects = [
        Effect::Say {
            utterance: UtteranceId(turn),
            purpose: Purpose::Question,
            asked: Some(asked.clone()),
            reason,
            text,
            speaker: None,
        },
        Effect::Listen { turn: TurnId(turn), asked: asked.clone(), take: 1, patience, replaces: false },
    ];
    for what in effects {
        apply(session, Record::Effect(Stamped { at: AudioTime::ZERO, what }));
    }
    let Some(answer) = answer else { return };
    let ended = Event::TurnEnded {
        turn: TurnId(turn),
        reason: EndReason::Complete,
        speech_end_ms: AudioTime::from_ms(11_000),
        duration_ms: 12_000,
        strain: Strain::default(),
    };
    let words =
        Event::Heard { turn: TurnId(turn), transcript: heard(answer), took_ms: 200, worked_ms: 400, failure: None };
    for what in [ended, words] {
        apply(session, Record::Event(Stamped { at: AudioTime::ZERO, what }));
    }
}
