//! First start, unlocking, locking, drafts.

use kyosei_contract::drafts::Draft;
use kyosei_contract::gate::{
    ConfirmRequest, LockReason, LockRequest, Nothing, PassphraseChange, Stage, Typed,
};

use crate::seat::{PASSPHRASE, Seat, Told, answers, query, secret};

#[test]
fn a_committee_counts_once_words_of_its_sheets_are_typed() {
    let mut seat = Seat::empty();
    assert!(seat.stage() == Stage::FirstStart);
    let sheets = seat.create().done();
    assert!(seat.stage() == Stage::Creating);
    assert_eq!((sheets.sheets.len(), sheets.asked.len()), (3, 2));
    let wrong = ConfirmRequest { words: vec![secret("zoo"), secret("no such word")] };
    assert_eq!(seat.desk.create_confirm(wrong).code(), "E-SHEET-WORDS");
    assert_eq!(seat.desk.home(Nothing {}).code(), "E-CREATING");
    assert_eq!(seat.create().code(), "E-CREATING");
    seat.desk.create_confirm(answers(&sheets)).done();
    assert!(seat.stage() == Stage::Unlocked);
    assert_eq!(seat.desk.home(Nothing {}).done().committee, "みどりの会");
    seat.restart();
    assert!(seat.stage() == Stage::Locked);
}

#[test]
fn a_creation_that_is_cancelled_locked_or_cut_off_leaves_a_first_start() {
    let mut seat = Seat::empty();
    seat.create().done();
    seat.desk.create_cancel(Nothing {}).done();
    assert!(seat.stage() == Stage::FirstStart);
    seat.create().done();
    seat.desk.lock_for(LockReason::Panic);
    assert!(seat.stage() == Stage::FirstStart);
    seat.create().done();
    seat.restart();
    assert!(seat.stage() == Stage::FirstStart);
    let sheets = seat.create().done();
    seat.desk.create_confirm(answers(&sheets)).done();
    assert!(seat.stage() == Stage::Unlocked);
}

#[test]
fn weak_passphrases_and_nameless_committees_are_refused_before_anything_is_made() {
    let seat = Seat::empty();
    let mut request = kyosei_contract::gate::CreateRequest {
        committee: "みどりの会".to_owned(),
        person: " ".to_owned(),
        device: "ノート".to_owned(),
        passphrase: secret(PASSPHRASE),
    };
    assert_eq!(seat.desk.create(request.clone()).code(), "E-NAME");
    request.person = "青木 葵".to_owned();
    request.passphrase = secret("password");
    assert_eq!(seat.desk.create(request).code(), "E-PASSPHRASE-WEAK");
    assert!(!seat.path("vault/vault.db").exists());
}

#[test]
fn a_locked_desk_has_nothing_to_read() {
    let seat = Seat::open();
    seat.add("山田 花子", "hanako@example.jp");
    seat.desk.lock(LockRequest { panic: true }).done();
    let gate = seat.desk.gate_state(Nothing {}).done();
    assert!(gate.stage == Stage::Locked && gate.lock_reason == LockReason::Panic);
    assert_eq!(seat.desk.supporters_page(query("")).code(), "E-LOCKED");
    assert_eq!(seat.desk.home(Nothing {}).code(), "E-LOCKED");
    assert_eq!(seat.desk.drafts(Nothing {}).code(), "E-LOCKED");
    assert_eq!(seat.desk.import_choose(Nothing {}).code(), "E-LOCKED");
    let stages = seat.outside.stages.lock().unwrap().clone();
    assert!(stages == [Stage::Unlocked, Stage::Locked]);
    seat.unlock(PASSPHRASE).done();
    assert_eq!(seat.search("山田").total, 1);
}

#[test]
fn a_wrong_passphrase_makes_the_next_one_wait() {
    let mut seat = Seat::open();
    seat.restart();
    assert_eq!(seat.unlock("some other words entirely").code(), "E-PASSPHRASE");
    assert_eq!(seat.unlock(PASSPHRASE).code(), "E-PASSPHRASE-WAIT");
    let gate = seat.desk.gate_state(Nothing {}).done();
    assert!(gate.wrong_count == 1 && gate.wait_ms > 0 && gate.wait_ms <= 1_000);
    seat.restart();
    seat.unlock(PASSPHRASE).done();
}

#[test]
fn what_is_typed_outlives_locking_and_quitting() {
    let mut seat = Seat::open();
    let draft = Draft { name: "supporter:new".to_owned(), body: "{\"name\":\"山田\"}".to_owned() };
    seat.desk.draft_save(draft.clone()).done();
    seat.desk.lock_for(LockReason::Idle);
    seat.unlock(PASSPHRASE).done();
    assert!(seat.desk.drafts(Nothing {}).done().drafts == [draft.clone()]);
    seat.restart();
    seat.unlock(PASSPHRASE).done();
    assert!(seat.desk.drafts(Nothing {}).done().drafts == [draft]);
    let huge = Draft { name: "supporter:new".to_owned(), body: "x".repeat(1 << 20) };
    assert_eq!(seat.desk.draft_save(huge).code(), "E-DRAFT-LARGE");
}

#[test]
fn a_changed_passphrase_opens_the_vault_and_a_wrong_old_one_locks_it() {
    let mut seat = Seat::open();
    let new = "another long and winding passphrase";
    let change = |old: &str| PassphraseChange { old: secret(old), new: secret(new) };
    seat.desk.passphrase_change(change(PASSPHRASE)).done();
    assert!(seat.stage() == Stage::Unlocked);
    assert_eq!(seat.desk.passphrase_change(change("not the old one")).code(), "E-PASSPHRASE");
    assert!(seat.stage() == Stage::Locked);
    assert_eq!(seat.unlock(new).code(), "E-PASSPHRASE-WAIT");
    seat.restart();
    seat.unlock(new).done();
}

#[test]
fn a_proposed_passphrase_is_good_enough() {
    let seat = Seat::empty();
    for list in [kyosei_contract::gate::WordList::English, kyosei_contract::gate::WordList::Japanese] {
        let proposal = seat.desk.passphrase_propose(kyosei_contract::gate::ProposalRequest { list }).done();
        let judged = seat.desk.passphrase_judge(Typed { passphrase: proposal.passphrase }).done();
        assert!(judged.accepted && judged.code.is_none());
    }
    let judged = seat.desk.passphrase_judge(Typed { passphrase: secret("kyosei") }).done();
    assert!(!judged.accepted && judged.code.as_deref() == Some("E-PASSPHRASE-WEAK"));
}
