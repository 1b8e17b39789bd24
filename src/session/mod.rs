//! What is kept of an interview: the journal, and the session as a fold over it.
