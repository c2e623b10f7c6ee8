//! Which entries of the logs count: the cut of removed devices and the vouching of honest ones (rule R7, holes H1, H2).
//!
//! The entries are handed in as an abstract graph; their payloads, signatures and transport are the sync layer's. The
//! answer is a pure function of the membership and the set of entries.
//!
//! - An entry of a device that is in counts.
//! - An entry of a removed device counts up to the cut, that is, if it is a head named by a removal or comes before one.
//! - A later one is *held*, unless an entry that counts depends on it (directly or not) and its author did not know the
//!   removal: then it is *vouched* for, so that no honest work that was built on it is lost.

use std::collections::{BTreeMap, BTreeSet};

use crate::id::{DeviceId, EntryId, LogId, OpId};
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

/// Judges every entry of a set. Cost: one walk over the graph for each removed device, `O(removed · (entries + edges))`.
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
                Some(log) if membership.removed().contains(&log.device) => {
                    if within.contains(id) {
                        Verdict::Counts
                    } else {
                        Verdict::Held
                    }
                }
                Some(log) if log.is_effective => Verdict::Counts,
                Some(_) => Verdict::Held,
            };
            (*id, verdict)
        })
        .collect();
    for device in membership.removed() {
        for id in vouched(membership, entries, &verdicts, *device) {
            verdicts.insert(id, Verdict::Vouched);
        }
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

/// Held entries of a removed device on which a counting entry rests whose author did not know the removal.
fn vouched(
    membership: &Membership,
    entries: &BTreeMap<EntryId, EntryNode>,
    verdicts: &BTreeMap<EntryId, Verdict>,
    device: DeviceId,
) -> Vec<EntryId> {
    let counts = |id: &EntryId| verdicts.get(id) == Some(&Verdict::Counts);
    let mut knew: BTreeMap<&BTreeSet<OpId>, bool> = BTreeMap::new();
    let mut next: Vec<EntryId> = Vec::new();
    for (id, entry) in entries.iter().filter(|(id, _)| counts(id)) {
        let knew =
            knew.entry(&entry.mheads).or_insert_with(|| membership.knew_removal(&entry.mheads, device));
        if !*knew {
            next.push(*id);
        }
    }
    let mut reached: BTreeSet<EntryId> = next.iter().copied().collect();
    while let Some(entry) = next.pop().and_then(|id| entries.get(&id)) {
        next.extend(entry.deps.iter().chain(&entry.prev).copied().filter(|id| reached.insert(*id)));
    }
    let of_device = |entry: &EntryNode| membership.log(entry.log).is_some_and(|log| log.device == device);
    reached
        .into_iter()
        .filter(|id| verdicts.get(id) == Some(&Verdict::Held))
        .filter(|id| entries.get(id).is_some_and(of_device))
        .collect()
}
