//! Taking an import back (story 2).

use kyosei_app::imports::{UndoRefused, UpdatePolicy, undo_import};
use kyosei_app::supporters::{Edit, edit_supporter};
use kyosei_model::{AuditAction, Field, ImportId, Status};

use crate::world::{World, file, row};

fn two() -> String {
    file(&[
        row("森 健一", "もり けんいち", "mori@example.jp", "はい"),
        row("髙橋 恵", "たかはし めぐみ", "megumi@example.jp", "はい"),
    ])
}

#[test]
fn story_2_records_that_someone_edited_since_stay_and_are_listed_and_the_others_go() {
    let mut world = World::new();
    let batch = world.import(&two(), UpdatePolicy::Ask).batch;
    let (mori, takahashi) = (world.named("森 健一"), world.named("髙橋 恵"));
    let edit = Edit { text: vec![(Field::Notes, Some("司会".into()))], ..Edit::default() };
    world.write(|writing| edit_supporter(writing, mori, edit)).unwrap();
    let undone = world.write(|writing| undo_import(writing, batch.id)).unwrap();
    assert_eq!((undone.removed, undone.kept), ([takahashi].into(), [mori].into()));
    assert_eq!(world.names(), ["森 健一"].into());
    assert_eq!(world.get(takahashi).status, Status::Erased);
    assert!(world.get(takahashi).text.is_empty() && world.get(takahashi).consents.is_empty());
    assert_eq!(world.trail().last(), Some(&AuditAction::ImportUndone));
    let stored = world.register.import(batch.id).unwrap().unwrap();
    assert_eq!(stored.undone.map(|undo| undo.kept), Some([mori].into()));
}

#[test]
fn after_an_undo_the_same_file_can_be_imported_again() {
    let mut world = World::new();
    let batch = world.import(&two(), UpdatePolicy::Ask).batch;
    world.write(|writing| undo_import(writing, batch.id)).unwrap();
    assert_eq!(world.preview(&two()).counts.new, 2);
    assert_eq!(world.import(&two(), UpdatePolicy::Ask).batch.created().count(), 2);
}

#[test]
fn a_record_that_was_there_before_the_import_stays_and_is_listed() {
    let mut world = World::new();
    world.import(&two(), UpdatePolicy::Ask);
    let mori = world.named("森 健一");
    let moved = file(&[row("森 健一", "もり けんいち", "mori@example.jp", "はい").replace("大町", "材木座")]);
    let update = world.import(&moved, UpdatePolicy::Update).batch;
    let undone = world.write(|writing| undo_import(writing, update.id)).unwrap();
    assert_eq!((undone.removed.len(), undone.kept), (0, [mori].into()));
    assert_eq!(world.names().len(), 2);
}

#[test]
fn an_import_is_taken_back_once() {
    let mut world = World::new();
    let batch = world.import(&two(), UpdatePolicy::Ask).batch;
    world.write(|writing| undo_import(writing, batch.id)).unwrap();
    assert_eq!(world.write(|writing| undo_import(writing, batch.id)), Err(UndoRefused::UndoneBefore));
    let never = ImportId::from_bytes([0xff; 16]);
    assert_eq!(world.write(|writing| undo_import(writing, never)), Err(UndoRefused::NoImport));
}

#[test]
fn a_record_that_was_merged_since_is_listed_as_kept() {
    let mut world = World::new();
    let kept = world.add(&[(Field::Name, "森 健一"), (Field::Street, "大町1-1")]).id;
    let batch = world.import(&two(), UpdatePolicy::Ask).batch;
    let imported = batch.created().next().unwrap();
    let choices = [(Field::Street, kyosei_model::Choice::Kept)].into();
    world
        .write(|writing| kyosei_app::supporters::merge_supporters(writing, kept, imported, &choices))
        .unwrap();
    let undone = world.write(|writing| undo_import(writing, batch.id)).unwrap();
    assert!(undone.kept.contains(&imported), "its content lives on in the other record");
}
