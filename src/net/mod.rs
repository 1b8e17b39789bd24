//! The small networks, on rten: voice activity, end of turn, the voice, the meaning of sentences.
