//! Writing down what a look found, as entries of the own log.

use std::collections::BTreeSet;

use kyosei_access::EntryId;
use kyosei_sync::{Ack, DropReason, Part};

use super::{Order, Review, Survey};
use crate::journal::{DeviceKeys, Draft, DraftError, DropPlan, Journal};

/// What this device has to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Entries with snapshots to be acknowledged.
    pub acknowledged: BTreeSet<EntryId>,
    /// Orders to compact.
    pub orders: Vec<Order>,
    /// New snapshots.
    pub snapshots: Vec<Part>,
}

impl Survey<'_> {
    /// What a device has to write that may write.
    #[must_use]
    pub fn plan(&self, review: &Review, now_ms: i64) -> Plan {
        Plan {
            acknowledged: review.equal.clone(),
            orders: self.orders(review, now_ms),
            snapshots: self.snapshots(review),
        }
    }
}

impl Plan {
    /// Whether there is nothing to write.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        self.acknowledged.is_empty() && self.orders.is_empty() && self.snapshots.is_empty()
    }

    /// Payloads that are ordered to be dropped.
    #[must_use]
    pub fn ordered_count(&self) -> usize {
        self.orders.iter().map(|order| order.entries.len()).sum()
    }

    /// The entries of a plan. The device has a log.
    ///
    /// # Errors
    /// See [`DraftError`].
    pub fn draft(self, journal: &Journal, keys: &DeviceKeys) -> Result<Draft, DraftError> {
        let mut draft = journal.draft();
        draft.restate_dependencies();
        if !self.acknowledged.is_empty() {
            draft.acknowledge(Ack { snapshots: self.acknowledged, ..Ack::default() })?;
        }
        for order in self.orders {
            let plan = DropPlan {
                entries: order.entries,
                snapshots: order.snapshots,
                documents: Vec::new(),
                reason: DropReason::Compacted,
                undo_until_ms: order.undo_until_ms,
            };
            draft.drop_payloads(plan, keys, &[])?;
        }
        draft.documents(self.snapshots)?;
        Ok(draft)
    }
}
