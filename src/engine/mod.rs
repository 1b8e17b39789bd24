//! The loop that joins the interviewer to the world: journal first, then handle, then perform.

pub mod clock;
