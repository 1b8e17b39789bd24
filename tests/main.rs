//! The one integration test binary: whisper.cpp links once.
