//! Nothing is forgotten without the approvals that the committee's policy asks for.

use std::collections::BTreeSet;

use ed25519_dalek::SigningKey;
use kyosei_app::journal::{BadEntry, Content, DraftError};
use kyosei_sync::{EntryKind, SignedHeader};

use crate::laptop::{Laptop, doc, part};

/// A laptop with one document, and the entry that holds it.
fn with_document() -> (Laptop, BTreeSet<kyosei_access::EntryId>) {
    let mut laptop = Laptop::new();
    laptop.write(vec![part(1, "鎌倉市")]);
    let entry = SignedHeader::decode(&laptop.disk[3].0).unwrap().id();
    (laptop, BTreeSet::from([entry]))
}

/// What the journal says of an order with these approvals beside the laptop's own, written by force.
fn answer(approvals: impl Fn(&mut Laptop) -> Vec<SigningKey>) -> Content {
    let (mut laptop, entries) = with_document();
    let approvals = approvals(&mut laptop);
    let order = order(&laptop, &entries, &approvals);
    laptop.forge(EntryKind::Drop, &order);
    laptop.empty_journal().read(&laptop.stored(), &laptop.keys).pop().unwrap().unwrap().content
}

fn order(laptop: &Laptop, entries: &BTreeSet<kyosei_access::EntryId>, approvals: &[SigningKey]) -> Vec<u8> {
    let own = laptop.journal.own_log().unwrap().id();
    let detail = kyosei_access::SealedBytes::new(b"unreadable".to_vec());
    let reason = kyosei_sync::DropReason::Erased;
    let order = kyosei_sync::DropOrder::new(laptop.journal.space(), own, entries.clone(), reason, 0, detail);
    let order = order.unwrap().sign_as_device(&laptop.keys.signing);
    approvals.iter().fold(order, |order, key| order.sign_as_recovery(key)).encode()
}

#[test]
fn an_admin_and_a_recovery_sheet_are_enough() {
    let (mut laptop, entries) = with_document();
    let sheets = vec![laptop.recovery[0].clone()];
    let draft = laptop
        .journal
        .draft_drop(laptop.journal.draft(), entries.clone(), vec![doc(1)], 7, &laptop.keys, &sheets)
        .unwrap();
    laptop.adopt(draft);
    let read = laptop.empty_journal().read(&laptop.stored(), &laptop.keys).pop().unwrap().unwrap();
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
        let refused = laptop.journal.draft_drop(
            laptop.journal.draft(),
            entries.clone(),
            vec![doc(1)],
            0,
            &laptop.keys,
            &approvals,
        );
        assert_eq!(refused.err(), Some(DraftError::NotApproved));
    }
}

#[test]
fn an_order_published_again_under_another_log_is_refused() {
    let (mut laptop, entries) = with_document();
    let payload = order(&laptop, &entries, &[laptop.recovery[0].clone()]);
    let key = laptop.fresh_key();
    let draft = laptop.journal.draft_log(key, &laptop.keys).unwrap();
    laptop.adopt(draft);
    laptop.forge(EntryKind::Drop, &payload);
    let read = laptop.empty_journal().read(&laptop.stored(), &laptop.keys).pop().unwrap().unwrap();
    assert!(matches!(read.content, Content::Bad(BadEntry::BadDrop)));
}
