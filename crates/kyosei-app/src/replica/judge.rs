//! Which entries count: cuts, vouching and rescue (rule R7), and whether an author was permitted (rule R2).
//!
//! Everything here is a function of the set of entries and operations, never of the order in which they came.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{
    CutHead, DeviceId, EntryId, EntryNode, EpochId, LogId, OpId, PersonId, Role, SealError, Verdict,
    judge_entries, reduce,
};
use kyosei_sync::Heads;

use crate::journal::{BadEntry, Content, Journal, Opened};

/// What judging all entries says.
#[derive(Debug, Default)]
pub(super) struct Judgement {
    /// Not to be applied.
    pub held: BTreeSet<EntryId>,
    /// To be applied and flagged.
    pub vouched: BTreeSet<EntryId>,
    /// Where the applied part ends of logs that have held entries.
    pub applied: Heads,
}

/// Whether an entry may be applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Permit {
    /// It may.
    Granted,
    /// Not known yet: its author knew an operation that is not here.
    Unknown,
    /// Never.
    Refused(BadEntry),
}

/// What authors were permitted, each looked up once.
#[derive(Default)]
pub(crate) struct Permits {
    roles: BTreeMap<(DeviceId, BTreeSet<OpId>), Option<Role>>,
    people: BTreeMap<(DeviceId, BTreeSet<OpId>), Option<PersonId>>,
    seals: BTreeMap<(EpochId, BTreeSet<OpId>), Result<(), SealError>>,
}

impl Permits {
    /// The person whose device wrote an entry, as far as the author knew.
    pub(crate) fn person(&mut self, journal: &Journal, entry: &Opened) -> Option<PersonId> {
        let device = journal.membership().log(entry.log)?.device;
        let person = || {
            let known = reduce(&journal.operations().known_at(&entry.heads));
            known.member(device).map(|member| member.person)
        };
        *self.people.entry((device, entry.heads.clone())).or_insert_with(person)
    }

    /// Whether the author of a data entry or a drop order was permitted to write it, as far as it knew.
    pub(crate) fn of(&mut self, journal: &Journal, entry: &Opened) -> Permit {
        let membership = journal.membership();
        if !can_be_judged(journal, entry) {
            return Permit::Unknown;
        }
        let Some(log) = membership.log(entry.log) else { return Permit::Unknown };
        let role = *self
            .roles
            .entry((log.device, entry.heads.clone()))
            .or_insert_with(|| membership.role_at(&entry.heads, log.device));
        if role.is_none_or(|role| role < Role::Edit) {
            return Permit::Refused(BadEntry::NotPermitted);
        }
        if went_back(journal, entry) {
            return Permit::Refused(BadEntry::WentBack);
        }
        let mut check_seal = |epoch| {
            let checked = self.seals.entry((epoch, entry.heads.clone()));
            *checked.or_insert_with(|| membership.check_seal(&entry.heads, epoch))
        };
        match entry.epoch.map(&mut check_seal) {
            Some(Err(SealError::IncludesRemoved)) => Permit::Refused(BadEntry::RemovedHolds),
            Some(Err(SealError::UnknownHead)) => Permit::Unknown,
            // An epoch whose minting lost its effect is still one that honest people sealed to.
            Some(Err(SealError::UnknownEpoch) | Ok(())) | None => Permit::Granted,
        }
    }
}

/// Whether all that the author of an entry knew is here. Judged by a part of it, an entry could be refused for good that
/// others take in.
pub(super) fn can_be_judged(journal: &Journal, entry: &Opened) -> bool {
    let before = entry.heads_before.iter().flatten();
    entry.heads.iter().chain(before).all(|op| journal.membership().knows(*op))
}

/// Whether the log knew a removal before this entry and does not know it any more.
fn went_back(journal: &Journal, entry: &Opened) -> bool {
    let Some(before) = &entry.heads_before else { return false };
    let membership = journal.membership();
    before != &entry.heads
        && membership.removed().iter().any(|device| {
            membership.knew_removal(before, *device) && !membership.knew_removal(&entry.heads, *device)
        })
}

/// Judges all entries of a space.
pub(super) fn judge(journal: &Journal, entries: &[Opened]) -> Judgement {
    let nodes: BTreeMap<EntryId, EntryNode> = entries.iter().map(|entry| (entry.id, node(entry))).collect();
    let mut verdicts = judge_entries(journal.membership(), &nodes);
    // What was taken over may itself hold entries that take over others.
    loop {
        let is_held = |id: &EntryId| verdicts.get(id) == Some(&Verdict::Held);
        let rescued: Vec<EntryId> =
            rescued(journal, entries, &nodes, &verdicts).into_iter().filter(is_held).collect();
        if rescued.is_empty() {
            break;
        }
        verdicts.extend(rescued.into_iter().map(|id| (id, Verdict::Vouched)));
    }
    let with = |wanted: Verdict| -> BTreeSet<EntryId> {
        verdicts.iter().filter(|(_, verdict)| **verdict == wanted).map(|(id, _)| *id).collect()
    };
    let (mut held, mut vouched) = (with(Verdict::Held), with(Verdict::Vouched));
    let applied = applied(&nodes, &held);
    // What an operation does is judged by the membership, wherever its entry stands.
    for entry in entries.iter().filter(|entry| matches!(entry.content, Content::Membership)) {
        held.remove(&entry.id);
        vouched.remove(&entry.id);
    }
    Judgement { held, vouched, applied }
}

fn node(entry: &Opened) -> EntryNode {
    let deps = if let Content::Data(inner) = &entry.content {
        inner.deps.values().flatten().map(|head| head.entry).collect()
    } else {
        BTreeSet::new()
    };
    EntryNode { log: entry.log, seq: entry.seq, prev: entry.prev, deps, mheads: entry.heads.clone() }
}

/// The entries that applied ones took over, with all that those rest on.
fn rescued(
    journal: &Journal,
    entries: &[Opened],
    nodes: &BTreeMap<EntryId, EntryNode>,
    verdicts: &BTreeMap<EntryId, Verdict>,
) -> BTreeSet<EntryId> {
    let mut permits = Permits::default();
    let mut next: Vec<EntryId> = Vec::new();
    for entry in entries {
        let Content::Data(inner) = &entry.content else { continue };
        let is_applied = matches!(verdicts.get(&entry.id), Some(Verdict::Counts | Verdict::Vouched));
        if !inner.rescued.is_empty() && is_applied && permits.of(journal, entry) == Permit::Granted {
            next.extend(&inner.rescued);
        }
    }
    let mut reached: BTreeSet<EntryId> = next.iter().copied().collect();
    while let Some(id) = next.pop() {
        let Some(node) = nodes.get(&id) else { continue };
        next.extend(node.deps.iter().chain(&node.prev).copied().filter(|id| reached.insert(*id)));
    }
    reached
}

/// For each log with held entries, the last ones that are not held.
fn applied(nodes: &BTreeMap<EntryId, EntryNode>, held: &BTreeSet<EntryId>) -> Heads {
    let logs: BTreeSet<LogId> = held.iter().filter_map(|id| nodes.get(id)).map(|node| node.log).collect();
    let mut applied: Heads = logs.iter().map(|log| (*log, BTreeSet::new())).collect();
    let in_force = || nodes.iter().filter(|(id, _)| !held.contains(*id));
    let followed: BTreeSet<EntryId> = in_force().filter_map(|(_, node)| node.prev).collect();
    for (id, node) in in_force().filter(|(id, _)| !followed.contains(*id)) {
        if let Some(heads) = applied.get_mut(&node.log) {
            heads.insert(CutHead { seq: node.seq, entry: *id });
        }
    }
    applied
}
