//! What people wrote apart from each other, and what a person decides about it.
//!
//! Two members edit the same field before their laptops meet: both values are kept, listed by [`open_conflicts`] and
//! counted by [`conflict_counts`], until somebody chooses one or writes a third with [`resolve`]. Different fields are no
//! conflict, nor are equal values. Where a value would allow more than another (a withdrawal beside an approval), the one
//! that allows less holds meanwhile or for good; see [`Reading`](crate::register::Reading).
//!
//! An edit of a record that somebody merged into another, or emptied by taking an import back, at the same time is listed
//! too ([`Nature`]): it can be carried over to the record that stays, or dropped.
//!
//! Nobody is told to choose between "here" and "there": a value comes with the person, the device and the time that wrote
//! it. Who an Automerge actor is says the journal, through the caller's lookup. Duplicates (one person added on two
//! laptops) are no conflict; [`key_index`](crate::imports::key_index) proposes them as pairs.

use std::collections::BTreeMap;

use kyosei_doc::record::supporter;
use kyosei_doc::{Actor, Conflict, DocId, DocKind, Node, Written};
use kyosei_model::{DeviceId, Field, HouseholdId, MemberId, Sensitive, SupporterId, UnixMillis};

use crate::register::{Apart, Register, TEXT};

mod resolve;

pub use resolve::{Choice, ResolveRefused, resolve};

/// Who is behind an Automerge actor, as far as the journal knows.
pub type Lookup<'l> = &'l dyn Fn(Actor) -> Option<(Option<MemberId>, DeviceId)>;

/// A field that waits for a person to choose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenConflict {
    /// The document.
    pub doc: DocId,
    /// What it is about: the supporter, or none for the register's own lists.
    pub supporter: Option<SupporterId>,
    /// The field.
    pub field: ConflictField,
    /// How it came about.
    pub nature: Nature,
    /// What can be chosen, the value that is shown meanwhile first.
    pub values: Vec<ConflictValue>,
    /// Stands for all of the above: a choice is refused if it changed since it was shown.
    pub fingerprint: Fingerprint,
}

/// How a conflict came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nature {
    /// Several people wrote the field.
    Concurrent,
    /// The record was merged into this one while somebody edited it.
    Merged {
        /// The record that stays.
        into: SupporterId,
    },
    /// The record was emptied, since its import was taken back, while somebody edited it.
    Emptied,
}

/// A field, with a code that never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConflictField {
    /// A text field of a supporter.
    Text(Field),
    /// The language of a supporter.
    Language,
    /// The preferred way of contact.
    ContactPreference,
    /// The form in which a name may be published.
    PublicName,
    /// The legal form of an organisation.
    OrgType,
    /// The household.
    Household,
    /// The edition of the form.
    Edition,
    /// The committee's name.
    Committee,
    /// The name of a member.
    MemberName(MemberId),
    /// How a form's columns are read.
    Mapping,
}

/// One of the values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictValue {
    /// The value: text, or the code or id that is stored. None if the field was emptied.
    pub value: Option<Sensitive<String>>,
    /// Who wrote it; none for the present value of a record that stays.
    pub writer: Option<Writer>,
    /// Whether this is what the register shows meanwhile.
    pub is_shown: bool,
}

/// Who wrote a value, where and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Writer {
    /// The person.
    pub member: Option<MemberId>,
    /// The device.
    pub device: Option<DeviceId>,
    /// When, by the clock of that device.
    pub at: UnixMillis,
}

/// Stands for a conflict exactly as it was shown. Not a secret and not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(pub [u8; 32]);

impl ConflictField {
    /// The stable code.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Text(field) => field.code(),
            Self::Language => "language",
            Self::ContactPreference => "contact",
            Self::PublicName => "public_name",
            Self::OrgType => "org_type",
            Self::Household => "household",
            Self::Edition => "edition",
            Self::Committee => "committee",
            Self::MemberName(_) => "members",
            Self::Mapping => "mappings",
        }
    }

    /// The field at a path; none if this version does not know it, then it is left to one that does.
    fn at(kind: DocKind, path: &[String]) -> Option<Self> {
        let path: Vec<&str> = path.iter().map(String::as_str).collect();
        match (kind, &path[..]) {
            (DocKind::Supporter, [TEXT, code]) => Field::from_code(code).ok().map(Self::Text),
            (DocKind::Supporter, ["language"]) => Some(Self::Language),
            (DocKind::Supporter, ["contact"]) => Some(Self::ContactPreference),
            (DocKind::Supporter, ["public_name"]) => Some(Self::PublicName),
            (DocKind::Supporter, ["org_type"]) => Some(Self::OrgType),
            (DocKind::Supporter, ["household"]) => Some(Self::Household),
            (DocKind::Supporter, ["edition"]) => Some(Self::Edition),
            (DocKind::Register, ["committee"]) => Some(Self::Committee),
            (DocKind::Register, ["members", id]) => id.parse().ok().map(Self::MemberName),
            (DocKind::Register, ["mappings", _]) => Some(Self::Mapping),
            (
                DocKind::Supporter
                | DocKind::Register
                | DocKind::Import
                | DocKind::ImportRows
                | DocKind::Audit
                | DocKind::Space
                | DocKind::Note
                | DocKind::Release,
                _,
            ) => None,
        }
    }
}

/// All open conflicts, in order of their documents.
#[must_use]
pub fn open_conflicts(register: &Register, lookup: Lookup<'_>) -> Vec<OpenConflict> {
    let all = register.apart().flat_map(|(doc, apart)| found_in(register, doc, apart));
    all.map(|found| found.shown(lookup)).collect()
}

/// How many open conflicts each document has; documents without any are left out.
#[must_use]
pub fn conflict_counts(register: &Register) -> BTreeMap<DocId, usize> {
    let counted = register.apart().map(|(doc, apart)| (doc, found_in(register, doc, apart).len()));
    counted.filter(|(_, count)| *count > 0).collect()
}

/// An open conflict with the values as they are stored.
struct Found {
    doc: DocId,
    path: Vec<String>,
    field: ConflictField,
    nature: Nature,
    supporter: Option<SupporterId>,
    values: Vec<Value>,
}

struct Value {
    node: Option<Node>,
    written: Option<([u8; 32], Actor, i64)>,
    is_shown: bool,
}

fn found_in(register: &Register, doc: DocId, apart: &Apart) -> Vec<Found> {
    let Some(kind) = register.kind(doc) else { return Vec::new() };
    let supporter = (kind == DocKind::Supporter).then(|| SupporterId::from_bytes(doc.to_bytes()));
    // Of a record that counts no more only what concerns the one that stays is of interest.
    let counts = supporter.is_none_or(|id| register.supporter(id).is_some_and(crate::register::is_present));
    let concurrent = apart.conflicts.iter().filter(|_| counts).filter_map(|conflict| {
        let field = ConflictField::at(kind, &conflict.path)?;
        let values = concurrent_values(register, supporter, conflict);
        Some(Found { doc, path: conflict.path.clone(), field, nature: Nature::Concurrent, supporter, values })
    });
    let late = apart.late.iter().filter(|_| !counts);
    let late = late.flat_map(|edit| late_edits(register, doc, kind, edit));
    concurrent.chain(late).collect()
}

fn concurrent_values(register: &Register, id: Option<SupporterId>, conflict: &Conflict) -> Vec<Value> {
    // What holds meanwhile is Automerge's choice, unless the register's rule puts another value in its place.
    let holds = id.and_then(|id| present_value(register, id, &conflict.path));
    let place = conflict.values.iter().position(|one| holds.is_some() && one.value == holds).unwrap_or(0);
    let mut values: Vec<Value> = conflict.values.iter().map(|one| written(one, false)).collect();
    if place < values.len() {
        let mut shown = values.remove(place);
        shown.is_shown = true;
        values.insert(0, shown);
    }
    values
}

fn late_edits(register: &Register, doc: DocId, kind: DocKind, edit: &Conflict) -> Vec<Found> {
    let Some(field) = ConflictField::at(kind, &edit.path) else { return Vec::new() };
    let id = SupporterId::from_bytes(doc.to_bytes());
    let found = |nature, mut values: Vec<Value>, present: Option<Node>| {
        values.insert(0, Value { node: present, written: None, is_shown: true });
        Found { doc, path: edit.path.clone(), field, nature, supporter: Some(id), values }
    };
    let differing = |present: &Option<Node>| -> Vec<Value> {
        edit.values.iter().filter(|one| one.value != *present).map(|one| written(one, false)).collect()
    };
    if register.supporter(id).is_none_or(|record| record.merged_into.is_none()) {
        let values = differing(&None);
        return if values.is_empty() { Vec::new() } else { vec![found(Nature::Emptied, values, None)] };
    }
    let ends = register.stays_for(id).into_iter().filter_map(|into| {
        let present = present_value(register, into, &edit.path);
        let values = differing(&present);
        (!values.is_empty()).then(|| found(Nature::Merged { into }, values, present))
    });
    ends.collect()
}

fn written(one: &Written, is_shown: bool) -> Value {
    Value { node: one.value.clone(), written: Some((one.change, one.actor, one.at_unix_s)), is_shown }
}

/// What a record says at a path, as it would be stored.
fn present_value(register: &Register, id: SupporterId, path: &[String]) -> Option<Node> {
    let tree = supporter::to_node(register.supporter(id)?);
    path.iter().try_fold(&tree, |node, key| node.get(key)).cloned()
}

impl Found {
    fn shown(&self, lookup: Lookup<'_>) -> OpenConflict {
        let value = |one: &Value| ConflictValue {
            value: one.node.as_ref().map(|node| Sensitive::new(text_of(self.field, node))),
            writer: one.written.map(|(_, actor, at_unix_s)| {
                let known = lookup(actor);
                Writer {
                    member: known.and_then(|(member, _)| member),
                    device: known.map(|(_, device)| device),
                    at: UnixMillis::new(at_unix_s.saturating_mul(1000)),
                }
            }),
            is_shown: one.is_shown,
        };
        OpenConflict {
            doc: self.doc,
            supporter: self.supporter,
            field: self.field,
            nature: self.nature,
            values: self.values.iter().map(value).collect(),
            fingerprint: self.fingerprint(),
        }
    }

    fn fingerprint(&self) -> Fingerprint {
        let mut hasher = blake3::Hasher::new_derive_key("kyosei/v1/open-conflict");
        let mut part = |bytes: &[u8]| {
            hasher.update(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(bytes);
        };
        part(&self.doc.to_bytes());
        part(self.path.join("\0").as_bytes());
        match self.nature {
            Nature::Concurrent => part(b"concurrent"),
            Nature::Merged { into } => part(&into.to_bytes()),
            Nature::Emptied => part(b"emptied"),
        }
        for value in &self.values {
            part(value.node.as_ref().map(|node| text_of(self.field, node)).unwrap_or_default().as_bytes());
            part(&[u8::from(value.node.is_some())]);
            part(&value.written.map_or([0; 32], |(change, ..)| change));
        }
        Fingerprint(*hasher.finalize().as_bytes())
    }
}

fn text_of(field: ConflictField, node: &Node) -> String {
    match node {
        Node::Text(text) => text.clone(),
        Node::Int(int) => int.to_string(),
        Node::Bool(bool) => bool.to_string(),
        Node::Bytes(bytes) => match (field, <[u8; 16]>::try_from(bytes.as_slice())) {
            (ConflictField::Household | ConflictField::Edition, Ok(id)) => {
                HouseholdId::from_bytes(id).to_string()
            }
            _ => String::new(),
        },
        Node::Map(_) => String::new(),
    }
}
