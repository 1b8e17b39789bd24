//! What came of all answers, and of the attempts at one question: asks the index and shows what it tells.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use crate::clock;
use crate::ids::{BankId, QuestionId};
use crate::review::progress::attempt::Attempt;
use crate::review::progress::question::QuestionSoFar;
use crate::review::progress::{Calendar, Progress, Scope};
use crate::session::outcome::Outcome;
use crate::session::store::Store;
use crate::web::failure::Trouble;
use crate::web::pages::progress::progress_page;
use crate::web::pages::question::question_page;
use crate::web::pages::sessions::date;
use crate::web::{Site, read};

/// What the form of the page asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Wanted {
    bank: String,
    since: String,
}

/// The attempts that are to stand beside each other, by their sessions.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(in crate::web) struct Pair {
    a: Option<String>,
    b: Option<String>,
}

/// Shows progress.
pub(in crate::web) async fn progress(
    State(site): State<Arc<Site>>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Trouble> {
    let since = date(&wanted.since)?;
    let bank = (!wanted.bank.is_empty()).then(|| BankId::new(wanted.bank)).transpose();
    let bank = bank.map_err(|_| no_such("bank"))?;
    site.indexed(move |_, index| {
        let outcomes = index.outcomes(None)?;
        let progress = Progress::of(&outcomes, Scope { bank, since }, &calendar());
        Ok(Html(progress_page(&progress)).into_response())
    })
    .await
}

/// Shows the attempts at a question.
pub(in crate::web) async fn question(
    State(site): State<Arc<Site>>,
    Path((bank, question)): Path<(String, String)>,
    Query(pair): Query<Pair>,
) -> Result<Response, Trouble> {
    site.indexed(move |store, index| {
        let (Ok(bank), Ok(question)) = (BankId::new(bank), QuestionId::new(question)) else {
            return Err(no_such("question"));
        };
        attempts(store, index.outcomes(Some((&bank, &question)))?, &pair)
    })
    .await
}

/// A simulated candidate's attempts are shown like any others here: nothing is told of somebody's progress.
fn attempts(store: &Store, mut outcomes: Vec<Outcome>, pair: &Pair) -> Result<Response, Trouble> {
    outcomes.sort_by_key(|outcome| outcome.started);
    let calendar = calendar();
    let attempts = outcomes.iter().filter_map(|outcome| Attempt::of(outcome, &calendar)).collect();
    let so_far = QuestionSoFar::of(attempts).ok_or_else(|| no_such("question"))?;
    let (one, other) = so_far.chosen(pair.a.as_deref(), pair.b.as_deref());
    let (one, _) = read(store, one.session)?;
    let (other, _) = read(store, other.session)?;
    Ok(Html(question_page(&so_far, &one, &other)).into_response())
}

fn calendar() -> Calendar {
    Calendar { today: clock::local_date(clock::date()), zone: clock::zone() }
}

fn no_such(what: &str) -> Trouble {
    let advice = "The pages of sessions and of progress lead to what there is.";
    Trouble::new(StatusCode::NOT_FOUND, format!("No answer to such a {what} is kept"), advice)
}
