//! Decides which points of a rubric an answer covers, and by which words. Knows no model: a [`Scorer`] is passed in.

mod assess;
pub mod band;
pub mod deciding;
mod evidence;
pub mod features;
pub mod figures;
pub mod fit;
pub mod labelled;
pub mod passages;
mod standing;
mod windows;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use crate::judge::assess::{Judge, JudgeError, Read};

use crate::ids::{PitfallId, PointId, TurnId};
use crate::transcript::Transcript;
use crate::units::Span;

/// Whether a point was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Not said, denied, or only named.
    Missing,
    /// Touched without substance, or half of it.
    Partial,
    /// An expert who listens would tick it.
    Covered,
}

/// The words that earned a verdict.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Evidence {
    /// In which turn they were said.
    pub turn: TurnId,
    /// The words as the transcript has them, joined by single spaces.
    pub quote: String,
    /// When they were said, within the turn's recording. None for a typed answer.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub span: Option<Span>,
}

/// The verdict on one point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PointVerdict {
    /// Which point.
    pub point: PointId,
    /// Whether it was made.
    pub verdict: Verdict,
    /// How sure the judge is of this verdict, 0 to 1: the probability of the verdict, lowered where its words may have
    /// been misheard.
    pub confidence: f32,
    /// Probability that the point was at least touched, 0 to 1.
    #[serde(default)]
    pub p_partial: f32,
    /// Probability that the point was covered, 0 to 1. Never above `p_partial`.
    #[serde(default)]
    pub p_covered: f32,
    /// Why the verdict is to be taken with care.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doubt: Option<Doubt>,
    /// The words that earned it. Always there for covered and partial, never for missing.
    pub evidence: Option<Evidence>,
}

/// Why a verdict is to be taken with care.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Doubt {
    /// Another verdict was nearly as likely.
    Close,
    /// The recogniser was unsure of the words that it rests on.
    Misheard,
    /// A language model judged otherwise.
    Disputed,
}

impl Doubt {
    /// Returns the doubt in a few words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Close => "not sure",
            Self::Misheard => "may have misheard",
            Self::Disputed => "two judges disagree",
        }
    }
}

/// A pitfall that the answer fell into.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PitfallHit {
    /// Which pitfall.
    pub pitfall: PitfallId,
    /// How sure the judge is, 0 to 1.
    pub confidence: f32,
    /// The words that show it.
    pub evidence: Evidence,
}

/// How good the answer is as a whole: 1 no usable content, 2 major gaps, 3 adequate, 4 strong, 5 outstanding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u8", into = "u8")]
pub struct Band(u8);

impl Band {
    /// Returns the band nearest to `value` within 1 to 5.
    #[must_use]
    pub fn clamped(value: u8) -> Self {
        Self(value.clamp(1, 5))
    }

    /// Returns the band as a number from 1 to 5.
    #[must_use]
    pub const fn get(self) -> u8 {
        self.0
    }

    /// Returns whether the answer was strong or better.
    #[must_use]
    pub const fn is_strong(self) -> bool {
        self.0 >= 4
    }

    /// Returns whether the answer had major gaps or no usable content.
    #[must_use]
    pub const fn is_weak(self) -> bool {
        self.0 <= 2
    }

    /// Returns the band in a word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self.0 {
            2 => "major gaps",
            3 => "adequate",
            4 => "strong",
            5 => "outstanding",
            _ => "no usable content",
        }
    }
}

impl TryFrom<u8> for Band {
    type Error = String;
    fn try_from(value: u8) -> Result<Self, String> {
        if (1..=5).contains(&value) { Ok(Self(value)) } else { Err(format!("a band is 1 to 5, not {value}")) }
    }
}

impl From<Band> for u8 {
    fn from(band: Band) -> Self {
        band.0
    }
}

/// What kind of thing was said, before any point is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// An attempt at this question.
    Attempt,
    /// Nothing, or too little to judge.
    Silent,
    /// The question's own words handed back.
    Echo,
    /// An answer to something else.
    OffTopic,
    /// Terms in a row with nothing said about them, or words that form no sentences.
    NoSubstance,
}

/// Everything the judge says about the answers to one question so far.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// What kind of thing was said. Anything but an attempt earns nothing.
    pub standing: Standing,
    /// One verdict for each point of the rubric, in its order.
    pub points: Vec<PointVerdict>,
    /// The pitfalls that were hit.
    pub pitfalls: Vec<PitfallHit>,
    /// Probability of each pitfall of the rubric, hit or not, 0 to 1. Empty for anything but an attempt.
    #[serde(default)]
    pub pitfall_chances: BTreeMap<PitfallId, f32>,
    /// Share of the rubric's weight that was made, a partial point counting half: 0 to 1.
    pub coverage: f32,
    /// The answer as a whole.
    pub band: Band,
}

impl Assessment {
    /// Returns the verdict on a point, missing if the rubric does not know it.
    #[must_use]
    pub fn verdict(&self, point: &PointId) -> Verdict {
        self.points.iter().find(|judged| judged.point == *point).map_or(Verdict::Missing, |judged| judged.verdict)
    }
}

/// What the candidate said in one turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// Which turn.
    pub turn: TurnId,
    /// The words.
    pub transcript: Transcript,
}

/// Why a model could not score.
#[derive(Debug, thiserror::Error)]
#[error("the judge's model failed: {0}")]
pub struct ScorerError(pub String);

/// What a statement of a rubric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Something that a good answer says.
    Point,
    /// Something that a poor answer does.
    Pitfall,
}

/// A statement of a rubric.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Statement<'a> {
    /// The point or pitfall in a sentence.
    pub text: &'a str,
    /// Which of the two.
    pub kind: Kind,
}

/// Words of an answer, and the statements of a rubric that they may make.
#[derive(Clone, Debug)]
pub struct Excerpt<'a> {
    /// What was asked.
    pub question: &'a str,
    /// What is asked of the words. They are read together, and each gets its own reading.
    pub statements: Vec<Statement<'a>>,
    /// The words, as the transcript has them.
    pub words: Vec<&'a str>,
}

/// What a model makes of a statement beside an answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading {
    /// Log odds that the statement is at least touched.
    pub touched: f32,
    /// Log odds that it is covered.
    pub covered: f32,
    /// For each word the log odds that the verdict rests on it. Empty: this scorer does not tell.
    pub evidence: Vec<f32>,
}

/// Scores answers against the statements of a rubric. A model is behind it.
pub trait Scorer: Send {
    /// Returns for each excerpt a reading of each of its statements, in their order.
    ///
    /// # Errors
    /// [`ScorerError`] when the model fails.
    fn read(&mut self, excerpts: &[Excerpt<'_>]) -> Result<Vec<Vec<Reading>>, ScorerError>;

    /// Returns how closely each of `others` is related to `text`, -1 to 1.
    ///
    /// # Errors
    /// [`ScorerError`] when the model fails.
    fn relatedness(&mut self, text: &str, others: &[String]) -> Result<Vec<f32>, ScorerError>;
}
