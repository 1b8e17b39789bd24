//! A session as people and programs read it.
