//! The page: what was kept, in a browser on this computer.

pub mod charts;
pub mod pages;
