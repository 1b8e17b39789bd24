//! Sends recordings, whole or in part, in pieces: a player seeks by asking for ranges.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::Path as FilePath;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::UNIX_EPOCH;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hyper::body::{Frame, SizeHint};
use tokio::task::JoinHandle;

use crate::session::recordings;
use crate::web::failure::Trouble;
use crate::web::range::{Wanted, wanted};
use crate::web::{Site, read};

/// Bytes that are read and sent at once.
const PIECE: u64 = 64 * 1024;

/// A recording that was opened.
struct Opened {
    file: File,
    length: u64,
    /// Changes with the file, so that parts of two versions are never joined.
    version: String,
    kind: &'static str,
}

/// Sends a recording, or the part of it that was asked for.
pub(super) async fn send(
    State(site): State<Arc<Site>>,
    Path((id, name)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let opened = site
        .beside(move |store| {
            let (session, _) = read(store, &id)?;
            let path = recordings::known(&session, &store.folder(&id), &name).ok_or_else(not_there)?;
            open(&path).map_err(|error| not_there().detailed(error.to_string()))
        })
        .await?;
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // A part is only of use to whoever has the rest of the same version.
    let same = text(header::IF_RANGE).is_none_or(|version| version == opened.version);
    let range = text(header::RANGE).filter(|_| same);
    Ok(part(opened, range))
}

fn not_there() -> Trouble {
    let advice = "Its words are kept. It may never have been recorded, or it was removed from the session's folder.";
    Trouble::new(StatusCode::NOT_FOUND, "That recording is not there", advice)
}

fn open(path: &FilePath) -> std::io::Result<Opened> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    let changed = about.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default().as_nanos();
    let is_flac = path.extension().is_some_and(|ending| ending == "flac");
    Ok(Opened {
        length: about.len(),
        version: format!("\"{:x}-{changed:x}\"", about.len()),
        kind: if is_flac { "audio/flac" } else { "audio/wav" },
        file,
    })
}

fn part(opened: Opened, range: Option<&str>) -> Response {
    let Opened { file, length, version, kind } = opened;
    let common =
        [(header::ACCEPT_RANGES, "bytes".to_owned()), (header::ETAG, version), (header::CONTENT_TYPE, kind.into())];
    let sized = |part: Range<u64>| {
        let bytes = part.end - part.start;
        ([(header::CONTENT_LENGTH, bytes)], Body::new(Pieces::of(file, part)))
    };
    match wanted(range, length) {
        Wanted::Whole => (common, sized(0..length)).into_response(),
        Wanted::Part(part) => {
            let told = format!("bytes {}-{}/{length}", part.start, part.end - 1);
            (StatusCode::PARTIAL_CONTENT, common, [(header::CONTENT_RANGE, told)], sized(part)).into_response()
        }
        Wanted::Nowhere => {
            let told = [(header::CONTENT_RANGE, format!("bytes */{length}")), (header::ACCEPT_RANGES, "bytes".into())];
            (told, Trouble::of_status(StatusCode::RANGE_NOT_SATISFIABLE)).into_response()
        }
    }
}

/// The bytes of a part of a file, read piece by piece as the client takes them.
pub(super) struct Pieces {
    state: Reading,
    left: u64,
}

enum Reading {
    /// Nobody reads; the file stands where the next piece begins.
    Rests(File),
    /// A thread reads the next piece.
    Reads(JoinHandle<std::io::Result<(File, Bytes)>>),
    /// All is sent, or nothing more can be read.
    Over,
}

impl Pieces {
    pub(super) fn of(mut file: File, part: Range<u64>) -> Self {
        let stands = file.seek(SeekFrom::Start(part.start)).is_ok();
        let state = if stands { Reading::Rests(file) } else { Reading::Over };
        Self { state, left: part.end - part.start }
    }
}

fn piece(mut file: File, bytes: u64) -> std::io::Result<(File, Bytes)> {
    let mut read = vec![0; bytes as usize];
    file.read_exact(&mut read)?;
    Ok((file, read.into()))
}

impl hyper::body::Body for Pieces {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, std::io::Error>>> {
        let next = self.left.min(PIECE);
        if next == 0 {
            return Poll::Ready(None);
        }
        self.state = match std::mem::replace(&mut self.state, Reading::Over) {
            Reading::Rests(file) => Reading::Reads(tokio::task::spawn_blocking(move || piece(file, next))),
            going_on => going_on,
        };
        let Reading::Reads(thread) = &mut self.state else {
            // A body that ends too early tells the client that something is missing.
            return Poll::Ready(Some(Err(std::io::ErrorKind::UnexpectedEof.into())));
        };
        let read = ready!(Pin::new(thread).poll(context)).unwrap_or_else(|error| Err(std::io::Error::other(error)));
        self.state = Reading::Over;
        Poll::Ready(Some(read.map(|(file, bytes)| {
            self.left -= bytes.len() as u64;
            self.state = Reading::Rests(file);
            Frame::data(bytes)
        })))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}
