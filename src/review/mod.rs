//! A session as people and programs read it.

pub mod attempts;
pub mod delivery;
pub mod difference;
pub mod export;
pub mod markdown;
pub mod measure;
pub mod pressure_effect;
pub mod probing;
pub mod progress;
mod rank_test;
pub mod report;
#[cfg(test)]
mod tests;
pub mod wording;
