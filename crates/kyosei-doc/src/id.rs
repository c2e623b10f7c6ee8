//! The id of a document.

use std::fmt;

use minicbor::{Decode, Encode};

/// Names one Automerge document: 16 random bytes, or the bytes of the record's own id. Pseudonymous.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct DocId(#[cbor(with = "minicbor::bytes")] [u8; 16]);

impl DocId {
    /// Wraps 16 bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes.
    #[must_use]
    pub const fn to_bytes(self) -> [u8; 16] {
        self.0
    }
}

impl fmt::Display for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for DocId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DocId({self})")
    }
}

/// What a document holds; stored in the document itself under `kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocKind {
    /// One supporter with its consent ledger.
    Supporter,
    /// The register's own lists: wordings, suppressions, pair decisions, column mappings, the committee.
    Register,
    /// One import.
    Import,
    /// A part of the rows of one import.
    ImportRows,
    /// The audit trail of one device in one month.
    Audit,
    /// What a space beside the register is for.
    Space,
    /// A note: a title and a text.
    Note,
    /// One published release of totals, as its entry of the release ledger.
    Release,
}

impl DocKind {
    /// The stable code that stands in the document.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Supporter => "supporter",
            Self::Register => "register",
            Self::Import => "import",
            Self::ImportRows => "import-rows",
            Self::Audit => "audit",
            Self::Space => "space",
            Self::Note => "note",
            Self::Release => "release",
        }
    }

    /// The kind with this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Self::Supporter,
            Self::Register,
            Self::Import,
            Self::ImportRows,
            Self::Audit,
            Self::Space,
            Self::Note,
            Self::Release,
        ]
        .into_iter()
        .find(|kind| kind.code() == code)
    }
}
