//! What survives a loss of power: tables of entries and slots of sealed local state, changed in whole transactions.
//!
//! A [`Fuse`] cuts the power at a chosen transaction: before it, so that nothing of it is there, or right after it, so
//! that all of it is there and nobody was told. What a file system does inside of a transaction is SQLite's matter and
//! tested with the store.

use std::collections::BTreeMap;
use std::sync::Arc;

use kyosei_access::{EntryId, SpaceId};
use kyosei_app::journal::OwnedEntry;

use crate::table::Table;

/// A disk. A copy of it is a backup, or a cloned image.
#[derive(Clone, Default)]
pub struct Disk {
    tables: BTreeMap<SpaceId, Table>,
    slots: BTreeMap<i64, Arc<[u8]>>,
    commit_count: u64,
    fuse: Option<Fuse>,
}

/// At which transaction the power goes, counted from the next one as 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fuse {
    /// Nothing of it is stored.
    Before(u64),
    /// It is stored, and the program did not live to know.
    After(u64),
}

/// The power is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PowerCut;

/// One transaction.
#[derive(Default)]
pub struct Batch {
    /// New entries, in order.
    pub entries: Vec<OwnedEntry>,
    /// Payloads that were awaited.
    pub payload_put: Vec<(EntryId, Vec<u8>)>,
    /// Payloads that go.
    pub payload_delete: Vec<EntryId>,
    /// Slots with their new bytes.
    pub state_put: Vec<(i64, Vec<u8>)>,
    /// Slots that are empty from now on.
    pub state_delete: Vec<i64>,
}

impl Disk {
    /// Does a transaction whole or not at all.
    ///
    /// # Errors
    /// [`PowerCut`] if the fuse says so.
    pub fn commit(&mut self, space: SpaceId, batch: Batch) -> Result<(), PowerCut> {
        let is_cut_after = match self.fuse {
            Some(Fuse::Before(0)) => {
                self.fuse = None;
                return Err(PowerCut);
            }
            Some(Fuse::After(0)) => true,
            Some(Fuse::Before(_) | Fuse::After(_)) | None => false,
        };
        self.fuse = match self.fuse {
            Some(Fuse::Before(left)) => Some(Fuse::Before(left - 1)),
            Some(Fuse::After(left)) => left.checked_sub(1).map(Fuse::After),
            None => None,
        };
        self.apply(space, batch);
        if is_cut_after { Err(PowerCut) } else { Ok(()) }
    }

    /// Sets or takes away the fuse.
    pub fn set_fuse(&mut self, fuse: Option<Fuse>) {
        self.fuse = fuse;
    }

    /// Whether the power is still to be cut.
    #[must_use]
    pub const fn has_fuse(&self) -> bool {
        self.fuse.is_some()
    }

    /// Transactions so far.
    #[must_use]
    pub const fn commit_count(&self) -> u64 {
        self.commit_count
    }

    /// The entries of a space.
    #[must_use]
    pub fn table(&self, space: SpaceId) -> &Table {
        static EMPTY: Table = Table::EMPTY;
        self.tables.get(&space).unwrap_or(&EMPTY)
    }

    /// The spaces of which there are entries.
    pub fn spaces(&self) -> impl Iterator<Item = SpaceId> {
        self.tables.keys().copied()
    }

    /// A slot.
    #[must_use]
    pub fn slot(&self, number: i64) -> Option<Vec<u8>> {
        self.slots.get(&number).map(|bytes| bytes.to_vec())
    }

    /// Damages a slot: the local state is a cache and must be found out.
    pub fn lose_slot(&mut self, number: i64) {
        self.slots.remove(&number);
    }

    /// Every byte on the disk, for scans.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes: Vec<u8> = self.tables.values().flat_map(Table::bytes).collect();
        self.slots.values().for_each(|slot| bytes.extend_from_slice(slot));
        bytes
    }

    fn apply(&mut self, space: SpaceId, batch: Batch) {
        self.commit_count += 1;
        let has_rows = !batch.entries.is_empty() || !batch.payload_put.is_empty();
        if has_rows || !batch.payload_delete.is_empty() {
            let table = self.tables.entry(space).or_default();
            batch.entries.iter().for_each(|entry| table.push(entry));
            batch.payload_put.iter().for_each(|(id, bytes)| table.put_payload(*id, bytes));
            batch.payload_delete.iter().for_each(|id| table.drop_payload(*id));
        }
        for (slot, bytes) in batch.state_put {
            self.slots.insert(slot, bytes.into());
        }
        for slot in batch.state_delete {
            self.slots.remove(&slot);
        }
    }
}
