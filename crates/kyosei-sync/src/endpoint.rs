//! The key of a device's network endpoint.

use minicbor::{Decode, Encode};

/// The Ed25519 public key under which a device's network endpoint authenticates itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Encode, Decode)]
#[cbor(transparent)]
pub struct EndpointKey(#[cbor(with = "minicbor::bytes")] [u8; 32]);

impl EndpointKey {
    /// Wraps the bytes of the key.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the key.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}
