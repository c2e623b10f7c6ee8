//! The local state: loads what it saved, and any damage is noticed so that it can be rebuilt.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use kyosei_app::replica::Standing;
use kyosei_app::state::{
    Covered, KEY_RING_SLOT, KeyRing, Loaded, LocalState, MANIFEST_SLOT, PACK_SLOT_MIN, SPACE_SLOT_COUNT,
    SlotWrites, StateError,
};
use kyosei_app::{Register, Replica};
use kyosei_doc::{Actor, DocId, Document};

use crate::laptop::{Laptop, doc, tree};

const COVERED: Covered = Covered { through: 7, awaited_count: 2 };

type Slots = BTreeMap<i64, Vec<u8>>;

struct Saved {
    laptop: Laptop,
    replica: Replica,
    state: LocalState,
    slots: Slots,
}

fn apply(slots: &mut Slots, writes: SlotWrites) {
    writes.delete.iter().for_each(|slot| drop(slots.remove(slot)));
    slots.extend(writes.put);
}

/// A register of `count` documents, saved.
fn saved(count: u8) -> Saved {
    let laptop = Laptop::new();
    let mut register = Register::default();
    for n in 0..count {
        register.put_document(doc(n), Document::create(Actor([n; 16]), &tree("鎌倉市"), 1).unwrap().0.save());
    }
    let replica = Replica::restore(laptop.journal.clone(), register, Standing::default());
    let mut saved = Saved { laptop, replica, state: LocalState::of_space(0), slots: Slots::new() };
    save(&mut saved, (0..count).map(doc).collect());
    let mut ring = KeyRing::default();
    ring.put_own(saved.laptop.journal.space(), saved.laptop.journal.own_log().cloned());
    saved.slots.extend([ring.seal(&saved.laptop.keys).unwrap()]);
    saved
}

/// Saves and returns the slots that were written.
fn save(saved: &mut Saved, changed: BTreeSet<DocId>) -> (Vec<i64>, Vec<i64>) {
    let writes = saved.state.save(&saved.replica, &changed, COVERED, &saved.laptop.keys).unwrap();
    let slots = (writes.put.iter().map(|(slot, _)| *slot).collect(), writes.delete.clone());
    apply(&mut saved.slots, writes);
    slots
}

fn load(saved: &Saved, slots: &Slots) -> Result<Loaded, StateError> {
    let keys = &saved.laptop.keys;
    let own = slots.get(&KEY_RING_SLOT).map(|ring| KeyRing::open(keys, ring).unwrap());
    let own = own.and_then(|ring| ring.space(saved.laptop.journal.space()).unwrap().own.clone());
    LocalState::load(0, own, keys, |slot| Ok::<_, Infallible>(slots.get(&slot).cloned())).unwrap()
}

fn refusal(saved: &Saved, slots: &Slots) -> Option<StateError> {
    load(saved, slots).err()
}

fn documents(register: &Register) -> BTreeMap<DocId, Vec<u8>> {
    register.saves().map(|(id, save)| (id, save.to_vec())).collect()
}

#[test]
fn what_was_saved_is_loaded() {
    let saved = saved(130);
    let loaded = load(&saved, &saved.slots).map_err(|error| panic!("{error}")).unwrap();
    assert!(loaded.state == saved.state);
    assert!(documents(loaded.replica.register()) == documents(saved.replica.register()));
    assert_eq!(loaded.covered, COVERED);
    let journal = loaded.replica.journal();
    assert_eq!(journal.remembered(), saved.laptop.journal.remembered());
    let own = journal.own_log().map(|own| (own.id(), own.incarnation));
    assert_eq!(own, saved.laptop.journal.own_log().map(|own| (own.id(), own.incarnation)));
}

#[test]
fn only_packs_with_changed_documents_are_written_again() {
    let mut saved = saved(130);
    let packs = |slots: &Slots| slots.keys().filter(|slot| **slot >= PACK_SLOT_MIN).count();
    assert_eq!(packs(&saved.slots), 3);
    assert_eq!(save(&mut saved, [doc(0)].into()).0, [PACK_SLOT_MIN, MANIFEST_SLOT]);
}

#[test]
fn an_erased_document_is_in_no_slot_and_is_remembered_as_erased() {
    let mut saved = saved(3);
    saved.replica.erase([doc(1)]);
    save(&mut saved, [doc(1)].into());
    let loaded = load(&saved, &saved.slots).map_err(|error| panic!("{error}")).unwrap();
    assert_eq!(documents(loaded.replica.register()).into_keys().collect::<Vec<_>>(), [doc(0), doc(2)]);
    assert_eq!(loaded.replica.standing().erased, BTreeSet::from([doc(1)]));
}

#[test]
fn the_slot_of_the_last_document_of_a_pack_is_emptied() {
    let mut saved = saved(1);
    saved.replica.erase([doc(0)]);
    assert_eq!(save(&mut saved, [doc(0)].into()).1, [PACK_SLOT_MIN]);
    assert!(refusal(&saved, &saved.slots).is_none());
}

#[test]
fn a_missing_slot_is_noticed_and_a_missing_key_ring_only_costs_the_log() {
    let saved = saved(70);
    for slot in [MANIFEST_SLOT, PACK_SLOT_MIN, PACK_SLOT_MIN + 1] {
        let mut slots = saved.slots.clone();
        slots.remove(&slot);
        assert_eq!(refusal(&saved, &slots), Some(StateError::Missing), "slot {slot}");
    }
    let mut slots = saved.slots.clone();
    slots.remove(&KEY_RING_SLOT);
    assert!(load(&saved, &slots).is_ok_and(|loaded| loaded.replica.journal().own_log().is_none()));
}

#[test]
fn a_changed_byte_in_any_slot_is_noticed() {
    let saved = saved(3);
    for (slot, bytes) in saved.slots.iter().filter(|(slot, _)| **slot != KEY_RING_SLOT) {
        for at in (0..bytes.len()).step_by(37) {
            let mut slots = saved.slots.clone();
            slots.get_mut(slot).unwrap()[at] ^= 1;
            assert_eq!(refusal(&saved, &slots), Some(StateError::Damaged), "byte {at} of slot {slot}");
        }
    }
}

#[test]
fn packs_that_changed_places_are_noticed() {
    let saved = saved(70);
    let mut slots = saved.slots.clone();
    let first = slots[&PACK_SLOT_MIN].clone();
    let second = slots.insert(PACK_SLOT_MIN + 1, first).unwrap();
    slots.insert(PACK_SLOT_MIN, second);
    assert_eq!(refusal(&saved, &slots), Some(StateError::Damaged));
}

#[test]
fn an_older_pack_put_back_is_noticed() {
    let mut saved = saved(3);
    let old = saved.slots[&PACK_SLOT_MIN].clone();
    saved.replica.erase([doc(1)]);
    save(&mut saved, [doc(1)].into());
    let mut slots = saved.slots.clone();
    slots.insert(PACK_SLOT_MIN, old);
    assert_eq!(refusal(&saved, &slots), Some(StateError::Damaged));
}

#[test]
fn a_slot_that_someone_else_sealed_or_that_is_another_kind_of_slot_does_not_pass() {
    let saved = saved(3);
    let stranger = kyosei_vault::Identity::generate(&mut kyosei_testkit::Seed::fixed(8).rng()).unwrap();
    let foreign = kyosei_vault::seal(stranger.recipient().unwrap(), b"x").unwrap();
    for bytes in [foreign, saved.slots[&KEY_RING_SLOT].clone(), saved.slots[&PACK_SLOT_MIN].clone()] {
        let mut slots = saved.slots.clone();
        slots.insert(MANIFEST_SLOT, bytes);
        assert_eq!(refusal(&saved, &slots), Some(StateError::Damaged));
    }
}

#[test]
fn the_slots_of_two_spaces_do_not_meet() {
    let mut saved = saved(3);
    let first: BTreeSet<i64> = saved.slots.keys().copied().collect();
    saved.state = LocalState::of_space(1);
    let second: BTreeSet<i64> = save(&mut saved, (0..3).map(doc).collect()).0.into_iter().collect();
    assert_eq!(second, BTreeSet::from([SPACE_SLOT_COUNT + PACK_SLOT_MIN, SPACE_SLOT_COUNT + MANIFEST_SLOT]));
    assert!(first.is_disjoint(&second));
    let filled: Vec<i64> = saved.slots.keys().copied().collect();
    assert_eq!(saved.state.own_packs(&filled), [SPACE_SLOT_COUNT + PACK_SLOT_MIN]);
    assert_eq!(LocalState::of_space(0).own_packs(&filled), [PACK_SLOT_MIN]);
}
