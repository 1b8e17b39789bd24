//! A session as people and programs read it.

pub mod delivery;
pub mod markdown;
pub mod report;
