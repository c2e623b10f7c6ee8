//! Merges that people did while others edited or merged the same records elsewhere: nobody vanishes, nothing is lost.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_app::conflicts::{Choice, ConflictField, Nature, ResolveRefused, resolve};
use kyosei_app::imports::key_index;
use kyosei_app::supporters::{
    Edit, NewSupporter, add_supporter, edit_supporter, erasure_group, merge_supporters, withdraw_supporter,
};
use kyosei_doc::record::supporter::doc_id;
use kyosei_model::{Channel, Field, Interest, Purpose, Source, Status, SupporterId};

use crate::conflicts::{empty, set};
use crate::laptops::{Away, conflicts, meet, restarted, seen};
use crate::world::{World, person};

fn records(world: &mut World, count: usize) -> Vec<SupporterId> {
    let add = |n| world.add(&[(Field::Name, "山田 花子"), (Field::Tel, &format!("0467-22-111{n}"))]).id;
    (0..count).map(add).collect()
}

fn merge(away: &mut Away, kept: SupporterId, absorbed: SupporterId) {
    let choices = BTreeMap::from([
        (Field::Tel, kyosei_model::Choice::Kept),
        (Field::City, kyosei_model::Choice::Kept),
        (Field::Name, kyosei_model::Choice::Kept),
    ]);
    away.write(|writing| merge_supporters(writing, kept, absorbed, &choices));
}

fn present(world: &World) -> BTreeSet<SupporterId> {
    world.register.supporters().map(|one| one.id).collect()
}

#[test]
fn an_edit_of_a_record_that_was_merged_at_the_same_time_is_shown_and_can_be_carried_over_or_dropped() {
    for (merges, edits) in [(2, 3), (3, 2)] {
        let mut base = World::new();
        let [kept, absorbed] = records(&mut base, 2)[..] else { panic!("two") };
        let (mut one, mut two) = (Away::from(&base, merges), Away::from(&base, edits));
        merge(&mut one, kept, absorbed);
        two.write(|writing| edit_supporter(writing, absorbed, set(Field::City, "逗子市")));
        let world = meet(&base, &[one, two]);
        assert_eq!(present(&world), [kept].into());
        let open = conflicts(&world.register);
        assert_eq!(open.len(), 1);
        assert_eq!(open[0].nature, Nature::Merged { into: kept });
        assert_eq!((open[0].supporter, open[0].field), (Some(absorbed), ConflictField::Text(Field::City)));
        for (place, expect) in [(0, None), (1, Some("逗子市"))] {
            let mut away = Away::from(&world, 5);
            away.write(|writing| resolve(writing, &open[0], &Choice::Value(place)));
            let after = meet(&world, &[away]);
            assert_eq!(after.get(kept).get(Field::City), expect);
            assert!(conflicts(&after.register).is_empty());
        }
    }
}

#[test]
fn a_field_that_was_emptied_in_a_record_merged_at_the_same_time_is_shown_too() {
    let mut base = World::new();
    let kept = base.add(&[(Field::Name, "山田 花子")]).id;
    let absorbed = base.add(&[(Field::Name, "山田 花子"), (Field::Tel, "0467-22-1111")]).id;
    let (mut one, mut two) = (Away::from(&base, 2), Away::from(&base, 3));
    merge(&mut one, kept, absorbed);
    two.write(|writing| edit_supporter(writing, absorbed, empty(Field::Tel)));
    let world = meet(&base, &[one, two]);
    assert_eq!(world.get(kept).get(Field::Tel), Some("0467-22-1111"));
    let open = conflicts(&world.register);
    assert_eq!(open[0].field, ConflictField::Text(Field::Tel));
    let mut away = Away::from(&world, 5);
    away.write(|writing| resolve(writing, &open[0], &Choice::Value(1)));
    let after = meet(&world, &[away]);
    assert_eq!(after.get(kept).get(Field::Tel), None);
    assert!(conflicts(&after.register).is_empty());
}

#[test]
fn a_field_that_the_record_that_stays_must_have_cannot_be_emptied_by_a_choice() {
    let mut base = World::new();
    let email = [(Field::Name, "山田 花子"), (Field::Email, "hanako@example.jp")];
    let by_phone = NewSupporter { source: Source::Phone, ..person(&email) };
    let kept = base.write(|writing| add_supporter(writing, by_phone)).unwrap().id;
    let absorbed = base.add(&email).id;
    let (mut one, mut two) = (Away::from(&base, 2), Away::from(&base, 3));
    merge(&mut one, kept, absorbed);
    two.write(|writing| edit_supporter(writing, absorbed, empty(Field::Email)));
    let mut world = meet(&base, &[one, two]);
    let open = conflicts(&world.register).remove(0);
    let refused = world.write(|writing| resolve(writing, &open, &Choice::Value(1))).unwrap_err();
    assert_eq!(refused, ResolveRefused::Required(Field::Email));
    world.write(|writing| resolve(writing, &open, &Choice::Value(0))).unwrap();
    assert!(conflicts(&world.register).is_empty());
}

#[test]
fn an_edit_that_says_what_the_record_that_stays_says_already_needs_nobody() {
    let mut base = World::new();
    let [kept, absorbed] = records(&mut base, 2)[..] else { panic!("two") };
    base.write(|writing| edit_supporter(writing, kept, set(Field::City, "逗子市"))).unwrap();
    let (mut one, mut two) = (Away::from(&base, 2), Away::from(&base, 3));
    merge(&mut one, kept, absorbed);
    two.write(|writing| edit_supporter(writing, absorbed, set(Field::City, "逗子市")));
    assert!(conflicts(&meet(&base, &[one, two]).register).is_empty());
}

#[test]
fn a_withdrawal_noted_on_a_record_that_was_merged_at_the_same_time_holds_for_the_one_that_stays() {
    for (merges, withdraws) in [(2, 3), (3, 2)] {
        let mut base = World::new();
        let [kept, absorbed] = records(&mut base, 2)[..] else { panic!("two") };
        let (mut one, mut two) = (Away::from(&base, merges), Away::from(&base, withdraws));
        merge(&mut one, kept, absorbed);
        assert!(one.world.consents(kept, Purpose::EventMail), "positive control");
        two.write(|writing| withdraw_supporter(writing, absorbed, Channel::Phone));
        let mut world = meet(&base, &[one, two]);
        assert!(!world.consents(kept, Purpose::EventMail));
        assert_eq!(world.get(kept).status, Status::Withdrawn);
        assert!(conflicts(&world.register).is_empty());
        world.write(|writing| edit_supporter(writing, kept, set(Field::City, "逗子市"))).unwrap();
        world.register.forget(doc_id(absorbed));
        assert!(!world.consents(kept, Purpose::EventMail), "an edit took the withdrawal over for good");
        assert_eq!(world.get(kept).status, Status::Withdrawn);
    }
}

#[test]
fn interests_and_tags_of_a_record_that_was_merged_at_the_same_time_are_kept() {
    let mut base = World::new();
    let [kept, absorbed] = records(&mut base, 2)[..] else { panic!("two") };
    let (mut one, mut two) = (Away::from(&base, 2), Away::from(&base, 3));
    merge(&mut one, kept, absorbed);
    let edit = Edit {
        interests: Some([Interest::Film].into()),
        tags: Some([kyosei_model::Sensitive::new("通訳".to_owned())].into()),
        ..Edit::default()
    };
    two.write(|writing| edit_supporter(writing, absorbed, edit));
    let world = meet(&base, &[one, two]);
    assert_eq!(world.get(kept).interests, [Interest::Film].into());
    assert_eq!(world.get(kept).tags.len(), 1);
}

#[test]
fn two_people_who_merge_in_opposite_directions_leave_one_record_with_everything() {
    let mut base = World::new();
    let [a, b] = records(&mut base, 2)[..] else { panic!("two") };
    base.write(|writing| edit_supporter(writing, a, set(Field::City, "鎌倉市"))).unwrap();
    base.write(|writing| edit_supporter(writing, b, set(Field::Street, "大町1-1"))).unwrap();
    let (mut one, mut two) = (Away::from(&base, 2), Away::from(&base, 3));
    merge(&mut one, a, b);
    merge(&mut two, b, a);
    let mut world = meet(&base, &[one, two]);
    let stays = a.min(b);
    assert_eq!(present(&world), [stays].into());
    let record = world.get(stays);
    assert_eq!((record.get(Field::City), record.get(Field::Street)), (Some("鎌倉市"), Some("大町1-1")));
    assert_eq!(record.consents.len(), 4);
    assert_eq!(erasure_group(&world.register, a.max(b)), [a, b].into());
    world.write(|writing| edit_supporter(writing, stays, set(Field::City, "逗子市"))).unwrap();
    assert_eq!(present(&world), [stays].into());
    let again = restarted(&world.register, true);
    assert_eq!(seen(&again), seen(&world.register));
}

#[test]
fn of_three_records_merged_in_a_circle_one_stays() {
    let mut base = World::new();
    let ids = records(&mut base, 3);
    let mut laptops: Vec<Away> = (2..5).map(|actor| Away::from(&base, actor)).collect();
    for (at, away) in laptops.iter_mut().enumerate() {
        merge(away, ids[(at + 1) % 3], ids[at]);
    }
    let world = meet(&base, &laptops);
    let stays = *ids.iter().min().unwrap();
    assert_eq!(present(&world), [stays].into());
    assert_eq!(world.get(stays).consents.len(), 6);
    assert_eq!(erasure_group(&world.register, ids[1]), ids.into_iter().collect());
}

#[test]
fn a_record_that_was_merged_into_two_others_leaves_both_and_its_later_no_holds_for_both() {
    let mut base = World::new();
    let [a, b, c] = records(&mut base, 3)[..] else { panic!("three") };
    let (mut one, mut two) = (Away::from(&base, 2), Away::from(&base, 3));
    let mut no = Away::from(&base, 4);
    merge(&mut one, b, a);
    merge(&mut two, c, a);
    no.write(|writing| withdraw_supporter(writing, a, Channel::Phone));
    let world = meet(&base, &[one, two, no]);
    assert_eq!(present(&world), [b, c].into());
    assert!(!world.consents(b, Purpose::EventMail) && !world.consents(c, Purpose::EventMail));
    let pairs = key_index(&world.register).unwrap().open_pairs();
    assert!(
        pairs.keys().any(|pair| (pair.first(), pair.second()) == (b.min(c), b.max(c))),
        "proposed as one"
    );
}

#[test]
fn a_record_that_was_merged_into_one_that_another_laptop_erased_does_not_vanish_unseen() {
    let mut base = World::new();
    let [kept, absorbed] = records(&mut base, 2)[..] else { panic!("two") };
    let mut one = Away::from(&base, 2);
    merge(&mut one, kept, absorbed);
    let mut world = meet(&base, &[one]);
    assert_eq!(present(&world), [kept].into());
    world.register.forget(doc_id(kept));
    assert_eq!(present(&world), [absorbed].into(), "shown again, so that somebody decides about it");
    world.write(|writing| edit_supporter(writing, absorbed, set(Field::City, "逗子市"))).unwrap();
    assert_eq!(world.get(absorbed).get(Field::City), Some("逗子市"));
}
