//! Cell ids: the canonical text of the query a cell answers.
//!
//! Two releases, two linked tables and two organisations speak of the same number exactly when their ids are equal, so
//! the text has one spelling: unit, period, then the dimensions in alphabetical order, those standing at their total left
//! out. An id names a query, never a person.

use std::fmt;

use thiserror::Error;

/// The longest id that is read, in bytes.
pub const ID_BYTES_MAX: usize = 512;

/// The canonical text of a query, for example `supporters[2026-04]|area=yuigahama|kind=organisation`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellId(String);

/// Why a text is no cell id.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CellIdError {
    /// The text is empty.
    #[error("a cell id is empty")]
    Empty,
    /// The text is longer than [`ID_BYTES_MAX`].
    #[error("a cell id has {bytes} bytes, more than {ID_BYTES_MAX}")]
    TooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// The text holds a control character.
    #[error("a cell id holds a control character")]
    Control,
}

impl CellId {
    /// Reads an id as written in a file.
    ///
    /// # Errors
    /// When the text is empty, too long or holds control characters.
    pub fn parse(text: &str) -> Result<Self, CellIdError> {
        if text.is_empty() {
            return Err(CellIdError::Empty);
        }
        if text.len() > ID_BYTES_MAX {
            return Err(CellIdError::TooLong { bytes: text.len() });
        }
        if text.chars().any(char::is_control) {
            return Err(CellIdError::Control);
        }
        Ok(CellId(text.to_owned()))
    }

    /// Writes the canonical id of a query: `codes` are (dimension, code) pairs, totals left out by the caller.
    ///
    /// # Errors
    /// As [`CellId::parse`].
    pub fn query(unit: &str, period: &str, codes: &[(&str, &str)]) -> Result<Self, CellIdError> {
        let mut sorted = codes.to_vec();
        sorted.sort_unstable();
        let mut text = format!("{unit}[{period}]");
        for (dimension, code) in sorted {
            text.push('|');
            text.push_str(dimension);
            text.push('=');
            text.push_str(code);
        }
        CellId::parse(&text)
    }

    /// The canonical text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CellId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}
