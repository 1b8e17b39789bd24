//! `hotseat correct`: puts a misheard phrase right, found by its words, and has the score computed again.

mod places;

use clap::Args;
use serde::Serialize;

use crate::cli::correct::places::{Place, Scope, all, put_right, taken_back};
use crate::cli::differences::{self, Difference};
use crate::cli::failure::{Failure, Outcome};
use crate::cli::models::ModelsFlag;
use crate::cli::ui::Ui;
use crate::config::load::folders;
use crate::engine::rescoring::{Correction, Recomputed, Rescorer};
use crate::engine::wiring::rescoring::rescorer;
use crate::ids::{QuestionId, TurnId};
use crate::session::store::Store;

/// Put a misheard word or phrase right; what was heard is kept, and the score is computed again
#[derive(Debug, Args)]
pub struct CorrectArgs {
    /// The session: its name, the beginning of it, or `last`
    #[arg(value_name = "ID")]
    id: String,
    /// The phrase as the transcript has it; case and punctuation do not count
    #[arg(value_name = "HEARD", required_unless_present = "list")]
    phrase: Option<String>,
    /// What was said; "" where nothing was
    #[arg(value_name = "SAID", required_unless_present_any = ["list", "undo"], conflicts_with = "undo")]
    said: Option<String>,
    /// Only in answers to this question
    #[arg(long, value_name = "ID")]
    question: Option<QuestionId>,
    /// Only in this answer, by its number
    #[arg(long, value_name = "N")]
    turn: Option<u32>,
    /// The place, by its number, where the phrase stands at several
    #[arg(long, value_name = "N", conflicts_with = "all")]
    nth: Option<usize>,
    /// All places where the phrase stands
    #[arg(long)]
    all: bool,
    /// Take the correction of a phrase back; either form of it can be named
    #[arg(long)]
    undo: bool,
    /// List what was put right
    #[arg(long, conflicts_with_all = ["phrase", "undo", "nth", "all"])]
    list: bool,
    /// Write one JSON document to stdout
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    models: ModelsFlag,
}

/// What was done, for a program.
#[derive(Debug, Serialize)]
struct Document<'a> {
    session: &'a str,
    places: &'a [Place],
    questions: Vec<Judged>,
}

/// A question whose words were put right.
#[derive(Debug, Serialize)]
struct Judged {
    question: String,
    /// Whether the score was computed again.
    recomputed: bool,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    difference: Option<Difference>,
}

/// Puts a phrase right.
///
/// # Errors
/// [`Failure`] names the session or the phrase that is not there, or the places to choose from.
pub fn run(arguments: &CorrectArgs, ui: &mut Ui) -> Outcome {
    let store = Store::new(&folders()?.data);
    let id = store.resolve(&arguments.id)?;
    let (session, _) = store.read(&id)?;
    let scope = Scope { question: arguments.question.as_ref(), turn: arguments.turn.map(TurnId) };
    if arguments.list {
        list(&id, &all(&session, scope), arguments.json, ui);
        return Ok(());
    }
    let phrase = arguments.phrase.as_deref().unwrap_or_default();
    let found = match &arguments.said {
        Some(said) => put_right(&session, scope, phrase, said),
        None => taken_back(&session, scope, phrase),
    };
    if found.is_empty() {
        return Err(not_found(phrase, arguments));
    }
    let places = choose(found, arguments, ui)?;
    if places.is_empty() {
        ui.status("Nothing was changed.");
        return Ok(());
    }
    let mut kept = store.reopen(&id)?;
    let corrections: Vec<Correction> = places.iter().flat_map(Place::corrections).collect();
    ui.progress("Judging again …");
    let recomputed = judge(&arguments.models).correct(&mut kept, &corrections)?;
    if arguments.json {
        let questions = recomputed.iter().map(judged).collect();
        ui.json(&Document { session: &id, places: &places, questions });
    } else {
        show(&places, &recomputed, ui);
    }
    Ok(())
}

/// Returns what judges again. Without any weights it says so when it is asked, so that words can be put right all the same.
pub(super) fn judge(models: &ModelsFlag) -> Rescorer {
    match models.weights() {
        Ok(weights) => rescorer(&weights, None),
        Err(failure) => Rescorer::new("nobody", Box::new(move |_| Err(failure.message.clone()))),
    }
}

fn not_found(phrase: &str, arguments: &CorrectArgs) -> Failure {
    if arguments.undo {
        return Failure::new(format!("nothing like `{phrase}` was put right"))
            .hint(format!("`hotseat correct {} --list` lists what was", arguments.id));
    }
    let narrow = if arguments.turn.is_some() || arguments.question.is_some() { " there" } else { "" };
    Failure::new(format!("`{phrase}` stands nowhere in the transcript{narrow}"))
        .hint(format!("`hotseat review {} --plain` shows what does", arguments.id))
}

/// Returns the places that are meant: the only one, the one of that number, or all. Where that is open, asks whoever sits there.
fn choose(mut found: Vec<Place>, arguments: &CorrectArgs, ui: &mut Ui) -> Result<Vec<Place>, Failure> {
    let count = found.len();
    let nth = match arguments.nth {
        _ if arguments.all => return Ok(found),
        None if count == 1 => 1,
        None if ui.is_interactive() && !arguments.json => {
            ui.status("It stands at several places:");
            offer(&found, ui);
            ui.status(&format!("Which one? 1 to {count}, a for all, Enter for none"));
            let mut line = String::new();
            let _nothing_more = std::io::stdin().read_line(&mut line);
            match line.trim() {
                "a" | "all" => return Ok(found),
                "" => return Ok(Vec::new()),
                number => number.parse().unwrap_or(0),
            }
        }
        None => {
            offer(&found, ui);
            return Err(Failure::new(format!("the phrase stands at {count} places"))
                .hint("name one with `--nth N`, or take `--all`"));
        }
        Some(nth) => nth,
    };
    if (1..=count).contains(&nth) {
        return Ok(vec![found.swap_remove(nth - 1)]);
    }
    Err(Failure::new(format!("there is no place of that number: there are {count}"))
        .hint(format!("name one with `--nth`, from 1 to {count}")))
}

fn offer(found: &[Place], ui: &mut Ui) {
    for (nth, place) in found.iter().enumerate() {
        ui.status(&format!("{:3}  {}: {}", nth + 1, called(place), place.before));
    }
}

fn called(place: &Place) -> String {
    let question = place.question.as_ref().map_or("put in between", QuestionId::as_str);
    format!("answer {} at {} ({question})", place.turn.0, place.at_ms)
}

fn list(id: &str, places: &[Place], json: bool, ui: &mut Ui) {
    if json {
        ui.json(&Document { session: id, places, questions: Vec::new() });
        return;
    }
    if places.is_empty() {
        ui.status("Nothing was put right.");
    }
    for place in places {
        ui.data(&called(place));
        ui.data(&format!("  heard: {}", place.before));
        ui.data(&format!("  now:   {}", place.after));
    }
}

fn judged(recomputed: &Recomputed) -> Judged {
    let outcome = recomputed.outcome.as_ref();
    Judged {
        question: recomputed.question.to_string(),
        recomputed: outcome.is_ok(),
        why: outcome.err().cloned(),
        difference: outcome.ok().map(|rejudged| Difference::of(rejudged)),
    }
}

fn show(places: &[Place], recomputed: &[Recomputed], ui: &mut Ui) {
    for place in places {
        ui.data(&called(place));
        ui.data(&format!("  before: {}", place.before));
        ui.data(&format!("  now:    {}", place.after));
    }
    for one in recomputed {
        match &one.outcome {
            Ok(rejudged) => {
                let difference = if rejudged.is_change() { "" } else { ", and is what it was" };
                ui.data(&format!("The score of {} was computed again{difference}:", one.question));
                for line in differences::lines(rejudged) {
                    ui.data(&line);
                }
            }
            Err(why) => {
                ui.warning(&format!("the words of {} are put right, its score is as it was: {why}", one.question));
                ui.status("Hint: `hotseat rescore` computes it once the weights are there; `hotseat models verify` checks them");
            }
        }
    }
}
