//! The entry log of one space on this device: taking entries in, opening them, and writing the next ones.
//!
//! Life-cycle: [`Journal::found`] for a new space, [`Journal::empty`] for one that is joined or rebuilt, or
//! [`Journal::restore`] at unlock; [`Journal::admit`] decides which arriving entries are taken in, [`Journal::open`] opens
//! their payloads; [`Journal::draft`] and its sisters write new entries. An [`Admission`] or a [`Draft`] becomes part of
//! the journal only by [`Journal::take`] or [`Journal::adopt`], after the runtime stored it.
//!
//! Entries are verified here (signature, place, payload hash, inner place) and payloads opened and sealed; which of them
//! count is judged by [`Replica`](crate::Replica), and what the documents mean is not known here.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ed25519_dalek::SigningKey;
use kyosei_access::{
    DeviceId, EpochId, LogId, Membership, OpId, OpSet, OpaqueOp, SignedOp, SpaceId, Verified, reduce,
};
use kyosei_doc::Actor;
use kyosei_sync::actor::{self, RUN_BYTES};
use kyosei_sync::{Heads, Logs, SignedHeader, Tip};
use kyosei_vault::Identity;

mod admit;
mod draft;
mod epochs;
mod found;
mod keys;
mod members;
mod names;
mod open;
mod source;

pub use admit::{Accepted, Admission, Origin, Rejected, StoredEntry};
pub use draft::{DraftError, DropPlan};
pub use found::{Founded, Founding, fresh_key};
pub use keys::{BadKeys, DeviceKeys};
pub use members::ApprovalKeys;
pub use names::DeviceNames;
pub use open::{BadEntry, Content, Opened};
pub use source::{EntrySource, OwnedEntry};

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
    membership: Arc<Membership>,
    logs: Logs,
    own: Option<OwnLog>,
    epochs: BTreeMap<EpochId, Identity>,
    /// Where the applied part of a log ends, for logs that have held entries.
    applied: Heads,
    /// What the own log has said so far of what this device had applied.
    said: Heads,
    /// Operations of entries that could not be taken in yet. Not remembered over a restart.
    hearsay: OpSet,
}

/// New entries that are not yet stored, and the journal as it will be after that.
pub struct Draft {
    /// The entries in the order in which they must be stored.
    pub entries: Vec<NewEntry>,
    journal: Journal,
}

/// A new entry.
pub struct NewEntry {
    /// Its signed header.
    pub header: SignedHeader,
    /// Its payload.
    pub payload: Vec<u8>,
}

/// What the local state remembers of a journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remembered {
    /// Wire bytes of all operations.
    pub operations: Vec<Vec<u8>>,
    /// The tips of all branches of all logs.
    pub tips: Vec<(LogId, Tip)>,
    /// See [`Journal::applied_heads`]; only logs with held entries.
    pub applied: Heads,
    /// What the own log has said so far of what this device had applied.
    pub said: Heads,
}

impl OwnLog {
    /// The log's id.
    #[must_use]
    pub fn id(&self) -> LogId {
        LogId::from(&self.key)
    }
}

impl Journal {
    /// A journal without entries, of a space that is joined or read anew.
    #[must_use]
    pub fn empty(space: SpaceId, own: Option<OwnLog>) -> Self {
        let ops = OpSet::new(space);
        let membership = Arc::new(reduce(&ops));
        Self {
            space,
            ops,
            membership,
            logs: Logs::default(),
            own,
            epochs: BTreeMap::new(),
            applied: Heads::new(),
            said: Heads::new(),
            hearsay: OpSet::new(space),
        }
    }

    /// The journal of a space that this device was welcomed to, before any entry came.
    #[must_use]
    pub fn joined(ops: OpSet, keys: &DeviceKeys) -> Self {
        let membership = Arc::new(reduce(&ops));
        let mut journal = Self { membership, ..Self::empty(ops.space(), None) };
        journal.ops = ops;
        journal.open_epochs(keys);
        journal
    }

    /// The journal of a space as the local state remembers it.
    #[must_use]
    pub fn restore(space: SpaceId, remembered: Remembered, own: Option<OwnLog>, keys: &DeviceKeys) -> Self {
        let mut journal = Self::empty(space, own);
        for (log, tip) in remembered.tips {
            journal.logs.restore(log, tip);
        }
        for bytes in &remembered.operations {
            // What the local state holds was verified before it was stored; a damaged one is found by the deep check.
            let _known = insert_operation(&mut journal.ops, bytes);
        }
        journal.applied = remembered.applied;
        journal.said = remembered.said;
        if journal.own.as_ref().is_some_and(|own| journal.logs.branches(own.id()).len() > 1) {
            // The fork was found while the vault was opened, and the key ring did not hear of it.
            journal.abandon_own_log();
        }
        journal.membership = Arc::new(reduce(&journal.ops));
        journal.open_epochs(keys);
        journal
    }

    /// What the local state has to remember.
    #[must_use]
    pub fn remembered(&self) -> Remembered {
        let opaque = self.ops.iter_opaque().map(|op| op.as_slice().to_vec());
        Remembered {
            operations: self.ops.iter().map(SignedOp::encode).chain(opaque).collect(),
            tips: self.logs.tips().map(|(log, tip)| (log, tip.clone())).collect(),
            applied: self.applied.clone(),
            said: self.said.clone(),
        }
    }

    /// Makes a stored draft part of the journal.
    pub fn adopt(&mut self, draft: Draft) {
        *self = draft.journal;
    }

    /// The space.
    #[must_use]
    pub const fn space(&self) -> SpaceId {
        self.space
    }

    /// Who may do what.
    #[must_use]
    pub fn membership(&self) -> &Membership {
        &self.membership
    }

    /// All operations that are known.
    #[must_use]
    pub const fn operations(&self) -> &OpSet {
        &self.ops
    }

    /// The tips of all logs.
    #[must_use]
    pub const fn logs(&self) -> &Logs {
        &self.logs
    }

    /// How many operations were heard of in entries that could not be taken in.
    #[must_use]
    pub fn heard_count(&self) -> usize {
        self.hearsay.len()
    }

    /// The log that this device writes; none before one was opened.
    #[must_use]
    pub const fn own_log(&self) -> Option<&OwnLog> {
        self.own.as_ref()
    }

    /// The Automerge actor of the own log for this run of the program.
    #[must_use]
    pub fn actor(&self, run: [u8; RUN_BYTES]) -> Option<Actor> {
        self.own.as_ref().map(|own| actor::actor(own.id(), run))
    }

    /// The device that opened the log to which an Automerge actor belongs.
    #[must_use]
    pub fn device_of(&self, actor: &[u8]) -> Option<DeviceId> {
        self.membership.logs().find(|(log, _)| actor::belongs_to(actor, *log)).map(|(_, log)| log.device)
    }

    /// Gives up the own log, because its end cannot be read or someone else writes it: writing after it would fork it.
    /// The next write opens a new one.
    pub fn abandon_own_log(&mut self) {
        self.own = None;
        self.said = Heads::new();
    }

    /// Whether this device holds no key of the space and so sees no more than headers and orders: a mailbox.
    #[must_use]
    pub fn is_blind(&self) -> bool {
        self.epochs.is_empty()
    }

    /// The last applied entries of each log: what this device tells of itself in the next entry.
    #[must_use]
    pub fn applied_heads(&self) -> Heads {
        let mut heads = self.logs.heads();
        for (log, applied) in &self.applied {
            if applied.is_empty() {
                heads.remove(log);
            } else {
                heads.insert(*log, applied.clone());
            }
        }
        heads
    }

    /// Says where the applied part of the logs ends that have held entries.
    pub(crate) fn set_applied(&mut self, applied: Heads) {
        self.applied = applied;
    }

    /// The membership heads of the next operation and the next entry.
    pub(crate) fn heads(&self) -> &BTreeSet<OpId> {
        self.membership.heads()
    }
}

/// Reads an operation and puts it into the set; says whether it was new.
fn insert_operation(ops: &mut OpSet, bytes: &[u8]) -> Result<bool, BadEntry> {
    match SignedOp::decode(bytes) {
        Ok(op) => {
            let op: Verified<SignedOp> = op.verify().map_err(|_| BadEntry::BadOperation)?;
            ops.insert(op).map_err(|_| BadEntry::BadOperation)
        }
        Err(kyosei_access::DecodeError::UnknownFormat { .. }) => {
            let opaque = OpaqueOp::decode(bytes).map_err(|_| BadEntry::BadOperation)?;
            Ok(ops.insert_opaque(opaque))
        }
        Err(_) => Err(BadEntry::BadOperation),
    }
}
