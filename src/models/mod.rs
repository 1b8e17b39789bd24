//! The weights: which there are, where they lie, whether they are whole.
