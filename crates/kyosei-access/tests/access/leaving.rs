//! A device leaves a space by itself.

use kyosei_access::*;

use crate::committee::*;

#[test]
fn an_ordinary_device_of_any_role_leaves_without_asking_anyone() {
    let strict = Policy { remove: 2, ..Policy::default() };
    for role in [Role::Relay, Role::Read, Role::Edit] {
        let mut committee = Committee::found_with(&[10, 20], strict);
        committee.say(10, committee.add(40, role));
        committee.say(40, remove(&[40]));
        let members = committee.members();
        assert!(members.refused().is_empty() && members.removed().contains(&device(40)));
        assert_eq!(members.role(device(40)), None);
        let back = committee.say(10, committee.add(40, role));
        assert_eq!(committee.members().refused()[&back], Refusal::DeviceReused);
    }
}

#[test]
fn nobody_leaves_for_another_or_takes_another_along() {
    let (mut committee, _) = committee_of_four();
    committee.say(10, committee.add(41, Role::Edit));
    for devices in [&[41][..], &[40, 41]] {
        let op = committee.say(40, remove(devices));
        assert_eq!(committee.members().refused()[&op], Refusal::AuthorRole);
    }
    let with_witness = committee.say((40, 10), remove(&[40]));
    assert_eq!(committee.members().refused()[&with_witness], Refusal::AuthorRole);
}

#[test]
fn a_device_that_may_be_admin_needs_a_second_person_to_leave() {
    let mut committee = Committee::found(&[10, 20, 30]);
    committee.say((10, 20), committee.add_eligible(40, Role::Edit));
    for leaving in [10, 40] {
        let op = committee.say(leaving, remove(&[leaving]));
        assert_eq!(committee.members().refused()[&op], Refusal::Approvals { signed: 1, needed: 2 });
    }
    committee.say((10, 20), remove(&[10]));
    assert!(committee.members().removed().contains(&device(10)));
}

#[test]
fn a_stranger_and_a_removed_device_cannot_leave() {
    let (mut committee, _) = committee_of_four();
    committee.say(10, remove(&[40]));
    for n in [40, 60] {
        let op = committee.say(n, remove(&[n]));
        assert_eq!(committee.members().refused()[&op], Refusal::AuthorRole);
    }
}

#[test]
fn a_backdated_leave_unsays_nothing_that_the_device_said() {
    let (mut committee, base) = committee_of_four();
    committee.say(40, open_log(40, 0));
    committee.say(40, rotate(1, &[(10, 0), (20, 0), (30, 0), (40, 0)]));
    committee.say_on(&[base], 40, remove(&[40]));
    let members = committee.members();
    assert!(members.void().is_empty());
    assert!(members.log(LogId::from(&log_key(40, 0))).unwrap().is_effective);
    // What was sealed stays readable for the others; nobody seals to that epoch from now on.
    assert_eq!(members.wraps_for(device(10), epoch(1).id()).len(), 1);
    assert_eq!(members.preferred_epoch(), None);
}

#[test]
fn a_leaving_device_says_how_far_its_log_counts_unless_an_admin_removes_it() {
    let (mut committee, _) = committee_of_four();
    let opened = committee.say(40, open_log(40, 0));
    let log = LogId::from(&log_key(40, 0));
    let head = |seq: u8| CutHead { seq: seq.into(), entry: EntryId::from_bytes([seq; 32]) };
    let cut = |committee: &Committee| committee.members().cuts(device(40)).unwrap()[&log].clone();
    committee.say_on(&[opened], 40, remove_cut(&[40], &[(log, &[head(90)])]));
    assert_eq!(cut(&committee), [head(90)].into());
    committee.say_on(&[opened], 10, remove_cut(&[40], &[(log, &[head(7)])]));
    assert_eq!(cut(&committee), [head(7)].into());
}
