//! The local state can be lost, damaged or swapped: the entries say everything.

use kyosei_app::state::{KEY_RING_SLOT, MANIFEST_SLOT, PACK_SLOT_MIN};
use kyosei_store::Batch;

use crate::laptop::{Laptop, add, found, heads, names};

/// A closed vault with more documents than one pack holds.
fn closed() -> Laptop {
    let laptop = Laptop::new();
    let mut vault = laptop.create().vault;
    for n in 0..70 {
        add(&mut vault, &format!("森 健{n}"), &format!("mori{n}@example.jp"));
    }
    vault.close().unwrap();
    laptop
}

/// Changes the slots of a closed vault.
fn tamper(laptop: &Laptop, batch: Batch) {
    let mut store = laptop.store();
    store.commit(&batch).unwrap();
    store.close().unwrap();
}

fn slot(laptop: &Laptop, number: i64) -> Vec<u8> {
    laptop.store().state(number).unwrap().unwrap()
}

#[test]
fn a_deleted_changed_or_swapped_slot_is_rebuilt_from_the_entries() {
    let laptop = closed();
    let expect = heads(&laptop.unlock());
    let put = |pairs: Vec<(i64, Vec<u8>)>| Batch { state_put: pairs, ..Batch::default() };
    let flipped = |number| {
        let mut bytes = slot(&laptop, number);
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        put(vec![(number, bytes)])
    };
    let (first, second) = (slot(&laptop, PACK_SLOT_MIN), slot(&laptop, PACK_SLOT_MIN + 1));
    let damages = [
        Batch { state_delete: vec![MANIFEST_SLOT], ..Batch::default() },
        Batch { state_delete: vec![PACK_SLOT_MIN + 1], ..Batch::default() },
        Batch { state_delete: vec![MANIFEST_SLOT, PACK_SLOT_MIN, PACK_SLOT_MIN + 1], ..Batch::default() },
        flipped(MANIFEST_SLOT),
        flipped(PACK_SLOT_MIN),
        put(vec![(PACK_SLOT_MIN, second), (PACK_SLOT_MIN + 1, first)]),
        put(vec![(MANIFEST_SLOT, slot(&laptop, KEY_RING_SLOT))]),
        put(vec![(PACK_SLOT_MIN, b"garbage".to_vec())]),
    ];
    for (n, damage) in damages.into_iter().enumerate() {
        tamper(&laptop, damage);
        let vault = laptop.unlock();
        assert!(vault.status().was_rebuilt, "damage {n} is noticed");
        assert_eq!(heads(&vault), expect, "damage {n}");
        vault.close().unwrap();
        let again = laptop.unlock();
        assert!(!again.status().was_rebuilt, "damage {n} is mended");
        assert_eq!(heads(&again), expect);
    }
}

#[test]
fn an_older_local_state_put_back_as_a_whole_is_brought_up_to_date() {
    let laptop = Laptop::new();
    let mut vault = laptop.create().vault;
    add(&mut vault, "森 健一", "mori@example.jp");
    vault.close().unwrap();
    let old: Vec<(i64, Vec<u8>)> = laptop
        .store()
        .state_slots()
        .unwrap()
        .into_iter()
        .map(|number| (number, slot(&laptop, number)))
        .collect();
    let mut vault = laptop.unlock();
    add(&mut vault, "髙橋 恵", "megumi@example.jp");
    let expect = heads(&vault);
    vault.close().unwrap();
    tamper(&laptop, Batch { state_put: old, ..Batch::default() });
    assert_eq!(heads(&laptop.unlock()), expect);
}

#[test]
fn without_the_key_ring_a_new_log_is_opened_and_writing_goes_on() {
    // The ids of the two logs are random, and which is read first follows from them: several vaults try both.
    for _ in 0..6 {
        let laptop = Laptop::new();
        let mut vault = laptop.create().vault;
        add(&mut vault, "森 健一", "mori@example.jp");
        vault.close().unwrap();
        tamper(&laptop, Batch { state_delete: vec![KEY_RING_SLOT], ..Batch::default() });
        let mut vault = laptop.unlock();
        add(&mut vault, "髙橋 恵", "megumi@example.jp");
        assert_eq!(vault.journal().logs().tips().count(), 2);
        let expect = heads(&vault);
        // Crashed: what the local state on the disk does not know is read from both logs.
        drop(vault);
        let mut vault = laptop.unlock();
        assert_eq!(heads(&vault), expect);
        add(&mut vault, "山﨑 直樹", "naoki@example.jp");
        assert_eq!(vault.journal().logs().tips().count(), 2, "the new log is the one that is used");
        let expect = heads(&vault);
        vault.rebuild().unwrap();
        assert_eq!(heads(&vault), expect, "rebuilt from both logs");
        assert_eq!(vault.check(true).unwrap().findings, []);
        vault.close().unwrap();
        tamper(&laptop, Batch { state_delete: vec![MANIFEST_SLOT], ..Batch::default() });
        assert_eq!(heads(&laptop.unlock()), expect);
    }
}

#[test]
fn a_rebuild_gives_the_same_register_and_can_be_searched() {
    let laptop = closed();
    let mut vault = laptop.unlock();
    let expect = heads(&vault);
    vault.rebuild().unwrap();
    assert_eq!(heads(&vault), expect);
    assert_eq!(found(&vault, "健69"), names(["森 健69"]));
    assert_eq!(vault.check(true).unwrap().findings, []);
    vault.close().unwrap();
    assert_eq!(heads(&laptop.unlock()), expect);
}
