//! Takes connections and bounds what each may cost: how many there are, how slow, how long.

use std::net::{IpAddr, SocketAddr, TcpListener};
use std::pin::pin;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

use crate::web::guard::Guard;
use crate::web::token::Token;
use crate::web::{Home, Site, router};

/// Headers of a request, at most. Browsers send some twenty.
const MOST_HEADERS: usize = 64;

/// Bytes of all headers together, at most.
const LONGEST_HEAD: usize = 16 * 1024;

/// Threads that read journals and recordings. More would only take the processor from an interview that runs beside.
const READERS: usize = 4;

/// A rest after the system refused a connection, so that a lack of file handles does not become a busy loop.
const REST: Duration = Duration::from_millis(50);

/// Where the page is served, and what a client may cost.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The address of this computer at which it listens.
    pub bind: IpAddr,
    /// The port. 0: one that is free.
    pub port: u16,
    /// How long the head of a request may take, and a connection may idle.
    pub longest_head: Duration,
    /// How long a request may take until its answer begins.
    pub longest_request: Duration,
    /// How long a connection may last. A browser that plays on makes a new one.
    pub longest_connection: Duration,
    /// Connections at once. Others wait until one ends.
    pub connections: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            bind: IpAddr::from([127, 0, 0, 1]),
            port: 0,
            longest_head: Duration::from_secs(10),
            longest_request: Duration::from_secs(60),
            longest_connection: Duration::from_secs(600),
            connections: 128,
        }
    }
}

/// Why the page cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum CannotStart {
    /// The address is taken, or not ours.
    #[error("the page cannot be served at {address}: {source}")]
    Address {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes for the page's key: {0}")]
    NoRandomness(String),
    /// The system gives no thread.
    #[error("the page's server cannot be started: {0}")]
    NoThread(std::io::Error),
}

impl CannotStart {
    /// Returns what the user can do next.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Address { .. } => "leave `--port` and `--bind` out, and a free port of this computer is taken",
            Self::NoRandomness(_) | Self::NoThread(_) => "close other programs and try again",
        }
    }
}

/// A server that runs, until it is stopped or dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    way_in: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts to serve what `home` holds, on a thread of its own.
    ///
    /// # Errors
    /// [`CannotStart`] when the address is taken or the system lacks something.
    pub fn start(home: Home, settings: Settings) -> Result<Self, CannotStart> {
        let wanted = SocketAddr::new(settings.bind, settings.port);
        let refused = |source| CannotStart::Address { address: wanted, source };
        let listener = TcpListener::bind(wanted).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let address = listener.local_addr().map_err(refused)?;
        let guard = Guard::new(Token::random()?, address, settings.longest_request);
        let way_in = guard.address(address);
        let site = Arc::new(Site::new(home, guard));
        let (stop, stopped) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .max_blocking_threads(READERS)
            .build()
            .map_err(CannotStart::NoThread)?;
        let serve = move || {
            runtime.block_on(listen(listener, router(&site), settings, stopped));
            // Whatever is still being read or sent is left.
            runtime.shutdown_background();
        };
        let thread = std::thread::Builder::new().name("web".into()).spawn(serve).map_err(CannotStart::NoThread)?;
        Ok(Self { address, way_in, stop: Some(stop), thread: Some(thread) })
    }

    /// Returns where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns the address that lets a browser in. It holds the key.
    #[must_use]
    pub fn way_in(&self) -> &str {
        &self.way_in
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

async fn listen(listener: TcpListener, router: Router, settings: Settings, mut stopped: oneshot::Receiver<()>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let places = Arc::new(Semaphore::new(settings.connections));
    loop {
        let place = tokio::select! {
            _ = &mut stopped => return,
            place = Arc::clone(&places).acquire_owned() => place,
        };
        let accepted = tokio::select! {
            _ = &mut stopped => return,
            accepted = listener.accept() => accepted,
        };
        match (place, accepted) {
            (Ok(place), Ok((stream, _))) => drop(tokio::spawn(converse(stream, router.clone(), settings, place))),
            _ => tokio::time::sleep(REST).await,
        }
    }
}

/// Serves one connection. A client that stalls is left after a while.
async fn converse(stream: tokio::net::TcpStream, router: Router, settings: Settings, _place: OwnedSemaphorePermit) {
    let mut connection = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(settings.longest_head)
            .max_headers(MOST_HEADERS)
            .max_header_size(LONGEST_HEAD)
            .serve_connection(TokioIo::new(stream), TowerToHyperService::new(router))
    );
    tokio::select! {
        // An error is a client that went away or sent nonsense, and was told so.
        _ = connection.as_mut() => return,
        () = tokio::time::sleep(settings.longest_connection) => connection.as_mut().graceful_shutdown(),
    }
    let _ended_or_left = tokio::time::timeout(settings.longest_request, connection).await;
}
