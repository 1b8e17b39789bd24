//! Putting words of a take right where the page has no script: a plain form, each word by its number.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::ids::TurnId;
use crate::review::markdown::UNSURE_BELOW;
use crate::transcript::Word;
use crate::web::failure::Trouble;
use crate::web::pages::{page, session_address};
use crate::web::{Site, read};

#[derive(Template)]
#[template(path = "correction.html")]
struct CorrectionPage {
    address: String,
    turn: u32,
    words: Vec<Choice>,
}

/// A word that can be chosen.
struct Choice {
    nth: usize,
    text: String,
    at: Option<String>,
    unsure: bool,
    /// What stands for it now, where it was put right.
    now: Option<String>,
    /// Whether the form begins with it: the first that is likely to be wrong.
    chosen: bool,
}

/// Shows the words of a take.
pub(in crate::web) async fn show(
    State(site): State<Arc<Site>>,
    Path((id, turn)): Path<(String, u32)>,
) -> Result<Response, Trouble> {
    let address = session_address(&id);
    site.beside(move |store| {
        let (session, _) = read(store, &id)?;
        let take = session.take(TurnId(turn)).filter(|take| take.as_heard().is_some_and(|heard| !heard.is_empty()));
        let Some(take) = take else { return Err(no_words()) };
        let heard = take.as_heard().map_or(&[][..], |heard| &heard.words);
        let likely = |(nth, word): (usize, &Word)| is_unsure(word) && !take.corrections.contains_key(&nth);
        let chosen = heard.iter().enumerate().position(likely).unwrap_or(0);
        let words = heard.iter().enumerate().map(|(nth, word)| Choice {
            nth,
            text: word.text.clone(),
            at: (word.span.end > word.span.start).then(|| word.span.start.to_string()),
            unsure: is_unsure(word),
            chosen: nth == chosen,
            now: take.corrections.get(&nth).cloned(),
        });
        page(&CorrectionPage { address, turn, words: words.collect() })
    })
    .await
}

fn is_unsure(word: &Word) -> bool {
    word.probability < UNSURE_BELOW
}

fn no_words() -> Trouble {
    Trouble::new(StatusCode::NOT_FOUND, "There are no words to put right here", "Go back to the session's page.")
}
