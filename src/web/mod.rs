//! The page: what was kept, in a browser, on this computer only. Pages are made here and readable without a script.

pub(crate) mod assets;
pub mod changes;
mod charts;
mod exports;
mod failure;
mod guard;
mod listing;
pub(crate) mod pages;
mod range;
mod server;
mod sound;
mod token;

use std::fmt::Write;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{get, post};

pub use crate::web::server::{CannotStart, Server, Settings};

use crate::session::Session;
use crate::session::index::Index;
use crate::session::store::{Standing, Store};
use crate::web::changes::Changes;
use crate::web::failure::Trouble;
use crate::web::guard::{Guard, LONGEST_BODY};

/// What the page shows and with what it changes it.
pub struct Home {
    /// The sessions.
    pub store: Store,
    /// What finds them.
    pub index: Index,
    /// What changes them.
    pub changes: Box<dyn Changes>,
    /// Tells whoever runs the server what no browser is told.
    pub tell: Box<dyn Fn(&str) + Send + Sync>,
}

/// What all requests share.
struct Site {
    store: Store,
    index: Arc<Mutex<Index>>,
    changes: Arc<Mutex<Box<dyn Changes>>>,
    /// Changes are made one at a time, and those that wait hold no thread.
    turn: tokio::sync::Mutex<()>,
    tell: Box<dyn Fn(&str) + Send + Sync>,
    guard: Guard,
}

impl Site {
    fn new(home: Home, guard: Guard) -> Self {
        let Home { store, index, changes, tell } = home;
        let (index, changes) = (Arc::new(Mutex::new(index)), Arc::new(Mutex::new(changes)));
        Self { store, index, changes, turn: tokio::sync::Mutex::new(()), tell, guard }
    }

    /// Does what takes a while, such as reading journals, beside the loop that serves.
    async fn beside<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let store = self.store.clone();
        let done = tokio::task::spawn_blocking(move || work(&store)).await;
        done.unwrap_or_else(|error| Err(Trouble::broke_down(error.to_string())))
    }
}

impl Site {
    /// Asks the index, once it knows of what changed since.
    async fn indexed<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store, &mut Index) -> Result<T, Trouble> + Send + 'static,
    ) -> Result<T, Trouble> {
        let index = Arc::clone(&self.index);
        self.beside(move |store| {
            let mut index = index.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            index.refresh(store, &mut |_, _| {})?;
            work(store, &mut index)
        })
        .await
    }
}

/// Reads a session. Its id is looked up among those that there are, and so never becomes a path by itself.
fn read(store: &Store, id: &str) -> Result<(Session, Standing), Trouble> {
    if !store.ids()?.iter().any(|known| known == id) {
        return Err(Trouble::no_such_session());
    }
    Ok(store.read(id)?)
}

/// Returns bytes in hexadecimal figures.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

fn router(site: &Arc<Site>) -> Router {
    Router::new()
        .route("/", get(pages::sessions::show))
        .route("/sessions/{id}", get(pages::session::show))
        .route("/sessions/{id}/turns/{turn}", get(pages::correction::show))
        .route("/sessions/{id}/recordings/{name}", get(sound::send))
        .route("/sessions/{id}/export/{format}", get(exports::send))
        .route("/sessions/{id}/correct", post(changes::correct))
        .route("/sessions/{id}/remark", post(changes::remark))
        .route("/sessions/{id}/rescore", post(changes::rescore))
        .route("/progress", get(pages::so_far::progress))
        .route("/questions/{bank}/{question}", get(pages::so_far::question))
        .route("/assets/{name}", get(assets::send))
        .fallback(async || Trouble::of_status(axum::http::StatusCode::NOT_FOUND))
        .layer(DefaultBodyLimit::max(LONGEST_BODY))
        .layer(from_fn_with_state(Arc::clone(site), guard::watch))
        .with_state(Arc::clone(site))
}
