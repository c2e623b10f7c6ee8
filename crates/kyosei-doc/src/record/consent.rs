//! An entry of the consent ledger: immutable, one CBOR array under the entry's id.

use std::collections::BTreeSet;

use kyosei_model::{
    AgreedWording, Channel, Consent, ConsentId, Decision, EventId, Evidence, ImportId, MemberId, PartnerId,
    Purpose, Scope, SupporterId, UnixMillis, WordingId,
};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::{RECORD_VERSION, RecordError, check_version, decode, encode, sensitive};

#[derive(Encode, Decode)]
struct ConsentWire {
    #[n(0)]
    version: i64,
    #[n(1)]
    subject: ByteArray<16>,
    #[n(2)]
    purpose: String,
    #[n(3)]
    decision: String,
    #[n(4)]
    wording_id: ByteArray<16>,
    #[n(5)]
    wording_sha256: ByteArray<32>,
    #[n(6)]
    wording_text: String,
    #[n(7)]
    channel: String,
    #[n(8)]
    evidence: EvidenceWire,
    #[n(9)]
    given_at: i64,
    #[n(10)]
    recorded_at: i64,
    #[n(11)]
    recorded_by: ByteArray<16>,
    #[n(12)]
    scope: ScopeWire,
    #[n(13)]
    expires: Option<i64>,
    #[n(14)]
    guardian: Option<String>,
    #[n(15)]
    reason: Option<String>,
    #[n(16)]
    after: BTreeSet<ByteArray<16>>,
}

#[derive(Encode, Decode)]
enum EvidenceWire {
    #[n(0)]
    Submission(#[n(0)] ByteArray<32>),
    #[n(1)]
    Scan(#[n(0)] ByteArray<32>),
    #[n(2)]
    Mail(#[n(0)] ByteArray<32>),
    #[n(3)]
    Row(#[n(0)] ByteArray<16>, #[n(1)] u64, #[n(2)] ByteArray<32>),
    #[n(4)]
    Heard(#[n(0)] ByteArray<16>),
}

#[derive(Encode, Decode)]
enum ScopeWire {
    #[n(0)]
    General,
    #[n(1)]
    Partner(#[n(0)] ByteArray<16>),
    #[n(2)]
    Event(#[n(0)] ByteArray<16>),
}

/// Writes an entry.
#[must_use]
pub fn encode_consent(entry: &Consent) -> Vec<u8> {
    let exposed = |text: &kyosei_model::Sensitive<String>| text.expose().clone();
    encode(&ConsentWire {
        version: RECORD_VERSION,
        subject: entry.subject.to_bytes().into(),
        purpose: entry.purpose.code().to_owned(),
        decision: entry.decision.code().to_owned(),
        wording_id: entry.wording.id.to_bytes().into(),
        wording_sha256: entry.wording.sha256.into(),
        wording_text: entry.wording.text.clone(),
        channel: entry.channel.code().to_owned(),
        evidence: evidence_wire(entry.evidence),
        given_at: entry.given_at.get(),
        recorded_at: entry.recorded_at.get(),
        recorded_by: entry.recorded_by.to_bytes().into(),
        scope: match entry.scope {
            Scope::General => ScopeWire::General,
            Scope::Partner(id) => ScopeWire::Partner(id.to_bytes().into()),
            Scope::Event(id) => ScopeWire::Event(id.to_bytes().into()),
        },
        expires: entry.expires.map(UnixMillis::get),
        guardian: entry.guardian.as_ref().map(exposed),
        reason: entry.reason.as_ref().map(exposed),
        after: entry.after.iter().map(|id| id.to_bytes().into()).collect(),
    })
}

/// Reads the entry with this id.
///
/// # Errors
/// See [`RecordError`].
pub fn decode_consent(id: ConsentId, bytes: &[u8]) -> Result<Consent, RecordError> {
    check_version(decode::<VersionOnly>(bytes, "consent")?.0)?;
    let wire: ConsentWire = decode(bytes, "consent")?;
    Ok(Consent {
        id,
        subject: SupporterId::from_bytes(*wire.subject),
        purpose: Purpose::from_code(&wire.purpose)?,
        decision: Decision::from_code(&wire.decision)?,
        wording: AgreedWording {
            id: WordingId::from_bytes(*wire.wording_id),
            sha256: *wire.wording_sha256,
            text: wire.wording_text,
        },
        channel: Channel::from_code(&wire.channel)?,
        evidence: match wire.evidence {
            EvidenceWire::Submission(sha256) => Evidence::Submission(*sha256),
            EvidenceWire::Scan(sha256) => Evidence::Scan(*sha256),
            EvidenceWire::Mail(sha256) => Evidence::Mail(*sha256),
            EvidenceWire::Row(import, line, row_hash) => {
                Evidence::Row { import: ImportId::from_bytes(*import), line, row_hash: *row_hash }
            }
            EvidenceWire::Heard(member) => Evidence::Heard(MemberId::from_bytes(*member)),
        },
        given_at: UnixMillis::new(wire.given_at),
        recorded_at: UnixMillis::new(wire.recorded_at),
        recorded_by: MemberId::from_bytes(*wire.recorded_by),
        scope: match wire.scope {
            ScopeWire::General => Scope::General,
            ScopeWire::Partner(id) => Scope::Partner(PartnerId::from_bytes(*id)),
            ScopeWire::Event(id) => Scope::Event(EventId::from_bytes(*id)),
        },
        expires: wire.expires.map(UnixMillis::new),
        guardian: wire.guardian.as_deref().map(sensitive),
        reason: wire.reason.as_deref().map(sensitive),
        after: wire.after.iter().map(|id| ConsentId::from_bytes(**id)).collect(),
    })
}

/// The first field of every immutable value, read before the others so that a newer format is told from damage.
pub(super) struct VersionOnly(pub(super) i64);

impl<'b, C> Decode<'b, C> for VersionOnly {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        d.array()?;
        Ok(Self(d.i64()?))
    }
}

fn evidence_wire(evidence: Evidence) -> EvidenceWire {
    match evidence {
        Evidence::Submission(sha256) => EvidenceWire::Submission(sha256.into()),
        Evidence::Scan(sha256) => EvidenceWire::Scan(sha256.into()),
        Evidence::Mail(sha256) => EvidenceWire::Mail(sha256.into()),
        Evidence::Row { import, line, row_hash } => {
            EvidenceWire::Row(import.to_bytes().into(), line, row_hash.into())
        }
        Evidence::Heard(member) => EvidenceWire::Heard(member.to_bytes().into()),
    }
}
