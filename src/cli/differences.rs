//! What became of a verdict, line by line: how many points were gained and lost, and which.

use serde::Serialize;

use crate::cli::words;
use crate::engine::rescoring::Rejudged;
use crate::judge::{Assessment, Band};
use crate::review::attempts::{Change, Comparison};
use crate::review::markdown::tick;

/// A question that was judged again, for a program.
#[derive(Debug, Serialize)]
pub(super) struct Difference {
    question: String,
    prompt: String,
    /// Who judged.
    by: String,
    /// Whether anything differs: verdicts, probabilities, quotes or the rubric.
    changed: bool,
    /// Null: it had never been judged.
    before: Option<Score>,
    after: Score,
    /// What became of each point. Null where there is nothing to compare with.
    change: Option<Comparison>,
}

#[derive(Debug, Serialize)]
struct Score {
    band: Band,
    coverage: f32,
}

impl Score {
    fn of(assessment: &Assessment) -> Self {
        Self { band: assessment.band, coverage: assessment.coverage }
    }
}

impl Difference {
    /// Returns what became of a question.
    pub(super) fn of(rejudged: &Rejudged) -> Self {
        Self {
            question: rejudged.question.id.to_string(),
            prompt: rejudged.question.prompt.clone(),
            by: rejudged.by.clone(),
            changed: rejudged.is_change(),
            before: rejudged.before.as_ref().map(Score::of),
            after: Score::of(&rejudged.after),
            change: rejudged.comparison(),
        }
    }
}

/// Returns what became of a question, for people.
pub(super) fn lines(rejudged: &Rejudged) -> Vec<String> {
    let after = words::summary(&rejudged.after);
    let Some((before, change)) = rejudged.before.as_ref().zip(rejudged.comparison()) else {
        return vec![format!("  judged for the first time: {after}")];
    };
    let before = words::summary(before);
    let mut lines = if before == after {
        vec![format!("  {after}, as before")]
    } else {
        vec![format!("  before: {before}"), format!("  now:    {after}")]
    };
    lines.extend(change.gained().into_iter().chain(change.lost()).map(point));
    lines.extend(change.avoided.iter().map(|pitfall| format!("  ⚠ no longer a pitfall: {pitfall}")));
    lines.extend(change.fallen_into.iter().map(|pitfall| format!("  ⚠ now a pitfall: {pitfall}")));
    lines.push(format!("  {}", unchanged(&change)));
    lines
}

fn point(change: &Change) -> String {
    let doubt = if change.sure { "" } else { ", not sure" };
    format!("  {} → {} {} (weight {}{doubt})", tick(change.before), tick(change.after), change.text, change.weight)
}

fn unchanged(change: &Comparison) -> String {
    let same = change.points.iter().filter(|point| point.before == point.after).count();
    match (same, change.points.len()) {
        (0, _) => "no point is as before".into(),
        (same, all) if same == all => format!("all {all} points as before"),
        (1, all) => format!("1 of {all} points as before"),
        (same, all) => format!("{same} of {all} points as before"),
    }
}
