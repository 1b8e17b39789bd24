//! Settings, each with the source of its value.
