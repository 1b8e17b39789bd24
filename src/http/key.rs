//! The key to a server. Nothing shows it.

use std::fmt;

/// Shorter keys are not looked for in texts: they could be any word.
const LOOKED_FOR: usize = 4;

/// A key. Neither Debug nor Display shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

/// What was given is no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it holds letters that no key holds: a key is one word of letters, digits and signs")]
pub struct BadKey;

impl Key {
    /// Reads a key, such as the content of a file. None: there is nothing in it.
    ///
    /// # Errors
    /// [`BadKey`] when it could not be sent as it is.
    pub fn parse(text: &str) -> Result<Option<Self>, BadKey> {
        match text.trim() {
            "" => Ok(None),
            key if key.chars().all(|c| c.is_ascii_graphic()) => Ok(Some(Self(key.into()))),
            _ => Err(BadKey),
        }
    }

    /// Returns the header that shows the key to the server.
    #[must_use]
    pub fn header(&self) -> (&'static str, String) {
        ("Authorization", format!("Bearer {}", self.0))
    }

    /// Returns a text without the key, whatever a server says back.
    #[must_use]
    pub fn taken_out_of(&self, text: &str) -> String {
        if self.0.len() < LOOKED_FOR { text.into() } else { text.replace(&self.0, "…") }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Key(…)")
    }
}

impl fmt::Display for Key {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("…")
    }
}

#[cfg(test)]
mod tests {
    use super::{BadKey, Key};

    #[test]
    fn a_key_is_read_from_whatever_is_around_it() {
        assert_eq!(Key::parse(" \n"), Ok(None));
        let key = Key::parse("  sk-secret-1\n").unwrap().unwrap();
        assert_eq!(key.header(), ("Authorization", "Bearer sk-secret-1".into()));
        for bad in ["two words", "line\nline", "schlüssel", "nul\0"] {
            assert_eq!(Key::parse(bad), Err(BadKey), "{bad}");
        }
    }

    #[test]
    fn nothing_shows_a_key() {
        let key = Key::parse("sk-secret-1").unwrap();
        assert!(!format!("{key:?} {:#?} {}", key, key.clone().unwrap()).contains("secret"));
        let said = "incorrect API key provided: sk-secret-1, see sk-secret-1";
        assert_eq!(key.unwrap().taken_out_of(said), "incorrect API key provided: …, see …");
    }
}
