//! Any order of delivery, and any path, gives the same members, heads and documents.

use std::sync::Arc;

use kyosei_access::{OpSet, Role, SpaceId};
use kyosei_app::journal::OwnedEntry;
use kyosei_simulator::random::{Life, Size};
use kyosei_simulator::world::Ending;
use kyosei_simulator::{Disk, Node, check};
use kyosei_testkit::Seed;
use rand::RngExt as _;
use rand::seq::SliceRandom as _;

/// Histories that are drawn.
const HISTORY_COUNT: u64 = 4;
/// Orders that each is delivered in.
const ORDER_COUNT: usize = 3;

/// A history with removals, forks, erasures and late entries, in a settled world, and a reader of its first space.
fn history(seed: u64) -> (Life, SpaceId, usize) {
    let mut life = Life::begin(seed, Size { laptops: 6, days: 3 });
    (0..3).for_each(|_| life.day());
    life.mend();
    let space = life.spaces[0];
    let reads = |index: &usize| {
        check::state(&life.world.nodes[*index], space).members[&life.world.nodes[*index].device()]
            >= Role::Read
    };
    let reader = check::committee(&life.world, space).into_iter().find(reads).unwrap();
    (life, space, reader)
}

/// A second machine of the reader's device that has only these operations.
fn empty_copy(life: &mut Life, reader: usize, ops: OpSet) -> usize {
    let (person, keys) = (life.world.nodes[reader].person, Arc::clone(&life.world.nodes[reader].keys));
    let mut copy = Node::with_disk("copy", person, keys, Disk::default(), life.world.branch());
    copy.enter(ops).unwrap();
    life.world.nodes.push(copy);
    life.world.nodes.len() - 1
}

/// What is compared, without the name of the machine. Dropped payloads that come back are not applied again.
fn equal(life: &Life, space: SpaceId, copy: usize, reader: usize) {
    let (copy, reader) = (&life.world.nodes[copy], &life.world.nodes[reader]);
    assert_eq!(check::state(copy, space), check::state(reader, space));
    check::is_what_its_entries_say(copy, space);
}

#[test]
fn any_order_of_delivery_gives_the_same_members_heads_and_documents() {
    let seed = Seed::of_test();
    for n in 0..HISTORY_COUNT {
        let (mut life, space, reader) = history(seed.value().wrapping_add(n));
        let mut entries: Vec<OwnedEntry> = life.world.nodes[reader].table(space).entries();
        for _ in 0..ORDER_COUNT {
            entries.shuffle(life.world.rng());
            let copy = empty_copy(&mut life, reader, OpSet::new(space));
            let (mut size, mut fruitless) = (0, 0);
            // In a pass that brings nothing, operations may have been heard of that the next one needs.
            while fruitless < 2 {
                let mut rest = &entries[..];
                while !rest.is_empty() {
                    let count = life.world.rng().random_range(1..8).min(rest.len());
                    life.world.carry(space, copy, &rest[..count]).unwrap();
                    rest = &rest[count..];
                }
                let now = life.world.nodes[copy].table(space).len();
                fruitless = if now == size { fruitless + 1 } else { 0 };
                size = now;
            }
            assert_eq!(size, entries.len(), "all of it is taken in");
            equal(&life, space, copy, reader);
        }
    }
}

#[test]
fn a_session_a_stick_and_a_mailbox_give_the_same_members_heads_and_documents() {
    let seed = Seed::of_test();
    for n in 0..HISTORY_COUNT {
        let (mut life, space, reader) = history(seed.value().wrapping_add(n));
        let ops = life.world.nodes[reader].journal(space).operations().clone();
        let committee = check::committee(&life.world, space);
        let device = life.world.nodes[reader].device();
        for path in committee.into_iter().filter(|index| *index != reader) {
            if life.world.nodes[path].device() == device {
                continue;
            }
            let copy = empty_copy(&mut life, reader, ops.clone());
            assert_eq!(life.world.sync(copy, path), Ending::Level);
            equal(&life, space, copy, reader);
        }
        let copy = empty_copy(&mut life, reader, ops);
        let stick = life.world.nodes[reader].table(space).entries();
        life.world.carry(space, copy, &stick).unwrap();
        equal(&life, space, copy, reader);
    }
}
