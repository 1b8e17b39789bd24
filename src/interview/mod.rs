//! The interviewer: a pure state machine. Events in, effects out; no clock, no sound, no disk.
