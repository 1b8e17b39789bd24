//! What pressure does to somebody: their answers under a preset beside their own calm ones. Says so where too little is known.
//!
//! Only answers to the questions themselves are compared, since presets differ in how many follow-ups they ask, and a first
//! answer is longer and slower to begin than one to a follow-up.

use std::mem::discriminant;

use schemars::JsonSchema;
use serde::Serialize;

use crate::prompt::fill;
use crate::prompt::pressure_effect::{MeasureWords, PressureEffectWords, words};
use crate::review::rank_test::chance;
use crate::session::{Exchange, Session};
use crate::transcript::delivery::estimate::LEAST_S;

/// The preset that others are compared with, and the one that stands in for it where there is no answer under it.
const BASELINES: [&str; 2] = ["calm", "standard"];

/// Fewest answers of each kind that anything is said from: with four each, not even two groups that lie wholly apart are
/// rarer than one in a hundred by chance.
const LEAST_ANSWERS: usize = 5;

/// Answers of each kind at most, the latest: somebody's manner a year ago is not their baseline today.
const LATEST: usize = 30;

/// Chance below which a difference is named. Five measures are compared at once, so one report in twenty names one that is none.
const CHANCE: f64 = 0.01;

/// A session's answers beside the candidate's own calm ones.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PressureEffect {
    /// The preset of the session.
    pub pressure: String,
    /// The preset that it is compared with.
    pub baseline: String,
    /// The comparisons.
    pub measures: Vec<Compared>,
}

/// A measure under both.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Compared {
    /// What was measured.
    pub measure: Measure,
    /// Without pressure. Null: there was no answer to measure.
    pub calm: Option<Middle>,
    /// Under pressure. Null: there was no answer to measure.
    pub pressed: Option<Middle>,
    /// What can be said.
    pub finding: Finding,
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Measure {
    /// Seconds to the first word.
    Delay,
    /// Words a minute, long pauses left out.
    Rate,
    /// Fillers that were found, a minute.
    Fillers,
    /// Pauses of a second and more, a minute.
    Pauses,
    /// Per cent of the rubric's weight that the first answer made.
    Coverage,
}

/// The middle of some values.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Middle {
    /// How many answers.
    pub answers: usize,
    /// The median.
    pub median: f64,
    /// Where the middle half of the values begins.
    pub low: f64,
    /// Where it ends.
    pub high: f64,
}

/// What can be said of a measure under pressure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Finding {
    /// Fewer than five answers on one side.
    TooLittle,
    /// Nothing that chance could not bring.
    Same,
    /// It is higher.
    Higher,
    /// It is lower.
    Lower,
}

impl PressureEffect {
    /// Returns the comparison for a session. `earlier` are the candidate's sessions before it, in any order; those whose answers
    /// came in another way, such as by keyboard, are left out. None for a session that is itself of the baseline.
    #[must_use]
    pub fn of(session: &Session, earlier: &[Session]) -> Option<Self> {
        let source = discriminant(&session.opened.source);
        let mut own: Vec<&Session> =
            earlier.iter().filter(|one| discriminant(&one.opened.source) == source).chain([session]).collect();
        own.sort_by_key(|one| std::cmp::Reverse(one.opened.started));
        let under = |name: &str| -> Vec<&Exchange> {
            let sessions = own.iter().filter(|one| one.opened.plan.pressure.name == name);
            sessions.flat_map(|one| one.exchanges.iter().rev()).filter(|exchange| is_answer(exchange)).collect()
        };
        let pressure = session.opened.plan.pressure.name.as_str();
        let baseline = *BASELINES.iter().find(|name| !under(name).is_empty()).unwrap_or(&BASELINES[0]);
        if [baseline, BASELINES[0]].contains(&pressure) {
            return None;
        }
        let (calm, pressed) = (under(baseline), under(pressure));
        let all = [Measure::Delay, Measure::Rate, Measure::Fillers, Measure::Pauses, Measure::Coverage];
        let compare = |measure: Measure| compared(measure, &measure.values(&calm), &measure.values(&pressed));
        Some(Self { pressure: pressure.into(), baseline: baseline.into(), measures: all.map(compare).into() })
    }

    /// Returns what is told, a line each.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let words = words();
        let names = [("pressure", self.pressure.as_str()), ("baseline", self.baseline.as_str())];
        let mut lines = vec![fill(&words.intro, &names)];
        if self.baseline != BASELINES[0] {
            lines.push(fill(&words.stands_in, &names));
        }
        lines.extend(self.measures.iter().map(|compared| compared.line(&words, &names)));
        lines.push(words.method);
        lines
    }
}

/// Whether this is an answer to a question itself, with words.
fn is_answer(exchange: &Exchange) -> bool {
    let heard = exchange.takes.last().and_then(|take| take.transcript.as_ref());
    exchange.asked.nth == 0 && heard.is_some_and(|transcript| !transcript.is_empty())
}

fn compared(measure: Measure, calm: &[f64], pressed: &[f64]) -> Compared {
    let (before, under) = (Middle::of(calm), Middle::of(pressed));
    let finding = match (before, under) {
        (Some(before), Some(under)) if before.answers.min(under.answers) >= LEAST_ANSWERS => {
            match under.median.total_cmp(&before.median) {
                std::cmp::Ordering::Greater if chance(calm, pressed) < CHANCE => Finding::Higher,
                std::cmp::Ordering::Less if chance(calm, pressed) < CHANCE => Finding::Lower,
                _ => Finding::Same,
            }
        }
        _ => Finding::TooLittle,
    };
    Compared { measure, calm: before, pressed: under, finding }
}

impl Measure {
    /// Returns the value of each answer that has one, the latest first.
    fn values(self, answers: &[&Exchange]) -> Vec<f64> {
        answers.iter().filter_map(|answer| self.value(answer)).take(LATEST).collect()
    }

    fn value(self, answer: &Exchange) -> Option<f64> {
        let delivery = answer.takes.last()?.delivery();
        // In a few seconds a single one would make a rate of many.
        let a_minute = |count: usize, seconds: f64| (seconds >= LEAST_S).then(|| count as f64 * 60.0 / seconds);
        match self {
            Self::Delay => delivery.response_delay_s,
            Self::Rate => delivery.words_per_minute,
            Self::Pauses => a_minute(delivery.long_pauses.len(), delivery.speaking_s),
            Self::Fillers => {
                let sound = delivery.sound.as_ref().filter(|sound| sound.heard_again)?;
                a_minute(sound.fillers.len(), sound.speaking_s())
            }
            Self::Coverage => answer.assessment.as_ref().map(|assessment| f64::from(assessment.coverage) * 100.0),
        }
    }

    const fn words(self, words: &PressureEffectWords) -> &MeasureWords {
        match self {
            Self::Delay => &words.delay,
            Self::Rate => &words.rate,
            Self::Fillers => &words.fillers,
            Self::Pauses => &words.pauses,
            Self::Coverage => &words.coverage,
        }
    }

    /// Returns a value as precisely as it is known.
    fn rounded(self, value: f64) -> String {
        match self {
            Self::Delay | Self::Pauses => format!("{value:.1}"),
            // The times of words are no surer than that.
            Self::Rate => format!("{:.0}", (value / 5.0).round() * 5.0),
            Self::Fillers | Self::Coverage => format!("{value:.0}"),
        }
    }
}

impl Middle {
    fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let last = sorted.len().checked_sub(1)?;
        let at = |share: f64| {
            let place = share * last as f64;
            let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
            below + (above - below) * place.fract()
        };
        Some(Self { answers: sorted.len(), median: at(0.5), low: at(0.25), high: at(0.75) })
    }
}

impl Compared {
    fn line(&self, words: &PressureEffectWords, names: &[(&str, &str)]) -> String {
        let of = self.measure.words(words);
        let finding = match self.finding {
            Finding::TooLittle => {
                let count = |middle: Option<Middle>| middle.map_or(0, |middle| middle.answers).to_string();
                let (before, under) = (count(self.calm), count(self.pressed));
                let values = [("what", of.what.as_str()), ("before", &before), ("under", &under)];
                return fill(&words.too_little, &[values.as_slice(), names].concat());
            }
            Finding::Same => &words.same,
            Finding::Higher => &of.higher,
            Finding::Lower => &of.lower,
        };
        let value = |middle: Option<Middle>| middle.map_or_else(String::new, |middle| self.told(middle, words));
        let (calm, pressed) = (value(self.calm), value(self.pressed));
        let values = [("what", of.what.as_str()), ("calm", &calm), ("pressed", &pressed), ("finding", finding)];
        fill(&words.line, &[values.as_slice(), names].concat())
    }

    fn told(&self, middle: Middle, words: &PressureEffectWords) -> String {
        let median = format!("{}{}", self.measure.rounded(middle.median), self.measure.words(words).unit);
        let (low, high) = (self.measure.rounded(middle.low), self.measure.rounded(middle.high));
        let answers = middle.answers.to_string();
        fill(&words.value, &[("median", &median), ("answers", &answers), ("low", &low), ("high", &high)])
    }
}
