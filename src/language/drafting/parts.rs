//! The parts of one question: its points, its pitfalls, its follow-ups, a model answer. A request each.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bank::check::unspeakable;
use crate::bank::import::slug;
use crate::bank::{FollowUp, Pitfall, Point, Probe};
use crate::ids::{FollowUpId, PitfallId, PointId};
use crate::language::claims::{count, is_plain, one_line, reads_as_english};
use crate::language::drafting::listing::asks_the_same;
use crate::language::reply::{ask_for, form};
use crate::language::template::filled;
use crate::language::{Ask, Form, LanguageError, LanguageModel};

/// Fewest and most points of a question.
const POINTS: (usize, usize) = (4, 7);

/// Most pitfalls of a question.
const PITFALLS: usize = 3;

/// Most follow-ups of a question.
const FOLLOW_UPS: usize = 3;

/// Most words of a point or a pitfall.
const STATEMENT_WORDS: usize = 30;

/// Most cues of a point, and most words of one.
const CUES: (usize, usize) = (6, 4);

/// Fewest and most words of a model answer that is taken. It should have 120 to 220; what is off by less, the check of banks tells.
const ANSWER_WORDS: (usize, usize) = (60, 300);

/// Most letters of an article's answer that are shown to the model.
const ANSWER_LETTERS: usize = 4_000;

/// Most tokens of an answer.
const TOKENS: u32 = 800;

/// A question that parts are drafted for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'s> {
    pub(super) prompt: &'s str,
    /// The job description, where there is one.
    pub(super) job: Option<&'s str>,
    /// An answer, where an article gives one.
    pub(super) answer: Option<&'s str>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct PointsReply {
    points: Vec<ProposedPoint>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ProposedPoint {
    /// A short name in kebab-case.
    id: String,
    text: String,
    /// 1 to 3.
    weight: u32,
    /// Terms of the field.
    #[serde(default)]
    cues: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct PitfallsReply {
    pitfalls: Vec<ProposedPitfall>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ProposedPitfall {
    /// A short name in kebab-case.
    id: String,
    text: String,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct FollowUpsReply {
    follow_ups: Vec<ProposedFollowUp>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct ProposedFollowUp {
    prompt: String,
    /// Names of points or pitfalls.
    probes: Vec<String>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct AnswerReply {
    answer: String,
}

/// Returns the points of a question.
pub(super) fn points(
    model: &mut dyn LanguageModel,
    subject: &Subject<'_>,
    left_out: &mut Vec<String>,
) -> Result<Vec<Point>, LanguageError> {
    let template = include_str!("../../../prompts/language/drafting/points.jinja");
    let ask = ask(template, subject, &[], &[], form::<PointsReply>("points"));
    let reply: PointsReply = ask_for(model, &ask)?;
    is_english(reply.points.iter().map(|one| one.text.as_str()))?;
    let mut points: Vec<Point> = Vec::new();
    for one in reply.points {
        let (id, text) = (named(&one.id, &one.text), one_line(&one.text));
        let known = points.iter().map(|point| (point.id.as_str(), point.text.as_str()));
        match unusable(&id, &text, known, POINTS.1) {
            Some(why) => left_out.push(format!("a point of “{}”, “{text}”: {why}", subject.prompt)),
            None => points.push(Point {
                id: PointId::new(id).expect("slugs are kebab-case"),
                text,
                weight: one.weight.clamp(1, 3) as u8,
                cues: cues(&one.cues),
                example: None,
            }),
        }
    }
    if points.len() < POINTS.0 {
        let why = format!("{} points of it can be used, and a question takes {}", points.len(), POINTS.0);
        return Err(LanguageError::Nonsense(why));
    }
    Ok(points)
}

/// Returns the pitfalls of a question.
pub(super) fn pitfalls(
    model: &mut dyn LanguageModel,
    subject: &Subject<'_>,
    points: &[Point],
    left_out: &mut Vec<String>,
) -> Result<Vec<Pitfall>, LanguageError> {
    let template = include_str!("../../../prompts/language/drafting/pitfalls.jinja");
    let ask = ask(template, subject, points, &[], form::<PitfallsReply>("pitfalls"));
    let reply: PitfallsReply = ask_for(model, &ask)?;
    is_english(reply.pitfalls.iter().map(|one| one.text.as_str()))?;
    let mut pitfalls: Vec<Pitfall> = Vec::new();
    for one in reply.pitfalls {
        let (id, text) = (named(&one.id, &one.text), one_line(&one.text));
        // Points and pitfalls share one set of names, since probes name both.
        let known = points.iter().map(|point| (point.id.as_str(), point.text.as_str()));
        let known = known.chain(pitfalls.iter().map(|pitfall| (pitfall.id.as_str(), pitfall.text.as_str())));
        match unusable(&id, &text, known, points.len() + PITFALLS) {
            Some(why) => left_out.push(format!("a pitfall of “{}”, “{text}”: {why}", subject.prompt)),
            None => pitfalls.push(Pitfall { id: PitfallId::new(id).expect("slugs are kebab-case"), text }),
        }
    }
    Ok(pitfalls)
}

/// Returns follow-ups that probe the points and pitfalls of a question.
pub(super) fn follow_ups(
    model: &mut dyn LanguageModel,
    subject: &Subject<'_>,
    points: &[Point],
    pitfalls: &[Pitfall],
    left_out: &mut Vec<String>,
) -> Result<Vec<FollowUp>, LanguageError> {
    let template = include_str!("../../../prompts/language/drafting/follow_ups.jinja");
    let ask = ask(template, subject, points, pitfalls, form::<FollowUpsReply>("follow_ups"));
    let reply: FollowUpsReply = ask_for(model, &ask)?;
    is_english(reply.follow_ups.iter().map(|one| one.prompt.as_str()))?;
    let mut follow_ups: Vec<FollowUp> = Vec::new();
    for one in reply.follow_ups {
        let prompt = one_line(&one.prompt);
        let id = slug(&prompt);
        let probes = probes(&one.probes, points, pitfalls);
        let is_asked = asks_the_same(subject.prompt, &prompt);
        let known = follow_ups.iter().map(|known| (known.id.as_str(), known.prompt.as_str()));
        let why = if probes.is_empty() {
            Some(format!("it probes nothing that is known, but [{}]", one_line(&one.probes.join(", "))))
        } else if is_asked {
            Some("it was asked already".into())
        } else {
            unspeakable(&prompt).or_else(|| unusable(&id, &prompt, known, FOLLOW_UPS))
        };
        match why {
            Some(why) => left_out.push(format!("a follow-up of “{}”, “{prompt}”: {why}", subject.prompt)),
            None => {
                let id = FollowUpId::new(id).expect("slugs are kebab-case");
                follow_ups.push(FollowUp { id, prompt, probes });
            }
        }
    }
    Ok(follow_ups)
}

/// Returns what somebody good might say.
pub(super) fn answer(
    model: &mut dyn LanguageModel,
    subject: &Subject<'_>,
    points: &[Point],
) -> Result<String, LanguageError> {
    let template = include_str!("../../../prompts/language/drafting/answer.jinja");
    let reply: AnswerReply = ask_for(model, &ask(template, subject, points, &[], form::<AnswerReply>("answer")))?;
    let words = count(&reply.answer);
    if !(ANSWER_WORDS.0..=ANSWER_WORDS.1).contains(&words) {
        return Err(LanguageError::Nonsense(format!("its model answer has {words} words, not 120 to 220")));
    }
    if !is_plain(&reply.answer) {
        return Err(LanguageError::Nonsense("its model answer is no plain text".into()));
    }
    is_english(std::iter::once(reply.answer.as_str()))?;
    Ok(one_line(&reply.answer))
}

fn is_english<'t>(texts: impl Iterator<Item = &'t str>) -> Result<(), LanguageError> {
    let all = texts.collect::<Vec<_>>().join(" ");
    reads_as_english(&all).then_some(()).ok_or_else(|| LanguageError::Nonsense("it is not in English".into()))
}

/// Returns the name that the model gives in kebab-case, or one made of the text.
fn named(id: &str, text: &str) -> String {
    let given = slug(id);
    if given.is_empty() { slug(text) } else { given }
}

/// Returns why a text cannot be used beside those that are known, `most` of which there may be.
fn unusable<'k>(id: &str, text: &str, known: impl Iterator<Item = (&'k str, &'k str)>, most: usize) -> Option<String> {
    let known: Vec<(&str, &str)> = known.collect();
    if id.is_empty() || !is_plain(text) {
        Some("it is no plain text".into())
    } else if count(text) > STATEMENT_WORDS {
        Some(format!("it has more than {STATEMENT_WORDS} words"))
    } else if known.iter().any(|(name, _)| *name == id) {
        Some(format!("its id `{id}` is there already"))
    } else if known.iter().any(|(_, other)| asks_the_same(other, text)) {
        Some("the same was said already".into())
    } else if known.len() >= most {
        Some("it is one too many".into())
    } else {
        None
    }
}

fn cues(proposed: &[String]) -> Vec<String> {
    let cues = proposed.iter().map(|cue| one_line(cue));
    let cues = cues.filter(|cue| (1..=CUES.1).contains(&count(cue)) && is_plain(cue));
    cues.take(CUES.0).collect()
}

/// Returns those probes that are known, each once.
fn probes(proposed: &[String], points: &[Point], pitfalls: &[Pitfall]) -> Vec<Probe> {
    let mut found: Vec<Probe> = Vec::new();
    for name in proposed.iter().map(|name| slug(name)) {
        let point = points.iter().find(|point| point.id.as_str() == name).map(|point| Probe::Point(point.id.clone()));
        let pitfall = pitfalls.iter().find(|one| one.id.as_str() == name).map(|one| Probe::Pitfall(one.id.clone()));
        found.extend(point.or(pitfall).filter(|probe| !found.contains(probe)));
    }
    found
}

fn ask(template: &'static str, subject: &Subject<'_>, points: &[Point], pitfalls: &[Pitfall], form: Form) -> Ask {
    #[derive(Serialize)]
    struct Statement<'s> {
        id: &'s str,
        text: &'s str,
    }
    #[derive(Serialize)]
    struct Values<'v> {
        question: &'v str,
        job: Option<&'v str>,
        answer: Option<String>,
        points: Vec<Statement<'v>>,
        pitfalls: Vec<Statement<'v>>,
    }
    let values = Values {
        question: subject.prompt,
        job: subject.job,
        answer: subject.answer.map(|answer| answer.chars().take(ANSWER_LETTERS).collect()),
        points: points.iter().map(|one| Statement { id: one.id.as_str(), text: &one.text }).collect(),
        pitfalls: pitfalls.iter().map(|one| Statement { id: one.id.as_str(), text: &one.text }).collect(),
    };
    Ask {
        system: filled(include_str!("../../../prompts/language/drafting/system.jinja"), ()),
        user: filled(template, values),
        form: Some(form),
        tokens: TOKENS,
    }
}
