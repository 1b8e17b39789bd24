//! The client: asks a server, in the dialect that it turned out to understand, and hands on its words as they come.

use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

use crate::clock;
use crate::http::address::Address;
use crate::http::key::Key;
use crate::http::{self, Head, Request, refusal};
use crate::language::{Ask, LanguageError, LanguageModel};
use crate::llm::dialect::Dialect;
use crate::llm::listening::{Listening, Take, error};
use crate::llm::message;

/// The longest pause that a server may wish for. If it wishes for more, it is not asked again.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// How often whoever waits is asked whether they still do.
const TICK: Duration = Duration::from_millis(50);

/// How long an answer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Until a connection stands.
    pub connect: Duration,
    /// Until the first word, and between any two.
    pub first: Duration,
    /// Until the answer is whole, tries counted in.
    pub whole: Duration,
    /// Before the one further try, where the server names no pause.
    pub pause: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first: Duration::from_secs(60),
            whole: Duration::from_secs(180),
            pause: Duration::from_millis(500),
        }
    }
}

/// A language model at a server.
#[derive(Debug)]
pub struct Chat {
    address: Address,
    model: String,
    key: Option<Key>,
    patience: Patience,
    dialect: Dialect,
    /// Whether the server answered in this dialect.
    is_proven: bool,
}

/// How a try ended, if it did.
enum Tried {
    Answered(String),
    Refused(Refused),
}

struct Refused {
    status: u16,
    /// What the server says, whole; it is never shown.
    said: String,
    /// What of it may be shown.
    shown: String,
    /// The pause that the server wishes for.
    pause: Option<Duration>,
}

impl Chat {
    /// Returns the model of that name at a server. Nothing is asked yet.
    #[must_use]
    pub fn new(address: Address, model: impl Into<String>, key: Option<Key>, patience: Patience) -> Self {
        Self { address, model: model.into(), key, patience, dialect: Dialect::default(), is_proven: false }
    }

    fn tried(&self, ask: &Ask, dialect: Dialect, begun: Instant, take: Take<'_>) -> Result<Tried, LanguageError> {
        let body = message::request(&self.model, ask, dialect).to_string();
        let patience = http::Patience { connect: self.patience.connect, stall: self.patience.whole };
        let request = Request::to(&self.address, "chat/completions", self.key.as_ref(), patience);
        let request = request.giving("application/json", body.into_bytes());
        let exchange = http::ask(request).map_err(error)?;
        let mut listening = Listening { exchange, patience: self.patience, begun, sign: clock::now(), take };
        let head = listening.head()?;
        let shown = |body: &[u8]| refusal::told(body, self.key.as_ref(), &[&ask.system, &ask.user]);
        if (200..300).contains(&head.status) {
            return listening.answer(ask.tokens, &shown).map(Tried::Answered);
        }
        let body = listening.refusal()?;
        let said = String::from_utf8_lossy(&body).into_owned();
        Ok(Tried::Refused(Refused { status: head.status, said, shown: shown(&body), pause: pause(&head) }))
    }

    /// Returns what to try after a refusal. None: it is no question of how the server was asked.
    fn otherwise(&self, dialect: Dialect, refused: &Refused, ask: &Ask) -> Option<Dialect> {
        // A server that knew this dialect before is in trouble of another kind.
        let may_be_dialect = refused.status < 500 || !self.is_proven;
        dialect.after(refused.status, &refused.said, ask.form.is_some()).filter(|_| may_be_dialect)
    }

    /// Returns the pause before a further try. None: another will not help.
    fn pause(&self, refused: &Refused) -> Option<Duration> {
        let passes = refused.status == 429 || refused.status >= 500;
        let pause = refused.pause.unwrap_or(self.patience.pause);
        (passes && pause <= LONGEST_PAUSE).then_some(pause)
    }
}

impl LanguageModel for Chat {
    fn name(&self) -> &str {
        &self.model
    }

    fn answer(&mut self, ask: &Ask, piece: &mut dyn FnMut(&str) -> bool) -> Result<String, LanguageError> {
        let (begun, mut dialect, mut was_repeated) = (clock::now(), self.dialect, false);
        loop {
            let refused = match self.tried(ask, dialect, begun, piece)? {
                // A server that gave up the request before this one may take this one for it.
                Tried::Answered(answer) if answer.trim().is_empty() && !was_repeated => {
                    was_repeated = true;
                    wait(self.patience.pause, piece)?;
                    continue;
                }
                Tried::Answered(answer) => {
                    (self.dialect, self.is_proven) = (dialect, true);
                    let is_empty = answer.trim().is_empty();
                    return if is_empty { Err(LanguageError::Nonsense("it is empty".into())) } else { Ok(answer) };
                }
                Tried::Refused(refused) => refused,
            };
            if let Some(pause) = self.pause(&refused).filter(|_| !was_repeated) {
                was_repeated = true;
                wait(pause, piece)?;
            } else if let Some(other) = self.otherwise(dialect, &refused, ask) {
                dialect = other;
            } else {
                return Err(LanguageError::Refused { status: refused.status, why: refused.shown });
            }
        }
    }
}

fn pause(head: &Head) -> Option<Duration> {
    head.header("Retry-After")?.trim().parse().ok().map(Duration::from_secs)
}

/// Waits, as long as somebody waits for what follows.
fn wait(pause: Duration, take: Take<'_>) -> Result<(), LanguageError> {
    let (_open, nothing) = channel::<()>();
    let begun = clock::now();
    while begun.elapsed() < pause {
        let _nothing_comes = nothing.recv_timeout(pause.saturating_sub(begun.elapsed()).min(TICK));
        if !take("") {
            return Err(LanguageError::Stopped);
        }
    }
    Ok(())
}
