//! `hotseat bench judge`: how well the judge agrees with labelled answers, beside simpler ways to tell.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::bank::{Bank, Kind, Level, Point, Question};
use crate::cli::bank::bank_from;
use crate::cli::bench::baselines::Baselines;
use crate::cli::bench::failed;
use crate::cli::bench::judged::{Figures, Gathered, Row, figures, statements};
use crate::cli::bench::model_answers::{self, ModelAnswer};
use crate::cli::bench::rows::{Labelled, Short, read};
use crate::cli::bench::second_opinions::{SecondOpinions, WithModel};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::language::LanguageFlags;
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::clock;
use crate::engine::wiring;
use crate::ids::{BankId, PointId, QuestionId, TurnId};
use crate::judge::figures::area_under_curve;
use crate::judge::{Answer, Judge};
use crate::models::Weights;
use crate::transcript::Transcript;

/// Measure the judge against labelled answers
#[derive(Debug, Args)]
pub(super) struct BenchJudge {
    /// Labelled answers to questions of a bank, one JSON object a line
    #[arg(long, value_name = "FILE", required_unless_present_any = ["outside", "spoken"])]
    eval: Option<PathBuf>,
    /// Short written answers with references and marks, one JSON object a line
    #[arg(long, value_name = "FILE")]
    outside: Option<PathBuf>,
    /// Have the model answers of this bank spoken, heard and judged
    #[arg(long, value_name = "BANK")]
    spoken: Option<String>,
    /// The folder that the banks are named from [default: the folder of the answers]
    #[arg(long, value_name = "DIR")]
    banks: Option<PathBuf>,
    /// Judge with this network, such as one that is being trained
    #[arg(long, value_name = "ONNX")]
    network: Option<PathBuf>,
    /// Write the features of every statement to a file, one JSON object a line; models/judge/fit.py reads them
    #[arg(long, value_name = "FILE", requires = "eval")]
    rows: Option<PathBuf>,
    /// List the verdicts that are furthest from their label
    #[arg(long, value_name = "N", default_value_t = 0)]
    worst: usize,
    /// Judge so many of the answers, evenly spread
    #[arg(long, value_name = "N", requires = "eval")]
    limit: Option<usize>,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    language: LanguageFlags,
    #[command(flatten)]
    models: ModelsFlag,
}

#[derive(Debug, Serialize)]
struct Report {
    labelled: Option<Figures>,
    #[serde(skip_serializing_if = "Option::is_none")]
    with_model: Option<WithModel>,
    outside: Option<Vec<(&'static str, f64)>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model_answers: Option<Vec<ModelAnswer>>,
}

/// Measures.
///
/// # Errors
/// [`Failure`] names the file.
pub(super) fn run(arguments: &BenchJudge, ui: &mut Ui) -> Outcome {
    let weights = arguments.models.weights()?;
    let labelled = arguments.eval.as_ref().map(|path| labelled(path, arguments, &weights, ui)).transpose()?;
    let (labelled, with_model) = labelled.map_or((None, None), |(figures, with_model)| (Some(figures), with_model));
    let outside = arguments.outside.as_ref().map(|path| outside(path, arguments, &weights)).transpose()?;
    let model_answers =
        arguments.spoken.as_ref().map(|bank| model_answers::model_answers(bank, &weights)).transpose()?;
    let report = Report { labelled, with_model, outside, model_answers };
    if arguments.json {
        ui.json(&report);
    } else {
        show(&report, ui);
    }
    Ok(())
}

fn judge(bank: Bank, arguments: &BenchJudge, weights: &Weights) -> Result<Judge, Failure> {
    let judge = match &arguments.network {
        Some(path) => wiring::judge_over(bank, path, weights),
        None => wiring::judge(bank, weights),
    };
    judge.map_err(|error| failed(error).hint("`hotseat models verify` checks the weights"))
}

fn answer(text: &str) -> [Answer; 1] {
    [Answer { turn: TurnId(1), transcript: Transcript::typed(text) }]
}

fn labelled(
    path: &Path,
    arguments: &BenchJudge,
    weights: &Weights,
    ui: &mut Ui,
) -> Result<(Figures, Option<WithModel>), Failure> {
    let all: Vec<Labelled> = read(path)?;
    let beside = path.parent().unwrap_or(Path::new("."));
    let folder = arguments.banks.as_deref().unwrap_or(beside);
    let mut judges: BTreeMap<String, Judge> = BTreeMap::new();
    let mut gathered = Gathered::default();
    let mut second = arguments.language.model(ui)?.map(SecondOpinions::of);
    let mut baselines = Baselines::load(weights).map_err(failed)?;
    let answers = evenly(&all, arguments.limit);
    for (nth, one) in answers.iter().enumerate() {
        ui.progress(&format!("Judging answer {} of {} …", nth + 1, answers.len()));
        if !judges.contains_key(&one.bank) {
            judges.insert(one.bank.clone(), judge(bank_from(folder, &one.bank)?, arguments, weights)?);
        }
        if let Some(judge) = judges.get_mut(&one.bank) {
            gather(one, judge, &mut baselines, &mut gathered, second.as_mut())?;
        }
    }
    ui.clear_progress();
    if let Some(path) = &arguments.rows {
        write_rows(path, &gathered.rows).map_err(|error| failed(format!("`{}`: {error}", path.display())))?;
    }
    show_worst(&gathered.rows, arguments.worst, ui);
    Ok((figures(&gathered), second.map(SecondOpinions::figures)))
}

/// Returns so many of the answers, evenly spread over all of them: those to one question stand together.
fn evenly(all: &[Labelled], limit: Option<usize>) -> Vec<&Labelled> {
    let wanted = limit.unwrap_or(all.len()).min(all.len());
    (0..wanted).map(|nth| &all[nth * all.len() / wanted]).collect()
}

fn gather(
    one: &Labelled,
    judge: &mut Judge,
    baselines: &mut Baselines,
    gathered: &mut Gathered,
    second: Option<&mut SecondOpinions>,
) -> Outcome {
    let answers = answer(&one.text);
    let id = QuestionId::new(&one.question).map_err(failed)?;
    let began = clock::now();
    let assessment = judge.assess(&id, &answers).map_err(failed)?;
    let took_ms = began.elapsed().as_secs_f64() * 1_000.0;
    let question = judge.question(&id).map_err(failed)?;
    let read = judge.read(&question, &answers).map_err(failed)?;
    let statements = statements(one, &question, &read, baselines)?;
    gathered.take(one, &statements, &assessment, took_ms);
    if let Some(second) = second {
        second.take(one, &statements, &question, &answers, &assessment);
    }
    Ok(())
}

fn write_rows(path: &Path, rows: &[Row]) -> std::io::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for row in rows {
        serde_json::to_writer(&mut file, row)?;
        file.write_all(b"\n")?;
    }
    file.flush()
}

fn show_worst(rows: &[Row], count: usize, ui: &mut Ui) {
    let mut points: Vec<&Row> = rows.iter().filter(|row| !row.pitfall && row.label != 1).collect();
    let miss = |row: &Row| if row.label == 2 { 1.0 - row.p_covered } else { row.p_covered };
    points.sort_by(|one, other| miss(other).total_cmp(&miss(one)));
    for row in points.iter().take(count) {
        let label = if row.label == 2 { "covered" } else { "missing" };
        ui.data(&format!(
            "{} {}: labelled {label}, p covered {:.2}: {}",
            row.id, row.statement, row.p_covered, row.text
        ));
        ui.data(&format!("    labelled “{}”\n    quoted   “{}”", row.labelled_quote, row.quote));
    }
}

fn outside(path: &Path, arguments: &BenchJudge, weights: &Weights) -> Result<Vec<(&'static str, f64)>, Failure> {
    let rows: Vec<Short> = read(path)?;
    let mut judge = judge(empty_bank()?, arguments, weights)?;
    let mut baselines = Baselines::load(weights).map_err(failed)?;
    let (mut judged, mut overlap, mut likeness) = (Vec::new(), Vec::new(), Vec::new());
    for row in &rows {
        let question = referenced(row)?;
        let (points, _) = judge.read(&question, &answer(&row.answer)).map_err(failed)?;
        let correct = row.label == "correct";
        let chances = points.iter().map(|read| judge.fit().chances(&read.features).covered);
        judged.push((chances.fold(0.0, f32::max), correct));
        let (mut shared, mut alike) = (0.0_f32, 0.0_f32);
        for reference in &row.references {
            shared = shared.max(Baselines::overlap(reference, &row.answer));
            alike = alike.max(baselines.likeness(reference, &row.answer).map_err(failed)?);
        }
        overlap.push((shared, correct));
        likeness.push((alike, correct));
    }
    Ok(vec![
        ("judge", area_under_curve(&judged)),
        ("term overlap", area_under_curve(&overlap)),
        ("embedding similarity", area_under_curve(&likeness)),
    ])
}

fn empty_bank() -> Result<Bank, Failure> {
    Ok(Bank {
        id: BankId::new("outside").map_err(failed)?,
        title: String::new(),
        license: String::new(),
        source: None,
        competencies: Vec::new(),
        questions: Vec::new(),
    })
}

/// Returns a question whose points are the reference answers.
fn referenced(row: &Short) -> Result<Question, Failure> {
    let mut points = Vec::new();
    for (index, text) in row.references.iter().enumerate() {
        let id = PointId::new(format!("reference-{index}")).map_err(failed)?;
        points.push(Point { id, text: text.clone(), weight: 1, cues: Vec::new(), example: None });
    }
    Ok(Question {
        id: QuestionId::new("outside").map_err(failed)?,
        prompt: row.question.clone(),
        kind: Kind::Knowledge,
        level: Level::Mid,
        minutes: 1.0,
        competencies: Vec::new(),
        skills: Vec::new(),
        assesses: String::new(),
        model_answer: String::new(),
        points,
        pitfalls: Vec::new(),
        follow_ups: Vec::new(),
    })
}

fn show(report: &Report, ui: &mut Ui) {
    if let Some(figures) = &report.labelled {
        ui.data(&format!("{} answers, {} points", figures.answers, figures.points));
        ui.data("way to tell              AUC covered   AUC partial   within an answer");
        for way in &figures.agreement {
            let numbers =
                format!("{:>11.3}   {:>11.3}   {:>16.3}", way.auc_covered, way.auc_partial, way.within_answer);
            ui.data(&format!("{:<24} {numbers}", way.way));
        }
        for (name, value) in figures.named() {
            ui.data(&format!("{name:<32} {value:>9.3}"));
        }
        if let Some(with_model) = &report.with_model {
            with_model.show(figures, ui);
        }
    }
    for (way, area) in report.outside.iter().flatten() {
        ui.data(&format!("outside, correct against the rest: {way:<22} {area:.3}"));
    }
    if let Some(rows) = &report.model_answers {
        model_answers::show(rows, ui);
    }
}
