//! Chooses the questions of an interview, says why each was chosen, and puts them into their order. The same seed chooses the
//! same ones, as long as what was asked lately is the same.

mod choose;
mod focus;
mod order;
#[cfg(test)]
mod tests;

use crate::bank::reader::suggestion;
use crate::bank::{Bank, Kind, Level, Question};
use crate::ids::{CompetencyId, QuestionId};

pub use crate::bank::plan::choose::length;

/// Questions that are asked when nobody says how many.
pub const DEFAULT_COUNT: usize = 3;

/// What somebody asked for, and what is known of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// These, in this order. Empty: choose.
    pub questions: Vec<QuestionId>,
    /// So many at most.
    pub count: Option<usize>,
    /// As many as fit into so many minutes.
    pub minutes: Option<f32>,
    /// Of this level, and of the levels beside it where those are too few.
    pub level: Option<Level>,
    /// On one of these: skills and competencies, by their ids, titles or words of them. Empty: on anything.
    pub focus: Vec<String>,
    /// Due for a repetition, the longest due first.
    pub due: Vec<QuestionId>,
    /// Whether those are asked first. Otherwise they are like any other that was not asked lately.
    pub due_first: bool,
    /// Asked lately, and only asked again where they are due or nothing else is left.
    pub recent: Vec<QuestionId>,
    /// How well questions suit a job, the best first. Empty: nobody compared them.
    pub suited: Vec<QuestionId>,
    /// Chooses among equals.
    pub seed: u64,
}

/// A question that will be asked.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// Which.
    pub question: QuestionId,
    /// How long it takes with its follow-ups, in minutes.
    pub minutes: f32,
    /// Why it was chosen, and why it stands where it does.
    pub why: Vec<Why>,
}

/// A reason for a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// It was asked for by name.
    Named,
    /// It is due for a repetition.
    Due,
    /// It was asked lately, and nothing else was left.
    NothingElse,
    /// It is of the level that was asked for.
    OfLevel(Level),
    /// It is of a level beside the one that was asked for, since those are too few.
    NearLevel(Level),
    /// It is on what was asked for: these skills and competencies.
    On(Vec<String>),
    /// It suits the job: its place among the questions of the bank, counted from 1.
    Suits(usize),
    /// It is on a competency that came least until then.
    Balances(CompetencyId),
    /// It opens the interview: as a story of one's own, or as the easiest.
    Opens(Kind),
    /// It closes the interview: as an opinion, or as the hardest.
    Closes(Kind),
}

impl Why {
    /// Returns the reason in a few words.
    #[must_use]
    pub fn words(&self, bank: &Bank) -> String {
        match self {
            Self::Named => "asked for by name".into(),
            Self::Due => "due for a repetition".into(),
            Self::NothingElse => "asked lately, but nothing else is left".into(),
            Self::OfLevel(level) => format!("{} level", level.name()),
            Self::NearLevel(level) => format!("{} level, since too few are of the one asked for", level.name()),
            Self::On(names) => format!("on {}", names.join(", ")),
            Self::Suits(place) => format!("number {place} of the bank for this job"),
            Self::Balances(id) => {
                let known = bank.competencies.iter().find(|competency| competency.id == *id);
                format!("for {}", known.map_or(id.as_str(), |competency| competency.title.as_str()))
            }
            Self::Opens(Kind::Behavioural) => "opens, as it is about your own experience".into(),
            Self::Opens(_) => "opens, as the easiest".into(),
            Self::Closes(Kind::Opinion) => "closes, as it asks for your opinion".into(),
            Self::Closes(_) => "closes, as the hardest".into(),
        }
    }
}

/// Why there is nothing to ask.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A question that the bank does not have.
    #[error("the bank `{bank}` has no question `{question}`{near}")]
    Unknown {
        /// The bank.
        bank: String,
        /// What was asked for.
        question: String,
        /// A suggestion, or nothing.
        near: String,
    },
    /// Something that no question of the bank is on.
    #[error("the bank `{bank}` has no question on `{focus}`{near}")]
    Focus {
        /// The bank.
        bank: String,
        /// What was asked for.
        focus: String,
        /// A suggestion, or nothing.
        near: String,
    },
    /// No question is of a level or of those beside it.
    #[error("the bank `{bank}` has no such question of level {level} or of one beside it; it has {has}")]
    Level {
        /// The bank.
        bank: String,
        /// What was asked for.
        level: &'static str,
        /// The levels that there are.
        has: String,
    },
    /// Zero questions were asked for.
    #[error("an interview needs at least one question")]
    Nothing,
}

/// Returns the questions to ask, in order, each with its reasons.
///
/// # Errors
/// [`PlanError`] names what the bank does not have.
pub fn plan(bank: &Bank, wanted: &Wanted) -> Result<Vec<Planned>, PlanError> {
    if wanted.count == Some(0) {
        return Err(PlanError::Nothing);
    }
    if !wanted.questions.is_empty() {
        return named(bank, wanted);
    }
    let pool = pool(bank, wanted)?;
    Ok(order::in_place(choose::choose(&pool, wanted), wanted.due_first))
}

/// A question that may be chosen.
#[derive(Clone, Debug)]
struct Candidate<'b> {
    question: &'b Question,
    /// What it shares with the focus.
    on: Vec<String>,
    /// Levels between it and the one that was asked for.
    levels_off: u8,
}

fn named(bank: &Bank, wanted: &Wanted) -> Result<Vec<Planned>, PlanError> {
    let most = wanted.count.unwrap_or(usize::MAX);
    let found = wanted.questions.iter().map(|id| {
        let question = bank.question(id).ok_or_else(|| PlanError::Unknown {
            bank: bank.id.to_string(),
            question: id.to_string(),
            near: suggestion(id.as_str(), bank.questions.iter().map(|question| question.id.as_str())),
        })?;
        Ok(Planned { question: id.clone(), minutes: length(question), why: vec![Why::Named] })
    });
    let found: Vec<Planned> = found.collect::<Result<_, _>>()?;
    Ok(found.into_iter().take(most).collect())
}

fn pool<'b>(bank: &'b Bank, wanted: &Wanted) -> Result<Vec<Candidate<'b>>, PlanError> {
    focus::check(bank, &wanted.focus)?;
    let off = |question: &Question| wanted.level.map_or(0, |level| (level as u8).abs_diff(question.level as u8));
    let on_focus: Vec<Candidate<'b>> = bank
        .questions
        .iter()
        .map(|question| Candidate {
            question,
            on: focus::shared(bank, question, &wanted.focus),
            levels_off: off(question),
        })
        .filter(|one| wanted.focus.is_empty() || !one.on.is_empty())
        .collect();
    let pool: Vec<Candidate<'b>> = on_focus.iter().filter(|one| one.levels_off <= 1).cloned().collect();
    match wanted.level {
        Some(level) if pool.is_empty() => {
            let mut has: Vec<Level> = on_focus.iter().map(|one| one.question.level).collect();
            has.sort_unstable();
            has.dedup();
            let has = has.into_iter().map(Level::name).collect::<Vec<_>>().join(" and ");
            Err(PlanError::Level { bank: bank.id.to_string(), level: level.name(), has })
        }
        _ => Ok(pool),
    }
}
