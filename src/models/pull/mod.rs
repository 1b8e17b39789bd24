//! Fetches a weight file that does not come with Hotseat. Whatever happens on the way, what lies under its name is whole.

pub mod meter;
#[cfg(feature = "app")]
pub mod part;
pub mod plan;
#[cfg(feature = "app")]
pub mod stop;

#[cfg(feature = "app")]
mod run;

#[cfg(feature = "app")]
pub use run::{Order, Patience, Pulled, Told, pull};
