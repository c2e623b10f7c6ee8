//! What a journal believes: each entry judged alone, and a bad payload never blocks the log (rule R5).

use kyosei_app::journal::{BadEntry, Content, DraftError, Journal, Origin};
use kyosei_sync::{EntryKind, InnerError, PAYLOAD_BYTES_MAX, Part, PartKind, Refused};

use crate::laptop::{Disk, Laptop, doc, part};

/// What the entries after the three of the founding say.
fn contents(laptop: &Laptop) -> Vec<Content> {
    laptop.read().entries.into_iter().skip(3).map(|entry| entry.content).collect()
}

#[track_caller]
fn is_bad(content: &Content, expect: BadEntry) {
    assert!(matches!(content, Content::Bad(found) if *found == expect), "{content:?}");
}

#[test]
fn what_was_written_is_read_back_from_the_entries_alone() {
    let mut laptop = Laptop::new();
    laptop.write(vec![laptop.part(1, "鎌倉市"), laptop.part(2, "逗子市")]);
    let [Content::Data(inner)] = &contents(&laptop)[..] else { panic!("one entry") };
    assert_eq!(inner.parts, [laptop.part(1, "鎌倉市"), laptop.part(2, "逗子市")]);
    assert_eq!(laptop.read().bad, []);
}

#[test]
fn a_changed_payload_is_bad_and_the_log_goes_on() {
    let mut laptop = Laptop::new();
    laptop.write(vec![laptop.part(1, "鎌倉市")]);
    laptop.write(vec![laptop.part(2, "逗子市")]);
    let payload = laptop.disk.0[3].payload.as_mut().unwrap();
    let last = payload.len() - 1;
    payload[last] ^= 1;
    let contents = contents(&laptop);
    is_bad(&contents[0], BadEntry::PayloadChanged);
    assert!(matches!(&contents[1], Content::Data(inner) if inner.parts == [laptop.part(2, "逗子市")]));
}

#[test]
fn scenario_11_a_payload_under_a_new_header_of_the_same_log_is_refused_by_its_inner_copy() {
    let mut laptop = Laptop::new();
    laptop.write(vec![laptop.part(1, "鎌倉市")]);
    let payload = laptop.disk.0[3].payload.clone().unwrap();
    laptop.forge(EntryKind::Data, &payload);
    is_bad(&contents(&laptop)[1], BadEntry::Inner(InnerError::WrongPlace));
}

#[test]
fn scenario_11_a_payload_under_the_header_of_another_log_is_refused_by_its_inner_copy() {
    let mut laptop = Laptop::new();
    laptop.write(vec![laptop.part(1, "鎌倉市")]);
    let payload = laptop.disk.0[3].payload.clone().unwrap();
    laptop.open_new_log();
    laptop.forge(EntryKind::Data, &payload);
    is_bad(contents(&laptop).last().unwrap(), BadEntry::Inner(InnerError::WrongPlace));
}

#[test]
fn payloads_of_garbage_of_a_newer_kind_or_gone_are_named_and_the_log_goes_on() {
    let mut laptop = Laptop::new();
    laptop.forge(EntryKind::Data, b"garbage");
    laptop.forge(EntryKind::Unknown(9), b"of a later version");
    laptop.forge(EntryKind::Member, b"no operation");
    laptop.forge(EntryKind::Drop, b"no order");
    laptop.forge(EntryKind::Data, b"gone");
    laptop.disk.0.last_mut().unwrap().payload = None;
    let contents = contents(&laptop);
    assert!(matches!(contents[0], Content::Bad(BadEntry::Open(_))));
    assert!(matches!(contents[1], Content::Unknown));
    is_bad(&contents[2], BadEntry::BadOperation);
    is_bad(&contents[3], BadEntry::BadDrop);
    assert!(matches!(contents[4], Content::Absent));
}

#[test]
fn a_damaged_or_missing_header_ends_the_reading_of_its_log() {
    let mut laptop = Laptop::new();
    for n in 1..4 {
        laptop.write(vec![laptop.part(n, "鎌倉市")]);
    }
    let good = laptop.disk.clone();
    laptop.disk.0[4].header[20] ^= 1;
    let read = laptop.read();
    assert_eq!(read.entries.len(), 4, "what comes before");
    let reasons: Vec<BadEntry> = read.bad.iter().map(|(_, reason)| *reason).collect();
    assert_eq!(reasons.len(), 2, "the damaged one, and the one after it");
    assert_eq!(reasons[1], BadEntry::Refused(Refused::Gap));
    laptop.disk = good;
    laptop.disk.0.remove(4);
    assert_eq!(laptop.read().bad, [(laptop.own_log(), BadEntry::Refused(Refused::Gap))]);
}

#[test]
fn a_log_that_nobody_opened_is_refused_when_it_arrives_and_reported_when_it_lies_on_the_disk() {
    let mut laptop = Laptop::new();
    laptop.open_new_log();
    laptop.write(vec![laptop.part(1, "鎌倉市")]);
    let opening = laptop.disk.0.len() - 2;
    let mut arriving = laptop.disk.0.clone();
    arriving.remove(opening);
    let arriving: Vec<_> = arriving.iter().map(kyosei_app::journal::OwnedEntry::as_stored).collect();
    let stranger = Journal::empty(laptop.journal.space(), None);
    let admission = stranger.admit(&arriving, Origin::Peer, &Disk::default()).unwrap();
    let refused: Vec<BadEntry> = admission.rejected.iter().map(|rejected| rejected.reason).collect();
    assert_eq!(refused, [BadEntry::Refused(Refused::NotOpened)]);
    // What lies here was taken in once; only its damage is told, and nothing of the log counts.
    laptop.disk.0[opening].payload = None;
    assert_eq!(laptop.read().bad, [(laptop.own_log(), BadEntry::PayloadMissing)]);
}

#[test]
fn another_laptop_reads_headers_and_no_content() {
    let mut laptop = Laptop::new();
    laptop.write(vec![laptop.part(1, "鎌倉市")]);
    let stranger = kyosei_app::journal::DeviceKeys::from_key_file(&kyosei_vault::KeyFile::generate(
        &mut kyosei_testkit::Seed::fixed(6).rng(),
    ))
    .unwrap();
    is_bad(&laptop.read_with(&stranger).entries[3].content, BadEntry::NoEpoch);
}

#[test]
fn a_document_that_is_too_large_for_one_entry_is_refused_before_anything_is_stored() {
    let laptop = Laptop::new();
    // Bytes that do not compress: a chain of hashes.
    let mut body = Vec::new();
    let mut link = [0; 32];
    while body.len() < PAYLOAD_BYTES_MAX + 4096 {
        link = kyosei_sync::payload_hash(&link);
        body.extend(link);
    }
    let part = Part { doc: doc(1), kind: PartKind::Changes, body };
    assert_eq!(laptop.journal.draft().documents(vec![part]).err(), Some(DraftError::TooLarge));
}

#[test]
fn an_import_of_many_documents_takes_few_entries_in_one_draft() {
    let mut laptop = Laptop::new();
    laptop.write((0..130).map(|n| laptop.part(n, "鎌倉市")).collect());
    assert_eq!(laptop.disk.0.len(), 3 + 3, "packs of 64, 64 and 2");
    let parts: usize = contents(&laptop)
        .iter()
        .map(|content| if let Content::Data(inner) = content { inner.parts.len() } else { 0 })
        .sum();
    assert_eq!(parts, 130);
}

#[test]
fn changes_under_the_actor_of_another_log_are_refused() {
    let mut laptop = Laptop::new();
    let stranger = kyosei_access::LogId::from_bytes([9; 32]);
    laptop.write(vec![part(stranger, 1, "鎌倉市")]);
    laptop.write(vec![laptop.part(2, "逗子市")]);
    let contents = contents(&laptop);
    is_bad(&contents[0], BadEntry::ForeignActor);
    assert!(matches!(&contents[1], Content::Data(_)), "positive control, and the log goes on");
}
