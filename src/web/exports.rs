//! A session in other forms, to be saved.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::engine::handing_over;
use crate::review::export::{csv, html, srt, timeline, vtt};
use crate::review::markdown;
use crate::review::report::Report;
use crate::session::Session;
use crate::session::store::Store;
use crate::web::failure::Trouble;
use crate::web::sound::Pieces;
use crate::web::{Site, read};

/// The forms: the ending of the file, and what it is.
pub(super) const FORMS: [(&str, &str); 7] = [
    ("html", "One page"),
    ("md", "Markdown"),
    ("json", "JSON"),
    ("csv", "Table (CSV)"),
    ("vtt", "Subtitles (VTT)"),
    ("srt", "Subtitles (SRT)"),
    ("zip", "Everything, with recordings (zip)"),
];

/// Sends a session in another form.
pub(super) async fn send(
    State(site): State<Arc<Site>>,
    Path((id, form)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    site.beside(move |store| {
        let (session, _) = read(store, &id)?;
        let saved = format!("attachment; filename=\"{}\"", file_name(&id, &form));
        let exported = if form == "zip" { archive(store, &session, &id)? } else { text(store, &session, &form)? };
        Ok(([(header::CONTENT_DISPOSITION, saved)], exported).into_response())
    })
    .await
}

fn text(store: &Store, session: &Session, form: &str) -> Result<Response, Trouble> {
    let report = Report::beside(session, &store.before(session));
    let (kind, text) = match form {
        "md" => ("text/markdown", markdown::report(&report)),
        "html" => ("text/html", html::page(session, &report, &BTreeMap::new())),
        "csv" => ("text/csv", csv::write(&report)),
        "vtt" => ("text/vtt", vtt::write(&timeline::recordings(session))),
        "srt" => ("application/x-subrip", srt::write(&timeline::recordings(session))),
        "json" => {
            let json = serde_json::to_string_pretty(&report);
            ("application/json", json.map_err(|error| Trouble::broke_down(error.to_string()))?)
        }
        _ => return Err(no_such_form()),
    };
    Ok(([(header::CONTENT_TYPE, format!("{kind}; charset=utf-8"))], text).into_response())
}

/// The archive is made in a file without a name, since the recordings may be larger than memory should hold.
fn archive(store: &Store, session: &Session, id: &str) -> Result<Response, Trouble> {
    let cannot = |error: std::io::Error| Trouble::broke_down(error.to_string());
    let report = Report::beside(session, &store.before(session));
    let out = tempfile::tempfile().map_err(cannot)?;
    let file: File = handing_over::write_zip(&store.folder(id), session, &report, true, out).map_err(cannot)?;
    let length = file.metadata().map_err(cannot)?.len();
    let headers = [(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_LENGTH, length.to_string())];
    Ok((headers, Body::new(Pieces::of(file, 0..length))).into_response())
}

/// A folder may have been given any name; the file gets what is harmless of it.
fn file_name(id: &str, form: &str) -> String {
    let plain: String = id.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' }).collect();
    format!("hotseat-{plain}.{form}")
}

fn no_such_form() -> Trouble {
    Trouble::new(StatusCode::NOT_FOUND, "There is no such form", "The session's page lists the forms there are.")
}
