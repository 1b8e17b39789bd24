//! A session in the forms that other programs read, and as one page for people. Text comes out; nothing is written here.

pub mod csv;
pub mod cues;
pub mod html;
pub mod schema;
pub mod srt;
#[cfg(test)]
mod tests;
pub mod timeline;
pub mod vtt;
