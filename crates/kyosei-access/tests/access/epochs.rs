//! Which epochs may be used, who holds them, and what a removed device can do to them (rules E1-E5, R2).

use std::time::Duration;

use kyosei_access::*;

use crate::committee::*;

#[test]
fn scenario_5_after_a_voided_addition_the_next_epoch_excludes_both() {
    let (mut committee, base) = committee_of_four();
    committee.say_on(&[base], 30, committee.add(50, Role::Edit));
    let told = committee.say_on(&[base], (10, 20), remove(&[30]));
    committee.say_on(&[told], 10, rotate(1, &[(10, 0), (20, 0), (30, 0), (40, 0), (50, 0)]));
    assert_eq!(committee.members().preferred_epoch(), None);
    assert_eq!(committee.members().rotation_due(Duration::ZERO), Some(RotationReason::NoneUsable));
    committee.say(10, rotate(2, &[(10, 0), (20, 0), (40, 0)]));
    assert_eq!(committee.members().preferred_epoch(), Some(epoch(2).id()));
}

#[test]
fn scenario_6_one_usable_epoch_remains_after_concurrent_rotations_removals_and_a_backdated_minting() {
    let mut committee = Committee::found(&[10, 20, 30]);
    let base = committee.say(10, committee.add(40, Role::Edit));
    let base = committee.say_on(&[base], 10, committee.add(50, Role::Edit));
    let one = committee.say_on(&[base], 10, remove(&[40]));
    let other = committee.say_on(&[base], 20, remove(&[50]));
    committee.say_on(&[one], 10, rotate(1, &[(10, 0), (20, 0), (30, 0), (50, 0)]));
    committee.say_on(&[other], 20, rotate(2, &[(10, 0), (20, 0), (30, 0), (40, 0)]));
    committee.say_on(&[base], 40, rotate(0, &[(10, 0), (20, 0), (30, 0)]));
    assert_eq!(committee.members().preferred_epoch(), None);
    committee.say(30, rotate(3, &[(10, 0), (20, 0), (30, 0)]));
    let members = committee.members();
    let usable: Vec<EpochId> =
        members.epochs().filter(|(_, epoch)| epoch.is_usable).map(|(id, _)| id).collect();
    assert_eq!(usable, [epoch(3).id()]);
}

#[test]
fn a_removed_device_cannot_spoil_a_later_epoch() {
    let (mut committee, base) = committee_of_four();
    committee.say_on(&[base], 10, remove(&[40]));
    committee.say(10, rotate(1, &[(10, 0), (20, 0), (30, 0)]));
    let copy = committee.say_on(&[base], 40, rotate(1, &[(40, 0)]));
    committee.say_on(&[copy], 40, add_wraps(1, &[(40, 0)]));
    assert_eq!(committee.members().preferred_epoch(), Some(epoch(1).id()));
}

#[test]
fn scenario_7_a_rotation_takes_over_whatever_its_id() {
    let mut committee = Committee::found(&[10, 20]);
    for recipient in 1..=8 {
        committee.say(10, rotate(recipient, &[(10, 0), (20, 0)]));
        assert_eq!(committee.members().preferred_epoch(), Some(epoch(recipient).id()));
    }
}

#[test]
fn scenario_12_a_wrong_wrap_is_complained_about_and_healed_without_the_rotator() {
    let mut committee = Committee::found(&[10, 20, 30]);
    let id = epoch(1).id();
    committee.say(10, rotate(1, &[(10, 0), (20, 0), (30, 0)]));
    assert!(committee.members().holds(device(30), id));
    committee.say(30, MemberOp::Complaint(Complaint { epoch: id }));
    assert_eq!(committee.members().missing_wraps(id), [device(30)]);
    committee.say(20, add_wraps(1, &[(30, 0)]));
    assert!(committee.members().missing_wraps(id).is_empty());
    assert_eq!(committee.members().wraps_for(device(30), id).len(), 2);
}

#[test]
fn a_reader_asks_for_an_epoch_that_is_not_preferred_or_usable_until_someone_wraps_it() {
    let (mut committee, base) = committee_of_four();
    let id = epoch(1).id();
    committee.say_on(&[base], 10, rotate(1, &[(10, 0), (20, 0), (30, 0)]));
    committee.say_on(&[base], (20, 10), remove(&[30]));
    assert!(!committee.members().epoch(id).unwrap().is_usable);
    assert!(committee.members().asking_for(id).is_empty(), "nobody is asked for what nobody misses");
    committee.say(40, MemberOp::Complaint(Complaint { epoch: id }));
    committee.say(30, MemberOp::Complaint(Complaint { epoch: id }));
    assert_eq!(committee.members().asking_for(id), [device(40)].into(), "a removed device asks in vain");
    committee.say(20, add_wraps(1, &[(40, 0)]));
    assert!(committee.members().asking_for(id).is_empty());
}

#[test]
fn an_epoch_is_unusable_once_a_wrapped_key_is_replaced_or_a_reader_demoted() {
    let (mut committee, _) = committee_of_four();
    committee.say(10, rotate(1, &[(10, 0), (20, 0), (30, 0), (40, 0)]));
    let mut with_update = committee.clone();
    with_update.say(40, key_update(40, 1));
    assert_eq!(with_update.members().preferred_epoch(), None);
    with_update.say(10, rotate(2, &[(10, 0), (20, 0), (30, 0), (40, 1)]));
    assert!(with_update.members().holds(device(40), epoch(2).id()));
    committee.say(10, set_role(40, Role::Relay));
    assert_eq!(committee.members().preferred_epoch(), None);
}

#[test]
fn an_epoch_wrapped_for_a_foreign_recovery_key_is_unusable() {
    let mut committee = Committee::found(&[10]);
    let mint = |recipient, kem: KemRecipient| {
        let MemberOp::Rotate(mut op) = rotate(recipient, &[(10, 0)]) else { unreachable!() };
        op.recovery_wraps.insert(kem.id(), SealedBytes::new(vec![1]));
        MemberOp::Rotate(op)
    };
    committee.say(10, mint(1, kem(98, 0)));
    assert_eq!(committee.members().preferred_epoch(), None);
    committee.say(10, mint(2, kem(99, 0)));
    assert_eq!(committee.members().preferred_epoch(), Some(epoch(2).id()));
}

#[test]
fn a_reader_cannot_mint_and_a_relay_cannot_wrap() {
    let (mut committee, _) = committee_of_four();
    committee.say(10, rotate(1, &[(10, 0), (20, 0), (30, 0), (40, 0)]));
    committee.say(10, set_role(40, Role::Read));
    let mint = committee.say(40, rotate(2, &[(40, 0)]));
    committee.say(10, set_role(40, Role::Relay));
    let wrap = committee.say(40, add_wraps(1, &[(10, 0)]));
    let members = committee.members();
    assert_eq!(members.refused()[&mint], Refusal::AuthorRole);
    assert_eq!(members.refused()[&wrap], Refusal::AuthorRole);
}

#[test]
fn an_entry_that_knows_a_removal_may_not_use_an_epoch_of_the_removed_device() {
    let (mut committee, _) = committee_of_four();
    let before = committee.say(10, rotate(1, &[(10, 0), (20, 0), (30, 0), (40, 0)]));
    let after = committee.say(10, remove(&[40]));
    let members = committee.members();
    assert_eq!(members.check_seal(&[before], epoch(1).id()), Ok(()));
    assert_eq!(members.check_seal(&[after], epoch(1).id()), Err(SealError::IncludesRemoved));
    assert_eq!(members.check_seal(&[after], epoch(9).id()), Err(SealError::UnknownEpoch));
    assert_eq!(members.check_seal(&[OpId::from_bytes([0; 32])], epoch(1).id()), Err(SealError::UnknownHead));
}

#[test]
fn a_wrap_for_a_stranger_spoils_the_epoch_even_when_its_author_is_removed_meanwhile() {
    let (mut committee, _) = committee_of_four();
    let minted = committee.say(10, rotate(1, &[(10, 0), (20, 0), (30, 0)]));
    let leak = committee.say_on(&[minted], 40, add_wraps(1, &[(60, 0)]));
    committee.say_on(&[minted], 10, remove(&[40]));
    assert_eq!(committee.members().void()[&leak], Void::SignerRemoved);
    assert_eq!(committee.members().preferred_epoch(), None);
}

#[test]
fn an_epoch_is_minted_once_in_one_past() {
    let (mut committee, _) = committee_of_four();
    committee.say(10, rotate(1, &[(10, 0), (20, 0), (30, 0), (40, 0)]));
    let again = committee.say(20, rotate(1, &[(20, 0)]));
    assert_eq!(committee.members().refused()[&again], Refusal::EpochReused);
}

#[test]
fn a_minter_who_wrapped_nothing_for_itself_still_knows_its_epoch() {
    let (mut committee, _) = committee_of_four();
    committee.say(40, rotate(1, &[(10, 0), (20, 0), (30, 0)]));
    assert!(committee.members().epoch(epoch(1).id()).unwrap().is_usable);
    let removal = committee.say(10, remove(&[40]));
    let members = committee.members();
    assert_eq!(members.preferred_epoch(), None);
    assert_eq!(members.check_seal(&[removal], epoch(1).id()), Err(SealError::IncludesRemoved));
}

#[test]
fn a_wrap_for_a_removed_device_spoils_nothing_that_was_sealed_without_knowing_it() {
    let (mut committee, _) = committee_of_four();
    committee.say(10, remove(&[40]));
    let minted = committee.say(10, rotate(1, &[(10, 0), (20, 0), (30, 0)]));
    let leak = committee.say_on(&[minted], 30, add_wraps(1, &[(40, 0)]));
    let members = committee.members();
    assert_eq!(members.preferred_epoch(), None);
    assert_eq!(members.check_seal(&[minted], epoch(1).id()), Ok(()));
    assert_eq!(members.check_seal(&[leak], epoch(1).id()), Err(SealError::IncludesRemoved));
}

#[test]
fn a_removed_device_that_claims_an_epoch_of_others_spoils_nothing() {
    let (mut committee, base) = committee_of_four();
    let removal = committee.say_on(&[base], 10, remove(&[40]));
    let minted = committee.say_on(&[removal], 10, rotate(1, &[(10, 0), (20, 0), (30, 0)]));
    let claimed = committee.say_on(&[base], 40, rotate(1, &[(40, 0)]));
    let members = committee.members();
    assert_eq!(members.void()[&claimed], Void::SignerRemoved);
    assert_eq!(members.preferred_epoch(), Some(epoch(1).id()));
    assert_eq!(members.check_seal(&[minted, claimed], epoch(1).id()), Ok(()));
}

#[test]
fn an_epoch_minted_in_ignorance_of_a_removal_is_used_by_nobody_who_knows_it() {
    let (mut committee, _) = committee_of_four();
    let minted = committee.say(10, rotate(1, &[(10, 0), (20, 0), (30, 0)]));
    let removal = committee.say(10, remove(&[40]));
    let members = committee.members();
    assert_eq!(members.preferred_epoch(), None, "someone who has not heard of it may still hand it on");
    assert_eq!(members.check_seal(&[minted], epoch(1).id()), Ok(()));
    assert_eq!(members.check_seal(&[removal], epoch(1).id()), Err(SealError::IncludesRemoved));
}

#[test]
fn nobody_who_knows_the_removal_seals_to_an_epoch_that_the_removed_device_minted() {
    let (mut committee, base) = committee_of_four();
    let backdated = committee.say_on(&[base], 40, rotate(2, &[(10, 0), (20, 0), (30, 0)]));
    let removal = committee.say_on(&[base], 10, remove(&[40]));
    let members = committee.members();
    assert_eq!(members.check_seal(&[removal, backdated], epoch(2).id()), Err(SealError::IncludesRemoved));
    assert_eq!(members.check_seal(&[removal], epoch(2).id()), Err(SealError::UnknownEpoch));
    assert_eq!(members.check_seal(&[backdated], epoch(2).id()), Ok(()));
}

#[test]
fn what_was_sealed_to_an_epoch_stays_readable_when_its_minting_loses_its_effect() {
    let (mut committee, base) = committee_of_four();
    committee.say_on(&[base], 40, rotate(2, &[(10, 0), (20, 0), (30, 0)]));
    let stranger = committee.say_on(&[base], 60, rotate(3, &[(10, 0)]));
    committee.say_on(&[base], 10, remove(&[40]));
    let members = committee.members();
    assert!(members.epochs().next().is_none() && members.refused().contains_key(&stranger));
    assert_eq!(members.minted_epochs().collect::<Vec<_>>(), [epoch(2).id()]);
    assert_eq!(members.wraps_for(device(10), epoch(2).id()).len(), 1);
    assert!(members.wraps_for(device(10), epoch(3).id()).is_empty());
}
