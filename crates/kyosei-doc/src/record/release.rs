//! A release of totals: one entry of the committee's release ledger, never edited.
//!
//! Each release is a document of its own, so two that were made apart are both kept when laptops meet; the chain between
//! them is in the entries, not in the documents. The entry is opaque here: `kyosei-disclosure-format` writes and reads it.
//! Beside it stand the ids of the records that this release counted for the first time, so that nobody is counted twice
//! and nobody who registered late is lost.

use kyosei_model::SupporterId;
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::consent::VersionOnly;
use super::{RECORD_VERSION, RecordError, check_head, check_version, decode, encode, head};
use crate::id::{DocId, DocKind};
use crate::node::Node;

const RELEASE: &str = "release";

/// A release as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredRelease {
    /// The entry of the ledger in its own format.
    pub entry: Vec<u8>,
    /// The records that were counted for the first time.
    pub counted: Vec<SupporterId>,
}

#[derive(Encode, Decode)]
struct ReleaseWire {
    #[n(0)]
    version: i64,
    #[cbor(n(1), with = "minicbor::bytes")]
    entry: Vec<u8>,
    #[n(2)]
    counted: Vec<ByteArray<16>>,
}

/// The document of the entry with this hash: its first 16 bytes, so that equal entries are one document.
#[must_use]
pub fn doc_id(entry_hash: &[u8; 32]) -> DocId {
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(entry_hash) {
        *to = *from;
    }
    DocId::from_bytes(bytes)
}

/// Writes a release as a tree.
#[must_use]
pub fn to_node(release: &StoredRelease) -> Node {
    let wire = ReleaseWire {
        version: RECORD_VERSION,
        entry: release.entry.clone(),
        counted: release.counted.iter().map(|id| id.to_bytes().into()).collect(),
    };
    head(DocKind::Release).into_iter().chain([(RELEASE.to_owned(), Node::Bytes(encode(&wire)))]).collect()
}

/// Reads a release from the tree of its document.
///
/// # Errors
/// See [`RecordError`].
pub fn from_node(root: &Node) -> Result<StoredRelease, RecordError> {
    check_head(root, DocKind::Release)?;
    let bytes = root.get(RELEASE).and_then(Node::as_bytes).ok_or(RecordError::Damaged(RELEASE))?;
    check_version(decode::<VersionOnly>(bytes, RELEASE)?.0)?;
    let wire: ReleaseWire = decode(bytes, RELEASE)?;
    let counted = wire.counted.iter().map(|id| SupporterId::from_bytes(**id)).collect();
    Ok(StoredRelease { entry: wire.entry, counted })
}
