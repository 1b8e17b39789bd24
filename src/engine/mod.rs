//! The loop that joins the interviewer to the world: journal first, then handle, then perform.

pub mod conduct;
pub mod display;
pub mod hearing;
pub mod judging;
pub mod measuring;
pub mod simulated_candidate;
pub mod speaking;
pub mod transcribing;
#[cfg(feature = "app")]
pub mod wiring;
