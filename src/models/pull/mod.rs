//! Fetches a weight file that does not come with Hotseat. Whatever happens on the way, what lies under its name is whole.

#[cfg(feature = "app")]
mod http;
pub mod meter;
#[cfg(feature = "app")]
pub mod part;
pub mod plan;
#[cfg(feature = "app")]
pub mod stop;

#[cfg(feature = "app")]
mod run;

#[cfg(feature = "app")]
pub use http::Patience;
#[cfg(feature = "app")]
pub use run::{Order, Pulled, Told, pull};
