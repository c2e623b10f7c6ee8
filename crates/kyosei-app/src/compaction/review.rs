//! Computing other people's snapshots anew, before this device stands behind them (hole H10).
//!
//! A change names what it rests on by hash. So a snapshot adds nothing to what this device computed from the entries
//! exactly if this device's own document holds the snapshot's heads. What a snapshot claims to cover must be inside, for
//! every entry that is here.

use std::collections::BTreeSet;

use kyosei_access::{EntryId, LogId};
use kyosei_sync::{Part, PartKind, Snapshot};

use super::cover::{StandIns, read};
use super::{Survey, Written};

/// Entries with snapshots that one look reviews at most.
pub const REVIEW_ENTRY_COUNT_MAX: usize = 32;

/// What this device found of the snapshots of other people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Review {
    /// Entries whose snapshots are what the entries say: to be acknowledged.
    pub equal: BTreeSet<EntryId>,
    /// Entries with a snapshot that is not: never acknowledged, and told to people.
    pub unequal: BTreeSet<EntryId>,
}

/// What can be said of a snapshot.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Equal,
    Unequal,
    /// Entries that it covers have not arrived.
    TooEarly,
}

impl Survey<'_> {
    /// Reviews the snapshots behind which the person of this device does not stand yet.
    #[must_use]
    pub fn review(&self) -> Review {
        let mut review = Review::default();
        let open = self.backers.keys().filter(|id| !self.is_own(**id) && !self.going.contains(*id));
        for id in open.take(REVIEW_ENTRY_COUNT_MAX) {
            let Some(written) = self.data.get(id) else { continue };
            match self.review_entry(*id, written) {
                Verdict::Equal => review.equal.insert(*id),
                Verdict::Unequal => review.unequal.insert(*id),
                Verdict::TooEarly => false,
            };
        }
        review
    }

    fn review_entry(&self, id: EntryId, written: &Written<'_>) -> Verdict {
        let parts = written.inner.parts.iter().filter(|part| part.kind == PartKind::Snapshot);
        let mut verdict = Verdict::Equal;
        let mut stand_ins = StandIns::default();
        stand_ins.add(id, written.inner);
        for part in parts.filter(|part| !self.is_erased(part.doc)) {
            match self.review_part(part, &mut stand_ins) {
                Verdict::Equal => {}
                Verdict::Unequal => return Verdict::Unequal,
                Verdict::TooEarly => verdict = Verdict::TooEarly,
            }
        }
        verdict
    }

    fn review_part(&self, part: &Part, stand_ins: &mut StandIns) -> Verdict {
        let Ok(snapshot) = Snapshot::decode(&part.body) else { return Verdict::Unequal };
        let Some(document) = read(&snapshot) else { return Verdict::Unequal };
        let own = self.replica.register().document(part.doc).ok().flatten();
        if !own.is_some_and(|own| own.holds(&document.heads())) {
            let is_early =
                !self.has_all_of(&snapshot) || self.replica.standing().pending.contains_key(&part.doc);
            return if is_early { Verdict::TooEarly } else { Verdict::Unequal };
        }
        let is_covered = |log: LogId, seq: u32| snapshot.covers.get(&log).is_some_and(|last| seq <= *last);
        let covered = self.data.iter().filter(|(_, one)| is_covered(one.log, one.seq));
        let mut missing = covered
            .flat_map(|(id, one)| one.inner.parts.iter().map(|part| (*id, part)))
            .filter(|(_, one)| one.doc == part.doc && one.kind == PartKind::Changes);
        if missing.any(|(id, one)| stand_ins.holding(id, one).is_none()) {
            Verdict::Unequal
        } else {
            Verdict::Equal
        }
    }

    /// Whether everything that a snapshot covers is here and can be read.
    fn has_all_of(&self, snapshot: &Snapshot) -> bool {
        let logs = self.replica.journal().logs();
        snapshot.covers.iter().all(|(log, seq)| {
            !self.unread_logs.contains(log) && logs.branches(*log).iter().any(|tip| tip.seq >= *seq)
        })
    }
}
