//! Two attempts at the same question beside each other: what was gained and what was lost, point by point.

use schemars::JsonSchema;
use serde::Serialize;

use crate::bank::Question;
use crate::ids::{PitfallId, PointId};
use crate::judge::{Assessment, Band, Standing, Verdict};
use crate::prompt::drill::DrillWords;
use crate::prompt::fill;

/// Points that are named aloud of those that were gained, and as many of those that were lost.
const NAMED: usize = 2;

/// How two attempts compare.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Comparison {
    /// The question.
    pub question: String,
    /// Coverage before and after, 0 to 1.
    pub coverage: (f32, f32),
    /// Band before and after.
    pub band: (Band, Band),
    /// The points of the rubric that both attempts were judged by, in its order.
    pub points: Vec<Change>,
    /// Pitfalls that were hit before and are not any more, in words.
    pub avoided: Vec<String>,
    /// Pitfalls that were not hit before, in words.
    pub fallen_into: Vec<String>,
}

/// What became of a point.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// Which.
    pub point: PointId,
    /// Its words.
    pub text: String,
    /// How much it counts, 1 to 3.
    pub weight: u8,
    /// Whether it was made before.
    pub before: Verdict,
    /// Whether it is made now.
    pub after: Verdict,
    /// Whether the judge was sure both times. What it was not sure of may be no change at all, and is not told aloud.
    pub sure: bool,
}

impl Comparison {
    /// Returns the points that are made better than before, the heaviest first.
    #[must_use]
    pub fn gained(&self) -> Vec<&Change> {
        heaviest_first(self.points.iter().filter(|change| change.after > change.before))
    }

    /// Returns the points that are made less well than before, the heaviest first.
    #[must_use]
    pub fn lost(&self) -> Vec<&Change> {
        heaviest_first(self.points.iter().filter(|change| change.after < change.before))
    }

    /// Returns the comparison as it is said: one sentence or two.
    #[must_use]
    pub fn spoken(&self, words: &DrillWords) -> String {
        let named = |changes: Vec<&Change>| {
            let sure = changes.into_iter().filter(|change| change.sure).take(NAMED);
            let texts: Vec<&str> = sure.map(|change| change.text.trim_end_matches('.')).collect();
            texts.join(&words.and)
        };
        let (gained, lost) = (named(self.gained()), named(self.lost()));
        let mut said = Vec::new();
        if !gained.is_empty() {
            said.push(fill(&words.gained, &[("points", &gained)]));
        }
        if !lost.is_empty() {
            said.push(fill(&words.lost, &[("points", &lost)]));
        }
        if said.is_empty() {
            let heard_any = self.points.iter().any(|change| change.after != Verdict::Missing);
            said.push(if heard_any { words.same.clone() } else { words.none.clone() });
        }
        said.join(" ")
    }
}

fn heaviest_first<'c>(changes: impl Iterator<Item = &'c Change>) -> Vec<&'c Change> {
    let mut changes: Vec<&Change> = changes.collect();
    changes.sort_by_key(|change| std::cmp::Reverse(change.weight));
    changes
}

/// Returns how `after` compares with `before`, two attempts at `question`. A point that the rubric did not have before is left
/// out: nobody was asked for it then.
#[must_use]
pub fn compare(question: &Question, before: &Assessment, after: &Assessment) -> Comparison {
    let points = question.points.iter().filter_map(|point| {
        let of = |assessment: &Assessment| {
            let judged = assessment.points.iter().find(|judged| judged.point == point.id);
            // What was no attempt has no verdicts, and made nothing.
            match judged {
                Some(judged) => Some((judged.verdict, judged.doubt.is_none())),
                None => (assessment.standing != Standing::Attempt).then_some((Verdict::Missing, true)),
            }
        };
        let ((before, sure_before), (after, sure_after)) = (of(before)?, of(after)?);
        Some(Change {
            point: point.id.clone(),
            text: point.text.clone(),
            weight: point.weight,
            before,
            after,
            sure: sure_before && sure_after,
        })
    });
    let hit = |assessment: &Assessment, id: &PitfallId| assessment.pitfalls.iter().any(|hit| hit.pitfall == *id);
    let pitfalls = |of: &Assessment, not_of: &Assessment| {
        let only = question.pitfalls.iter().filter(|one| hit(of, &one.id) && !hit(not_of, &one.id));
        only.map(|pitfall| pitfall.text.clone()).collect()
    };
    Comparison {
        question: question.id.to_string(),
        coverage: (before.coverage, after.coverage),
        band: (before.band, after.band),
        points: points.collect(),
        avoided: pitfalls(before, after),
        fallen_into: pitfalls(after, before),
    }
}

/// Returns whether an answer needs no more repeating: a strong band, or a coverage of at least `bound` where one was asked for.
#[must_use]
pub fn is_strong(assessment: &Assessment, bound: Option<f32>) -> bool {
    let good_enough = bound.map_or(assessment.band.is_strong(), |bound| assessment.coverage >= bound);
    assessment.standing == Standing::Attempt && good_enough
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::{Comparison, compare, is_strong};
    use crate::bank::{Bank, Question};
    use crate::judge::{Assessment, Band, Doubt, Evidence, PitfallHit, PointVerdict, Standing, Verdict};
    use crate::prompt::drill;
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
model_answer = "I ask how long the business can be down, and then I build it twice."

  [[question.point]]
  id = "tests"
  text = "Tests it."
  weight = 1

  [[question.point]]
  id = "asks"
  text = "Asks how long it may be down"
  weight = 3

  [[question.point]]
  id = "twice"
  text = "Builds it twice"
  weight = 2

  [[question.pitfall]]
  id = "rushes"
  text = "Begins without a thought"
"#;

    fn question() -> Question {
        Bank::parse(BANK, "small.toml").expect("valid").questions.remove(0)
    }

    fn assessed(verdicts: [Verdict; 3], band: u8, pitfall: bool) -> Assessment {
        let question = question();
        let evidence = || Evidence { turn: crate::ids::TurnId(1), quote: "said".into(), span: None };
        let judged = question.points.iter().zip(verdicts).map(|(point, verdict)| PointVerdict {
            point: point.id.clone(),
            verdict,
            confidence: 0.9,
            p_partial: 0.9,
            p_covered: 0.9,
            doubt: None,
            evidence: (verdict != Missing).then(evidence),
        });
        let hits = question.pitfalls.iter().filter(|_| pitfall);
        Assessment {
            standing: Standing::Attempt,
            points: judged.collect(),
            pitfalls: hits
                .map(|one| PitfallHit { pitfall: one.id.clone(), confidence: 0.9, evidence: evidence() })
                .collect(),
            pitfall_chances: BTreeMap::new(),
            coverage: f32::from(band) / 5.0,
            band: Band::clamped(band),
        }
    }

    fn silent() -> Assessment {
        Assessment { standing: Standing::Silent, points: Vec::new(), ..assessed([Missing; 3], 1, false) }
    }

    #[test]
    fn what_was_gained_and_lost_is_told_the_heaviest_first_with_pitfalls() {
        let compared = compare(
            &question(),
            &assessed([Covered, Missing, Partial], 3, true),
            &assessed([Missing, Covered, Covered], 4, false),
        );
        let named = |changes: Vec<&super::Change>| changes.iter().map(|one| one.point.to_string()).collect::<Vec<_>>();
        assert_eq!(named(compared.gained()), ["asks", "twice"]);
        assert_eq!(named(compared.lost()), ["tests"]);
        assert_eq!((compared.avoided.len(), compared.fallen_into.len()), (1, 0));
        insta::assert_snapshot!(compared.spoken(&drill::words()));
    }

    #[test]
    fn what_the_judge_was_not_sure_of_is_not_told_aloud() {
        let mut after = assessed([Missing, Covered, Missing], 3, false);
        after.points[1].doubt = Some(Doubt::Close);
        let compared = compare(&question(), &assessed([Missing; 3], 1, false), &after);
        assert_eq!(compared.gained().len(), 1, "it is shown");
        assert_eq!(compared.spoken(&drill::words()), drill::words().same);
        let nothing = assessed([Missing; 3], 1, false);
        assert_eq!(compare(&question(), &nothing, &nothing).spoken(&drill::words()), drill::words().none);
    }

    #[test]
    fn after_silence_everything_is_new_and_a_point_that_nobody_was_asked_for_is_left_out() {
        let after = assessed([Missing, Covered, Covered], 4, false);
        assert_eq!(compare(&question(), &silent(), &after).gained().len(), 2);
        let mut earlier = assessed([Missing; 3], 1, false);
        earlier.points.remove(1);
        let compared = compare(&question(), &earlier, &after);
        assert_eq!((compared.points.len(), compared.gained().len()), (2, 1));
    }

    #[test]
    fn an_answer_is_strong_from_band_four_or_from_the_coverage_asked_for() {
        let of = |band| assessed([Covered, Covered, Missing], band, false);
        assert_eq!([2, 3, 4, 5].map(|band| is_strong(&of(band), None)), [false, false, true, true]);
        assert_eq!([2, 3, 4, 5].map(|band| is_strong(&of(band), Some(0.6))), [false, true, true, true]);
        assert!(!is_strong(&silent(), Some(0.0)));
    }

    fn verdicts() -> impl Strategy<Value = [Verdict; 3]> {
        prop::array::uniform3(prop::sample::select(vec![Missing, Partial, Covered]))
    }

    proptest! {
        #[test]
        fn what_one_way_round_is_a_gain_is_a_loss_the_other_way_round(one in verdicts(), other in verdicts()) {
            let (one, other) = (assessed(one, 3, true), assessed(other, 4, false));
            let (there, back) = (compare(&question(), &one, &other), compare(&question(), &other, &one));
            let points = |changes: Vec<&super::Change>| changes.iter().map(|one| one.point.clone()).collect::<Vec<_>>();
            prop_assert_eq!(points(there.gained()), points(back.lost()));
            prop_assert_eq!(there.avoided, back.fallen_into);
            let same: Comparison = compare(&question(), &one, &one);
            prop_assert!(same.gained().is_empty() && same.lost().is_empty());
        }
    }
}
