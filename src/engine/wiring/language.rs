//! Chooses the language model: the server that the user named, else one that is found on this computer.

use std::time::Duration;

use crate::config::load::{self, UnusableKey};
use crate::http::address::{Address, BadAddress};
use crate::http::key::Key;
use crate::language::{LanguageError, LanguageModel};
use crate::llm::choosing::chosen;
use crate::llm::client::{Chat, Patience};
use crate::llm::discover::{self, USUAL, WITHIN};

/// How long a server that was named may take to list its models.
const LISTING: Duration = Duration::from_secs(10);

/// Which language model is wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanguageChoice {
    /// The server's address as the user wrote it. None: one on this computer is looked for.
    pub address: Option<String>,
    /// The model's name; where a server is looked for, a part of it will do. None: the server's first that converses.
    pub model: Option<String>,
    /// How long it may take for an answer, and for its first word. None: as long as [`Patience`] says.
    pub wait: Option<Duration>,
}

/// A language model that was found.
#[derive(Clone, Debug)]
pub struct Found {
    /// How its server calls it.
    pub name: String,
    /// Where it is.
    pub address: Address,
    /// Which model it is, and what is sent where, as one line for the user.
    pub note: String,
    /// What the user should mend, such as a key that others can read.
    pub warning: Option<String>,
    key: Option<Key>,
    patience: Patience,
}

impl Found {
    /// Returns the model, as often as it is wanted: each is a conversation of its own.
    #[must_use]
    pub fn model(&self) -> Box<dyn LanguageModel> {
        Box::new(Chat::new(self.address.clone(), self.name.clone(), self.key.clone(), self.patience))
    }
}

/// Why there is no language model.
#[derive(Debug, thiserror::Error)]
pub enum NoLanguageModel {
    /// The address cannot be understood.
    #[error(transparent)]
    Address(#[from] BadAddress),
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] UnusableKey),
    /// Nobody listens on this computer.
    #[error("no language model's server is found on this computer")]
    Nobody,
    /// The server cannot be asked which models it has.
    #[error("`{address}`: {why}")]
    Unlisted {
        /// Where it should be.
        address: Address,
        /// Why.
        why: LanguageError,
    },
    /// No model of those that there are fits.
    #[error("no language model fits: there are {}", told(.there_are))]
    NoneFits {
        /// The models that were found.
        there_are: Vec<String>,
    },
}

impl NoLanguageModel {
    /// Returns what the user can do.
    #[must_use]
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Address(_) => "name it such as `http://localhost:11434` or `https://api.example.com/v1`, or `auto`",
            Self::Key(_) => "put the key alone into its file, or into `HOTSEAT_LLM_KEY`",
            Self::Nobody => {
                "start Ollama, LM Studio or llama.cpp's server, or name an address; everything works without one"
            }
            Self::Unlisted { why: LanguageError::Refused { status: 401 | 403, .. }, .. } => {
                "put its key into `HOTSEAT_LLM_KEY`, or into the file `llm-key` in Hotseat's configuration folder"
            }
            Self::Unlisted { why: LanguageError::Unreachable(_) | LanguageError::Late(_), .. } => {
                "start the server, or check its address; everything works without a language model"
            }
            Self::Unlisted { .. } => "name the model with `--llm-model`",
            Self::NoneFits { .. } => "name one of them with `--llm-model`, or load one into the server",
        }
    }
}

fn told(models: &[String]) -> String {
    if models.is_empty() { "none".into() } else { format!("`{}`", models.join("`, `")) }
}

/// Returns a language model. A server that was named together with its model is not asked anything yet.
///
/// # Errors
/// [`NoLanguageModel`] says why there is none.
pub fn language_model(choice: &LanguageChoice) -> Result<Found, NoLanguageModel> {
    let found = found(choice)?;
    let patience = choice.wait.map_or(found.patience, |wait| Patience { first: wait, whole: wait, ..found.patience });
    Ok(Found { patience, ..found })
}

fn found(choice: &LanguageChoice) -> Result<Found, NoLanguageModel> {
    let Some(address) = &choice.address else { return nearby(choice.model.as_deref()) };
    let (address, found) = (Address::parse(address)?, load::key("llm")?);
    let model = match &choice.model {
        // Hosted services have more models than they list, so a name is believed.
        Some(name) => name.clone(),
        None => listed(&address, found.key.as_ref())?,
    };
    Ok(Found { warning: found.note, ..found_at(address, model, found.key) })
}

/// Returns a model of a server on this computer. No key is sent there: it was meant for another, or nobody knows for whom.
fn nearby(named: Option<&str>) -> Result<Found, NoLanguageModel> {
    let servers = discover::around(&USUAL, WITHIN);
    if servers.is_empty() {
        return Err(NoLanguageModel::Nobody);
    }
    let fitting = servers.iter().find_map(|server| chosen(&server.models, named).map(|model| (server, model)));
    match fitting {
        Some((server, model)) => Ok(found_at(server.address.clone(), model.to_owned(), None)),
        None => Err(NoLanguageModel::NoneFits { there_are: servers.into_iter().flat_map(|one| one.models).collect() }),
    }
}

fn listed(address: &Address, key: Option<&Key>) -> Result<String, NoLanguageModel> {
    let models = discover::models(address, key, LISTING);
    let models = models.map_err(|why| NoLanguageModel::Unlisted { address: address.clone(), why })?;
    match chosen(&models, None) {
        Some(model) => Ok(model.to_owned()),
        None => Err(NoLanguageModel::NoneFits { there_are: models }),
    }
}

fn found_at(address: Address, name: String, key: Option<Key>) -> Found {
    let note = match address.told("What you say") {
        Some(sent) => format!("Language model: {name}. {sent}"),
        None => format!("Language model: {name} at {address}, on this computer."),
    };
    Found { name, address, note, warning: None, key, patience: Patience::default() }
}
