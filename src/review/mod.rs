//! A session as people and programs read it.

pub mod attempts;
pub mod delivery;
pub mod markdown;
pub mod probing;
pub mod report;
