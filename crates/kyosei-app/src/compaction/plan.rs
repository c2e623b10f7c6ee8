//! Which documents are worth a snapshot, and which payloads can go.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{EntryId, LogId};
use kyosei_doc::DocId;
use kyosei_sync::{ChangeHash, DROP_ENTRY_COUNT_MAX, Part, PartKind, Snapshot};

use super::{Review, Survey};

/// Entries with changes of one document, outside of any snapshot, that make the document worth a new one.
pub const SNAPSHOT_ENTRY_COUNT_MIN: usize = 64;
/// Bytes of changes of one document, outside of any snapshot, that make the document worth a new one.
pub const SNAPSHOT_CHANGES_BYTES_MIN: usize = 128 << 10;
/// Entries of the whole space with changes outside of any snapshot that make all documents in them worth a new one: each
/// such entry takes at least 1 KiB, however little was edited.
pub const STRAY_ENTRY_COUNT_MIN: usize = 512;
/// Documents that one look puts into snapshots at most.
pub const SNAPSHOT_DOCUMENT_COUNT_MAX: usize = 1024;
/// How long members keep payloads that an order compacts, in milliseconds: three days, in which somebody can see that a
/// snapshot is doubted.
pub const COMPACTION_DELAY_MS: i64 = 72 * 60 * 60 * 1000;

/// An order to compact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// The entries whose payloads go.
    pub entries: BTreeSet<EntryId>,
    /// The entries whose snapshots stand in for them.
    pub snapshots: BTreeSet<EntryId>,
    /// Until when their payloads are kept, in Unix milliseconds.
    pub undo_until_ms: i64,
}

/// Changes of a document outside of any snapshot.
#[derive(Default)]
struct Outside {
    entry_count: usize,
    byte_count: usize,
    /// Whether a payload with them also holds parts of an erased document.
    is_beside_erased: bool,
}

impl Survey<'_> {
    /// The payloads that snapshots cover behind which two people stand, this device's among them, as soon as it
    /// acknowledged what it found equal. What goes already is left out.
    ///
    /// Payloads with parts of erased documents go without delay.
    #[must_use]
    pub fn orders(&self, review: &Review, now_ms: i64) -> Vec<Order> {
        let agreed = self.backers.keys().copied().filter(|id| self.is_agreed(*id, &review.equal));
        let mut stand_ins = self.stand_ins(agreed);
        let mut later = Order::none(now_ms.saturating_add(COMPACTION_DELAY_MS));
        let mut at_once = Order::none(now_ms);
        for (id, written) in self.data.iter().filter(|(id, _)| !self.going.contains(*id)) {
            let Some(snapshots) = self.covered(*id, &mut stand_ins) else { continue };
            let is_beside_erased = written.inner.parts.iter().any(|part| self.is_erased(part.doc));
            let order = if is_beside_erased { &mut at_once } else { &mut later };
            if order.entries.len() < DROP_ENTRY_COUNT_MAX {
                order.entries.insert(*id);
                order.snapshots.extend(snapshots);
            }
        }
        [at_once, later].into_iter().filter(|order| !order.entries.is_empty()).collect()
    }

    /// Snapshots of the documents that are worth one, at most [`SNAPSHOT_DOCUMENT_COUNT_MAX`].
    #[must_use]
    pub fn snapshots(&self, review: &Review) -> Vec<Part> {
        let (outside, stray_count) = self.outside(review);
        let is_all = stray_count >= STRAY_ENTRY_COUNT_MIN;
        let worth = outside.iter().filter(|(_, outside)| is_all || outside.is_worth_a_snapshot());
        let covers = self.covers();
        worth.filter_map(|(doc, _)| self.snapshot(*doc, &covers)).take(SNAPSHOT_DOCUMENT_COUNT_MAX).collect()
    }

    /// What of each document stands outside of snapshots, and how many entries that are.
    fn outside(&self, review: &Review) -> (BTreeMap<DocId, Outside>, usize) {
        let good = self.backers.keys().copied().filter(|id| !review.unequal.contains(id));
        let mut stand_ins = self.stand_ins(good);
        let mut outside: BTreeMap<DocId, Outside> = BTreeMap::new();
        let mut stray_count = 0_usize;
        for (id, written) in self.data.iter().filter(|(id, _)| !self.going.contains(*id)) {
            let parts = &written.inner.parts;
            let is_beside_erased = parts.iter().any(|part| self.is_erased(part.doc));
            let mut is_stray = false;
            for part in parts.iter().filter(|part| !self.is_erased(part.doc)) {
                // A snapshot is worth another one only if it must give way to one without the erased.
                let counts = part.kind == PartKind::Changes || is_beside_erased;
                if !counts || (stand_ins.has(part.doc) && stand_ins.holding(*id, part).is_some()) {
                    continue;
                }
                is_stray = true;
                let of_document = outside.entry(part.doc).or_default();
                of_document.entry_count = of_document.entry_count.saturating_add(1);
                of_document.byte_count = of_document.byte_count.saturating_add(part.body.len());
                of_document.is_beside_erased |= is_beside_erased;
            }
            stray_count = stray_count.saturating_add(usize::from(is_stray));
        }
        (outside, stray_count)
    }

    /// A snapshot of a document as it is here. None while changes of it wait for earlier ones: it would not hold them.
    fn snapshot(&self, doc: DocId, covers: &BTreeMap<LogId, u32>) -> Option<Part> {
        if self.replica.standing().pending.contains_key(&doc) {
            return None;
        }
        let document = self.replica.register().document(doc).ok().flatten()?;
        let heads = document.heads().into_iter().map(ChangeHash).collect();
        let body = Snapshot { covers: covers.clone(), heads, save: document.save() }.encode();
        Some(Part { doc, kind: PartKind::Snapshot, body })
    }

    /// The last entry of each log whose changes are in this device's documents. A log is left out if it is forked or if
    /// not all of it can be read here.
    fn covers(&self) -> BTreeMap<LogId, u32> {
        let applied = self.replica.journal().applied_heads();
        let readable = applied.into_iter().filter(|(log, _)| !self.unread_logs.contains(log));
        readable.filter_map(|(log, heads)| (heads.len() == 1).then_some((log, heads.first()?.seq))).collect()
    }
}

impl Outside {
    const fn is_worth_a_snapshot(&self) -> bool {
        self.is_beside_erased
            || self.entry_count >= SNAPSHOT_ENTRY_COUNT_MIN
            || self.byte_count >= SNAPSHOT_CHANGES_BYTES_MIN
    }
}

impl Order {
    const fn none(undo_until_ms: i64) -> Self {
        Self { entries: BTreeSet::new(), snapshots: BTreeSet::new(), undo_until_ms }
    }
}
