//! A membership that changes while two devices talk.

use kyosei_access::{LogId, SpaceId};
use kyosei_sync::wire::Message;
use kyosei_sync::{EndReason, Event, PAYLOAD_BYTES_MAX, Revision};

use crate::host::{Host, Wire, messages, pair, run, sent, space, start};

/// `a` sends a large entry of space 1 to `b`; about half of it has arrived. All frames that `a` has handed out arrived.
fn half_way(spaces: &[SpaceId]) -> [Host; 2] {
    let [mut a, mut b] = pair(spaces);
    a.spaces.get_mut(&space(1)).unwrap().append(space(1), 11, &vec![7; PAYLOAD_BYTES_MAX]);
    start(&mut a, &mut b);
    let mut wire = Wire::default();
    while wire.arrived[0] < PAYLOAD_BYTES_MAX / 2 {
        wire.carry([&mut a, &mut b], |there| there, 1).unwrap();
        wire.carry([&mut a, &mut b], |there| there, wire.under_way(0)).unwrap();
    }
    [a, b]
}

#[test]
fn a_removed_peer_gets_not_one_byte_more_of_the_space_and_the_others_go_on() {
    let [mut a, mut b] = half_way(&[space(1), space(2)]);
    a.append(space(1), 11, b"written just before");
    assert_eq!(a.revise(space(1), &[1]), Revision::Withdrawn);
    a.append(space(1), 11, b"written just after");
    let bytes = sent(&mut a);
    assert!(bytes.len() < 64, "{} bytes", bytes.len());
    b.receive(&bytes).unwrap();
    assert!(b.spaces[&space(1)].ids().is_empty(), "the entry under way was abandoned");
    assert!(b.events.contains(&Event::Withdrawn { space: space(1) }));

    let kept = a.append(space(2), 11, b"of the other space");
    let removed = b.append(space(1), 12, b"the removed one goes on writing");
    run(&mut a, &mut b).unwrap();
    assert!(b.spaces[&space(2)].ids().contains(&kept));
    assert!(!a.spaces[&space(1)].ids().contains(&removed), "and nothing more is taken from it");
}

#[test]
fn what_waits_in_the_output_is_taken_back_with_the_space() {
    let [mut a, mut b] = pair(&[space(1), space(2)]);
    for n in [1, 2] {
        a.spaces.get_mut(&space(n)).unwrap().append(space(n), 11, b"entry");
        b.spaces.get_mut(&space(n)).unwrap().append(space(n), 12, b"entry");
    }
    start(&mut a, &mut b);
    for _ in 0..4 {
        let (of_a, of_b) = (sent(&mut a), sent(&mut b));
        a.receive(&of_b).unwrap();
        b.receive(&of_a).unwrap();
    }
    // Whatever `a` would say next, of needs and answers, is now queued.
    let of_b = sent(&mut b);
    a.receive(&of_b).unwrap();
    a.append(space(1), 11, b"more");
    a.revise(space(1), &[1]);
    for message in messages(&sent(&mut a)) {
        match message {
            Message::Withdraw { space: of } => assert_eq!(of, space(1)),
            Message::Digest { space: of, .. }
            | Message::Have { space: of, .. }
            | Message::Need { space: of, .. } => {
                assert_eq!(of, space(2));
            }
            Message::Entry { header, .. } => {
                let signed = kyosei_sync::SignedHeader::decode(&header).unwrap();
                assert_eq!(signed.header().space, space(2));
            }
            Message::End { .. } | Message::Hello { .. } | Message::Proof { .. } => {}
        }
    }
}

#[test]
fn a_question_under_way_is_abandoned_with_its_space() {
    let [mut a, mut b] = pair(&[space(1), space(2)]);
    start(&mut a, &mut b);
    run(&mut a, &mut b).unwrap();
    let log = |n: u32| {
        let mut id = [0; 32];
        id[..4].copy_from_slice(&n.to_be_bytes());
        LogId::from_bytes(id)
    };
    let from = (0..4000).map(|n| (log(n), 0)).collect();
    a.session().need(space(1), from, [].into()).unwrap();
    let first = a.transmit().unwrap();
    assert_eq!(a.revise(space(1), &[1]), Revision::Withdrawn);
    let rest = sent(&mut a);
    assert!(rest.len() < 64, "{} bytes", rest.len());
    b.receive(&[first, rest].concat()).unwrap();
    assert!(!b.events.iter().any(|event| matches!(event, Event::PeerNeeds { .. })));
    let id = b.append(space(2), 12, b"the other space goes on");
    run(&mut a, &mut b).unwrap();
    assert!(a.spaces[&space(2)].ids().contains(&id));
}

#[test]
fn the_session_ends_with_its_reason_on_both_sides_when_nothing_is_shared_any_longer() {
    let [mut a, mut b] = half_way(&[space(1)]);
    assert_eq!(a.revise(space(1), &[1]), Revision::Ended);
    let bytes = sent(&mut a);
    a.act();
    b.receive(&bytes).unwrap();
    assert_eq!(a.end_reason(), Some(EndReason::PeerNotMember));
    assert_eq!(b.end_reason(), Some(EndReason::WithdrawnByPeer));
    assert_eq!((a.transmit(), b.transmit()), (None, None));
    b.append(space(1), 12, b"later");
    assert_eq!(b.transmit(), None);
    a.receive(b"whatever comes now is passed over").unwrap();
    assert_ne!(EndReason::PeerNotMember.code(), EndReason::WithdrawnByPeer.code());
}

#[test]
fn a_peer_whose_endpoint_was_replaced_is_cut_off_on_the_old_one() {
    let [mut a, mut b] = half_way(&[space(1)]);
    let mut view = a.view(space(1));
    view.peers.get_mut(&(&b.device).into()).unwrap().endpoint = crate::host::endpoint(77);
    assert_eq!(a.session().revise(view), Revision::Ended);
    b.receive(&sent(&mut a)).unwrap();
    assert!(b.spaces[&space(1)].ids().is_empty());
}

#[test]
fn a_removal_between_hello_and_proof_counts_and_the_other_side_learns_it() {
    let [mut a, mut b] = pair(&[space(1), space(2)]);
    start(&mut a, &mut b);
    let (hello_a, hello_b) = (sent(&mut a), sent(&mut b));
    a.receive(&hello_b).unwrap();
    b.receive(&hello_a).unwrap();
    let proof_a = sent(&mut a);
    assert_eq!(a.revise(space(1), &[1]), Revision::Withdrawn);
    b.receive(&proof_a).unwrap();
    run(&mut a, &mut b).unwrap();
    let shared = |host: &Host| match &host.events[0] {
        Event::Proven { spaces, .. } => spaces.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!((shared(&a), shared(&b)), (1, 2));
    assert!(b.events.contains(&Event::Withdrawn { space: space(1) }));

    let [mut a, mut b] = pair(&[space(1)]);
    start(&mut a, &mut b);
    assert_eq!(b.revise(space(1), &[2]), Revision::Ended);
    b.act();
    assert_eq!(b.end_reason(), Some(EndReason::PeerNotMember));
    assert_eq!(b.transmit().map(|hello| messages(&hello).len()), Some(1), "its Hello at most");
}

#[test]
fn a_space_that_the_peer_joined_meanwhile_waits_for_a_new_session() {
    let [mut a, mut b] = pair(&[space(1)]);
    start(&mut a, &mut b);
    run(&mut a, &mut b).unwrap();
    assert_eq!(a.revise(space(2), &[1, 2]), Revision::Addable);
    assert_eq!(a.revise(space(3), &[1, 3]), Revision::Kept);
    a.append(space(2), 11, b"not in this one");
    assert_eq!(a.transmit(), None);
    b.join(space(2), &[1, 2]);
    start(&mut a, &mut b);
    run(&mut a, &mut b).unwrap();
    assert_eq!(b.spaces[&space(2)].ids().len(), 1);
}
