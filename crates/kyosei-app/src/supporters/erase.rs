//! Erasing supporters: their documents go, on every device, with everything they ever held.
//!
//! [`erasure_group`] finds the records that are one with a supporter: those that were merged into it hold the same
//! person. [`prepare_erasure`] writes what must outlive them (the suppression of the addresses, a line of the audit
//! trail). [`plan_erasure`] finds the entries whose payloads hold the documents: they are dropped, and the other
//! documents that share those payloads are written again. The runtime stores all of it, with the order to drop and the
//! approvals that the committee's policy asks for, in one transaction.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{EntryId, LogId};
use kyosei_doc::DocId;
use kyosei_doc::record::supporter;
use kyosei_model::{AuditAction, AuditSubject, Field, SupporterId, SuppressionReason};
use kyosei_sync::{ChangeHash, Part, PartKind, Snapshot};

use crate::journal::{Content, Opened};
use crate::register::Register;
use crate::suppress::suppress;
use crate::writing::{WriteError, Writing};

/// What an erasure has to do.
#[derive(Debug, Clone)]
pub struct ErasePlan {
    /// The documents that go.
    pub documents: BTreeSet<DocId>,
    /// The entries whose payloads are dropped.
    pub entries: BTreeSet<EntryId>,
    /// Snapshots of the other documents in those payloads.
    pub rewritten: Vec<Part>,
}

/// Why a record was not erased. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EraseRefused {
    /// No such supporter, or it was erased before.
    #[error("no such supporter")]
    NoSupporter,
    /// The record could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl EraseRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSupporter => "E-SUPPORTER-MISSING",
            Self::Write(_) => "E-RECORD",
        }
    }
}

/// The record and all that merges connect with it: whatever was merged into it, or it into.
#[must_use]
pub fn erasure_group(register: &Register, id: SupporterId) -> BTreeSet<SupporterId> {
    let is_here = |one: &SupporterId| register.supporter(*one).is_some() || *one == id;
    register.group(id).into_iter().filter(is_here).collect()
}

/// Suppresses the addresses and notes the erasure. Merged and withdrawn records can be erased too.
///
/// # Errors
/// See [`EraseRefused`].
pub fn prepare_erasure(
    writing: &mut Writing<'_, '_>,
    group: &BTreeSet<SupporterId>,
) -> Result<(), EraseRefused> {
    for id in group {
        let record = writing.supporter(*id)?.ok_or(EraseRefused::NoSupporter)?;
        if let Some(email) = record.get(Field::Email) {
            suppress(writing, [email], SuppressionReason::Erased)?;
        }
    }
    let Some(first) = group.first() else { return Ok(()) };
    let count = u64::try_from(group.len()).ok().filter(|count| *count > 1);
    Ok(writing.audit(AuditAction::SupporterErased, Some(AuditSubject::Supporter(*first)), None, count)?)
}

/// Finds what must be dropped and rewritten. `entries` are all readable entries of the space.
#[must_use]
pub fn plan_erasure(
    register: &Register,
    supporters: &BTreeSet<SupporterId>,
    entries: &[Opened],
) -> ErasePlan {
    let documents: BTreeSet<DocId> = supporters.iter().map(|id| supporter::doc_id(*id)).collect();
    let mut plan = ErasePlan { documents, entries: BTreeSet::new(), rewritten: Vec::new() };
    let mut others: BTreeSet<DocId> = BTreeSet::new();
    let mut covers: BTreeMap<LogId, u32> = BTreeMap::new();
    for entry in entries {
        covers.insert(entry.log, entry.seq);
        let Content::Data(inner) = &entry.content else { continue };
        if inner.parts.iter().any(|part| plan.documents.contains(&part.doc)) {
            plan.entries.insert(entry.id);
            others
                .extend(inner.parts.iter().map(|part| part.doc).filter(|doc| !plan.documents.contains(doc)));
        }
    }
    plan.rewritten = others
        .into_iter()
        .filter_map(|doc| {
            let document = register.document(doc).ok().flatten()?;
            let heads = document.heads().into_iter().map(ChangeHash).collect();
            let body = Snapshot { covers: covers.clone(), heads, save: document.save() }.encode();
            Some(Part { doc, kind: PartKind::Snapshot, body })
        })
        .collect();
    plan
}
