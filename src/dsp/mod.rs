//! Arithmetic on samples: resampling, framing, levels, spectra. Pure functions of their input.

pub mod contour;
pub mod echo;
pub mod framer;
pub mod level;
pub mod log_mel;
pub mod peaks;
pub mod resample;
