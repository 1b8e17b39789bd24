//! Question banks: what is asked, and the rubric that says what a good answer holds.
//!
//! A [`Bank`] can only be had through [`Bank::parse`], which refuses what is invalid, so whoever holds one need not check.

pub mod candidate;
pub mod check;
pub mod import;
mod lines;
mod parse;
pub mod plan;
pub mod reader;
pub mod template;
#[cfg(test)]
mod tests;
pub mod written;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::ids::{BankId, CompetencyId, FollowUpId, PitfallId, PointId, QuestionId};

/// A bank: the questions for one role.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bank {
    /// The bank's name, unique among the banks of a machine.
    pub id: BankId,
    /// The role, as a heading.
    pub title: String,
    /// Licence of the texts, an SPDX expression.
    pub license: String,
    /// Where the texts come from.
    pub source: Option<String>,
    /// What the report's profile is drawn over.
    pub competencies: Vec<Competency>,
    /// The questions in the order of the file.
    pub questions: Vec<Question>,
}

/// One of the few headings under which the report sums up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Competency {
    /// Name within the bank.
    pub id: CompetencyId,
    /// Heading.
    pub title: String,
}

/// What kind of answer a question wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Sketch how something should be built.
    Design,
    /// Tell of a real case.
    Behavioural,
    /// Explain what something is and how it works.
    Knowledge,
    /// Work through a given situation.
    Case,
    /// Take a stand and argue it.
    Opinion,
}

/// How senior a candidate the question is meant for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// First years.
    Junior,
    /// Works alone.
    Mid,
    /// Leads a piece of work.
    Senior,
    /// Sets the direction for many.
    Principal,
}

/// A question and its rubric.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// Name within the bank.
    pub id: QuestionId,
    /// What the interviewer says.
    pub prompt: String,
    /// What kind of answer it wants.
    pub kind: Kind,
    /// For whom.
    pub level: Level,
    /// Length of a good answer in minutes, above 0 and at most 30.
    pub minutes: f32,
    /// Which competencies it counts towards.
    pub competencies: Vec<CompetencyId>,
    /// Free tags, kebab-case.
    pub skills: Vec<String>,
    /// What the question finds out.
    pub assesses: String,
    /// What somebody good might say.
    pub model_answer: String,
    /// What a good answer holds.
    pub points: Vec<Point>,
    /// What a poor answer falls into.
    pub pitfalls: Vec<Pitfall>,
    /// What can be asked next.
    pub follow_ups: Vec<FollowUp>,
}

/// Something that a good answer says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Point {
    /// Name within the question.
    pub id: PointId,
    /// The point in a sentence.
    pub text: String,
    /// How much it counts, 1 to 3.
    pub weight: u8,
    /// Terms worth hearing right.
    pub cues: Vec<String>,
    /// How somebody good says it, for feedback.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub example: Option<String>,
}

/// Something that a poor answer does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Pitfall {
    /// Name within the question.
    pub id: PitfallId,
    /// The pitfall in a sentence.
    pub text: String,
}

/// A question after the question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FollowUp {
    /// Name within the question.
    pub id: FollowUpId,
    /// What the interviewer says.
    pub prompt: String,
    /// What it gets at. Empty: it goes deeper after a strong answer.
    pub probes: Vec<Probe>,
}

/// A part of the rubric that a follow-up gets at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Probe {
    /// A point that may be missing.
    Point(PointId),
    /// A pitfall that may have been hit.
    Pitfall(PitfallId),
}

impl Level {
    /// Returns the level as a bank writes it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Junior => "junior",
            Self::Mid => "mid",
            Self::Senior => "senior",
            Self::Principal => "principal",
        }
    }
}

impl Bank {
    /// Returns the question of that name.
    #[must_use]
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        self.questions.iter().find(|question| question.id == *id)
    }
}

impl Question {
    /// Returns the point of that name.
    #[must_use]
    pub fn point(&self, id: &PointId) -> Option<&Point> {
        self.points.iter().find(|point| point.id == *id)
    }

    /// Returns the terms that are worth hearing right in an answer.
    #[must_use]
    pub fn terms(&self) -> Vec<String> {
        self.points.iter().flat_map(|point| point.cues.iter().cloned()).collect()
    }

    /// Returns the follow-up of that name.
    #[must_use]
    pub fn follow_up(&self, id: &FollowUpId) -> Option<&FollowUp> {
        self.follow_ups.iter().find(|follow_up| follow_up.id == *id)
    }
}
