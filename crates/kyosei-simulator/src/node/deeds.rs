//! Writing and reading documents, and erasing them.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use kyosei_access::{EntryId, SpaceId};
use kyosei_app::DocumentEdit;
use kyosei_app::journal::DropPlan;
use kyosei_app::supporters::plan_erasure;
use kyosei_doc::{DocId, Document, Node as Tree};
use kyosei_model::SupporterId;
use kyosei_sync::{DropReason, Part, PartKind, actor};

use super::{Node, NodeError};
use crate::disk::Batch;

/// What was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// Where.
    pub space: SpaceId,
    /// The document.
    pub doc: DocId,
    /// The key that nobody else writes.
    pub key: String,
    /// The entry that carries it.
    pub entry: EntryId,
}

impl Node {
    /// Writes a text under a key of a document.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn write(&mut self, space: SpaceId, doc: DocId, key: &str, text: &str) -> Result<Write, NodeError> {
        self.guard(|node| node.write_text(space, doc, key, text))
    }

    fn write_text(&mut self, space: SpaceId, doc: DocId, key: &str, text: &str) -> Result<Write, NodeError> {
        self.shelf(space)?;
        if !self.journal(space).membership().can::<kyosei_access::Write>(self.device()) {
            return Err(NodeError::NotPermitted);
        }
        if self.replica(space).standing().erased.contains(&doc) {
            // No deed finds the record of an erased person.
            return Err(NodeError::NotPermitted);
        }
        self.ensure_log(space)?;
        if !self.journal(space).can_seal() {
            self.rotate(space)?;
        }
        let edit = self.edit(space, doc, key, text);
        let mut draft = self.journal(space).draft();
        draft.documents(vec![Part { doc, kind: PartKind::Changes, body: edit.changes.clone() }])?;
        let entry = draft.entries[0].header.id();
        self.commit(space, draft, vec![edit], Batch::default())?;
        Ok(Write { space, doc, key: key.to_owned(), entry })
    }

    /// An edit of what is here. A document that is not here yet begins as a note.
    fn edit(&self, space: SpaceId, doc: DocId, key: &str, text: &str) -> DocumentEdit {
        let replica = self.replica(space);
        let own = replica.journal().own_log().unwrap().id();
        let run = self.memory.as_ref().unwrap().run;
        let mut document = replica.register().document(doc).unwrap().unwrap_or_else(Document::empty);
        let before = document.root().unwrap();
        let mut after = before.clone();
        if let Tree::Map(map) = &mut after {
            map.insert("kind".into(), Tree::Text("note".into()));
            map.insert(key.into(), Tree::Text(text.into()));
        }
        let at_s = self.now_ms / 1000;
        let changes = document.edit(actor::actor(own, run), &before, &after, at_s).unwrap();
        let reading = kyosei_app::register::Reading::of(&document).unwrap();
        DocumentEdit { doc, changes, save: document.save(), reading }
    }

    /// The text under a key of a document.
    #[must_use]
    pub fn text(&self, space: SpaceId, doc: DocId, key: &str) -> Option<String> {
        let document = self.replica(space).register().document(doc).unwrap()?;
        document.root().unwrap().get(key).and_then(Tree::as_text).map(str::to_owned)
    }

    /// Takes over held entries.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn rescue(&mut self, space: SpaceId, entries: BTreeSet<EntryId>) -> Result<(), NodeError> {
        self.draft(space, |draft, _, _| Ok(draft.rescue(entries)?))?;
        self.rebuild(space)
    }

    /// Computes everything anew from the entries.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn rebuild(&mut self, space: SpaceId) -> Result<(), NodeError> {
        self.guard(|node| {
            let effects = node.with_replica(space, |replica, keys, now_ms, table| {
                replica.rebuild(keys, now_ms, table).unwrap()
            })?;
            node.follow(space, &effects)
        })
    }

    /// Erases documents: orders all payloads that hold them to be dropped, others written anew.
    ///
    /// # Errors
    /// See [`NodeError`].
    pub fn erase(
        &mut self,
        space: SpaceId,
        documents: impl IntoIterator<Item = DocId>,
        sheets: &[SigningKey],
    ) -> Result<(), NodeError> {
        let documents: Vec<DocId> = documents.into_iter().collect();
        self.guard(|node| node.order_erasure(space, &documents, sheets))
    }

    fn order_erasure(
        &mut self,
        space: SpaceId,
        documents: &[DocId],
        sheets: &[SigningKey],
    ) -> Result<(), NodeError> {
        self.ensure_log(space)?;
        let supporters = documents.iter().map(|doc| SupporterId::from_bytes(doc.to_bytes())).collect();
        let replica = self.replica(space);
        let all = replica.read_all(&self.keys, self.disk.table(space)).unwrap();
        let plan = plan_erasure(replica.register(), &supporters, &all.entries);
        if plan.entries.is_empty() {
            return Err(NodeError::NotPermitted);
        }
        let mut draft = replica.journal().draft();
        let from = draft.entries.len();
        draft.documents(plan.rewritten)?;
        let order = DropPlan {
            entries: plan.entries.clone(),
            snapshots: draft.ids_from(from),
            documents: documents.to_vec(),
            reason: DropReason::Erased,
            undo_until_ms: self.now_ms,
        };
        draft.drop_payloads(order, &self.keys, sheets)?;
        let payload_delete = plan.entries.into_iter().collect();
        self.commit(space, draft, Vec::new(), Batch { payload_delete, ..Batch::default() })?;
        let shelf = self.shelf(space)?;
        shelf.replica.erase(documents.iter().copied());
        shelf.changed.extend(documents);
        self.save_space(space)
    }
}

/// A document by a small number.
#[must_use]
pub fn doc(n: u8) -> DocId {
    DocId::from_bytes([n; 16])
}
