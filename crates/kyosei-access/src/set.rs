//! The set of operations of one space that a replica holds.
//!
//! Insertion is idempotent and order does not matter. Operations whose predecessors are still missing are kept; the
//! reducer leaves them out until they arrive. The set has no quota: the layer that brings operations bounds how many it
//! takes from whom, before it inserts them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use thiserror::Error;

use crate::id::{OpId, SpaceId};
use crate::signed::{OpaqueOp, SignedOp, Verified};

/// All operations of one space that are known here.
#[derive(Clone, Debug)]
pub struct OpSet {
    space: SpaceId,
    /// Verified on the way in; shared with the memberships computed from it.
    ops: BTreeMap<OpId, Arc<SignedOp>>,
    opaque: BTreeMap<OpId, OpaqueOp>,
}

/// The operation belongs to another space.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the operation belongs to another space")]
pub struct WrongSpace;

impl OpSet {
    /// An empty set for a space.
    #[must_use]
    pub const fn new(space: SpaceId) -> Self {
        Self { space, ops: BTreeMap::new(), opaque: BTreeMap::new() }
    }

    /// Adds an operation; `true` when it was not known.
    ///
    /// # Errors
    /// [`WrongSpace`] when it belongs to another space.
    pub fn insert(&mut self, op: Verified<SignedOp>) -> Result<bool, WrongSpace> {
        if op.get().space_id() != self.space {
            return Err(WrongSpace);
        }
        let id = op.get().id();
        let new = !self.ops.contains_key(&id);
        self.ops.entry(id).or_insert_with(|| Arc::new(op.into_inner()));
        Ok(new)
    }

    /// Adds an operation of an unknown format; `true` when it was not known.
    pub fn insert_opaque(&mut self, op: OpaqueOp) -> bool {
        let id = op.id();
        let new = !self.opaque.contains_key(&id);
        self.opaque.entry(id).or_insert(op);
        new
    }

    #[cfg(test)]
    pub(crate) fn forget(&mut self, id: OpId) {
        self.ops.remove(&id);
    }

    /// The space.
    #[must_use]
    pub const fn space(&self) -> SpaceId {
        self.space
    }

    /// The operation with this id.
    #[must_use]
    pub fn get(&self, id: OpId) -> Option<&SignedOp> {
        self.ops.get(&id).map(Arc::as_ref)
    }

    pub(crate) fn shared(&self, id: OpId) -> Option<Arc<SignedOp>> {
        self.ops.get(&id).map(Arc::clone)
    }

    /// The operations, by ascending id.
    pub fn iter(&self) -> impl Iterator<Item = &SignedOp> {
        self.ops.values().map(Arc::as_ref)
    }

    /// The operations of unknown formats, by ascending id.
    pub fn iter_opaque(&self) -> impl Iterator<Item = &OpaqueOp> {
        self.opaque.values()
    }

    /// How many operations of known formats it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ops.len()
    }

    /// Whether it holds none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty()
    }

    /// The part of the set that an author who named `heads` knew: the heads and all that they rest on.
    #[must_use]
    pub fn known_at<'a>(&self, heads: impl IntoIterator<Item = &'a OpId>) -> Self {
        let mut known = Self::new(self.space);
        let mut next: BTreeSet<OpId> = heads.into_iter().copied().collect();
        while let Some(id) = next.pop_first() {
            let Some(op) = self.ops.get(&id) else { continue };
            if known.ops.insert(id, Arc::clone(op)).is_none() {
                next.extend(op.body().prev().iter().filter(|prev| !known.ops.contains_key(*prev)));
            }
        }
        known
    }
}
