//! What lies inside the slots, byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{CutHead, EntryId, LogId, OpId, PersonId, SpaceId, to_canonical};
use kyosei_doc::DocId;
use kyosei_testkit::golden;
use kyosei_vault::{KeyFile, open, seal};

use super::{
    Bytes, Hash, Heads, KeyRing, MANIFEST_VERSION, Manifest, PackContent, Standing, StateError, TipWire,
    VERSION, open_slot_of_version, seal_slot,
};
use crate::journal::{DeviceKeys, OwnLog};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");

fn keys() -> DeviceKeys {
    DeviceKeys::from_key_file(&KeyFile::generate(&mut kyosei_testkit::Seed::fixed(5).rng())).unwrap()
}

fn doc(n: u8) -> DocId {
    DocId::from_bytes([n; 16])
}

fn entry(n: u8) -> EntryId {
    EntryId::from_bytes([n; 32])
}

fn heads(n: u8) -> Heads {
    let head = CutHead { seq: u32::from(n), entry: entry(n) };
    Heads::from([(LogId::from_bytes([n; 32]), BTreeSet::from([head]))])
}

fn manifest() -> Manifest {
    let tip = TipWire {
        log: LogId::from_bytes([4; 32]),
        seq: 300,
        entry: entry(2),
        membership_heads: BTreeSet::from([OpId::from_bytes([3; 32])]),
    };
    let standing = Standing {
        held: [entry(20)].into(),
        vouched: [entry(21)].into(),
        sealed: [entry(27)].into(),
        unready: [entry(22)].into(),
        pending: BTreeMap::from([(doc(8), BTreeSet::from([entry(23)]))]),
        erased: [doc(7)].into(),
        stand_ins: [entry(24)].into(),
        dropped_ahead: [entry(25)].into(),
        dropped_later: BTreeMap::from([(entry(26), 1_790_000_000_000)]),
        waiting: [entry(27)].into(),
        acks: BTreeMap::from([(entry(28), BTreeSet::from([PersonId::from_bytes([5; 16])]))]),
        relied_on: [entry(29)].into(),
    };
    Manifest {
        version: MANIFEST_VERSION,
        space: SpaceId::from_bytes([1; 32]),
        through: 41,
        awaited_count: 3,
        operations: vec![Bytes(b"operation".to_vec())],
        tips: vec![tip],
        applied: heads(9),
        said: heads(10),
        standing,
        packs: BTreeMap::from([(16, Hash([5; 32])), (17, Hash([6; 32]))]),
    }
}

#[test]
fn the_manifest_keeps_its_bytes() {
    let bytes = golden::check(FOLDER, "manifest", &to_canonical(&manifest()));
    let read: Manifest = minicbor::decode(&bytes).unwrap();
    assert_eq!(to_canonical(&read), bytes);
    assert!(read.packs[&17] == Hash([6; 32]));
    let (remembered, standing) = read.split();
    let (expect_remembered, expect_standing) = manifest().split();
    assert_eq!((remembered, standing), (expect_remembered, expect_standing));
}

#[test]
fn a_pack_keeps_its_bytes() {
    let documents = BTreeMap::from([(doc(1), Bytes(b"save".to_vec())), (doc(2), Bytes(Vec::new()))]);
    let bytes = golden::check(FOLDER, "pack", &to_canonical(&PackContent { version: VERSION, documents }));
    let read: PackContent = minicbor::decode(&bytes).unwrap();
    assert_eq!(read.documents[&doc(1)].0, b"save");
    assert_eq!(to_canonical(&read), bytes);
}

#[test]
fn the_key_ring_keeps_its_bytes() {
    let keys = keys();
    let space = |n| SpaceId::from_bytes([n; 32]);
    let mut ring = KeyRing::default();
    let own = OwnLog { key: ed25519_dalek::SigningKey::from_bytes(&[8; 32]), incarnation: 2 };
    ring.put_own(space(1), Some(own));
    assert_eq!(ring.add(space(2)), 1);
    let sealed = ring.seal(&keys).unwrap().1;
    let bytes = golden::check(FOLDER, "key-ring", &open(&[&keys.local], &sealed, 4096).unwrap());
    let read = KeyRing::open(&keys, &seal(keys.local_recipient, &bytes).unwrap()).unwrap();
    let own = read.space(space(1)).unwrap().own.as_ref().unwrap();
    assert_eq!((own.key.to_bytes(), own.incarnation), ([8; 32], 2));
    assert_eq!(read.space(space(2)).map(|space| (space.number, space.own.is_some())), Some((1, false)));
    assert!(read.space(space(9)).is_none());
}

#[test]
fn a_slot_of_a_newer_version_is_told_from_damage() {
    let keys = keys();
    let newer = seal_slot(&keys, &Manifest { version: MANIFEST_VERSION + 1, ..manifest() }).unwrap();
    assert_eq!(
        open_slot_of_version::<Manifest>(&keys, &newer, MANIFEST_VERSION).err(),
        Some(StateError::NewerVersion)
    );
    // A version that this program could not read any further.
    let shorter = seal(keys.local_recipient, &[0x81, MANIFEST_VERSION + 1]).unwrap();
    assert_eq!(
        open_slot_of_version::<Manifest>(&keys, &shorter, MANIFEST_VERSION).err(),
        Some(StateError::NewerVersion)
    );
    let damaged = seal(keys.local_recipient, &[0x81, MANIFEST_VERSION]).unwrap();
    assert_eq!(
        open_slot_of_version::<Manifest>(&keys, &damaged, MANIFEST_VERSION).err(),
        Some(StateError::Damaged)
    );
}
