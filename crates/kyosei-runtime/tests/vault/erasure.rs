//! Erased is erased: no payload, no local state, no file holds anything of the person (story 27).

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use kyosei_app::imports::{
    Decisions, ImportedFile, UpdatePolicy, import_registrations, key_index, remembered_options,
};
use kyosei_app::state::MANIFEST_SLOT;
use kyosei_app::supporters::merge_supporters;
use kyosei_intake::preview::read_registrations;
use kyosei_model::{Choice, Field, RowFate, Sensitive, Source};
use kyosei_runtime::{Created, Vault, WriteFailed};
use kyosei_store::Batch;

use crate::laptop::{Laptop, add, found, heads, names};

const CSV: &str = "タイムスタンプ,メールアドレス,お名前,イベント等のご案内メールを希望しますか,個人情報の取り扱いに同意しますか\n\
    2026/08/01 10:00:00,mori@example.jp,森 健一,はい,同意する\n\
    2026/08/01 10:00:00,megumi@example.jp,髙橋 恵,はい,同意する\n\
    2026/08/01 10:00:00,naoki@example.jp,山﨑 直樹,はい,同意する\n";

/// Imports the three people and gives the fates of the rows.
fn import(vault: &mut Vault) -> Vec<RowFate> {
    let options = remembered_options(vault.register().lists().unwrap());
    let index = key_index(vault.register()).unwrap();
    let go_on = &mut |_| ControlFlow::Continue(());
    let preview = read_registrations(CSV.as_bytes(), &options, vault.now(), &index, go_on).unwrap();
    let file = ImportedFile { name: Sensitive::new("回答.csv".into()), source: Source::GoogleCsv };
    let decisions = Decisions { rows: BTreeMap::new(), updates: UpdatePolicy::Update };
    let imported = vault
        .write(|writing| {
            import_registrations(writing, &file, &preview, &decisions, &mut |_| ControlFlow::Continue(()))
        })
        .unwrap();
    imported.batch.rows.into_iter().map(|row| row.fate).collect()
}

fn named(vault: &Vault, name: &str) -> kyosei_model::SupporterId {
    vault.register().supporters().find(|one| one.get(Field::Name) == Some(name)).unwrap().id
}

#[track_caller]
fn is_gone(laptop: &Laptop, texts: &[&str]) {
    for text in texts {
        assert!(!laptop.holds(text), "{text} is still there");
    }
}

#[test]
fn story_27_an_erased_person_is_in_no_file_and_stays_away_after_a_rebuild_and_a_new_import() {
    let laptop = Laptop::new();
    let Created { mut vault, sheets } = laptop.create();
    import(&mut vault);
    vault.close().unwrap();
    assert!(laptop.holds("森 健一") && laptop.holds("mori@example.jp"), "positive control");
    let mut vault = laptop.unlock();
    let approval = vault.approval_key(&sheets[0]).unwrap();
    let id = named(&vault, "森 健一");
    vault.erase([id], &[approval]).unwrap();
    assert_eq!(found(&vault, ""), names(["髙橋 恵", "山﨑 直樹"]), "the others of the pack stay");
    let expect = heads(&vault);
    // Even before closing: what an erasure says is done is done.
    drop(vault);
    is_gone(&laptop, &["森 健一", "mori@example.jp"]);
    let mut vault = laptop.unlock();
    assert_eq!(heads(&vault), expect);
    vault.rebuild().unwrap();
    assert_eq!(heads(&vault), expect);
    assert_eq!(vault.check(true).unwrap().findings, []);
    let fates = import(&mut vault);
    assert!(!matches!(fates[0], RowFate::Created(_) | RowFate::Updated(_)), "{fates:?}");
    assert_eq!(found(&vault, ""), names(["髙橋 恵", "山﨑 直樹"]));
    vault.close().unwrap();
    let mut store = laptop.store();
    store.commit(&Batch { state_delete: vec![MANIFEST_SLOT], ..Batch::default() }).unwrap();
    store.close().unwrap();
    assert_eq!(found(&laptop.unlock(), "森"), names([]));
    is_gone(&laptop, &["森 健一", "mori@example.jp"]);
}

#[test]
fn erasing_a_merged_supporter_erases_the_records_that_went_into_it() {
    let laptop = Laptop::new();
    let Created { mut vault, sheets } = laptop.create();
    let kept = add(&mut vault, "森 健一", "mori@example.jp");
    let absorbed = add(&mut vault, "森 健壱", "old@example.jp");
    let choices = BTreeMap::from([(Field::Name, Choice::Kept), (Field::Email, Choice::Kept)]);
    vault.write(|writing| merge_supporters(writing, kept, absorbed, &choices)).unwrap();
    let approval = vault.approval_key(&sheets[1]).unwrap();
    vault.erase([kept], &[approval]).unwrap();
    let lists = vault.register().lists().unwrap();
    for email in ["mori@example.jp", "old@example.jp"] {
        assert_eq!(kyosei_app::suppress::suppressions_of(lists, email).len(), 1, "{email}");
    }
    vault.close().unwrap();
    is_gone(&laptop, &["森 健一", "mori@example.jp", "森 健壱", "old@example.jp"]);
}

#[test]
fn an_erasure_without_enough_approvals_changes_nothing() {
    let laptop = Laptop::new();
    let mut vault = laptop.create().vault;
    let id = add(&mut vault, "森 健一", "mori@example.jp");
    let (before, entries) = (heads(&vault), vault.status().entry_count);
    let Err(WriteFailed::Vault(refused)) = vault.erase([id], &[]) else { panic!("it must be refused") };
    assert_eq!(refused.code(), "E-APPROVAL-MISSING");
    assert_eq!((heads(&vault), vault.status().entry_count), (before, entries));
    vault.close().unwrap();
    assert_eq!(found(&laptop.unlock(), "森"), names(["森 健一"]));
}

#[test]
fn a_sheet_of_another_committee_approves_nothing() {
    let (laptop, other) = (Laptop::new(), Laptop::new());
    let vault = laptop.create().vault;
    let foreign = other.create().sheets;
    assert!(vault.approval_key(&foreign[0]).is_err());
}

#[test]
fn two_erasures_in_one_pack_leave_the_third_person() {
    let laptop = Laptop::new();
    let Created { mut vault, sheets } = laptop.create();
    import(&mut vault);
    let approval = vault.approval_key(&sheets[2]).unwrap();
    for name in ["森 健一", "髙橋 恵"] {
        let id = named(&vault, name);
        vault.erase([id], std::slice::from_ref(&approval)).unwrap();
    }
    let expect = heads(&vault);
    assert_eq!(vault.check(true).unwrap().findings, []);
    vault.rebuild().unwrap();
    assert_eq!(heads(&vault), expect);
    assert_eq!(found(&vault, ""), names(["山﨑 直樹"]));
    vault.close().unwrap();
    is_gone(&laptop, &["森 健一", "髙橋 恵", "mori@", "megumi@"]);
    assert!(laptop.holds("山﨑 直樹"), "positive control");
}
