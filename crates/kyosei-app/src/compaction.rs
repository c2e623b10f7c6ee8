//! Compaction: snapshots take the place of old payloads (rules D1, D1a, D2; docs/format.md, "Compaction").
//!
//! Every device that may write looks now and then ([`Survey::new`] over all readable entries) and finds what is to be
//! done; the runtime stores it:
//! 1. [`Survey::due`]: payloads that orders in force let go, and that their snapshots really cover;
//! 2. [`Survey::review`]: snapshots of other people, computed anew, to be acknowledged or doubted;
//! 3. [`Survey::orders`]: payloads that snapshots cover behind which two people stand;
//! 4. [`Survey::snapshots`]: documents that are worth a snapshot.
//!
//! [`Survey::plan`] puts 2 to 4 together, [`Plan::draft`] writes them.
//!
//! Nothing here trusts what a snapshot claims to cover. A payload counts as covered only if the snapshot holds every
//! change in it, by hash, so a false order wipes nothing on a device that can read.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{DeviceId, EntryId, LogId, PersonId};
use kyosei_doc::DocId;
use kyosei_sync::{DropOrder, DropReason, Inner, PartKind};

use crate::journal::{Content, Opened};
use crate::replica::BACKER_COUNT_MIN;
use crate::replica::Replica;
use crate::replica::judge::{Permit, Permits};

mod cover;
mod plan;
mod review;
mod write;

use cover::StandIns;

pub use plan::{COMPACTION_DELAY_MS, Order, SNAPSHOT_CHANGES_BYTES_MIN, SNAPSHOT_DOCUMENT_COUNT_MAX};
pub use plan::{SNAPSHOT_ENTRY_COUNT_MIN, STRAY_ENTRY_COUNT_MIN};
pub use review::{REVIEW_ENTRY_COUNT_MAX, Review};
pub use write::Plan;

/// All entries of a space, seen with the eyes of compaction.
pub struct Survey<'a> {
    replica: &'a Replica,
    own_person: Option<PersonId>,
    /// What counts and has its payload here.
    data: BTreeMap<EntryId, Written<'a>>,
    /// Orders to compact that are in force.
    orders: Vec<&'a DropOrder>,
    /// Entries whose payloads go, now or later, since an order in force covers them.
    going: BTreeSet<EntryId>,
    /// Logs with entries that this device cannot read, or whose payloads have not arrived.
    unread_logs: BTreeSet<LogId>,
    /// The people who stand behind an entry with snapshots.
    backers: BTreeMap<EntryId, BTreeSet<PersonId>>,
}

/// A data entry.
struct Written<'a> {
    log: LogId,
    seq: u32,
    inner: &'a Inner,
}

/// What may be wiped now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Due {
    /// The entries whose payloads go.
    pub entries: BTreeSet<EntryId>,
    /// The entries whose snapshots stand in for them.
    pub snapshots: BTreeSet<EntryId>,
}

impl<'a> Survey<'a> {
    /// Looks at all readable entries of the space of `replica`, for the device `own`.
    #[must_use]
    pub fn new(replica: &'a Replica, entries: &'a [Opened], own: DeviceId) -> Self {
        let mut survey = Self {
            replica,
            own_person: replica.journal().membership().member(own).map(|member| member.person),
            data: BTreeMap::new(),
            orders: Vec::new(),
            going: BTreeSet::new(),
            unread_logs: BTreeSet::new(),
            backers: BTreeMap::new(),
        };
        let mut permits = Permits::default();
        let mut dropped = BTreeSet::new();
        for entry in entries {
            dropped.extend(survey.see(entry, &mut permits));
        }
        let absent = entries.iter().filter(|entry| matches!(entry.content, Content::Absent));
        survey.unread_logs.extend(absent.filter(|entry| !dropped.contains(&entry.id)).map(|entry| entry.log));
        survey.going = survey.due(i64::MAX).entries;
        survey
    }

    /// Takes note of an entry; gives the entries that it orders to drop, if it is an order in force.
    fn see(&mut self, entry: &'a Opened, permits: &mut Permits) -> BTreeSet<EntryId> {
        let standing = self.replica.standing();
        if standing.unready.contains(&entry.id) || standing.sealed.contains(&entry.id) {
            self.unread_logs.insert(entry.log);
        }
        let is_set_apart = standing.held.contains(&entry.id) || standing.vouched.contains(&entry.id);
        if is_set_apart || permits.of(self.replica.journal(), entry) != Permit::Granted {
            return BTreeSet::new();
        }
        match &entry.content {
            Content::Data(inner) => {
                if inner.parts.iter().any(|part| part.kind == PartKind::Snapshot) {
                    self.backers.insert(entry.id, self.replica.backers(entry, permits));
                }
                self.data.insert(entry.id, Written { log: entry.log, seq: entry.seq, inner });
            }
            Content::Drop { order, .. } => {
                if standing.waiting.contains(&entry.id) {
                    return BTreeSet::new();
                }
                if order.reason == DropReason::Compacted {
                    self.orders.push(order);
                }
                return order.entries.clone();
            }
            Content::Membership | Content::Absent | Content::Unknown | Content::Bad(_) => {}
        }
        BTreeSet::new()
    }

    /// The payloads that orders in force let go at this time. What an order names without covering it stays.
    #[must_use]
    pub fn due(&self, now_ms: i64) -> Due {
        let mut due = Due::default();
        for order in &self.orders {
            if order.undo_until_ms > now_ms || !order.entries.iter().any(|id| self.data.contains_key(id)) {
                continue;
            }
            let mut stand_ins = self.stand_ins(order.snapshots.iter().copied());
            for id in &order.entries {
                if let Some(snapshots) = self.covered(*id, &mut stand_ins) {
                    due.entries.insert(*id);
                    due.snapshots.extend(snapshots);
                }
            }
        }
        due
    }

    /// Whether payloads wait for the time at which they go.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        !self.going.is_empty()
    }

    /// The snapshots of entries, as far as their payloads are here.
    fn stand_ins(&self, entries: impl Iterator<Item = EntryId>) -> StandIns {
        let mut stand_ins = StandIns::default();
        for id in entries {
            if let Some(written) = self.data.get(&id) {
                stand_ins.add(id, written.inner);
            }
        }
        stand_ins
    }

    /// The snapshots that hold everything of an entry; none if something would be lost with it.
    fn covered(&self, id: EntryId, stand_ins: &mut StandIns) -> Option<BTreeSet<EntryId>> {
        let written = self.data.get(&id)?;
        let is_only_parts = written.inner.ack.is_none()
            && written.inner.rescued.is_empty()
            && !written.inner.parts.is_empty();
        if !is_only_parts || self.rests_on_a_removed_device(written.inner) {
            return None;
        }
        stand_ins.covering(id, written.inner, &self.replica.standing().erased)
    }

    /// Whether an entry may be what vouches for entries beyond a cut (rule R7): that would be lost with its payload.
    fn rests_on_a_removed_device(&self, inner: &Inner) -> bool {
        let membership = self.replica.journal().membership();
        let is_removed = |log: &LogId| {
            membership
                .log(*log)
                .is_none_or(|log| !log.is_effective || membership.removed().contains(&log.device))
        };
        inner.deps.keys().any(is_removed)
    }

    fn is_erased(&self, doc: DocId) -> bool {
        self.replica.standing().erased.contains(&doc)
    }

    /// Whether the person of this device stands behind an entry with snapshots.
    fn is_own(&self, id: EntryId) -> bool {
        self.own_person.is_some_and(|own| self.backers.get(&id).is_some_and(|people| people.contains(&own)))
    }

    /// Whether enough people stand behind an entry with snapshots, this device's person among them, once it
    /// acknowledged what is in `acknowledged`.
    fn is_agreed(&self, id: EntryId, acknowledged: &BTreeSet<EntryId>) -> bool {
        let Some(people) = self.backers.get(&id) else { return false };
        if self.is_own(id) {
            return people.len() >= BACKER_COUNT_MIN;
        }
        acknowledged.contains(&id) && people.len().saturating_add(1) >= BACKER_COUNT_MIN
    }
}
