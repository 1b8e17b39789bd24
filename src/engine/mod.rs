//! The loop that joins the interviewer to the world: journal first, then handle, then perform.

#[cfg(feature = "app")]
pub mod compressing;
pub mod conduct;
pub mod display;
pub mod echo_test;
#[cfg(feature = "app")]
pub mod handing_over;
pub mod hearing;
#[cfg(feature = "app")]
pub mod hearing_speed;
pub mod judging;
pub mod measuring;
pub mod playback;
pub mod rescoring;
pub mod resuming;
pub mod rewording;
pub mod salvage;
pub mod second_opinions;
pub mod simulated_candidate;
pub mod speaking;
pub mod transcribing;
#[cfg(feature = "app")]
pub mod waveforms;
#[cfg(feature = "app")]
pub mod wiring;
pub mod wording;
