//! Merges what the local judge says with what a language model says, as one would weigh two witnesses.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::bank::{Pitfall, Question};
use crate::ids::PitfallId;
use crate::judge::deciding::{chances_of, pitfall_hit, point_verdict, quote_of, whole};
use crate::judge::fit::{Chances, Fit};
use crate::judge::{Answer, Assessment, Doubt, Evidence, PointVerdict, Standing, Verdict};
use crate::language::judging::{Opinion, Testimony, second_opinion};
use crate::language::trust::Trust;
use crate::language::{LanguageError, LanguageModel};

/// Asks a language model what it makes of everything that was said to a question, and returns the local judge's assessment with it heard
/// beside, and what it said. `trust` is what its word has proved to be worth so far, and learns from this answer.
///
/// # Errors
/// As [`second_opinion`].
pub fn heard(
    model: &mut dyn LanguageModel,
    trust: &mut Trust,
    question: &Question,
    answers: &[Answer],
    local: &Assessment,
) -> Result<(Assessment, Opinion), LanguageError> {
    let opinion = second_opinion(model, question, answers, local)?;
    trust.take(local, &opinion);
    Ok((merged(question, local, &opinion, trust), opinion))
}

/// Returns the local judge's assessment with a language model heard beside it. What the model did not judge, or could not show words
/// for, stays as it was; so does everything where there was no attempt. The coverage and the band follow from the verdicts.
#[must_use]
pub fn merged(question: &Question, local: &Assessment, opinion: &Opinion, trust: &Trust) -> Assessment {
    if local.standing != Standing::Attempt || opinion.is_empty() {
        return local.clone();
    }
    let fit = Fit::shipped();
    let point = |judged: &PointVerdict| match opinion.points.get(&judged.point) {
        Some(testimony) => weighed(&fit, judged, testimony, trust),
        None => judged.clone(),
    };
    let points = local.points.iter().map(point).collect();
    let chances = pitfall_chances(local, opinion, trust);
    let hit = |pitfall: &Pitfall| {
        let chance = chances.get(&pitfall.id).copied().unwrap_or_default();
        pitfall_hit(&fit, pitfall.id.clone(), chance, words_for(&pitfall.id, local, opinion))
    };
    let pitfalls = question.pitfalls.iter().filter_map(hit).collect();
    whole(&fit, question, points, pitfalls, chances)
}

/// Returns the assessment that a language model alone would give: its verdicts where they can be believed, else missing. For
/// comparison only; nobody is judged by it.
#[must_use]
pub fn alone(question: &Question, local: &Assessment, opinion: &Opinion) -> Assessment {
    if local.standing != Standing::Attempt {
        return local.clone();
    }
    let fit = Fit::shipped();
    let sure = |is: bool| f32::from(u8::from(is));
    let point = |point: &crate::bank::Point| {
        let testimony = opinion.points.get(&point.id);
        let verdict = testimony.map_or(Verdict::Missing, |testimony| testimony.verdict);
        let chances =
            Chances { touched: sure(verdict >= Verdict::Partial), covered: sure(verdict == Verdict::Covered) };
        point_verdict(&fit, point.id.clone(), chances, testimony.and_then(|testimony| testimony.quote.clone()))
    };
    let shown = |pitfall: &Pitfall| opinion.pitfalls.get(&pitfall.id).cloned().flatten().map(|quote| quote.evidence);
    let chances = question.pitfalls.iter().map(|pitfall| (pitfall.id.clone(), sure(shown(pitfall).is_some())));
    let hits =
        question.pitfalls.iter().filter_map(|pitfall| pitfall_hit(&fit, pitfall.id.clone(), 1.0, shown(pitfall)));
    whole(&fit, question, question.points.iter().map(point).collect(), hits.collect(), chances.collect())
}

fn weighed(fit: &Fit, local: &PointVerdict, testimony: &Testimony, trust: &Trust) -> PointVerdict {
    let Chances { touched, covered } = chances_of(local);
    let touched = trust.touched.swayed(touched, testimony.verdict >= Verdict::Partial);
    let covered = trust.covered.swayed(covered, testimony.verdict == Verdict::Covered);
    // The two are weighed apart, and what is covered is touched as well.
    let chances = Chances { touched, covered: covered.min(touched) };
    // Where both say the same, the local judge's words are the better chosen ones.
    let own = quote_of(local);
    let others = testimony.quote.clone();
    let quote = if fit.verdict(chances) == local.verdict { own.or(others) } else { others.or(own) };
    let mut judged = point_verdict(fit, local.point.clone(), chances, quote);
    if testimony.verdict != local.verdict {
        judged.doubt = Some(Doubt::Disputed);
    }
    judged
}

fn pitfall_chances(local: &Assessment, opinion: &Opinion, trust: &Trust) -> BTreeMap<PitfallId, f32> {
    let chance = |(id, chance): (&PitfallId, &f32)| {
        let shown = opinion.pitfalls.get(id).map(Option::is_some);
        (id.clone(), shown.map_or(*chance, |shown| trust.pitfalls.swayed(*chance, shown)))
    };
    local.pitfall_chances.iter().map(chance).collect()
}

/// Returns the words that show a pitfall, those of the local judge first.
fn words_for(id: &PitfallId, local: &Assessment, opinion: &Opinion) -> Option<Evidence> {
    let own = local.pitfalls.iter().find(|hit| hit.pitfall == *id).map(|hit| hit.evidence.clone());
    own.or_else(|| opinion.pitfalls.get(id)?.as_ref().map(|quote| quote.evidence.clone()))
}
