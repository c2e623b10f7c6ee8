//! Epochs: which of them data may be sealed to, who holds them, and when a new one is due (rules E1-E5, R2, hole H11).
//!
//! An epoch is known by its recipient alone; whether a wrap really holds its identity is found out by the reader who
//! opens it, and told by a `Complaint`.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use thiserror::Error;

use super::Membership;
use crate::bits::Bits;
use crate::body::Signer;
use crate::codec::SealedBytes;
use crate::graph::Node;
use crate::id::{DeviceId, EpochId, EpochRecipient, KemId, OpId};
use crate::op::{MemberOp, Wraps};

/// How long an epoch is used before a new one is due (rule E4).
pub const EPOCH_AGE_MAX: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// An epoch, as far as the operations tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Epoch {
    /// The public key to seal to.
    pub recipient: EpochRecipient,
    /// Whether honest writers may seal to it (rule E1).
    pub is_usable: bool,
    /// Readers with a wrap for their present key that they have not complained about.
    pub holders: BTreeSet<DeviceId>,
    /// Operations that minted it and have effect.
    mintings: BTreeSet<usize>,
    /// Everyone who may know its identity: minters, all for whom it was wrapped, and all to whom later epochs handed it on,
    /// with the key used.
    exposed: BTreeSet<(DeviceId, Option<KemId>)>,
}

/// Why a new epoch is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RotationReason {
    /// No usable epoch: the first one, or after a removal, a demotion of a reader or a key update.
    NoneUsable,
    /// The one in use is older than [`EPOCH_AGE_MAX`].
    Age,
}

/// Why an entry must not be sealed to an epoch.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum SealError {
    /// A membership head of the entry is not known here.
    #[error("a membership head of the entry is not known")]
    UnknownHead,
    /// No head of the entry knows an operation that mints this epoch. By itself no sign of bad faith: an author leaves heads
    /// out when there are more than [`PREV_COUNT_MAX`](crate::limits::PREV_COUNT_MAX).
    #[error("the epoch is not known")]
    UnknownEpoch,
    /// A device that the author knew to be removed can open the epoch, as far as the author knew; or who minted it did not
    /// know of the removal, so that it may be handed on to that device.
    #[error("the epoch includes a device that the author knew to be removed")]
    IncludesRemoved,
}

impl Membership {
    /// All epochs that an effective operation minted, by ascending id.
    pub fn epochs(&self) -> impl Iterator<Item = (EpochId, &Epoch)> {
        self.epochs.iter().map(|(id, epoch)| (*id, epoch))
    }

    /// All epochs whose minting was valid, by ascending id, also those whose minting has no effect any more: honest people
    /// may have sealed to them before they could know, so readers open these too.
    pub fn minted_epochs(&self) -> impl Iterator<Item = EpochId> {
        self.graph.epochs().filter(|id| self.graph.mintings(*id).any(|node| self.is_valid(node)))
    }

    /// The epoch with this id.
    #[must_use]
    pub fn epoch(&self, id: EpochId) -> Option<&Epoch> {
        self.epochs.get(&id)
    }

    /// The epoch that every honest writer with this set seals to: of the usable ones those that every reader holds go
    /// first, then those that were not followed by another, then the lower id (rule E1, finding F3).
    #[must_use]
    pub fn preferred_epoch(&self) -> Option<EpochId> {
        let usable = || self.epochs.iter().filter(|(_, epoch)| epoch.is_usable);
        let full: Vec<_> = usable().filter(|(_, epoch)| self.readers_without(epoch).is_empty()).collect();
        let candidates: Vec<_> = if full.is_empty() { usable().collect() } else { full };
        let is_followed = |epoch: &Epoch| {
            candidates.iter().any(|(_, other)| {
                self.mintings(other).any(|later| self.mintings(epoch).all(|m| later.past.contains(m.index)))
            })
        };
        candidates.iter().filter(|(_, epoch)| !is_followed(epoch)).map(|(id, _)| **id).min()
    }

    /// Whether the device has a wrap of the epoch for its present key that it has not complained about.
    #[must_use]
    pub fn holds(&self, device: DeviceId, epoch: EpochId) -> bool {
        self.epoch(epoch).is_some_and(|epoch| epoch.holders.contains(&device))
    }

    /// Readers that lack a good wrap of the epoch: whoever holds it should add one (rule E3).
    #[must_use]
    pub fn missing_wraps(&self, epoch: EpochId) -> Vec<DeviceId> {
        self.epoch(epoch).map(|epoch| self.readers_without(epoch)).unwrap_or_default()
    }

    /// Readers that said that they cannot open the epoch, and got no good wrap of it since: whoever holds it should add one
    /// (rule E3, hole H11). Also asked of an epoch that may be used no longer, since what honest people sealed to it must
    /// stay readable for all who are in.
    #[must_use]
    pub fn asking_for(&self, epoch: EpochId) -> BTreeSet<DeviceId> {
        let holders = self.holders_of(epoch);
        let effective = |node: &&Node| self.judged.effective.contains(node.index);
        let asking = self.graph.complaints(epoch).filter(effective).filter_map(|node| {
            if let Signer::Device(device) = node.signed.body().author() { Some(device) } else { None }
        });
        asking.filter(|device| self.is_current(*device, None) && !holders.contains(device)).collect()
    }

    /// The age files that may hold the epoch's identity for the device's present key, earliest operation first. The
    /// reader tries each and checks that the identity inside gives the epoch's id (hole H11); therefore wraps of an
    /// operation that has no effect any more do no harm, and what was sealed before stays readable.
    #[must_use]
    pub fn wraps_for(&self, device: DeviceId, epoch: EpochId) -> Vec<&SealedBytes> {
        let Some(kem) = self.member(device).map(|member| member.kem_id) else { return Vec::new() };
        self.graph
            .wrappings(epoch)
            .filter(|node| self.is_valid(node))
            .filter_map(|node| wraps_of(node)?.get(&(device, kem)))
            .collect()
    }

    /// Whether and why a new epoch is due. `known_for` is how long this replica has known the preferred epoch; the
    /// operations themselves carry no time (rules E2, E4).
    #[must_use]
    pub fn rotation_due(&self, known_for: Duration) -> Option<RotationReason> {
        match self.preferred_epoch() {
            None => Some(RotationReason::NoneUsable),
            Some(_) if known_for > EPOCH_AGE_MAX => Some(RotationReason::Age),
            Some(_) => None,
        }
    }

    /// Whether an author who named these membership heads could in good faith seal to the epoch (rule R2).
    ///
    /// Asked of what the author knew and nothing else: otherwise whoever holds an epoch could wrap it for a removed device
    /// afterwards and so spoil what honest people sealed to it (`docs/membership.md`, finding F14).
    ///
    /// # Errors
    /// [`SealError`] says why not.
    pub fn check_seal<'a>(
        &self,
        heads: impl IntoIterator<Item = &'a OpId> + Clone,
        epoch: EpochId,
    ) -> Result<(), SealError> {
        if heads.clone().into_iter().any(|id| self.graph.find(*id).is_none()) {
            return Err(SealError::UnknownHead);
        }
        let known = self.closed(heads).intersection(&self.judged.valid.ops);
        let to_removed =
            |node: &&Node| exposed_by(node).iter().any(|(device, _)| self.contains_removal(&known, *device));
        // As if every minting had effect: enough to let nearly all entries pass without resolving what the author knew.
        let possible = self.disclosures(epoch, &known, &known);
        if possible.is_empty() {
            return Err(SealError::UnknownEpoch);
        }
        let mints = |node: &&&Node| minted_recipient(node).is_some_and(|recipient| recipient.id() == epoch);
        let is_blameless = |nodes: &[&Node]| {
            !nodes.iter().any(to_removed)
                && nodes.iter().filter(mints).all(|node| self.knew_removals(node, &known))
        };
        if is_blameless(&possible) {
            return Ok(());
        }
        let certain = self.disclosures(epoch, &known, &self.effective_at(&known));
        let is_in_good_faith = !certain.is_empty() && is_blameless(&certain);
        if is_in_good_faith { Ok(()) } else { Err(SealError::IncludesRemoved) }
    }

    pub(super) fn resolve_epochs(&self) -> BTreeMap<EpochId, Epoch> {
        let mut epochs: BTreeMap<EpochId, Epoch> = BTreeMap::new();
        for id in self.graph.epochs() {
            if let Some(epoch) = self.resolve_epoch(id) {
                epochs.insert(id, epoch);
            }
        }
        epochs
    }

    fn resolve_epoch(&self, id: EpochId) -> Option<Epoch> {
        let mintings: Vec<&Node> =
            self.graph.mintings(id).filter(|node| self.judged.effective.contains(node.index)).collect();
        let mut epoch = Epoch {
            recipient: minted_recipient(mintings.first()?)?,
            is_usable: true,
            holders: self.holders_of(id),
            mintings: mintings.iter().map(|node| node.index).collect(),
            exposed: BTreeSet::new(),
        };
        for node in self.disclosures(id, &self.judged.valid.ops, &self.judged.effective) {
            self.expose(&mut epoch, node);
        }
        epoch.is_usable &= epoch.exposed.iter().all(|(device, kem)| self.is_current(*device, *kem));
        epoch.is_usable &= mintings.iter().all(|node| self.knew_removals(node, &self.judged.valid.ops));
        Some(epoch)
    }

    /// Whether who minted an epoch knew every removal among `known`: then everyone who may hand the epoch on knows them too
    /// (finding F18).
    fn knew_removals(&self, minting: &Node, known: &Bits) -> bool {
        self.graph
            .all_removals()
            .filter(|index| known.contains(*index))
            .all(|index| minting.past.contains(index))
    }

    /// The operations that gave the epoch's identity away: those of `effective` that mint it, and those of `known` that
    /// wrap it further, or that mint or wrap a later epoch in whose chain it may lie (finding F16). Also a void operation may
    /// have done so; but only one whose author knew the epoch could.
    fn disclosures(&self, epoch: EpochId, known: &Bits, effective: &Bits) -> Vec<&Node> {
        let mintings: Vec<&Node> =
            self.graph.mintings(epoch).filter(|node| effective.contains(node.index)).collect();
        let rests_on_minting = |node: &&Node| mintings.iter().any(|each| node.past.contains(each.index));
        let is_known = |node: &&Node| known.contains(node.index);
        let wrappings = self.graph.wrappings(epoch).filter(is_known).filter(rests_on_minting);
        let heirs = self.graph.chained().filter(|(_, node)| is_known(node) && rests_on_minting(node));
        let wrappings_of_heirs = heirs.flat_map(|(epoch, heir)| {
            let wrappings = self.graph.wrappings(epoch).filter(is_known);
            wrappings.filter(|node| node.index == heir.index || node.past.contains(heir.index))
        });
        mintings.iter().copied().chain(wrappings).chain(wrappings_of_heirs).collect()
    }

    fn is_valid(&self, node: &Node) -> bool {
        self.judged.valid.ops.contains(node.index)
    }

    fn expose(&self, epoch: &mut Epoch, node: &Node) {
        epoch.exposed.extend(exposed_by(node));
        let recovery = self.recovery_recipient().map(|recipient| recipient.id());
        let mut recovery_wraps = recovery_wraps_of(node).into_iter().flat_map(BTreeMap::keys);
        epoch.is_usable &= recovery_wraps.all(|kem| Some(*kem) == recovery);
    }

    /// Whether the device is a reader and the key, if given, is its present one.
    fn is_current(&self, device: DeviceId, kem: Option<KemId>) -> bool {
        self.member(device)
            .is_some_and(|member| member.role.reads() && kem.is_none_or(|kem| member.kem_id == kem))
    }

    /// Readers with a wrap for their present key that none of their complaints knows.
    fn holders_of(&self, epoch: EpochId) -> BTreeSet<DeviceId> {
        let effective = |node: &&Node| self.judged.effective.contains(node.index);
        let complaints: Vec<&Node> = self.graph.complaints(epoch).filter(effective).collect();
        let refuted = |wrap: &Node, device: DeviceId| {
            complaints.iter().any(|complaint| {
                complaint.signed.body().author() == Signer::Device(device)
                    && complaint.past.contains(wrap.index)
            })
        };
        let mut holders = BTreeSet::new();
        for node in self.graph.wrappings(epoch).filter(effective) {
            let wraps = wraps_of(node).into_iter().flat_map(BTreeMap::keys);
            holders.extend(
                wraps
                    .filter(|(device, kem)| self.is_current(*device, Some(*kem)) && !refuted(node, *device))
                    .map(|(device, _)| *device),
            );
        }
        holders
    }

    fn readers_without(&self, epoch: &Epoch) -> Vec<DeviceId> {
        self.readers().map(|member| member.device).filter(|device| !epoch.holders.contains(device)).collect()
    }

    fn mintings<'a>(&'a self, epoch: &'a Epoch) -> impl Iterator<Item = &'a Node> {
        epoch.mintings.iter().filter_map(|index| self.graph.node(*index))
    }
}

/// Who knows the epoch's identity from this operation: its minter, and all for whom it wraps, with the key used.
fn exposed_by(node: &Node) -> Vec<(DeviceId, Option<KemId>)> {
    let minter = match (node.op(), node.signed.body().author()) {
        (MemberOp::Rotate(_), Signer::Device(minter)) => Some((minter, None)),
        _ => None,
    };
    let wraps = wraps_of(node).into_iter().flat_map(BTreeMap::keys);
    minter.into_iter().chain(wraps.map(|(device, kem)| (*device, Some(*kem)))).collect()
}

fn minted_recipient(node: &Node) -> Option<EpochRecipient> {
    let MemberOp::Rotate(op) = node.op() else { return None };
    Some(op.recipient)
}

fn wraps_of(node: &Node) -> Option<&Wraps> {
    if let MemberOp::Rotate(op) = node.op() {
        Some(&op.wraps)
    } else if let MemberOp::AddWraps(op) = node.op() {
        Some(&op.wraps)
    } else {
        None
    }
}

fn recovery_wraps_of(node: &Node) -> Option<&BTreeMap<KemId, SealedBytes>> {
    if let MemberOp::Rotate(op) = node.op() {
        Some(&op.recovery_wraps)
    } else if let MemberOp::AddWraps(op) = node.op() {
        Some(&op.recovery_wraps)
    } else {
        None
    }
}
