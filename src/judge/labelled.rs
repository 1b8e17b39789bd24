//! An assessment as labels give it: that of a judge who is never wrong and never in doubt. For measuring what follows from it.

use std::collections::BTreeMap;

use crate::bank::Question;
use crate::ids::{PitfallId, PointId, TurnId};
use crate::judge::band::share;
use crate::judge::deciding::HALF;
use crate::judge::{Assessment, Band, Evidence, PitfallHit, PointVerdict, Standing, Verdict};

/// What somebody made of an answer.
#[derive(Clone, Copy, Debug)]
pub struct Labels<'a> {
    /// The verdict on each point. A point without one is missing.
    pub points: &'a BTreeMap<PointId, Verdict>,
    /// The words that earned it, where they are known.
    pub evidence: &'a BTreeMap<PointId, String>,
    /// The pitfalls that were hit.
    pub pitfalls: &'a [PitfallId],
    /// The answer as a whole.
    pub band: Band,
}

/// Returns the labels as an assessment of an attempt at the question.
#[must_use]
pub fn assessment(question: &Question, labels: Labels<'_>) -> Assessment {
    let quoted = |quote: &str| Evidence { turn: TurnId(1), quote: quote.to_owned(), span: None };
    let points: Vec<PointVerdict> = question
        .points
        .iter()
        .map(|point| {
            let verdict = labels.points.get(&point.id).copied().unwrap_or(Verdict::Missing);
            let quote = labels.evidence.get(&point.id).filter(|_| verdict != Verdict::Missing);
            PointVerdict {
                point: point.id.clone(),
                verdict,
                confidence: 1.0,
                p_partial: if verdict >= Verdict::Partial { 1.0 } else { 0.0 },
                p_covered: if verdict == Verdict::Covered { 1.0 } else { 0.0 },
                doubt: None,
                evidence: quote.map(|quote| quoted(quote)),
            }
        })
        .collect();
    let hit = |pitfall: &PitfallId| PitfallHit { pitfall: pitfall.clone(), confidence: 1.0, evidence: quoted("") };
    let known = question.pitfalls.iter().map(|pitfall| &pitfall.id);
    Assessment {
        standing: Standing::Attempt,
        coverage: share(question, &points, HALF),
        points,
        pitfalls: labels.pitfalls.iter().map(hit).collect(),
        pitfall_chances: known.map(|id| (id.clone(), f32::from(u8::from(labels.pitfalls.contains(id))))).collect(),
        band: labels.band,
    }
}

#[cfg(test)]
mod tests {
    use super::{Labels, assessment};
    use crate::bank::Bank;
    use crate::ids::{PitfallId, PointId};
    use crate::judge::{Band, Verdict};

    const BANK: &str = r#"
format = 1
id = "small"
title = "Small Role"
license = "CC0-1.0"
[[question]]
id = "only"
prompt = "How?"
kind = "design"
level = "mid"
minutes = 2
assesses = "Order."
model_answer = "I ask."
  [[question.point]]
  id = "asks"
  text = "Asks"
  weight = 3
  [[question.point]]
  id = "builds"
  text = "Builds"
  weight = 1
  [[question.pitfall]]
  id = "rushes"
  text = "Rushes"
"#;

    #[test]
    fn labels_are_believed_wholly_and_what_has_none_is_missing() {
        let bank = Bank::parse(BANK, "small.toml").expect("the bank of this test is valid");
        let asks = PointId::new("asks").expect("kebab-case");
        let rushes = PitfallId::new("rushes").expect("kebab-case");
        let points = [(asks.clone(), Verdict::Partial)].into();
        let evidence = [(asks.clone(), "I ask".to_owned())].into();
        let labels = Labels { points: &points, evidence: &evidence, pitfalls: &[rushes], band: Band::clamped(2) };
        let told = assessment(&bank.questions[0], labels);
        assert_eq!(told.verdict(&asks), Verdict::Partial);
        assert_eq!((told.points[0].p_partial, told.points[0].p_covered, told.points[1].p_partial), (1.0, 0.0, 0.0));
        assert_eq!(told.points[0].evidence.as_ref().map(|evidence| evidence.quote.as_str()), Some("I ask"));
        assert_eq!((told.coverage, told.pitfalls.len()), (0.375, 1));
    }
}
