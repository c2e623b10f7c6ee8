//! How many bytes it takes: sync of equal replicas, and one changed field (the budget of docs/format.md, "Session").

use kyosei_access::{CutHead, EntryId, LogId};
use kyosei_sync::Have;

use crate::host::{Host, key, meet, pair, run, sent, space, start};

/// Bytes of one session's Hellos and Proofs, both directions.
fn handshake_bytes() -> usize {
    let [mut a, mut b] = pair(&[space(1)]);
    start(&mut a, &mut b);
    let (hello_a, hello_b) = (sent(&mut a), sent(&mut b));
    a.receive(&hello_b).unwrap();
    b.receive(&hello_a).unwrap();
    let proof_a = sent(&mut a);
    b.receive(&proof_a).unwrap();
    // The listener's proof is as long as the dialer's; its first heads follow directly.
    hello_a.len() + hello_b.len() + 2 * proof_a.len()
}

fn equal_pair(log_count: u8) -> [Host; 2] {
    let [mut a, mut b] = pair(&[space(1)]);
    for log in 100..100 + log_count {
        a.spaces.get_mut(&space(1)).unwrap().append(space(1), log, b"entry");
    }
    meet(&mut a, &mut b).unwrap();
    [a, b]
}

#[test]
fn two_equal_replicas_say_so_in_one_round_trip_and_at_most_200_bytes_for_each_log() {
    for log_count in [1, 10, 100] {
        let [mut a, mut b] = equal_pair(log_count);
        let total: usize = meet(&mut a, &mut b).unwrap().iter().sum();
        let heads = total - handshake_bytes();
        let log_count = usize::from(log_count);
        assert!(heads > 0 && heads <= 200 * log_count, "{heads} bytes of heads for {log_count} logs");
        assert_eq!((a.received_count(), b.received_count()), (0, 0));
        assert!(a.session().peer_have(space(1)).unwrap().log_count() == log_count);
        if log_count > 1 {
            assert!(total <= 200 * log_count, "{total} bytes with the proofs for {log_count} logs");
        }
    }
}

#[test]
fn one_round_trip_after_the_proofs_both_know_that_they_are_equal() {
    let [mut a, mut b] = equal_pair(10);
    start(&mut a, &mut b);
    let (of_a, of_b) = (sent(&mut a), sent(&mut b));
    a.receive(&of_b).unwrap();
    b.receive(&of_a).unwrap();
    b.receive(&sent(&mut a)).unwrap();
    a.receive(&sent(&mut b)).unwrap();
    b.receive(&sent(&mut a)).unwrap();
    let is_known = |host: &mut Host| host.session().peer_have(space(1)).unwrap().log_count() == 10;
    assert!(is_known(&mut a) && is_known(&mut b));
    assert_eq!((sent(&mut a), sent(&mut b)), (Vec::new(), Vec::new()));
}

#[test]
fn one_change_while_connected_costs_at_most_one_kilobyte_beside_its_payload() {
    let [mut a, mut b] = equal_pair(20);
    meet(&mut a, &mut b).unwrap();
    let payload = vec![9; 1300];
    a.append(space(1), 100, &payload);
    let total: usize = run(&mut a, &mut b).unwrap().iter().sum();
    let beside = total - payload.len();
    assert!(b.received_count() == 1 && beside <= 1000, "{beside} bytes beside the payload");
}

#[test]
fn a_digest_tells_any_two_different_states_apart() {
    let head = |seq, n| CutHead { seq, entry: EntryId::from_bytes([n; 32]) };
    let have = |logs: &[(u8, &[CutHead])]| {
        let tips = logs.iter().map(|(log, tips)| (LogId::from(&key(*log)), tips.iter().copied().collect()));
        Have::from_tips(tips.collect()).unwrap()
    };
    let states = [
        have(&[]),
        have(&[(1, &[head(0, 1)])]),
        have(&[(1, &[head(1, 1)])]),
        have(&[(1, &[head(0, 2)])]),
        have(&[(2, &[head(0, 1)])]),
        have(&[(1, &[head(0, 1), head(0, 2)])]),
        have(&[(1, &[head(0, 1)]), (2, &[head(0, 2)])]),
    ];
    let digests: std::collections::BTreeSet<_> = states.iter().map(|have| have.digest(space(1))).collect();
    assert_eq!(digests.len(), states.len());
    assert_ne!(states[0].digest(space(1)), states[0].digest(space(2)));
}
