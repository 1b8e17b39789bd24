//! The secret that lets a browser in. It is new for each start, so that an old address opens nothing.

use std::fmt;

use crate::web::{CannotStart, hex};

/// Random bytes of a token.
const BYTES: usize = 32;

/// What a browser must show.
pub(super) struct Token(String);

impl Token {
    /// Returns a new one, of 32 bytes of the system's randomness.
    ///
    /// # Errors
    /// [`CannotStart`] when the system gives none.
    pub(super) fn random() -> Result<Self, CannotStart> {
        let mut bytes = [0; BYTES];
        getrandom::fill(&mut bytes).map_err(|error| CannotStart::NoRandomness(error.to_string()))?;
        Ok(Self(hex(&bytes)))
    }

    /// Returns the token as it stands in an address.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether `said` is the token. Takes as long for a near miss as for any other, so that it cannot be guessed letter by
    /// letter.
    pub(super) fn is(&self, said: &str) -> bool {
        let differences = self.0.bytes().zip(said.bytes()).fold(0, |all, (ours, theirs)| all | (ours ^ theirs));
        said.len() == self.0.len() && std::hint::black_box(differences) == 0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

#[cfg(test)]
mod tests {
    use super::Token;

    #[test]
    fn only_the_whole_token_is_the_token_and_no_two_are_alike() {
        let (one, other) = (Token::random().expect("randomness"), Token::random().expect("randomness"));
        let said = one.as_str().to_owned();
        assert!(one.is(&said) && !other.is(&said));
        assert_eq!(said.len(), 64);
        for wrong in ["", &said[1..], &format!("{said}0"), &said.to_uppercase().replace(|c: char| c.is_numeric(), "A")]
        {
            assert!(!one.is(wrong), "{wrong}");
        }
        assert!(!format!("{one:?}").contains(&said), "it is not written to a log");
    }
}
