//! The result of a reduction: who is in, with what role, and what that means for logs, entries and epochs.
//!
//! A `Membership` is a value made by [`reduce`](fn@crate::reduce); it does not change and knows nothing that is not in the
//! set it was made from. Two replicas with the same set have equal answers to every question here.

mod author;
mod diff;
mod epoch;

use std::collections::{BTreeMap, BTreeSet};

use crate::bits::Bits;
use crate::body::Signer;
use crate::cert::{Role, Standing};
use crate::codec::SealedBytes;
use crate::graph::{Graph, Node};
use crate::id::{
    DeviceId, EndpointKey, EpochId, KemId, KemRecipient, LogId, OpId, PersonId, RecoveryKeyId, SpaceId,
};
use crate::limits;
use crate::op::{CutHead, Genesis, MemberOp, Policy};
use crate::reduce::resolve::{Settled, lost_to_demotion, lost_to_removal, resolve};
use crate::reduce::view::View;
use crate::reduce::{Judged, Refusal, Void, genesis_of};
use crate::set::OpSet;
use crate::signed::OpaqueOp;

pub use author::AuthorError;
pub use diff::{MemberChange, MembershipDiff};
pub use epoch::{EPOCH_AGE_MAX, Epoch, RotationReason, SealError};

/// A device that is in the space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The device.
    pub device: DeviceId,
    /// Whose device it is.
    pub person: PersonId,
    /// What it may do.
    pub role: Role,
    /// How much approval it takes to touch it.
    pub standing: Standing,
    /// The encapsulation key that wraps for it must use.
    pub kem: KemRecipient,
    /// The id of that key.
    pub kem_id: KemId,
    /// Where it is reached now.
    pub endpoint: EndpointKey,
    /// Its display name, sealed.
    pub sealed_name: SealedBytes,
}

/// A log that a device opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenedLog {
    /// The device that writes it.
    pub device: DeviceId,
    /// Counts the logs of this device.
    pub incarnation: u32,
    /// Whether the opening has effect. Entries of a log whose opening is void are held like those beyond a cut.
    pub is_effective: bool,
}

/// What a set of operations means.
#[derive(Clone, Debug)]
pub struct Membership {
    space: SpaceId,
    genesis: Option<Genesis>,
    graph: Graph,
    judged: Judged,
    members: BTreeMap<DeviceId, Member>,
    removed: BTreeSet<DeviceId>,
    logs: BTreeMap<LogId, OpenedLog>,
    epochs: BTreeMap<EpochId, Epoch>,
    heads: BTreeSet<OpId>,
    missing: BTreeSet<OpId>,
    opaque_count: usize,
}

impl Membership {
    pub(crate) fn new(set: &OpSet, graph: Graph, judged: Judged) -> Self {
        let mut membership = Self {
            space: set.space(),
            genesis: genesis_of(&graph).cloned(),
            members: BTreeMap::new(),
            removed: BTreeSet::new(),
            logs: BTreeMap::new(),
            epochs: BTreeMap::new(),
            heads: BTreeSet::new(),
            missing: missing(set, &graph),
            opaque_count: set.iter_opaque().count(),
            graph,
            judged,
        };
        membership.heads = membership.resolve_heads();
        membership.members = membership.resolve_members();
        membership.removed = membership.resolve_removed();
        membership.logs = membership.resolve_logs();
        membership.epochs = membership.resolve_epochs();
        membership
    }

    /// The space.
    #[must_use]
    pub const fn space(&self) -> SpaceId {
        self.space
    }

    /// The policy that its founders set.
    #[must_use]
    pub fn policy(&self) -> Policy {
        self.genesis.as_ref().map(|genesis| genesis.policy).unwrap_or_default()
    }

    /// The recovery signing keys.
    pub fn recovery_keys(&self) -> impl Iterator<Item = RecoveryKeyId> {
        self.genesis.iter().flat_map(|genesis| genesis.recovery_keys.iter().copied())
    }

    /// The recovery recipient for which every epoch should be wrapped.
    #[must_use]
    pub fn recovery_recipient(&self) -> Option<KemRecipient> {
        self.genesis.as_ref().and_then(|genesis| genesis.recovery_recipient)
    }

    /// The devices that are in, by ascending id.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.values()
    }

    /// The member with this device id.
    #[must_use]
    pub fn member(&self, device: DeviceId) -> Option<&Member> {
        self.members.get(&device)
    }

    /// The role of a device, or none when it is not in.
    #[must_use]
    pub fn role(&self, device: DeviceId) -> Option<Role> {
        self.member(device).map(|member| member.role)
    }

    /// Members that get epoch keys (rule E5).
    pub fn readers(&self) -> impl Iterator<Item = &Member> {
        self.members().filter(|member| member.role.reads())
    }

    /// The endpoints of all members: whom the network layer lets in. All others learn nothing, not even that they are
    /// unwelcome.
    #[must_use]
    pub fn endpoints(&self) -> BTreeSet<EndpointKey> {
        self.members().map(|member| member.endpoint).collect()
    }

    /// The members that claim an endpoint, by ascending device id: normally one.
    ///
    /// Whom a peer at this endpoint may be, never who it is. A device names its endpoint itself and endpoint keys are
    /// public, so it can name another's. It gains nothing by that: a session takes the endpoint's key (the transport) and
    /// the device's signature over both endpoints. It takes nothing away either: the endpoint stays on the list, and the
    /// one who holds both keys is let in.
    pub fn members_at(&self, endpoint: EndpointKey) -> impl Iterator<Item = &Member> {
        self.members().filter(move |member| member.endpoint == endpoint)
    }

    /// The devices that were removed, for ever.
    #[must_use]
    pub const fn removed(&self) -> &BTreeSet<DeviceId> {
        &self.removed
    }

    /// The log with this key, if a device opened it.
    #[must_use]
    pub fn log(&self, log: LogId) -> Option<OpenedLog> {
        self.logs.get(&log).copied()
    }

    /// All logs that were opened.
    pub fn logs(&self) -> impl Iterator<Item = (LogId, OpenedLog)> {
        self.logs.iter().map(|(log, opened)| (*log, *opened))
    }

    /// The latest valid operations: `prev` of the next operation and `mheads` of the next entry.
    ///
    /// Refused operations are never named, so that a stranger cannot fill the list. It has at most
    /// [`limits::PREV_COUNT_MAX`] members: each author's first ones before anyone's
    /// second, those with effect before void ones. What is left out stays concurrent with what comes.
    #[must_use]
    pub const fn heads(&self) -> &BTreeSet<OpId> {
        &self.heads
    }

    /// Predecessors that are named but not known here: to be fetched.
    #[must_use]
    pub const fn missing(&self) -> &BTreeSet<OpId> {
        &self.missing
    }

    /// Operations that wait for predecessors which are missing or of an unknown format.
    #[must_use]
    pub const fn waiting(&self) -> &BTreeSet<OpId> {
        self.graph.waiting()
    }

    /// Operations that were never valid, with the reason.
    #[must_use]
    pub const fn refused(&self) -> &BTreeMap<OpId, Refusal> {
        &self.judged.refused
    }

    /// Operations that were valid and lost their effect to something concurrent, with the reason (rule M4).
    #[must_use]
    pub const fn void(&self) -> &BTreeMap<OpId, Void> {
        &self.judged.void
    }

    /// How many operations are of a kind or format that this program does not know.
    #[must_use]
    pub fn unknown_count(&self) -> usize {
        let of_kind = self.graph.nodes().filter(|node| matches!(node.op(), MemberOp::Unknown(_))).count();
        of_kind.saturating_add(self.opaque_count)
    }

    /// For a removed device, the last entries of its logs that count (hole H1); none when it was not removed.
    ///
    /// The devices that a `Remove` names stay out whatever becomes of its author (M3), but its cuts count only as long as
    /// its approvals stand, or when no other removal of the device stands: otherwise a removed admin could let the
    /// entries of an accomplice in by a backdated removal (`docs/membership.md`, finding F4).
    #[must_use]
    pub fn cuts(&self, device: DeviceId) -> Option<BTreeMap<LogId, BTreeSet<CutHead>>> {
        self.cuts_within(device, &self.judged.valid.ops, &self.judged.effective)
    }

    /// The cuts that an author who named these heads knew, of all devices whose removal it knew.
    pub(crate) fn cuts_at<'a>(
        &self,
        heads: impl IntoIterator<Item = &'a OpId>,
    ) -> BTreeMap<LogId, BTreeSet<CutHead>> {
        let known = self.closed(heads).intersection(&self.judged.valid.ops);
        let effective = self.effective_at(&known);
        let cuts = self.removed.iter().filter_map(|device| self.cuts_within(*device, &known, &effective));
        cuts.flatten().collect()
    }

    fn cuts_within(
        &self,
        device: DeviceId,
        known: &Bits,
        effective: &Bits,
    ) -> Option<BTreeMap<LogId, BTreeSet<CutHead>>> {
        let removals: Vec<&Node> =
            self.graph.removals(device).filter(|node| known.contains(node.index)).collect();
        if removals.is_empty() {
            return None;
        }
        let keeps_signers = |node: &&Node| self.keeps_signers(node, known, effective);
        let standing: Vec<&Node> = removals.iter().copied().filter(keeps_signers).collect();
        let counting = if standing.is_empty() { removals } else { standing };
        let mut cuts: BTreeMap<LogId, BTreeSet<CutHead>> = BTreeMap::new();
        for node in counting {
            let MemberOp::Remove(remove) = node.op() else { continue };
            for (log, heads) in &remove.cuts {
                if self.log(*log).is_some_and(|opened| opened.device == device) {
                    cuts.entry(*log).or_default().extend(heads);
                }
            }
        }
        Some(cuts)
    }

    /// Whether an operation is here with all that it rests on. Only then can be judged what its author knew.
    #[must_use]
    pub fn knows(&self, op: OpId) -> bool {
        self.graph.find(op).is_some()
    }

    /// Whether an author who named these heads knew that the device was removed.
    #[must_use]
    pub fn knew_removal<'a>(&self, heads: impl IntoIterator<Item = &'a OpId>, device: DeviceId) -> bool {
        self.contains_removal(&self.closed(heads), device)
    }

    /// The role that a device had for an author who named these heads: what the sync layer judges an entry by.
    #[must_use]
    pub fn role_at<'a>(&self, heads: impl IntoIterator<Item = &'a OpId>, device: DeviceId) -> Option<Role> {
        let known = self.closed(heads);
        let effective = self.effective_at(&known);
        let view = View { graph: &self.graph, genesis: self.genesis.as_ref(), effective, known };
        view.role(device)
    }

    /// The logs that an author who named these heads had to take for open.
    pub(crate) fn open_logs_at<'a>(&self, heads: impl IntoIterator<Item = &'a OpId>) -> BTreeSet<LogId> {
        let known = self.closed(heads);
        let seen = self.effective_at(&known);
        let mut open = BTreeSet::new();
        for node in self.graph.among(&seen) {
            let (MemberOp::LogOpen(op), Signer::Device(device)) = (node.op(), node.signed.body().author())
            else {
                continue;
            };
            if !self.contains_removal(&known, device) {
                open.insert(op.log);
            }
        }
        open
    }

    pub(crate) fn contains_removal(&self, known: &Bits, device: DeviceId) -> bool {
        let mut removals = self.graph.removals(device);
        removals.any(|node| self.judged.valid.ops.contains(node.index) && known.contains(node.index))
    }

    /// The operations that an author who named these heads knew. Heads that are not known here are left out.
    pub(crate) fn closed<'a>(&self, heads: impl IntoIterator<Item = &'a OpId>) -> Bits {
        let mut known = Bits::default();
        for node in heads.into_iter().filter_map(|id| self.graph.find(*id)) {
            known.union_with(&node.past);
            known.insert(node.index);
        }
        known
    }

    pub(crate) fn view(&self) -> View<'_> {
        View {
            graph: &self.graph,
            genesis: self.genesis.as_ref(),
            effective: self.judged.effective.clone(),
            known: self.judged.valid.ops.clone(),
        }
    }

    /// What has effect among the operations of a closed set.
    fn effective_at(&self, known: &Bits) -> Bits {
        let nothing = Settled::default();
        resolve(&self.graph, self.genesis.as_ref(), &self.judged.valid, known, &nothing).effective
    }

    fn effective_nodes(&self) -> impl Iterator<Item = &Node> {
        self.graph.among(&self.judged.effective)
    }

    /// Whether no signer of the operation was removed or demoted by something concurrent.
    fn keeps_signers(&self, node: &Node, known: &Bits, effective: &Bits) -> bool {
        lost_to_removal(&self.graph, known, node).is_empty()
            && lost_to_demotion(&self.graph, effective, node).is_empty()
    }

    fn resolve_heads(&self) -> BTreeSet<OpId> {
        let mut by_author: BTreeMap<Signer, BTreeSet<(bool, OpId)>> = BTreeMap::new();
        for node in self.graph.latest(&self.judged.valid.ops) {
            let is_void = !self.judged.effective.contains(node.index);
            by_author.entry(node.signed.body().author()).or_default().insert((is_void, node.id()));
        }
        let mut ranked: Vec<(usize, bool, OpId)> = by_author
            .into_values()
            .flat_map(|heads| heads.into_iter().enumerate().map(|(rank, (is_void, id))| (rank, is_void, id)))
            .collect();
        ranked.sort_unstable();
        ranked.into_iter().take(limits::PREV_COUNT_MAX).map(|(_, _, id)| id).collect()
    }

    fn resolve_members(&self) -> BTreeMap<DeviceId, Member> {
        let view = self.view();
        let member = |device| {
            let introduction = view.introduction(device)?;
            let kem = view.kem(device)?;
            Some(Member {
                device,
                person: introduction.person,
                role: view.role(device)?,
                standing: introduction.standing,
                kem,
                kem_id: kem.id(),
                endpoint: view.endpoint(device)?,
                sealed_name: introduction.sealed_name.clone(),
            })
        };
        self.graph.devices().filter_map(|device| Some((device, member(device)?))).collect()
    }

    fn resolve_removed(&self) -> BTreeSet<DeviceId> {
        let mut removed = BTreeSet::new();
        for node in self.effective_nodes() {
            if let MemberOp::Remove(remove) = node.op() {
                removed.extend(&remove.devices);
            }
        }
        removed
    }

    /// Of several openings of one log an effective one goes first, then the lower id.
    fn resolve_logs(&self) -> BTreeMap<LogId, OpenedLog> {
        let mut best: BTreeMap<LogId, (bool, OpId, OpenedLog)> = BTreeMap::new();
        for node in self.graph.among(&self.judged.valid.ops) {
            let (MemberOp::LogOpen(open), Signer::Device(device)) = (node.op(), node.signed.body().author())
            else {
                continue;
            };
            let is_effective = self.judged.effective.contains(node.index);
            let opened = OpenedLog { device, incarnation: open.incarnation, is_effective };
            let candidate = (!is_effective, node.id(), opened);
            best.entry(open.log)
                .and_modify(|known| {
                    if (candidate.0, candidate.1) < (known.0, known.1) {
                        *known = candidate;
                    }
                })
                .or_insert(candidate);
        }
        best.into_iter().map(|(log, (_, _, opened))| (log, opened)).collect()
    }
}

fn missing(set: &OpSet, graph: &Graph) -> BTreeSet<OpId> {
    let opaque: BTreeSet<OpId> = set.iter_opaque().map(OpaqueOp::id).collect();
    graph
        .waiting()
        .iter()
        .filter_map(|id| set.get(*id))
        .flat_map(|op| op.body().prev().iter().copied())
        .filter(|id| set.get(*id).is_none() && !opaque.contains(id))
        .collect()
}
