//! Scenario 17: the power goes at every transaction of everything that stores.

use kyosei_access::Role;
use kyosei_simulator::{Fuse, NodeError, check};

use crate::committee::Committee;

/// Transactions of one deed at most.
const PATIENCE_TRANSACTIONS: u64 = 12;

/// What is done while the power goes.
type Deed = fn(&mut Committee) -> Result<(), NodeError>;

/// Cuts the power at each transaction of a deed of the admin, before and after; then everything must be as if it had been
/// done or not been done, and work goes on. Returns how many transactions there are.
fn at_every_transaction(prepare: fn(&mut Committee), deed: Deed) -> u64 {
    for at in 0..PATIENCE_TRANSACTIONS {
        for fuse in [Fuse::Before(at), Fuse::After(at)] {
            let mut c = Committee::new();
            prepare(&mut c);
            c.world.nodes[c.admin].save().unwrap();
            c.write(c.editor, 3, "to be taken in");
            c.world.nodes[c.admin].disk.set_fuse(Some(fuse));
            let done = deed(&mut c);
            if c.world.nodes[c.admin].disk.has_fuse() {
                assert_eq!(done, Ok(()), "positive control: with power it works");
                return at;
            }
            assert!(!c.world.nodes[c.admin].is_on(), "{fuse:?}: the power went");
            c.world.crash(c.admin);
            c.world.nodes[c.admin].boot();
            check::is_what_its_entries_say(&c.world.nodes[c.admin], c.space);
            c.settle();
            c.write(c.admin, 3, "afterwards");
            c.settle();
        }
    }
    panic!("a deed of more than {PATIENCE_TRANSACTIONS} transactions");
}

#[test]
fn scenario_17_the_power_goes_while_entries_are_taken_in() {
    let count = at_every_transaction(nothing, |c| {
        c.world.sync(c.admin, c.editor);
        if c.world.nodes[c.admin].is_on() { Ok(()) } else { Err(NodeError::Off) }
    });
    assert!(count >= 1);
}

#[test]
fn scenario_17_a_payload_that_came_after_its_entry_is_read_although_the_power_went_before_that_was_noted() {
    let mut c = Committee::new();
    c.write(c.editor, 3, "the payload comes later");
    let whole = c.table(c.editor);
    let mut bare = whole.clone();
    bare.last_mut().unwrap().payload = None;
    c.world.carry(c.space, c.other, &bare).unwrap();
    c.world.nodes[c.other].save().unwrap();
    c.world.carry(c.space, c.other, &whole).unwrap();
    c.world.crash(c.other);
    c.world.nodes[c.other].boot();
    assert_eq!(
        c.text(c.other, 3, &c.written.last().unwrap().key).as_deref(),
        Some("the payload comes later")
    );
    check::is_what_its_entries_say(&c.world.nodes[c.other], c.space);
    c.settle();
}

#[test]
fn scenario_17_a_laptop_that_catches_up_over_many_entries_and_a_removal_sees_no_fork() {
    let mut c = Committee::new();
    let (space, gone) = (c.space, c.device(c.other));
    c.world.nodes[c.admin].save().unwrap();
    c.scribble(c.other, 3, "late");
    c.world.nodes[c.admin].remove(space, [gone], &[]).unwrap();
    let stick = c.table(c.other);
    c.world.carry(space, c.admin, &stick).unwrap();
    for n in 0..150 {
        c.scribble(c.admin, n % 5, &format!("key {n}"));
    }
    c.world.crash(c.admin);
    c.world.nodes[c.admin].boot();
    assert_eq!(c.world.nodes[c.admin].journal(space).logs().forked().count(), 0);
    assert!(c.world.nodes[c.admin].journal(space).own_log().is_some());
    c.settle();
}

#[test]
fn scenario_17_the_power_goes_while_a_text_is_written_and_the_state_saved() {
    let count = at_every_transaction(nothing, |c| {
        let space = c.space;
        c.world.nodes[c.admin].write(space, kyosei_simulator::node::doc(6), "torn", "torn")?;
        c.world.nodes[c.admin].save()
    });
    assert!(count >= 2);
}

#[test]
fn scenario_17_the_power_goes_while_a_member_is_removed_and_keys_rotate() {
    let count = at_every_transaction(nothing, |c| {
        let (space, gone) = (c.space, c.device(c.other));
        c.world.nodes[c.admin].remove(space, [gone], &[])?;
        c.world.nodes[c.admin].rotate(space)?;
        c.world.nodes[c.admin].maintain(space).map(|_| ())
    });
    assert!(count >= 2);
}

#[test]
fn scenario_17_the_power_goes_while_a_member_is_let_in() {
    let count = at_every_transaction(nothing, |c| {
        let space = c.space;
        let joining = c.world.laptop("joining");
        c.world.let_in(c.admin, space, joining, Role::Edit)
    });
    assert!(count >= 1);
}

#[test]
fn scenario_17_the_power_goes_while_a_person_is_erased_here_or_by_an_order_that_arrives() {
    let erase: Deed = |c| {
        let (space, sheets) = (c.space, c.world.sheets[..1].to_vec());
        c.world.nodes[c.admin].erase(space, [kyosei_simulator::node::doc(2)], &sheets)
    };
    assert!(at_every_transaction(nothing, erase) >= 2);
    let order = |c: &mut Committee| {
        let (space, sheets) = (c.space, c.world.sheets[..1].to_vec());
        let second = c.admit_admin("second");
        c.settle();
        c.world.nodes[second].erase(space, [kyosei_simulator::node::doc(2)], &sheets).unwrap();
        c.world.sync(second, c.mailbox);
    };
    let take_in: Deed = |c| {
        c.world.sync(c.admin, c.mailbox);
        if c.world.nodes[c.admin].is_on() { Ok(()) } else { Err(NodeError::Off) }
    };
    assert!(at_every_transaction(order, take_in) >= 2);
}

fn nothing(_: &mut Committee) {}
