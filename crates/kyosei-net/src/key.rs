//! The name of a device on the network, in iroh's type and in ours.
//!
//! Life-cycle: the key stands in the membership operations and in addresses; iroh proves it in every handshake.

pub use kyosei_access::EndpointKey;

/// The key that iroh has proven.
pub(crate) fn key_of(id: iroh::EndpointId) -> EndpointKey {
    EndpointKey::from_bytes(*id.as_bytes())
}
