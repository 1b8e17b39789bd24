//! Asks a server, on a thread of its own: a server that says nothing holds up nobody. Decides nothing: what a reply means is for others
//! to say.

use std::io::Read;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use ureq::Agent;
use ureq::http;

use crate::clock;
use crate::http::address::Address;
use crate::http::agent::{Patience, Proxies, agent};
use crate::http::key::Key;
use crate::http::trouble::{Kind, Trouble};
use crate::http::wording::{broken, trouble};

/// Bytes read at a time.
const PIECE: usize = 64 * 1_024;

/// Pieces that may wait for whoever takes them.
const WAITING: usize = 16;

/// What a server is asked. It has no Debug, since a header may hold a key.
#[derive(Clone)]
pub struct Request {
    /// The address.
    pub url: String,
    /// Headers: names and values.
    pub headers: Vec<(&'static str, String)>,
    /// What is sent to it. None: it is only asked (GET, not POST).
    pub body: Option<Vec<u8>>,
    /// Redirects that are followed. What is sent to one host goes to no other when there are none.
    pub redirects: u32,
    /// Which proxies are asked.
    pub proxies: Proxies,
    /// How long it may take.
    pub patience: Patience,
}

impl Request {
    /// Returns a question to a server of models. It follows no redirect: what is meant for one host goes to no other.
    #[must_use]
    pub fn to(address: &Address, path: &str, key: Option<&Key>, patience: Patience) -> Self {
        Self {
            url: address.at(path),
            headers: key.map(Key::header).into_iter().collect(),
            body: None,
            redirects: 0,
            proxies: if address.is_loopback() { Proxies::None } else { Proxies::OfEnvironment },
            patience,
        }
    }

    /// Returns the same with something that is sent.
    #[must_use]
    pub fn giving(mut self, content_type: impl Into<String>, body: Vec<u8>) -> Self {
        self.headers.push(("Content-Type", content_type.into()));
        Self { body: Some(body), ..self }
    }
}

/// The head of a reply.
#[derive(Clone, Debug, Default)]
pub struct Head {
    /// HTTP status, redirects followed.
    pub status: u16,
    headers: http::HeaderMap,
}

impl Head {
    /// Returns the value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

/// What comes from a server, in this order: a head, pieces, an end or trouble.
#[derive(Debug)]
pub enum Arrival {
    /// The head.
    Head(Head),
    /// Some of the body.
    Piece(Vec<u8>),
    /// The body is over.
    End,
    /// Nothing more will come.
    Trouble(Trouble),
}

/// A request that is under way. Whoever drops it ends it: the connection closes and the thread goes, also while nothing comes.
#[derive(Debug)]
pub struct Exchange {
    arrivals: Receiver<Arrival>,
    agent: Option<Agent>,
}

impl Exchange {
    /// Waits for what comes next. None: nothing did in that time.
    #[must_use]
    pub fn next(&self, wait: Duration) -> Option<Arrival> {
        match self.arrivals.recv_timeout(wait) {
            Ok(arrival) => Some(arrival),
            // The thread says how it ended, and says nothing more then.
            Err(RecvTimeoutError::Disconnected) => Some(Arrival::End),
            Err(RecvTimeoutError::Timeout) => None,
        }
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if let Some(agent) = self.agent.take() {
            agent.shutdown();
        }
    }
}

/// Asks a server.
///
/// # Errors
/// [`Trouble`] when this system cannot ask at all.
pub fn ask(request: Request) -> Result<Exchange, Trouble> {
    let agent = agent(&request.url, request.redirects, request.proxies, request.patience)?;
    let (out, arrivals) = sync_channel(WAITING);
    let asking = agent.clone();
    // It ends when the server does, or when nobody takes what it brings.
    thread::spawn(move || {
        if let Err(trouble) = converse(&asking, request, &out) {
            let _nobody_listens = out.send(Arrival::Trouble(trouble));
        }
    });
    Ok(Exchange { arrivals, agent: Some(agent) })
}

fn converse(agent: &Agent, request: Request, out: &SyncSender<Arrival>) -> Result<(), Trouble> {
    let Request { url, headers, body, redirects, patience, .. } = request;
    let mut asked = http::Request::builder().uri(url);
    for (name, value) in headers {
        asked = asked.header(name, value);
    }
    let reply = match body {
        Some(body) => asked.method("POST").body(body).map_err(Into::into).and_then(|asked| agent.run(asked)),
        None => asked.method("GET").body(()).map_err(Into::into).and_then(|asked| agent.run(asked)),
    };
    let (head, body) = reply.map_err(|error| trouble(&error, redirects, patience))?.into_parts();
    let head = Head { status: head.status.as_u16(), headers: head.headers };
    if out.send(Arrival::Head(head)).is_err() {
        return Ok(());
    }
    let mut body = body.into_reader();
    loop {
        let mut piece = vec![0; PIECE];
        let read = body.read(&mut piece).map_err(|error| broken(&error, redirects, patience))?;
        piece.truncate(read);
        let arrival = if read == 0 { Arrival::End } else { Arrival::Piece(piece) };
        if out.send(arrival).is_err() || read == 0 {
            return Ok(());
        }
    }
}

/// A reply that came whole.
#[derive(Clone, Debug, Default)]
pub struct Whole {
    /// The head.
    pub head: Head,
    /// The body.
    pub body: Vec<u8>,
}

/// Asks a server and returns its whole reply, of `most` bytes at most, which takes no longer than `within`.
///
/// # Errors
/// [`Trouble`] when it does not come, is longer, or takes longer.
pub fn whole(request: Request, most: usize, within: Duration) -> Result<Whole, Trouble> {
    let begun = clock::now();
    let exchange = ask(request)?;
    let mut whole = Whole::default();
    loop {
        match exchange.next(within.saturating_sub(begun.elapsed())) {
            Some(Arrival::Head(head)) => whole.head = head,
            Some(Arrival::Piece(piece)) if whole.body.len() + piece.len() > most => {
                return Err(Trouble { why: format!("its reply is longer than {most} bytes"), kind: Kind::Lasting });
            }
            Some(Arrival::Piece(piece)) => whole.body.extend(piece),
            Some(Arrival::End) => return Ok(whole),
            Some(Arrival::Trouble(trouble)) => return Err(trouble),
            None => {
                let why = format!("it takes longer than {} ms", within.as_millis());
                return Err(Trouble { why, kind: Kind::Late });
            }
        }
    }
}
