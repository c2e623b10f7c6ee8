//! Opening one record, and listing many. Who looked at whom stands in the audit trail, sealed like everything else.

use kyosei_model::{AuditAction, AuditSubject, Supporter, SupporterId};

use super::present;
use crate::writing::{WriteError, Writing};

/// Why a record was not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ShowRefused {
    /// No such supporter, or it was erased or merged.
    #[error("no such supporter")]
    NoSupporter,
    /// The look could not be noted in the audit trail.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl ShowRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSupporter => "E-SUPPORTER-MISSING",
            Self::Write(_) => "E-RECORD",
        }
    }
}

/// Notes that the names of `count` records were listed. What was searched for is not noted.
///
/// # Errors
/// See [`WriteError`].
pub fn note_listing(writing: &mut Writing<'_, '_>, count: usize) -> Result<(), WriteError> {
    if count == 0 {
        return Ok(());
    }
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    writing.audit(AuditAction::SupportersListed, None, None, Some(count))
}

/// A record, with the look at it noted in the audit trail.
///
/// # Errors
/// See [`ShowRefused`].
pub fn show_supporter(writing: &mut Writing<'_, '_>, id: SupporterId) -> Result<Supporter, ShowRefused> {
    let supporter = present(writing, id)?.ok_or(ShowRefused::NoSupporter)?;
    writing.audit(AuditAction::SupporterShown, Some(AuditSubject::Supporter(id)), None, None)?;
    Ok(supporter)
}
