//! Welcomes that must not be taken, each for its own reason.

use super::*;

/// A committee that let device 40 in, the ticket, and the welcome.
fn welcomed() -> (Committee, Ticket, Welcome) {
    let mut committee = Committee::found(&[10]);
    let ticket = invite(&committee).ticket().clone();
    committee.say(10, committee.add(40, Role::Edit));
    let draft = Welcome::new(ticket.invitation()).with_space(&committee.set, "register").unwrap();
    (committee, ticket, draft)
}

fn refusal(draft: &Welcome, ticket: &Ticket, n: u8) -> WelcomeError {
    Welcomed::open(&draft.encode(), ticket, device(n)).map(|_| ()).unwrap_err()
}

#[test]
fn a_welcome_brings_the_space_of_the_ticket_or_nothing() {
    let (committee, ticket, _) = welcomed();
    let elsewhere = Committee::found_with(&[10], Policy { remove: 2, ..Policy::default() });
    let other = Welcome::new(ticket.invitation()).with_space(&elsewhere.set, "register").unwrap();
    assert_eq!(refusal(&other, &ticket, 40), WelcomeError::Spaces);
    assert_eq!(refusal(&Welcome::new(ticket.invitation()), &ticket, 40), WelcomeError::Spaces);
    // Operations of one space under the name of another.
    let bytes = other.encode();
    let at = bytes.windows(32).position(|window| window == elsewhere.space.as_bytes()).unwrap();
    let mut renamed = bytes;
    renamed[at..at + 32].copy_from_slice(committee.space.as_bytes());
    let refusal = Welcomed::open(&renamed, &ticket, device(40)).map(|_| ()).unwrap_err();
    assert_eq!(refusal, WelcomeError::OtherSpace { space: committee.space });
}

#[test]
fn a_welcome_without_the_genesis_or_the_addition_admits_nobody() {
    let (committee, ticket, full) = welcomed();
    let space = committee.space;
    assert_eq!(refusal(&full, &ticket, 41), WelcomeError::NotAdmitted { space });
    let before = Committee::found(&[10]);
    let early = Welcome::new(ticket.invitation()).with_space(&before.set, "register").unwrap();
    assert_eq!(refusal(&early, &ticket, 40), WelcomeError::NotAdmitted { space });
    let mut without_genesis = OpSet::new(space);
    for op in committee.set.iter().filter(|op| op.id() != committee.genesis) {
        without_genesis.insert(op.clone().verify().unwrap()).unwrap();
    }
    let headless = Welcome::new(ticket.invitation()).with_space(&without_genesis, "register").unwrap();
    assert_eq!(refusal(&headless, &ticket, 40), WelcomeError::NotAdmitted { space });
}

#[test]
fn a_forged_operation_in_a_welcome_is_found() {
    let (committee, ticket, draft) = welcomed();
    let mut bytes = draft.encode();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    let refusal = Welcomed::open(&bytes, &ticket, device(40)).map(|_| ()).unwrap_err();
    assert_eq!(refusal, WelcomeError::Operation { space: committee.space });
}

#[test]
fn a_welcome_of_another_invitation_is_not_taken() {
    let (committee, ticket, _) = welcomed();
    let other = InviteSecret::from_bytes([9; 32]).invitation();
    let draft = Welcome::new(other).with_space(&committee.set, "register").unwrap();
    assert_eq!(refusal(&draft, &ticket, 40), WelcomeError::OtherInvitation);
}

#[test]
fn operations_of_a_later_program_are_kept() {
    let (mut committee, ticket, _) = welcomed();
    let opaque = to_canonical(&(2_u16, 1_u16, SealedBytes::new(b"?".to_vec()), Vec::<SealedBytes>::new()));
    committee.set.insert_opaque(OpaqueOp::decode(&opaque).unwrap());
    let draft = Welcome::new(ticket.invitation()).with_space(&committee.set, "register").unwrap();
    let welcome = Welcomed::open(&draft.encode(), &ticket, device(40)).unwrap();
    assert_eq!(welcome.spaces[&committee.space].ops.iter_opaque().count(), 1);
}

#[test]
fn a_role_that_differs_from_the_offer_is_told() {
    let (mut committee, ticket, _) = welcomed();
    committee.say(10, set_role(40, Role::Read));
    let draft = Welcome::new(ticket.invitation()).with_space(&committee.set, "register").unwrap();
    let welcome = Welcomed::open(&draft.encode(), &ticket, device(40)).unwrap();
    assert_eq!(welcome.spaces[&committee.space].role, Role::Read);
}

#[test]
fn a_welcome_has_limits_and_a_version() {
    let (committee, ticket, _) = welcomed();
    let draft = || Welcome::new(ticket.invitation());
    for kind in ["", "Register", "名簿", "a b", &"x".repeat(limits::SPACE_KIND_BYTES_MAX + 1)] {
        assert_eq!(draft().with_space(&committee.set, kind).unwrap_err(), UnfitSpace::Kind);
    }
    let space = |n| OpSet::new(SpaceId::from_bytes([n; 32]));
    let eight = (0..8).fold(draft(), |draft, n| draft.with_space(&space(n), "x").unwrap());
    assert_eq!(eight.with_space(&space(8), "x").unwrap_err(), UnfitSpace::TooLarge);
    let large = vec![0; limits::WELCOME_BYTES_MAX + 1];
    assert_eq!(Welcome::decode(&large).unwrap_err(), WelcomeDecodeError::TooLarge);
    let later = to_canonical(&(2_u16, "something new"));
    assert_eq!(Welcome::decode(&later).unwrap_err(), WelcomeDecodeError::UnknownVersion { version: 2 });
}
