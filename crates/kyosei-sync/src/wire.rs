//! What a session puts on the byte stream between two devices (docs/format.md, "Session").
//!
//! A [`Message`] is canonical CBOR; [`frame`] cuts it into frames of at most [`FRAME_BYTES_MAX`] bytes in one of two lanes,
//! so that control messages pass large entries. Both are pure functions of bytes; what a message means at which moment is
//! the session's matter.

pub mod frame;
pub mod limits;
mod message;

use std::fmt;

pub use frame::{Assembler, FrameError, Lane, Taken};
pub use message::{Message, MessageError, Nonce, OPTIONAL_KIND_MIN, Tag};

use crate::limits::PAYLOAD_BYTES_MAX;
use crate::wire::limits::HEADER_BYTES_MAX;

#[cfg(doc)]
use crate::wire::limits::FRAME_BYTES_MAX;

/// An entry as it travels: the bytes of its signed header, and of its payload unless that was dropped.
///
/// Nothing is verified here; `Debug` shows lengths only.
#[derive(Clone, PartialEq, Eq)]
pub struct WireEntry {
    /// The signed header ([`SignedHeader::encode`](crate::SignedHeader::encode)).
    pub header: Vec<u8>,
    /// The payload, unless the sender has it no longer.
    pub payload: Option<Vec<u8>>,
}

impl WireEntry {
    /// Bytes of header and payload together.
    #[must_use]
    pub fn byte_count(&self) -> usize {
        self.header.len().saturating_add(self.payload.as_ref().map_or(0, Vec::len))
    }

    /// Whether header and payload are within their limits.
    #[must_use]
    pub fn is_within_limits(&self) -> bool {
        let payload = self.payload.as_ref().map_or(0, Vec::len);
        self.header.len() <= HEADER_BYTES_MAX && payload <= PAYLOAD_BYTES_MAX
    }
}

impl fmt::Debug for WireEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let payload = self.payload.as_ref().map(Vec::len);
        write!(f, "WireEntry(header of {} bytes, payload of {payload:?})", self.header.len())
    }
}
