//! What an import must never do: turn a no into a yes, or bring someone back.

use std::collections::BTreeSet;

use kyosei_app::imports::{Decisions, RowDecision, StillClosed, UpdatePolicy};
use kyosei_app::supporters::{prepare_erasure, withdraw_supporter};
use kyosei_model::{Channel, Decision, Field, Purpose, RowFate, Status};

use crate::world::{World, file, row};

fn mori(mail: &str) -> String {
    file(&[row("森 健一", "もり けんいち", "mori@example.jp", mail)])
}

/// Erases as the runtime does: what outlives the record is written, then the document goes.
fn erase(world: &mut World, name: &str) {
    let id = world.named(name);
    world.write(|writing| prepare_erasure(writing, &BTreeSet::from([id]))).unwrap();
    world.register.forget(kyosei_doc::record::supporter::doc_id(id));
}

#[test]
fn story_8_an_opted_out_person_in_a_new_file_stays_opted_out_and_the_report_says_so() {
    let mut world = World::new();
    world.import(&mori("いいえ"), UpdatePolicy::Ask);
    let id = world.named("森 健一");
    assert!(!world.consents(id, Purpose::EventMail));
    let again = file(&[row("森 健一", "もり けんいち", "MORI@example.jp", "はい")]);
    let imported = world.import(&again, UpdatePolicy::Update);
    assert_eq!(imported.batch.rows[0].fate, RowFate::Updated(id));
    assert_eq!(imported.still_closed, [StillClosed { line: 2, purpose: Purpose::EventMail }]);
    assert!(!world.consents(id, Purpose::EventMail));
}

#[test]
fn a_withdrawn_supporter_does_not_return_by_a_file() {
    let mut world = World::new();
    world.import(&mori("はい"), UpdatePolicy::Ask);
    let id = world.named("森 健一");
    world.write(|writing| withdraw_supporter(writing, id, Channel::Email)).unwrap();
    let other_name = file(&[row("森 健一", "もり けんいち", "ｍｏｒｉ@example.jp", "はい")]);
    world.import(&other_name, UpdatePolicy::Update);
    assert_eq!(world.get(id).status, Status::Withdrawn);
    assert!(Purpose::ALL.iter().all(|purpose| !world.consents(id, *purpose)));
}

#[test]
fn a_refusal_in_a_newer_row_closes_what_was_open() {
    let mut world = World::new();
    world.import(&mori("はい"), UpdatePolicy::Ask);
    let id = world.named("森 健一");
    assert!(world.consents(id, Purpose::EventMail), "positive control");
    let newer = mori("いいえ").replace("2026/08/01", "2026/09/01");
    let imported = world.import(&newer, UpdatePolicy::Update);
    assert!(imported.still_closed.is_empty());
    assert!(!world.consents(id, Purpose::EventMail));
    assert!(world.consents(id, Purpose::Register), "the other answer stands");
}

#[test]
fn a_blank_answer_is_no_agreement_and_no_refusal() {
    let mut world = World::new();
    world.import(&mori(""), UpdatePolicy::Ask);
    let id = world.named("森 健一");
    assert!(world.get(id).consents.values().all(|entry| entry.purpose != Purpose::EventMail));
    assert!(!world.consents(id, Purpose::EventMail));
}

#[test]
fn a_new_record_with_a_suppressed_address_gets_no_mail_whatever_the_row_says() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一"), (Field::Email, "mori@example.jp")]).id;
    world.write(|writing| withdraw_supporter(writing, id, Channel::Email)).unwrap();
    let wife = file(&[row("森 恵", "もり めぐみ", "mori@example.jp", "はい")]);
    let preview = world.preview(&wife);
    let decisions = Decisions { rows: [(2, RowDecision::New([].into()))].into(), ..Decisions::default() };
    let imported = world.import_decided(&preview, &decisions).unwrap();
    let other = world.named("森 恵");
    assert!(!world.consents(other, Purpose::EventMail));
    assert_eq!(imported.still_closed, [StillClosed { line: 2, purpose: Purpose::EventMail }]);
}

#[test]
fn story_27_an_erased_address_is_not_brought_back_by_a_file() {
    let mut world = World::new();
    world.import(&mori("はい"), UpdatePolicy::Ask);
    erase(&mut world, "森 健一");
    for csv in [mori("はい"), mori("はい").replace("森 健一", "森　健一").replace("mori@", "Mori@")]
    {
        let imported = world.import(&csv, UpdatePolicy::Update);
        assert!(!matches!(imported.batch.rows[0].fate, RowFate::Created(_) | RowFate::Updated(_)));
        assert!(world.names().is_empty());
    }
}

#[test]
fn whoever_opted_out_first_and_was_erased_later_is_not_brought_back_either() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一"), (Field::Email, "mori@example.jp")]).id;
    world.write(|writing| withdraw_supporter(writing, id, Channel::Email)).unwrap();
    erase(&mut world, "森 健一");
    let imported = world.import(&mori("はい"), UpdatePolicy::Ask);
    assert_eq!(imported.batch.rows[0].fate, RowFate::Suppressed);
    assert!(world.names().is_empty());
}

#[test]
fn story_9_husband_and_wife_with_one_address_are_two_people_with_two_consents() {
    let mut world = World::new();
    let csv = file(&[
        row("森 健一", "もり けんいち", "mori@example.jp", "はい"),
        row("佐藤 恵", "さとう めぐみ", "mori@example.jp", "いいえ"),
    ]);
    let imported = world.import(&csv, UpdatePolicy::Ask);
    assert_eq!(imported.batch.created().count(), 2);
    assert!(world.consents(world.named("森 健一"), Purpose::EventMail));
    assert!(!world.consents(world.named("佐藤 恵"), Purpose::EventMail));
}

#[test]
fn bad_input_29_a_file_that_does_not_ask_about_mail_gives_no_consent_to_it() {
    let mut world = World::new();
    let csv = "タイムスタンプ,メールアドレス,お名前,個人情報の取り扱いに同意しますか\n2026/08/01 10:00:00,mori@example.jp,森 健一,同意する\n";
    assert!(world.preview(csv).purposes_without_column.contains(&Purpose::EventMail));
    world.import(csv, UpdatePolicy::Ask);
    let id = world.named("森 健一");
    assert!(world.consents(id, Purpose::Register) && !world.consents(id, Purpose::EventMail));
}

#[test]
fn a_row_whose_writer_did_not_agree_to_be_kept_is_not_kept() {
    let mut world = World::new();
    let imported = world.import(&mori("はい").replace("同意する", "同意しない"), UpdatePolicy::Ask);
    assert!(matches!(imported.batch.rows[0].fate, RowFate::Rejected(_)));
    assert!(world.names().is_empty());
}

#[test]
fn an_imported_consent_names_file_and_row_and_has_the_time_of_the_form() {
    let mut world = World::new();
    let imported = world.import(&mori("はい"), UpdatePolicy::Ask);
    let record = world.get(world.named("森 健一"));
    for entry in record.consents.values() {
        let expect = kyosei_model::Evidence::Row {
            import: imported.batch.id,
            line: 2,
            row_hash: imported.batch.rows[0].row_hash,
        };
        assert_eq!(
            (entry.evidence, entry.channel, entry.decision),
            (expect, Channel::Import, Decision::Given)
        );
        assert_eq!(entry.given_at.to_string(), "2026-08-01T10:00:00+09:00");
    }
}
