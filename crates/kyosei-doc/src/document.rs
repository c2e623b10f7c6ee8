//! One Automerge document behind a boundary.
//!
//! Life-cycle: [`Document::create`] or [`Document::load`], then any number of [`Document::edit`] and
//! [`Document::apply_changes`], each on a copy that replaces the document only when it succeeded. Automerge may panic
//! on hostile bytes; a panic is caught here, the copy is thrown away and the caller gets an error.
//!
//! Saves are not compressed: the envelope compresses whole packs, which is smaller, and nothing has to be inflated here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{
    ActorId, Automerge, AutomergeError, Change, ChangeHash, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, Value,
};

use crate::chunk::{ChangeChunks, ChunkError};
use crate::node::Node;

/// Largest save or body of changes in bytes that is given to Automerge.
pub const DOCUMENT_BYTES_MAX: usize = 4 << 20;
/// Maps within maps that are read or written at most.
pub const EDIT_DEPTH_MAX: usize = 8;

/// The writer of changes: 16 random bytes for each run of the program. A fixed actor would repeat sequence numbers
/// after a backup was restored, which Automerge cannot merge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Actor(pub [u8; 16]);

/// One document.
#[derive(Debug, Clone)]
pub struct Document {
    automerge: Automerge,
}

/// A field that holds several values written concurrently. Nothing was overwritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Keys from the root to the field.
    pub path: Vec<String>,
    /// The values with the actor that wrote each, the one that reads see first.
    pub values: Vec<(Node, Actor)>,
}

/// Why a document could not be read or changed. Carries nothing of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// The bytes are above [`DOCUMENT_BYTES_MAX`].
    #[error("document above the limit")]
    TooLarge,
    /// The bytes are not what they should be.
    #[error("damaged document")]
    Damaged,
    /// Changes depend on changes that are not here.
    #[error("changes before these are missing")]
    MissingChanges,
    /// The tree is deeper than [`EDIT_DEPTH_MAX`], or the root is not a map.
    #[error("document of an unexpected shape")]
    Shape,
    /// The Automerge library panicked; the document is as it was before.
    #[error("the document library failed")]
    LibraryPanic,
}

impl From<AutomergeError> for DocumentError {
    fn from(_: AutomergeError) -> Self {
        Self::Damaged
    }
}

impl From<ChunkError> for DocumentError {
    fn from(_: ChunkError) -> Self {
        Self::Damaged
    }
}

impl Document {
    /// A new document with this tree, and the changes that make it.
    ///
    /// # Errors
    /// See [`DocumentError`].
    pub fn create(actor: Actor, root: &Node, at_unix_s: i64) -> Result<(Self, Vec<u8>), DocumentError> {
        let mut document = Self { automerge: Automerge::new() };
        let changes = document.edit(actor, &Node::map(), root, at_unix_s)?;
        Ok((document, changes))
    }

    /// Reads a save of this program.
    ///
    /// # Errors
    /// See [`DocumentError`].
    pub fn load(save: &[u8]) -> Result<Self, DocumentError> {
        within_limit(save)?;
        guarded(|| Ok(Self { automerge: Automerge::load(save)? }))
    }

    /// An empty document, for building one from changes alone.
    #[must_use]
    pub fn empty() -> Self {
        Self { automerge: Automerge::new() }
    }

    /// The whole document with its history.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        self.automerge.save_nocompress()
    }

    /// Bytes that Automerge's own compressed save takes: the yardstick of what a vault stores.
    #[must_use]
    pub fn compressed_len(&self) -> usize {
        self.automerge.save().len()
    }

    /// The tree of values that this version understands.
    ///
    /// # Errors
    /// [`DocumentError::Shape`] if it is nested too deeply.
    pub fn root(&self) -> Result<Node, DocumentError> {
        guarded(|| read_map(&self.automerge, &ROOT, EDIT_DEPTH_MAX))
    }

    /// Writes the difference between two trees and returns it as changes; empty if there is none.
    ///
    /// # Errors
    /// See [`DocumentError`]; the document is unchanged then.
    pub fn edit(
        &mut self,
        actor: Actor,
        before: &Node,
        after: &Node,
        at_unix_s: i64,
    ) -> Result<Vec<u8>, DocumentError> {
        let mut copy = self.automerge.clone();
        copy.set_actor(ActorId::from(&actor.0[..]));
        let changes = guarded(|| {
            let heads = copy.get_heads();
            let mut transaction = copy.transaction();
            write_difference(&mut transaction, &ROOT, before, after, EDIT_DEPTH_MAX)?;
            transaction.commit_with(CommitOptions::default().with_time(at_unix_s));
            within_limit(&copy.save_nocompress())?;
            Ok(copy.get_changes(&heads).iter().flat_map(|change| change.raw_bytes().to_vec()).collect())
        })?;
        self.automerge = copy;
        Ok(changes)
    }

    /// Applies changes of this or another device, in any order. Applying them twice changes nothing.
    ///
    /// # Errors
    /// See [`DocumentError`]; the document is unchanged then.
    pub fn apply_changes(&mut self, bodies: &[&[u8]]) -> Result<(), DocumentError> {
        bodies.iter().try_for_each(|body| within_limit(body))?;
        let copy = guarded(|| {
            let mut copy = self.automerge.clone();
            let changes = bodies
                .iter()
                .flat_map(|body| ChangeChunks::new(body))
                .map(|chunk| Change::try_from(chunk?).map_err(|_| DocumentError::Damaged))
                .collect::<Result<Vec<_>, _>>()?;
            let heads: Vec<ChangeHash> = changes.iter().map(Change::hash).collect();
            copy.apply_changes(changes)?;
            if copy.get_missing_deps(&heads).is_empty() {
                Ok(copy)
            } else {
                Err(DocumentError::MissingChanges)
            }
        })?;
        self.automerge = copy;
        Ok(())
    }

    /// Adds everything that another copy of this document has.
    ///
    /// # Errors
    /// See [`DocumentError`]; the document is unchanged then.
    pub fn merge(&mut self, other: &Self) -> Result<(), DocumentError> {
        let copy = guarded(|| {
            let mut copy = self.automerge.clone();
            copy.merge(&mut other.automerge.clone())?;
            Ok(copy)
        })?;
        self.automerge = copy;
        Ok(())
    }

    /// The heads, sorted: two copies with equal heads are equal.
    #[must_use]
    pub fn heads(&self) -> Vec<[u8; 32]> {
        let mut heads: Vec<[u8; 32]> = self.automerge.get_heads().iter().map(|hash| hash.0).collect();
        heads.sort_unstable();
        heads
    }

    /// How many changes the document consists of.
    #[must_use]
    pub fn change_count(&self) -> usize {
        self.automerge.get_changes_meta(&[]).len()
    }

    /// Fields with several concurrent values.
    ///
    /// # Errors
    /// See [`DocumentError`].
    pub fn conflicts(&self) -> Result<Vec<Conflict>, DocumentError> {
        guarded(|| {
            let mut found = Vec::new();
            collect_conflicts(&self.automerge, &ROOT, &mut Vec::new(), EDIT_DEPTH_MAX, &mut found)?;
            Ok(found)
        })
    }
}

fn within_limit(bytes: &[u8]) -> Result<(), DocumentError> {
    if bytes.len() > DOCUMENT_BYTES_MAX { Err(DocumentError::TooLarge) } else { Ok(()) }
}

fn guarded<T>(work: impl FnOnce() -> Result<T, DocumentError>) -> Result<T, DocumentError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(DocumentError::LibraryPanic))
}

fn read_map(doc: &Automerge, object: &ObjId, depth: usize) -> Result<Node, DocumentError> {
    let deeper = depth.checked_sub(1).ok_or(DocumentError::Shape)?;
    let mut map = std::collections::BTreeMap::new();
    for item in doc.map_range(object, ..) {
        let key = item.key.into_owned();
        let Some((value, id)) = doc.get(object, key.as_str())? else { continue };
        if let Some(node) = read_value(doc, &value, &id, deeper)? {
            map.insert(key, node);
        }
    }
    Ok(Node::Map(map))
}

fn read_value(
    doc: &Automerge,
    value: &Value<'_>,
    id: &ObjId,
    depth: usize,
) -> Result<Option<Node>, DocumentError> {
    Ok(match value {
        Value::Object(ObjType::Map) => Some(read_map(doc, id, depth)?),
        Value::Object(ObjType::List | ObjType::Text | ObjType::Table) => None,
        Value::Scalar(scalar) => match scalar.as_ref() {
            ScalarValue::Str(text) => Some(Node::Text(text.to_string())),
            ScalarValue::Int(int) => Some(Node::Int(*int)),
            ScalarValue::Boolean(bool) => Some(Node::Bool(*bool)),
            ScalarValue::Bytes(bytes) => Some(Node::Bytes(bytes.clone())),
            ScalarValue::Uint(_)
            | ScalarValue::F64(_)
            | ScalarValue::Counter(_)
            | ScalarValue::Timestamp(_)
            | ScalarValue::Unknown { .. }
            | ScalarValue::Null => None,
        },
    })
}

fn write_difference(
    tx: &mut impl Transactable,
    object: &ObjId,
    before: &Node,
    after: &Node,
    depth: usize,
) -> Result<(), DocumentError> {
    let deeper = depth.checked_sub(1).ok_or(DocumentError::Shape)?;
    let (Node::Map(before), Node::Map(after)) = (before, after) else { return Err(DocumentError::Shape) };
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        tx.delete(object, key.as_str())?;
    }
    for (key, node) in after {
        let old = before.get(key);
        if old == Some(node) {
            continue;
        }
        write_value(tx, object, key, old, node, deeper)?;
    }
    Ok(())
}

fn write_value(
    tx: &mut impl Transactable,
    object: &ObjId,
    key: &str,
    old: Option<&Node>,
    node: &Node,
    depth: usize,
) -> Result<(), DocumentError> {
    match node {
        Node::Text(text) => tx.put(object, key, text.as_str())?,
        Node::Int(int) => tx.put(object, key, *int)?,
        Node::Bool(bool) => tx.put(object, key, *bool)?,
        Node::Bytes(bytes) => tx.put(object, key, bytes.clone())?,
        Node::Map(_) => {
            let existing = match tx.get(object, key)? {
                Some((Value::Object(ObjType::Map), id)) => Some(id),
                Some((Value::Object(_) | Value::Scalar(_), _)) | None => None,
            };
            let (id, old) = match existing {
                Some(id) => (id, old.cloned().unwrap_or(Node::map())),
                None => (tx.put_object(object, key, ObjType::Map)?, Node::map()),
            };
            write_difference(tx, &id, &old, node, depth)?;
        }
    }
    Ok(())
}

fn collect_conflicts(
    doc: &Automerge,
    object: &ObjId,
    path: &mut Vec<String>,
    depth: usize,
    found: &mut Vec<Conflict>,
) -> Result<(), DocumentError> {
    let deeper = depth.checked_sub(1).ok_or(DocumentError::Shape)?;
    for item in doc.map_range(object, ..) {
        let key = item.key.into_owned();
        let all = doc.get_all(object, key.as_str())?;
        path.push(key);
        if let [(Value::Object(ObjType::Map), id)] = all.as_slice() {
            collect_conflicts(doc, id, path, deeper, found)?;
        } else if all.len() > 1 {
            let mut values = Vec::new();
            // Automerge lists the value that reads see last.
            for (value, id) in all.iter().rev() {
                if let Some(node) = read_value(doc, value, id, deeper)? {
                    values.push((node, writer(id)));
                }
            }
            found.push(Conflict { path: path.clone(), values });
        }
        path.pop();
    }
    Ok(())
}

fn writer(id: &ObjId) -> Actor {
    match id {
        ObjId::Root => Actor([0; 16]),
        ObjId::Id(_, actor, _) => {
            let mut bytes = [0; 16];
            for (to, from) in bytes.iter_mut().zip(actor.to_bytes()) {
                *to = *from;
            }
            Actor(bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Actor, Document, DocumentError};
    use crate::Node;

    fn tree(name: &str, city: &str) -> Node {
        let text: Node =
            [("name", Node::Text(name.into())), ("city", Node::Text(city.into()))].into_iter().collect();
        [("kind", Node::Text("supporter".into())), ("text", text)].into_iter().collect()
    }

    fn actor(n: u8) -> Actor {
        Actor([n; 16])
    }

    #[test]
    fn a_tree_survives_save_load_and_replay_of_its_changes() {
        let (document, changes) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
        assert_eq!(Document::load(&document.save()).unwrap().root().unwrap(), tree("花子", "鎌倉市"));
        let mut replayed = Document::empty();
        replayed.apply_changes(&[&changes]).unwrap();
        replayed.apply_changes(&[&changes]).unwrap();
        assert_eq!(replayed.heads(), document.heads());
    }

    #[test]
    fn edits_of_different_fields_apart_from_each_other_both_hold() {
        let (base, _) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
        let (mut one, mut two) = (base.clone(), base.clone());
        let a = one.edit(actor(2), &tree("花子", "鎌倉市"), &tree("華子", "鎌倉市"), 6).unwrap();
        let b = two.edit(actor(3), &tree("花子", "鎌倉市"), &tree("花子", "逗子市"), 6).unwrap();
        one.apply_changes(&[&b]).unwrap();
        two.apply_changes(&[&a]).unwrap();
        assert_eq!(one.root().unwrap(), tree("華子", "逗子市"));
        assert_eq!(one.heads(), two.heads());
        assert!(one.conflicts().unwrap().is_empty());
    }

    #[test]
    fn two_values_for_one_field_are_kept_with_their_writers() {
        let (base, _) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
        let (mut one, mut two) = (base.clone(), base);
        let a = one.edit(actor(2), &tree("花子", "鎌倉市"), &tree("花子", "逗子市"), 6).unwrap();
        let b = two.edit(actor(3), &tree("花子", "鎌倉市"), &tree("花子", "葉山町"), 6).unwrap();
        one.apply_changes(&[&b]).unwrap();
        two.apply_changes(&[&a]).unwrap();
        let conflicts = one.conflicts().unwrap();
        assert_eq!(conflicts, two.conflicts().unwrap());
        assert_eq!(conflicts[0].path, ["text", "city"]);
        let shown = one.root().unwrap().get("text").unwrap().get("city").cloned().unwrap();
        assert_eq!(conflicts[0].values[0].0, shown, "the value that reads see comes first");
        let mut writers: Vec<Actor> = conflicts[0].values.iter().map(|(_, actor)| *actor).collect();
        writers.sort();
        assert_eq!(writers, [actor(2), actor(3)]);
    }

    #[test]
    fn an_edit_leaves_keys_of_a_newer_version_alone() {
        let mut newer = tree("花子", "鎌倉市");
        if let Node::Map(map) = &mut newer {
            map.insert("later".into(), Node::Int(9));
        }
        let (mut document, _) = Document::create(actor(1), &newer, 5).unwrap();
        document.edit(actor(2), &tree("花子", "鎌倉市"), &tree("花子", "逗子市"), 6).unwrap();
        assert_eq!(document.root().unwrap().get("later"), Some(&Node::Int(9)));
    }

    #[test]
    fn an_edit_without_difference_writes_nothing() {
        let (mut document, _) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
        let heads = document.heads();
        let changes = document.edit(actor(2), &tree("a", "b"), &tree("a", "b"), 6).unwrap();
        assert!(changes.is_empty());
        assert_eq!(document.heads(), heads);
    }

    #[test]
    fn changes_without_their_past_are_refused_and_nothing_moves() {
        let (mut document, _) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
        let later = document.edit(actor(1), &tree("花子", "鎌倉市"), &tree("花子", "逗子市"), 6).unwrap();
        let mut other = Document::empty();
        assert_eq!(other.apply_changes(&[&later]), Err(DocumentError::MissingChanges));
        assert!(other.heads().is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn changed_bytes_never_panic_through(at in 0_usize..4000, bit in 0_u8..8) {
            let (document, changes) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
            for mut bytes in [document.save(), changes] {
                let at = at % bytes.len();
                bytes[at] ^= 1 << bit;
                let _loaded = Document::load(&bytes);
                let _applied = Document::empty().apply_changes(&[&bytes]);
            }
        }
    }
}
