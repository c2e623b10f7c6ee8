//! Scenario 20: clocks that are wrong by years, and members of another version.

use std::collections::BTreeSet;

use kyosei_access::{OpBody, OpId, Role, SealedBytes, SignedOp, Signer, to_canonical};
use kyosei_app::journal::OwnedEntry;
use kyosei_simulator::forge::{Forger, operation_entry};
use kyosei_simulator::world::DAY_MS;
use kyosei_sync::EntryKind;

use crate::committee::Committee;

/// A short life in which the editor's clock is wrong.
fn life(error_ms: i64) -> Committee {
    let mut c = Committee::new();
    c.world.nodes[c.editor].clock_error_ms = error_ms;
    c.world.pass(DAY_MS);
    c.write(c.editor, 1, "by the wrong clock");
    c.write(c.admin, 1, "by the right one");
    c.settle();
    let other = c.device(c.other);
    c.world.nodes[c.admin].set_role(c.space, other, Role::Read, &[]).unwrap();
    c.settle();
    c
}

#[test]
fn scenario_20_a_clock_that_is_wrong_by_years_changes_neither_order_nor_authority() {
    let right = life(0);
    for error in [-20 * 365 * DAY_MS, 20 * 365 * DAY_MS] {
        let wrong = life(error);
        let roles = |c: &Committee| -> Vec<Role> {
            [c.admin, c.editor, c.other, c.reader, c.mailbox]
                .map(|node| c.state(c.admin).members[&c.device(node)])
                .into()
        };
        assert_eq!(roles(&wrong), roles(&right));
        for key in ["k0", "k1", "k2", "k3"] {
            for n in [1, 2] {
                assert_eq!(wrong.text(wrong.reader, n, key), right.text(right.reader, n, key));
            }
        }
        assert_eq!(roles(&wrong)[2], Role::Read);
    }
}

#[test]
fn scenario_20_entries_and_operations_of_a_newer_version_are_kept_relayed_and_not_interpreted() {
    let mut c = Committee::new();
    let space = c.space;
    let before = c.state(c.admin);
    let mut newer = Forger::of(&c.world.nodes[c.editor], space);
    let heads = c.world.nodes[c.editor].journal(space).membership().heads().clone();
    let unknown_kind = newer.entry(EntryKind::Unknown(77), None, None, b"of a newer version".to_vec());
    let op = unknown_operation(&c, &heads);
    let of_kind = operation_entry(&mut newer, Some(heads), &op);
    let after = {
        let membership = c.world.nodes[c.editor].journal(space).membership().clone();
        let epoch = membership.preferred_epoch().unwrap();
        let note =
            kyosei_simulator::forge::note(newer.log(), 5, kyosei_simulator::node::doc(40), "key", "readable");
        newer.data(&membership, None, epoch, vec![note])
    };
    let entries: Vec<OwnedEntry> = vec![unknown_kind, of_kind, after];
    c.world.carry(space, c.mailbox, &entries).unwrap();
    c.world.crash(c.editor);
    c.world.nodes[c.editor].boot();
    c.settle();
    let ids: BTreeSet<_> = entries.iter().map(|entry| entry.signed_header().unwrap().id()).collect();
    for node in [c.admin, c.other, c.reader, c.editor] {
        assert!(ids.iter().all(|id| c.world.nodes[node].table(space).has_payload(*id)), "kept and relayed");
        assert_eq!(c.state(node).members, before.members);
        assert_eq!(c.text(node, 40, "key").as_deref(), Some("readable"), "what this version knows is read");
        assert_eq!(c.world.nodes[node].journal(space).membership().unknown_count(), 1);
    }
    let gone = c.device(c.other);
    c.world.nodes[c.admin].remove(space, [gone], &[]).unwrap();
    c.settle();
    assert!(c.world.nodes[c.reader].journal(space).membership().removed().contains(&gone), "members go on");
}

/// An operation of a kind that a later version may bring, signed by the editor.
fn unknown_operation(c: &Committee, heads: &BTreeSet<OpId>) -> SignedOp {
    let editor = &c.world.nodes[c.editor];
    let (author, approvers) = (Signer::Device(editor.device()), BTreeSet::<Signer>::new());
    let payload = SealedBytes::new(b"from a later version".to_vec());
    let body = to_canonical(&(Some(c.space), heads.clone(), author, approvers, 4_000_u16, payload));
    OpBody::decode(&body).unwrap().sign(&editor.keys.signing).unwrap()
}
