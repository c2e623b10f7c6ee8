//! What was written to one field apart from each other.
//!
//! Automerge shows one of several concurrent values and forgets nothing. Here all of them are found, each with the change
//! that wrote it: who, when, which. A deletion beside a new value counts too, though Automerge shows nothing of it; so
//! does a value of a map inside maps. What a value means plays no part here, and nothing is decided.
//!
//! A document without branches is told by its graph of changes alone ([`Branches`]). Otherwise the operations from the
//! first branch on are read, field by field:
//! - a *value* stands if no later operation names it as replaced;
//! - a *deletion* stands if no later change wrote the field and nothing that it had seen is still there.

use std::collections::{BTreeMap, HashSet};

use automerge::legacy::{Key, ObjectId, OpId, OpType};
use automerge::{Automerge, Change, ObjId, ObjType, ROOT};

use super::branches::Branches;
use super::tree::{entries, get_all, maps_of, node_of, overwrite};
use super::{Actor, Document, DocumentError, EDIT_DEPTH_MAX, guarded};
use crate::node::Node;

/// Most fields of one document that are listed as conflicts; after a choice for these the next ones come.
pub const CONFLICTS_MAX: usize = 256;

/// A field to which several people wrote apart from each other. Nothing was overwritten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Keys from the root to the field.
    pub path: Vec<String>,
    /// What stands there, at least two different values: the one that reads see first, then the others in order of
    /// their changes. Two people may have written the same value.
    pub values: Vec<Written>,
}

/// A value of a field with the change that wrote it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The value; none if the field was deleted.
    pub value: Option<Node>,
    /// Who wrote it.
    pub actor: Actor,
    /// When, in Unix seconds of the writer's clock. A claim.
    pub at_unix_s: i64,
    /// Hash of the change: names it on every device.
    pub change: [u8; 32],
}

impl Document {
    /// Fields with several concurrent values that differ, in order of their paths; at most [`CONFLICTS_MAX`].
    ///
    /// # Errors
    /// See [`DocumentError`].
    pub fn conflicts(&self) -> Result<Vec<Conflict>, DocumentError> {
        guarded(|| {
            let Some(mut fields) = Fields::of(&self.automerge)? else { return Ok(Vec::new()) };
            let mut found = Vec::new();
            for (path, operations) in std::mem::take(&mut fields.operations) {
                if found.len() == CONFLICTS_MAX {
                    break;
                }
                let Some(standing) = fields.standing(&operations) else { break };
                if fields.differ(&standing) {
                    let known = standing.into_iter().filter(|one| !one.is_foreign);
                    let values = known.map(|one| one.written.clone()).collect();
                    found.push(Conflict { path, values });
                }
            }
            Ok(found)
        })
    }

    /// The fields that were written or deleted apart from what stands at `path`: neither writer knew of the other. Each
    /// comes with those of its values; one that was written over by someone who knew of both is left out.
    ///
    /// # Errors
    /// See [`DocumentError`].
    pub fn written_beside(&self, path: &[&str]) -> Result<Vec<Conflict>, DocumentError> {
        guarded(|| {
            let Some(mut fields) = Fields::of(&self.automerge)? else { return Ok(Vec::new()) };
            let all = std::mem::take(&mut fields.operations);
            let Some(marks) = all.iter().find(|(at, _)| at.iter().eq(path)) else { return Ok(Vec::new()) };
            let marks = fields.standing(marks.1).unwrap_or_default();
            let mut found = Vec::new();
            for (at, operations) in all.iter().filter(|(at, _)| !at.iter().eq(path)) {
                let Some(standing) = fields.standing(operations) else { break };
                let mut values = Vec::new();
                for one in standing {
                    if !marks.is_empty()
                        && !one.is_map
                        && !one.is_foreign
                        && fields.apart_from_all(one, &marks)
                    {
                        values.push(one.written.clone());
                    }
                }
                if !values.is_empty() && found.len() < CONFLICTS_MAX {
                    found.push(Conflict { path: at.clone(), values });
                }
            }
            Ok(found)
        })
    }

    /// Writes a scalar, or nothing, over all that stands at a path, and returns the changes. The new value comes after
    /// everything that this copy knows, even where it equals what is shown.
    ///
    /// # Errors
    /// [`DocumentError::Shape`] if the path does not lead through maps; see [`DocumentError`]. The document is
    /// unchanged then.
    pub fn overwrite(
        &mut self,
        actor: Actor,
        path: &[String],
        value: Option<&Node>,
        at_unix_s: i64,
    ) -> Result<Vec<u8>, DocumentError> {
        self.commit(actor, at_unix_s, |tx| {
            let (key, maps) = path.split_last().ok_or(DocumentError::Shape)?;
            let mut objects = vec![ROOT];
            for map in maps {
                objects = maps_of(&get_all(tx, &objects, map)?);
            }
            overwrite(tx, &objects, key, value)
        })
    }
}

/// The operations on the fields of a document from its first branch on.
struct Fields {
    branches: Branches,
    operations: BTreeMap<Vec<String>, Vec<Operation>>,
}

/// One operation on one field.
struct Operation {
    id: OpId,
    replaces: Vec<OpId>,
    change: usize,
    is_map: bool,
    is_shown: bool,
    /// Of a kind that this version does not know.
    is_foreign: bool,
    written: Written,
}

impl Operation {
    const fn is_deletion(&self) -> bool {
        self.written.value.is_none() && !self.is_map && !self.is_foreign
    }
}

impl Fields {
    /// None if the document has no branches.
    fn of(doc: &Automerge) -> Result<Option<Self>, DocumentError> {
        let Some(branches) = Branches::of(doc) else { return Ok(None) };
        let mut objects = BTreeMap::new();
        place_objects(doc, &[ROOT], &mut Vec::new(), EDIT_DEPTH_MAX, &mut objects)?;
        let index_of = branches.index_of();
        let mut operations: BTreeMap<Vec<String>, Vec<Operation>> = BTreeMap::new();
        for change in doc.get_changes(&branches.trunk()) {
            let Some(index) = index_of.get(&change.hash()) else { continue };
            for (path, operation) in read_change(&change, *index, &objects) {
                operations.entry(path).or_default().push(operation);
            }
        }
        for (path, list) in &mut operations {
            mark_shown(doc, path, list)?;
        }
        Ok(Some(Self { branches, operations }))
    }

    /// What stands in a field, the shown one first. None when the document is too tangled to tell.
    fn standing<'o>(&mut self, operations: &'o [Operation]) -> Option<Vec<&'o Operation>> {
        if let [only] = operations {
            return Some(vec![only]);
        }
        let replaced: HashSet<&OpId> = operations.iter().flat_map(|one| &one.replaces).collect();
        let values: Vec<&Operation> =
            operations.iter().filter(|one| !one.is_deletion() && !replaced.contains(&one.id)).collect();
        let mut standing = values.clone();
        for (place, deletion) in operations.iter().enumerate().filter(|(_, one)| one.is_deletion()) {
            let later = operations.iter().skip(place.saturating_add(1));
            if self.deletion_stands(deletion, later, &values)? {
                standing.push(deletion);
            }
        }
        standing.sort_by_key(|one| (!one.is_shown, one.is_deletion(), one.written.change));
        Some(standing)
    }

    fn deletion_stands<'o>(
        &mut self,
        deletion: &Operation,
        later: impl Iterator<Item = &'o Operation>,
        values: &[&Operation],
    ) -> Option<bool> {
        for other in later {
            if other.change == deletion.change || self.branches.precedes(deletion.change, other.change)? {
                return Some(false);
            }
        }
        for value in values {
            if self.branches.precedes(value.change, deletion.change)? {
                return Some(false);
            }
        }
        Some(true)
    }

    /// Whether people have something to choose between: maps are read as one, and equal values are one.
    fn differ(&self, standing: &[&Operation]) -> bool {
        let known: Vec<&&Operation> = standing.iter().filter(|one| !one.is_foreign).collect();
        let Some((first, others)) = known.split_first() else { return false };
        others.iter().any(|one| one.is_map != first.is_map || one.written.value != first.written.value)
    }

    fn apart_from_all(&mut self, one: &Operation, marks: &[&Operation]) -> bool {
        marks.iter().all(|mark| {
            one.change != mark.change
                && self.branches.precedes(one.change, mark.change) == Some(false)
                && self.branches.precedes(mark.change, one.change) == Some(false)
        })
    }
}

/// Where the maps lie that can be reached from the root, by the operation that made each.
fn place_objects(
    doc: &Automerge,
    objects: &[ObjId],
    path: &mut Vec<String>,
    depth: usize,
    places: &mut BTreeMap<(u64, Vec<u8>), Vec<String>>,
) -> Result<(), DocumentError> {
    let deeper = depth.checked_sub(1).ok_or(DocumentError::Shape)?;
    for object in objects {
        let id = match object {
            ObjId::Root => (0, Vec::new()),
            ObjId::Id(counter, actor, _) => (*counter, actor.to_bytes().to_vec()),
        };
        places.insert(id, path.clone());
    }
    for (key, all) in entries(doc, objects)? {
        let maps = maps_of(&all);
        if !maps.is_empty() {
            path.push(key);
            place_objects(doc, &maps, path, deeper, places)?;
            path.pop();
        }
    }
    Ok(())
}

fn read_change(
    change: &Change,
    index: usize,
    places: &BTreeMap<(u64, Vec<u8>), Vec<String>>,
) -> Vec<(Vec<String>, Operation)> {
    let mut found = Vec::new();
    let actor = change.actor_id();
    for (counter, operation) in (change.start_op().get()..).zip(change.decode().operations) {
        let object = match &operation.obj {
            ObjectId::Root => (0, Vec::new()),
            ObjectId::Id(OpId(counter, actor)) => (*counter, actor.to_bytes().to_vec()),
        };
        let (Some(place), Key::Map(key)) = (places.get(&object), &operation.key) else { continue };
        let value = match &operation.action {
            OpType::Put(scalar) => node_of(scalar),
            OpType::Make(ObjType::Map) => Some(Node::map()),
            OpType::Make(ObjType::List | ObjType::Text | ObjType::Table) | OpType::Delete => None,
            OpType::Increment(_) | OpType::MarkBegin(_) | OpType::MarkEnd(_) => continue,
        };
        let is_foreign = value.is_none() && operation.action != OpType::Delete;
        let mut bytes = [0; 16];
        for (to, from) in bytes.iter_mut().zip(actor.to_bytes()) {
            *to = *from;
        }
        let written =
            Written { value, actor: Actor(bytes), at_unix_s: change.timestamp(), change: change.hash().0 };
        let path = place.iter().cloned().chain([key.to_string()]).collect();
        let operation = Operation {
            id: OpId::new(counter, actor),
            replaces: operation.pred.iter().cloned().collect(),
            change: index,
            is_map: operation.action == OpType::Make(ObjType::Map),
            is_shown: false,
            is_foreign,
            written,
        };
        found.push((path, operation));
    }
    found
}

fn mark_shown(doc: &Automerge, path: &[String], operations: &mut [Operation]) -> Result<(), DocumentError> {
    if operations.len() < 2 {
        return Ok(());
    }
    let Some((key, maps)) = path.split_last() else { return Ok(()) };
    let mut objects = vec![ROOT];
    for map in maps {
        objects = maps_of(&get_all(doc, &objects, map)?);
    }
    if let Some((_, ObjId::Id(counter, actor, _))) = get_all(doc, &objects, key)?.last() {
        for operation in operations {
            operation.is_shown = operation.id.counter() == *counter && operation.id.actor() == actor;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
