//! Names of things. Texts are kebab-case slugs from a bank, numbers are handed out within one session.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A name that is not a slug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an id: use lower-case letters, digits and single hyphens, such as `high-availability`")]
pub struct NotAnId(pub String);

fn is_slug(text: &str) -> bool {
    !text.is_empty()
        && text
            .split('-')
            .all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

macro_rules! slug {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Returns the id if `text` is kebab-case.
            ///
            /// # Errors
            /// [`NotAnId`] names the text.
            pub fn new(text: impl Into<String>) -> Result<Self, NotAnId> {
                let text = text.into();
                if is_slug(&text) { Ok(Self(text)) } else { Err(NotAnId(text)) }
            }

            /// Returns the id as it is written in a bank.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = NotAnId;
            fn try_from(text: String) -> Result<Self, NotAnId> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::str::FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Self::new(text)
            }
        }
    )*};
}

slug! {
    /// A question bank.
    BankId,
    /// A competency of a bank, which the report's profile is drawn over.
    CompetencyId,
    /// A question of a bank.
    QuestionId,
    /// A point of a question's rubric.
    PointId,
    /// A pitfall of a question's rubric.
    PitfallId,
    /// A follow-up of a question.
    FollowUpId,
}

macro_rules! number {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(transparent)]
        pub struct $name(pub u32);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    )*};
}

number! {
    /// One time the candidate has the floor.
    TurnId,
    /// One line that the interviewer says.
    UtteranceId,
    /// One request to the judge.
    RequestId,
    /// One timer. A firing with a cancelled id is ignored.
    TimerId,
}

/// What the candidate was asked, so that a source of prepared answers knows which to play.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// The question.
    pub question: QuestionId,
    /// The follow-up, if it is one.
    pub follow_up: Option<FollowUpId>,
    /// Which follow-up of the question this is, counted from 1; 0 for the question itself.
    pub nth: u32,
}

#[cfg(test)]
mod tests {
    use super::QuestionId;

    #[test]
    fn an_id_is_kebab_case_and_nothing_else() {
        for good in ["a", "high-availability", "k8s-2"] {
            assert!(QuestionId::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "a-", "a--b", "A", "a b", "a_b", "../a", "é"] {
            assert!(QuestionId::new(bad).is_err(), "{bad}");
        }
    }
}
