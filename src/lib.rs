//! Hotseat rehearses spoken interviews on one ordinary computer, offline.
//!
//! The map, in the order in which modules may lean on each other: each imports only from those above it. The pure
//! stages know no file, network, thread, clock or environment; `tests/architecture.rs` reads the imports and enforces it.

pub mod clock;
pub mod ids;
pub mod sentences;
pub mod terms;
pub mod units;

pub mod bank;
pub mod dsp;
pub mod transcript;
pub mod turn;

pub mod feedback;
pub mod interview;
pub mod job;
pub mod judge;
pub mod language;
pub mod prompt;
pub mod review;
pub mod session;

pub mod audio;
pub mod http;
pub mod llm;
pub mod models;
#[cfg(feature = "app")]
pub mod net;
pub mod stt;
pub mod tts;

#[cfg(feature = "app")]
pub mod cli;
pub mod config;
pub mod engine;
#[cfg(feature = "app")]
pub mod web;
