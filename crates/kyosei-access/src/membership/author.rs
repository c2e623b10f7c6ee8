//! What an author asks before writing: is this permitted, how many must sign, and does it leave the space an admin?
//!
//! Refusing here is a courtesy of an honest client; the reducer decides the same for everyone, except rule M6, which
//! only the author can follow (what the others remove at the same time is not known).

use std::collections::BTreeSet;

use thiserror::Error;

use super::Membership;
use crate::body::OpBody;
use crate::cert::Role;
use crate::op::MemberOp;
use crate::reduce::Refusal;
use crate::reduce::permit::{permit_author, threshold_of};

/// Why a client refuses to author an operation.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum AuthorError {
    /// It would be refused by every replica.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It belongs to another space.
    #[error("the operation belongs to another space")]
    WrongSpace,
    /// It names predecessors that are not known here.
    #[error("the operation builds on something unknown")]
    UnknownPast,
    /// It does not know a change of membership that is known here; drafted anew, it would.
    #[error("the operation does not know the latest change of membership")]
    Stale,
    /// It would leave neither an admin nor enough recovery keys (rule M6).
    #[error("nobody would be left who can change the membership")]
    NoAdminLeft,
}

impl Membership {
    /// Checks an operation that is about to be signed or approved.
    ///
    /// Approvals take time, so it need not name the present heads; but it must know every present addition, removal and
    /// role change, so that none of its signers approves what they would not if they looked again.
    ///
    /// # Errors
    /// [`AuthorError`] says why it should not be signed.
    pub fn check(&self, body: &OpBody) -> Result<(), AuthorError> {
        if body.space() != Some(self.space) {
            return Err(AuthorError::WrongSpace);
        }
        if body.prev().iter().any(|id| self.graph.find(*id).is_none()) {
            return Err(AuthorError::UnknownPast);
        }
        let known = self.closed(body.prev());
        let mut changes = self.effective_nodes().filter(|node| changes_membership(node.op()));
        if changes.any(|node| !known.contains(node.index)) {
            return Err(AuthorError::Stale);
        }
        permit_author(body, &self.view())?;
        if self.leaves_no_admin(body.op()) { Err(AuthorError::NoAdminLeft) } else { Ok(()) }
    }

    /// How many persons must sign an operation, its author included. A device of ordinary standing that leaves by itself
    /// ([`OpBody::is_leave`]) signs alone, whatever this says of removing it.
    ///
    /// # Errors
    /// [`Refusal::UnknownDevice`] when it names a device that is not known.
    pub fn approvals_needed(&self, op: &MemberOp) -> Result<u8, Refusal> {
        threshold_of(op, &self.view())
    }

    fn leaves_no_admin(&self, op: &MemberOp) -> bool {
        let gone = if let MemberOp::Remove(remove) = op {
            remove.devices.clone()
        } else if let MemberOp::SetRole(change) = op
            && change.role < Role::Admin
        {
            BTreeSet::from([change.device])
        } else {
            return false;
        };
        let mut admins = self.members().filter(|member| member.role == Role::Admin);
        let can_recover = self.recovery_keys().count() >= usize::from(self.policy().admin_change);
        !can_recover && !admins.any(|admin| !gone.contains(&admin.device))
    }
}

const fn changes_membership(op: &MemberOp) -> bool {
    match op {
        MemberOp::Genesis(_)
        | MemberOp::Add(_)
        | MemberOp::Remove(_)
        | MemberOp::SetRole(_)
        | MemberOp::Recover(_) => true,
        MemberOp::LogOpen(_)
        | MemberOp::KeyUpdate(_)
        | MemberOp::Rotate(_)
        | MemberOp::AddWraps(_)
        | MemberOp::Complaint(_)
        | MemberOp::Unknown(_) => false,
    }
}
