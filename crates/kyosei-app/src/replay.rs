//! From entries to the register: the one way in for what was stored before and for what others write.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::EntryId;
use kyosei_doc::{DocId, DocumentError};
use kyosei_sync::{PartKind, Snapshot};

use crate::journal::{Content, ReadEntry};
use crate::register::Register;

/// What a replay did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// Documents that changed or went.
    pub changed: BTreeSet<DocId>,
    /// Documents that valid orders erase, to be remembered for ever.
    pub erased: BTreeSet<DocId>,
    /// Entries whose payloads are to be dropped.
    pub dropped: BTreeSet<EntryId>,
    /// Documents of which a part did not apply.
    pub failed: BTreeSet<DocId>,
}

#[derive(Default)]
struct DocumentParts {
    snapshots: Vec<Vec<u8>>,
    changes: Vec<Vec<u8>>,
}

/// Applies entries to the register. Their order does not matter: changes find their past among all of them, and
/// snapshots stand in for dropped payloads. `erased` are documents that must not come back.
pub fn replay(register: &mut Register, entries: Vec<ReadEntry>, erased: &BTreeSet<DocId>) -> Replayed {
    let mut replayed = Replayed::default();
    let mut by_document: BTreeMap<DocId, DocumentParts> = BTreeMap::new();
    for entry in entries {
        match entry.content {
            Content::Parts(parts) => {
                for part in parts {
                    let of_document = by_document.entry(part.doc).or_default();
                    match part.kind {
                        PartKind::Changes => of_document.changes.push(part.body),
                        PartKind::Snapshot => of_document.snapshots.push(part.body),
                    }
                }
            }
            Content::Drop { order, documents } => {
                replayed.dropped.extend(&order.entries);
                replayed.erased.extend(documents);
            }
            Content::Membership | Content::Dropped | Content::Unknown | Content::Bad(_) => {}
        }
    }
    for doc in &replayed.erased {
        register.forget(*doc);
        replayed.changed.insert(*doc);
    }
    for (doc, parts) in by_document {
        if erased.contains(&doc) || replayed.erased.contains(&doc) {
            continue;
        }
        replayed.changed.insert(doc);
        if apply(register, doc, &parts).is_err() {
            replayed.failed.insert(doc);
        }
    }
    replayed
}

/// Applies all parts of a document at once, or else, if one of them is bad, as many as apply.
fn apply(register: &mut Register, doc: DocId, parts: &DocumentParts) -> Result<(), DocumentError> {
    let saves: Vec<Vec<u8>> = parts
        .snapshots
        .iter()
        .filter_map(|body| Snapshot::decode(body).ok())
        .map(|snapshot| snapshot.save)
        .collect();
    let saves: Vec<&[u8]> = saves.iter().map(Vec::as_slice).collect();
    let changes: Vec<&[u8]> = parts.changes.iter().map(Vec::as_slice).collect();
    let Err(error) = register.apply(doc, &saves, &changes) else { return Ok(()) };
    for save in saves {
        // A part that does not apply leaves the document as it was; the first error is reported for all.
        let _applied = register.apply(doc, &[save], &[]);
    }
    let mut waiting = changes;
    loop {
        // A change may stand before its own past, so whatever was refused gets another turn after each success.
        let count = waiting.len();
        waiting.retain(|change| register.apply(doc, &[], &[change]).is_err());
        if waiting.len() == count || waiting.is_empty() {
            return Err(error);
        }
    }
}
