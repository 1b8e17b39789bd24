//! A server with OpenAI's interface that does as a test says: it refuses, hangs, lies and breaks off.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::{Value, json};

/// What was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The request line, such as `POST /v1/chat/completions HTTP/1.1`.
    pub(crate) line: String,
    /// The headers, names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Asked {
    /// Returns the value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(one, _)| one == name).map(|(_, value)| value.as_str())
    }

    /// Returns the body as JSON; null when it is none.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns the name of the form that was asked for, such as `json_schema`. None: plain text.
    pub(crate) fn format(&self) -> Option<String> {
        self.json()["response_format"]["type"].as_str().map(Into::into)
    }
}

/// What the server does with one request.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    head: String,
    body: Vec<u8>,
    hangs: bool,
}

impl Reply {
    /// Sends a head, such as `200 OK\r\nContent-Length: 5`, then a body, then closes the connection.
    pub(crate) fn new(head: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self { head: head.into(), body: body.into(), hangs: false }
    }

    /// Sends bytes that are no HTTP.
    pub(crate) fn raw(bytes: &str) -> Self {
        Self::new("", bytes)
    }

    /// Refuses with a status, as servers with this interface do.
    pub(crate) fn refusal(status: u16, why: &str) -> Self {
        Self::new(format!("{status} No"), json!({ "error": { "message": why } }).to_string())
    }

    /// Sends nothing at all, and keeps the connection open.
    pub(crate) fn silence() -> Self {
        Self::new("", "").hanging()
    }

    /// Answers with these pieces, as a stream.
    pub(crate) fn stream(pieces: &[&str]) -> Self {
        Self::begun(pieces).then("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
    }

    /// Answers with these pieces, and then closes the connection as if it were cut.
    pub(crate) fn begun(pieces: &[&str]) -> Self {
        let mut reply = Self::new("200 OK\r\nContent-Type: text/event-stream", ": ping\n\n");
        for piece in pieces {
            let chunk = json!({ "choices": [{ "delta": { "content": piece }, "finish_reason": null }] });
            reply = reply.then(&format!("data: {chunk}\n\n"));
        }
        reply
    }

    /// Answers with one document.
    pub(crate) fn document(answer: &str) -> Self {
        let message = json!({ "role": "assistant", "content": answer });
        Self::new(
            "200 OK\r\nContent-Type: application/json",
            json!({ "choices": [{ "message": message, "finish_reason": "stop" }] }).to_string(),
        )
    }

    /// Answers with a list of models.
    pub(crate) fn models(names: &[&str]) -> Self {
        let data: Vec<Value> = names.iter().map(|name| json!({ "id": name, "object": "model" })).collect();
        Self::new("200 OK\r\nContent-Type: application/json", json!({ "object": "list", "data": data }).to_string())
    }

    /// Sends this behind what it sends already.
    pub(crate) fn then(mut self, more: &str) -> Self {
        self.body.extend(more.as_bytes());
        self
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
    port: u16,
    asked: Arc<Mutex<Vec<Asked>>>,
    left: Arc<Mutex<usize>>,
}

impl Server {
    /// Starts it with replies to the requests in their order. The last one is given again to all that follow.
    pub(crate) fn start(replies: Vec<Reply>) -> Self {
        let replies = Mutex::new(VecDeque::from(replies));
        Self::answering(move |_| {
            let mut replies = replies.lock().expect("nobody panicked");
            let next = if replies.len() > 1 { replies.pop_front() } else { replies.front().cloned() };
            next.unwrap_or_else(Reply::silence)
        })
    }

    /// Starts it. `play` says what to do with a request.
    pub(crate) fn answering(play: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("its address").port();
        let server = Self { port, asked: Arc::default(), left: Arc::default() };
        let (play, asked, left) = (Arc::new(play), Arc::clone(&server.asked), Arc::clone(&server.left));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (play, asked, left) = (Arc::clone(&play), Arc::clone(&asked), Arc::clone(&left));
                thread::spawn(move || serve(stream, &asked, &left, &*play));
            }
        });
        server
    }

    /// Returns where it is, as a user would write it.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns its port.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    /// Returns what was asked so far.
    pub(crate) fn requests(&self) -> Vec<Asked> {
        self.asked.lock().expect("nobody panicked").clone()
    }

    /// Waits until so many connections that it held open were closed by the other side, a few seconds at most.
    pub(crate) fn was_left(&self, times: usize) -> bool {
        let (_open, nothing) = std::sync::mpsc::channel::<()>();
        for _ in 0..500 {
            if *self.left.lock().expect("nobody panicked") >= times {
                return true;
            }
            let _nothing_comes = nothing.recv_timeout(std::time::Duration::from_millis(10));
        }
        false
    }
}

fn serve(mut stream: TcpStream, log: &Mutex<Vec<Asked>>, left: &Mutex<usize>, play: &dyn Fn(&Asked) -> Reply) {
    let Some(asked) = read(&stream) else { return };
    log.lock().expect("nobody panicked").push(asked.clone());
    let reply = play(&asked);
    // Whoever stopped listening is no concern of the server's.
    let head = match reply.head.as_str() {
        "" => String::new(),
        head => format!("HTTP/1.1 {head}\r\nConnection: close\r\n\r\n"),
    };
    let _gone = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&reply.body));
    if reply.hangs {
        // Until the other side goes away.
        let _over = std::io::copy(&mut stream, &mut std::io::sink());
        *left.lock().expect("nobody panicked") += 1;
    }
}

fn read(stream: &TcpStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut line = String::new();
    reader.read_line(&mut line).ok().filter(|bytes| *bytes > 0)?;
    let mut asked = Asked { line: line.trim_end().into(), headers: Vec::new(), body: Vec::new() };
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        match line.trim_end().split_once(':') {
            Some((name, value)) => asked.headers.push((name.to_lowercase(), value.trim().into())),
            None => break,
        }
    }
    let length = asked.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    asked.body = vec![0; length];
    reader.read_exact(&mut asked.body).ok()?;
    Some(asked)
}
