//! Which entries of the logs count: the cut of removed devices and the vouching of honest ones (rule R7, holes H1, H2).
//!
//! The entries are handed in as an abstract graph; their payloads, signatures and transport are the sync layer's. The
//! answer is a pure function of the membership and the set of entries.
//!
//! - An entry of a log whose opening has effect counts, as long as its device was not removed.
//! - An entry of a removed device counts up to the cut, that is, if it is a head named by a removal or comes before one.
//! - Any other is *held*, unless an entry that is applied rests on it and the author of that one had to take it for good:
//!   its log was open, or it was within the cuts, as far as that author knew. Then it is *vouched* for, so that no honest
//!   work that was built on it is lost.

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
    /// Apply and flag it: it is from a removed device, but an entry rests on it that is applied.
    Vouched,
    /// Keep it, do not apply it; offer it for rescue.
    Held,
    /// No known operation opens its log (yet).
    UnknownLog,
}

/// Judges every entry of a set.
///
/// Cost: one walk over the graph, and one resolution for each distinct set of membership heads of entries that rest on held
/// ones.
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

/// Entries that a cut in force names or that come before one of those in the same log.
fn within_cuts(membership: &Membership, entries: &BTreeMap<EntryId, EntryNode>) -> BTreeSet<EntryId> {
    let cuts = membership.removed().iter().filter_map(|device| membership.cuts(*device)).flatten();
    before_heads(cuts, entries)
}

/// Entries that are named as a head of their log or come before one.
fn before_heads(
    heads: impl IntoIterator<Item = (LogId, BTreeSet<CutHead>)>,
    entries: &BTreeMap<EntryId, EntryNode>,
) -> BTreeSet<EntryId> {
    let mut within = BTreeSet::new();
    for (log, heads) in heads {
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

/// What the author of entries with the same membership heads had to take for good.
struct Knowledge {
    /// Logs that were open.
    open: BTreeSet<LogId>,
    /// Entries of devices whose removal it knew, within the cuts that it knew.
    within: BTreeSet<EntryId>,
}

/// Held entries on which one rests that is applied, and whose author had to take them for good. That is asked from entry to
/// entry, of each author anew: an honest author applied what it rests on for the same reasons, so no document freezes.
fn vouched(
    membership: &Membership,
    entries: &BTreeMap<EntryId, EntryNode>,
    verdicts: &BTreeMap<EntryId, Verdict>,
) -> BTreeSet<EntryId> {
    let is_held = |id: &EntryId| verdicts.get(id) == Some(&Verdict::Held);
    let mut known: BTreeMap<&BTreeSet<OpId>, Knowledge> = BTreeMap::new();
    let mut vouched = BTreeSet::new();
    let counting = entries.iter().filter(|(id, _)| verdicts.get(id) == Some(&Verdict::Counts));
    let mut next: Vec<&EntryNode> = counting.map(|(_, entry)| entry).collect();
    while let Some(entry) = next.pop() {
        for id in entry.deps.iter().chain(&entry.prev).filter(|id| is_held(id)) {
            let Some(held) = entries.get(id).filter(|_| !vouched.contains(id)) else { continue };
            let knowledge = known.entry(&entry.mheads).or_insert_with(|| Knowledge {
                open: membership.open_logs_at(&entry.mheads),
                within: before_heads(membership.cuts_at(&entry.mheads), entries),
            });
            let is_own = held.log == entry.log;
            if is_own || knowledge.open.contains(&held.log) || knowledge.within.contains(id) {
                vouched.insert(*id);
                next.push(held);
            }
        }
    }
    vouched
}
