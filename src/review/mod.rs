//! A session as people and programs read it.

pub mod attempts;
pub mod delivery;
pub mod export;
pub mod markdown;
pub mod pressure_effect;
pub mod probing;
mod rank_test;
pub mod report;
#[cfg(test)]
mod tests;
