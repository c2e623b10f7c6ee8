//! A supporter leaves, or stops the notices.

use std::collections::BTreeSet;

use kyosei_model::{
    AuditAction, AuditSubject, Channel, Decision, Evidence, Field, Purpose, Scope, Status, SupporterId,
    SuppressionReason,
};

use super::present;
use crate::consents::{DecisionMade, add_entry, wording_for};
use crate::suppress::suppress;
use crate::writing::{WriteError, Writing};

/// The outcome of a withdrawal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawn {
    /// Agreements that were taken back.
    pub withdrawn_count: usize,
    /// Whether the address is suppressed now.
    pub is_suppressed: bool,
}

/// Why a withdrawal was not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WithdrawRefused {
    /// No such supporter, or it was erased or merged.
    #[error("no such supporter")]
    NoSupporter,
    /// There is no wording to record the decision with.
    #[error("no wording in force")]
    NoWording,
    /// The record could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl WithdrawRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSupporter => "E-SUPPORTER-MISSING",
            Self::NoWording => "E-WORDING-MISSING",
            Self::Write(_) => "E-RECORD",
        }
    }
}

/// Takes back every agreement of a supporter, ends the registration and suppresses the address.
///
/// # Errors
/// See [`WithdrawRefused`].
pub fn withdraw_supporter(
    writing: &mut Writing<'_, '_>,
    id: SupporterId,
    channel: Channel,
) -> Result<Withdrawn, WithdrawRefused> {
    let mut supporter = present(writing, id)?.ok_or(WithdrawRefused::NoSupporter)?;
    let wording = wording_for(writing, &supporter.language)?.ok_or(WithdrawRefused::NoWording)?;
    let given: BTreeSet<(Purpose, Scope)> = supporter
        .consents
        .values()
        .filter(|entry| entry.decision == Decision::Given)
        .map(|entry| (entry.purpose, entry.scope))
        .chain([(Purpose::Register, Scope::General), (Purpose::EventMail, Scope::General)])
        .collect();
    for (purpose, scope) in &given {
        let made = DecisionMade {
            purpose: *purpose,
            decision: Decision::Withdrawn,
            channel,
            evidence: Evidence::Heard(writing.context.member),
            given_at: writing.context.now,
            scope: *scope,
            expires: None,
            guardian: None,
            reason: None,
        };
        add_entry(writing, &mut supporter, &wording, made);
    }
    supporter.status = Status::Withdrawn;
    let email = supporter.get(Field::Email).map(str::to_owned);
    writing.put_supporter(&supporter)?;
    if let Some(email) = &email {
        suppress(writing, [email.as_str()], SuppressionReason::OptOut)?;
    }
    writing.audit(
        AuditAction::SupporterWithdrawn,
        Some(AuditSubject::Supporter(id)),
        Some(channel.code()),
        None,
    )?;
    Ok(Withdrawn { withdrawn_count: given.len(), is_suppressed: email.is_some() })
}
