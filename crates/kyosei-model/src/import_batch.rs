//! The record of one import: what file, how it was read, what became of each row.
//!
//! It is written together with the supporters it created and is what an undo and a second import of the same
//! file go by. It holds hashes of rows, never their text.

use std::collections::BTreeSet;

use crate::code::coded;
use crate::{ImportId, MemberId, Rejection, Sensitive, SupporterId, SupporterKind, UnixMillis};

coded! {
    /// In which character encoding a file was read.
    FileEncoding {
        /// UTF-8.
        Utf8 = "utf-8", "UTF-8", "UTF-8";
        /// UTF-8 with a byte order mark.
        Utf8Bom = "utf-8-bom", "UTF-8（BOM付き）", "UTF-8 with BOM";
        /// UTF-16, low byte first.
        Utf16Le = "utf-16le", "UTF-16LE", "UTF-16LE";
        /// UTF-16, high byte first.
        Utf16Be = "utf-16be", "UTF-16BE", "UTF-16BE";
        /// Code page 932, the Shift_JIS of Windows.
        Cp932 = "cp932", "Shift_JIS（CP932）", "Shift_JIS (CP932)";
        /// EUC-JP.
        EucJp = "euc-jp", "EUC-JP", "EUC-JP";
        /// ISO-2022-JP.
        Iso2022Jp = "iso-2022-jp", "ISO-2022-JP（JIS）", "ISO-2022-JP";
        /// A workbook; its text is Unicode.
        Xlsx = "xlsx", "Excelブック", "Excel workbook";
    }
}

/// What became of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowFate {
    /// A new record.
    Created(SupporterId),
    /// An existing record got new values.
    Updated(SupporterId),
    /// The row was already in the register, in this record.
    AlreadyPresent(SupporterId),
    /// The row stands twice in the file; this is the line of the first.
    RepeatedLine(u64),
    /// Waits for a person's decision.
    Review,
    /// The address belongs to someone who was erased; the row was not taken.
    Suppressed,
    /// Not taken, for these reasons.
    Rejected(Vec<Rejection>),
    /// Could not be read as a row of the table; a code of the reader.
    Unreadable(String),
}

/// One row of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedRow {
    /// Line of the file at which the row begins, counted from 1.
    pub line: u64,
    /// Hash of the decoded cells, the key by which the same row is known again.
    pub row_hash: [u8; 32],
    /// What became of it.
    pub fate: RowFate,
}

/// That an import was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportUndo {
    /// When.
    pub at: UnixMillis,
    /// By whom.
    pub by: MemberId,
    /// Records that stay since they were edited after the import.
    pub kept: BTreeSet<SupporterId>,
}

/// One import of one file.
#[derive(Clone, PartialEq, Eq)]
pub struct ImportBatch {
    /// Its id.
    pub id: ImportId,
    /// Name of the file without its folder; people put names into file names.
    pub file_name: Sensitive<String>,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// How it was read.
    pub encoding: FileEncoding,
    /// For which form.
    pub form: SupporterKind,
    /// Each column's heading and the code of what it was taken for; not stored columns have none.
    pub header_map: Vec<(String, Option<String>)>,
    /// When it was saved.
    pub at: UnixMillis,
    /// By whom.
    pub by: MemberId,
    /// The rows, in the order of the file.
    pub rows: Vec<ImportedRow>,
    /// Set when it was taken back.
    pub undone: Option<ImportUndo>,
}

impl std::fmt::Debug for ImportBatch {
    /// Shows no headings: a file without them has a person in their place.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ImportBatch")
            .field("id", &self.id)
            .field("encoding", &self.encoding)
            .field("form", &self.form)
            .field("rows", &self.rows)
            .field("undone", &self.undone)
            .finish_non_exhaustive()
    }
}

impl ImportBatch {
    /// The records that this import created.
    pub fn created(&self) -> impl Iterator<Item = SupporterId> + '_ {
        self.rows.iter().filter_map(|row| match &row.fate {
            RowFate::Created(id) => Some(*id),
            RowFate::Updated(_)
            | RowFate::AlreadyPresent(_)
            | RowFate::RepeatedLine(_)
            | RowFate::Review
            | RowFate::Suppressed
            | RowFate::Rejected(_)
            | RowFate::Unreadable(_) => None,
        })
    }
}
