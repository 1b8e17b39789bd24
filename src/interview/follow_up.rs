//! Chooses the follow-up that gets at what was thin. Never one whose points were made.

use crate::bank::{FollowUp, Probe, Question};
use crate::ids::FollowUpId;
use crate::interview::effect::Reason;
use crate::judge::{Assessment, Standing, Verdict};

/// Least open weight that is worth a follow-up: a lone partial point of weight 1 is not.
const WORTH_ASKING: f32 = 1.0;

/// Weight that a pitfall counts for: as much as a middling point, since the candidate said something wrong.
const PITFALL_WEIGHT: f32 = 2.0;

/// Share of a follow-up's probed weight that must be open. Below it most of what it asks was already said.
const OPEN_SHARE: f32 = 0.5;

/// What is left of a point's worth once a follow-up has probed it: the candidate had the chance.
const ALREADY_PROBED: f32 = 0.25;

/// Coverage from which a question without probes goes deeper.
const STRONG_COVERAGE: f32 = 0.75;

/// Returns the follow-up to ask next and why, or none when nothing is worth asking.
#[must_use]
pub fn choose<'q>(
    question: &'q Question,
    assessment: &Assessment,
    asked: &[FollowUpId],
) -> Option<(&'q FollowUp, Reason)> {
    let open = |follow_up: &&FollowUp| !asked.contains(&follow_up.id);
    let probing = question
        .follow_ups
        .iter()
        .filter(open)
        .filter(|follow_up| !follow_up.probes.is_empty())
        .filter_map(|follow_up| Some((follow_up, worth(question, assessment, asked, follow_up)?)))
        // The first of equals stays, so that the bank's order decides.
        .fold(None, |best: Option<(&FollowUp, f32)>, next| match best {
            Some(best) if best.1 >= next.1 => Some(best),
            _ => Some(next),
        });
    if let Some((follow_up, _)) = probing {
        return Some((follow_up, reason(assessment, follow_up)));
    }
    let strong = assessment.standing == Standing::Attempt && assessment.coverage >= STRONG_COVERAGE;
    let deeper = question.follow_ups.iter().filter(open).find(|follow_up| follow_up.probes.is_empty());
    deeper.filter(|_| strong).map(|follow_up| (follow_up, Reason::Deeper))
}

/// Returns what there is to gain: the open weight, more where more of what it probes is open. None below the bounds.
fn worth(question: &Question, assessment: &Assessment, asked: &[FollowUpId], follow_up: &FollowUp) -> Option<f32> {
    let (mut total, mut open, mut fresh) = (0.0, 0.0, 0.0);
    for probe in &follow_up.probes {
        let (weight, openness) = match probe {
            Probe::Point(id) => {
                let weight = question.point(id).map_or(0.0, |point| f32::from(point.weight));
                (weight, openness(assessment.verdict(id)))
            }
            Probe::Pitfall(id) if hit(assessment, id) => (PITFALL_WEIGHT, 1.0),
            Probe::Pitfall(_) => (0.0, 0.0),
        };
        let left = if was_probed(question, asked, probe) { ALREADY_PROBED } else { 1.0 };
        total += weight;
        open += weight * openness;
        fresh += weight * openness * left;
    }
    (open >= WORTH_ASKING && open >= total * OPEN_SHARE && fresh >= WORTH_ASKING).then(|| fresh * open / total)
}

fn openness(verdict: Verdict) -> f32 {
    match verdict {
        Verdict::Missing => 1.0,
        Verdict::Partial => 0.5,
        Verdict::Covered => 0.0,
    }
}

fn hit(assessment: &Assessment, pitfall: &crate::ids::PitfallId) -> bool {
    assessment.pitfalls.iter().any(|found| found.pitfall == *pitfall)
}

fn was_probed(question: &Question, asked: &[FollowUpId], probe: &Probe) -> bool {
    asked.iter().filter_map(|id| question.follow_up(id)).any(|earlier| earlier.probes.contains(probe))
}

fn reason(assessment: &Assessment, follow_up: &FollowUp) -> Reason {
    let mut points = Vec::new();
    let mut pitfalls = Vec::new();
    for probe in &follow_up.probes {
        match probe {
            Probe::Point(id) if assessment.verdict(id) != Verdict::Covered => points.push(id.clone()),
            Probe::Pitfall(id) if hit(assessment, id) => pitfalls.push(id.clone()),
            Probe::Point(_) | Probe::Pitfall(_) => {}
        }
    }
    Reason::Probes { points, pitfalls }
}
