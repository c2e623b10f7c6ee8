//! Addresses that must never be written to again, kept without the addresses.
//!
//! A suppression holds a keyed hash of the folded address, so it survives the erasure of the person and still
//! stops a re-import. The hash is computed above this crate, with the committee's key. It is never deleted.

use crate::{SuppressionId, SuppressionReason, UnixMillis};

/// HMAC-SHA256 of an e-mail key under the committee's key.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressTag([u8; 32]);

impl AddressTag {
    /// Takes the code's bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Gives the code's bytes.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }
}

impl std::fmt::Debug for AddressTag {
    /// Shows nothing: whoever has the key could test addresses against a tag.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AddressTag([redacted])")
    }
}

/// One suppressed address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suppression {
    /// Its id.
    pub id: SuppressionId,
    /// The address, as a keyed hash.
    pub address: AddressTag,
    /// Why.
    pub reason: SuppressionReason,
    /// Since when.
    pub since: UnixMillis,
}
