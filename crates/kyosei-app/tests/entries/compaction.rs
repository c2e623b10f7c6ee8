//! Snapshots take the place of old payloads only with two people behind them, and never lose a change (rules D1, H10).

use std::collections::BTreeSet;

use kyosei_access::{EntryId, Role, SealedBytes, Standing};
use kyosei_app::compaction::{
    COMPACTION_DELAY_MS, SNAPSHOT_CHANGES_BYTES_MIN, SNAPSHOT_ENTRY_COUNT_MIN, Survey,
};
use kyosei_app::journal::{Content, DropPlan};
use kyosei_app::replica::BLIND_DROP_DELAY_MS;
use kyosei_sync::{Ack, ChangeHash, DropOrder, DropReason, EntryKind, Part, PartKind, Snapshot};
use kyosei_testkit::Seed;

use crate::committee::{Device, NOW_MS, founder};
use crate::laptop::doc;
use crate::replicas::deliver;

/// Edits of a document that are worth a snapshot by their bytes.
const EDIT_COUNT: usize = 3;
const LATER_MS: i64 = NOW_MS + COMPACTION_DELAY_MS;

fn long(n: usize, what: &str) -> String {
    format!("{n} {}", what.repeat(SNAPSHOT_CHANGES_BYTES_MIN / EDIT_COUNT / what.len()))
}

/// What one look of a device did.
#[derive(Debug, Default, PartialEq, Eq)]
struct Looked {
    wiped: usize,
    acknowledged: usize,
    doubted: usize,
    ordered: usize,
    snapshots: usize,
}

impl Device {
    /// One look at all entries, as the runtime takes it.
    fn look(&mut self, now_ms: i64) -> Looked {
        let all = self.replica.read_all(&self.keys, &self.disk).unwrap();
        let survey = Survey::new(&self.replica, &all.entries, self.id());
        let (due, review) = (survey.due(now_ms), survey.review());
        let plan = survey.plan(&review, now_ms);
        let looked = Looked {
            wiped: due.entries.len(),
            acknowledged: plan.acknowledged.len(),
            doubted: review.unequal.len(),
            ordered: plan.ordered_count(),
            snapshots: plan.snapshots.len(),
        };
        self.replica.rely_on(due.snapshots);
        self.wipe(&due.entries);
        let may_write = self.replica.journal().membership().can::<kyosei_access::Write>(self.id());
        if may_write && !plan.is_nothing() {
            self.ensure_log();
            let draft = plan.draft(self.replica.journal(), &self.keys).unwrap();
            self.adopt_and_heed(draft);
        }
        looked
    }

    fn adopt_and_heed(&mut self, draft: kyosei_app::journal::Draft) {
        let own = draft.ids_from(0);
        self.adopt(draft);
        self.replica.heed(&own, NOW_MS, &self.disk).unwrap();
    }

    fn payload_count(&self) -> usize {
        let is_data = |entry: &&kyosei_app::journal::OwnedEntry| {
            entry.signed_header().unwrap().header().kind == EntryKind::Data && entry.payload.is_some()
        };
        self.disk.0.iter().filter(is_data).count()
    }

    fn data_entries(&self) -> BTreeSet<EntryId> {
        let all = self.replica.read_all(&self.keys, &self.disk).unwrap();
        let is_data = |content: &Content| matches!(content, Content::Data(_));
        all.entries.iter().filter(|entry| is_data(&entry.content)).map(|entry| entry.id).collect()
    }

    /// Publishes an order to compact of this device alone.
    fn order(&mut self, entries: BTreeSet<EntryId>, snapshots: BTreeSet<EntryId>) {
        let plan = DropPlan {
            entries,
            snapshots,
            documents: vec![doc(1)],
            reason: DropReason::Compacted,
            undo_until_ms: NOW_MS,
        };
        let mut draft = self.replica.journal().draft();
        draft.drop_payloads(plan, &self.keys, &[]).unwrap();
        self.adopt_and_heed(draft);
    }

    /// Publishes a snapshot of document 1 that this device makes up; returns its entry.
    fn snapshot(&mut self, heads: Vec<[u8; 32]>, save: Vec<u8>) -> EntryId {
        let heads = heads.into_iter().map(ChangeHash).collect();
        let body = Snapshot { covers: Default::default(), heads, save }.encode();
        let mut draft = self.replica.journal().draft();
        draft.documents(vec![Part { doc: doc(1), kind: PartKind::Snapshot, body }]).unwrap();
        let id = draft.ids_from(0).pop_first().unwrap();
        self.adopt_and_heed(draft);
        id
    }
}

/// An admin and an editor, with a document that was edited so often that it is worth a snapshot.
fn busy() -> (Device, Device) {
    let (mut admin, _) = founder(5);
    admin.write(1, "鎌倉市");
    let mut editor = admin.add(2, Role::Edit, Standing::Ordinary, &[]);
    for n in 0..EDIT_COUNT {
        admin.write(1, &long(n, "丁目"));
    }
    editor.pull(&admin);
    (admin, editor)
}

/// Snapshot by the admin, acknowledgement and order by the editor; both know all of it.
fn compacted() -> (Device, Device) {
    let (mut admin, mut editor) = busy();
    assert_eq!(admin.look(NOW_MS), Looked { snapshots: 1, ..Looked::default() });
    editor.pull(&admin);
    let count = EDIT_COUNT + 1;
    assert_eq!(editor.look(NOW_MS), Looked { acknowledged: 1, ordered: count, ..Looked::default() });
    admin.pull(&editor);
    (admin, editor)
}

#[test]
fn old_payloads_go_on_every_device_once_two_people_stand_behind_a_snapshot() {
    let (mut admin, mut editor) = compacted();
    let state = admin.state();
    for device in [&mut admin, &mut editor] {
        assert_eq!(device.look(LATER_MS - 1).wiped, 0, "not before the time");
        assert_eq!(device.look(LATER_MS).wiped, EDIT_COUNT + 1);
        assert_eq!(device.payload_count(), 2, "the snapshot and its acknowledgement");
        assert_eq!(device.look(LATER_MS), Looked::default(), "nothing is left to do");
        assert_eq!(device.state(), state);
        device.is_what_its_entries_say();
    }
    let mut newcomer = admin.add(9, Role::Edit, Standing::Ordinary, &[]);
    newcomer.forget_everything();
    newcomer.pull(&admin);
    assert_eq!(newcomer.city(1), admin.city(1));
    newcomer.is_what_its_entries_say();
}

#[test]
fn one_person_alone_compacts_nothing() {
    let (mut admin, _) = busy();
    admin.look(NOW_MS);
    let before = admin.payload_count();
    assert_eq!(admin.look(LATER_MS), Looked::default());
    let (entries, snapshot) =
        (admin.data_entries(), admin.replica.register().document(doc(1)).unwrap().unwrap());
    let snapshot = admin.snapshot(snapshot.heads(), snapshot.save());
    admin.order(entries, [snapshot].into());
    let mut draft = admin.replica.journal().draft();
    draft.acknowledge(Ack { snapshots: [snapshot].into(), ..Ack::default() }).unwrap();
    admin.adopt_and_heed(draft);
    assert_eq!(admin.look(LATER_MS).wiped, 0, "an author is no second person");
    assert_eq!(admin.payload_count(), before + 2);
    assert_eq!(admin.replica.standing().waiting.len(), 1, "the order waits");
    admin.is_what_its_entries_say();
}

#[test]
fn the_edits_of_a_device_that_was_away_still_merge() {
    let (mut admin, mut editor) = busy();
    let mut away = admin.add(3, Role::Edit, Standing::Ordinary, &[]);
    away.write(1, "written far away");
    away.write(2, "a document of its own");
    admin.look(NOW_MS);
    editor.pull(&admin);
    editor.look(NOW_MS);
    admin.write(1, "after the snapshot");
    for device in [&mut admin, &mut editor] {
        device.look(LATER_MS);
    }
    admin.pull(&editor);
    admin.look(LATER_MS);
    admin.pull(&away);
    editor.pull(&admin);
    away.pull(&admin);
    away.look(LATER_MS);
    assert_eq!(admin.state().documents, away.state().documents);
    assert_eq!(editor.state().documents, away.state().documents);
    assert_eq!(admin.state().documents[&doc(1)].len(), 2, "both edits are kept");
    assert_eq!(admin.city(2).as_deref(), Some("a document of its own"));
    assert_eq!(admin.look(LATER_MS).ordered, 0);
    assert!(!admin.replica.standing().relied_on.is_empty(), "positive control: it was compacted");
    for device in [&admin, &editor, &away] {
        device.is_what_its_entries_say();
    }
}

#[test]
fn a_forged_snapshot_is_never_acknowledged_and_is_told_to_people() {
    let (admin, mut editor) = busy();
    editor.ensure_log();
    let mut document = editor.replica.register().document(doc(1)).unwrap().unwrap();
    let actor = crate::laptop::actor_of(admin.replica.journal().own_log().unwrap().id(), 7);
    let before = document.root().unwrap();
    document.edit(actor, &before, &crate::laptop::tree("words put into the admin's mouth"), 1).unwrap();
    let forged = editor.snapshot(document.heads(), document.save());
    let mut admin = admin;
    admin.pull(&editor);
    editor.order(editor.data_entries(), [forged].into());
    admin.pull(&editor);
    let looked = admin.look(LATER_MS);
    assert_eq!((looked.doubted, looked.acknowledged, looked.wiped), (1, 0, 0));
    assert_eq!(admin.city(1), Some(long(EDIT_COUNT - 1, "丁目")));
    admin.is_what_its_entries_say();
}

#[test]
fn a_snapshot_that_leaves_out_what_it_claims_to_cover_is_doubted() {
    let (mut admin, mut editor) = busy();
    editor.ensure_log();
    let old = editor.replica.register().document(doc(1)).unwrap().unwrap();
    admin.write(1, "not in the snapshot");
    editor.pull(&admin);
    let covers = editor.replica.journal().applied_heads();
    let covers = covers.into_iter().map(|(log, heads)| (log, heads.first().unwrap().seq)).collect();
    let heads = old.heads().into_iter().map(ChangeHash).collect();
    let body = Snapshot { covers, heads, save: old.save() }.encode();
    let mut draft = editor.replica.journal().draft();
    draft.documents(vec![Part { doc: doc(1), kind: PartKind::Snapshot, body }]).unwrap();
    editor.adopt_and_heed(draft);
    admin.pull(&editor);
    assert_eq!((admin.look(NOW_MS).doubted, admin.look(NOW_MS).acknowledged), (1, 0));
}

#[test]
fn an_order_wipes_nothing_that_its_snapshots_do_not_hold() {
    let (mut admin, mut editor) = compacted();
    admin.write(1, "after the snapshot");
    admin.write(2, "another document");
    editor.pull(&admin);
    let agreed: BTreeSet<EntryId> = editor.replica.standing().stand_ins.clone();
    assert_eq!(agreed.len(), 1);
    editor.order(editor.data_entries(), agreed.clone());
    admin.pull(&editor);
    for device in [&mut admin, &mut editor] {
        let state = device.state();
        device.look(LATER_MS);
        let left = device.data_entries();
        assert!(agreed.is_subset(&left), "the snapshot itself stays");
        assert!(device.payload_count() >= 4, "so do both edits, and the acknowledgement");
        device.is_what_its_entries_say();
        assert_eq!(device.state(), state);
        assert!(device.replica.standing().erased.is_empty(), "an order to compact erases no document");
    }
    let mut newcomer = admin.add(9, Role::Edit, Standing::Ordinary, &[]);
    newcomer.forget_everything();
    newcomer.pull(&admin);
    assert_eq!(newcomer.state().documents, admin.state().documents);
}

#[test]
fn an_order_that_another_device_signed_is_refused() {
    let (mut admin, mut editor) = busy();
    editor.ensure_log();
    let journal = editor.replica.journal();
    let log = journal.own_log().unwrap().id();
    let order = DropOrder::new(
        journal.space(),
        log,
        editor.data_entries(),
        DropReason::Compacted,
        NOW_MS,
        SealedBytes::new(Vec::new()),
        BTreeSet::new(),
    );
    let signed_by_admin = order.unwrap().sign_as_device(&admin.keys.signing).encode();
    editor.forge(EntryKind::Drop, &signed_by_admin);
    let (effects, _) = admin.receive(&editor.disk.0);
    assert!(effects.bad.iter().any(|(_, reason)| *reason == kyosei_app::journal::BadEntry::BadDrop));
}

#[test]
fn newer_snapshots_take_the_place_of_older_ones() {
    let (mut admin, mut editor) = compacted();
    admin.look(LATER_MS);
    editor.look(LATER_MS);
    for n in 0..EDIT_COUNT {
        editor.write(1, &long(n, "番地"));
    }
    assert_eq!(editor.look(LATER_MS).snapshots, 1);
    admin.pull(&editor);
    let looked = admin.look(LATER_MS);
    assert_eq!((looked.acknowledged, looked.ordered), (1, EDIT_COUNT + 1), "the old one too");
    editor.pull(&admin);
    let end = LATER_MS + COMPACTION_DELAY_MS;
    for device in [&mut admin, &mut editor] {
        assert_eq!(device.look(end).wiped, EDIT_COUNT + 1);
        assert_eq!(device.payload_count(), 3, "one snapshot and two acknowledgements");
        device.is_what_its_entries_say();
    }
    assert_eq!(admin.state(), editor.state());
    let mut newcomer = admin.add(9, Role::Edit, Standing::Ordinary, &[]);
    newcomer.forget_everything();
    newcomer.pull(&admin);
    assert_eq!(newcomer.state().documents, admin.state().documents);
}

#[test]
fn a_mailbox_keeps_payloads_for_a_week_after_an_order() {
    let (mut admin, mut editor) = compacted();
    let mut mailbox = admin.add(4, Role::Relay, Standing::Ordinary, &[]);
    mailbox.pull(&editor);
    let at = NOW_MS + BLIND_DROP_DELAY_MS;
    let disk = mailbox.disk.clone();
    assert!(mailbox.replica.drops_due(at - 1, &disk).unwrap().is_empty());
    assert_eq!(mailbox.replica.drops_due(at, &disk).unwrap().len(), EDIT_COUNT + 1);
    assert!(mailbox.replica.drops_due(at, &disk).unwrap().is_empty());
    editor.pull(&admin);
}

#[test]
fn entries_orders_and_acknowledgements_in_any_order_give_the_same_state() {
    let (mut admin, mut editor) = compacted();
    admin.write(1, "after the snapshot");
    editor.write(2, "another document");
    admin.pull(&editor);
    let seed = Seed::of_test();
    for n in 0..6 {
        // Some payloads are gone already at those who give.
        if n == 3 {
            admin.look(LATER_MS);
        }
        let mut fresh = admin.add(20 + n, Role::Edit, Standing::Ordinary, &[]);
        let expect = fresh.state();
        fresh.forget_everything();
        deliver(&mut fresh, admin.disk.0.clone(), seed.value().wrapping_add(u64::from(n)));
        assert_eq!(fresh.state(), expect);
        assert_eq!(fresh.replica.standing().waiting, BTreeSet::new());
        assert_eq!(fresh.replica.standing().acks, admin.replica.standing().acks);
        fresh.is_what_its_entries_say();
    }
}

#[test]
fn what_was_wiped_stays_readable_when_the_one_who_ordered_it_turns_out_to_be_removed() {
    let (mut admin, mut editor) = busy();
    let mut reader = admin.add(3, Role::Read, Standing::Ordinary, &[]);
    admin.look(NOW_MS);
    editor.pull(&admin);
    let removal_of_editor = admin.disk.0.len();
    admin.remove([editor.id()], &[]);
    editor.look(NOW_MS);
    reader.pull(&editor);
    assert_eq!(reader.look(LATER_MS).wiped, EDIT_COUNT + 1, "it does not know yet");
    let documents = reader.state().documents;
    reader.receive(&admin.disk.0[removal_of_editor..]);
    assert!(!reader.replica.standing().held.is_empty(), "positive control: the order is held now");
    assert_eq!(reader.state().documents, documents);
    reader.is_what_its_entries_say();
}

#[test]
fn a_document_with_many_small_edits_is_worth_a_snapshot_and_one_with_few_is_not() {
    let (mut admin, _) = founder(5);
    admin.write(2, "once");
    for n in 1..SNAPSHOT_ENTRY_COUNT_MIN {
        admin.write(1, &n.to_string());
    }
    assert_eq!(admin.look(NOW_MS).snapshots, 0);
    admin.write(1, "one more");
    assert_eq!(admin.look(NOW_MS).snapshots, 1);
    assert_eq!(admin.look(NOW_MS).snapshots, 0, "once is enough");
}
