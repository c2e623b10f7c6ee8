//! Two records of one supporter become one, or are kept apart for ever.

use std::collections::BTreeMap;

use kyosei_model::{
    AuditAction, AuditSubject, Choice, Field, MergeError, OptedOut, PairDecision, PairDecisionId,
    PairVerdict, SupporterId, SupporterPair, merge,
};

use super::present;
use crate::context::fresh;
use crate::writing::{WriteError, Writing};

/// The outcome of a merge.
#[derive(Debug, Clone)]
pub struct Merging {
    /// The record that stays.
    pub kept: SupporterId,
    /// Purposes that stay closed, because one of the two records said no, with the entry that says so.
    pub opted_out: Vec<OptedOut>,
}

/// Why records were not merged. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeRefused {
    /// One of the supporters does not exist, or was erased or merged.
    #[error("no such supporter")]
    NoSupporter,
    /// Fields differ and nobody chose a value.
    #[error("fields differ and no value was chosen")]
    Undecided(Vec<Field>),
    /// The two cannot be one.
    #[error(transparent)]
    Impossible(#[from] MergeError),
    /// The record could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl MergeRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSupporter => "E-SUPPORTER-MISSING",
            Self::Undecided(_) => "E-MERGE-UNDECIDED",
            Self::Impossible(_) => "E-MERGE-IMPOSSIBLE",
            Self::Write(_) => "E-RECORD",
        }
    }
}

/// Why two records were not kept apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeepApartRefused {
    /// One of the supporters does not exist, or both are the same.
    #[error("no such pair of supporters")]
    NoPair,
    /// The decision could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl KeepApartRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoPair => "E-PAIR",
            Self::Write(_) => "E-RECORD",
        }
    }
}

/// Merges `absorbed` into `kept`. Where fields differ, `choices` says whose value stays.
///
/// # Errors
/// See [`MergeRefused`].
pub fn merge_supporters(
    writing: &mut Writing<'_, '_>,
    kept: SupporterId,
    absorbed: SupporterId,
    choices: &BTreeMap<Field, Choice>,
) -> Result<Merging, MergeRefused> {
    let one = present(writing, kept)?.ok_or(MergeRefused::NoSupporter)?;
    let other = present(writing, absorbed)?.ok_or(MergeRefused::NoSupporter)?;
    let merged = merge(&one, &other, choices, writing.context.now)?;
    if !merged.undecided.is_empty() {
        return Err(MergeRefused::Undecided(merged.undecided));
    }
    writing.put_supporter(&merged.kept)?;
    writing.put_supporter(&merged.absorbed)?;
    remember(writing, kept, absorbed, PairVerdict::Merged { into: kept })?;
    writing.audit(AuditAction::SupportersMerged, Some(AuditSubject::Supporter(kept)), None, None)?;
    Ok(Merging { kept, opted_out: merged.opted_out })
}

/// Remembers that two records are two supporters; they are never proposed as one again.
///
/// # Errors
/// See [`KeepApartRefused`].
pub fn keep_apart(
    writing: &mut Writing<'_, '_>,
    a: SupporterId,
    b: SupporterId,
) -> Result<(), KeepApartRefused> {
    if present(writing, a)?.is_none() || present(writing, b)?.is_none() || a == b {
        return Err(KeepApartRefused::NoPair);
    }
    remember(writing, a, b, PairVerdict::NotSame)?;
    Ok(writing.audit(AuditAction::SupportersKeptApart, Some(AuditSubject::Supporter(a)), None, None)?)
}

fn remember(
    writing: &mut Writing<'_, '_>,
    a: SupporterId,
    b: SupporterId,
    verdict: PairVerdict,
) -> Result<(), WriteError> {
    let Some(pair) = SupporterPair::new(a, b) else { return Ok(()) };
    let id = fresh!(writing.context, PairDecisionId);
    let decision = PairDecision { id, pair, verdict, at: writing.context.now, by: writing.context.member };
    let mut lists = writing.lists()?.clone();
    lists.pairs.insert(id, decision);
    writing.put_lists(lists)
}
