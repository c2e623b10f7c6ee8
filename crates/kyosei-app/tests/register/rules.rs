//! What holds when people wrote opposite things apart from each other: whatever allows less.

use kyosei_app::conflicts::{Choice, ConflictField, Nature, ResolveRefused, resolve};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

use kyosei_app::consents::{DecisionMade, record_consent};
use kyosei_app::imports::{
    Decisions, ImportedFile, RowDecision, UpdatePolicy, import_registrations, key_index, undo_import,
};
use kyosei_app::supporters::{
    Edit, ExportRequest, add_supporter, edit_supporter, erasure_group, export_supporters, prepare_erasure,
    withdraw_supporter,
};
use kyosei_app::suppress::may_be_mailed;
use kyosei_doc::record::supporter::doc_id;
use kyosei_intake::duplicates::Likeness;
use kyosei_intake::export::ExportFormat;
use kyosei_model::{
    Channel, ContactPreference, Decision, EmailState, Evidence, Field, PublicName, Purpose, Scope, Sensitive,
    Source, Status, SupporterId, SupporterKind, UnixMillis,
};

use crate::conflicts::{empty, set};
use crate::laptops::{Away, conflicts, meet, take};
use crate::world::{AOI, World, file, person, row};

const YEAR_MS: i64 = 365 * 86_400_000;

fn decide(away: &mut Away, id: SupporterId, decision: Decision) {
    let made = DecisionMade {
        purpose: Purpose::EventMail,
        decision,
        channel: Channel::Phone,
        evidence: Evidence::Heard(AOI),
        given_at: away.world.now,
        scope: Scope::General,
        expires: None,
        guardian: None,
        reason: None,
    };
    away.write(|writing| record_consent(writing, id, made));
}

fn may_mail(world: &World, id: SupporterId) -> bool {
    may_be_mailed(world.register.lists().unwrap(), world.get(id), world.now)
}

fn kenichi(world: &mut World) -> SupporterId {
    world.add(&[(Field::Name, "森 健一"), (Field::Email, "mori@example.jp")]).id
}

/// Both roles on both laptops: which of two values Automerge shows depends on their numbers.
const ROLES: [(u8, u8); 2] = [(2, 3), (3, 2)];

#[test]
fn a_withdrawal_wins_over_a_grant_and_an_edit_at_the_same_time_whatever_the_clocks_say() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    assert!(may_mail(&base, id), "positive control");
    for (no_years, yes_years) in [(0, 0), (-10, 0), (10, 0), (0, -10), (0, 10), (-10, 10), (10, -10)] {
        for (no_actor, yes_actor) in ROLES {
            for decision in [Decision::Withdrawn, Decision::Refused] {
                let (mut no, mut yes) = (Away::from(&base, no_actor), Away::from(&base, yes_actor));
                no.world.now = base.now.plus_ms(no_years * YEAR_MS);
                yes.world.now = base.now.plus_ms(yes_years * YEAR_MS);
                decide(&mut no, id, decision);
                decide(&mut yes, id, Decision::Given);
                yes.write(|writing| edit_supporter(writing, id, set(Field::City, "逗子市")));
                let mut world = meet(&base, &[no, yes]);
                for years in [-11, 0, 11] {
                    world.now = UnixMillis::new(1_790_000_000_000).plus_ms(years * YEAR_MS);
                    assert!(!world.consents(id, Purpose::EventMail), "{no_years} {yes_years} {years}");
                }
                assert_eq!(world.get(id).get(Field::City), Some("逗子市"), "the edit stands");
                assert!(conflicts(&world.register).is_empty());
            }
        }
    }
}

#[test]
fn a_grant_that_comes_after_a_withdrawal_from_a_slow_clock_counts_and_one_that_was_older_does_not() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    let mut no = Away::from(&base, 2);
    no.world.now = base.now.plus_ms(-10 * YEAR_MS);
    decide(&mut no, id, Decision::Withdrawn);
    let mut met = meet(&base, &[no]);
    let mut old = Away::from(&met, 3);
    met.now = base.now.plus_ms(5_000);
    old.world.now = base.now.plus_ms(-YEAR_MS);
    decide(&mut old, id, Decision::Given);
    let mut met = meet(&met, &[old]);
    met.now = base.now.plus_ms(9_000);
    assert!(!met.consents(id, Purpose::EventMail), "a form of last year");
    let mut new = Away::from(&met, 4);
    decide(&mut new, id, Decision::Given);
    let met = meet(&met, &[new]);
    assert!(met.consents(id, Purpose::EventMail));
}

#[test]
fn withdrawn_wins_over_any_other_status_at_the_same_time() {
    // Automerge shows the value of whoever wrote more before it.
    for (gone, approved, edits_before) in [(2, 3, 0), (3, 2, 0), (2, 3, 30)] {
        let mut base = World::new();
        let id = kenichi(&mut base);
        let status = |away: &mut Away, status| {
            let mut record = away.world.get(id).clone();
            record.status = status;
            away.write(|writing| writing.put_supporter(&record));
        };
        let mut inbox = Away::from(&base, 1);
        status(&mut inbox, Status::Inbox);
        base = inbox.world;
        let (mut one, mut two) = (Away::from(&base, gone), Away::from(&base, approved));
        one.write(|writing| withdraw_supporter(writing, id, Channel::Phone));
        for n in 0..edits_before {
            two.write(|writing| edit_supporter(writing, id, set(Field::Message, &format!("{n}"))));
        }
        status(&mut two, Status::Active);
        let mut world = meet(&base, &[one, two]);
        assert_eq!(world.get(id).status, Status::Withdrawn);
        assert!(conflicts(&world.register).is_empty(), "nothing to choose");
        world.write(|writing| edit_supporter(writing, id, set(Field::City, "逗子市"))).unwrap();
        assert_eq!(world.get(id).status, Status::Withdrawn, "also after an edit of another field");
    }
}

#[test]
fn the_form_of_a_name_and_the_way_of_contact_that_tell_less_hold_until_a_person_chooses() {
    for (open, closed) in ROLES {
        let mut base = World::new();
        let id = kenichi(&mut base);
        let edit = |public_name, contact_preference| Edit {
            public_name: Some(public_name),
            contact_preference: Some(contact_preference),
            ..Edit::default()
        };
        let (mut one, mut two) = (Away::from(&base, open), Away::from(&base, closed));
        one.write(|writing| edit_supporter(writing, id, edit(PublicName::Name, ContactPreference::Phone)));
        two.write(|writing| edit_supporter(writing, id, edit(PublicName::Initials, ContactPreference::None)));
        let mut world = meet(&base, &[one, two]);
        let record = world.get(id);
        assert_eq!(record.public_name, PublicName::Initials);
        assert_eq!(record.contact_preference, ContactPreference::None);
        world.write(|writing| edit_supporter(writing, id, set(Field::City, "逗子市"))).unwrap();
        let found = conflicts(&world.register);
        let fields: Vec<_> = found.iter().map(|one| one.field).collect();
        assert_eq!(fields, [ConflictField::ContactPreference, ConflictField::PublicName]);
        for conflict in &found {
            assert!(conflict.values[0].is_shown);
            let shown = conflict.values[0].value.as_ref().unwrap().expose().as_str();
            assert!(["initials", "none"].contains(&shown), "what holds is what is shown: {shown}");
        }
        world.write(|writing| resolve(writing, &found[1], &Choice::Value(1))).unwrap();
        assert_eq!(world.get(id).public_name, PublicName::Name, "a person may choose the other");
    }
}

#[test]
fn an_address_that_changed_while_another_confirmed_the_old_one_is_unconfirmed() {
    // Automerge shows the value of whoever wrote more before it.
    for (changes, confirms, edits_before) in [(2, 3, 0), (3, 2, 0), (2, 3, 30)] {
        let mut base = World::new();
        let id = kenichi(&mut base);
        let (mut one, mut two) = (Away::from(&base, changes), Away::from(&base, confirms));
        one.write(|writing| edit_supporter(writing, id, set(Field::Email, "new@example.jp")));
        for n in 0..edits_before {
            two.write(|writing| edit_supporter(writing, id, set(Field::Message, &format!("{n}"))));
        }
        let confirmed = Edit { email_state: Some(EmailState::Ok), ..Edit::default() };
        two.write(|writing| edit_supporter(writing, id, confirmed));
        let world = meet(&base, &[one, two]);
        assert_eq!(world.get(id).get(Field::Email), Some("new@example.jp"));
        assert_eq!(world.get(id).email_state, EmailState::Unconfirmed);
        assert!(conflicts(&world.register).is_empty());
    }
}

#[test]
fn an_address_that_one_took_out_while_another_noted_a_bounce_leaves_a_record_that_can_be_edited() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    let (mut one, mut two) = (Away::from(&base, 2), Away::from(&base, 3));
    one.write(|writing| edit_supporter(writing, id, empty(Field::Email)));
    let bounced = Edit { email_state: Some(EmailState::Bounced), ..Edit::default() };
    two.write(|writing| edit_supporter(writing, id, bounced));
    let mut world = meet(&base, &[one, two]);
    assert_eq!((world.get(id).get(Field::Email), world.get(id).email_state), (None, EmailState::None));
    world.write(|writing| edit_supporter(writing, id, set(Field::City, "逗子市"))).unwrap();
}

#[test]
fn an_erased_record_never_comes_back_by_whatever_was_written_elsewhere() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    let mut edited = Away::from(&base, 2);
    edited.write(|writing| edit_supporter(writing, id, set(Field::City, "逗子市")));
    let mut erased = base.laptop(3);
    let group = erasure_group(&erased.register, id);
    erased.write(|writing| prepare_erasure(writing, &group)).unwrap();
    group.iter().for_each(|one| erased.register.forget(doc_id(*one)));
    let whole = edited.world.register.save(doc_id(id)).unwrap().to_vec();
    take(&mut erased.register, &edited.sent);
    erased.register.apply(doc_id(id), &[&whole], &[]).unwrap();
    erased.register.put_document(doc_id(id), whole);
    assert!(erased.register.supporter(id).is_none() && erased.register.save(doc_id(id)).is_none());
    assert!(conflicts(&erased.register).is_empty());
    let mut edited = edited.world;
    edited.register.forget(doc_id(id));
    assert!(edited.register.supporter(id).is_none());
    let csv = file(&[row("森 健一", "もり けんいち", "mori@example.jp", "はい")]);
    erased.import(&csv, UpdatePolicy::Ask);
    assert!(erased.names().is_empty(), "an import does not bring the person back either");
}

#[test]
fn a_suppression_wins_over_an_import_at_the_same_time() {
    let mut base = World::new();
    let id = kenichi(&mut base);
    for (imports, suppresses) in ROLES {
        let csv = file(&[row("森 まり", "もり まり", "mori@example.jp", "はい")]);
        let mut import = Away::from(&base, imports);
        let preview = import.world.preview(&csv);
        let decisions =
            Decisions { rows: [(2, RowDecision::New(BTreeMap::new()))].into(), updates: UpdatePolicy::Ask };
        let source = ImportedFile { name: Sensitive::new("回答.csv".into()), source: Source::GoogleCsv };
        import.write(|writing| {
            let go_on = &mut |_| ControlFlow::Continue(());
            import_registrations(writing, &source, &preview, &decisions, go_on)
        });
        let new = import.world.named("森 まり");
        assert!(may_mail(&import.world, new), "positive control");
        let mut no = Away::from(&base, suppresses);
        no.write(|writing| withdraw_supporter(writing, id, Channel::Email));
        let mut world = meet(&base, &[import, no]);
        assert!(!may_mail(&world, new) && !may_mail(&world, id));
        let request = ExportRequest {
            kind: SupporterKind::Individual,
            with_withdrawn: true,
            format: ExportFormat::CsvUtf8,
            purpose: "確認".into(),
        };
        let exported = world.write(|writing| export_supporters(writing, &request)).unwrap();
        let text = String::from_utf8(exported.bytes).unwrap();
        assert_eq!(text.lines().filter(|line| line.contains("mori@example.jp")).count(), 2);
        assert!(!text.contains("はい"), "{text}");
    }
}

#[test]
fn one_person_added_on_two_laptops_is_proposed_as_a_pair_and_is_no_conflict() {
    let base = World::new();
    let add = |actor, name: &str| {
        let mut away = Away::from(&base, actor);
        let new = person(&[(Field::Name, name), (Field::Email, "hanako@example.jp")]);
        away.write(|writing| add_supporter(writing, new));
        away
    };
    let world = meet(&base, &[add(2, "山田 花子"), add(3, "ヤマダ ハナコ")]);
    assert!(conflicts(&world.register).is_empty());
    let pairs = key_index(&world.register).unwrap().open_pairs();
    assert_eq!(pairs.values().collect::<Vec<_>>(), [&Likeness::SameEmail]);
}

#[test]
fn an_edit_of_a_record_whose_import_was_taken_back_at_the_same_time_is_shown_and_can_only_be_dropped() {
    let mut base = World::new();
    let csv = file(&[row("森 健一", "もり けんいち", "mori@example.jp", "はい")]);
    let batch = base.import(&csv, UpdatePolicy::Ask).batch;
    let id = base.named("森 健一");
    let (mut undo, mut edit) = (Away::from(&base, 2), Away::from(&base, 3));
    undo.write(|writing| undo_import(writing, batch.id));
    edit.write(|writing| edit_supporter(writing, id, set(Field::City, "逗子市")));
    let mut world = meet(&base, &[undo, edit]);
    assert!(world.names().is_empty(), "the undo holds");
    let open = conflicts(&world.register);
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].nature, open[0].field), (Nature::Emptied, ConflictField::Text(Field::City)));
    let refused = world.write(|writing| resolve(writing, &open[0], &Choice::Value(1))).unwrap_err();
    assert_eq!(refused, ResolveRefused::NoOtherValue);
    world.write(|writing| resolve(writing, &open[0], &Choice::Value(0))).unwrap();
    assert!(conflicts(&world.register).is_empty());
    assert_eq!(world.get(id).get(Field::City), None);
}
