//! The register's own lists, in one document with a fixed id.
//!
//! Wordings, suppressions and pair decisions are immutable values under their ids. The committee's key for address tags
//! lies here too: it must be the same on every device, and whoever can read it can read the addresses anyway.

use std::collections::BTreeMap;

use kyosei_model::{
    AddressTag, Language, MemberId, PairDecision, PairDecisionId, PairVerdict, SupporterId, SupporterPair,
    Suppression, SuppressionId, SuppressionReason, UnixMillis, Wording, WordingId,
};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::consent::VersionOnly;
use super::{RECORD_VERSION, RecordError, check_head, check_version, decode, encode, head, text};
use crate::id::{DocId, DocKind};
use crate::node::Node;

/// The id of this document in every register.
pub const DOC_ID: DocId = DocId::from_bytes(*b"kyosei-register\0");

const COMMITTEE: &str = "committee";
const TAG_KEY: &str = "tag_key";
const WORDINGS: &str = "wordings";
const SUPPRESSIONS: &str = "suppressions";
const PAIRS: &str = "pairs";
const MAPPINGS: &str = "mappings";
const MEMBERS: &str = "members";

/// The lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterLists {
    /// The committee's name.
    pub committee: String,
    /// Key of the address tags (HMAC-SHA-256) and row hashes.
    pub tag_key: [u8; 32],
    /// Texts that people are asked to agree to.
    pub wordings: BTreeMap<WordingId, Wording>,
    /// Addresses that must never be written to.
    pub suppressions: BTreeMap<SuppressionId, Suppression>,
    /// Decisions about pairs of records.
    pub pairs: BTreeMap<PairDecisionId, PairDecision>,
    /// Remembered column mappings as TOML text, by fingerprint of the header line.
    pub mappings: BTreeMap<String, String>,
    /// Names of the committee's members, for showing who did what.
    pub members: BTreeMap<MemberId, String>,
}

#[derive(Encode, Decode)]
struct WordingWire {
    #[n(0)]
    version: i64,
    #[n(1)]
    number: u32,
    #[n(2)]
    language: String,
    #[n(3)]
    text: String,
    #[n(4)]
    valid_from: i64,
}

#[derive(Encode, Decode)]
struct SuppressionWire {
    #[n(0)]
    version: i64,
    #[n(1)]
    address: ByteArray<32>,
    #[n(2)]
    reason: String,
    #[n(3)]
    since: i64,
}

#[derive(Encode, Decode)]
struct PairWire {
    #[n(0)]
    version: i64,
    #[n(1)]
    first: ByteArray<16>,
    #[n(2)]
    second: ByteArray<16>,
    #[n(3)]
    merged_into: Option<ByteArray<16>>,
    #[n(4)]
    at: i64,
    #[n(5)]
    by: ByteArray<16>,
}

/// Writes the lists as a tree.
#[must_use]
pub fn to_node(lists: &RegisterLists) -> Node {
    let texts = |map: &BTreeMap<String, String>| -> Node {
        map.iter().map(|(key, value)| (key.clone(), Node::Text(value.clone()))).collect()
    };
    let values = [
        (COMMITTEE, Node::Text(lists.committee.clone())),
        (TAG_KEY, Node::Bytes(lists.tag_key.to_vec())),
        (WORDINGS, lists.wordings.iter().map(|(id, one)| (id.to_string(), wording_node(one))).collect()),
        (
            SUPPRESSIONS,
            lists.suppressions.iter().map(|(id, one)| (id.to_string(), suppression_node(one))).collect(),
        ),
        (PAIRS, lists.pairs.iter().map(|(id, one)| (id.to_string(), pair_node(one))).collect()),
        (MAPPINGS, texts(&lists.mappings)),
        (
            MEMBERS,
            lists.members.iter().map(|(id, name)| (id.to_string(), Node::Text(name.clone()))).collect(),
        ),
    ];
    head(DocKind::Register).into_iter().chain(values.map(|(key, node)| (key.to_owned(), node))).collect()
}

/// Reads the lists from the tree of their document.
///
/// # Errors
/// See [`RecordError`].
pub fn from_node(root: &Node) -> Result<RegisterLists, RecordError> {
    check_head(root, DocKind::Register)?;
    let tag_key = root
        .get(TAG_KEY)
        .and_then(Node::as_bytes)
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or(RecordError::Damaged(TAG_KEY))?;
    Ok(RegisterLists {
        committee: text(root, COMMITTEE)?.to_owned(),
        tag_key,
        wordings: read(root, WORDINGS, read_wording)?,
        suppressions: read(root, SUPPRESSIONS, read_suppression)?,
        pairs: read(root, PAIRS, read_pair)?,
        mappings: read(root, MAPPINGS, |_: &String, node| node.as_text().map(str::to_owned).ok_or(DAMAGED))?,
        members: read(root, MEMBERS, |_: &MemberId, node| node.as_text().map(str::to_owned).ok_or(DAMAGED))?,
    })
}

const DAMAGED: RecordError = RecordError::Damaged("register");

fn read<K: std::str::FromStr + Ord, V>(
    root: &Node,
    key: &'static str,
    value: impl Fn(&K, &Node) -> Result<V, RecordError>,
) -> Result<BTreeMap<K, V>, RecordError> {
    let entries = root.get(key).ok_or(RecordError::Damaged(key))?.entries();
    entries
        .map(|(id, node)| {
            let id: K = id.parse().map_err(|_| RecordError::Damaged(key))?;
            let value = value(&id, node)?;
            Ok((id, value))
        })
        .collect()
}

fn bytes<'a>(node: &'a Node, what: &'static str) -> Result<&'a [u8], RecordError> {
    let bytes = node.as_bytes().ok_or(RecordError::Damaged(what))?;
    check_version(decode::<VersionOnly>(bytes, what)?.0)?;
    Ok(bytes)
}

fn wording_node(wording: &Wording) -> Node {
    Node::Bytes(encode(&WordingWire {
        version: RECORD_VERSION,
        number: wording.version,
        language: wording.language.code().to_owned(),
        text: wording.text.clone(),
        valid_from: wording.valid_from.get(),
    }))
}

fn read_wording(id: &WordingId, node: &Node) -> Result<Wording, RecordError> {
    let wire: WordingWire = decode(bytes(node, WORDINGS)?, WORDINGS)?;
    Ok(Wording {
        id: *id,
        version: wire.number,
        language: Language::from_code(&wire.language).map_err(|_| RecordError::Damaged(WORDINGS))?,
        text: wire.text,
        valid_from: UnixMillis::new(wire.valid_from),
    })
}

fn suppression_node(suppression: &Suppression) -> Node {
    Node::Bytes(encode(&SuppressionWire {
        version: RECORD_VERSION,
        address: suppression.address.to_bytes().into(),
        reason: suppression.reason.code().to_owned(),
        since: suppression.since.get(),
    }))
}

fn read_suppression(id: &SuppressionId, node: &Node) -> Result<Suppression, RecordError> {
    let wire: SuppressionWire = decode(bytes(node, SUPPRESSIONS)?, SUPPRESSIONS)?;
    Ok(Suppression {
        id: *id,
        address: AddressTag::from_bytes(*wire.address),
        reason: SuppressionReason::from_code(&wire.reason)?,
        since: UnixMillis::new(wire.since),
    })
}

fn pair_node(decision: &PairDecision) -> Node {
    Node::Bytes(encode(&PairWire {
        version: RECORD_VERSION,
        first: decision.pair.first().to_bytes().into(),
        second: decision.pair.second().to_bytes().into(),
        merged_into: match decision.verdict {
            PairVerdict::Merged { into } => Some(into.to_bytes().into()),
            PairVerdict::NotSame => None,
        },
        at: decision.at.get(),
        by: decision.by.to_bytes().into(),
    }))
}

fn read_pair(id: &PairDecisionId, node: &Node) -> Result<PairDecision, RecordError> {
    let wire: PairWire = decode(bytes(node, PAIRS)?, PAIRS)?;
    let (first, second) = (SupporterId::from_bytes(*wire.first), SupporterId::from_bytes(*wire.second));
    Ok(PairDecision {
        id: *id,
        pair: SupporterPair::new(first, second).ok_or(RecordError::Damaged(PAIRS))?,
        verdict: wire.merged_into.map_or(PairVerdict::NotSame, |into| PairVerdict::Merged {
            into: SupporterId::from_bytes(*into),
        }),
        at: UnixMillis::new(wire.at),
        by: MemberId::from_bytes(*wire.by),
    })
}
