//! One change to the register, from the first edit until it is durable.
//!
//! Life-cycle: a use case opens a [`Writing`] over the register, edits records and notes what it did in the audit
//! trail; [`Writing::finish`] gives the edits of whole documents. The runtime seals and stores them in one transaction
//! and only then lets the register absorb them: if storing fails, nothing happened.

use std::collections::BTreeMap;

use kyosei_doc::record::{RecordError, audit, import, register as lists_record, supporter};
use kyosei_doc::{DocId, Document, DocumentError, Node};
use kyosei_model::{
    AuditAction, AuditEvent, AuditId, AuditSubject, Field, ImportBatch, Supporter, SupporterId,
};
use lists_record::RegisterLists;

use crate::context::{Context, fresh};
use crate::register::{EMAIL_STATE, Reading, Register};

/// The edit of one document.
#[derive(Debug, Clone)]
pub struct DocumentEdit {
    /// The document.
    pub doc: DocId,
    /// The Automerge changes that the edit made.
    pub changes: Vec<u8>,
    /// The whole document after the edit.
    pub save: Vec<u8>,
    /// What it says after the edit.
    pub reading: Reading,
}

/// Why a record could not be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// The document failed.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The record that is to be changed is damaged or of a newer version.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The register has no lists yet: no committee was founded or joined.
    #[error("no committee yet")]
    NoCommittee,
}

/// A change in the making.
pub struct Writing<'a, 'r> {
    register: &'a Register,
    /// Who acts, when, and where ids come from.
    pub context: Context<'r>,
    edited: BTreeMap<DocId, Edited>,
    lists: Option<RegisterLists>,
}

struct Edited {
    document: Document,
    reading: Reading,
    changes: Vec<u8>,
}

impl<'a, 'r> Writing<'a, 'r> {
    /// Opens a change.
    #[must_use]
    pub fn new(register: &'a Register, context: Context<'r>) -> Self {
        Self { register, context, edited: BTreeMap::new(), lists: register.lists().cloned() }
    }

    /// The register as it was before this change.
    #[must_use]
    pub const fn register(&self) -> &'a Register {
        self.register
    }

    /// The register's lists, with this change's edits.
    ///
    /// # Errors
    /// [`WriteError::NoCommittee`].
    pub fn lists(&self) -> Result<&RegisterLists, WriteError> {
        self.lists.as_ref().ok_or(WriteError::NoCommittee)
    }

    /// Writes the register's lists.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn put_lists(&mut self, lists: RegisterLists) -> Result<(), WriteError> {
        let known = |root: &Node| lists_record::from_node(root).map(|lists| lists_record::to_node(&lists));
        self.put(lists_record::DOC_ID, &lists_record::to_node(&lists), known)?;
        self.lists = Some(lists);
        Ok(())
    }

    /// Writes a supporter: a new document, or the difference to the present one.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn put_supporter(&mut self, record: &Supporter) -> Result<(), WriteError> {
        let doc = supporter::doc_id(record.id);
        let known = |root: &Node| supporter::from_node(doc, root).map(|record| supporter::to_node(&record));
        let before = self.supporter(record.id)?;
        self.put(doc, &supporter::to_node(record), known)?;
        if before.is_some_and(|before| before.get(Field::Email) != record.get(Field::Email)) {
            // Whoever confirms the old address at the same time has not confirmed the new one.
            let state = Node::Text(record.email_state.code().to_owned());
            self.overwrite(doc, &[EMAIL_STATE.to_owned()], Some(&state))?;
        }
        Ok(())
    }

    /// Writes an import with its rows.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn put_import(&mut self, batch: &ImportBatch) -> Result<(), WriteError> {
        for (doc, node) in import::to_nodes(batch) {
            self.put_node(doc, &node)?;
        }
        Ok(())
    }

    /// Writes a whole tree whose every key this version knows.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub(crate) fn put_node(&mut self, doc: DocId, node: &Node) -> Result<(), WriteError> {
        self.put(doc, node, |root| Ok(root.clone()))
    }

    /// Notes in the audit trail what was done.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub fn audit(
        &mut self,
        action: AuditAction,
        subject: Option<AuditSubject>,
        reason: Option<&str>,
        count: Option<u64>,
    ) -> Result<(), WriteError> {
        let event = AuditEvent {
            id: fresh!(self.context, AuditId),
            at: self.context.now,
            member: Some(self.context.member),
            device: self.context.device,
            action,
            subject,
            reason: reason.map(str::to_owned),
            count,
        };
        let doc = audit::doc_id(self.context.device, self.context.now);
        let before = self.root(doc)?.unwrap_or_else(|| audit::empty(self.context.device));
        let after = audit::with_event(before, &event)?;
        self.put_node(doc, &after)
    }

    /// A supporter with this change's edits.
    ///
    /// # Errors
    /// [`WriteError::Record`] if an edited record cannot be read back.
    pub fn supporter(&self, id: SupporterId) -> Result<Option<Supporter>, WriteError> {
        let doc = supporter::doc_id(id);
        match self.edited.get(&doc) {
            Some(edited) => Ok(Some(supporter::from_node(doc, &edited.reading.root)?)),
            None => Ok(self.register.supporter(id).cloned()),
        }
    }

    /// The edits, one for each document that really changed, in order of the documents' ids.
    #[must_use]
    pub fn finish(self) -> Vec<DocumentEdit> {
        self.edited
            .into_iter()
            .filter(|(_, edited)| !edited.changes.is_empty())
            .map(|(doc, edited)| DocumentEdit {
                doc,
                save: edited.document.save(),
                changes: edited.changes,
                reading: edited.reading,
            })
            .collect()
    }

    /// Writes one field over everything that people wrote there apart from each other.
    ///
    /// # Errors
    /// See [`WriteError`].
    pub(crate) fn overwrite(
        &mut self,
        doc: DocId,
        path: &[String],
        value: Option<&Node>,
    ) -> Result<(), WriteError> {
        let (mut document, _) = self.open(doc)?;
        let changes = document.overwrite(self.context.actor, path, value, self.context.unix_s())?;
        self.keep(doc, document, changes)
    }

    fn root(&self, doc: DocId) -> Result<Option<Node>, WriteError> {
        if let Some(edited) = self.edited.get(&doc) {
            return Ok(Some(edited.reading.root.clone()));
        }
        Ok(self.register.document(doc)?.map(|document| document.root()).transpose()?)
    }

    fn put(
        &mut self,
        doc: DocId,
        after: &Node,
        known: impl Fn(&Node) -> Result<Node, RecordError>,
    ) -> Result<(), WriteError> {
        let (mut document, reading) = self.open(doc)?;
        let before = if document.heads().is_empty() { Node::map() } else { known(&reading.root)? };
        let changes = document.edit(self.context.actor, &before, after, self.context.unix_s())?;
        self.keep(doc, document, changes)
    }

    /// A document and what it says, with this change's edits; empty if there is none.
    fn open(&self, doc: DocId) -> Result<(Document, Reading), WriteError> {
        if let Some(edited) = self.edited.get(&doc) {
            return Ok((edited.document.clone(), edited.reading.clone()));
        }
        let document = self.register.document(doc)?.unwrap_or_else(Document::empty);
        let reading = Reading::of(&document)?;
        Ok((document, reading))
    }

    fn keep(&mut self, doc: DocId, document: Document, changes: Vec<u8>) -> Result<(), WriteError> {
        let reading = Reading::of(&document)?;
        match self.edited.get_mut(&doc) {
            Some(edited) => {
                edited.document = document;
                edited.reading = reading;
                edited.changes.extend(changes);
            }
            None => {
                self.edited.insert(doc, Edited { document, reading, changes });
            }
        }
        Ok(())
    }
}
