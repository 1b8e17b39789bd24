//! Has a language model judge all points and pitfalls of a question, in one request, and keeps what can be believed of it.

#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bank::Question;
use crate::ids::{PitfallId, PointId};
use crate::judge::deciding::Quote;
use crate::judge::{Answer, Assessment, Standing, Verdict};
use crate::language::quoting::{Place, Unfit, place, quote};
use crate::language::reply::{ask_for, form};
use crate::language::template::filled;
use crate::language::{Ask, Form, LanguageError, LanguageModel};

const SYSTEM: &str = include_str!("../../prompts/language/judging/system.jinja");
const USER: &str = include_str!("../../prompts/language/judging/user.jinja");

/// Most words that a model is given: three quarters of an hour of speech are fewer.
const MOST_WORDS: usize = 6_000;

/// Tokens of an answer beside those for each statement.
const TOKENS: u32 = 150;

/// Tokens for a statement: its id, its verdict and two quotes of a sentence.
const TOKENS_A_STATEMENT: u32 = 120;

/// Most statements that the same words may make. Words that are to make everything make nothing.
const MOST_STATEMENTS: usize = 3;

/// What a language model makes of an answer, as far as it can be believed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Opinion {
    /// How the server calls the model.
    pub by: String,
    /// What it says of points. A point that it did not judge, or without words that were said, is not among them.
    pub points: BTreeMap<PointId, Testimony>,
    /// The words that show a pitfall, or none where it says that the answer keeps clear of it. As with points, a pitfall that it did not
    /// judge is not among them.
    pub pitfalls: BTreeMap<PitfallId, Option<Quote>>,
    /// Quotes that it gave.
    pub quotes: usize,
    /// Quotes among them that nobody said.
    pub invented: usize,
}

impl Opinion {
    /// Returns whether nothing is said of any point or pitfall.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.points.is_empty() && self.pitfalls.is_empty()
    }
}

/// What a language model says of a point.
#[derive(Clone, Debug, PartialEq)]
pub struct Testimony {
    /// Its verdict.
    pub verdict: Verdict,
    /// The words that it rests on. Always there for covered and partial, never for missing.
    pub quote: Option<Quote>,
}

/// Asks a language model what it makes of everything that was said to a question. Where the local judge saw no attempt at it, there is
/// nothing to ask, and the opinion is empty.
///
/// # Errors
/// [`LanguageError`] when there is no answer, or none that can be read, or when too much was said.
pub fn second_opinion(
    model: &mut dyn LanguageModel,
    question: &Question,
    answers: &[Answer],
    local: &Assessment,
) -> Result<Opinion, LanguageError> {
    let by = model.name().to_owned();
    if local.standing != Standing::Attempt {
        return Ok(Opinion { by, ..Opinion::default() });
    }
    let words = answers.iter().map(|answer| answer.transcript.words.len()).sum();
    if words > MOST_WORDS {
        return Err(LanguageError::TooLong { words, most: MOST_WORDS });
    }
    let reply: Reply = ask_for(model, &ask(question, answers))?;
    Ok(believed(by, &reply, question, answers))
}

fn ask(question: &Question, answers: &[Answer]) -> Ask {
    #[derive(Serialize)]
    struct Statement<'a> {
        id: &'a str,
        text: &'a str,
    }
    #[derive(Serialize)]
    struct Values<'a> {
        question: &'a str,
        points: Vec<Statement<'a>>,
        pitfalls: Vec<Statement<'a>>,
        turns: Vec<String>,
    }
    let points = question.points.iter().map(|point| Statement { id: point.id.as_str(), text: &point.text });
    let pitfalls = question.pitfalls.iter().map(|pitfall| Statement { id: pitfall.id.as_str(), text: &pitfall.text });
    let values = Values {
        question: &question.prompt,
        points: points.collect(),
        pitfalls: pitfalls.collect(),
        turns: answers.iter().map(|answer| answer.transcript.text()).collect(),
    };
    let statements = (question.points.len() + question.pitfalls.len()) as u32;
    Ask {
        system: SYSTEM.into(),
        user: filled(USER, values),
        form: Some(form_for(question)),
        tokens: TOKENS + TOKENS_A_STATEMENT * statements,
    }
}

/// Returns the form of the answer, with the ids of the rubric: small models number what they are given by themselves, and leave out
/// what nothing makes.
fn form_for(question: &Question) -> Form {
    let mut form = form::<Reply>("judgement");
    let points: Vec<&str> = question.points.iter().map(|point| point.id.as_str()).collect();
    let pitfalls: Vec<&str> = question.pitfalls.iter().map(|pitfall| pitfall.id.as_str()).collect();
    for (list, ids) in [("points", points), ("pitfalls", pitfalls)] {
        // An empty list of what is allowed is no schema.
        if !ids.is_empty() {
            let list = &mut form.schema["properties"][list];
            (list["minItems"], list["maxItems"]) = (ids.len().into(), ids.len().into());
            list["items"]["properties"]["id"]["enum"] = ids.into();
        }
    }
    form
}

// What a model is to answer. The quotes come before the verdict: who looks for words first judges better. No doc comment: a schema
// would take it over.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
struct Reply {
    pitfalls: Vec<PitfallReply>,
    points: Vec<PointReply>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
struct PointReply {
    id: String,
    #[schemars(length(max = 2))]
    quotes: Vec<String>,
    verdict: Said,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, inline)]
struct PitfallReply {
    id: String,
    #[schemars(length(max = 2))]
    quotes: Vec<String>,
    shows: bool,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(inline)]
enum Said {
    Missing,
    Partial,
    Covered,
}

impl From<Said> for Verdict {
    fn from(said: Said) -> Self {
        match said {
            Said::Missing => Self::Missing,
            Said::Partial => Self::Partial,
            Said::Covered => Self::Covered,
        }
    }
}

/// The quotes of a statement, and where the first one stands that counts.
struct Quoted {
    given: usize,
    invented: usize,
    place: Option<Place>,
}

fn believed(by: String, reply: &Reply, question: &Question, answers: &[Answer]) -> Opinion {
    let look = |quotes: &[String]| -> Quoted {
        let looked: Vec<Result<Place, Unfit>> = quotes.iter().map(|quote| place(quote, question, answers)).collect();
        Quoted {
            given: looked.len(),
            invented: looked.iter().filter(|place| **place == Err(Unfit::Invented)).count(),
            place: looked.into_iter().find_map(Result::ok),
        }
    };
    let of_points: Vec<Quoted> = reply.points.iter().map(|point| look(&point.quotes)).collect();
    let of_pitfalls: Vec<Quoted> = reply.pitfalls.iter().map(|pitfall| look(&pitfall.quotes)).collect();
    let all = || of_points.iter().chain(&of_pitfalls);
    let words_for = |quoted: &Quoted| -> Option<Quote> {
        let place = quoted.place.as_ref()?;
        let shared = all().filter(|other| other.place.as_ref() == Some(place)).count();
        (shared <= MOST_STATEMENTS).then(|| quote(place, answers))
    };
    let testimony = |id: &PointId| -> Option<Testimony> {
        let (said, quoted) = only(reply.points.iter().zip(&of_points).filter(|(point, _)| point.id == id.as_str()))?;
        match Verdict::from(said.verdict) {
            Verdict::Missing => Some(Testimony { verdict: Verdict::Missing, quote: None }),
            verdict => words_for(quoted).map(|quote| Testimony { verdict, quote: Some(quote) }),
        }
    };
    let shown = |id: &PitfallId| -> Option<Option<Quote>> {
        let of_id = reply.pitfalls.iter().zip(&of_pitfalls).filter(|(pitfall, _)| pitfall.id == id.as_str());
        let (said, quoted) = only(of_id)?;
        if said.shows { words_for(quoted).map(Some) } else { Some(None) }
    };
    let points = question.points.iter().filter_map(|point| Some((point.id.clone(), testimony(&point.id)?)));
    let pitfalls = question.pitfalls.iter().filter_map(|pitfall| Some((pitfall.id.clone(), shown(&pitfall.id)?)));
    Opinion {
        by,
        points: points.collect(),
        pitfalls: pitfalls.collect(),
        quotes: all().map(|quoted| quoted.given).sum(),
        invented: all().map(|quoted| quoted.invented).sum(),
    }
}

/// Returns the one thing that there is. Who says two things of a statement has said nothing.
fn only<T>(mut things: impl Iterator<Item = T>) -> Option<T> {
    things.next().filter(|_| things.next().is_none())
}
