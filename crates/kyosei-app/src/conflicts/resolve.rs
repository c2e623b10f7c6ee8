//! Choosing: one value is written over all that people wrote apart from each other, so that the conflict is gone on every
//! device as soon as the change has reached it.

use kyosei_doc::record::supporter;
use kyosei_doc::{DocId, Node};
use kyosei_model::{
    AuditAction, AuditSubject, EmailState, Field, Inconsistency, Rejection, Sensitive, Supporter,
    SupporterId, validate,
};

use super::{ConflictField, Found, Nature, OpenConflict, found_in};
use crate::register::EMAIL_STATE;
use crate::writing::{WriteError, Writing};

/// What a person decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// One of the conflict's values, by its place in the list.
    Value(usize),
    /// Another value, for instance both joined: text as typed, or the code of a choice.
    New(Sensitive<String>),
}

/// Why a choice was not taken. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveRefused {
    /// The conflict is gone: somebody else chose.
    #[error("no such conflict")]
    NoConflict,
    /// The conflict changed since it was shown.
    #[error("the conflict changed since it was shown")]
    Changed,
    /// There is no value at that place of the list.
    #[error("no such value")]
    NoValue,
    /// The field takes none but the values that are there.
    #[error("the field takes no other value")]
    NoOtherValue,
    /// The new value cannot be stored.
    #[error("the value cannot be stored")]
    Rejected(Rejection),
    /// The field is required.
    #[error("the field is required")]
    Required(Field),
    /// The record would not fit together.
    #[error("parts of the record would not fit together")]
    Inconsistent(Vec<Inconsistency>),
    /// The record could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl ResolveRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoConflict => "E-CONFLICT-GONE",
            Self::Changed => "E-CONFLICT-CHANGED",
            Self::NoValue => "E-CONFLICT-VALUE",
            Self::NoOtherValue => "E-CONFLICT-OTHER",
            Self::Rejected(_) => "E-VALUES",
            Self::Required(_) => "E-FIELD-MISSING",
            Self::Inconsistent(_) => "E-INCONSISTENT",
            Self::Write(_) => "E-RECORD",
        }
    }
}

/// Takes a choice.
///
/// # Errors
/// See [`ResolveRefused`].
pub fn resolve(
    writing: &mut Writing<'_, '_>,
    conflict: &OpenConflict,
    choice: &Choice,
) -> Result<(), ResolveRefused> {
    let found = find(writing, conflict)?;
    let value = chosen(&found, choice)?;
    match found.nature {
        Nature::Concurrent => write(writing, found.doc, &found, value.as_ref())?,
        Nature::Merged { into } => {
            let is_shown = found.values.iter().any(|one| one.is_shown && one.node == value);
            if !is_shown {
                write(writing, supporter::doc_id(into), &found, value.as_ref())?;
            }
            writing.overwrite(found.doc, &found.path, None)?;
        }
        Nature::Emptied => {
            if value.is_some() {
                return Err(ResolveRefused::NoOtherValue);
            }
            writing.overwrite(found.doc, &found.path, None)?;
        }
    }
    let subject = found.supporter.map(AuditSubject::Supporter);
    Ok(writing.audit(AuditAction::ConflictResolved, subject, Some(found.field.code()), None)?)
}

/// The conflict as it is now, if it is still as it was shown.
fn find(writing: &Writing<'_, '_>, shown: &OpenConflict) -> Result<Found, ResolveRefused> {
    let register = writing.register();
    let apart = register.apart().find(|(doc, _)| *doc == shown.doc);
    let now = apart.map(|(doc, apart)| found_in(register, doc, apart)).unwrap_or_default();
    let mut same = now.into_iter().filter(|one| one.field == shown.field).peekable();
    if same.peek().is_none() {
        return Err(ResolveRefused::NoConflict);
    }
    same.find(|one| one.fingerprint() == shown.fingerprint).ok_or(ResolveRefused::Changed)
}

fn chosen(found: &Found, choice: &Choice) -> Result<Option<Node>, ResolveRefused> {
    match (choice, found.field) {
        (Choice::Value(place), _) => {
            found.values.get(*place).map(|one| one.node.clone()).ok_or(ResolveRefused::NoValue)
        }
        (Choice::New(text), ConflictField::Text(field)) => {
            let accepted = validate(field, text.expose()).map_err(ResolveRefused::Rejected)?;
            Ok(Some(Node::Text(accepted.value.into_exposed())))
        }
        (
            Choice::New(text),
            ConflictField::Language
            | ConflictField::ContactPreference
            | ConflictField::PublicName
            | ConflictField::OrgType
            | ConflictField::Committee
            | ConflictField::MemberName(_),
        ) => Ok(Some(Node::Text(text.expose().clone()))),
        (Choice::New(_), ConflictField::Household | ConflictField::Edition | ConflictField::Mapping) => {
            Err(ResolveRefused::NoOtherValue)
        }
    }
}

/// Writes the value, with what rests on it, if the record can be read and fits together afterwards.
fn write(
    writing: &mut Writing<'_, '_>,
    doc: DocId,
    found: &Found,
    value: Option<&Node>,
) -> Result<(), ResolveRefused> {
    let id = SupporterId::from_bytes(doc.to_bytes());
    let before = if found.supporter.is_some() { writing.supporter(id)? } else { None };
    writing.overwrite(doc, &found.path, value)?;
    let Some(before) = before else { return Ok(()) };
    if found.field == ConflictField::Text(Field::Email) {
        let address = value.and_then(Node::as_text);
        if address != before.get(Field::Email) {
            let state = if address.is_some() { EmailState::Unconfirmed } else { EmailState::None };
            let code = Node::Text(state.code().to_owned());
            writing.overwrite(doc, &[EMAIL_STATE.to_owned()], Some(&code))?;
        }
    }
    check(&before, writing.supporter(id)?.as_ref())
}

/// A choice may leave as it was what did not fit before, and adds nothing to it.
fn check(before: &Supporter, after: Option<&Supporter>) -> Result<(), ResolveRefused> {
    let Some(after) = after else { return Ok(()) };
    let missed = before.missing_required();
    if let Some(field) = after.missing_required().into_iter().find(|field| !missed.contains(field)) {
        return Err(ResolveRefused::Required(field));
    }
    let known = before.inconsistencies();
    let new: Vec<Inconsistency> =
        after.inconsistencies().into_iter().filter(|one| !known.contains(one)).collect();
    if new.is_empty() { Ok(()) } else { Err(ResolveRefused::Inconsistent(new)) }
}
