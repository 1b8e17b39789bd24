//! What the follow-ups get at: heavy points that none of them probes, and follow-ups that get at nothing of their own.

use std::collections::BTreeSet;

use crate::bank::check::{Findings, each_follow_up};
use crate::bank::lines::Place;
use crate::bank::{Point, Probe, Question};

/// Weight of a point that should be asked for when it was missed.
const HEAVY: u8 = 3;

/// Weight of a point that may well be asked for.
const MIDDLING: u8 = 2;

pub(super) fn check(question: &Question, at: Place, findings: &mut Findings) {
    unprobed(question, at, findings);
    second_that_goes_deeper(question, at, findings);
    redundant(question, at, findings);
}

fn unprobed(question: &Question, at: Place, findings: &mut Findings) {
    let is_probed = |point: &Point| {
        let mut probes = question.follow_ups.iter().flat_map(|one| &one.probes);
        probes.any(|probe| matches!(probe, Probe::Point(id) if *id == point.id))
    };
    for (nth, point) in question.points.iter().enumerate().filter(|(_, point)| !is_probed(point)) {
        let message = format!("no follow-up probes the point `{}` of weight {}", point.id, point.weight);
        let (place, advice) = (at.part("point", nth), "let one ask for it");
        match point.weight {
            HEAVY.. => findings.warn(place, "unprobed-point", message, advice),
            MIDDLING => findings.note(place, "unprobed-point", message, advice),
            _ => {}
        }
    }
}

fn second_that_goes_deeper(question: &Question, at: Place, findings: &mut Findings) {
    let mut deeper = each_follow_up(question, at).filter(|(_, one)| one.probes.is_empty());
    let Some((_, first)) = deeper.next() else { return };
    for (place, one) in deeper {
        let message = format!("the follow-up `{}` probes nothing, and `{}` goes deeper already", one.id, first.id);
        findings.warn(place, "purposeless-follow-up", message, "say what it probes, or leave it out");
    }
}

fn redundant(question: &Question, at: Place, findings: &mut Findings) {
    let probes: Vec<BTreeSet<&Probe>> = question.follow_ups.iter().map(|one| one.probes.iter().collect()).collect();
    for (nth, (place, one)) in each_follow_up(question, at).enumerate().filter(|(nth, _)| !probes[*nth].is_empty()) {
        let own = &probes[nth];
        // Of two that probe the same the first is asked; of others the one that probes more.
        let better = (0..probes.len()).find(|&other| {
            other != nth && own.is_subset(&probes[other]) && (own.len() < probes[other].len() || other < nth)
        });
        if let Some(better) = better.map(|better| &question.follow_ups[better].id) {
            let message = format!("the follow-up `{}` probes only what `{better}` probes", one.id);
            findings.warn(place.key("probes"), "purposeless-follow-up", message, "let each probe something of its own");
        }
    }
}
