//! What lies inside the slots, byte for byte.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{EntryId, LogId, OpId, SpaceId, to_canonical};
use kyosei_doc::DocId;
use kyosei_testkit::golden;
use kyosei_vault::{KeyFile, seal};

use super::{
    Bytes, Hash, KeyRing, Manifest, PackContent, RingKey, StateError, TipWire, VERSION, open_slot, own_log,
    seal_slot,
};
use crate::journal::DeviceKeys;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/golden");

fn keys() -> DeviceKeys {
    DeviceKeys::from_key_file(&KeyFile::generate(&mut kyosei_testkit::Seed::fixed(5).rng())).unwrap()
}

fn doc(n: u8) -> DocId {
    DocId::from_bytes([n; 16])
}

fn manifest() -> Manifest {
    let tip = TipWire {
        seq: 300,
        entry: EntryId::from_bytes([2; 32]),
        membership_heads: BTreeSet::from([OpId::from_bytes([3; 32])]),
    };
    Manifest {
        version: VERSION,
        space: SpaceId::from_bytes([1; 32]),
        operations: vec![Bytes(b"operation".to_vec())],
        tips: BTreeMap::from([(LogId::from_bytes([4; 32]), tip)]),
        packs: BTreeMap::from([(16, Hash([5; 32])), (17, Hash([6; 32]))]),
        erased: BTreeSet::from([doc(7)]),
    }
}

fn ring() -> KeyRing {
    let key = RingKey { seed: Hash([8; 32]), incarnation: 2 };
    KeyRing { version: VERSION, logs: BTreeMap::from([(SpaceId::from_bytes([1; 32]), key)]) }
}

#[test]
fn the_manifest_keeps_its_bytes() {
    let bytes = golden::check(FOLDER, "manifest", &to_canonical(&manifest()));
    let read: Manifest = minicbor::decode(&bytes).unwrap();
    assert_eq!(read.space, SpaceId::from_bytes([1; 32]));
    assert_eq!(read.tips[&LogId::from_bytes([4; 32])].seq, 300);
    assert!(read.packs[&17] == Hash([6; 32]));
    assert_eq!(read.erased, [doc(7)].into());
    assert_eq!(to_canonical(&read), bytes);
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
    let bytes = golden::check(FOLDER, "key-ring", &to_canonical(&ring()));
    let sealed = seal(keys.local_recipient, &bytes).unwrap();
    let own = own_log(&keys, &sealed, SpaceId::from_bytes([1; 32])).unwrap().unwrap();
    assert_eq!((own.key.to_bytes(), own.incarnation), ([8; 32], 2));
    assert!(own_log(&keys, &sealed, SpaceId::from_bytes([9; 32])).unwrap().is_none());
}

#[test]
fn a_slot_of_a_newer_version_is_told_from_damage() {
    let keys = keys();
    let newer = seal_slot(&keys, &Manifest { version: VERSION + 1, ..manifest() }).unwrap();
    assert_eq!(open_slot::<Manifest>(&keys, &newer).err(), Some(StateError::NewerVersion));
    // A version that this program could not read any further.
    let shorter = seal(keys.local_recipient, &[0x81, VERSION + 1]).unwrap();
    assert_eq!(open_slot::<Manifest>(&keys, &shorter).err(), Some(StateError::NewerVersion));
    let damaged = seal(keys.local_recipient, &[0x81, VERSION]).unwrap();
    assert_eq!(open_slot::<Manifest>(&keys, &damaged).err(), Some(StateError::Damaged));
}
