//! A model behind a server that is given something and gives something back, whole: speech for words, or words for speech.

use std::time::Duration;

use crate::http::address::Address;
use crate::http::key::Key;
use crate::http::{Patience, Proxies, Request, whole};

/// How long a connection may take. Whoever waits hears nothing meanwhile.
const CONNECT: Duration = Duration::from_secs(2);

/// Bytes of a reply at most: some five minutes of speech.
const MOST: usize = 16_000_000;

/// Letters of a refusal that are shown.
const SHOWN: usize = 160;

/// A model at a server.
#[derive(Clone, Debug)]
pub struct Service {
    /// Where it is.
    pub address: Address,
    /// How the server calls it.
    pub model: String,
    /// What lets us in, if anything does.
    pub key: Option<Key>,
    /// How long a reply may take.
    pub within: Duration,
}

impl Service {
    /// Sends something and returns what comes back.
    ///
    /// # Errors
    /// Says what went wrong, never what was sent, and never the key.
    pub fn post(&self, path: &str, content_type: String, body: Vec<u8>) -> Result<Vec<u8>, String> {
        let mut headers = vec![("Content-Type", content_type)];
        headers.extend(self.key.as_ref().map(Key::header));
        let request = Request {
            url: self.address.at(path),
            headers,
            body: Some(body),
            redirects: 0,
            proxies: if self.address.is_loopback() { Proxies::None } else { Proxies::OfEnvironment },
            patience: Patience { connect: CONNECT, stall: self.within },
        };
        let reply = whole(request, MOST, self.within).map_err(|trouble| trouble.why)?;
        match reply.head.status {
            200..300 => Ok(reply.body),
            status => Err(format!("it refuses with status {status}: {}", self.shown(&reply.body))),
        }
    }

    fn shown(&self, body: &[u8]) -> String {
        let said = String::from_utf8_lossy(body);
        let said = self.key.as_ref().map_or_else(|| said.to_string(), |key| key.taken_out_of(&said));
        let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
        words.chars().filter(|letter| !letter.is_control()).take(SHOWN).collect()
    }
}
