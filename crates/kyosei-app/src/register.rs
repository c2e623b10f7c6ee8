//! The register as it stands in memory: documents, and the records read from them.
//!
//! A [`Register`] is a pure function of its documents. It changes in one way only: [`Register::absorb`] takes the
//! edits of a [`Writing`](crate::writing::Writing) after they became durable, or the changes of another device.
//! A document that this version cannot read is kept, listed and left alone.

use std::collections::BTreeMap;

use kyosei_doc::record::{self, RecordError, audit, import, register as lists_record, release, supporter};
use kyosei_doc::{DocId, DocKind, Document, DocumentError, Node};
use kyosei_model::{AuditEvent, ImportBatch, ImportId, Status, Supporter, SupporterId};

use lists_record::RegisterLists;

use crate::writing::DocumentEdit;

/// The register of one space.
#[derive(Debug, Clone, Default)]
pub struct Register {
    documents: BTreeMap<DocId, StoredDocument>,
    supporters: BTreeMap<SupporterId, Supporter>,
    lists: Option<RegisterLists>,
    unreadable: BTreeMap<DocId, Unreadable>,
}

/// A document at rest in memory: its save and what kind it is.
#[derive(Debug, Clone)]
struct StoredDocument {
    save: Vec<u8>,
    kind: Option<DocKind>,
}

/// Why a document's record is not available.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// The document itself does not load.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The document loads, but its record is damaged or of a newer version.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl Register {
    /// Adds a document from its save, replacing what was there.
    pub fn put_document(&mut self, id: DocId, save: Vec<u8>) {
        match Document::load(&save).and_then(|document| document.root()) {
            Ok(root) => self.put_root(id, save, &root),
            Err(error) => {
                self.unreadable.insert(id, error.into());
                self.documents.insert(id, StoredDocument { save, kind: None });
            }
        }
    }

    /// Takes over edits that became durable.
    pub fn absorb(&mut self, edits: Vec<DocumentEdit>) {
        for edit in edits {
            self.put_root(edit.doc, edit.save, &edit.root);
        }
    }

    /// Merges snapshots of a document and changes to it, in any order, into what is here.
    ///
    /// # Errors
    /// [`DocumentError`]; the document is unchanged then.
    pub fn apply(&mut self, id: DocId, snapshots: &[&[u8]], changes: &[&[u8]]) -> Result<(), DocumentError> {
        let mut document = self.document(id)?.unwrap_or_else(Document::empty);
        for save in snapshots {
            document.merge(&Document::load(save)?)?;
        }
        document.apply_changes(changes)?;
        let root = document.root()?;
        self.put_root(id, document.save(), &root);
        Ok(())
    }

    /// Forgets a document and its record.
    pub fn forget(&mut self, id: DocId) {
        self.documents.remove(&id);
        self.unreadable.remove(&id);
        self.supporters.remove(&SupporterId::from_bytes(id.to_bytes()));
    }

    /// A document, loaded.
    ///
    /// # Errors
    /// [`DocumentError`] if it does not load.
    pub fn document(&self, id: DocId) -> Result<Option<Document>, DocumentError> {
        self.documents.get(&id).map(|stored| Document::load(&stored.save)).transpose()
    }

    /// The saves of all documents, in order of their ids.
    pub fn saves(&self) -> impl Iterator<Item = (DocId, &[u8])> {
        self.documents.iter().map(|(id, stored)| (*id, stored.save.as_slice()))
    }

    /// The save of one document.
    #[must_use]
    pub fn save(&self, id: DocId) -> Option<&[u8]> {
        self.documents.get(&id).map(|stored| stored.save.as_slice())
    }

    /// How many documents there are.
    #[must_use]
    pub fn document_count(&self) -> usize {
        self.documents.len()
    }

    /// Documents that this version cannot read, with the reason.
    pub fn unreadable(&self) -> impl Iterator<Item = (DocId, Unreadable)> {
        self.unreadable.iter().map(|(id, reason)| (*id, *reason))
    }

    /// The register's own lists; none before a committee was founded or joined.
    #[must_use]
    pub const fn lists(&self) -> Option<&RegisterLists> {
        self.lists.as_ref()
    }

    /// One supporter, erased and merged ones included.
    #[must_use]
    pub fn supporter(&self, id: SupporterId) -> Option<&Supporter> {
        self.supporters.get(&id)
    }

    /// All supporters, erased and merged ones included, in order of their ids.
    pub fn all_supporters(&self) -> impl Iterator<Item = &Supporter> {
        self.supporters.values()
    }

    /// Supporters that are neither erased nor merged into another record.
    pub fn supporters(&self) -> impl Iterator<Item = &Supporter> {
        self.supporters.values().filter(|supporter| is_present(supporter))
    }

    /// One import with its rows.
    ///
    /// # Errors
    /// [`Unreadable`] if a document of it is damaged or of a newer version.
    pub fn import(&self, id: ImportId) -> Result<Option<ImportBatch>, Unreadable> {
        let Some(document) = self.document(import::doc_id(id))? else { return Ok(None) };
        let rows = |doc| self.document(doc).ok().flatten().and_then(|document| document.root().ok());
        Ok(Some(import::from_nodes(id, &document.root()?, rows)?))
    }

    /// The ids of all imports, oldest first.
    pub fn import_ids(&self) -> impl Iterator<Item = ImportId> {
        let is_import = |stored: &StoredDocument| stored.kind == Some(DocKind::Import);
        self.documents
            .iter()
            .filter(move |(_, stored)| is_import(stored))
            .map(|(id, _)| ImportId::from_bytes(id.to_bytes()))
    }

    /// The audit trail of all devices, oldest first.
    ///
    /// # Errors
    /// [`Unreadable`] if a part of it is damaged or of a newer version.
    pub fn audit_events(&self) -> Result<Vec<AuditEvent>, Unreadable> {
        let mut events = Vec::new();
        for stored in self.documents.values().filter(|stored| stored.kind == Some(DocKind::Audit)) {
            events.extend(audit::events(&Document::load(&stored.save)?.root()?)?);
        }
        events.sort_by_key(|event| (event.at, event.id));
        Ok(events)
    }

    /// All releases of totals, in order of their documents' ids.
    ///
    /// # Errors
    /// [`Unreadable`] if one of them is damaged or of a newer version: a ledger is whole or none.
    pub fn releases(&self) -> Result<Vec<release::StoredRelease>, Unreadable> {
        let stored = self.documents.values().filter(|stored| stored.kind == Some(DocKind::Release));
        stored.map(|one| Ok(release::from_node(&Document::load(&one.save)?.root()?)?)).collect()
    }

    fn put_root(&mut self, id: DocId, save: Vec<u8>, root: &Node) {
        let kind = record::kind_of(root);
        self.unreadable.remove(&id);
        let read = match kind {
            Some(DocKind::Supporter) => supporter::from_node(id, root).map(|record| {
                self.supporters.insert(record.id, record);
            }),
            Some(DocKind::Register) => lists_record::from_node(root).map(|lists| {
                self.lists = Some(lists);
            }),
            Some(DocKind::Import | DocKind::ImportRows | DocKind::Audit | DocKind::Release) => Ok(()),
            None => Err(RecordError::NewerVersion),
        };
        if let Err(error) = read {
            self.supporters.remove(&SupporterId::from_bytes(id.to_bytes()));
            self.unreadable.insert(id, error.into());
        }
        self.documents.insert(id, StoredDocument { save, kind });
    }
}

/// Whether a record counts: neither erased nor merged into another.
#[must_use]
pub fn is_present(supporter: &Supporter) -> bool {
    supporter.merged_into.is_none() && supporter.status != Status::Erased
}
