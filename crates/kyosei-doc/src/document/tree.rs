//! Reading a document as a tree and writing the difference between two trees.
//!
//! Two people who make the same map apart from each other (the trail of one device, after a backup was restored) leave
//! two map objects under one key, of which Automerge shows one. They are read as one map, the shown one first, so that
//! nothing is hidden. A value is written into the shown map and taken out of the others.

use std::collections::BTreeMap;

use automerge::transaction::Transactable;
use automerge::{Automerge, ObjId, ObjType, ReadDoc, ScalarValue, Value};

use super::DocumentError;
use crate::node::Node;

/// Values at one key, each with the operation that wrote it.
pub(super) type Values<'d> = Vec<(Value<'d>, ObjId)>;

/// Reads the map that these objects are together; Automerge shows the last of them.
pub(super) fn read_map(doc: &Automerge, objects: &[ObjId], depth: usize) -> Result<Node, DocumentError> {
    let deeper = depth.checked_sub(1).ok_or(DocumentError::Shape)?;
    let mut map = BTreeMap::new();
    for (key, all) in entries(doc, objects)? {
        let Some((value, _)) = all.last() else { continue };
        let maps = maps_of(&all);
        let node = if maps.is_empty() { scalar_node(value) } else { Some(read_map(doc, &maps, deeper)?) };
        if let Some(node) = node {
            map.insert(key, node);
        }
    }
    Ok(Node::Map(map))
}

/// The keys of the map that these objects are together, each with all its values, the one that is shown last.
pub(super) fn entries(
    doc: &Automerge,
    objects: &[ObjId],
) -> Result<Vec<(String, Values<'static>)>, DocumentError> {
    let mut entries: BTreeMap<String, Values<'static>> = BTreeMap::new();
    for object in objects {
        for item in doc.map_range(object, ..) {
            let values = if item.conflict {
                let all = doc.get_all(object, item.key.as_ref())?;
                all.into_iter().map(|(value, id)| (value.into_owned(), id)).collect()
            } else {
                vec![(item.value.clone().into_value(), item.id())]
            };
            entries.entry(item.key.into_owned()).or_default().extend(values);
        }
    }
    Ok(entries.into_iter().collect())
}

/// All values at a key, the one that is shown last.
pub(super) fn get_all<'d>(
    doc: &'d impl ReadDoc,
    objects: &[ObjId],
    key: &str,
) -> Result<Values<'d>, DocumentError> {
    let mut all = Vec::new();
    for object in objects {
        all.extend(doc.get_all(object, key)?);
    }
    Ok(all)
}

/// The maps among the values at a key, if a map is what is shown; nothing otherwise.
pub(super) fn maps_of(all: &[(Value<'_>, ObjId)]) -> Vec<ObjId> {
    let is_map = |value: &Value<'_>| matches!(value, Value::Object(ObjType::Map));
    if all.last().is_some_and(|(value, _)| is_map(value)) {
        all.iter().filter(|(value, _)| is_map(value)).map(|(_, id)| id.clone()).collect()
    } else {
        Vec::new()
    }
}

fn scalar_node(value: &Value<'_>) -> Option<Node> {
    match value {
        Value::Object(ObjType::Map | ObjType::List | ObjType::Text | ObjType::Table) => None,
        Value::Scalar(scalar) => node_of(scalar),
    }
}

/// The node of a scalar of a kind that this version knows.
pub(super) fn node_of(scalar: &ScalarValue) -> Option<Node> {
    match scalar {
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
    }
}

/// Writes what differs between two trees into the map that these objects are together.
pub(super) fn write_difference(
    tx: &mut impl Transactable,
    objects: &[ObjId],
    before: &Node,
    after: &Node,
    depth: usize,
) -> Result<(), DocumentError> {
    let deeper = depth.checked_sub(1).ok_or(DocumentError::Shape)?;
    let (Node::Map(before), Node::Map(after)) = (before, after) else { return Err(DocumentError::Shape) };
    for key in before.keys().filter(|key| !after.contains_key(*key)) {
        for object in objects {
            tx.delete(object, key.as_str())?;
        }
    }
    for (key, node) in after {
        let old = before.get(key);
        if old != Some(node) {
            write_value(tx, objects, key, old, node, deeper)?;
        }
    }
    Ok(())
}

fn write_value(
    tx: &mut impl Transactable,
    objects: &[ObjId],
    key: &str,
    old: Option<&Node>,
    node: &Node,
    depth: usize,
) -> Result<(), DocumentError> {
    let Some((shown, others)) = objects.split_last() else { return Err(DocumentError::Shape) };
    if matches!(node, Node::Map(_)) {
        let maps = maps_of(&get_all(tx, objects, key)?);
        return if maps.is_empty() {
            let made = tx.put_object(shown, key, ObjType::Map)?;
            write_difference(tx, &[made], &Node::map(), node, depth)
        } else {
            let old = old.filter(|old| matches!(old, Node::Map(_))).cloned().unwrap_or_else(Node::map);
            write_difference(tx, &maps, &old, node, depth)
        };
    }
    for other in others {
        tx.delete(other, key)?;
    }
    if tx.get_all(shown, key)?.len() > 1 {
        // Automerge would only delete the other values if the new one equals the shown one: a deletion like any other to
        // whoever writes at the same time.
        tx.delete(shown, key)?;
    }
    put_scalar(tx, shown, key, node)
}

fn put_scalar(
    tx: &mut impl Transactable,
    object: &ObjId,
    key: &str,
    node: &Node,
) -> Result<(), DocumentError> {
    match node {
        Node::Text(text) => tx.put(object, key, text.as_str())?,
        Node::Int(int) => tx.put(object, key, *int)?,
        Node::Bool(bool) => tx.put(object, key, *bool)?,
        Node::Bytes(bytes) => tx.put(object, key, bytes.clone())?,
        Node::Map(_) => return Err(DocumentError::Shape),
    }
    Ok(())
}

/// Writes a scalar, or nothing, over everything that stands at a key, even if the same is shown there already: the
/// new value comes after all that were written or deleted apart from each other.
pub(super) fn overwrite(
    tx: &mut impl Transactable,
    objects: &[ObjId],
    key: &str,
    value: Option<&Node>,
) -> Result<(), DocumentError> {
    let Some(shown) = objects.last() else { return Err(DocumentError::Shape) };
    if value.is_none() {
        // Automerge leaves out a deletion where nothing stands.
        tx.put(shown, key, true)?;
    }
    for object in objects {
        tx.delete(object, key)?;
    }
    value.map_or(Ok(()), |node| put_scalar(tx, shown, key, node))
}
