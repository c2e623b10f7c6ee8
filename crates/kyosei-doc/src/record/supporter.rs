//! A supporter: one document, each field a value of its own, so that two people may edit different fields at once.

use std::collections::BTreeMap;

use kyosei_model::{
    ConsentId, ContactPreference, EditionId, EmailState, Field, HouseholdId, Interest, Language, MemberId,
    OrgType, PublicName, Source, Status, Supporter, SupporterId, SupporterKind, UnixMillis,
};

use super::{RecordError, check_head, consent, head, id16, int, sensitive, text};
use crate::id::{DocId, DocKind};
use crate::node::Node;

const CONSENTS: &str = "consents";
const CONTACT: &str = "contact";
const EDITION: &str = "edition";
const EMAIL_STATE: &str = "email_state";
const ENTERED_BY: &str = "entered_by";
const HOUSEHOLD: &str = "household";
const INTERESTS: &str = "interests";
const LANGUAGE: &str = "language";
const MERGED_INTO: &str = "merged_into";
const MINOR: &str = "minor";
const ORG_TYPE: &str = "org_type";
const PUBLIC_NAME: &str = "public_name";
const RECEIVED_AT: &str = "received_at";
const RETENTION: &str = "retention_until";
const SOURCE: &str = "source";
const STATUS: &str = "status";
const SUBMITTED_AT: &str = "submitted_at";
const TAGS: &str = "tags";
const TEXT: &str = "text";
const TYPE: &str = "type";

/// The document of a supporter has the supporter's id.
#[must_use]
pub const fn doc_id(id: SupporterId) -> DocId {
    DocId::from_bytes(id.to_bytes())
}

/// Writes a supporter as a tree.
#[must_use]
pub fn to_node(supporter: &Supporter) -> Node {
    let code = |code: &str| Node::Text(code.to_owned());
    let at = |time: UnixMillis| Node::Int(time.get());
    let mut map: BTreeMap<String, Node> = head(DocKind::Supporter).into_iter().collect();
    let mut put = |key: &str, node: Option<Node>| {
        if let Some(node) = node {
            map.insert(key.to_owned(), node);
        }
    };
    put(TYPE, Some(code(supporter.kind.code())));
    put(STATUS, Some(code(supporter.status.code())));
    put(SOURCE, Some(code(supporter.source.code())));
    put(EDITION, supporter.edition.map(|id| Node::Bytes(id.to_bytes().to_vec())));
    put(SUBMITTED_AT, Some(at(supporter.submitted_at)));
    put(RECEIVED_AT, Some(at(supporter.received_at)));
    put(ENTERED_BY, supporter.entered_by.map(|id| Node::Bytes(id.to_bytes().to_vec())));
    put(LANGUAGE, Some(code(supporter.language.code())));
    put(EMAIL_STATE, Some(code(supporter.email_state.code())));
    put(CONTACT, Some(code(supporter.contact_preference.code())));
    put(PUBLIC_NAME, Some(code(supporter.public_name.code())));
    put(ORG_TYPE, supporter.org_type.map(|kind| code(kind.code())));
    put(HOUSEHOLD, supporter.household.map(|id| Node::Bytes(id.to_bytes().to_vec())));
    put(RETENTION, supporter.retention_until.map(at));
    put(MINOR, supporter.declared_minor.then_some(Node::Bool(true)));
    put(MERGED_INTO, supporter.merged_into.map(|id| Node::Bytes(id.to_bytes().to_vec())));
    let fields = supporter.text.iter().map(|(field, value)| (field.code(), code(value.expose()))).collect();
    put(TEXT, Some(fields));
    put(INTERESTS, Some(supporter.interests.iter().map(|one| (one.code(), Node::Bool(true))).collect()));
    put(TAGS, Some(supporter.tags.iter().map(|tag| (tag.expose().clone(), Node::Bool(true))).collect()));
    let ledger = supporter
        .consents
        .iter()
        .map(|(id, entry)| (id.to_string(), Node::Bytes(consent::encode_consent(entry))))
        .collect();
    put(CONSENTS, Some(ledger));
    Node::Map(map)
}

/// Reads a supporter from the tree of its document.
///
/// # Errors
/// See [`RecordError`].
pub fn from_node(id: DocId, root: &Node) -> Result<Supporter, RecordError> {
    check_head(root, DocKind::Supporter)?;
    let kind = SupporterKind::from_code(text(root, TYPE)?)?;
    let source = Source::from_code(text(root, SOURCE)?)?;
    let submitted_at = UnixMillis::new(int(root, SUBMITTED_AT)?);
    let mut supporter = Supporter::new(SupporterId::from_bytes(id.to_bytes()), kind, source, submitted_at);
    supporter.status = Status::from_code(text(root, STATUS)?)?;
    supporter.edition = id16(root, EDITION)?.map(EditionId::from_bytes);
    supporter.received_at = UnixMillis::new(int(root, RECEIVED_AT)?);
    supporter.entered_by = id16(root, ENTERED_BY)?.map(MemberId::from_bytes);
    supporter.language =
        Language::from_code(text(root, LANGUAGE)?).map_err(|_| RecordError::Damaged(LANGUAGE))?;
    supporter.email_state = EmailState::from_code(text(root, EMAIL_STATE)?)?;
    supporter.contact_preference = ContactPreference::from_code(text(root, CONTACT)?)?;
    supporter.public_name = PublicName::from_code(text(root, PUBLIC_NAME)?)?;
    supporter.org_type = match root.get(ORG_TYPE) {
        Some(node) => Some(OrgType::from_code(node.as_text().ok_or(RecordError::Damaged(ORG_TYPE))?)?),
        None => None,
    };
    supporter.household = id16(root, HOUSEHOLD)?.map(HouseholdId::from_bytes);
    supporter.retention_until = root.get(RETENTION).and_then(Node::as_int).map(UnixMillis::new);
    supporter.declared_minor = root.get(MINOR).and_then(Node::as_bool).unwrap_or(false);
    supporter.merged_into = id16(root, MERGED_INTO)?.map(SupporterId::from_bytes);
    read_maps(root, &mut supporter)?;
    Ok(supporter)
}

fn read_maps(root: &Node, supporter: &mut Supporter) -> Result<(), RecordError> {
    let map = |key: &'static str| root.get(key).ok_or(RecordError::Damaged(key));
    for (code, node) in map(TEXT)?.entries() {
        let value = node.as_text().ok_or(RecordError::Damaged(TEXT))?;
        supporter.text.insert(Field::from_code(code)?, sensitive(value));
    }
    for (code, _) in map(INTERESTS)?.entries() {
        supporter.interests.insert(Interest::from_code(code)?);
    }
    supporter.tags = map(TAGS)?.entries().map(|(tag, _)| sensitive(tag)).collect();
    for (id, node) in map(CONSENTS)?.entries() {
        let id: ConsentId = id.parse().map_err(|_| RecordError::Damaged(CONSENTS))?;
        let bytes = node.as_bytes().ok_or(RecordError::Damaged(CONSENTS))?;
        supporter.consents.insert(id, consent::decode_consent(id, bytes)?);
    }
    Ok(())
}
