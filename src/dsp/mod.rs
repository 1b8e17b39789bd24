//! Arithmetic on samples: resampling, framing, levels, spectra. Pure functions of their input.
