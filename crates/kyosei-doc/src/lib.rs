//! Records of the model as Automerge documents.
//!
//! The tour:
//! - [`Document`] is one Automerge document behind a boundary that limits and survives hostile bytes.
//! - [`Node`] is the plain tree of values inside a document; an edit writes only what differs between two trees, so
//!   that keys of a newer version and values of other people stay untouched.
//! - [`record`] turns the nouns of the model into trees and back. What is never edited (consents, audit events,
//!   suppressions, wordings, pair decisions) is stored as one immutable CBOR value under its id.
//!
//! One document per person, organisation or import: an Automerge document keeps its whole history, so erasing a person
//! means dropping that person's document. Encryption and storage are not done here.

mod chunk;
mod document;
mod id;
mod node;
pub mod record;

pub use chunk::{ChangeChunks, ChunkError, actor_of};
pub use document::{
    Actor, CONFLICTS_MAX, Conflict, DOCUMENT_BYTES_MAX, Document, DocumentError, EDIT_DEPTH_MAX, PASTS_MAX,
    Written, change_hashes,
};
pub use id::{DocId, DocKind};
pub use node::Node;
