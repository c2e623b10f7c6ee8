//! Conflicts of real concurrent edits, also against a plain model of what stands.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_testkit::Seed;
use rand::RngExt;

use super::{Actor, Conflict, Document};
use crate::Node;

const KEYS: [&str; 3] = ["city", "name", "tel"];

fn tree(fields: &[(&str, &str)]) -> Node {
    let text: Node = fields.iter().map(|(key, value)| (*key, Node::Text((*value).into()))).collect();
    [("text", text)].into_iter().collect()
}

fn actor(n: u8) -> Actor {
    Actor([n; 16])
}

/// Two laptops with one document; each then does an edit of its own and takes over the other's.
fn two_edits(base: &Node, one: &Node, two: &Node) -> [Document; 2] {
    let (document, _) = Document::create(actor(1), base, 5).unwrap();
    let (mut a, mut b) = (document.clone(), document);
    let from_a = a.edit(actor(2), base, one, 60).unwrap();
    let from_b = b.edit(actor(3), base, two, 70).unwrap();
    a.apply_changes(&[&from_b]).unwrap();
    b.apply_changes(&[&from_a]).unwrap();
    assert_eq!(a.conflicts(), b.conflicts(), "both laptops see the same");
    assert_eq!(Document::load(&a.save()).unwrap().conflicts(), a.conflicts(), "also after a restart");
    [a, b]
}

fn values(conflict: &Conflict) -> Vec<Option<&str>> {
    conflict.values.iter().map(|one| one.value.as_ref().map(|node| node.as_text().unwrap())).collect()
}

#[test]
fn a_conflict_names_the_field_and_every_value_with_its_writer_time_and_change() {
    let [a, _] = two_edits(
        &tree(&[("city", "鎌倉市"), ("tel", "1")]),
        &tree(&[("city", "逗子市"), ("tel", "1")]),
        &tree(&[("city", "葉山町"), ("tel", "1")]),
    );
    let conflicts = a.conflicts().unwrap();
    assert_eq!(conflicts.len(), 1);
    assert_eq!(conflicts[0].path, ["text", "city"]);
    let shown = a.root().unwrap().get("text").unwrap().get("city").unwrap().as_text().unwrap().to_owned();
    assert_eq!(values(&conflicts[0])[0], Some(shown.as_str()), "what reads see comes first");
    let found: BTreeSet<_> = conflicts[0]
        .values
        .iter()
        .map(|one| (one.value.clone().unwrap().as_text().unwrap().to_owned(), one.actor, one.at_unix_s))
        .collect();
    assert_eq!(found, [("逗子市".into(), actor(2), 60), ("葉山町".into(), actor(3), 70)].into());
    let changes: BTreeSet<[u8; 32]> = conflicts[0].values.iter().map(|one| one.change).collect();
    assert_eq!(changes, a.heads().into_iter().collect(), "each is one of the two heads");
}

#[test]
fn a_deletion_beside_a_new_value_is_a_conflict_though_reads_show_only_the_value() {
    let base = tree(&[("tel", "1")]);
    let [mut a, mut b] = two_edits(&base, &tree(&[]), &tree(&[("tel", "2")]));
    let conflicts = a.conflicts().unwrap();
    assert_eq!(conflicts[0].path, ["text", "tel"]);
    assert_eq!(values(&conflicts[0]), [Some("2"), None]);
    assert_eq!((conflicts[0].values[1].actor, conflicts[0].values[1].at_unix_s), (actor(2), 60));
    let path = conflicts[0].path.clone();
    for (n, choice) in
        [None, Some(Node::Text("2".into())), Some(Node::Text("3".into()))].into_iter().enumerate()
    {
        let mut chosen = a.clone();
        let changes =
            chosen.overwrite(actor(4 + u8::try_from(n).unwrap()), &path, choice.as_ref(), 80).unwrap();
        b.apply_changes(&[&changes]).unwrap();
        let mut elsewhere = a.clone();
        elsewhere.apply_changes(&[&changes]).unwrap();
        for document in [&chosen, &elsewhere] {
            assert!(document.conflicts().unwrap().is_empty(), "{choice:?}");
            assert_eq!(document.root().unwrap().get("text").unwrap().get("tel"), choice.as_ref());
        }
    }
    assert_eq!(
        b.conflicts().unwrap()[0].values.len(),
        3,
        "three choices apart from each other conflict anew"
    );
    a.merge(&b).unwrap();
    assert_eq!(a.conflicts(), b.conflicts());
}

#[test]
fn equal_values_different_fields_and_two_deletions_are_no_conflict() {
    let base = tree(&[("city", "鎌倉市"), ("tel", "1")]);
    for (one, two) in [
        (tree(&[("city", "逗子市"), ("tel", "1")]), tree(&[("city", "逗子市"), ("tel", "1")])),
        (tree(&[("city", "逗子市"), ("tel", "1")]), tree(&[("city", "鎌倉市"), ("tel", "2")])),
        (tree(&[("city", "鎌倉市")]), tree(&[("city", "鎌倉市")])),
        (tree(&[("city", "鎌倉市")]), tree(&[("city", "逗子市"), ("tel", "1")])),
    ] {
        let [a, _] = two_edits(&base, &one, &two);
        assert!(a.conflicts().unwrap().is_empty());
    }
}

#[test]
fn a_conflict_outlives_edits_of_other_fields_and_ends_with_one_of_its_own() {
    let base = tree(&[("city", "鎌倉市"), ("tel", "1")]);
    let [mut a, _] = two_edits(
        &base,
        &tree(&[("city", "逗子市"), ("tel", "1")]),
        &tree(&[("city", "葉山町"), ("tel", "1")]),
    );
    let open = a.conflicts().unwrap();
    let root = a.root().unwrap();
    let city = root.get("text").unwrap().get("city").unwrap().as_text().unwrap().to_owned();
    a.edit(actor(4), &root, &tree(&[("city", &city), ("tel", "2")]), 80).unwrap();
    assert_eq!(a.heads().len(), 1);
    assert_eq!(a.conflicts().unwrap(), open, "still open, though there is one head again");
    let root = a.root().unwrap();
    a.edit(actor(4), &root, &tree(&[("city", "横浜市"), ("tel", "2")]), 90).unwrap();
    assert!(a.conflicts().unwrap().is_empty());
}

#[test]
fn maps_made_apart_from_each_other_are_read_and_written_as_one() {
    let empty = tree(&[]);
    let with = |key: &str| -> Node {
        let events: Node =
            [(key, Node::Bytes(vec![1])), ("both", Node::Text(key.into()))].into_iter().collect();
        [("text", Node::map()), ("events", events)].into_iter().collect()
    };
    let [mut a, mut b] = two_edits(&empty, &with("one"), &with("two"));
    let events = |document: &Document| document.root().unwrap().get("events").cloned().unwrap();
    assert_eq!(events(&a), events(&b));
    assert_eq!(events(&a).entries().map(|(key, _)| key).collect::<Vec<_>>(), ["both", "one", "two"]);
    let conflicts = a.conflicts().unwrap();
    assert_eq!((conflicts.len(), &conflicts[0].path[..]), (1, &["events".to_owned(), "both".into()][..]));
    let before = a.root().unwrap();
    let mut after = before.clone();
    let Node::Map(map) = &mut after else { panic!("a map") };
    let kept: Node =
        [("both", Node::Text("three".into())), ("two", Node::Bytes(vec![1]))].into_iter().collect();
    map.insert("events".into(), kept.clone());
    let changes = a.edit(actor(4), &before, &after, 80).unwrap();
    b.apply_changes(&[&changes]).unwrap();
    assert_eq!((events(&a), events(&b)), (kept.clone(), kept));
    assert!(a.conflicts().unwrap().is_empty() && b.conflicts().unwrap().is_empty());
}

#[test]
fn what_was_written_beside_a_field_is_found_until_someone_who_knew_both_writes_over_it() {
    let base = tree(&[("city", "鎌倉市"), ("tel", "1"), ("name", "森")]);
    let mut merged = base.clone();
    let Node::Map(map) = &mut merged else { panic!("a map") };
    map.insert("merged".into(), Node::Bool(true));
    let [mut a, _] = two_edits(&base, &merged, &tree(&[("city", "逗子市"), ("name", "森")]));
    let beside = a.written_beside(&["merged"]).unwrap();
    let found: Vec<_> = beside.iter().map(|one| (one.path.join("/"), values(one))).collect();
    assert_eq!(found, [("text/city".to_owned(), vec![Some("逗子市")]), ("text/tel".into(), vec![None])]);
    assert!(a.conflicts().unwrap().is_empty());
    for one in &beside {
        a.overwrite(actor(4), &one.path, None, 80).unwrap();
    }
    assert!(a.written_beside(&["merged"]).unwrap().is_empty());
    assert!(a.written_beside(&["nothing"]).unwrap().is_empty());
}

#[test]
fn a_document_that_was_edited_in_turn_has_no_conflicts() {
    let mut now = tree(&[("city", "鎌倉市")]);
    let (mut document, _) = Document::create(actor(1), &now, 5).unwrap();
    for turn in 0..20_u8 {
        let next = tree(&[("city", &turn.to_string())]);
        document = Document::load(&document.save()).unwrap();
        document.edit(actor(turn % 3), &now, &next, 6).unwrap();
        now = next;
    }
    assert!(document.conflicts().unwrap().is_empty());
    assert!(super::Branches::of(&document.automerge).is_none());
}

/// What one laptop knows of the model: all writings, each with those that its writer knew.
#[derive(Clone, Default)]
struct Model {
    writings: BTreeMap<u32, (usize, Option<String>, BTreeSet<u32>)>,
}

impl Model {
    fn standing(&self, key: usize) -> BTreeSet<Option<String>> {
        let of_key = self.writings.iter().filter(|(_, writing)| writing.0 == key);
        let known = |id: &u32| self.writings.values().any(|other| other.0 == key && other.2.contains(id));
        of_key.filter(|(id, _)| !known(id)).map(|(_, writing)| writing.1.clone()).collect()
    }
}

#[test]
fn random_edits_on_three_laptops_leave_exactly_the_conflicts_of_the_model() {
    let seed = Seed::of_test();
    for round in 0..60 {
        let mut rng = seed.branch(&round.to_string()).rng();
        let base = tree(&[("city", "0"), ("name", "0"), ("tel", "0")]);
        let (document, _) = Document::create(actor(9), &base, 5).unwrap();
        let mut model = Model::default();
        for key in 0..KEYS.len() {
            model.writings.insert(u32::try_from(key).unwrap(), (key, Some("0".into()), BTreeSet::new()));
        }
        let mut laptops = vec![(document, model); 3];
        for step in 10..40_u32 {
            let at = rng.random_range(0..3_usize);
            if rng.random_bool(0.3) {
                let other = laptops[rng.random_range(0..3_usize)].clone();
                laptops[at].0.merge(&other.0).unwrap();
                laptops[at].1.writings.extend(other.1.writings);
                continue;
            }
            let key = rng.random_range(0..KEYS.len());
            let value = rng.random_bool(0.7).then(|| rng.random_range(0..4_u8).to_string());
            let (document, model) = &mut laptops[at];
            let path = ["text".to_owned(), KEYS[key].to_owned()];
            let node = value.clone().map(Node::Text);
            document.overwrite(actor(u8::try_from(at).unwrap()), &path, node.as_ref(), 6).unwrap();
            let past = model.writings.keys().copied().collect();
            model.writings.insert(step, (key, value, past));
        }
        for (document, model) in &laptops {
            let conflicts = document.conflicts().unwrap();
            for (key, name) in KEYS.iter().enumerate() {
                let found = conflicts.iter().find(|one| one.path == ["text", name]);
                let found: BTreeSet<Option<String>> = found
                    .into_iter()
                    .flat_map(|one| values(one).into_iter().map(|value| value.map(str::to_owned)))
                    .collect();
                let expect = model.standing(key);
                let expect = if expect.len() > 1 { expect } else { BTreeSet::new() };
                assert_eq!(found, expect, "round {round}, {name}");
            }
        }
    }
}
