//! Writing the next entries of the own log.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{
    BodyError, EntryId, EpochId, LogOpen, MemberOp, MissingSignatures, OpBody, RecoveryKeyId, SealedBytes,
    SignedOp, Signer, Verified, to_canonical,
};
use kyosei_doc::{Actor, DocId};
use kyosei_sync::inner::ActorBytes;
use kyosei_sync::{
    DropError, DropOrder, DropReason, EntryKind, HeaderError, Inner, PAYLOAD_BYTES_MAX, Part, pack::pack,
};
use kyosei_vault::{Recipient, SealError, seal};

use super::read::{DROP_DETAIL_VERSION, DropDetail};
use super::{DeviceKeys, Draft, Journal, NextEntry, OwnLog};

/// Why entries could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftError {
    /// This device has no log in this space yet.
    #[error("no log opened")]
    NoLog,
    /// No epoch that this device holds may be used now.
    #[error("no usable epoch")]
    NoEpoch,
    /// A document is too large for one entry.
    #[error("a document is too large for one entry")]
    TooLarge,
    /// The log has no further sequence numbers.
    #[error("the log is full")]
    LogFull,
    /// A header could not be made.
    #[error(transparent)]
    Header(#[from] HeaderError),
    /// A payload could not be sealed.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A drop order could not be made.
    #[error(transparent)]
    Drop(#[from] DropError),
    /// The committee's policy asks for more approvals.
    #[error("more approvals are needed")]
    NotApproved,
    /// A membership operation could not be made.
    #[error("a membership operation could not be made")]
    Operation,
}

impl From<BodyError> for DraftError {
    fn from(_: BodyError) -> Self {
        Self::Operation
    }
}

impl From<MissingSignatures> for DraftError {
    fn from(_: MissingSignatures) -> Self {
        Self::Operation
    }
}

impl Journal {
    /// A draft without entries, to be filled by the functions below. What one draft holds is stored in one transaction.
    #[must_use]
    pub fn draft(&self) -> Draft {
        Draft {
            entries: Vec::new(),
            logs: self.logs.clone(),
            ops: Vec::new(),
            own: None,
            epochs: BTreeMap::new(),
        }
    }

    /// Adds entries that carry parts of documents, packed.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn draft_documents(
        &self,
        mut draft: Draft,
        parts: Vec<Part>,
        actor: Actor,
    ) -> Result<Draft, DraftError> {
        let own = self.own.as_ref().ok_or(DraftError::NoLog)?;
        let (epoch, recipient) = self.writing_epoch()?;
        let mut entries = std::mem::take(&mut draft.entries);
        let mut next = self.next_entry(&mut draft, &own.key);
        for parts in pack(parts) {
            let sealed = |seq| {
                let inner = Inner::new(self.space, own.id(), seq, vec![ActorBytes(actor.0)], parts);
                let sealed = seal(recipient, &inner.encode())?;
                if sealed.len() > PAYLOAD_BYTES_MAX { Err(DraftError::TooLarge) } else { Ok(sealed) }
            };
            entries.push(next.append(EntryKind::Data, Some(epoch), sealed)?);
        }
        draft.entries = entries;
        Ok(draft)
    }

    /// Adds an order to drop the payloads of `entries` and to forget `documents`, approved by this device and by recovery
    /// keys.
    ///
    /// # Errors
    /// See [`DraftError`]; [`DraftError::NotApproved`] if no journal would obey the order.
    pub fn draft_drop(
        &self,
        mut draft: Draft,
        entries: BTreeSet<EntryId>,
        documents: Vec<DocId>,
        undo_until_ms: i64,
        keys: &DeviceKeys,
        recovery: &[SigningKey],
    ) -> Result<Draft, DraftError> {
        if !self.approves_erasure(keys, recovery) {
            return Err(DraftError::NotApproved);
        }
        let own = self.own.as_ref().ok_or(DraftError::NoLog)?;
        let (epoch, recipient) = self.writing_epoch()?;
        let detail = DropDetail { version: DROP_DETAIL_VERSION, documents };
        let detail = SealedBytes::from(seal(recipient, &to_canonical(&detail))?);
        let mut order =
            DropOrder::new(self.space, own.id(), entries, DropReason::Erased, undo_until_ms, detail)?
                .sign_as_device(&keys.signing);
        for key in recovery {
            order = order.sign_as_recovery(key);
        }
        let order = order.encode();
        let entry =
            self.next_entry(&mut draft, &own.key).append(EntryKind::Drop, Some(epoch), |_| Ok(order))?;
        draft.entries.push(entry);
        Ok(draft)
    }

    /// Whether this device and these recovery keys together may order an erasure.
    #[must_use]
    pub fn approves_erasure(&self, keys: &DeviceKeys, recovery: &[SigningKey]) -> bool {
        let recovery = recovery.iter().map(|key| Signer::Recovery(RecoveryKeyId::from(key)));
        let signers = recovery.chain([Signer::Device(keys.device())]).collect();
        self.are_enough(&signers, self.membership.heads())
    }

    /// Opens a new log for this device: the first one, or after the key of the old one was lost.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn draft_log(&self, key: SigningKey, keys: &DeviceKeys) -> Result<Draft, DraftError> {
        let device = keys.device();
        let used =
            self.membership.logs().filter(|(_, log)| log.device == device).map(|(_, log)| log.incarnation);
        let incarnation =
            used.max().map_or(Some(0), |last| last.checked_add(1)).ok_or(DraftError::LogFull)?;
        let own = OwnLog { key, incarnation };
        let open = MemberOp::LogOpen(LogOpen { log: own.id(), incarnation });
        let heads = self.membership.heads().iter().copied();
        let op = OpBody::new(self.space, heads, device, open)?.sign_with_log(&keys.signing, &own.key)?;
        let mut draft = self.draft();
        let entry =
            self.next_entry(&mut draft, &own.key).append(EntryKind::Member, None, |_| Ok(op.encode()))?;
        draft.entries = vec![entry];
        draft.ops = vec![verified(op)?];
        draft.own = Some(own);
        Ok(draft)
    }

    fn next_entry<'a>(&'a self, draft: &'a mut Draft, key: &'a SigningKey) -> NextEntry<'a> {
        NextEntry { space: self.space, logs: &mut draft.logs, key, heads: self.membership.heads() }
    }

    fn writing_epoch(&self) -> Result<(EpochId, Recipient), DraftError> {
        let epoch = self.membership.preferred_epoch().ok_or(DraftError::NoEpoch)?;
        let identity = self.epochs.get(&epoch).ok_or(DraftError::NoEpoch)?;
        let recipient = identity.recipient().map_err(|_| DraftError::NoEpoch)?;
        Ok((epoch, recipient))
    }
}

/// An operation that this device just signed.
pub(super) fn verified(op: SignedOp) -> Result<Verified<SignedOp>, DraftError> {
    op.verify().map_err(|_| DraftError::Operation)
}
