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
use crate::cli::bench::model_answers::{self, ModelAnswer};
use crate::cli::bench::rows::{Labelled, Short, read};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::clock;
use crate::engine::wiring;
use crate::ids::{BankId, PointId, QuestionId, TurnId};
use crate::judge::features::Features;
use crate::judge::figures::{
    area_under_curve, calibration_error, f1, macro_f1, percentile, precision_and_recall, weighted_kappa,
};
use crate::judge::{Answer, Judge, Read, Standing, Verdict};
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
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    models: ModelsFlag,
}

/// A statement of a rubric, what was found of it in an answer, and what the label says.
#[derive(Clone, Debug, Serialize)]
struct Row {
    id: String,
    bank: String,
    question: String,
    quality: String,
    band: usize,
    standing: Standing,
    statement: String,
    pitfall: bool,
    weight: u8,
    /// 0 missing, 1 partial, 2 covered; a pitfall that was hit is 2.
    label: usize,
    given: usize,
    p_touched: f32,
    p_covered: f32,
    features: Features,
    words: usize,
    overlap: f32,
    likeness: f32,
    #[serde(skip)]
    text: String,
    #[serde(skip)]
    quote: String,
    #[serde(skip)]
    labelled_quote: String,
}

/// Figures of a way to tell.
#[derive(Clone, Debug, Serialize)]
struct Agreement {
    way: &'static str,
    auc_covered: f64,
    auc_partial: f64,
    /// How often a covered point is scored above a missing one of the same answer.
    within_answer: f64,
}

/// All that is measured on labelled answers.
#[derive(Clone, Debug, Serialize)]
struct Figures {
    answers: usize,
    points: usize,
    agreement: Vec<Agreement>,
    macro_f1: f64,
    kappa: f64,
    missed_recall: f64,
    missed_precision: f64,
    band_kappa: f64,
    band_kappa_by_length: f64,
    pitfall_f1: f64,
    evidence_overlap: f64,
    calibration_error_covered: f64,
    calibration_error_partial: f64,
    ms_a_pair: f64,
    answer_ms_p50: f64,
    answer_ms_p95: f64,
}

#[derive(Debug, Serialize)]
struct Report {
    labelled: Option<Figures>,
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
    let outside = arguments.outside.as_ref().map(|path| outside(path, arguments, &weights)).transpose()?;
    let model_answers =
        arguments.spoken.as_ref().map(|bank| model_answers::model_answers(bank, &weights)).transpose()?;
    let report = Report { labelled, outside, model_answers };
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

/// What is gathered answer by answer.
#[derive(Default)]
struct Gathered {
    rows: Vec<Row>,
    bands: Vec<(usize, usize)>,
    lengths: Vec<(usize, usize)>,
    took_ms: Vec<f64>,
}

fn labelled(path: &Path, arguments: &BenchJudge, weights: &Weights, ui: &mut Ui) -> Result<Figures, Failure> {
    let answers: Vec<Labelled> = read(path)?;
    let beside = path.parent().unwrap_or(Path::new("."));
    let folder = arguments.banks.as_deref().unwrap_or(beside);
    let mut judges: BTreeMap<String, Judge> = BTreeMap::new();
    let mut gathered = Gathered::default();
    let mut baselines = Baselines::load(weights).map_err(failed)?;
    for one in &answers {
        if !judges.contains_key(&one.bank) {
            judges.insert(one.bank.clone(), judge(bank_from(folder, &one.bank)?, arguments, weights)?);
        }
        if let Some(judge) = judges.get_mut(&one.bank) {
            gather(one, judge, &mut baselines, &mut gathered)?;
        }
    }
    if let Some(path) = &arguments.rows {
        write_rows(path, &gathered.rows).map_err(|error| failed(format!("`{}`: {error}", path.display())))?;
    }
    show_worst(&gathered.rows, arguments.worst, ui);
    Ok(figures(&gathered))
}

fn gather(one: &Labelled, judge: &mut Judge, baselines: &mut Baselines, gathered: &mut Gathered) -> Outcome {
    let answers = answer(&one.text);
    let id = QuestionId::new(&one.question).map_err(failed)?;
    let began = clock::now();
    let assessment = judge.assess(&id, &answers).map_err(failed)?;
    gathered.took_ms.push(began.elapsed().as_secs_f64() * 1_000.0);
    let question = judge.question(&id).map_err(failed)?;
    let (points, pitfalls) = judge.read(&question, &answers).map_err(failed)?;
    let words = one.text.split_whitespace().count();
    let row = |statement: &str, text: &str, read: &Read| Row {
        id: one.id.clone(),
        bank: one.bank.clone(),
        question: one.question.clone(),
        quality: one.quality.clone(),
        band: one.band,
        standing: assessment.standing,
        statement: statement.into(),
        pitfall: false,
        weight: 1,
        label: 0,
        given: 0,
        p_touched: 0.0,
        p_covered: 0.0,
        features: read.features,
        words,
        overlap: 0.0,
        likeness: 0.0,
        text: text.into(),
        quote: read.evidence.as_ref().map_or_else(String::new, |evidence| evidence.quote.clone()),
        labelled_quote: String::new(),
    };
    for (index, point) in question.points.iter().enumerate() {
        let Some(label) = one.points.get(&point.id) else { continue };
        let given = &assessment.points[index];
        gathered.rows.push(Row {
            weight: point.weight,
            label: class(*label),
            given: class(given.verdict),
            p_touched: given.p_partial,
            p_covered: given.p_covered,
            labelled_quote: one.evidence.get(&point.id).cloned().unwrap_or_default(),
            overlap: Baselines::overlap(&point.text, &one.text),
            likeness: baselines.likeness(&point.text, &one.text).map_err(failed)?,
            ..row(point.id.as_str(), &point.text, &points[index])
        });
    }
    for (pitfall, read) in question.pitfalls.iter().zip(&pitfalls) {
        let p = assessment.pitfall_chances.get(&pitfall.id).copied().unwrap_or(0.0);
        let hit = assessment.pitfalls.iter().any(|hit| hit.pitfall == pitfall.id);
        gathered.rows.push(Row {
            pitfall: true,
            label: if one.pitfalls.contains(&pitfall.id) { 2 } else { 0 },
            given: if hit { 2 } else { 0 },
            p_touched: p,
            p_covered: p,
            ..row(pitfall.id.as_str(), &pitfall.text, read)
        });
    }
    gathered.bands.push((usize::from(assessment.band.get()) - 1, one.band - 1));
    gathered.lengths.push((words, one.band - 1));
    Ok(())
}

const fn class(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Missing => 0,
        Verdict::Partial => 1,
        Verdict::Covered => 2,
    }
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

fn agreement(way: &'static str, rows: &[&Row], covered: fn(&Row) -> f32, partial: fn(&Row) -> f32) -> Agreement {
    let mut wins: Vec<f64> = Vec::new();
    for answer in rows.chunk_by(|one, other| one.id == other.id) {
        let missing = || answer.iter().filter(|row| row.label == 0);
        for made in answer.iter().filter(|row| row.label == 2) {
            wins.extend(missing().map(|row| match covered(made).total_cmp(&covered(row)) {
                std::cmp::Ordering::Greater => 1.0,
                std::cmp::Ordering::Equal => 0.5,
                std::cmp::Ordering::Less => 0.0,
            }));
        }
    }
    let scored = |score: fn(&Row) -> f32, least: usize| -> Vec<(f32, bool)> {
        rows.iter().map(|row| (score(row), row.label >= least)).collect()
    };
    Agreement {
        way,
        auc_covered: area_under_curve(&scored(covered, 2)),
        auc_partial: area_under_curve(&scored(partial, 1)),
        within_answer: wins.iter().sum::<f64>() / wins.len().max(1) as f64,
    }
}

fn figures(gathered: &Gathered) -> Figures {
    let points: Vec<&Row> = gathered.rows.iter().filter(|row| !row.pitfall).collect();
    let pitfalls: Vec<(usize, usize)> =
        gathered.rows.iter().filter(|row| row.pitfall).map(|row| (row.given, row.label)).collect();
    let pairs: Vec<(usize, usize)> = points.iter().map(|row| (row.given, row.label)).collect();
    let (missed_precision, missed_recall) = precision_and_recall(&pairs, 0);
    let ways = vec![
        agreement("judge", &points, |row| row.p_covered, |row| row.p_touched),
        agreement("term overlap", &points, |row| row.overlap, |row| row.overlap),
        agreement("embedding similarity", &points, |row| row.likeness, |row| row.likeness),
        agreement("length alone", &points, |row| row.words as f32, |row| row.words as f32),
    ];
    let quoted: Vec<bool> = points
        .iter()
        .filter(|row| row.label == 2 && row.given > 0 && !row.labelled_quote.is_empty())
        .map(|row| overlaps(&row.quote, &row.labelled_quote))
        .collect();
    let promised = |probability: fn(&Row) -> f32, least: usize| -> Vec<(f32, bool)> {
        points.iter().map(|row| (probability(row), row.label >= least)).collect()
    };
    Figures {
        answers: gathered.bands.len(),
        points: points.len(),
        agreement: ways,
        macro_f1: macro_f1(&pairs, 3),
        kappa: weighted_kappa(&pairs, 3),
        missed_recall,
        missed_precision,
        band_kappa: weighted_kappa(&gathered.bands, 5),
        band_kappa_by_length: weighted_kappa(&by_length(&gathered.lengths), 5),
        pitfall_f1: f1(&pitfalls, 2),
        evidence_overlap: quoted.iter().filter(|&&found| found).count() as f64 / quoted.len().max(1) as f64,
        calibration_error_covered: calibration_error(&promised(|row| row.p_covered, 2)),
        calibration_error_partial: calibration_error(&promised(|row| row.p_touched, 1)),
        ms_a_pair: gathered.took_ms.iter().sum::<f64>() / gathered.rows.len().max(1) as f64,
        answer_ms_p50: percentile(&gathered.took_ms, 0.5),
        answer_ms_p95: percentile(&gathered.took_ms, 0.95),
    }
}

/// Gives the longest answers the best bands, as many of each as the labels have.
fn by_length(lengths: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut bands: Vec<usize> = lengths.iter().map(|(_, band)| *band).collect();
    bands.sort_unstable();
    let mut sorted = lengths.to_vec();
    sorted.sort_by_key(|(words, _)| *words);
    bands.into_iter().zip(sorted).map(|(given, (_, label))| (given, label)).collect()
}

/// Returns whether two quotes share a third of the shorter one's words in a row.
fn overlaps(one: &str, other: &str) -> bool {
    let (one, other): (Vec<&str>, Vec<&str>) = (one.split_whitespace().collect(), other.split_whitespace().collect());
    let run = (one.len().min(other.len()) / 3).max(2).min(one.len()).min(other.len());
    run > 0 && one.windows(run).any(|words| other.windows(run).any(|others| words == others))
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
        for (name, value) in [
            ("macro F1 of the three verdicts", figures.macro_f1),
            ("weighted kappa of the verdicts", figures.kappa),
            ("missed points: recall", figures.missed_recall),
            ("missed points: precision", figures.missed_precision),
            ("weighted kappa of the band", figures.band_kappa),
            ("the same by length alone", figures.band_kappa_by_length),
            ("F1 of the pitfalls", figures.pitfall_f1),
            ("evidence overlaps the labelled", figures.evidence_overlap),
            ("calibration error, covered", figures.calibration_error_covered),
            ("calibration error, partial", figures.calibration_error_partial),
            ("milliseconds a pair", figures.ms_a_pair),
            ("milliseconds an answer, p50", figures.answer_ms_p50),
            ("milliseconds an answer, p95", figures.answer_ms_p95),
        ] {
            ui.data(&format!("{name:<32} {value:>9.3}"));
        }
    }
    for (way, area) in report.outside.iter().flatten() {
        ui.data(&format!("outside, correct against the rest: {way:<22} {area:.3}"));
    }
    if let Some(rows) = &report.model_answers {
        model_answers::show(rows, ui);
    }
}
