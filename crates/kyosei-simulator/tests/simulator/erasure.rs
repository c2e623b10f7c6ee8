//! Scenarios 15 and 16: erasing a person, and those who would erase or rewrite what they must not.

use std::collections::BTreeSet;

use kyosei_access::SealedBytes;
use kyosei_app::journal::{BadEntry, DropPlan, OwnedEntry};
use kyosei_doc::{Document, Node as Tree};
use kyosei_simulator::NodeError;
use kyosei_simulator::forge::Forger;
use kyosei_simulator::node::doc;
use kyosei_sync::{ChangeHash, DropOrder, DropReason, EntryKind, Part, PartKind, Snapshot, actor};

use crate::committee::Committee;

/// The payloads of these entries that lie on a node's disk.
fn payloads(c: &Committee, node: usize, entries: &BTreeSet<kyosei_access::EntryId>) -> usize {
    entries.iter().filter(|id| c.world.nodes[node].table(c.space).has_payload(**id)).count()
}

#[test]
fn scenario_15_an_erased_person_stays_erased_against_offline_edits_and_old_sticks() {
    let mut c = Committee::new();
    let space = c.space;
    c.scribble(c.admin, 9, "name");
    c.settle();
    let late = c.scribble(c.editor, 9, "edited offline");
    c.write(c.editor, 4, "of somebody else");
    let stick = c.table(c.editor);
    let headers =
        stick.iter().filter(|entry| entry.payload.is_some()).map(|entry| entry.signed_header().unwrap());
    let known: BTreeSet<_> = headers.map(|header| header.id()).collect();
    assert!(c.text(c.other, 9, "name").is_some(), "positive control: it was there");
    let alone = c.world.nodes[c.admin].erase(space, [doc(9)], &[]);
    assert!(matches!(alone, Err(NodeError::Draft(_))), "one person alone does not erase");
    let sheets = c.world.sheets[..1].to_vec();
    c.world.nodes[c.admin].erase(space, [doc(9)], &sheets).unwrap();
    c.settle();
    for node in [c.admin, c.other, c.editor, c.reader] {
        assert_eq!(c.text(node, 9, "name"), None);
        assert_eq!(c.text(node, 9, "edited offline"), None);
        c.world.carry(space, node, &stick).unwrap();
    }
    c.world.carry(space, c.mailbox, &stick).unwrap();
    c.settle();
    let newcomer = c.world.join(c.admin, space, "newcomer", kyosei_access::Role::Edit);
    c.world.carry(space, newcomer, &stick).unwrap();
    c.settle();
    let erased: BTreeSet<_> =
        known.into_iter().filter(|id| payloads(&c, c.admin, &BTreeSet::from([*id])) == 0).collect();
    assert!(erased.contains(&late.entry));
    for node in [c.admin, c.other, c.editor, c.reader, newcomer] {
        assert_eq!(c.world.nodes[node].replica(space).register().save(doc(9)), None, "the tombstone holds");
        assert_eq!(payloads(&c, node, &erased), 0, "and no payload of it lies on {node}");
    }
}

#[test]
fn scenario_15_a_mailbox_that_becomes_a_reader_knows_what_was_erased_while_it_was_blind() {
    let mut c = Committee::new();
    let (space, mailbox) = (c.space, c.device(c.mailbox));
    c.scribble(c.admin, 9, "name");
    c.settle();
    let stick = c.table(c.admin);
    let sheets = c.world.sheets[..1].to_vec();
    c.world.nodes[c.admin].erase(space, [doc(9)], &sheets).unwrap();
    c.settle();
    assert!(c.state(c.mailbox).erased.is_empty(), "positive control: it cannot read which document");
    c.world.nodes[c.admin].set_role(space, mailbox, kyosei_access::Role::Read, &[]).unwrap();
    c.settle();
    c.world.carry(space, c.mailbox, &stick).unwrap();
    assert_eq!(c.text(c.mailbox, 9, "name"), None);
    assert_eq!(c.state(c.mailbox).erased, BTreeSet::from([doc(9)]));
    c.settle();
}

#[test]
fn scenario_16_operations_are_never_dropped_whoever_orders_it() {
    let mut c = Committee::new();
    let space = c.space;
    let is_operation =
        |entry: &&OwnedEntry| entry.signed_header().unwrap().header().kind == EntryKind::Member;
    let table = c.table(c.admin);
    let operations: BTreeSet<_> =
        table.iter().filter(is_operation).map(|entry| entry.signed_header().unwrap().id()).collect();
    let sheets = c.world.sheets[..1].to_vec();
    let plan = |undo_until_ms| DropPlan {
        entries: operations.clone(),
        snapshots: BTreeSet::new(),
        documents: Vec::new(),
        reason: DropReason::Erased,
        undo_until_ms,
    };
    for undo_until_ms in [0, c.world.now_ms() + 1000] {
        let order = plan(undo_until_ms);
        c.world.nodes[c.admin]
            .draft(space, |draft, keys, _| Ok(draft.drop_payloads(order, keys, &sheets)?))
            .unwrap();
    }
    let mut backwards = c.table(c.admin);
    backwards.reverse();
    let fresh = c.world.join(c.admin, space, "fresh", kyosei_access::Role::Read);
    for _ in 0..backwards.len() {
        c.world.carry(space, fresh, &backwards).unwrap();
    }
    c.settle();
    c.world.pass(10_000);
    c.settle();
    for node in [c.admin, c.other, c.mailbox, fresh] {
        assert_eq!(payloads(&c, node, &operations), operations.len());
    }
}

#[test]
fn scenario_16_a_rogue_writer_can_neither_drop_everything_nor_rewrite_a_document_by_a_snapshot() {
    let mut c = Committee::new();
    let space = c.space;
    let journal = c.world.nodes[c.editor].journal(space);
    let (membership, epoch) = (journal.membership().clone(), journal.membership().preferred_epoch().unwrap());
    let data = |entry: &&OwnedEntry| entry.signed_header().unwrap().header().kind == EntryKind::Data;
    let all: BTreeSet<_> =
        c.table(c.admin).iter().filter(data).map(|entry| entry.signed_header().unwrap().id()).collect();
    let mut rogue = Forger::of(&c.world.nodes[c.editor], space);
    let heads = Some(membership.heads().clone());
    let detail = SealedBytes::new(b"sealed to nobody".to_vec());
    let order =
        DropOrder::new(space, rogue.log(), all.clone(), DropReason::Erased, 0, detail, BTreeSet::new());
    let order = order.unwrap().sign_as_device(&c.world.nodes[c.editor].keys.signing).encode();
    let dropped = rogue.entry(EntryKind::Drop, heads, Some(epoch), order);
    let snapshot = rewritten(&c, &rogue);
    let forged = rogue.data(&membership, None, epoch, vec![snapshot]);
    let before = c.state(c.admin).documents;
    for node in [c.admin, c.other, c.mailbox, c.reader] {
        c.world.carry(space, node, &[dropped.clone(), forged.clone()]).unwrap();
        assert!(c.world.nodes[node].bad().contains(&BadEntry::BadDrop));
        assert_eq!(payloads(&c, node, &all), all.len(), "nothing goes");
    }
    c.settle();
    assert_eq!(c.state(c.admin).documents, before, "no snapshot counts that no order names");
    let sheets = c.world.sheets[..1].to_vec();
    c.world.nodes[c.admin].erase(space, [doc(1)], &sheets).unwrap();
    assert!(payloads(&c, c.admin, &all) < all.len(), "positive control: two people may");
}

/// A snapshot that says that a document never was what it is.
fn rewritten(_: &Committee, rogue: &Forger) -> Part {
    let tree =
        [("kind", Tree::Text("note".into())), ("k0", Tree::Text("rewritten".into()))].into_iter().collect();
    let (document, _) = Document::create(actor::actor(rogue.log(), [7; 6]), &tree, 1).unwrap();
    let heads = document.heads().into_iter().map(ChangeHash).collect();
    let snapshot = Snapshot { covers: std::collections::BTreeMap::new(), heads, save: document.save() };
    Part { doc: doc(1), kind: PartKind::Snapshot, body: snapshot.encode() }
}
