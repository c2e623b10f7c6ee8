//! The laptop as one side of an exchange, and as one that is handed entries by any other carrier.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kyosei_access::{EntryId, LogId, SpaceId};
use kyosei_app::exchange::Host;
use kyosei_app::journal::{Accepted, BadEntry, Origin, OwnedEntry, StoredEntry};
use kyosei_sync::{Have, Local, Peer, SpaceView, WireEntry};

use super::{Node, NodeError};
use crate::disk::Batch;

impl Node {
    /// Who it is on a connection.
    #[must_use]
    pub fn local(&self) -> Local {
        Local { device_key: self.keys.signing.clone(), endpoint: self.keys.endpoint() }
    }

    /// Its spaces as a session sees them.
    #[must_use]
    pub fn views(&self) -> Vec<SpaceView> {
        self.spaces().into_iter().map(|space| self.view(space)).collect()
    }

    fn view(&self, space: SpaceId) -> SpaceView {
        let members = self.journal(space).membership().members();
        let peer = |member: &kyosei_access::Member| Peer { endpoint: member.endpoint, role: member.role };
        let peers = members.map(|member| (member.device, peer(member))).collect();
        SpaceView { space, peers, have: self.have(space) }
    }

    /// Takes in entries that came by any way; says what was refused. When it returns, the rest is durable.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn take_in(&mut self, space: SpaceId, entries: &[OwnedEntry]) -> Result<Vec<BadEntry>, NodeError> {
        self.guard(|node| node.store_and_take(space, entries))
    }

    fn store_and_take(&mut self, space: SpaceId, entries: &[OwnedEntry]) -> Result<Vec<BadEntry>, NodeError> {
        let arriving: Vec<StoredEntry<'_>> = entries.iter().map(OwnedEntry::as_stored).collect();
        self.shelf(space)?;
        let admission = self.replica(space).admit(&arriving, Origin::Peer, self.disk.table(space)).unwrap();
        let refused = admission.rejected.iter().map(|rejected| rejected.reason).collect();
        if admission.accepted.is_empty() && admission.completed.is_empty() {
            self.shelf(space)?.replica.hear(&admission);
            return Ok(refused);
        }
        let payload =
            |entry: &Accepted| Some((entry.header.id(), entries.get(entry.index)?.payload.clone()?));
        let batch = Batch {
            entries: admission.accepted.iter().map(|entry| entries[entry.index].clone()).collect(),
            payload_put: admission.completed.iter().filter_map(payload).collect(),
            ..Batch::default()
        };
        self.disk.commit(space, batch)?;
        let effects = self.with_replica(space, |replica, keys, now_ms, table| {
            replica.take(&admission, &arriving, Origin::Peer, keys, now_ms, table).unwrap()
        })?;
        if effects.own_log_abandoned {
            let keys = Arc::clone(&self.keys);
            let memory = self.memory.as_mut().ok_or(NodeError::Off)?;
            memory.ring.put_own(space, None);
            let state_put = vec![memory.ring.seal(&keys).unwrap()];
            self.disk.commit(space, Batch { state_put, ..Batch::default() })?;
        }
        self.follow(space, &effects)?;
        Ok(refused)
    }
}

impl Host for Node {
    type Error = NodeError;

    fn have(&self, space: SpaceId) -> Have {
        let is_here = self.spaces().contains(&space);
        let heads = || Have::from_tips(self.journal(space).logs().heads()).unwrap();
        if is_here { heads() } else { Have::new() }
    }

    fn heard_count(&self, space: SpaceId) -> usize {
        if self.spaces().contains(&space) { self.journal(space).heard_count() } else { 0 }
    }

    fn knows(&self, space: SpaceId, entry: EntryId) -> Result<bool, NodeError> {
        Ok(self.disk.table(space).contains(entry))
    }

    fn awaiting(&self, space: SpaceId, count_max: usize) -> Result<BTreeSet<EntryId>, NodeError> {
        Ok(self.disk.table(space).awaited(count_max))
    }

    fn places(
        &self,
        space: SpaceId,
        from: &BTreeMap<LogId, u32>,
        payloads: &BTreeSet<EntryId>,
    ) -> Result<Vec<i64>, NodeError> {
        Ok(self.disk.table(space).places(from, payloads))
    }

    fn entry_at(&self, space: SpaceId, place: i64) -> Result<Option<WireEntry>, NodeError> {
        Ok(self.disk.table(space).at(place))
    }

    fn receive(&mut self, space: SpaceId, entries: Vec<WireEntry>) -> Result<(), NodeError> {
        let entries: Vec<OwnedEntry> = entries
            .into_iter()
            .map(|entry| OwnedEntry { header: entry.header, payload: entry.payload })
            .collect();
        self.take_in(space, &entries).map(|_| ())
    }
}
