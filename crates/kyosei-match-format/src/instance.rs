//! `match-instance` documents, version 1.

mod document;
mod from_instance;
mod into_instance;

pub(crate) use document::{Amount, LearntPrice, Placement, ScorePart};
pub(crate) use from_instance::{amount, learnt_price, placement, score_part};
use kyosei_match::instance::{IdError, Instance, ShiftError};

/// The value of `format` in a document.
pub const INSTANCE_FORMAT: &str = "kyosei-match-instance/1";
/// The largest document read, in bytes: room for two million pairs.
pub const DOCUMENT_BYTES_MAX: usize = 1 << 30;

/// Why bytes are not a `match-instance` document.
#[derive(Debug, thiserror::Error)]
pub enum ReadInstanceError {
    /// The document is larger than [`DOCUMENT_BYTES_MAX`].
    #[error("the document has {bytes} bytes, more than the limit of {DOCUMENT_BYTES_MAX}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// Not JSON, or not of the documented form; line and column say where.
    #[error("the document does not have the documented form")]
    Form(#[source] serde_json::Error),
    /// Another format or version.
    #[error("the format is not {INSTANCE_FORMAT}")]
    Format,
    /// An id that cannot be one.
    #[error("{list}[{index}]: {error}")]
    Id {
        /// The list.
        list: &'static str,
        /// Position in it, from 0.
        index: usize,
        /// What is wrong with the id.
        error: IdError,
    },
    /// A code that is not in the documentation.
    #[error("{list}[{index}]: the code {code:?} is unknown")]
    Code {
        /// The list.
        list: &'static str,
        /// Position in it, from 0.
        index: usize,
        /// The code.
        code: String,
    },
    /// A tier that is not 1 to 4.
    #[error("households[{index}]: the tier {tier} is not 1 to 4")]
    Tier {
        /// Position in the list of households, from 0.
        index: usize,
        /// The number.
        tier: u8,
    },
    /// A time that is not `HH:MM`.
    #[error("jobs[{index}]: {text:?} is not a time of day")]
    Time {
        /// Position in the list of jobs, from 0.
        index: usize,
        /// The text.
        text: String,
    },
    /// A span that is not a shift.
    #[error("jobs[{index}]: {error}")]
    Shift {
        /// Position in the list of jobs, from 0.
        index: usize,
        /// What is wrong with it.
        error: ShiftError,
    },
    /// A pair with both or neither of a score and reasons, or a placement or price that names not exactly one offer.
    #[error("{list}[{index}]: exactly one of {choices} is needed")]
    Choice {
        /// The list.
        list: &'static str,
        /// Position in it, from 0.
        index: usize,
        /// The fields of which one is needed.
        choices: &'static str,
    },
}

impl ReadInstanceError {
    /// The stable code of this error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "E-MATCH-TOO-LARGE",
            Self::Form(_) => "E-MATCH-FORM",
            Self::Format => "E-MATCH-FORMAT",
            Self::Id { .. } => "E-MATCH-ID",
            Self::Code { .. } => "E-MATCH-CODE",
            Self::Tier { .. } => "E-MATCH-TIER",
            Self::Time { .. } | Self::Shift { .. } => "E-MATCH-SHIFT",
            Self::Choice { .. } => "E-MATCH-CHOICE",
        }
    }
}

/// Reads a document.
///
/// # Errors
/// When the bytes do not have the documented form; the error names the place.
pub fn read_instance(bytes: &[u8]) -> Result<Instance, ReadInstanceError> {
    if bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(ReadInstanceError::TooLarge { bytes: bytes.len() });
    }
    let document: document::Document = serde_json::from_slice(bytes).map_err(ReadInstanceError::Form)?;
    into_instance::instance(document)
}

/// Writes a document.
#[must_use]
pub fn write_instance(instance: &Instance) -> String {
    let document = from_instance::document(instance);
    // Strings, numbers and lists only: writing to memory cannot fail.
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}
