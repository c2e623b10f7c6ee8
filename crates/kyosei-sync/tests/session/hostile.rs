//! A peer that may send anything: a typed answer, bounded memory, and nothing of it in the store.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{CutHead, EntryId, LogId};
use kyosei_sync::wire::limits::{
    BULK_MESSAGE_BYTES_MAX, CONTROL_MESSAGE_BYTES_MAX, HANDSHAKE_MESSAGE_BYTES_MAX, HAVE_LOG_COUNT_MAX,
    NEED_PAYLOAD_COUNT_MAX, RECEIVED_BYTES_MAX,
};
use kyosei_sync::wire::{Message, OPTIONAL_KIND_MIN};
use kyosei_sync::{
    BRANCH_COUNT_MAX, Event, Local, NeedError, PAYLOAD_BYTES_MAX, ProvideError, Session, Side, Violation,
    WireEntry,
};
use kyosei_testkit::Seed;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::host::{Host, endpoint, framed, key, meet, messages, pair, sent, space};

/// A bare session of device 1 that has proved itself to device 2, in spaces 1 and 2, with nothing under way.
fn live() -> (Host, Session) {
    let [mut a, mut b] = pair(&[space(1), space(2)]);
    b.spaces.get_mut(&space(1)).unwrap().append(space(1), 12, b"first");
    meet(&mut a, &mut b).unwrap();
    let local = Local { device_key: a.device.clone(), endpoint: a.endpoint };
    let views = vec![a.view(space(1)), a.view(space(2))];
    let mut session = Session::new(Side::Dialer, local, endpoint(2), views, &[1; 32]).unwrap();
    b.start(Side::Listener, endpoint(1), 2).unwrap();
    loop {
        let of_a: Vec<u8> = std::iter::from_fn(|| session.poll_transmit()).flatten().collect();
        b.receive(&of_a).unwrap();
        let of_b = sent(&mut b);
        assert_eq!(session.handle_bytes(&of_b), Ok(of_b.len()));
        while session.poll_event().is_some() {}
        if of_a.is_empty() && of_b.is_empty() {
            return (b, session);
        }
    }
}

fn log(n: usize) -> LogId {
    let mut id = [0; 32];
    id[..8].copy_from_slice(&n.to_be_bytes());
    LogId::from_bytes(id)
}

fn tips(logs: std::ops::Range<usize>, each: usize) -> BTreeMap<LogId, BTreeSet<CutHead>> {
    let heads = |n: usize| {
        let head = |branch: usize| CutHead {
            seq: 0,
            entry: EntryId::from_bytes(*log(n * 1000 + branch).as_bytes()),
        };
        (0..each).map(head).collect()
    };
    logs.map(|n| (log(n), heads(n))).collect()
}

fn have(tips: BTreeMap<LogId, BTreeSet<CutHead>>, is_last: bool) -> Vec<u8> {
    framed(&Message::Have { space: space(1), tips, is_last })
}

fn need(request: u32) -> Vec<u8> {
    framed(&Message::Need { request, space: space(1), from: [(log(1), 0)].into(), payloads: [].into() })
}

fn entry(request: u32, entry: WireEntry) -> Vec<u8> {
    framed(&Message::Entry { request, header: entry.header, payload: entry.payload })
}

#[test]
fn a_violation_ends_the_session_for_good_and_says_the_same_each_time() {
    let (_, mut session) = live();
    let wrong = framed(&Message::End { request: 77 });
    assert_eq!(session.handle_bytes(&wrong), Err(Violation::Unrequested));
    assert_eq!(session.handle_bytes(&need(0)), Err(Violation::Unrequested));
    assert_eq!((session.poll_transmit(), session.poll_event()), (None, None));
    assert_eq!(session.need(space(1), [(log(1), 0)].into(), [].into()), Err(NeedError::NotShared));
    assert_eq!(session.held_bytes(), 0);
}

#[test]
fn each_violation_has_a_code_of_its_own() {
    let all = [
        Violation::Malformed,
        Violation::AboveLimit,
        Violation::NoCommonVersion,
        Violation::OutOfTurn,
        Violation::Reflected,
        Violation::BadProof,
        Violation::NoSharedSpace,
        Violation::Unrequested,
        Violation::RequestOutOfOrder,
    ];
    assert_eq!(all.map(Violation::code), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
}

#[test]
fn what_comes_out_of_turn_is_refused() {
    let hello = || {
        let [mut a, _] = pair(&[space(1)]);
        a.start(Side::Dialer, endpoint(2), 9).unwrap();
        sent(&mut a)
    };
    let (_, mut session) = live();
    assert_eq!(session.handle_bytes(&hello()), Err(Violation::OutOfTurn), "a second Hello");
    let (_, mut session) = live();
    let digest = framed(&Message::Digest { space: space(1), digest: [0; 32] });
    assert_eq!(session.handle_bytes(&digest), Err(Violation::OutOfTurn), "a second digest");
    let early = [need(0), have(tips(0..1, 1), true), digest, framed(&Message::Withdraw { space: space(1) })];
    for message in early {
        let [mut a, _] = pair(&[space(1)]);
        a.start(Side::Listener, endpoint(2), 9).unwrap();
        assert_eq!(a.receive(&message), Err(Violation::OutOfTurn), "before any Hello");
    }
}

#[test]
fn nothing_that_was_not_asked_for_is_taken() {
    let (mut b, mut session) = live();
    let asked = b.spaces.get_mut(&space(1)).unwrap().append(space(1), 12, b"asked for");
    let other_log = b.spaces.get_mut(&space(1)).unwrap().append(space(1), 13, b"other log");
    let other_space = b.spaces.get_mut(&space(2)).unwrap().append(space(2), 12, b"other space");
    let wires = [
        b.spaces[&space(1)].wire(other_log),
        b.spaces[&space(2)].wire(other_space),
        WireEntry { header: vec![0; 40], payload: None },
    ];
    let expect = [Violation::Unrequested, Violation::Unrequested, Violation::Malformed];
    let from = || [(LogId::from(&key(12)), 1)].into();
    for (wire, violation) in wires.into_iter().zip(expect) {
        let (_, mut session) = live();
        session.need(space(1), from(), [].into()).unwrap();
        assert_eq!(session.handle_bytes(&entry(0, wire)), Err(violation));
        assert_eq!(session.poll_event(), None);
    }
    let good = entry(0, b.spaces[&space(1)].wire(asked));
    let (_, mut unasked) = live();
    assert_eq!(unasked.handle_bytes(&good), Err(Violation::Unrequested), "without any question");
    session.need(space(1), from(), [].into()).unwrap();
    assert_eq!(session.handle_bytes(&good), Ok(good.len()), "positive control");
    let end = framed(&Message::End { request: 0 });
    assert_eq!(session.handle_bytes(&end), Ok(end.len()));
    assert_eq!(session.handle_bytes(&good), Err(Violation::Unrequested), "after the end of the answer");
}

#[test]
fn requests_are_numbered_upwards_and_one_is_open_at_a_time() {
    let (_, mut session) = live();
    assert!(session.handle_bytes(&need(3)).is_ok());
    assert_eq!(session.handle_bytes(&need(4)), Err(Violation::RequestOutOfOrder), "beside an open one");
    let (_, mut session) = live();
    assert!(session.handle_bytes(&need(3)).is_ok());
    let Some(Event::PeerNeeds { request, .. }) = session.poll_event() else { panic!() };
    session.provide(request, Vec::new(), true).unwrap();
    assert!(session.poll_transmit().is_some());
    assert_eq!(session.provide(request, Vec::new(), true), Err(ProvideError::Closed));
    assert_eq!(session.handle_bytes(&need(3)), Err(Violation::RequestOutOfOrder), "a number used before");
}

#[test]
fn a_need_for_what_does_not_exist_is_handed_on_and_answered_with_nothing() {
    let (mut b, _) = live();
    let before = b.events.len();
    b.receive(&need(9)).unwrap();
    assert!(matches!(b.events[before], Event::PeerNeeds { .. }));
    assert_eq!(messages(&sent(&mut b)), [Message::End { request: 9 }]);
}

#[test]
fn a_hundred_thousand_logs_are_refused_at_the_limit_and_an_endless_group_too() {
    let mut session = live().1;
    let mut refused = None;
    let mut most_held = 0;
    for n in (0..100_000).step_by(512) {
        // Within the limits of a message, always ascending, never the last.
        if let Err(violation) = session.handle_bytes(&have(tips(n..n + 512, 1), false)) {
            refused = Some((n, violation));
            break;
        }
        most_held = most_held.max(session.held_bytes());
    }
    let (at, violation) = refused.unwrap();
    assert!(violation == Violation::AboveLimit && at <= HAVE_LOG_COUNT_MAX);
    assert!(most_held < 4 << 20, "{most_held} bytes held");

    let (_, mut session) = live();
    let many = have(tips(0..1, BRANCH_COUNT_MAX + 1), true);
    assert_eq!(session.handle_bytes(&many), Err(Violation::AboveLimit), "too many branches of one log");
    let (_, mut session) = live();
    session.handle_bytes(&have(tips(5..6, 1), false)).unwrap();
    assert_eq!(
        session.handle_bytes(&have(tips(5..6, 1), false)),
        Err(Violation::Malformed),
        "round and round"
    );
    let (_, mut session) = live();
    assert_eq!(
        session.handle_bytes(&have(BTreeMap::new(), false)),
        Err(Violation::Malformed),
        "empty, not last"
    );
    let (_, mut session) = live();
    assert_eq!(
        session.handle_bytes(&have(tips(0..1, 0), true)),
        Err(Violation::AboveLimit),
        "a log without tip"
    );
}

#[test]
fn a_peer_that_tells_new_tips_for_ever_costs_what_the_last_ones_cost() {
    let (_, mut session) = live();
    let mut most_held = 0;
    for seq in 0..3000_u32 {
        let head = CutHead { seq, entry: EntryId::from_bytes([1; 32]) };
        session.handle_bytes(&have([(log(1), [head].into())].into(), true)).unwrap();
        most_held = most_held.max(session.held_bytes());
    }
    assert!(most_held < 8 << 10, "{most_held} bytes held");
    let Some(Event::PeerHas { have, .. }) = session.poll_event() else { panic!() };
    assert_eq!(have.tips(log(1)).unwrap().first().unwrap().seq, 2999);
    assert_eq!(session.poll_event(), None);
}

#[test]
fn messages_above_the_limit_of_their_lane_are_refused_before_they_are_held() {
    // Full frames without end, in each lane.
    for (flags, limit) in [(0, CONTROL_MESSAGE_BYTES_MAX), (2, BULK_MESSAGE_BYTES_MAX)] {
        let (_, mut session) = live();
        let frame = [&[flags, 0xff, 0xfd][..], &[0; 0xfffd]].concat();
        let mut total = 0;
        let violation = loop {
            match session.handle_bytes(&frame) {
                Ok(taken) => total += taken,
                Err(violation) => break violation,
            }
            assert!(session.held_bytes() <= 2 * limit + (64 << 10));
        };
        assert!(violation == Violation::AboveLimit && total <= limit + frame.len());
    }
    // A stranger gets a kilobyte, and no bulk lane.
    let mut host = Host::new(1);
    host.join(space(1), &[1, 2]);
    host.start(Side::Listener, endpoint(2), 1).unwrap();
    assert_eq!(host.receive(&[0, 0xff, 0xfd]), Err(Violation::AboveLimit));
    host.start(Side::Listener, endpoint(2), 1).unwrap();
    let len = u16::try_from(HANDSHAKE_MESSAGE_BYTES_MAX + 1).unwrap().to_be_bytes();
    assert_eq!(host.receive(&[1, len[0], len[1]]), Err(Violation::AboveLimit));
    host.start(Side::Listener, endpoint(2), 1).unwrap();
    assert_eq!(host.receive(&[3, 0, 1]), Err(Violation::AboveLimit));
}

#[test]
fn a_slow_drip_holds_what_has_arrived_and_no_more() {
    let (_, mut session) = live();
    let before = session.held_bytes();
    let bytes = have(tips(0..400, 1), true);
    for byte in &bytes[..bytes.len() - 1] {
        session.handle_bytes(&[*byte]).unwrap();
        assert!(session.held_bytes() - before <= 2 * bytes.len());
    }
    assert_eq!(session.poll_event(), None);
}

#[test]
fn entries_that_the_host_does_not_take_stop_the_intake() {
    let (mut b, mut session) = live();
    let payload = vec![3; PAYLOAD_BYTES_MAX];
    let ids: Vec<_> =
        (0..8).map(|_| b.spaces.get_mut(&space(1)).unwrap().append(space(1), 12, &payload)).collect();
    session.need(space(1), [(LogId::from(&key(12)), 1)].into(), [].into()).unwrap();
    let stream: Vec<u8> = ids.iter().flat_map(|id| entry(0, b.spaces[&space(1)].wire(*id))).collect();
    let mut rest = &stream[..];
    let mut batches = Vec::new();
    while !rest.is_empty() {
        let taken = session.handle_bytes(rest).unwrap();
        rest = &rest[taken..];
        assert!(session.held_bytes() < RECEIVED_BYTES_MAX + 2 * BULK_MESSAGE_BYTES_MAX);
        if !rest.is_empty() {
            assert_eq!(session.handle_bytes(rest), Ok(0), "full until the host polls");
        }
        let Some(Event::Entries { entries, .. }) = session.poll_event() else { panic!() };
        batches.push(entries.len());
    }
    assert_eq!(batches, [4, 4]);
}

#[test]
fn a_peer_that_asks_and_never_reads_makes_the_host_give_one_batch() {
    let (mut b, _) = live();
    for n in 0..20_u8 {
        b.spaces.get_mut(&space(1)).unwrap().append(space(1), 12, &vec![n; PAYLOAD_BYTES_MAX]);
    }
    let all = framed(&Message::Need {
        request: 8,
        space: space(1),
        from: [(LogId::from(&key(12)), 0)].into(),
        payloads: [].into(),
    });
    b.receive(&all).unwrap();
    b.act();
    let held = b.session().held_bytes();
    assert!(held > PAYLOAD_BYTES_MAX && held < 3 * PAYLOAD_BYTES_MAX, "{held} bytes held");
}

#[test]
fn a_batch_that_is_too_large_empty_or_not_due_is_not_taken() {
    let (_, mut session) = live();
    session.handle_bytes(&need(1)).unwrap();
    let Some(Event::PeerNeeds { request, .. }) = session.poll_event() else { panic!() };
    let large = WireEntry { header: vec![0; 200], payload: Some(vec![0; PAYLOAD_BYTES_MAX]) };
    let above = WireEntry { header: vec![0; 200], payload: Some(vec![0; PAYLOAD_BYTES_MAX + 1]) };
    assert_eq!(
        session.provide(request, vec![large.clone(), large.clone()], false),
        Err(ProvideError::AboveLimit)
    );
    assert_eq!(session.provide(request, vec![above], false), Err(ProvideError::AboveLimit));
    assert_eq!(session.provide(request, Vec::new(), false), Err(ProvideError::AboveLimit));
    assert_eq!(session.provide(request, vec![large.clone()], false), Ok(()));
    assert_eq!(session.provide(request, vec![large], false), Err(ProvideError::NotDue));
}

#[test]
fn a_question_is_refused_beside_an_open_one_and_outside_its_limits() {
    let (_, mut session) = live();
    let from = || BTreeMap::from([(log(1), 0)]);
    assert_eq!(session.need(space(7), from(), [].into()), Err(NeedError::NotShared));
    assert_eq!(session.need(space(1), BTreeMap::new(), [].into()), Err(NeedError::AboveLimit));
    let logs = (0..=HAVE_LOG_COUNT_MAX).map(|n| (log(n), 0)).collect();
    assert_eq!(session.need(space(1), logs, [].into()), Err(NeedError::AboveLimit));
    let ids = (0..=NEED_PAYLOAD_COUNT_MAX).map(|n| EntryId::from_bytes(*log(n).as_bytes())).collect();
    assert_eq!(session.need(space(1), from(), ids), Err(NeedError::AboveLimit));
    assert_eq!(session.need(space(1), from(), [].into()), Ok(()));
    assert_eq!(session.need(space(1), from(), [].into()), Err(NeedError::StillOpen));
    assert_eq!(session.need(space(2), from(), [].into()), Ok(()), "another space has its own");
    let largest_logs = (0..HAVE_LOG_COUNT_MAX).map(|n| (log(n << 50), u32::MAX)).collect();
    let largest_ids = (0..NEED_PAYLOAD_COUNT_MAX).map(|n| EntryId::from_bytes(*log(n).as_bytes())).collect();
    let largest =
        Message::Need { request: u32::MAX, space: space(1), from: largest_logs, payloads: largest_ids };
    assert!(largest.encode().len() <= CONTROL_MESSAGE_BYTES_MAX);
}

#[test]
fn a_message_of_a_newer_version_is_skipped_where_it_may_be_missed_and_only_there() {
    let raw = |kind: u8| [&[1, 0, 5, 0x82, 0x18, kind, 0x81, 0x07][..]].concat();
    let (_, mut session) = live();
    assert_eq!(session.handle_bytes(&raw(OPTIONAL_KIND_MIN)), Ok(8));
    assert!(session.handle_bytes(&need(1)).is_ok(), "the session goes on");
    let (_, mut session) = live();
    assert_eq!(session.handle_bytes(&raw(OPTIONAL_KIND_MIN - 1)), Err(Violation::Malformed));
    let [mut a, _] = pair(&[space(1)]);
    a.start(Side::Listener, endpoint(2), 9).unwrap();
    assert_eq!(a.receive(&raw(OPTIONAL_KIND_MIN)), Err(Violation::OutOfTurn), "not before the proofs");
}

#[test]
fn a_message_in_the_wrong_lane_is_refused() {
    let (_, mut session) = live();
    let mut moved = need(1);
    moved[0] |= 2;
    assert_eq!(session.handle_bytes(&moved), Err(Violation::Malformed));
}

#[test]
fn random_changes_of_honest_bytes_never_reach_the_store_of_another_space() {
    let seed = Seed::of_test();
    let mut rng = seed.rng();
    for _ in 0..150 {
        let [mut a, mut b] = pair(&[space(1)]);
        b.join(space(2), &[2, 3]).append(space(2), 12, b"not for a");
        for n in 0..3_u8 {
            a.spaces.get_mut(&space(1)).unwrap().append(space(1), 11, &[n; 40]);
        }
        crate::host::start(&mut a, &mut b);
        for _ in 0..12 {
            let mut of_a = sent(&mut a);
            if !of_a.is_empty() && rng.random_bool(0.5) {
                let at = rng.random_range(0..of_a.len());
                of_a[at] = rng.random();
            }
            let is_over = b.receive(&of_a).is_err() || a.receive(&sent(&mut b)).is_err();
            if is_over {
                break;
            }
        }
        assert_eq!(b.spaces[&space(2)].ids().len(), 1);
        assert!(b.spaces[&space(1)].ids().is_subset(&a.spaces[&space(1)].ids()));
    }
}

proptest! {
    #[test]
    fn garbage_is_answered_in_every_state(bytes in vec(any::<u8>(), 1..200), state in 0..3_u8) {
        let [mut a, mut b] = pair(&[space(1)]);
        crate::host::start(&mut a, &mut b);
        let (of_a, of_b) = (sent(&mut a), sent(&mut b));
        if state > 0 {
            a.receive(&of_b).unwrap();
            b.receive(&of_a).unwrap();
        }
        if state > 1 {
            b.receive(&sent(&mut a)).unwrap();
        }
        let known = b.events.len();
        let answer = b.session().handle_bytes(&bytes);
        prop_assert!(answer.is_err() || b.session().held_bytes() <= 4096 + 2 * bytes.len());
        prop_assert_eq!(b.events.len(), known);
    }
}
