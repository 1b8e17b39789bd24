//! Asks a server for a part of a file. Decides nothing: what a reply means is for the plan to say.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::{Agent, Proxy};

use crate::models::pull::plan::{Kind, Reply, Trouble};

/// Bytes read at a time.
const PIECE: usize = 64 * 1_024;

/// Pieces that may wait for the disk.
const WAITING: usize = 16;

/// Redirects that are followed. The hub's own address takes one or two.
const REDIRECTS: u32 = 8;

/// How long a server may keep us waiting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until the next byte.
    pub stall: Duration,
    /// Between the first and the second try. Each further pause is twice as long.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(15), stall: Duration::from_secs(30), pause: Duration::from_secs(1) }
    }
}

/// What comes from a server, in this order: a reply, pieces, an end or trouble.
#[derive(Debug)]
pub(super) enum Arrival {
    /// The head.
    Reply(Reply),
    /// Some of the body.
    Piece(Vec<u8>),
    /// The body is over.
    End,
    /// Nothing more will come.
    Trouble(Trouble),
}

/// Asks for the bytes of `url` from byte `from` on, on a thread of its own: a server that says nothing holds up nobody.
/// The proxy that the environment names (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) is used.
#[must_use]
pub(super) fn ask(url: &str, from: u64, patience: Patience) -> Receiver<Arrival> {
    let (out, arrivals) = sync_channel(WAITING);
    let url = url.to_owned();
    // It ends when the server does, or when nobody takes what it brings.
    thread::spawn(move || {
        if let Err(trouble) = converse(&url, from, patience, &out) {
            let _nobody_listens = out.send(Arrival::Trouble(trouble));
        }
    });
    arrivals
}

fn converse(url: &str, from: u64, patience: Patience, out: &SyncSender<Arrival>) -> Result<(), Trouble> {
    let mut request = agent(url, patience)?.get(url).header("Accept-Encoding", "identity");
    if from > 0 {
        request = request.header("Range", format!("bytes={from}-"));
    }
    let reply = request.call().map_err(|error| trouble(&error, patience))?;
    let header = |name: &str| reply.headers().get(name).and_then(|value| value.to_str().ok());
    let head = Reply {
        status: reply.status().as_u16(),
        length: header("Content-Length").and_then(|length| length.trim().parse().ok()),
        range: header("Content-Range").map(Into::into),
        page: header("Content-Type").is_some_and(|kind| kind.trim_start().starts_with("text/html")),
    };
    if out.send(Arrival::Reply(head)).is_err() {
        return Ok(());
    }
    let mut body = reply.into_body().into_reader();
    loop {
        let mut piece = vec![0; PIECE];
        let read = body.read(&mut piece).map_err(|error| broken(&error, patience))?;
        piece.truncate(read);
        let arrival = if read == 0 { Arrival::End } else { Arrival::Piece(piece) };
        if out.send(arrival).is_err() || read == 0 {
            return Ok(());
        }
    }
}

fn agent(url: &str, patience: Patience) -> Result<Agent, Trouble> {
    let secure = url.starts_with("https:");
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        // What begins protected does not go on unprotected, wherever it is redirected to.
        .https_only(secure)
        .max_redirects(REDIRECTS)
        .user_agent(concat!("hotseat/", env!("CARGO_PKG_VERSION")))
        .proxy(Proxy::try_from_env())
        .timeout_resolve(Some(patience.connect))
        .timeout_connect(Some(patience.connect))
        .timeout_per_read(Some(patience.stall));
    if secure {
        config = config.tls_config(tls()?);
    }
    Ok(config.build().new_agent())
}

/// Trusts what the system trusts, so that the certificate of a company's proxy counts, once it is installed there.
fn tls() -> Result<TlsConfig, Trouble> {
    let trusted = rustls_native_certs::load_native_certs();
    if trusted.certs.is_empty() {
        let why = "this system has no list of certificates to trust; install its package `ca-certificates`".into();
        return Err(Trouble { why, kind: Kind::Lasting });
    }
    let trusted = trusted.certs.iter().map(|der| Certificate::from_der(der.as_ref()).to_owned());
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::from(trusted))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build())
}

fn trouble(error: &ureq::Error, patience: Patience) -> Trouble {
    use ureq::{Error, Timeout};
    let (why, kind) = match error {
        Error::HostNotFound => ("there is no such host; is this computer online?".into(), Kind::Unreachable),
        Error::ConnectionFailed => ("no connection can be made".into(), Kind::Unreachable),
        Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
            (format!("no connection came about within {} s", patience.connect.as_secs()), Kind::Unreachable)
        }
        Error::Timeout(_) => (stalled(patience), Kind::Passing),
        Error::Io(error) => return known(error, patience).unwrap_or_else(|| unconnected(error)),
        Error::TooManyRedirects => (format!("it redirects more than {REDIRECTS} times"), Kind::Lasting),
        Error::RequireHttpsOnly(_) => ("it redirects to an address without protection".into(), Kind::Lasting),
        Error::Protocol(_) => (format!("the server does not keep to HTTP ({error})"), Kind::Passing),
        error => (error.to_string(), Kind::Lasting),
    };
    Trouble { why, kind }
}

/// What ended a body. Within one, the client's own errors come wrapped.
fn broken(error: &io::Error, patience: Patience) -> Trouble {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        Some(inner) => trouble(inner, patience),
        None => known(error, patience)
            .unwrap_or_else(|| Trouble { why: format!("the connection failed ({error})"), kind: Kind::Passing }),
    }
}

fn known(error: &io::Error, patience: Patience) -> Option<Trouble> {
    use io::ErrorKind;
    let (why, kind) = match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => (stalled(patience), Kind::Passing),
        ErrorKind::ConnectionRefused => ("the connection is refused".into(), Kind::Unreachable),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => {
            ("the network does not lead there; is this computer online?".into(), Kind::Unreachable)
        }
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::UnexpectedEof
        | ErrorKind::BrokenPipe => ("the connection broke off".into(), Kind::Passing),
        _ => return None,
    };
    Some(Trouble { why, kind })
}

/// What keeps a connection from coming about and has no kind of its own among the system's errors: a name that leads
/// nowhere, a certificate that nobody trusts.
fn unconnected(error: &io::Error) -> Trouble {
    if error.kind() == io::ErrorKind::InvalidData {
        let why =
            format!("no protected connection can be made ({error}); if a proxy reads along, trust its certificate");
        return Trouble { why, kind: Kind::Lasting };
    }
    Trouble { why: format!("no connection can be made ({error}); is this computer online?"), kind: Kind::Unreachable }
}

fn stalled(patience: Patience) -> String {
    format!("nothing came for {} s", patience.stall.as_secs())
}
