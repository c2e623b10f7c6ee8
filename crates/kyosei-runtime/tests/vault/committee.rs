//! Two laptops of one committee: joining, exchanging entries through their sessions, and parting.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::invite::{Offer, Reach, Ticket};
use kyosei_access::{Role, Standing};
use kyosei_app::Exchange;
use kyosei_app::exchange::Host as _;
use kyosei_model::SpaceKind;
use kyosei_runtime::{BundleFor, Joining, Vault};
use kyosei_sync::{Have, Side};
use kyosei_testkit::Seed;
use rand::Rng as _;

use crate::laptop::{Laptop, add, found, heads, names, quiet, words};

fn reach(vault: &Vault) -> Reach {
    Reach { endpoint: vault.local().endpoint, addresses: BTreeSet::new(), relays: BTreeSet::new() }
}

pub fn invite(vault: &mut Vault, role: Role, kinds: &[SpaceKind]) -> Ticket {
    let standing = if role == Role::Admin { Standing::AdminEligible } else { Standing::Ordinary };
    let offers: BTreeMap<_, _> = kinds
        .iter()
        .map(|kind| (vault.space_of(*kind).unwrap(), Offer::new(role, standing).unwrap()))
        .collect();
    let reach = reach(vault);
    vault.invite(offers, reach).unwrap()
}

/// Joins with files alone.
pub fn join(admin: &mut Vault, laptop: &Laptop, ticket: &Ticket) -> Vault {
    let _quiet = quiet();
    let joining = Joining::begin(
        &laptop.path,
        &ticket.to_text(),
        "森 健一",
        "居間のパソコン",
        &words("other words"),
        laptop.environment(),
    )
    .unwrap();
    admin.take_request(&joining.sealed_request().unwrap()).unwrap();
    let spoken = joining.words().english().collect::<Vec<_>>().join(" ");
    admin.admit(ticket.invitation(), &spoken, None, &[]).unwrap();
    joining.complete(&admin.welcome(ticket.invitation()).unwrap()).unwrap()
}

/// Lets two vaults talk until neither has anything to say.
pub fn sync(one: &mut Vault, other: &mut Vault) {
    let mut rng = Seed::of_test().rng();
    let mut entropy = || {
        let mut bytes = [0; 32];
        rng.fill_bytes(&mut bytes);
        bytes
    };
    let (a, b) = (one.local(), other.local());
    let (a_endpoint, b_endpoint) = (a.endpoint, b.endpoint);
    let Ok(mut left) = Exchange::new(Side::Dialer, a, b_endpoint, one.views(), &entropy()) else { return };
    let Ok(mut right) = Exchange::new(Side::Listener, b, a_endpoint, other.views(), &entropy()) else {
        return;
    };
    loop {
        let mut is_quiet = true;
        while let Some(bytes) = left.give(one).unwrap() {
            is_quiet = false;
            if right.take(&bytes, other).is_err() {
                return;
            }
        }
        while let Some(bytes) = right.give(other).unwrap() {
            is_quiet = false;
            if left.take(&bytes, one).is_err() {
                return;
            }
        }
        if is_quiet {
            assert!(left.is_level(one) && right.is_level(other));
            let (here, there) = (left.device().unwrap(), right.device().unwrap());
            for space in one.spaces() {
                if let Some(have) = left.peer_have(space) {
                    one.note_met(here, space, have);
                }
                if let Some(have) = right.peer_have(space) {
                    other.note_met(there, space, have);
                }
            }
            return;
        }
    }
}

/// An admin with one supporter, and an editor who has just joined and synced.
pub fn two() -> (Laptop, Vault, Laptop, Vault) {
    let (first, second) = (Laptop::new(), Laptop::new());
    let mut admin = first.create().vault;
    add(&mut admin, "山田 花子", "hanako@example.jp");
    let ticket = invite(&mut admin, Role::Edit, &[SpaceKind::Register]);
    let mut editor = join(&mut admin, &second, &ticket);
    sync(&mut editor, &mut admin);
    (first, admin, second, editor)
}

#[test]
fn a_laptop_that_joins_with_files_reads_the_register_after_its_first_sync() {
    let (_first, admin, second, editor) = two();
    assert_eq!(found(&editor, "山田"), names(["山田 花子"]));
    assert_eq!(heads(&editor), heads(&admin));
    assert_eq!(editor.status().person, "森 健一");
    assert_eq!(editor.status().committee, "みどりの会");
    editor.close().unwrap();
    let _quiet = quiet();
    let again = Vault::unlock(&second.path, &words("other words"), second.environment()).unwrap();
    assert_eq!(heads(&again), heads(&admin), "it is there after a restart");
    assert_eq!(again.check(true).unwrap().findings, []);
}

#[test]
fn changes_made_apart_meet_and_each_side_knows_what_reached_the_other() {
    let (_first, mut admin, _second, mut editor) = two();
    add(&mut admin, "佐藤 一郎", "ichiro@example.jp");
    add(&mut editor, "鈴木 次郎", "jiro@example.jp");
    assert!(!admin.reach().devices[0].has_all);
    sync(&mut admin, &mut editor);
    assert!(admin.reach().devices[0].has_all && editor.reach().devices[0].has_all);
    assert!(admin.reach().devices[0].heard_ms.is_some());
    assert_eq!(heads(&editor), heads(&admin));
    assert_eq!(found(&admin, "鈴木"), names(["鈴木 次郎"]));
    for vault in [&admin, &editor] {
        assert_eq!(vault.check(true).unwrap().findings, []);
    }
}

#[test]
fn a_removed_laptop_gets_nothing_more_and_cannot_read_what_others_write() {
    let (_first, mut admin, _second, mut editor) = two();
    let home = admin.spaces()[0];
    admin.remove_devices(home, BTreeSet::from([editor.device()]), &[]).unwrap();
    add(&mut admin, "佐藤 一郎", "ichiro@example.jp");
    sync(&mut editor, &mut admin);
    assert!(found(&editor, "佐藤").is_empty(), "no session begins");
    assert!(!admin.allowed_endpoints().contains(&editor.local().endpoint));
}

#[test]
fn a_member_of_the_register_alone_neither_sees_nor_counts_the_other_spaces() {
    let (first, second) = (Laptop::new(), Laptop::new());
    let mut admin = first.create().vault;
    let matching = admin.found_space(SpaceKind::Matching).unwrap();
    admin
        .write_in(matching, |writing| kyosei_app::spaces::add_note(writing, "部屋", "大船、二部屋"))
        .unwrap();
    let ticket = invite(&mut admin, Role::Edit, &[SpaceKind::Register]);
    let mut editor = join(&mut admin, &second, &ticket);
    sync(&mut editor, &mut admin);
    assert_eq!(editor.spaces().len(), 1);
    assert_eq!(editor.space_of(SpaceKind::Matching), None);
    let ticket = invite(&mut admin, Role::Edit, &[SpaceKind::Matching]);
    let (request, spoken) = editor.ask_for_spaces(&ticket.to_text()).unwrap();
    admin.take_request(&request).unwrap();
    let spoken = spoken.japanese().collect::<Vec<_>>().join("　");
    admin.admit(ticket.invitation(), &spoken, None, &[]).unwrap();
    let entered = editor.enter_spaces(&admin.welcome(ticket.invitation()).unwrap()).unwrap();
    assert_eq!(entered, [matching]);
    sync(&mut admin, &mut editor);
    assert_eq!(editor.space_of(SpaceKind::Matching), Some(matching), "positive control: now it does");
    let notes = editor.replica(matching).unwrap().register().notes().unwrap();
    assert_eq!(notes[0].1.title.expose(), "部屋");
    editor.close().unwrap();
    let _quiet = quiet();
    let again = Vault::unlock(&second.path, &words("other words"), second.environment()).unwrap();
    assert_eq!(again.space_of(SpaceKind::Matching), Some(matching));
    assert_eq!(again.check(true).unwrap().findings, []);
}

#[test]
fn a_ticket_used_twice_or_with_other_words_lets_nobody_in() {
    let (first, second, third) = (Laptop::new(), Laptop::new(), Laptop::new());
    let mut admin = first.create().vault;
    let ticket = invite(&mut admin, Role::Edit, &[SpaceKind::Register]);
    let begin = |laptop: &Laptop| {
        let _quiet = quiet();
        let environment = laptop.environment();
        Joining::begin(&laptop.path, &ticket.to_text(), "人", "機械", &words("other words"), environment)
            .unwrap()
    };
    let (honest, thief) = (begin(&second), begin(&third));
    admin.take_request(&honest.sealed_request().unwrap()).unwrap();
    let late = admin.take_request(&thief.sealed_request().unwrap()).unwrap_err();
    assert_eq!(late.code(), "E-INVITATION-USED");
    let wrong = thief.words().english().collect::<Vec<_>>().join(" ");
    assert_eq!(admin.admit(ticket.invitation(), &wrong, None, &[]).unwrap_err().code(), "E-WORDS-DIFFER");
    assert_eq!(admin.journal().membership().members().count(), 1);
    assert_eq!(admin.welcome(ticket.invitation()).unwrap_err().code(), "E-REQUEST-MISSING");
    let right = honest.words().english().collect::<Vec<_>>().join(" ");
    admin.admit(ticket.invitation(), &right, None, &[]).unwrap();
    let welcome = admin.welcome(ticket.invitation()).unwrap();
    assert_eq!(
        thief.complete(&welcome).err().map(|error| error.code()),
        Some("E-JOIN-FILE"),
        "sealed to another"
    );
    honest.complete(&welcome).unwrap();
}

#[test]
fn a_laptop_that_waits_to_be_let_in_says_so_and_takes_up_where_it_was() {
    let (first, second) = (Laptop::new(), Laptop::new());
    let mut admin = first.create().vault;
    let ticket = invite(&mut admin, Role::Edit, &[SpaceKind::Register]);
    let begun = {
        let _quiet = quiet();
        let environment = second.environment();
        Joining::begin(&second.path, &ticket.to_text(), "人", "機械", &words("other words"), environment)
            .unwrap()
    };
    let spoken = begun.words().english().collect::<Vec<_>>().join(" ");
    drop(begun);
    let _quiet = quiet();
    let refused = Vault::unlock(&second.path, &words("other words"), second.environment()).err().unwrap();
    assert_eq!(refused.code(), "E-JOIN-PENDING");
    let again = Joining::open(&second.path, &words("other words"), second.environment()).unwrap();
    assert_eq!(again.words().english().collect::<Vec<_>>().join(" "), spoken);
    admin.take_request(&again.sealed_request().unwrap()).unwrap();
    admin.admit(ticket.invitation(), &spoken, None, &[]).unwrap();
    assert!(again.complete(b"half a welcome").is_err());
    let again = Joining::open(&second.path, &words("other words"), second.environment()).unwrap();
    again.complete(&admin.welcome(ticket.invitation()).unwrap()).unwrap();
}

#[test]
fn changes_of_the_members_are_shown_once_and_stay_until_they_were_seen() {
    let (_first, mut admin, _second, editor) = two();
    let home = admin.spaces()[0];
    assert_eq!(admin.unseen_changes(home).len(), 2);
    admin.mark_shown(home).unwrap();
    assert!(admin.unseen_changes(home).is_empty());
    admin.set_role(home, editor.device(), Role::Read, &[]).unwrap();
    assert_eq!(admin.unseen_changes(home).len(), 1);
}

#[test]
fn a_restored_backup_opens_a_new_log_and_loses_no_edit() {
    let (first, mut admin, _second, mut editor) = two();
    admin.save().unwrap();
    let folder = tempfile::tempdir().unwrap();
    crate::laptop::copy(&first.path, &folder.path().join("old"));
    add(&mut admin, "佐藤 一郎", "ichiro@example.jp");
    sync(&mut admin, &mut editor);
    drop(admin);
    let old = Laptop::at(folder.path().join("old"));
    let mut restored = old.unlock();
    add(&mut restored, "鈴木 次郎", "jiro@example.jp");
    let logs = restored.journal().logs().heads().len();
    sync(&mut restored, &mut editor);
    assert_eq!(restored.journal().logs().forked().count(), 1, "the evidence is there");
    add(&mut restored, "高橋 三郎", "saburo@example.jp");
    assert_eq!(restored.journal().logs().heads().len(), logs + 1, "a new log");
    sync(&mut restored, &mut editor);
    for name in ["佐藤 一郎", "鈴木 次郎", "高橋 三郎"] {
        assert_eq!(found(&editor, name), names([name]));
        assert_eq!(found(&restored, name), names([name]));
    }
    assert_eq!(heads(&editor), heads(&restored));
    assert_eq!(restored.check(true).unwrap().findings, []);
}

pub fn bundle(vault: &Vault, known: &Have, recipients: &BundleFor) -> Vec<u8> {
    let mut file = Vec::new();
    vault.write_bundle(vault.spaces()[0], known, recipients, &mut file).unwrap();
    file
}

#[test]
fn a_bundle_brings_what_is_missing_and_only_that() {
    let (_first, mut admin, _second, mut editor) = two();
    let known = editor.have(editor.spaces()[0]);
    add(&mut admin, "佐藤 一郎", "ichiro@example.jp");
    let file = bundle(&admin, &known, &BundleFor::Readers);
    let seen = editor.inspect_bundle(&file[..]).unwrap();
    assert_eq!(seen.entry_count, seen.new_count);
    assert!(found(&editor, "佐藤").is_empty(), "looking at it takes nothing in");
    editor.read_bundle(|| Ok(&file[..])).unwrap();
    assert_eq!(found(&editor, "佐藤"), names(["佐藤 一郎"]));
    assert_eq!(heads(&editor), heads(&admin));
    assert_eq!(editor.read_bundle(|| Ok(&file[..])).unwrap().new_count, 0, "a second time brings nothing");
}

#[test]
fn a_payload_that_came_after_its_entry_is_there_after_a_kill() {
    let (_first, mut admin, second, mut editor) = two();
    let (home, log) = (admin.spaces()[0], admin.journal().own_log().unwrap().id());
    let next = admin.have(home).tips(log).unwrap().first().unwrap().seq + 1;
    add(&mut admin, "佐藤 一郎", "ichiro@example.jp");
    let places = admin.places(home, &BTreeMap::from([(log, next)]), &BTreeSet::new()).unwrap();
    let entries: Vec<_> = places.iter().map(|place| admin.entry_at(home, *place).unwrap().unwrap()).collect();
    let mut bare = entries.clone();
    bare.iter_mut().for_each(|entry| entry.payload = None);
    editor.receive(home, bare).unwrap();
    editor.save().unwrap();
    editor.receive(home, entries).unwrap();
    assert_eq!(found(&editor, "佐藤"), names(["佐藤 一郎"]));
    drop(editor);
    let _quiet = quiet();
    let again = Vault::unlock(&second.path, &words("other words"), second.environment()).unwrap();
    assert_eq!(found(&again, "佐藤"), names(["佐藤 一郎"]));
    assert!(!again.status().was_rebuilt, "nothing was damaged");
}

#[test]
fn a_newcomer_whom_a_restored_admin_forgot_brings_its_admission_in_a_bundle() {
    let (first, mut admin, _second, mut editor) = two();
    admin.save().unwrap();
    let folder = tempfile::tempdir().unwrap();
    crate::laptop::copy(&first.path, &folder.path().join("old"));
    let ticket = invite(&mut admin, Role::Edit, &[SpaceKind::Register]);
    let third = Laptop::new();
    let mut newcomer = join(&mut admin, &third, &ticket);
    newcomer.rotate(newcomer.spaces()[0]).unwrap();
    drop(admin);
    let old = Laptop::at(folder.path().join("old"));
    let mut restored = old.unlock();
    let for_editor = BundleFor::Devices(BTreeSet::from([editor.device()]));
    let file = bundle(&newcomer, &Have::new(), &for_editor);
    editor.read_bundle(|| Ok(&file[..])).unwrap();
    sync(&mut editor, &mut restored);
    for vault in [&editor, &restored] {
        assert!(vault.journal().membership().member(newcomer.device()).is_some());
    }
    sync(&mut newcomer, &mut restored);
    assert_eq!(heads(&newcomer), heads(&restored), "they talk again");
}

#[test]
fn a_bundle_cut_at_any_place_or_changed_is_refused_and_nothing_of_it_is_taken_in() {
    let (_first, mut admin, _second, mut editor) = two();
    add(&mut admin, "佐藤 一郎", "ichiro@example.jp");
    let file = bundle(&admin, &Have::new(), &BundleFor::Readers);
    let before = heads(&editor);
    for len in (0..file.len()).step_by(file.len() / 97 + 1) {
        let refused = editor.read_bundle(|| Ok(&file[..len])).unwrap_err();
        assert!(
            ["E-BUNDLE", "E-BUNDLE-CUT", "E-BUNDLE-DAMAGED"].contains(&refused.code()),
            "{len}: {refused}"
        );
    }
    for at in (20..file.len()).step_by(file.len() / 97 + 1) {
        let mut changed = file.clone();
        changed[at] ^= 1;
        assert!(editor.read_bundle(|| Ok(&changed[..])).is_err(), "byte {at}");
    }
    let mut newer = file.clone();
    newer[14] = b'2';
    assert_eq!(editor.read_bundle(|| Ok(&newer[..])).unwrap_err().code(), "E-FILE-NEWER");
    assert_eq!(heads(&editor), before);
    editor.read_bundle(|| Ok(&file[..])).unwrap();
    assert_ne!(heads(&editor), before, "positive control");
}

#[test]
fn a_bundle_opens_for_those_it_was_made_for_and_for_no_other_committee() {
    let (_first, mut admin, _second, mut editor) = two();
    let other = Laptop::new().create().vault;
    let mine = BundleFor::Devices(BTreeSet::from([admin.device()]));
    let file = bundle(&admin, &Have::new(), &mine);
    assert_eq!(editor.read_bundle(|| Ok(&file[..])).unwrap_err().code(), "E-BUNDLE-FOREIGN");
    admin.read_bundle(|| Ok(&file[..])).unwrap();
    let all = bundle(&admin, &Have::new(), &BundleFor::Readers);
    assert_eq!(other.inspect_bundle(&all[..]).unwrap_err().code(), "E-BUNDLE-FOREIGN");
    editor.inspect_bundle(&all[..]).unwrap();
}
