//! Bytes to text: what kind of file it is, in which encoding, and whether it was damaged before.
//!
//! [`decode`] looks at the first bytes, not at the file's name: a workbook or a zip file named `.csv` is known as
//! what it is. A byte order mark is believed; otherwise UTF-16 is told by its zero bytes, UTF-8 by its form and
//! the Japanese encodings by the detector of browsers with the hint "jp", without which it takes half-width
//! kana for Cyrillic. Text that went through a wrong encoding earlier is refused, not repaired by guessing.

use kyosei_model::FileEncoding;
use thiserror::Error;

use crate::limits::{FILE_BYTES_MAX, WORKBOOK_INFLATED_BYTES_MAX, ZIP_ENTRIES_MAX};

mod archive;
mod encoding;
mod magic;
mod mojibake;

/// A file whose kind is known.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// A table as text.
    Text(DecodedText),
    /// A workbook that was found to be within the limits.
    Workbook(Vec<u8>),
}

/// The text of a file.
#[derive(Clone, PartialEq, Eq)]
pub struct DecodedText {
    /// The text, without a byte order mark.
    pub text: String,
    /// The encoding it was read in.
    pub encoding: FileEncoding,
    /// Places at which bytes had no meaning and U+FFFD was put, in order; at most
    /// [`DAMAGE_PLACES_MAX`](crate::limits::DAMAGE_PLACES_MAX).
    pub damage: Vec<Damage>,
}

impl std::fmt::Debug for DecodedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "DecodedText({} bytes, {:?}, {} damaged)",
            self.text.len(),
            self.encoding,
            self.damage.len()
        )
    }
}

/// One damaged place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Damage {
    /// Offset in the file, in bytes.
    pub file_offset: usize,
    /// Offset in the decoded text, in bytes of UTF-8.
    pub text_offset: usize,
}

/// Why a file cannot be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// No bytes, or only a mark and spaces.
    #[error("the file is empty")]
    Empty,
    /// Larger than the limit, as it is or when inflated.
    #[error("the file is larger than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// Neither text nor a workbook nor a zip file.
    #[error("the file is {0}, not a table")]
    Kind(&'static str),
    /// The zip file or workbook cannot be opened.
    #[error("the zip file or workbook is damaged")]
    ArchiveDamaged,
    /// The zip file or workbook is encrypted.
    #[error("the zip file or workbook needs a password")]
    ArchiveEncrypted,
    /// The zip file or workbook has too many parts, or they inflate to too much.
    #[error(
        "the zip file or workbook has more than {ZIP_ENTRIES_MAX} parts or {WORKBOOK_INFLATED_BYTES_MAX} bytes"
    )]
    ArchiveTooLarge,
    /// The zip file holds no CSV file, or several.
    #[error("the zip file holds {0} CSV files; one is wanted")]
    ArchiveCsvCount(usize),
    /// The text was decoded in a wrong encoding and saved again before it came here.
    #[error("the text was damaged by a wrong encoding before; get the original file")]
    Mojibake,
}

impl DecodeError {
    /// The stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Empty => "E-FILE-EMPTY",
            Self::TooLarge => "E-FILE-SIZE",
            Self::Kind(_) => "E-FILE-KIND",
            Self::ArchiveDamaged => "E-ZIP-DAMAGED",
            Self::ArchiveEncrypted => "E-ZIP-ENCRYPTED",
            Self::ArchiveTooLarge => "E-ZIP-SIZE",
            Self::ArchiveCsvCount(_) => "E-ZIP-COUNT",
            Self::Mojibake => "E-MOJIBAKE",
        }
    }
}

/// Finds out what a file is and decodes its text. An encoding chosen by the user is used as it is.
///
/// # Errors
/// [`DecodeError`] when the file is no table or is damaged as a whole. Single damaged letters are no error.
pub fn decode(bytes: &[u8], chosen: Option<FileEncoding>) -> Result<Content, DecodeError> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(DecodeError::TooLarge);
    }
    match magic::kind_of(bytes) {
        magic::Kind::Zip => match archive::open(bytes)? {
            archive::Archive::Workbook => Ok(Content::Workbook(bytes.to_vec())),
            archive::Archive::Csv(inner) => decode_text(&inner, chosen),
        },
        magic::Kind::Foreign(name) => Err(DecodeError::Kind(name)),
        magic::Kind::PerhapsText => decode_text(bytes, chosen),
    }
}

fn decode_text(bytes: &[u8], chosen: Option<FileEncoding>) -> Result<Content, DecodeError> {
    if let magic::Kind::Foreign(name) = magic::kind_of(bytes) {
        return Err(DecodeError::Kind(name));
    }
    let encoding = chosen.filter(|choice| *choice != FileEncoding::Xlsx);
    let decoded = encoding::decode_as(bytes, encoding.unwrap_or_else(|| encoding::detect(bytes)));
    if decoded.text.trim().is_empty() {
        return Err(DecodeError::Empty);
    }
    if mojibake::is_damaged_before(&decoded.text) {
        return Err(DecodeError::Mojibake);
    }
    Ok(Content::Text(decoded))
}

impl std::fmt::Debug for Content {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => text.fmt(f),
            Self::Workbook(bytes) => write!(f, "Workbook({} bytes)", bytes.len()),
        }
    }
}

#[cfg(test)]
mod tests;
