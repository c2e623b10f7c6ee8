//! Values with every field filled in, under fixed keys.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{EntryId, EpochId, LogId, OpId, SealedBytes, SpaceId};
use kyosei_doc::DocId;
use kyosei_sync::inner::ActorBytes;
use kyosei_sync::{
    DropOrder, DropReason, EntryHeader, EntryKind, Inner, Part, PartKind, Place, SignedHeader, Snapshot,
};

pub const SPACE: SpaceId = SpaceId::from_bytes([1; 32]);
pub const PAYLOAD: &[u8] = b"sealed elsewhere";

pub fn key(n: u8) -> SigningKey {
    SigningKey::from_bytes(&[n; 32])
}

pub fn log(n: u8) -> LogId {
    LogId::from(&key(n))
}

/// The entry at a place of a log, after `prev`.
pub fn entry(key: &SigningKey, seq: u32, prev: Option<EntryId>, payload: &[u8]) -> SignedHeader {
    let place = Place { space: SPACE, log: LogId::from(key), seq, prev, membership_heads: None };
    EntryHeader::new(place, EntryKind::Data, None, payload).unwrap().sign(key)
}

/// A header with every optional field.
pub fn full_header() -> SignedHeader {
    let place = Place {
        space: SPACE,
        log: log(7),
        seq: 300,
        prev: Some(EntryId::from_bytes([2; 32])),
        membership_heads: Some(BTreeSet::from([OpId::from_bytes([3; 32]), OpId::from_bytes([4; 32])])),
    };
    EntryHeader::new(place, EntryKind::Data, Some(EpochId::from_bytes([5; 32])), PAYLOAD)
        .unwrap()
        .sign(&key(7))
}

pub fn inner() -> Inner {
    let parts = vec![
        Part { doc: DocId::from_bytes([6; 16]), kind: PartKind::Changes, body: b"changes".to_vec() },
        Part { doc: DocId::from_bytes([7; 16]), kind: PartKind::Snapshot, body: snapshot().encode() },
    ];
    let mut inner = Inner::new(SPACE, log(7), 300, vec![ActorBytes([8; 16])], parts);
    inner.deps.insert(log(9), (41, EntryId::from_bytes([9; 32])));
    inner
}

pub fn snapshot() -> Snapshot {
    Snapshot { covers: BTreeMap::from([(log(7), 299), (log(9), 41)]), save: b"save".to_vec() }
}

pub fn order(log: LogId) -> DropOrder {
    let entries = BTreeSet::from([EntryId::from_bytes([10; 32]), EntryId::from_bytes([11; 32])]);
    let detail = SealedBytes::new(b"sealed detail".to_vec());
    DropOrder::new(SPACE, log, entries, DropReason::Erased, 1_790_000_000_000, detail).unwrap()
}
