//! Ten weeks of somebody's practice, made up, the same each time.

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use crate::bank::Level;
use crate::ids::{BankId, CompetencyId, QuestionId};
use crate::judge::{Band, Standing};
use crate::review::progress::Calendar;
use crate::session::outcome::{FirstAnswer, Outcome};
use crate::session::record::Source;

/// A title that would be a program if it were not escaped.
pub(crate) const HOSTILE: &str = "<script>alert(1)</script> & \"Co\"";

/// Bank, name, competency and its title, skills, how much of it is covered at first.
type Question = (&'static str, &'static str, &'static str, &'static str, &'static [&'static str], f32);

const QUESTIONS: [Question; 7] = [
    (
        "infrastructure-architect",
        "high-availability",
        "design",
        "Architectural design and strategy",
        &["cloud", "recovery"],
        0.3,
    ),
    (
        "infrastructure-architect",
        "cost-control",
        "design",
        "Architectural design and strategy",
        &["cloud", "finops"],
        0.2,
    ),
    ("infrastructure-architect", "zero-trust", "risk", "Risk, security and governance", &["security"], 0.55),
    ("infrastructure-architect", "audit", "risk", "Risk, security and governance", &["security"], 0.5),
    ("infrastructure-architect", "say-no", "communication", "Communication", &["stakeholders"], 0.4),
    ("hostile", "tell-me", "self", HOSTILE, &["<b>bold</b>"], 0.35),
    ("hostile", "conflict", "self", HOSTILE, &["conflict"], 0.5),
];

/// Returns a Thursday at noon, in UTC.
pub(crate) fn calendar() -> Calendar {
    Calendar { today: date(2026, 11, 26), zone: TimeZone::UTC }
}

/// Returns a moment on that day or so many days before it.
pub(crate) fn days_ago(days: i64) -> Timestamp {
    let day = calendar().today.saturating_sub(days.days());
    day.at(9, 30, 0, 0).to_zoned(TimeZone::UTC).expect("a time").timestamp()
}

/// Returns an outcome with nothing special about it.
pub(crate) fn outcome(bank: &str, question: &str, days: i64, coverage: f32) -> Outcome {
    Outcome {
        session: format!("{}-{bank}", days_ago(days).strftime("%Y-%m-%d-%H%M%S")),
        started: days_ago(days),
        source: Source::Microphone { name: "desk".into() },
        pressure: "calm".into(),
        bank: BankId::new(bank).expect("kebab-case"),
        title: if bank == "hostile" { HOSTILE.into() } else { "Infrastructure Architect".into() },
        question: QuestionId::new(question).expect("kebab-case"),
        prompt: format!("What about {question}?"),
        level: Level::Mid,
        competencies: vec![(CompetencyId::new("design").expect("kebab-case"), "Design".into())],
        skills: vec!["cloud".into()],
        standing: Some(Standing::Attempt),
        coverage: Some(coverage),
        band: Some(Band::clamped((coverage * 5.0).round() as u8)),
        first: FirstAnswer { words: 120, seconds: Some(60.0), coverage: Some(coverage), ..FirstAnswer::default() },
    }
}

/// Numbers that look like chance and are the same each time.
struct Noise(u64);

impl Noise {
    /// Returns a number between -1 and 1.
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as f64 / f64::from(1u32 << 30) - 1.0
    }
}

/// Returns what came of ten weeks: two or three days a week, more covered each time but for one competency, a little faster under
/// pressure. One week was left out, one session typed, one answered by a simulated candidate.
pub(crate) fn ten_weeks() -> Vec<Outcome> {
    let mut noise = Noise(7);
    let mut outcomes = Vec::new();
    let days = (0..70).rev().filter(|day| [0, 2, 5].contains(&(day % 7)) && !(32..39).contains(day));
    for (nth, days) in days.enumerate() {
        let pressure = ["calm", "calm", "tough", "standard"][nth % 4];
        for (place, (bank, question, competency, title, skills, at_first)) in QUESTIONS.into_iter().enumerate() {
            // Each question comes every third time.
            if (nth + place) % 3 != 0 {
                continue;
            }
            let gained = if competency == "risk" { 0.0 } else { 0.45 * (nth as f32 / 26.0) };
            let coverage = (at_first + gained + 0.08 * noise.next() as f32).clamp(0.0, 1.0);
            let pressed = if pressure == "tough" { 1.0 } else { 0.0 };
            let mut one = outcome(bank, question, days, coverage);
            one.pressure = pressure.into();
            one.competencies = vec![(CompetencyId::new(competency).expect("kebab-case"), title.into())];
            one.skills = skills.iter().map(|skill| (*skill).to_owned()).collect();
            one.first.words_per_minute = Some(138.0 + 22.0 * pressed + 9.0 * noise.next());
            one.first.delay_s = Some(1.6 + 0.9 * pressed + 0.4 * noise.next());
            one.first.long_pauses_per_minute = Some((2.4 + 1.2 * noise.next() + 0.8 * pressed).max(0.0));
            one.first.fillers_per_minute = Some((5.0 - 0.1 * nth as f64 + 2.0 * noise.next()).max(0.0));
            match nth {
                3 => one = typed(one),
                6 => one.source = Source::Simulated { path: "candidate.toml".into() },
                _ => {}
            }
            outcomes.push(one);
        }
    }
    outcomes
}

/// Returns the outcome as if it had been typed.
fn typed(outcome: Outcome) -> Outcome {
    let first = FirstAnswer { words: outcome.first.words, coverage: outcome.first.coverage, ..FirstAnswer::default() };
    Outcome { source: Source::Typed, first, ..outcome }
}
