//! What was changed after an interview: words that were misheard, verdicts that were asked for again, remarks. Each is a line of the
//! journal like any other, so that what was heard and judged at first stays beside it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bank::Question;
use crate::ids::{QuestionId, TurnId};
use crate::judge::Assessment;
use crate::session::Session;
use crate::transcript::Transcript;

/// A change, and when it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Revised {
    /// When.
    pub on: jiff::Timestamp,
    /// What.
    #[serde(flatten)]
    pub what: Revision,
}

/// A change to what is kept of an interview.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "revision", rename_all = "kebab-case")]
pub enum Revision {
    /// A word that was misheard was put right.
    Corrected {
        /// The turn.
        turn: TurnId,
        /// Which word of those that were heard, counted from 0.
        word: usize,
        /// What was said: one word, several, or none. The word as it was heard takes the correction back.
        text: String,
    },
    /// A recording was heard again. Corrections of what was heard before no longer apply.
    Reheard {
        /// The turn.
        turn: TurnId,
        /// The words.
        transcript: Transcript,
        /// The speech model that heard it.
        by: String,
    },
    /// A question was judged again.
    Rescored {
        /// The question.
        question: QuestionId,
        /// The verdicts.
        assessment: Assessment,
        /// Who judged it.
        by: String,
        /// Why.
        why: Rescoring,
        /// The question with the rubric that it was judged by, where that is not the one of the plan.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        rubric: Option<Box<Question>>,
    },
    /// The candidate's own remark. It takes the place of the one before, on the same question or on the whole.
    Remarked {
        /// The question. None: the whole session.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        question: Option<QuestionId>,
        /// The remark. Empty: there is none any more.
        text: String,
    },
    /// A language model found words. They take the place of those before.
    Worded(Worded),
}

/// What a language model wrote about an interview.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Worded {
    /// The feedback in its words, in paragraphs. None: what it said could not be believed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feedback: Option<String>,
    /// Stronger versions of answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stronger: Vec<Stronger>,
    /// The model, as its server calls it.
    pub by: String,
}

/// A stronger version of the candidate's own answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stronger {
    /// The question.
    pub question: QuestionId,
    /// The version.
    pub text: String,
}

/// Why a question was judged again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rescoring {
    /// A word was put right, or a recording heard again.
    Words,
    /// Another judge was asked, or the same one of a later version.
    Judge,
    /// By another rubric.
    Rubric,
}

impl Rescoring {
    /// Returns the reason in a few words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Words => "words were put right",
            Self::Judge => "another judge was asked",
            Self::Rubric => "by another rubric",
        }
    }
}

/// A question that was judged again, with the verdicts before and after.
#[derive(Clone, Debug, PartialEq)]
pub struct Rescored {
    /// When.
    pub on: jiff::Timestamp,
    /// The question.
    pub question: QuestionId,
    /// Who judged it.
    pub by: String,
    /// Why.
    pub why: Rescoring,
    /// The rubric, where it is not the one of the plan.
    pub rubric: Option<Box<Question>>,
    /// What the judge had said. None: it had never been judged.
    pub before: Option<Assessment>,
    /// What the judge says now.
    pub after: Assessment,
}

impl Session {
    /// Takes in a change.
    pub(super) fn revised(&mut self, revised: &Revised) {
        match &revised.what {
            Revision::Corrected { turn, word, text } => {
                if let Some(take) = self.take_mut(*turn) {
                    take.put_right(*word, text);
                }
                self.forget_words_on_turn(*turn);
            }
            Revision::Reheard { turn, transcript, by } => {
                if let Some(take) = self.take_mut(*turn) {
                    take.hear_again(transcript, by);
                }
                self.forget_words_on_turn(*turn);
            }
            Revision::Rescored { question, assessment, by, why, rubric } => {
                let before = self.assessments.insert(question.clone(), assessment.clone());
                self.rescored.push(Rescored {
                    on: revised.on,
                    question: question.clone(),
                    by: by.clone(),
                    why: *why,
                    rubric: rubric.clone(),
                    before,
                    after: assessment.clone(),
                });
                self.forget_words(question);
            }
            Revision::Remarked { question, text } if text.trim().is_empty() => drop(self.remarks.remove(question)),
            Revision::Remarked { question, text } => drop(self.remarks.insert(question.clone(), text.clone())),
            Revision::Worded(worded) => self.worded = Some(worded.clone()),
        }
    }

    fn forget_words_on_turn(&mut self, turn: TurnId) {
        let exchange = self.exchanges.iter().find(|exchange| exchange.takes.iter().any(|take| take.turn == turn));
        if let Some(question) = exchange.map(|exchange| exchange.asked.question.clone()) {
            self.forget_words(&question);
        }
    }

    /// Forgets what a language model wrote of words or verdicts that are others now.
    fn forget_words(&mut self, question: &QuestionId) {
        if let Some(worded) = &mut self.worded {
            worded.feedback = None;
            worded.stronger.retain(|one| one.question != *question);
        }
    }
}
