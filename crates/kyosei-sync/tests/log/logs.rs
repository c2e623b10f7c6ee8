//! Whether a header continues its log (rule R1).

use std::collections::BTreeSet;

use kyosei_access::OpId;
use kyosei_sync::{
    Acceptance, BRANCH_COUNT_MAX, EntryHeader, EntryKind, Logs, Place, Refused, SignedHeader, Tip,
};

use crate::samples::{SPACE, entry, key, log};

/// A log with entries 0 and 1.
fn two() -> (Logs, SignedHeader, SignedHeader) {
    let first = entry(&key(7), 0, None, b"first");
    let second = entry(&key(7), 1, Some(first.id()), b"second");
    let mut logs = Logs::default();
    assert_eq!(logs.accept(&first, true, |_| None), Ok(Acceptance::Appended));
    assert_eq!(logs.accept(&second, true, |_| None), Ok(Acceptance::Appended));
    (logs, first, second)
}

/// Checks the answer to a header, and that a refusal changes nothing.
#[track_caller]
fn refused(logs: &Logs, header: &SignedHeader, expect: Refused) {
    let mut after = logs.clone();
    assert_eq!(after.accept(header, true, |_| None), Err(expect));
    assert_eq!(after, *logs, "a refused header changes nothing");
}

#[test]
fn the_tip_again_is_known_and_moves_nothing() {
    let (mut logs, _, second) = two();
    let before = logs.clone();
    assert_eq!(logs.accept(&second, true, |_| None), Ok(Acceptance::Known));
    assert_eq!(logs, before);
}

#[test]
fn a_header_after_a_gap_waits() {
    let (logs, _, second) = two();
    let unknown = entry(&key(7), 2, Some(second.id()), b"not here");
    refused(&logs, &entry(&key(7), 3, Some(unknown.id()), b"x"), Refused::Gap);
    refused(&Logs::default(), &second, Refused::Gap);
}

/// The tip that `header` makes.
fn tip(header: &SignedHeader) -> Tip {
    Tip { seq: header.header().seq, entry: header.id(), membership_heads: BTreeSet::new() }
}

#[test]
fn a_second_entry_at_one_place_is_a_branch_of_its_own() {
    let (mut logs, first, second) = two();
    let other = entry(&key(7), 1, Some(first.id()), b"another second");
    let place = |id| (id == first.id()).then(|| tip(&first));
    assert_eq!(logs.accept(&other, true, place), Ok(Acceptance::Forked));
    assert_eq!(logs.branches(log(7)), [tip(&second), tip(&other)]);
    assert_eq!(logs.forked().collect::<Vec<_>>(), [log(7)]);
    assert!(logs.tip(log(7)).is_none(), "a forked log has no single tip");
    let root = entry(&key(7), 0, None, b"another first");
    assert_eq!(logs.accept(&root, true, place), Ok(Acceptance::Forked));
    assert_eq!(logs.branches(log(7)).len(), 3);
}

#[test]
fn each_branch_grows_by_itself_and_the_order_of_arrival_does_not_matter() {
    let (_, first, second) = two();
    let other = entry(&key(7), 1, Some(first.id()), b"another second");
    let third = entry(&key(7), 2, Some(other.id()), b"after it");
    let place = |id| (id == first.id()).then(|| tip(&first));
    let heads = |order: [&SignedHeader; 4]| {
        let mut logs = Logs::default();
        for header in order {
            logs.accept(header, true, place).unwrap();
        }
        logs.heads()
    };
    let expect = heads([&first, &second, &other, &third]);
    assert_eq!(expect[&log(7)].len(), 2);
    assert_eq!(heads([&first, &other, &third, &second]), expect);
    assert_eq!(heads([&first, &other, &second, &third]), expect);
}

#[test]
fn an_entry_inside_a_branch_is_known() {
    let (mut logs, first, _) = two();
    let place = |id| (id == first.id()).then(|| tip(&first));
    assert_eq!(logs.accept(&first, true, place), Ok(Acceptance::Known));
    assert_eq!(logs.branches(log(7)).len(), 1);
}

#[test]
fn a_sequence_number_that_does_not_follow_is_refused() {
    let (logs, first, second) = two();
    refused(&logs, &entry(&key(7), 3, Some(second.id()), b"x"), Refused::BadSequence);
    refused(&logs, &entry(&key(7), 1, Some(second.id()), b"x"), Refused::BadSequence);
    refused(&logs, &entry(&key(7), 2, None, b"x"), Refused::BadSequence);
    let mut after = logs.clone();
    let place = |id| (id == first.id()).then(|| tip(&first));
    let skipping = entry(&key(7), 2, Some(first.id()), b"x");
    assert_eq!(after.accept(&skipping, true, place), Err(Refused::BadSequence));
    assert_eq!(after, logs);
}

#[test]
fn branches_above_the_limit_are_refused() {
    let (mut logs, first, _) = two();
    let place = |id| (id == first.id()).then(|| tip(&first));
    let branch = |n: usize| entry(&key(7), 1, Some(first.id()), &n.to_le_bytes());
    for n in 1..BRANCH_COUNT_MAX {
        assert_eq!(logs.accept(&branch(n), true, place), Ok(Acceptance::Forked));
    }
    assert_eq!(logs.accept(&branch(BRANCH_COUNT_MAX), true, place), Err(Refused::TooManyBranches));
    assert_eq!(logs.branches(log(7)).len(), BRANCH_COUNT_MAX);
}

#[test]
fn a_log_that_no_device_opened_is_not_begun() {
    let mut logs = Logs::default();
    assert_eq!(logs.accept(&entry(&key(7), 0, None, b"x"), false, |_| None), Err(Refused::NotOpened));
    assert_eq!(logs.tips().count(), 0);
}

#[test]
fn a_header_under_the_name_of_another_log_is_refused() {
    let place = Place { space: SPACE, log: log(7), seq: 0, prev: None, membership_heads: None };
    let forged = EntryHeader::new(place, EntryKind::Data, None, b"x").unwrap().sign(&key(8));
    refused(&Logs::default(), &forged, Refused::BadSignature);
}

#[test]
fn a_full_log_takes_no_further_entry() {
    let (mut logs, _, second) = two();
    logs.advance(log(7), Tip { seq: u32::MAX, entry: second.id(), membership_heads: BTreeSet::new() });
    refused(&logs, &entry(&key(7), 0, Some(second.id()), b"x"), Refused::BadSequence);
}

#[test]
fn logs_do_not_disturb_each_other() {
    let (mut logs, _, second) = two();
    assert_eq!(logs.accept(&entry(&key(8), 0, None, b"x"), true, |_| None), Ok(Acceptance::Appended));
    assert_eq!(logs.tip(log(7)).map(|tip| (tip.seq, tip.entry)), Some((1, second.id())));
    assert_eq!(logs.tip(log(8)).map(|tip| tip.seq), Some(0));
}

#[test]
fn membership_heads_hold_until_an_entry_names_others() {
    let heads = |n| BTreeSet::from([OpId::from_bytes([n; 32])]);
    let mut logs = Logs::default();
    let mut append = |seq, prev, membership_heads| {
        let place = Place { space: SPACE, log: log(7), seq, prev, membership_heads };
        let header = EntryHeader::new(place, EntryKind::Data, None, b"x").unwrap().sign(&key(7));
        logs.accept(&header, true, |_| None).unwrap();
        (header.id(), logs.tip(log(7)).unwrap().membership_heads.clone())
    };
    let (first, known) = append(0, None, Some(heads(1)));
    assert_eq!(known, heads(1));
    let (second, known) = append(1, Some(first), None);
    assert_eq!(known, heads(1), "the same as before");
    assert_eq!(append(2, Some(second), Some(heads(2))).1, heads(2));
}
