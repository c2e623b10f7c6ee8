//! Golden vectors of the invitation.

use super::*;
use crate::vectors::{check, hex};

#[test]
fn vector_ticket() {
    let ticket = invite(&Committee::found(&[10])).ticket().clone();
    let sealing = hex(&*ticket.secret().sealing_key());
    check("ticket", &[ticket.to_text().to_string(), ticket.invitation().to_hex(), sealing]);
}

#[test]
fn vector_join_request_and_its_words() {
    let ticket = invite(&Committee::found(&[10])).ticket().clone();
    let request = answer(&ticket, 40);
    let words = request.words(&ticket);
    let japanese = words.japanese().collect::<Vec<_>>().join(" ");
    check("join-request", &[hex(&request.encode()), english(&words), japanese]);
}

#[test]
fn vector_kept_invitation() {
    let mut invitation = invite(&Committee::found(&[10]));
    let open = hex(&invitation.encode());
    let admitted = admit(&mut invitation, 40);
    let answered = hex(&invitation.encode());
    invitation.spend(&admitted).unwrap();
    check("invitation", &[open, answered, hex(&invitation.encode())]);
}

#[test]
fn vector_welcome() {
    let mut committee = Committee::found(&[10]);
    let ticket = invite(&committee).ticket().clone();
    committee.say(10, committee.add(40, Role::Edit));
    let draft = Welcome::new(ticket.invitation()).with_space(&committee.set, "partner/kita").unwrap();
    let bytes = draft.encode();
    assert_eq!(Welcome::decode(&bytes).unwrap(), draft);
    check("welcome", &[hex(&bytes)]);
}
