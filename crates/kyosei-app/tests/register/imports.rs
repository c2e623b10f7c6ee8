//! Importing: once, again, as decided, with the mapping remembered.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use kyosei_app::imports::{
    Decisions, ImportRefused, ImportedFile, RowDecision, UpdatePolicy, import_registrations,
};
use kyosei_intake::mapping::Target;
use kyosei_intake::preview::ReadError;
use kyosei_model::{AuditAction, Field, Purpose, RowFate, Sensitive, Source, SupporterId};

use crate::world::{HEADER, World, file, row, saves};

fn three() -> String {
    file(&[
        row("森 健一", "もり けんいち", "mori@example.jp", "はい"),
        row("髙橋 恵", "たかはし めぐみ", "megumi@example.jp", "いいえ"),
        row("山﨑 直樹", "やまざき なおき", "naoki@example.jp", "はい"),
    ])
}

#[test]
fn nothing_is_saved_by_a_preview_and_the_import_does_what_the_preview_said() {
    let mut world = World::new();
    let before = saves(&world.register);
    let preview = world.preview(&three());
    assert!(saves(&world.register) == before);
    assert_eq!(preview.counts.new, 3);
    let imported = world.import_decided(&preview, &Decisions::default()).unwrap();
    assert_eq!(imported.batch.created().count(), 3);
    assert_eq!(world.names(), ["森 健一", "髙橋 恵", "山﨑 直樹"].into());
    assert_eq!(world.trail().last(), Some(&AuditAction::Imported));
    assert_eq!(world.register.import(imported.batch.id).unwrap(), Some(imported.batch));
}

#[test]
fn story_3_the_same_file_again_gives_nothing_new() {
    let mut world = World::new();
    let first = world.import(&three(), UpdatePolicy::Ask);
    let preview = world.preview(&three());
    assert_eq!((preview.counts.new, preview.counts.already_present), (0, 3));
    let again = world.import(&three(), UpdatePolicy::Update);
    let created: Vec<SupporterId> = first.batch.created().collect();
    let present: Vec<RowFate> = again.batch.rows.iter().map(|row| row.fate.clone()).collect();
    assert_eq!(present, created.into_iter().map(RowFate::AlreadyPresent).collect::<Vec<_>>());
    assert_eq!(world.names().len(), 3);
}

#[test]
fn one_bad_row_never_stops_the_others() {
    let mut world = World::new();
    let csv = file(&[
        row("森 健一", "もり けんいち", "mori@example.jp", "はい"),
        "2026/08/01 10:00:00,ragged\n".to_owned(),
        row("\u{202e}偽名", "ぎめい", "x@example.jp", "はい"),
        row("髙橋 恵", "たかはし めぐみ", "two@example.jp、three@example.jp", "はい"),
        row("山﨑 直樹", "やまざき なおき", "naoki@example.jp", "はい"),
        row("森 健一", "もり けんいち", "mori@example.jp", "はい"),
    ]);
    let imported = world.import(&csv, UpdatePolicy::Ask);
    let fates: Vec<(u64, &str)> = imported
        .batch
        .rows
        .iter()
        .map(|row| {
            let fate = match &row.fate {
                RowFate::Created(_) => "created",
                RowFate::Unreadable(_) => "unreadable",
                RowFate::Rejected(_) => "rejected",
                RowFate::Review => "review",
                RowFate::RepeatedLine(2) => "repeats line 2",
                RowFate::Updated(_)
                | RowFate::AlreadyPresent(_)
                | RowFate::RepeatedLine(_)
                | RowFate::Suppressed => "something else",
            };
            (row.line, fate)
        })
        .collect();
    let expect = [
        (2, "created"),
        (3, "unreadable"),
        (4, "rejected"),
        (5, "review"),
        (6, "created"),
        (7, "repeats line 2"),
    ];
    assert_eq!(fates, expect);
    assert_eq!(world.names(), ["森 健一", "山﨑 直樹"].into());
}

#[test]
fn a_row_in_review_is_taken_with_the_value_that_a_person_gave() {
    let mut world = World::new();
    let csv = file(&[row("髙橋 恵", "たかはし めぐみ", "two@example.jp、three@example.jp", "はい")]);
    let preview = world.preview(&csv);
    let decide = |email: &str| {
        let values = BTreeMap::from([(Field::Email, email.to_owned())]);
        Decisions { rows: [(2, RowDecision::New(values))].into(), ..Decisions::default() }
    };
    let unusable = world.import_decided(&preview, &decide("still no address")).unwrap();
    assert_eq!(unusable.batch.rows[0].fate, RowFate::Review);
    world.import_decided(&preview, &decide("two@example.jp")).unwrap();
    assert_eq!(world.get(world.named("髙橋 恵")).get(Field::Email), Some("two@example.jp"));
}

#[test]
fn a_decision_about_a_record_that_does_not_exist_stops_the_whole_import() {
    let mut world = World::new();
    let nobody = SupporterId::from_bytes([0xff; 16]);
    let decisions = Decisions { rows: [(3, RowDecision::Update(nobody))].into(), ..Decisions::default() };
    let refused = world.import_decided(&world.preview(&three()), &decisions).unwrap_err();
    assert_eq!(refused, ImportRefused::NoSupporter { line: 3 });
    assert!(world.names().is_empty());
}

#[test]
fn an_import_that_is_stopped_saves_nothing() {
    let mut world = World::new();
    let preview = world.preview(&three());
    let file = ImportedFile { name: Sensitive::new("回答.csv".into()), source: Source::Csv };
    let stop = &mut |_| ControlFlow::Break(());
    let refused = world
        .write(|writing| import_registrations(writing, &file, &preview, &Decisions::default(), stop))
        .unwrap_err();
    assert_eq!(refused, ImportRefused::Cancelled);
}

#[test]
fn an_update_changes_what_the_row_says_and_keeps_the_rest() {
    let mut world = World::new();
    world.import(&three(), UpdatePolicy::Ask);
    let id = world.named("森 健一");
    let edit = kyosei_app::supporters::Edit {
        text: vec![(Field::Notes, Some("映画会の係".into()))],
        ..Default::default()
    };
    world.write(|writing| kyosei_app::supporters::edit_supporter(writing, id, edit)).unwrap();
    let moved =
        file(&[row("森 健一", "もり けんいち", "mori@example.jp", "はい").replace("大町1-1", "材木座2-2")]);
    assert_eq!(world.preview(&moved).counts.updates, 1);
    let asked = world.import(&moved, UpdatePolicy::Ask);
    assert_eq!(asked.batch.rows[0].fate, RowFate::Review, "nobody decided, so it waits");
    let imported = world.import(&moved, UpdatePolicy::Update);
    assert_eq!(imported.batch.rows[0].fate, RowFate::Updated(id));
    let record = world.get(id);
    assert!(record.text.values().any(|value| value.expose().contains("材木座2-2")));
    assert_eq!(record.get(Field::Notes), Some("映画会の係"));
    assert!(world.consents(id, Purpose::EventMail));
}

#[test]
fn story_5_a_mapping_made_once_is_remembered_for_this_form() {
    let mut world = World::new();
    let odd = HEADER.replace("お名前", "どなたですか");
    let csv = format!("{odd}{}", row("森 健一", "もり けんいち", "mori@example.jp", "はい"));
    let Err(ReadError::MappingNeeded { mut guess, missing, .. }) = world.preview_with(&csv, None) else {
        panic!("the name cannot be guessed");
    };
    assert_eq!(missing, [Target::Text(Field::Name)]);
    for (heading, target) in &mut guess.columns {
        if heading == "どなたですか" {
            *target = Some(Target::Text(Field::Name));
        }
    }
    let preview = world.preview_with(&csv, Some(*guess)).unwrap();
    world.import_decided(&preview, &Decisions::default()).unwrap();
    let next = format!("{odd}{}", row("髙橋 恵", "たかはし めぐみ", "megumi@example.jp", "はい"));
    assert_eq!(world.preview_with(&next, None).unwrap().counts.new, 1, "no question the second time");
    let (_, edits) = world
        .write_edits(|writing| {
            let preview = preview.clone();
            let file = ImportedFile { name: Sensitive::new("x".into()), source: Source::Csv };
            import_registrations(writing, &file, &preview, &Decisions::default(), &mut |_| {
                ControlFlow::Continue(())
            })
        })
        .unwrap();
    assert!(
        edits.iter().all(|edit| edit.doc != kyosei_doc::record::register::DOC_ID),
        "and it is stored once"
    );
}

#[test]
fn the_record_of_an_import_holds_hashes_of_rows_and_no_row() {
    let mut world = World::new();
    let imported = world.import(&three(), UpdatePolicy::Ask);
    let documents = kyosei_doc::record::import::to_nodes(&imported.batch);
    for (doc, _) in documents {
        let save = world.register.save(doc).unwrap();
        for secret in ["森".as_bytes(), b"mori@", "大町".as_bytes()] {
            assert!(save.windows(secret.len()).all(|window| window != secret));
        }
    }
}
