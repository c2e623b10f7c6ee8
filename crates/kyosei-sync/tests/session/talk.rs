//! Two honest devices get the same entries, at once and live, whatever each had before.

use kyosei_access::Role;
use kyosei_sync::wire::limits::OUTPUT_BYTES_MAX;
use kyosei_sync::{Event, PAYLOAD_BYTES_MAX, Side};

use crate::host::{Entries, Host, Wire, endpoint, meet, pair, run, space, start};

/// Numbers of logs.
const X: u8 = 11;
const Y: u8 = 12;

fn store(host: &mut Host, n: u8) -> &mut Entries {
    host.spaces.get_mut(&space(n)).unwrap()
}

fn assert_equal(a: &Host, b: &Host) {
    for (at, entries) in &a.spaces {
        assert_eq!(entries.ids(), b.spaces[at].ids());
        assert_eq!(entries.payloads(), b.spaces[at].payloads());
    }
}

#[test]
fn each_gets_what_only_the_other_had_and_then_what_is_written_while_connected() {
    let [mut a, mut b] = pair(&[space(9)]);
    for n in 0..5 {
        store(&mut a, 9).append(space(9), X, &[n; 100]);
        store(&mut b, 9).append(space(9), Y, &[n; 100]);
    }
    meet(&mut a, &mut b).unwrap();
    assert_eq!(store(&mut a, 9).ids().len(), 10);
    assert_equal(&a, &b);

    let written = a.append(space(9), X, b"live");
    run(&mut a, &mut b).unwrap();
    assert_eq!(store(&mut b, 9).payload(written).unwrap(), b"live");
    let own = store(&mut a, 9).have();
    assert_eq!(a.session().peer_have(space(9)), Some(&own), "the writer learns that it was stored");
}

#[test]
fn both_sides_learn_who_the_other_is_and_with_which_role() {
    let [mut a, mut b] = pair(&[space(9)]);
    b.members.get_mut(&space(9)).unwrap().values_mut().for_each(|peer| peer.role = Role::Relay);
    meet(&mut a, &mut b).unwrap();
    let proven = |host: &Host| match &host.events[0] {
        Event::Proven { device, spaces } => (*device, spaces.clone()),
        other => panic!("{other:?} before the proof"),
    };
    assert_eq!(proven(&a), ((&b.device).into(), [(space(9), Role::Edit)].into()));
    assert_eq!(proven(&b), ((&a.device).into(), [(space(9), Role::Relay)].into()));
}

#[test]
fn a_relay_gets_and_gives_entries_like_any_member() {
    let [mut a, mut relay] = pair(&[space(9)]);
    for host in [&mut a, &mut relay] {
        host.members.get_mut(&space(9)).unwrap().get_mut(&(&crate::host::key(2)).into()).unwrap().role =
            Role::Relay;
    }
    store(&mut a, 9).append(space(9), X, b"sealed");
    meet(&mut a, &mut relay).unwrap();
    let mut b = Host::new(3);
    b.join(space(9), &[1, 2, 3]);
    relay.join(space(9), &[1, 2, 3]);
    meet(&mut b, &mut relay).unwrap();
    assert_equal(&a, &b);
}

#[test]
fn many_spaces_with_different_members_share_one_session() {
    let [mut a, mut b] = pair(&[space(1), space(2), space(3)]);
    a.join(space(4), &[1]);
    b.join(space(5), &[2, 3]);
    for n in 1..=4 {
        store(&mut a, n).append(space(n), X, &[n; 50]);
    }
    for n in [1, 2, 3, 5] {
        store(&mut b, n).append(space(n), Y, &[n; 50]);
    }
    meet(&mut a, &mut b).unwrap();
    for n in 1..=3 {
        assert_eq!(store(&mut a, n).ids().len(), 2);
        assert_eq!(store(&mut a, n).ids(), store(&mut b, n).ids());
    }
    assert_eq!((store(&mut a, 4).ids().len(), store(&mut b, 5).ids().len()), (1, 1));
    assert!(!a.spaces.contains_key(&space(5)) && !b.spaces.contains_key(&space(4)));
}

#[test]
fn sixteen_spaces_fit_into_a_session_and_one_more_is_refused_before_a_word() {
    let spaces: Vec<_> = (1..=17).map(space).collect();
    let [mut a, mut b] = pair(&spaces[..16]);
    meet(&mut a, &mut b).unwrap();
    assert!(matches!(&a.events[0], Event::Proven { spaces, .. } if spaces.len() == 16));
    a.join(spaces[16], &[1, 2]);
    assert_eq!(a.start(Side::Dialer, endpoint(2), 1), Err(kyosei_sync::StartError::TooManySpaces));
}

#[test]
fn both_branches_of_a_fork_reach_a_device_that_knew_only_one_wherever_it_began() {
    for length in [1_usize, 2, 9, 40] {
        for at in [0, length / 2, length - 1] {
            let [mut a, mut b] = pair(&[space(9)]);
            let mut ids = Vec::new();
            for n in 0..length {
                ids.push(store(&mut a, 9).append(space(9), X, &n.to_be_bytes()));
            }
            for id in &ids {
                let entry = store(&mut a, 9).wire(*id);
                assert!(store(&mut b, 9).take(&entry));
            }
            // A restored backup goes on from an older place.
            let branch = (at > 0).then(|| ids[at - 1]);
            let mut tip = Some(store(&mut b, 9).write(space(9), X, branch, b"the other branch"));
            for n in 0..3_u8 {
                tip = Some(store(&mut b, 9).write(space(9), X, tip, &[n]));
            }
            meet(&mut a, &mut b).unwrap();
            assert_equal(&a, &b);
            assert_eq!(store(&mut a, 9).ids().len(), length + 4, "length {length}, branch at {at}");
            let question_count = 2 + length.ilog2() as usize;
            let most = question_count * 2 * (length - at + 4);
            assert!(a.received_count() <= most, "length {length}, branch at {at}: {}", a.received_count());
        }
    }
}

#[test]
fn tips_and_questions_that_take_several_messages_and_frames_are_told_as_one() {
    let [mut a, mut b] = pair(&[space(9)]);
    for n in 0..1700_u16 {
        let mut seed = [0; 32];
        seed[..2].copy_from_slice(&n.to_be_bytes());
        store(&mut a, 9).write_with(&ed25519_dalek::SigningKey::from_bytes(&seed), space(9), None, b"");
    }
    meet(&mut a, &mut b).unwrap();
    assert_equal(&a, &b);
    let first = b.events.iter().find_map(|event| match event {
        Event::PeerHas { have, .. } => Some(have.log_count()),
        _ => None,
    });
    assert_eq!(first, Some(1700), "nothing is told before the group is complete");
}

#[test]
fn a_payload_that_was_missing_is_fetched_by_the_id_of_its_entry() {
    let [mut a, mut b] = pair(&[space(9)]);
    let ids: Vec<_> = (0..4_u8).map(|n| store(&mut a, 9).append(space(9), X, &[n])).collect();
    store(&mut a, 9).drop_payload(ids[1]);
    meet(&mut a, &mut b).unwrap();
    assert_eq!(store(&mut b, 9).payload(ids[1]), None, "a dropped payload does not stop its log");
    store(&mut b, 9).drop_payload(ids[2]);
    b.wants_payloads = true;
    meet(&mut b, &mut a).unwrap();
    assert_eq!(store(&mut b, 9).payload(ids[2]), Some(&vec![2]));
    assert_eq!(b.received_count(), 2, "only the two entries without a payload");
}

#[test]
fn megabytes_flow_in_bounded_batches_and_no_space_waits_for_another() {
    let [mut a, mut b] = pair(&[space(1), space(2)]);
    for n in 0..12_u8 {
        store(&mut a, 1).append(space(1), X, &vec![n; PAYLOAD_BYTES_MAX]);
    }
    for n in 0..3_u8 {
        store(&mut a, 2).append(space(2), X, &[n; 64]);
    }
    start(&mut a, &mut b);
    let mut most_held = 0;
    let mut large_before_small = 0;
    let mut wire = Wire::default();
    loop {
        let before = wire.arrived;
        wire.carry([&mut a, &mut b], |there| there.min(8 << 10), 64 << 10).unwrap();
        most_held = most_held.max(a.session().held_bytes());
        if store(&mut b, 2).ids().len() < 3 {
            large_before_small = store(&mut b, 1).ids().len();
        }
        if wire.arrived == before {
            break;
        }
    }
    assert_equal(&a, &b);
    assert!(most_held > PAYLOAD_BYTES_MAX && most_held < OUTPUT_BYTES_MAX, "{most_held} bytes held");
    assert!(large_before_small <= 3, "{large_before_small} large entries came before three small ones");
}

#[test]
fn a_control_message_passes_a_large_entry_that_is_under_way() {
    let [mut a, mut b] = pair(&[space(1), space(2)]);
    store(&mut a, 1).append(space(1), X, &vec![7; PAYLOAD_BYTES_MAX]);
    start(&mut a, &mut b);
    let mut wire = Wire::default();
    while wire.arrived[0] < PAYLOAD_BYTES_MAX / 2 {
        wire.carry([&mut a, &mut b], |there| there.min(4 << 10), 4 << 10).unwrap();
    }
    assert!(store(&mut b, 1).ids().is_empty(), "the large entry is under way");
    let small = a.append(space(2), X, b"urgent");
    wire.carry([&mut a, &mut b], |there| there.min(4 << 10), 160 << 10).unwrap();
    let told = b
        .session()
        .peer_have(space(2))
        .unwrap()
        .iter()
        .flat_map(|(_, tips)| tips)
        .any(|tip| tip.entry == small);
    assert!(told && store(&mut b, 1).ids().is_empty(), "the announcement overtook the entry");
    wire.carry([&mut a, &mut b], |there| there, usize::MAX).unwrap();
    assert_equal(&a, &b);
}

#[test]
fn a_thousand_announcements_that_nobody_read_cost_one_message() {
    let [mut a, mut b] = pair(&[space(9)]);
    store(&mut a, 9).append(space(9), X, b"first");
    meet(&mut a, &mut b).unwrap();
    let before = a.session().held_bytes();
    for n in 0..1000_u32 {
        a.append(space(9), X, &n.to_be_bytes());
    }
    assert_eq!(a.session().held_bytes(), before, "nothing is queued");
    let sent = a.transmit().unwrap();
    assert!(sent.len() < 200 && a.transmit().is_none(), "one message with one tip");
    b.receive(&sent).unwrap();
    run(&mut a, &mut b).unwrap();
    assert_equal(&a, &b);
}
