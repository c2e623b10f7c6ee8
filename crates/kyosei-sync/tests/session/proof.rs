//! Who is not who they say, or not a member, learns nothing.

use kyosei_access::SpaceId;
use kyosei_sync::wire::{Message, Nonce, Tag};
use kyosei_sync::{Event, Side, StartError, Violation};

use crate::host::{Host, endpoint, framed, key, messages, pair, run, sent, space, start};

/// Exchanges the two Hellos.
fn greet(a: &mut Host, b: &mut Host) {
    let (of_a, of_b) = (sent(a), sent(b));
    a.receive(&of_b).unwrap();
    b.receive(&of_a).unwrap();
}

/// Nothing left `host` since its Hello, and no event told that somebody was proven.
fn assert_silent(host: &mut Host) {
    assert_eq!(sent(host), b"");
    assert!(host.events.is_empty(), "{:?}", host.events);
}

/// Everything that `b` sends to `a` in one run, piece by piece, and the device at the other end.
fn bytes_to_member_of_one_space(other_space: Option<u8>, has_entries: bool) -> Vec<Vec<u8>> {
    let [mut a, mut b] = pair(&[space(1)]);
    b.spaces.get_mut(&space(1)).unwrap().append(space(1), 12, b"shared");
    if let Some(n) = other_space {
        b.join(space(n), &[2, 3]);
        if has_entries {
            for _ in 0..50 {
                b.spaces.get_mut(&space(n)).unwrap().append(space(n), 12, &[0; 500]);
            }
        }
    }
    // The one without the space knows its id: it was a member once.
    a.join(space(7), &[1, 2]);
    start(&mut a, &mut b);
    let mut pieces = Vec::new();
    loop {
        let of_a = sent(&mut a);
        b.receive(&of_a).unwrap();
        let of_b = sent(&mut b);
        a.receive(&of_b).unwrap();
        if of_a.is_empty() && of_b.is_empty() {
            return pieces;
        }
        pieces.push(of_b);
    }
}

#[test]
fn a_peer_without_a_space_gets_the_same_bytes_whether_it_exists_or_not() {
    let without = bytes_to_member_of_one_space(None, false);
    assert_eq!(bytes_to_member_of_one_space(Some(7), false), without);
    assert_eq!(bytes_to_member_of_one_space(Some(7), true), without);
    assert_eq!(bytes_to_member_of_one_space(Some(8), true), without);

    // Positive control: with a space that is shared the bytes do differ.
    let [mut a, mut b] = pair(&[space(1), space(7)]);
    b.spaces.get_mut(&space(1)).unwrap().append(space(1), 12, b"shared");
    start(&mut a, &mut b);
    let [_, of_b] = run(&mut a, &mut b).unwrap();
    assert!(of_b > without.iter().map(Vec::len).sum());
}

#[test]
fn asking_for_a_space_that_is_not_shared_gets_the_same_silence_as_for_one_that_does_not_exist() {
    for n in [7, 8] {
        let [mut a, mut b] = pair(&[space(1)]);
        b.join(space(7), &[2, 3]).append(space(7), 12, b"not for a");
        start(&mut a, &mut b);
        run(&mut a, &mut b).unwrap();
        let before = b.events.len();
        let log = (&key(12)).into();
        for message in [
            Message::Digest { space: space(n), digest: [0; 32] },
            Message::Have { space: space(n), tips: [].into(), is_last: true },
            Message::Need { request: 5, space: space(n), from: [(log, 0)].into(), payloads: [].into() },
            Message::Withdraw { space: space(n) },
        ] {
            b.receive(&framed(&message)).unwrap();
        }
        assert_eq!((sent(&mut b), b.events.len()), (Vec::new(), before));
    }
}

#[test]
fn an_endpoint_of_no_member_gets_not_even_a_hello() {
    let mut b = Host::new(2);
    b.join(space(1), &[1, 2]);
    assert_eq!(b.start(Side::Listener, endpoint(66), 1), Err(StartError::NoSharedSpace));
    assert_eq!(b.start(Side::Dialer, endpoint(66), 1), Err(StartError::NoSharedSpace));
    assert_eq!(
        b.start(Side::Dialer, endpoint(2), 1),
        Err(StartError::NoSharedSpace),
        "nor this device itself"
    );
}

#[test]
fn before_the_dialer_has_proved_itself_the_listener_says_its_hello_and_no_more() {
    let [mut a, mut b] = pair(&[space(1)]);
    start(&mut a, &mut b);
    let of_b = sent(&mut b);
    assert!(matches!(messages(&of_b)[..], [Message::Hello { .. }]));
    a.receive(&of_b).unwrap();
    let of_a = messages(&sent(&mut a));
    assert!(matches!(of_a[..], [Message::Hello { .. }, Message::Proof { .. }]));
    assert_silent(&mut b);
}

#[test]
fn another_device_on_a_members_endpoint_is_refused() {
    let [mut a, mut b] = pair(&[space(1)]);
    a.device = key(50);
    start(&mut a, &mut b);
    greet(&mut a, &mut b);
    assert_eq!(b.receive(&sent(&mut a)), Err(Violation::NoSharedSpace));
    assert_silent(&mut b);
}

#[test]
fn a_members_device_on_another_members_endpoint_is_refused() {
    let [mut a, mut b] = pair(&[space(1)]);
    for host in [&mut a, &mut b] {
        host.join(space(1), &[1, 2, 3]);
    }
    // Device 1 speaks on the endpoint of device 3.
    a.endpoint = endpoint(3);
    start(&mut a, &mut b);
    greet(&mut a, &mut b);
    assert_eq!(b.receive(&sent(&mut a)), Err(Violation::NoSharedSpace));
    assert_silent(&mut b);
}

#[test]
fn a_listener_that_is_another_device_is_refused_and_learns_no_space() {
    let [mut a, mut b] = pair(&[space(1)]);
    b.device = key(50);
    start(&mut a, &mut b);
    greet(&mut a, &mut b);
    b.receive(&sent(&mut a)).unwrap();
    assert_eq!(a.receive(&sent(&mut b)), Err(Violation::NoSharedSpace));
    assert_silent(&mut a);
}

#[test]
fn a_space_that_only_one_side_shares_is_not_shared() {
    let [mut a, mut b] = pair(&[space(1)]);
    a.join(space(2), &[1, 2]).append(space(2), 11, b"b is no longer a member for itself");
    b.join(space(2), &[2]).append(space(2), 12, b"a was removed");
    start(&mut a, &mut b);
    run(&mut a, &mut b).unwrap();
    for host in [&a, &b] {
        assert!(matches!(&host.events[0], Event::Proven { spaces, .. } if spaces.len() == 1));
        assert_eq!(host.spaces[&space(2)].ids().len(), 1);
    }
}

#[test]
fn a_proof_of_another_session_is_refused() {
    let [mut a, mut b] = pair(&[space(1)]);
    start(&mut a, &mut b);
    greet(&mut a, &mut b);
    let proof = sent(&mut a);
    // The same dialer again, byte for byte; only the listener's nonce is another one.
    let of_a = a.endpoint;
    b.start(Side::Listener, of_a, 200).unwrap();
    a.start(Side::Dialer, endpoint(2), 101).unwrap();
    greet(&mut a, &mut b);
    assert_eq!(b.receive(&proof), Err(Violation::BadProof));
    assert_silent(&mut b);
}

#[test]
fn own_messages_sent_back_are_refused() {
    for side in [Side::Dialer, Side::Listener] {
        let [mut a, _] = pair(&[space(1)]);
        a.start(side, endpoint(2), 1).unwrap();
        let hello = sent(&mut a);
        assert_eq!(a.receive(&hello), Err(Violation::Reflected));
        assert_silent(&mut a);
    }
    // With a Hello of its own the mirror gets further, and still cannot use the proof.
    let [mut a, mut b] = pair(&[space(1)]);
    start(&mut a, &mut b);
    greet(&mut a, &mut b);
    let proof = sent(&mut a);
    assert_eq!(a.receive(&proof), Err(Violation::Reflected));
    assert_silent(&mut a);
}

#[test]
fn two_devices_that_both_dialled_do_not_take_each_others_proofs() {
    // Each proof is for the other side of a connection.
    let [mut a, mut b] = pair(&[space(1)]);
    a.start(Side::Dialer, endpoint(2), 1).unwrap();
    b.start(Side::Dialer, endpoint(1), 2).unwrap();
    greet(&mut a, &mut b);
    let (of_a, of_b) = (sent(&mut a), sent(&mut b));
    assert_eq!(a.receive(&of_b), Err(Violation::BadProof));
    assert_eq!(b.receive(&of_a), Err(Violation::BadProof));
}

#[test]
fn a_man_in_the_middle_with_an_endpoint_of_its_own_gets_no_proof_accepted() {
    // The attacker is even a member (device 3 on endpoint 3) and relays between 1 and 2.
    let [mut a, mut b] = pair(&[space(1)]);
    for host in [&mut a, &mut b] {
        host.join(space(1), &[1, 2, 3]);
    }
    a.start(Side::Dialer, endpoint(3), 1).unwrap();
    b.start(Side::Listener, endpoint(3), 2).unwrap();
    greet(&mut a, &mut b);
    assert_eq!(b.receive(&sent(&mut a)), Err(Violation::BadProof));
    assert_silent(&mut b);
}

#[test]
fn a_proof_with_anything_changed_is_refused() {
    let fresh = || {
        let [mut a, mut b] = pair(&[space(1)]);
        start(&mut a, &mut b);
        greet(&mut a, &mut b);
        let [Message::Proof { device, tags, signature }] = &messages(&sent(&mut a))[..] else { panic!() };
        (b, *device, tags.clone(), *signature)
    };
    let (mut b, device, tags, signature) = fresh();
    b.receive(&framed(&Message::Proof { device, tags, signature })).unwrap();
    assert!(matches!(b.events[0], Event::Proven { .. }), "positive control");

    let (mut b, device, mut tags, signature) = fresh();
    tags.pop_first();
    tags.insert(Tag([9; 16]));
    let other_tags = Message::Proof { device, tags, signature };
    assert_eq!(b.receive(&framed(&other_tags)), Err(Violation::BadProof));
    let (mut b, _, tags, signature) = fresh();
    let other_device = Message::Proof { device: (&key(3)).into(), tags, signature };
    assert_eq!(b.receive(&framed(&other_device)), Err(Violation::BadProof));
    let (mut b, device, tags, mut signature) = fresh();
    signature[10] ^= 1;
    assert_eq!(b.receive(&framed(&Message::Proof { device, tags, signature })), Err(Violation::BadProof));
}

#[test]
fn no_common_version_ends_it_and_an_offer_that_was_changed_under_way_too() {
    let nonce = Nonce([5; 32]);
    let [mut a, _] = pair(&[space(1)]);
    a.start(Side::Dialer, endpoint(2), 1).unwrap();
    sent(&mut a);
    let newer = Message::Hello { versions: [2, 3].into(), nonce };
    assert_eq!(a.receive(&framed(&newer)), Err(Violation::NoCommonVersion));
    assert_silent(&mut a);

    let [mut a, mut b] = pair(&[space(1)]);
    start(&mut a, &mut b);
    let (of_a, of_b) = (sent(&mut a), sent(&mut b));
    let [Message::Hello { nonce, .. }] = messages(&of_a)[..] else { panic!() };
    a.receive(&of_b).unwrap();
    b.receive(&framed(&Message::Hello { versions: [1, 2].into(), nonce })).unwrap();
    assert_eq!(b.receive(&sent(&mut a)), Err(Violation::BadProof), "a downgrade shows in the signature");
}

#[test]
fn the_number_of_spaces_does_not_show_in_the_length_of_a_proof() {
    let length = |spaces: &[SpaceId]| {
        let [mut a, mut b] = pair(spaces);
        start(&mut a, &mut b);
        let [of_a, of_b] = [sent(&mut a), sent(&mut b)];
        a.receive(&of_b).unwrap();
        (of_a.len(), of_b.len(), sent(&mut a).len())
    };
    let all: Vec<SpaceId> = (1..=16).map(space).collect();
    assert_eq!(length(&all), length(&all[..1]));
}
