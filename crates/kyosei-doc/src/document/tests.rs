//! Documents at their boundary: trees, edits, changes, hostile bytes.

use proptest::prelude::*;

use super::{Actor, Document, DocumentError, change_hashes};
use crate::Node;

fn tree(name: &str, city: &str) -> Node {
    let text: Node =
        [("name", Node::Text(name.into())), ("city", Node::Text(city.into()))].into_iter().collect();
    [("kind", Node::Text("supporter".into())), ("text", text)].into_iter().collect()
}

fn actor(n: u8) -> Actor {
    Actor([n; 16])
}

#[test]
fn a_tree_survives_save_load_and_replay_of_its_changes() {
    let (document, changes) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
    assert_eq!(Document::load(&document.save()).unwrap().root().unwrap(), tree("花子", "鎌倉市"));
    let mut replayed = Document::empty();
    replayed.apply_changes(&[&changes]).unwrap();
    replayed.apply_changes(&[&changes]).unwrap();
    assert_eq!(replayed.heads(), document.heads());
}

#[test]
fn edits_of_different_fields_apart_from_each_other_both_hold() {
    let (base, _) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
    let (mut one, mut two) = (base.clone(), base.clone());
    let a = one.edit(actor(2), &tree("花子", "鎌倉市"), &tree("華子", "鎌倉市"), 6).unwrap();
    let b = two.edit(actor(3), &tree("花子", "鎌倉市"), &tree("花子", "逗子市"), 6).unwrap();
    one.apply_changes(&[&b]).unwrap();
    two.apply_changes(&[&a]).unwrap();
    assert_eq!(one.root().unwrap(), tree("華子", "逗子市"));
    assert_eq!(one.heads(), two.heads());
    assert!(one.conflicts().unwrap().is_empty());
}

#[test]
fn two_values_for_one_field_are_kept_with_their_writers() {
    let (base, _) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
    let (mut one, mut two) = (base.clone(), base);
    let a = one.edit(actor(2), &tree("花子", "鎌倉市"), &tree("花子", "逗子市"), 6).unwrap();
    let b = two.edit(actor(3), &tree("花子", "鎌倉市"), &tree("花子", "葉山町"), 6).unwrap();
    one.apply_changes(&[&b]).unwrap();
    two.apply_changes(&[&a]).unwrap();
    let conflicts = one.conflicts().unwrap();
    assert_eq!(conflicts, two.conflicts().unwrap());
    assert_eq!(conflicts[0].path, ["text", "city"]);
    let shown = one.root().unwrap().get("text").unwrap().get("city").cloned().unwrap();
    assert_eq!(conflicts[0].values[0].value.clone().unwrap(), shown, "the value that reads see comes first");
    let mut writers: Vec<Actor> = conflicts[0].values.iter().map(|one| one.actor).collect();
    writers.sort();
    assert_eq!(writers, [actor(2), actor(3)]);
}

#[test]
fn an_edit_leaves_keys_of_a_newer_version_alone() {
    let mut newer = tree("花子", "鎌倉市");
    if let Node::Map(map) = &mut newer {
        map.insert("later".into(), Node::Int(9));
    }
    let (mut document, _) = Document::create(actor(1), &newer, 5).unwrap();
    document.edit(actor(2), &tree("花子", "鎌倉市"), &tree("花子", "逗子市"), 6).unwrap();
    assert_eq!(document.root().unwrap().get("later"), Some(&Node::Int(9)));
}

#[test]
fn an_edit_without_difference_writes_nothing() {
    let (mut document, _) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
    let heads = document.heads();
    let changes = document.edit(actor(2), &tree("a", "b"), &tree("a", "b"), 6).unwrap();
    assert!(changes.is_empty());
    assert_eq!(document.heads(), heads);
}

#[test]
fn changes_without_their_past_are_refused_and_nothing_moves() {
    let (mut document, _) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
    let later = document.edit(actor(1), &tree("花子", "鎌倉市"), &tree("花子", "逗子市"), 6).unwrap();
    let mut other = Document::empty();
    assert_eq!(other.apply_changes(&[&later]), Err(DocumentError::MissingChanges));
    assert!(other.heads().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn changed_bytes_never_panic_through(at in 0_usize..4000, bit in 0_u8..8) {
        let (document, changes) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
        for mut bytes in [document.save(), changes] {
            let at = at % bytes.len();
            bytes[at] ^= 1 << bit;
            let _loaded = Document::load(&bytes);
            let _applied = Document::empty().apply_changes(&[&bytes]);
        }
    }
}

#[test]
fn a_document_holds_what_it_rests_on_and_nothing_that_came_after() {
    let (mut document, first) = Document::create(actor(1), &tree("花子", "鎌倉市"), 5).unwrap();
    let older = document.clone();
    let second = document.edit(actor(1), &tree("花子", "鎌倉市"), &tree("花子", "逗子市"), 6).unwrap();
    let hashes = change_hashes(&[first.clone(), second].concat()).unwrap();
    assert_eq!(hashes.len(), 2);
    assert!(document.holds(&hashes) && document.holds(&older.heads()));
    assert!(older.holds(&change_hashes(&first).unwrap()));
    assert!(!older.holds(&hashes) && !older.holds(&document.heads()));
    assert!(change_hashes(b"no changes").is_err());
}
