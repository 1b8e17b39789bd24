//! What goes wrong on the way to a server, in words that a user can read.

use std::io;
use std::time::Duration;

use crate::http::agent::Patience;
use crate::http::trouble::{Kind, Trouble};

/// What kept a reply from coming.
pub(super) fn trouble(error: &ureq::Error, redirects: u32, patience: Patience) -> Trouble {
    use ureq::{Error, Timeout};
    let (why, kind) = match error {
        Error::HostNotFound => ("there is no such host; is this computer online?".into(), Kind::Unreachable),
        Error::ConnectionFailed => ("no connection can be made".into(), Kind::Unreachable),
        Error::Timeout(Timeout::Connect | Timeout::Resolve) => {
            (format!("no connection came about within {}", told(patience.connect)), Kind::Unreachable)
        }
        Error::Timeout(_) => (stalled(patience), Kind::Late),
        Error::Io(error) => return known(error, patience).unwrap_or_else(|| unconnected(error)),
        Error::TooManyRedirects => (format!("it redirects more than {redirects} times"), Kind::Lasting),
        Error::RequireHttpsOnly(_) => ("it redirects to an address without protection".into(), Kind::Lasting),
        Error::Protocol(_) => (format!("the server does not keep to HTTP ({error})"), Kind::Passing),
        error => (error.to_string(), Kind::Lasting),
    };
    Trouble { why, kind }
}

/// What ended a body. Within one, the client's own errors come wrapped.
pub(super) fn broken(error: &io::Error, redirects: u32, patience: Patience) -> Trouble {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<ureq::Error>()) {
        Some(inner) => trouble(inner, redirects, patience),
        None => known(error, patience)
            .unwrap_or_else(|| Trouble { why: format!("the connection failed ({error})"), kind: Kind::Passing }),
    }
}

fn known(error: &io::Error, patience: Patience) -> Option<Trouble> {
    use io::ErrorKind;
    let (why, kind) = match error.kind() {
        ErrorKind::TimedOut | ErrorKind::WouldBlock => (stalled(patience), Kind::Late),
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
    format!("nothing came for {}", told(patience.stall))
}

fn told(time: Duration) -> String {
    if time < Duration::from_secs(1) { format!("{} ms", time.as_millis()) } else { format!("{} s", time.as_secs()) }
}
