//! What the page says when it cannot do what was asked: what happened and what to do, and nothing of the inside.

use askama::Template;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::json;

use crate::session::index::IndexError;
use crate::session::store::StoreError;

/// Why a request was not served.
#[derive(Clone, Debug)]
pub(super) struct Trouble {
    status: StatusCode,
    what: String,
    advice: String,
    /// For whoever runs the server; no browser sees it.
    detail: Option<String>,
}

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage<'t> {
    what: &'t str,
    advice: &'t str,
}

impl Trouble {
    /// Returns a trouble in words: what happened, then what to do.
    pub(super) fn new(status: StatusCode, what: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { status, what: what.into(), advice: advice.into(), detail: None }
    }

    /// Adds what only the terminal is told.
    pub(super) fn detailed(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Returns the trouble that a status means, for what the router itself refuses.
    pub(super) fn of_status(status: StatusCode) -> Self {
        let (what, advice) = match status {
            StatusCode::NOT_FOUND => ("There is no such page", "The list of sessions shows what there is."),
            StatusCode::METHOD_NOT_ALLOWED => ("That cannot be done here", "Go back, and use the page's own buttons."),
            StatusCode::PAYLOAD_TOO_LARGE => ("That is too much at once", "Send less than 64 KiB."),
            StatusCode::RANGE_NOT_SATISFIABLE => {
                ("The recording is shorter than that", "Play it from an earlier place.")
            }
            status if status.is_client_error() => {
                ("That request makes no sense", "Go back, and use the page's own links and forms.")
            }
            _ => ("Something went wrong", "Try again. The terminal in which Hotseat runs says more."),
        };
        Self::new(status, what, advice)
    }

    /// Returns the trouble with a session that does not exist.
    pub(super) fn no_such_session() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is no such session", "The list of sessions shows what was kept.")
    }

    /// Returns the trouble of work that broke down.
    pub(super) fn broke_down(detail: impl Into<String>) -> Self {
        Self::of_status(StatusCode::INTERNAL_SERVER_ERROR).detailed(detail)
    }

    /// Returns what only the terminal is told.
    pub(super) fn detail(&self) -> Option<&str> {
        self.detail.as_deref()
    }

    /// Returns the answer to a client that reads pages, or JSON where it asks for that.
    pub(super) fn told_to(&self, client: Client) -> Response {
        match client {
            Client::Program => {
                (self.status, as_json(&json!({ "error": self.what, "hint": self.advice }))).into_response()
            }
            Client::Reader => {
                let page = TroublePage { what: &self.what, advice: &self.advice };
                let text = page.render().unwrap_or_else(|_| self.what.clone());
                (self.status, Html(text)).into_response()
            }
        }
    }
}

impl From<IndexError> for Trouble {
    fn from(error: IndexError) -> Self {
        let advice = "They are untouched. The terminal in which Hotseat runs says why.";
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The sessions cannot be listed", advice)
            .detailed(format!("{error}; {}", error.hint()))
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        let detail = format!("{error}; {}", error.hint());
        let trouble = match &error {
            StoreError::Unknown(_) | StoreError::Ambiguous { .. } => Self::no_such_session(),
            StoreError::Running(_) => Self::new(
                StatusCode::CONFLICT,
                "The session is open in another program",
                "End the interview first, or wait until the other program is done. Nothing was changed.",
            ),
            StoreError::Damaged { .. } | StoreError::NotOpened { .. } => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The journal of this session is damaged",
                "Its recordings are untouched. The terminal in which Hotseat runs says where the damage is.",
            ),
            StoreError::Later(_) => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "This session was kept by a later version of Hotseat",
                "Install that version to read it. Nothing of it was changed.",
            ),
            StoreError::Io { .. } => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The session cannot be read or written",
                "What was kept before is untouched. The terminal in which Hotseat runs says why.",
            ),
        };
        trouble.detailed(detail)
    }
}

impl IntoResponse for Trouble {
    /// Only marks the answer: the guard knows who asked, and words it.
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Returns a value as an answer in JSON.
pub(super) fn as_json(value: &serde_json::Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

/// Who reads the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Client {
    /// Somebody with a browser.
    Reader,
    /// A script, which asked for JSON.
    Program,
}

impl Client {
    /// Returns who sent these headers.
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let accepted = headers.get(header::ACCEPT).and_then(|accepted| accepted.to_str().ok());
        if accepted.is_some_and(|accepted| accepted.starts_with("application/json")) {
            Self::Program
        } else {
            Self::Reader
        }
    }
}
