//! An order to forget payloads.
//!
//! Headers stay, so logs keep verifying; payloads named here go after [`DropOrder::undo_until_ms`]. The order travels in
//! the clear, since a mailbox without keys must obey it too; what it is about (the document, the request) is sealed
//! inside [`DropOrder::detail`]. Whether the signers suffice is the space's policy, judged by the caller with the signers
//! that [`DropOrder::verified_signers`] returns.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{
    DeviceId, Domain, EntryId, LogId, RecoveryKeyId, SealedBytes, Signer, SpaceId, from_canonical,
    to_canonical,
};
use minicbor::{Decode, Encode};

use crate::limits::DROP_ENTRY_COUNT_MAX;
use crate::version::{self, from_bad_version};

const VERSION: u8 = 1;
const DROP_DOMAIN: Domain = Domain::new("kyosei/v1/drop");

/// Why payloads are to be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum DropReason {
    /// A person's documents are erased.
    #[n(0)]
    Erased,
    /// Snapshots stand in for the payloads.
    #[n(1)]
    Compacted,
}

/// The order.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DropOrder {
    #[n(0)]
    version: u8,
    /// The space that the entries belong to.
    #[n(1)]
    pub space: SpaceId,
    /// The log that publishes the order; an order cannot be published again under another log.
    #[n(2)]
    pub log: LogId,
    /// The entries whose payloads go.
    #[n(3)]
    pub entries: BTreeSet<EntryId>,
    /// Why.
    #[n(4)]
    pub reason: DropReason,
    /// Until this time (Unix milliseconds, UTC) replicas keep the payloads, so that a mistake can be undone.
    #[n(5)]
    pub undo_until_ms: i64,
    /// Sealed to the space's epoch: the documents that are meant and the reference of the request.
    #[n(6)]
    pub detail: SealedBytes,
    /// Entries whose snapshots stand in for what is dropped. No other snapshot is ever applied, so a writer cannot
    /// rewrite history with one.
    #[n(7)]
    pub snapshots: BTreeSet<EntryId>,
    #[n(8)]
    signatures: BTreeMap<Signer, Signature>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
struct Signature(#[cbor(with = "minicbor::bytes")] [u8; 64]);

/// Why an order was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DropError {
    /// Not a canonical encoding.
    #[error("malformed drop order")]
    Malformed,
    /// Written by a newer version.
    #[error("drop order of a newer version")]
    NewerVersion,
    /// Names too many entries, or none.
    #[error("drop order above a limit")]
    AboveLimit,
    /// A signature does not fit.
    #[error("a signature does not fit")]
    BadSignature,
}

from_bad_version!(DropError);

impl DropOrder {
    /// An order without signatures.
    ///
    /// # Errors
    /// [`DropError::AboveLimit`] if it names no entry, or more entries or snapshots than [`DROP_ENTRY_COUNT_MAX`].
    pub fn new(
        space: SpaceId,
        log: LogId,
        entries: BTreeSet<EntryId>,
        reason: DropReason,
        undo_until_ms: i64,
        detail: SealedBytes,
        snapshots: BTreeSet<EntryId>,
    ) -> Result<Self, DropError> {
        let order = Self {
            version: VERSION,
            space,
            log,
            entries,
            reason,
            undo_until_ms,
            detail,
            snapshots,
            signatures: BTreeMap::new(),
        };
        order.check_limits()?;
        Ok(order)
    }

    /// Adds the signature of a device.
    #[must_use]
    pub fn sign_as_device(self, key: &SigningKey) -> Self {
        self.sign(Signer::Device(DeviceId::from(key)), key)
    }

    /// Adds the signature of a recovery sheet's key.
    #[must_use]
    pub fn sign_as_recovery(self, key: &SigningKey) -> Self {
        self.sign(Signer::Recovery(RecoveryKeyId::from(key)), key)
    }

    /// Checks every signature and returns who signed.
    ///
    /// # Errors
    /// [`DropError::BadSignature`] if one of them does not fit.
    pub fn verified_signers(&self) -> Result<BTreeSet<Signer>, DropError> {
        let message = self.message();
        for (signer, signature) in &self.signatures {
            DROP_DOMAIN
                .verify(signer.key_bytes(), &message, &signature.0)
                .map_err(|_| DropError::BadSignature)?;
        }
        Ok(self.signatures.keys().copied().collect())
    }

    /// The canonical bytes: the payload of a drop entry.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        to_canonical(self)
    }

    /// Reads an order. Signatures are not checked here.
    ///
    /// # Errors
    /// See [`DropError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, DropError> {
        version::check(bytes, VERSION)?;
        let order: Self = from_canonical(bytes).map_err(|_| DropError::Malformed)?;
        order.check_limits()?;
        Ok(order)
    }

    fn sign(mut self, signer: Signer, key: &SigningKey) -> Self {
        let signature = DROP_DOMAIN.sign(key, &self.message());
        self.signatures.insert(signer, Signature(signature));
        self
    }

    fn message(&self) -> Vec<u8> {
        to_canonical(&Self { signatures: BTreeMap::new(), ..self.clone() })
    }

    fn check_limits(&self) -> Result<(), DropError> {
        let count = self.entries.len();
        if count == 0 || count > DROP_ENTRY_COUNT_MAX || self.snapshots.len() > DROP_ENTRY_COUNT_MAX {
            Err(DropError::AboveLimit)
        } else {
            Ok(())
        }
    }
}
