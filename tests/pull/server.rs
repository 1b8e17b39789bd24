//! A web server on this machine that does as a test says: it drops, stalls and lies.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What a request asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The request line, such as `GET /ggml-test.bin HTTP/1.1`.
    pub(crate) line: String,
    /// The first byte, where a range was asked for.
    pub(crate) from: Option<usize>,
}

/// What the server does with one request.
pub(crate) struct Reply {
    head: String,
    body: Vec<u8>,
    hangs: bool,
}

impl Reply {
    /// Sends a head, such as `200 OK\r\nContent-Length: 5`, then a body, then closes the connection.
    pub(crate) fn new(head: impl Into<String>, body: &[u8]) -> Self {
        Self { head: head.into(), body: body.to_vec(), hangs: false }
    }

    /// Sends nothing at all, and keeps the connection open.
    pub(crate) fn silence() -> Self {
        Self::new("", b"").hanging()
    }

    /// Sends what was asked for, as an honest server does.
    pub(crate) fn honest(asked: &Asked, file: &[u8]) -> Self {
        let whole = file.len();
        match asked.from {
            None => Self::new(format!("200 OK\r\nContent-Length: {whole}"), file),
            Some(from) if from >= whole => Self::new(format!("416 No\r\nContent-Range: bytes */{whole}"), b""),
            Some(from) => {
                let (last, length) = (whole - 1, whole - from);
                let range = format!("Content-Range: bytes {from}-{last}/{whole}\r\nContent-Length: {length}");
                Self::new(format!("206 Partial Content\r\n{range}"), &file[from..])
            }
        }
    }

    /// Sends no more than so many bytes of the body.
    pub(crate) fn cut(mut self, bytes: usize) -> Self {
        self.body.truncate(bytes);
        self
    }

    /// Says nothing more then, and keeps the connection open.
    pub(crate) fn hanging(self) -> Self {
        Self { hangs: true, ..self }
    }
}

/// A server, until the test is over.
pub(crate) struct Server {
    address: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// Starts it. `play` is told which request this is, counted from 0, and what it asks for.
    pub(crate) fn start(play: impl Fn(usize, &Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}", listener.local_addr().expect("its address"));
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (play, log) = (Arc::new(play), Arc::clone(&asked));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (play, log) = (Arc::clone(&play), Arc::clone(&log));
                thread::spawn(move || serve(stream, &log, &*play));
            }
        });
        Self { address, asked }
    }

    /// Returns an address at it.
    pub(crate) fn url(&self, file: &str) -> String {
        format!("{}/{file}", self.address)
    }

    /// Returns what was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panicked").clone()
    }

    /// Returns where each request so far wanted to begin.
    pub(crate) fn begins(&self) -> Vec<Option<usize>> {
        self.asked().into_iter().map(|asked| asked.from).collect()
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Asked>>, play: &dyn Fn(usize, &Asked) -> Reply) {
    let mut lines = BufReader::new(stream.try_clone().expect("a second handle")).lines();
    let Some(Ok(line)) = lines.next() else { return };
    let mut asked = Asked { line, from: None };
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("range")
        {
            asked.from = value.trim().strip_prefix("bytes=").and_then(|range| range.strip_suffix('-')?.parse().ok());
        }
    }
    let nth = {
        let mut log = log.lock().expect("nobody panicked");
        log.push(asked.clone());
        log.len() - 1
    };
    let reply = play(nth, &asked);
    // Whoever stopped listening is no concern of the server's.
    if !reply.head.is_empty() {
        let _gone = write!(stream, "HTTP/1.1 {}\r\nConnection: close\r\n\r\n", reply.head)
            .and_then(|()| stream.write_all(&reply.body))
            .and_then(|()| stream.flush());
    }
    if reply.hangs {
        // Until the other side goes away.
        let _over = std::io::copy(&mut stream, &mut std::io::sink());
    }
}
