//! Taking an import back. Records that someone touched since then stay and are listed.

use std::collections::BTreeSet;

use kyosei_doc::DocumentError;
use kyosei_doc::record::{import, supporter};
use kyosei_model::{
    AuditAction, AuditSubject, EmailState, ImportId, ImportUndo, PublicName, RowFate, Status, Supporter,
    SupporterId,
};

use crate::register::Unreadable;
use crate::writing::{WriteError, Writing};

/// Changes of a record that nobody touched since it was imported: the one that made it.
const CHANGES_UNTOUCHED_COUNT: usize = 1;

/// The outcome of an undo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undone {
    /// Records that are gone.
    pub removed: BTreeSet<SupporterId>,
    /// Records that stay, because they were edited or merged since, or existed before the import.
    pub kept: BTreeSet<SupporterId>,
}

/// Why an import was not taken back. Nothing was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UndoRefused {
    /// No such import.
    #[error("no such import")]
    NoImport,
    /// It was taken back before.
    #[error("the import was taken back before")]
    UndoneBefore,
    /// The import's record cannot be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// A record could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl UndoRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoImport => "E-IMPORT-MISSING",
            Self::UndoneBefore => "E-IMPORT-UNDONE",
            Self::Unreadable(_) | Self::Write(_) => "E-RECORD",
        }
    }
}

impl From<DocumentError> for UndoRefused {
    fn from(error: DocumentError) -> Self {
        Self::Write(error.into())
    }
}

/// Takes an import back: records that it made and nobody touched lose all their content and count no more.
///
/// # Errors
/// See [`UndoRefused`].
pub fn undo_import(writing: &mut Writing<'_, '_>, id: ImportId) -> Result<Undone, UndoRefused> {
    let mut batch = writing.register().import(id)?.ok_or(UndoRefused::NoImport)?;
    if batch.undone.is_some() {
        return Err(UndoRefused::UndoneBefore);
    }
    let mut undone = Undone { removed: BTreeSet::new(), kept: BTreeSet::new() };
    for row in &batch.rows {
        match &row.fate {
            RowFate::Created(id) => {
                let Some(record) = writing.supporter(*id)?.filter(|one| one.status != Status::Erased) else {
                    continue;
                };
                if is_untouched(writing, *id)? {
                    writing.put_supporter(&emptied(&record))?;
                    undone.removed.insert(*id);
                } else {
                    undone.kept.insert(*id);
                }
            }
            RowFate::Updated(id) => {
                undone.kept.insert(*id);
            }
            RowFate::AlreadyPresent(_)
            | RowFate::RepeatedLine(_)
            | RowFate::Review
            | RowFate::Suppressed
            | RowFate::Rejected(_)
            | RowFate::Unreadable(_) => {}
        }
    }
    batch.undone =
        Some(ImportUndo { at: writing.context.now, by: writing.context.member, kept: undone.kept.clone() });
    writing.put_node(import::doc_id(id), &import::file_node(&batch))?;
    let count = u64::try_from(undone.removed.len()).unwrap_or(u64::MAX);
    writing.audit(AuditAction::ImportUndone, Some(AuditSubject::Import(id)), None, Some(count))?;
    Ok(undone)
}

fn is_untouched(writing: &Writing<'_, '_>, id: SupporterId) -> Result<bool, UndoRefused> {
    let document = writing.register().document(supporter::doc_id(id))?;
    Ok(document.is_some_and(|document| document.change_count() == CHANGES_UNTOUCHED_COUNT))
}

/// The record without anything of the person.
fn emptied(record: &Supporter) -> Supporter {
    let mut empty = Supporter::new(record.id, record.kind, record.source, record.submitted_at);
    empty.status = Status::Erased;
    empty.email_state = EmailState::None;
    empty.public_name = PublicName::No;
    empty.received_at = record.received_at;
    empty
}
