//! Writing the next entries of the own log.
//!
//! A [`Draft`] holds the journal as it will be once its entries are stored, so that what one draft writes rests on what
//! it wrote before. What one draft holds is stored in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{
    AuthorError, BodyError, EntryId, EpochId, LogId, MissingSignatures, RecoveryKeyId, SealedBytes, Signer,
    SpaceId, to_canonical,
};
use kyosei_doc::DocId;
use kyosei_sync::{
    Ack, DropError, DropOrder, DropReason, EntryHeader, EntryKind, HeaderError, Heads, Inner,
    PAYLOAD_BYTES_MAX, Part, Place, Tip, pack::pack,
};
use kyosei_vault::{SealError, seal};

use super::open::{DROP_DETAIL_VERSION, DropDetail};
use super::{DeviceKeys, Draft, Journal, NewEntry};

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
    /// There are more epochs than a new one can hand on.
    #[error("too many epochs")]
    TooManyEpochs,
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
    /// A membership operation may not be made.
    #[error(transparent)]
    NotPermitted(#[from] AuthorError),
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

/// Payloads to be dropped, and why.
#[derive(Debug, Clone)]
pub struct DropPlan {
    /// The entries whose payloads go.
    pub entries: BTreeSet<EntryId>,
    /// Entries whose snapshots stand in for them.
    pub snapshots: BTreeSet<EntryId>,
    /// The documents that are erased; none when the entries are compacted.
    pub documents: Vec<DocId>,
    /// Why.
    pub reason: DropReason,
    /// Unix milliseconds until which replicas keep the payloads.
    pub undo_until_ms: i64,
}

impl Journal {
    /// A draft without entries.
    #[must_use]
    pub fn draft(&self) -> Draft {
        Draft { journal: self.clone(), entries: Vec::new() }
    }

    /// Whether this device and these recovery keys together may order an erasure.
    #[must_use]
    pub fn approves_erasure(&self, keys: &DeviceKeys, recovery: &[SigningKey]) -> bool {
        let recovery = recovery.iter().map(|key| Signer::Recovery(RecoveryKeyId::from(key)));
        let signers = recovery.chain([Signer::Device(keys.device())]).collect();
        self.are_enough(&signers, self.membership.heads())
    }
}

impl Draft {
    /// The journal as it will be.
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The entries from the one at `from` on, which this draft wrote.
    #[must_use]
    pub fn ids_from(&self, from: usize) -> BTreeSet<EntryId> {
        self.entries.iter().skip(from).map(|entry| entry.header.id()).collect()
    }

    /// Adds entries that carry parts of documents, packed.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn documents(&mut self, parts: Vec<Part>) -> Result<(), DraftError> {
        pack(parts).into_iter().try_for_each(|parts| self.data(|inner| inner.parts = parts))
    }

    /// Adds an entry that takes over held entries of removed devices (rule R7).
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn rescue(&mut self, entries: BTreeSet<EntryId>) -> Result<(), DraftError> {
        self.data(|inner| inner.rescued = entries)
    }

    /// Adds an entry that acknowledges snapshots or forgotten epochs.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn acknowledge(&mut self, ack: Ack) -> Result<(), DraftError> {
        self.data(|inner| inner.ack = Some(ack))
    }

    /// Lets the next data entry say in full what this device had applied, not only what moved since the entry before.
    /// What vouches for an entry must not depend on payloads that may be dropped (rules R7, D1).
    pub fn restate_dependencies(&mut self) {
        self.journal.said = Heads::new();
    }

    /// Adds an order to drop payloads, approved by this device and by recovery keys.
    ///
    /// # Errors
    /// See [`DraftError`]; [`DraftError::NotApproved`] if no journal would obey the order.
    pub fn drop_payloads(
        &mut self,
        plan: DropPlan,
        keys: &DeviceKeys,
        recovery: &[SigningKey],
    ) -> Result<(), DraftError> {
        if plan.reason == DropReason::Erased && !self.journal.approves_erasure(keys, recovery) {
            return Err(DraftError::NotApproved);
        }
        let log = self.own_log()?;
        let (epoch, recipient) = self.journal.writing_epoch()?;
        let detail = DropDetail { version: DROP_DETAIL_VERSION, documents: plan.documents };
        let detail = SealedBytes::from(seal(recipient, &to_canonical(&detail))?);
        let space = self.journal.space;
        let order = DropOrder::new(
            space,
            log,
            plan.entries,
            plan.reason,
            plan.undo_until_ms,
            detail,
            plan.snapshots,
        )?;
        let order = recovery
            .iter()
            .fold(order.sign_as_device(&keys.signing), |order, key| order.sign_as_recovery(key))
            .encode();
        self.append(EntryKind::Drop, Some(epoch), |_| Ok(order))
    }

    /// Adds a data entry; `fill` says what it holds beside its place and what this device had applied.
    fn data(&mut self, fill: impl FnOnce(&mut Inner)) -> Result<(), DraftError> {
        let log = self.own_log()?;
        let (epoch, recipient) = self.journal.writing_epoch()?;
        let space: SpaceId = self.journal.space;
        let applied = self.journal.applied_heads();
        let deps = news(&applied, &self.journal.said, log);
        self.append(EntryKind::Data, Some(epoch), |seq| {
            let mut inner = Inner::new(space, log, seq, deps, Vec::new());
            fill(&mut inner);
            let sealed = seal(recipient, &inner.encode())?;
            if sealed.len() > PAYLOAD_BYTES_MAX { Err(DraftError::TooLarge) } else { Ok(sealed) }
        })?;
        self.journal.said = applied;
        Ok(())
    }

    /// Signs an entry after the tip of the own log and moves the tip.
    pub(super) fn append(
        &mut self,
        kind: EntryKind,
        epoch: Option<EpochId>,
        payload: impl FnOnce(u32) -> Result<Vec<u8>, DraftError>,
    ) -> Result<(), DraftError> {
        let journal = &mut self.journal;
        let key = &journal.own.as_ref().ok_or(DraftError::NoLog)?.key;
        let log = LogId::from(key);
        let tip = match journal.logs.branches(log) {
            [] => None,
            [tip] => Some(tip),
            // A forked log is not written any more: the device opens a new one.
            _ => return Err(DraftError::NoLog),
        };
        let seq = tip.map_or(Some(0), |tip| tip.seq.checked_add(1)).ok_or(DraftError::LogFull)?;
        let prev: Option<EntryId> = tip.map(|tip| tip.entry);
        let heads = journal.membership.heads().clone();
        let changed = tip.is_none_or(|tip| tip.membership_heads != heads);
        let payload = payload(seq)?;
        let membership_heads = changed.then(|| heads.clone());
        let place = Place { space: journal.space, log, seq, prev, membership_heads };
        let header = EntryHeader::new(place, kind, epoch, &payload)?.sign(key);
        journal.logs.advance(log, Tip { seq, entry: header.id(), membership_heads: heads });
        self.entries.push(NewEntry { header, payload });
        Ok(())
    }

    fn own_log(&self) -> Result<LogId, DraftError> {
        self.journal.own.as_ref().map(super::OwnLog::id).ok_or(DraftError::NoLog)
    }
}

/// What is to be told of `applied` after `said`: the logs whose heads moved, but for the own one.
fn news(applied: &Heads, said: &Heads, own: LogId) -> Heads {
    let moved = |(log, heads): &(&LogId, &BTreeSet<_>)| **log != own && said.get(log) != Some(heads);
    applied.iter().filter(moved).map(|(log, heads)| (*log, heads.clone())).collect::<BTreeMap<_, _>>()
}
