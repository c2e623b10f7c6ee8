//! One Automerge document behind a boundary.
//!
//! Life-cycle: [`Document::create`] or [`Document::load`], then any number of [`Document::edit`] and
//! [`Document::apply_changes`], each on a copy that replaces the document only when it succeeded. Automerge may panic
//! on hostile bytes; a panic is caught here, the copy is thrown away and the caller gets an error.
//!
//! Saves are not compressed: the envelope compresses whole packs, which is smaller, and nothing has to be inflated here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transaction};
use automerge::{ActorId, Automerge, AutomergeError, Change, ChangeHash, ROOT, ReadDoc};

use crate::chunk::{ChangeChunks, ChunkError};
use crate::node::Node;

mod branches;
mod conflicts;
mod tree;

pub use branches::PASTS_MAX;
pub use conflicts::{CONFLICTS_MAX, Conflict, Written};

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
        guarded(|| tree::read_map(&self.automerge, &[ROOT], EDIT_DEPTH_MAX))
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
        self.commit(actor, at_unix_s, |tx| tree::write_difference(tx, &[ROOT], before, after, EDIT_DEPTH_MAX))
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

    /// Whether all changes with these hashes are inside, and with them everything that they rest on.
    #[must_use]
    pub fn holds(&self, changes: &[[u8; 32]]) -> bool {
        let changes: Vec<ChangeHash> = changes.iter().map(|hash| ChangeHash(*hash)).collect();
        self.automerge.get_missing_deps(&changes).is_empty()
    }

    /// How many changes the document consists of.
    #[must_use]
    pub fn change_count(&self) -> usize {
        self.automerge.get_changes_meta(&[]).len()
    }

    fn commit(
        &mut self,
        actor: Actor,
        at_unix_s: i64,
        write: impl FnOnce(&mut Transaction<'_>) -> Result<(), DocumentError>,
    ) -> Result<Vec<u8>, DocumentError> {
        let mut copy = self.automerge.clone();
        copy.set_actor(ActorId::from(&actor.0[..]));
        let changes = guarded(|| {
            let heads = copy.get_heads();
            let mut transaction = copy.transaction();
            write(&mut transaction)?;
            transaction.commit_with(CommitOptions::default().with_time(at_unix_s));
            within_limit(&copy.save_nocompress())?;
            Ok(copy.get_changes(&heads).iter().flat_map(|change| change.raw_bytes().to_vec()).collect())
        })?;
        self.automerge = copy;
        Ok(changes)
    }
}

/// The hashes of the changes in a body.
///
/// # Errors
/// See [`DocumentError`].
pub fn change_hashes(body: &[u8]) -> Result<Vec<[u8; 32]>, DocumentError> {
    within_limit(body)?;
    guarded(|| {
        let hash = |chunk: Result<&[u8], ChunkError>| {
            Ok(Change::try_from(chunk?).map_err(|_| DocumentError::Damaged)?.hash().0)
        };
        ChangeChunks::new(body).map(hash).collect()
    })
}

fn within_limit(bytes: &[u8]) -> Result<(), DocumentError> {
    if bytes.len() > DOCUMENT_BYTES_MAX { Err(DocumentError::TooLarge) } else { Ok(()) }
}

fn guarded<T>(work: impl FnOnce() -> Result<T, DocumentError>) -> Result<T, DocumentError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(DocumentError::LibraryPanic))
}

#[cfg(test)]
mod tests;
