//! Judges the answers to a question: standing first, then point by point, then the whole.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use crate::bank::{Bank, Question};
use crate::ids::{PitfallId, QuestionId};
use crate::judge::deciding::{Quote, pitfall_hit, point_verdict, whole};
use crate::judge::evidence::{instead, sentences_pointed_at};
use crate::judge::features::Features;
use crate::judge::fit::{Fit, sigmoid};
use crate::judge::standing::{closer_question, standing};
use crate::judge::windows::{Placed, said, windows};
use crate::judge::{
    Answer, Assessment, Band, Excerpt, Kind, PitfallHit, PointVerdict, Reading, Scorer, ScorerError, Standing,
    Statement, Verdict,
};
use crate::transcript::Word;

/// Confidence where an answer seems to be to another question: the shakiest of the standings.
const UNSURE_OF_TOPIC: f32 = 0.6;

/// Log odds of "at least touched" below which no quote is looked for: a point and a pitfall that unlikely is never credited.
const fn hopeless(kind: Kind) -> f32 {
    match kind {
        Kind::Point => -2.0,
        Kind::Pitfall => -0.5,
    }
}

/// Share of a window's probability that a quote from it must have by itself to carry the verdict.
const CARRIES: f32 = 0.85;

/// Excerpts whose readings are remembered. A question with ten statements makes about 25 for each chunk of speech.
const REMEMBERED: usize = 4_096;

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
    scorer: Box<dyn Scorer>,
    /// Readings of excerpts, of the question that was judged last: nobody comes back to an earlier one.
    known: HashMap<String, Vec<Reading>>,
    last: Option<QuestionId>,
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
    pub quote: Option<Quote>,
}

impl Judge {
    /// Returns a judge of a bank's questions.
    #[must_use]
    pub fn new(bank: Bank, scorer: Box<dyn Scorer>) -> Self {
        Self { bank, fit: Fit::shipped(), scorer, known: HashMap::new(), last: None }
    }

    /// Has it judge the questions of another bank from now on, without loading its model again.
    pub fn turn_to(&mut self, bank: Bank) {
        self.bank = bank;
    }

    /// Judges everything that was said to a question so far, its follow-ups included.
    ///
    /// # Errors
    /// [`JudgeError`] when there is no such question, or the model fails.
    pub fn assess(&mut self, id: &QuestionId, answers: &[Answer]) -> Result<Assessment, JudgeError> {
        let question = self.question(id)?;
        if self.last.as_ref() != Some(id) {
            self.known.clear();
            self.last = Some(id.clone());
        }
        let standing = self.standing(&question, answers)?;
        if standing != Standing::Attempt {
            return Ok(nothing_made(&question, standing));
        }
        let (points, pitfalls) = self.read(&question, answers)?;
        let points: Vec<PointVerdict> = question
            .points
            .iter()
            .zip(points)
            .map(|(point, read)| {
                point_verdict(&self.fit, point.id.clone(), self.fit.chances(&read.features), read.quote)
            })
            .collect();
        let chances = question.pitfalls.iter().zip(&pitfalls);
        let pitfall_chances: BTreeMap<PitfallId, f32> =
            chances.map(|(pitfall, read)| (pitfall.id.clone(), self.fit.pitfall(&read.features))).collect();
        let hit = |(pitfall, read): (&crate::bank::Pitfall, Read)| {
            let chance = pitfall_chances.get(&pitfall.id).copied()?;
            pitfall_hit(&self.fit, pitfall.id.clone(), chance, read.quote.map(|quote| quote.evidence))
        };
        let pitfalls: Vec<PitfallHit> = question.pitfalls.iter().zip(pitfalls).filter_map(hit).collect();
        Ok(whole(&self.fit, &question, points, pitfalls, pitfall_chances))
    }

    /// Returns what kind of thing was said.
    ///
    /// # Errors
    /// [`JudgeError`] when the model fails.
    pub fn standing(&mut self, question: &Question, answers: &[Answer]) -> Result<Standing, JudgeError> {
        let words: Vec<String> = answers.iter().map(|answer| answer.transcript.text()).collect();
        let text = words.join(" ");
        let standing = standing(question, &text);
        if standing != Standing::Attempt {
            return Ok(standing);
        }
        let other = closer_question(&self.bank, question, &text, self.scorer.as_mut())?.cloned();
        let Some(other) = other else { return Ok(Standing::Attempt) };
        // About something else is not yet an answer to something else: it must make more of the other question's points.
        let made = self.share_made(question, answers)?;
        Ok(if self.share_made(&other, answers)? > made { Standing::OffTopic } else { Standing::Attempt })
    }

    /// Returns the mean probability that a point of a question is made, before any quote is looked for, 0 to 1.
    fn share_made(&mut self, question: &Question, answers: &[Answer]) -> Result<f32, ScorerError> {
        let statements = statements(question);
        let best = self.best_windows(question, &statements, &said(answers))?;
        let points = best.iter().take(question.points.len());
        let sum: f32 = points.map(|best| sigmoid(strength(&best.reading))).sum();
        Ok(sum / question.points.len().max(1) as f32)
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
        let statements = statements(question);
        let best = self.best_windows(question, &statements, &words)?;
        let quotes = self.quotes(question, &statements, &words, &best)?;
        let reads = best.iter().zip(quotes).map(|(Stretch { reading: whole, .. }, quote)| {
            let alone = quote.as_ref().map_or(whole, |quote| &quote.reading);
            let features = Features {
                touched: whole.touched,
                covered: whole.covered,
                quote_touched: alone.touched,
                quote_covered: alone.covered,
                others: 0.0,
            };
            Read { features, quote: quote.map(|quote| quoted(&words[quote.range], answers)) }
        });
        let mut reads: Vec<Read> = reads.collect();
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
        let excerpts: Vec<Excerpt<'_>> =
            windows.iter().map(|window| excerpt(question, statements.to_vec(), &words[window.clone()])).collect();
        let readings = self.readings(&excerpts)?;
        let best = (0..statements.len()).filter_map(|index| {
            let of_statement = windows.iter().zip(readings.iter().filter_map(|of_window| of_window.get(index)));
            let best = of_statement.max_by(|one, other| strength(one.1).total_cmp(&strength(other.1)));
            best.map(|(window, reading)| Stretch { range: window.clone(), reading: reading.clone() })
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
        let mut chosen = self.strongest_sentences(question, statements, words, best)?;
        let mut wanted: Vec<(usize, Range<usize>)> = Vec::new();
        for (index, Stretch { range: window, reading }) in best.iter().enumerate() {
            let Some(quote) = &chosen[index] else { continue };
            let sentence = quote.range.start - window.start..quote.range.end - window.start;
            let enough = carries(quote, &best[index]);
            let other = instead(&words[window.clone()], &reading.evidence, &sentence, enough);
            wanted.extend(other.map(|range| (index, shifted(range, window))));
        }
        for (index, quote) in self.stretches(question, statements, words, wanted)? {
            let Some(kept) = &mut chosen[index] else { continue };
            let shorter = quote.range.len() < kept.range.len();
            let stronger = strength(&quote.reading) > strength(&kept.reading);
            if stronger || (shorter && carries(&quote, kept)) {
                *kept = quote;
            }
        }
        Ok(chosen)
    }

    /// Returns for each statement, of the sentences that the model points at, the one that makes it best by itself.
    fn strongest_sentences(
        &mut self,
        question: &Question,
        statements: &[Statement<'_>],
        words: &[Placed<'_>],
        best: &[Stretch],
    ) -> Result<Vec<Option<Stretch>>, ScorerError> {
        let mut wanted: Vec<(usize, Range<usize>)> = Vec::new();
        for (index, Stretch { range: window, reading }) in best.iter().enumerate() {
            if reading.touched >= hopeless(statements[index].kind) {
                let found = sentences_pointed_at(&words[window.clone()], &reading.evidence);
                wanted.extend(found.into_iter().map(|range| (index, shifted(range, window))));
            }
        }
        let mut chosen: Vec<Option<Stretch>> = vec![None; statements.len()];
        for (index, quote) in self.stretches(question, statements, words, wanted)? {
            if chosen[index].as_ref().is_none_or(|kept| strength(&quote.reading) > strength(&kept.reading)) {
                chosen[index] = Some(quote);
            }
        }
        Ok(chosen)
    }

    /// Reads stretches of words by themselves, each beside one statement.
    fn stretches(
        &mut self,
        question: &Question,
        statements: &[Statement<'_>],
        words: &[Placed<'_>],
        wanted: Vec<(usize, Range<usize>)>,
    ) -> Result<Vec<(usize, Stretch)>, ScorerError> {
        let excerpts: Vec<Excerpt<'_>> = wanted
            .iter()
            .map(|(index, range)| excerpt(question, vec![statements[*index]], &words[range.clone()]))
            .collect();
        let readings = self.readings(&excerpts)?.into_iter().flatten();
        Ok(wanted
            .into_iter()
            .zip(readings)
            .map(|((index, range), reading)| (index, Stretch { range, reading }))
            .collect())
    }

    /// Returns readings of excerpts, those that are known without asking the model again.
    fn readings(&mut self, excerpts: &[Excerpt<'_>]) -> Result<Vec<Vec<Reading>>, ScorerError> {
        let keys: Vec<String> = excerpts.iter().map(key).collect();
        let is_new = |key: &String| !self.known.contains_key(key);
        let new: Vec<usize> = (0..keys.len()).filter(|&index| is_new(&keys[index])).collect();
        let unread: Vec<Excerpt<'_>> = new.iter().map(|&index| excerpts[index].clone()).collect();
        let read = self.scorer.read(&unread)?;
        if self.known.len() + read.len() > REMEMBERED {
            self.known.retain(|known, _| keys.contains(known));
        }
        self.known.extend(new.iter().map(|&index| keys[index].clone()).zip(read));
        Ok(keys.iter().map(|key| self.known.get(key).cloned().unwrap_or_default()).collect())
    }
}

/// Returns where a range within a window lies among all words.
fn shifted(range: Range<usize>, window: &Range<usize>) -> Range<usize> {
    range.start + window.start..range.end + window.start
}

/// Returns the statements of a question's rubric: its points, then its pitfalls.
fn statements(question: &Question) -> Vec<Statement<'_>> {
    let points = question.points.iter().map(|point| Statement { text: &point.text, kind: Kind::Point });
    let pitfalls = question.pitfalls.iter().map(|pitfall| Statement { text: &pitfall.text, kind: Kind::Pitfall });
    points.chain(pitfalls).collect()
}

fn excerpt<'a>(question: &'a Question, statements: Vec<Statement<'a>>, words: &[Placed<'a>]) -> Excerpt<'a> {
    let words = words.iter().map(|placed| placed.word.text.as_str()).collect();
    Excerpt { question: &question.prompt, statements, words }
}

/// Returns what an excerpt is remembered by.
fn key(excerpt: &Excerpt<'_>) -> String {
    let statements: Vec<&str> = excerpt.statements.iter().map(|statement| statement.text).collect();
    format!("{}\n{}\n{}", excerpt.question, statements.join("\n"), excerpt.words.join(" "))
}

/// Words in a row, and what the model made of them.
#[derive(Clone, Debug)]
struct Stretch {
    range: Range<usize>,
    reading: Reading,
}

/// Returns whether a quote by itself is nearly as good as the window that it is from.
fn carries(quote: &Stretch, window: &Stretch) -> bool {
    sigmoid(strength(&quote.reading)) >= CARRIES * sigmoid(strength(&window.reading))
}

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

fn quoted(words: &[Placed<'_>], answers: &[Answer]) -> Quote {
    let answer = words.first().map_or(0, |placed| placed.answer);
    let words: Vec<&Word> = words.iter().map(|placed| placed.word).collect();
    Quote::of(answers[answer].turn, &words)
}
