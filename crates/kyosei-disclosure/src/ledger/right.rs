//! The right to make a release: a lease held by one member, or the agreement of enough members.
//!
//! Two laptops that are both offline must not both release, and published figures cannot be merged like documents. So the
//! ledger takes an entry only with one of these. How leases and approvals travel and are signed is not decided here.

use std::collections::BTreeSet;

use thiserror::Error;

/// Why somebody may append the next entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReleaseRight {
    /// One member holds the pen until a moment.
    Lease {
        /// The member's code.
        holder: String,
        /// Until when, in seconds since 1970-01-01 UTC.
        until: i64,
    },
    /// Enough members agreed to exactly this entry.
    Quorum {
        /// The entry they agreed to.
        seq: u32,
        /// Who agreed.
        approvals: BTreeSet<String>,
        /// How many are needed.
        needed: usize,
    },
}

/// Why the right does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RightError {
    /// Another member holds the lease.
    #[error("the lease belongs to {holder}")]
    NotHolder {
        /// Who holds it.
        holder: String,
    },
    /// The lease has ended.
    #[error("the lease ended at {until}")]
    Expired {
        /// When, in seconds since 1970-01-01 UTC.
        until: i64,
    },
    /// The members agreed to another entry.
    #[error("the approvals are for entry {approved}, not {next}")]
    OtherEntry {
        /// The entry they agreed to.
        approved: u32,
        /// The next entry.
        next: u32,
    },
    /// Too few members agreed.
    #[error("{found} of {needed} approvals")]
    TooFew {
        /// How many agreed.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
}

impl ReleaseRight {
    pub(super) fn permits(&self, who: &str, next: u32, now: i64) -> Result<(), RightError> {
        match self {
            ReleaseRight::Lease { holder, .. } if holder != who => {
                Err(RightError::NotHolder { holder: holder.clone() })
            }
            ReleaseRight::Lease { until, .. } if now >= *until => Err(RightError::Expired { until: *until }),
            ReleaseRight::Lease { .. } => Ok(()),
            ReleaseRight::Quorum { seq, .. } if *seq != next => {
                Err(RightError::OtherEntry { approved: *seq, next })
            }
            ReleaseRight::Quorum { approvals, needed, .. } if *needed == 0 || approvals.len() < *needed => {
                Err(RightError::TooFew { found: approvals.len(), needed: *needed })
            }
            ReleaseRight::Quorum { .. } => Ok(()),
        }
    }
}
