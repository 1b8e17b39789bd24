//! How soon the page is there: from nothing, and with one long session.

use serde::Serialize;
use ureq::Agent;

use super::{Failure, NEW, TIMES, timed};
use crate::cli::bench::failed;
use crate::cli::bench::spread::Spread;
use crate::cli::correct::judge;
use crate::cli::models::ModelsFlag;
use crate::clock;
use crate::session::index::Index;
use crate::session::store::{Kept, Store};
use crate::web::{Home, Server, Settings};

/// The page, milliseconds.
#[derive(Debug, Serialize)]
pub(super) struct Page {
    /// From opening the index to the list of all sessions in the browser's hands.
    pub(super) start_ms: Spread,
    /// The list of all sessions, once the page runs.
    pub(super) list_ms: Spread,
    /// A long session whose outlines have to be made of its recordings.
    pub(super) session_first_ms: f64,
    /// The same, its outlines kept.
    pub(super) session_ms: Spread,
    /// Length of that session's page in MB.
    pub(super) session_mb: f64,
}

/// Measures with the sessions of a store, the long one among them.
pub(super) fn page(data: &std::path::Path, store: &Store, long: &Kept) -> Result<Page, Failure> {
    let start_ms = timed(NEW, || Browser::enter(data, store)?.get("/"))?;
    let browser = Browser::enter(data, store)?;
    let session = format!("/sessions/{}", long.session().opened.id);
    let began = clock::now();
    let session_mb = browser.get(&session)?.len() as f64 / 1e6;
    Ok(Page {
        start_ms,
        list_ms: timed(TIMES, || browser.get("/"))?,
        session_first_ms: began.elapsed().as_secs_f64() * 1_000.0,
        session_ms: timed(TIMES, || browser.get(&session))?,
        session_mb,
    })
}

/// A browser that was let in, and the server that it looks at.
struct Browser {
    agent: Agent,
    cookie: String,
    server: Server,
}

impl Browser {
    fn enter(data: &std::path::Path, store: &Store) -> Result<Self, Failure> {
        let index = Index::open(data).0;
        let changes = Box::new(judge(&ModelsFlag::default()));
        let home = Home { store: store.clone(), index, changes, tell: Box::new(|_| {}) };
        let server = Server::start(home, Settings::default())?;
        let agent = Agent::config_builder().max_redirects(0).max_redirects_will_error(false).build().new_agent();
        let reply = agent.get(server.way_in()).call().map_err(failed)?;
        let cookie = reply.headers().get("Set-Cookie").and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).unwrap_or_default().to_owned();
        Ok(Self { agent, cookie, server })
    }

    fn get(&self, path: &str) -> Result<String, Failure> {
        let address = format!("http://{}{path}", self.server.address());
        let mut reply = self.agent.get(&address).header("Cookie", &self.cookie).call().map_err(failed)?;
        reply.body_mut().read_to_string().map_err(failed)
    }
}
