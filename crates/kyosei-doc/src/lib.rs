//! Model and Automerge documents.
mod id;
pub use id::DocId;
