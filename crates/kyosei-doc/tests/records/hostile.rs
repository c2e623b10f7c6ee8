//! Damaged, hostile and newer records: refused by name, never guessed at, never a panic.

use std::collections::BTreeMap;

use kyosei_doc::record::{RecordError, audit, consent, import, register, supporter};
use kyosei_doc::{DocId, Document, Node};
use kyosei_model::ConsentId;
use proptest::collection::vec;
use proptest::prelude::*;

use crate::{arbitrary, samples};

/// What reading a tree as each kind of record says; only that it says something matters.
fn read_as_everything(root: &Node) {
    let _answer = supporter::from_node(DocId::from_bytes([1; 16]), root);
    let _answer = register::from_node(root);
    let _answer = audit::events(root);
    let _answer = import::from_nodes(samples::import().id, root, |_| Some(root.clone()));
}

fn with(tree: &Node, path: &[&str], value: Node) -> Node {
    let mut changed = tree.clone();
    let mut at = &mut changed;
    for key in path {
        let Node::Map(map) = at else { panic!("no map at {key}") };
        at = map.entry((*key).to_owned()).or_insert_with(Node::map);
    }
    *at = value;
    changed
}

fn text(value: &str) -> Node {
    Node::Text(value.to_owned())
}

fn keys(tree: &Node) -> Vec<String> {
    tree.entries().map(|(key, _)| key.to_owned()).collect()
}

type Trees = [(&'static str, Node); 5];

fn trees() -> Trees {
    let event = &samples::events()[0];
    let mut documents = import::to_nodes(&samples::import()).into_iter();
    [
        ("supporter", supporter::to_node(&samples::individual())),
        ("register", register::to_node(&samples::lists())),
        ("audit", audit::with_event(audit::empty(samples::DEVICE), event).unwrap()),
        ("import", documents.next().unwrap().1),
        ("rows", documents.next().unwrap().1),
    ]
}

fn answer(name: &str, root: &Node) -> Result<(), RecordError> {
    let rows = import::to_nodes(&samples::import())[1].1.clone();
    let file = import::to_nodes(&samples::import())[0].1.clone();
    match name {
        "supporter" => supporter::from_node(DocId::from_bytes([1; 16]), root).map(drop),
        "register" => register::from_node(root).map(drop),
        "audit" => audit::events(root).map(drop),
        "import" => import::from_nodes(samples::import().id, root, |_| Some(rows.clone())).map(drop),
        _ => import::from_nodes(samples::import().id, &file, |_| Some(root.clone())).map(drop),
    }
}

#[test]
fn a_record_of_a_newer_version_is_told_from_a_damaged_one() {
    for (name, tree) in trees() {
        assert_eq!(answer(name, &tree), Ok(()), "{name}: positive control");
        assert_eq!(
            answer(name, &with(&tree, &["v"], Node::Int(2))),
            Err(RecordError::NewerVersion),
            "{name}"
        );
        assert!(
            matches!(answer(name, &with(&tree, &["v"], text("1"))), Err(RecordError::Damaged(_))),
            "{name}"
        );
        assert_eq!(
            answer(name, &with(&tree, &["kind"], text("event"))),
            Err(RecordError::WrongKind),
            "{name}"
        );
    }
}

#[test]
fn an_immutable_value_of_a_newer_version_makes_its_record_newer() {
    // A CBOR array whose first field is 2, and which this version could not read further.
    let newer = Node::Bytes(vec![0x82, 0x02, 0xf6]);
    let id = "00000000000000000000000001";
    let places: [(&str, &[&str]); 7] = [
        ("supporter", &["consents", id]),
        ("register", &["wordings", id]),
        ("register", &["suppressions", id]),
        ("register", &["pairs", id]),
        ("audit", &["events", id]),
        ("import", &["file"]),
        ("rows", &["rows"]),
    ];
    let trees = BTreeMap::from(trees());
    for (name, path) in places {
        let changed = with(&trees[name], path, newer.clone());
        assert_eq!(answer(name, &changed), Err(RecordError::NewerVersion), "{name} {path:?}");
    }
}

#[test]
fn a_code_that_this_version_does_not_know_makes_a_supporter_unreadable_rather_than_guessed_at() {
    let tree = supporter::to_node(&samples::organisation());
    for key in ["type", "status", "source", "email_state", "contact", "public_name", "org_type"] {
        let changed = with(&tree, &[key], text("later"));
        assert_eq!(answer("supporter", &changed), Err(RecordError::NewerVersion), "{key}");
    }
    for map in ["text", "interests"] {
        let changed = with(&tree, &[map, "later"], text("x"));
        assert_eq!(answer("supporter", &changed), Err(RecordError::NewerVersion), "{map}");
    }
}

#[test]
fn an_unknown_code_or_kind_of_evidence_in_a_consent_is_of_a_newer_version() {
    let entry = samples::consents().remove(0);
    let good = consent::encode_consent(&entry);
    let replaced = |old: &[u8], new: &[u8]| {
        let at = good.windows(old.len()).position(|window| window == old).unwrap();
        [&good[..at], new, &good[at + old.len()..]].concat()
    };
    let unknown = [
        replaced(b"\x62P1", b"\x62P9"),
        replaced(b"\x65given", b"\x65later"),
        replaced(b"\x64page", b"\x64fax!"),
        // Evidence is an array of a number and its fields: 9 is not given out.
        replaced(b"\x82\x00\x81", b"\x82\x09\x81"),
    ];
    for bytes in unknown {
        assert_eq!(consent::decode_consent(entry.id, &bytes), Err(RecordError::NewerVersion));
    }
}

#[test]
fn no_required_value_may_be_missing() {
    let optional = [
        "edition",
        "entered_by",
        "household",
        "merged_into",
        "minor",
        "org_type",
        "retention_until",
        "undone",
    ];
    for (name, tree) in trees() {
        for key in keys(&tree).into_iter().filter(|key| !optional.contains(&key.as_str())) {
            let Node::Map(mut map) = tree.clone() else { panic!("a record is a map") };
            map.remove(&key);
            assert!(answer(name, &Node::Map(map)).is_err(), "{name} without {key}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_tree_is_answered_without_a_panic(root in arbitrary::value()) {
        read_as_everything(&root);
    }

    #[test]
    fn any_value_at_any_place_of_a_record_is_answered_without_a_panic(
        which in 0_usize..5,
        key in any::<prop::sample::Index>(),
        value in arbitrary::value(),
    ) {
        let (_, tree) = &trees()[which];
        let keys = keys(tree);
        read_as_everything(&with(tree, &[&keys[key.index(keys.len())]], value));
    }

    #[test]
    fn any_bytes_are_answered_as_a_consent_without_a_panic(bytes in vec(any::<u8>(), 0..300)) {
        let _answer = consent::decode_consent(ConsentId::from_bytes([1; 16]), &bytes);
    }

    #[test]
    fn any_bytes_are_answered_as_a_document_without_a_panic(bytes in vec(any::<u8>(), 0..300)) {
        prop_assert!(Document::load(&bytes).is_err() || bytes.is_empty());
        let _answer = Document::empty().apply_changes(&[&bytes]);
    }

    #[test]
    fn a_changed_byte_of_a_consent_is_refused_or_read_but_never_panics(at in any::<prop::sample::Index>(), bits in 1_u8..) {
        let entry = samples::consents().remove(4);
        let mut bytes = consent::encode_consent(&entry);
        let at = at.index(bytes.len());
        bytes[at] ^= bits;
        let _answer = consent::decode_consent(entry.id, &bytes);
    }
}
