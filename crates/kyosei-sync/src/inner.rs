//! What lies inside the sealed payload of a data entry.
//!
//! age authenticates neither a sender nor a context, so the place of the entry is repeated inside and compared after
//! opening ([`Inner::check_place`]): a payload that was moved under another header, log or space is refused.
//! Document bytes are opaque here.

use std::collections::BTreeMap;

use kyosei_access::{EntryId, LogId, SpaceId, from_canonical, to_canonical};
use kyosei_doc::DocId;
use minicbor::{Decode, Encode};

use crate::header::EntryHeader;
use crate::limits::{ACTOR_COUNT_MAX, DEP_COUNT_MAX, INNER_BYTES_MAX, PACK_DOCUMENT_COUNT_MAX};
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
    /// What the author had applied of other logs, as a difference to the entry before in this log.
    #[n(4)]
    pub deps: BTreeMap<LogId, (u32, EntryId)>,
    /// Automerge actors whose changes this entry may contain.
    #[n(5)]
    pub actors: Vec<ActorBytes>,
    /// Parts of documents.
    #[n(6)]
    pub parts: Vec<Part>,
}

/// The 16 bytes of an Automerge actor of this program: random for each run of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Encode, Decode)]
#[cbor(transparent)]
pub struct ActorBytes(#[cbor(with = "minicbor::bytes")] pub [u8; 16]);

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
    /// For each log the last entry whose changes are inside.
    #[n(0)]
    pub covers: BTreeMap<LogId, u32>,
    /// The Automerge save, which keeps change hashes so that late offline edits still merge.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub save: Vec<u8>,
}

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
    pub const fn new(
        space: SpaceId,
        log: LogId,
        seq: u32,
        actors: Vec<ActorBytes>,
        parts: Vec<Part>,
    ) -> Self {
        Self { version: VERSION, space, log, seq, deps: BTreeMap::new(), actors, parts }
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
        let within = inner.deps.len() <= DEP_COUNT_MAX
            && inner.actors.len() <= ACTOR_COUNT_MAX
            && inner.parts.len() <= PACK_DOCUMENT_COUNT_MAX;
        if within { Ok(inner) } else { Err(InnerError::AboveLimit) }
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
