//! Judges the answers to a question: standing first, then point by point, then the whole.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::ops::Range;

use crate::bank::{Bank, Question};
use crate::ids::{PitfallId, PointId, QuestionId};
use crate::judge::band::{band, share};
use crate::judge::evidence::{candidates, shortest};
use crate::judge::features::Features;
use crate::judge::fit::Fit;
use crate::judge::lexical::cues_in;
use crate::judge::passages::{sentences, text};
use crate::judge::standing::standing;
use crate::judge::terms::{bare_words, is_function_word, overlap, terms};
use crate::judge::windows::{Placed, said, windows};
use crate::judge::{
    Answer, Assessment, Band, Doubt, Evidence, Kind, Pair, PairScorer, PitfallHit, PointVerdict, Reading, ScorerError,
    Standing, Verdict,
};
use crate::units::{AudioTime, Span};

/// Confidence where an answer seems to be to another question: the shakiest of the standings.
const UNSURE_OF_TOPIC: f32 = 0.6;

/// Log odds of "at least touched" below which no quote is looked for.
const HOPELESS: f32 = -2.5;

/// Mean probability of the content words of a quote below which it may have been misheard.
const HEARD_WELL: f32 = 0.6;

/// Probability below which another verdict is as likely as the one given.
const EVEN_ODDS: f32 = 0.5;

/// Share of the weight that a partial point counts for in the coverage that is shown.
const HALF: f32 = 0.5;

/// Readings that are remembered. A question with ten statements makes about 40 for each chunk of speech.
const REMEMBERED: usize = 8_192;

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
    fit: Fit,
    scorer: Box<dyn PairScorer>,
    known: HashMap<String, Reading>,
}

impl std::fmt::Debug for Judge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Judge").field("bank", &self.bank.id).finish_non_exhaustive()
    }
}

/// What was found of a statement in the answers, before it is decided what that means.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The numbers.
    pub features: Features,
    /// The words that make it, if anything does.
    pub evidence: Option<Evidence>,
    /// Mean probability of the evidence's content words, 0 to 1.
    pub heard: f32,
}

impl Judge {
    /// Returns a judge of a bank's questions.
    #[must_use]
    pub fn new(bank: Bank, scorer: Box<dyn PairScorer>) -> Self {
        Self { bank, fit: Fit::shipped(), scorer, known: HashMap::new() }
    }

    /// Judges everything that was said to a question so far, its follow-ups included.
    ///
    /// # Errors
    /// [`JudgeError`] when there is no such question, or the model fails.
    pub fn assess(&mut self, id: &QuestionId, answers: &[Answer]) -> Result<Assessment, JudgeError> {
        let question = self.question(id)?;
        let standing = self.standing(&question, answers)?;
        if standing != Standing::Attempt {
            return Ok(nothing_made(&question, standing));
        }
        let (points, pitfalls) = self.read(&question, answers)?;
        let points: Vec<PointVerdict> = question
            .points
            .iter()
            .zip(points)
            .map(|(point, read)| point_verdict(&self.fit, point.id.clone(), read))
            .collect();
        let chances = question.pitfalls.iter().zip(&pitfalls);
        let pitfall_chances: BTreeMap<PitfallId, f32> =
            chances.map(|(pitfall, read)| (pitfall.id.clone(), self.fit.pitfall(&read.features))).collect();
        let hit = |(pitfall, read): (&crate::bank::Pitfall, Read)| {
            let confidence = pitfall_chances.get(&pitfall.id).copied()?;
            let evidence = read.evidence.filter(|_| self.fit.is_hit(confidence))?;
            Some(PitfallHit { pitfall: pitfall.id.clone(), confidence, evidence })
        };
        let pitfalls: Vec<PitfallHit> = question.pitfalls.iter().zip(pitfalls).filter_map(hit).collect();
        let coverage = share(&question, &points, HALF);
        let band = band(&question, &points, pitfalls.len(), &self.fit.band);
        Ok(Assessment { standing, points, pitfalls, pitfall_chances, coverage, band })
    }

    /// Returns what kind of thing was said.
    ///
    /// # Errors
    /// [`JudgeError`] when the model fails.
    pub fn standing(&mut self, question: &Question, answers: &[Answer]) -> Result<Standing, JudgeError> {
        let words: Vec<String> = answers.iter().map(|answer| answer.transcript.text()).collect();
        Ok(standing(&self.bank, question, &words.join(" "), self.scorer.as_mut())?)
    }

    /// Returns the question of that name.
    ///
    /// # Errors
    /// [`JudgeError::Unknown`] when the bank has none.
    pub fn question(&self, id: &QuestionId) -> Result<Question, JudgeError> {
        self.bank.question(id).cloned().ok_or_else(|| JudgeError::Unknown(id.clone()))
    }

    /// Returns the fit by which this judge decides.
    #[must_use]
    pub fn fit(&self) -> &Fit {
        &self.fit
    }

    /// Returns what was found of each point and of each pitfall, whatever the standing.
    ///
    /// # Errors
    /// [`JudgeError`] when the model fails.
    pub fn read(&mut self, question: &Question, answers: &[Answer]) -> Result<(Vec<Read>, Vec<Read>), JudgeError> {
        let words = said(answers);
        let points = question.points.iter().map(|point| (point.text.as_str(), Kind::Point, point.cues.as_slice()));
        let pitfalls = question.pitfalls.iter().map(|pitfall| (pitfall.text.as_str(), Kind::Pitfall, &[][..]));
        let statements: Vec<Statement<'_>> = points.chain(pitfalls).collect();
        let best = self.best_windows(question, &statements, &words)?;
        let quotes = self.quotes(question, &statements, &words, &best)?;
        let said = text(&words);
        let passages: Vec<String> = sentences(&words).into_iter().map(|range| text(&words[range])).collect();
        let found: Vec<BTreeSet<String>> = passages.iter().map(|passage| terms(passage)).collect();
        let mut reads = Vec::new();
        for ((&(statement, _, cues), Stretch { reading: whole, .. }), quote) in statements.iter().zip(&best).zip(quotes)
        {
            let alone = quote.as_ref().map_or(whole, |quote| &quote.reading);
            let wanted = terms(statement);
            let related = self.scorer.relatedness(statement, &passages)?.unwrap_or_default();
            let features = Features {
                touched: whole.touched,
                covered: whole.covered,
                quote_touched: alone.touched,
                quote_covered: alone.covered,
                overlap: overlap(&wanted, &terms(&said)),
                passage_overlap: found.iter().map(|found| overlap(&wanted, found)).fold(0.0, f32::max),
                cued: cues_in(cues, &said).min(2) as f32,
                likeness: related.into_iter().fold(0.0, f32::max),
                ..Features::default()
            };
            let words = quote.map(|quote| &words[quote.range]);
            let heard = words.map_or(1.0, heard);
            reads.push(Read { features, evidence: words.map(|words| evidence(words, answers)), heard });
        }
        let pitfalls = reads.split_off(question.points.len());
        compare(&mut reads);
        Ok((reads, pitfalls))
    }

    /// Returns for each statement the window that makes it best.
    fn best_windows(
        &mut self,
        question: &Question,
        statements: &[Statement<'_>],
        words: &[Placed<'_>],
    ) -> Result<Vec<Stretch>, ScorerError> {
        let windows = windows(words.len());
        let wanted: Vec<(Statement<'_>, Range<usize>)> = statements
            .iter()
            .flat_map(|&statement| windows.iter().map(move |window| (statement, window.clone())))
            .collect();
        let readings = self.readings(question, words, &wanted)?;
        let best = readings.chunks(windows.len()).filter_map(|readings| {
            let of_statement = readings.iter().zip(&windows);
            let best = of_statement.max_by(|one, other| strength(one.0).total_cmp(&strength(other.0)));
            best.map(|(reading, window)| Stretch { range: window.clone(), reading: reading.clone() })
        });
        Ok(best.collect())
    }

    /// Returns for each statement the shortest quote that carries it.
    fn quotes(
        &mut self,
        question: &Question,
        statements: &[Statement<'_>],
        words: &[Placed<'_>],
        best: &[Stretch],
    ) -> Result<Vec<Option<Stretch>>, ScorerError> {
        let found: Vec<Vec<Range<usize>>> = best
            .iter()
            .map(|Stretch { range: window, reading }| {
                if reading.touched < HOPELESS || reading.evidence.is_empty() {
                    return Vec::new();
                }
                let shift = |range: Range<usize>| range.start + window.start..range.end + window.start;
                candidates(&words[window.clone()], &reading.evidence).into_iter().map(shift).collect()
            })
            .collect();
        let wanted: Vec<(Statement<'_>, Range<usize>)> = statements
            .iter()
            .zip(&found)
            .flat_map(|(&statement, quotes)| quotes.iter().map(move |quote| (statement, quote.clone())))
            .collect();
        let mut readings = self.readings(question, words, &wanted)?.into_iter();
        let chosen = found.iter().map(|quotes| {
            let readings: Vec<Reading> = readings.by_ref().take(quotes.len()).collect();
            let carried: Vec<f32> = readings.iter().map(strength).collect();
            let index = shortest(quotes, &carried)?;
            Some(Stretch { range: quotes[index].clone(), reading: readings[index].clone() })
        });
        Ok(chosen.collect())
    }

    /// Returns readings, those that are known without asking the model again.
    fn readings(
        &mut self,
        question: &Question,
        words: &[Placed<'_>],
        wanted: &[(Statement<'_>, Range<usize>)],
    ) -> Result<Vec<Reading>, ScorerError> {
        let key = |((statement, _, _), range): &(Statement<'_>, Range<usize>)| {
            format!("{}\n{statement}\n{}", question.prompt, text(&words[range.clone()]))
        };
        let keys: Vec<String> = wanted.iter().map(key).collect();
        let new: Vec<usize> = (0..wanted.len()).filter(|&index| !self.known.contains_key(&keys[index])).collect();
        let texts: Vec<Vec<&str>> = new
            .iter()
            .map(|&index| words[wanted[index].1.clone()].iter().map(|placed| placed.word.text.as_str()).collect())
            .collect();
        let pairs: Vec<Pair<'_>> = new
            .iter()
            .zip(&texts)
            .map(|(&index, words)| {
                let (statement, kind, _) = wanted[index].0;
                Pair { question: &question.prompt, statement, kind, words }
            })
            .collect();
        let read = self.scorer.read(&pairs)?;
        if self.known.len() + read.len() > REMEMBERED {
            self.known.retain(|known, _| keys.contains(known));
        }
        self.known.extend(new.iter().map(|&index| keys[index].clone()).zip(read));
        Ok(keys.iter().map(|key| self.known.get(key).cloned().unwrap_or_default()).collect())
    }
}

/// Words in a row, and what the model made of them.
#[derive(Clone, Debug)]
struct Stretch {
    range: Range<usize>,
    reading: Reading,
}

/// The words of a statement, what it is, and the terms that go with it.
type Statement<'a> = (&'a str, Kind, &'a [String]);

fn strength(reading: &Reading) -> f32 {
    f32::midpoint(reading.touched, reading.covered)
}

/// Fills in how the answers do at the other points.
fn compare(reads: &mut [Read]) {
    let total: f32 = reads.iter().map(|read| read.features.covered).sum();
    let others = reads.len().saturating_sub(1).max(1) as f32;
    for read in reads {
        read.features.others = (total - read.features.covered) / others;
    }
}

/// Returns how well the content words of a quote were heard: the mean of their probabilities.
fn heard(words: &[Placed<'_>]) -> f32 {
    let content = words.iter().filter(|placed| bare_words(&placed.word.text).any(|word| !is_function_word(&word)));
    let (sum, count) = content.fold((0.0, 0), |(sum, count), placed| (sum + placed.word.probability, count + 1));
    if count > 0 { sum / count as f32 } else { 1.0 }
}

fn nothing_made(question: &Question, standing: Standing) -> Assessment {
    let missing = |point: &crate::bank::Point| PointVerdict {
        point: point.id.clone(),
        verdict: Verdict::Missing,
        confidence: if standing == Standing::OffTopic { UNSURE_OF_TOPIC } else { 1.0 },
        p_partial: 0.0,
        p_covered: 0.0,
        doubt: None,
        evidence: None,
    };
    Assessment {
        standing,
        points: question.points.iter().map(missing).collect(),
        pitfalls: Vec::new(),
        pitfall_chances: BTreeMap::new(),
        coverage: 0.0,
        band: Band::clamped(1),
    }
}

fn point_verdict(fit: &Fit, point: PointId, read: Read) -> PointVerdict {
    let chances = fit.chances(&read.features);
    // No tick without the words that earned it.
    let verdict = if read.evidence.is_some() { fit.verdict(chances) } else { Verdict::Missing };
    let probability = match verdict {
        Verdict::Covered => chances.covered,
        Verdict::Partial => chances.touched - chances.covered,
        Verdict::Missing => 1.0 - chances.touched,
    };
    let rests_on_words = verdict != Verdict::Missing;
    let doubt = if rests_on_words && read.heard < HEARD_WELL {
        Some(Doubt::Misheard)
    } else {
        (probability < EVEN_ODDS || fit.is_close(chances)).then_some(Doubt::Close)
    };
    PointVerdict {
        point,
        verdict,
        confidence: if rests_on_words { probability * read.heard } else { probability },
        p_partial: chances.touched,
        p_covered: chances.covered,
        doubt,
        evidence: read.evidence.filter(|_| rests_on_words),
    }
}

fn evidence(words: &[Placed<'_>], answers: &[Answer]) -> Evidence {
    let ends = words.first().zip(words.last());
    // Typed words all stand at time zero.
    let span = ends
        .map(|(first, last)| Span::new(first.word.span.start, last.word.span.end))
        .filter(|span| span.end > AudioTime::ZERO);
    let answer = words.first().map_or(0, |placed| placed.answer);
    Evidence { turn: answers[answer].turn, quote: text(words), span }
}
