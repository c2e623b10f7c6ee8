//! Whether a header continues its log (rule R1).

use std::collections::BTreeSet;

use kyosei_access::OpId;
use kyosei_sync::{Acceptance, EntryHeader, EntryKind, Logs, Place, Refused, SignedHeader, Tip};

use crate::samples::{SPACE, entry, key, log};

/// A log with entries 0 and 1.
fn two() -> (Logs, SignedHeader, SignedHeader) {
    let first = entry(&key(7), 0, None, b"first");
    let second = entry(&key(7), 1, Some(first.id()), b"second");
    let mut logs = Logs::default();
    assert_eq!(logs.accept(&first, true), Ok(Acceptance::Appended));
    assert_eq!(logs.accept(&second, true), Ok(Acceptance::Appended));
    (logs, first, second)
}

/// Checks the answer to a header, and that a refusal changes nothing.
#[track_caller]
fn refused(logs: &Logs, header: &SignedHeader, expect: Refused) {
    let mut after = logs.clone();
    assert_eq!(after.accept(header, true), Err(expect));
    assert_eq!(after, *logs, "a refused header changes nothing");
}

#[test]
fn the_tip_again_is_known_and_moves_nothing() {
    let (mut logs, _, second) = two();
    let before = logs.clone();
    assert_eq!(logs.accept(&second, true), Ok(Acceptance::Known));
    assert_eq!(logs, before);
}

#[test]
fn a_header_after_a_gap_waits() {
    let (logs, _, second) = two();
    refused(&logs, &entry(&key(7), 3, Some(second.id()), b"x"), Refused::Gap);
    refused(&Logs::default(), &second, Refused::Gap);
    refused(&logs, &entry(&key(7), u32::MAX, Some(second.id()), b"x"), Refused::Gap);
}

#[test]
fn a_second_entry_at_one_place_is_a_fork() {
    let (logs, first, _) = two();
    refused(&logs, &entry(&key(7), 1, Some(first.id()), b"another second"), Refused::Fork);
    refused(&logs, &entry(&key(7), 0, None, b"another first"), Refused::Fork);
}

#[test]
fn a_predecessor_that_is_not_the_tip_is_a_fork() {
    let (logs, first, _) = two();
    refused(&logs, &entry(&key(7), 2, Some(first.id()), b"x"), Refused::Fork);
    refused(&logs, &entry(&key(7), 2, None, b"x"), Refused::Fork);
    refused(&Logs::default(), &entry(&key(7), 0, Some(first.id()), b"x"), Refused::Fork);
}

#[test]
fn a_log_that_no_device_opened_is_not_begun() {
    let mut logs = Logs::default();
    assert_eq!(logs.accept(&entry(&key(7), 0, None, b"x"), false), Err(Refused::NotOpened));
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
    logs.restore(log(7), Tip { seq: u32::MAX, entry: second.id(), membership_heads: BTreeSet::new() });
    refused(&logs, &entry(&key(7), 0, Some(second.id()), b"x"), Refused::Fork);
}

#[test]
fn logs_do_not_disturb_each_other() {
    let (mut logs, _, second) = two();
    assert_eq!(logs.accept(&entry(&key(8), 0, None, b"x"), true), Ok(Acceptance::Appended));
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
        logs.accept(&header, true).unwrap();
        (header.id(), logs.tip(log(7)).unwrap().membership_heads.clone())
    };
    let (first, known) = append(0, None, Some(heads(1)));
    assert_eq!(known, heads(1));
    let (second, known) = append(1, Some(first), None);
    assert_eq!(known, heads(1), "the same as before");
    assert_eq!(append(2, Some(second), Some(heads(2))).1, heads(2));
}
