//! The ledger: decisions are added with the words in force, never changed.

use kyosei_app::consents::{ConsentRefused, DecisionMade, agreed, record_consent};
use kyosei_app::supporters::{NewSupporter, add_supporter};
use kyosei_model::{
    AuditAction, Channel, Decision, Evidence, Field, Language, Purpose, Scope, SupporterId, UnixMillis,
};
use kyosei_testkit::golden;

use crate::world::{AOI, World, person};

fn made(decision: Decision, given_at: UnixMillis) -> DecisionMade {
    DecisionMade {
        purpose: Purpose::EventMail,
        decision,
        channel: Channel::Phone,
        evidence: Evidence::Heard(AOI),
        given_at,
        scope: Scope::General,
        expires: None,
        guardian: None,
        reason: None,
    }
}

#[test]
fn a_later_decision_overrules_an_earlier_one_and_both_stay_in_the_ledger() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一")]).id;
    let no = made(Decision::Withdrawn, world.now.plus_ms(500));
    world.write(|writing| record_consent(writing, id, no)).unwrap();
    assert!(!world.consents(id, Purpose::EventMail));
    let yes = made(Decision::Given, world.now.plus_ms(500));
    world.write(|writing| record_consent(writing, id, yes)).unwrap();
    assert!(world.consents(id, Purpose::EventMail));
    assert_eq!(
        world.get(id).consents.values().filter(|entry| entry.purpose == Purpose::EventMail).count(),
        3
    );
    assert_eq!(world.trail().last(), Some(&AuditAction::ConsentRecorded));
}

#[test]
fn an_agreement_from_before_the_withdrawal_that_is_typed_in_later_changes_nothing() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一")]).id;
    let no = made(Decision::Withdrawn, world.now.plus_ms(500));
    world.write(|writing| record_consent(writing, id, no)).unwrap();
    let last_week = made(Decision::Given, world.now.plus_ms(-7 * 86_400_000));
    world.write(|writing| record_consent(writing, id, last_week)).unwrap();
    assert!(!world.consents(id, Purpose::EventMail));
}

#[test]
fn of_decisions_on_two_laptops_apart_from_each_other_the_no_wins() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一")]).id;
    let mut other = world.other_laptop();
    let no = made(Decision::Withdrawn, world.now.plus_ms(100));
    world.write(|writing| record_consent(writing, id, no)).unwrap();
    let yes = made(Decision::Given, other.now.plus_ms(900));
    let (_, there) = other.write_edits(|writing| record_consent(writing, id, yes)).unwrap();
    let doc = kyosei_doc::record::supporter::doc_id(id);
    let changes = &there.iter().find(|edit| edit.doc == doc).unwrap().changes;
    world.register.apply(doc, &[], &[changes]).unwrap();
    assert!(!world.consents(id, Purpose::EventMail));
}

#[test]
fn a_decision_at_a_time_that_cannot_be_is_refused() {
    let mut world = World::new();
    let id = world.add(&[(Field::Name, "森 健一")]).id;
    for at in [UnixMillis::new(0), world.now.plus_ms(400 * 86_400_000)] {
        let refused = world.write(|writing| record_consent(writing, id, made(Decision::Given, at)));
        assert_eq!(refused, Err(ConsentRefused::TimeNotPlausible));
    }
    let nobody = SupporterId::from_bytes([0xff; 16]);
    let decision = made(Decision::Given, world.now);
    assert_eq!(
        world.write(|writing| record_consent(writing, nobody, decision)),
        Err(ConsentRefused::NoSupporter)
    );
}

#[test]
fn the_words_are_those_of_the_language_or_else_of_japanese() {
    let mut world = World::new();
    for (code, expect) in [("en", Language::En), ("easy-ja", Language::EasyJa), ("uk", Language::Ja)] {
        let new = NewSupporter {
            language: Language::from_code(code).unwrap(),
            ..person(&[(Field::Name, "Olena")])
        };
        let id = world.write(|writing| add_supporter(writing, new)).unwrap().id;
        let entry = world.get(id).consents.values().next().unwrap().wording.clone();
        assert_eq!(world.register.lists().unwrap().wordings[&entry.id].language, expect, "{code}");
    }
}

#[test]
fn the_hash_of_a_wording_in_a_ledger_never_changes() {
    let wording = kyosei_model::Wording {
        id: kyosei_model::WordingId::from_bytes([7; 16]),
        version: 1,
        language: Language::Ja,
        text: "はい".into(),
        valid_from: UnixMillis::new(0),
    };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/register/golden");
    golden::check(folder, "wording-sha256", &agreed(&wording).sha256);
    let tag = kyosei_app::suppress::address_tag(&[9; 32], " Mori@EXAMPLE.jp ");
    assert_eq!(tag, kyosei_app::suppress::address_tag(&[9; 32], "mori@example.jp"));
    golden::check(folder, "address-tag", &tag.to_bytes());
}
