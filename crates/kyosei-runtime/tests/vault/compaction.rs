//! Old payloads go from the disks of two laptops, and nothing of the register with them (rules D1, D2; scenarios 15, 17).

use kyosei_app::compaction::{SNAPSHOT_ENTRY_COUNT_MIN, STRAY_ENTRY_COUNT_MIN};
use kyosei_app::supporters::{Edit, edit_supporter};
use kyosei_doc::Document;
use kyosei_model::{Field, SupporterId};
use kyosei_runtime::{BundleFor, Compacted, Created, Vault};
use kyosei_sync::Have;

use crate::committee::{bundle, invite, join, sync, two};
use crate::laptop::{Laptop, add, found, heads, names};

/// The laptops of an admin and an editor, with a record that was edited so often that it is worth a snapshot.
fn busy() -> (Laptop, Vault, Laptop, Vault) {
    let (first, mut admin, second, mut editor) = two();
    let id = add(&mut admin, "森 健一", "mori@example.jp");
    for n in 0..SNAPSHOT_ENTRY_COUNT_MIN {
        note(&mut admin, id, &format!("覚え書き {n}"));
    }
    sync(&mut admin, &mut editor);
    (first, admin, second, editor)
}

fn note(vault: &mut Vault, id: SupporterId, text: &str) {
    let edit = Edit { text: vec![(Field::Notes, Some(text.to_owned()))], ..Edit::default() };
    vault.write(|writing| edit_supporter(writing, id, edit)).unwrap();
}

fn compact(vault: &mut Vault) -> Compacted {
    let home = vault.spaces()[0];
    vault.compact(home).unwrap()
}

/// Ends the program without closing the vault, and opens it three days later.
fn killed_and_later(laptop: &Laptop, vault: Vault, passphrase: &str) -> Vault {
    drop(vault);
    laptop.let_days_pass(4);
    laptop.unlock_with(passphrase)
}

#[test]
fn two_laptops_compact_their_history_whenever_the_program_is_killed() {
    let (first, mut admin, second, mut editor) = busy();
    let expect = heads(&admin);
    let written = compact(&mut admin);
    assert!(written.snapshots >= 2, "the record and the audit trail: {written:?}");
    let mut admin = killed_and_later(&first, admin, "right words");
    sync(&mut admin, &mut editor);
    let agreed = compact(&mut editor);
    assert!(agreed.acknowledged >= 1 && agreed.ordered > SNAPSHOT_ENTRY_COUNT_MIN, "{agreed:?}");
    let mut editor = killed_and_later(&second, editor, "other words");
    sync(&mut admin, &mut editor);
    let mut admin = killed_and_later(&first, admin, "right words");
    for vault in [&mut admin, &mut editor] {
        assert_eq!(compact(vault).wiped, agreed.ordered);
    }
    let (mut admin, mut editor) =
        (killed_and_later(&first, admin, "right words"), killed_and_later(&second, editor, "other words"));
    for vault in [&mut admin, &mut editor] {
        assert_eq!(compact(vault), Compacted::default(), "nothing is left to do");
        assert_eq!(heads(vault), expect);
        assert_eq!(vault.check(true).unwrap().findings, []);
        vault.rebuild().unwrap();
        assert_eq!(heads(vault), expect);
        assert_eq!(found(vault, "森"), names(["森 健一"]));
    }
}

#[test]
fn maintaining_compacts_at_most_once_an_hour() {
    let (_first, mut admin, _second, _editor) = busy();
    let home = admin.spaces()[0];
    assert!(admin.maintain(home).unwrap().compacted.snapshots >= 2);
    add(&mut admin, "髙橋 恵", "megumi@example.jp");
    assert_eq!(admin.maintain(home).unwrap().compacted, Compacted::default());
}

#[test]
fn a_stick_from_before_an_erasure_brings_nothing_back() {
    let (first, second) = (Laptop::new(), Laptop::new());
    let Created { vault: mut admin, sheets } = first.create();
    let ticket = invite(&mut admin, kyosei_access::Role::Edit, &[kyosei_model::SpaceKind::Register]);
    let mut editor = join(&mut admin, &second, &ticket);
    sync(&mut admin, &mut editor);
    let id = add(&mut admin, "佐々木 茂", "shigeru@example.jp");
    add(&mut admin, "髙橋 恵", "megumi@example.jp");
    sync(&mut admin, &mut editor);
    let stick = bundle(&editor, &Have::new(), &BundleFor::Readers);
    note(&mut editor, id, "written while the record was erased elsewhere");
    let late = bundle(&editor, &Have::new(), &BundleFor::Readers);
    let approval = admin.approval_key(&sheets[0]).unwrap();
    admin.erase([id], &[approval]).unwrap();
    for file in [&stick, &late] {
        admin.read_bundle(|| Ok(&file[..])).unwrap();
        assert_eq!(found(&admin, ""), names(["髙橋 恵"]));
    }
    sync(&mut admin, &mut editor);
    editor.read_bundle(|| Ok(&late[..])).unwrap();
    assert_eq!(found(&editor, ""), names(["髙橋 恵"]));
    // The late edit shares its payload with a line of the audit trail: that is written anew, and the payload goes.
    assert!(compact(&mut admin).snapshots >= 1);
    sync(&mut admin, &mut editor);
    assert!(compact(&mut editor).ordered >= 1);
    sync(&mut admin, &mut editor);
    compact(&mut admin);
    compact(&mut editor);
    assert_eq!(admin.check(true).unwrap().findings, []);
    assert_eq!(heads(&admin), heads(&editor));
    admin.close().unwrap();
    for text in ["佐々木 茂", "shigeru@example.jp", "written while"] {
        assert!(!first.holds(text), "{text} is still there");
    }
    assert!(first.holds("髙橋 恵"), "positive control");
}

/// Bytes of all headers and payloads, and of Automerge's own compressed saves of the same documents.
fn sizes(laptop: &Laptop, vault: Vault) -> (usize, usize) {
    let saves =
        vault.register().saves().map(|(_, save)| Document::load(save).unwrap().compressed_len()).sum();
    let home = vault.spaces()[0];
    vault.close().unwrap();
    let store = laptop.store();
    let (mut stored, mut after) = (0, 0);
    loop {
        let page = store.page(home.as_bytes(), after).unwrap();
        let Some(last) = page.last() else { return (stored, saves) };
        after = last.number;
        stored +=
            page.iter().map(|row| row.header.len() + row.payload.as_ref().map_or(0, Vec::len)).sum::<usize>();
    }
}

#[test]
fn after_compaction_a_vault_takes_less_than_twice_what_its_documents_take() {
    let (first, mut admin, second, mut editor) = two();
    let people = STRAY_ENTRY_COUNT_MIN / 2;
    let added: Vec<_> = (0..people)
        .map(|n| add(&mut admin, &format!("見本 {n}番"), &format!("sample{n}@example.jp")))
        .collect();
    for id in &added {
        note(&mut admin, *id, "次の催しで受付をしてくださる。連絡は夕方に。");
    }
    sync(&mut admin, &mut editor);
    assert!(compact(&mut admin).snapshots > people);
    sync(&mut admin, &mut editor);
    assert!(compact(&mut editor).ordered > people);
    sync(&mut admin, &mut editor);
    let mut admin = killed_and_later(&first, admin, "right words");
    assert!(compact(&mut admin).wiped > people);
    let (stored, saves) = sizes(&first, admin);
    println!("{stored} bytes in entries, {saves} in compressed saves");
    assert!(stored * 10 <= saves * 18, "{stored} bytes are above 1.8 times {saves}");
    let (before, _) = sizes(&second, editor);
    assert!(before > stored * 2, "positive control: {before} bytes before");
}
