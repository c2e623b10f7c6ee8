//! A register is a pure function of the entries (rule R6): their order plays no part.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_access::{EntryId, LogId};
use kyosei_app::Register;
use kyosei_app::journal::{Content, ReadEntry};
use kyosei_app::replay::replay;
use kyosei_doc::{Actor, DocId, Document};
use kyosei_sync::{Part, PartKind, Snapshot};
use kyosei_testkit::Seed;
use rand::seq::SliceRandom as _;

use crate::laptop::{doc, tree};

fn entry(n: u8, parts: Vec<Part>) -> ReadEntry {
    ReadEntry {
        id: EntryId::from_bytes([n; 32]),
        log: LogId::from_bytes([1; 32]),
        seq: u32::from(n),
        content: Content::Parts(parts),
    }
}

fn changes(n: u8, body: Vec<u8>) -> Part {
    Part { doc: doc(n), kind: PartKind::Changes, body }
}

/// Two documents, edited in turn and on two laptops apart from each other.
fn history() -> Vec<ReadEntry> {
    let mut entries = Vec::new();
    for n in [1, 2] {
        let (mut here, made) = Document::create(Actor([n; 16]), &tree("0"), 1).unwrap();
        let mut there = here.clone();
        entries.push(changes(n, made));
        for city in 1..6_u8 {
            let (before, after) = ((city - 1).to_string(), city.to_string());
            entries.push(changes(n, here.edit(Actor([n; 16]), &tree(&before), &tree(&after), 2).unwrap()));
        }
        entries.push(changes(n, there.edit(Actor([n + 8; 16]), &tree("0"), &tree("elsewhere"), 2).unwrap()));
    }
    (0..).zip(entries).map(|(n, part)| entry(n, vec![part])).collect()
}

fn heads(register: &Register) -> BTreeMap<DocId, Vec<[u8; 32]>> {
    register.saves().map(|(id, save)| (id, Document::load(save).unwrap().heads())).collect()
}

fn replayed(entries: Vec<ReadEntry>) -> Register {
    let mut register = Register::default();
    replay(&mut register, entries, &BTreeSet::new());
    register
}

#[test]
fn any_order_of_the_entries_gives_the_same_register() {
    let seed = Seed::of_test();
    let mut rng = seed.rng();
    let expect = heads(&replayed(history()));
    assert_eq!(expect.values().map(Vec::len).collect::<Vec<_>>(), [2, 2], "two laptops, two heads");
    for _ in 0..40 {
        let mut entries = history();
        entries.shuffle(&mut rng);
        assert_eq!(heads(&replayed(entries)), expect);
    }
}

#[test]
fn any_order_gives_the_same_register_also_when_one_part_is_bad() {
    let seed = Seed::of_test();
    let mut rng = seed.rng();
    let with_bad = || {
        let mut entries = history();
        entries.push(entry(99, vec![changes(1, b"no changes".to_vec())]));
        entries
    };
    let expect = heads(&replayed(history()));
    for _ in 0..40 {
        let mut entries = with_bad();
        entries.shuffle(&mut rng);
        let mut register = Register::default();
        let report = replay(&mut register, entries, &BTreeSet::new());
        assert_eq!(report.failed, BTreeSet::from([doc(1)]), "it is reported");
        assert_eq!(heads(&register), expect, "and takes nothing else with it");
    }
}

#[test]
fn entries_that_come_again_change_nothing() {
    let mut register = replayed(history());
    let before = heads(&register);
    replay(&mut register, history(), &BTreeSet::new());
    assert_eq!(heads(&register), before);
}

#[test]
fn a_snapshot_stands_in_for_payloads_that_were_dropped() {
    let whole = replayed(history());
    let save = whole.save(doc(1)).unwrap().to_vec();
    let snapshot = Snapshot { covers: BTreeMap::new(), save };
    let part = Part { doc: doc(1), kind: PartKind::Snapshot, body: snapshot.encode() };
    let mut entries: Vec<ReadEntry> = history()
        .into_iter()
        .map(|entry| ReadEntry {
            content: if entry.seq < 7 { Content::Dropped } else { entry.content },
            ..entry
        })
        .collect();
    entries.insert(0, entry(98, vec![part]));
    assert_eq!(heads(&replayed(entries)), heads(&whole));
}

#[test]
fn an_erased_document_does_not_come_back_whatever_arrives() {
    let erased = BTreeSet::from([doc(1)]);
    let mut register = Register::default();
    replay(&mut register, history(), &erased);
    assert_eq!(heads(&register).keys().copied().collect::<Vec<_>>(), [doc(2)]);
}
