//! Documents that this version cannot read are kept, listed and left alone.

use kyosei_app::Register;
use kyosei_app::register::Unreadable;
use kyosei_app::supporters::{Edit, edit_supporter, show_supporter};
use kyosei_doc::record::{RecordError, register as lists_record, supporter};
use kyosei_doc::{Actor, DocId, Document, Node};
use kyosei_model::{Field, SupporterId};

use crate::world::World;

/// Writes into a document what a newer version could have written.
fn write_newer(register: &mut Register, doc: DocId, key: &str, value: Node) {
    let mut document = register.document(doc).unwrap().unwrap_or_else(Document::empty);
    let after: Node = [(key, value)].into_iter().collect();
    let changes = document.edit(Actor([0x77; 16]), &Node::map(), &after, 1_790_000_000).unwrap();
    register.apply(doc, &[], &[&changes]).unwrap();
}

fn unreadable(register: &Register) -> Vec<(DocId, Unreadable)> {
    register.unreadable().collect()
}

const NEWER: Unreadable = Unreadable::Record(RecordError::NewerVersion);

#[test]
fn a_record_of_a_newer_version_is_kept_and_listed_and_not_touched_by_edits() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一")]).id;
    let doc = supporter::doc_id(id);
    write_newer(&mut world.register, doc, "status", Node::Text("dormant".into()));
    assert_eq!(unreadable(&world.register), [(doc, NEWER)]);
    let kept = world.register.save(doc).unwrap().to_vec();
    assert!(world.names().is_empty(), "what cannot be read is not shown half");
    let edit = Edit { text: vec![(Field::City, Some("逗子市".into()))], ..Edit::default() };
    assert!(world.write(|writing| edit_supporter(writing, id, edit)).is_err());
    assert!(world.write(|writing| show_supporter(writing, id)).is_err());
    assert_eq!(world.register.save(doc), Some(&kept[..]));
}

#[test]
fn a_document_of_an_unknown_kind_is_kept_and_listed() {
    let mut world = World::new();
    let doc = DocId::from_bytes([0x55; 16]);
    write_newer(&mut world.register, doc, "kind", Node::Text("event".into()));
    assert_eq!(unreadable(&world.register), [(doc, NEWER)]);
    let save = world.register.save(doc).unwrap().to_vec();
    let mut loaded = Register::default();
    loaded.put_document(doc, save.clone());
    assert_eq!((unreadable(&loaded), loaded.save(doc)), (vec![(doc, NEWER)], Some(&save[..])));
}

#[test]
fn a_key_of_a_newer_version_in_a_readable_record_survives_an_edit() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一")]).id;
    let doc = supporter::doc_id(id);
    write_newer(&mut world.register, doc, "pronouns", Node::Text("they".into()));
    assert!(unreadable(&world.register).is_empty());
    let edit = Edit { text: vec![(Field::City, Some("逗子市".into()))], ..Edit::default() };
    world.write(|writing| edit_supporter(writing, id, edit)).unwrap();
    let root = world.register.document(doc).unwrap().unwrap().root().unwrap();
    assert_eq!(root.get("pronouns"), Some(&Node::Text("they".into())));
    assert_eq!(world.get(id).get(Field::City), Some("逗子市"));
}

#[test]
fn lists_of_a_newer_version_refuse_deeds_that_would_change_them() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一"), (Field::Email, "mori@example.jp")]).id;
    write_newer(&mut world.register, lists_record::DOC_ID, "v", Node::Int(2));
    assert_eq!(unreadable(&world.register), [(lists_record::DOC_ID, NEWER)]);
    let kept = world.register.save(lists_record::DOC_ID).unwrap().to_vec();
    let refused = world.write(|writing| {
        kyosei_app::supporters::withdraw_supporter(writing, id, kyosei_model::Channel::Email)
    });
    assert!(refused.is_err(), "an opt-out that cannot be recorded must not look recorded");
    assert_eq!(world.register.save(lists_record::DOC_ID), Some(&kept[..]));
}

#[test]
fn a_document_that_does_not_load_is_kept_and_listed() {
    let mut register = Register::default();
    let doc = DocId::from_bytes([0x55; 16]);
    register.put_document(doc, b"no document".to_vec());
    assert_eq!(register.save(doc), Some(&b"no document"[..]));
    assert!(matches!(unreadable(&register)[..], [(found, Unreadable::Document(_))] if found == doc));
    assert!(register.supporter(SupporterId::from_bytes([0x55; 16])).is_none());
}
