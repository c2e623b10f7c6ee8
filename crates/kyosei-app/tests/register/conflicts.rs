//! One field, several values that people wrote apart from each other.

use std::collections::BTreeSet;

use kyosei_app::conflicts::{Choice, ConflictField, Nature, ResolveRefused, conflict_counts, resolve};
use kyosei_app::supporters::{Edit, edit_supporter};
use kyosei_doc::record::supporter::doc_id;
use kyosei_model::{
    AuditAction, AuditSubject, DeviceId, EmailState, Field, Language, PublicName, Sensitive, SupporterId,
};

use crate::laptops::{Away, conflicts, meet, take};
use crate::world::{AOI, World};

pub fn set(field: Field, value: &str) -> Edit {
    Edit { text: vec![(field, Some(value.to_owned()))], ..Edit::default() }
}

pub fn empty(field: Field) -> Edit {
    Edit { text: vec![(field, None)], ..Edit::default() }
}

fn kenichi(world: &mut World) -> SupporterId {
    world
        .add(&[
            (Field::Name, "森 健一"),
            (Field::City, "鎌倉市"),
            (Field::Tel, "0467-22-1111"),
            (Field::Email, "mori@example.jp"),
        ])
        .id
}

/// Each edit on a laptop of its own; then all meet.
fn apart(base: &World, id: SupporterId, edits: &[Edit]) -> World {
    let laptops: Vec<Away> = (2..)
        .zip(edits)
        .map(|(actor, edit)| {
            let mut away = Away::from(base, actor);
            away.write(|writing| edit_supporter(writing, id, edit.clone()));
            away
        })
        .collect();
    meet(base, &laptops)
}

fn two_cities() -> (World, SupporterId) {
    let mut base = World::new();
    let id = kenichi(&mut base);
    (apart(&base, id, &[set(Field::City, "逗子市"), set(Field::City, "葉山町")]), id)
}

fn text(value: &Option<Sensitive<String>>) -> Option<&str> {
    value.as_ref().map(|value| value.expose().as_str())
}

#[test]
fn two_values_of_one_field_are_both_kept_with_person_device_and_time() {
    let (world, id) = two_cities();
    let open = conflicts(&world.register);
    assert_eq!(open.len(), 1);
    let conflict = &open[0];
    assert_eq!((conflict.supporter, conflict.doc), (Some(id), doc_id(id)));
    assert_eq!((conflict.field, conflict.field.code()), (ConflictField::Text(Field::City), "city"));
    assert_eq!(conflict.nature, Nature::Concurrent);
    let shown: Vec<bool> = conflict.values.iter().map(|one| one.is_shown).collect();
    assert_eq!(shown, [true, false]);
    assert_eq!(
        text(&conflict.values[0].value),
        world.get(id).get(Field::City),
        "the register shows it meanwhile"
    );
    let found: BTreeSet<_> = conflict
        .values
        .iter()
        .map(|one| {
            (text(&one.value).unwrap(), one.writer.unwrap().device.unwrap(), one.writer.unwrap().member)
        })
        .collect();
    let device = |n| DeviceId::from_bytes([n; 32]);
    assert_eq!(found, [("逗子市", device(2), Some(AOI)), ("葉山町", device(3), Some(AOI))].into());
    let at = conflict.values[0].writer.unwrap().at.get();
    assert_eq!(at, world.now.get() / 1000 * 1000);
    assert_eq!(conflict_counts(&world.register), [(doc_id(id), 1)].into());
    let printed = format!("{open:?}");
    assert!(!printed.contains('市') && !printed.contains('町'), "{printed}");
}

#[test]
fn different_fields_and_equal_values_are_no_conflict() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    let world =
        apart(&base, id, &[set(Field::City, "逗子市"), set(Field::Tel, "0467-33-2222"), empty(Field::Tel)]);
    assert_eq!(conflicts(&world.register).len(), 1, "positive control: the telephone");
    assert_eq!(world.get(id).get(Field::City), Some("逗子市"));
    let world = apart(&base, id, &[set(Field::City, "逗子市"), set(Field::Tel, "0467-33-2222")]);
    assert_eq!(world.get(id).get(Field::Tel), Some("0467-33-2222"));
    assert!(conflicts(&world.register).is_empty());
    let world = apart(&base, id, &[set(Field::City, "逗子市"), set(Field::City, "逗子市")]);
    assert!(conflicts(&world.register).is_empty());
    assert!(conflict_counts(&world.register).is_empty());
}

#[test]
fn a_field_that_one_emptied_and_another_edited_is_a_conflict() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    let world = apart(&base, id, &[empty(Field::Tel), set(Field::Tel, "0467-33-2222")]);
    let open = conflicts(&world.register);
    let values: Vec<_> = open[0].values.iter().map(|one| text(&one.value)).collect();
    assert_eq!(values, [Some("0467-33-2222"), None]);
}

#[test]
fn a_choice_ends_the_conflict_on_every_laptop_and_the_trail_says_who_chose_about_which_field() {
    let (world, id) = two_cities();
    let open = conflicts(&world.register).remove(0);
    let new = Choice::New(Sensitive::new("横浜市".into()));
    for (choice, place) in [(Choice::Value(0), Some(0)), (Choice::Value(1), Some(1)), (new, None)] {
        let mut away = Away::from(&world, 5);
        away.write(|writing| resolve(writing, &open, &choice));
        let after = meet(&world, &[away]);
        assert!(conflicts(&after.register).is_empty(), "{choice:?}");
        let expect = place.map_or("横浜市", |place: usize| text(&open.values[place].value).unwrap());
        assert_eq!(after.get(id).get(Field::City), Some(expect));
        let event = after.register.audit_events().unwrap().pop().unwrap();
        assert_eq!(event.action, AuditAction::ConflictResolved);
        assert_eq!(event.subject, Some(AuditSubject::Supporter(id)));
        assert_eq!((event.reason.as_deref(), event.count), (Some("city"), None));
    }
}

#[test]
fn every_choice_about_an_emptied_field_ends_the_conflict_on_every_laptop() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    let world = apart(&base, id, &[empty(Field::Tel), set(Field::Tel, "0467-33-2222")]);
    let open = conflicts(&world.register).remove(0);
    for place in [0, 1] {
        let mut away = Away::from(&world, 5);
        away.write(|writing| resolve(writing, &open, &Choice::Value(place)));
        let after = meet(&world, &[away]);
        assert!(conflicts(&after.register).is_empty());
        assert_eq!(after.get(id).get(Field::Tel), text(&open.values[place].value));
    }
}

#[test]
fn two_people_who_choose_apart_from_each_other_and_differ_have_a_conflict_again() {
    let (world, _) = two_cities();
    let open = conflicts(&world.register).remove(0);
    let choose = |actor, place| {
        let mut away = Away::from(&world, actor);
        away.write(|writing| resolve(writing, &open, &Choice::Value(place)));
        away
    };
    let again = conflicts(&meet(&world, &[choose(5, 0), choose(6, 1)]).register);
    assert_eq!(again[0].values.len(), 2);
    assert_ne!(again[0].fingerprint, open.fingerprint);
    let same = meet(&world, &[choose(5, 1), choose(6, 1)]);
    assert!(conflicts(&same.register).is_empty(), "who agrees needs not choose again");
}

#[test]
fn a_choice_is_refused_when_the_conflict_changed_or_went_since_it_was_shown() {
    let (world, id) = two_cities();
    let open = conflicts(&world.register).remove(0);
    let mut third = Away::from(&world, 5);
    third.world.register = {
        let mut base = World::new();
        kenichi(&mut base);
        base.register
    };
    third.write(|writing| edit_supporter(writing, id, set(Field::City, "横浜市")));
    let mut later = world.laptop(6);
    take(&mut later.register, &third.sent);
    let refused = later.write(|writing| resolve(writing, &open, &Choice::Value(0))).unwrap_err();
    assert_eq!((&refused, refused.code()), (&ResolveRefused::Changed, "E-CONFLICT-CHANGED"));
    assert_eq!(conflicts(&later.register)[0].values.len(), 3);

    let mut gone = world.laptop(7);
    gone.write(|writing| edit_supporter(writing, id, set(Field::City, "横浜市"))).unwrap();
    let refused = gone.write(|writing| resolve(writing, &open, &Choice::Value(0))).unwrap_err();
    assert_eq!(refused, ResolveRefused::NoConflict);
    let mut world = world;
    let refused = world.write(|writing| resolve(writing, &open, &Choice::Value(2))).unwrap_err();
    assert_eq!(refused, ResolveRefused::NoValue);
}

#[test]
fn a_conflict_outlives_edits_of_other_fields_and_ends_with_an_edit_of_its_own() {
    let (mut world, id) = two_cities();
    let open = conflicts(&world.register);
    world.write(|writing| edit_supporter(writing, id, set(Field::Tel, "0467-33-2222"))).unwrap();
    assert_eq!(conflicts(&world.register), open);
    world.write(|writing| edit_supporter(writing, id, set(Field::City, "横浜市"))).unwrap();
    assert!(conflicts(&world.register).is_empty());
}

#[test]
fn a_new_value_is_checked_like_any_other() {
    let (mut world, _) = two_cities();
    let open = conflicts(&world.register).remove(0);
    let long = Choice::New(Sensitive::new("あ".repeat(200)));
    let refused = world.write(|writing| resolve(writing, &open, &long)).unwrap_err();
    assert!(matches!(refused, ResolveRefused::Rejected(_)));
}

#[test]
fn a_chosen_address_is_unconfirmed_and_without_one_the_state_says_so() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    let confirmed = Edit { email_state: Some(EmailState::Ok), ..Edit::default() };
    base.write(|writing| edit_supporter(writing, id, confirmed)).unwrap();
    let mut world = apart(&base, id, &[empty(Field::Email), set(Field::Email, "m@example.jp")]);
    assert_eq!(world.get(id).email_state, EmailState::Unconfirmed);
    assert!(world.get(id).inconsistencies().is_empty());
    let open = conflicts(&world.register).remove(0);
    assert_eq!(open.field, ConflictField::Text(Field::Email));
    world.write(|writing| resolve(writing, &open, &Choice::Value(1))).unwrap();
    assert_eq!((world.get(id).get(Field::Email), world.get(id).email_state), (None, EmailState::None));
}

#[test]
fn an_address_that_one_took_out_while_another_replaced_it_leaves_a_record_that_can_be_edited() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    let mut world = apart(&base, id, &[empty(Field::Email), set(Field::Email, "m@example.jp")]);
    world.write(|writing| edit_supporter(writing, id, set(Field::City, "横浜市"))).unwrap();
    assert_eq!(world.get(id).get(Field::Email), Some("m@example.jp"));
    assert_eq!(conflicts(&world.register).len(), 1, "and the address waits for a choice");
}

#[test]
fn a_name_to_show_that_is_chosen_away_is_shown_to_nobody() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    let named = Edit { public_name: Some(PublicName::Pseudonym), ..set(Field::DisplayName, "もり") };
    base.write(|writing| edit_supporter(writing, id, named)).unwrap();
    let without = Edit { public_name: Some(PublicName::No), ..empty(Field::DisplayName) };
    let mut world = apart(&base, id, &[without, set(Field::DisplayName, "けん")]);
    let shown = Edit { public_name: Some(PublicName::Pseudonym), ..Edit::default() };
    world.write(|writing| edit_supporter(writing, id, shown)).unwrap();
    let open = conflicts(&world.register).remove(0);
    assert_eq!(open.values.iter().map(|one| text(&one.value)).collect::<Vec<_>>(), [Some("けん"), None]);
    world.write(|writing| resolve(writing, &open, &Choice::Value(1))).unwrap();
    assert_eq!(world.get(id).public_name, PublicName::No);
    world.write(|writing| edit_supporter(writing, id, set(Field::City, "逗子市"))).unwrap();
}

#[test]
fn coded_fields_take_another_code_and_no_word_that_is_none() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    let language = |language| Edit { language: Some(language), ..Edit::default() };
    let mut world = apart(&base, id, &[language(Language::En), language(Language::EasyJa)]);
    let open = conflicts(&world.register).remove(0);
    assert_eq!(open.field, ConflictField::Language);
    let choice = |code: &str| Choice::New(Sensitive::new(code.into()));
    assert!(world.write(|writing| resolve(writing, &open, &choice("no language"))).is_err());
    world.write(|writing| resolve(writing, &open, &choice("ja"))).unwrap();
    assert_eq!(world.get(id).language, Language::Ja);
    assert!(conflicts(&world.register).is_empty());
}

#[test]
fn the_registers_own_lists_have_conflicts_too() {
    let base = World::new();
    let rename = |actor, name: &str| {
        let mut away = Away::from(&base, actor);
        away.write(|writing| {
            let mut lists = writing.lists()?.clone();
            lists.committee = name.to_owned();
            writing.put_lists(lists)
        });
        away
    };
    let mut world = meet(&base, &[rename(2, "みどりの輪"), rename(3, "みどりの家")]);
    let open = conflicts(&world.register).remove(0);
    assert_eq!((open.supporter, open.field), (None, ConflictField::Committee));
    world.write(|writing| resolve(writing, &open, &Choice::Value(1))).unwrap();
    assert_eq!(Some(world.register.lists().unwrap().committee.as_str()), text(&open.values[1].value));
    assert!(conflicts(&world.register).is_empty());
}
