//! The name of a device on the network: the public key of its endpoint.
//!
//! Life-cycle: it stands in the membership operations and in addresses; iroh proves it in every handshake.
//! It does not say whose device it is.

use std::fmt;

/// The Ed25519 public key of a device's endpoint (RFC 8032).
///
/// Any 32 bytes make one; bytes that are no point of the curve can never be reached.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointKey([u8; 32]);

impl EndpointKey {
    /// Takes the bytes as they stand in a certificate or an address.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes of the key.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for EndpointKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.0.iter().take(4).map(|byte| format!("{byte:02x}")).collect::<String>();
        write!(f, "EndpointKey({head})")
    }
}

impl From<iroh::EndpointId> for EndpointKey {
    fn from(id: iroh::EndpointId) -> Self {
        Self(*id.as_bytes())
    }
}
