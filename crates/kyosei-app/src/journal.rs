//! The entry log of one space on this device: reading it, and writing the next entries.
//!
//! Life-cycle: [`Journal::found`] for a new space or [`Journal::restore`] at unlock; [`Journal::read`] for entries from
//! the disk (and, later, from peers); [`Journal::draft_documents`] and its sisters for new entries. A [`Draft`] becomes
//! part of the journal only by [`Journal::adopt`], after the runtime stored it.
//!
//! Entries are verified here (signature, place, payload hash, inner place) and payloads opened and sealed; what the
//! documents mean is not known here.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{
    EndpointKey, EntryId, EpochId, KemId, LogId, Membership, OpId, OpSet, OpaqueOp, SignedOp, SpaceId,
    Verified, reduce,
};
use kyosei_sync::{EntryHeader, EntryKind, Logs, Place, SignedHeader, Tip};
use kyosei_vault::{Identity, KeyFile, Recipient};

mod draft;
mod found;
mod read;

pub use draft::DraftError;
pub use found::{Founded, Founding, fresh_key};
pub use read::{BadEntry, Content, ReadEntry, StoredEntry};

/// Keys of this device, as the key file holds them, in usable form.
pub struct DeviceKeys {
    /// Signs certificates, operations and approvals.
    pub signing: SigningKey,
    /// Opens epoch wraps.
    pub kem: Identity,
    /// Opens what only this laptop reads.
    pub local: Identity,
    /// Public half of `local`. It never leaves the vault, so nobody else can make local state that opens.
    pub local_recipient: Recipient,
    kem_recipient: Recipient,
    endpoint: EndpointKey,
}

/// The log that this device writes in a space.
#[derive(Clone)]
pub struct OwnLog {
    /// Signs entries; its public half is the log's id.
    pub key: SigningKey,
    /// Counts the logs of this device in this space.
    pub incarnation: u32,
}

/// One space's log.
#[derive(Clone)]
pub struct Journal {
    space: SpaceId,
    ops: OpSet,
    membership: Membership,
    logs: Logs,
    own: Option<OwnLog>,
    epochs: BTreeMap<EpochId, Identity>,
}

/// New entries that are not yet stored.
pub struct Draft {
    /// The entries in the order in which they must be stored.
    pub entries: Vec<NewEntry>,
    logs: Logs,
    ops: Vec<Verified<SignedOp>>,
    own: Option<OwnLog>,
    epochs: BTreeMap<EpochId, Identity>,
}

/// A new entry.
pub struct NewEntry {
    /// Its signed header.
    pub header: SignedHeader,
    /// Its payload.
    pub payload: Vec<u8>,
}

/// Why the keys of a key file cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the keys of the key file cannot be used")]
pub struct BadKeys;

impl DeviceKeys {
    /// The keys of a key file.
    ///
    /// # Errors
    /// [`BadKeys`] never for a file that this program wrote.
    pub fn from_key_file(keys: &KeyFile) -> Result<Self, BadKeys> {
        let kem = Identity::from_bytes(&keys.kem_secret).map_err(|_| BadKeys)?;
        let local = Identity::from_bytes(&keys.local_secret).map_err(|_| BadKeys)?;
        Ok(Self {
            signing: SigningKey::from_bytes(&keys.device_seed),
            kem_recipient: kem.recipient().map_err(|_| BadKeys)?,
            local_recipient: local.recipient().map_err(|_| BadKeys)?,
            endpoint: EndpointKey::from(&SigningKey::from_bytes(&keys.endpoint_seed)),
            kem,
            local,
        })
    }

    /// The id of this device.
    #[must_use]
    pub fn device(&self) -> kyosei_access::DeviceId {
        kyosei_access::DeviceId::from(&self.signing)
    }

    /// The key to which epochs are wrapped for this device.
    #[must_use]
    pub const fn kem_recipient(&self) -> kyosei_access::KemRecipient {
        kyosei_access::KemRecipient::from_bytes(self.kem_recipient.to_bytes())
    }

    /// The public key of this device's network endpoint.
    #[must_use]
    pub const fn endpoint(&self) -> EndpointKey {
        self.endpoint
    }

    fn kem_id(&self) -> KemId {
        self.kem_recipient().id()
    }
}

impl OwnLog {
    /// The log's id.
    #[must_use]
    pub fn id(&self) -> LogId {
        LogId::from(&self.key)
    }
}

impl Journal {
    /// The journal of a space as the local state remembers it: operations, tips and the own log.
    #[must_use]
    pub fn restore(
        space: SpaceId,
        operations: &[Vec<u8>],
        tips: Vec<(LogId, Tip)>,
        own: Option<OwnLog>,
        keys: &DeviceKeys,
    ) -> Self {
        let mut logs = Logs::default();
        for (log, tip) in tips {
            logs.restore(log, tip);
        }
        let ops = OpSet::new(space);
        let membership = reduce(&ops);
        let mut journal = Self { space, ops, membership, logs, own, epochs: BTreeMap::new() };
        for bytes in operations {
            // What the local state holds was verified before it was stored; a damaged one is found by the deep check.
            let _known = journal.insert_operation(bytes);
        }
        journal.resolve(keys);
        journal
    }

    /// Makes a stored draft part of the journal.
    pub fn adopt(&mut self, draft: Draft) {
        self.logs = draft.logs;
        for op in draft.ops {
            // An operation of another space cannot come out of a draft of this one.
            let _inserted = self.ops.insert(op);
        }
        self.own = draft.own.or_else(|| self.own.take());
        self.epochs.extend(draft.epochs);
        self.membership = reduce(&self.ops);
    }

    /// The space.
    #[must_use]
    pub const fn space(&self) -> SpaceId {
        self.space
    }

    /// Who may do what.
    #[must_use]
    pub const fn membership(&self) -> &Membership {
        &self.membership
    }

    /// The tips of all logs.
    #[must_use]
    pub const fn logs(&self) -> &Logs {
        &self.logs
    }

    /// The log that this device writes; none before one was opened.
    #[must_use]
    pub const fn own_log(&self) -> Option<&OwnLog> {
        self.own.as_ref()
    }

    /// Gives up the own log because its end cannot be read: writing after it would fork it. The next write opens a new one.
    pub fn abandon_own_log(&mut self) {
        self.own = None;
    }

    /// The wire bytes of all operations.
    #[must_use]
    pub fn operations(&self) -> Vec<Vec<u8>> {
        let opaque = self.ops.iter_opaque().map(|op| op.as_slice().to_vec());
        self.ops.iter().map(SignedOp::encode).chain(opaque).collect()
    }

    fn insert_operation(&mut self, bytes: &[u8]) -> Result<(), BadEntry> {
        match SignedOp::decode(bytes) {
            Ok(op) => {
                let op = op.verify().map_err(|_| BadEntry::BadOperation)?;
                self.ops.insert(op).map_err(|_| BadEntry::BadOperation)?;
            }
            Err(kyosei_access::DecodeError::UnknownFormat { .. }) => {
                let opaque = OpaqueOp::decode(bytes).map_err(|_| BadEntry::BadOperation)?;
                self.ops.insert_opaque(opaque);
            }
            Err(_) => return Err(BadEntry::BadOperation),
        }
        Ok(())
    }

    /// Computes the membership anew and opens the epochs that are wrapped for this device.
    fn resolve(&mut self, keys: &DeviceKeys) {
        self.membership = reduce(&self.ops);
        let device = keys.device();
        let closed: Vec<EpochId> =
            self.membership.epochs().map(|(id, _)| id).filter(|id| !self.epochs.contains_key(id)).collect();
        for epoch in closed {
            let wraps = self.membership.wraps_for(device, epoch);
            let opened = wraps.iter().find_map(|wrap| found::unwrap(wrap.as_slice(), epoch, &keys.kem));
            if let Some(identity) = opened {
                self.epochs.insert(epoch, identity);
            }
        }
    }
}

/// The next entry of a log.
struct NextEntry<'a> {
    space: SpaceId,
    logs: &'a mut Logs,
    key: &'a SigningKey,
    heads: &'a BTreeSet<OpId>,
}

impl NextEntry<'_> {
    /// Signs an entry after the tip and moves the tip.
    fn append(
        &mut self,
        kind: EntryKind,
        epoch: Option<EpochId>,
        payload: impl FnOnce(u32) -> Result<Vec<u8>, DraftError>,
    ) -> Result<NewEntry, DraftError> {
        let log = LogId::from(self.key);
        let tip = self.logs.tip(log);
        let seq = tip.map_or(Some(0), |tip| tip.seq.checked_add(1)).ok_or(DraftError::LogFull)?;
        let prev: Option<EntryId> = tip.map(|tip| tip.entry);
        let changed = tip.is_none_or(|tip| tip.membership_heads != *self.heads);
        let payload = payload(seq)?;
        let place = Place {
            space: self.space,
            log,
            seq,
            prev,
            membership_heads: changed.then(|| self.heads.clone()),
        };
        let header = EntryHeader::new(place, kind, epoch, &payload)?.sign(self.key);
        let tip = Tip { seq, entry: header.id(), membership_heads: self.heads.clone() };
        self.logs.restore(log, tip);
        Ok(NewEntry { header, payload })
    }
}
