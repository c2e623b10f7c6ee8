//! What is being typed outlives closings, crashes and rebuilding, and keeps no vault from opening.

use kyosei_app::state::{DRAFTS_SLOT, DraftRefused, PACK_SLOT_MIN};
use kyosei_runtime::{Vault, WriteFailed};
use kyosei_store::Batch;

use crate::laptop::Laptop;

const TEXT: &str = "{\"name\":\"山田 花子\"}";

fn keep(vault: &mut Vault, text: &str) {
    vault.change_drafts(|drafts| drafts.put("supporter:new", text)).unwrap();
}

fn kept(vault: &Vault) -> Vec<(String, String)> {
    vault.drafts().unwrap().iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect()
}

#[test]
fn a_draft_outlives_a_crash_a_closing_and_a_rebuild() {
    let laptop = Laptop::new();
    let mut vault = laptop.create().vault;
    keep(&mut vault, TEXT);
    drop(vault);
    let mut vault = laptop.unlock();
    assert_eq!(kept(&vault), [("supporter:new".to_owned(), TEXT.to_owned())]);
    vault.rebuild().unwrap();
    vault.close().unwrap();
    let vault = laptop.unlock();
    assert_eq!(kept(&vault).len(), 1);
}

#[test]
fn a_refused_draft_leaves_the_others_and_an_unchanged_one_writes_nothing() {
    let laptop = Laptop::new();
    let mut vault = laptop.create().vault;
    keep(&mut vault, TEXT);
    let sealed = laptop.store().state(DRAFTS_SLOT).unwrap();
    keep(&mut vault, TEXT);
    assert_eq!(laptop.store().state(DRAFTS_SLOT).unwrap(), sealed, "sealing anew would give other bytes");
    let refused = vault.change_drafts(|drafts| drafts.put("supporter:new", &"x".repeat(1 << 20)));
    assert!(matches!(refused, Err(WriteFailed::Refused(DraftRefused::TooLarge))));
    assert_eq!(kept(&vault), [("supporter:new".to_owned(), TEXT.to_owned())]);
}

#[test]
fn damaged_drafts_are_lost_alone() {
    const { assert!(DRAFTS_SLOT < PACK_SLOT_MIN) };
    let laptop = Laptop::new();
    let mut vault = laptop.create().vault;
    keep(&mut vault, TEXT);
    vault.close().unwrap();
    let mut store = laptop.store();
    store.commit(&Batch { state_put: vec![(DRAFTS_SLOT, b"damage".to_vec())], ..Batch::default() }).unwrap();
    store.close().unwrap();
    let mut vault = laptop.unlock();
    assert_eq!(kept(&vault), []);
    assert!(!vault.status().was_rebuilt);
    keep(&mut vault, TEXT);
    assert_eq!(kept(&vault).len(), 1);
}
