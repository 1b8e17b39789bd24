//! What pressure does to somebody: their answers under a preset beside their own calm ones. Says so where too little is known.
//!
//! Only answers to the questions themselves are compared, since presets differ in how many follow-ups they ask, and a first
//! answer is longer and slower to begin than one to a follow-up.

use std::cmp::Reverse;
use std::mem::discriminant;

use serde::Serialize;

use crate::prompt::fill;
use crate::prompt::pressure_effect::{PressureEffectWords, words};
use crate::review::difference::{Difference, Finding, Middle};
use crate::review::measure::Measure;
use crate::session::outcome::Outcome;

/// The preset that others are compared with, and the one that stands in for it where there is no answer under it.
const BASELINES: [&str; 2] = ["calm", "standard"];

/// Answers of each kind at most, the latest: somebody's manner a year ago is not their baseline today.
pub const LATEST: usize = 30;

/// Answers under a preset beside the candidate's own calm ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PressureEffect {
    /// The preset.
    pub pressure: String,
    /// The preset that it is compared with.
    pub baseline: String,
    /// The comparisons. Five measures are compared at once, so one in twenty of these names one that is none.
    pub measures: Vec<Compared>,
}

/// A measure under both.
#[derive(Clone, Debug, PartialEq, Serialize)]
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

impl PressureEffect {
    /// Returns the comparison for a session's answers. `earlier` are the candidate's answers before it, in any order; those that
    /// came in another way, such as by keyboard, are left out. None for a session that is itself of the baseline, and for one
    /// without answers.
    #[must_use]
    pub fn of(session: &[Outcome], earlier: &[Outcome]) -> Option<Self> {
        let first = session.first()?;
        let source = discriminant(&first.source);
        let own = earlier.iter().chain(session).filter(|one| discriminant(&one.source) == source);
        Self::under(&first.pressure, &own.collect::<Vec<_>>())
    }

    /// Returns the comparison of the answers under a preset, out of all of the candidate's own. None for the baseline itself.
    #[must_use]
    pub fn under(pressure: &str, own: &[&Outcome]) -> Option<Self> {
        let baseline = baseline(own);
        if [baseline, BASELINES[0]].contains(&pressure) {
            return None;
        }
        let (calm, pressed) = (answers_under(baseline, own), answers_under(pressure, own));
        let compare = |measure: Measure| {
            let difference = Difference::of(&latest_values(measure, &calm), &latest_values(measure, &pressed));
            Compared { measure, calm: difference.before, pressed: difference.after, finding: difference.finding }
        };
        Some(Self { pressure: pressure.into(), baseline: baseline.into(), measures: Measure::ALL.map(compare).into() })
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

/// Returns the preset that others are compared with: "calm", or what stands in for it.
#[must_use]
pub fn baseline(own: &[&Outcome]) -> &'static str {
    BASELINES.into_iter().find(|name| own.iter().any(|one| is_under(name, one))).unwrap_or(BASELINES[0])
}

/// Returns the answers under a preset, the latest first. Those without a word are none.
#[must_use]
pub fn answers_under<'o>(pressure: &str, own: &[&'o Outcome]) -> Vec<&'o Outcome> {
    let mut answers: Vec<&Outcome> = own.iter().rev().copied().filter(|one| is_under(pressure, one)).collect();
    answers.sort_by_key(|one| Reverse(one.started));
    answers
}

fn is_under(pressure: &str, outcome: &Outcome) -> bool {
    outcome.pressure == pressure && outcome.first.words > 0
}

/// Returns the values of the latest answers that have one. `answers` come the latest first.
#[must_use]
pub fn latest_values(measure: Measure, answers: &[&Outcome]) -> Vec<f64> {
    answers.iter().filter_map(|answer| measure.value(&answer.first)).take(LATEST).collect()
}

/// A comparison in words, part by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What was measured.
    pub what: String,
    /// Its values without pressure. Empty: there are none.
    pub calm: String,
    /// Its values under pressure. Empty: there are none.
    pub pressed: String,
    /// What can be said.
    pub finding: String,
}

impl Compared {
    /// Returns the comparison in words.
    #[must_use]
    pub fn told(&self) -> Told {
        let words = words();
        let of = self.measure.words(&words);
        let value = |middle: Option<Middle>| middle.map_or_else(String::new, |middle| self.value(middle, &words));
        let finding = match self.finding {
            Finding::TooLittle => &words.too_few,
            Finding::Same => &words.same,
            Finding::Higher => &of.higher,
            Finding::Lower => &of.lower,
        };
        Told { what: of.what.clone(), calm: value(self.calm), pressed: value(self.pressed), finding: finding.clone() }
    }

    fn line(&self, words: &PressureEffectWords, names: &[(&str, &str)]) -> String {
        let told = self.told();
        if self.finding == Finding::TooLittle {
            let count = |middle: Option<Middle>| middle.map_or(0, |middle| middle.answers).to_string();
            let (before, under) = (count(self.calm), count(self.pressed));
            let values = [("what", told.what.as_str()), ("before", &before), ("under", &under)];
            return fill(&words.too_little, &[values.as_slice(), names].concat());
        }
        let values = [
            ("what", told.what.as_str()),
            ("calm", &told.calm),
            ("pressed", &told.pressed),
            ("finding", &told.finding),
        ];
        fill(&words.line, &[values.as_slice(), names].concat())
    }

    fn value(&self, middle: Middle, words: &PressureEffectWords) -> String {
        let median = format!("{}{}", self.measure.rounded(middle.median), self.measure.words(words).unit);
        let (low, high) = (self.measure.rounded(middle.low), self.measure.rounded(middle.high));
        let answers = middle.answers.to_string();
        fill(&words.value, &[("median", &median), ("answers", &answers), ("low", &low), ("high", &high)])
    }
}
