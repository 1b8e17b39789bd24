//! From verdicts to the band of an answer, by a rule that a person can follow, and that rule in words.

use crate::bank::Question;
use crate::judge::fit::BandRule;
use crate::judge::{Assessment, Band, PointVerdict, Standing, Verdict};

/// Weight of the heaviest points.
const HEAVY: u8 = 3;

/// Returns the share of the rubric's weight that was made, 0 to 1. A partial point is worth `partial`.
#[must_use]
pub(super) fn share(question: &Question, points: &[PointVerdict], partial: f32) -> f32 {
    let worth = |verdict| match verdict {
        Verdict::Missing => 0.0,
        Verdict::Partial => partial,
        Verdict::Covered => 1.0,
    };
    let total: f32 = question.points.iter().map(|point| f32::from(point.weight)).sum();
    let judged = question.points.iter().zip(points);
    let made: f32 = judged.map(|(point, judged)| f32::from(point.weight) * worth(judged.verdict)).sum();
    if total > 0.0 { made / total } else { 0.0 }
}

/// Returns the band: the share of the weight that was made, less something for each pitfall, cut at four places. The best
/// one only with every heavy point.
#[must_use]
pub(super) fn band(question: &Question, points: &[PointVerdict], pitfalls: usize, rule: &BandRule) -> Band {
    let score = share(question, points, rule.partial) - rule.pitfall * pitfalls as f32;
    let band = 1 + rule.cuts.iter().filter(|&&cut| score >= cut).count() as u8;
    let mut judged = question.points.iter().zip(points);
    let heavy_open = judged.any(|(point, judged)| point.weight == HEAVY && judged.verdict != Verdict::Covered);
    Band::clamped(if heavy_open { band.min(4) } else { band })
}

/// Returns why an answer has its band, in a sentence: "3 of 7 points, 1 more in part; 2 of 3 heavy ones; 1 pitfall".
#[must_use]
pub fn reason(question: &Question, assessment: &Assessment) -> String {
    if assessment.standing != Standing::Attempt {
        return "nothing to credit".into();
    }
    let count = |wanted: Verdict| assessment.points.iter().filter(|judged| judged.verdict == wanted).count();
    let heavy = || question.points.iter().filter(|point| point.weight == HEAVY);
    let made = heavy().filter(|point| assessment.verdict(&point.id) == Verdict::Covered).count();
    let part = match count(Verdict::Partial) {
        0 => String::new(),
        part => format!(", {part} more in part"),
    };
    let mut parts = vec![format!("{} of {} points{part}", count(Verdict::Covered), assessment.points.len())];
    match heavy().count() {
        0 => {}
        1 => parts.push(if made == 1 { "the heavy one among them" } else { "the heavy one not" }.into()),
        all => parts.push(format!("{made} of {all} heavy ones")),
    }
    match assessment.pitfalls.len() {
        0 => {}
        1 => parts.push("1 pitfall".into()),
        many => parts.push(format!("{many} pitfalls")),
    }
    parts.join("; ")
}

#[cfg(test)]
mod tests {
    use super::{band, reason, share};
    use crate::bank::{Bank, Question};
    use crate::judge::fit::BandRule;
    use crate::judge::{Assessment, PointVerdict, Standing, Verdict};
    use Verdict::{Covered, Missing, Partial};

    const BANK: &str = r#"
format = 1
id = "small"
title = "Small Role"
license = "CC0-1.0"

[[question]]
id = "first"
prompt = "How do you keep it running?"
kind = "design"
level = "mid"
minutes = 2
assesses = "Order."
model_answer = "Before I draw anything I ask how long the business can be down, and then I build it twice."

  [[question.point]]
  id = "asks"
  text = "Asks first"
  weight = 3

  [[question.point]]
  id = "twice"
  text = "Builds it twice"
  weight = 2

  [[question.point]]
  id = "tests"
  text = "Tests it"
  weight = 1
"#;

    const RULE: BandRule = BandRule { partial: 0.5, pitfall: 0.1, cuts: [0.1, 0.3, 0.6, 0.8] };

    fn question() -> Question {
        Bank::parse(BANK, "small.toml").expect("valid").questions.remove(0)
    }

    fn judged(question: &Question, verdicts: [Verdict; 3]) -> Vec<PointVerdict> {
        let judged = |(point, verdict): (&crate::bank::Point, Verdict)| PointVerdict {
            point: point.id.clone(),
            verdict,
            confidence: 0.9,
            p_partial: 0.9,
            p_covered: 0.9,
            doubt: None,
            evidence: None,
        };
        question.points.iter().zip(verdicts).map(judged).collect()
    }

    #[test]
    fn heavier_points_count_more_partial_ones_less_and_pitfalls_against() {
        let question = question();
        let of = |verdicts, pitfalls| band(&question, &judged(&question, verdicts), pitfalls, &RULE).get();
        assert_eq!(of([Missing, Missing, Missing], 0), 1);
        assert_eq!(of([Missing, Missing, Covered], 0), 2);
        assert_eq!(of([Covered, Missing, Missing], 0), 3);
        assert_eq!(of([Covered, Partial, Missing], 0), 4);
        assert_eq!(of([Covered, Partial, Missing], 1), 3);
        assert_eq!(of([Covered, Covered, Covered], 0), 5);
        assert!((share(&question, &judged(&question, [Covered, Partial, Missing]), 0.5) - 4.0 / 6.0).abs() < 1e-6);
    }

    #[test]
    fn the_best_band_needs_every_heavy_point_whatever_else_was_said() {
        let question = question();
        let generous = BandRule { cuts: [0.1, 0.2, 0.3, 0.4], ..RULE };
        assert_eq!(band(&question, &judged(&question, [Partial, Covered, Covered]), 0, &generous).get(), 4);
        assert_eq!(band(&question, &judged(&question, [Covered, Covered, Covered]), 0, &generous).get(), 5);
    }

    #[test]
    fn the_reason_tells_points_parts_heavy_ones_and_pitfalls() {
        let question = question();
        let points = judged(&question, [Covered, Partial, Missing]);
        let mut assessment = Assessment {
            standing: Standing::Attempt,
            coverage: 0.6,
            band: band(&question, &points, 0, &RULE),
            points,
            pitfalls: Vec::new(),
            pitfall_chances: std::collections::BTreeMap::new(),
        };
        assert_eq!(reason(&question, &assessment), "1 of 3 points, 1 more in part; the heavy one among them");
        assessment.standing = Standing::Echo;
        assert_eq!(reason(&question, &assessment), "nothing to credit");
    }
}
