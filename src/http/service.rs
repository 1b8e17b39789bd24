//! A model behind a server that is given something and gives something back, whole: speech for words, or words for speech.

use std::time::Duration;

use crate::http::address::Address;
use crate::http::key::Key;
use crate::http::{Patience, Request, refusal, whole};

/// How long a connection may take. Whoever waits hears nothing meanwhile.
const CONNECT: Duration = Duration::from_secs(2);

/// Bytes of a reply at most: some five minutes of speech.
const MOST: usize = 16_000_000;

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
        let patience = Patience { connect: CONNECT, stall: self.within };
        let request = Request::to(&self.address, path, self.key.as_ref(), patience).giving(content_type, body);
        let reply = whole(request, MOST, self.within).map_err(|trouble| trouble.why)?;
        match reply.head.status {
            200..300 => Ok(reply.body),
            status => {
                let why = refusal::told(&reply.body, self.key.as_ref(), &[]);
                Err(format!("it refuses with status {status}: {why}"))
            }
        }
    }
}
