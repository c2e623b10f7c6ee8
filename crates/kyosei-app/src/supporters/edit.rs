//! Changing fields of a record.

use std::collections::BTreeSet;

use kyosei_model::{
    AuditAction, AuditSubject, ContactPreference, EmailState, Field, Inconsistency, Interest, Language,
    PublicName, Rejection, Sensitive, Supporter, SupporterId, Warning, validate,
};

use super::add::{AddRefused, check};
use super::present;
use crate::writing::{WriteError, Writing};

/// Changes to a record; what is not named stays.
#[derive(Debug, Clone, Default)]
pub struct Edit {
    /// Text fields with their new values as typed; none empties the field.
    pub text: Vec<(Field, Option<String>)>,
    /// New interests, all of them.
    pub interests: Option<BTreeSet<Interest>>,
    /// New language.
    pub language: Option<Language>,
    /// New preferred way of contact.
    pub contact_preference: Option<ContactPreference>,
    /// New form in which the name may be published.
    pub public_name: Option<PublicName>,
    /// What is known about the address now.
    pub email_state: Option<EmailState>,
    /// New tags, all of them.
    pub tags: Option<BTreeSet<Sensitive<String>>>,
}

/// What a check found in one field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldFinding {
    /// The value cannot be stored.
    Rejected(Field, Rejection),
    /// The value was stored and deserves a look.
    Warned(Field, Warning),
}

/// The outcome of an edit.
#[derive(Debug, Clone)]
pub struct Edited {
    /// The fields that really changed.
    pub changed: Vec<Field>,
    /// What to look at.
    pub findings: Vec<FieldFinding>,
}

/// Why an edit was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditRefused {
    /// No such supporter, or it was erased or merged.
    #[error("no such supporter")]
    NoSupporter,
    /// Values that cannot be stored.
    #[error("some values cannot be stored")]
    Values(Vec<FieldFinding>),
    /// Required fields would be missing.
    #[error("required fields would be missing")]
    Missing(Vec<Field>),
    /// Parts would not fit together.
    #[error("parts of the record would not fit together")]
    Inconsistent(Vec<Inconsistency>),
    /// The record could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

impl EditRefused {
    /// Stable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoSupporter => "E-SUPPORTER-MISSING",
            Self::Values(_) => "E-VALUES",
            Self::Missing(_) => "E-FIELD-MISSING",
            Self::Inconsistent(_) => "E-INCONSISTENT",
            Self::Write(_) => "E-RECORD",
        }
    }
}

/// Changes fields of a supporter.
///
/// # Errors
/// See [`EditRefused`].
pub fn edit_supporter(
    writing: &mut Writing<'_, '_>,
    id: SupporterId,
    edit: Edit,
) -> Result<Edited, EditRefused> {
    let before = present(writing, id)?.ok_or(EditRefused::NoSupporter)?;
    let mut after = before.clone();
    let findings = apply_text(&mut after, edit.text)?;
    after.interests = edit.interests.unwrap_or(after.interests);
    after.language = edit.language.unwrap_or(after.language);
    after.contact_preference = edit.contact_preference.unwrap_or(after.contact_preference);
    after.public_name = edit.public_name.unwrap_or(after.public_name);
    after.email_state = edit.email_state.unwrap_or(after.email_state);
    after.tags = edit.tags.unwrap_or(after.tags);
    check(&after).map_err(|refused| match refused {
        AddRefused::Missing(fields) => EditRefused::Missing(fields),
        AddRefused::Inconsistent(parts) => EditRefused::Inconsistent(parts),
        AddRefused::Values(findings) => EditRefused::Values(findings),
        AddRefused::Write(error) => EditRefused::Write(error),
        AddRefused::NoConsent | AddRefused::NoWording => EditRefused::NoSupporter,
    })?;
    let changed =
        Field::ALL.iter().copied().filter(|field| before.get(*field) != after.get(*field)).collect();
    if after != before {
        writing.put_supporter(&after)?;
        writing.audit(AuditAction::SupporterEdited, Some(AuditSubject::Supporter(id)), None, None)?;
    }
    Ok(Edited { changed, findings })
}

/// Validates a value and puts it into the record.
pub(super) fn put_text(
    supporter: &mut Supporter,
    field: Field,
    value: &str,
) -> Result<Vec<FieldFinding>, FieldFinding> {
    let accepted = validate(field, value).map_err(|rejection| FieldFinding::Rejected(field, rejection))?;
    supporter.text.insert(field, accepted.value);
    Ok(accepted.warnings.into_iter().map(|warning| FieldFinding::Warned(field, warning)).collect())
}

fn apply_text(
    supporter: &mut Supporter,
    text: Vec<(Field, Option<String>)>,
) -> Result<Vec<FieldFinding>, EditRefused> {
    let mut findings = Vec::new();
    let mut refused = Vec::new();
    let email_before = supporter.get(Field::Email).map(str::to_owned);
    for (field, value) in text {
        match value {
            None => {
                supporter.text.remove(&field);
            }
            Some(value) => match put_text(supporter, field, &value) {
                Ok(found) => findings.extend(found),
                Err(finding) => refused.push(finding),
            },
        }
    }
    if supporter.get(Field::Email) != email_before.as_deref() {
        let has_email = supporter.text.contains_key(&Field::Email);
        supporter.email_state = if has_email { EmailState::Unconfirmed } else { EmailState::None };
    }
    if refused.is_empty() { Ok(findings) } else { Err(EditRefused::Values(refused)) }
}
