//! What lies inside the sealed payload of a data entry.
//!
//! age authenticates neither a sender nor a context, so the place of the entry is repeated inside and compared after
//! opening ([`Inner::check_place`]): a payload that was moved under another header, log or space is refused.
//! Document bytes are opaque here.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{EntryId, EpochId, LogId, SpaceId, from_canonical, to_canonical};
use kyosei_doc::DocId;
use minicbor::{Decode, Encode};

use crate::header::EntryHeader;
use crate::limits::{
    ACK_COUNT_MAX, BRANCH_COUNT_MAX, DEP_COUNT_MAX, INNER_BYTES_MAX, PACK_DOCUMENT_COUNT_MAX,
    RESCUED_ENTRY_COUNT_MAX,
};
use crate::logs::Heads;
use crate::version::{self, from_bad_version};

const VERSION: u8 = 1;

/// The content of a data entry.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Inner {
    #[n(0)]
    version: u8,
    /// Copy of the header's space.
    #[n(1)]
    pub space: SpaceId,
    /// Copy of the header's log.
    #[n(2)]
    pub log: LogId,
    /// Copy of the header's sequence number.
    #[n(3)]
    pub seq: u32,
    /// What the author had applied of other logs, as a difference to the entry before in this log: only logs whose heads
    /// moved since.
    #[n(4)]
    pub deps: Heads,
    /// Parts of documents.
    #[n(5)]
    pub parts: Vec<Part>,
    /// Held entries of removed devices that the author looked at and takes over (rule R7).
    #[n(6)]
    pub rescued: BTreeSet<EntryId>,
    /// What the author has checked or forgotten.
    #[n(7)]
    pub ack: Option<Ack>,
}

/// What a member tells the others that it has done (rules D1, D4).
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub struct Ack {
    /// Entries with snapshots that the author computed anew and found equal.
    #[n(0)]
    pub snapshots: BTreeSet<EntryId>,
    /// Epochs whose secrets the author has deleted.
    #[n(1)]
    pub forgot: BTreeSet<EpochId>,
}

/// What a part carries of its document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum PartKind {
    /// Automerge changes, concatenated, uncompressed.
    #[n(0)]
    Changes,
    /// A [`Snapshot`].
    #[n(1)]
    Snapshot,
}

/// A part of one document.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Part {
    /// The document.
    #[n(0)]
    pub doc: DocId,
    /// What `body` is.
    #[n(1)]
    pub kind: PartKind,
    /// The bytes, opaque here.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// A whole document at certain heads, with the entries that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Snapshot {
    /// For each log the last entries whose changes are inside.
    #[n(0)]
    pub covers: BTreeMap<LogId, u32>,
    /// The heads of the document inside, sorted: what another member compares with its own copy.
    #[n(1)]
    pub heads: Vec<ChangeHash>,
    /// The Automerge save, which keeps change hashes so that late offline edits still merge.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub save: Vec<u8>,
}

/// The hash of an Automerge change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct ChangeHash(#[cbor(with = "minicbor::bytes")] pub [u8; 32]);

/// Why the content of a payload was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InnerError {
    /// Not a canonical encoding.
    #[error("malformed content")]
    Malformed,
    /// Written by a newer version.
    #[error("content of a newer version")]
    NewerVersion,
    /// A list or the whole is above its limit.
    #[error("content above a limit")]
    AboveLimit,
    /// The content belongs to another place: someone moved a sealed payload.
    #[error("content of another entry")]
    WrongPlace,
}

from_bad_version!(InnerError);

impl Inner {
    /// Content for the entry at this place.
    #[must_use]
    pub const fn new(space: SpaceId, log: LogId, seq: u32, deps: Heads, parts: Vec<Part>) -> Self {
        Self { version: VERSION, space, log, seq, deps, parts, rescued: BTreeSet::new(), ack: None }
    }

    /// The canonical bytes, ready to be sealed.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        to_canonical(self)
    }

    /// Reads content that was just opened.
    ///
    /// # Errors
    /// See [`InnerError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, InnerError> {
        if bytes.len() > INNER_BYTES_MAX {
            return Err(InnerError::AboveLimit);
        }
        version::check(bytes, VERSION)?;
        let inner: Self = from_canonical(bytes).map_err(|_| InnerError::Malformed)?;
        if inner.is_within_limits() { Ok(inner) } else { Err(InnerError::AboveLimit) }
    }

    fn is_within_limits(&self) -> bool {
        let acks = self.ack.as_ref().map_or(0, |ack| ack.snapshots.len().saturating_add(ack.forgot.len()));
        self.deps.len() <= DEP_COUNT_MAX
            && self.deps.values().all(|heads| heads.len() <= BRANCH_COUNT_MAX)
            && self.parts.len() <= PACK_DOCUMENT_COUNT_MAX
            && self.rescued.len() <= RESCUED_ENTRY_COUNT_MAX
            && acks <= ACK_COUNT_MAX
    }

    /// Compares the inner copy of the place with the signed header.
    ///
    /// # Errors
    /// [`InnerError::WrongPlace`].
    pub fn check_place(&self, header: &EntryHeader) -> Result<(), InnerError> {
        let fits = self.space == header.space && self.log == header.log && self.seq == header.seq;
        if fits { Ok(()) } else { Err(InnerError::WrongPlace) }
    }
}

impl Snapshot {
    /// The canonical bytes: the body of a snapshot part.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        to_canonical(self)
    }

    /// Reads the body of a snapshot part.
    ///
    /// # Errors
    /// [`InnerError::Malformed`].
    pub fn decode(bytes: &[u8]) -> Result<Self, InnerError> {
        from_canonical(bytes).map_err(|_| InnerError::Malformed)
    }
}
