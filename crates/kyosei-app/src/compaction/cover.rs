//! What snapshots hold: whether a payload can go without losing a change.
//!
//! Snapshots of one document are ordered by what they hold, and equal ones by the ids of their entries. A snapshot may
//! go only for one that is above it, so the highest always stays, whatever orders say.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::EntryId;
use kyosei_doc::{DocId, Document, change_hashes};
use kyosei_sync::{ChangeHash, Inner, Part, PartKind, Snapshot};

/// Snapshots, each loaded when it is first asked.
#[derive(Default)]
pub(super) struct StandIns {
    of_document: BTreeMap<DocId, BTreeMap<EntryId, StandIn>>,
}

enum StandIn {
    Unread(Snapshot),
    Read(Box<Document>),
    /// Not what it claims to be.
    Bad,
}

impl StandIns {
    /// Adds the snapshots of an entry.
    pub fn add(&mut self, id: EntryId, inner: &Inner) {
        for part in inner.parts.iter().filter(|part| part.kind == PartKind::Snapshot) {
            if let Ok(snapshot) = Snapshot::decode(&part.body) {
                self.of_document.entry(part.doc).or_default().insert(id, StandIn::Unread(snapshot));
            }
        }
    }

    /// Whether there is a snapshot of a document.
    pub fn has(&self, doc: DocId) -> bool {
        self.of_document.contains_key(&doc)
    }

    /// For each part of an entry a snapshot that holds all of it, but for parts of erased documents; none if a part has
    /// no such snapshot.
    pub fn covering(
        &mut self,
        id: EntryId,
        inner: &Inner,
        erased: &BTreeSet<DocId>,
    ) -> Option<BTreeSet<EntryId>> {
        let parts = inner.parts.iter().filter(|part| !erased.contains(&part.doc));
        parts.map(|part| self.holding(id, part)).collect()
    }

    /// A snapshot that holds all of a part.
    pub fn holding(&mut self, of: EntryId, part: &Part) -> Option<EntryId> {
        let changes = contents(part)?;
        let snapshots = self.of_document.get_mut(&part.doc)?.iter_mut().filter(|(id, _)| **id != of);
        for (id, stand_in) in snapshots {
            let Some(document) = stand_in.document() else { continue };
            let is_above = match part.kind {
                PartKind::Changes => true,
                PartKind::Snapshot => document.heads() != changes || *id > of,
            };
            if is_above && document.holds(&changes) {
                return Some(*id);
            }
        }
        None
    }
}

impl StandIn {
    fn document(&mut self) -> Option<&Document> {
        if let Self::Unread(snapshot) = self {
            *self = read(snapshot).map_or(Self::Bad, |document| Self::Read(Box::new(document)));
        }
        match self {
            Self::Read(document) => Some(document),
            Self::Unread(_) | Self::Bad => None,
        }
    }
}

/// The document of a snapshot, if its heads are the ones that it claims.
pub(super) fn read(snapshot: &Snapshot) -> Option<Document> {
    let document = Document::load(&snapshot.save).ok()?;
    let claimed: Vec<[u8; 32]> = snapshot.heads.iter().map(|ChangeHash(hash)| *hash).collect();
    (!claimed.is_empty() && document.heads() == claimed).then_some(document)
}

/// The changes that a part brings: all of a body of changes, the heads of a snapshot.
fn contents(part: &Part) -> Option<Vec<[u8; 32]>> {
    match part.kind {
        PartKind::Changes => change_hashes(&part.body).ok(),
        PartKind::Snapshot => {
            let snapshot = Snapshot::decode(&part.body).ok()?;
            Some(snapshot.heads.into_iter().map(|ChangeHash(hash)| hash).collect())
        }
    }
}
