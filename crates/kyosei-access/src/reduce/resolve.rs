//! Which valid operations stand when everything concurrent is known (rules M3, M4).
//!
//! Two passes in topological order over a causally closed set:
//!
//! 1. An operation loses every signer that a valid concurrent `Remove` names. `Remove` itself never loses one (M3), nor
//!    does `Recover` (its signers are recovery keys).
//! 2. Of what stands after that, an operation loses every signer that a concurrent `SetRole` leaves with too small a
//!    role. A `SetRole` counts here if it stands after pass 1, even when pass 2 voids it: so two admins who demote each
//!    other void both demotions, and the answer does not depend on which is looked at first.
//!
//! In each pass an operation is asked again whether it is permitted, given only what still stands in its past: what rests
//! on a void operation is void.

use std::collections::BTreeSet;

use crate::bits::Bits;
use crate::body::Signer;
use crate::graph::{Graph, Node};
use crate::id::DeviceId;
use crate::op::{Genesis, MemberOp};
use crate::reduce::permit::{needed_role, permit};
use crate::reduce::view::View;

/// What stands in a causally closed set.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolution {
    /// Operations that stand against removals (after pass 1).
    pub(crate) after_removals: Bits,
    /// Operations that have effect (after pass 2).
    pub(crate) effective: Bits,
}

/// Resolves the closed set `within`, given which operations were valid when written.
pub(crate) fn resolve(graph: &Graph, genesis: Option<&Genesis>, valid: &Bits, within: &Bits) -> Resolution {
    let candidates = within.intersection(valid);
    let pass = |base: &Bits, lost: &dyn Fn(&Node) -> BTreeSet<DeviceId>| {
        let mut stands = Bits::default();
        for node in graph.among(base) {
            let view = || View {
                graph,
                genesis,
                effective: stands.intersection(&node.past),
                known: valid.intersection(&node.past),
            };
            if is_sticky(node.op()) || permit(node.signed.body(), &view(), &lost(node)).is_ok() {
                stands.insert(node.index);
            }
        }
        stands
    };
    let after_removals = pass(&candidates, &|node| lost_to_removal(graph, &candidates, node));
    let effective = pass(&after_removals, &|node| {
        let mut lost = lost_to_removal(graph, &candidates, node);
        lost.extend(lost_to_demotion(graph, &after_removals, node));
        lost
    });
    Resolution { after_removals, effective }
}

/// Signers of the operation that a concurrent removal among `candidates` names.
pub(crate) fn lost_to_removal(graph: &Graph, candidates: &Bits, node: &Node) -> BTreeSet<DeviceId> {
    signing_devices(node)
        .filter(|device| {
            graph
                .removals(*device)
                .any(|removal| candidates.contains(removal.index) && removal.is_concurrent(node))
        })
        .collect()
}

/// Signers of the operation that a concurrent role change among `candidates` leaves with too small a role for it.
pub(crate) fn lost_to_demotion(graph: &Graph, candidates: &Bits, node: &Node) -> BTreeSet<DeviceId> {
    let needed = needed_role(node.op());
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
