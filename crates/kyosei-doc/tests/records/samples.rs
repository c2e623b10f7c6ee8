//! One record of every kind with every field filled in. All people are invented. Golden vectors rest on these values:
//! a field that is added to a record is added here.

use std::collections::{BTreeMap, BTreeSet};

use kyosei_doc::record::register::RegisterLists;
use kyosei_model::{
    AddressTag, AgreedWording, AuditAction, AuditEvent, AuditId, AuditSubject, Channel, Consent, ConsentId,
    ContactPreference, Decision, DeviceId, EditionId, EmailState, EventId, Evidence, Field, FileEncoding,
    HouseholdId, ImportBatch, ImportId, ImportUndo, ImportedRow, Interest, Language, MemberId, OrgType,
    PairDecision, PairDecisionId, PairVerdict, PartnerId, PublicName, Purpose, Rejection, RowFate, Scope,
    Sensitive, Source, Status, Supporter, SupporterId, SupporterKind, SupporterPair, Suppression,
    SuppressionId, SuppressionReason, UnixMillis, Wording, WordingId,
};

pub const DEVICE: DeviceId = DeviceId::from_bytes([0xd0; 32]);

pub fn text(value: &str) -> Sensitive<String> {
    Sensitive::new(value.to_owned())
}

fn at(n: i64) -> UnixMillis {
    UnixMillis::new(1_790_000_000_000 + n)
}

fn consent(n: u8, purpose: Purpose, evidence: Evidence, scope: Scope) -> Consent {
    Consent {
        id: ConsentId::from_bytes([n; 16]),
        subject: SupporterId::from_bytes([1; 16]),
        purpose,
        decision: Decision::Given,
        wording: AgreedWording {
            id: WordingId::from_bytes([0x11; 16]),
            sha256: [0x12; 32],
            text: "お使いします。".into(),
        },
        channel: Channel::Page,
        evidence,
        given_at: at(1),
        recorded_at: at(2),
        recorded_by: MemberId::from_bytes([0x13; 16]),
        scope,
        expires: None,
        guardian: None,
        reason: None,
        after: BTreeSet::new(),
    }
}

/// Consents with every kind of evidence and scope, the last with every optional field.
pub fn consents() -> Vec<Consent> {
    let row = Evidence::Row { import: ImportId::from_bytes([0x21; 16]), line: 300, row_hash: [0x22; 32] };
    let mut full =
        consent(0x35, Purpose::Recording, Evidence::Heard(MemberId::from_bytes([0x23; 16])), Scope::General);
    full.decision = Decision::Withdrawn;
    full.channel = Channel::InPerson;
    full.expires = Some(at(3));
    full.guardian = Some(text("石川 恵"));
    full.reason = Some(text("聞き間違い"));
    full.after = BTreeSet::from([ConsentId::from_bytes([0x31; 16]), ConsentId::from_bytes([0x34; 16])]);
    vec![
        consent(0x31, Purpose::Register, Evidence::Submission([0x24; 32]), Scope::General),
        consent(
            0x32,
            Purpose::SharePartner,
            Evidence::Scan([0x25; 32]),
            Scope::Partner(PartnerId::from_bytes([0x26; 16])),
        ),
        consent(
            0x33,
            Purpose::EventMail,
            Evidence::Mail([0x27; 32]),
            Scope::Event(EventId::from_bytes([0x28; 16])),
        ),
        consent(0x34, Purpose::PublishName, row, Scope::General),
        full,
    ]
}

fn fields_of(kind: SupporterKind) -> BTreeMap<Field, Sensitive<String>> {
    let of_kind = Field::ALL.iter().copied().filter(|field| field.applies_to(kind));
    of_kind.map(|field| (field, text(&format!("髙橋 {}", field.code())))).collect()
}

pub fn individual() -> Supporter {
    let id = SupporterId::from_bytes([1; 16]);
    let mut one = Supporter::new(id, SupporterKind::Individual, Source::Page, at(0));
    one.status = Status::Active;
    one.edition = Some(EditionId::from_bytes([2; 16]));
    one.received_at = at(10);
    one.entered_by = Some(MemberId::from_bytes([3; 16]));
    one.language = Language::from_code("uk").unwrap();
    one.text = fields_of(SupporterKind::Individual);
    one.email_state = EmailState::Ok;
    one.contact_preference = ContactPreference::Post;
    one.interests = Interest::ALL.iter().copied().collect();
    one.public_name = PublicName::Pseudonym;
    one.tags = BTreeSet::from([text("通訳"), text("逗子")]);
    one.household = Some(HouseholdId::from_bytes([4; 16]));
    one.retention_until = Some(at(20));
    one.declared_minor = true;
    one.merged_into = Some(SupporterId::from_bytes([5; 16]));
    one.consents = consents().into_iter().map(|entry| (entry.id, entry)).collect();
    one
}

pub fn organisation() -> Supporter {
    let id = SupporterId::from_bytes([6; 16]);
    let mut one = Supporter::new(id, SupporterKind::Organization, Source::Paper, at(0));
    one.text = fields_of(SupporterKind::Organization);
    one.org_type = Some(OrgType::Npo);
    one.email_state = EmailState::Bounced;
    one.public_name = PublicName::Name;
    one
}

/// One event for each kind of subject, and one with nothing optional.
pub fn events() -> Vec<AuditEvent> {
    let subjects = [
        Some(AuditSubject::Supporter(SupporterId::from_bytes([0x41; 16]))),
        Some(AuditSubject::Consent(ConsentId::from_bytes([0x42; 16]))),
        Some(AuditSubject::Import(ImportId::from_bytes([0x43; 16]))),
        Some(AuditSubject::Wording(WordingId::from_bytes([0x44; 16]))),
        None,
    ];
    (0_u8..)
        .zip(subjects)
        .map(|(n, subject)| AuditEvent {
            id: AuditId::from_bytes([0x50 + n; 16]),
            at: at(i64::from(n)),
            member: subject.map(|_| MemberId::from_bytes([0x45; 16])),
            device: DEVICE,
            action: AuditAction::ALL[usize::from(n)],
            subject,
            reason: subject.map(|_| "名簿の印刷".to_owned()),
            count: subject.map(|_| 412),
        })
        .collect()
}

pub fn lists() -> RegisterLists {
    let wording = Wording {
        id: WordingId::from_bytes([0x61; 16]),
        version: 3,
        language: Language::EasyJa,
        text: "名簿（めいぼ）に使（つか）います。".into(),
        valid_from: at(0),
    };
    let suppressions = SuppressionReason::ALL.iter().zip(0x70_u8..).map(|(reason, n)| {
        let id = SuppressionId::from_bytes([n; 16]);
        (id, Suppression { id, address: AddressTag::from_bytes([n; 32]), reason: *reason, since: at(1) })
    });
    let (a, b) = (SupporterId::from_bytes([1; 16]), SupporterId::from_bytes([6; 16]));
    let pairs = [PairVerdict::NotSame, PairVerdict::Merged { into: a }].into_iter().zip(0x80_u8..).map(
        |(verdict, n)| {
            let id = PairDecisionId::from_bytes([n; 16]);
            let pair = SupporterPair::new(a, b).unwrap();
            (id, PairDecision { id, pair, verdict, at: at(2), by: MemberId::from_bytes([3; 16]) })
        },
    );
    RegisterLists {
        committee: "みどりの会".into(),
        tag_key: [0x62; 32],
        wordings: BTreeMap::from([(wording.id, wording)]),
        suppressions: suppressions.collect(),
        pairs: pairs.collect(),
        mappings: BTreeMap::from([("ab".repeat(32), "form = \"individual\"\n".into())]),
        members: BTreeMap::from([(MemberId::from_bytes([3; 16]), "青木 葵".into())]),
    }
}

/// An import with every fate of a row, taken back.
pub fn import() -> ImportBatch {
    let id = SupporterId::from_bytes([1; 16]);
    let fates = [
        RowFate::Created(id),
        RowFate::Updated(id),
        RowFate::AlreadyPresent(id),
        RowFate::RepeatedLine(2),
        RowFate::Review,
        RowFate::Suppressed,
        RowFate::Rejected(vec![Rejection::Bidi, Rejection::EmailTwo]),
        RowFate::Unreadable("E-ROW-RAGGED".into()),
    ];
    let rows = (2_u64..).zip(fates).map(|(line, fate)| ImportedRow { line, row_hash: [0x91; 32], fate });
    ImportBatch {
        id: ImportId::from_bytes([0x90; 16]),
        file_name: text("回答.csv"),
        sha256: [0x92; 32],
        encoding: FileEncoding::Cp932,
        form: SupporterKind::Individual,
        header_map: vec![("お名前".into(), Some("name".into())), ("備考".into(), None)],
        at: at(0),
        by: MemberId::from_bytes([3; 16]),
        rows: rows.collect(),
        undone: Some(ImportUndo { at: at(5), by: MemberId::from_bytes([3; 16]), kept: BTreeSet::from([id]) }),
    }
}
