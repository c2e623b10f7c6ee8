//! The documents are a function of the set of entries (rules R1, R6, R7): neither order nor path plays a part.

use kyosei_access::{Role, Standing};
use kyosei_app::journal::{BadEntry, OwnedEntry};
use kyosei_testkit::Seed;
use rand::Rng as _;
use rand::seq::SliceRandom as _;

use crate::committee::{Device, founder};

/// A committee of three: an admin, an editor, a reader.
fn three() -> (Device, Device, Device) {
    let (mut admin, _) = founder(5);
    admin.write(1, "鎌倉市");
    let mut editor = admin.add(2, Role::Edit, Standing::Ordinary, &[]);
    let reader = admin.add(3, Role::Read, Standing::Ordinary, &[]);
    editor.pull(&admin);
    (admin, editor, reader)
}

/// Delivers entries in any order and in batches, each as often as it takes until nothing more is accepted.
pub fn deliver(to: &mut Device, mut entries: Vec<OwnedEntry>, seed: u64) {
    let mut rng = Seed::fixed(seed).rng();
    entries.shuffle(&mut rng);
    let mut fruitless = 0;
    while fruitless < 2 {
        let before = to.disk.0.len();
        let mut rest = &entries[..];
        while !rest.is_empty() {
            let (batch, after) = rest.split_at((rng.next_u32() as usize % 5 + 1).min(rest.len()));
            to.receive(batch);
            rest = after;
        }
        fruitless = if to.disk.0.len() == before { fruitless + 1 } else { 0 };
    }
}

#[test]
fn a_new_device_reads_what_was_there_before_it() {
    let (admin, editor, reader) = three();
    for device in [&editor, &reader] {
        assert_eq!(device.city(1).as_deref(), Some("鎌倉市"));
        assert_eq!(device.state().documents, admin.state().documents);
    }
}

#[test]
fn edits_made_apart_meet_on_all_devices() {
    let (mut admin, mut editor, mut reader) = three();
    admin.write(1, "逗子市");
    editor.write(1, "葉山町");
    editor.write(2, "藤沢市");
    reader.pull(&editor);
    admin.pull(&editor);
    editor.pull(&admin);
    reader.pull(&admin);
    assert_eq!(admin.state(), editor.state());
    assert_eq!(admin.state(), reader.state());
    assert_eq!(
        admin.state().documents.values().map(Vec::len).max(),
        Some(2),
        "two heads: both edits are kept"
    );
    for device in [&admin, &editor, &reader] {
        device.is_what_its_entries_say();
    }
}

#[test]
fn any_order_of_delivery_gives_the_same_state() {
    let (mut admin, mut editor, reader) = three();
    editor.write(1, "葉山町");
    admin.write(2, "逗子市");
    admin.pull(&editor);
    let gone = reader.id();
    admin.remove([gone], &[]);
    admin.write(1, "大船");
    editor.write(3, "藤沢市");
    admin.pull(&editor);
    editor.pull(&admin);
    editor.write(3, "茅ヶ崎市");
    admin.pull(&editor);
    let seed = Seed::of_test();
    for n in 0..12 {
        let mut fresh = admin.add(20 + n, Role::Edit, Standing::Ordinary, &[]);
        let expect = fresh.state();
        fresh.forget_everything();
        deliver(&mut fresh, admin.disk.0.clone(), seed.value().wrapping_add(u64::from(n)));
        assert_eq!(fresh.state(), expect);
        assert_eq!(fresh.state(), admin.state());
        fresh.is_what_its_entries_say();
    }
}

#[test]
fn a_reader_cannot_write_and_its_entries_are_refused_by_all() {
    let (mut admin, _, mut reader) = three();
    reader.write(1, "by a reader");
    let (effects, _) = admin.receive(&reader.disk.0);
    assert!(effects.bad.iter().any(|(_, reason)| *reason == BadEntry::NotPermitted));
    assert_eq!(admin.city(1).as_deref(), Some("鎌倉市"));
}

#[test]
fn a_device_without_wraps_keeps_entries_it_cannot_read_and_reads_them_once_it_gets_the_key() {
    let (mut admin, editor, _) = three();
    let mut mailbox = admin.add(4, Role::Relay, Standing::Ordinary, &[]);
    assert!(mailbox.state().documents.is_empty());
    assert_eq!(mailbox.state().logs, admin.state().logs, "it holds all the same");
    let mut draft = admin.replica.journal().draft();
    let keys = kyosei_app::journal::ApprovalKeys { device: &admin.keys, recovery: &[] };
    draft.set_role(mailbox.id(), Role::Read, keys).unwrap();
    let epoch = draft.journal().membership().preferred_epoch().unwrap();
    draft.add_missing_wraps(epoch, &admin.keys).unwrap();
    admin.adopt(draft);
    mailbox.pull(&admin);
    assert_eq!(mailbox.state().documents, admin.state().documents);
    drop(editor);
}

#[test]
fn what_a_removed_device_wrote_before_the_cut_counts_and_what_it_writes_after_is_held() {
    let (mut admin, mut editor, mut reader) = three();
    editor.write(2, "before");
    admin.pull(&editor);
    admin.remove([editor.id()], &[]);
    editor.write(2, "after");
    editor.write(3, "after too");
    for device in [&mut admin, &mut reader] {
        device.receive(&editor.disk.0);
        device.is_what_its_entries_say();
    }
    reader.pull(&admin);
    assert_eq!(admin.city(2).as_deref(), Some("before"));
    assert_eq!(admin.city(3), None);
    assert_eq!(admin.state().held.len(), 2);
    assert_eq!(reader.state(), admin.state(), "whatever came first");
    reader.is_what_its_entries_say();
}

#[test]
fn honest_work_that_rests_on_a_held_entry_takes_it_along() {
    let (mut admin, mut editor, _) = three();
    let mut other = admin.add(4, Role::Edit, Standing::Ordinary, &[]);
    editor.pull(&admin);
    editor.write(2, "unseen by the admin");
    other.pull(&editor);
    other.write(2, "built on it");
    admin.remove([editor.id()], &[]);
    admin.receive(&editor.disk.0);
    assert_eq!(admin.state().held.len(), 1, "positive control: alone it is held");
    admin.pull(&other);
    assert_eq!(admin.state().held.len(), 0);
    assert_eq!(admin.state().vouched.len(), 1);
    assert_eq!(admin.city(2).as_deref(), Some("built on it"));
    other.pull(&admin);
    assert_eq!(other.state(), admin.state());
    admin.is_what_its_entries_say();
    other.is_what_its_entries_say();
}

#[test]
fn a_member_takes_over_what_is_held() {
    let (mut admin, mut editor, _) = three();
    admin.remove([editor.id()], &[]);
    editor.write(2, "worth keeping");
    admin.receive(&editor.disk.0);
    let held = admin.state().held;
    assert!(!held.is_empty());
    let mut draft = admin.replica.journal().draft();
    draft.rescue(held).unwrap();
    admin.adopt(draft);
    admin.replica.rebuild(&admin.keys, crate::committee::NOW_MS, &admin.disk).unwrap();
    assert_eq!(admin.city(2).as_deref(), Some("worth keeping"));
    let mut late = admin.add(9, Role::Read, Standing::Ordinary, &[]);
    late.pull(&admin);
    assert_eq!(late.state().documents, admin.state().documents);
    late.is_what_its_entries_say();
}

#[test]
fn a_removed_device_opens_nothing_that_was_sealed_after_its_removal() {
    let (mut admin, mut editor, mut reader) = three();
    admin.remove([reader.id()], &[]);
    admin.write(2, "not for the reader");
    reader.pull(&admin);
    editor.pull(&admin);
    assert_eq!(editor.city(2).as_deref(), Some("not for the reader"), "positive control");
    assert_eq!(reader.city(2), None);
}

#[test]
fn entries_whose_payload_was_held_back_are_completed_by_another_peer() {
    let (mut admin, editor, _) = three();
    let mut late = admin.add(9, Role::Read, Standing::Ordinary, &[]);
    late.forget_everything();
    let is_data =
        |entry: &OwnedEntry| entry.signed_header().unwrap().header().kind == kyosei_sync::EntryKind::Data;
    let stripped: Vec<OwnedEntry> = admin
        .disk
        .0
        .iter()
        .map(|entry| OwnedEntry {
            payload: entry.payload.clone().filter(|_| !is_data(entry)),
            header: entry.header.clone(),
        })
        .collect();
    late.receive(&stripped);
    assert_eq!(late.city(1), None);
    late.pull(&admin);
    assert_eq!(late.city(1).as_deref(), Some("鎌倉市"));
    assert_eq!(late.state(), admin.state());
    drop(editor);
}

#[test]
fn a_wrong_payload_is_not_let_in_and_does_not_take_the_place_of_the_right_one() {
    let (mut admin, _, mut reader) = three();
    admin.write(2, "right");
    let mut forged = admin.disk.0.clone();
    *forged.last_mut().unwrap().payload.as_mut().unwrap() = b"wrong".to_vec();
    let (_, refused) = reader.receive(&forged);
    assert_eq!(refused, [BadEntry::PayloadChanged]);
    reader.pull(&admin);
    assert_eq!(reader.city(2).as_deref(), Some("right"));
}
