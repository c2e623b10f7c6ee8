//! Adding, editing, withdrawing and erasing.

use std::collections::BTreeSet;

use kyosei_app::supporters::{
    AddRefused, Edit, EditRefused, EraseRefused, NewSupporter, WithdrawRefused, add_supporter,
    edit_supporter, prepare_erasure, show_supporter, withdraw_supporter,
};
use kyosei_doc::record::supporter::doc_id;
use kyosei_model::{
    AuditAction, AuditSubject, Channel, Decision, EmailState, Field, Interest, Language, OrgType, Purpose,
    Status, SupporterId, SupporterKind,
};

use crate::world::{World, person};

const NOBODY: SupporterId = SupporterId::from_bytes([0xff; 16]);

fn set(field: Field, value: &str) -> Edit {
    Edit { text: vec![(field, Some(value.to_owned()))], ..Edit::default() }
}

#[test]
fn a_new_supporter_is_stored_as_typed_with_consents_in_the_words_in_force() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "髙橋 恵"), (Field::Email, "Megumi@Example.JP")]).id;
    let record = world.get(id);
    assert_eq!(record.get(Field::Name), Some("髙橋 恵"));
    assert_eq!((record.status, record.email_state), (Status::Active, EmailState::Unconfirmed));
    let wording =
        world.register.lists().unwrap().wordings.values().find(|one| one.language == Language::Ja).unwrap();
    assert_eq!(record.consents.len(), 2);
    assert!(
        record
            .consents
            .values()
            .all(|entry| entry.wording.text == wording.text && entry.wording.id == wording.id)
    );
    assert_eq!(world.trail(), [AuditAction::VaultCreated, AuditAction::SupporterAdded]);
}

#[test]
fn nobody_is_stored_without_agreeing_to_it() {
    let mut world = World::new();
    for decisions in
        [vec![], vec![(Purpose::Register, Decision::Refused)], vec![(Purpose::EventMail, Decision::Given)]]
    {
        let new = NewSupporter { decisions, ..person(&[(Field::Name, "森 健一")]) };
        assert_eq!(world.write(|writing| add_supporter(writing, new)).unwrap_err(), AddRefused::NoConsent);
    }
}

#[test]
fn a_record_with_a_bad_or_missing_or_foreign_value_is_refused_whole() {
    let mut world = World::new();
    let mut code = |new: NewSupporter| world.write(|writing| add_supporter(writing, new)).unwrap_err().code();
    assert_eq!(code(person(&[(Field::Name, "森 健一"), (Field::Email, "no address")])), "E-VALUES");
    assert_eq!(code(person(&[(Field::Name, "森\u{202e} 健一")])), "E-VALUES");
    assert_eq!(code(person(&[(Field::Kana, "もり")])), "E-FIELD-MISSING");
    assert_eq!(code(person(&[(Field::Name, "森 健一"), (Field::OrgName, "森の会")])), "E-INCONSISTENT");
    let of_a_company =
        NewSupporter { org_type: Some(OrgType::Company), ..person(&[(Field::Name, "森 健一")]) };
    assert_eq!(code(of_a_company), "E-INCONSISTENT");
}

#[test]
fn an_organisation_has_a_representative_and_a_contact_person() {
    let mut world = World::new();
    let text = [
        (Field::OrgName, "みどりの居場所"),
        (Field::RepresentativeName, "石川 恵"),
        (Field::ContactName, "森 健一"),
    ];
    let new =
        NewSupporter { kind: SupporterKind::Organization, org_type: Some(OrgType::Npo), ..person(&text) };
    let id = world.write(|writing| add_supporter(writing, new)).unwrap().id;
    assert_eq!(world.get(id).get(Field::ContactName), Some("森 健一"));
    let without = NewSupporter { kind: SupporterKind::Organization, ..person(&text[..2]) };
    let refused = world.write(|writing| add_supporter(writing, without)).unwrap_err();
    assert_eq!(refused, AddRefused::Missing(vec![Field::ContactName]));
}

#[test]
fn an_edit_changes_what_it_names_and_says_what_really_changed() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一"), (Field::City, "鎌倉市"), (Field::Tel, "0467-22-1111")]).id;
    let before = world.get(id).clone();
    let edit = Edit {
        text: vec![
            (Field::City, Some("逗子市".into())),
            (Field::Tel, None),
            (Field::Name, Some("森 健一".into())),
        ],
        interests: Some([Interest::Film].into()),
        ..Edit::default()
    };
    let edited = world.write(|writing| edit_supporter(writing, id, edit)).unwrap();
    assert_eq!(edited.changed, [Field::Tel, Field::City]);
    let mut expect = before;
    expect.text.remove(&Field::Tel);
    expect.text.insert(Field::City, kyosei_model::Sensitive::new("逗子市".into()));
    expect.interests = [Interest::Film].into();
    assert_eq!(*world.get(id), expect);
}

#[test]
fn an_edit_without_a_difference_writes_nothing_at_all() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一")]).id;
    let (_, edits) =
        world.write_edits(|writing| edit_supporter(writing, id, set(Field::Name, "森 健一"))).unwrap();
    assert!(edits.is_empty());
}

#[test]
fn edits_of_two_laptops_to_two_fields_both_hold() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一"), (Field::City, "鎌倉市"), (Field::Tel, "0467-22-1111")]).id;
    let mut other = world.other_laptop();
    let (_, here) =
        world.write_edits(|writing| edit_supporter(writing, id, set(Field::City, "逗子市"))).unwrap();
    let (_, there) =
        other.write_edits(|writing| edit_supporter(writing, id, set(Field::Tel, "0467-33-2222"))).unwrap();
    let of_record = |edits: &[kyosei_app::DocumentEdit]| {
        edits.iter().find(|edit| edit.doc == doc_id(id)).map(|edit| edit.changes.clone()).unwrap()
    };
    world.register.apply(doc_id(id), &[], &[&of_record(&there)]).unwrap();
    other.register.apply(doc_id(id), &[], &[&of_record(&here)]).unwrap();
    assert_eq!(world.get(id), other.get(id));
    assert_eq!(world.get(id).get(Field::City), Some("逗子市"));
    assert_eq!(world.get(id).get(Field::Tel), Some("0467-33-2222"));
    assert!(world.register.document(doc_id(id)).unwrap().unwrap().conflicts().unwrap().is_empty());
}

#[test]
fn a_new_address_is_unconfirmed_again() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一"), (Field::Email, "mori@example.jp")]).id;
    let confirmed = Edit { email_state: Some(EmailState::Ok), ..Edit::default() };
    world.write(|writing| edit_supporter(writing, id, confirmed)).unwrap();
    world.write(|writing| edit_supporter(writing, id, set(Field::City, "鎌倉市"))).unwrap();
    assert_eq!(
        world.get(id).email_state,
        EmailState::Ok,
        "an edit of something else says nothing about the address"
    );
    world.write(|writing| edit_supporter(writing, id, set(Field::Email, "ken@example.jp"))).unwrap();
    assert_eq!(world.get(id).email_state, EmailState::Unconfirmed);
}

#[test]
fn a_refused_edit_leaves_the_record_and_the_trail_as_they_were() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一")]).id;
    let both = Edit {
        text: vec![(Field::City, Some("逗子市".into())), (Field::Email, Some("x@".into()))],
        ..Edit::default()
    };
    assert!(matches!(world.write(|writing| edit_supporter(writing, id, both)), Err(EditRefused::Values(_))));
    let emptied = Edit { text: vec![(Field::Name, None)], ..Edit::default() };
    let refused = world.write(|writing| edit_supporter(writing, id, emptied)).unwrap_err();
    assert_eq!(refused, EditRefused::Missing(vec![Field::Name]));
    let refused = world.write(|writing| edit_supporter(writing, NOBODY, Edit::default())).unwrap_err();
    assert_eq!(refused, EditRefused::NoSupporter);
}

#[test]
fn a_look_at_a_record_stands_in_the_trail_with_the_id_and_nothing_of_the_person() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一")]).id;
    let (shown, edits) = world.write_edits(|writing| show_supporter(writing, id)).unwrap();
    assert_eq!(shown, *world.get(id));
    let event = world.register.audit_events().unwrap().pop().unwrap();
    assert_eq!(
        (event.action, event.subject),
        (AuditAction::SupporterShown, Some(AuditSubject::Supporter(id)))
    );
    let name = "森".as_bytes();
    assert!(edits.iter().all(|edit| edit.save.windows(name.len()).all(|window| window != name)));
}

#[test]
fn whoever_withdraws_has_agreed_to_nothing_afterwards_and_gets_no_mail() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一"), (Field::Email, "mori@example.jp")]).id;
    assert!(world.consents(id, Purpose::EventMail), "positive control");
    let withdrawn = world.write(|writing| withdraw_supporter(writing, id, Channel::Email)).unwrap();
    assert!(withdrawn.is_suppressed);
    assert_eq!(world.get(id).status, Status::Withdrawn);
    assert!(Purpose::ALL.iter().all(|purpose| !world.consents(id, *purpose)));
    let lists = world.register.lists().unwrap();
    assert_eq!(kyosei_app::suppress::suppressions_of(lists, " MORI@example.jp").len(), 1, "in any spelling");
    let refused = world.write(|writing| withdraw_supporter(writing, NOBODY, Channel::Email));
    assert_eq!(refused, Err(WithdrawRefused::NoSupporter));
}

#[test]
fn what_outlives_an_erasure_is_the_tag_of_the_address_and_never_the_address() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一"), (Field::Email, "mori@example.jp")]).id;
    let (_, edits) = world.write_edits(|writing| prepare_erasure(writing, &BTreeSet::from([id]))).unwrap();
    let lists = world.register.lists().unwrap();
    assert_eq!(kyosei_app::suppress::suppressions_of(lists, "mori@example.jp").len(), 1);
    for secret in ["森".as_bytes(), b"mori"] {
        assert!(edits.iter().all(|edit| edit.save.windows(secret.len()).all(|window| window != secret)));
    }
    assert_eq!(
        world.write(|writing| prepare_erasure(writing, &BTreeSet::from([NOBODY]))),
        Err(EraseRefused::NoSupporter)
    );
}
