//! Judges the answers to a question: standing first, then point by point, then the whole.

use crate::bank::{Bank, Question};
use crate::ids::QuestionId;
use crate::judge::passages::{Passage, passages};
use crate::judge::remarks::{claims, lists, rejects};
use crate::judge::standing::standing;
use crate::judge::{
    Answer, Assessment, Band, Evidence, PairScore, PairScorer, PitfallHit, PointVerdict, ScorerError, Standing,
    Statement, Verdict,
};
use crate::units::{AudioTime, Span};

/// Probability from which a point counts as covered. Higher than even odds: a false tick misleads more than a missed one.
const COVERED: f32 = 0.6;

/// Probability from which a point counts as touched.
const TOUCHED: f32 = 0.55;

/// Probability from which a pitfall counts as hit. Pitfalls are about manner, which passages show badly.
const PITFALL: f32 = 0.85;

/// What a pair of sentences must gain over a single one to be quoted in its place.
const WORTH_A_SECOND_SENTENCE: f32 = 0.08;

/// What is left of a list's score: a term in a bare list is named, not said.
const LISTED: f32 = 0.6;

/// Confidence where an answer seems to be to another question: the shakiest of the standings.
const UNSURE_OF_TOPIC: f32 = 0.6;

/// Why there is no assessment.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// The bank does not have the question.
    #[error("the bank has no question `{0}`")]
    Unknown(QuestionId),
    /// The model failed.
    #[error(transparent)]
    Scorer(#[from] ScorerError),
}

/// Judges answers to the questions of a bank.
pub struct Judge {
    bank: Bank,
    scorer: Box<dyn PairScorer>,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judge").field("bank", &self.bank.id).finish_non_exhaustive()
    }
}

impl Judge {
    /// Returns a judge of a bank's questions.
    #[must_use]
    pub fn new(bank: Bank, scorer: Box<dyn PairScorer>) -> Self {
        Self { bank, scorer }
    }

    /// Judges everything that was said to a question so far, its follow-ups included.
    ///
    /// # Errors
    /// [`JudgeError`] when there is no such question, or the model fails.
    pub fn assess(&mut self, id: &QuestionId, answers: &[Answer]) -> Result<Assessment, JudgeError> {
        let question = self.bank.question(id).ok_or_else(|| JudgeError::Unknown(id.clone()))?.clone();
        let said: Vec<String> = answers.iter().map(|answer| answer.transcript.text()).collect();
        let standing = standing(&self.bank, &question, &said.join(" "), self.scorer.as_mut())?;
        if standing != Standing::Attempt {
            return Ok(nothing_made(&question, standing));
        }
        let cut = Cut::of(answers);
        let mut points = Vec::new();
        for point in &question.points {
            let statement = Statement { text: &point.text, cues: &point.cues };
            let best = self.best(&question, statement, &cut)?;
            points.push(point_verdict(point.id.clone(), best, &cut, answers));
        }
        let mut pitfalls = Vec::new();
        for pitfall in &question.pitfalls {
            let statement = Statement { text: &pitfall.text, cues: &[] };
            if let Some((index, score)) = self.best(&question, statement, &cut)?
                && score.covered >= PITFALL
            {
                let evidence = evidence(&cut.passages[index], answers);
                pitfalls.push(PitfallHit { pitfall: pitfall.id.clone(), confidence: score.covered, evidence });
            }
        }
        let coverage = coverage(&question, &points);
        let band = band(&question, &points, coverage, pitfalls.len());
        Ok(Assessment { standing, points, pitfalls, coverage, band })
    }

    /// Returns the passage that makes a statement best, and its score.
    fn best(
        &mut self,
        question: &Question,
        statement: Statement<'_>,
        cut: &Cut<'_>,
    ) -> Result<Option<(usize, PairScore)>, ScorerError> {
        let scores = self.scorer.score(&question.prompt, statement, &cut.texts)?;
        let mut best: Option<(usize, PairScore, f32)> = None;
        for (index, score) in scores.into_iter().enumerate() {
            let score = sobered(score, &cut.texts[index]);
            // The shortest quote that carries the verdict: a second sentence must earn its place.
            let cost = if cut.passages[index].sentences > 1 { WORTH_A_SECOND_SENTENCE } else { 0.0 };
            let worth = score.covered + score.touched - 2.0 * cost;
            if best.as_ref().is_none_or(|(_, _, known)| worth > *known) {
                best = Some((index, score, worth));
            }
        }
        Ok(best.map(|(index, score, _)| (index, score)))
    }
}

/// The answers, cut into passages.
struct Cut<'a> {
    passages: Vec<Passage<'a>>,
    texts: Vec<String>,
}

impl<'a> Cut<'a> {
    fn of(answers: &'a [Answer]) -> Self {
        let passages = passages(answers);
        let texts = passages.iter().map(Passage::text).collect();
        Self { passages, texts }
    }
}

/// Takes back what the wording of a passage takes back.
fn sobered(score: PairScore, passage: &str) -> PairScore {
    if rejects(passage) || claims(passage) {
        return PairScore::default();
    }
    if lists(passage) {
        return PairScore { touched: score.touched * LISTED, covered: 0.0 };
    }
    score
}

fn nothing_made(question: &Question, standing: Standing) -> Assessment {
    let missing = |point: &crate::bank::Point| PointVerdict {
        point: point.id.clone(),
        verdict: Verdict::Missing,
        confidence: if standing == Standing::OffTopic { UNSURE_OF_TOPIC } else { 1.0 },
        evidence: None,
    };
    Assessment {
        standing,
        points: question.points.iter().map(missing).collect(),
        pitfalls: Vec::new(),
        coverage: 0.0,
        band: Band::clamped(1),
    }
}

fn point_verdict(
    point: crate::ids::PointId,
    best: Option<(usize, PairScore)>,
    cut: &Cut<'_>,
    answers: &[Answer],
) -> PointVerdict {
    let (verdict, confidence) = match best {
        Some((_, score)) if score.covered >= COVERED => (Verdict::Covered, score.covered),
        Some((_, score)) if score.touched >= TOUCHED => (Verdict::Partial, score.touched),
        Some((_, score)) => (Verdict::Missing, 1.0 - score.touched),
        None => (Verdict::Missing, 1.0),
    };
    let quoted = best.filter(|_| verdict != Verdict::Missing);
    let evidence = quoted.map(|(index, _)| evidence(&cut.passages[index], answers));
    PointVerdict { point, verdict, confidence, evidence }
}

fn evidence(passage: &Passage<'_>, answers: &[Answer]) -> Evidence {
    let ends = passage.words.first().zip(passage.words.last());
    // Typed words all stand at time zero.
    let span =
        ends.map(|(first, last)| Span::new(first.span.start, last.span.end)).filter(|span| span.end > AudioTime::ZERO);
    Evidence { turn: answers[passage.answer].turn, quote: passage.text(), span }
}

/// Returns the share of the rubric's weight that was made, a partial point counting half.
fn coverage(question: &Question, points: &[PointVerdict]) -> f32 {
    let total: f32 = question.points.iter().map(|point| f32::from(point.weight)).sum();
    let made: f32 =
        question.points.iter().zip(points).map(|(point, judged)| f32::from(point.weight) * share(judged.verdict)).sum();
    if total > 0.0 { made / total } else { 0.0 }
}

fn share(verdict: Verdict) -> f32 {
    match verdict {
        Verdict::Missing => 0.0,
        Verdict::Partial => 0.5,
        Verdict::Covered => 1.0,
    }
}

/// Heaviest weight of a point. An outstanding answer makes all of these.
const HEAVY: u8 = 3;

/// Returns the band: by coverage, the best one only with every heavy point, one less for a pitfall.
fn band(question: &Question, points: &[PointVerdict], coverage: f32, pitfalls: usize) -> Band {
    let by_coverage = match coverage {
        share if share < 0.08 => 1,
        share if share < 0.35 => 2,
        share if share < 0.6 => 3,
        share if share < 0.8 => 4,
        _ => 5,
    };
    let mut judged = question.points.iter().zip(points);
    let heavy_open = judged.any(|(point, judged)| point.weight == HEAVY && judged.verdict != Verdict::Covered);
    let capped = if heavy_open { by_coverage.min(4) } else { by_coverage };
    Band::clamped(capped - u8::from(pitfalls > 0 && capped > 1))
}
