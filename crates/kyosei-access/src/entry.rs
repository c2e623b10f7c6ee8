//! Which entries of the logs count: the cut of removed devices and the vouching of honest ones (rule R7, holes H1, H2).
//!
//! The entries are handed in as an abstract graph; their payloads, signatures and transport are the sync layer's. The
//! answer is a pure function of the membership and the set of entries.
//!
//! - An entry of a log whose opening has effect counts, as long as its device was not removed.
//! - An entry of a removed device counts up to the cut, that is, if it is a head named by a removal or comes before one.
//! - Any other is *held*, unless an entry that counts depends on it (directly or not) and the author of that one had to
//!   take the log for open: then it is *vouched* for, so that no honest work that was built on it is lost.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{EntryId, LogId, OpId};
use crate::membership::Membership;
use crate::op::CutHead;

/// What judging an entry takes to know of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryNode {
    /// Its log.
    pub log: LogId,
    /// Its sequence number in the log.
    pub seq: u32,
    /// The entry before it in the log.
    pub prev: Option<EntryId>,
    /// Entries of other logs that its author had applied.
    pub deps: BTreeSet<EntryId>,
    /// The membership heads that its author knew.
    pub mheads: BTreeSet<OpId>,
}

/// What is to be done with an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Apply it.
    Counts,
    /// Apply and flag it: it is from a removed device, but an honest entry rests on it.
    Vouched,
    /// Keep it, do not apply it; offer it for rescue.
    Held,
    /// No known operation opens its log (yet).
    UnknownLog,
}

/// Judges every entry of a set.
///
/// Cost: one walk over the graph for each log that has held entries, `O(held logs · (entries + edges))`, and only then
/// one resolution for each distinct set of membership heads.
#[must_use]
pub fn judge_entries(
    membership: &Membership,
    entries: &BTreeMap<EntryId, EntryNode>,
) -> BTreeMap<EntryId, Verdict> {
    let within = within_cuts(membership, entries);
    let mut verdicts: BTreeMap<EntryId, Verdict> = entries
        .iter()
        .map(|(id, entry)| {
            let verdict = match membership.log(entry.log) {
                None => Verdict::UnknownLog,
                Some(_) if within.contains(id) => Verdict::Counts,
                Some(log) if !log.is_effective || membership.removed().contains(&log.device) => Verdict::Held,
                Some(_) => Verdict::Counts,
            };
            (*id, verdict)
        })
        .collect();
    for id in vouched(membership, entries, &verdicts) {
        verdicts.insert(id, Verdict::Vouched);
    }
    verdicts
}

/// Entries that a cut names or that come before one of those in the same log.
fn within_cuts(membership: &Membership, entries: &BTreeMap<EntryId, EntryNode>) -> BTreeSet<EntryId> {
    let mut within = BTreeSet::new();
    let cuts = membership.removed().iter().filter_map(|device| membership.cuts(*device)).flatten();
    for (log, heads) in cuts {
        for CutHead { seq, entry } in heads {
            let is_head = |node: &&EntryNode| node.log == log && node.seq == seq;
            let mut next = entries.get(&entry).filter(is_head).map(|_| entry);
            while let Some(id) = next {
                let fresh = within.insert(id);
                next = entries.get(&id).filter(|_| fresh).and_then(|node| node.prev);
            }
        }
    }
    within
}

/// Held entries on which a counting entry rests whose author had to take their log for open.
fn vouched(
    membership: &Membership,
    entries: &BTreeMap<EntryId, EntryNode>,
    verdicts: &BTreeMap<EntryId, Verdict>,
) -> BTreeSet<EntryId> {
    let with_verdict =
        |wanted: Verdict| entries.iter().filter(move |(id, _)| verdicts.get(id) == Some(&wanted));
    let held_logs: BTreeSet<LogId> = with_verdict(Verdict::Held).map(|(_, entry)| entry.log).collect();
    let mut open_at: BTreeMap<&BTreeSet<OpId>, BTreeSet<LogId>> = BTreeMap::new();
    let mut vouched = BTreeSet::new();
    for log in held_logs {
        let vouchers = with_verdict(Verdict::Counts).filter(|(_, entry)| {
            open_at
                .entry(&entry.mheads)
                .or_insert_with(|| membership.open_logs_at(&entry.mheads))
                .contains(&log)
        });
        let rests_on = reachable(entries, vouchers.map(|(id, _)| *id).collect());
        let held =
            with_verdict(Verdict::Held).filter(|(id, entry)| entry.log == log && rests_on.contains(id));
        vouched.extend(held.map(|(id, _)| *id));
    }
    vouched
}

/// The given entries and all that they depend on.
fn reachable(entries: &BTreeMap<EntryId, EntryNode>, mut next: Vec<EntryId>) -> BTreeSet<EntryId> {
    let mut reached: BTreeSet<EntryId> = next.iter().copied().collect();
    while let Some(id) = next.pop() {
        let Some(entry) = entries.get(&id) else { continue };
        next.extend(entry.deps.iter().chain(&entry.prev).copied().filter(|id| reached.insert(*id)));
    }
    reached
}
