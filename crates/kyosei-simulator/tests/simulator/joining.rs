//! Scenario 19: whatever happens to a ticket, nobody is added whose six words were not compared.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::invite::{
    Invitation, InviteSecret, JoinError, JoinRequest, Newcomer, Offer, Reach, RequestError, Ticket,
};
use kyosei_access::{Role, Standing};
use kyosei_app::journal::{ApprovalKeys, DeviceNames};
use kyosei_simulator::check;
use kyosei_simulator::world::DAY_MS;
use rand::Rng as _;

use crate::committee::Committee;

/// An invitation of the admin's to the space, as an editor.
fn invite(c: &mut Committee) -> Invitation {
    let mut secret = [0; 32];
    c.world.rng().fill_bytes(&mut secret);
    let offers = BTreeMap::from([(c.space, Offer::new(Role::Edit, Standing::Ordinary).unwrap())]);
    let endpoint = c.world.nodes[c.admin].keys.endpoint();
    let reach = Reach { endpoint, addresses: BTreeSet::new(), relays: BTreeSet::new() };
    Invitation::issue(offers, reach, InviteSecret::from_bytes(secret), now(c)).unwrap()
}

fn now(c: &Committee) -> u64 {
    u64::try_from(c.world.now_ms()).unwrap()
}

/// The answer of a laptop that holds the ticket.
fn answer(c: &Committee, node: usize, ticket: &Ticket) -> Result<JoinRequest, JoinError> {
    let node = &c.world.nodes[node];
    let newcomer = Newcomer {
        device_key: &node.keys.signing,
        kem: node.keys.kem_recipient(),
        endpoint: node.keys.endpoint(),
        person_name: "森 健一",
        device_name: "居間のパソコン",
    };
    JoinRequest::sign(ticket, newcomer, now(c))
}

/// What the person at the new laptop reads out.
fn spoken(request: &JoinRequest, ticket: &Ticket) -> String {
    request.words(ticket).english().collect::<Vec<_>>().join(" ")
}

#[test]
fn scenario_19_a_ticket_holds_no_key_and_one_person_whose_words_fit_is_let_in_once() {
    let mut c = Committee::new();
    let space = c.space;
    let mut invitation = invite(&mut c);
    let ticket = Ticket::from_text(&invitation.ticket().to_text()).unwrap();
    let (honest, late) = (c.world.laptop("honest"), c.world.laptop("late"));
    let ops: Vec<_> =
        c.world.nodes[c.admin].journal(space).operations().iter().map(|op| op.body().op().clone()).collect();
    assert!(check::reachable_epochs(&c.world.nodes[honest].keys, &ops).is_empty());
    assert!(!check::reachable_epochs(&c.world.nodes[c.editor].keys, &ops).is_empty(), "positive control");

    let request = answer(&c, honest, &ticket).unwrap();
    let applicant = invitation.receive(&request.encode(), now(&c)).unwrap();
    assert_eq!(
        invitation.receive(&request.encode(), now(&c)).unwrap().device(),
        c.device(honest),
        "once more is the same"
    );
    let second = answer(&c, late, &ticket).unwrap();
    assert_eq!(invitation.receive(&second.encode(), now(&c)).err(), Some(RequestError::AnsweredTwice));
    let admitted = applicant.confirm(&spoken(&request, &ticket)).unwrap();
    invitation.spend(&admitted).unwrap();
    assert_eq!(invitation.receive(&request.encode(), now(&c)).err(), Some(RequestError::Used));
    let (_, claim, offer) = admitted.claims().next().unwrap();
    let (claim, role, person) = (claim.clone(), offer.role(), c.world.nodes[honest].person);
    c.world.nodes[c.admin]
        .draft(space, |draft, keys, _| {
            let names = DeviceNames::new("森 健一".into(), "居間のパソコン".into());
            let approvals = ApprovalKeys { device: keys, recovery: &[] };
            Ok(draft.add_device(claim, person, &names, role, approvals)?)
        })
        .unwrap();
    let ops = c.world.nodes[c.admin].journal(space).operations().clone();
    c.world.nodes[honest].enter(ops).unwrap();
    c.settle();
    assert_eq!(c.text(honest, 1, "k0").as_deref(), Some("first"));
}

#[test]
fn scenario_19_a_thief_or_a_man_in_the_middle_cannot_speak_the_words_of_the_other() {
    let mut c = Committee::new();
    let (honest, thief) = (c.world.laptop("honest"), c.world.laptop("thief"));
    let mut invitation = invite(&mut c);
    let ticket = invitation.ticket().clone();
    let (of_honest, of_thief) = (answer(&c, honest, &ticket).unwrap(), answer(&c, thief, &ticket).unwrap());
    let applicant = invitation.receive(&of_thief.encode(), now(&c)).unwrap();
    assert!(applicant.confirm(&spoken(&of_honest, &ticket)).is_err(), "the honest person reads other words");
    assert_eq!(invitation.receive(&of_honest.encode(), now(&c)).err(), Some(RequestError::AnsweredTwice));

    // In the middle stands one who gives the newcomer a ticket of his own and answers the real one himself.
    let mut real = invite(&mut c);
    let faked = invite(&mut c);
    let to_him = answer(&c, honest, faked.ticket()).unwrap();
    let from_him = answer(&c, thief, &real.ticket().clone()).unwrap();
    let applicant = real.receive(&from_him.encode(), now(&c)).unwrap();
    assert!(applicant.confirm(&spoken(&to_him, faked.ticket())).is_err());
    let passed_on = real.receive(&to_him.encode(), now(&c)).err();
    assert_eq!(passed_on, Some(RequestError::OtherInvitation));
    let members = c.state(c.admin).members;
    assert!(!members.contains_key(&c.device(thief)) && !members.contains_key(&c.device(honest)));
}

#[test]
fn scenario_19_a_ticket_that_is_too_old_or_was_called_back_lets_nobody_in() {
    let mut c = Committee::new();
    let late = c.world.laptop("late");
    let mut old = invite(&mut c);
    let ticket = old.ticket().clone();
    let in_time = answer(&c, late, &ticket).unwrap();
    c.world.pass(8 * DAY_MS);
    assert!(matches!(answer(&c, late, &ticket), Err(JoinError::Expired(_))));
    assert!(matches!(old.receive(&in_time.encode(), now(&c)), Err(RequestError::Expired(_))));
    let mut recalled = invite(&mut c);
    let request = answer(&c, late, &recalled.ticket().clone()).unwrap();
    recalled.revoke();
    assert_eq!(recalled.receive(&request.encode(), now(&c)).err(), Some(RequestError::Revoked));
}
