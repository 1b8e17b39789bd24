//! A session in other forms, to be saved.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::review::markdown;
use crate::review::report::Report;
use crate::session::Session;
use crate::session::store::Store;
use crate::web::failure::Trouble;
use crate::web::{Site, read};

/// The forms: the ending of the file, and what it is.
pub(super) const FORMS: [(&str, &str); 2] = [("md", "Markdown"), ("json", "JSON")];

/// Returns the bytes of a session in a form, and their type. None where there is no such form.
fn export(store: &Store, session: &Session, form: &str) -> Result<Option<(&'static str, Vec<u8>)>, String> {
    let report = || Report::beside(session, &store.before(session));
    Ok(match form {
        "md" => Some(("text/markdown; charset=utf-8", markdown::report(&report()).into_bytes())),
        "json" => {
            let json = serde_json::to_vec_pretty(&report()).map_err(|error| error.to_string())?;
            Some(("application/json", json))
        }
        _ => None,
    })
}

/// Sends a session in another form.
pub(super) async fn send(
    State(site): State<Arc<Site>>,
    Path((id, form)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let (name, kind, bytes) = site
        .beside(move |store| {
            let (session, _) = read(store, &id)?;
            let exported = export(store, &session, &form).map_err(Trouble::broke_down)?;
            let (kind, bytes) = exported.ok_or_else(no_such_form)?;
            Ok((file_name(&id, &form), kind, bytes))
        })
        .await?;
    let saved = format!("attachment; filename=\"{name}\"");
    Ok(([(header::CONTENT_TYPE, kind.to_owned()), (header::CONTENT_DISPOSITION, saved)], bytes).into_response())
}

/// A folder may have been given any name; the file gets what is harmless of it.
fn file_name(id: &str, form: &str) -> String {
    let plain: String = id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    format!("hotseat-{plain}.{form}")
}

fn no_such_form() -> Trouble {
    Trouble::new(StatusCode::NOT_FOUND, "There is no such form", "The session's page lists the forms there are.")
}
