//! What a reduction costs, on histories larger than any committee will have.
//!
//! The bounds are loose enough for an unoptimised build on a busy machine; they catch growth by a power, not by a factor.
//! The figures in `docs/membership.md` come from these tests in a release build.

use std::time::{Duration, Instant};

use kyosei_access::*;

use crate::committee::*;

const OPERATIONS: usize = 1_000;

fn check(name: &str, committee: &Committee, bound: Duration) -> Membership {
    let timed = || {
        let start = Instant::now();
        (reduce(&committee.set), start.elapsed())
    };
    let (members, took) = (0..3).map(|_| timed()).min_by_key(|(_, took)| *took).unwrap();
    println!("{name}: {} operations reduced in {took:?} (best of 3)", committee.set.len());
    assert!(took < bound, "{name} took {took:?}");
    assert!(members.refused().is_empty() && members.missing().is_empty());
    members
}

#[test]
fn a_long_history_of_one_branch_is_cheap() {
    let mut committee = Committee::found(&[10, 20, 30]);
    let mut head = committee.say(10, committee.add(40, Role::Edit));
    while committee.set.len() < OPERATIONS {
        let role = if committee.set.len().is_multiple_of(2) { Role::Read } else { Role::Edit };
        head = committee.say_on(&[head], 20, set_role(40, role));
    }
    let members = check("one branch", &committee, Duration::from_secs(2));
    assert_eq!(members.heads().iter().copied().collect::<Vec<_>>(), [head]);
}

#[test]
fn many_epochs_for_many_readers_are_cheap() {
    let mut committee = Committee::found(&[10, 20, 30]);
    let mut head = committee.genesis;
    let readers: Vec<(u8, u8)> = (40..80).map(|n| (n, 0)).chain([(10, 0), (20, 0), (30, 0)]).collect();
    for (n, _) in &readers[..40] {
        head = committee.say_on(&[head], 10, committee.add(*n, Role::Edit));
    }
    let base = head;
    let mut number = 0;
    while committee.set.len() < OPERATIONS {
        number += 1;
        let MemberOp::Rotate(mut op) = rotate(1, &readers) else { unreachable!() };
        let mut recipient = [0; 32];
        recipient[..4].copy_from_slice(&u32::to_be_bytes(number));
        op.recipient = EpochRecipient::from_bytes(recipient);
        // A third of them are minted concurrently.
        let prev = if number.is_multiple_of(3) { base } else { head };
        let id = committee.say_on(&[prev], 20, MemberOp::Rotate(op));
        head = if number.is_multiple_of(3) { head } else { id };
    }
    let members = check("epochs", &committee, Duration::from_secs(5));
    assert!(members.preferred_epoch().is_some());
}

#[test]
fn branches_that_meet_again_and_again_with_removals_are_cheap_enough() {
    // The worst shape for the reducer: every other operation joins two branches that differ in a withdrawal.
    let mut committee = Committee::found(&[10, 20, 30]);
    let mut head = committee.say(10, committee.add(40, Role::Edit));
    while committee.set.len() < OPERATIONS {
        let one = committee.say_on(&[head], 10, set_role(40, Role::Read));
        let other = committee.say_on(&[head], 20, set_role(40, Role::Edit));
        head = committee.say_on(&[one, other], 30, set_role(40, Role::Relay));
    }
    let members = check("joins", &committee, Duration::from_secs(20));
    assert_eq!(members.role(device(40)), Some(Role::Relay));
}
