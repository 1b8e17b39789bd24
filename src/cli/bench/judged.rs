//! What a judge makes of labelled answers, statement by statement, and the figures that follow.

use serde::Serialize;

use crate::bank::Question;
use crate::cli::bench::baselines::Baselines;
use crate::cli::bench::failed;
use crate::cli::bench::rows::Labelled;
use crate::cli::failure::Failure;
use crate::judge::features::Features;
use crate::judge::figures::{
    area_under_curve, calibration_error, f1, macro_f1, percentile, precision_and_recall, weighted_kappa,
};
use crate::judge::{Assessment, Read, Standing, Verdict};

/// A statement of a rubric, what was found of it in an answer, and what the label says.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) bank: String,
    pub(super) question: String,
    pub(super) quality: String,
    pub(super) band: usize,
    pub(super) standing: Standing,
    pub(super) statement: String,
    pub(super) pitfall: bool,
    pub(super) weight: u8,
    /// 0 missing, 1 partial, 2 covered; a pitfall that was hit is 2.
    pub(super) label: usize,
    pub(super) given: usize,
    pub(super) p_touched: f32,
    pub(super) p_covered: f32,
    pub(super) features: Features,
    pub(super) words: usize,
    pub(super) overlap: f32,
    pub(super) likeness: f32,
    #[serde(skip)]
    pub(super) text: String,
    #[serde(skip)]
    pub(super) quote: String,
    #[serde(skip)]
    pub(super) labelled_quote: String,
}

/// Figures of a way to tell.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Agreement {
    pub(super) way: &'static str,
    pub(super) auc_covered: f64,
    pub(super) auc_partial: f64,
    /// How often a covered point is scored above a missing one of the same answer.
    pub(super) within_answer: f64,
}

/// All that is measured on labelled answers.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Figures {
    pub(super) answers: usize,
    pub(super) points: usize,
    pub(super) agreement: Vec<Agreement>,
    pub(super) macro_f1: f64,
    pub(super) kappa: f64,
    pub(super) missed_recall: f64,
    pub(super) missed_precision: f64,
    pub(super) band_kappa: f64,
    pub(super) band_kappa_by_length: f64,
    pub(super) pitfall_f1: f64,
    pub(super) evidence_overlap: f64,
    pub(super) calibration_error_covered: f64,
    pub(super) calibration_error_partial: f64,
    pub(super) ms_a_pair: f64,
    pub(super) answer_ms_p50: f64,
    pub(super) answer_ms_p95: f64,
}

impl Figures {
    /// Returns what is measured of the verdicts, each with its name.
    pub(super) fn named(&self) -> [(&'static str, f64); 13] {
        [
            ("macro F1 of the three verdicts", self.macro_f1),
            ("weighted kappa of the verdicts", self.kappa),
            ("missed points: recall", self.missed_recall),
            ("missed points: precision", self.missed_precision),
            ("weighted kappa of the band", self.band_kappa),
            ("the same by length alone", self.band_kappa_by_length),
            ("F1 of the pitfalls", self.pitfall_f1),
            ("evidence overlaps the labelled", self.evidence_overlap),
            ("calibration error, covered", self.calibration_error_covered),
            ("calibration error, partial", self.calibration_error_partial),
            ("milliseconds a pair", self.ms_a_pair),
            ("milliseconds an answer, p50", self.answer_ms_p50),
            ("milliseconds an answer, p95", self.answer_ms_p95),
        ]
    }
}

impl Row {
    /// Returns the row with what a judge says of its statement.
    fn with(&self, judged: &Assessment) -> Self {
        let mut row = Self { standing: judged.standing, ..self.clone() };
        if self.pitfall {
            let named = |id: &crate::ids::PitfallId| id.as_str() == self.statement;
            let chance = judged.pitfall_chances.iter().find(|(id, _)| named(id)).map_or(0.0, |(_, chance)| *chance);
            (row.p_touched, row.p_covered) = (chance, chance);
            row.given = if judged.pitfalls.iter().any(|hit| named(&hit.pitfall)) { 2 } else { 0 };
        } else if let Some(given) = judged.points.iter().find(|given| given.point.as_str() == self.statement) {
            (row.p_touched, row.p_covered) = (given.p_partial, given.p_covered);
            row.given = class(given.verdict);
            if let Some(evidence) = &given.evidence {
                row.quote.clone_from(&evidence.quote);
            }
        }
        row
    }
}

/// Returns the statements of a rubric beside an answer with its labels, before any judge is heard. A point without a label is left out.
///
/// # Errors
/// [`Failure`] when the model of meaning fails.
pub(super) fn statements(
    one: &Labelled,
    question: &Question,
    (points, pitfalls): &(Vec<Read>, Vec<Read>),
    baselines: &mut Baselines,
) -> Result<Vec<Row>, Failure> {
    let row = |statement: &str, text: &str, read: &Read| Row {
        id: one.id.clone(),
        bank: one.bank.clone(),
        question: one.question.clone(),
        quality: one.quality.clone(),
        band: one.band,
        standing: Standing::Attempt,
        statement: statement.into(),
        pitfall: false,
        weight: 1,
        label: 0,
        given: 0,
        p_touched: 0.0,
        p_covered: 0.0,
        features: read.features,
        words: one.text.split_whitespace().count(),
        overlap: 0.0,
        likeness: 0.0,
        text: text.into(),
        quote: read.quote.as_ref().map_or_else(String::new, |quote| quote.evidence.quote.clone()),
        labelled_quote: String::new(),
    };
    let mut rows = Vec::new();
    for (point, read) in question.points.iter().zip(points) {
        let Some(label) = one.points.get(&point.id) else { continue };
        rows.push(Row {
            weight: point.weight,
            label: class(*label),
            labelled_quote: one.evidence.get(&point.id).cloned().unwrap_or_default(),
            overlap: Baselines::overlap(&point.text, &one.text),
            likeness: baselines.likeness(&point.text, &one.text).map_err(failed)?,
            ..row(point.id.as_str(), &point.text, read)
        });
    }
    for (pitfall, read) in question.pitfalls.iter().zip(pitfalls) {
        let label = if one.pitfalls.contains(&pitfall.id) { 2 } else { 0 };
        rows.push(Row { pitfall: true, label, ..row(pitfall.id.as_str(), &pitfall.text, read) });
    }
    Ok(rows)
}

/// What is gathered of one judge, answer by answer.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) rows: Vec<Row>,
    pub(super) bands: Vec<(usize, usize)>,
    pub(super) lengths: Vec<(usize, usize)>,
    pub(super) took_ms: Vec<f64>,
}

impl Gathered {
    /// Takes in what a judge makes of an answer, and how long that took, in milliseconds.
    pub(super) fn take(&mut self, one: &Labelled, statements: &[Row], judged: &Assessment, took_ms: f64) {
        self.rows.extend(statements.iter().map(|row| row.with(judged)));
        self.bands.push((usize::from(judged.band.get()) - 1, one.band - 1));
        self.lengths.push((one.text.split_whitespace().count(), one.band - 1));
        self.took_ms.push(took_ms);
    }
}

const fn class(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Missing => 0,
        Verdict::Partial => 1,
        Verdict::Covered => 2,
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

pub(super) fn figures(gathered: &Gathered) -> Figures {
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
