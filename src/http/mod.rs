//! What adapters that speak HTTP share: addresses, keys, how a server is asked, and the words for what goes wrong on the way. Knows no
//! server's language.

pub mod address;
pub mod key;
pub mod refusal;
pub mod trouble;

#[cfg(feature = "app")]
mod agent;
#[cfg(feature = "app")]
mod exchange;
#[cfg(feature = "app")]
pub mod service;
#[cfg(feature = "app")]
mod wording;

#[cfg(feature = "app")]
pub use agent::{Patience, Proxies};
#[cfg(feature = "app")]
pub use exchange::{Arrival, Exchange, Head, Request, Whole, ask, whole};
