//! A payload belongs to one place (hole H7, scenario 11), and hostile content is answered, not obeyed.

use std::collections::BTreeSet;

use kyosei_access::{CutHead, EntryId, LogId, SpaceId};
use kyosei_sync::{
    ACK_COUNT_MAX, Ack, BRANCH_COUNT_MAX, DEP_COUNT_MAX, Heads, INNER_BYTES_MAX, Inner, InnerError,
    PACK_DOCUMENT_COUNT_MAX, RESCUED_ENTRY_COUNT_MAX, Snapshot,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::samples::{SPACE, entry, full_header, head, inner, key, log, snapshot};

#[test]
fn a_payload_moved_to_another_header_is_refused() {
    let here = full_header();
    assert_eq!(inner().check_place(here.header()), Ok(()));
    let moved = [
        entry(&key(9), 300, None, b"the header of another log"),
        entry(&key(7), 301, None, b"another place of the same log"),
    ];
    for header in moved {
        assert_eq!(inner().check_place(header.header()), Err(InnerError::WrongPlace));
    }
    let mut other_space = inner();
    other_space.space = SpaceId::from_bytes([2; 32]);
    assert_eq!(other_space.check_place(here.header()), Err(InnerError::WrongPlace));
}

#[test]
fn content_cut_or_followed_by_more_is_refused() {
    let good = inner().encode();
    for length in 0..good.len() {
        assert_eq!(Inner::decode(&good[..length]), Err(InnerError::Malformed), "{length} bytes left");
    }
    assert_eq!(Inner::decode(&[&good[..], &[0]].concat()), Err(InnerError::Malformed));
    assert!(Snapshot::decode(&[&snapshot().encode()[..], &[0]].concat()).is_err());
}

#[test]
fn content_in_a_second_spelling_is_refused() {
    let good = inner().encode();
    let at = good.windows(3).position(|window| window == [0x19, 0x01, 0x2c]).unwrap();
    let longer = [&good[..at], &[0x1a, 0, 0, 0x01, 0x2c], &good[at + 3..]].concat();
    assert_eq!(Inner::decode(&longer), Err(InnerError::Malformed));
    // The array of eight fields with an open end.
    let open = [&[0x9f][..], &good[1..], &[0xff]].concat();
    assert_eq!(Inner::decode(&open), Err(InnerError::Malformed));
}

#[test]
fn content_of_a_newer_version_is_told_from_damage() {
    let mut bytes = inner().encode();
    assert_eq!(bytes[..2], [0x88, 1]);
    bytes[1] = 2;
    assert_eq!(Inner::decode(&bytes), Err(InnerError::NewerVersion));
}

#[test]
fn content_above_a_limit_is_refused() {
    let one = &inner().parts[0];
    let parts = |count| Inner::new(SPACE, log(7), 0, Heads::new(), vec![one.clone(); count]).encode();
    assert!(Inner::decode(&parts(PACK_DOCUMENT_COUNT_MAX)).is_ok());
    assert_eq!(Inner::decode(&parts(PACK_DOCUMENT_COUNT_MAX + 1)), Err(InnerError::AboveLimit));
    within(DEP_COUNT_MAX, |count| {
        let deps = ids(count).map(|id| (LogId::from_bytes(id), BTreeSet::from([head(0, 1)]))).collect();
        Inner::new(SPACE, log(7), 0, deps, Vec::new())
    });
    within(BRANCH_COUNT_MAX, |count| {
        let heads = ids(count).map(|id| CutHead { seq: 0, entry: EntryId::from_bytes(id) }).collect();
        Inner::new(SPACE, log(7), 0, Heads::from([(log(9), heads)]), Vec::new())
    });
    within(RESCUED_ENTRY_COUNT_MAX, |count| {
        let mut inner = Inner::new(SPACE, log(7), 0, Heads::new(), Vec::new());
        inner.rescued = ids(count).map(EntryId::from_bytes).collect();
        inner
    });
    within(ACK_COUNT_MAX, |count| {
        let mut inner = Inner::new(SPACE, log(7), 0, Heads::new(), Vec::new());
        inner.ack =
            Some(Ack { snapshots: ids(count).map(EntryId::from_bytes).collect(), forgot: BTreeSet::new() });
        inner
    });
    assert_eq!(Inner::decode(&vec![0; INNER_BYTES_MAX + 1]), Err(InnerError::AboveLimit));
}

fn ids(count: usize) -> impl Iterator<Item = [u8; 32]> {
    (0..count).map(|n| *blake3::hash(&n.to_le_bytes()).as_bytes())
}

/// Checks that content of `max` passes and one more does not.
#[track_caller]
fn within(max: usize, content: impl Fn(usize) -> Inner) {
    assert!(Inner::decode(&content(max).encode()).is_ok());
    assert_eq!(Inner::decode(&content(max + 1).encode()), Err(InnerError::AboveLimit));
}

#[test]
fn a_length_that_promises_gigabytes_is_refused_at_once() {
    // Version 1, then a byte string that says it has 2^62 bytes; then a list that says it has 2^62 elements.
    for head in [0x5b, 0x9b, 0xbb] {
        let bytes = [&[0x88, 1, head, 0x40][..], &[0; 7], &[1; 40]].concat();
        assert_eq!(Inner::decode(&bytes), Err(InnerError::Malformed));
        assert_eq!(
            Snapshot::decode(&[&[0x83, head, 0x40][..], &[0; 7]].concat()),
            Err(InnerError::Malformed)
        );
    }
}

proptest! {
    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in vec(any::<u8>(), 0..400)) {
        let _answer = Inner::decode(&bytes);
        let _answer = Snapshot::decode(&bytes);
    }

    #[test]
    fn changed_content_never_panics(at in any::<prop::sample::Index>(), bits in 1_u8..) {
        let mut bytes = inner().encode();
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        if let Ok(read) = Inner::decode(&bytes) {
            prop_assert_eq!(read.encode(), bytes, "what is accepted has one spelling");
        }
    }
}
