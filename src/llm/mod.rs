//! A language model behind a server with OpenAI's interface, such as Ollama, LM Studio, llama.cpp, vLLM or a hosted one. What is asked
//! and what is believed of the answer is for `language` to say.

pub mod choosing;
pub mod dialect;
pub mod events;
pub mod message;

#[cfg(feature = "app")]
pub mod client;
#[cfg(feature = "app")]
pub mod discover;
#[cfg(feature = "app")]
mod listening;
