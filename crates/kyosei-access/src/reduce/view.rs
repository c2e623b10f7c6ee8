//! What a set of effective operations says about devices.
//!
//! A view is a question asked at one point of the graph: "given these operations, what is the role of this device?". It
//! judges nothing; the set is handed in.

use crate::bits::Bits;
use crate::body::Signer;
use crate::cert::{Role, Standing};
use crate::codec::SealedBytes;
use crate::graph::{Graph, Node};
use crate::id::{DeviceId, EndpointKey, KemRecipient, OpId, PersonId, RecoveryKeyId};
use crate::op::{Genesis, KeyUpdate, MemberOp};

/// The operations that count (`effective`) and those that were valid when written (`known`), at one point.
#[derive(Clone, Debug)]
pub(crate) struct View<'a> {
    pub(crate) graph: &'a Graph,
    pub(crate) genesis: Option<&'a Genesis>,
    pub(crate) effective: Bits,
    pub(crate) known: Bits,
}

/// How a device came in.
#[derive(Clone, Debug)]
pub(crate) struct Introduction<'a> {
    pub(crate) role: Role,
    pub(crate) standing: Standing,
    pub(crate) person: PersonId,
    pub(crate) kem: KemRecipient,
    pub(crate) endpoint: EndpointKey,
    pub(crate) sealed_name: &'a SealedBytes,
    pub(crate) op: OpId,
    outranks: bool,
}

/// Whom an approval counts for (rule M1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Voter {
    Person(PersonId),
    Recovery(RecoveryKeyId),
}

impl<'a> View<'a> {
    /// The role of a device that is in, or none.
    pub(crate) fn role(&self, device: DeviceId) -> Option<Role> {
        let introduction = self.introduction(device)?;
        if self.is_removed(device) {
            return None;
        }
        let changes: Vec<&Node> = self.counting(self.graph.role_changes(device)).collect();
        let latest = latest(&changes).into_iter().filter_map(|node| {
            let MemberOp::SetRole(change) = node.op() else { return None };
            Some(change.role)
        });
        Some(latest.min().unwrap_or(introduction.role))
    }

    /// How the device came in. Of several concurrent introductions `Genesis` and `Recover` go first, then the stronger
    /// standing, then the lower role, then the lower id.
    pub(crate) fn introduction(&self, device: DeviceId) -> Option<Introduction<'a>> {
        self.counting(self.graph.introductions(device))
            .filter_map(|node| introduction_in(node, device))
            .min_by_key(|each| (!each.outranks, std::cmp::Reverse(each.standing), each.role, each.op))
    }

    pub(crate) fn is_removed(&self, device: DeviceId) -> bool {
        self.counting(self.graph.removals(device)).next().is_some()
    }

    /// The strongest standing that any valid introduction gave the device, whether it still counts or not.
    pub(crate) fn standing(&self, device: DeviceId) -> Option<Standing> {
        self.graph
            .introductions(device)
            .filter(|node| self.known.contains(node.index))
            .filter_map(|node| introduction_in(node, device))
            .map(|each| each.standing)
            .max()
    }

    /// The encapsulation key that wraps for the device must use now.
    pub(crate) fn kem(&self, device: DeviceId) -> Option<KemRecipient> {
        let updated = self.updated(device, |update| update.kem);
        updated.or_else(|| self.introduction(device).map(|each| each.kem))
    }

    /// The endpoint key under which the device is reached now.
    pub(crate) fn endpoint(&self, device: DeviceId) -> Option<EndpointKey> {
        let updated = self.updated(device, |update| update.endpoint);
        updated.or_else(|| self.introduction(device).map(|each| each.endpoint))
    }

    /// The key in the latest of those updates that name one of its sort. Of concurrent ones the lower id.
    fn updated<K>(&self, device: DeviceId, key: impl Fn(&KeyUpdate) -> Option<K>) -> Option<K> {
        let key = |node: &Node| {
            let MemberOp::KeyUpdate(update) = node.op() else { return None };
            key(update)
        };
        let updates: Vec<&Node> =
            self.counting(self.graph.key_updates(device)).filter(|node| key(node).is_some()).collect();
        latest(&updates).into_iter().min_by_key(|node| node.id()).and_then(key)
    }

    /// Whom the signature of this signer counts for, if the signer's role is at least `needed`.
    pub(crate) fn voter(&self, signer: Signer, needed: Role) -> Option<Voter> {
        match signer {
            Signer::Device(device) => {
                let in_role = self.role(device)? >= needed;
                let person = self.introduction(device)?.person;
                in_role.then_some(Voter::Person(person))
            }
            Signer::Recovery(key) => {
                self.genesis?.recovery_keys.contains(&key).then_some(Voter::Recovery(key))
            }
        }
    }

    fn counting<'b>(
        &'b self,
        nodes: impl Iterator<Item = &'a Node> + 'b,
    ) -> impl Iterator<Item = &'a Node> + 'b {
        nodes.filter(|node| self.effective.contains(node.index))
    }
}

/// Those nodes that none of the others knows. `nodes` stand in topological order.
fn latest<'a>(nodes: &[&'a Node]) -> Vec<&'a Node> {
    let mut known = Bits::default();
    let mut latest = Vec::new();
    for node in nodes.iter().rev() {
        if !known.contains(node.index) {
            known.union_with(&node.past);
            latest.push(*node);
        }
    }
    latest
}

fn introduction_in(node: &Node, device: DeviceId) -> Option<Introduction<'_>> {
    let (cert, role, outranks) = match node.op() {
        MemberOp::Genesis(op) => {
            let founder = op.founders.iter().find(|founder| founder.device == device)?;
            return Some(Introduction {
                role: Role::Admin,
                standing: Standing::AdminEligible,
                person: founder.person,
                kem: founder.kem,
                endpoint: founder.endpoint,
                sealed_name: &founder.sealed_name,
                op: node.id(),
                outranks: true,
            });
        }
        MemberOp::Add(op) => (&op.cert, op.role, false),
        MemberOp::Recover(op) => {
            (op.admins.iter().find(|cert| cert.claim.device() == device)?, Role::Admin, true)
        }
        MemberOp::Remove(_)
        | MemberOp::SetRole(_)
        | MemberOp::LogOpen(_)
        | MemberOp::KeyUpdate(_)
        | MemberOp::Rotate(_)
        | MemberOp::AddWraps(_)
        | MemberOp::Complaint(_)
        | MemberOp::Unknown(_) => return None,
    };
    Some(Introduction {
        role,
        standing: cert.claim.standing(),
        person: cert.person,
        kem: cert.claim.kem(),
        endpoint: cert.claim.endpoint(),
        sealed_name: &cert.sealed_name,
        op: node.id(),
        outranks,
    })
}
