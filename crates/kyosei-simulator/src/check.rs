//! What must hold of a settled world.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{
    DeviceId, EntryId, EpochId, EpochRecipient, MemberOp, OpSet, Role, SignedOp, SpaceId, reduce,
};
use kyosei_app::Replica;
use kyosei_app::journal::DeviceKeys;
use kyosei_doc::{DocId, Document};
use kyosei_sync::{EntryKind, Heads};
use kyosei_vault::{Identity, open};

use crate::node::{Node, Write};
use crate::world::World;

/// Largest chain of older epochs, opened, in bytes.
const CHAIN_BYTES: usize = 64 << 10;

/// What replicas of a space must agree on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// The members.
    pub members: BTreeMap<DeviceId, Role>,
    /// The heads of the logs.
    pub logs: Heads,
    /// The heads of the documents.
    pub documents: BTreeMap<DocId, Vec<[u8; 32]>>,
    /// Entries that are not applied.
    pub held: BTreeSet<EntryId>,
    /// Entries that are applied although they stand beyond a cut.
    pub vouched: BTreeSet<EntryId>,
    /// Documents that must never come back.
    pub erased: BTreeSet<DocId>,
}

/// The state of a space on a node.
#[must_use]
pub fn state(node: &Node, space: SpaceId) -> State {
    let replica = node.replica(space);
    State {
        members: members(replica),
        logs: replica.journal().logs().heads(),
        documents: documents(replica),
        held: replica.standing().held.clone(),
        vouched: replica.standing().vouched.clone(),
        erased: replica.standing().erased.clone(),
    }
}

fn members(replica: &Replica) -> BTreeMap<DeviceId, Role> {
    replica.journal().membership().members().map(|one| (one.device, one.role)).collect()
}

/// The heads of the documents of a replica.
#[must_use]
pub fn documents(replica: &Replica) -> BTreeMap<DocId, Vec<[u8; 32]>> {
    replica.register().saves().map(|(id, save)| (id, Document::load(save).unwrap().heads())).collect()
}

/// The nodes that count as the committee of a space: their devices are members, by all operations that any of them has in
/// an entry. Who was welcomed by an admin that forgot it since, and never said anything, has to be let in again.
#[must_use]
pub fn committee(world: &World, space: SpaceId) -> Vec<usize> {
    let is_here =
        |index: &usize| world.nodes[*index].is_on() && world.nodes[*index].spaces().contains(&space);
    let mut nodes: Vec<usize> = (0..world.nodes.len()).filter(is_here).collect();
    loop {
        let mut ops = OpSet::new(space);
        for index in &nodes {
            for op in published(&world.nodes[*index], space) {
                ops.insert(op.verify().unwrap()).unwrap();
            }
        }
        let membership = reduce(&ops);
        let count = nodes.len();
        nodes.retain(|index| membership.member(world.nodes[*index].device()).is_some());
        if nodes.len() == count {
            return nodes;
        }
    }
}

/// The operations that a node has in entries.
fn published(node: &Node, space: SpaceId) -> impl Iterator<Item = SignedOp> {
    let journal = node.journal(space);
    let unpublished: BTreeSet<Vec<u8>> =
        journal.unpublished(node.table(space)).unwrap().into_iter().collect();
    journal.operations().iter().filter(move |op| !unpublished.contains(&op.encode())).cloned()
}

/// All of it, for a space of a settled world.
///
/// # Panics
/// If something does not hold.
#[track_caller]
pub fn settled(world: &World, space: SpaceId, written: &[Write]) {
    let committee = committee(world, space);
    for index in &committee {
        let node = &world.nodes[*index];
        let awaited = node.table(space).awaited(usize::MAX);
        // Two copies of one laptop never talk to each other: what members dropped may still lie on one of them.
        let is_other = |other: &usize| world.nodes[*other].device() != node.device();
        let has = |other: &usize, id: &EntryId| {
            is_other(other) && world.nodes[*other].table(space).has_payload(*id)
        };
        let lacks: Vec<_> =
            awaited.iter().filter(|id| committee.iter().any(|other| has(other, id))).collect();
        assert!(lacks.is_empty(), "{} lacks payloads that others have: {lacks:?}", node.name);
        if reads(node, space) {
            reads_everything(node, space);
        }
    }
    agree(world, space, &committee);
    for index in &committee {
        let node = &world.nodes[*index];
        is_what_its_entries_say(node, space);
        if reads(node, space) {
            has_written(node, space, written);
        }
    }
    for outside in 0..world.nodes.len() {
        removed_reads_nothing_later(world, space, &committee, &world.nodes[outside]);
    }
}

fn reads(node: &Node, space: SpaceId) -> bool {
    node.journal(space).membership().role(node.device()).is_some_and(Role::reads)
}

/// All nodes of a committee have the same; those that cannot read have the same entries. One that was a reader once keeps
/// what it had.
///
/// # Panics
/// If they do not.
#[track_caller]
pub fn agree(world: &World, space: SpaceId, committee: &[usize]) {
    let mut reference: Option<(&str, State)> = None;
    let mut blind = Vec::new();
    for index in committee {
        let node = &world.nodes[*index];
        let state = state(node, space);
        if !state.members.get(&node.device()).is_some_and(|role| role.reads()) {
            blind.push((node.name.as_str(), state));
            continue;
        }
        match &reference {
            None => reference = Some((&node.name, state)),
            Some((name, expected)) => same(&node.name, &state, name, expected),
        }
    }
    let Some((name, expected)) = reference else { return };
    for (blind, state) in blind {
        assert_eq!(state.members, expected.members, "members of {blind} and {name}");
        assert_eq!(state.logs, expected.logs, "logs of {blind} and {name}");
    }
}

/// Two states are equal; tells the first thing that is not.
#[track_caller]
fn same(name: &str, state: &State, other: &str, expected: &State) {
    assert_eq!(state.members, expected.members, "members of {name} and {other}");
    assert_eq!(state.logs, expected.logs, "logs of {name} and {other}");
    assert_eq!(state.erased, expected.erased, "what is erased on {name} and {other}");
    assert_eq!(state.held, expected.held, "what is held on {name} and {other}");
    assert_eq!(state.vouched, expected.vouched, "what is vouched for on {name} and {other}");
    for doc in state.documents.keys().chain(expected.documents.keys()) {
        let (here, there) = (state.documents.get(doc), expected.documents.get(doc));
        assert_eq!(here, there, "{doc:?} on {name} and {other}");
    }
}

/// Computing everything anew from the entries gives what is here.
///
/// # Panics
/// If it does not.
#[track_caller]
pub fn is_what_its_entries_say(node: &Node, space: SpaceId) {
    let replica = node.replica(space);
    let mut rebuilt = replica.clone();
    rebuilt.rebuild(&node.keys, node.now_ms(), node.table(space)).unwrap();
    assert_eq!(documents(&rebuilt), documents(replica), "documents of {}", node.name);
    assert_eq!(rebuilt.standing(), replica.standing(), "standing of {}", node.name);
    assert_eq!(members(&rebuilt), members(replica), "members of {}", node.name);
    let (anew, here) = (rebuilt.journal(), replica.journal());
    assert_eq!(anew.logs().heads(), here.logs().heads(), "heads of {}", node.name);
    assert_eq!(anew.applied_heads(), here.applied_heads(), "applied heads of {}", node.name);
}

/// Nothing waits: every change found its past, and no document broke (a repeated sequence number would break one).
#[track_caller]
fn reads_everything(node: &Node, space: SpaceId) {
    let replica = node.replica(space);
    let standing = replica.standing();
    assert!(standing.unready.is_empty(), "{} waits for operations: {:?}", node.name, standing.unready);
    assert!(standing.pending.is_empty(), "changes wait on {}: {:?}", node.name, standing.pending);
    let waiting: Vec<String> = standing.sealed.iter().map(|id| why_sealed(node, space, *id)).collect();
    assert!(waiting.is_empty(), "{} cannot open {waiting:?}", node.name);
    for (doc, save) in replica.register().saves() {
        let document = Document::load(save).unwrap();
        assert!(document.root().is_ok(), "{doc:?} on {}", node.name);
    }
}

/// What an entry waits for.
fn why_sealed(node: &Node, space: SpaceId, id: EntryId) -> String {
    let journal = node.journal(space);
    let membership = journal.membership();
    let header = node.table(space).headers().find(|header| header.id() == id).unwrap();
    let epoch = header.header().epoch.unwrap();
    let (is_held, is_minted) =
        (journal.holds_epoch(epoch), membership.minted_epochs().any(|one| one == epoch));
    let asking = membership.asking_for(epoch);
    format!("{id:?} of epoch {epoch:?}: held {is_held}, minted {is_minted}, asking {asking:?}")
}

/// What was written and not erased can be read.
#[track_caller]
fn has_written(node: &Node, space: SpaceId, written: &[Write]) {
    let replica = node.replica(space);
    let mut roots = BTreeMap::new();
    let erased = &replica.standing().erased;
    for write in written.iter().filter(|write| write.space == space && !erased.contains(&write.doc)) {
        let root = roots.entry(write.doc).or_insert_with(|| {
            replica.register().document(write.doc).unwrap().map(|document| document.root().unwrap())
        });
        let is_there = root.as_ref().is_some_and(|root| root.get(&write.key).is_some());
        assert!(is_there, "{} lacks {} of {:?}, entry {:?}", node.name, write.key, write.doc, write.entry);
    }
}

/// A device whose removal an author knew holds no epoch to which that author sealed, whatever wraps and chains it finds.
///
/// # Panics
/// If it does.
#[track_caller]
pub fn removed_reads_nothing_later(world: &World, space: SpaceId, committee: &[usize], node: &Node) {
    let Some(index) = committee.first() else { return };
    let honest = &world.nodes[*index];
    let membership = honest.journal(space).membership();
    if !membership.removed().contains(&node.device()) {
        return;
    }
    let mut ops: Vec<MemberOp> = Vec::new();
    for other in world.nodes.iter().filter(|other| other.is_on() && other.spaces().contains(&space)) {
        ops.extend(other.journal(space).operations().iter().map(|op| op.body().op().clone()));
    }
    let held = reachable_epochs(&node.keys, &ops);
    let mut heads = BTreeMap::new();
    for header in honest.table(space).headers() {
        let own = header.header().membership_heads.clone();
        let inherited =
            || header.header().prev.and_then(|prev| heads.get(&prev).cloned()).unwrap_or_default();
        let known: BTreeSet<_> = own.unwrap_or_else(inherited);
        let (kind, epoch) = (header.header().kind, header.header().epoch);
        let author = membership.log(header.header().log).map(|log| log.device);
        let is_honest = author.is_some_and(|author| membership.member(author).is_some());
        if kind == EntryKind::Data && is_honest && membership.knew_removal(&known, node.device()) {
            assert!(epoch.is_some_and(|epoch| !held.contains(&epoch)), "{} reads on", node.name);
        }
        heads.insert(header.id(), known);
    }
}

/// The epochs that whoever has these keys can get at from these operations.
#[must_use]
pub fn reachable_epochs(keys: &DeviceKeys, ops: &[MemberOp]) -> BTreeSet<EpochId> {
    let mut found: BTreeMap<EpochId, Identity> = BTreeMap::new();
    for op in ops {
        let minted = if let MemberOp::Rotate(rotate) = op { Some(&rotate.wraps) } else { None };
        let added = if let MemberOp::AddWraps(added) = op { Some(&added.wraps) } else { None };
        for wrap in minted.into_iter().chain(added).flat_map(BTreeMap::values) {
            let opened = open(&[&keys.kem], wrap.as_slice(), CHAIN_BYTES).ok();
            put(&mut found, opened.and_then(|secret| secret.as_slice().try_into().ok()));
        }
    }
    loop {
        let count = found.len();
        for op in ops {
            let MemberOp::Rotate(rotate) = op else { continue };
            let Some(identity) = found.get(&rotate.recipient.id()).cloned() else { continue };
            let Some(chain) = &rotate.chain else { continue };
            let opened = open(&[&identity], chain.as_slice(), CHAIN_BYTES).unwrap();
            // Whatever is a CBOR string of 32 bytes may be a secret.
            for window in opened.windows(34).filter(|window| window.starts_with(&[0x58, 32])) {
                put(&mut found, window[2..].try_into().ok());
            }
        }
        if found.len() == count {
            return found.into_keys().collect();
        }
    }
}

fn put(found: &mut BTreeMap<EpochId, Identity>, secret: Option<[u8; 32]>) {
    let Some(identity) = secret.and_then(|secret| Identity::from_bytes(&secret).ok()) else { return };
    let recipient = EpochRecipient::from_bytes(identity.recipient().unwrap().to_bytes());
    found.insert(recipient.id(), identity);
}
