//! A client that sends exactly what a test says, well-formed or not.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longest wait for a server that should have answered.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came back.
pub(crate) struct Reply {
    /// 0 where the connection was closed without an answer.
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Reply {
    /// Returns a header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(':'));
        lines.find(|(one, _)| one.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    /// Returns the body as text.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// Opens a connection.
pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("the server listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
    stream.set_write_timeout(Some(PATIENCE)).expect("a timeout");
    stream
}

/// Sends a request's bytes and reads all that comes until the server closes.
pub(crate) fn send(address: SocketAddr, request: &[u8]) -> Reply {
    let mut stream = connect(address);
    // A server that refuses may close before it has read everything.
    let _refused = stream.write_all(request);
    receive(&mut stream)
}

/// Reads what comes until the server closes.
pub(crate) fn receive(stream: &mut TcpStream) -> Reply {
    let mut bytes = Vec::new();
    let mut piece = [0; 16 * 1024];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(read) => bytes.extend_from_slice(&piece[..read]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("nothing came: {error}"),
        }
    }
    let border = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    let head = String::from_utf8_lossy(&bytes[..border]).into_owned();
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    let body = bytes.split_off(border);
    Reply { status, head, body }
}

/// A browser that was let in.
pub(crate) struct Browser {
    pub(crate) address: SocketAddr,
    pub(crate) cookie: String,
}

impl Browser {
    /// Goes in by the address that the server printed.
    pub(crate) fn enter(address: SocketAddr, way_in: &str) -> Self {
        let path = way_in.strip_prefix(&format!("http://{address}")).expect("the way in is at this address");
        let reply = send(address, get(address, path, "").as_bytes());
        assert_eq!((reply.status, reply.header("location")), (303, Some("/")));
        let set = reply.header("set-cookie").expect("a cookie");
        assert!(set.ends_with("; HttpOnly; SameSite=Strict; Path=/"), "{set}");
        Self { address, cookie: set.split(';').next().unwrap_or_default().to_owned() }
    }

    /// Asks for a page, with more headers, each ended by a line break.
    pub(crate) fn get_with(&self, path: &str, headers: &str) -> Reply {
        send(self.address, get(self.address, path, &format!("Cookie: {}\r\n{headers}", self.cookie)).as_bytes())
    }

    /// Asks for a page.
    pub(crate) fn get(&self, path: &str) -> Reply {
        self.get_with(path, "")
    }

    /// Sends a form as the page itself does, with more headers.
    pub(crate) fn post_with(&self, path: &str, form: &str, headers: &str) -> Reply {
        let Self { address, cookie } = self;
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nCookie: {cookie}\r\n{headers}\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        send(*address, request.as_bytes())
    }

    /// Sends a form as the page itself does.
    pub(crate) fn post(&self, path: &str, form: &str) -> Reply {
        self.post_with(path, form, &format!("Origin: http://{}\r\nSec-Fetch-Site: same-origin\r\n", self.address))
    }
}

/// Returns a request for a page.
pub(crate) fn get(address: SocketAddr, path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n")
}
