//! What is stored today is what will be read in ten years.

use std::fmt::Write as _;

use kyosei_doc::record::{audit, consent, import, register, release, supporter};
use kyosei_doc::{Actor, Document, Node};
use kyosei_testkit::golden;

use crate::samples;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/records/golden");

/// Compares the save of a document with its vector and gives back the tree that the committed bytes hold.
fn committed(name: &str, tree: &Node) -> Node {
    let (document, _) = Document::create(Actor([7; 16]), tree, 1_790_000_000).unwrap();
    insta::assert_snapshot!(name, shown(tree));
    let root = Document::load(&golden::check(FOLDER, name, &document.save())).unwrap().root().unwrap();
    assert!(root == *tree, "the committed {name} holds another tree");
    root
}

/// The tree as text, one value on a line, for readers of this repository.
fn shown(node: &Node) -> String {
    fn write(node: &Node, path: &str, lines: &mut String) {
        let value = match node {
            Node::Map(map) if !map.is_empty() => {
                return map.iter().for_each(|(key, child)| write(child, &format!("{path}/{key}"), lines));
            }
            Node::Map(_) => "{}".to_owned(),
            Node::Text(text) => format!("{text:?}"),
            Node::Int(int) => int.to_string(),
            Node::Bool(bool) => bool.to_string(),
            Node::Bytes(bytes) => golden::to_hex(bytes).replace('\n', ""),
        };
        writeln!(lines, "{path} {value}").unwrap();
    }
    let mut lines = String::new();
    write(node, "", &mut lines);
    lines
}

#[test]
fn a_person_with_every_field_and_every_kind_of_consent_keeps_its_stored_form() {
    let person = samples::individual();
    let root = committed("individual", &supporter::to_node(&person));
    assert_eq!(supporter::from_node(supporter::doc_id(person.id), &root), Ok(person));
}

#[test]
fn an_organisation_with_every_field_keeps_its_stored_form() {
    let organisation = samples::organisation();
    let root = committed("organisation", &supporter::to_node(&organisation));
    assert_eq!(supporter::from_node(supporter::doc_id(organisation.id), &root), Ok(organisation));
}

#[test]
fn a_consent_keeps_its_bytes() {
    for entry in samples::consents() {
        let name = format!("consent-{}", entry.purpose.code());
        let bytes = golden::check(FOLDER, &name, &consent::encode_consent(&entry));
        assert_eq!(consent::decode_consent(entry.id, &bytes), Ok(entry));
    }
}

#[test]
fn an_audit_trail_with_every_subject_keeps_its_stored_form() {
    let events = samples::events();
    let tree = events
        .iter()
        .fold(audit::empty(samples::DEVICE), |tree, event| audit::with_event(tree, event).unwrap());
    assert_eq!(audit::events(&committed("audit", &tree)), Ok(events));
}

#[test]
fn the_lists_of_a_register_keep_their_stored_form() {
    let root = committed("register", &register::to_node(&samples::lists()));
    assert_eq!(register::from_node(&root), Ok(samples::lists()));
}

#[test]
fn a_release_of_totals_keeps_its_stored_form() {
    let stored = release::StoredRelease {
        entry: b"an entry".to_vec(),
        counted: vec![
            kyosei_model::SupporterId::from_bytes([1; 16]),
            kyosei_model::SupporterId::from_bytes([2; 16]),
        ],
    };
    let root = release::to_node(&stored);
    let bytes = golden::to_hex(root.get("release").and_then(Node::as_bytes).unwrap()).replace('\n', "");
    assert_eq!(bytes, format!("830148{}8250{}50{}", "616e20656e747279", "01".repeat(16), "02".repeat(16)));
    assert_eq!(release::from_node(&root), Ok(stored));
    assert_eq!(release::doc_id(&[0xab; 32]).to_string(), "ab".repeat(16));
}

#[test]
fn an_import_with_every_fate_of_a_row_keeps_its_stored_form() {
    let batch = samples::import();
    let documents = import::to_nodes(&batch);
    let [(_, file), (rows_id, rows)] = documents.as_slice() else { panic!("one file, one part") };
    let (file, rows) = (committed("import", file), committed("import-rows", rows));
    let read = import::from_nodes(batch.id, &file, |id| (id == *rows_id).then(|| rows.clone()));
    assert_eq!(read, Ok(batch));
}

#[test]
fn ids_of_documents_follow_from_ids_of_records() {
    let month = |ms| audit::doc_id(samples::DEVICE, kyosei_model::UnixMillis::new(ms)).to_string();
    // 2026-09-21 and 2026-10-01 00:30 in Japan, which is still September in UTC.
    assert_eq!(month(1_790_000_000_000), "d0d0d0d0d0d0d0d0d0d0d0d000007ea9");
    assert_eq!(month(1_790_782_200_000), "d0d0d0d0d0d0d0d0d0d0d0d000007eaa");
    assert_eq!(register::DOC_ID.to_string(), "6b796f7365692d726567697374657200");
    let last = kyosei_model::ImportId::from_bytes([0xff; 16]);
    assert_eq!(import::rows_doc_id(last, 0).to_string(), "0".repeat(32));
    assert_eq!(import::rows_doc_id(last, 1).to_string(), format!("{}1", "0".repeat(31)));
}
