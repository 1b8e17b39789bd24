//! Model answers of a bank, spoken by our voice and heard by the recogniser: how many of their points are still found.

use std::path::Path;

use serde::Serialize;

use crate::bank::Question;
use crate::cli::bank::bank_from;
use crate::cli::bench::failed;
use crate::cli::bench::spoken::spoken;
use crate::cli::failure::Failure;
use crate::cli::ui::Ui;
use crate::engine::transcribing::transcribe;
use crate::engine::wiring;
use crate::ids::TurnId;
use crate::judge::{Answer, Judge, Verdict};
use crate::models::Weights;
use crate::net::silero::Silero;
use crate::stt::whisper::{Whisper, default_threads};
use crate::transcript::Transcript;

/// A question, its points, and how many of them its own model answer covers.
#[derive(Debug, Serialize)]
pub(super) struct ModelAnswer {
    question: String,
    points: usize,
    covered_as_text: usize,
    covered_as_heard: usize,
}

/// Speaks, hears and judges the model answer of every question of a bank.
///
/// # Errors
/// [`Failure`] names the bank or the weight that cannot be used.
pub(super) fn model_answers(bank: &str, weights: &Weights) -> Result<Vec<ModelAnswer>, Failure> {
    let bank = bank_from(Path::new("."), bank)?;
    let mut voice = wiring::synthesizer(weights).map_err(failed)?;
    let mut silero = Silero::load(&weights.path(wiring::SILERO)?).map_err(failed)?;
    let mut whisper = Whisper::load(&weights.path(wiring::WHISPER)?, default_threads()).map_err(failed)?;
    let mut judge = wiring::judge(bank.clone(), weights).map_err(failed)?;
    let mut rows = Vec::new();
    for question in &bank.questions {
        let cues: Vec<String> = question.points.iter().flat_map(|point| point.cues.iter().cloned()).collect();
        let mut sound = Some(spoken(&question.model_answer, &mut voice)?);
        let heard = transcribe(|| Ok(sound.take()), &mut silero, &mut whisper, &cues, &mut |_| {}).map_err(failed)?;
        rows.push(ModelAnswer {
            question: question.id.to_string(),
            points: question.points.len(),
            covered_as_text: covered(&mut judge, question, Transcript::typed(&question.model_answer))?,
            covered_as_heard: covered(&mut judge, question, heard.transcript)?,
        });
    }
    Ok(rows)
}

fn covered(judge: &mut Judge, question: &Question, transcript: Transcript) -> Result<usize, Failure> {
    let assessment = judge.assess(&question.id, &[Answer { turn: TurnId(1), transcript }]).map_err(failed)?;
    Ok(assessment.points.iter().filter(|point| point.verdict == Verdict::Covered).count())
}

/// Prints a line a question and their sum.
pub(super) fn show(rows: &[ModelAnswer], ui: &mut Ui) {
    let sum = |of: fn(&ModelAnswer) -> usize| rows.iter().map(of).sum::<usize>();
    for row in rows {
        let (points, text, heard) = (row.points, row.covered_as_text, row.covered_as_heard);
        ui.data(&format!("{:<32} {points} points, {text} covered as text, {heard} as spoken and heard", row.question));
    }
    let (points, text, heard) =
        (sum(|row| row.points), sum(|row| row.covered_as_text), sum(|row| row.covered_as_heard));
    ui.data(&format!("model answers: of {points} points {text} are covered as text, {heard} as spoken and heard"));
}
