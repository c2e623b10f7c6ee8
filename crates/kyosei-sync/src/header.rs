//! The header of an entry: signed, hash-linked, readable without any key.
//!
//! Wire form: canonical CBOR array of ten fields, followed by the 64-byte signature. The id of an entry is the BLAKE3
//! hash of both. A header shows pseudonymous keys, a size and a hash, never a document id or a kind of change: those lie
//! inside the payload.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use kyosei_access::{
    BadSignature, Domain, EntryId, EpochId, LogId, OpId, SpaceId, from_canonical, to_canonical,
};
use minicbor::{Decode, Decoder, Encode, Encoder, decode, encode};

use crate::limits::{MEMBERSHIP_HEAD_COUNT_MAX, PAYLOAD_BYTES_MAX};
use crate::version::{self, from_bad_version};

const VERSION: u8 = 1;
const SIGNATURE_BYTES: usize = 64;
const ENTRY_DOMAIN: Domain = Domain::new("kyosei/v1/entry");

/// What an entry carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKind {
    /// A sealed [`Inner`](crate::Inner).
    Data,
    /// A membership operation in the clear (names inside are sealed).
    Member,
    /// A [`DropOrder`](crate::DropOrder) in the clear: a replica without keys must obey it too.
    Drop,
    /// A kind of a newer version: kept and forwarded, never interpreted.
    Unknown(u8),
}

/// The fields of a header.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct EntryHeader {
    #[n(0)]
    version: u8,
    /// The space that the entry belongs to.
    #[n(1)]
    pub space: SpaceId,
    /// The log, named by its public key.
    #[n(2)]
    pub log: LogId,
    /// Place in the log, counted from 0.
    #[n(3)]
    pub seq: u32,
    /// Id of the entry before; none for the first.
    #[n(4)]
    pub prev: Option<EntryId>,
    /// What the payload is.
    #[n(5)]
    pub kind: EntryKind,
    /// Membership heads that the author knew; none means the same as in the entry before.
    #[n(6)]
    pub membership_heads: Option<BTreeSet<OpId>>,
    /// Epoch that the payload is sealed to; none for payloads in the clear.
    #[n(7)]
    pub epoch: Option<EpochId>,
    /// Length of the payload in bytes.
    #[n(8)]
    pub payload_len: u32,
    /// Domain-separated BLAKE3 of the payload ([`payload_hash`]).
    #[cbor(n(9), with = "minicbor::bytes")]
    pub payload_hash: [u8; 32],
}

/// A header with its signature. Only [`SignedHeader::verify`] tells whether the signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedHeader {
    header: EntryHeader,
    signature: [u8; SIGNATURE_BYTES],
    id: EntryId,
}

/// Why bytes are not a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// Not the canonical encoding of a header and a signature.
    #[error("malformed header")]
    Malformed,
    /// Written by a newer version.
    #[error("header of a newer version")]
    NewerVersion,
    /// A field is above its limit.
    #[error("header above a limit")]
    AboveLimit,
    /// The signature is not the log's.
    #[error("the signature does not fit")]
    BadSignature,
}

from_bad_version!(HeaderError);

impl From<BadSignature> for HeaderError {
    fn from(_: BadSignature) -> Self {
        Self::BadSignature
    }
}

/// The hash by which a header names its payload.
#[must_use]
pub fn payload_hash(payload: &[u8]) -> [u8; 32] {
    blake3::derive_key("kyosei/v1/payload", payload)
}

impl EntryHeader {
    /// A header for `payload` at this place.
    ///
    /// # Errors
    /// [`HeaderError::AboveLimit`] if the payload or the heads are above their limits.
    pub fn new(
        place: Place,
        kind: EntryKind,
        epoch: Option<EpochId>,
        payload: &[u8],
    ) -> Result<Self, HeaderError> {
        let payload_len = u32::try_from(payload.len()).map_err(|_| HeaderError::AboveLimit)?;
        let header = Self {
            version: VERSION,
            space: place.space,
            log: place.log,
            seq: place.seq,
            prev: place.prev,
            kind,
            membership_heads: place.membership_heads,
            epoch,
            payload_len,
            payload_hash: payload_hash(payload),
        };
        header.check_limits()?;
        Ok(header)
    }

    /// Signs the header with the log's key.
    #[must_use]
    pub fn sign(self, log_key: &SigningKey) -> SignedHeader {
        let signature = ENTRY_DOMAIN.sign(log_key, &to_canonical(&self));
        let id = entry_id(&to_canonical(&self), &signature);
        SignedHeader { header: self, signature, id }
    }

    fn check_limits(&self) -> Result<(), HeaderError> {
        let payload_fits = usize::try_from(self.payload_len).is_ok_and(|len| len <= PAYLOAD_BYTES_MAX);
        let heads_fit =
            self.membership_heads.as_ref().is_none_or(|heads| heads.len() <= MEMBERSHIP_HEAD_COUNT_MAX);
        if payload_fits && heads_fit { Ok(()) } else { Err(HeaderError::AboveLimit) }
    }
}

/// Where an entry stands in its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// See [`EntryHeader::space`].
    pub space: SpaceId,
    /// See [`EntryHeader::log`].
    pub log: LogId,
    /// See [`EntryHeader::seq`].
    pub seq: u32,
    /// See [`EntryHeader::prev`].
    pub prev: Option<EntryId>,
    /// See [`EntryHeader::membership_heads`].
    pub membership_heads: Option<BTreeSet<OpId>>,
}

impl SignedHeader {
    /// Reads a header. The signature is not checked here.
    ///
    /// # Errors
    /// See [`HeaderError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, HeaderError> {
        let (header_bytes, signature) =
            bytes.split_last_chunk::<SIGNATURE_BYTES>().ok_or(HeaderError::Malformed)?;
        version::check(header_bytes, VERSION)?;
        let header: EntryHeader = from_canonical(header_bytes).map_err(|_| HeaderError::Malformed)?;
        header.check_limits()?;
        Ok(Self { id: entry_id(header_bytes, signature), header, signature: *signature })
    }

    /// The canonical bytes: header, then signature.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = to_canonical(&self.header);
        bytes.extend_from_slice(&self.signature);
        bytes
    }

    /// Checks that the log's key signed this header.
    ///
    /// # Errors
    /// [`HeaderError::BadSignature`].
    pub fn verify(&self) -> Result<(), HeaderError> {
        let message = to_canonical(&self.header);
        Ok(ENTRY_DOMAIN.verify(self.header.log.as_bytes(), &message, &self.signature)?)
    }

    /// Whether `payload` is the one that this header names.
    #[must_use]
    pub fn names(&self, payload: &[u8]) -> bool {
        usize::try_from(self.header.payload_len).is_ok_and(|len| len == payload.len())
            && self.header.payload_hash == payload_hash(payload)
    }

    /// The fields.
    #[must_use]
    pub const fn header(&self) -> &EntryHeader {
        &self.header
    }

    /// The id of the entry.
    #[must_use]
    pub const fn id(&self) -> EntryId {
        self.id
    }
}

fn entry_id(header: &[u8], signature: &[u8]) -> EntryId {
    let mut hasher = blake3::Hasher::new_derive_key("kyosei/v1/entry-id");
    hasher.update(header).update(signature);
    EntryId::from_bytes(*hasher.finalize().as_bytes())
}

impl<C> Encode<C> for EntryKind {
    fn encode<W: encode::Write>(&self, e: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        e.u8(match self {
            Self::Data => 0,
            Self::Member => 1,
            Self::Drop => 2,
            Self::Unknown(kind) => *kind,
        })?;
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for EntryKind {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        Ok(match d.u8()? {
            0 => Self::Data,
            1 => Self::Member,
            2 => Self::Drop,
            kind => Self::Unknown(kind),
        })
    }
}
