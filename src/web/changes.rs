//! What can be changed on the page: words that were misheard, remarks, verdicts. Each change is a line of the journal.

use std::sync::Arc;

use axum::extract::{Form, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::json;

use crate::clock;
use crate::engine::conduct::write_report;
use crate::engine::rescoring::{Correction, Rescorer, RescoringError, finish, keep};
use crate::ids::{QuestionId, TurnId};
use crate::session::Session;
use crate::session::record::Record;
use crate::session::revision::{Rescoring, Revised, Revision};
use crate::session::store::{Kept, StoreError};
use crate::web::failure::{Client, Trouble, as_json};
use crate::web::pages::session_address;
use crate::web::{Site, read};

/// Longest text that may stand for a word, in letters.
const LONGEST_WORD: usize = 200;

/// Longest remark, in letters.
const LONGEST_REMARK: usize = 10_000;

/// Changes a session that is kept, and writes its report anew.
pub trait Changes: Send {
    /// Puts a word right that was heard in a turn, and has the question judged again.
    ///
    /// # Errors
    /// [`CannotChange`]; unless the journal itself cannot be written, the correction is kept.
    fn correct(&mut self, kept: &mut Kept, turn: TurnId, word: usize, text: &str) -> Result<Judged, CannotChange>;

    /// Has all questions judged again.
    ///
    /// # Errors
    /// [`CannotChange`]; what was kept before is untouched.
    fn rescore(&mut self, kept: &mut Kept) -> Result<Judged, CannotChange>;
}

/// What became of the verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// They were made anew.
    Again,
    /// They stand as they were: there is no judge.
    NotAgain,
}

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CannotChange {
    /// The session cannot be written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The judge failed.
    #[error("{0}")]
    Judge(String),
}

/// Keeps corrections and judges nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct WithoutJudge;

impl Changes for WithoutJudge {
    fn correct(&mut self, kept: &mut Kept, turn: TurnId, word: usize, text: &str) -> Result<Judged, CannotChange> {
        append(kept, Revision::Corrected { turn, word, text: text.into() })?;
        Ok(Judged::NotAgain)
    }

    fn rescore(&mut self, _kept: &mut Kept) -> Result<Judged, CannotChange> {
        Ok(Judged::NotAgain)
    }
}

impl Changes for Rescorer {
    fn correct(&mut self, kept: &mut Kept, turn: TurnId, word: usize, text: &str) -> Result<Judged, CannotChange> {
        let recomputed = Self::correct(self, kept, &[Correction { turn, word, text: text.into() }])?;
        // What was put in between answers no question, and a word that stands there already changes nothing.
        let mut judged = Judged::NotAgain;
        for one in recomputed {
            match one.outcome {
                Ok(_) => judged = Judged::Again,
                Err(why) => return Err(CannotChange::Judge(why)),
            }
        }
        Ok(judged)
    }

    fn rescore(&mut self, kept: &mut Kept) -> Result<Judged, CannotChange> {
        let mut judged = Judged::NotAgain;
        for question in answered(kept.session()) {
            let again = self.judge_again(kept.session(), &question, None, Rescoring::Judge)?;
            if again.is_change() {
                keep(kept, again.revision())?;
            }
            judged = Judged::Again;
        }
        finish(kept)?;
        Ok(judged)
    }
}

/// Returns the questions that were answered in words, in the order of asking.
fn answered(session: &Session) -> Vec<QuestionId> {
    let main = session.exchanges.iter().filter(|exchange| exchange.asked.nth == 0);
    let asked = main.map(|exchange| exchange.asked.question.clone());
    asked.filter(|question| !session.answers_to(question).is_empty()).collect()
}

impl From<RescoringError> for CannotChange {
    fn from(error: RescoringError) -> Self {
        match error {
            RescoringError::Store(error) => Self::Store(error),
            error => Self::Judge(error.to_string()),
        }
    }
}

fn append(kept: &mut Kept, what: Revision) -> Result<(), StoreError> {
    kept.append(&Record::Revision(Box::new(Revised { on: clock::date(), what })))?;
    kept.sync()?;
    write_report(kept)
}

/// What was done, as the page says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Done {
    Corrected,
    CorrectedAndJudged,
    Remarked,
    Rescored,
    NotRescored,
}

impl Done {
    const ALL: [Self; 5] =
        [Self::Corrected, Self::CorrectedAndJudged, Self::Remarked, Self::Rescored, Self::NotRescored];

    /// Returns what the address of the page calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Corrected => "corrected",
            Self::CorrectedAndJudged => "corrected-and-judged",
            Self::Remarked => "remarked",
            Self::Rescored => "rescored",
            Self::NotRescored => "not-rescored",
        }
    }

    /// Returns what has this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|done| done.name() == name)
    }

    /// Returns it in words.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Corrected => "The word is put right. The answer was not judged again.",
            Self::CorrectedAndJudged => "The word is put right, and the answer was judged again.",
            Self::Remarked => "Your remark is kept.",
            Self::Rescored => "All answers were judged again.",
            Self::NotRescored => "Nothing was judged again: there is no judge here.",
        }
    }
}

/// A word that is to be put right.
#[derive(Deserialize)]
pub(super) struct CorrectionForm {
    turn: u32,
    word: usize,
    text: String,
}

/// A remark on a question, or on the whole where none is named.
#[derive(Deserialize)]
pub(super) struct Remark {
    #[serde(default)]
    question: String,
    text: String,
}

/// Puts a word right.
pub(super) async fn correct(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(CorrectionForm { turn, word, text }): Form<CorrectionForm>,
) -> Result<Response, Trouble> {
    let text = checked(&text, LONGEST_WORD)?;
    let judged = site
        .change(id.clone(), move |changes, kept| {
            let turn = TurnId(turn);
            if !is_word(kept.session(), turn, word) {
                return Err(no_such("word", "Go back and choose the word again."));
            }
            Ok(changes.correct(kept, turn, word, &text)?)
        })
        .await?;
    let done = if judged == Judged::Again { Done::CorrectedAndJudged } else { Done::Corrected };
    Ok(told(&headers, &id, done, &format!("take-{turn}")))
}

/// Keeps a remark.
pub(super) async fn remark(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(Remark { question, text }): Form<Remark>,
) -> Result<Response, Trouble> {
    let text = checked(&text, LONGEST_REMARK)?;
    let anchor = if question.is_empty() { "remark".to_owned() } else { format!("remark-{question}") };
    let wanted = (!question.is_empty()).then(|| QuestionId::new(question)).transpose();
    let wanted = wanted.map_err(|_| no_such("question", "Go back and try again."))?;
    site.change(id.clone(), move |_, kept| {
        if wanted.as_ref().is_some_and(|question| kept.session().question(question).is_none()) {
            return Err(no_such("question", "Go back and try again."));
        }
        Ok(append(kept, Revision::Remarked { question: wanted, text })?)
    })
    .await?;
    Ok(told(&headers, &id, Done::Remarked, &anchor))
}

/// Has everything judged again.
pub(super) async fn rescore(
    State(site): State<Arc<Site>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let judged = site.change(id.clone(), |changes, kept| Ok(changes.rescore(kept)?)).await?;
    let done = if judged == Judged::Again { Done::Rescored } else { Done::NotRescored };
    Ok(told(&headers, &id, done, "questions"))
}

impl Site {
    /// Changes a session. One change is made at a time, and none while another program has the session open.
    async fn change<T: Send + 'static>(
        &self,
        id: String,
        work: impl FnOnce(&mut dyn Changes, &mut Kept) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let _mine = self.turn.lock().await;
        let changes = Arc::clone(&self.changes);
        self.beside(move |store| {
            read(store, &id)?;
            let mut kept = store.reopen(&id)?;
            // What a change that broke down left behind is in the journal, not in what it was made with.
            let mut changes = changes.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            work(changes.as_mut(), &mut kept)
        })
        .await
    }
}

impl From<CannotChange> for Trouble {
    fn from(error: CannotChange) -> Self {
        match error {
            CannotChange::Store(error) => error.into(),
            CannotChange::Judge(why) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The judge failed",
                "What was put right is kept; its score is as before. The terminal in which Hotseat runs says why.",
            )
            .detailed(why),
        }
    }
}

fn is_word(session: &Session, turn: TurnId, word: usize) -> bool {
    let heard = session.take(turn).and_then(|take| take.as_heard());
    heard.is_some_and(|heard| word < heard.words.len())
}

fn no_such(what: &str, advice: &str) -> Trouble {
    Trouble::new(StatusCode::NOT_FOUND, format!("There is no such {what} in this session"), advice)
}

/// Returns the text without spaces around it and with the line ends of this system.
fn checked(text: &str, longest: usize) -> Result<String, Trouble> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > longest {
        let advice = format!("At most {longest} letters are kept here. Nothing was changed.");
        return Err(Trouble::new(StatusCode::UNPROCESSABLE_ENTITY, "That text is too long", advice));
    }
    Ok(text)
}

/// A plain form leads back to the page, and the script gets the words to say.
fn told(headers: &HeaderMap, id: &str, done: Done, anchor: &str) -> Response {
    match Client::of(headers) {
        Client::Program => as_json(&json!({ "done": done.name(), "message": done.words() })),
        Client::Reader => {
            Redirect::to(&format!("{}?done={}#{anchor}", session_address(id), done.name())).into_response()
        }
    }
}
