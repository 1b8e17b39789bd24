//! What an import did not take over, and why: nothing is dropped without being told.

use serde::Serialize;

/// Longest text that is shown of what was left out, in characters.
const SHOWN: usize = 90;

/// Why something was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It stands before the first question, between two, or behind the last.
    OutsideQuestions,
    /// Its label is none that is known.
    UnknownLabel,
    /// It is a heading that names no part.
    Heading,
    /// It leads in to a list, or stands beside one.
    BesideList,
    /// It is an answer to a follow-up.
    FollowUpAnswer,
    /// It is an example of a poor answer.
    PoorAnswer,
    /// It says nothing about the matter.
    Filler,
    /// It is code, which nobody says aloud.
    Code,
    /// It is navigation or the like, beside the article.
    Navigation,
    /// It is the front matter of the file.
    FrontMatter,
    /// A bank has no place for it.
    NoPlace,
    /// It is a question with neither an answer nor points.
    NothingToJudge,
    /// It is an entry without a question.
    NoQuestion,
}

impl Why {
    /// Returns the reason in a few words.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::OutsideQuestions => "outside of the questions",
            Self::UnknownLabel => "under a label that is not known",
            Self::Heading => "a heading that names no part",
            Self::BesideList => "beside a list of parts",
            Self::FollowUpAnswer => "an answer to a follow-up",
            Self::PoorAnswer => "an example of a poor answer",
            Self::Filler => "says nothing about the matter",
            Self::Code => "code",
            Self::Navigation => "beside the article",
            Self::FrontMatter => "front matter",
            Self::NoPlace => "a bank has no place for it",
            Self::NothingToJudge => "a question with neither answer nor points",
            Self::NoQuestion => "an entry without a question",
        }
    }
}

/// Something that was not taken over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// Its first line in the file, from 1.
    pub line: usize,
    /// Its last line.
    pub last_line: usize,
    /// Why it was left out.
    pub why: Why,
    /// How it begins.
    pub text: String,
}

impl LeftOut {
    pub(super) fn new(line: usize, text: &str, why: Why) -> Self {
        let mut shown: String = text.chars().take(SHOWN).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        Self { line, last_line: line, why, text: shown }
    }
}

/// Returns the list in the order of lines, with what stands together for the same reason as one.
pub(super) fn together(mut all: Vec<LeftOut>) -> Vec<LeftOut> {
    all.sort_by_key(|one| one.line);
    let mut found: Vec<LeftOut> = Vec::new();
    for one in all {
        match found.last_mut() {
            Some(last) if last.why == one.why && one.why != Why::NothingToJudge && one.line <= last.last_line + 2 => {
                last.last_line = last.last_line.max(one.last_line);
            }
            _ => found.push(one),
        }
    }
    found
}
