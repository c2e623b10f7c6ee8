//! Where members are reached: who is let in, and what a claimed endpoint does not prove.

use std::collections::BTreeSet;

use kyosei_access::*;

use crate::committee::*;

fn at(members: &Membership, endpoint: EndpointKey) -> BTreeSet<DeviceId> {
    members.members_at(endpoint).map(|member| member.device).collect()
}

#[test]
fn the_endpoints_of_members_are_let_in_and_no_others() {
    let (mut committee, _) = committee_of_four();
    committee.say(10, committee.add(50, Role::Relay));
    let everyone = [10, 20, 30, 40, 50].map(|n| endpoint(n, 0));
    assert_eq!(committee.members().endpoints(), everyone.into());
    assert_eq!(at(&committee.members(), endpoint(50, 0)), [device(50)].into());
    committee.say(10, remove(&[40]));
    assert!(!committee.members().endpoints().contains(&endpoint(40, 0)));
    assert!(at(&committee.members(), endpoint(40, 0)).is_empty());
    assert!(at(&committee.members(), endpoint(60, 0)).is_empty());
}

#[test]
fn a_new_endpoint_takes_the_place_of_the_old_one_and_asks_for_no_new_epoch() {
    let (mut committee, _) = committee_of_four();
    committee.say(10, rotate(1, &[(10, 0), (20, 0), (30, 0), (40, 0)]));
    let before = committee.members();
    committee.say(40, endpoint_update(40, 1));
    let after = committee.members();
    assert!(at(&after, endpoint(40, 0)).is_empty() && !after.endpoints().contains(&endpoint(40, 0)));
    assert_eq!(at(&after, endpoint(40, 1)), [device(40)].into());
    assert_eq!(after.member(device(40)).unwrap().kem, kem(40, 0));
    assert_eq!(after.preferred_epoch(), Some(epoch(1).id()));
    assert_eq!(after.diff(&before).devices, [(device(40), MemberChange::Key)].into());
}

#[test]
fn updates_of_one_key_leave_the_other_as_it_is() {
    let (mut committee, base) = committee_of_four();
    committee.say_on(&[base], 40, endpoint_update(40, 1));
    committee.say_on(&[base], 40, key_update(40, 2));
    let member = |committee: &Committee| {
        let members = committee.members();
        let member = members.member(device(40)).unwrap();
        (member.kem, member.endpoint)
    };
    assert_eq!(member(&committee), (kem(40, 2), endpoint(40, 1)));
    committee.say(40, endpoint_update(40, 3));
    assert_eq!(member(&committee), (kem(40, 2), endpoint(40, 3)));
    let both = KeyUpdate { kem: Some(kem(40, 4)), endpoint: Some(endpoint(40, 4)) };
    committee.say(40, MemberOp::KeyUpdate(both));
    assert_eq!(member(&committee), (kem(40, 4), endpoint(40, 4)));
}

#[test]
fn concurrent_updates_of_the_endpoint_leave_one_whatever_the_order_of_delivery() {
    let (mut committee, base) = committee_of_four();
    let said = [1, 2]
        .map(|version| (committee.say_on(&[base], 40, endpoint_update(40, version)), endpoint(40, version)));
    let (_, winner) = said.iter().min().unwrap();
    assert_eq!(committee.members().member(device(40)).unwrap().endpoint, *winner);
}

#[test]
fn an_endpoint_claimed_twice_shuts_nobody_out_and_names_nobody() {
    let (mut committee, _) = committee_of_four();
    let steal = KeyUpdate { kem: None, endpoint: Some(endpoint(20, 0)) };
    committee.say(40, MemberOp::KeyUpdate(steal));
    let members = committee.members();
    assert!(members.endpoints().contains(&endpoint(20, 0)));
    assert_eq!(at(&members, endpoint(20, 0)), [device(20), device(40)].into());
    committee.say(10, remove(&[40]));
    assert_eq!(at(&committee.members(), endpoint(20, 0)), [device(20)].into());
}

#[test]
fn an_update_that_names_no_key_is_not_well_formed() {
    let committee = Committee::found(&[10]);
    let nothing = MemberOp::KeyUpdate(KeyUpdate { kem: None, endpoint: None });
    let body = OpBody::new(committee.space, [committee.genesis], device(10), nothing);
    assert_eq!(body.unwrap_err(), BodyError::NoKey);
}

#[test]
fn a_claim_binds_the_endpoint() {
    let committee = Committee::found(&[10]);
    let claim = committee.cert(30, Standing::Ordinary).claim;
    let mut bytes = claim.encode();
    let at = bytes.windows(32).position(|window| window == endpoint(30, 0).as_bytes()).unwrap();
    bytes[at..at + 32].copy_from_slice(endpoint(31, 0).as_bytes());
    let moved = DeviceClaim::decode(&bytes).unwrap();
    assert_eq!(moved.endpoint(), endpoint(31, 0));
    assert_eq!((claim.verify(committee.space), moved.verify(committee.space)), (Ok(()), Err(BadSignature)));
}
