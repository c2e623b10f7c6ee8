//! How the bytes are cut on their way, and where the connection breaks, changes nothing of what arrives.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::SpaceId;
use kyosei_sync::{Event, Have};
use kyosei_testkit::{Seed, torture};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::host::{Host, Wire, pair, run, space, start};

/// Two devices with two spaces, in each of which both wrote; one entry takes several frames.
fn busy_pair(large: usize) -> [Host; 2] {
    let mut hosts = pair(&[space(1), space(2)]);
    for (host, log) in hosts.iter_mut().zip([11, 12]) {
        for n in [1, 2] {
            let entries = host.spaces.get_mut(&space(n)).unwrap();
            for length in [3, if n == 1 { large } else { 40 }, 0] {
                entries.append(space(n), log, &vec![log; length]);
            }
        }
    }
    hosts
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    proven: Vec<Event>,
    entries: BTreeMap<SpaceId, Vec<Vec<u8>>>,
    has: BTreeMap<SpaceId, Have>,
}

/// What the events say, without how they were batched.
fn told(host: &Host) -> Told {
    let Told { mut proven, mut entries, mut has } = Told::default();
    for event in &host.events {
        match event {
            Event::Entries { space, entries: some, .. } => {
                let all = entries.entry(*space).or_default();
                all.extend(some.iter().map(|entry| entry.header.clone()));
            }
            Event::PeerHas { space, have } => {
                has.entry(*space).or_insert_with(Have::new).update(have).unwrap()
            }
            Event::Proven { .. } => proven.push(event.clone()),
            other => assert!(matches!(other, Event::PeerNeeds { .. } | Event::WantsMore { .. }), "{other:?}"),
        }
    }
    Told { proven, entries, has }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_cutting_of_the_streams_tells_the_same(sizes in vec(1_usize..70_000, 1..40)) {
        let [mut a, mut b] = busy_pair(150_000);
        start(&mut a, &mut b);
        run(&mut a, &mut b).unwrap();
        let [mut c, mut d] = busy_pair(150_000);
        start(&mut c, &mut d);
        let mut sizes = sizes.iter().cycle();
        Wire::default().carry([&mut c, &mut d], |_| *sizes.next().unwrap(), usize::MAX).unwrap();
        prop_assert_eq!(told(&a), told(&c));
        prop_assert_eq!(told(&b), told(&d));
    }
}

#[test]
fn bytes_that_arrive_one_by_one_tell_the_same() {
    let [mut a, mut b] = busy_pair(100);
    start(&mut a, &mut b);
    run(&mut a, &mut b).unwrap();
    let [mut c, mut d] = busy_pair(100);
    start(&mut c, &mut d);
    Wire::default().carry([&mut c, &mut d], |_| 1, usize::MAX).unwrap();
    assert_eq!(told(&a), told(&c));
    assert_eq!(told(&b), told(&d));
}

#[test]
fn sweep_a_connection_cut_after_any_byte_is_made_good_by_the_next_and_nothing_stored_is_sent_again() {
    let seed = Seed::of_test();
    let [mut a, mut b] = busy_pair(100);
    start(&mut a, &mut b);
    let mut wire = Wire::default();
    wire.carry([&mut a, &mut b], |there| there.min(50), usize::MAX).unwrap();
    let whole: usize = wire.arrived.iter().sum();
    let all = a.spaces[&space(1)].ids().len();
    let mut kept_counts = BTreeSet::new();
    // Every cut takes a minute; a part of them, spread over all, takes seconds.
    let step = if torture::folder().is_some() { 1 } else { 29 };
    for cut in (seed.rng().random_range(0..step)..=whole).step_by(step) {
        let [mut a, mut b] = busy_pair(100);
        start(&mut a, &mut b);
        Wire::default().carry([&mut a, &mut b], |there| there.min(50), cut).unwrap();
        let stored = |host: &Host| host.spaces.values().map(|entries| entries.ids().len()).sum::<usize>();
        let missing = [2 * all - stored(&a), 2 * all - stored(&b)];
        kept_counts.insert(missing);
        start(&mut a, &mut b);
        run(&mut a, &mut b).unwrap();
        assert_eq!([a.received_count(), b.received_count()], missing, "cut after {cut} bytes");
        assert_eq!([stored(&a), stored(&b)], [2 * all; 2]);
    }
    assert!(kept_counts.len() > 6, "cuts fell between the entries: {kept_counts:?}");
}
