//! Letting snapshots take the place of old payloads, a bounded piece at a time (rules D1, D1a, D2).
//!
//! Each step is one transaction, and the next look goes on from what is stored, so a crash between two of them costs
//! nothing. Payloads are wiped in the same transaction that remembers the snapshots standing in for them.

use std::collections::BTreeSet;

use kyosei_access::{EntryId, SpaceId, Write};
use kyosei_app::compaction::{Due, Plan, Review, Survey};
use kyosei_store::Batch;

use super::{SpaceEntries, Vault, VaultError, space_at};

/// Time between two looks at all entries of a space, in milliseconds: an hour.
const COMPACTION_LOOK_INTERVAL_MS: i64 = 60 * 60 * 1000;

/// What one look did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compacted {
    /// Payloads that were wiped.
    pub wiped: usize,
    /// Entries with snapshots of other people that were found equal and acknowledged.
    pub acknowledged: usize,
    /// Entries with snapshots of other people that are not what the entries say. People should look into it.
    pub doubted: usize,
    /// Payloads that were ordered to be dropped.
    pub ordered: usize,
    /// Documents that were put into snapshots.
    pub snapshots: usize,
}

/// The last look at a space in this run of the program.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    at_ms: i64,
    through: i64,
    is_waiting: bool,
}

/// What a look finds.
struct Found {
    due: Due,
    review: Review,
    plan: Plan,
    is_waiting: bool,
}

impl Vault {
    /// Looks at all entries of a space and does what compaction asks of this device: wipes payloads that an order in
    /// force lets go, acknowledges snapshots that it computed anew, orders payloads to be dropped that agreed snapshots
    /// cover, and writes new snapshots.
    ///
    /// # Errors
    /// [`VaultError`]; what was done before stays done.
    pub fn compact(&mut self, id: SpaceId) -> Result<Compacted, VaultError> {
        self.refuse_if_behind()?;
        let found = self.look(id)?;
        let mut done = Compacted {
            wiped: found.due.entries.len(),
            doubted: found.review.unequal.len(),
            ..Compacted::default()
        };
        self.wipe_compacted(id, &found.due)?;
        if self.space(id)?.replica.journal().membership().can::<Write>(self.keys.device()) {
            done.acknowledged = found.plan.acknowledged.len();
            done.ordered = found.plan.ordered_count();
            done.snapshots = found.plan.snapshots.len();
            self.write_compaction(id, found.plan)?;
        }
        let through = self.store.last_number(id.as_bytes())?;
        let look = Look { at_ms: self.environment.now().get(), through, is_waiting: found.is_waiting };
        self.space_mut(id)?.look = Some(look);
        Ok(done)
    }

    /// Whether it is time for another look: entries came since, or payloads wait for their time.
    pub(super) fn compaction_due(&self, id: SpaceId) -> Result<bool, VaultError> {
        let Some(look) = self.space(id)?.look else { return Ok(true) };
        if self.environment.now().get() < look.at_ms.saturating_add(COMPACTION_LOOK_INTERVAL_MS) {
            return Ok(false);
        }
        Ok(look.is_waiting || self.store.last_number(id.as_bytes())? != look.through)
    }

    /// Makes own entries that are stored count for everything beside documents. Until then the disk is ahead of memory.
    pub(super) fn heed(&mut self, id: SpaceId, own: &BTreeSet<EntryId>) -> Result<(), VaultError> {
        let now_ms = self.environment.now().get();
        self.is_behind = true;
        let source = SpaceEntries { store: &self.store, space: id };
        let effects = space_at(&mut self.home, &mut self.others, id)?.replica.heed(own, now_ms, &source)?;
        self.follow(id, &effects)?;
        self.is_behind = false;
        Ok(())
    }

    fn look(&self, id: SpaceId) -> Result<Found, VaultError> {
        let now_ms = self.environment.now().get();
        let replica = &self.space(id)?.replica;
        let all = replica.read_all(&self.keys, &SpaceEntries { store: &self.store, space: id })?;
        let survey = Survey::new(replica, &all.entries, self.keys.device());
        let review = survey.review();
        Ok(Found {
            due: survey.due(now_ms),
            plan: survey.plan(&review, now_ms),
            is_waiting: survey.is_waiting(),
            review,
        })
    }

    /// Wipes payloads, and remembers in the same transaction which snapshots stand in for them.
    fn wipe_compacted(&mut self, id: SpaceId, due: &Due) -> Result<(), VaultError> {
        if due.entries.is_empty() {
            return Ok(());
        }
        let space = self.space_mut(id)?;
        space.replica.rely_on(due.snapshots.iter().copied());
        space.is_stale = true;
        // If this fails, memory says nothing false: snapshots that two people stand behind are applied anyway.
        let payload_delete = due.entries.iter().map(|entry| *entry.as_bytes()).collect();
        self.save_state(id, Batch { payload_delete, ..Batch::default() })
    }

    fn write_compaction(&mut self, id: SpaceId, plan: Plan) -> Result<(), VaultError> {
        if plan.is_nothing() {
            return Ok(());
        }
        self.prepare_writing(id)?;
        let draft = plan.draft(self.space(id)?.replica.journal(), &self.keys)?;
        let own = draft.ids_from(0);
        self.commit(id, draft, Vec::new(), Batch::default())?;
        self.heed(id, &own)
    }
}
