//! Strategies that draw any record that the model can hold.

use kyosei_doc::Node;
use kyosei_doc::record::register::RegisterLists;
use kyosei_model::{
    AddressTag, AgreedWording, AuditAction, AuditEvent, AuditId, AuditSubject, Channel, Consent, ConsentId,
    ContactPreference, Decision, EditionId, EmailState, EventId, Evidence, Field, FileEncoding, HouseholdId,
    ImportBatch, ImportId, ImportUndo, ImportedRow, Interest, Language, MemberId, OrgType, PairDecision,
    PairDecisionId, PairVerdict, PartnerId, PublicName, Purpose, Rejection, RowFate, Scope, Sensitive,
    Source, Status, Supporter, SupporterId, SupporterKind, SupporterPair, Suppression, SuppressionId,
    SuppressionReason, UnixMillis, Wording, WordingId,
};
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::samples::DEVICE;

type Id = [u8; 16];

fn words() -> impl Strategy<Value = String> + Clone {
    prop_oneof![".{0,12}", Just("髙橋 恵".to_owned()), Just("葛\u{e0100}城".to_owned())].boxed()
}

fn sensitive() -> impl Strategy<Value = Sensitive<String>> + Clone {
    words().prop_map(Sensitive::new).boxed()
}

fn time() -> impl Strategy<Value = UnixMillis> + Clone {
    any::<i64>().prop_map(UnixMillis::new).boxed()
}

fn language() -> impl Strategy<Value = Language> + Clone {
    select(vec!["ja", "en", "easy-ja", "uk", "zh-hant"]).prop_map(|code| Language::from_code(code).unwrap())
}

fn evidence() -> impl Strategy<Value = Evidence> + Clone {
    prop_oneof![
        any::<[u8; 32]>().prop_map(Evidence::Submission),
        any::<[u8; 32]>().prop_map(Evidence::Scan),
        any::<[u8; 32]>().prop_map(Evidence::Mail),
        any::<(Id, u64, [u8; 32])>().prop_map(|(import, line, row_hash)| Evidence::Row {
            import: ImportId::from_bytes(import),
            line,
            row_hash
        }),
        any::<Id>().prop_map(|id| Evidence::Heard(MemberId::from_bytes(id))),
    ]
}

fn scope() -> impl Strategy<Value = Scope> + Clone {
    prop_oneof![
        Just(Scope::General),
        any::<Id>().prop_map(|id| Scope::Partner(PartnerId::from_bytes(id))),
        any::<Id>().prop_map(|id| Scope::Event(EventId::from_bytes(id))),
    ]
}

prop_compose! {
    pub fn consent()(
        ids in any::<[Id; 4]>(),
        sha256 in any::<[u8; 32]>(),
        wording in words(),
        (purpose, decision, channel) in (select(Purpose::ALL), select(Decision::ALL), select(Channel::ALL)),
        (evidence, scope) in (evidence(), scope()),
        (given_at, recorded_at, expires) in (time(), time(), option::of(time())),
        (guardian, reason) in (option::of(sensitive()), option::of(sensitive())),
        after in btree_set(any::<Id>().prop_map(ConsentId::from_bytes), 0..4),
    ) -> Consent {
        Consent {
            id: ConsentId::from_bytes(ids[0]),
            subject: SupporterId::from_bytes(ids[1]),
            purpose,
            decision,
            wording: AgreedWording { id: WordingId::from_bytes(ids[2]), sha256, text: wording },
            channel,
            evidence,
            given_at,
            recorded_at,
            recorded_by: MemberId::from_bytes(ids[3]),
            scope,
            expires,
            guardian,
            reason,
            after,
        }
    }
}

prop_compose! {
    pub fn supporter()(
        (id, kind, status, source) in (any::<Id>(), select(SupporterKind::ALL), select(Status::ALL), select(Source::ALL)),
        (edition, entered_by, household, merged_into) in any::<(Option<Id>, Option<Id>, Option<Id>, Option<Id>)>(),
        (submitted_at, received_at, retention_until) in (time(), time(), option::of(time())),
        (language, email_state, contact) in (language(), select(EmailState::ALL), select(ContactPreference::ALL)),
        (public_name, org_type, minor) in (select(PublicName::ALL), option::of(select(OrgType::ALL)), any::<bool>()),
        text in btree_map(select(Field::ALL), sensitive(), 0..12),
        interests in btree_set(select(Interest::ALL), 0..6),
        tags in btree_set(".{1,6}".prop_map(Sensitive::new), 0..4),
        consents in vec(consent(), 0..4),
    ) -> Supporter {
        let mut one = Supporter::new(SupporterId::from_bytes(id), kind, source, submitted_at);
        one.status = status;
        one.edition = edition.map(EditionId::from_bytes);
        one.received_at = received_at;
        one.entered_by = entered_by.map(MemberId::from_bytes);
        one.language = language;
        one.text = text;
        one.email_state = email_state;
        one.contact_preference = contact;
        one.interests = interests;
        one.public_name = public_name;
        one.org_type = org_type;
        one.tags = tags;
        one.household = household.map(HouseholdId::from_bytes);
        one.retention_until = retention_until;
        one.declared_minor = minor;
        one.merged_into = merged_into.map(SupporterId::from_bytes);
        one.consents = consents.into_iter().map(|entry| (entry.id, entry)).collect();
        one
    }
}

fn subject() -> impl Strategy<Value = AuditSubject> {
    (any::<Id>(), 0..4_u8).prop_map(|(id, kind)| match kind {
        0 => AuditSubject::Supporter(SupporterId::from_bytes(id)),
        1 => AuditSubject::Consent(ConsentId::from_bytes(id)),
        2 => AuditSubject::Import(ImportId::from_bytes(id)),
        _ => AuditSubject::Wording(WordingId::from_bytes(id)),
    })
}

prop_compose! {
    pub fn event()(
        (id, at, member) in (any::<Id>(), time(), any::<Option<Id>>()),
        (action, subject) in (select(AuditAction::ALL), option::of(subject())),
        (reason, count) in (option::of(words()), any::<Option<u64>>()),
    ) -> AuditEvent {
        AuditEvent {
            id: AuditId::from_bytes(id),
            at,
            member: member.map(MemberId::from_bytes),
            device: DEVICE,
            action,
            subject,
            reason,
            count,
        }
    }
}

fn wording() -> impl Strategy<Value = Wording> {
    (any::<Id>(), any::<u32>(), language(), words(), time()).prop_map(
        |(id, version, language, text, valid_from)| Wording {
            id: WordingId::from_bytes(id),
            version,
            language,
            text,
            valid_from,
        },
    )
}

fn suppression() -> impl Strategy<Value = Suppression> {
    (any::<Id>(), any::<[u8; 32]>(), select(SuppressionReason::ALL), time()).prop_map(
        |(id, address, reason, since)| Suppression {
            id: SuppressionId::from_bytes(id),
            address: AddressTag::from_bytes(address),
            reason,
            since,
        },
    )
}

fn pair() -> impl Strategy<Value = PairDecision> {
    let ids = any::<(Id, Id, Id, Id)>().prop_filter("a pair has two sides", |(_, a, b, _)| a != b);
    (ids, any::<bool>(), time()).prop_map(|((id, a, b, by), merged, at)| {
        let (a, b) = (SupporterId::from_bytes(a), SupporterId::from_bytes(b));
        PairDecision {
            id: PairDecisionId::from_bytes(id),
            pair: SupporterPair::new(a, b).unwrap(),
            verdict: if merged { PairVerdict::Merged { into: b } } else { PairVerdict::NotSame },
            at,
            by: MemberId::from_bytes(by),
        }
    })
}

prop_compose! {
    pub fn lists()(
        (committee, tag_key) in (words(), any::<[u8; 32]>()),
        wordings in vec(wording(), 0..3),
        suppressions in vec(suppression(), 0..3),
        pairs in vec(pair(), 0..3),
        mappings in btree_map("[0-9a-f]{64}", words(), 0..3),
        members in btree_map(any::<Id>().prop_map(MemberId::from_bytes), words(), 0..3),
    ) -> RegisterLists {
        RegisterLists {
            committee,
            tag_key,
            wordings: wordings.into_iter().map(|one| (one.id, one)).collect(),
            suppressions: suppressions.into_iter().map(|one| (one.id, one)).collect(),
            pairs: pairs.into_iter().map(|one| (one.id, one)).collect(),
            mappings,
            members,
        }
    }
}

fn fate() -> impl Strategy<Value = RowFate> + Clone {
    let id = || any::<Id>().prop_map(SupporterId::from_bytes);
    prop_oneof![
        id().prop_map(RowFate::Created),
        id().prop_map(RowFate::Updated),
        id().prop_map(RowFate::AlreadyPresent),
        any::<u64>().prop_map(RowFate::RepeatedLine),
        Just(RowFate::Review),
        Just(RowFate::Suppressed),
        vec(select(Rejection::ALL), 0..4).prop_map(RowFate::Rejected),
        "[A-Z-]{0,12}".prop_map(RowFate::Unreadable),
    ]
    .boxed()
}

prop_compose! {
    pub fn import()(
        (id, by, sha256) in any::<(Id, Id, [u8; 32])>(),
        (file_name, at) in (sensitive(), time()),
        (encoding, form) in (select(FileEncoding::ALL), select(SupporterKind::ALL)),
        header_map in vec((words(), option::of(words())), 0..5),
        rows in vec((any::<u64>(), any::<[u8; 32]>(), fate()), 0..12),
        undone in option::of((time(), any::<Id>(), btree_set(any::<Id>().prop_map(SupporterId::from_bytes), 0..3))),
    ) -> ImportBatch {
        ImportBatch {
            id: ImportId::from_bytes(id),
            file_name,
            sha256,
            encoding,
            form,
            header_map,
            at,
            by: MemberId::from_bytes(by),
            rows: rows.into_iter().map(|(line, row_hash, fate)| ImportedRow { line, row_hash, fate }).collect(),
            undone: undone.map(|(at, by, kept)| ImportUndo { at, by: MemberId::from_bytes(by), kept }),
        }
    }
}

/// A value that a hostile or a newer program may have put anywhere.
pub fn value() -> impl Strategy<Value = Node> + Clone {
    let leaf = prop_oneof![
        words().prop_map(Node::Text),
        any::<i64>().prop_map(Node::Int),
        any::<bool>().prop_map(Node::Bool),
        vec(any::<u8>(), 0..40).prop_map(Node::Bytes),
        Just(Node::map()),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| btree_map("[a-z_]{0,6}", inner, 0..4).prop_map(Node::Map)).boxed()
}
