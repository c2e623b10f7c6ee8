//! Values with every field filled in, under fixed keys.

use std::collections::{BTreeMap, BTreeSet};

use ed25519_dalek::SigningKey;
use kyosei_access::{CutHead, EntryId, EpochId, LogId, OpId, SealedBytes, SpaceId};
use kyosei_doc::DocId;
use kyosei_sync::{
    Ack, ChangeHash, DropOrder, DropReason, EntryHeader, EntryKind, Heads, Inner, Part, PartKind, Place,
    SignedHeader, Snapshot,
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
    let deps = Heads::from([(log(9), BTreeSet::from([head(41, 9), head(40, 8)]))]);
    let mut inner = Inner::new(SPACE, log(7), 300, deps, parts);
    inner.rescued.insert(EntryId::from_bytes([12; 32]));
    inner.ack = Some(Ack {
        snapshots: BTreeSet::from([EntryId::from_bytes([13; 32])]),
        forgot: BTreeSet::from([EpochId::from_bytes([14; 32])]),
    });
    inner
}

pub fn head(seq: u32, entry: u8) -> CutHead {
    CutHead { seq, entry: EntryId::from_bytes([entry; 32]) }
}

pub fn snapshot() -> Snapshot {
    Snapshot {
        covers: BTreeMap::from([(log(7), 299), (log(9), 41)]),
        heads: vec![ChangeHash([15; 32])],
        save: b"save".to_vec(),
    }
}

pub fn order(log: LogId) -> DropOrder {
    let entries = BTreeSet::from([EntryId::from_bytes([10; 32]), EntryId::from_bytes([11; 32])]);
    let detail = SealedBytes::new(b"sealed detail".to_vec());
    let snapshots = BTreeSet::from([EntryId::from_bytes([16; 32])]);
    DropOrder::new(SPACE, log, entries, DropReason::Erased, 1_790_000_000_000, detail, snapshots).unwrap()
}
