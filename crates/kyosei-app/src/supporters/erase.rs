//! Erasing a supporter: the document goes, on every device, with everything it ever held.
//!
//! Two steps. [`prepare_erasure`] writes what must outlive the record (the suppression of the address, the line of the
//! audit trail). [`plan_erasure`] finds the entries whose payloads hold the document: they are dropped, and the other
//! documents that share those payloads are written again first. The runtime then orders the drop with the approvals that
//! the committee's policy asks for.

use std::collections::BTreeSet;

use kyosei_access::EntryId;
use kyosei_doc::DocId;
use kyosei_doc::record::supporter;
use kyosei_model::{AuditAction, AuditSubject, Field, Supporter, SupporterId, SuppressionReason};
use kyosei_sync::{Part, PartKind, Snapshot};

use crate::journal::{Content, ReadEntry};
use crate::register::Register;
use crate::suppress::suppress;
use crate::writing::{WriteError, Writing};

/// What an erasure has to do.
#[derive(Debug, Clone)]
pub struct ErasePlan {
    /// The document that goes.
    pub document: DocId,
    /// The entries whose payloads are dropped.
    pub entries: BTreeSet<EntryId>,
    /// Snapshots of the other documents in those payloads, to be written before the drop.
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

/// Suppresses the address and notes the erasure. Merged and withdrawn records can be erased too.
///
/// # Errors
/// See [`EraseRefused`].
pub fn prepare_erasure(writing: &mut Writing<'_, '_>, id: SupporterId) -> Result<(), EraseRefused> {
    let record: Supporter = writing.supporter(id)?.ok_or(EraseRefused::NoSupporter)?;
    if let Some(email) = record.get(Field::Email) {
        suppress(writing, email, SuppressionReason::Erased)?;
    }
    writing.audit(AuditAction::SupporterErased, Some(AuditSubject::Supporter(id)), None, None)?;
    Ok(())
}

/// Finds what must be dropped and rewritten. `entries` are all readable entries of the space.
#[must_use]
pub fn plan_erasure(register: &Register, id: SupporterId, entries: &[ReadEntry]) -> ErasePlan {
    let document = supporter::doc_id(id);
    let mut plan = ErasePlan { document, entries: BTreeSet::new(), rewritten: Vec::new() };
    let mut others: BTreeSet<DocId> = BTreeSet::new();
    for entry in entries {
        let Content::Parts(parts) = &entry.content else { continue };
        if parts.iter().any(|part| part.doc == document) {
            plan.entries.insert(entry.id);
            others.extend(parts.iter().map(|part| part.doc).filter(|doc| *doc != document));
        }
    }
    plan.rewritten = others
        .into_iter()
        .filter_map(|doc| {
            let save = register.save(doc)?.to_vec();
            let covers = entries.iter().map(|entry| (entry.log, entry.seq)).collect();
            Some(Part { doc, kind: PartKind::Snapshot, body: Snapshot { covers, save }.encode() })
        })
        .collect();
    plan
}
