//! Which valid operations stand when everything concurrent is known (rules M3, M4).
//!
//! Two passes in topological order over a causally closed set:
//!
//! 1. An operation loses every signer that a valid concurrent `Remove` names, or whose own introduction falls in this
//!    pass. It falls when too few of those are left who stood behind it when it was written. `Remove` itself never falls
//!    (M3), nor does `Recover` (its signers are recovery keys).
//! 2. Of what is left, an operation also loses every signer that a concurrent `SetRole` leaves with too small a role. A
//!    `SetRole` counts here if it is left after pass 1, even when pass 2 voids it: so two admins who demote each other
//!    void both demotions, and the answer does not depend on which is looked at first. Then it is asked again whether
//!    the operation is permitted, given only what still stands in its past: what rests on a void operation is void.
//!
//! A device that leaves by itself takes no signers away, not even its own: whoever steals its key could otherwise unsay all
//! that it ever said (`docs/membership.md`, finding F12).
//!
//! Pass 1 must not look at roles: it would see demotions that pass 2 voids, and void operations to which nothing is
//! concurrent (`docs/membership.md`, finding F6).

use std::collections::{BTreeMap, BTreeSet};

use crate::bits::Bits;
use crate::body::Signer;
use crate::graph::{Graph, Node};
use crate::id::DeviceId;
use crate::op::{Genesis, MemberOp};
use crate::reduce::permit::{Quorum, needed_role, permit};
use crate::reduce::view::View;

/// What stands in a causally closed set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolution {
    /// Operations that stand against removals (after pass 1).
    pub(crate) after_removals: Bits,
    /// Operations that have effect (after pass 2).
    pub(crate) effective: Bits,
}

/// Operations that were valid when written, with who stood behind each.
#[derive(Clone, Debug, Default)]
pub(crate) struct Valid {
    pub(crate) ops: Bits,
    pub(crate) quorums: BTreeMap<usize, Quorum>,
}

/// A part of a closed set whose resolution is known already.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settled {
    /// The operations of the part, causally closed.
    pub(crate) ops: Bits,
    pub(crate) resolution: Resolution,
}

impl Settled {
    /// Takes over the closed part `ops` from a resolution. Every withdrawal outside the part must have known all of it.
    pub(crate) fn extend(&mut self, ops: &Bits, of: &Resolution) {
        self.ops.union_with(ops);
        self.resolution.after_removals.union_with(&of.after_removals.intersection(ops));
        self.resolution.effective.union_with(&of.effective.intersection(ops));
    }
}

/// Resolves the closed set `within`, of which a part may be settled.
pub(crate) fn resolve(
    graph: &Graph,
    genesis: Option<&Genesis>,
    valid: &Valid,
    within: &Bits,
    settled: &Settled,
) -> Resolution {
    let candidates = within.intersection(&valid.ops);
    let open = candidates.difference(&settled.ops);
    let after_removals = after_removals(graph, valid, &candidates, &open, &settled.resolution.after_removals);
    let mut effective = settled.resolution.effective.clone();
    for node in graph.among(&open.intersection(&after_removals)) {
        let mut lost = lost_to_removal(graph, &candidates, node);
        lost.extend(lost_to_demotion(graph, &after_removals, node));
        let view = View {
            graph,
            genesis,
            effective: effective.intersection(&node.past),
            known: valid.ops.intersection(&node.past),
        };
        if is_sticky(node.op()) || permit(node.signed.body(), &view, &lost).is_ok() {
            effective.insert(node.index);
        }
    }
    Resolution { after_removals, effective }
}

/// Pass 1.
fn after_removals(graph: &Graph, valid: &Valid, candidates: &Bits, open: &Bits, settled: &Bits) -> Bits {
    let mut left = settled.clone();
    for node in graph.among(open) {
        let lost = lost_to_removal(graph, candidates, node);
        let counts = |signer| match signer {
            Signer::Device(device) => {
                let is_introduced =
                    |intro: &Node| node.past.contains(intro.index) && left.contains(intro.index);
                !lost.contains(&device) && graph.introductions(device).any(is_introduced)
            }
            Signer::Recovery(_) => true,
        };
        let holds = valid.quorums.get(&node.index).is_some_and(|quorum| quorum.holds(counts));
        if is_sticky(node.op()) || holds {
            left.insert(node.index);
        }
    }
    left
}

/// Signers of the operation that a concurrent removal by others among `candidates` names.
pub(crate) fn lost_to_removal(graph: &Graph, candidates: &Bits, node: &Node) -> BTreeSet<DeviceId> {
    signing_devices(node)
        .filter(|device| {
            graph.removals(*device).any(|removal| {
                candidates.contains(removal.index)
                    && removal.is_concurrent(node)
                    && !removal.signed.body().is_leave()
            })
        })
        .collect()
}

/// Signers of the operation that a concurrent role change among `candidates` leaves with too small a role for it.
pub(crate) fn lost_to_demotion(graph: &Graph, candidates: &Bits, node: &Node) -> BTreeSet<DeviceId> {
    let needed = needed_role(node.signed.body());
    let demotes = |change: &Node| {
        candidates.contains(change.index)
            && change.is_concurrent(node)
            && matches!(change.op(), MemberOp::SetRole(op) if op.role < needed)
    };
    signing_devices(node).filter(|device| graph.role_changes(*device).any(demotes)).collect()
}

/// Operations that take effect by being valid alone.
fn is_sticky(op: &MemberOp) -> bool {
    match op {
        MemberOp::Genesis(_) | MemberOp::Remove(_) | MemberOp::Recover(_) => true,
        MemberOp::Add(_)
        | MemberOp::SetRole(_)
        | MemberOp::LogOpen(_)
        | MemberOp::KeyUpdate(_)
        | MemberOp::Rotate(_)
        | MemberOp::AddWraps(_)
        | MemberOp::Complaint(_)
        | MemberOp::Unknown(_) => false,
    }
}

fn signing_devices(node: &Node) -> impl Iterator<Item = DeviceId> {
    let body = node.signed.body();
    std::iter::once(body.author()).chain(body.approvers().iter().copied()).filter_map(|signer| match signer {
        Signer::Device(device) => Some(device),
        Signer::Recovery(_) => None,
    })
}
