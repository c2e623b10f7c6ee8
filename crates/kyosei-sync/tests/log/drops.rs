//! An order to forget says who approved it, once, and cannot be moved or changed.

use std::collections::BTreeSet;

use kyosei_access::{DeviceId, EntryId, RecoveryKeyId, SealedBytes, Signer};
use kyosei_sync::{DROP_ENTRY_COUNT_MAX, DropError, DropOrder, DropReason};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::samples::{SPACE, key, log, order};

fn signed() -> DropOrder {
    order(log(7)).sign_as_device(&key(20)).sign_as_recovery(&key(21))
}

#[test]
fn every_signer_is_named_once_in_the_role_in_which_the_key_signed() {
    let twice = signed().sign_as_device(&key(20));
    let expect = BTreeSet::from([
        Signer::Device(DeviceId::from(&key(20))),
        Signer::Recovery(RecoveryKeyId::from(&key(21))),
    ]);
    assert_eq!(twice.verified_signers(), Ok(expect));
    assert_eq!(
        order(log(7)).verified_signers(),
        Ok(BTreeSet::new()),
        "an order without signatures has no approval"
    );
}

#[test]
fn an_order_published_again_under_another_log_loses_its_approvals() {
    let mut moved = signed();
    moved.log = log(9);
    assert_eq!(moved.verified_signers(), Err(DropError::BadSignature));
}

#[test]
fn an_order_with_anything_changed_after_signing_is_refused() {
    let mut more = signed();
    more.entries.insert(EntryId::from_bytes([99; 32]));
    let mut earlier = signed();
    earlier.undo_until_ms -= 1;
    let mut about_another = signed();
    about_another.detail = SealedBytes::new(b"another person".to_vec());
    for changed in [more, earlier, about_another] {
        assert_eq!(changed.verified_signers(), Err(DropError::BadSignature));
    }
}

#[test]
fn a_changed_bit_anywhere_in_an_order_leaves_no_valid_approval_of_the_same_people() {
    let good = signed();
    let bytes = good.encode();
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[at] ^= 1 << bit;
            let accepted = DropOrder::decode(&changed).and_then(|order| order.verified_signers());
            // A key may turn from a device's into a recovery sheet's by one bit; it is then in no committee's list.
            assert!(accepted != good.verified_signers(), "bit {bit} of byte {at}");
        }
    }
}

#[test]
fn an_order_names_at_least_one_entry_and_at_most_the_limit() {
    let of = |count: usize| {
        let id = |n: usize| {
            let mut id = [0; 32];
            id[..8].copy_from_slice(&n.to_be_bytes());
            EntryId::from_bytes(id)
        };
        DropOrder::new(
            SPACE,
            log(7),
            (0..count).map(id).collect(),
            DropReason::Erased,
            0,
            SealedBytes::new(Vec::new()),
            BTreeSet::new(),
        )
    };
    assert!(of(1).is_ok() && of(DROP_ENTRY_COUNT_MAX).is_ok());
    assert_eq!(of(0), Err(DropError::AboveLimit));
    assert_eq!(of(DROP_ENTRY_COUNT_MAX + 1), Err(DropError::AboveLimit));
    let mut emptied = signed();
    emptied.entries.clear();
    assert_eq!(DropOrder::decode(&emptied.encode()), Err(DropError::AboveLimit));
}

#[test]
fn an_order_of_a_newer_version_is_told_from_damage() {
    let mut bytes = signed().encode();
    assert_eq!(bytes[..2], [0x89, 1]);
    bytes[1] = 2;
    assert_eq!(DropOrder::decode(&bytes), Err(DropError::NewerVersion));
}

proptest! {
    #[test]
    fn any_bytes_are_answered_without_a_panic(bytes in vec(any::<u8>(), 0..400)) {
        prop_assert!(DropOrder::decode(&bytes).is_err());
    }
}
