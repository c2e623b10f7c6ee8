//! Nobody can change, move or forge a header.

use kyosei_access::SpaceId;
use kyosei_sync::{
    EntryHeader, EntryKind, HeaderError, MEMBERSHIP_HEAD_COUNT_MAX, PAYLOAD_BYTES_MAX, Place, SignedHeader,
};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::samples::{self, SPACE, full_header, key, log};

fn read(bytes: &[u8]) -> Result<SignedHeader, HeaderError> {
    let header = SignedHeader::decode(bytes)?;
    header.verify()?;
    Ok(header)
}

#[test]
fn a_changed_bit_anywhere_in_a_signed_header_is_refused() {
    let good = full_header().encode();
    assert!(read(&good).is_ok(), "positive control");
    for at in 0..good.len() {
        for bit in 0..8 {
            let mut bytes = good.clone();
            bytes[at] ^= 1 << bit;
            assert!(read(&bytes).is_err(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn a_header_cut_or_followed_by_more_is_refused() {
    let good = full_header().encode();
    for length in 0..good.len() {
        assert!(read(&good[..length]).is_err(), "{length} bytes left");
    }
    assert!(read(&[&good[..], &[0]].concat()).is_err());
}

#[test]
fn a_signature_of_another_log_does_not_fit() {
    let place = Place { space: SPACE, log: log(7), seq: 0, prev: None, membership_heads: None };
    let header = EntryHeader::new(place, EntryKind::Data, None, b"x").unwrap().sign(&key(8));
    assert_eq!(header.verify(), Err(HeaderError::BadSignature));
}

#[test]
fn a_header_says_the_same_in_one_encoding_only() {
    let good = full_header().encode();
    // Sequence number 300 stands as 19 012c; the same number in four bytes is a second spelling.
    let at = good.windows(3).position(|window| window == [0x19, 0x01, 0x2c]).unwrap();
    let longer = [&good[..at], &[0x1a, 0, 0, 0x01, 0x2c], &good[at + 3..]].concat();
    assert_eq!(SignedHeader::decode(&longer), Err(HeaderError::Malformed));
}

#[test]
fn a_header_of_a_newer_version_is_told_from_damage_whatever_follows() {
    let mut bytes = full_header().encode();
    assert_eq!(bytes[..2], [0x8a, 1], "an array of ten fields, the first of them the version");
    bytes[1] = 2;
    assert_eq!(SignedHeader::decode(&bytes), Err(HeaderError::NewerVersion));
    let shorter = [&[0x82, 2, 0xf6][..], &[0; 64]].concat();
    assert_eq!(SignedHeader::decode(&shorter), Err(HeaderError::NewerVersion));
}

#[test]
fn a_header_above_a_limit_is_neither_written_nor_read() {
    let place = |heads: usize| Place {
        space: SPACE,
        log: log(7),
        seq: 0,
        prev: None,
        membership_heads: Some(
            (0..heads).map(|n| kyosei_access::OpId::from_bytes([u8::try_from(n).unwrap(); 32])).collect(),
        ),
    };
    let make = |heads, payload: &[u8]| EntryHeader::new(place(heads), EntryKind::Data, None, payload);
    assert!(make(MEMBERSHIP_HEAD_COUNT_MAX, b"").is_ok());
    assert_eq!(make(MEMBERSHIP_HEAD_COUNT_MAX + 1, b""), Err(HeaderError::AboveLimit));
    assert_eq!(make(1, &vec![0; PAYLOAD_BYTES_MAX + 1]), Err(HeaderError::AboveLimit));
    let mut large = make(1, b"").unwrap();
    large.payload_len = u32::try_from(PAYLOAD_BYTES_MAX).unwrap() + 1;
    assert_eq!(SignedHeader::decode(&large.sign(&key(7)).encode()), Err(HeaderError::AboveLimit));
}

#[test]
fn a_header_names_its_payload_and_no_other() {
    let header = full_header();
    assert!(header.names(samples::PAYLOAD));
    assert!(!header.names(b""));
    assert!(!header.names(b"sealed elsewherf"));
    assert!(!header.names(&[samples::PAYLOAD, &[0]].concat()));
}

#[test]
fn equal_content_in_two_spaces_has_two_ids() {
    let in_space = |space| {
        let place = Place { space, log: log(7), seq: 0, prev: None, membership_heads: None };
        EntryHeader::new(place, EntryKind::Data, None, b"x").unwrap().sign(&key(7)).id()
    };
    assert_ne!(in_space(SPACE), in_space(SpaceId::from_bytes([2; 32])));
}

proptest! {
    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in vec(any::<u8>(), 0..400)) {
        prop_assert!(read(&bytes).is_err());
    }

    #[test]
    fn any_header_comes_back(seq in any::<u32>(), kind in any::<u8>(), payload in vec(any::<u8>(), 0..100), epoch in any::<Option<[u8; 32]>>()) {
        let kind = match kind { 0 => EntryKind::Data, 1 => EntryKind::Member, 2 => EntryKind::Drop, other => EntryKind::Unknown(other) };
        let place = Place { space: SPACE, log: log(7), seq, prev: None, membership_heads: None };
        let epoch = epoch.map(kyosei_access::EpochId::from_bytes);
        let header = EntryHeader::new(place, kind, epoch, &payload).unwrap().sign(&key(7));
        prop_assert_eq!(read(&header.encode()), Ok(header));
    }
}
