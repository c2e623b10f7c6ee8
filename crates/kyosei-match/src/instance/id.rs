//! Validated codes. An id is a pseudonym chosen by the caller; the engine only compares and hashes it.

use std::fmt;

/// The longest id in bytes.
pub const ID_LENGTH_MAX: usize = 64;

/// Why a text is not an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// The text is empty.
    #[error("an id is empty")]
    Empty,
    /// The text is longer than `ID_LENGTH_MAX` bytes.
    #[error("an id is longer than {ID_LENGTH_MAX} bytes")]
    TooLong,
    /// The text has a control character.
    #[error("an id has a control character")]
    ControlCharacter,
}

fn checked(text: &str) -> Result<Box<str>, IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > ID_LENGTH_MAX {
        return Err(IdError::TooLong);
    }
    if text.chars().any(char::is_control) {
        return Err(IdError::ControlCharacter);
    }
    Ok(Box::from(text))
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks a text and makes it an id.
            ///
            /// # Errors
            /// When the text is empty, longer than 64 bytes or has a control character.
            pub fn new(text: &str) -> Result<Self, IdError> {
                Ok(Self(checked(text)?))
            }

            /// An id made of a short prefix and a number by this crate itself.
            #[allow(dead_code, reason = "not every kind of id is generated")]
            pub(crate) fn numbered(prefix: &'static str, number: impl fmt::Display) -> Self {
                Self(format!("{prefix}{number}").into_boxed_str())
            }

            /// The text of the id.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

id!(
    /// The code of a household.
    HouseholdId
);
id!(
    /// The code of a person who looks for work.
    PersonId
);
id!(
    /// The code of a home.
    HomeId
);
id!(
    /// The code of a job.
    JobId
);
id!(
    /// The code of an area (a district or a station).
    AreaId
);
id!(
    /// A short code that house rules or dimensions refer to.
    Tag
);
