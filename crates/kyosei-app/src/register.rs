//! The register as it stands in memory: documents, and the records read from them.
//!
//! A [`Register`] is a pure function of its documents. It changes in one way only: [`Register::absorb`] takes the
//! edits of a [`Writing`](crate::writing::Writing) after they became durable, or the changes of another device.
//! A document that this version cannot read is kept, listed and left alone. One that was forgotten stays forgotten.
//!
//! Documents hold everybody's edits; what they say together is worked out when they are read (`reading`), and which
//! records are one supporter when all are there (`groups`).

use std::collections::{BTreeMap, BTreeSet};

use kyosei_doc::record::{
    self, RecordError, audit, import,
    note::{self, Note},
    register as lists_record, release, space, supporter,
};
use kyosei_doc::{Conflict, DocId, DocKind, Document, DocumentError};
use kyosei_model::{AuditEvent, ImportBatch, ImportId, SpaceKind, Status, Supporter, SupporterId};

use lists_record::RegisterLists;

use crate::writing::DocumentEdit;

mod groups;
mod reading;

use groups::Merges;
pub use reading::Reading;
pub(crate) use reading::{EMAIL_STATE, TEXT};

/// The register of one space.
#[derive(Debug, Clone, Default)]
pub struct Register {
    documents: BTreeMap<DocId, StoredDocument>,
    supporters: BTreeMap<SupporterId, Supporter>,
    /// Records that others lead to, with what those bring along; they stand before those of `supporters`.
    joined: BTreeMap<SupporterId, Supporter>,
    merges: Merges,
    /// What was written apart from each other, of documents that have such fields.
    apart: BTreeMap<DocId, Apart>,
    forgotten: BTreeSet<DocId>,
    lists: Option<RegisterLists>,
    space: Option<SpaceKind>,
    unreadable: BTreeMap<DocId, Unreadable>,
}

/// A document at rest in memory: its save and what kind it is.
#[derive(Debug, Clone)]
struct StoredDocument {
    save: Vec<u8>,
    kind: Option<DocKind>,
}

/// What people wrote to one document apart from each other.
#[derive(Debug, Clone)]
pub(crate) struct Apart {
    /// Fields that wait for a person to choose.
    pub(crate) conflicts: Vec<Conflict>,
    /// Fields of a merged or emptied record that somebody wrote who did not know that.
    pub(crate) late: Vec<Conflict>,
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
        if self.forgotten.contains(&id) {
            return;
        }
        match Document::load(&save).and_then(|document| Reading::of(&document)) {
            Ok(reading) => self.put_reading(id, save, reading),
            Err(error) => {
                self.unreadable.insert(id, error.into());
                self.documents.insert(id, StoredDocument { save, kind: None });
            }
        }
    }

    /// Takes over edits that became durable.
    pub fn absorb(&mut self, edits: Vec<DocumentEdit>) {
        for edit in edits {
            if !self.forgotten.contains(&edit.doc) {
                self.put_reading(edit.doc, edit.save, edit.reading);
            }
        }
    }

    /// Merges snapshots of a document and changes to it, in any order, into what is here. What comes late for a forgotten
    /// document is dropped.
    ///
    /// # Errors
    /// [`DocumentError`]; the document is unchanged then.
    pub fn apply(&mut self, id: DocId, snapshots: &[&[u8]], changes: &[&[u8]]) -> Result<(), DocumentError> {
        if self.forgotten.contains(&id) {
            return Ok(());
        }
        let mut document = self.document(id)?.unwrap_or_else(Document::empty);
        for save in snapshots {
            document.merge(&Document::load(save)?)?;
        }
        document.apply_changes(changes)?;
        let reading = Reading::of(&document)?;
        self.put_reading(id, document.save(), reading);
        Ok(())
    }

    /// Forgets a document and its record, for ever.
    pub fn forget(&mut self, id: DocId) {
        self.forgotten.insert(id);
        self.documents.remove(&id);
        self.unreadable.remove(&id);
        self.apart.remove(&id);
        let id = SupporterId::from_bytes(id.to_bytes());
        self.supporters.remove(&id);
        self.join_group(id, BTreeSet::new());
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

    /// What the space is for; none before its first documents arrived.
    #[must_use]
    pub fn space_kind(&self) -> Option<SpaceKind> {
        self.space.or_else(|| self.lists.as_ref().map(|_| SpaceKind::Register))
    }

    /// The notes, in order of their ids.
    ///
    /// # Errors
    /// [`Unreadable`] if one of them is damaged or of a newer version.
    pub fn notes(&self) -> Result<Vec<(DocId, Note)>, Unreadable> {
        let notes = self.documents.iter().filter(|(_, stored)| stored.kind == Some(DocKind::Note));
        notes
            .map(|(id, stored)| Ok((*id, note::from_node(&Document::load(&stored.save)?.root()?)?)))
            .collect()
    }

    /// One supporter, erased and merged ones included.
    #[must_use]
    pub fn supporter(&self, id: SupporterId) -> Option<&Supporter> {
        self.joined.get(&id).or_else(|| self.supporters.get(&id))
    }

    /// All supporters, erased and merged ones included, in order of their ids.
    pub fn all_supporters(&self) -> impl Iterator<Item = &Supporter> {
        self.supporters.iter().map(|(id, record)| self.joined.get(id).unwrap_or(record))
    }

    /// Supporters that are neither erased nor merged into another record.
    pub fn supporters(&self) -> impl Iterator<Item = &Supporter> {
        self.all_supporters().filter(|supporter| is_present(supporter))
    }

    /// All records that merges connect with one, itself included: they are about one supporter.
    #[must_use]
    pub fn group(&self, id: SupporterId) -> BTreeSet<SupporterId> {
        self.merges.group(id)
    }

    /// These documents and all whose records read differently when these change: merges connect them.
    #[must_use]
    pub fn connected(&self, changed: &BTreeSet<DocId>) -> BTreeSet<DocId> {
        let groups = changed.iter().flat_map(|doc| self.group(SupporterId::from_bytes(doc.to_bytes())));
        groups.map(supporter::doc_id).collect()
    }

    /// The records that stay for one that was merged; more than one if people merged it apart from each other.
    pub(crate) fn stays_for(&self, id: SupporterId) -> BTreeSet<SupporterId> {
        self.merges.stays_for(id, &|one| self.supporters.contains_key(&one))
    }

    /// What people wrote apart from each other, document by document.
    pub(crate) fn apart(&self) -> impl Iterator<Item = (DocId, &Apart)> {
        self.apart.iter().map(|(id, apart)| (*id, apart))
    }

    /// What kind of document it is, if this version knows that.
    pub(crate) fn kind(&self, id: DocId) -> Option<DocKind> {
        self.documents.get(&id).and_then(|stored| stored.kind)
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

    fn put_reading(&mut self, id: DocId, save: Vec<u8>, reading: Reading) {
        let Reading { root, conflicts, late, merged_into } = reading;
        let kind = record::kind_of(&root);
        self.unreadable.remove(&id);
        let as_supporter = SupporterId::from_bytes(id.to_bytes());
        let read = match kind {
            Some(DocKind::Supporter) => supporter::from_node(id, &root).map(|record| {
                self.supporters.insert(record.id, record);
            }),
            Some(DocKind::Register) => lists_record::from_node(&root).map(|lists| {
                self.lists = Some(lists);
            }),
            Some(DocKind::Space) => space::from_node(&root).map(|kind| {
                self.space = Some(kind);
            }),
            Some(
                DocKind::Import | DocKind::ImportRows | DocKind::Audit | DocKind::Note | DocKind::Release,
            ) => Ok(()),
            None => Err(RecordError::NewerVersion),
        };
        if let Err(error) = read {
            self.supporters.remove(&as_supporter);
            self.unreadable.insert(id, error.into());
        }
        if conflicts.is_empty() && late.is_empty() {
            self.apart.remove(&id);
        } else {
            self.apart.insert(id, Apart { conflicts, late });
        }
        if kind == Some(DocKind::Supporter) {
            self.join_group(as_supporter, merged_into);
        }
        self.documents.insert(id, StoredDocument { save, kind });
    }

    /// Works out anew which records stay, of all that one is connected with.
    fn join_group(&mut self, id: SupporterId, merged_into: BTreeSet<SupporterId>) {
        let mut group = self.merges.group(id);
        self.merges.set(id, merged_into);
        group.extend(self.merges.group(id));
        for one in &group {
            self.joined.remove(one);
        }
        if group.len() == 1 {
            return;
        }
        let is_here = |one| self.supporters.contains_key(&one);
        for one in group {
            let Some(record) = self.supporters.get(&one).filter(|_| self.merges.stays(one, &is_here)) else {
                continue;
            };
            let others = self.merges.leading_to(one).into_iter().filter(|other| *other != one);
            let others = others.filter_map(|other| {
                let apart = self.apart.get(&supporter::doc_id(other));
                Some((self.supporters.get(&other)?, apart.map_or(&[][..], |apart| apart.late.as_slice())))
            });
            let joined = groups::joined(record, others);
            if joined != *record {
                self.joined.insert(one, joined);
            }
        }
    }
}

/// Whether a record counts: neither erased nor merged into another.
#[must_use]
pub fn is_present(supporter: &Supporter) -> bool {
    supporter.merged_into.is_none() && supporter.status != Status::Erased
}
