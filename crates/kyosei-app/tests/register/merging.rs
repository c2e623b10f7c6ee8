//! Two records become one, or never again look like one.

use std::collections::BTreeMap;

use kyosei_app::imports::key_index;
use kyosei_app::supporters::{
    Edit, KeepApartRefused, MergeRefused, edit_supporter, keep_apart, merge_supporters, withdraw_supporter,
};
use kyosei_model::{AuditAction, Channel, Choice, Field, Purpose, SupporterId};

use crate::world::World;

fn twins(world: &mut World) -> (SupporterId, SupporterId) {
    let a = world
        .add(&[
            (Field::Name, "山田 花子"),
            (Field::Kana, "やまだ はなこ"),
            (Field::Email, "hanako@example.jp"),
        ])
        .id;
    let b = world
        .add(&[
            (Field::Name, "ヤマダ ハナコ"),
            (Field::Email, "Hanako@example.jp"),
            (Field::Tel, "0467-22-1111"),
        ])
        .id;
    (a, b)
}

fn kept_names() -> BTreeMap<Field, Choice> {
    BTreeMap::from([(Field::Name, Choice::Kept), (Field::Email, Choice::Kept)])
}

#[test]
fn story_6_records_with_one_address_are_proposed_until_a_person_says_they_are_two() {
    let mut world = World::new();
    let (a, b) = twins(&mut world);
    assert_eq!(key_index(&world.register).unwrap().open_pairs().len(), 1, "positive control");
    world.write(|writing| keep_apart(writing, b, a)).unwrap();
    assert!(key_index(&world.register).unwrap().open_pairs().is_empty());
    let edit = Edit { text: vec![(Field::City, Some("鎌倉市".into()))], ..Edit::default() };
    world.write(|writing| edit_supporter(writing, a, edit)).unwrap();
    assert!(key_index(&world.register).unwrap().open_pairs().is_empty(), "never again");
    assert!(world.trail().contains(&AuditAction::SupportersKeptApart));
    assert_eq!(world.write(|writing| keep_apart(writing, a, a)), Err(KeepApartRefused::NoPair));
}

#[test]
fn a_merge_without_a_choice_for_a_field_that_differs_is_refused() {
    let mut world = World::new();
    let (a, b) = twins(&mut world);
    let refused = world.write(|writing| merge_supporters(writing, a, b, &BTreeMap::new())).unwrap_err();
    assert_eq!(refused, MergeRefused::Undecided(vec![Field::Name, Field::Email]));
}

#[test]
fn a_merged_record_has_the_chosen_values_and_the_other_counts_no_more() {
    let mut world = World::new();
    let (a, b) = twins(&mut world);
    world.write(|writing| merge_supporters(writing, a, b, &kept_names())).unwrap();
    let record = world.get(a);
    assert_eq!(record.get(Field::Name), Some("山田 花子"));
    assert_eq!(record.get(Field::Tel), Some("0467-22-1111"), "what only one has is taken over");
    assert_eq!(world.get(b).merged_into, Some(a));
    assert_eq!(world.names(), ["山田 花子"].into());
    let again = world.write(|writing| merge_supporters(writing, a, b, &kept_names())).unwrap_err();
    assert_eq!(again, MergeRefused::NoSupporter);
}

#[test]
fn story_7_merging_two_records_of_which_one_opted_out_leaves_the_merged_one_opted_out_and_says_why() {
    let mut world = World::new();
    let (a, b) = twins(&mut world);
    world.write(|writing| withdraw_supporter(writing, b, Channel::Phone)).unwrap();
    assert!(world.consents(a, Purpose::EventMail), "positive control");
    let merging = world.write(|writing| merge_supporters(writing, a, b, &kept_names())).unwrap();
    assert!(!world.consents(a, Purpose::EventMail));
    let reason = merging.opted_out.iter().find(|out| out.purpose == Purpose::EventMail).unwrap();
    assert_eq!(reason.from, b);
    assert!(world.get(a).consents.contains_key(&reason.by));
}

#[test]
fn a_person_and_an_organisation_never_become_one() {
    let mut world = World::new();
    let a = world.add(&[(Field::Name, "森 健一")]).id;
    let new = kyosei_app::supporters::NewSupporter {
        kind: kyosei_model::SupporterKind::Organization,
        ..crate::world::person(&[(Field::OrgName, "森の会"), (Field::ContactName, "森 健一")])
    };
    let b = world.write(|writing| kyosei_app::supporters::add_supporter(writing, new)).unwrap().id;
    let refused = world.write(|writing| merge_supporters(writing, a, b, &BTreeMap::new())).unwrap_err();
    assert_eq!(refused.code(), "E-MERGE-IMPOSSIBLE");
}
