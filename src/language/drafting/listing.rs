//! The questions that a model proposes for a job.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::bank::check::unspeakable;
use crate::bank::import::{kind, slug};
use crate::bank::{Kind, Level};
use crate::language::claims::{count, is_plain, one_line, reads_as_english};
use crate::language::reply::{ask_for, form};
use crate::language::template::filled;
use crate::language::{Ask, LanguageError, LanguageModel};
use crate::terms::terms;

/// Share of the content words from which two questions are one.
const SAME: f32 = 0.8;

/// Most words of a title.
const TITLE_WORDS: usize = 8;

/// Most skills of a question.
const SKILLS: usize = 4;

/// Tokens of a question in the list, and of what is around them all.
const TOKENS: (u32, u32) = (140, 120);

/// What the model answers.
#[derive(Debug, Deserialize, JsonSchema)]
struct Reply {
    /// The role.
    title: String,
    questions: Vec<Proposed>,
}

#[derive(Debug, Deserialize, JsonSchema)]
struct Proposed {
    prompt: String,
    /// design, behavioural, knowledge, case or opinion.
    kind: String,
    /// junior, mid, senior or principal.
    level: String,
    /// What the question finds out.
    assesses: String,
    /// Tags.
    skills: Vec<String>,
}

/// The questions of a bank to be.
pub(super) struct List {
    /// The role. None: what the model says is none.
    pub(super) title: Option<String>,
    pub(super) questions: Vec<Listed>,
}

/// A question without its rubric.
pub(super) struct Listed {
    pub(super) prompt: String,
    pub(super) kind: Kind,
    pub(super) level: Level,
    pub(super) assesses: Option<String>,
    pub(super) skills: Vec<String>,
}

/// Returns the questions that a model proposes, at most `wanted`. What cannot be used is told in `left_out`.
pub(super) fn list(
    model: &mut dyn LanguageModel,
    job: &str,
    wanted: usize,
    left_out: &mut Vec<String>,
) -> Result<List, LanguageError> {
    let reply: Reply = ask_for(model, &ask(job, wanted))?;
    let prompts: Vec<&str> = reply.questions.iter().map(|one| one.prompt.as_str()).collect();
    if prompts.is_empty() {
        return Err(LanguageError::Nonsense("it proposes no question".into()));
    }
    if !reads_as_english(&prompts.join(" ")) {
        return Err(LanguageError::Nonsense("its questions are not in English".into()));
    }
    let mut questions: Vec<Listed> = Vec::new();
    for proposed in reply.questions {
        let prompt = one_line(&proposed.prompt);
        let why = if questions.len() == wanted {
            Some("it is one more than was asked for".to_owned())
        } else {
            unusable(&prompt, &questions)
        };
        match why {
            Some(why) => left_out.push(format!("the question “{prompt}”: {why}")),
            None => questions.push(listed(prompt, proposed)),
        }
    }
    let title = one_line(&reply.title);
    let is_title = (1..=TITLE_WORDS).contains(&count(&title)) && is_plain(&title) && !slug(&title).is_empty();
    Ok(List { title: is_title.then_some(title), questions })
}

fn unusable(prompt: &str, known: &[Listed]) -> Option<String> {
    if !prompt.chars().any(char::is_alphanumeric) {
        return Some("it is empty".into());
    }
    if !is_plain(prompt) {
        return Some("it is no plain text".into());
    }
    let same = known.iter().find(|one| asks_the_same(&one.prompt, prompt));
    same.map(|one| format!("it asks the same as “{}”", one.prompt)).or_else(|| unspeakable(prompt))
}

/// Returns whether two prompts share nearly all of their content words.
pub(super) fn asks_the_same(one: &str, other: &str) -> bool {
    let (a, b) = (terms(one), terms(other));
    let shared = a.intersection(&b).count() as f32;
    one.eq_ignore_ascii_case(other) || shared > 0.0 && shared >= a.len().max(b.len()) as f32 * SAME
}

fn listed(prompt: String, proposed: Proposed) -> Listed {
    let kinds = [Kind::Design, Kind::Behavioural, Kind::Knowledge, Kind::Case, Kind::Opinion];
    let levels = [Level::Junior, Level::Mid, Level::Senior, Level::Principal];
    let named = proposed.kind.trim().to_lowercase();
    let level = levels.into_iter().find(|level| level.name() == proposed.level.trim().to_lowercase());
    let assesses = one_line(&proposed.assesses);
    let mut skills: Vec<String> = Vec::new();
    for skill in proposed.skills.iter().map(|skill| slug(skill)).filter(|skill| !skill.is_empty()) {
        if skills.len() < SKILLS && !skills.contains(&skill) {
            skills.push(skill);
        }
    }
    Listed {
        kind: kinds
            .into_iter()
            .find(|kind| format!("{kind:?}").to_lowercase() == named)
            .unwrap_or_else(|| kind(&prompt)),
        level: level.unwrap_or(Level::Mid),
        assesses: (!assesses.is_empty() && is_plain(&assesses)).then_some(assesses),
        skills,
        prompt,
    }
}

fn ask(job: &str, wanted: usize) -> Ask {
    #[derive(Serialize)]
    struct Values<'v> {
        job: &'v str,
        count: usize,
    }
    Ask {
        system: filled(include_str!("../../../prompts/language/drafting/system.jinja"), ()),
        user: filled(include_str!("../../../prompts/language/drafting/questions.jinja"), Values { job, count: wanted }),
        form: Some(form::<Reply>("questions")),
        tokens: wanted as u32 * TOKENS.0 + TOKENS.1,
    }
}
