//! Merging keeps every refusal and every value that was not given up on purpose.

use super::*;
use crate::{
    AgreedWording, Channel, Consent, ContactPreference, Decision, Evidence, ImportId, MemberId, PublicName,
    Sensitive, Source, SupporterKind, WordingId,
};

const NOW: UnixMillis = UnixMillis::new(1_790_000_000_000);

fn person(n: u8, fields: &[(Field, &str)]) -> Supporter {
    let id = SupporterId::from_bytes([n; 16]);
    let mut record = Supporter::new(id, SupporterKind::Individual, Source::GoogleCsv, NOW);
    record.status = Status::Active;
    record.text = fields.iter().map(|(f, v)| (*f, Sensitive::new(String::from(*v)))).collect();
    record.email_state = EmailState::Unconfirmed;
    record
}

fn decide(record: &mut Supporter, n: u8, decision: Decision, days_ago: i64) -> ConsentId {
    let id = ConsentId::from_parts(u64::from(n), [n; 10]);
    let entry = Consent {
        id,
        subject: record.id,
        purpose: Purpose::EventMail,
        decision,
        wording: AgreedWording {
            id: WordingId::from_bytes([2; 16]),
            sha256: [3; 32],
            text: String::from("案内"),
        },
        channel: Channel::Import,
        evidence: Evidence::Row { import: ImportId::from_bytes([5; 16]), line: 2, row_hash: [6; 32] },
        given_at: NOW.plus_ms(-days_ago * 86_400_000),
        recorded_at: NOW,
        recorded_by: MemberId::from_bytes([4; 16]),
        scope: Scope::General,
        expires: None,
        guardian: None,
        reason: None,
        after: record.consents_seen(Purpose::EventMail),
    };
    record.consents.insert(id, entry);
    id
}

fn merged(kept: &Supporter, absorbed: &Supporter, choices: &[(Field, Choice)]) -> Merged {
    merge(kept, absorbed, &choices.iter().copied().collect(), NOW).unwrap()
}

#[test]
fn a_merged_record_stays_opted_out_and_says_why() {
    let (mut a, mut b) = (person(1, &[(Field::Name, "山田花子")]), person(2, &[(Field::Name, "山田花子")]));
    decide(&mut a, 1, Decision::Given, 30);
    let withdrawal = decide(&mut a, 2, Decision::Withdrawn, 20);
    decide(&mut b, 3, Decision::Given, 1);
    for (kept, absorbed) in [(&a, &b), (&b, &a)] {
        let outcome = merged(kept, absorbed, &[]);
        assert!(!outcome.kept.consent(Purpose::EventMail, Scope::General, NOW).is_given());
        let why = OptedOut { purpose: Purpose::EventMail, scope: Scope::General, by: withdrawal, from: a.id };
        assert_eq!(outcome.opted_out, [why]);
        assert_eq!(outcome.kept.consents.len(), 3, "no entry is lost");
    }
}

#[test]
fn a_new_decision_after_the_merge_opens_the_purpose_again() {
    let (mut a, mut b) = (person(1, &[]), person(2, &[]));
    decide(&mut a, 1, Decision::Refused, 20);
    decide(&mut b, 2, Decision::Given, 10);
    let mut kept = merged(&a, &b, &[]).kept;
    decide(&mut kept, 3, Decision::Given, 0);
    assert!(kept.consent(Purpose::EventMail, Scope::General, NOW).is_given());
}

#[test]
fn values_are_chosen_kept_or_filled_in() {
    let a = person(
        1,
        &[(Field::Name, "山田花子"), (Field::Tel, "0467-00-0000"), (Field::Email, "a@example.org")],
    );
    let b =
        person(2, &[(Field::Name, "ヤマダ ハナコ"), (Field::Tel, "0467-11-1111"), (Field::City, "鎌倉市")]);
    assert_eq!(conflicting_fields(&a, &b), [Field::Name, Field::Tel]);
    let outcome = merged(&a, &b, &[(Field::Tel, Choice::Absorbed)]);
    assert_eq!(outcome.undecided, [Field::Name]);
    assert_eq!(outcome.kept.get(Field::Name), Some("山田花子"));
    assert_eq!(outcome.kept.get(Field::Tel), Some("0467-11-1111"));
    assert_eq!(outcome.kept.get(Field::City), Some("鎌倉市"));
    assert_eq!(outcome.absorbed.merged_into, Some(a.id));
    assert_eq!(outcome.absorbed.text, b.text, "the absorbed record can be restored");
}

#[test]
fn of_two_states_the_one_that_allows_less_wins() {
    let (mut a, mut b) =
        (person(1, &[(Field::Email, "a@example.org")]), person(2, &[(Field::Email, "a@example.org")]));
    a.public_name = PublicName::Name;
    a.email_state = EmailState::Ok;
    b.email_state = EmailState::Bounced;
    b.status = Status::Withdrawn;
    b.contact_preference = ContactPreference::None;
    b.declared_minor = true;
    b.retention_until = Some(NOW);
    let kept = merged(&a, &b, &[]).kept;
    assert_eq!(kept.public_name, PublicName::No);
    assert_eq!(kept.email_state, EmailState::Bounced);
    assert_eq!(kept.status, Status::Withdrawn);
    assert_eq!(kept.contact_preference, ContactPreference::None);
    assert_eq!(kept.retention_until, Some(NOW));
    assert!(kept.declared_minor);
    b.public_name = PublicName::Initials;
    assert_eq!(merged(&a, &b, &[]).kept.public_name, PublicName::Initials);
    assert_eq!(merged(&b, &a, &[]).kept.public_name, PublicName::Initials);
}

#[test]
fn records_that_cannot_be_one_are_refused() {
    let (a, mut b) = (person(1, &[]), person(2, &[]));
    let none = BTreeMap::new();
    assert_eq!(merge(&a, &a, &none, NOW), Err(MergeError::Same(a.id)));
    b.kind = SupporterKind::Organization;
    assert_eq!(merge(&a, &b, &none, NOW), Err(MergeError::Kind(a.id, b.id)));
    b.kind = SupporterKind::Individual;
    b.status = Status::Erased;
    assert_eq!(merge(&a, &b, &none, NOW), Err(MergeError::Gone(b.id)));
}
