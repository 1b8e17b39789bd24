//! Has somebody else find what a file leaves open. What the file says stays as it is, and what was found is marked.

use super::draft::{Draft, Drafts, Entry, Guess, joined};
use super::guess;
use super::left_out::{LeftOut, Why};
use crate::bank::{FollowUp, Pitfall, Point, Probe};
use crate::ids::{PitfallId, PointId};

/// What is to be looked at in what was filled in.
const DRAFTED: &str = "drafted by a language model";

/// A question with what a file says of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    /// What is asked.
    pub prompt: String,
    /// The answer. Empty: the file gives none.
    pub answer: String,
    /// What a good answer holds.
    pub points: Vec<Point>,
    /// What a poor answer falls into.
    pub pitfalls: Vec<Pitfall>,
    /// Whether the file has follow-ups.
    pub has_follow_ups: bool,
}

/// What was found. Only what the file lacks is taken.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filling {
    /// Points.
    pub points: Vec<Point>,
    /// Pitfalls, of other names than the points.
    pub pitfalls: Vec<Pitfall>,
    /// Follow-ups that probe points or pitfalls.
    pub follow_ups: Vec<FollowUp>,
    /// What somebody good might say.
    pub answer: Option<String>,
}

/// Finds what a file leaves open.
pub trait Filler {
    /// Returns where the bank's texts come from then.
    fn source(&self) -> String;

    /// Returns a line about the bank, for its top.
    fn note(&self) -> String;

    /// Returns what it finds for a question, or nothing.
    fn fill(&mut self, sketch: &Sketch) -> Filling;
}

/// Fills what the questions lack, and leaves out those that still cannot be judged. Returns how many were filled.
pub(super) fn fill(drafts: &mut Drafts, filler: &mut dyn Filler) -> usize {
    let mut filled = 0;
    for draft in &mut drafts.questions {
        if draft.points.is_empty() || draft.pitfalls.is_empty() || draft.follow_ups.is_empty() {
            let filling = filler.fill(&sketch(draft));
            filled += usize::from(take(draft, filling));
        }
    }
    let (judged, bare): (Vec<Draft>, Vec<Draft>) =
        std::mem::take(&mut drafts.questions).into_iter().partition(|draft| !draft.points.is_empty());
    drafts.questions = judged;
    for draft in bare {
        let parts = draft.pitfalls.iter().chain(&draft.follow_ups).map(|entry| entry.text.as_str());
        let texts = std::iter::once(draft.prompt.as_str()).chain(parts);
        drafts.left_out.extend(texts.map(|text| LeftOut::new(draft.line, text, Why::NothingToJudge)));
    }
    filled
}

fn sketch(draft: &Draft) -> Sketch {
    let point = |entry: &Entry| {
        let id = PointId::new(entry.id.as_str()).expect("ids are kebab-case");
        Point { id, text: entry.text.clone(), weight: entry.weight, cues: Vec::new(), example: None }
    };
    let pitfall = |entry: &Entry| {
        let id = PitfallId::new(entry.id.as_str()).expect("ids are kebab-case");
        Pitfall { id, text: entry.text.clone() }
    };
    Sketch {
        prompt: draft.prompt.clone(),
        answer: if draft.is_answer_made { String::new() } else { draft.answer.value.clone() },
        points: draft.points.iter().map(point).collect(),
        pitfalls: draft.pitfalls.iter().map(pitfall).collect(),
        has_follow_ups: !draft.follow_ups.is_empty(),
    }
}

/// Takes what a question lacks. Returns whether there was any of it.
fn take(draft: &mut Draft, filling: Filling) -> bool {
    let mut took = false;
    if draft.points.is_empty() && !filling.points.is_empty() {
        let entry = |point: Point| Entry { weight: point.weight, ..drafted(point.id.into(), point.text) };
        draft.points = filling.points.into_iter().map(entry).collect();
        if draft.assesses.value.is_empty() {
            draft.assesses = Guess::guessed(joined(&draft.points[..draft.points.len().min(3)]), DRAFTED);
        }
        if draft.is_answer_made {
            draft.answer = Guess::guessed(filling.answer.unwrap_or_else(|| joined(&draft.points)), DRAFTED);
            if draft.minutes.review.is_some() {
                draft.minutes = Guess::guessed(guess::minutes(&draft.answer.value), DRAFTED);
            }
        }
        took = true;
    }
    if draft.pitfalls.is_empty() && !filling.pitfalls.is_empty() {
        let entry = |pitfall: Pitfall| drafted(pitfall.id.into(), pitfall.text);
        draft.pitfalls = filling.pitfalls.into_iter().map(entry).collect();
        took = true;
    }
    if draft.follow_ups.is_empty() && !filling.follow_ups.is_empty() {
        let name = |probe: Probe| match probe {
            Probe::Point(id) => id.into(),
            Probe::Pitfall(id) => id.into(),
        };
        let entry = |one: FollowUp| Entry {
            probes: one.probes.into_iter().map(name).collect(),
            ..drafted(one.id.into(), one.prompt)
        };
        draft.follow_ups = filling.follow_ups.into_iter().map(entry).collect();
        took = true;
    }
    took
}

fn drafted(id: String, text: String) -> Entry {
    Entry { id, text, review: Some(DRAFTED), weight: 0, probes: Vec::new() }
}
