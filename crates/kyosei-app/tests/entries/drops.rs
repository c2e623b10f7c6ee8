//! Nothing is forgotten without the approvals that the committee's policy asks for.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use kyosei_access::{
    Draft, EntryId, Founder, LogId, LogOpen, MemberOp, OpBody, PersonId, Policy, RecoveryKeyId, SealedBytes,
    genesis,
};
use kyosei_app::Replica;
use kyosei_app::journal::{BadEntry, Content, DeviceKeys, DraftError, DropPlan, Journal, OwnedEntry};
use kyosei_sync::{DropOrder, DropReason, EntryHeader, EntryKind, Place, SignedHeader};
use kyosei_vault::KeyFile;

use crate::laptop::{Disk, Laptop, doc};

/// A laptop with one document, and the entry that holds it.
fn with_document() -> (Laptop, BTreeSet<EntryId>) {
    let mut laptop = Laptop::new();
    laptop.write(vec![laptop.part(1, "鎌倉市")]);
    let entry = SignedHeader::decode(&laptop.disk.0[3].header).unwrap().id();
    (laptop, BTreeSet::from([entry]))
}

/// What the journal says of an order with these approvals beside the laptop's own, written by force.
fn answer(approvals: impl Fn(&mut Laptop) -> Vec<SigningKey>) -> Content {
    let (mut laptop, entries) = with_document();
    let approvals = approvals(&mut laptop);
    let order = order(&laptop, &entries, &approvals);
    laptop.forge(EntryKind::Drop, &order);
    laptop.read().entries.pop().unwrap().content
}

fn order(laptop: &Laptop, entries: &BTreeSet<EntryId>, approvals: &[SigningKey]) -> Vec<u8> {
    let own = laptop.journal.own_log().unwrap().id();
    let detail = SealedBytes::new(b"unreadable".to_vec());
    let reason = DropReason::Erased;
    let order =
        DropOrder::new(laptop.journal.space(), own, entries.clone(), reason, 0, detail, BTreeSet::new());
    let order = order.unwrap().sign_as_device(&laptop.keys.signing);
    approvals.iter().fold(order, |order, key| order.sign_as_recovery(key)).encode()
}

fn plan(entries: &BTreeSet<EntryId>, undo_until_ms: i64) -> DropPlan {
    DropPlan {
        entries: entries.clone(),
        snapshots: BTreeSet::new(),
        documents: vec![doc(1)],
        reason: DropReason::Erased,
        undo_until_ms,
    }
}

#[test]
fn an_admin_and_a_recovery_sheet_are_enough() {
    let (mut laptop, entries) = with_document();
    let sheets = vec![laptop.recovery[0].clone()];
    let mut draft = laptop.journal.draft();
    draft.drop_payloads(plan(&entries, 7), &laptop.keys, &sheets).unwrap();
    laptop.adopt(draft);
    let read = laptop.read().entries.pop().unwrap();
    let Content::Drop { order, documents } = read.content else { panic!("an order") };
    assert_eq!((order.entries, order.undo_until_ms, documents), (entries, 7, vec![doc(1)]));
    assert!(matches!(answer(|laptop| vec![laptop.recovery[1].clone()]), Content::Drop { .. }));
}

#[test]
fn one_person_alone_cannot_order_a_drop() {
    assert!(matches!(answer(|_| Vec::new()), Content::Bad(BadEntry::BadDrop)));
}

#[test]
fn a_recovery_key_of_another_committee_counts_for_nothing() {
    assert!(matches!(answer(|laptop| vec![laptop.fresh_key()]), Content::Bad(BadEntry::BadDrop)));
}

#[test]
fn the_laptops_own_key_does_not_count_a_second_time_as_a_sheet() {
    assert!(matches!(answer(|laptop| vec![laptop.keys.signing.clone()]), Content::Bad(BadEntry::BadDrop)));
}

#[test]
fn an_order_that_would_not_be_obeyed_is_not_written() {
    let (mut laptop, entries) = with_document();
    let foreign = laptop.fresh_key();
    for approvals in [vec![], vec![foreign]] {
        let refused = laptop.journal.draft().drop_payloads(plan(&entries, 0), &laptop.keys, &approvals);
        assert_eq!(refused.err(), Some(DraftError::NotApproved));
    }
}

#[test]
fn an_order_published_again_under_another_log_is_refused() {
    let (mut laptop, entries) = with_document();
    let payload = order(&laptop, &entries, &[laptop.recovery[0].clone()]);
    laptop.open_new_log();
    laptop.forge(EntryKind::Drop, &payload);
    let read = laptop.read().entries.pop().unwrap();
    assert!(matches!(read.content, Content::Bad(BadEntry::BadDrop)));
}

/// What a journal says of an order that two founding laptops signed.
fn of_two_laptops(persons: [u8; 2]) -> Content {
    let mut laptop = Laptop::new();
    let second = KeyFile::generate(&mut kyosei_testkit::Seed::fixed(6).rng());
    let second = DeviceKeys::from_key_file(&second).unwrap();
    let founder = |keys: &DeviceKeys, person| Founder {
        device: keys.device(),
        kem: keys.kem_recipient(),
        endpoint: keys.endpoint(),
        person: PersonId::from_bytes([person; 16]),
        sealed_name: SealedBytes::new(b"sealed".to_vec()),
    };
    let founders = vec![founder(&laptop.keys, persons[0]), founder(&second, persons[1])];
    let sheets = laptop.recovery.iter().map(RecoveryKeyId::from).collect();
    let founding = genesis(founders, Policy::default(), sheets, None, [1; 16]).unwrap();
    let founding = Draft::new(founding).sign_as_device(&laptop.keys.signing).unwrap();
    let founding = founding.sign_as_device(&second.signing).unwrap().finish().unwrap();
    let (space, key) = (founding.space_id(), laptop.fresh_key());
    let log = LogId::from(&key);
    let open = MemberOp::LogOpen(LogOpen { log, incarnation: 0 });
    let open = OpBody::new(space, [founding.id()], laptop.keys.device(), open).unwrap();
    let open = open.sign_with_log(&laptop.keys.signing, &key).unwrap();
    let entries = BTreeSet::from([EntryId::from_bytes([1; 32])]);
    let order = DropOrder::new(
        space,
        log,
        entries,
        DropReason::Erased,
        0,
        SealedBytes::new(Vec::new()),
        BTreeSet::new(),
    );
    let order = order.unwrap().sign_as_device(&laptop.keys.signing).sign_as_device(&second.signing);
    let mut disk = Disk::default();
    let mut prev = None;
    let payloads = [
        (EntryKind::Member, founding.encode()),
        (EntryKind::Member, open.encode()),
        (EntryKind::Drop, order.encode()),
    ];
    for (seq, (kind, payload)) in (0..).zip(payloads) {
        let heads = Some(BTreeSet::from([open.id()]));
        let place = Place { space, log, seq, prev, membership_heads: heads };
        let header = EntryHeader::new(place, kind, None, &payload).unwrap().sign(&key);
        prev = Some(header.id());
        disk.0.push(OwnedEntry { header: header.encode(), payload: Some(payload) });
    }
    let replica = Replica::new(Journal::empty(space, None));
    replica.read_all(&laptop.keys, &disk).unwrap().entries.pop().unwrap().content
}

#[test]
fn approvals_count_by_person_so_two_laptops_of_one_person_are_one() {
    assert!(matches!(of_two_laptops([1, 2]), Content::Drop { .. }), "positive control: two people");
    assert!(matches!(of_two_laptops([1, 1]), Content::Bad(BadEntry::BadDrop)));
}
