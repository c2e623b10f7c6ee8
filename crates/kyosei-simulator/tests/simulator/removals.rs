//! Scenarios 1 to 6: who is out, what of theirs counts, and what they can read.

use std::collections::BTreeSet;

use kyosei_access::{
    CutHead, DeviceCert, DeviceId, LogId, LogOpen, MemberOp, OpBody, PersonId, Recover, RecoveryKeyId,
    Remove, Role, SealedBytes, SignedOp, Signer, Standing, Void,
};
use kyosei_app::journal::OwnedEntry;
use kyosei_simulator::check;
use kyosei_simulator::forge::{self, Forger};
use kyosei_simulator::node::doc;
use rand::seq::SliceRandom as _;

use crate::committee::Committee;

/// The removal of these devices as the node at `node` sees their logs.
fn removal(c: &Committee, node: usize, devices: &[DeviceId]) -> MemberOp {
    let journal = c.world.nodes[node].journal(c.space);
    let applied = journal.applied_heads();
    let logs = journal.membership().logs().filter(|(_, log)| devices.contains(&log.device));
    let cut = |log: LogId| Some((log, applied.get(&log)?.iter().copied().collect::<BTreeSet<CutHead>>()));
    let cuts = logs.filter_map(|(log, _)| cut(log)).collect();
    MemberOp::Remove(Remove { devices: devices.iter().copied().collect(), cuts })
}

/// Removes devices with the approval of a second admin.
fn remove_together(c: &mut Committee, author: usize, approver: usize, devices: &[DeviceId]) {
    let op = removal(c, author, devices);
    let approver = c.world.nodes[approver].keys.signing.clone();
    let op = c.world.nodes[author].sign(c.space, op, &[&approver]);
    let space = c.space;
    c.world.nodes[author].publish(space, op).unwrap();
    c.world.nodes[author].rotate(space).unwrap();
}

#[test]
fn scenario_01_entries_that_a_removed_device_backdates_are_held_everywhere_in_any_order() {
    let mut c = Committee::new();
    let (admin, editor, other) = (c.admin, c.editor, c.other);
    let gone = c.device(editor);
    let control = c.scribble(editor, 2, "before the cut");
    c.world.sync(admin, editor);
    c.world.nodes[admin].remove(c.space, [gone], &[]).unwrap();
    let backdated: Vec<_> = (0..50).map(|n| c.scribble(editor, n % 5, &format!("late {n}"))).collect();
    // The mailbox does not know of the removal yet, so the session is honest; the stick asks nobody.
    c.world.sync(editor, c.mailbox);
    let mut stick: Vec<OwnedEntry> = c.table(editor);
    for _ in 0..2 {
        c.world.carry(c.space, other, &stick).unwrap();
        stick.shuffle(c.world.rng());
    }
    assert!(c.text(other, 0, "late 0").is_some(), "positive control: without the removal they count");
    c.settle();
    for node in [admin, other, c.reader] {
        let held = c.state(node).held;
        assert!(backdated.iter().all(|write| held.contains(&write.entry)));
        assert_eq!(held.len(), 50);
        assert!(!held.contains(&control.entry), "what the admin had seen counts");
        assert_eq!(c.text(node, 0, "late 0"), None);
    }
    assert_eq!(c.state(c.mailbox).logs, c.state(admin).logs, "the mailbox keeps and forwards them");
}

#[test]
fn scenario_02_what_an_honest_member_built_on_a_late_entry_stays_and_is_flagged() {
    let mut c = Committee::new();
    let (admin, editor, other) = (c.admin, c.editor, c.other);
    let late = c.scribble(editor, 2, "late");
    c.world.sync(editor, other);
    c.write(other, 2, "built on it");
    let alone = c.scribble(editor, 3, "alone");
    let gone = c.device(editor);
    c.world.nodes[admin].remove(c.space, [gone], &[]).unwrap();
    let stick = c.table(editor);
    c.world.carry(c.space, admin, &stick).unwrap();
    assert!(c.state(admin).held.contains(&late.entry), "positive control: by itself it is held");
    c.settle();
    for node in [admin, other, c.reader] {
        assert!(c.state(node).vouched.contains(&late.entry));
        assert!(c.state(node).held.contains(&alone.entry));
        assert_eq!(c.text(node, 2, "late").as_deref(), Some("scribbled"));
        assert_eq!(c.text(node, 3, "alone"), None);
    }
}

#[test]
fn scenario_03_two_pairs_of_admins_remove_each_other_and_recovery_sheets_bring_the_space_back() {
    let mut c = Committee::new();
    let space = c.space;
    let [a, b] = [c.admin, c.admit_admin("b")];
    let [p, q] = [c.admit_admin("p"), c.admit_admin("q")];
    c.settle();
    let pair = |c: &Committee, one: usize, two: usize| [c.device(one), c.device(two)];
    let (first, second) = (pair(&c, a, b), pair(&c, p, q));
    remove_together(&mut c, a, b, &second);
    remove_together(&mut c, p, q, &first);
    let sticks = [c.table(a), c.table(p)];
    for stick in sticks {
        c.world.carry(space, c.editor, &stick).unwrap();
    }
    c.settle();
    let membership = c.world.nodes[c.other].journal(space).membership();
    assert!(first.iter().chain(&second).all(|device| membership.removed().contains(device)));
    assert!(membership.members().all(|member| member.role != Role::Admin));
    c.write(c.editor, 4, "work goes on without an admin");
    let fresh = appoint(&mut c);
    c.settle();
    let membership = c.world.nodes[c.other].journal(space).membership();
    assert_eq!(membership.role(c.device(fresh)), Some(Role::Admin));
    let editor = c.device(c.editor);
    c.world.nodes[fresh].set_role(space, editor, Role::Read, &[]).unwrap();
    c.settle();
    assert_eq!(c.state(c.other).members[&editor], Role::Read, "the new admin is one");
}

/// A new laptop that two recovery sheets appoint; the editor learns of it from a stick.
fn appoint(c: &mut Committee) -> usize {
    let space = c.space;
    let fresh = c.world.laptop("fresh");
    c.world.nodes[fresh].await_space(space).unwrap();
    let stick = c.table(c.editor);
    c.world.carry(space, fresh, &stick).unwrap();
    let claim = c.world.nodes[fresh].claim(space, Standing::AdminEligible);
    let person = PersonId::from_bytes([99; 16]);
    let cert = DeviceCert { claim, person, sealed_name: SealedBytes::new(Vec::new()) };
    let sheets = c.world.sheets.clone();
    c.world.nodes[fresh]
        .draft(space, |draft, keys, _| {
            let heads = draft.journal().membership().heads().clone();
            draft.publish(recovery(space, heads, cert, &sheets))?;
            let own = draft.journal().own_log().unwrap().clone();
            let heads = draft.journal().membership().heads().clone();
            let open = MemberOp::LogOpen(LogOpen { log: own.id(), incarnation: 0 });
            let open = OpBody::new(space, heads, keys.device(), open).unwrap();
            Ok(draft.publish(open.sign_with_log(&keys.signing, &own.key).unwrap())?)
        })
        .unwrap();
    let stick = c.table(fresh);
    c.world.carry(space, c.editor, &stick).unwrap();
    fresh
}

fn recovery(
    space: kyosei_access::SpaceId,
    heads: BTreeSet<kyosei_access::OpId>,
    cert: DeviceCert,
    sheets: &[ed25519_dalek::SigningKey],
) -> SignedOp {
    let signer = |key| Signer::Recovery(RecoveryKeyId::from(key));
    let recover = MemberOp::Recover(Recover { admins: vec![cert] });
    let body = OpBody::new(space, heads, signer(&sheets[0]), recover).unwrap();
    let draft = kyosei_access::Draft::new(body.with_approvers([signer(&sheets[1])]).unwrap());
    let draft = draft.sign_as_recovery(&sheets[0]).unwrap();
    draft.sign_as_recovery(&sheets[1]).unwrap().finish().unwrap()
}

#[test]
fn scenario_04_one_stolen_admin_key_evicts_ordinary_devices_at_most_and_the_rest_of_it_is_void() {
    let mut c = Committee::new();
    let space = c.space;
    let (thief, b, d) = (c.admin, c.admit_admin("b"), c.admit_admin("d"));
    c.settle();
    let past = c.world.nodes[thief].journal(space).membership().heads().clone();
    let stolen = c.device(thief);
    remove_together(&mut c, b, d, &[stolen]);
    // The thief's laptop does not hear of it, and writes as if it were before.
    let (editor, victim) = (c.device(c.editor), c.device(c.other));
    let extra = c.world.join(thief, space, "extra", Role::Edit);
    c.world.nodes[thief].set_role(space, editor, Role::Read, &[]).unwrap();
    c.world.nodes[thief].remove(space, [victim], &[]).unwrap();
    let seen = c.world.nodes[thief].journal(space).membership();
    assert!(seen.member(c.device(extra)).is_some(), "positive control: on the thief's laptop it has effect");
    assert_eq!(seen.role(editor), Some(Role::Read));
    let alone = forge::operation(
        space,
        &past,
        removal(&c, thief, &[c.device(b)]),
        &c.world.nodes[thief].keys.signing,
        &[],
    );
    let mut stick = c.table(thief);
    let mut forger = Forger::of(&c.world.nodes[thief], space);
    stick.push(forge::operation_entry(&mut forger, Some(past), &alone));
    c.world.carry(space, c.editor, &stick).unwrap();
    c.settle();
    let membership = c.world.nodes[b].journal(space).membership();
    assert!(membership.refused().contains_key(&alone.id()), "one person cannot remove an admin (M5)");
    assert_eq!(membership.role(c.device(b)), Some(Role::Admin));
    assert_eq!(membership.role(editor), Some(Role::Edit), "its role changes are void (M4)");
    assert!(membership.member(c.device(extra)).is_none(), "its additions are void (M4)");
    assert!(membership.member(victim).is_none(), "policy remove = 1: it can evict an ordinary device");
    let healed = c.world.join(b, space, "other, enrolled anew", Role::Edit);
    c.settle();
    c.write(healed, 5, "back again");
    c.settle();
}

#[test]
fn scenario_05_a_device_added_by_an_admin_who_is_being_removed_is_not_in_and_reads_nothing_later() {
    let mut c = Committee::new();
    let space = c.space;
    let (leaving, b, d) = (c.admin, c.admit_admin("b"), c.admit_admin("d"));
    c.settle();
    let extra = c.world.join(leaving, space, "extra", Role::Edit);
    c.world.sync(leaving, extra);
    assert!(c.text(extra, 1, "k0").is_some(), "positive control: it has the key of what was before");
    let stolen = c.device(leaving);
    remove_together(&mut c, b, d, &[stolen]);
    let stick = c.table(leaving);
    c.world.carry(space, c.editor, &stick).unwrap();
    c.settle();
    c.write(c.editor, 6, "not for them");
    c.settle();
    let journal = c.world.nodes[b].journal(space);
    assert!(journal.membership().member(c.device(extra)).is_none());
    let is_add = |op: &&SignedOp| matches!(op.body().op(), MemberOp::Add(add) if add.cert.claim.device() == c.device(extra));
    let add = journal.operations().iter().find(is_add).unwrap();
    assert_eq!(journal.membership().void().get(&add.id()), Some(&Void::SignerRemoved), "told as void");
    let ops: Vec<MemberOp> = journal.operations().iter().map(|op| op.body().op().clone()).collect();
    let last = c.written.last().unwrap().entry;
    let headers = c.world.nodes[b].table(space).headers();
    let epoch =
        headers.filter(|header| header.id() == last).find_map(|header| header.header().epoch).unwrap();
    for outside in [leaving, extra] {
        let keys = &c.world.nodes[outside].keys;
        assert!(!check::reachable_epochs(keys, &ops).contains(&epoch));
    }
    assert!(check::reachable_epochs(&c.world.nodes[d].keys, &ops).contains(&epoch), "positive control");
}

#[test]
fn scenario_06_concurrent_rotations_removals_and_a_backdated_epoch_end_in_one_usable_epoch() {
    let mut c = Committee::new();
    let space = c.space;
    let b = c.admit_admin("b");
    c.settle();
    let (editor, reader) = (c.device(c.editor), c.device(c.reader));
    c.world.nodes[c.admin].remove(space, [editor], &[]).unwrap();
    c.world.nodes[b].remove(space, [reader], &[]).unwrap();
    // The removed editor mints an epoch that formally belongs to the time before.
    c.world.nodes[c.editor].rotate(space).unwrap();
    let minted = c.world.nodes[c.editor].journal(space).membership().preferred_epoch().unwrap();
    let stick = c.table(c.editor);
    c.world.carry(space, c.other, &stick).unwrap();
    assert_eq!(
        c.world.nodes[c.other].journal(space).membership().preferred_epoch(),
        Some(minted),
        "positive control"
    );
    c.settle();
    for node in [c.admin, b, c.other] {
        c.write(node, 7, "afterwards");
    }
    c.settle();
    let epochs: BTreeSet<_> = [c.admin, b, c.other]
        .into_iter()
        .map(|node| c.world.nodes[node].journal(space).membership().preferred_epoch().unwrap())
        .collect();
    assert_eq!(epochs.len(), 1, "one epoch is used by all");
    assert!(!epochs.contains(&minted));
    assert_eq!(c.text(c.other, 7, "k2").as_deref(), Some("afterwards"));
    assert_eq!(doc(7), c.written[2].doc);
}
