//! Obeying drop orders: at once, later, or once two people stand behind the snapshots (rules D1, D2).
//!
//! An erasure is in force when it has its approvals. An order to compact is in force when, for every snapshot that it
//! names, devices of two different people stand behind it: its author and those who acknowledged it. That is a function
//! of the set of entries: an order that comes before the acknowledgements waits and is looked at again with every entry.
//!
//! In force means that its snapshots are applied. Payloads that were compacted are wiped by
//! [`compaction`](crate::compaction), which looks into them first. A device without keys cannot look; it obeys after
//! [`BLIND_DROP_DELAY_MS`].

use std::collections::BTreeSet;

use kyosei_access::{EntryId, PersonId};
use kyosei_doc::DocId;
use kyosei_sync::{DropOrder, DropReason, EntryKind};

use super::judge::{Permit, Permits};
use super::{Effects, Replica};
use crate::journal::{Content, EntrySource, Opened};

/// How long a device that cannot look into payloads keeps them after an order to compact arrived, in milliseconds: a
/// week, in which the members fetch what a malicious order of one of them would take away.
pub const BLIND_DROP_DELAY_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// People whose devices must stand behind a snapshot before it replaces payloads.
pub const BACKER_COUNT_MIN: usize = 2;

impl Replica {
    pub(super) fn obey<S: EntrySource>(
        &mut self,
        id: EntryId,
        order: &DropOrder,
        documents: &[DocId],
        now_ms: i64,
        source: &S,
        effects: &mut Effects,
    ) -> Result<(), S::Error> {
        match order.reason {
            DropReason::Erased => self.obey_erasure(order, documents, now_ms, source, effects),
            DropReason::Compacted if self.journal.is_blind() => self.obey_blindly(order, now_ms, source),
            DropReason::Compacted => {
                self.standing.waiting.insert(id);
                Ok(())
            }
        }
    }

    fn obey_erasure<S: EntrySource>(
        &mut self,
        order: &DropOrder,
        documents: &[DocId],
        now_ms: i64,
        source: &S,
        effects: &mut Effects,
    ) -> Result<(), S::Error> {
        for doc in documents {
            self.erase([*doc]);
            effects.changed.insert(*doc);
        }
        self.standing.stand_ins.extend(&order.snapshots);
        for id in &order.entries {
            let stored = source.entry(*id)?.and_then(|stored| stored.signed_header());
            let kind = stored.map(|header| header.header().kind);
            if kind.is_some_and(|kind| kind != EntryKind::Data) {
                // Without its operations a space could be joined by nobody any more, whoever approves that.
                continue;
            }
            if order.undo_until_ms > now_ms {
                self.standing.dropped_later.insert(*id, order.undo_until_ms);
            } else if kind.is_some() {
                self.standing.sealed.remove(id);
                self.standing.unready.remove(id);
                effects.wipe.insert(*id);
            } else {
                self.standing.dropped_ahead.insert(*id);
            }
        }
        Ok(())
    }

    fn obey_blindly<S: EntrySource>(
        &mut self,
        order: &DropOrder,
        now_ms: i64,
        source: &S,
    ) -> Result<(), S::Error> {
        let at = order.undo_until_ms.max(now_ms.saturating_add(BLIND_DROP_DELAY_MS));
        for id in &order.entries {
            if source.entry(*id)?.is_none_or(|stored| stored.payload.is_some()) {
                self.standing.dropped_later.entry(*id).or_insert(at);
            }
        }
        Ok(())
    }

    /// Looks again at the orders that wait; those that are in force now let their snapshots in.
    pub(super) fn look_at_waiting<S: EntrySource>(
        &mut self,
        permits: &mut Permits,
        source: &S,
    ) -> Result<(), S::Error> {
        let mut in_force = Vec::new();
        for id in &self.standing.waiting {
            let Some(Opened { content: Content::Drop { order, .. }, .. }) =
                self.journal.reopen(*id, source)?
            else {
                continue;
            };
            if self.are_backed(&order.snapshots, permits, source)? {
                in_force.push((*id, order.snapshots));
            }
        }
        for (id, snapshots) in in_force {
            self.standing.waiting.remove(&id);
            self.standing.stand_ins.extend(snapshots);
        }
        Ok(())
    }

    /// Whether two people stand behind each of these snapshots. Their payloads need not be here: newer snapshots may
    /// have taken their place.
    fn are_backed<S: EntrySource>(
        &self,
        snapshots: &BTreeSet<EntryId>,
        permits: &mut Permits,
        source: &S,
    ) -> Result<bool, S::Error> {
        for id in snapshots {
            let Some(entry) = self.journal.recall(*id, source)? else { return Ok(false) };
            let counts = !self.standing.held.contains(id)
                && permits.of(&self.journal, &entry) == Permit::Granted
                && self.backers(&entry, permits).len() >= BACKER_COUNT_MIN;
            if !counts {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The people who stand behind the snapshots of an entry: its author, and those who acknowledged it.
    pub(crate) fn backers(&self, entry: &Opened, permits: &mut Permits) -> BTreeSet<PersonId> {
        let acks = self.standing.acks.get(&entry.id).into_iter().flatten().copied();
        acks.chain(permits.person(&self.journal, entry)).collect()
    }
}
