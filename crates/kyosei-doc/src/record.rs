//! The nouns of the model as document trees.
//!
//! Each submodule writes one noun and reads it back. Reading is strict: a code that this version does not know makes the
//! whole record unreadable ([`RecordError::NewerVersion`]), since guessing at a consent or a status could harm a person.
//! The record itself stays in its document untouched and becomes readable with an update.

use kyosei_model::{Sensitive, UnknownCode};

use crate::id::DocKind;
use crate::node::Node;

pub mod audit;
pub mod consent;
pub mod import;
pub mod note;
pub mod register;
pub mod release;
pub mod space;
pub mod supporter;

/// Version of the record formats that this program writes, stored under `v`.
pub const RECORD_VERSION: i64 = 1;

const KIND: &str = "kind";
const VERSION: &str = "v";

/// Why a tree or an immutable value could not be read as a record. Carries nothing of its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The document holds something else.
    #[error("not a record of the expected kind")]
    WrongKind,
    /// A required value is missing or of a wrong type.
    #[error("damaged record: {0}")]
    Damaged(&'static str),
    /// Written by a newer version: a version number or a code that is not known here.
    #[error("record of a newer version")]
    NewerVersion,
}

impl From<UnknownCode> for RecordError {
    fn from(_: UnknownCode) -> Self {
        Self::NewerVersion
    }
}

/// The kind that a document says it has.
#[must_use]
pub fn kind_of(root: &Node) -> Option<DocKind> {
    root.get(KIND).and_then(Node::as_text).and_then(DocKind::from_code)
}

fn head(kind: DocKind) -> [(String, Node); 2] {
    [(KIND.to_owned(), Node::Text(kind.code().to_owned())), (VERSION.to_owned(), Node::Int(RECORD_VERSION))]
}

fn check_head(root: &Node, kind: DocKind) -> Result<(), RecordError> {
    if kind_of(root) != Some(kind) {
        return Err(RecordError::WrongKind);
    }
    match root.get(VERSION).and_then(Node::as_int) {
        Some(RECORD_VERSION) => Ok(()),
        Some(_) => Err(RecordError::NewerVersion),
        None => Err(RecordError::Damaged("v")),
    }
}

fn text<'a>(root: &'a Node, key: &'static str) -> Result<&'a str, RecordError> {
    root.get(key).and_then(Node::as_text).ok_or(RecordError::Damaged(key))
}

fn int(root: &Node, key: &'static str) -> Result<i64, RecordError> {
    root.get(key).and_then(Node::as_int).ok_or(RecordError::Damaged(key))
}

fn id16(root: &Node, key: &'static str) -> Result<Option<[u8; 16]>, RecordError> {
    let Some(node) = root.get(key) else { return Ok(None) };
    let bytes = node.as_bytes().and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
    bytes.map(Some).ok_or(RecordError::Damaged(key))
}

fn sensitive(text: &str) -> Sensitive<String> {
    Sensitive::new(text.to_owned())
}

fn decode<'b, T: minicbor::Decode<'b, ()>>(bytes: &'b [u8], what: &'static str) -> Result<T, RecordError> {
    minicbor::decode(bytes).map_err(|error| {
        // A kind of evidence, scope, subject or fate that is not given out yet is an unknown code like any other.
        if error.is_unknown_variant() { RecordError::NewerVersion } else { RecordError::Damaged(what) }
    })
}

#[expect(
    clippy::expect_used,
    reason = "writing to a Vec cannot fail and no Encode of this crate raises an error of its own"
)]
fn encode<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    minicbor::to_vec(value).expect("encoding to memory")
}

/// Fails for a version that is not [`RECORD_VERSION`].
fn check_version(version: i64) -> Result<(), RecordError> {
    if version == RECORD_VERSION { Ok(()) } else { Err(RecordError::NewerVersion) }
}
