//! `hotseat judge`: what an answer covers, without an interview.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::{Deserialize, Serialize};

use crate::bank::{Bank, Question};
use crate::cli::bank::{bank_from, load_bank};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::language::LanguageFlags;
use crate::cli::models::ModelsFlag;
use crate::cli::second_opinion::{SecondOpinion, Witness, second_opinion};
use crate::cli::ui::Ui;
use crate::cli::words;
use crate::engine::wiring;
use crate::ids::{PitfallId, PointId, TurnId};
use crate::interview::follow_up;
use crate::judge::{Answer, Assessment, Band, Doubt, Judge, Standing, Verdict, band};
use crate::models::Weights;
use crate::review::markdown::tick;
use crate::review::probing::reason_text;
use crate::transcript::Transcript;
use crate::units::Span;

/// Judge an answer against a question's rubric
#[derive(Debug, Args)]
pub struct JudgeArgs {
    /// The question bank: its id, or a file. Lines of a batch that name none are of this one
    #[arg(long, value_name = "BANK")]
    bank: Option<String>,
    /// The question
    #[arg(long, value_name = "ID", required_unless_present = "batch")]
    question: Option<String>,
    /// A file with the answer as text; `-` is standard input
    #[arg(long, value_name = "FILE", group = "what")]
    answer: Option<PathBuf>,
    /// A recording of the answer
    #[arg(long, value_name = "FILE", group = "what")]
    answer_wav: Option<PathBuf>,
    /// A file of answers, one JSON object a line with `id`, `bank`, `question` and `text`
    #[arg(long, value_name = "FILE", group = "what", conflicts_with = "question")]
    batch: Option<PathBuf>,
    /// The folder that the banks of a batch are named from [default: the folder of the batch]
    #[arg(long, value_name = "DIR", requires = "batch")]
    banks: Option<PathBuf>,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    language: LanguageFlags,
    #[command(flatten)]
    models: ModelsFlag,
}

/// A line of a batch.
#[derive(Debug, Deserialize)]
struct BatchLine {
    id: String,
    bank: Option<String>,
    question: String,
    text: String,
}

/// What is said of an answer.
#[derive(Debug, Serialize)]
struct Judged<'a> {
    id: &'a str,
    bank: &'a str,
    question: &'a str,
    standing: Standing,
    points: BTreeMap<&'a PointId, JudgedPoint<'a>>,
    pitfalls: BTreeMap<&'a PitfallId, JudgedPitfall<'a>>,
    coverage: f32,
    band: Band,
    band_reason: String,
    follow_up: Option<FollowUp<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    second_opinion: Option<&'a SecondOpinion>,
}

#[derive(Debug, Serialize)]
struct JudgedPoint<'a> {
    verdict: Verdict,
    p_partial: f32,
    p_covered: f32,
    confidence: f32,
    doubt: Option<Doubt>,
    evidence: Option<&'a str>,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    span: Option<Span>,
}

#[derive(Debug, Serialize)]
struct JudgedPitfall<'a> {
    hit: bool,
    p: f32,
    evidence: Option<&'a str>,
}

#[derive(Debug, Serialize)]
struct FollowUp<'a> {
    id: &'a str,
    prompt: &'a str,
    reason: String,
}

/// Judges.
///
/// # Errors
/// [`Failure`] names the bank, the question or the file.
pub fn run(arguments: &JudgeArgs, ui: &mut Ui) -> Outcome {
    let weights = arguments.models.weights()?;
    let mut witness = arguments.language.model(ui)?.map(Witness::new);
    if let Some(path) = &arguments.batch {
        return batch(path, arguments, &weights, witness, ui);
    }
    let name = arguments.bank.as_deref().unwrap_or("infrastructure-architect");
    let bank = load_bank(name)?;
    let wanted = arguments.question.clone().unwrap_or_default();
    let question = bank.questions.iter().find(|question| question.id.as_str() == wanted).cloned().ok_or_else(|| {
        Failure::new(format!("the bank `{}` has no question `{wanted}`", bank.id))
            .hint(format!("`hotseat bank show {name}` lists its questions"))
    })?;
    let transcript = transcript(arguments, &question, &weights)?;
    let bank_id = bank.id.to_string();
    let mut judge = judge(bank, &weights)?;
    let (assessment, second) = assess(&mut judge, witness.as_mut(), &question, transcript)?;
    if arguments.json {
        ui.json(&judged("answer", &bank_id, &question, &assessment, second.as_ref()));
    } else {
        show(&question, &assessment, ui);
        if let Some(second) = second {
            second.show(ui);
        }
    }
    Ok(())
}

fn judge(bank: Bank, weights: &Weights) -> Result<Judge, Failure> {
    wiring::judge(bank, weights)
        .map_err(|error| Failure::new(error.to_string()).hint("`hotseat models verify` checks the weights"))
}

/// Judges an answer, with the language model heard too where there is one.
fn assess(
    judge: &mut Judge,
    witness: Option<&mut Witness>,
    question: &Question,
    transcript: Transcript,
) -> Result<(Assessment, Option<SecondOpinion>), Failure> {
    let answers = [Answer { turn: TurnId(1), transcript }];
    let local = judge
        .assess(&question.id, &answers)
        .map_err(|error| Failure::new(error.to_string()).hint("`hotseat models verify` checks the weights"))?;
    let Some(witness) = witness else { return Ok((local, None)) };
    let (assessment, second) = second_opinion(witness, question, &answers, local);
    Ok((assessment, Some(second)))
}

fn judged<'a>(
    id: &'a str,
    bank: &'a str,
    question: &'a Question,
    assessment: &'a Assessment,
    second_opinion: Option<&'a SecondOpinion>,
) -> Judged<'a> {
    let points = assessment.points.iter().map(|judged| {
        let evidence = judged.evidence.as_ref();
        let point = JudgedPoint {
            verdict: judged.verdict,
            p_partial: judged.p_partial,
            p_covered: judged.p_covered,
            confidence: judged.confidence,
            doubt: judged.doubt,
            evidence: evidence.map(|evidence| evidence.quote.as_str()),
            span: evidence.and_then(|evidence| evidence.span),
        };
        (&judged.point, point)
    });
    let pitfalls = question.pitfalls.iter().map(|pitfall| {
        let hit = assessment.pitfalls.iter().find(|hit| hit.pitfall == pitfall.id);
        let p = assessment.pitfall_chances.get(&pitfall.id).copied().unwrap_or(0.0);
        let evidence = hit.map(|hit| hit.evidence.quote.as_str());
        (&pitfall.id, JudgedPitfall { hit: hit.is_some(), p, evidence })
    });
    let next = follow_up::choose(question, assessment, &[], None);
    Judged {
        id,
        bank,
        question: question.id.as_str(),
        standing: assessment.standing,
        points: points.collect(),
        pitfalls: pitfalls.collect(),
        coverage: assessment.coverage,
        band: assessment.band,
        band_reason: band::reason(question, assessment),
        follow_up: next.map(|(one, reason)| FollowUp {
            id: one.id.as_str(),
            prompt: &one.prompt,
            reason: reason_text(&reason, question, Some(assessment)),
        }),
        second_opinion,
    }
}

fn transcript(arguments: &JudgeArgs, question: &Question, weights: &Weights) -> Result<Transcript, Failure> {
    if let Some(path) = &arguments.answer_wav {
        let terms = question.points.iter().flat_map(|point| point.cues.iter().cloned()).collect();
        return crate::cli::transcribe::transcript_of(path, terms, weights);
    }
    let Some(path) = &arguments.answer else {
        return Err(Failure::new("there is no answer to judge")
            .hint("name one with `--answer FILE`, `--answer-wav FILE` or `--batch FILE`"));
    };
    let read =
        if path == Path::new("-") { std::io::read_to_string(std::io::stdin()) } else { fs::read_to_string(path) };
    let text = read.map_err(|error| {
        Failure::new(format!("the answer `{}` cannot be read: {error}", path.display()))
            .hint("give a text file in UTF-8")
    })?;
    Ok(Transcript::typed(&text))
}

/// The banks of a batch, each with its judge.
struct Banks<'a> {
    folder: &'a Path,
    weights: &'a Weights,
    known: BTreeMap<String, (Bank, Judge)>,
    witness: Option<Witness>,
}

fn batch(path: &Path, arguments: &JudgeArgs, weights: &Weights, witness: Option<Witness>, ui: &mut Ui) -> Outcome {
    let cannot = |error: std::io::Error| {
        Failure::new(format!("the batch `{}` cannot be read: {error}", path.display()))
            .hint("give a file with one JSON object a line")
    };
    let lines = BufReader::new(File::open(path).map_err(cannot)?).lines();
    let beside = path.parent().unwrap_or(Path::new("."));
    let folder = arguments.banks.as_deref().unwrap_or(beside);
    let mut banks = Banks { folder, weights, known: BTreeMap::new(), witness };
    let mut bad = 0;
    for (index, line) in lines.enumerate() {
        let line = line.map_err(cannot)?;
        if line.trim().is_empty() {
            continue;
        }
        if let Err(why) = batch_line(&line, arguments.bank.as_deref(), &mut banks, ui) {
            bad += 1;
            let id = serde_json::from_str::<serde_json::Value>(&line)
                .ok()
                .and_then(|value| Some(value.get("id")?.as_str()?.to_owned()));
            ui.data(&serde_json::json!({ "id": id, "line": index + 1, "error": why.message }).to_string());
        }
    }
    if bad == 0 {
        Ok(())
    } else {
        Err(Failure::new(format!("{bad} lines of `{}` could not be judged", path.display())))
    }
}

fn batch_line(line: &str, bank: Option<&str>, banks: &mut Banks<'_>, ui: &mut Ui) -> Outcome {
    let parsed: BatchLine = serde_json::from_str(line).map_err(|error| Failure::new(error.to_string()))?;
    let name = bank.map(ToOwned::to_owned).or(parsed.bank).ok_or_else(|| Failure::new("the line names no bank"))?;
    if !banks.known.contains_key(&name) {
        let bank = bank_from(banks.folder, &name)?;
        banks.known.insert(name.clone(), (bank.clone(), judge(bank, banks.weights)?));
    }
    let Some((bank, judge)) = banks.known.get_mut(&name) else { return Err(Failure::new("the bank is gone")) };
    let question = bank.questions.iter().find(|question| question.id.as_str() == parsed.question);
    let question = question.ok_or_else(|| Failure::new(format!("the bank has no question `{}`", parsed.question)))?;
    let (assessment, second) = assess(judge, banks.witness.as_mut(), question, Transcript::typed(&parsed.text))?;
    let document = judged(&parsed.id, bank.id.as_str(), question, &assessment, second.as_ref());
    ui.data(&serde_json::to_string(&document).map_err(|error| Failure::new(error.to_string()))?);
    Ok(())
}

fn show(question: &Question, assessment: &Assessment, ui: &mut Ui) {
    ui.data(&question.prompt);
    for judged in &assessment.points {
        let text = question.point(&judged.point).map_or("", |point| point.text.as_str());
        ui.data(&format!("{} {text}{}", tick(judged.verdict), words::doubt(judged.doubt)));
        if let Some(evidence) = &judged.evidence {
            ui.data(&format!("    “{}”", evidence.quote));
        }
    }
    for hit in &assessment.pitfalls {
        let text = question.pitfalls.iter().find(|one| one.id == hit.pitfall).map_or("", |one| one.text.as_str());
        ui.data(&format!("⚠ {text}\n    “{}”", hit.evidence.quote));
    }
    ui.data(&format!("{}: {}", words::summary(assessment), band::reason(question, assessment)));
    if let Some((follow_up, reason)) = follow_up::choose(question, assessment, &[], None) {
        ui.data(&format!("Next: {} ({})", follow_up.prompt, words::reason(&reason)));
    }
}
