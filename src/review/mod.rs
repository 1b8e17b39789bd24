//! A session as people and programs read it.

pub mod markdown;
pub mod report;
