//! Golden vectors: the bytes of every kind of operation, as they are stored and sent.
//!
//! A vector that no longer fits means that the format changed: that takes a new version, not a new file. While the format
//! is not yet frozen, `KYOSEI_BLESS=1 cargo test -p kyosei-access vectors` rewrites the files, and fails all the same so
//! that it cannot be forgotten in a script.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use kyosei_access::*;

use crate::committee::*;

pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn check(name: &str, lines: &[String]) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/vectors/{name}.hex"));
    let actual = format!("{}\n", lines.join("\n"));
    if std::env::var_os("KYOSEI_BLESS").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, actual).unwrap();
        panic!("wrote {name}; look at the difference, then run without KYOSEI_BLESS");
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(golden, actual, "the format of {name} changed: see the head of vectors.rs");
}

/// The bytes and the id of an operation; the bytes decode, verify and encode again.
fn check_op(name: &str, op: &SignedOp) {
    let bytes = op.encode();
    let back = SignedOp::decode(&bytes).unwrap();
    assert_eq!((back.id(), back.encode()), (op.id(), bytes.clone()));
    back.verify().unwrap();
    check(name, &[hex(&bytes), op.id().to_hex()]);
}

fn committee() -> Committee {
    Committee::found(&[10, 20])
}

fn check_said(name: &str, voice: impl Into<Voice>, op: MemberOp) {
    let committee = committee();
    check_op(name, committee.sign(&[committee.genesis], voice, op).get());
}

#[test]
fn vector_genesis() {
    let committee = committee();
    check_op("genesis", committee.set.get(committee.genesis).unwrap());
}

#[test]
fn vector_add() {
    check_said("add", 10, committee().add(30, Role::Edit));
}

#[test]
fn vector_add_admin_approved_by_a_recovery_sheet() {
    check_said("add-admin", with_sheet(10, 2), committee().add_eligible(30, Role::Admin));
}

#[test]
fn vector_remove() {
    let log = LogId::from(&log_key(20, 0));
    let heads = [1, 2].map(|n| CutHead { seq: 23 + u32::from(n), entry: EntryId::from_bytes([n; 32]) });
    check_said("remove", (10, 20), remove_cut(&[20, 30], &[(log, &heads)]));
}

#[test]
fn vector_set_role() {
    check_said("set-role", (10, 20), set_role(20, Role::Read));
}

#[test]
fn vector_log_open() {
    check_said("log-open", 10, open_log(10, 3));
}

#[test]
fn vector_key_update() {
    check_said("key-update", 10, key_update(10, 1));
}

#[test]
fn vector_key_update_of_the_endpoint() {
    check_said("endpoint-update", 10, endpoint_update(10, 1));
}

#[test]
fn vector_rotate() {
    let op = MemberOp::Rotate(Rotate {
        recipient: epoch(1),
        chain: Some(SealedBytes::new(vec![7; 5])),
        wraps: wraps(&[(10, 0), (20, 0)]),
        recovery_wraps: BTreeMap::from([(kem(99, 0).id(), SealedBytes::new(vec![9; 3]))]),
    });
    check_said("rotate", 10, op);
}

#[test]
fn vector_add_wraps() {
    check_said("add-wraps", 10, add_wraps(1, &[(20, 0)]));
}

#[test]
fn vector_complaint() {
    check_said("complaint", 10, MemberOp::Complaint(Complaint { epoch: epoch(1).id() }));
}

#[test]
fn vector_recover() {
    let mut committee = committee();
    let id = committee.recover(&[committee.genesis], &[1, 3], 50);
    check_op("recover", committee.set.get(id).unwrap());
}

#[test]
fn vector_draft() {
    let committee = committee();
    let body =
        OpBody::new(committee.space, [committee.genesis], device(10), set_role(20, Role::Read)).unwrap();
    let draft = Draft::new(body.with_approvers([device(20).into()]).unwrap());
    check("draft", &[hex(&draft.sign_as_device(&device_key(20)).unwrap().encode())]);
}

#[test]
fn vector_claim() {
    let claim = committee().cert(30, Standing::AdminEligible).claim;
    assert_eq!(DeviceClaim::decode(&claim.encode()).unwrap(), claim);
    check("claim", &[hex(&claim.encode())]);
}

#[test]
fn vector_derived_ids() {
    check("derived-ids", &[kem(1, 0).id().to_hex(), epoch(1).id().to_hex()]);
}

#[test]
fn every_kind_has_a_vector_and_the_numbers_of_kinds_are_fixed() {
    let committee = committee();
    let kinds = [
        committee.add(1, Role::Read).kind(),
        remove(&[1]).kind(),
        set_role(1, Role::Read).kind(),
        open_log(1, 0).kind(),
        key_update(1, 1).kind(),
        rotate(1, &[]).kind(),
        add_wraps(1, &[]).kind(),
        MemberOp::Complaint(Complaint { epoch: epoch(1).id() }).kind(),
        MemberOp::Recover(Recover { admins: Vec::new() }).kind(),
    ];
    assert_eq!(kinds, [2, 3, 4, 5, 6, 7, 8, 9, 10]);
    assert_eq!(committee.set.get(committee.genesis).unwrap().body().op().kind(), 1);
    assert_eq!(kinds.iter().collect::<BTreeSet<_>>().len(), kinds.len());
}
