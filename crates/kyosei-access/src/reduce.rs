//! The reducer: from a set of operations to who may do what.
//!
//! [`reduce`] is a pure function of the set: it does not know in which order operations came. Each operation is first
//! judged in its own causal past (was its author permitted to say this, given what the author knew?) and the valid ones
//! are then resolved against everything concurrent. Validity never changes when more operations arrive; so removals only
//! accumulate.
//!
//! Cost: `O(n²/64)` words for `n` operations to hold the causal pasts; each operation is judged once. Where branches
//! meet, only operations are resolved anew that a removal or role change of another branch did not know. Figures:
//! `docs/membership.md`.

pub(crate) mod permit;
pub(crate) mod resolve;
pub(crate) mod view;

use std::collections::BTreeMap;

use crate::bits::Bits;
use crate::graph::{Graph, Node};
use crate::id::OpId;
use crate::membership::Membership;
use crate::op::{Genesis, MemberOp};
use crate::set::OpSet;

pub use permit::Refusal;
use resolve::{Resolution, Settled, Valid, resolve};
use view::View;

/// Why a valid operation has no effect after all: something concurrent took it away (rule M4). "Do it again?"
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Void {
    /// Signers were removed by someone who did not know of it, and too few remain.
    SignerRemoved,
    /// Signers were demoted by someone who did not know of it, and too few remain.
    SignerDemoted,
    /// An operation on which it rests is void.
    RestsOnVoid,
}

/// Computes the membership that a set of operations means.
#[must_use]
pub fn reduce(set: &OpSet) -> Membership {
    let graph = Graph::new(set);
    let judged = Judged::new(&graph);
    Membership::new(set, graph, judged)
}

/// The verdict on every operation of a graph.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judged {
    pub(crate) valid: Valid,
    pub(crate) effective: Bits,
    pub(crate) refused: BTreeMap<OpId, Refusal>,
    pub(crate) void: BTreeMap<OpId, Void>,
}

impl Judged {
    fn new(graph: &Graph) -> Self {
        let mut past = Pasts {
            graph,
            genesis: genesis_of(graph),
            valid: Valid::default(),
            withdrawals: Bits::default(),
            seen: Vec::new(),
        };
        let mut refused = BTreeMap::new();
        for node in graph.nodes() {
            if let Err(refusal) = past.judge(node) {
                refused.insert(node.id(), refusal);
            }
        }
        let all: Bits = graph.nodes().map(|node| node.index).collect();
        let heads: Vec<usize> = graph.latest(&all).iter().map(|node| node.index).collect();
        let resolution = past.join(&heads, &all);
        let void = graph
            .among(&past.valid.ops)
            .filter(|node| !resolution.effective.contains(node.index))
            .map(|node| (node.id(), void_reason(graph, &past.valid.ops, &resolution, node)))
            .collect();
        Self { valid: past.valid, effective: resolution.effective, refused, void }
    }
}

pub(crate) fn genesis_of(graph: &Graph) -> Option<&Genesis> {
    graph.nodes().find_map(|node| {
        let MemberOp::Genesis(genesis) = node.op() else { return None };
        Some(genesis)
    })
}

/// What has effect in the causal past of each operation, remembered from operation to operation.
struct Pasts<'a> {
    graph: &'a Graph,
    genesis: Option<&'a Genesis>,
    valid: Valid,
    /// Valid operations that can void others: `Remove` and `SetRole`.
    withdrawals: Bits,
    /// By node: the resolution of the node and its past.
    seen: Vec<Resolution>,
}

impl Pasts<'_> {
    fn judge(&mut self, node: &Node) -> Result<(), Refusal> {
        let mut resolution = self.join(&node.prev, &node.past);
        let view = View {
            graph: self.graph,
            genesis: self.genesis,
            effective: resolution.effective.clone(),
            known: self.valid.ops.intersection(&node.past),
        };
        let verdict = permit::permit_author(node.signed.body(), &view).map(|quorum| {
            self.valid.ops.insert(node.index);
            self.valid.quorums.insert(node.index, quorum);
            // Nothing is concurrent with it among what it knows: it has effect there.
            resolution.after_removals.insert(node.index);
            resolution.effective.insert(node.index);
            if matches!(node.op(), MemberOp::Remove(_) | MemberOp::SetRole(_)) {
                self.withdrawals.insert(node.index);
            }
        });
        self.seen.push(resolution);
        verdict
    }

    /// Resolves the closed set `within`, the union of the pasts of `heads` and these themselves, reusing what is settled
    /// in the branches.
    fn join(&self, heads: &[usize], within: &Bits) -> Resolution {
        let withdrawals = self.withdrawals.intersection(within);
        let mut settled = Settled::default();
        for index in heads {
            let (Some(head), Some(seen)) = (self.graph.node(*index), self.seen.get(*index)) else { continue };
            let mut branch = head.past.clone();
            branch.insert(head.index);
            settled.extend(&self.settled_part(branch, &withdrawals), seen);
        }
        resolve(self.graph, self.genesis, &self.valid, within, &settled)
    }

    /// The largest part of a branch that every withdrawal outside the part knew. Nothing outside can void anything in
    /// such a part or give it back, so its resolution is the same in every larger set.
    fn settled_part(&self, branch: Bits, withdrawals: &Bits) -> Bits {
        let mut part = branch;
        let mut outside = withdrawals.difference(&part);
        while !outside.is_empty() {
            let smaller =
                self.graph.among(&outside).fold(part.clone(), |part, node| part.intersection(&node.past));
            outside = withdrawals.intersection(&part).difference(&smaller);
            part = smaller;
        }
        part
    }
}

fn void_reason(graph: &Graph, valid: &Bits, resolution: &Resolution, node: &Node) -> Void {
    if !resolve::lost_to_removal(graph, valid, node).is_empty() {
        Void::SignerRemoved
    } else if !resolve::lost_to_demotion(graph, &resolution.after_removals, node).is_empty() {
        Void::SignerDemoted
    } else {
        Void::RestsOnVoid
    }
}
