//! Who may say what, at one point of the graph (rules M1, M2, M5, M7).

use std::collections::BTreeSet;

use thiserror::Error;

use crate::body::{OpBody, Signer};
use crate::cert::{Role, Standing};
use crate::id::{DeviceId, EpochId};
use crate::op::{MemberOp, Policy};
use crate::reduce::view::{View, Voter};

/// Why an operation was never valid: its author could have known.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq, PartialOrd, Ord)]
pub enum Refusal {
    /// The author's role did not permit it.
    #[error("the author's role does not permit this")]
    AuthorRole,
    /// Too few persons of the needed role signed.
    #[error("{signed} of {needed} needed persons signed")]
    Approvals {
        /// Persons whose signature counts.
        signed: usize,
        /// Persons that the policy asks for.
        needed: usize,
    },
    /// The device that it names is not (or no longer) a member.
    #[error("the device is not a member")]
    UnknownDevice,
    /// The device is or was a member already; device ids are single-use (rule M2).
    #[error("the device is already known")]
    DeviceReused,
    /// Only devices of the right standing can be admins.
    #[error("a device of ordinary standing cannot be an admin")]
    Standing,
    /// The log is open already.
    #[error("the log is already open")]
    LogReused,
    /// The author knew that this epoch was minted already.
    #[error("the epoch is already minted")]
    EpochReused,
    /// The author does not know this epoch.
    #[error("the epoch is not known")]
    UnknownEpoch,
}

/// Who stood behind an operation when it was written, and how many it took.
#[derive(Clone, Debug, Default)]
pub(crate) struct Quorum {
    pub(crate) voters: Vec<(Signer, Voter)>,
    pub(crate) needed: usize,
}

impl Quorum {
    /// Whether enough different persons are left when only the signers that `counts` accepts count.
    pub(crate) fn holds(&self, counts: impl Fn(Signer) -> bool) -> bool {
        let left: BTreeSet<Voter> =
            self.voters.iter().filter(|(signer, _)| counts(*signer)).map(|(_, voter)| *voter).collect();
        left.len() >= self.needed
    }
}

/// Whether the operation was permitted to its author in its causal past, and thanks to whom.
pub(crate) fn permit_author(body: &OpBody, view: &View<'_>) -> Result<Quorum, Refusal> {
    if matches!(body.op(), MemberOp::Genesis(_)) {
        return Ok(Quorum::default());
    }
    view.voter(body.author(), needed_role(body)).ok_or(Refusal::AuthorRole)?;
    check_novelty(body.op(), view)?;
    permit(body, view, &BTreeSet::new())
}

/// Whether enough signers stand behind the operation when those in `lost` no longer count, and what it rests on holds.
pub(crate) fn permit(body: &OpBody, view: &View<'_>, lost: &BTreeSet<DeviceId>) -> Result<Quorum, Refusal> {
    check_object(body.op(), view)?;
    let role = needed_role(body);
    let quorum = Quorum {
        voters: std::iter::once(body.author())
            .chain(body.approvers().iter().copied())
            .filter(|signer| !matches!(signer, Signer::Device(device) if lost.contains(device)))
            .filter_map(|signer| Some((signer, view.voter(signer, role)?)))
            .collect(),
        needed: usize::from(threshold(body, view)?),
    };
    let signed = quorum.voters.iter().map(|(_, voter)| voter).collect::<BTreeSet<_>>().len();
    if signed < quorum.needed {
        Err(Refusal::Approvals { signed, needed: quorum.needed })
    } else {
        Ok(quorum)
    }
}

/// The role that signers of an operation need. Whoever is in may leave.
pub(crate) fn needed_role(body: &OpBody) -> Role {
    match body.op() {
        MemberOp::Remove(_) if body.is_leave() => Role::Relay,
        MemberOp::Genesis(_)
        | MemberOp::Add(_)
        | MemberOp::Remove(_)
        | MemberOp::SetRole(_)
        | MemberOp::Recover(_) => Role::Admin,
        MemberOp::Rotate(_) => Role::Edit,
        MemberOp::AddWraps(_) | MemberOp::Complaint(_) => Role::Read,
        MemberOp::LogOpen(_) | MemberOp::KeyUpdate(_) | MemberOp::Unknown(_) => Role::Relay,
    }
}

/// How many persons must sign. A device of ordinary standing leaves by itself.
pub(crate) fn threshold(body: &OpBody, view: &View<'_>) -> Result<u8, Refusal> {
    if let (true, Signer::Device(author)) = (body.is_leave(), body.author())
        && view.standing(author) == Some(Standing::Ordinary)
    {
        return Ok(1);
    }
    threshold_of(body.op(), view)
}

/// How many persons must sign what someone says of others.
pub(crate) fn threshold_of(op: &MemberOp, view: &View<'_>) -> Result<u8, Refusal> {
    let policy = view.genesis.map(|genesis| genesis.policy).unwrap_or_default();
    let standing = |device| view.standing(device).ok_or(Refusal::UnknownDevice);
    Ok(match op {
        MemberOp::Add(op) => to_change(policy, op.cert.claim.standing()),
        MemberOp::SetRole(op) => to_change(policy, standing(op.device)?),
        MemberOp::Remove(op) => op.devices.iter().try_fold(policy.remove, |needed, device| {
            Ok(needed.max(match standing(*device)? {
                Standing::Ordinary => policy.remove,
                Standing::AdminEligible => policy.admin_change,
            }))
        })?,
        MemberOp::Recover(_) => policy.admin_change,
        MemberOp::Genesis(_)
        | MemberOp::LogOpen(_)
        | MemberOp::KeyUpdate(_)
        | MemberOp::Rotate(_)
        | MemberOp::AddWraps(_)
        | MemberOp::Complaint(_)
        | MemberOp::Unknown(_) => 1,
    })
}

fn to_change(policy: Policy, standing: Standing) -> u8 {
    match standing {
        Standing::Ordinary => policy.add,
        Standing::AdminEligible => policy.add.max(policy.admin_change),
    }
}

/// What an author can avoid by looking: naming a device, log or role that is taken or impossible. Asked in the causal
/// past only, since concurrent duplicates are no fault.
fn check_novelty(op: &MemberOp, view: &View<'_>) -> Result<(), Refusal> {
    let unused = |device| {
        let used = view.introduction(device).is_some() || view.is_removed(device);
        if used { Err(Refusal::DeviceReused) } else { Ok(()) }
    };
    match op {
        MemberOp::Add(op) => unused(op.cert.claim.device()),
        MemberOp::Recover(op) => op.admins.iter().try_for_each(|cert| unused(cert.claim.device())),
        MemberOp::SetRole(op) => match view.standing(op.device) {
            Some(Standing::Ordinary) if op.role == Role::Admin => Err(Refusal::Standing),
            Some(_) => Ok(()),
            None => Err(Refusal::UnknownDevice),
        },
        MemberOp::LogOpen(open) => {
            let taken = view.graph.log_openings(open.log).any(|node| view.effective.contains(node.index));
            if taken { Err(Refusal::LogReused) } else { Ok(()) }
        }
        MemberOp::Rotate(rotate) => match known_epoch(rotate.recipient.id(), view) {
            Ok(()) => Err(Refusal::EpochReused),
            Err(_) => Ok(()),
        },
        MemberOp::Genesis(_)
        | MemberOp::Remove(_)
        | MemberOp::KeyUpdate(_)
        | MemberOp::AddWraps(_)
        | MemberOp::Complaint(_)
        | MemberOp::Unknown(_) => Ok(()),
    }
}

/// What the operation speaks of must exist.
fn check_object(op: &MemberOp, view: &View<'_>) -> Result<(), Refusal> {
    match op {
        MemberOp::SetRole(op) => view.role(op.device).map(|_| ()).ok_or(Refusal::UnknownDevice),
        MemberOp::AddWraps(op) => known_epoch(op.epoch, view),
        MemberOp::Complaint(op) => known_epoch(op.epoch, view),
        MemberOp::Genesis(_)
        | MemberOp::Add(_)
        | MemberOp::Remove(_)
        | MemberOp::LogOpen(_)
        | MemberOp::KeyUpdate(_)
        | MemberOp::Rotate(_)
        | MemberOp::Recover(_)
        | MemberOp::Unknown(_) => Ok(()),
    }
}

fn known_epoch(epoch: EpochId, view: &View<'_>) -> Result<(), Refusal> {
    let minted = view.graph.mintings(epoch).any(|node| view.known.contains(node.index));
    if minted { Ok(()) } else { Err(Refusal::UnknownEpoch) }
}
