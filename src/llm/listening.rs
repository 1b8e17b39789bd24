//! Waits for what a server says to one request, with deadlines, and asks meanwhile whether anybody still waits.

use std::time::{Duration, Instant};

use crate::clock;
use crate::http::trouble::{Kind, Trouble};
use crate::http::{Arrival, Exchange, Head};
use crate::language::LanguageError;
use crate::llm::client::Patience;
use crate::llm::events::Events;
use crate::llm::message::{self, Said};

/// How often whoever waits is asked whether they still do.
const TICK: Duration = Duration::from_millis(50);

/// Bytes of a reply at most. Each token of a stream comes in some 300 of them.
const MOST_BYTES: usize = 8_000_000;

/// Bytes of an answer at most.
const MOST_WORDS: usize = 1_000_000;

/// Bytes of a refusal that are read.
const MOST_OF_REFUSAL: usize = 64 * 1_024;

/// Takes pieces of an answer, and returns whether it wants more.
pub(super) type Take<'t> = &'t mut dyn FnMut(&str) -> bool;

/// One request that is under way.
pub(super) struct Listening<'t> {
    pub(super) exchange: Exchange,
    pub(super) patience: Patience,
    /// When the answer was asked for, earlier tries counted in.
    pub(super) begun: Instant,
    /// When the server last gave a sign of work.
    pub(super) sign: Instant,
    pub(super) take: Take<'t>,
}

impl Listening<'_> {
    /// Returns the head of the reply.
    pub(super) fn head(&mut self) -> Result<Head, LanguageError> {
        match self.next()? {
            Arrival::Head(head) => Ok(head),
            Arrival::Trouble(trouble) => Err(error(trouble)),
            Arrival::Piece(_) | Arrival::End => Err(LanguageError::Broken("nothing came".into())),
        }
    }

    /// Returns the body of a refusal, as far as it comes and is short.
    pub(super) fn refusal(&mut self) -> Result<Vec<u8>, LanguageError> {
        let mut body = Vec::new();
        while body.len() < MOST_OF_REFUSAL {
            match self.next()? {
                Arrival::Piece(piece) => body.extend(piece),
                Arrival::Head(_) | Arrival::End | Arrival::Trouble(_) => break,
            }
        }
        body.truncate(MOST_OF_REFUSAL);
        Ok(body)
    }

    /// Returns the answer, whether it comes in pieces or as one document. `told` makes what may be shown of what went wrong at the
    /// server.
    pub(super) fn answer(&mut self, tokens: u32, told: &dyn Fn(&[u8]) -> String) -> Result<String, LanguageError> {
        let mut reading = Reading::default();
        let mut words = String::new();
        loop {
            let (texts, is_end) = match self.next()? {
                Arrival::Piece(piece) => (reading.push(&piece)?, false),
                Arrival::End | Arrival::Head(_) => (reading.end(), true),
                Arrival::Trouble(trouble) => return Err(error(trouble)),
            };
            for text in texts {
                let Some(said) = read(&text) else { return Err(broken("what came is no whole answer")) };
                if said.is_error {
                    return Err(LanguageError::Broken(told(text.as_bytes())));
                }
                self.hand_on(&said, &mut words)?;
                if said.is_cut {
                    return Err(LanguageError::Broken(format!("it is longer than {tokens} tokens")));
                }
                if said.is_over {
                    return Ok(words);
                }
            }
            if is_end {
                return Err(broken("the server ended it early"));
            }
        }
    }

    fn hand_on(&mut self, said: &Said, words: &mut String) -> Result<(), LanguageError> {
        if said.thinks || !said.words.is_empty() {
            self.sign = clock::now();
        }
        words.push_str(&said.words);
        if words.len() > MOST_WORDS {
            return Err(broken("it is longer than 1 MB"));
        }
        if !said.words.is_empty() && !(self.take)(&said.words) {
            return Err(LanguageError::Stopped);
        }
        Ok(())
    }

    fn next(&mut self) -> Result<Arrival, LanguageError> {
        loop {
            let (quiet, whole) = (self.sign.elapsed(), self.begun.elapsed());
            if whole >= self.patience.whole {
                return Err(LanguageError::Late(format!("it is not done after {:.1?}", self.patience.whole)));
            }
            if quiet >= self.patience.first {
                return Err(LanguageError::Late(format!("no word came for {:.1?}", self.patience.first)));
            }
            let left = (self.patience.whole - whole).min(self.patience.first - quiet);
            match self.exchange.next(left.min(TICK)) {
                Some(arrival) => return Ok(arrival),
                None if (self.take)("") => {}
                None => return Err(LanguageError::Stopped),
            }
        }
    }
}

/// Returns what a piece says. The mark at the end of a stream is one that says nothing more.
fn read(text: &str) -> Option<Said> {
    if text.trim() == "[DONE]" {
        return Some(Said { is_over: true, ..Said::default() });
    }
    message::read(text)
}

/// Tells a stream of events from a document, by its first letter, and parts it.
#[derive(Default)]
struct Reading {
    bytes: usize,
    is_document: Option<bool>,
    events: Events,
    document: Vec<u8>,
}

impl Reading {
    fn push(&mut self, piece: &[u8]) -> Result<Vec<String>, LanguageError> {
        self.bytes += piece.len();
        if self.bytes > MOST_BYTES {
            return Err(broken("it is longer than 8 MB"));
        }
        let first = piece.iter().find(|byte| !byte.is_ascii_whitespace());
        if let (None, Some(first)) = (self.is_document, first) {
            self.is_document = Some(*first == b'{');
        }
        if self.is_document != Some(true) {
            return Ok(self.events.push(piece));
        }
        self.document.extend_from_slice(piece);
        Ok(Vec::new())
    }

    fn end(&mut self) -> Vec<String> {
        if self.is_document == Some(true) {
            return vec![String::from_utf8_lossy(&std::mem::take(&mut self.document)).into_owned()];
        }
        self.events.end().into_iter().collect()
    }
}

fn broken(why: &str) -> LanguageError {
    LanguageError::Broken(why.into())
}

/// Returns what a trouble on the way means for the answer.
pub(super) fn error(trouble: Trouble) -> LanguageError {
    match trouble.kind {
        Kind::Unreachable | Kind::Lasting => LanguageError::Unreachable(trouble.why),
        Kind::Late => LanguageError::Late(trouble.why),
        Kind::Passing => LanguageError::Broken(trouble.why),
    }
}
