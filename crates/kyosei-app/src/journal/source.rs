//! Where stored entries are read from: the database of the vault, or a table in a test.

use kyosei_access::EntryId;
use kyosei_sync::SignedHeader;

use super::StoredEntry;

/// An entry as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnedEntry {
    /// The signed header.
    pub header: Vec<u8>,
    /// The payload, unless it was dropped or has not arrived.
    pub payload: Option<Vec<u8>>,
}

/// The stored entries of one space.
pub trait EntrySource {
    /// Why reading failed.
    type Error;

    /// The entry with this id.
    ///
    /// # Errors
    /// When reading fails.
    fn entry(&self, id: EntryId) -> Result<Option<OwnedEntry>, Self::Error>;

    /// The entries after the place `after` in the order in which they were stored, at most a page of them, each with its
    /// place. Places are positive and ascend; what was stored first comes first.
    ///
    /// # Errors
    /// When reading fails.
    fn page(&self, after: i64) -> Result<Vec<(i64, OwnedEntry)>, Self::Error>;
}

impl OwnedEntry {
    /// A view of it.
    #[must_use]
    pub fn as_stored(&self) -> StoredEntry<'_> {
        StoredEntry { header: &self.header, payload: self.payload.as_deref() }
    }

    /// The header, if it can be read.
    #[must_use]
    pub fn signed_header(&self) -> Option<SignedHeader> {
        SignedHeader::decode(&self.header).ok()
    }
}
