//! Looks for servers on this computer, lists their models and times them.

use std::thread;
use std::time::Duration;

use crate::clock;
use crate::http::address::Address;
use crate::http::key::Key;
use crate::http::{self, Patience, Request, refusal};
use crate::language::{Ask, LanguageError, LanguageModel};
use crate::llm::listening::error;
use crate::llm::message;

/// Programs that serve language models, and the ports that they listen on unless told otherwise.
pub const USUAL: [(&str, u16); 7] = [
    ("Ollama", 11_434),
    ("LM Studio", 1_234),
    ("llama.cpp", 8_080),
    ("vLLM", 8_000),
    ("Jan", 1_337),
    ("KoboldCpp", 5_001),
    ("text-generation-webui", 5_000),
];

/// How long a server on this computer may take to list its models.
pub const WITHIN: Duration = Duration::from_millis(300);

/// Bytes of a list of models at most: hosted services have hundreds.
const MOST_OF_LIST: usize = 2_000_000;

/// What a model is asked to be timed.
const TIMING: &str = include_str!("../../prompts/language/timing.md");

/// Tokens of that answer at most.
const TIMED_TOKENS: u32 = 48;

/// A server that was found on this computer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// The program that usually listens there.
    pub program: &'static str,
    /// Where it is.
    pub address: Address,
    /// Its models, by the names that it gives them.
    pub models: Vec<String>,
}

/// Returns the servers at ports of this computer. All are asked at once and without a key, since anybody may listen there; what does
/// not list its models `within` that time is left out.
#[must_use]
pub fn around(ports: &[(&'static str, u16)], within: Duration) -> Vec<Server> {
    let look = |(program, port): (&'static str, u16)| {
        let address = Address::parse(&format!("http://127.0.0.1:{port}")).ok()?;
        let models = models(&address, None, within).ok()?;
        Some(Server { program, address, models })
    };
    thread::scope(|scope| {
        let looks: Vec<_> = ports.iter().map(|one| scope.spawn(move || look(*one))).collect();
        looks.into_iter().filter_map(|look| look.join().ok().flatten()).collect()
    })
}

/// Returns the names of a server's models, in its order.
///
/// # Errors
/// [`LanguageError`] when it cannot be reached, does not want to, takes longer than `within`, or has no such list.
pub fn models(address: &Address, key: Option<&Key>, within: Duration) -> Result<Vec<String>, LanguageError> {
    let request = Request::to(address, "models", key, Patience { connect: within, stall: within });
    let reply = http::whole(request, MOST_OF_LIST, within).map_err(error)?;
    if reply.head.status != 200 {
        let why = refusal::told(&reply.body, key, &[]);
        return Err(LanguageError::Refused { status: reply.head.status, why });
    }
    let list = message::models(&String::from_utf8_lossy(&reply.body));
    list.ok_or_else(|| LanguageError::Nonsense("there is no list of models there".into()))
}

/// How fast a model answers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Speed {
    /// Until the first word.
    pub first: Duration,
    /// Pieces a second from then on; most servers send a token at a time. None where the answer came as a whole.
    pub tokens_a_second: Option<f64>,
}

/// Times a short answer of a model.
///
/// # Errors
/// [`LanguageError`] when not a word comes.
pub fn time(model: &mut dyn LanguageModel) -> Result<Speed, LanguageError> {
    let ask = Ask { system: String::new(), user: TIMING.trim().into(), form: None, tokens: TIMED_TOKENS };
    let (begun, mut first, mut last, mut pieces) = (clock::now(), None, Duration::ZERO, 0_u32);
    let answered = model.answer(&ask, &mut |piece| {
        if !piece.is_empty() {
            last = begun.elapsed();
            first.get_or_insert(last);
            pieces += 1;
        }
        true
    });
    // An answer that became too long was timed all the same.
    match (first, answered) {
        (Some(first), Ok(_) | Err(LanguageError::Broken(_))) => {
            let took = last.saturating_sub(first).as_secs_f64();
            let rate = (pieces > 1 && took > 0.0).then(|| f64::from(pieces - 1) / took);
            Ok(Speed { first, tokens_a_second: rate })
        }
        (_, Err(error)) => Err(error),
        (None, Ok(_)) => Ok(Speed { first: begun.elapsed(), tokens_a_second: None }),
    }
}
