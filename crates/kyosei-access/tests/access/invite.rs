//! Inviting a device: the honest way, and every dishonest one that we know of (scenario 19).

mod arbitrary;
mod requests;
mod tickets;
mod vectors;
mod welcomes;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::invite::*;
use kyosei_access::*;

use crate::committee::*;

/// Noon of an invented day, Unix time in milliseconds.
const NOW_MS: u64 = 1_800_000_000_000;
const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

fn address(text: &str) -> Address {
    Address::new(text).unwrap()
}

fn reach() -> Reach {
    Reach {
        endpoint: endpoint(10, 0),
        addresses: BTreeSet::from([address("192.0.2.7:4433"), address("[2001:db8::7]:4433")]),
        relays: BTreeSet::from([address("https://relay.example/")]),
    }
}

fn offer() -> Offer {
    Offer::new(Role::Edit, Standing::Ordinary).unwrap()
}

/// Device 10 invites to the space of a committee.
fn invite(committee: &Committee) -> Invitation {
    let offers = BTreeMap::from([(committee.space, offer())]);
    Invitation::issue(offers, reach(), InviteSecret::from_bytes([7; 32]), NOW_MS).unwrap()
}

/// Device `n` answers a ticket, with names of the person and the device.
fn answer_as(ticket: &Ticket, n: u8, names: (&str, &str), now_ms: u64) -> Result<JoinRequest, JoinError> {
    let newcomer = Newcomer {
        device_key: &device_key(n),
        kem: kem(n, 0),
        endpoint: endpoint(n, 0),
        person_name: names.0,
        device_name: names.1,
    };
    JoinRequest::sign(ticket, newcomer, now_ms)
}

fn answer(ticket: &Ticket, n: u8) -> JoinRequest {
    answer_as(ticket, n, ("青木 葵", "ノート"), NOW_MS).unwrap()
}

fn english(words: &VerificationWords) -> String {
    words.english().collect::<Vec<_>>().join(" ")
}

/// The admitted device, after the words of its own screen were read out.
fn admit(invitation: &mut Invitation, n: u8) -> Admitted {
    let request = answer(invitation.ticket(), n);
    let spoken = english(&request.words(invitation.ticket()));
    invitation.receive(&request.encode(), NOW_MS).unwrap().confirm(&spoken).unwrap()
}

#[test]
fn a_device_comes_in_with_text_words_and_two_files() {
    let mut committee = Committee::found(&[10]);
    let mut invitation = invite(&committee);
    let text = invitation.ticket().to_text();

    // On the new laptop.
    let ticket = Ticket::from_text(&text).unwrap();
    ticket.check_time(NOW_MS).unwrap();
    let request = answer(&ticket, 40);
    let spoken = english(&request.words(&ticket));

    // On the admin's.
    let applicant = invitation.receive(&request.encode(), NOW_MS + DAY_MS).unwrap();
    assert_eq!((applicant.person_name(), applicant.device_name()), ("青木 葵", "ノート"));
    let admitted = applicant.confirm(&spoken).unwrap();
    let (space, claim, offer) = admitted.claims().next().unwrap();
    assert_eq!((space, claim.device(), claim.endpoint()), (committee.space, device(40), endpoint(40, 0)));
    let cert =
        DeviceCert { claim: claim.clone(), person: person(40), sealed_name: SealedBytes::new(vec![1]) };
    committee.say(10, MemberOp::Add(Add { cert, role: offer.role() }));
    invitation.spend(&admitted).unwrap();
    let welcome = Welcome::new(invitation.id()).with_space(&committee.set, "register").unwrap();

    // On the new laptop again.
    let welcome = Welcomed::open(&welcome.encode(), &ticket, device(40)).unwrap();
    let welcomed = &welcome.spaces[&committee.space];
    assert_eq!((welcomed.kind.as_str(), welcomed.role), ("register", Role::Edit));
    assert!(reduce(&welcomed.ops).can::<Write>(device(40)));
    assert!(reduce(&welcomed.ops).missing().is_empty());
}
