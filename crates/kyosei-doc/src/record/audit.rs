//! The audit trail: one document for each device and month, each event an immutable value under its id.

use kyosei_model::{
    AuditAction, AuditEvent, AuditId, AuditSubject, ConsentId, DeviceId, ImportId, MemberId, SupporterId,
    UnixMillis, WordingId,
};
use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::consent::VersionOnly;
use super::{RECORD_VERSION, RecordError, check_head, check_version, decode, encode, head};
use crate::id::{DocId, DocKind};
use crate::node::Node;

const EVENTS: &str = "events";
const DEVICE: &str = "device";

#[derive(Encode, Decode)]
struct EventWire {
    #[n(0)]
    version: i64,
    #[n(1)]
    at: i64,
    #[n(2)]
    member: Option<ByteArray<16>>,
    #[n(3)]
    action: String,
    #[n(4)]
    subject: Option<SubjectWire>,
    #[n(5)]
    reason: Option<String>,
    #[n(6)]
    count: Option<u64>,
}

#[derive(Encode, Decode)]
enum SubjectWire {
    #[n(0)]
    Supporter(#[n(0)] ByteArray<16>),
    #[n(1)]
    Consent(#[n(0)] ByteArray<16>),
    #[n(2)]
    Import(#[n(0)] ByteArray<16>),
    #[n(3)]
    Wording(#[n(0)] ByteArray<16>),
}

/// The document for the events of a device in the month of `at` (months of Japan's time): the first 12 bytes of the
/// device's id, then year and month.
#[must_use]
pub fn doc_id(device: DeviceId, at: UnixMillis) -> DocId {
    use chrono::Datelike;
    let (year, month) = at.day_in_japan().map_or((0, 0), |day| (day.year(), day.month()));
    let month_number = year.saturating_mul(16).saturating_add_unsigned(month).to_be_bytes();
    let mut bytes = [0; 16];
    for (to, from) in bytes.iter_mut().zip(device.to_bytes().iter().take(12).chain(&month_number)) {
        *to = *from;
    }
    DocId::from_bytes(bytes)
}

/// The tree of a trail without events.
#[must_use]
pub fn empty(device: DeviceId) -> Node {
    head(DocKind::Audit)
        .into_iter()
        .chain([
            (DEVICE.to_owned(), Node::Bytes(device.to_bytes().to_vec())),
            (EVENTS.to_owned(), Node::map()),
        ])
        .collect()
}

/// The tree with one more event.
///
/// # Errors
/// [`RecordError::WrongKind`] if the tree is not a trail.
pub fn with_event(mut root: Node, event: &AuditEvent) -> Result<Node, RecordError> {
    check_head(&root, DocKind::Audit)?;
    if let Node::Map(map) = &mut root
        && let Some(Node::Map(events)) = map.get_mut(EVENTS)
    {
        events.insert(event.id.to_string(), Node::Bytes(encode_event(event)));
        return Ok(root);
    }
    Err(RecordError::Damaged(EVENTS))
}

/// The events of a trail in order of their ids, that is of their times.
///
/// # Errors
/// See [`RecordError`].
pub fn events(root: &Node) -> Result<Vec<AuditEvent>, RecordError> {
    check_head(root, DocKind::Audit)?;
    let device = root
        .get(DEVICE)
        .and_then(Node::as_bytes)
        .and_then(|bytes| <[u8; 32]>::try_from(bytes).ok())
        .map(DeviceId::from_bytes)
        .ok_or(RecordError::Damaged(DEVICE))?;
    let read = |(id, node): (&str, &Node)| {
        let id: AuditId = id.parse().map_err(|_| RecordError::Damaged(EVENTS))?;
        decode_event(id, device, node.as_bytes().ok_or(RecordError::Damaged(EVENTS))?)
    };
    root.get(EVENTS).ok_or(RecordError::Damaged(EVENTS))?.entries().map(read).collect()
}

fn encode_event(event: &AuditEvent) -> Vec<u8> {
    let subject = event.subject.map(|subject| match subject {
        AuditSubject::Supporter(id) => SubjectWire::Supporter(id.to_bytes().into()),
        AuditSubject::Consent(id) => SubjectWire::Consent(id.to_bytes().into()),
        AuditSubject::Import(id) => SubjectWire::Import(id.to_bytes().into()),
        AuditSubject::Wording(id) => SubjectWire::Wording(id.to_bytes().into()),
    });
    encode(&EventWire {
        version: RECORD_VERSION,
        at: event.at.get(),
        member: event.member.map(|id| id.to_bytes().into()),
        action: event.action.code().to_owned(),
        subject,
        reason: event.reason.clone(),
        count: event.count,
    })
}

fn decode_event(id: AuditId, device: DeviceId, bytes: &[u8]) -> Result<AuditEvent, RecordError> {
    check_version(decode::<VersionOnly>(bytes, EVENTS)?.0)?;
    let wire: EventWire = decode(bytes, EVENTS)?;
    Ok(AuditEvent {
        id,
        at: UnixMillis::new(wire.at),
        member: wire.member.map(|id| MemberId::from_bytes(*id)),
        device,
        action: AuditAction::from_code(&wire.action)?,
        subject: wire.subject.map(|subject| match subject {
            SubjectWire::Supporter(id) => AuditSubject::Supporter(SupporterId::from_bytes(*id)),
            SubjectWire::Consent(id) => AuditSubject::Consent(ConsentId::from_bytes(*id)),
            SubjectWire::Import(id) => AuditSubject::Import(ImportId::from_bytes(*id)),
            SubjectWire::Wording(id) => AuditSubject::Wording(WordingId::from_bytes(*id)),
        }),
        reason: wire.reason,
        count: wire.count,
    })
}
