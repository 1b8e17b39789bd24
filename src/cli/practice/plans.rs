//! What will be asked: the bank, the questions and the reasons, from what was asked for, what was kept, and a job description.

use serde::Serialize;

use crate::bank::plan::{DEFAULT_COUNT, PlanError, Planned, Wanted, plan};
use crate::bank::{Bank, Question};
use crate::cli::bank::load_bank;
use crate::cli::failure::Failure;
use crate::cli::kept;
use crate::cli::practice::job::{self, Job};
use crate::cli::practice::{DEFAULT_BANK, PracticeArgs};
use crate::cli::ui::Ui;
use crate::cli::words::wrap;
use crate::clock;
use crate::config::load::folders;
use crate::ids::QuestionId;
use crate::job::rank::RankedQuestion;
use crate::session::due::{Repetition, answered, repetitions};
use crate::session::history::asked_lately;
use crate::session::outcome::Outcome;

/// Width of running text, in characters.
const WIDTH: usize = 92;

/// What will be asked, and all that it follows from.
#[derive(Clone, Debug)]
pub(super) struct Planning {
    pub(super) bank: Bank,
    pub(super) chosen: Vec<Planned>,
    /// Chooses among equals.
    seed: u64,
    /// Minutes that were asked for.
    minutes: Option<f32>,
    /// When each question that was ever answered is due, the earliest first.
    repetitions: Vec<Repetition>,
    today: jiff::civil::Date,
    /// Whether what is due was asked for.
    due: bool,
    job: Option<Job>,
}

impl Planning {
    /// Returns the questions in order.
    pub(super) fn questions(&self) -> Vec<QuestionId> {
        self.chosen.iter().map(|one| one.question.clone()).collect()
    }

    /// Returns how long all questions take, in minutes.
    fn length(&self) -> f32 {
        self.chosen.iter().fold(0.0, |sum, one| sum + one.minutes)
    }

    fn due(&self) -> &[Repetition] {
        let due = self.repetitions.iter().take_while(|one| one.due <= self.today).count();
        &self.repetitions[..due]
    }

    fn next_due(&self) -> Option<&Repetition> {
        self.repetitions.get(self.due().len())
    }
}

/// Returns what will be asked.
///
/// # Errors
/// [`Failure`] names the bank, question, skill or file that is not there.
pub(super) fn planning(arguments: &PracticeArgs, ui: &mut Ui) -> Result<Planning, Failure> {
    let mut questions = Vec::new();
    for id in arguments.questions.iter().chain(&arguments.drill) {
        questions.push(QuestionId::new(id.trim()).map_err(|error| Failure::new(error.to_string()))?);
    }
    if arguments.minutes.is_some_and(|minutes| !(minutes > 0.0 && minutes <= 600.0)) {
        return Err(Failure::new("`--minutes` must be above 0 and at most 600"));
    }
    let outcomes = if questions.is_empty() { kept_outcomes(arguments.due, ui)? } else { Vec::new() };
    let job = arguments.job.as_deref().map(|file| job::read(file, arguments)).transpose()?;
    let bank = match (&arguments.bank, &job) {
        (Some(name), _) => load_bank(name)?,
        (None, Some(job)) => job.bank.clone(),
        (None, None) if arguments.due => bank_that_is_due(&outcomes)?,
        (None, None) => load_bank(DEFAULT_BANK)?,
    };
    let today = clock::local_date(clock::date());
    let mut repetitions = repetitions(&answered(&outcomes, &bank.id, clock::local_date));
    repetitions.retain(|one| bank.question(&one.question).is_some());
    let mut planning = Planning {
        chosen: Vec::new(),
        seed: arguments.seed.unwrap_or_else(clock::seed),
        minutes: arguments.minutes,
        repetitions,
        today,
        due: arguments.due,
        job,
        bank,
    };
    let due: Vec<QuestionId> = planning.due().iter().map(|one| one.question.clone()).collect();
    if arguments.due && due.is_empty() {
        return Ok(planning);
    }
    // Who asks for what is due and says no more wants that and nothing else, as far as it makes one interview.
    let only_due = arguments.due && arguments.count.is_none() && arguments.minutes.is_none();
    let wanted = Wanted {
        questions,
        count: if only_due { Some(due.len().min(DEFAULT_COUNT)) } else { arguments.count },
        minutes: arguments.minutes,
        level: arguments.level,
        focus: arguments.focus.clone(),
        due,
        due_first: arguments.due,
        recent: asked_lately(&outcomes, &planning.bank.id),
        suited: planning.job.as_ref().map_or_else(Vec::new, Job::suited),
        seed: planning.seed,
    };
    planning.chosen = plan(&planning.bank, &wanted).map_err(|error| failure(&error, &planning.bank))?;
    Ok(planning)
}

fn failure(error: &PlanError, bank: &Bank) -> Failure {
    let failure = Failure::new(error.to_string());
    match error {
        PlanError::Unknown { .. } | PlanError::Nothing => {
            failure.hint(format!("`hotseat bank show {}` lists its questions", bank.id))
        }
        PlanError::Focus { .. } => failure.hint(format!("it has questions on {}", topics(bank).join(", "))),
        PlanError::Level { .. } => failure.hint("leave out `--level`, or name one of these"),
    }
}

/// Returns the skills and competencies of a bank.
fn topics(bank: &Bank) -> Vec<String> {
    let skills = bank.questions.iter().flat_map(|question| question.skills.iter().cloned());
    let competencies = bank.competencies.iter().map(|competency| competency.id.to_string());
    let mut topics: Vec<String> = skills.chain(competencies).map(|topic| format!("`{topic}`")).collect();
    topics.sort();
    topics.dedup();
    topics
}

/// Returns what came of every question in the sessions that can be read.
fn kept_outcomes(tell: bool, ui: &mut Ui) -> Result<Vec<Outcome>, Failure> {
    let mut index = kept::index(&folders()?.data, ui)?;
    let unreadable = index.unreadable()?.len();
    if tell && unreadable > 0 {
        ui.warning(&format!("{unreadable} of the kept sessions cannot be read; `hotseat sessions` says why"));
    }
    Ok(index.outcomes(None)?)
}

/// Returns the bank with the question that is due the longest or will be due the soonest; the usual one where nothing was
/// answered yet. A bank that is no longer there is passed over.
fn bank_that_is_due(outcomes: &[Outcome]) -> Result<Bank, Failure> {
    let mut names: Vec<&str> = outcomes.iter().map(|outcome| outcome.bank.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let banks = names.into_iter().filter_map(|name| load_bank(name).ok());
    let first_due = |bank: &Bank| {
        let all = repetitions(&answered(outcomes, &bank.id, clock::local_date));
        all.into_iter().find(|one| bank.question(&one.question).is_some()).map(|one| one.due)
    };
    let due = banks.filter_map(|bank| first_due(&bank).map(|due| (due, bank))).min_by_key(|(due, _)| *due);
    due.map_or_else(|| load_bank(DEFAULT_BANK), |(_, bank)| Ok(bank))
}

/// A plan as a program reads it.
#[derive(Debug, Serialize)]
struct Shown<'p> {
    bank: &'p str,
    title: &'p str,
    seed: u64,
    minutes_wanted: Option<f32>,
    minutes: f32,
    questions: Vec<ShownQuestion<'p>>,
    due: &'p [Repetition],
    next_due: Option<&'p Repetition>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    banks: Vec<job::RankedName>,
}

#[derive(Debug, Serialize)]
struct ShownQuestion<'p> {
    question: &'p str,
    prompt: &'p str,
    minutes: f32,
    why: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    job: Option<&'p RankedQuestion>,
}

/// Writes the plan to stdout.
pub(super) fn show(planning: &Planning, json: bool, ui: &mut Ui) {
    let bank = &planning.bank;
    let chosen: Vec<(&Planned, &Question)> =
        planning.chosen.iter().filter_map(|one| Some((one, bank.question(&one.question)?))).collect();
    let minutes = planning.length();
    let reasons = |one: &Planned| -> Vec<String> { one.why.iter().map(|why| why.words(bank)).collect() };
    if json {
        let shown = |(one, question): &(&'_ Planned, &'_ Question)| {
            (one.minutes, reasons(one), one.question.clone(), question.prompt.clone())
        };
        let parts: Vec<_> = chosen.iter().map(shown).collect();
        let questions = parts.iter().map(|(minutes, why, question, prompt)| ShownQuestion {
            question: question.as_str(),
            prompt,
            minutes: *minutes,
            why: why.clone(),
            job: planning.job.as_ref().and_then(|job| job.question(question)),
        });
        return ui.json(&Shown {
            bank: bank.id.as_str(),
            title: &bank.title,
            seed: planning.seed,
            minutes_wanted: planning.minutes,
            minutes,
            questions: questions.collect(),
            due: planning.due(),
            next_due: planning.next_due(),
            banks: planning.job.as_ref().map_or_else(Vec::new, Job::banks),
        });
    }
    let wanted = planning.minutes.map_or_else(String::new, |wanted| format!(" of {wanted}"));
    ui.data(&format!(
        "{} ({}): {} questions, {minutes:.0}{wanted} minutes; `--seed {}` repeats the choice",
        bank.title,
        bank.id,
        chosen.len(),
        planning.seed
    ));
    for (nth, (one, question)) in chosen.iter().enumerate() {
        ui.data(&format!("\n{:>2}. {}  ({:.1} min with follow-ups)", nth + 1, question.id, one.minutes));
        let mut lines = wrap(&question.prompt, WIDTH);
        lines.extend(wrap(&format!("Why: {}.", reasons(one).join("; ")), WIDTH));
        if let Some(ranked) = planning.job.as_ref().and_then(|job| job.question(&one.question)) {
            lines.extend(wrap(&job::told(ranked), WIDTH));
        }
        for line in lines {
            ui.data(&format!("    {line}"));
        }
    }
}

/// Minutes that may be left unused before it is said: no question is longer, follow-ups included, of those that are common.
const UNUSED: f32 = 6.0;

/// Tells that the bank has no more questions for the time that was asked for, if that is so.
fn tell_unused(planning: &Planning, ui: &mut Ui) {
    let Some(wanted) = planning.minutes.filter(|wanted| wanted - planning.length() > UNUSED) else { return };
    ui.status(&format!(
        "`{}` has no more such questions: {:.0} of {wanted} minutes are filled. Fewer conditions or another bank fill more.",
        planning.bank.id,
        planning.length()
    ));
}

/// Tells what is due, or when the next question is, if that was asked for. And which bank a job description chose.
pub(super) fn tell(planning: &Planning, ui: &mut Ui) {
    if let Some(job) = &planning.job {
        job.tell(ui);
    }
    if !planning.due {
        return tell_unused(planning, ui);
    }
    let bank = &planning.bank.id;
    for one in planning.due() {
        let since = match one.due.until(planning.today).map(|span| span.get_days()) {
            Ok(0) => "due today".to_owned(),
            Ok(1) => "due since yesterday".to_owned(),
            Ok(days) => format!("due since {} ({days} days)", one.due),
            Err(_) => format!("due since {}", one.due),
        };
        let times = if one.times == 1 { "once".into() } else { format!("{} times", one.times) };
        ui.status(&format!("{:<28} {since}; answered {times}, last on {}", one.question.as_str(), one.last));
    }
    match (planning.due().len(), planning.next_due()) {
        (0, Some(next)) => {
            ui.status(&format!("Nothing is due in `{bank}`. The next is `{}`, on {}.", next.question, next.due));
        }
        (0, None) => ui.status("Nothing was answered yet, so nothing is due. `hotseat practice` begins."),
        (due, _) if due > planning.chosen.len() => {
            ui.status(&format!("{} of these {due} are asked; `--count {due}` asks all.", planning.chosen.len()));
        }
        _ => {}
    }
}
