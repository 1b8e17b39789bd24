//! `hotseat practice --drill`: one question until it is strong. Each attempt is an interview of its own, and is compared with the
//! one before.

use serde::Serialize;

use crate::bank::Question;
use crate::cli::failure::{Failure, Outcome};
use crate::cli::kept;
use crate::cli::practice::controls::{Controls, Keyboard};
use crate::cli::practice::{PracticeArgs, interview, mouth};
use crate::cli::ui::Ui;
use crate::config::load::folders;
use crate::engine::wiring;
use crate::interview::effect::Ending;
use crate::interview::plan::Plan;
use crate::judge::{Assessment, Band, Verdict};
use crate::prompt::drill;
use crate::review::attempts::{Change, Comparison, compare, is_strong};
use crate::session::store::Store;

/// Attempts at most, where nobody says how many: enough to see a gain, few enough not to wear the answer out.
const ATTEMPTS: usize = 5;

/// A drill as a program reads it.
#[derive(Debug, Serialize)]
struct Drilled {
    question: String,
    strong: bool,
    attempts: Vec<Attempted>,
}

#[derive(Debug, Serialize)]
struct Attempted {
    session: String,
    coverage: f32,
    band: Band,
    /// What changed since the attempt before, the last kept one for the first of a drill.
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Comparison>,
}

/// Repeats the question of the plan.
///
/// # Errors
/// [`Failure`] as for any interview.
pub(super) fn run(arguments: &PracticeArgs, plan: &Plan, controls: &mut Controls, ui: &mut Ui) -> Outcome {
    let Some(question) = plan.questions.first().and_then(|id| plan.bank.question(id)).cloned() else { return Ok(()) };
    let bound = arguments.until_coverage.map(|percent| f32::from(percent) / 100.0);
    let most = arguments.attempts.unwrap_or(ATTEMPTS);
    let mut before = last_kept(plan, &question, ui)?;
    let mut drilled = Drilled { question: question.id.to_string(), strong: false, attempts: Vec::new() };
    for nth in 1..=most {
        let kept = interview(arguments, plan, controls, ui)?;
        let session = kept.session();
        match session.assessments.get(&question.id).cloned() {
            Some(now) => {
                let change = before.as_ref().map(|before| compare(&question, before, &now));
                drilled.strong = is_strong(&now, bound);
                told(nth, most, &now, change.as_ref(), ui);
                aloud(arguments, plan, change.as_ref(), drilled.strong, ui)?;
                drilled.attempts.push(Attempted {
                    session: session.opened.id.clone(),
                    coverage: now.coverage,
                    band: now.band,
                    change,
                });
                before = Some(now);
            }
            None => ui.status("Nothing was judged, so there is nothing to compare."),
        }
        let stopped = session.ending != Some(Ending::Complete);
        if drilled.strong || stopped || nth == most || !goes_on(arguments, controls, ui) {
            break;
        }
    }
    if arguments.json {
        ui.json(&drilled);
    }
    Ok(())
}

/// Returns what the judge said of the last kept attempt at the question.
fn last_kept(plan: &Plan, question: &Question, ui: &mut Ui) -> Result<Option<Assessment>, Failure> {
    let data = folders()?.data;
    let outcomes = kept::index(&data, ui)?.outcomes(Some((&plan.bank.id, &question.id)))?;
    let Some(last) = outcomes.iter().rfind(|outcome| outcome.band.is_some()) else { return Ok(None) };
    let (session, _) = Store::new(&data).read(&last.session)?;
    Ok(session.assessments.get(&question.id).cloned())
}

/// Asks whether to go on, where somebody sits at a keyboard and answers by voice. Whoever types can end by typing no more.
fn goes_on(arguments: &PracticeArgs, controls: &Controls, ui: &mut Ui) -> bool {
    let how = match controls.keyboard() {
        _ if arguments.candidate.is_some() => return true,
        Keyboard::Unread | Keyboard::Answers => return true,
        Keyboard::Keys => "any other key: stop",
        Keyboard::Lines => "n and Enter: stop",
    };
    ui.status(&format!("Enter: once more   {how}"));
    controls.goes_on()
}

fn told(nth: usize, most: usize, now: &Assessment, change: Option<&Comparison>, ui: &mut Ui) {
    let percent = |coverage: f32| format!("{:.0} %", coverage * 100.0);
    ui.status("");
    let Some(change) = change else {
        ui.status(&format!(
            "Attempt {nth} of {most}: coverage {}, band {} ({}).",
            percent(now.coverage),
            now.band.get(),
            now.band.word()
        ));
        return;
    };
    ui.status(&format!(
        "Attempt {nth} of {most} beside the one before: coverage {} → {}, band {} → {} ({}).",
        percent(change.coverage.0),
        percent(change.coverage.1),
        change.band.0.get(),
        change.band.1.get(),
        now.band.word()
    ));
    let points = |heading: &str, changes: Vec<&Change>, ui: &mut Ui| {
        for one in changes {
            let doubt = if one.sure { "" } else { ", not sure" };
            ui.status(&format!("  {heading} {} ({} → {}{doubt})", one.text, verdict(one.before), verdict(one.after)));
        }
    };
    points("+", change.gained(), ui);
    points("-", change.lost(), ui);
    change.avoided.iter().for_each(|pitfall| ui.status(&format!("  + avoided: {pitfall}")));
    change.fallen_into.iter().for_each(|pitfall| ui.status(&format!("  - fell into: {pitfall}")));
}

const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Missing => "missing",
        Verdict::Partial => "in part",
        Verdict::Covered => "covered",
    }
}

/// Says in short what changed.
fn aloud(arguments: &PracticeArgs, plan: &Plan, change: Option<&Comparison>, strong: bool, ui: &mut Ui) -> Outcome {
    let words = drill::words();
    let mut lines: Vec<String> = change.map(|change| change.spoken(&words)).into_iter().collect();
    if strong {
        lines.push(words.strong.clone());
    }
    let line = lines.join(" ");
    if line.is_empty() {
        return Ok(());
    }
    ui.status(&format!("{}: {line}", plan.persona.name));
    let (weights, cache) = (arguments.models.weights()?, folders()?.cache.join("voice"));
    Ok(wiring::say(&line, &plan.persona.voice, &mouth(arguments), &weights, &cache)?)
}
