//! What a document says once everybody's edits are in it.
//!
//! Automerge shows one of the values that people wrote apart from each other, whichever has the higher number. Where the
//! values mean more or less freedom to use somebody's data, that must not decide: here the one that allows less is put in
//! its place. The document itself stays as it is. What a person still has to choose is handed on as open conflicts; see
//! [`crate::conflicts`].
//!
//! | field | which value holds | open for a person |
//! |---|---|---|
//! | status | withdrawn before active before inbox | no |
//! | form of the public name | the one that tells less | yes |
//! | preferred contact | none at all, if anybody wrote that | yes |
//! | state of the address | the less certain | no |
//! | under age | yes, if anybody wrote that | no |
//! | end of retention, times of registration | the earlier | no |
//! | merged into | the smallest id; see [`super::groups`] | no |
//! | interests, tags | in, if anybody put it in | no |
//! | an entry of the consent ledger that was forged twice | the one that says no | no |
//! | everything else | the one that Automerge shows | yes |

use std::collections::BTreeSet;

use kyosei_doc::record::{self, consent};
use kyosei_doc::{Conflict, DocKind, Document, DocumentError, Node, Written};
use kyosei_model::{ConsentId, ContactPreference, Decision, EmailState, PublicName, Status, SupporterId};

/// A document, read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// Its tree, with the values that hold.
    pub(crate) root: Node,
    /// Fields that wait for a person to choose.
    pub(crate) conflicts: Vec<Conflict>,
    /// Fields that somebody wrote who did not know that the record was merged or emptied.
    pub(crate) late: Vec<Conflict>,
    /// The records that this one was merged into: one, or several if people did so apart from each other.
    pub(crate) merged_into: BTreeSet<SupporterId>,
}

impl Reading {
    /// Reads a document.
    ///
    /// # Errors
    /// [`DocumentError`] if the document is of an unexpected shape.
    pub fn of(document: &Document) -> Result<Self, DocumentError> {
        let mut reading = Self {
            root: document.root()?,
            conflicts: document.conflicts()?,
            late: Vec::new(),
            merged_into: BTreeSet::new(),
        };
        if record::kind_of(&reading.root) == Some(DocKind::Supporter) {
            reading.settle();
            for mark in reading.marks() {
                reading.late.extend(document.written_beside(&[mark])?);
            }
        }
        Ok(reading)
    }

    /// Puts the values that hold into the tree and keeps the conflicts that people have to decide.
    fn settle(&mut self) {
        let mut open = Vec::new();
        for conflict in std::mem::take(&mut self.conflicts) {
            let path: Vec<&str> = conflict.path.iter().map(String::as_str).collect();
            let (holds, waits) = rule(&path, &conflict.values);
            if path == [MERGED_INTO] {
                self.merged_into
                    .extend(conflict.values.iter().filter_map(|one| supporter_id(one.value.as_ref())));
            }
            if let Some(node) = holds {
                put(&mut self.root, &path, node);
            }
            if waits {
                open.push(conflict);
            }
        }
        self.conflicts = open;
        self.merged_into.extend(supporter_id(self.root.get(MERGED_INTO)));
        self.settle_dependents();
    }

    /// One person takes the address out while another notes that it works: what rests on a field follows the field.
    fn settle_dependents(&mut self) {
        let has = |field: &str| self.root.get(TEXT).is_some_and(|text| text.get(field).is_some());
        let is = |key: &str, code: &str| self.root.get(key).and_then(Node::as_text) == Some(code);
        let has_email = has("email");
        let is_nameless = is(PUBLIC_NAME, PublicName::Pseudonym.code()) && !has("display_name");
        if !has_email && self.root.get(EMAIL_STATE).is_some() {
            put(&mut self.root, &[EMAIL_STATE], code(EmailState::None.code()));
        }
        if is_nameless {
            put(&mut self.root, &[PUBLIC_NAME], code(PublicName::No.code()));
        }
    }

    /// What shows that a record counts no more. Whoever edited it apart from that has to be heard.
    fn marks(&self) -> Vec<&'static str> {
        if !self.merged_into.is_empty() {
            vec![MERGED_INTO]
        } else if self.root.get(STATUS).and_then(Node::as_text) == Some(Status::Erased.code()) {
            vec![STATUS]
        } else {
            Vec::new()
        }
    }
}

pub(crate) const STATUS: &str = "status";
pub(crate) const CONSENTS: &str = "consents";
pub(crate) const EMAIL_STATE: &str = "email_state";
pub(crate) const INTERESTS: &str = "interests";
pub(crate) const MERGED_INTO: &str = "merged_into";
pub(crate) const PUBLIC_NAME: &str = "public_name";
pub(crate) const TAGS: &str = "tags";
pub(crate) const TEXT: &str = "text";

/// The value that holds, if it need not be the shown one, and whether a person has to choose.
fn rule(path: &[&str], values: &[Written]) -> (Option<Node>, bool) {
    match path {
        [STATUS] => (joined(values, Status::from_code, Status::joined, Status::code), false),
        [EMAIL_STATE] => (joined(values, EmailState::from_code, EmailState::joined, EmailState::code), false),
        [PUBLIC_NAME] => (joined(values, PublicName::from_code, PublicName::joined, PublicName::code), true),
        ["contact"] => {
            type Contact = ContactPreference;
            (joined(values, Contact::from_code, Contact::joined, Contact::code), true)
        }
        ["minor"] => (values.iter().find_map(|one| one.value.clone()), false),
        ["retention_until" | "submitted_at" | "received_at"] => {
            (values.iter().filter_map(|one| one.value.as_ref()?.as_int()).min().map(Node::Int), false)
        }
        [MERGED_INTO] => {
            let ids: BTreeSet<SupporterId> =
                values.iter().filter_map(|one| supporter_id(one.value.as_ref())).collect();
            (ids.first().map(|id| Node::Bytes(id.to_bytes().to_vec())), false)
        }
        [INTERESTS | TAGS, _] => (None, false),
        [CONSENTS, id] => (the_no(id, values), false),
        _ => (None, true),
    }
}

/// Joins coded values; one that this version does not know makes the record unreadable, like everywhere.
fn joined<T: Copy, E>(
    values: &[Written],
    read: impl Fn(&str) -> Result<T, E>,
    join: impl Fn(T, T) -> T,
    write: impl Fn(T) -> &'static str,
) -> Option<Node> {
    let mut result: Option<T> = None;
    for text in values.iter().filter_map(|one| one.value.as_ref()?.as_text()) {
        let Ok(value) = read(text) else { return Some(code(text)) };
        result = Some(result.map_or(value, |before| join(before, value)));
    }
    result.map(|value| code(write(value)))
}

fn the_no(id: &str, values: &[Written]) -> Option<Node> {
    let id: ConsentId = id.parse().ok()?;
    let says_no = |node: &&Node| {
        let entry = node.as_bytes().and_then(|bytes| consent::decode_consent(id, bytes).ok());
        entry.is_some_and(|entry| entry.decision != Decision::Given)
    };
    values.iter().filter_map(|one| one.value.as_ref()).find(says_no).cloned()
}

fn code(code: &str) -> Node {
    Node::Text(code.to_owned())
}

fn supporter_id(node: Option<&Node>) -> Option<SupporterId> {
    node?.as_bytes()?.try_into().ok().map(SupporterId::from_bytes)
}

fn put(root: &mut Node, path: &[&str], node: Node) {
    let (Node::Map(map), Some((key, rest))) = (root, path.split_first()) else { return };
    if rest.is_empty() {
        map.insert((*key).to_owned(), node);
    } else if let Some(inner) = map.get_mut(*key) {
        put(inner, rest, node);
    }
}
