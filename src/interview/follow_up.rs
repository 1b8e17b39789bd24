//! Chooses the follow-up that is expected to gain most. Never one whose points were made.
//!
//! A follow-up may gain what is still open of each part of the rubric that it probes, the judge's doubt counted in: the
//! heaviest part in full and each further one by half of the one before, since one answer seldom makes all of them. The sum
//! counts by the share of what it probes that is open, since nobody likes to be asked what they have just said.

use std::time::Duration;

use crate::bank::{FollowUp, Probe, Question};
use crate::ids::{FollowUpId, PitfallId, PointId};
use crate::interview::effect::Reason;
use crate::judge::{Assessment, Standing, Verdict};

/// Least gain that is worth a follow-up: a missing point of weight 1, unless the judge is in some doubt of it. A lone
/// half-made one is not.
const WORTH_ASKING: f32 = 0.7;

/// A gain that is worth a follow-up where time is short, and that goes before going deeper after a strong answer: the same
/// of weight 2.
const HEAVY: f32 = 2.0 * WORTH_ASKING;

/// Weight that a pitfall counts for: as much as a middling point, since the candidate said something wrong.
const PITFALL_WEIGHT: f32 = 2.0;

/// What each further part counts of the one before.
const FURTHER: f32 = 0.5;

/// What is left of a part's worth once a follow-up has probed it: the candidate had the chance.
const ALREADY_PROBED: f32 = 0.25;

/// Coverage from which an answer is strong: three quarters of the rubric's weight.
const STRONG_COVERAGE: f32 = 0.75;

/// Time below which only heavy gains are worth it: about what a follow-up and its answer take.
const SHORT_OF_TIME: Duration = Duration::from_secs(120);

/// Returns the follow-up to ask next and why, or none when nothing is worth asking. `spare` is the time that the questions
/// still to come leave, if the interview has a length.
#[must_use]
pub fn choose<'q>(
    question: &'q Question,
    assessment: &Assessment,
    asked: &[FollowUpId],
    spare: Option<Duration>,
) -> Option<(&'q FollowUp, Reason)> {
    let strong = assessment.standing == Standing::Attempt && assessment.coverage >= STRONG_COVERAGE;
    let short_of_time = spare.is_some_and(|spare| spare < SHORT_OF_TIME);
    let least = if strong || short_of_time { HEAVY } else { WORTH_ASKING };
    let open = || question.follow_ups.iter().filter(|follow_up| !asked.contains(&follow_up.id));
    let probing = open()
        .filter_map(|follow_up| Some((follow_up, reason(assessment, follow_up)?)))
        .map(|(follow_up, reason)| (expected_gain(question, assessment, asked, follow_up), follow_up, reason))
        .filter(|(gain, ..)| *gain >= least)
        // The first of equals stays, so that the bank's order decides.
        .reduce(|best, next| if next.0 > best.0 { next } else { best });
    if let Some((_, follow_up, reason)) = probing {
        return Some((follow_up, reason));
    }
    let deeper = open().find(|follow_up| follow_up.probes.is_empty());
    deeper.filter(|_| strong && !short_of_time).map(|follow_up| (follow_up, Reason::Deeper))
}

/// Returns the weight that a follow-up is expected to gain.
fn expected_gain(question: &Question, assessment: &Assessment, asked: &[FollowUpId], follow_up: &FollowUp) -> f32 {
    let parts: Vec<Part> =
        follow_up.probes.iter().filter_map(|probe| part(question, assessment, asked, probe)).collect();
    let total: f32 = parts.iter().map(|part| part.weight).sum();
    let open: f32 = parts.iter().map(|part| part.weight * part.open).sum();
    let mut gains: Vec<f32> = parts.iter().map(|part| part.weight * part.open * part.chance).collect();
    gains.sort_by(|one, other| other.total_cmp(one));
    let sum = gains.iter().rev().fold(0.0, |further, gain| gain + FURTHER * further);
    if total > 0.0 { sum * open / total } else { 0.0 }
}

/// What a follow-up probes, as it stands now.
struct Part {
    /// How much it counts.
    weight: f32,
    /// How much of it is open, 0 to 1.
    open: f32,
    /// What is left of its worth, 0 to 1.
    chance: f32,
}

/// Returns a part of the rubric as it stands. None for a pitfall that was not hit: there is nothing to mend.
fn part(question: &Question, assessment: &Assessment, asked: &[FollowUpId], probe: &Probe) -> Option<Part> {
    let (weight, open) = match probe {
        Probe::Point(id) => (f32::from(question.point(id)?.weight), openness(assessment, id)),
        Probe::Pitfall(id) => (PITFALL_WEIGHT, hit(assessment, id)?),
    };
    let chance = if was_probed(question, asked, probe) { ALREADY_PROBED } else { 1.0 };
    Some(Part { weight, open, chance })
}

/// Returns how much of a point is expected to be open, 0 to 1, a half-made one being half open. So an unsure "missing" is
/// worth less than a sure one, and an unsure "covered" a little.
fn openness(assessment: &Assessment, point: &PointId) -> f32 {
    let judged = assessment.points.iter().find(|judged| judged.point == *point);
    judged.map_or(1.0, |judged| 1.0 - f32::midpoint(judged.p_partial, judged.p_covered))
}

/// Returns how sure it is that a pitfall was hit, if it was.
fn hit(assessment: &Assessment, pitfall: &PitfallId) -> Option<f32> {
    assessment.pitfalls.iter().find(|found| found.pitfall == *pitfall).map(|found| found.confidence)
}

fn was_probed(question: &Question, asked: &[FollowUpId], probe: &Probe) -> bool {
    asked.iter().filter_map(|id| question.follow_up(id)).any(|earlier| earlier.probes.contains(probe))
}

/// Returns what a follow-up would be asked for. None where all that it probes was made, and where it probes nothing.
fn reason(assessment: &Assessment, follow_up: &FollowUp) -> Option<Reason> {
    let mut points = Vec::new();
    let mut pitfalls = Vec::new();
    for probe in &follow_up.probes {
        match probe {
            Probe::Point(id) if assessment.verdict(id) != Verdict::Covered => points.push(id.clone()),
            Probe::Pitfall(id) if hit(assessment, id).is_some() => pitfalls.push(id.clone()),
            Probe::Point(_) | Probe::Pitfall(_) => {}
        }
    }
    (!points.is_empty() || !pitfalls.is_empty()).then_some(Reason::Probes { points, pitfalls, taken_up: None })
}
