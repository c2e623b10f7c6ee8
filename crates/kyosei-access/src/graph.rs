//! The causal graph of a set of operations: who knew what.
//!
//! Built once per reduction. Nodes stand in a topological order that depends on the set alone. An operation whose past is
//! not complete is no node: it waits.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::bits::Bits;
use crate::body::Signer;
use crate::id::{DeviceId, EpochId, LogId, OpId};
use crate::op::MemberOp;
use crate::set::OpSet;
use crate::signed::SignedOp;

/// One operation with its causal past.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) index: usize,
    pub(crate) signed: Arc<SignedOp>,
    pub(crate) prev: Vec<usize>,
    /// All that the author knew, without the operation itself.
    pub(crate) past: Bits,
}

impl Node {
    pub(crate) fn op(&self) -> &MemberOp {
        self.signed.body().op()
    }

    pub(crate) fn id(&self) -> OpId {
        self.signed.id()
    }

    /// Whether neither author knew of the other operation.
    pub(crate) fn is_concurrent(&self, other: &Self) -> bool {
        self.index != other.index && !self.past.contains(other.index) && !other.past.contains(self.index)
    }
}

/// The operations whose past is complete, in topological order, with an index by device.
#[derive(Clone, Debug, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    by_id: BTreeMap<OpId, usize>,
    introductions: BTreeMap<DeviceId, Vec<usize>>,
    removals: BTreeMap<DeviceId, Vec<usize>>,
    role_changes: BTreeMap<DeviceId, Vec<usize>>,
    key_updates: BTreeMap<DeviceId, Vec<usize>>,
    log_openings: BTreeMap<LogId, Vec<usize>>,
    mintings: BTreeMap<EpochId, Vec<usize>>,
    /// Mintings that hand older epochs on.
    chained: Vec<(EpochId, usize)>,
    wrappings: BTreeMap<EpochId, Vec<usize>>,
    complaints: BTreeMap<EpochId, Vec<usize>>,
    waiting: BTreeSet<OpId>,
}

impl Graph {
    pub(crate) fn new(set: &OpSet) -> Self {
        let mut children: BTreeMap<OpId, Vec<OpId>> = BTreeMap::new();
        let mut missing_count: BTreeMap<OpId, usize> = BTreeMap::new();
        let mut ready = BTreeSet::new();
        for op in set.iter() {
            let prev = op.body().prev();
            prev.iter().for_each(|id| children.entry(*id).or_default().push(op.id()));
            missing_count.insert(op.id(), prev.len());
            if prev.is_empty() {
                ready.insert(op.id());
            }
        }
        let mut graph = Self::default();
        while let Some(id) = ready.pop_first() {
            let Some(op) = set.shared(id) else { continue };
            graph.push(op);
            for child in children.get(&id).into_iter().flatten() {
                let Some(count) = missing_count.get_mut(child) else { continue };
                *count = count.saturating_sub(1);
                if *count == 0 {
                    ready.insert(*child);
                }
            }
        }
        graph.waiting = set.iter().map(SignedOp::id).filter(|id| !graph.by_id.contains_key(id)).collect();
        graph
    }

    pub(crate) fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.nodes.iter()
    }

    pub(crate) fn node(&self, index: usize) -> Option<&Node> {
        self.nodes.get(index)
    }

    pub(crate) fn find(&self, id: OpId) -> Option<&Node> {
        self.by_id.get(&id).and_then(|index| self.nodes.get(*index))
    }

    /// The nodes of a set, in topological order.
    pub(crate) fn among<'a>(&'a self, set: &'a Bits) -> impl Iterator<Item = &'a Node> {
        set.iter().filter_map(|index| self.nodes.get(index))
    }

    /// Those nodes of a set that no other of the set knows.
    pub(crate) fn latest(&self, set: &Bits) -> Vec<&Node> {
        let known = self.among(set).fold(Bits::default(), |mut known, node| {
            known.union_with(&node.past);
            known
        });
        set.difference(&known).iter().filter_map(|index| self.nodes.get(index)).collect()
    }

    /// Operations that wait for predecessors.
    pub(crate) const fn waiting(&self) -> &BTreeSet<OpId> {
        &self.waiting
    }

    /// Every device that any node introduces.
    pub(crate) fn devices(&self) -> impl Iterator<Item = DeviceId> {
        self.introductions.keys().copied()
    }

    /// Operations that bring in the device: `Genesis`, `Add`, `Recover`.
    pub(crate) fn introductions(&self, device: DeviceId) -> impl Iterator<Item = &Node> {
        self.indexed(&self.introductions, &device)
    }

    pub(crate) fn removals(&self, device: DeviceId) -> impl Iterator<Item = &Node> {
        self.indexed(&self.removals, &device)
    }

    /// The indices of all operations that remove a device.
    pub(crate) fn all_removals(&self) -> impl Iterator<Item = usize> {
        self.removals.values().flatten().copied()
    }

    pub(crate) fn role_changes(&self, device: DeviceId) -> impl Iterator<Item = &Node> {
        self.indexed(&self.role_changes, &device)
    }

    pub(crate) fn key_updates(&self, device: DeviceId) -> impl Iterator<Item = &Node> {
        self.indexed(&self.key_updates, &device)
    }

    pub(crate) fn log_openings(&self, log: LogId) -> impl Iterator<Item = &Node> {
        self.indexed(&self.log_openings, &log)
    }

    pub(crate) fn mintings(&self, epoch: EpochId) -> impl Iterator<Item = &Node> {
        self.indexed(&self.mintings, &epoch)
    }

    /// Operations that mint an epoch and hand older ones on in its chain, with that epoch.
    pub(crate) fn chained(&self) -> impl Iterator<Item = (EpochId, &Node)> {
        self.chained.iter().filter_map(|(epoch, index)| Some((*epoch, self.nodes.get(*index)?)))
    }

    /// Every epoch that any node mints.
    pub(crate) fn epochs(&self) -> impl Iterator<Item = EpochId> {
        self.mintings.keys().copied()
    }

    /// Operations with wraps of the epoch: `Rotate`, `AddWraps`.
    pub(crate) fn wrappings(&self, epoch: EpochId) -> impl Iterator<Item = &Node> {
        self.indexed(&self.wrappings, &epoch)
    }

    pub(crate) fn complaints(&self, epoch: EpochId) -> impl Iterator<Item = &Node> {
        self.indexed(&self.complaints, &epoch)
    }

    fn indexed<'a, K: Ord>(
        &'a self,
        index: &'a BTreeMap<K, Vec<usize>>,
        key: &K,
    ) -> impl Iterator<Item = &'a Node> + use<'a, K> {
        index.get(key).into_iter().flatten().filter_map(|index| self.nodes.get(*index))
    }

    fn push(&mut self, signed: Arc<SignedOp>) {
        let index = self.nodes.len();
        let prev: Vec<usize> =
            signed.body().prev().iter().filter_map(|id| self.by_id.get(id).copied()).collect();
        let mut past = Bits::default();
        for parent in prev.iter().filter_map(|parent| self.nodes.get(*parent)) {
            past.union_with(&parent.past);
            past.insert(parent.index);
        }
        self.index(&signed, index);
        self.by_id.insert(signed.id(), index);
        self.nodes.push(Node { index, signed, prev, past });
    }

    fn index(&mut self, signed: &SignedOp, index: usize) {
        let mut introduce = |device| self.introductions.entry(device).or_default().push(index);
        match signed.body().op() {
            MemberOp::Genesis(op) => op.founders.iter().for_each(|founder| introduce(founder.device)),
            MemberOp::Add(op) => introduce(op.cert.claim.device()),
            MemberOp::Recover(op) => op.admins.iter().for_each(|cert| introduce(cert.claim.device())),
            MemberOp::Remove(op) => {
                op.devices.iter().for_each(|id| self.removals.entry(*id).or_default().push(index));
            }
            MemberOp::SetRole(op) => self.role_changes.entry(op.device).or_default().push(index),
            MemberOp::KeyUpdate(_) => {
                if let Signer::Device(device) = signed.body().author() {
                    self.key_updates.entry(device).or_default().push(index);
                }
            }
            MemberOp::LogOpen(op) => self.log_openings.entry(op.log).or_default().push(index),
            MemberOp::Rotate(op) => {
                let epoch = op.recipient.id();
                self.mintings.entry(epoch).or_default().push(index);
                self.wrappings.entry(epoch).or_default().push(index);
                if op.chain.is_some() {
                    self.chained.push((epoch, index));
                }
            }
            MemberOp::AddWraps(op) => self.wrappings.entry(op.epoch).or_default().push(index),
            MemberOp::Complaint(op) => self.complaints.entry(op.epoch).or_default().push(index),
            MemberOp::Unknown(_) => {}
        }
    }
}
