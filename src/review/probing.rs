//! What a follow-up probed, what the judge believed of that then, and what came of it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::Question;
use crate::ids::{PitfallId, PointId};
use crate::interview::effect::Reason;
use crate::judge::{Assessment, Doubt, Verdict};
use crate::prompt::fill;
use crate::prompt::follow_up::{Lines, words};
use crate::session::Exchange;

/// What a follow-up probed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Probing {
    /// The points.
    pub points: Vec<ProbedPoint>,
    /// The pitfalls that had been heard.
    pub pitfalls: Vec<ProbedPitfall>,
    /// Share of the rubric's weight made before it, 0 to 1.
    pub coverage_before: f32,
    /// The same after the answer to it. Null: that was not judged.
    pub coverage_after: Option<f32>,
}

/// A point that was probed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ProbedPoint {
    /// Which.
    pub point: PointId,
    /// Its words.
    pub text: String,
    /// What the judge believed when it was probed.
    pub before: Belief,
    /// What it believed after the answer. Null: that was not judged.
    pub after: Option<Belief>,
}

/// A pitfall that was probed.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ProbedPitfall {
    /// Which.
    pub pitfall: PitfallId,
    /// Its words.
    pub text: String,
    /// How sure the judge was that it had been hit, 0 to 1.
    pub confidence: f32,
}

/// What the judge believes of a point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Belief {
    /// Whether it was made.
    pub verdict: Verdict,
    /// How sure the judge is, 0 to 1.
    pub confidence: f32,
    /// Why that is to be taken with care.
    pub doubt: Option<Doubt>,
}

impl Belief {
    fn of(assessment: &Assessment, point: &PointId) -> Option<Self> {
        let judged = assessment.points.iter().find(|judged| judged.point == *point)?;
        Some(Self { verdict: judged.verdict, confidence: judged.confidence, doubt: judged.doubt })
    }

    fn words(self, lines: &Lines) -> String {
        let doubt = match self.doubt {
            Some(Doubt::Close) => lines.unsure.as_str(),
            Some(Doubt::Misheard) => lines.misheard.as_str(),
            Some(Doubt::Disputed) => lines.disputed.as_str(),
            None => "",
        };
        format!("{}{doubt}", verdict(self.verdict, lines))
    }
}

fn verdict(verdict: Verdict, lines: &Lines) -> &str {
    match verdict {
        Verdict::Missing => &lines.missing,
        Verdict::Partial => &lines.half_made,
        Verdict::Covered => &lines.made,
    }
}

impl Probing {
    /// Returns what a follow-up to `question` probed. None where it went deeper. `before` is what the judge said when it was
    /// chosen, `after` what it said once it was answered.
    #[must_use]
    pub fn of(question: &Question, reason: &Reason, before: &Assessment, after: Option<&Assessment>) -> Option<Self> {
        let Reason::Probes { points, pitfalls, .. } = reason else { return None };
        let points = points.iter().filter_map(|id| {
            Some(ProbedPoint {
                point: id.clone(),
                text: question.point(id)?.text.clone(),
                before: Belief::of(before, id)?,
                after: after.and_then(|after| Belief::of(after, id)),
            })
        });
        let pitfalls = pitfalls.iter().filter_map(|id| {
            Some(ProbedPitfall {
                pitfall: id.clone(),
                text: question.pitfalls.iter().find(|pitfall| pitfall.id == *id)?.text.clone(),
                confidence: before.pitfalls.iter().find(|hit| hit.pitfall == *id)?.confidence,
            })
        });
        Some(Self {
            points: points.collect(),
            pitfalls: pitfalls.collect(),
            coverage_before: before.coverage,
            coverage_after: after.map(|after| after.coverage),
        })
    }

    /// Returns what was probed and what was believed of it, in a sentence.
    #[must_use]
    pub fn why(&self) -> String {
        let lines = words().report;
        let points = self
            .points
            .iter()
            .map(|point| fill(&lines.part, &[("text", &bare(&point.text)), ("belief", &point.before.words(&lines))]));
        let pitfalls = self.pitfalls.iter().map(|pitfall| {
            let sure = percent(pitfall.confidence);
            fill(&lines.pitfall, &[("text", &bare(&pitfall.text)), ("sure", &sure)])
        });
        let parts: Vec<String> = points.chain(pitfalls).collect();
        fill(&lines.probes, &[("parts", &listed(&parts))])
    }

    /// Returns what the answer to it gained, point by point. None where that was not judged.
    #[must_use]
    pub fn gain(&self) -> Option<String> {
        let lines = words().report;
        let after = self.coverage_after?;
        let mut told: Vec<String> = self
            .points
            .iter()
            .filter_map(|point| {
                let after = point.after?;
                let way = match after.verdict.cmp(&point.before.verdict) {
                    std::cmp::Ordering::Greater => &lines.rose,
                    std::cmp::Ordering::Less => &lines.fell,
                    std::cmp::Ordering::Equal => &lines.stayed,
                };
                let before = verdict(point.before.verdict, &lines);
                let values = [("text", bare(&point.text)), ("before", before.into()), ("after", after.words(&lines))];
                Some(fill(way, &values.each_ref().map(|(name, value)| (*name, value.as_str()))))
            })
            .collect();
        let (before, after) = (percent(self.coverage_before), percent(after));
        told.push(fill(&lines.coverage, &[("before", &before), ("after", &after)]));
        Some(told.join(" "))
    }
}

/// Returns why a follow-up was asked, in words that a candidate understands. `before` is what the judge said when it was
/// chosen, if it had said anything.
#[must_use]
pub fn reason_text(reason: &Reason, question: &Question, before: Option<&Assessment>) -> String {
    let lines = words().report;
    match reason {
        Reason::Deeper => lines.deeper,
        Reason::Harder => lines.harder,
        Reason::Easier => lines.easier,
        Reason::Doubts { points, pitfalls } => {
            let unsure = points.iter().filter_map(|id| question.point(id)).map(|point| &point.text);
            let hit = pitfalls.iter().filter_map(|id| question.pitfalls.iter().find(|pitfall| pitfall.id == *id));
            let claims: Vec<String> =
                unsure.chain(hit.map(|pitfall| &pitfall.text)).map(|text| format!("“{}”", bare(text))).collect();
            fill(&lines.doubts, &[("parts", &listed(&claims))])
        }
        Reason::Probes { taken_up, .. } => {
            let probed = before.and_then(|before| Probing::of(question, reason, before, None));
            let probed = probed.map(|probing| probing.why());
            let took_up = taken_up.as_ref().map(|quoted| fill(&lines.took_up, &[("quote", &quoted.quote)]));
            probed.into_iter().chain(took_up).collect::<Vec<_>>().join(" ")
        }
    }
}

fn percent(share: f32) -> String {
    format!("{:.0}", share * 100.0)
}

fn bare(text: &str) -> String {
    text.trim().trim_end_matches('.').to_owned()
}

/// Returns parts of a sentence as a list: `a, b and c`.
fn listed(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Returns who worded a follow-up and what it would have been without, behind its reason. Empty where the words are the bank's.
#[must_use]
pub fn worded(exchange: &Exchange, question: &Question) -> String {
    let in_bank = exchange.asked.follow_up.as_ref().and_then(|id| question.follow_up(id));
    let Some((model, in_bank)) = exchange.worded_by.as_ref().zip(in_bank) else { return String::new() };
    fill(&words().report.worded, &[("model", model), ("prompt", &in_bank.prompt)])
}
