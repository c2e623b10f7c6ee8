//! One space of an open vault: its replica, where its documents lie, and its entries in the store.

use std::collections::BTreeSet;

use kyosei_access::{EntryId, SpaceId};
use kyosei_app::Replica;
use kyosei_app::journal::{EntrySource, OwnedEntry};
use kyosei_app::state::LocalState;
use kyosei_doc::DocId;
use kyosei_store::{Store, StoreError, StoredRow};

use super::compact::Look;

/// A space of an open vault.
pub(super) struct Space {
    pub replica: Replica,
    pub state: LocalState,
    /// Documents that changed since the local state was saved.
    pub changed: BTreeSet<DocId>,
    /// Whether something else changed since then.
    pub is_stale: bool,
    /// The last look for something to compact.
    pub look: Option<Look>,
}

impl Space {
    pub fn new(replica: Replica, state: LocalState) -> Self {
        Self { replica, state, changed: BTreeSet::new(), is_stale: false, look: None }
    }

    pub fn id(&self) -> SpaceId {
        self.replica.journal().space()
    }
}

/// The entries of a space in the store.
pub(super) struct SpaceEntries<'a> {
    pub store: &'a Store,
    pub space: SpaceId,
}

impl EntrySource for SpaceEntries<'_> {
    type Error = StoreError;

    fn entry(&self, id: EntryId) -> Result<Option<OwnedEntry>, StoreError> {
        Ok(self.store.entry(id.as_bytes())?.map(owned))
    }

    fn page(&self, after: i64) -> Result<Vec<(i64, OwnedEntry)>, StoreError> {
        let rows = self.store.page(self.space.as_bytes(), after)?;
        Ok(rows.into_iter().map(|row| (row.number, owned(row))).collect())
    }
}

fn owned(row: StoredRow) -> OwnedEntry {
    OwnedEntry { header: row.header, payload: row.payload }
}
