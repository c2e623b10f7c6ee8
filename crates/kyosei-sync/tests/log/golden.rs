//! The bytes that travel and rest. Ed25519 signatures are deterministic (RFC 8032 §5.1.6), so signed values have
//! vectors too.

use kyosei_sync::{DropOrder, EntryHeader, EntryKind, Inner, Place, SignedHeader, Snapshot, payload_hash};
use kyosei_testkit::golden;

use crate::samples::{self, SPACE, key, log};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/log/golden");

#[test]
fn a_signed_header_with_every_field_keeps_its_bytes_and_its_id() {
    let header = samples::full_header();
    let bytes = golden::check(FOLDER, "header-full", &header.encode());
    let read = SignedHeader::decode(&bytes).unwrap();
    assert_eq!(read, header);
    assert_eq!(read.verify(), Ok(()));
    golden::check(FOLDER, "header-full-id", read.id().as_bytes());
}

#[test]
fn the_first_header_of_a_log_keeps_its_bytes_for_every_kind() {
    for (name, kind) in [
        ("data", EntryKind::Data),
        ("member", EntryKind::Member),
        ("drop", EntryKind::Drop),
        ("unknown", EntryKind::Unknown(9)),
    ] {
        let place = Place { space: SPACE, log: log(7), seq: 0, prev: None, membership_heads: None };
        let header = EntryHeader::new(place, kind, None, b"").unwrap().sign(&key(7));
        let bytes = golden::check(FOLDER, &format!("header-{name}"), &header.encode());
        assert_eq!(SignedHeader::decode(&bytes), Ok(header));
    }
}

#[test]
fn the_hash_of_a_payload_keeps_its_domain() {
    golden::check(FOLDER, "payload-hash", &payload_hash(samples::PAYLOAD));
}

#[test]
fn the_content_of_a_payload_keeps_its_bytes() {
    let bytes = golden::check(FOLDER, "inner", &samples::inner().encode());
    assert_eq!(Inner::decode(&bytes), Ok(samples::inner()));
}

#[test]
fn a_snapshot_keeps_its_bytes() {
    let bytes = golden::check(FOLDER, "snapshot", &samples::snapshot().encode());
    assert_eq!(Snapshot::decode(&bytes), Ok(samples::snapshot()));
}

#[test]
fn a_drop_order_with_both_kinds_of_approval_keeps_its_bytes() {
    let order = samples::order(log(7)).sign_as_device(&key(20)).sign_as_recovery(&key(21));
    let bytes = golden::check(FOLDER, "drop-order", &order.encode());
    let read = DropOrder::decode(&bytes).unwrap();
    assert_eq!(read, order);
    assert_eq!(read.verified_signers().map(|signers| signers.len()), Ok(2));
}
