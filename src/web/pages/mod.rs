//! The pages, a file each: from data to HTML. They know no server.

pub mod figure;
pub mod progress;
pub mod question;
#[cfg(test)]
mod tests;
