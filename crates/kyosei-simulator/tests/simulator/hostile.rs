//! Scenario 18: whatever a member's stolen keys sign and seal, it is marked bad, costs bounded work, and the log goes on.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{CutHead, EntryId, LogId};
use kyosei_app::journal::{BadEntry, OwnedEntry};
use kyosei_simulator::forge::{self, Forger};
use kyosei_simulator::node::doc;
use kyosei_sync::{
    EntryHeader, EntryKind, Inner, InnerError, PAYLOAD_BYTES_MAX, Part, PartKind, Place, Refused, actor,
};
use kyosei_vault::OpenError;

use crate::committee::Committee;

/// A committee, a thief of the editor's log key, and what it takes to seal.
struct Thief {
    c: Committee,
    forger: Forger,
    epoch: kyosei_access::EpochId,
    membership: kyosei_access::Membership,
}

impl Thief {
    fn new() -> Self {
        let c = Committee::new();
        let membership = c.world.nodes[c.editor].journal(c.space).membership().clone();
        let forger = Forger::of(&c.world.nodes[c.editor], c.space);
        Self { epoch: membership.preferred_epoch().unwrap(), forger, c, membership }
    }

    fn sealed(&mut self, content: &[u8]) -> OwnedEntry {
        self.forger.content(&self.membership, None, self.epoch, content)
    }

    fn with_part(&mut self, body: Vec<u8>) -> OwnedEntry {
        let part = Part { doc: doc(30), kind: PartKind::Changes, body };
        self.forger.data(&self.membership, None, self.epoch, vec![part])
    }

    /// All take the entry in, say what is wrong with it, and read the next honest one of the same log.
    #[track_caller]
    fn expect(&mut self, hostile: OwnedEntry, expected: Option<BadEntry>) {
        let note = forge::note(self.forger.log(), 9, doc(31), "next", "goes on");
        let next = self.forger.data(&self.membership, None, self.epoch, vec![note]);
        for node in [self.c.admin, self.c.other] {
            self.c.world.carry(self.c.space, node, &[hostile.clone(), next.clone()]).unwrap();
            if let Some(expected) = expected {
                assert_eq!(self.c.world.nodes[node].bad().last(), Some(&expected));
            }
            assert_eq!(self.c.text(node, 31, "next").as_deref(), Some("goes on"));
        }
        let broken = self.c.world.nodes[self.c.admin].replica(self.c.space).register().save(doc(30));
        assert_eq!(broken, None, "nothing of it is applied");
    }
}

#[test]
fn scenario_18_garbage_and_bombs_are_marked_bad_and_the_log_goes_on() {
    let mut thief = Thief::new();
    let garbage = vec![0xa5; PAYLOAD_BYTES_MAX];
    let (epoch, mut bomb) = (thief.epoch, Vec::new());
    let raw = thief.forger.entry(EntryKind::Data, None, Some(epoch), garbage);
    thief.expect(raw, Some(BadEntry::Open(OpenError::Damaged)));
    bomb.resize(64 << 20, 0);
    let bomb = thief.sealed(&bomb);
    assert!(bomb.payload.as_ref().unwrap().len() < PAYLOAD_BYTES_MAX, "a bomb fits into an entry");
    thief.expect(bomb, Some(BadEntry::Open(OpenError::TooLarge)));
    let deep = thief.sealed(&vec![0x81; 1 << 20]);
    thief.expect(deep, None);
    assert!(matches!(thief.c.world.nodes[thief.c.admin].bad().last(), Some(BadEntry::Inner(_))));
}

#[test]
fn scenario_18_malformed_changes_and_the_actor_of_another_log_break_no_document() {
    let mut thief = Thief::new();
    let malformed = thief.with_part(vec![0x85, 0x6f, 0x4a, 0x83, 1, 2, 3, 4, 1, 200]);
    thief.expect(malformed, None);
    let other = LogId::from_bytes([7; 32]);
    let foreign = forge::note(other, 1, doc(30), "key", "under the actor of another log");
    assert!(!actor::belongs_to(&actor::actor(other, [1; 6]).0, thief.forger.log()), "positive control");
    let foreign = thief.with_part(foreign.body);
    thief.expect(foreign, Some(BadEntry::ForeignActor));
}

#[test]
fn scenario_18_ten_thousand_missing_dependencies_are_above_the_limit_and_a_thousand_are_harmless() {
    let mut thief = Thief::new();
    let content = |thief: &Thief, count: u32| {
        let head = |n: u32| {
            let mut id = [0; 32];
            id[..4].copy_from_slice(&n.to_be_bytes());
            (LogId::from_bytes(id), BTreeSet::from([CutHead { seq: n, entry: EntryId::from_bytes(id) }]))
        };
        let deps: BTreeMap<_, _> = (0..count).map(head).collect();
        let parts = vec![forge::note(thief.forger.log(), 3, doc(32), "key", "on nothing")];
        Inner::new(thief.c.space, thief.forger.log(), thief.forger.seq(), deps, parts).encode()
    };
    let many = content(&thief, 10_000);
    let many = thief.sealed(&many);
    thief.expect(many, Some(BadEntry::Inner(InnerError::AboveLimit)));
    assert_eq!(thief.c.text(thief.c.admin, 32, "key"), None);
    let some = content(&thief, 1_000);
    let some = thief.sealed(&some);
    thief.expect(some, None);
    assert_eq!(thief.c.text(thief.c.admin, 32, "key").as_deref(), Some("on nothing"), "positive control");
}

#[test]
fn scenario_18_a_sequence_number_at_the_end_of_the_range_or_out_of_order_is_refused() {
    let mut thief = Thief::new();
    let header = |seq| {
        let prev = thief.forger.after.as_ref().map(kyosei_sync::SignedHeader::id);
        let place =
            Place { space: thief.c.space, log: thief.forger.log(), seq, prev, membership_heads: None };
        let header = EntryHeader::new(place, EntryKind::Unknown(9), None, b"x").unwrap();
        OwnedEntry { header: header.sign(&thief.forger.key).encode(), payload: Some(b"x".to_vec()) }
    };
    let entries = [header(u32::MAX), header(thief.forger.seq() + 1), header(0)];
    let refused = thief.c.world.nodes[thief.c.admin].take_in(thief.c.space, &entries).unwrap();
    assert_eq!(refused, [BadEntry::Refused(Refused::BadSequence); 3]);
    let good = header(thief.forger.seq());
    assert_eq!(
        thief.c.world.nodes[thief.c.admin].take_in(thief.c.space, &[good]).unwrap(),
        [],
        "positive control"
    );
}
