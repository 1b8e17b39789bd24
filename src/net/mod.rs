//! The small networks, on rten: voice activity, end of turn, the voice, the meaning of sentences, the judge.

pub mod crew;
pub mod kokoro;
pub mod meaning;
pub mod reader;
pub mod silero;
pub mod smart_turn;

use std::path::Path;

/// Why a network cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// The file could not be loaded.
    #[error("the network `{path}` could not be loaded: {why}")]
    Load {
        /// The file.
        path: String,
        /// What the loader said.
        why: String,
    },
    /// The network failed on its input.
    #[error("the network failed: {0}")]
    Run(String),
}

/// Loads an ONNX file.
///
/// # Errors
/// [`NetError::Load`] names the file.
pub fn load(path: &Path) -> Result<rten::Model, NetError> {
    rten::Model::load_file(path)
        .map_err(|error| NetError::Load { path: path.display().to_string(), why: error.to_string() })
}

/// Returns the node of that name.
fn node(model: &rten::Model, name: &str) -> Result<rten::NodeId, NetError> {
    model.node_id(name).map_err(|error| NetError::Run(format!("no node `{name}`: {error}")))
}

/// Loads a vocabulary, which cuts words into tokens.
fn vocabulary(path: &Path) -> Result<tokenizers::Tokenizer, NetError> {
    let mut tokenizer = tokenizers::Tokenizer::from_file(path)
        .map_err(|error| NetError::Load { path: path.display().to_string(), why: error.to_string() })?;
    tokenizer.with_padding(None);
    tokenizer
        .with_truncation(None)
        .map_err(|error| NetError::Load { path: path.display().to_string(), why: error.to_string() })?;
    Ok(tokenizer)
}
