//! Settings, each with the source of its value.

pub mod load;
