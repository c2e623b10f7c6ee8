//! The messages of a session: their fields, their canonical encoding and their limits.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{CutHead, DeviceId, EntryId, LogId, SpaceId, from_canonical, to_canonical};
use minicbor::{Decode, Decoder, Encode};

use crate::limits::PAYLOAD_BYTES_MAX;
use crate::wire::frame::Lane;
use crate::wire::limits::{
    HAVE_LOG_COUNT_MAX, HEADER_BYTES_MAX, NEED_PAYLOAD_COUNT_MAX, SPACE_COUNT_MAX, VERSION_COUNT_MAX,
};

/// The first of the message kinds that a receiver skips when it does not know them. A newer version gives such a number
/// only to a message that may be missed without harm.
pub const OPTIONAL_KIND_MIN: u8 = 128;

/// 32 random bytes of one side, fresh in each session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Nonce(#[cbor(with = "minicbor::bytes")] pub [u8; 32]);

/// A space named so that only who knows its id can tell, in this session only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct Tag(#[cbor(with = "minicbor::bytes")] pub [u8; 16]);

/// What one side says to the other.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Message {
    /// The first of each side.
    #[n(0)]
    Hello {
        /// The protocol versions that this side speaks.
        #[n(0)]
        versions: BTreeSet<u16>,
        /// This side's nonce.
        #[n(1)]
        nonce: Nonce,
    },
    /// The second of each side: which device it is, and which spaces it offers.
    #[n(1)]
    Proof {
        /// The device.
        #[n(0)]
        device: DeviceId,
        /// Exactly [`SPACE_COUNT_MAX`] tags; most are padding.
        #[n(1)]
        tags: BTreeSet<Tag>,
        /// The device's signature.
        #[cbor(n(2), with = "minicbor::bytes")]
        signature: [u8; 64],
    },
    /// The digest of everything that this side has of a space when the session begins.
    #[n(2)]
    Digest {
        /// The space.
        #[n(0)]
        space: SpaceId,
        /// See [`Have::digest`](crate::Have::digest).
        #[cbor(n(1), with = "minicbor::bytes")]
        digest: [u8; 32],
    },
    /// Tips of logs: all of them after differing digests, later those that changed.
    #[n(3)]
    Have {
        /// The space.
        #[n(0)]
        space: SpaceId,
        /// Logs in ascending order, also over the messages of one group.
        #[n(1)]
        tips: BTreeMap<LogId, BTreeSet<CutHead>>,
        /// Whether the group ends here.
        #[n(2)]
        is_last: bool,
    },
    /// Asks for entries.
    #[n(4)]
    Need {
        /// Number of the request, greater than that of every earlier one of this side.
        #[n(0)]
        request: u32,
        /// The space.
        #[n(1)]
        space: SpaceId,
        /// For each log the first sequence number that is asked for.
        #[n(2)]
        from: BTreeMap<LogId, u32>,
        /// Entries that are asked for by id, since their payloads are missing.
        #[n(3)]
        payloads: BTreeSet<EntryId>,
    },
    /// The space is no longer shared.
    #[n(5)]
    Withdraw {
        /// The space.
        #[n(0)]
        space: SpaceId,
    },
    /// One entry of an answer.
    #[n(6)]
    Entry {
        /// The request that it belongs to.
        #[n(0)]
        request: u32,
        /// The signed header.
        #[cbor(n(1), with = "minicbor::bytes")]
        header: Vec<u8>,
        /// The payload, unless it was dropped.
        #[cbor(n(2), with = "minicbor::bytes")]
        payload: Option<Vec<u8>>,
    },
    /// An answer ends.
    #[n(7)]
    End {
        /// The request.
        #[n(0)]
        request: u32,
    },
}

/// Why bytes are no message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    /// Not a canonical encoding, or a kind that may not be skipped.
    #[error("malformed message")]
    Malformed,
    /// A list or byte string is above its limit.
    #[error("message above a limit")]
    AboveLimit,
}

impl Message {
    /// The canonical bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        to_canonical(self)
    }

    /// Reads a message; `None` for one of a newer version that may be skipped.
    ///
    /// # Errors
    /// See [`MessageError`].
    pub fn decode(bytes: &[u8]) -> Result<Option<Self>, MessageError> {
        let mut decoder = Decoder::new(bytes);
        let kind = decoder.array().and_then(|_| decoder.u8()).map_err(|_| MessageError::Malformed)?;
        if kind >= OPTIONAL_KIND_MIN {
            return Ok(None);
        }
        let message: Self = from_canonical(bytes).map_err(|_| MessageError::Malformed)?;
        if message.is_within_limits() { Ok(Some(message)) } else { Err(MessageError::AboveLimit) }
    }

    /// The lane that the message travels in.
    #[must_use]
    pub const fn lane(&self) -> Lane {
        match self {
            Self::Entry { .. } | Self::End { .. } => Lane::Bulk,
            Self::Hello { .. }
            | Self::Proof { .. }
            | Self::Digest { .. }
            | Self::Have { .. }
            | Self::Need { .. }
            | Self::Withdraw { .. } => Lane::Control,
        }
    }

    fn is_within_limits(&self) -> bool {
        match self {
            Self::Hello { versions, .. } => versions.len() <= VERSION_COUNT_MAX,
            Self::Proof { tags, .. } => tags.len() == SPACE_COUNT_MAX,
            Self::Need { from, payloads, .. } => {
                from.len() <= HAVE_LOG_COUNT_MAX && payloads.len() <= NEED_PAYLOAD_COUNT_MAX
            }
            Self::Entry { header, payload, .. } => {
                header.len() <= HEADER_BYTES_MAX
                    && payload.as_ref().is_none_or(|payload| payload.len() <= PAYLOAD_BYTES_MAX)
            }
            // The limits of tips are those of `Have`, which counts them together with the ones before.
            Self::Digest { .. } | Self::Have { .. } | Self::Withdraw { .. } | Self::End { .. } => true,
        }
    }
}
